//! Base, ours and theirs beside each other: equal lines in one row, differences marked and their words set apart.
//!
//! Every cell begins with a sign, so that nothing hangs on colour: blank as base has it, `~` another line than base has
//! there, `+` a line that base lacks, `-` a line that only base has. Long lines go on in the next row. Where the terminal
//! is too narrow for columns, the sides stand below each other.

use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use crate::report::style::{Line, Role, Side, Span, head};
use crate::text::diff::{self, Change};
use crate::text::{display, lines};

/// The least columns of text beside each other; below that, sides are stacked.
const LEAST: usize = 22;

/// Between two columns.
const BAR: &str = " │ ";

/// One side: which, under which name, and its text; `None` where it is not known.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Which side.
    pub side: Side,
    /// How it is headed.
    pub title: &'a str,
    /// Its text.
    pub text: &'a [u8],
}

/// Lays the sides out in `width` columns; the first one is compared with.
pub fn layout(columns: &[Column<'_>], width: usize) -> Vec<Line> {
    let Some(base) = columns.first() else { return Vec::new() };
    let bars = BAR.width() * columns.len().saturating_sub(1);
    let room = width.saturating_sub(bars) / columns.len();
    let others: Vec<&[u8]> = columns.iter().skip(1).map(|column| column.text).collect();
    let rows = rows(base.text, &others, &shown);
    if room < LEAST + 2 {
        return stacked(columns, &rows, width);
    }
    let heads = columns.iter().map(|column| vec![title(column, room)]).collect::<Vec<_>>();
    let mut out = vec![beside(&heads.iter().map(Vec::as_slice).collect::<Vec<_>>(), room)];
    for row in &rows {
        let cells: Vec<Vec<Vec<Span>>> =
            columns.iter().enumerate().map(|(at, column)| cell(row, at, column.side, room)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let parts: Vec<&[Span]> = cells.iter().map(|cell| cell.get(line).map_or(&[][..], Vec::as_slice)).collect();
            out.push(beside(&parts, room));
        }
    }
    out
}

fn title(column: &Column<'_>, room: usize) -> Span {
    let text = super::escape::line(column.title);
    Span { role: Role::Side(column.side), text: head(&text, room).to_owned() }
}

/// One line of cells, each filled up to `room` columns.
fn beside(cells: &[&[Span]], room: usize) -> Line {
    let mut line = Line::new();
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            line.0.push(Span { role: Role::Quiet, text: BAR.into() });
        }
        let used: usize = cell.iter().map(|span| span.text.width()).sum();
        line.0.extend(cell.iter().cloned());
        line.0.push(Span { role: Role::Plain, text: " ".repeat(room.saturating_sub(used)) });
    }
    line
}

fn stacked(columns: &[Column<'_>], rows: &[Row], width: usize) -> Vec<Line> {
    let mut out = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        out.push(Line(vec![title(column, width)]));
        for row in rows {
            // A line that this side lacks is shown by base alone.
            let cell = if at > 0 && row.0.get(at).is_none_or(Option::is_none) {
                Vec::new()
            } else {
                cell(row, at, column.side, width.max(4))
            };
            out.extend(cell.into_iter().map(Line));
        }
    }
    out
}

/// The texts that stand beside each other, one a side; `None` where a side has no line there.
pub(crate) struct Row(pub(crate) Vec<Option<String>>);

/// Pairs the lines of base with those of the other sides; `shown` makes a line fit for where it is shown.
pub(crate) fn rows(base: &[u8], others: &[&[u8]], shown: &dyn Fn(&[u8]) -> String) -> Vec<Row> {
    let base = lines::split(base);
    let sides: Vec<Vec<&[u8]>> = others.iter().map(|side| lines::split(side)).collect();
    let changes: Vec<Vec<Change>> = sides.iter().map(|side| diff::changes(&base, side)).collect();
    let mut out = Vec::new();
    let mut next = 0;
    for region in regions(&changes) {
        let at = |changes: &[Change], line: usize| moved(changes, line);
        for line in next..region.start {
            let others = sides.iter().zip(&changes).map(|(side, changes)| side.get(at(changes, line)).copied());
            out.push(row(shown, base.get(line).copied(), others));
        }
        let old = &base[region.clone()];
        let new: Vec<&[&[u8]]> =
            sides.iter().zip(&changes).map(|(side, changes)| &side[span(changes, &region)]).collect();
        let height = new.iter().map(|side| side.len()).max().unwrap_or(0).max(old.len());
        for line in 0..height {
            out.push(row(shown, old.get(line).copied(), new.iter().map(|side| side.get(line).copied())));
        }
        next = region.end;
    }
    for line in next..base.len() {
        let others = sides.iter().zip(&changes).map(|(side, changes)| side.get(moved(changes, line)).copied());
        out.push(row(shown, base.get(line).copied(), others));
    }
    out
}

fn row<'l>(
    shown: &dyn Fn(&[u8]) -> String,
    base: Option<&'l [u8]>,
    others: impl Iterator<Item = Option<&'l [u8]>>,
) -> Row {
    Row(std::iter::once(base).chain(others).map(|line| line.map(shown)).collect())
}

/// A line as a terminal may have it.
fn shown(line: &[u8]) -> String {
    let text = display::terminal(lines::without_ending(line)).replace('\t', "    ");
    super::escape::line(&text)
}

/// The runs of base lines that any side changes, joined where they touch.
fn regions(changes: &[Vec<Change>]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = changes.iter().flatten().map(|change| change.old.clone()).collect();
    all.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in all {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Where a line of base that no change covers stands on the other side.
fn moved(changes: &[Change], line: usize) -> usize {
    let before = changes.iter().rev().find(|change| change.old.end <= line);
    before.map_or(line, |change| line - change.old.end + change.new.end)
}

/// What stands on the other side for a run of base lines that covers every change it touches.
fn span(changes: &[Change], region: &Range<usize>) -> Range<usize> {
    let inside = |change: &&Change| change.old.start >= region.start && change.old.end <= region.end;
    let (first, last) = (changes.iter().find(inside), changes.iter().rev().find(inside));
    match (first, last) {
        (Some(first), Some(last)) => {
            first.new.start - (first.old.start - region.start)..last.new.end + (region.end - last.old.end)
        }
        _ => moved(changes, region.start)..moved(changes, region.start) + region.len(),
    }
}

/// A side's cell of a row: its lines, each of at most `room` columns.
fn cell(row: &Row, at: usize, side: Side, room: usize) -> Vec<Vec<Span>> {
    let text = row.0.get(at).cloned().flatten();
    let base = row.0.first().cloned().flatten();
    let others = || row.0.iter().skip(1);
    let (sign, plain, words) = match (at, &base, &text) {
        (0, _, Some(_)) if others().all(Option::is_none) && row.0.len() > 1 => ('-', Role::Removed, Vec::new()),
        (0, ..) | (_, None, None) => (' ', Role::Plain, Vec::new()),
        (_, Some(base), Some(text)) if base == text => (' ', Role::Plain, Vec::new()),
        (_, Some(base), Some(text)) => ('~', Role::Side(side), diff::words(base, text).1),
        (_, None, Some(_)) => ('+', Role::Words(side), Vec::new()),
        (_, Some(_), None) => ('-', Role::Quiet, Vec::new()),
    };
    // An added line differs as a whole; underlining all of it would only tire.
    let plain = if plain == Role::Words(side) { Role::Side(side) } else { plain };
    let spans = set_apart(text.as_deref().unwrap_or_default(), &words, plain, Role::Words(side));
    let mut out = broken(spans, room.saturating_sub(2));
    for (number, line) in out.iter_mut().enumerate() {
        let sign = if number == 0 { sign } else { ' ' };
        line.insert(0, Span { role: plain, text: format!("{sign} ") });
    }
    out
}

/// A text with some of its ranges in another role.
fn set_apart(text: &str, ranges: &[Range<usize>], plain: Role, apart: Role) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut next = 0;
    for range in ranges {
        spans.push(Span { role: plain, text: text[next..range.start].to_owned() });
        spans.push(Span { role: apart, text: text[range.clone()].to_owned() });
        next = range.end;
    }
    spans.push(Span { role: plain, text: text[next..].to_owned() });
    spans.retain(|span| !span.text.is_empty());
    spans
}

/// Spans broken into lines of at most `room` columns.
fn broken(spans: Vec<Span>, room: usize) -> Vec<Vec<Span>> {
    let mut out = vec![Vec::new()];
    let mut left = room;
    for span in spans {
        let mut rest = span.text.as_str();
        while !rest.is_empty() {
            let mut part = head(rest, left);
            if part.is_empty() && left == room {
                // A sign wider than the column stands alone.
                part = &rest[..rest.chars().next().map_or(rest.len(), char::len_utf8)];
            }
            if !part.is_empty() {
                left = left.saturating_sub(part.width());
                if let Some(line) = out.last_mut() {
                    line.push(Span { role: span.role, text: part.to_owned() });
                }
                rest = &rest[part.len()..];
            }
            if !rest.is_empty() {
                out.push(Vec::new());
                left = room;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::painted;
    use proptest::prelude::*;

    fn shown(base: &str, ours: &str, theirs: &str, width: usize) -> String {
        let column = |side, title, text: &'static str| Column { side, title, text: text.as_bytes() };
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let columns = [
            column(Side::Base, "base", leak(base)),
            column(Side::Ours, "ours", leak(ours)),
            column(Side::Theirs, "theirs", leak(theirs)),
        ];
        painted(&layout(&columns, width), false)
    }

    #[test]
    fn equal_lines_stand_in_one_row() {
        let text = shown("a\nb\nc\n", "a\nB b\nc\nd\n", "a\nc\n", 90);
        let rows: Vec<String> =
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(rows, ["base │ ours │ theirs", "a │ a │ a", "b │ ~ B b │ -", "c │ c │ c", "│ + d │"]);
    }

    #[test]
    fn a_narrow_terminal_stacks_the_sides() {
        let text = shown("a\nb\n", "a\nc\n", "a\n", 40);
        assert_eq!(text, "base\n  a\n  b\nours\n  a\n~ c\ntheirs\n  a\n");
    }

    #[test]
    fn long_lines_go_on_below() {
        let long = "x".repeat(60);
        let text = shown(&long, &long, &long, 90);
        assert_eq!(text.matches('x').count(), 180);
        assert!(text.lines().all(|line| line.width() <= 90), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_no_line_too_wide(
            base in "([ab\t(é]{0,30}\n){0,5}", ours in "([ab\t(é]{0,30}\n){0,5}", theirs in "([ab(日]{0,30}\n){0,5}",
            width in 30_usize..120,
        ) {
            let text = shown(&base, &ours, &theirs, width);
            for line in text.lines() {
                prop_assert!(line.width() <= width, "{line}");
            }
            if width >= 90 {
                let count = |text: &str| text.chars().filter(|sign| matches!(sign, 'é' | '日' | '(')).count();
                prop_assert_eq!(count(&text), count(&base) + count(&ours) + count(&theirs));
            }
        }
    }
}
