//! The sentences that tell where a hunk stands, how sure that is and what is in its way.

use std::ops::Range;

use crate::merge::ladder::Case;
use crate::merge::{Fate, Grade, HunkResult, locate};
use crate::patch::Hunk;

/// What is known of a hunk before upstream's changes are looked at.
pub(super) fn start(hunk: &Hunk, place: Option<&locate::Match>) -> HunkResult {
    let mut evidence = Vec::new();
    let mut grade = Grade::A;
    let mut rung = "three-way";
    if let Some(place) = place {
        if place.fuzz > 0 {
            evidence.push(format!("in the old tree the hunk applies only with fuzz {}", place.fuzz));
            (grade, rung) = (Grade::C, "fuzz");
        } else if place.offset != 0 && place.places > 1 {
            evidence.push(format!(
                "in the old tree {} places match; the nearest, {} lines off, counts, as for GNU patch and quilt",
                place.places, place.offset
            ));
            grade = Grade::B;
        }
    }
    HunkResult {
        fate: Fate::Clean,
        grade: Some(grade),
        rung,
        tried: vec![rung],
        evidence,
        swallowed: Vec::new(),
        base_line: place.map_or_else(|| locate::header_line(hunk), |place| place.line),
        conflict: None,
    }
}

/// Grade, rung and fact of a placement by context alone.
pub(super) fn judge_context(found: &locate::Match, absorbed: bool) -> (Grade, &'static str, String) {
    let line = found.line + 1;
    if absorbed {
        return (Grade::B, "absorbed", format!("the hunk's new side stands at line {line}, its old side nowhere"));
    }
    match (found.fuzz, found.offset, found.places) {
        (0, 0, 1) => (Grade::A, "exact", format!("all lines match at line {line} and nowhere else")),
        (0, 0, _) => (Grade::B, "exact", format!("all lines match at line {line}, as the header says")),
        (0, offset, 1) => {
            (Grade::B, "context", format!("all lines match {offset} lines off at line {line} and nowhere else"))
        }
        (0, offset, places) => (
            Grade::C,
            "context",
            format!("all lines match at {places} places; the nearest is {offset} lines off at line {line}"),
        ),
        (fuzz, _, _) => {
            (Grade::C, "fuzz", format!("matches at line {line} only when {fuzz} context lines are ignored"))
        }
    }
}

/// What stands in the way, for the report.
pub(super) fn describe(case: &Case<'_, '_>) -> String {
    let (base, ours) = (&case.region.base, &case.region.ours);
    let gone: usize = case.region_changes().iter().map(|change| change.old.len()).sum();
    let new: usize = case.region_changes().iter().map(|change| change.new.len()).sum();
    match (gone, new) {
        (_, 0) => {
            format!("upstream deleted {gone} of old {}; what is left is near line {}", span(base), ours.start + 1)
        }
        (0, _) => format!("upstream added {new} at {}, beside old {}", span(ours), span(base)),
        _ if ours == base => format!("upstream rewrote {}", span(ours)),
        _ => format!("upstream rewrote old {}, now {}", span(base), span(ours)),
    }
}

/// `line 4`, or `lines 4-6`, of a range counted from 0.
fn span(range: &Range<usize>) -> String {
    if range.len() <= 1 {
        format!("line {}", range.start + 1)
    } else {
        format!("lines {}-{}", range.start + 1, range.end)
    }
}
