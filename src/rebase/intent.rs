//! What a file patch means in terms of tree paths, once its names are stripped and checked.

use crate::patch::{FilePatch, Operation};
use crate::path::{self, PathError, RepoPath};
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

/// Says which file patch of which patch has a path that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{patch}:{line}: {problem}")]
pub struct IntentError {
    /// The patch's name.
    pub patch: String,
    /// The line of the file header.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with the names of a file patch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A name is no path inside the tree.
    #[error("{0}")]
    Path(#[from] PathError),
    /// No name is left.
    #[error("no file name is left after stripping {0} leading folders (hint: give the right `-pN` in `series`)")]
    Nameless(usize),
}

/// The intent of a file patch; `exists` tells whether a path is in the old tree at this point of the queue.
pub fn of(patch: &QueuePatch, file: &FilePatch, exists: &dyn Fn(&RepoPath) -> bool) -> Result<Intent, IntentError> {
    find(patch, file, exists).map_err(|problem| IntentError { patch: patch.name.clone(), line: file.line, problem })
}

fn find(patch: &QueuePatch, file: &FilePatch, exists: &dyn Fn(&RepoPath) -> bool) -> Result<Intent, Problem> {
    let header = &file.header;
    let whole = |name: &[u8]| RepoPath::parse(name).map_err(Problem::from);
    match &header.operation {
        Operation::Rename { from, to } => return Ok(Intent::Rename { from: whole(from)?, to: whole(to)? }),
        Operation::Copy { from, to } => return Ok(Intent::Copy { from: whole(from)?, to: whole(to)? }),
        _ => {}
    }
    let names = candidates(patch, file)?;
    let first = names.first().ok_or(Problem::Nameless(patch.strip))?;
    let path = names.iter().find(|path| exists(path)).unwrap_or(first).clone();
    Ok(match header.operation {
        Operation::Create => Intent::Create(new_name(patch, file)?.unwrap_or(path)),
        Operation::Delete => Intent::Delete(path),
        _ => Intent::Modify(path),
    })
}

/// All paths that the names of a file patch may mean, best first: fewest parts, shortest last part, shortest (GNU patch).
pub fn candidates(patch: &QueuePatch, file: &FilePatch) -> Result<Vec<RepoPath>, Problem> {
    let header = &file.header;
    if let Operation::Rename { from, to } | Operation::Copy { from, to } = &header.operation {
        return Ok(vec![RepoPath::parse(from)?, RepoPath::parse(to)?]);
    }
    let names = [&header.old_name, &header.new_name, &header.index_name];
    let mut paths = Vec::new();
    for name in names.into_iter().flatten() {
        if let Some(stripped) = path::strip(name, patch.strip) {
            paths.push(RepoPath::parse(stripped)?);
        }
    }
    paths.sort_by_key(|path| (path.parts().count(), path.file_name().len(), path.as_bytes().len()));
    paths.dedup();
    Ok(paths)
}

fn new_name(patch: &QueuePatch, file: &FilePatch) -> Result<Option<RepoPath>, Problem> {
    let stripped = file.header.new_name.as_ref().and_then(|name| path::strip(name, patch.strip));
    Ok(stripped.map(RepoPath::parse).transpose()?)
}
