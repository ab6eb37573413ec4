//! A search for the release or commit that breaks a patch, for a terminal.

use crate::rebase::report::Verdict;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::{TextOptions, next};
use crate::report::{escape, order};

/// One tree that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The tag, or the commit with its subject.
    pub name: String,
    /// What became of the patch there.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bisection<'a> {
    /// The patch.
    pub patch: &'a str,
    /// What was searched, in words.
    pub among: String,
    /// What was tried, from old to new.
    pub trials: &'a [Trial],
    /// The answer, one sentence a line.
    pub answer: Vec<String>,
    /// True where something breaks the patch.
    pub broken: bool,
}

const COLUMNS: [Column; 3] = [
    Column { title: "verdict", right: false, overflow: Overflow::Keep },
    Column { title: "tried", right: false, overflow: Overflow::CutEnd(24) },
    Column { title: "why", right: false, overflow: Overflow::CutEnd(8) },
];

/// The table of what was tried, the answer, and the next command.
pub fn text(found: &Bisection<'_>, options: &TextOptions) -> String {
    let head = Line::new().with(Role::Heading, &escape::line(found.patch));
    let mut lines = vec![head.with(Role::Plain, &format!("  {}", escape::line(&found.among))), Line::new()];
    let cell = |role: Role, text: &str| Span { role, text: escape::line(text) };
    let rows: Vec<Vec<Span>> = found
        .trials
        .iter()
        .map(|trial| {
            let verdict = cell(Role::Verdict(trial.verdict), order::word(trial.verdict));
            vec![verdict, cell(Role::Plain, &trial.name), cell(Role::Plain, &trial.reason)]
        })
        .collect();
    lines.extend(layout(&COLUMNS, &rows, options.width));
    lines = lines.into_iter().map(|line| line.shortened(options.width)).collect();
    lines.push(Line::new());
    let role = if found.broken { Role::Verdict(Verdict::Conflict) } else { Role::Good };
    lines.extend(found.answer.iter().map(|sentence| Line::new().with(role, &escape::line(sentence))));
    lines.extend(next(&options.next));
    style::painted(&lines, options.color)
}
