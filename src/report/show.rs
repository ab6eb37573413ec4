//! One patch in full: for every hunk what became of it, what was tried and why, and the sides beside each other.

use unicode_width::UnicodeWidthStr as _;

use crate::patch::{Hunk, LineKind};
use crate::rebase::report::{FileReport, HunkReport, HunkVerdict, PatchReport, Verdict};
use crate::rebase::rung_rules;
use crate::rebase::sides::Sides;
use crate::report::order;
use crate::report::side_by_side::{self, Column};
use crate::report::style::{self, Line, Role, Side, Span, shorten_start, wrap};
use crate::report::text::{TextOptions, next};
use crate::text::plural::plural;
use crate::text::{display, lines};

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The patch's row of the report.
    pub patch: &'a PatchReport,
    /// The texts of its hunks, by file and hunk.
    pub sides: &'a [Vec<Sides>],
    /// The old tree's name.
    pub from: Option<&'a str>,
    /// The new tree's name.
    pub onto: &'a str,
}

/// Columns of the labels at the top.
const LABEL: usize = 9;

/// What stands before all that is told of a file or hunk.
const BAR: &str = "  │ ";

/// The width of the column with the names of rungs.
const RUNG: usize = 15;

/// The patch as text.
pub fn text(shown: &Shown<'_>, options: &TextOptions) -> String {
    let mut page = Page { lines: Vec::new(), width: options.width };
    page.head(shown);
    let nothing = Vec::new();
    let mut plain = 0;
    for (number, file) in shown.patch.files.iter().enumerate() {
        page.file(file);
        let sides = shown.sides.get(number).unwrap_or(&nothing);
        for (at, hunk) in file.hunks.iter().enumerate() {
            let full = options.verbose || is_told(hunk);
            plain += usize::from(!full);
            page.hunk(hunk, full);
            if full {
                let again = at.checked_sub(1).and_then(|before| Some((file.hunks.get(before)?, sides.get(before)?)));
                match (again, sides.get(at)) {
                    (Some((before, same)), Some(own)) if is_open(before) && is_open(hunk) && same == own => {
                        page.say(Role::Quiet, &format!("one conflict with hunk {}", before.index));
                    }
                    (_, Some(own)) => page.sides(shown, own),
                    _ => {}
                }
            }
        }
    }
    if plain > 0 {
        page.blank();
        let hunks = plural(plain, "hunk", "hunks");
        let rest = format!("{hunks} at their own place without a question (`-v` shows them in full)");
        for part in wrap(&rest, page.width) {
            page.push(Line::new().with(Role::Quiet, &part));
        }
    }
    page.lines.extend(next(&options.next));
    style::painted(&page.lines, options.color)
}

/// True for a hunk that is told in full without being asked for.
fn is_told(hunk: &HunkReport) -> bool {
    let by_itself = matches!(hunk.rung.as_str(), "exact" | "three-way") && hunk.evidence.is_empty();
    !by_itself || order::needs_a_look(hunk)
}

fn is_open(hunk: &HunkReport) -> bool {
    hunk.verdict == HunkVerdict::Conflict
}

struct Page {
    lines: Vec<Line>,
    width: usize,
}

impl Page {
    fn push(&mut self, line: Line) {
        self.lines.push(line.shortened(self.width));
    }

    fn blank(&mut self) {
        self.lines.push(Line::new());
    }

    /// A line behind a bar, so that no text from outside ever begins a line.
    fn below(&mut self, line: Line) {
        let mut whole = Line::new().with(Role::Quiet, BAR);
        whole.0.extend(line.0);
        self.push(whole);
    }

    /// Text behind the bar that is wrapped.
    fn say(&mut self, role: Role, text: &str) {
        let safe = super::escape::line(text);
        for (number, part) in wrap(&safe, self.width.saturating_sub(BAR.width() + 2)).iter().enumerate() {
            let hanging = if number == 0 { "" } else { "  " };
            self.below(Line::new().with(Role::Plain, hanging).with(role, part));
        }
    }

    fn head(&mut self, shown: &Shown<'_>) {
        let patch = shown.patch;
        let trees = match shown.from {
            Some(from) => format!("{from} -> {}", shown.onto),
            None => format!("onto {}, without an old tree", shown.onto),
        };
        let name = shorten_start(&super::escape::line(&patch.name), self.width.saturating_sub(LABEL));
        self.push(Line::new().with(Role::Quiet, "patch    ").with(Role::Heading, &name));
        let mut line =
            Line::new().with(Role::Quiet, "verdict  ").with(Role::Verdict(patch.verdict), order::word(patch.verdict));
        if patch.grade.is_some() {
            line = line.with(Role::Plain, &format!(", grade {}", order::letter(patch.grade)));
        }
        self.push(line.with(Role::Plain, &format!("    {trees}")));
        let why = super::escape::line(&patch.reason);
        for (number, part) in wrap(&why, self.width.saturating_sub(LABEL)).iter().enumerate() {
            let label = if number == 0 { "why      " } else { "         " };
            self.push(Line::new().with(Role::Quiet, label).with(Role::Plain, part));
        }
    }

    fn file(&mut self, file: &FileReport) {
        self.blank();
        let verdict = format!("  {}", order::word(file.verdict));
        let room = self.width.saturating_sub(LABEL + verdict.len());
        let path = shorten_start(&super::escape::line(&file.onto_path), room);
        self.push(
            Line::new()
                .with(Role::Quiet, "file     ")
                .with(Role::Place, &path)
                .with(Role::Verdict(file.verdict), &verdict),
        );
        if file.path != file.onto_path {
            self.say(Role::Plain, &format!("was {}", file.path));
        }
        for fact in &file.evidence {
            self.say(Role::Plain, fact);
        }
    }

    fn hunk(&mut self, hunk: &HunkReport, full: bool) {
        let verdict = Role::Verdict(match hunk.verdict {
            HunkVerdict::Conflict => Verdict::Conflict,
            HunkVerdict::Untouched => Verdict::Untouched,
            _ if order::needs_a_look(hunk) => Verdict::Review,
            HunkVerdict::Refreshed => Verdict::Refreshed,
            _ => Verdict::Merged,
        });
        let rung = if hunk.rung.is_empty() { String::new() } else { format!(" by {}", hunk.rung) };
        let grade = hunk.grade.map(|grade| format!(", grade {}", order::letter(Some(grade)))).unwrap_or_default();
        let place = match hunk.new_line {
            Some(line) => format!("line {} -> {line}", hunk.old_line),
            None => format!("line {} of the old tree", hunk.old_line),
        };
        if full {
            self.blank();
        }
        self.push(
            Line::new()
                .with(Role::Heading, &format!("  hunk {}", hunk.index))
                .with(Role::Plain, &format!("  {place}  "))
                .with(verdict, order::hunk_word(hunk.verdict))
                .with(Role::Plain, &format!("{rung}{grade}")),
        );
        if !full {
            return;
        }
        if let Some(culprit) = &hunk.culprit {
            self.say(Role::Plain, &format!("in the way: {culprit}"));
        }
        for fact in &hunk.evidence {
            self.say(Role::Plain, fact);
        }
        self.tried(hunk);
        for line in &hunk.swallowed {
            let text = line.trim_end_matches(['\n', '\r']);
            self.below(Line::new().with(Role::Plain, "deletes too: ").with(Role::Removed, text));
        }
    }

    /// The rungs in the order in which they were tried, with what each needs.
    fn tried(&mut self, hunk: &HunkReport) {
        if hunk.tried.is_empty() {
            return;
        }
        self.below(Line::new().with(Role::Quiet, "tried           taken  needs that"));
        for name in &hunk.tried {
            let (taken, role) =
                if *name == hunk.rung { ("yes", Role::Verdict(Verdict::Merged)) } else { ("no ", Role::Quiet) };
            let rule = rung_rules::RULES.iter().find(|rule| rule.code.strip_prefix("rung-") == Some(name));
            let needs = rule.map_or("", |rule| rule.summary);
            let indent = RUNG + 1 + 7;
            for (number, part) in wrap(needs, self.width.saturating_sub(BAR.width() + indent)).iter().enumerate() {
                let line = if number == 0 {
                    let name = format!("{name:RUNG$} ");
                    Line::new().with(Role::Plain, &name).with(role, taken).with(Role::Plain, "    ")
                } else {
                    Line::new().with(Role::Plain, &" ".repeat(indent))
                };
                self.below(line.with(role, part));
            }
        }
    }

    fn sides(&mut self, shown: &Shown<'_>, sides: &Sides) {
        let titles = [
            format!("base: {}", shown.from.unwrap_or("the patch's own context")),
            format!("ours: {}", shown.onto),
            "theirs: base with the patch".to_owned(),
        ];
        let texts = [(Side::Base, &sides.base), (Side::Ours, &sides.ours), (Side::Theirs, &sides.theirs)];
        let pairs = texts.iter().zip(&titles);
        let columns: Vec<Column<'_>> = pairs
            .filter_map(|((side, text), title)| Some(Column { side: *side, title, text: text.as_deref()? }))
            .collect();
        for line in side_by_side::layout(&columns, self.width.saturating_sub(BAR.width())) {
            self.below(line);
        }
        if let Some(hunk) = &sides.written {
            self.written(hunk);
        }
    }

    /// The hunk as it is written.
    fn written(&mut self, hunk: &Hunk) {
        let place = format!("written: @@ -{},{} +{},{} @@", hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len);
        self.below(Line::new().with(Role::Heading, &place));
        for line in &hunk.lines {
            let (sign, role) = match line.kind {
                LineKind::Context => (' ', Role::Plain),
                LineKind::Remove => ('-', Role::Removed),
                LineKind::Add => ('+', Role::Added),
            };
            let text = display::terminal(lines::without_ending(&line.text)).replace('\t', "    ");
            let span = Span { role, text: super::escape::line(&format!("{sign}{text}")) };
            self.below(Line(vec![span]));
        }
    }
}
