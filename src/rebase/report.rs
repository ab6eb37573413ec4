//! The report of a rebase: the machine contract `forebay.rebase/1` as types.
//!
//! Key names and verdict words are the contract; keys may be added, never renamed or dropped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::merge::file;
use crate::rebase::whole_file;

/// The schema name that stands in every rebase report.
pub const SCHEMA: &str = "forebay.rebase/1";

/// The whole story of one rebase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RebaseReport {
    /// Always `forebay.rebase/1`.
    pub schema: String,
    /// The package's name; empty where no profile names one.
    pub package: String,
    /// The old upstream tree; `null` where none was given.
    pub from: Option<String>,
    /// The new upstream tree.
    pub onto: String,
    /// Counts of patches by verdict.
    pub summary: Summary,
    /// One row a patch, in the order of the queue.
    pub patches: Vec<PatchReport>,
}

impl RebaseReport {
    /// How many patches have a part that the old tree does not hold: they were made for another one.
    pub fn strangers(&self) -> usize {
        let hunk = |hunk: &HunkReport| {
            let why = hunk.culprit.as_deref().is_some_and(|why| why == file::NOWHERE_AT_ALL);
            why || hunk.evidence.iter().any(|fact| fact == file::OLD_TREE_LACKS_IT)
        };
        let lacks = |file: &FileReport| {
            file.hunks.iter().any(hunk) || file.evidence.iter().any(|fact| fact == whole_file::NEITHER_TREE_HAS_IT)
        };
        self.patches.iter().filter(|patch| patch.files.iter().any(lacks)).count()
    }
}

/// Counts of patches by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// All patches of the queue.
    pub patches: usize,
    /// Byte-identical.
    pub untouched: usize,
    /// Line numbers or context renewed.
    pub refreshed: usize,
    /// Merged with grades A and B.
    pub merged: usize,
    /// At least one hunk of grade C.
    pub review: usize,
    /// Already upstream.
    pub absorbed: usize,
    /// Not placed.
    pub conflict: usize,
    /// Left out by a person.
    pub skipped: usize,
}

/// What became of a patch or of one of its files, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Byte-identical; applies with no offset.
    Untouched,
    /// Only line numbers or context changed.
    Refreshed,
    /// Merged with evidence of grade A or B.
    Merged,
    /// All hunks are already upstream.
    Absorbed,
    /// At least one hunk of grade C.
    Review,
    /// At least one hunk could not be placed.
    Conflict,
    /// Left out by a person.
    Skipped,
}

/// What became of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HunkVerdict {
    /// Applies where it says, context equal.
    Untouched,
    /// Line numbers or context changed.
    Refreshed,
    /// Merged with upstream's change.
    Merged,
    /// Already upstream, no longer part of the patch.
    DroppedAbsorbed,
    /// Deletes upstream's newer text of what it used to delete.
    DeletedMore,
    /// Plausible; a person must look.
    Review,
    /// Not placed.
    Conflict,
}

/// How sure a placement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Grade {
    /// Proved: exact place, or a clean three-way with the true base.
    A,
    /// Safe by a stated rule.
    B,
    /// Plausible; applied only as review.
    C,
}

/// One patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PatchReport {
    /// The patch's name in the queue.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The weakest grade of its hunks; `null` for a conflict.
    pub grade: Option<Grade>,
    /// One sentence: why this verdict.
    pub reason: String,
    /// True where a name had bytes that are not UTF-8.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
    /// What the written patch names that the new tree no longer has; empty where nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// One row a file, in the patch's order.
    pub files: Vec<FileReport>,
}

/// One file of a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileReport {
    /// Its path in the old tree.
    pub path: String,
    /// Its path in the new tree.
    pub onto_path: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The weakest grade of its hunks; `null` for a conflict.
    pub grade: Option<Grade>,
    /// What was found about the file as a whole (moved, mode changed, gone), empty where nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// What other distributions' queues have for a conflict here; empty where nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<SiblingOffer>,
    /// For a conflict of the whole file: upstream's commits that touched it, newest first; empty where the history is not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub culprit_commits: Vec<CulpritCommit>,
    /// True where a path had bytes that are not UTF-8.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
    /// One row a hunk, in the patch's order.
    pub hunks: Vec<HunkReport>,
}

/// A file patch of another queue that adds the same lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiblingOffer {
    /// The other queue's name in the profile.
    pub queue: String,
    /// The patch's name there.
    pub patch: String,
    /// The file it changes.
    pub path: String,
    /// True where it removes the same lines too, white space aside.
    pub same_payload: bool,
    /// True where it applies to the new tree with every line of its context.
    pub applies: bool,
    /// True where it was taken, as a review.
    pub taken: bool,
}

/// An upstream commit that touched the lines of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CulpritCommit {
    /// Its id.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// The day it was written, `YYYY-MM-DD`.
    pub date: String,
}

/// One hunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HunkReport {
    /// Its number within the file patch, from 1.
    pub index: usize,
    /// Its first line in the old tree (with earlier patches applied), 1-based.
    pub old_line: usize,
    /// Its first line in the new tree (with earlier patches applied); `null` where it has no place.
    pub new_line: Option<usize>,
    /// What became of it.
    pub verdict: HunkVerdict,
    /// How sure; `null` for a conflict.
    pub grade: Option<Grade>,
    /// The rung of the ladder that placed it; empty for a conflict.
    pub rung: String,
    /// The facts the verdict rests on.
    pub evidence: Vec<String>,
    /// The rungs tried, in order, the last one being `rung`.
    pub tried: Vec<String>,
    /// For `deleted-more`: the upstream lines that are deleted too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub swallowed: Vec<String>,
    /// For a conflict: the old upstream text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// For a conflict: the new upstream text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<String>,
    /// For a conflict: the old upstream text with the patch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<String>,
    /// For a conflict: what upstream change stands in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub culprit: Option<String>,
    /// For a conflict: upstream's commits that touched its lines, newest first; empty where the history is not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub culprit_commits: Vec<CulpritCommit>,
    /// True where a text had bytes that are not UTF-8, which stand as `\xNN`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
}
