//! Remembered decisions for a terminal.

use crate::finding::Finding;
use crate::rebase::report::Verdict;
use crate::report::side_by_side::{self, Column};
use crate::report::style::{self, Line, Role, Side, Span};
use crate::report::table::{self, Overflow, layout};
use crate::report::text::TextOptions;
use crate::resolution::{Store, Stored};
use crate::text::plural::plural;
use crate::text::{display, lines};

const COLUMNS: [table::Column; 5] = [
    table::Column { title: "file", right: false, overflow: Overflow::CutStart(12) },
    table::Column { title: "patch", right: false, overflow: Overflow::CutStart(10) },
    table::Column { title: "for", right: false, overflow: Overflow::CutEnd(8) },
    table::Column { title: "when", right: false, overflow: Overflow::Keep },
    table::Column { title: "who", right: false, overflow: Overflow::CutEnd(8) },
];

/// All records as a table; with `-v` each with its question and answer.
pub fn list(store: &Store, options: &TextOptions) -> String {
    let all = store.all();
    let rows: Vec<Vec<Span>> = all.iter().map(|stored| cells(stored)).collect();
    let mut lines = Vec::new();
    if !rows.is_empty() {
        let mut table = layout(&COLUMNS, &rows, options.width).into_iter();
        lines.extend(table.next());
        for (stored, line) in all.iter().zip(table) {
            lines.push(line);
            if options.verbose {
                lines.extend(told(stored, options.width));
            }
        }
    }
    lines.push(Line::new().with(Role::Heading, &plural(all.len(), "decision", "decisions")));
    lines.extend(findings(&store.findings, options.width));
    paint(&lines, options)
}

/// What is wrong with the folder, and how many records it holds.
pub fn verify(store: &Store, options: &TextOptions) -> String {
    let mut lines = findings(&store.findings, options.width);
    let all = plural(store.all().len(), "usable decision", "usable decisions");
    let bad = plural(store.findings.len(), "unusable file", "unusable files");
    lines.push(Line::new().with(Role::Heading, &format!("{all}, {bad}")));
    paint(&lines, options)
}

fn paint(lines: &[Line], options: &TextOptions) -> String {
    style::fitted(lines.iter().cloned(), options.width, options.color)
}

fn cells(stored: &Stored) -> Vec<Span> {
    let (record, origin) = (&stored.record, &stored.record.origin);
    let cell = |role: Role, text: &str| Span { role, text: super::escape::line(text) };
    vec![
        cell(Role::Place, &record.question.path.to_string()),
        cell(Role::Plain, &origin.patch),
        cell(Role::Plain, &origin.onto),
        cell(Role::Quiet, &origin.date),
        cell(Role::Quiet, &origin.author),
    ]
}

fn told(stored: &Stored, width: usize) -> Vec<Line> {
    let question = &stored.record.question;
    let bar = |line: Line| {
        let mut whole = Line::new().with(Role::Quiet, "  │ ");
        whole.0.extend(line.0);
        whole
    };
    let mut lines = vec![bar(Line::new().with(Role::Quiet, &stored.name))];
    if !stored.record.origin.why.is_empty() {
        lines.push(bar(Line::new().with(Role::Plain, &format!("why: {}", stored.record.origin.why))));
    }
    let columns = [
        Column { side: Side::Base, title: "base", text: &question.base },
        Column { side: Side::Ours, title: "ours", text: &question.ours },
        Column { side: Side::Theirs, title: "the answer", text: &stored.record.answer },
    ];
    lines.extend(side_by_side::layout(&columns, width.saturating_sub(4)).into_iter().map(bar));
    for edit in &stored.record.also {
        lines.push(bar(Line::new().with(Role::Quiet, "and elsewhere in the file")));
        for (sign, role, text) in [("- ", Role::Removed, &edit.old), ("+ ", Role::Added, &edit.new)] {
            for line in lines::split(text) {
                let shown = display::terminal(lines::without_ending(line));
                lines.push(bar(Line::new().with(role, &format!("{sign}{shown}"))));
            }
        }
    }
    lines
}

fn findings(findings: &[Finding], width: usize) -> Vec<Line> {
    let one = |finding: &Finding| {
        let place = finding.places.first().map_or("", String::as_str);
        let line = Line::new()
            .with(Role::Verdict(Verdict::Review), "unusable  ")
            .with(Role::Place, place)
            .with(Role::Plain, &format!("  {}", finding.message));
        line.shortened(width)
    };
    findings.iter().map(one).collect()
}
