//! What becomes of one file patch: the values that carrying it yields, and the plain ones among them.

use crate::merge::absorbed::Trace;
use crate::merge::conflict::Labels;
use crate::merge::{self, Grade};
use crate::patch::FilePatch;
use crate::path::RepoPath;
use crate::rebase::intent::Intent;
use crate::rebase::leave_out::Without;
use crate::rebase::old_side::OldSide;
use crate::rebase::outcome::FileConflict;
use crate::rebase::world::State;
use crate::resolution::{Question, Store};
use crate::tree::File;

/// Bytes of a conflict text shown in a report, shared by the hunks of the conflict; the workspace holds all of it.
pub const MOST_TEXT: usize = 32 * 1024;

/// The result for one file patch.
#[derive(Debug, Clone)]
pub struct FileStep {
    /// The path in the new tree.
    pub onto: RepoPath,
    /// The new contents of paths of the new tree; empty for a conflict.
    pub staged: Vec<(RepoPath, Option<File>)>,
    /// What happened to the file as a whole.
    pub whole: Whole,
    /// How sure that is.
    pub grade: Option<Grade>,
    /// Facts about the file as a whole.
    pub evidence: Vec<String>,
    /// One entry a hunk; empty where the body has none or the case is decided as a whole.
    pub hunks: Vec<merge::HunkResult>,
    /// First lines (1-based) of the hunks in the new tree.
    pub new_lines: Vec<Option<usize>>,
    /// How much of each hunk is upstream, where the merge had to find out.
    pub traces: Option<Vec<Trace>>,
    /// The texts of the conflicts, as `hunks[..].conflict` numbers them.
    pub texts: Vec<ConflictText>,
    /// The file patch to write.
    pub written: Rewrite,
    /// More file patches behind it: parts of it that go to other files.
    pub more: Vec<FilePatch>,
    /// What a person must decide.
    pub conflict: Option<FileConflict>,
    /// For a conflict about what is gone upstream: the step without it.
    pub without: Option<Without>,
}

/// What is written of a file patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// Nothing of it is left.
    Nothing,
    /// It stands as it is.
    Same,
    /// This instead.
    New(Box<FilePatch>),
}

impl Rewrite {
    /// The file patch to write, where `file` is the one read.
    pub fn of<'f>(&'f self, file: &'f FilePatch) -> Option<&'f FilePatch> {
        match self {
            Self::Nothing => None,
            Self::Same => Some(file),
            Self::New(new) => Some(new),
        }
    }

    /// The new file patch, made from `file` where it was to stand as it is; `None` where nothing is left.
    pub(super) fn change(&mut self, file: &FilePatch) -> Option<&mut FilePatch> {
        if *self == Self::Same {
            *self = Self::New(Box::new(file.clone()));
        }
        match self {
            Self::New(new) => Some(new),
            _ => None,
        }
    }
}

/// Base, ours and theirs of a conflict as far as a report shows them, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictText {
    /// Old upstream.
    pub base: Vec<u8>,
    /// New upstream.
    pub ours: Vec<u8>,
    /// With the patch.
    pub theirs: Vec<u8>,
    /// One sentence.
    pub why: String,
    /// The exact bytes that a person was asked about, where they decided.
    pub question: Option<Question>,
}

/// What happened to a file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whole {
    /// The file patch stands as it was.
    Same,
    /// Merged line by line; the hunks tell.
    Text,
    /// Its path or header had to change.
    Changed,
    /// All of it is already upstream.
    Absorbed,
    /// A person must decide.
    Conflict,
}

/// The place of a file patch: what it says, what it means, and both sides.
pub struct Place<'p> {
    /// The file patch.
    pub file: &'p FilePatch,
    /// Its intent.
    pub intent: &'p Intent,
    /// Its old side.
    pub old: &'p OldSide,
    /// Parts to strip from its names.
    pub strip: usize,
    /// Names for conflict markers.
    pub labels: &'p Labels,
    /// For a deletion: the file that the next file patch puts at the same path, which makes it a change of type.
    pub successor: Option<&'p File>,
    /// Decisions of people that may be replayed.
    pub resolutions: Option<&'p Store>,
    /// True where a person decided about the patch: then the exact bytes of each question are wanted.
    pub decided: bool,
}

/// The path in the new tree, with the evidence where upstream moved it.
pub(super) fn onto_path(path: &RepoPath, state: &State<'_>) -> (RepoPath, Option<(String, Grade)>) {
    match state.world().moved.get(path) {
        Some(alias) => {
            let grade = if alias.sure { Grade::B } else { Grade::C };
            (alias.to.clone(), Some((alias.evidence.clone(), grade)))
        }
        None => (path.clone(), None),
    }
}

pub(super) fn with_move(mut step: FileStep, moved: Option<(String, Grade)>) -> FileStep {
    if let Some((evidence, grade)) = moved {
        step.evidence.insert(0, evidence);
        step.grade = step.grade.map(|own| own.max(grade));
    }
    step
}

/// The file patch applies to the new tree exactly as it stands.
pub(super) fn same(onto: &RepoPath, after: Option<File>) -> FileStep {
    FileStep {
        staged: vec![(onto.clone(), after)],
        whole: Whole::Same,
        grade: Some(Grade::A),
        written: Rewrite::Same,
        ..empty(onto)
    }
}

pub(super) fn absorbed(onto: &RepoPath, evidence: String) -> FileStep {
    FileStep { whole: Whole::Absorbed, grade: Some(Grade::A), evidence: vec![evidence], ..empty(onto) }
}

pub(super) fn conflict(place: &Place<'_>, onto: &RepoPath, ours: Option<File>, note: String) -> FileStep {
    let open = FileConflict {
        path: onto.clone(),
        base: place.old.base.clone(),
        merged: ours.clone().or_else(|| place.old.theirs.clone()),
        ours,
        theirs: place.old.theirs.clone(),
        hunks: Vec::new(),
        note: note.clone(),
    };
    FileStep { whole: Whole::Conflict, evidence: vec![note], conflict: Some(open), ..empty(onto) }
}

pub(super) fn empty(onto: &RepoPath) -> FileStep {
    FileStep {
        onto: onto.clone(),
        staged: Vec::new(),
        whole: Whole::Same,
        grade: None,
        evidence: Vec::new(),
        hunks: Vec::new(),
        new_lines: Vec::new(),
        traces: None,
        texts: Vec::new(),
        written: Rewrite::Nothing,
        more: Vec::new(),
        conflict: None,
        without: None,
    }
}
