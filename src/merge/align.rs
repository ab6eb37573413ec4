//! Pairs a patch's edits with upstream's changes of the same base, by the rule of git's `xdl_merge`.
//!
//! An edit and a change that share a line, or lie side by side with no line between them, belong to one region;
//! everything else moves along.

use std::ops::Range;

use crate::merge::{Edit, Line, Region};
use crate::text::diff::Change;

/// What an edit meets in ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// Nothing: edit number `edit` replaces these lines of ours.
    Clear {
        /// The edit's index.
        edit: usize,
        /// The lines of ours.
        ours: Range<usize>,
    },
    /// Upstream changed the same lines or lines beside them.
    Touches(Region),
}

/// Pairs sorted `edits` with sorted `changes`.
pub fn pair(edits: &[Edit<'_>], changes: &[Change]) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    let (mut next_edit, mut next_change) = (0, 0);
    while let Some(edit) = edits.get(next_edit) {
        match changes.get(next_change) {
            Some(change) if change.old.end < edit.base.start => next_change += 1,
            Some(change) if change.old.start <= edit.base.end => {
                let region = grow(edits, changes, next_edit, next_change);
                (next_edit, next_change) = (region.edits.end, region.changes.end);
                meetings.push(Meeting::Touches(region));
            }
            _ => {
                let ours = to_ours(changes, next_change, &edit.base);
                meetings.push(Meeting::Clear { edit: next_edit, ours });
                next_edit += 1;
            }
        }
    }
    meetings
}

/// The region around a first touching pair.
fn grow(edits: &[Edit<'_>], changes: &[Change], first_edit: usize, first_change: usize) -> Region {
    let (mut edit_end, mut change_end) = (first_edit + 1, first_change + 1);
    let start = edits[first_edit].base.start.min(changes[first_change].old.start);
    let mut end = edits[first_edit].base.end.max(changes[first_change].old.end);
    loop {
        if let Some(edit) = edits.get(edit_end).filter(|edit| edit.base.start <= end) {
            end = end.max(edit.base.end);
            edit_end += 1;
        } else if let Some(change) = changes.get(change_end).filter(|change| change.old.start <= end) {
            end = end.max(change.old.end);
            change_end += 1;
        } else {
            break;
        }
    }
    let first = &changes[first_change];
    let last = &changes[change_end - 1];
    Region {
        base: start..end,
        ours: first.new.start - (first.old.start - start)..last.new.end + (end - last.old.end),
        edits: first_edit..edit_end,
        changes: first_change..change_end,
    }
}

/// Maps base lines that no change touches; `before` changes lie ahead of them.
pub fn to_ours(changes: &[Change], before: usize, base: &Range<usize>) -> Range<usize> {
    let (old, new) = before.checked_sub(1).map_or((0, 0), |last| (changes[last].old.end, changes[last].new.end));
    base.start - old + new..base.end - old + new
}

/// The line of ours that corresponds to a base line, or the nearest one after what upstream changed there.
pub fn line_in_ours(changes: &[Change], base_line: usize) -> usize {
    let before = changes.partition_point(|change| change.old.end <= base_line && change.old.start < base_line);
    match changes.get(before) {
        Some(change) if change.old.start <= base_line && base_line < change.old.end => change.new.start,
        _ => to_ours(changes, before, &(base_line..base_line)).start,
    }
}

/// The text of a region on theirs: base with the region's edits.
pub fn theirs_text<'a>(base: &[Line<'a>], edits: &[Edit<'a>], region: &Region) -> Vec<Line<'a>> {
    let mut text = Vec::new();
    let mut next = region.base.start;
    for edit in &edits[region.edits.clone()] {
        text.extend_from_slice(&base[next..edit.base.start]);
        text.extend_from_slice(&edit.lines);
        next = edit.base.end;
    }
    text.extend_from_slice(&base[next..region.base.end]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(base: Range<usize>) -> Edit<'static> {
        Edit { hunk: 0, base, lines: vec![b"new\n"] }
    }

    fn change(old: Range<usize>, new: Range<usize>) -> Change {
        Change { old, new }
    }

    #[test]
    fn an_edit_far_from_changes_moves_along() {
        let met = pair(&[edit(10..12)], &[change(0..0, 0..3), change(20..21, 23..23)]);
        assert_eq!(met, vec![Meeting::Clear { edit: 0, ours: 13..15 }]);
    }

    #[test]
    fn side_by_side_counts_as_touching() {
        let met = pair(&[edit(5..6)], &[change(6..7, 6..8)]);
        let region = Region { base: 5..7, ours: 5..8, edits: 0..1, changes: 0..1 };
        assert_eq!(met, vec![Meeting::Touches(region)]);
    }

    #[test]
    fn a_region_grows_over_all_that_touches() {
        let met = pair(&[edit(5..8), edit(9..10)], &[change(7..9, 7..7)]);
        assert_eq!(met, vec![Meeting::Touches(Region { base: 5..10, ours: 5..8, edits: 0..2, changes: 0..1 })]);
    }

    #[test]
    fn lines_map_across_changes() {
        let changes = [change(2..4, 2..3), change(6..6, 5..9)];
        assert_eq!(line_in_ours(&changes, 1), 1);
        assert_eq!(line_in_ours(&changes, 3), 2);
        assert_eq!(line_in_ours(&changes, 5), 4);
        assert_eq!(line_in_ours(&changes, 7), 10);
    }
}
