//! A second opinion on places: the difference of the texts without their white space.
//!
//! Where upstream indented a block anew, a line such as `}` can pair with another one of the same indentation, and an
//! insertion beside it lands outside of its block. The lines without white space pair as a reader would pair them; where
//! that puts an edit elsewhere, a person must look. So must one where lines are added near lines that only got another
//! indentation, because the new ones may belong as deep.

use std::collections::HashSet;
use std::ops::Range;

use crate::merge::absorbed::is_strong;
use crate::merge::tokens::squeezed;
use crate::merge::{Edit, FileMerge, Grade, Line, align, edits};
use crate::text::diff::{self, Change};

/// Lines between an edit and a change that count as near.
const NEAR: usize = 3;

/// Grades down hunks that the second difference puts elsewhere.
pub fn ask(merge: &mut FileMerge<'_>, base: &[Line<'_>], ours: &[Line<'_>], edits: &[Edit<'_>], changes: &[Change]) {
    let safe = |grade: Option<Grade>| grade.is_some_and(|grade| grade < Grade::C);
    if !merge.hunks.iter().any(|hunk| safe(hunk.grade)) || !indented_anew(base, ours, changes) {
        return;
    }
    let bare = |lines: &[Line<'_>]| -> Vec<Vec<u8>> { lines.iter().map(|line| squeezed(line)).collect() };
    let (old, new) = (bare(base), bare(ours));
    let old: Vec<&[u8]> = old.iter().map(Vec::as_slice).collect();
    let new: Vec<&[u8]> = new.iter().map(Vec::as_slice).collect();
    let second = diff::changes(&old, &new);
    let own = edits::of_placed(&merge.placed, merge.hunks.len(), edits);
    for (placed, edit) in merge.placed.iter().zip(own) {
        let edit = edit.map(|edit| &edits[edit]);
        let hunk = &mut merge.hunks[placed.hunk];
        let Some(edit) = edit.filter(|edit| safe(hunk.grade) && edit.base.len() == placed.ours.len()) else { continue };
        if near_new_indentation(base, ours, changes, edit) {
            hunk.grade = Some(Grade::C);
            hunk.evidence
                .insert(0, "upstream indented lines near it anew; the lines that it adds may belong as deep".into());
            continue;
        }
        if placed.lines == edit.lines
            && hunk.rung != "spacing"
            && between_new_indentation((base, ours), &second, edit, &placed.ours)
        {
            hunk.grade = Some(Grade::C);
            hunk.evidence.insert(0, "upstream indented the lines around it anew, but not those that it adds".into());
            continue;
        }
        // These put what both insert at one point where their rule says.
        if matches!(hunk.rung, "list" | "log" | "table") {
            continue;
        }
        let there = places(base, &second, edit);
        if !there.is_empty() && !there.contains(&placed.ours.start) {
            hunk.grade = Some(Grade::C);
            let fact = format!(
                "upstream indented the lines around it anew; by their words its place is line {}",
                there[0] + 1
            );
            hunk.evidence.insert(0, fact);
        }
    }
}

/// True where some line that upstream changed stands among the new ones with other white space.
fn indented_anew(base: &[Line<'_>], ours: &[Line<'_>], changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        let old: HashSet<Vec<u8>> = base[change.old.clone()].iter().map(|line| squeezed(line)).collect();
        ours[change.new.clone()].iter().map(|line| squeezed(line)).any(|line| !line.is_empty() && old.contains(&line))
    })
}

/// True where an edit adds lines, and the nearest line that upstream changed within three lines only moved sideways.
fn near_new_indentation(base: &[Line<'_>], ours: &[Line<'_>], changes: &[Change], edit: &Edit<'_>) -> bool {
    let moved = |old: Option<&Line<'_>>, change: &Change| {
        let Some(old) = old.filter(|old| !old.trim_ascii().is_empty()) else { return false };
        let words = squeezed(old);
        let mut same = ours[change.new.clone()].iter().filter(|new| squeezed(new) == words).peekable();
        same.peek().is_some() && same.all(|new| indent(new) != indent(old))
    };
    let after = changes.partition_point(|change| change.old.end <= edit.base.start);
    let inside = |change: &Change| change.old.start < edit.base.start.max(edit.base.end);
    if changes.get(after).is_some_and(inside) {
        return false;
    }
    let removed = &base[edit.base.clone()];
    let known = |line: &Line<'_>| removed.iter().any(|old| indent(old) == indent(line));
    if edit.lines.iter().all(|line| line.trim_ascii().is_empty() || known(line)) {
        return false;
    }
    let above = changes[..after].last().filter(|change| change.old.end + NEAR >= edit.base.start);
    let below = changes.get(after).filter(|change| change.old.start <= edit.base.end + NEAR);
    let up = above.is_some_and(|change| moved(base[change.old.clone()].last(), change));
    let down = below.is_some_and(|change| moved(base[change.old.clone()].first(), change));
    up || down
}

/// True where the lines beside an edit only moved sideways and it adds lines as deep as they were; `changes` is the second
/// difference.
fn between_new_indentation(
    (base, ours): (&[Line<'_>], &[Line<'_>]),
    changes: &[Change],
    edit: &Edit<'_>,
    place: &Range<usize>,
) -> bool {
    let says = |line: &Line<'_>| !line.trim_ascii().is_empty() && !line.starts_with(b"#");
    // What stands where it stood is replaced where it stood.
    let first = |lines: &[Line<'_>]| lines.iter().find(|line| says(line)).map(|line| columns(line));
    let replaced = first(&base[edit.base.clone()]);
    if replaced.is_some() && replaced == ours.get(place.clone()).and_then(first) {
        return false;
    }
    let depths = |number: usize| Some([columns(base[number]), columns(ours.get(in_ours(changes, number)?)?)]);
    let above = (0..edit.base.start).rev().find(|number| says(&base[*number])).and_then(depths);
    let below = (edit.base.end..base.len()).find(|number| says(&base[*number])).and_then(depths);
    let beside: Vec<[usize; 2]> = above.into_iter().chain(below).collect();
    let moved = beside.iter().all(|[old, new]| old != new);
    let as_deep = |line: &Line<'_>| beside.iter().any(|[old, _]| *old == columns(line));
    moved && edit.lines.iter().filter(|line| says(line)).any(as_deep)
}

/// The line of ours that a base line is, where no change touches it.
fn in_ours(changes: &[Change], line: usize) -> Option<usize> {
    let before = changes.partition_point(|change| change.old.end <= line);
    let inside = changes.get(before).is_some_and(|change| change.old.contains(&line));
    (!inside).then(|| align::to_ours(changes, before, &(line..line)).start)
}

/// How deep a line is indented, with a tab to every eighth column.
fn columns(line: &[u8]) -> usize {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.fold(0, |column, byte| if *byte == b'\t' { (column / 8 + 1) * 8 } else { column + 1 })
}

fn indent(line: &Line<'_>) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The lines of ours at which an edit may begin: by its own lines, or by the neighbours of an insertion.
///
/// Of two neighbours that disagree, one that says more than a bracket counts alone.
fn places(base: &[Line<'_>], changes: &[Change], edit: &Edit<'_>) -> Vec<usize> {
    let map = |line: usize| in_ours(changes, line);
    if edit.base.is_empty() {
        let at = edit.base.start;
        let above = at.checked_sub(1).and_then(map).map(|line| line + 1);
        let strong = |line: Option<usize>| line.and_then(|line| base.get(line)).is_some_and(|line| is_strong(line));
        match (above, map(at), strong(at.checked_sub(1)), strong(Some(at))) {
            (Some(above), Some(_), true, false) => vec![above],
            (Some(_), Some(below), false, true) => vec![below],
            (above, below, _, _) => above.into_iter().chain(below).collect(),
        }
    } else {
        let all: Option<Vec<usize>> = edit.base.clone().map(map).collect();
        all.map_or_else(Vec::new, |lines| lines[..1].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insertion_may_stand_by_either_neighbour() {
        let changes = [Change { old: 2..2, new: 2..4 }];
        let edit = |base| Edit { hunk: 0, base, lines: Vec::new() };
        let base: [&[u8]; 5] = [b"first_line ();", b"second_line ();", b"third_line ();", b"}", b"}"];
        assert_eq!(places(&base, &changes, &edit(2..2)), [2, 4]);
        assert_eq!(places(&base, &[Change { old: 3..3, new: 3..4 }], &edit(3..3)), [3]);
        assert_eq!(places(&base, &changes, &edit(3..4)), [5]);
        assert_eq!(places(&base, &[Change { old: 2..4, new: 2..3 }], &edit(3..4)), Vec::<usize>::new());
    }
}
