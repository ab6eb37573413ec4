//! Table: the patch and upstream both put rows into a table of versions.
//!
//! A row is a line `| cell | cell |` or `{ cell, cell },` whose first cell is a version. Guard: all lines that either side
//! inserts are rows of one shape (as many cells), no version is put in twice, and the rows around them, upstream's
//! included, stand in order, rising or falling. Each row of the patch goes to its place in that order. Where there is no
//! order, the next rung takes it: what both inserted at one point.

use std::cmp::Ordering;
use std::ops::Range;

use crate::merge::ladder::{Case, resolution};
use crate::merge::{Grade, Line, Placed, Resolution};
use crate::version::{self, Scheme};

/// Rows from which on their order tells something.
const LEAST_ROWS: usize = 3;

/// A row: its version, and how its cells are marked off.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row<'a> {
    version: &'a str,
    mark: u8,
    cells: usize,
}

/// Puts rows where the table's order wants them.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (edit, change) = case.two_insertions()?;
    let (own, upstream) = (rows(&edit.lines)?, rows(&case.ours[change.new.clone()])?);
    let shape = |row: &Row<'_>| (row.mark, row.cells);
    let form = shape(own.first()?);
    let block = block(case.ours, &change.new, form);
    let table = rows(&case.ours[block.clone()])?;
    let known = |row: &Row<'_>| table.iter().any(|other| order(other, row) == Ordering::Equal);
    if own.iter().chain(&upstream).any(|row| shape(row) != form) || own.iter().any(known) || table.len() < LEAST_ROWS {
        return None;
    }
    let direction = direction(&table)?;
    let mut placed: Vec<Placed<'a>> = Vec::new();
    let mut items: Vec<(&Row<'_>, Line<'a>)> = own.iter().zip(edit.lines.iter().copied()).collect();
    items.sort_by(|(one, _), (other, _)| direction_of(direction, order(one, other)));
    if items.windows(2).any(|pair| order(pair[0].0, pair[1].0) == Ordering::Equal) {
        return None;
    }
    for (row, line) in items {
        let before = table.iter().take_while(|other| direction_of(direction, order(other, row)) == Ordering::Less);
        let at = block.start + before.count();
        match placed.last_mut() {
            Some(last) if last.ours.start == at => last.lines.push(line),
            _ => placed.push(Placed { hunk: edit.hunk, ours: at..at, lines: vec![line] }),
        }
    }
    let way = if direction == Ordering::Less { "rising" } else { "falling" };
    let line = change.new.start + 1;
    let evidence = format!(
        "both sides put rows into the table at line {line}; its versions are {way}, and the patch's go to their places"
    );
    Some(resolution(placed, Grade::B, evidence))
}

/// True where both put in a row for one version.
pub fn is_doubled(case: &Case<'_, '_>) -> bool {
    let Some((edit, change)) = case.two_insertions() else { return false };
    let Some((own, upstream)) = rows(&edit.lines).zip(rows(&case.ours[change.new.clone()])) else { return false };
    own.iter().any(|row| upstream.iter().any(|other| order(other, row) == Ordering::Equal))
}

/// The rows of lines, all of which must be rows.
fn rows<'a>(lines: &[Line<'a>]) -> Option<Vec<Row<'a>>> {
    lines.iter().map(|line| row(line)).collect()
}

fn row(line: Line<'_>) -> Option<Row<'_>> {
    let text = std::str::from_utf8(line).ok()?.trim();
    let (inner, mark) = match text.as_bytes() {
        [b'|', .., b'|'] => (text.strip_prefix('|')?.strip_suffix('|')?, b'|'),
        [b'{', .., b','] => (text.strip_prefix('{')?.strip_suffix(',')?.trim_end().strip_suffix('}')?, b','),
        _ => return None,
    };
    let cells = inner.split(char::from(mark)).count();
    let first = inner.split(char::from(mark)).next()?.trim().trim_matches(['"', '\'', '`', '*']);
    let version = first.strip_prefix(['v', 'V']).unwrap_or(first);
    let is_version = version.starts_with(|letter: char| letter.is_ascii_digit()) && !version.contains(' ');
    is_version.then_some(Row { version, mark, cells })
}

/// The rows of one form in a row around a range.
fn block(ours: &[Line<'_>], inside: &Range<usize>, form: (u8, usize)) -> Range<usize> {
    let is_row = |line: &&Line<'_>| row(line).is_some_and(|row| (row.mark, row.cells) == form);
    let start = inside.start - ours[..inside.start].iter().rev().take_while(is_row).count();
    start..inside.end + ours[inside.end..].iter().take_while(is_row).count()
}

fn order(one: &Row<'_>, other: &Row<'_>) -> Ordering {
    version::compare(Scheme::Loose, one.version, other.version)
}

/// The order that every pair of neighbours has; `None` where they differ or are equal.
fn direction(table: &[Row<'_>]) -> Option<Ordering> {
    let mut pairs = table.windows(2).map(|pair| order(&pair[0], &pair[1]));
    let first = pairs.next().filter(|order| *order != Ordering::Equal)?;
    pairs.all(|order| order == first).then_some(first)
}

fn direction_of(direction: Ordering, order: Ordering) -> Ordering {
    if direction == Ordering::Less { order } else { order.reverse() }
}
