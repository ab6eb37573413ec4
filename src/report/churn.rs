//! The churn of a queue for a terminal: the patches with the most work first, the counts in the last line.

use crate::queue::churn::{Churn, Patch};
use crate::report::order::patches;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::TextOptions;
use crate::text::plural::plural;

/// Rows that are shown unless all are asked for.
const ROWS: usize = 25;

const COLUMNS: [Column; 8] = [
    Column { title: "work", right: true, overflow: Overflow::Keep },
    Column { title: "edited", right: true, overflow: Overflow::Keep },
    Column { title: "broke in", right: true, overflow: Overflow::Keep },
    Column { title: "versions", right: true, overflow: Overflow::Keep },
    Column { title: "since", right: false, overflow: Overflow::Keep },
    Column { title: "last work", right: false, overflow: Overflow::Keep },
    Column { title: "state", right: false, overflow: Overflow::Keep },
    Column { title: "patch", right: false, overflow: Overflow::CutStart(20) },
];

/// The table.
pub fn text(churn: &Churn, options: &TextOptions) -> String {
    let limit = if options.verbose { usize::MAX } else { ROWS };
    let worked = |patch: &&Patch| options.verbose || patch.work > 0;
    let rows: Vec<Vec<Span>> = churn.patches.iter().filter(worked).take(limit).map(row).collect();
    let more = churn.patches.len() - rows.len();
    let mut lines = if rows.is_empty() { Vec::new() } else { layout(&COLUMNS, &rows, options.width) };
    if more > 0 && !rows.is_empty() {
        let text = format!("and {more} more (`-v` shows them)");
        lines.push(Line::new().with(Role::Quiet, &text));
    }
    lines.push(Line::new().with(Role::Heading, &counts(churn)));
    if churn.summary.cut {
        lines.push(
            Line::new().with(Role::Hint, "older history is not here (a shallow clone, or more than is looked at)"),
        );
    }
    style::fitted(lines, options.width, options.color)
}

/// The work on the whole queue in one sentence.
pub(super) fn counts(churn: &Churn) -> String {
    let summary = &churn.summary;
    format!(
        "{} carried of {}: {} of work in {} over {}",
        summary.carried,
        patches(summary.patches),
        plural(summary.work, "round", "rounds"),
        plural(summary.rounds, "commit", "commits"),
        plural(churn.releases.len(), "upstream version", "upstream versions"),
    )
}

fn row(patch: &Patch) -> Vec<Span> {
    let cell = |role, text: &str| Span { role, text: super::escape::line(text) };
    let last = patch.last_work.as_ref().map_or("-", |point| point.day.as_str());
    let (state, role) = if patch.carried { ("carried", Role::Plain) } else { ("dropped", Role::Quiet) };
    vec![
        cell(Role::Heading, &patch.work.to_string()),
        cell(Role::Plain, &patch.edited.to_string()),
        cell(Role::Plain, &patch.broken_by.len().to_string()),
        cell(Role::Plain, &patch.releases.to_string()),
        cell(Role::Plain, &patch.first.day),
        cell(Role::Plain, last),
        cell(role, state),
        cell(Role::Name, &patch.name),
    ]
}
