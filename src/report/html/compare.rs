//! Base, ours and theirs beside each other, with the words that differ marked.

use crate::patch::LineKind;
use crate::rebase::sides::Sides;
use crate::report::html::Part;
use crate::report::side_by_side;
use crate::text::plural::plural;
use crate::text::{diff, lines};

/// The most rows that one hunk shows.
const ROWS: usize = 300;
/// The longest line that is shown, in characters: minified files have lines of megabytes.
const COLUMNS: usize = 400;

/// The table of a hunk.
pub(super) struct Compared {
    /// The heads of the columns.
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Row>,
    /// What was left out, in words; empty where nothing.
    pub(super) rest: String,
}

pub(super) struct Head {
    pub(super) side: &'static str,
    pub(super) words: &'static str,
}

pub(super) struct Row(pub(super) Vec<Cell>);

/// One side's line: how it stands to base, and its text in parts.
pub(super) struct Cell {
    pub(super) class: &'static str,
    pub(super) parts: Vec<Part>,
}

const BASE: Head = Head { side: "base", words: "old upstream" };
const OURS: Head = Head { side: "ours", words: "new upstream" };
const THEIRS: Head = Head { side: "theirs", words: "old upstream with the patch" };
const ALIKE: Head = Head { side: "base = ours", words: "upstream, old and new alike" };
const CARRIED: Head = Head { side: "written", words: "new upstream with the patch" };

/// How many bytes of text a hunk brings to the page.
pub(super) fn weight(sides: &Sides) -> usize {
    let length = |side: &Option<Vec<u8>>| side.as_ref().map_or(0, Vec::len);
    length(&sides.base) + length(&sides.ours) + length(&sides.theirs)
}

/// The sides of a hunk; `None` where none is known.
pub(super) fn compare(sides: &Sides) -> Option<Compared> {
    let (base, theirs) = (sides.base.as_deref()?, sides.theirs.as_deref()?);
    let ours = sides.ours.as_deref();
    if ours.is_none_or(|ours| ours == base) {
        let head = if ours.is_some() { ALIKE } else { BASE };
        return Some(table(vec![head, THEIRS], base, &[theirs]));
    }
    let ours = ours.unwrap_or_default();
    // What is written differs from what a reader would make of base, ours and theirs only where a rung had to choose.
    let written = sides.written.as_ref().map(|hunk| {
        let kept = hunk.lines.iter().filter(|line| line.kind != LineKind::Remove);
        kept.flat_map(|line| line.text.iter().copied()).collect::<Vec<u8>>()
    });
    match &written {
        Some(written) => Some(table(vec![BASE, OURS, THEIRS, CARRIED], base, &[ours, theirs, written])),
        None => Some(table(vec![BASE, OURS, THEIRS], base, &[ours, theirs])),
    }
}

fn table(heads: Vec<Head>, base: &[u8], others: &[&[u8]]) -> Compared {
    let mut rows = side_by_side::rows(base, others, &shown);
    let rest = match rows.len().checked_sub(ROWS).filter(|more| *more > 0) {
        Some(more) => {
            rows.truncate(ROWS);
            format!("{} more", plural(more, "line", "lines"))
        }
        None => String::new(),
    };
    Compared { heads, rows: rows.into_iter().map(row).collect(), rest }
}

/// A line as it is shown, cut where it is too long to be read.
fn shown(line: &[u8]) -> String {
    let text = super::safe(&String::from_utf8_lossy(lines::without_ending(line)));
    match text.char_indices().nth(COLUMNS) {
        Some((at, _)) => format!("{} … (cut)", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

fn row(row: side_by_side::Row) -> Row {
    let base = row.0.first().cloned().flatten();
    let alone = row.0.iter().skip(1).all(Option::is_none);
    let cells = row.0.into_iter().enumerate().map(|(at, text)| {
        let Some(text) = text else { return Cell { class: "n", parts: Vec::new() } };
        match &base {
            _ if at == 0 => Cell { class: if alone { "r" } else { "" }, parts: whole(text) },
            Some(base) if *base == text => Cell { class: "", parts: whole(text) },
            Some(base) => {
                let mut ranges = diff::words(base, &text).1;
                // A line that differs as a whole is told by its ground; marking all of it would only tire.
                ranges.retain(|range| range.len() < text.len());
                let parts = set_apart(&text, &ranges);
                Cell { class: "c", parts }
            }
            None => Cell { class: "a", parts: whole(text) },
        }
    });
    Row(cells.collect())
}

fn whole(text: String) -> Vec<Part> {
    vec![Part { marked: false, text }]
}

/// A text with some of its ranges marked.
fn set_apart(text: &str, ranges: &[std::ops::Range<usize>]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut next = 0;
    let part =
        |range: std::ops::Range<usize>, marked| Part { marked, text: text.get(range).unwrap_or_default().to_owned() };
    for range in ranges {
        parts.push(part(next..range.start, false));
        parts.push(part(range.clone(), true));
        next = range.end;
    }
    parts.push(part(next..text.len(), false));
    parts.retain(|part| !part.text.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(base: &str, ours: &str, theirs: &str) -> Sides {
        let bytes = |text: &str| Some(text.as_bytes().to_vec());
        Sides { base: bytes(base), ours: bytes(ours), theirs: bytes(theirs), written: None }
    }

    fn told(compared: &Compared) -> Vec<String> {
        let cell = |cell: &Cell| {
            let text: Vec<String> = cell
                .parts
                .iter()
                .map(|part| if part.marked { format!("[{}]", part.text) } else { part.text.clone() })
                .collect();
            format!("{}:{}", cell.class, text.concat())
        };
        compared.rows.iter().map(|row| row.0.iter().map(cell).collect::<Vec<_>>().join(" | ")).collect()
    }

    #[test]
    fn words_that_differ_are_marked_on_their_side() {
        let found = compare(&sides("f(300);\nb\n", "f(600);\nb\n", "f(300);\nb\nc\n")).unwrap();
        assert_eq!(told(&found), [":f(300); | c:f([600]); | :f(300);", ":b | :b | :b", "n: | n: | a:c"]);
    }

    #[test]
    fn an_upstream_that_did_not_change_is_shown_once() {
        let found = compare(&sides("a\n", "a\n", "b\n")).unwrap();
        assert_eq!(found.heads.iter().map(|head| head.side).collect::<Vec<_>>(), ["base = ours", "theirs"]);
    }

    #[test]
    fn long_texts_and_long_lines_are_cut_and_say_so() {
        let long = "x\n".repeat(ROWS + 5);
        let found = compare(&sides(&long, "y\n", &long)).unwrap();
        assert_eq!((found.rows.len(), found.rest.is_empty()), (ROWS, false));
        let found = compare(&sides(&"é".repeat(COLUMNS * 2), "", "")).unwrap();
        assert!(told(&found)[0].contains("… (cut)"));
    }
}
