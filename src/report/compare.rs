//! Two queues side by side for a terminal.

use crate::queue::QueuePatch;
use crate::queue::compare::Comparison;
use crate::rebase::report::Verdict;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::TextOptions;

/// The queues that were compared.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// This queue.
    pub mine: &'a [QueuePatch],
    /// The other one.
    pub theirs: &'a [QueuePatch],
    /// The other one's name.
    pub other: &'a str,
}

const COLUMNS: [Column; 4] = [
    Column { title: "relation", right: false, overflow: Overflow::Keep },
    Column { title: "shared", right: true, overflow: Overflow::Keep },
    Column { title: "this queue", right: false, overflow: Overflow::CutStart(12) },
    Column { title: "other queue", right: false, overflow: Overflow::CutStart(12) },
];

/// The table: what is near first, since there is something to learn; then what only the other has; then what is the same.
pub fn text(pair: &Pair<'_>, found: &Comparison, options: &TextOptions) -> String {
    let mine = |place: usize| pair.mine.get(place).map_or("", |patch| patch.name.as_str());
    let theirs = |place: usize| pair.theirs.get(place).map_or("", |patch| patch.name.as_str());
    let row = |verdict: Verdict, cells: [&str; 4]| -> Vec<Span> {
        let [relation, rest @ ..] = cells;
        let first = Span { role: Role::Verdict(verdict), text: relation.into() };
        let rest = rest.map(|text| Span { role: Role::Plain, text: super::escape::line(text) });
        std::iter::once(first).chain(rest).collect()
    };
    let near = found
        .near
        .iter()
        .map(|&(own, other, share)| row(Verdict::Review, ["near", &format!("{share} %"), mine(own), theirs(other)]));
    let only = found.theirs_only.iter().map(|&other| row(Verdict::Absorbed, ["theirs only", "-", "-", theirs(other)]));
    let same = found.same.iter().map(|&(own, other)| row(Verdict::Merged, ["same", "100 %", mine(own), theirs(other)]));
    let own = found.mine_only.iter().map(|&own| row(Verdict::Untouched, ["this only", "-", mine(own), "-"]));
    let mut rows: Vec<Vec<Span>> = near.chain(only).chain(same).collect();
    if options.verbose {
        rows.extend(own);
    }
    let mut lines = if rows.is_empty() { Vec::new() } else { layout(&COLUMNS, &rows, options.width) };
    let (same, near) = (found.same.len(), found.near.len());
    let (theirs, mine) = (found.theirs_only.len(), found.mine_only.len());
    let counts = format!("{same} same, {near} near, {theirs} only in {}, {mine} only here", pair.other);
    lines.push(Line::new().with(Role::Heading, &counts));
    style::fitted(lines, options.width, options.color)
}
