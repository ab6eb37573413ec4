//! What `forebay spec` shows: regions, findings, and the matrix of targets.

use crate::report::findings;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::TextOptions;
use crate::spec::adopt::Adopted;
use crate::spec::evaluate::Row;
use crate::spec::report::SpecReport;
use crate::text::plural::plural;

const REGIONS: [Column; 3] = [
    Column { title: "line", right: true, overflow: Overflow::Keep },
    Column { title: "region", right: false, overflow: Overflow::Keep },
    Column { title: "state", right: false, overflow: Overflow::Keep },
];

const MATRIX: [Column; 7] = [
    Column { title: "target", right: false, overflow: Overflow::Keep },
    Column { title: "arch", right: false, overflow: Overflow::Keep },
    Column { title: "patches", right: true, overflow: Overflow::Keep },
    Column { title: "requires", right: true, overflow: Overflow::Keep },
    Column { title: "bundled", right: true, overflow: Overflow::Keep },
    Column { title: "rpm", right: false, overflow: Overflow::Keep },
    Column { title: "system", right: false, overflow: Overflow::CutEnd(16) },
];

/// The whole report of a check, worst first, with the counts in the last line.
pub fn text(report: &SpecReport, options: &TextOptions) -> String {
    let summary = &report.summary;
    let verdict = match (summary.hand_edited, summary.stale, summary.errors) {
        (0, 0, 0) => "CURRENT",
        (0, 0, _) => "FINDINGS",
        (0, ..) => "STALE",
        _ => "HAND-EDITED",
    };
    let mut lines = vec![Line::new().with(Role::Heading, &format!("{}    {verdict}", report.spec)), Line::new()];
    if !report.regions.is_empty() {
        let plain = |text: String| Span { role: Role::Plain, text };
        let place = |text: String| Span { role: Role::Place, text };
        let rows: Vec<Vec<Span>> = report
            .regions
            .iter()
            .map(|region| vec![place(region.line.to_string()), plain(region.id.clone()), plain(region.state.clone())])
            .collect();
        lines.extend(layout(&REGIONS, &rows, options.width));
        lines.push(Line::new());
    }
    lines.extend(findings::lines(&report.findings, options));
    lines.push(Line::new().with(Role::Plain, &counts(report)));
    lines.extend(super::text::next(&options.next));
    painted(&lines, options)
}

fn counts(report: &SpecReport) -> String {
    let summary = &report.summary;
    let mut parts = vec![plural(summary.regions, "region", "regions")];
    let named = [
        (summary.hand_edited, "hand-edited"),
        (summary.stale, "stale"),
        (summary.current, "current"),
        (summary.unfilled, "unfilled"),
    ];
    parts.extend(named.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    parts.push(plural(summary.errors, "error", "errors"));
    parts.push(plural(summary.warnings, "warning", "warnings"));
    format!("{}: {}", parts.remove(0), parts.join(", "))
}

/// The targets, one a line.
pub fn matrix(rows: &[Row], options: &TextOptions) -> String {
    let plain = |text: String| Span { role: Role::Plain, text };
    let cells = |row: &Row| {
        let opaque = if row.opaque.is_empty() { String::new() } else { format!("+{}?", row.opaque.len()) };
        vec![
            plain(row.target.clone()),
            plain(row.arch.clone()),
            plain(format!("{}{opaque}", row.applied.len())),
            plain(row.build_requires.len().to_string()),
            plain(row.bundled.len().to_string()),
            plain(match &row.rpm {
                None => "not asked".to_owned(),
                Some(second) if second.differences.is_empty() => "agrees".to_owned(),
                Some(second) => plural(second.differences.len(), "difference", "differences"),
            }),
            plain(if row.system.is_empty() { "-".to_owned() } else { row.system.join(" ") }),
        ]
    };
    let cells: Vec<Vec<Span>> = rows.iter().map(cells).collect();
    let mut lines = layout(&MATRIX, &cells, options.width);
    lines.push(Line::new());
    for row in rows {
        let place = format!("{} {}: ", row.target, row.arch);
        let told = row.rpm.iter().flat_map(|second| &second.differences);
        lines.extend(told.map(|told| Line::new().with(Role::Place, &place).with(Role::Plain, told)));
    }
    lines.push(Line::new().with(Role::Plain, &plural(rows.len(), "target", "targets")));
    painted(&lines, options)
}

const ACCOUNT: [Column; 3] = [
    Column { title: "what", right: false, overflow: Overflow::Keep },
    Column { title: "mapped", right: true, overflow: Overflow::Keep },
    Column { title: "by hand", right: true, overflow: Overflow::Keep },
];

/// What `adopt` made of a spec, and everything that it could not map.
pub fn account(name: &str, adopted: &Adopted, options: &TextOptions) -> String {
    let plain = |text: String| Span { role: Role::Plain, text };
    let mut lines = vec![Line::new().with(Role::Heading, name), Line::new()];
    let rows = adopted.account.iter().map(|row| {
        vec![
            plain(row.kind.to_owned()),
            plain(format!("{} of {}", row.mapped, row.total)),
            plain(row.open.len().to_string()),
        ]
    });
    lines.extend(layout(&ACCOUNT, &rows.collect::<Vec<_>>(), options.width));
    lines.push(Line::new());
    for (row, what, told) in
        adopted.account.iter().flat_map(|row| [(row, "by hand", &row.open), (row, "to look at", &row.doubtful)])
    {
        if !told.is_empty() {
            lines.push(Line::new().with(Role::Heading, &format!("{} {what}:", row.kind)));
            lines.extend(told.iter().map(|line| Line::new().with(Role::Plain, &format!("  {line}"))));
        }
    }
    let regions = if adopted.regions.is_empty() { "none".to_owned() } else { adopted.regions.join(", ") };
    lines.push(Line::new().with(Role::Plain, &format!("regions proposed: {regions}")));
    let (mapped, total) =
        adopted.account.iter().fold((0, 0), |(mapped, total), row| (mapped + row.mapped, total + row.total));
    lines.push(Line::new().with(Role::Plain, &format!("{mapped} of {total} mapped, {} by hand", total - mapped)));
    lines.extend(super::text::next(&options.next));
    painted(&lines, options)
}

fn painted(lines: &[Line], options: &TextOptions) -> String {
    style::painted(lines, options.color)
}
