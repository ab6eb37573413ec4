//! Splits a region into parts that share no line: edits that only lie beside upstream's changes, and real overlaps.

use std::ops::Range;

use crate::merge::align;
use crate::merge::ladder::Case;
use crate::merge::{Edit, Region};
use crate::text::diff::Change;

/// The parts of the case's region that hold edits, in order.
///
/// A part without changes is an edit beside upstream's changes: its lines stand in ours as they did in base. Changes
/// that overlap no edit belong to no part and stay as upstream made them.
pub fn split(case: &Case<'_, '_>) -> Vec<Region> {
    let (edits, changes) = (case.edits, case.changes);
    let mut parts = Vec::new();
    let mut edit = case.region.edits.start;
    let mut change = case.region.changes.start;
    while edit < case.region.edits.end {
        let own = &edits[edit].base;
        while change < case.region.changes.end
            && changes[change].old.end <= own.start
            && !overlap(own, &changes[change].old)
        {
            change += 1;
        }
        let mut group = (change..change, edit..edit + 1);
        loop {
            let more_changes = changes[group.0.end..case.region.changes.end]
                .first()
                .is_some_and(|next| edits[group.1.clone()].iter().any(|edit| overlap(&edit.base, &next.old)));
            let more_edits = edits[group.1.end..case.region.edits.end]
                .first()
                .is_some_and(|next| changes[group.0.clone()].iter().any(|change| overlap(&next.base, &change.old)));
            if more_changes {
                group.0.end += 1;
            } else if more_edits {
                group.1.end += 1;
            } else {
                break;
            }
        }
        (change, edit) = (group.0.end, group.1.end);
        parts.push(region(edits, changes, group.0, group.1));
    }
    parts
}

/// True where an edit and a change share a line, insert at the same point, or one inserts inside of the other.
fn overlap(edit: &Range<usize>, change: &Range<usize>) -> bool {
    match (edit.is_empty(), change.is_empty()) {
        (true, true) => edit.start == change.start,
        (true, false) => change.start < edit.start && edit.start < change.end,
        (false, true) => edit.start < change.start && change.start < edit.end,
        (false, false) => edit.start < change.end && change.start < edit.end,
    }
}

fn region(edits: &[Edit<'_>], changes: &[Change], in_changes: Range<usize>, in_edits: Range<usize>) -> Region {
    let own = &edits[in_edits.clone()];
    let (first, last) = (&own[0].base, &own[own.len() - 1].base);
    let (base, ours) = match (changes[in_changes.clone()].first(), changes[in_changes.clone()].last()) {
        (Some(from), Some(to)) => {
            let start = first.start.min(from.old.start);
            let end = last.end.max(to.old.end);
            (start..end, from.new.start - (from.old.start - start)..to.new.end + (end - to.old.end))
        }
        _ => (first.start..last.end, align::to_ours(changes, in_changes.start, &(first.start..last.end))),
    };
    Region { base, ours, edits: in_edits, changes: in_changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_stricter_than_touching() {
        assert!(!overlap(&(5..6), &(6..7)));
        assert!(!overlap(&(5..5), &(5..7)));
        assert!(!overlap(&(5..7), &(5..5)));
        assert!(overlap(&(5..5), &(5..5)));
        assert!(overlap(&(5..5), &(4..6)));
        assert!(overlap(&(4..6), &(5..5)));
        assert!(overlap(&(4..6), &(5..9)));
    }
}
