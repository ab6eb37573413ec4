//! Turns hunks into edits in base coordinates.

use crate::merge::{Edit, Line, Placed, locate};
use crate::patch::{Hunk, LineKind};

/// Where each hunk lies in base and what it changes there.
#[derive(Debug, Clone)]
pub struct BaseSide<'a> {
    /// The edits of all hunks that were found, sorted, not overlapping.
    pub edits: Vec<Edit<'a>>,
    /// One entry a hunk: its place in base, or `None` where its old side is not there.
    pub places: Vec<Option<locate::Match>>,
}

/// Locates every hunk in `base`: first where its header says, else at the nearest place after the hunk before it.
pub fn on_base<'a>(hunks: &'a [Hunk], base: &[Line<'_>]) -> BaseSide<'a> {
    let base = &locate::Text::new(base);
    let mut side = BaseSide { edits: Vec::new(), places: Vec::with_capacity(hunks.len()) };
    let (mut shift, mut frozen) = (0, 0);
    for (number, hunk) in hunks.iter().enumerate() {
        let found = locate::locate(hunk, base, shift)
            .or_else(|| locate::locate_fuzzy(hunk, base, shift))
            .filter(|found| found.line >= frozen);
        if let Some(found) = found {
            shift += found.offset;
            frozen = found.line + hunk.old_len;
            side.edits.extend(of_hunk(number, hunk, found.line));
        }
        side.places.push(found);
    }
    side
}

/// The edits of one hunk whose old side begins at line `start` (0-based) of the text.
pub fn of_hunk(number: usize, hunk: &Hunk, start: usize) -> Vec<Edit<'_>> {
    let mut edits = Vec::new();
    let mut at = start;
    let (mut removed, mut added): (Vec<Line<'_>>, Vec<Line<'_>>) = (Vec::new(), Vec::new());
    for line in &hunk.lines {
        match line.kind {
            LineKind::Remove => removed.push(&line.text),
            LineKind::Add => added.push(&line.text),
            LineKind::Context => {
                flush(&mut edits, number, &mut at, &mut removed, &mut added);
                at += 1;
            }
        }
    }
    flush(&mut edits, number, &mut at, &mut removed, &mut added);
    edits
}

/// The edit that each placement is for, as an index; `None` where a rung made more or fewer placements of a hunk than it
/// has edits.
pub fn of_placed(placed: &[Placed<'_>], hunks: usize, edits: &[Edit<'_>]) -> Vec<Option<usize>> {
    let mut counts = vec![0usize; hunks];
    for placed in placed {
        counts[placed.hunk] += 1;
    }
    let mut nth = vec![0usize; hunks];
    let of = |placed: &Placed<'_>| {
        let first = edits.partition_point(|edit| edit.hunk < placed.hunk);
        let own = edits[first..].iter().take_while(|edit| edit.hunk == placed.hunk).count();
        let number = first + nth[placed.hunk];
        nth[placed.hunk] += 1;
        (own == counts[placed.hunk]).then_some(number)
    };
    placed.iter().map(of).collect()
}

/// Ends a run of changed lines: what is equal at its ends is no change.
fn flush<'a>(
    edits: &mut Vec<Edit<'a>>,
    hunk: usize,
    at: &mut usize,
    removed: &mut Vec<Line<'a>>,
    added: &mut Vec<Line<'a>>,
) {
    let (start, end) = (*at, *at + removed.len());
    *at = end;
    let head = removed.iter().zip(added.iter()).take_while(|(a, b)| a == b).count();
    let tail = removed[head..].iter().rev().zip(added[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let lines: Vec<Line<'a>> = added[head..added.len() - tail].to_vec();
    let base = start + head..end - tail;
    if !(base.is_empty() && lines.is_empty()) {
        edits.push(Edit { hunk, base, lines });
    }
    removed.clear();
    added.clear();
}
