//! Findings for people: the gravest first, each with its place, what to do, and the code that `forebay explain` knows.

use crate::finding::{Finding, Severity};
use crate::rebase::report::Verdict;
use crate::report::style::{self, Line, Role, wrap};
use crate::report::text::TextOptions;
use crate::text::plural::plural;

/// Places shown below a finding unless all are asked for.
const PLACES: usize = 4;
/// Findings shown of one code, likewise.
const ROWS: usize = 12;

/// The findings by code, what needs a decision first, with the counts in the last line; `of` names what was looked at.
pub fn text(findings: &[Finding], of: &str, options: &TextOptions) -> String {
    let mut lines = lines(findings, options);
    lines.push(Line::new().with(Role::Heading, of).with(Role::Plain, ": ").with(Role::Plain, &counts(findings)));
    lines.extend(super::text::next(&options.next));
    style::painted(&lines, options.color)
}

/// The findings alone, by code, with an empty line behind each code.
pub fn lines(findings: &[Finding], options: &TextOptions) -> Vec<Line> {
    sorted(findings).chunk_by(|a, b| a.code == b.code).flat_map(|group| of_one_code(group, options)).collect()
}

/// By severity, then code, then component, then message.
pub fn sorted(findings: &[Finding]) -> Vec<&Finding> {
    let mut rows: Vec<&Finding> = findings.iter().collect();
    rows.sort_by(|a, b| {
        let key =
            |finding: &Finding| (std::cmp::Reverse(finding.severity), finding.code.clone(), finding.component.clone());
        key(a).cmp(&key(b)).then_with(|| (&a.message, &a.places).cmp(&(&b.message, &b.places)))
    });
    rows
}

/// `1 error, 2 warnings`; `nothing found` without any.
pub fn counts(findings: &[Finding]) -> String {
    let words = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ];
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let parts: Vec<String> = words
        .into_iter()
        .map(|(severity, one, many)| (count(severity), one, many))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| plural(count, one, many))
        .collect();
    if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") }
}

/// The role of a severity.
pub fn role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::Verdict(Verdict::Conflict),
        Severity::Warning => Role::Verdict(Verdict::Review),
        Severity::Note => Role::Quiet,
    }
}

/// All findings of one code: its name and number, a row each, and the first one's hint.
fn of_one_code(group: &[&Finding], options: &TextOptions) -> Vec<Line> {
    let Some(first) = group.first() else { return Vec::new() };
    let mut head = Line::new().with(role(first.severity), &format!("{}[{}]", first.severity.word(), first.code));
    if group.len() > 1 {
        head = head.with(Role::Quiet, &format!("  {} times", group.len()));
    }
    let mut lines = vec![head];
    let shown = if options.verbose { usize::MAX } else { ROWS };
    for finding in group.iter().take(shown) {
        lines.extend(told(finding, options));
    }
    lines.extend(more(group.len(), shown));
    if !first.hint.is_empty() {
        lines.extend(wrapped(&first.hint, ("  hint: ", Role::Quiet), options.width));
    }
    lines.push(Line::new());
    lines
}

fn told(finding: &Finding, options: &TextOptions) -> Vec<Line> {
    let about = if finding.component.is_empty() { String::new() } else { format!("{}: ", finding.component) };
    let mut lines = wrapped(&format!("{about}{}", finding.message), ("  ", Role::Plain), options.width);
    let shown = if options.verbose { usize::MAX } else { PLACES };
    let places: Vec<&String> = finding.places.iter().filter(|place| **place != finding.component).collect();
    for place in places.iter().take(shown) {
        lines.push(Line::new().with(Role::Quiet, "    at ").with(Role::Place, place).shortened(options.width));
    }
    lines.extend(more(places.len(), shown));
    lines
}

/// How many are not shown.
fn more(all: usize, shown: usize) -> Option<Line> {
    let more = all.checked_sub(shown).filter(|more| *more > 0)?;
    Some(Line::new().with(Role::Quiet, &format!("    and {more} more (`-v` shows them)")))
}

/// Text behind a label, the lines that follow set in below it.
fn wrapped(text: &str, (label, role): (&str, Role), width: usize) -> Vec<Line> {
    let parts = wrap(&super::escape::line(text), width.saturating_sub(label.len() + 2).max(30));
    let start = |number| if number == 0 { label.to_owned() } else { " ".repeat(label.len() + 2) };
    parts
        .iter()
        .enumerate()
        .map(|(number, part)| Line::new().with(role, &start(number)).with(Role::Plain, part))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Rule;

    const NOTE: Rule = Rule { code: "b-note", severity: Severity::Note, summary: "x", explain: "X." };
    const ERROR: Rule = Rule { code: "z-error", severity: Severity::Error, summary: "x", explain: "X." };

    #[test]
    fn the_gravest_stands_first_and_the_counts_last() {
        let findings = [
            Finding::new(&NOTE, "a.patch", "", "it is old").hint("look at it"),
            Finding::new(&ERROR, "", "", "gone\u{1b}[31m").at("x:1").at("x:2"),
        ];
        let shown = text(&findings, "2 patches", &TextOptions::default());
        assert_eq!(
            shown,
            "error[z-error]\n  gone\\x1B[31m\n    at x:1\n    at x:2\n\nnote[b-note]\n  a.patch: it is old\n  hint: look at it\n\n2 patches: 1 error, 1 note\n"
        );
        assert_eq!(text(&[], "2 patches", &TextOptions::default()), "2 patches: nothing found\n");
    }

    #[test]
    fn many_places_are_counted() {
        let mut finding = Finding::new(&NOTE, "", "", "m");
        finding.places = (0..6).map(|number| format!("p:{number}")).collect();
        let shown = text(std::slice::from_ref(&finding), "x", &TextOptions::default());
        assert!(shown.contains("p:3\n    and 2 more (`-v` shows them)\n"), "{shown}");
        assert!(text(&[finding], "x", &TextOptions { verbose: true, ..TextOptions::default() }).contains("p:5"));
    }
}
