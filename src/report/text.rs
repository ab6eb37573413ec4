//! The rebase report for a terminal: a head line, a table sorted by what needs a decision, the evidence below each row
//! that needs one, and a last line with counts and the next command.

use crate::rebase::report::{FileReport, HunkReport, PatchReport, RebaseReport, Verdict};
use crate::report::order;
use crate::report::style::{self, Line, Role, Span, shorten_start, wrap};
use crate::report::table::{Column, Overflow, layout};
use crate::text::plural::plural;

/// How the text is to look.
#[derive(Debug, Clone)]
pub struct TextOptions {
    /// Columns of the terminal.
    pub width: usize,
    /// True for colour.
    pub color: bool,
    /// True for every patch and every hunk that moved.
    pub verbose: bool,
    /// The commands to type next, the likeliest first.
    pub next: Vec<String>,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { width: 100, color: false, verbose: false, next: Vec::new() }
    }
}

/// Hunks shown below a row unless all are asked for.
const HUNKS: usize = 6;
/// Swallowed lines shown below a hunk, likewise.
const SWALLOWED: usize = 4;

/// The whole report.
pub fn rebase(report: &RebaseReport, options: &TextOptions) -> String {
    let mut lines = head(report, options.width);
    let rows: Vec<&PatchReport> = order::sorted(report)
        .into_iter()
        .filter(|row| options.verbose || row.verdict != Verdict::Untouched || !row.findings.is_empty())
        .collect();
    if !rows.is_empty() {
        lines.push(Line::new());
        lines.extend(table(&rows, options));
    }
    lines.push(Line::new());
    lines.extend(counts(report, options.width));
    lines.extend(others(report, options.width));
    lines.extend(stale(report));
    lines.extend(next(&options.next));
    style::painted(&lines, options.color)
}

fn head(report: &RebaseReport, width: usize) -> Vec<Line> {
    let package = if report.package.is_empty() { "rebase" } else { &report.package };
    let mut trees = Line::new().with(Role::Heading, package);
    trees = match &report.from {
        Some(from) => trees.with(Role::Plain, &format!("  {from} -> {}", report.onto)),
        None => trees.with(Role::Plain, &format!("  onto {}", report.onto)).with(Role::Quiet, "  (no old tree)"),
    };
    let (word, verdict) = order::overall(&report.summary);
    let judged = Line::new()
        .with(Role::Plain, "verdict: ")
        .with(Role::Verdict(verdict), word)
        .with(Role::Plain, &format!("    queue: {}", order::patches(report.summary.patches)));
    if trees.width() + 4 + judged.width() <= width {
        trees.0.push(Span { role: Role::Plain, text: "    ".into() });
        trees.0.extend(judged.0);
        vec![trees]
    } else {
        vec![trees.shortened(width), judged]
    }
}

const COLUMNS: [Column; 5] = [
    Column { title: "verdict", right: false, overflow: Overflow::Keep },
    Column { title: "grade", right: false, overflow: Overflow::Keep },
    Column { title: "hunks", right: true, overflow: Overflow::Keep },
    Column { title: "patch", right: false, overflow: Overflow::CutStart(10) },
    Column { title: "why", right: false, overflow: Overflow::CutEnd(8) },
];

/// A row a patch, with what a person needs to see below each.
pub(crate) fn table(rows: &[&PatchReport], options: &TextOptions) -> Vec<Line> {
    let mut table = self::rows(rows, options.width).into_iter();
    let mut lines: Vec<Line> = table.next().into_iter().collect();
    for (row, mut line) in rows.iter().zip(table) {
        let mut below = Details { lines: Vec::new(), width: options.width };
        let decides = matches!(row.verdict, Verdict::Conflict | Verdict::Review);
        if decides || options.verbose || matches!(row.verdict, Verdict::Absorbed | Verdict::Skipped) {
            // A reason that does not fit its column stands below, whole.
            line.0.pop();
            if let Some(why) = line.0.pop_if(|why| why.text.ends_with('…')) {
                below.say(0, why.role, &row.reason);
            }
        }
        lines.push(line);
        if decides || options.verbose {
            details(&mut below, row, options.verbose);
        }
        for finding in &row.findings {
            let place = finding.places.first().map_or("", String::as_str);
            below.place(place, Line::new().with(Role::Plain, "  ").with(Role::Verdict(Verdict::Review), &finding.code));
            below.say(1, Role::Plain, &finding.message);
        }
        lines.extend(below.lines);
    }
    lines
}

/// A row a patch and nothing else; a reason that does not fit is cut.
pub(crate) fn rows(rows: &[&PatchReport], width: usize) -> Vec<Line> {
    let cells: Vec<Vec<Span>> = rows.iter().map(|row| cells(row)).collect();
    layout(&COLUMNS, &cells, width)
}

fn cells(row: &PatchReport) -> Vec<Span> {
    let verdict = Role::Verdict(row.verdict);
    let name = if row.verdict == Verdict::Untouched { Role::Quiet } else { Role::Plain };
    let cell = |role: Role, text: &str| Span { role, text: super::escape::line(text) };
    vec![
        cell(verdict, order::word(row.verdict)),
        cell(Role::Plain, order::letter(row.grade)),
        cell(Role::Plain, &order::hunks(row)),
        cell(name, &row.name),
        cell(Role::Quiet, &row.reason),
    ]
}

/// Lines below a row, each behind a bar, so that no text from outside ever begins a line.
struct Details {
    lines: Vec<Line>,
    width: usize,
}

impl Details {
    fn bar() -> Line {
        Line::new().with(Role::Quiet, "  │ ")
    }

    /// A line that is cut where it is too long.
    fn push(&mut self, line: Line) {
        let mut whole = Self::bar();
        whole.0.extend(line.0);
        self.lines.push(whole.shortened(self.width));
    }

    /// A place and what is said about it; of a long place the end stays.
    fn place(&mut self, place: &str, about: Line) {
        let room = self.width.saturating_sub(4 + about.width()).max(12);
        let mut line = Line::new().with(Role::Place, &shorten_start(&super::escape::line(place), room));
        line.0.extend(about.0);
        self.push(line);
    }

    /// Text that is wrapped, `indent` steps in.
    fn say(&mut self, indent: usize, role: Role, text: &str) {
        let blank = "  ".repeat(indent);
        let safe = super::escape::line(text);
        for (number, part) in wrap(&safe, self.width.saturating_sub(4 + blank.len() + 2)).iter().enumerate() {
            let hanging = if number == 0 { "" } else { "  " };
            self.lines.push(Self::bar().with(Role::Plain, &format!("{blank}{hanging}")).with(role, part));
        }
    }
}

fn details(below: &mut Details, row: &PatchReport, verbose: bool) {
    let mut left = if verbose { usize::MAX } else { HUNKS };
    let (mut hidden, mut files) = (0_usize, 0_usize);
    for file in &row.files {
        let shown: Vec<&HunkReport> =
            file.hunks.iter().filter(|hunk| order::needs_a_look(hunk) || (verbose && hunk.rung != "exact")).collect();
        let whole = matches!(file.verdict, Verdict::Conflict | Verdict::Review) && shown.is_empty();
        let moved = file.path != file.onto_path;
        if whole && left == 0 {
            files += 1;
            continue;
        }
        left -= usize::from(whole);
        if whole || ((moved || !file.evidence.is_empty()) && (verbose || !shown.is_empty())) {
            file_lines(below, file, whole);
        }
        for hunk in shown {
            if left == 0 {
                hidden += 1;
                continue;
            }
            left -= 1;
            hunk_lines(below, file, hunk, verbose);
        }
    }
    let left_out = [(hidden, "hunk", "hunks"), (files, "whole file", "whole files")];
    for (count, one, many) in left_out.into_iter().filter(|(count, ..)| *count > 0) {
        below.say(0, Role::Quiet, &format!("and {} more (`-v` shows them)", plural(count, one, many)));
    }
}

fn file_lines(below: &mut Details, file: &FileReport, whole: bool) {
    if file.path != file.onto_path {
        below.place(&file.path, Line::new().with(Role::Quiet, "  has moved to"));
    }
    let what = if whole { "  whole file" } else { "" };
    below.place(&file.onto_path, Line::new().with(Role::Plain, what));
    for fact in &file.evidence {
        below.say(1, Role::Plain, fact);
    }
}

fn hunk_lines(below: &mut Details, file: &FileReport, hunk: &HunkReport, verbose: bool) {
    let verdict = Role::Verdict(match hunk.verdict {
        crate::rebase::report::HunkVerdict::Conflict => Verdict::Conflict,
        _ if order::needs_a_look(hunk) => Verdict::Review,
        _ => Verdict::Merged,
    });
    let how = match (hunk.rung.as_str(), hunk.grade) {
        ("", _) => String::new(),
        (rung, grade) => format!("  ({rung}, grade {})", order::letter(grade)),
    };
    let line = Line::new()
        .with(Role::Plain, &format!("  hunk {}  ", hunk.index))
        .with(verdict, order::hunk_word(hunk.verdict))
        .with(Role::Plain, &how);
    below.place(&order::place(file, hunk), line);
    for fact in &hunk.evidence {
        below.say(1, Role::Plain, fact);
    }
    if let Some(culprit) = &hunk.culprit {
        below.say(1, Role::Plain, &format!("in the way: {culprit}"));
    }
    swallowed(below, hunk, verbose);
    if hunk.rung.is_empty() && !hunk.tried.is_empty() {
        below.say(1, Role::Quiet, &format!("tried: {}", hunk.tried.join(", ")));
    }
}

fn swallowed(below: &mut Details, hunk: &HunkReport, verbose: bool) {
    if hunk.swallowed.is_empty() {
        return;
    }
    let count = plural(hunk.swallowed.len(), "newer upstream line", "newer upstream lines");
    below.say(1, Role::Plain, &format!("deletes {count} too:"));
    let limit = if verbose { usize::MAX } else { SWALLOWED };
    for line in hunk.swallowed.iter().take(limit) {
        let text = line.trim_end_matches(['\n', '\r']);
        below.push(Line::new().with(Role::Plain, "    ").with(Role::Removed, &format!("- {text}")));
    }
    if let Some(more) = hunk.swallowed.len().checked_sub(limit).filter(|more| *more > 0) {
        below.say(2, Role::Quiet, &format!("and {more} more (`-v` shows them)"));
    }
}

/// The counts, broken between two of them where they are too long.
fn counts(report: &RebaseReport, width: usize) -> Vec<Line> {
    let (all, parts) = order::counts(&report.summary);
    let mut lines = Vec::new();
    let mut line = Line::new().with(Role::Heading, &all);
    for (number, (verdict, text)) in parts.iter().enumerate() {
        line = line.with(Role::Plain, if number == 0 { ":" } else { "," });
        if line.width() + text.len() + 2 > width {
            lines.push(std::mem::replace(&mut line, Line::new().with(Role::Plain, " ")));
        }
        line = line.with(Role::Plain, " ").with(Role::Verdict(*verdict), text);
    }
    lines.push(line);
    lines
}

/// How many conflicts other queues have something for.
fn others(report: &RebaseReport, width: usize) -> Option<Line> {
    let told = offers(report)?;
    Some(Line::new().with(Role::Plain, "others: ").with(Role::Plain, &told).shortened(width))
}

/// The same in one sentence.
pub(crate) fn offers(report: &RebaseReport) -> Option<String> {
    let waits = |row: &&PatchReport| matches!(row.verdict, Verdict::Conflict | Verdict::Review);
    let offers = |row: &PatchReport| row.files.iter().flat_map(|file| file.siblings.clone()).collect::<Vec<_>>();
    let met: Vec<_> = report.patches.iter().filter(waits).map(offers).filter(|offers| !offers.is_empty()).collect();
    let mut queues: Vec<String> = met.iter().flatten().map(|offer| offer.queue.clone()).collect();
    queues.sort_unstable();
    queues.dedup();
    let count = order::patches(met.len());
    (!met.is_empty()).then(|| format!("{count} above: the same lines are added in {}", queues.join(", ")))
}

/// How many references of written patches the new tree no longer has.
fn stale(report: &RebaseReport) -> Option<Line> {
    let all: usize = report.patches.iter().map(|row| row.findings.len()).sum();
    let patches = report.patches.iter().filter(|row| !row.findings.is_empty()).count();
    let told = format!("{} in {}", plural(all, "stale reference", "stale references"), order::patches(patches));
    (all > 0).then(|| Line::new().with(Role::Plain, &format!("findings: {told}")))
}

/// `next:` and the commands, one a line.
pub(crate) fn next(commands: &[String]) -> Vec<Line> {
    let label = |number| if number == 0 { "next: " } else { "      " };
    let numbered = commands.iter().enumerate();
    numbered
        .map(|(number, command)| Line::new().with(Role::Plain, label(number)).with(Role::Command, command))
        .collect()
}
