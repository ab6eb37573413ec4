//! Adjacent: upstream changed the lines beside an edit, but none of the edit's own.
//!
//! The lines that the edit removes stand in ours as they did in base; an insertion keeps the neighbour that upstream
//! left alone. git calls this a conflict because the two changes may belong together, and so a person looks where they
//! do: where a line of one is continued by a line of the other, where both are arguments of one call, or where both only
//! delete, so that one deletion may be the rest of the other. A blank line that both put at their border is put there once.

use crate::merge::balance::Balance;
use crate::merge::ladder::{Case, resolution};
use crate::merge::{Edit, Grade, Line, Placed, Resolution, absorbed, doubt, kinds, unit};
use crate::text::diff::Change;

/// Lines that a hunk has for context on either side.
const CONTEXT: usize = 3;

/// Places a single edit that overlaps no change of upstream.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let [edit] = case.region_edits() else { return None };
    if !case.region.changes.is_empty() || case.base_text() != case.ours_text() {
        return None;
    }
    let ours = case.region.ours.clone();
    let line = case.region.ours.start + 1;
    let mut evidence = format!("upstream changed lines beside line {line}, but none that the patch changes");
    let [into, out] = doubt::runs_on(case);
    let both_delete = both_delete(case, edit);
    let doubtful = into || out || both_delete || in_a_call(case, &edit.lines) || neighbour_moved(case);
    let grade = if doubtful { Grade::C } else { Grade::B };
    if both_delete {
        evidence.push_str("; upstream deleted those, as the patch deletes its own: one may be the rest of the other");
    }
    let (head, tail) = shared_blanks(case, &edit.lines);
    if head + tail > 0 {
        evidence.push_str("; both put a blank line at their border, which stands there once");
    }
    let lines = edit.lines[head..edit.lines.len() - tail].to_vec();
    Some(resolution(vec![Placed { hunk: edit.hunk, ours, lines }], grade, evidence))
}

/// Blank lines at the head and at the tail of the edit's lines that upstream put at the same border.
///
/// Lines that the edit removes there are none of upstream's, so this is asked of lines it only adds.
fn shared_blanks(case: &Case<'_, '_>, lines: &[Line<'_>]) -> (usize, usize) {
    let region = case.region;
    let blank = |line: &Line<'_>| line.trim_ascii().is_empty();
    if !lines.iter().any(|line| !blank(line)) {
        return (0, 0);
    }
    let (before, after) = case.changes.split_at(region.changes.start.min(case.changes.len()));
    let before = before.last().filter(|change| change.old.end == region.base.start);
    let after = after.first().filter(|change| change.old.start == region.base.end);
    let count = |lines: &mut dyn Iterator<Item = &Line<'_>>| lines.take_while(|line| blank(line)).count();
    let head = before.map_or(0, |change| {
        let new = count(&mut case.ours[change.new.clone()].iter().rev());
        let old = count(&mut case.base[change.old.clone()].iter().rev());
        new.saturating_sub(old).min(count(&mut lines.iter()))
    });
    let tail = after.map_or(0, |change| {
        let new = count(&mut case.ours[change.new.clone()].iter());
        let old = count(&mut case.base[change.old.clone()].iter());
        new.saturating_sub(old).min(count(&mut lines.iter().rev()))
    });
    (head, tail)
}

/// True where the patch only deletes here, and upstream deleted all that a hunk has for context on one side.
fn both_delete(case: &Case<'_, '_>, edit: &Edit<'_>) -> bool {
    let (at, base) = (case.region.changes.start.min(case.changes.len()), &edit.base);
    let before = case.changes[..at].last().filter(|change| change.old.end == base.start);
    let after = case.changes[at..].first().filter(|change| change.old.start == base.end);
    let says = |change: &Change| case.base[change.old.clone()].iter().any(|line| absorbed::is_strong(line));
    let deletes = |change: &Change| change.new.is_empty() && change.old.len() >= CONTEXT && says(change);
    edit.lines.is_empty() && before.into_iter().chain(after).any(deletes)
}

/// True where the line that upstream changed beside an insertion stands elsewhere now, so that the place may have moved
/// with it.
fn neighbour_moved(case: &Case<'_, '_>) -> bool {
    let region = case.region;
    if !region.base.is_empty() {
        return false;
    }
    let at = region.changes.start.min(case.changes.len());
    let before = case.changes[..at].last().filter(|change| change.old.end == region.base.start);
    let after = case.changes[at..].first().filter(|change| change.old.start == region.base.end);
    let above = before.and_then(|change| case.base[change.old.clone()].last());
    let below = after.and_then(|change| case.base[change.old.clone()].first());
    let moved = |line: &Line<'_>| absorbed::is_strong(line) && !case.in_ours.places_of(line).is_empty();
    above.into_iter().chain(below).any(moved)
}

/// True where the edit stands inside the parentheses of a call, whose arguments belong together; items of lists do not.
fn in_a_call(case: &Case<'_, '_>, lines: &[Line<'_>]) -> bool {
    let items = |kind: &kinds::Kind| lines.iter().all(|line| kind.key(line).is_some());
    if kinds::of(case.path).any(items) {
        return false;
    }
    let region = case.region;
    let unit = unit::around(case.ours, &region.ours);
    let open = |end: usize| Balance::of(&case.ours[unit.start.min(end)..end]).depth[0] > 0;
    let at = region.changes.start.min(case.changes.len());
    let before = case.changes[..at].last().is_some_and(|change| change.old.end == region.base.start);
    let after = case.changes[at..].first().is_some_and(|change| change.old.start == region.base.end);
    (before && open(region.ours.start)) || (after && open(region.ours.end))
}
