//! Compares one patch with git: the same tree, the same conflict, or a difference with a name.

use std::collections::HashMap;

use forebay::patch::{Body, LineKind, PatchFile};
use forebay::rebase::outcome::PatchOutcome;
use forebay::rebase::report::{PatchReport, Verdict};
use forebay::tree::{File, ObjectId};

use crate::git::Merge;

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
    /// True where an earlier patch of the case was left out.
    pub(crate) after_left_out: bool,
    /// What git says.
    pub(crate) git: &'q Merge,
    /// The patch as it was read.
    pub(crate) read: &'q PatchFile,
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

/// Where git conflicts and forebay does not: every line's count must lie where the patch's hunks can put it.
///
/// A line gets at most as many as the hunks add and loses at most as many as they remove (fewer where upstream did it
/// too), and no other line's count changes at all.
fn both_sides(question: &Question<'_>) -> Result<(), String> {
    let mut most: HashMap<&[u8], (isize, isize)> = HashMap::new();
    for file in &question.read.files {
        let Body::Hunks(hunks) = &file.body else { continue };
        for line in hunks.iter().flat_map(|hunk| &hunk.lines) {
            let (removed, added) = most.entry(&line.text).or_default();
            match line.kind {
                LineKind::Remove => *removed -= 1,
                LineKind::Add => *added += 1,
                LineKind::Context => {}
            }
        }
    }
    let open = |path: &[u8]| question.git.stages.contains_key(path);
    for change in question.patch.changes.iter().filter(|change| open(change.path.as_bytes())) {
        let file = question.report.files.iter().find(|file| file.onto_path.as_bytes() == change.path.as_bytes());
        if file.is_none_or(|file| file.hunks.is_empty()) {
            return Err(format!("{}: changed as a whole where git conflicts", change.path));
        }
        for (line, moved) in moves(&content(change.before.as_ref()), &content(change.after.as_ref())) {
            let (least, most) = most.get(&line[..]).copied().unwrap_or_default();
            if !(least..=most).contains(&moved) {
                return Err(format!("{}: a line's count moves by {moved}, out of {least}..={most}", change.path));
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
