//! Adjacent: upstream changed the lines beside an edit, but none of the edit's own.
//!
//! The lines that the edit removes stand in ours as they did in base; an insertion keeps the neighbour that upstream
//! left alone. git calls this a conflict because the two changes may belong together, and so a person looks where they
//! do: where a line of one is continued by a line of the other.

use crate::merge::ladder::{Case, resolution};
use crate::merge::{Grade, Line, Placed, Resolution};

/// Places a single edit that overlaps no change of upstream.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let [edit] = case.region_edits() else { return None };
    if !case.region.changes.is_empty() || case.base_text() != case.ours_text() {
        return None;
    }
    let ours = case.region.ours.clone();
    let evidence =
        format!("upstream changed lines beside line {}, but none that the patch changes", case.region.ours.start + 1);
    let grade = if continued(case) { Grade::C } else { Grade::B };
    let placed = Placed { hunk: edit.hunk, ours, lines: edit.lines.clone() };
    Some(resolution(vec![placed], grade, evidence))
}

/// True where an expression runs on from the edit to a changed line after it, or from a changed line into it.
fn continued(case: &Case<'_, '_>) -> bool {
    let region = &case.region.ours;
    let runs_on = |line: Option<&Line<'_>>| {
        let text = line.map(|line| line.trim_ascii_end()).unwrap_or_default();
        [&b"&&"[..], b"||", b"(", b"=", b"+", b"|", b"?"].iter().any(|end| text.ends_with(end))
    };
    runs_on(region.start.checked_sub(1).and_then(|line| case.ours.get(line)))
        || (!region.is_empty() && runs_on(case.ours.get(region.end - 1)))
}
