//! Says why the state of a rebase could not be read, changed or restored.

use std::path::{Path, PathBuf};

use crate::io::{IoError, shown};
use crate::rebase::transaction::Step;

/// An error of the session, its workspace, its journal or a transaction.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The disk or the lock.
    #[error(transparent)]
    Io(#[from] IoError),
    /// A file of the state folder holds something else than what was written there.
    #[error("`{}` cannot be understood: {problem}", shown(path))]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A run was asked for while another one waits for a person.
    #[error("a rebase is still open: {} left to decide", conflicts(*open))]
    Open {
        /// The number of its conflicts.
        open: usize,
    },
    /// `continue`, `skip` or `abort` without an open rebase.
    #[error("no rebase is open")]
    NoSession,
    /// `undo` without a run to take back.
    #[error("there is no run to undo")]
    NothingToUndo,
    /// Files that would be replaced are not as the last run left them.
    #[error("edited since forebay wrote them: {}", list(paths))]
    Edited {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// A file to write lies outside of the folder that is being written.
    #[error("`{}` lies outside of `{}`", shown(path), shown(root))]
    Escapes {
        /// The file.
        path: PathBuf,
        /// The folder.
        root: PathBuf,
    },
    /// Something else than a regular file stands where a file is to be replaced.
    #[error("`{}` is {kind}, which forebay does not replace", shown(path))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// Conflict markers stand in files that were handed back.
    #[error("conflict markers are left in `{patch}`: {}", places.join(", "))]
    Markers {
        /// The patch.
        patch: String,
        /// `file:line` of the first in each file, with their number.
        places: Vec<String>,
    },
    /// Files of a whole-file conflict are as they were.
    #[error("nothing was decided in `{patch}` about {}", paths.join(", "))]
    Undecided {
        /// The patch.
        patch: String,
        /// The files.
        paths: Vec<String>,
    },
    /// A file that was handed back is not a file that can be read.
    #[error("`{}` was not handed back as a plain file: {problem}", shown(path))]
    HandedBack {
        /// The file in the workspace.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A patch was named that does not wait for a decision.
    #[error("no patch `{name}` waits for a decision")]
    UnknownPatch {
        /// The name as given.
        name: String,
        /// Those that do wait.
        open: Vec<String>,
    },
    /// A git branch could not be moved.
    #[error("cannot move the branch `{name}`: {problem}")]
    Branch {
        /// The branch.
        name: String,
        /// Why.
        problem: String,
    },
    /// The caller asked to stop; nothing was cleaned up, the next start does it.
    #[error("stopped before {0}")]
    Stopped(Step),
    /// A run failed and what it had done could not be taken back either.
    #[error("{cause}; taking it back failed too: {rollback}")]
    RollBack {
        /// Why the run failed.
        cause: Box<StateError>,
        /// Why the state before could not be restored.
        rollback: Box<StateError>,
    },
}

impl StateError {
    /// A file that cannot be understood.
    pub(crate) fn corrupt(path: &Path, problem: impl std::fmt::Display) -> Self {
        Self::Corrupt { path: path.to_path_buf(), problem: problem.to_string() }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io(error) => return error.hint(),
            Self::Corrupt { path, .. } => {
                format!("it is read by another version of forebay, or move `{}` away", shown(path))
            }
            Self::Open { .. } => "see `forebay status`; `forebay abort` restores the state before it".into(),
            Self::NoSession => "`forebay rebase --onto TREE` begins one; `forebay undo` takes the last run back".into(),
            Self::NothingToUndo => "only the last run that wrote the queue can be undone, once".into(),
            Self::Edited { .. } => "keep a copy, or repeat the command with `--force`, which puts one into the state folder".into(),
            Self::Escapes { .. } => "a folder on the way is a symlink; use `--out DIR` to write elsewhere".into(),
            Self::NotAFile { .. } => "use `--out DIR` to write the refreshed queue elsewhere".into(),
            Self::Markers { .. } => "edit the files, then `forebay continue`; or `forebay skip`".into(),
            Self::Undecided { .. } => {
                "edit, make or delete the file, then `forebay continue`; `forebay continue --as-is` takes it as it stands".into()
            }
            Self::HandedBack { .. } => "put a plain file there, or delete it to have it deleted".into(),
            Self::UnknownPatch { open, .. } if open.is_empty() => return None,
            Self::UnknownPatch { open, .. } => format!("waiting: {}", open.join(", ")),
            Self::Branch { .. } => "look at it with `git branch -vv`; nothing else was changed".into(),
            Self::Stopped(_) => "`forebay status` says where things stand".into(),
            Self::RollBack { rollback, .. } => {
                return rollback.hint().or_else(|| Some("any forebay command tries it again; see `forebay status`".into()));
            }
        })
    }

    /// True where a person has to act in the workspace first (exit status 3).
    pub fn waits_for_a_person(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Markers { .. } | Self::Undecided { .. } | Self::HandedBack { .. })
    }
}

fn conflicts(count: usize) -> String {
    if count == 1 { "1 conflict".into() } else { format!("{count} conflicts") }
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().take(8).map(|path| format!("`{}`", shown(path))).collect();
    let rest = paths.len().saturating_sub(shown.len());
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
