//! The history of a queue's folder: what each commit of its own repository made of the patches, oldest first.
//!
//! Commits follow their first parent, so that a merged branch counts once. Beside the folder's own files each round brings the
//! files that tell which upstream version the package was at. One round is held in memory at a time.

use std::path::{Path, PathBuf};

use git2::{Delta, DiffFindOptions, DiffOptions, ObjectType, Oid, Repository};

use crate::tree::{TreeError, repository};

/// The most commits looked at.
const MOST: usize = 20_000;
/// The largest file that is read, in bytes.
const LARGEST: usize = 64 << 20;
/// Names of files that tell a version, wherever they lie beside or above the queue.
const VERSION_FILES: [&str; 5] = ["PKGBUILD", "APKBUILD", "chromium_version.txt", "changelog", "DEPS"];

/// What one commit changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Its id, 12 hexadecimal digits.
    pub commit: String,
    /// When it was committed, seconds since 1970.
    pub seconds: i64,
    /// The files of the folder that it changed, by name.
    pub files: Vec<Changed>,
    /// The files that tell a version and that it changed: path and content.
    pub versions: Vec<(String, Vec<u8>)>,
}

/// A file of the folder before and after a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Its path below the folder.
    pub name: String,
    /// Its path before, where it was renamed.
    pub was: Option<String>,
    /// Its content before; `None` where it is new.
    pub before: Option<Vec<u8>>,
    /// Its content after; `None` where it is gone.
    pub after: Option<Vec<u8>>,
}

/// How far the walk went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Commits looked at.
    pub commits: usize,
    /// True where older ones exist but are not there (a shallow clone) or were too many.
    pub cut: bool,
}

/// Walks the history of `folder` and shows every commit that changed it or the version; `None` where it lies in no repository.
pub fn walk(folder: &Path, visit: &mut dyn FnMut(&Round)) -> Result<Option<Extent>, TreeError> {
    let Some(repository) = repository::around(folder)? else { return Ok(None) };
    let real = |path: &Path| crate::io::stage::real(path).ok();
    let below = repository.workdir().and_then(real).zip(real(folder));
    // A bare repository is asked about all of it.
    let inside = match below {
        Some((top, folder)) => folder.strip_prefix(top).map(Path::to_path_buf).ok(),
        None => Some(PathBuf::new()),
    };
    let Some(inside) = inside else { return Ok(None) };
    let fail = |source| TreeError::git("walk the history of the queue", folder, source);
    let Ok(head) = repository.head().and_then(|head| head.peel_to_commit()) else { return Ok(None) };
    let (ids, cut) = line(head);
    let mut seen = Seen::default();
    for id in &ids {
        let commit = repository.find_commit(*id).map_err(fail)?;
        let round = seen.next(&repository, &commit, &inside).map_err(fail)?;
        if !round.files.is_empty() || !round.versions.is_empty() {
            visit(&round);
        }
    }
    Ok(Some(Extent { commits: ids.len(), cut: cut || repository.is_shallow() }))
}

/// The commits of the first-parent line, oldest first, and whether there are more.
fn line(head: git2::Commit<'_>) -> (Vec<Oid>, bool) {
    let mut ids = Vec::new();
    let mut next = Some(head);
    while let Some(commit) = next.take().filter(|_| ids.len() < MOST) {
        ids.push(commit.id());
        next = commit.parent(0).ok();
    }
    ids.reverse();
    (ids, next.is_some())
}

/// What the commit before had.
#[derive(Default)]
struct Seen {
    root: Option<Oid>,
    queue: Option<Oid>,
    /// The folders beside and above the queue, outermost first.
    folders: Vec<Option<Oid>>,
    versions: std::collections::BTreeMap<String, Oid>,
}

impl Seen {
    fn next(
        &mut self,
        repository: &Repository,
        commit: &git2::Commit<'_>,
        inside: &Path,
    ) -> Result<Round, git2::Error> {
        let mut round = Round {
            commit: commit.id().to_string().chars().take(12).collect(),
            seconds: commit.time().seconds(),
            ..Round::default()
        };
        if self.root == Some(commit.tree_id()) {
            return Ok(round);
        }
        let root = commit.tree()?;
        self.root = Some(root.id());
        self.version_files(repository, &root, inside, &mut round)?;
        let queue = folder_id(&root, inside);
        if queue != self.queue {
            round.files = changed(repository, self.queue, queue)?;
            self.queue = queue;
        }
        Ok(round)
    }

    fn version_files(
        &mut self,
        repository: &Repository,
        root: &git2::Tree<'_>,
        inside: &Path,
        round: &mut Round,
    ) -> Result<(), git2::Error> {
        let mut around: Vec<&Path> = inside.ancestors().collect();
        around.reverse();
        self.folders.resize(around.len(), None);
        for (at, folder) in around.into_iter().enumerate() {
            let id = folder_id(root, folder);
            let (Some(slot), Some(id)) = (self.folders.get_mut(at), id) else { continue };
            if slot.replace(id) == Some(id) {
                continue;
            }
            for entry in &repository.find_tree(id)? {
                let Ok(name) = entry.name() else { continue };
                if entry.kind() != Some(ObjectType::Blob) || !tells_version(name) {
                    continue;
                }
                let path = folder.join(name).to_string_lossy().into_owned();
                if self.versions.insert(path.clone(), entry.id()) != Some(entry.id())
                    && let Some(content) = content(repository, entry.id())?
                {
                    round.versions.push((path, content));
                }
            }
        }
        Ok(())
    }
}

fn tells_version(name: &str) -> bool {
    VERSION_FILES.contains(&name) || Path::new(name).extension().is_some_and(|ending| ending == "spec")
}

/// The id of a folder of a tree.
fn folder_id(root: &git2::Tree<'_>, folder: &Path) -> Option<Oid> {
    if folder.as_os_str().is_empty() {
        return Some(root.id());
    }
    root.get_path(folder).ok().filter(|entry| entry.kind() == Some(ObjectType::Tree)).map(|entry| entry.id())
}

/// A file's content; `None` where it is too large to be one of ours.
fn content(repository: &Repository, id: Oid) -> Result<Option<Vec<u8>>, git2::Error> {
    let blob = repository.find_blob(id)?;
    Ok((blob.size() <= LARGEST).then(|| blob.content().to_vec()))
}

/// The files that differ between two states of the folder.
fn changed(repository: &Repository, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Changed>, git2::Error> {
    let tree = |id: Option<Oid>| id.map(|id| repository.find_tree(id)).transpose();
    let (old, new) = (tree(old)?, tree(new)?);
    let mut diff = repository.diff_tree_to_tree(old.as_ref(), new.as_ref(), Some(&mut DiffOptions::new()))?;
    let has = |kind| diff.deltas().any(|delta| delta.status() == kind);
    if has(Delta::Added) && has(Delta::Deleted) {
        diff.find_similar(Some(DiffFindOptions::new().renames(true).rename_threshold(60).rename_limit(400)))?;
    }
    let mut files = Vec::new();
    for delta in diff.deltas() {
        let side = |file: &git2::DiffFile<'_>| -> Result<Option<Vec<u8>>, git2::Error> {
            let is_file = matches!(file.mode(), git2::FileMode::Blob | git2::FileMode::BlobExecutable);
            if is_file && !file.id().is_zero() { content(repository, file.id()) } else { Ok(None) }
        };
        let path = |file: &git2::DiffFile<'_>| file.path_bytes().map(|path| crate::text::display::utf8(path).text);
        let (old, new) = (delta.old_file(), delta.new_file());
        let (before, after) = match delta.status() {
            Delta::Added => (None, side(&new)?),
            Delta::Deleted => (side(&old)?, None),
            _ => (side(&old)?, side(&new)?),
        };
        let Some(name) = path(&new).or_else(|| path(&old)) else { continue };
        let was = path(&old).filter(|was| *was != name);
        files.push(Changed { name, was, before, after });
    }
    Ok(files)
}
