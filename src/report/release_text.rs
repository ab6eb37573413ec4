//! A release for a terminal: one line a part, then what wants a decision, then the next command.

use crate::rebase::report::{PatchReport, Verdict as PatchVerdict};
use crate::release::report::{ReleaseReport, Verdict};
use crate::report::order;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::{self, TextOptions};
use crate::report::{escape, findings};
use crate::text::plural::plural;

/// Rows of one table unless all are asked for.
const ROWS: usize = 30;

/// Patches up to which the evidence stands below each.
const DETAILED: usize = 6;

/// The whole report.
pub fn render(report: &ReleaseReport, options: &TextOptions) -> String {
    let mut lines = head(report, options.width);
    lines.push(Line::new());
    for (label, said) in block(report) {
        lines.extend(labelled(label, &said, options.width));
    }
    let patches = to_decide(report);
    if !patches.is_empty() {
        lines.push(Line::new());
        let whole = options.verbose || patches.len() <= DETAILED;
        let rows = if whole { text::table(&patches, options) } else { text::rows(&patches, options.width) };
        // Where many wait, a line each; `forebay show` and the other formats tell the rest.
        lines.extend(rows);
    }
    lines.extend(deltas(report, options));
    lines.extend(wrong_entries(report, options.width));
    if !options.next.is_empty() {
        lines.push(Line::new());
        lines.extend(text::next(&options.next));
    }
    style::painted(&lines, options.color)
}

/// The patches that a person looks at, conflicts first.
pub(crate) fn to_decide(report: &ReleaseReport) -> Vec<&PatchReport> {
    let waits = |row: &&PatchReport| {
        matches!(row.verdict, PatchVerdict::Conflict | PatchVerdict::Review) || !row.findings.is_empty()
    };
    order::sorted(&report.rebase).into_iter().filter(waits).collect()
}

fn shade(verdict: Verdict) -> Role {
    Role::Verdict(match verdict {
        Verdict::Clean => PatchVerdict::Merged,
        Verdict::Review => PatchVerdict::Review,
        Verdict::Conflict => PatchVerdict::Conflict,
    })
}

fn head(report: &ReleaseReport, width: usize) -> Vec<Line> {
    let package = if report.package.is_empty() { "release" } else { &report.package };
    let trees = match &report.from {
        Some(from) => format!("  {from} -> {}", report.onto),
        None => format!("  onto {}", report.onto),
    };
    let mut first = Line::new().with(Role::Heading, package).with(Role::Plain, &trees);
    let judged = Line::new()
        .with(Role::Plain, "verdict: ")
        .with(shade(report.verdict), report.verdict.word())
        .with(Role::Plain, &format!("    queue: {}", order::patches(report.rebase.summary.patches)));
    if first.width() + 4 + judged.width() <= width {
        first.0.push(Span { role: Role::Plain, text: "    ".into() });
        first.0.extend(judged.0);
        return vec![first];
    }
    vec![first.shortened(width), judged]
}

/// One line a part: its label, and what is said of it.
pub(crate) fn block(report: &ReleaseReport) -> Vec<(&'static str, String)> {
    let mut block = vec![("patches", patches(report)), ("bundled", bundled(report))];
    if report.audit.changes.is_some() {
        block.push(("licence", licences(report)));
        block.push(("binaries", binaries(report)));
        block.extend(floors(report).map(|said| ("floors", said)));
        block.extend(unbundle(report).map(|said| ("unbundle", said)));
    }
    block.push(("spec", spec(report)));
    block.extend(text::offers(&report.rebase).map(|said| ("others", said)));
    let accepted = report.summary.accepted;
    block.extend((accepted > 0).then(|| ("accepted", plural(accepted, "row", "rows"))));
    block
}

fn patches(report: &ReleaseReport) -> String {
    let (_, parts) = order::counts(&report.rebase.summary);
    let parts: Vec<String> = parts.into_iter().map(|(_, said)| said).collect();
    let stale: usize = report.rebase.patches.iter().map(|row| row.findings.len()).sum();
    let stale = (stale > 0).then(|| plural(stale, "stale reference", "stale references"));
    let all: Vec<String> = parts.into_iter().chain(stale).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn bundled(report: &ReleaseReport) -> String {
    let (audit, summary) = (&report.audit, &report.summary);
    let all = plural(audit.summary.components, "component", "components");
    if audit.changes.is_none() {
        let found = findings::counts(&audit.findings);
        return format!("{all}, {found}; what is new is told with `--from` or `--baseline`");
    }
    let new: Vec<_> = report.new_audit_findings().cloned().collect();
    let new =
        if new.is_empty() { "no new finding".to_owned() } else { format!("new findings: {}", findings::counts(&new)) };
    format!(
        "{all}: +{} -{}, {} moved; {new}",
        summary.added,
        summary.removed,
        plural(summary.versions, "version", "versions"),
    )
}

fn joined(parts: &[(usize, &str, &str)]) -> String {
    let told: Vec<String> =
        parts.iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| plural(*count, one, many)).collect();
    if told.is_empty() { "nothing new".to_owned() } else { told.join(", ") }
}

fn licences(report: &ReleaseReport) -> String {
    let summary = &report.summary;
    joined(&[
        (summary.license_new, "new id", "new ids"),
        (summary.license_changed, "changed", "changed"),
        (summary.license_known, "known one moved or copied", "known ones moved or copied"),
    ])
}

fn binaries(report: &ReleaseReport) -> String {
    let summary = &report.summary;
    joined(&[
        (summary.binaries, "prebuilt program or library", "prebuilt programs or libraries"),
        (summary.built_files, "other built file", "other built files"),
    ])
}

fn unbundle(report: &ReleaseReport) -> Option<String> {
    let summary = &report.summary;
    let parts = [
        (summary.hooks_gone, "hook gone", "hooks gone"),
        (summary.hooks_new, "hook new", "hooks new"),
        (summary.keeplibs, "kept path new or gone", "kept paths new or gone"),
        (summary.unbundle, "verdict moved", "verdicts moved"),
    ];
    let looked = report.audit.build.is_some() || parts.iter().any(|(count, ..)| *count > 0);
    looked.then(|| joined(&parts))
}

/// The tools of which another version is asked for, by name.
fn floors(report: &ReleaseReport) -> Option<String> {
    let changes = report.audit.changes.as_ref()?;
    let names: Vec<&str> = changes.floors.iter().map(|change| change.name.as_str()).collect();
    if names.is_empty() {
        return report.audit.build.is_some().then(|| "none moved".to_owned());
    }
    Some(format!("{} moved", names.join(", ")))
}

fn spec(report: &ReleaseReport) -> String {
    let Some(spec) = &report.spec else { return "none named in forebay.toml".to_owned() };
    let summary = &spec.summary;
    let of = |state: &str| {
        let named: Vec<&str> =
            spec.regions.iter().filter(|region| region.state == state).map(|region| region.id.as_str()).collect();
        named.join(", ")
    };
    let mut parts = Vec::new();
    if summary.hand_edited > 0 {
        parts.push(format!(
            "{} of {} hand-edited ({})",
            summary.hand_edited,
            regions(summary.regions),
            of("hand-edited")
        ));
    }
    if summary.stale > 0 {
        parts.push(format!("{} of {} stale ({})", summary.stale, regions(summary.regions), of("stale")));
    }
    if parts.is_empty() {
        parts.push(format!("{} current", regions(summary.regions)));
    }
    let found = findings::counts(&spec.findings);
    if !spec.findings.is_empty() {
        parts.push(found);
    }
    parts.join("; ")
}

fn regions(count: usize) -> String {
    plural(count, "region", "regions")
}

/// A label, and text that is set in below itself where it is too long.
fn labelled(label: &str, said: &str, width: usize) -> Vec<Line> {
    let parts = super::style::wrap(&escape::line(said), width.saturating_sub(11).max(20));
    let start = |number| if number == 0 { format!("{label:<8} : ") } else { " ".repeat(11) };
    let line = |(number, part): (usize, &String)| Line::new().with(Role::Plain, &start(number)).with(Role::Plain, part);
    parts.iter().enumerate().map(line).collect()
}

const COLUMNS: [Column; 4] = [
    Column { title: "id", right: false, overflow: Overflow::Keep },
    Column { title: "decide", right: false, overflow: Overflow::Keep },
    Column { title: "what", right: false, overflow: Overflow::CutEnd(20) },
    Column { title: "where", right: false, overflow: Overflow::CutStart(12) },
];

/// What a row is about, without the command's name.
pub(crate) fn short(code: &str) -> &str {
    code.strip_prefix("release-").unwrap_or(code)
}

fn deltas(report: &ReleaseReport, options: &TextOptions) -> Vec<Line> {
    let (mut rows, notes) = (report.rows(), report.notes());
    let urgent = rows.len();
    if options.verbose {
        rows.extend(&notes);
    } else {
        rows.truncate(ROWS);
    }
    let cell = |role: Role, text: &str| Span { role, text: escape::line(text) };
    let cells = rows.iter().map(|finding| {
        vec![
            cell(Role::Quiet, &finding.id),
            cell(findings::role(finding.severity), short(&finding.code)),
            cell(Role::Plain, &finding.message),
            cell(Role::Place, finding.places.first().unwrap_or(&finding.component)),
        ]
    });
    let cells: Vec<Vec<Span>> = cells.collect();
    let mut lines = Vec::new();
    if !cells.is_empty() {
        lines.push(Line::new());
        lines.extend(layout(&COLUMNS, &cells, options.width));
    }
    if options.verbose {
        return lines;
    }
    let cut = urgent.saturating_sub(ROWS);
    let more = [
        (cut, plural(cut, "more row", "more rows")),
        (notes.len(), plural(notes.len(), "change to know", "changes to know")),
    ];
    let told: Vec<String> = more.into_iter().filter(|(count, _)| *count > 0).map(|(_, told)| told).collect();
    if !told.is_empty() {
        let lead = if cells.is_empty() { "" } else { "and " };
        lines.extend(cells.is_empty().then(Line::new));
        let text = format!("{lead}{} (`-v` shows them)", told.join(", "));
        lines.push(Line::new().with(Role::Quiet, &text).shortened(options.width));
    }
    lines
}

/// What is wrong with the entries that accept rows.
fn wrong_entries(report: &ReleaseReport, width: usize) -> Vec<Line> {
    let line = |finding: &crate::finding::Finding| {
        Line::new()
            .with(findings::role(finding.severity), &finding.code)
            .with(Role::Plain, "  ")
            .with(Role::Place, finding.places.first().map_or("", String::as_str))
            .with(Role::Plain, &format!("  {}", finding.message))
            .shortened(width)
    };
    let blank = (!report.findings.is_empty()).then(Line::new);
    blank.into_iter().chain(report.findings.iter().map(line)).collect()
}
