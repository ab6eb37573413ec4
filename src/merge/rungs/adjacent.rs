//! Adjacent: upstream changed the lines beside an edit, but none of the edit's own.
//!
//! The lines that the edit removes stand in ours as they did in base; an insertion keeps the neighbour that upstream
//! left alone. git calls this a conflict because the two changes may belong together.

use crate::merge::ladder::{Case, resolution};
use crate::merge::{Grade, Placed, Resolution};

/// Places a single edit that overlaps no change of upstream.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let [edit] = case.region_edits() else { return None };
    if !case.region.changes.is_empty() || case.base_text() != case.ours_text() {
        return None;
    }
    let ours = case.region.ours.clone();
    let evidence =
        format!("upstream changed lines beside line {}, but none that the patch changes", case.region.ours.start + 1);
    let placed = Placed { hunk: edit.hunk, ours, lines: edit.lines.clone() };
    Some(resolution(vec![placed], Grade::B, evidence))
}
