//! Commits: the range that is a queue, tags, and who touched a path.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use bstr::{BString, ByteSlice};
use git2::{ErrorCode, ObjectType, Repository};

use crate::path::RepoPath;
use crate::tree::blobs::{self, Blobs};
use crate::tree::objects::{Objects, RawTree, Side, id_of, oid, unequal};
use crate::tree::store::{self, Kind};
use crate::tree::{File, Mode, ObjectId, Pool, TreeError, promisor, repository};

/// A person and a time, as a commit holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: BString,
    /// The mail address.
    pub email: BString,
    /// Seconds since 1970 UTC.
    pub time: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

/// The change of one path between a commit and its first parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitChange {
    /// The path.
    pub path: RepoPath,
    /// Before; `None` where it did not exist.
    pub before: Option<File>,
    /// After; `None` where it no longer exists.
    pub after: Option<File>,
}

/// One commit of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Who wrote it.
    pub author: Person,
    /// Who committed it.
    pub committer: Person,
    /// The whole message.
    pub message: BString,
    /// The first paragraph of the message in one line.
    pub subject: BString,
    /// What it changes, sorted by path.
    pub changes: Vec<CommitChange>,
}

/// Below so many commits another thread is not worth its start.
const COMMITS: usize = 24;

/// The most commits that a range may have.
const RANGE_LIMIT: usize = 100_000;

/// The commits after `old` up to `tip`, oldest first; they must be one line, each with one parent.
///
/// As with git's `OLD..TIP`, `old` need not be on the line itself: the range begins after the first commit that `old` contains.
pub fn range(path: &Path, old: &str, tip: &str) -> Result<Vec<Commit>, TreeError> {
    range_sharing(path, old, tip, &Pool::default())
}

/// The same, sharing what is read with the trees that were opened with this pool.
pub fn range_sharing(path: &Path, old: &str, tip: &str, pool: &Pool) -> Result<Vec<Commit>, TreeError> {
    let repository = repository::open(path)?;
    let (from, to) = (commit_id(&repository, path, old)?, commit_id(&repository, path, tip)?);
    let base = repository.merge_base(oid(from), oid(to));
    let base = match base {
        Ok(base) => id_of(base),
        Err(error) if error.code() == ErrorCode::NotFound => return Err(not_ancestor(old, tip)),
        Err(source) => return Err(TreeError::git("find the common ancestor", path, source)),
    };
    let mut line = Vec::new();
    let mut next = to;
    while next != base {
        let found = repository.find_commit(oid(next));
        let commit = found.map_err(|source| TreeError::git(format!("read commit {next}"), path, source))?;
        if commit.parent_count() > 1 {
            let subject = crate::text::display::terminal(&subject_of(commit.message_raw_bytes()));
            return Err(TreeError::Merge { id: next.to_string(), subject });
        }
        next = commit.parent_id(0).map(id_of).map_err(|_| not_ancestor(old, tip))?;
        line.push(commit);
        if line.len() > RANGE_LIMIT {
            return Err(not_ancestor(old, tip));
        }
    }
    let objects = Objects::of(&repository, path, pool.store(&repository));
    let reader = Reader { objects, path, repository: &repository, pool, seen: RefCell::default() };
    reader.commits(&line)
}

fn not_ancestor(old: &str, tip: &str) -> TreeError {
    let shown = |text: &str| crate::text::display::terminal(text.as_bytes());
    TreeError::NotAncestor { old: shown(old), tip: shown(tip) }
}

fn commit_id(repository: &Repository, path: &Path, revision: &str) -> Result<ObjectId, TreeError> {
    let resolved = repository::resolve(repository, path, revision)?;
    resolved.commit.ok_or_else(|| TreeError::NoRevision {
        revision: crate::text::display::terminal(revision.as_bytes()),
        repository: crate::io::shown(path),
        near: Vec::new(),
    })
}

/// The first paragraph of a message in one line, as `git log --format=%s` gives it.
pub fn subject_of(message: &[u8]) -> BString {
    let lines = message.lines().map(<[u8]>::trim_ascii_end).skip_while(|line| line.is_empty());
    let paragraph: Vec<&[u8]> = lines.take_while(|line| !line.is_empty()).collect();
    BString::from(bstr::join(" ", paragraph))
}

/// A changed entry before its content is read.
struct RawChange {
    path: RepoPath,
    before: Option<(Mode, ObjectId)>,
    after: Option<(Mode, ObjectId)>,
}

struct Reader<'a> {
    objects: Objects<'a>,
    repository: &'a Repository,
    path: &'a Path,
    pool: &'a Pool,
    /// What a commit leaves is what the next one finds, so that each folder would be read twice.
    seen: RefCell<Seen>,
}

/// Folders read so far, forgotten when they grow too many.
#[derive(Default)]
struct Seen {
    trees: HashMap<ObjectId, RawTree>,
    bytes: usize,
}

impl Seen {
    fn make_room(&mut self, bytes: usize) {
        const LIMIT: usize = 48 << 20;
        if self.bytes.saturating_add(bytes) > LIMIT {
            *self = Self::default();
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl Reader<'_> {
    /// Reads commits, newest first in, oldest first out.
    fn commits(&self, line: &[git2::Commit<'_>]) -> Result<Vec<Commit>, TreeError> {
        let mut pairs = Vec::with_capacity(line.len());
        for commit in line.iter().rev() {
            let parent = commit.parent(0).map_err(|source| self.fail(commit, source))?;
            pairs.push((id_of(parent.tree_id()), id_of(commit.tree_id())));
        }
        let mut raw = Vec::with_capacity(line.len());
        for ((commit, (old, new)), found) in line.iter().rev().zip(&pairs).zip(self.compared(&pairs)) {
            raw.push((commit, found.map_or_else(|| between(&mut |id| self.tree(id), *old, *new), Ok)?));
        }
        let sides = raw
            .iter()
            .flat_map(|(_, changes)| changes)
            .flat_map(|change| change.before.into_iter().chain(change.after));
        let ids: BTreeSet<ObjectId> = sides.filter(|(mode, _)| *mode != Mode::Submodule).map(|(_, id)| id).collect();
        self.complete(&ids)?;
        let blobs = blobs::read(&self.objects, self.pool, &ids)?;
        raw.into_iter().map(|(commit, changes)| self.commit(commit, changes, &blobs)).collect()
    }

    fn fail(&self, commit: &git2::Commit<'_>, source: git2::Error) -> TreeError {
        TreeError::git(format!("read commit {}", commit.id()), self.path, source)
    }

    /// In a partial clone: fetches the contents of all changes that are not there, at once.
    fn complete(&self, ids: &BTreeSet<ObjectId>) -> Result<(), TreeError> {
        let Some(remote) = self.pool.remote(self.repository) else { return Ok(()) };
        let missing: Vec<ObjectId> = ids.iter().copied().filter(|id| self.objects.lacks(*id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        promisor::fetch(self.path, &remote, &missing)?;
        self.objects.refresh()
    }

    fn commit(&self, commit: &git2::Commit<'_>, raw: Vec<RawChange>, blobs: &Blobs) -> Result<Commit, TreeError> {
        let mut changes = Vec::with_capacity(raw.len());
        for change in raw {
            let before = change.before.map(|side| self.file(&change.path, side, blobs)).transpose()?;
            let after = change.after.map(|side| self.file(&change.path, side, blobs)).transpose()?;
            changes.push(CommitChange { path: change.path, before, after });
        }
        Ok(Commit {
            id: id_of(commit.id()),
            author: person(&commit.author()),
            committer: person(&commit.committer()),
            message: commit.message_raw_bytes().into(),
            subject: subject_of(commit.message_raw_bytes()),
            changes,
        })
    }

    fn file(&self, path: &RepoPath, (mode, id): (Mode, ObjectId), blobs: &Blobs) -> Result<File, TreeError> {
        match blobs.get(&id) {
            _ if mode == Mode::Submodule => Ok(File::submodule(id)),
            Some(Some(data)) => Ok(File { mode, data: Arc::clone(data) }),
            _ => Err(self.objects.missing(&format!("`{path}`"), id, 1)),
        }
    }

    fn tree(&self, id: ObjectId) -> Result<RawTree, TreeError> {
        if let Some(tree) = self.seen.borrow().trees.get(&id) {
            return Ok(tree.clone());
        }
        let mut found = self.objects.tree(id)?;
        if found.is_none()
            && let Some(remote) = self.pool.remote(self.repository)
        {
            promisor::fetch(self.path, &remote, &[id])?;
            self.objects.refresh()?;
            found = self.objects.tree(id)?;
        }
        let tree = found.ok_or_else(|| self.objects.missing("a folder", id, 1))?;
        let mut seen = self.seen.borrow_mut();
        seen.make_room(tree.len());
        seen.trees.insert(id, tree.clone());
        Ok(tree)
    }

    /// Compares pairs of trees on all cores; `None` where a folder is not found by our own reader.
    fn compared(&self, pairs: &[(ObjectId, ObjectId)]) -> Vec<Option<Vec<RawChange>>> {
        let store = self.objects.store();
        let part = |pairs: &[(ObjectId, ObjectId)]| -> Vec<Option<Vec<RawChange>>> {
            let (mut reader, mut seen) = (store::Reader::new(Arc::clone(&store)), Seen::default());
            let mut tree = |id: ObjectId| -> Result<RawTree, ()> {
                if let Some(tree) = seen.trees.get(&id) {
                    return Ok(tree.clone());
                }
                let object = reader.read(id).filter(|object| object.kind == Kind::Tree).ok_or(())?;
                let tree = RawTree::of(object.data).ok_or(())?;
                seen.make_room(tree.len());
                seen.trees.insert(id, tree.clone());
                Ok(tree)
            };
            pairs.iter().map(|(old, new)| between(&mut tree, *old, *new).ok()).collect()
        };
        let threads = blobs::threads(pairs.len() / COMMITS);
        // In a row, because what one commit leaves is what the next one finds.
        let (own, others) = pairs.split_at(pairs.len() / threads);
        std::thread::scope(|scope| {
            let pieces = others.chunks(others.len().div_ceil((threads - 1).max(1)).max(1));
            let workers: Vec<_> = pieces.map(|piece| (piece.len(), scope.spawn(move || part(piece)))).collect();
            let mut all = part(own);
            for (count, worker) in workers {
                all.extend(worker.join().unwrap_or_else(|_| (0..count).map(|_| None).collect()));
            }
            all
        })
    }
}

/// The changed files between two trees, sorted by path: enters only folders whose ids differ.
fn between<E>(
    tree: &mut impl FnMut(ObjectId) -> Result<RawTree, E>,
    old: ObjectId,
    new: ObjectId,
) -> Result<Vec<RawChange>, E> {
    let mut found = Vec::new();
    let mut pending = vec![(Vec::new(), Some(old), Some(new))];
    while let Some((folder, old, new)) = pending.pop() {
        if old == new {
            continue;
        }
        let old = old.map_or_else(|| Ok(RawTree::empty()), &mut *tree)?;
        let new = new.map_or_else(|| Ok(RawTree::empty()), &mut *tree)?;
        for (name, before, after) in unequal(&old, &new) {
            let path: Vec<u8> = if folder.is_empty() { name } else { [&folder[..], b"/", &name].concat() };
            let file = |side: Option<Side>| side.and_then(|(mode, id)| Some((mode?, id)));
            let inner = |side: Option<Side>| side.and_then(|(mode, id)| mode.is_none().then_some(id));
            let (before_file, after_file) = (file(before), file(after));
            if before_file.is_some() || after_file.is_some() {
                // `.git` and the like cannot be in a queue; git itself refuses to check them out.
                if let Ok(path) = RepoPath::parse(&path) {
                    found.push(RawChange { path, before: before_file, after: after_file });
                }
            }
            if inner(before).is_some() || inner(after).is_some() {
                pending.push((path, inner(before), inner(after)));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn person(signature: &git2::Signature<'_>) -> Person {
    let when = signature.when();
    Person {
        name: signature.name_bytes().into(),
        email: signature.email_bytes().into(),
        time: when.seconds(),
        offset: when.offset_minutes(),
    }
}

/// The names of all tags, sorted.
pub fn tags(path: &Path) -> Result<Vec<String>, TreeError> {
    let repository = repository::open(path)?;
    let names = repository.tag_names(None).map_err(|source| TreeError::git("list the tags", path, source))?;
    let mut tags: Vec<String> = names.iter().filter_map(|name| Some(name.ok()??.to_owned())).collect();
    tags.sort();
    Ok(tags)
}

/// A commit that touched a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Its id.
    pub id: ObjectId,
    /// Its subject.
    pub subject: BString,
    /// Who wrote it.
    pub author: Arc<Person>,
}

/// The commits after `old` up to `new` that touched a path, newest first; at most `limit` commits are looked at.
///
/// Empty where the history between the two is not there (shallow clone, imported releases). A merge counts where it
/// differs from each of its parents, as in `git log`.
pub fn touched_between(
    path: &Path,
    old: &str,
    new: &str,
    file: &RepoPath,
    limit: usize,
) -> Result<Vec<Touch>, TreeError> {
    let repository = repository::open(path)?;
    let (from, to) = (commit_id(&repository, path, old)?, commit_id(&repository, path, new)?);
    let fail = |source| TreeError::git("walk the history", path, source);
    let mut walk = repository.revwalk().map_err(fail)?;
    walk.push(oid(to)).and_then(|()| walk.hide(oid(from))).map_err(fail)?;
    let objects = Objects::new(&repository, path);
    let mut found = Vec::new();
    for id in walk.take(limit) {
        let Ok(commit) = id.and_then(|id| repository.find_commit(id)) else { break };
        let here = entry_at(&objects, id_of(commit.tree_id()), file)?;
        let mut differs = commit.parent_count() > 0;
        for parent in commit.parents() {
            differs = differs && entry_at(&objects, id_of(parent.tree_id()), file)? != here;
        }
        if differs {
            let author = Arc::new(person(&commit.author()));
            found.push(Touch { id: id_of(commit.id()), subject: subject_of(commit.message_raw_bytes()), author });
        }
    }
    Ok(found)
}

fn entry_at(
    objects: &Objects<'_>,
    root: ObjectId,
    file: &RepoPath,
) -> Result<Option<(Option<Mode>, ObjectId)>, TreeError> {
    let mut found = Some((None, root));
    for part in file.parts() {
        let Some((None, id)) = found else { return Ok(None) };
        let Some(object) = objects.read(id, ObjectType::Tree)? else { return Ok(None) };
        let tree = RawTree::of(object);
        found = tree.and_then(|tree| tree.get(part).map(|entry| (entry.mode, entry.id)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_the_first_paragraph() {
        assert_eq!(subject_of(b"\n\none  \ntwo\n\nbody\n"), "one two");
        assert_eq!(subject_of(b""), "");
        assert_eq!(subject_of(b"only"), "only");
    }
}
