//! Patch queues: a quilt folder, a folder of patches (Electron), a mailbox or a git range, read and written back in kind.

pub mod churn;
mod commit_renames;
pub mod compare;
mod error;
pub mod fingerprint;
pub mod footprint;
pub mod from_tree;
mod git_range;
pub mod lint;
mod load;
mod mailbox;
mod rewrite;
pub mod rules;
pub mod siblings;

use std::path::PathBuf;

use bstr::BString;

use crate::patch::PatchFile;
use crate::path::RepoPath;
use crate::tree::File;

pub use error::QueueError;
pub use git_range::from_commits;
pub use load::{LoadOptions, load};
pub use rewrite::{Disposition, FileWrite, QueueFiles};

/// A patch queue as it stands on disk.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its form.
    pub form: QueueForm,
    /// The folder that the names of patches are relative to; empty for a git range.
    pub root: PathBuf,
    /// The file in `root` that gives the order: `series`, `.patches` or the mailbox; `None` without one.
    pub list: Option<String>,
    /// That file's bytes; of a mailbox only those before the first mail.
    pub list_source: BString,
    /// The bytes of the file that holds what was put aside earlier (Electron, mailbox); empty without one.
    pub aside: BString,
    /// The patches in order.
    pub patches: Vec<QueuePatch>,
}

/// The form a queue has on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueForm {
    /// A folder with `series` (quilt).
    Quilt,
    /// A folder of `*.patch` in name order, without a list.
    Folder,
    /// A folder of `*.patch` in the order of its `.patches` file (Electron).
    Electron,
    /// One mailbox file.
    Mailbox,
    /// A range of git commits.
    GitRange,
}

/// One patch of a queue.
#[derive(Debug, Clone)]
pub struct QueuePatch {
    /// Its name: the path relative to the queue's folder (quilt, folder), or a name made from number and subject (mailbox, git range).
    pub name: String,
    /// Its bytes as they stand in the queue.
    pub source: BString,
    /// The parsed patch.
    pub patch: PatchFile,
    /// Leading path parts to strip (`-pN`); 1 unless told.
    pub strip: usize,
    /// True for a `-R` entry, applied in reverse.
    pub reverse: bool,
    /// For a git range: the exact change of every file, sorted by path, which makes replaying the patch text unnecessary.
    pub exact: Option<Vec<ExactChange>>,
}

/// The change of one path between a commit and its parent.
#[derive(Debug, Clone)]
pub struct ExactChange {
    /// The path.
    pub path: RepoPath,
    /// Before; `None` where it did not exist.
    pub before: Option<File>,
    /// After; `None` where it no longer exists.
    pub after: Option<File>,
}
