//! Compares one patch with git: the same tree, the same conflict, or a difference with a name.

use std::collections::HashMap;

use forebay::rebase::outcome::PatchOutcome;
use forebay::rebase::report::{PatchReport, Verdict};
use forebay::tree::{File, ObjectId};

use crate::git::Merge;
use crate::history::Files;

/// How forebay's answer stands to git's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    /// The same tree.
    Same,
    /// Both see a conflict.
    BothConflict,
    /// git sees a conflict; forebay's answer holds both sides' changes.
    Better,
    /// git sees a conflict; forebay asks for a review.
    Review,
    /// A difference that is known and explained, by its name in [`TOLERATED`].
    Tolerated(&'static str),
    /// A difference that is not.
    Wrong(String),
}

/// One patch of a case, with both answers.
pub(crate) struct Question<'q> {
    /// What forebay wrote.
    pub(crate) patch: &'q PatchOutcome,
    /// What it reports.
    pub(crate) report: &'q PatchReport,
    /// The tree it had before and has after.
    pub(crate) trees: (&'q str, &'q str),
    /// What git says.
    pub(crate) git: &'q Merge,
    /// The old side before and with the patch.
    pub(crate) base: &'q Files,
    /// The same with the patch.
    pub(crate) theirs: &'q Files,
}

/// A difference that is tolerated: its name, the reason and how it is told.
pub(crate) type Tolerated = (&'static str, &'static str, fn(&Question<'_>) -> bool);

/// Judges one patch.
pub(crate) fn judge(question: &Question<'_>, tolerated: &[Tolerated]) -> Answer {
    let verdict = question.report.verdict;
    let (_, after) = question.trees;
    let answer = match (question.git.clean, verdict) {
        (true, Verdict::Conflict) => Err("git merges, forebay conflicts".to_owned()),
        (true, _) if question.git.tree == after => Ok(Answer::Same),
        (true, _) => Err("both merge, the trees differ".to_owned()),
        (false, Verdict::Conflict) => stages(question).map(|()| Answer::BothConflict),
        (false, Verdict::Review) => Ok(Answer::Review),
        (false, _) => both_sides(question).map(|()| Answer::Better),
    };
    answer.unwrap_or_else(|problem| {
        let known = tolerated.iter().find(|(_, _, holds)| holds(question));
        known.map_or(Answer::Wrong(problem), |(name, _, _)| Answer::Tolerated(name))
    })
}

/// The blobs of every file that both report as a conflict must be git's stages.
fn stages(question: &Question<'_>) -> Result<(), String> {
    for conflict in &question.patch.conflicts {
        let Some(stages) = question.git.stages.get(conflict.path.as_bytes()) else { continue };
        for (stage, side) in [(1, &conflict.base), (2, &conflict.ours), (3, &conflict.theirs)] {
            let id = side.as_ref().map(|file| ObjectId::of_blob(&file.data).to_string());
            let expected = stages.get(&stage).map(|(_, blob)| blob.clone());
            if id != expected {
                return Err(format!("{}: stage {stage} is {expected:?} for git, {id:?} here", conflict.path));
            }
        }
    }
    Ok(())
}

/// Where git conflicts and forebay does not: every line's count must lie where both sides' changes put it.
///
/// Of the lines that the patch adds or removes, a file gets or loses at most as many as the patch says (fewer where
/// upstream did it too, or moved the line elsewhere), and no other line's count changes at all.
fn both_sides(question: &Question<'_>) -> Result<(), String> {
    for change in &question.patch.changes {
        let file = question.report.files.iter().find(|file| file.onto_path.as_bytes() == change.path.as_bytes());
        let Some(file) = file.filter(|file| !file.hunks.is_empty()) else {
            return Err(format!("{}: changed as a whole where git conflicts", change.path));
        };
        let side = |files: &Files| files.get(&file.path).map(|entry| entry.data.clone()).unwrap_or_default();
        let wanted = moves(&side(question.base), &side(question.theirs));
        for (line, moved) in moves(&content(change.before.as_ref()), &content(change.after.as_ref())) {
            let wanted = wanted.get(&line).copied().unwrap_or(0);
            if moved.abs() > wanted.abs() || moved.signum() * wanted.signum() < 0 {
                return Err(format!("{}: a line's count moves by {moved} instead of {wanted}", change.path));
            }
        }
    }
    Ok(())
}

fn content(file: Option<&File>) -> Vec<u8> {
    file.map(|file| file.data.to_vec()).unwrap_or_default()
}

/// By how much the count of each line differs between two contents.
pub(crate) fn moves(before: &[u8], after: &[u8]) -> HashMap<Vec<u8>, isize> {
    let mut counts: HashMap<Vec<u8>, isize> = HashMap::new();
    for (content, step) in [(before, -1), (after, 1)] {
        for line in content.split_inclusive(|&byte| byte == b'\n') {
            *counts.entry(line.to_vec()).or_insert(0) += step;
        }
    }
    counts.retain(|_, count| *count != 0);
    counts
}
