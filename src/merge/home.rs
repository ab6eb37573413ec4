//! Doubts a place that lies in another function than the edit's own.
//!
//! Where functions are alike, the difference of the texts can pair the end of one with the end of the next, most easily
//! when upstream moved or deleted one of them; an edit beside such lines lands in the neighbour without a word. The line
//! that opens the function tells it: it stood once in base above the edit, it stands once in ours, and the place found is
//! below another one that base had too. A function that base did not have may well be the edit's own under a new name,
//! or cut out of it, and is no reason for doubt; nor is a place whose lines before and after are those of base, and stand
//! so nowhere else.

use std::ops::Range;

use crate::merge::{Edit, FileMerge, Grade, Line, Placed, absorbed, edits, unit};

/// Lines before and after a place that tell it from all others.
const CONTEXT: usize = 3;

/// Grades down hunks of which an edit lies in another function than in base.
pub fn ask(merge: &mut FileMerge<'_>, base: &[Line<'_>], ours: &[Line<'_>], edits: &[Edit<'_>]) {
    let own = edits::of_placed(&merge.placed, merge.hunks.len(), edits);
    for (placed, edit) in merge.placed.iter().zip(own) {
        let hunk = &mut merge.hunks[placed.hunk];
        let Some(edit) = edit.filter(|_| hunk.grade.is_some_and(|grade| grade < Grade::C)) else { continue };
        let Some((was, is)) = other(base, ours, &edits[edit], placed.ours.start) else { continue };
        if is_surrounded(base, ours, &edits[edit], placed) {
            continue;
        }
        hunk.grade = Some(Grade::C);
        hunk.evidence.insert(0, format!("its place is in `{}`, in the old tree it was in `{}`", shown(is), shown(was)));
    }
}

/// The opening lines of the function of the edit and of the place, where they are two functions that both texts have.
fn other<'a>(base: &[Line<'a>], ours: &[Line<'a>], edit: &Edit<'_>, place: usize) -> Option<(Line<'a>, Line<'a>)> {
    if edit.lines.iter().any(|line| unit::begins(line)) {
        return None;
    }
    let was = opening(base, edit.base.start)?;
    let is = opening(ours, place)?;
    let once = |lines: &[Line<'a>], wanted: Line<'a>| lines.iter().filter(|line| **line == wanted).take(2).count() == 1;
    let two = was != is && absorbed::is_strong(was) && once(base, was) && once(ours, was) && base.contains(&is);
    two.then_some((was, is))
}

/// True where the edit's old lines and the lines around it stand at the place as they stood in base, and nowhere else.
fn is_surrounded(base: &[Line<'_>], ours: &[Line<'_>], edit: &Edit<'_>, placed: &Placed<'_>) -> bool {
    let with_context = |range: &Range<usize>| Some(range.start.checked_sub(CONTEXT)?..range.end + CONTEXT);
    let old = with_context(&edit.base).and_then(|range| base.get(range));
    let new = with_context(&placed.ours).and_then(|range| ours.get(range));
    let Some(needle) = old.filter(|_| old == new) else { return false };
    [base, ours].iter().all(|text| text.windows(needle.len()).filter(|window| *window == needle).take(2).count() == 1)
}

/// The line that opens the function around a place inside of it; `None` right behind that line.
fn opening<'a>(lines: &[Line<'a>], place: usize) -> Option<Line<'a>> {
    let start = unit::around(lines, &(place..place)).start;
    let line = *lines.get(start)?;
    (start + 1 < place && unit::begins(line)).then_some(line)
}

fn shown(line: Line<'_>) -> String {
    String::from_utf8_lossy(line.trim_ascii()).into_owned()
}
