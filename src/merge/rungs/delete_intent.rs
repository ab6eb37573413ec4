//! Delete-intent: upstream changed lines that the patch takes out.
//!
//! The lines before and after the removed stretch must stand in ours, at the same places by two difference algorithms,
//! and what stands between them now must open and close as much as what stood there before. What the patch puts there
//! is put there; what upstream wrote there is deleted too and shown. Always a matter for a person.

use std::collections::HashMap;

use crate::merge::balance::Balance;
use crate::merge::ladder::Case;
use crate::merge::tokens::{Bag, squeezed};
use crate::merge::{Grade, Line, Placed, Resolution};

/// Percent of words that what stood there and what stands there must share.
const LEAST_LIKENESS: usize = 30;

/// Replaces what stands in ours between the edit's anchors.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let [edit] = case.region_edits() else { return None };
    let (base, ours) = (case.base_text(), case.ours_text());
    let covers = edit.base == case.region.base;
    if !covers || base.is_empty() || ours.is_empty() || !anchored(case) {
        return None;
    }
    let same_depth = Balance::of(base).depth == Balance::of(ours).depth;
    if !same_depth || Bag::of(base).likeness(&Bag::of(ours)) < LEAST_LIKENESS {
        return None;
    }
    let swallowed = beyond(base, ours);
    let range = case.region.ours.clone();
    let evidence = format!(
        "the patch replaces lines that upstream changed; lines {}-{} stand there now, {} of them new",
        range.start + 1,
        range.end,
        swallowed.len()
    );
    let placed = vec![Placed { hunk: edit.hunk, ours: range, lines: edit.lines.clone() }];
    Some(Resolution { placed, grade: Grade::C, evidence: vec![evidence], swallowed, absorbed: false })
}

/// True where the lines before and after the region are the same in base and ours.
fn anchored(case: &Case<'_, '_>) -> bool {
    let before = |lines: &[Line<'_>], start: usize| start.checked_sub(1).map(|line| squeezed(lines[line]));
    let after = |lines: &[Line<'_>], end: usize| lines.get(end).map(|line| squeezed(line));
    let region = case.region;
    before(case.base, region.base.start) == before(case.ours, region.ours.start)
        || after(case.base, region.base.end) == after(case.ours, region.ours.end)
}

/// The lines of ours that base did not have, by content.
fn beyond<'a>(base: &[Line<'a>], ours: &[Line<'a>]) -> Vec<Line<'a>> {
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    for line in base {
        *known.entry(squeezed(line)).or_insert(0) += 1;
    }
    let new = |line: &&Line<'a>| match known.get_mut(&squeezed(line)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    ours.iter().filter(new).copied().collect()
}
