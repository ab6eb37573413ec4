//! The audit report for a terminal: a head line, what was found by rule with the worst first, the components that need a
//! decision, and the counts in the last line.

use std::collections::BTreeMap;

use crate::audit::build_report::{BuildReport, Floor};
use crate::audit::report::{Answer, AuditReport, Change, Component, System, Verdict};
use crate::finding::{Finding, Severity};
use crate::rebase::report::Verdict as Shade;
use crate::report::style::{self, Line, Role, Span, wrap};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::TextOptions;
use crate::text::plural::plural;

/// Findings of one rule that are shown unless all are asked for.
const SHOWN: usize = 4;
/// Rows of the table of components, likewise.
const ROWS: usize = 30;

/// The whole report.
pub fn audit(report: &AuditReport, options: &TextOptions) -> String {
    let mut lines = vec![head(report).shortened(options.width)];
    lines.extend(findings(&report.findings, options));
    lines.extend(components(report, options));
    lines.extend(of_build(report, options.width));
    lines.push(Line::new());
    lines.extend(counts(report, options.width));
    lines.extend(super::text::next(&options.next));
    style::painted(&lines, options.color)
}

fn head(report: &AuditReport) -> Line {
    let found = plural(report.summary.components, "component", "components");
    Line::new()
        .with(Role::Heading, &report.tree)
        .with(Role::Plain, &format!("  {found} in {}", plural(report.summary.files, "file", "files")))
}

fn role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::Verdict(Shade::Conflict),
        Severity::Warning => Role::Verdict(Shade::Review),
        Severity::Note => Role::Quiet,
    }
}

/// One block a rule: how many, and the first of them.
fn findings(findings: &[Finding], options: &TextOptions) -> Vec<Line> {
    let mut by_rule: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry((std::cmp::Reverse(finding.severity), &finding.code)).or_default().push(finding);
    }
    let mut lines = Vec::new();
    for ((severity, code), found) in by_rule {
        let severity = severity.0;
        if severity == Severity::Note && !options.verbose {
            continue;
        }
        lines.push(Line::new());
        let title = Line::new()
            .with(role(severity), severity.word())
            .with(Role::Plain, " ")
            .with(Role::Heading, code)
            .with(Role::Quiet, &format!("  {}", plural(found.len(), "finding", "findings")));
        lines.push(title.shortened(options.width));
        let limit = if options.verbose { usize::MAX } else { SHOWN };
        for finding in found.iter().take(limit) {
            lines.extend(one(finding, options.width));
        }
        if let Some(more) = found.len().checked_sub(limit).filter(|more| *more > 0) {
            lines.push(bar().with(Role::Quiet, &format!("and {more} more (`-v` shows them)")).shortened(options.width));
        }
    }
    lines
}

fn bar() -> Line {
    Line::new().with(Role::Quiet, "  │ ")
}

fn one(finding: &Finding, width: usize) -> Vec<Line> {
    let place = finding.places.first().map_or("", String::as_str);
    let about = if place.is_empty() { &finding.component } else { place };
    let room = width.saturating_sub(6);
    let mut lines = vec![bar().with(Role::Place, &super::style::shorten_start(&super::escape::line(about), room))];
    for part in wrap(&super::escape::line(&finding.message), width.saturating_sub(8)) {
        lines.push(bar().with(Role::Plain, "  ").with(Role::Plain, &part));
    }
    lines
}

/// Stands after the version where package indexes were given.
const SYSTEM: Column = Column { title: "system", right: false, overflow: Overflow::CutEnd(12) };
/// The place of that column.
const SYSTEM_AT: usize = 3;

/// What was built and what the tree asks of tools, where the build was looked at.
fn of_build(report: &AuditReport, width: usize) -> Vec<Line> {
    let Some(build) = &report.build else { return Vec::new() };
    let mut lines = vec![Line::new()];
    let mut told = vec![built(build)];
    let tools: Vec<String> = build.floors.iter().filter(|floor| !floor.tool.ends_with("-revision")).map(tool).collect();
    if !tools.is_empty() {
        told.push(format!("asks for {}", tools.join(", ")));
    }
    if let Some(changes) = &report.changes {
        told.extend(moved("tools", &changes.floors, width));
        told.extend(moved("shims and hooks", &changes.hooks, width));
        told.extend(moved("keeplibs", &changes.keeplibs, width));
    }
    for sentence in told {
        lines.extend(
            wrap(&super::escape::line(&sentence), width).into_iter().map(|part| Line::new().with(Role::Plain, &part)),
        );
    }
    lines
}

fn tool(floor: &Floor) -> String {
    let system = floor.system.as_ref().map(|system| {
        let standing = if system.enough == Some(false) { ": too old" } else { "" };
        format!(" (system {}{standing})", system.version)
    });
    let newer = if floor.required { " or newer" } else { "" };
    format!("{} {}{newer}{}", floor.tool, floor.version, system.unwrap_or_default())
}

/// What moved since the baseline in one sentence; shortened where it would fill more than a few lines.
fn moved(what: &str, changes: &[Change], width: usize) -> Option<String> {
    if changes.is_empty() {
        return None;
    }
    let one = |change: &Change| match (&change.old, &change.new) {
        (None, _) => format!("+{}", change.name),
        (_, None) => format!("-{}", change.name),
        (Some(old), Some(new)) => format!("{} {old} -> {new}", change.name),
    };
    let mut text = format!("{what} since the baseline:");
    for (number, change) in changes.iter().enumerate() {
        let next = one(change);
        if text.chars().count() + next.chars().count() > width.saturating_mul(4) {
            text.extend([" and ", &(changes.len() - number).to_string(), " more (`--report json` has them)"]);
            break;
        }
        text.push_str(if number == 0 { " " } else { ", " });
        text.push_str(&next);
    }
    Some(text)
}

/// What was built, in one sentence.
pub fn built(build: &BuildReport) -> String {
    match build.system.as_str() {
        "gn" => {
            let free = build.shims.iter().filter(|shim| shim.verdict == Some(Verdict::UnbundleNow)).count();
            format!(
                "build of {} with {}: {}, {} reached; {} of {} free; {} paths to keep, {} to remove",
                if build.roots.is_empty() { "nothing".to_owned() } else { build.roots.join(", ") },
                build.arguments.as_deref().unwrap_or("the tree's defaults"),
                plural(build.targets, "target", "targets"),
                build.reached,
                free,
                plural(build.shims.len(), "shim", "shims"),
                build.lists.keeplibs.len(),
                build.lists.removable.len(),
            )
        }
        "none" => "no build file that is understood".to_owned(),
        _ => format!("{} for system libraries in build files", plural(build.hooks.len(), "switch", "switches")),
    }
}

const COLUMNS: [Column; 6] = [
    Column { title: "verdict", right: false, overflow: Overflow::Keep },
    Column { title: "component", right: false, overflow: Overflow::CutEnd(12) },
    Column { title: "version", right: false, overflow: Overflow::CutEnd(8) },
    Column { title: "license", right: false, overflow: Overflow::CutEnd(8) },
    Column { title: "changed", right: false, overflow: Overflow::Keep },
    Column { title: "at", right: false, overflow: Overflow::CutStart(8) },
];

fn components(report: &AuditReport, options: &TextOptions) -> Vec<Line> {
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for finding in &report.findings {
        let known = worst.entry(&finding.component).or_insert(finding.severity);
        *known = (*known).max(finding.severity);
    }
    let rank = |component: &Component| {
        let severity = worst.get(component.id.as_str()).copied();
        (component.verdict, std::cmp::Reverse(severity), component.shipped != Some(true))
    };
    let decides = |component: &&Component| {
        let severity = worst.get(component.id.as_str()).copied();
        options.verbose || component.verdict != Verdict::Keep || severity >= Some(Severity::Warning)
    };
    let mut rows: Vec<&Component> = report.components.iter().filter(decides).collect();
    rows.sort_by_key(|component| (rank(component), &component.id));
    if rows.is_empty() {
        return Vec::new();
    }
    let limit = if options.verbose { usize::MAX } else { ROWS };
    let mut columns = COLUMNS.to_vec();
    let mut cells: Vec<Vec<Span>> = rows.iter().take(limit).map(|component| cells(component)).collect();
    if !report.indexes.is_empty() {
        columns.insert(SYSTEM_AT, SYSTEM);
        for (row, component) in cells.iter_mut().zip(&rows) {
            row.insert(SYSTEM_AT, in_system(component));
        }
    }
    let mut lines = vec![Line::new()];
    lines.extend(layout(&columns, &cells, options.width));
    if let Some(more) = rows.len().checked_sub(limit).filter(|more| *more > 0) {
        let text = format!("and {} more (`-v` shows them)", plural(more, "component", "components"));
        lines.push(Line::new().with(Role::Quiet, &text).shortened(options.width));
    }
    lines
}

/// The word that a table shows.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::UnbundleNow => "unbundle-now",
        Verdict::UnbundleWithPatch => "unbundle-with-patch",
        Verdict::Blocked => "blocked",
        Verdict::UnusedDelete => "unused-delete",
        Verdict::Keep => "keep",
    }
}

fn cells(component: &Component) -> Vec<Span> {
    let cell = |role: Role, text: &str| Span { role, text: super::escape::line(text) };
    let shade = match component.verdict {
        Verdict::UnbundleNow => Role::Verdict(Shade::Merged),
        Verdict::UnbundleWithPatch | Verdict::UnusedDelete => Role::Verdict(Shade::Refreshed),
        Verdict::Blocked => Role::Verdict(Shade::Review),
        Verdict::Keep => Role::Quiet,
    };
    let license = component.license.spdx.as_ref().or(component.license.declared.as_ref());
    let changed = match component.modified.state {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "?",
    };
    vec![
        cell(shade, word(component.verdict)),
        cell(Role::Plain, &component.name),
        cell(Role::Plain, component.version.value.as_deref().unwrap_or("?")),
        cell(Role::Plain, license.map_or("?", String::as_str)),
        cell(Role::Plain, changed),
        cell(Role::Place, &component.root),
    ]
}

fn in_system(component: &Component) -> Span {
    let Some(system) = &component.system else { return Span { role: Role::Quiet, text: "-".to_owned() } };
    let role = match system.enough {
        Some(true) => Role::Plain,
        Some(false) => Role::Verdict(Shade::Review),
        None => Role::Quiet,
    };
    Span { role, text: super::escape::line(&format!("{} {} ({})", system.package, system.version, standing(system))) }
}

/// How the system's version stands to the bundled one, in words.
pub fn standing(system: &System) -> String {
    let told = match system.enough {
        Some(true) => "enough",
        Some(false) => "too old",
        None => "not comparable",
    };
    if system.guess { format!("{told}, a guess") } else { told.to_owned() }
}

/// How many components the given indexes have, in one sentence; `None` where no index was given.
pub fn shipped_by_system(report: &AuditReport) -> Option<String> {
    let found = || report.components.iter().filter_map(|component| component.system.as_ref());
    let count = |enough: Option<bool>| found().filter(|system| system.enough == enough).count();
    (!report.indexes.is_empty()).then(|| {
        format!(
            "{} of {} in the system: {} enough, {} too old, {} not comparable; {} by a guess",
            found().count(),
            plural(report.components.len(), "component", "components"),
            count(Some(true)),
            count(Some(false)),
            count(None),
            found().filter(|system| system.guess).count(),
        )
    })
}

fn counts(report: &AuditReport, width: usize) -> Vec<Line> {
    let summary = &report.summary;
    let count = |severity: Severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let mut parts = vec![
        plural(summary.components, "component", "components"),
        format!("{} shipped", summary.shipped),
        format!("{} of several copies", summary.duplicates),
        plural(summary.binaries, "prebuilt file", "prebuilt files"),
        plural(count(Severity::Error), "error", "errors"),
        plural(count(Severity::Warning), "warning", "warnings"),
        plural(count(Severity::Note), "note", "notes"),
    ];
    if summary.unbundle_now > 0 {
        parts.insert(2, format!("{} to unbundle now", summary.unbundle_now));
    }
    if summary.blocked > 0 {
        parts.insert(2, format!("{} blocked", summary.blocked));
    }
    let sentences = shipped_by_system(report).into_iter().chain([parts.join(", ")]);
    let lines = sentences.flat_map(|sentence| wrap(&sentence, width));
    lines.map(|part| Line::new().with(Role::Heading, &part)).collect()
}
