//! Leaves out what upstream no longer has, where that is the smaller part of a patch.
//!
//! A hunk whose lines are gone from the file, or a file that is gone from the tree, has nothing left to change. Where
//! the rest of the patch has its place and changes at least as many lines, the patch goes on without it; the grade is
//! C, so that a person sees what was left out.

use crate::merge::{self, Fate};
use crate::patch::{Body, FilePatch, LineKind};
use crate::path::RepoPath;
use crate::rebase::file_step::{FileStep, Rewrite, Whole};
use crate::tree::File;

/// What a file step would be without the parts that are gone.
#[derive(Debug, Clone)]
pub struct Without {
    /// The new contents of paths.
    pub staged: Vec<(RepoPath, Option<File>)>,
    /// The file patch to write.
    pub written: Rewrite,
    /// How many lines the parts left out would have changed.
    pub lines: usize,
}

/// True where every open conflict can be left out and what remains is the larger part of the patch.
pub fn applies(steps: &[&FileStep], files: &[FilePatch]) -> bool {
    let open: Vec<&&FileStep> = steps.iter().filter(|step| step.conflict.is_some()).collect();
    let left_out: Option<usize> = open.iter().map(|step| step.without.as_ref().map(|without| without.lines)).sum();
    let all: usize = files.iter().map(changed_lines).sum();
    let stays = steps.iter().any(|step| match (&step.conflict, &step.without) {
        (Some(_), Some(without)) => without.written != Rewrite::Nothing,
        _ => step.conflict.is_none() && step.written != Rewrite::Nothing,
    });
    !open.is_empty() && stays && left_out.is_some_and(|lines| lines * 2 <= all)
}

/// Makes a conflicting step one that leaves out what is gone; what is to be staged is returned.
pub fn settle(step: &mut FileStep) -> Vec<(RepoPath, Option<File>)> {
    let (Some(without), Some(_)) = (step.without.take(), &step.conflict) else { return Vec::new() };
    step.conflict = None;
    step.texts.clear();
    step.whole = if without.written == Rewrite::Nothing { Whole::Changed } else { Whole::Text };
    step.grade = Some(merge::Grade::C);
    step.written = without.written;
    for hunk in step.hunks.iter_mut().filter(|hunk| hunk.fate == Fate::Conflict) {
        hunk.fate = Fate::Resolved;
        hunk.grade = Some(merge::Grade::C);
        hunk.rung = "gone";
        hunk.tried.push("gone");
        hunk.conflict = None;
        hunk.evidence.push("what the hunk changes is gone upstream; it is left out".into());
    }
    if step.hunks.is_empty() {
        step.evidence.push("its part of the patch is left out".into());
    }
    without.staged
}

/// How many lines a file patch adds and removes.
pub fn changed_lines(file: &FilePatch) -> usize {
    match &file.body {
        Body::Hunks(hunks) => {
            hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.kind != LineKind::Context).count()
        }
        _ => 1,
    }
}
