//! The forecast of a release for a terminal.

use crate::rebase::forecast::{Forecast, Need};
use crate::rebase::report::RebaseReport;
use crate::report::order;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::TextOptions;
use crate::text::plural::plural;

const COLUMNS: [Column; 5] = [
    Column { title: "needs", right: false, overflow: Overflow::Keep },
    Column { title: "hunks", right: true, overflow: Overflow::Keep },
    Column { title: "before", right: true, overflow: Overflow::Keep },
    Column { title: "patch", right: false, overflow: Overflow::CutStart(10) },
    Column { title: "files", right: false, overflow: Overflow::CutStart(10) },
];

/// How many patches will need a person, which, where, and what the queue needed before.
pub fn text(report: &RebaseReport, forecast: &Forecast, options: &TextOptions) -> String {
    let from = report.from.as_deref().map(|from| format!("{from} -> ")).unwrap_or_default();
    let package = if report.package.is_empty() { "rebase" } else { &report.package };
    let needs = forecast.needs.len();
    let all = order::patches(report.patches.len());
    let head = Line::new()
        .with(Role::Heading, package)
        .with(Role::Plain, &format!("  {from}{}    {needs} of {all} will need a person", report.onto));
    let mut lines = vec![head];
    if needs > 0 {
        lines.push(Line::new());
        let rows: Vec<Vec<Span>> = forecast.needs.iter().map(|need| cells(need, forecast)).collect();
        lines.extend(layout(&COLUMNS, &rows, options.width));
        lines.push(Line::new());
    }
    let (hunks, files) = forecast.needs.iter().fold((0, 0), |sum, need| (sum.0 + need.hunks, sum.1 + need.files.len()));
    let effort = format!(
        "effort: {} in {}",
        plural(hunks, "place to decide or read", "places to decide or read"),
        plural(files, "file", "files")
    );
    lines.push(Line::new().with(Role::Plain, &effort));
    if forecast.replayed > 0 {
        let hunks = plural(forecast.replayed, "hunk", "hunks");
        lines.push(Line::new().with(Role::Plain, &format!("memory: {hunks} taken from remembered decisions")));
    }
    if let Some(history) = forecast.history.filter(|history| history.rounds > 0) {
        let rounds = plural(history.rounds, "round", "rounds");
        let told = format!(
            "before: {rounds}, {} changed in the median, {} at most",
            order::patches(history.usual),
            history.most
        );
        lines.push(Line::new().with(Role::Plain, &told));
    }
    style::fitted(lines, options.width, options.color)
}

fn cells(need: &Need, forecast: &Forecast) -> Vec<Span> {
    let cell = |role: Role, text: &str| Span { role, text: super::escape::line(text) };
    let before = match forecast.history {
        Some(history) if history.rounds > 0 => format!("{}/{}", need.touched, history.rounds),
        _ => "-".to_owned(),
    };
    let more = need.files.len().saturating_sub(1);
    let first = need.files.first().map_or("-", String::as_str);
    let files = if more > 0 { format!("{first} and {more} more") } else { first.to_owned() };
    vec![
        cell(Role::Verdict(need.verdict), order::word(need.verdict)),
        cell(Role::Plain, &need.hunks.to_string()),
        cell(Role::Quiet, &before),
        cell(Role::Plain, &need.patch),
        cell(Role::Place, &files),
    ]
}
