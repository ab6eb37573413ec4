//! Aligned columns that fit a width: what must give way is cut, and the cut is shown.

use unicode_width::UnicodeWidthStr;

use crate::report::style::{Line, Role, Span, shorten_start};

/// What happens to a cell that is wider than its column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// The column never gives way.
    Keep,
    /// Its end is cut; the column keeps at least so many columns.
    CutEnd(usize),
    /// Its start is cut (paths), likewise.
    CutStart(usize),
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its head.
    pub title: &'static str,
    /// True for numbers.
    pub right: bool,
    /// How it gives way.
    pub overflow: Overflow,
}

/// Blanks between columns.
const GAP: usize = 2;

/// Lays out rows (one cell a column) below a head; the first line is the head.
pub fn layout(columns: &[Column], rows: &[Vec<Span>], width: usize) -> Vec<Line> {
    let widths = widths(columns, rows, width);
    let head: Vec<Span> =
        columns.iter().map(|column| Span { role: Role::Heading, text: column.title.to_owned() }).collect();
    std::iter::once(&head).chain(rows).map(|row| line(columns, &widths, row)).collect()
}

fn widths(columns: &[Column], rows: &[Vec<Span>], width: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(number, column)| {
            let cells = rows.iter().filter_map(|row| row.get(number)).map(|cell| cell.text.width());
            cells.max().unwrap_or(0).max(column.title.width())
        })
        .collect();
    let gaps = GAP * columns.len().saturating_sub(1);
    let mut total = widths.iter().sum::<usize>() + gaps;
    while total > width {
        let least = |number: usize| match columns[number].overflow {
            Overflow::Keep => usize::MAX,
            Overflow::CutEnd(least) | Overflow::CutStart(least) => least,
        };
        let flexible = (0..widths.len()).filter(|&number| widths[number] > least(number));
        let Some(widest) = flexible.max_by_key(|&number| widths[number]) else { break };
        widths[widest] -= 1;
        total -= 1;
    }
    widths
}

fn line(columns: &[Column], widths: &[usize], row: &[Span]) -> Line {
    let mut spans = Vec::new();
    let last = columns.len().saturating_sub(1);
    for (number, ((column, &width), cell)) in columns.iter().zip(widths).zip(row).enumerate() {
        let text = match column.overflow {
            Overflow::CutStart(_) => shorten_start(&cell.text, width),
            _ => Line(vec![cell.clone()]).shortened(width).0.into_iter().map(|span| span.text).collect(),
        };
        let pad = " ".repeat(width.saturating_sub(text.width()));
        let plain = |text: String| Span { role: Role::Plain, text };
        if column.right {
            spans.push(plain(pad));
            spans.push(Span { text, ..*cell });
        } else {
            spans.push(Span { text, ..*cell });
            spans.push(plain(pad));
        }
        if number != last {
            spans.push(plain(" ".repeat(GAP)));
        }
    }
    Line(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::painted;

    #[test]
    fn the_widest_flexible_column_gives_way_first() {
        let columns = [
            Column { title: "n", right: true, overflow: Overflow::Keep },
            Column { title: "path", right: false, overflow: Overflow::CutStart(8) },
            Column { title: "why", right: false, overflow: Overflow::CutEnd(8) },
        ];
        let cell = |text: &str| Span { role: Role::Plain, text: text.into() };
        let rows = vec![
            vec![cell("12"), cell("a/long/path/b.cc"), cell("because of this and that")],
            vec![cell("3"), cell("c"), cell("")],
        ];
        let lines = layout(&columns, &rows, 36);
        assert!(lines.iter().all(|line| line.width() <= 36));
        assert_eq!(painted(&lines, false), " n  path             why\n12  …/path/b.cc      because of thi…\n 3  c\n");
    }
}
