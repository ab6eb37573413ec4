//! How often a queue was worked on: the commits of its own repository that changed files of its folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bstr::ByteVec as _;
use git2::{DiffOptions, ObjectType, Oid, Repository};

use crate::tree::{TreeError, repository};

/// The most commits looked at.
const MOST: usize = 5000;

/// The files (relative to the folder) that each commit changed, newest first; `None` where the folder lies in no repository.
///
/// Commits follow their first parent, so that a merged branch counts once. The one that brought the folder does not count.
pub fn of(folder: &Path) -> Result<Option<Vec<BTreeSet<String>>>, TreeError> {
    let Some(repository) = repository::around(folder)? else { return Ok(None) };
    let Some(inside) = inside(&repository, folder) else { return Ok(None) };
    let fail = |source| TreeError::git("walk the history of the queue", folder, source);
    let Ok(head) = repository.head() else { return Ok(None) };
    let mut next = head.peel_to_commit().ok();
    let mut rounds = Vec::new();
    for _ in 0..MOST {
        let Some(commit) = next else { break };
        let parent = commit.parent(0).ok();
        if let Some(parent) = &parent {
            let (new, old) = (at(&commit, &inside), at(parent, &inside));
            if let (Some(new), Some(old)) = (new, old)
                && new != old
            {
                let changed = changed(&repository, old, new).map_err(fail)?;
                rounds.extend((!changed.is_empty()).then_some(changed));
            }
        }
        next = parent;
    }
    Ok(Some(rounds))
}

/// The files (relative to the folder) that the last commit had in it; `None` where it had no such folder.
pub fn last(folder: &Path) -> Result<Option<BTreeSet<String>>, TreeError> {
    let Some(repository) = repository::around(folder)? else { return Ok(None) };
    let Some(inside) = inside(&repository, folder) else { return Ok(None) };
    let commit = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let Some(id) = commit.and_then(|commit| at(&commit, &inside)) else { return Ok(None) };
    let fail = |source| TreeError::git("list the queue of the last commit", folder, source);
    let mut names = BTreeSet::new();
    let tree = repository.find_tree(id).map_err(fail)?;
    let walked = tree.walk(git2::TreeWalkMode::PreOrder, |above, entry| {
        let name = [above.as_bytes(), entry.name_bytes()].concat().into_string();
        if let (Ok(name), Some(ObjectType::Blob)) = (name, entry.kind()) {
            names.insert(name);
        }
        git2::TreeWalkResult::Ok
    });
    walked.map_err(fail)?;
    Ok(Some(names))
}

/// The folder's path in its repository's work tree.
fn inside(repository: &Repository, folder: &Path) -> Option<PathBuf> {
    let real = |path: &Path| crate::io::stage::real(path).ok();
    let (top, folder) = repository.workdir().and_then(real).zip(real(folder))?;
    folder.strip_prefix(top).map(Path::to_path_buf).ok()
}

/// The folder's id in a commit.
fn at(commit: &git2::Commit<'_>, folder: &Path) -> Option<Oid> {
    let tree = commit.tree().ok()?;
    if folder.as_os_str().is_empty() {
        return Some(tree.id());
    }
    tree.get_path(folder).ok().filter(|entry| entry.kind() == Some(ObjectType::Tree)).map(|entry| entry.id())
}

fn changed(repository: &Repository, old: Oid, new: Oid) -> Result<BTreeSet<String>, git2::Error> {
    let (old, new) = (repository.find_tree(old)?, repository.find_tree(new)?);
    let diff = repository.diff_tree_to_tree(Some(&old), Some(&new), Some(&mut DiffOptions::new()))?;
    let name = |delta: git2::DiffDelta<'_>| {
        let path = delta.new_file().path_bytes().or(delta.old_file().path_bytes())?;
        path.to_vec().into_string().ok()
    };
    Ok(diff.deltas().filter_map(name).collect())
}
