//! What a rebase yields besides its report: the patches to write, their effect and the open conflicts.

use std::collections::BTreeMap;

use crate::path::RepoPath;
use crate::rebase::report::RebaseReport;
use crate::resolution::{Edit, Question};
use crate::tree::File;

/// The result of one rebase; nothing of it has been written anywhere.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The whole story.
    pub report: RebaseReport,
    /// One entry a patch, in the order of the queue and of `report.patches`.
    pub patches: Vec<PatchOutcome>,
}

/// The result of one patch.
#[derive(Debug, Clone)]
pub struct PatchOutcome {
    /// The patch's name in the queue.
    pub name: String,
    /// The bytes to write: the input's own for `untouched`, new ones for `refreshed`, `merged` and `review`; `None` otherwise.
    pub written: Option<Vec<u8>>,
    /// Its effect on the new tree (with the written patches before it), sorted by path; empty where `written` is `None`.
    pub changes: Vec<FileChange>,
    /// The files that need a person; empty unless the verdict is `conflict`.
    pub conflicts: Vec<FileConflict>,
    /// What a person's decision says about each open place.
    pub learned: Learned,
}

/// What can be remembered of a person's decision about a patch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// Questions with their answers.
    pub lessons: Vec<Lesson>,
    /// Files whose answer cannot be told place by place.
    pub beyond: Vec<RepoPath>,
}

/// A question that a person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What was asked.
    pub question: Question,
    /// The text that stands there now.
    pub answer: Vec<u8>,
    /// What was changed elsewhere in the file along with it.
    pub also: Vec<Edit>,
}

/// The change of one path of the new tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path.
    pub path: RepoPath,
    /// Before; `None` where it does not exist.
    pub before: Option<File>,
    /// After; `None` where it no longer exists.
    pub after: Option<File>,
}

/// One file that a patch could not be placed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileConflict {
    /// Its path in the new tree.
    pub path: RepoPath,
    /// Old upstream (with the patches before).
    pub base: Option<File>,
    /// New upstream (with the written patches before).
    pub ours: Option<File>,
    /// Old upstream with this patch.
    pub theirs: Option<File>,
    /// What a person edits: ours with every hunk that could be placed, and base/ours/theirs markers where one could not.
    pub merged: Option<File>,
    /// The numbers (from 1) of the hunks that need a person; empty for a conflict of the whole file.
    pub hunks: Vec<usize>,
    /// One sentence for a conflict of the whole file (deleted, type changed, binary), empty otherwise.
    pub note: String,
}

/// What a person decided about a patch, fed into the next run of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Leave it out, for this reason.
    Skip(String),
    /// These are the files of the new tree after the patch (every file it touches; `None`: deleted).
    Resolved(BTreeMap<RepoPath, Option<File>>),
}

/// Decisions by patch name.
pub type Decisions = BTreeMap<String, Decision>;
