//! Both sides added a file at one path, and the two differ.
//!
//! There is no base, so nothing is merged; but where one text holds the other, it is known what is left to do. Guards: the
//! lines of the smaller one stand in the other in their order, and the two are alike as wholes. White space never counts.
//! In all other cases a person gets both texts, and how alike they are.

use crate::merge::{Grade, Line};
use crate::path::RepoPath;
use crate::rebase::file_step::{FileStep, Place, Rewrite, Whole, absorbed, conflict, same};
use crate::rebase::refresh;
use crate::text::lines::{self, squeezed};
use crate::text::plural::plural;
use crate::text::similarity::Chunks;
use crate::tree::{File, Mode};

/// Percent that the files must share where one holds more than the other.
const LEAST_ALIKE: u8 = 50;

/// Percent from which on a conflict says how alike the files are.
const WORTH_SAYING: u8 = 20;

/// Decides a new file whose path upstream has taken with another content or mode.
pub(super) fn settle(place: &Place<'_>, onto: &RepoPath, ours: File) -> FileStep {
    let plain = |file: &File| matches!(file.mode, Mode::Regular | Mode::Executable);
    let Some(theirs) = place.old.theirs.as_ref().filter(|theirs| plain(theirs) && plain(&ours)) else {
        return open(place, onto, ours, None);
    };
    if theirs.data == ours.data {
        return other_mode(place, onto, &ours, theirs);
    }
    let (own, new) = (says(&theirs.data), says(&ours.data));
    if own == new {
        return upstreams(onto, "upstream added the same file with other white space".into());
    }
    let alike = Chunks::of(&theirs.data).score(&Chunks::of(&ours.data));
    let more = own.len().abs_diff(new.len());
    if alike >= LEAST_ALIKE && !own.is_empty() && holds(&new, &own) {
        return upstreams(onto, format!("upstream added the same file and {} more", plural(more, "line", "lines")));
    }
    if alike >= LEAST_ALIKE && !new.is_empty() && holds(&own, &new) {
        let mut step = same(onto, Some(theirs.clone()));
        step.written =
            Rewrite::New(Box::new(refresh::rebuilt(place.file, place.strip, onto, Some(&ours), Some(theirs))));
        step.whole = Whole::Changed;
        step.grade = Some(Grade::C);
        let fact = format!(
            "upstream added the same file without {} of it, which the patch now adds",
            plural(more, "line", "lines")
        );
        step.evidence.push(fact);
        return step;
    }
    open(place, onto, ours, Some(alike))
}

/// The same content: where the patch names a mode, that is what is left of it.
fn other_mode(place: &Place<'_>, onto: &RepoPath, ours: &File, theirs: &File) -> FileStep {
    if place.file.header.new_mode.is_none() {
        return upstreams(onto, "upstream added the same file".into());
    }
    let mut step = same(onto, Some(theirs.clone()));
    step.written = Rewrite::New(Box::new(refresh::rebuilt(place.file, place.strip, onto, Some(ours), Some(theirs))));
    step.whole = Whole::Changed;
    step.grade = Some(Grade::B);
    step.evidence.push("upstream added the same file with another mode; the patch's mode is kept".into());
    step
}

/// Upstream's file stays as it is.
fn upstreams(onto: &RepoPath, fact: String) -> FileStep {
    FileStep { grade: Some(Grade::B), ..absorbed(onto, fact) }
}

fn open(place: &Place<'_>, onto: &RepoPath, ours: File, alike: Option<u8>) -> FileStep {
    let likeness =
        alike.filter(|alike| *alike >= WORTH_SAYING).map(|alike| format!("; {alike} % of both are the same"));
    let note = format!("upstream added another file at this path{}", likeness.unwrap_or_default());
    conflict(place, onto, Some(ours), note)
}

/// The lines that are not blank, without white space.
fn says(data: &[u8]) -> Vec<Vec<u8>> {
    let all = lines::split(data);
    all.iter().map(|line: &Line<'_>| squeezed(line)).filter(|line| !line.is_empty()).collect()
}

/// True where all lines of `part` stand in `whole` in their order.
fn holds(whole: &[Vec<u8>], part: &[Vec<u8>]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|line| rest.any(|other| other == line))
}
