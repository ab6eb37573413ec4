//! Patch queues: a quilt folder, a folder of patches (Electron), a mailbox or a git range, read and written back in kind.

pub mod rules;

use bstr::BString;

use crate::patch::PatchFile;
use crate::path::RepoPath;
use crate::tree::File;

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
    /// For a git range: the exact change of every file, which makes replaying the patch text unnecessary.
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
