//! Writes a queue as a branch: one commit a patch, by object store alone, no index and no work tree.
//!
//! All objects are made in memory; then one pack and one reference are written, in this order, so that a kill leaves
//! either no trace that git can see or the whole branch.

use std::path::Path;

use git2::{ErrorCode, ObjectType, Repository};

use crate::path::RepoPath;
use crate::tree::fresh::Fresh;
use crate::tree::history::Person;
use crate::tree::objects::{Objects, id_of, oid};
use crate::tree::{File, ObjectId, TreeError, repository};

/// A commit to be written.
#[derive(Debug, Clone)]
pub struct NewCommit {
    /// Who wrote it.
    pub author: Person,
    /// Who commits it; the author where `None`, so that the same queue always gives the same ids.
    pub committer: Option<Person>,
    /// The whole message.
    pub message: Vec<u8>,
    /// The new content of each path it changes; `None` deletes it.
    pub changes: Vec<(RepoPath, Option<File>)>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The commits, oldest first.
    pub commits: Vec<ObjectId>,
    /// The tree of each commit.
    pub trees: Vec<ObjectId>,
}

/// Commits that are stored, and the branch that is to name the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The branch's full name.
    pub reference: String,
    /// The commit it names now; `None` where it does not exist.
    pub before: Option<ObjectId>,
    /// The commit it is to name.
    pub after: ObjectId,
    /// The commits and their trees.
    pub written: Written,
}

/// Writes commits on top of `parent` and points `branch` (a short name) at the last one.
///
/// A branch that is checked out somewhere is never moved; one that exists with another tip only with `force`.
pub fn write(
    path: &Path,
    parent: &str,
    branch: &str,
    commits: &[NewCommit],
    force: bool,
) -> Result<Written, TreeError> {
    let prepared = prepare(path, parent, branch, commits, force)?;
    if prepared.before != Some(prepared.after) {
        let repository = repository::open(path)?;
        point(&repository, path, &prepared.reference, prepared.before, prepared.after)?;
    }
    Ok(prepared.written)
}

/// Stores the commits and checks the branch, but leaves it to the caller to move it with [`set`].
pub fn prepare(
    path: &Path,
    parent: &str,
    branch: &str,
    commits: &[NewCommit],
    force: bool,
) -> Result<Prepared, TreeError> {
    let repository = repository::open(path)?;
    let reference = check_branch(&repository, path, branch)?;
    let chain = Chain::make(&repository, path, parent, commits)?;
    let after = chain.written.commits.last().copied().unwrap_or(chain.parent);
    let before = tip(&repository, path, &reference)?;
    if before.is_some_and(|id| id != after) && !force {
        return Err(branch_error(path, branch, "exists with other commits"));
    }
    chain.store(path)?;
    Ok(Prepared { reference, before, after, written: chain.written })
}

/// Lets the branch with this full name point at a commit, or deletes it for `None`; nothing happens where it already does.
pub fn set(path: &Path, reference: &str, to: Option<ObjectId>) -> Result<(), TreeError> {
    let repository = repository::open(path)?;
    check_branch(&repository, path, reference)?;
    let now = tip(&repository, path, reference)?;
    match to {
        _ if now == to => Ok(()),
        Some(to) => point(&repository, path, reference, now, to),
        None => repository
            .find_reference(reference)
            .and_then(|mut found| found.delete())
            .map_err(|source| TreeError::git(format!("delete `{reference}`"), path, source)),
    }
}

fn tip(repository: &Repository, path: &Path, reference: &str) -> Result<Option<ObjectId>, TreeError> {
    match repository.refname_to_id(reference) {
        Ok(id) => Ok(Some(id_of(id))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(source) => Err(TreeError::git(format!("read `{reference}`"), path, source)),
    }
}

/// The tree that the commits end in, computed without writing anything.
pub fn final_tree_id(path: &Path, parent: &str, commits: &[NewCommit]) -> Result<ObjectId, TreeError> {
    let repository = repository::open(path)?;
    let chain = Chain::make(&repository, path, parent, commits)?;
    Ok(chain.written.trees.last().copied().unwrap_or(chain.tree))
}

fn branch_error(path: &Path, branch: &str, problem: &str) -> TreeError {
    TreeError::Branch {
        branch: crate::text::display::terminal(branch.as_bytes()),
        repository: crate::io::shown(path),
        problem: problem.to_owned(),
    }
}

/// The full reference name of a branch that may be written.
fn check_branch(repository: &Repository, path: &Path, branch: &str) -> Result<String, TreeError> {
    let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    if !git2::Branch::name_is_valid(short).unwrap_or(false) {
        return Err(branch_error(path, branch, "is not a name that git allows"));
    }
    let reference = format!("refs/heads/{short}");
    let names = |folder: &Path| {
        let head = std::fs::read(folder.join("HEAD")).unwrap_or_default();
        head.strip_prefix(b"ref:").is_some_and(|name| name.trim_ascii() == reference.as_bytes())
    };
    // The common folder's HEAD is that of the main work tree; each further one keeps its own below `worktrees`.
    let common = repository.commondir();
    let main = names(common) && !repository.config().and_then(|config| config.get_bool("core.bare")).unwrap_or(false);
    let others = crate::io::fs::list(&common.join("worktrees"))?;
    if main || others.iter().any(|name| names(&common.join("worktrees").join(name))) {
        return Err(branch_error(path, branch, "is checked out; a checked out branch is never moved"));
    }
    Ok(reference)
}

fn point(
    repository: &Repository,
    path: &Path,
    reference: &str,
    existing: Option<ObjectId>,
    tip: ObjectId,
) -> Result<(), TreeError> {
    // The log entry needs some name; the user's own is used where git knows one.
    let fail = |source| TreeError::git(format!("update `{reference}`"), path, source);
    let message = "forebay: rebased queue";
    match existing {
        None => repository.reference(reference, oid(tip), false, message),
        Some(old) => repository.reference_matching(reference, oid(tip), true, oid(old), message),
    }
    .map(|_| ())
    .map_err(fail)
}

/// Commits made in memory.
struct Chain<'r> {
    repository: &'r Repository,
    parent: ObjectId,
    tree: ObjectId,
    written: Written,
    fresh: Fresh<'r>,
}

impl<'r> Chain<'r> {
    fn make(repository: &'r Repository, path: &Path, parent: &str, commits: &[NewCommit]) -> Result<Self, TreeError> {
        let resolved = repository::resolve(repository, path, parent)?;
        let Some(parent_id) = resolved.commit else {
            return Err(branch_error(path, parent, "cannot begin at a tree; name a commit"));
        };
        let mut fresh = Fresh::new(Objects::new(repository, path));
        let mut written = Written { commits: Vec::new(), trees: Vec::new() };
        let (mut parent, mut tree) = (parent_id, resolved.tree);
        for commit in commits {
            tree = fresh.updated(tree, &commit.changes)?;
            parent = fresh.add(ObjectType::Commit, commit_object(tree, parent, commit));
            written.commits.push(parent);
            written.trees.push(tree);
        }
        Ok(Self { repository, parent: parent_id, tree: resolved.tree, written, fresh })
    }

    /// Writes everything that the repository lacks as one pack.
    fn store(&self, path: &Path) -> Result<(), TreeError> {
        let Some(pack) = self.fresh.pack() else { return Ok(()) };
        let folder = self.repository.commondir().join("objects").join("pack");
        let fail = |source| TreeError::git("write the pack", path, source);
        crate::io::fs::create_dir(&folder)?;
        // No connectivity check: it would look up every entry of every tree, and all that is named was read or made here.
        let mut indexer = git2::Indexer::new(None, &folder, 0o444, false).map_err(fail)?;
        std::io::Write::write_all(&mut indexer, &pack)
            .map_err(|source| crate::io::IoError::new("write the pack into", &folder, source))?;
        indexer.commit().map_err(fail)?;
        Ok(crate::io::fs::sync_folder(&folder)?)
    }
}

/// A commit object's bytes, as `git commit-tree` makes them; libgit2's own writer refuses what is not UTF-8.
fn commit_object(tree: ObjectId, parent: ObjectId, commit: &NewCommit) -> Vec<u8> {
    let committer = commit.committer.as_ref().unwrap_or(&commit.author);
    let mut bytes = format!("tree {tree}\nparent {parent}\n").into_bytes();
    for (word, person) in [("author", &commit.author), ("committer", committer)] {
        bytes.extend_from_slice(word.as_bytes());
        bytes.push(b' ');
        let name = cleaned(&person.name);
        bytes.extend_from_slice(if name.is_empty() { b"unknown" } else { &name });
        bytes.extend_from_slice(b" <");
        bytes.extend(cleaned(&person.email));
        let sign = if person.offset < 0 { '-' } else { '+' };
        let offset = person.offset.unsigned_abs().min(99 * 60 + 59);
        let time = person.time.max(0);
        bytes.extend_from_slice(format!("> {time} {sign}{:02}{:02}\n", offset / 60, offset % 60).as_bytes());
    }
    bytes.push(b'\n');
    bytes.extend(commit.message.iter().copied().filter(|&byte| byte != 0));
    as_utf8(&bytes)
}

/// Git takes bytes that are not UTF-8 for Latin-1 (`commit.c`, `verify_utf8`).
fn as_utf8(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.extend_from_slice(chunk.valid().as_bytes());
        for byte in chunk.invalid() {
            text.extend_from_slice(char::from(*byte).encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    text
}

/// A name or address as git keeps it: no angle brackets, line breaks or NUL, no crud at its ends.
fn cleaned(text: &[u8]) -> Vec<u8> {
    let crud = |byte: &u8| *byte <= 32 || b".,:;<>\"\\'".contains(byte);
    let start = text.iter().position(|byte| !crud(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !crud(byte)).map_or(start, |last| last + 1);
    text[start..end].iter().copied().filter(|byte| !b"<>\n\0".contains(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_bytes_count_as_latin_1() {
        assert_eq!(as_utf8(b"a\xe9\xc3\xa9"), "a\u{e9}\u{e9}".as_bytes());
    }

    #[test]
    fn names_are_cleaned_as_git_cleans_them() {
        assert_eq!(cleaned(b" <A> \"B\" <x>\n"), b"A \"B\" x");
        assert_eq!(cleaned(b"..."), b"");
    }
}
