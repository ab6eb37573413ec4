//! What a file patch means in terms of tree paths, once its names are stripped and checked.

use crate::patch::{FilePatch, NameError, Operation, Paths};
use crate::path::{self, RepoPath};
use crate::queue::QueuePatch;

/// The paths a file patch speaks of and what it does to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Changes the file in place.
    Modify(RepoPath),
    /// Makes a new file.
    Create(RepoPath),
    /// Deletes a file.
    Delete(RepoPath),
    /// Renames a file, perhaps with edits.
    Rename {
        /// The path before.
        from: RepoPath,
        /// The path after.
        to: RepoPath,
    },
    /// Makes a new file from another one.
    Copy {
        /// The source.
        from: RepoPath,
        /// The new file.
        to: RepoPath,
    },
}

impl Intent {
    /// The path that holds the content before, if any.
    pub fn source(&self) -> Option<&RepoPath> {
        match self {
            Self::Modify(path) | Self::Delete(path) => Some(path),
            Self::Rename { from, .. } | Self::Copy { from, .. } => Some(from),
            Self::Create(_) => None,
        }
    }

    /// The path that holds the content after, if any.
    pub fn target(&self) -> Option<&RepoPath> {
        match self {
            Self::Modify(path) | Self::Create(path) => Some(path),
            Self::Rename { to, .. } | Self::Copy { to, .. } => Some(to),
            Self::Delete(_) => None,
        }
    }

    /// The path that reports name the change by: where the content comes from.
    pub fn name(&self) -> &RepoPath {
        match self {
            Self::Modify(path) | Self::Delete(path) | Self::Create(path) => path,
            Self::Rename { from, .. } => from,
            Self::Copy { to, .. } => to,
        }
    }

    /// Both paths.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.source().into_iter().chain(self.target())
    }
}

/// Says which patch has a file patch whose names cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{patch}:{source}")]
pub struct IntentError {
    /// The patch's name.
    pub patch: String,
    /// What is wrong, and at which line.
    pub source: NameError,
}

/// The intent of a file patch; `exists` tells whether a path is in the old tree at this point of the queue.
pub fn of(patch: &QueuePatch, file: &FilePatch, exists: &dyn Fn(&RepoPath) -> bool) -> Result<Intent, IntentError> {
    let Paths { old, new } = file.paths(patch.strip, exists).map_err(|source| located(patch, source))?;
    let missing = || located(patch, NameError::Missing { line: file.line });
    Ok(match (&file.header.operation, old, new) {
        (Operation::Rename { .. }, Some(from), Some(to)) => Intent::Rename { from, to },
        (Operation::Copy { .. }, Some(from), Some(to)) => Intent::Copy { from, to },
        (_, Some(_), Some(path)) => Intent::Modify(path),
        (_, None, Some(path)) => Intent::Create(path),
        (_, Some(path), None) => Intent::Delete(path),
        (_, None, None) => return Err(missing()),
    })
}

fn located(patch: &QueuePatch, source: NameError) -> IntentError {
    IntentError { patch: patch.name.clone(), source }
}

/// All paths that the names of a file patch may mean, whatever the tree holds.
pub fn candidates(patch: &QueuePatch, file: &FilePatch) -> Result<Vec<RepoPath>, IntentError> {
    let Paths { old, new } = file.paths(patch.strip, &|_| false).map_err(|source| located(patch, source))?;
    let mut paths: Vec<RepoPath> = old.into_iter().chain(new).collect();
    let header = &file.header;
    if !matches!(header.operation, Operation::Rename { .. } | Operation::Copy { .. }) {
        let names = [&header.old_name, &header.new_name, &header.index_name].into_iter().flatten();
        let stripped = names.filter_map(|name| path::strip(name, patch.strip));
        paths.extend(stripped.filter_map(|name| RepoPath::parse(name).ok()));
    }
    paths.sort();
    paths.dedup();
    Ok(paths)
}
