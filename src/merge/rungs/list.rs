//! List: the patch and upstream both added items to a list whose order carries no meaning.
//!
//! Which lines are items of which files is a table ([`kinds`]). Guard: all lines that either side inserts are items of
//! the same kind and no key is inserted twice. Where the list around them is sorted in ours, each item goes to its
//! sorted place; else upstream's items come first. Upstream's order is never changed.

use std::ops::Range;

use crate::merge::kinds::{self, Kind};
use crate::merge::ladder::{Case, resolution};
use crate::merge::rungs::list_end;
use crate::merge::{Grade, Line, Placed, Resolution};

/// Items that a list must have for its order to tell anything.
const LEAST_SORTED: usize = 3;

/// Resolves insertions of items at one point, or after the last item.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    items(case).or_else(|| list_end::resolve(case))
}

fn items<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (edit, change) = case.two_insertions()?;
    let upstream = &case.ours[change.new.clone()];
    let kind = kinds::of(case.path).find(|kind| {
        edit.lines.iter().all(|line| kind.key(line).is_some()) && upstream.iter().all(|line| kind.key(line).is_some())
    })?;
    let known = |line: &Line<'_>| upstream.iter().any(|other| kind.key(other) == kind.key(line));
    if edit.lines.iter().any(known) {
        return None;
    }
    let block = block(kind, case.ours, &change.new);
    let sorted = is_sorted(kind, &case.ours[block.clone()]);
    let placed = if sorted {
        in_order(kind, case.ours, &block, edit.hunk, &edit.lines)
    } else {
        vec![Placed { hunk: edit.hunk, ours: change.new.end..change.new.end, lines: edit.lines.clone() }]
    };
    let how = if sorted { "put in its sorted place" } else { "put after upstream's items" };
    let evidence = format!("both sides added to the {} at line {}; {how}", kind.name, change.new.start + 1);
    Some(resolution(placed, Grade::B, evidence))
}

/// The items in a row around a range.
fn block(kind: &Kind, ours: &[Line<'_>], inside: &Range<usize>) -> Range<usize> {
    let item = |line: &&Line<'_>| kind.key(line).is_some();
    let start = inside.start - ours[..inside.start].iter().rev().take_while(item).count();
    start..inside.end + ours[inside.end..].iter().take_while(item).count()
}

fn is_sorted(kind: &Kind, lines: &[Line<'_>]) -> bool {
    lines.len() >= LEAST_SORTED && lines.is_sorted_by_key(|line| kind.key(line))
}

/// One placement a gap, so that items for the same gap stay in order.
fn in_order<'a>(
    kind: &Kind,
    ours: &[Line<'a>],
    block: &Range<usize>,
    hunk: usize,
    items: &[Line<'a>],
) -> Vec<Placed<'a>> {
    let mut items = items.to_vec();
    items.sort_by_key(|line| kind.key(line));
    let mut placed: Vec<Placed<'a>> = Vec::new();
    for item in items {
        let at = block.start + ours[block.clone()].partition_point(|line| kind.key(line) <= kind.key(item));
        match placed.last_mut() {
            Some(last) if last.ours.start == at => last.lines.push(item),
            _ => placed.push(Placed { hunk, ours: at..at, lines: vec![item] }),
        }
    }
    placed
}
