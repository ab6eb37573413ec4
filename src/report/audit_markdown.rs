//! An audit for a pull request: what a reviewer decides stands first, all else is folded; about 60 lines while it is.

use std::fmt::Write as _;

use crate::audit::report::{AuditReport, Change, Changes, Component, Verdict};
use crate::finding::{Finding, Severity};
use crate::report::audit_text::{shipped_by_system, standing};
use crate::report::escape::{code, prose};
use crate::report::findings;
use crate::text::plural::plural;

/// Rows of one table before the fold.
const ROWS: usize = 8;
/// Characters after which details stop: a code host may refuse a longer comment (GitHub: 65,536).
const LIMIT: usize = 55_000;

/// The whole report.
pub fn render(report: &AuditReport) -> String {
    let summary = &report.summary;
    let mut out = format!(
        "### Bundled in {}: {}, {} shipped, {}\n",
        code(&report.tree),
        plural(summary.components, "component", "components"),
        summary.shipped,
        findings::counts(&report.findings),
    );
    if let Some(changes) = &report.changes {
        changed(&mut out, changes);
    }
    unbundling(&mut out, report);
    build(&mut out, report);
    in_system(&mut out, report);
    found(&mut out, &report.findings);
    out
}

/// What differs from the baseline, in the order in which it wants a decision.
fn changed(out: &mut String, changes: &Changes) {
    let parts = [
        (changes.license.as_slice(), "licence moved"),
        (changes.added.as_slice(), "new"),
        (changes.removed.as_slice(), "gone"),
        (changes.binaries.as_slice(), "prebuilt file new"),
        (changes.verdict.as_slice(), "verdict moved"),
        (changes.hooks.as_slice(), "shim or hook new or gone"),
        (changes.keeplibs.as_slice(), "keeplib new or gone"),
        (changes.floors.as_slice(), "tool moved"),
        (changes.version.as_slice(), "version moved"),
    ];
    // What only a build tells is left out where neither audit looked at one.
    let of_build = ["shim or hook new or gone", "keeplib new or gone", "tool moved"];
    let counted = parts.iter().filter(|(list, what)| !list.is_empty() || !of_build.contains(what));
    let counts: Vec<String> = counted.map(|(list, what)| format!("{} {what}", list.len())).collect();
    let _ = write!(out, "\nSince {}: {}\n", code(&changes.baseline), counts.join(" · "));
    for (list, what) in parts {
        let (shown, folded) = list.split_at(list.len().min(ROWS));
        if shown.is_empty() {
            continue;
        }
        let _ = write!(out, "\n| {what} | was | is | where |\n|---|---|---|---|\n");
        rows(out, shown);
        if !folded.is_empty() {
            let _ = write!(
                out,
                "\n<details><summary>{} more</summary>\n\n| {what} | was | is | where |\n|---|---|---|---|\n",
                folded.len()
            );
            rows(out, folded);
            out.push_str("\n</details>\n");
        }
    }
}

fn rows(out: &mut String, list: &[Change]) {
    for change in list {
        if out.len() > LIMIT {
            out.push_str("| more in the JSON report | | | |\n");
            return;
        }
        let told = |value: &Option<String>| value.as_deref().map_or_else(|| "-".to_owned(), code);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            prose(&change.name),
            told(&change.old),
            told(&change.new),
            code(&change.id)
        );
    }
}

/// What the system could provide, and what can be deleted.
fn unbundling(out: &mut String, report: &AuditReport) {
    let of = |verdict: Verdict| report.components.iter().filter(move |component| component.verdict == verdict);
    let decided = [Verdict::UnbundleNow, Verdict::UnbundleWithPatch, Verdict::UnusedDelete, Verdict::Blocked];
    let counts: Vec<String> = decided
        .into_iter()
        .map(|verdict| (of(verdict).count(), verdict.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if counts.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "\n<details><summary>Unbundling: {}</summary>\n\n| verdict | component | bundled | system | why |\n|---|---|---|---|---|\n",
        counts.join(", ")
    );
    for component in decided.into_iter().flat_map(of) {
        if out.len() > LIMIT {
            out.push_str("| | more in the JSON report | | | |\n");
            break;
        }
        row(out, component);
    }
    out.push_str("\n</details>\n");
}

fn row(out: &mut String, component: &Component) {
    let system = component
        .system
        .as_ref()
        .map_or_else(|| "-".to_owned(), |system| code(&format!("{} {}", system.package, system.version)));
    let why: Vec<String> =
        component.blockers.iter().map(|blocker| format!("{}: {}", blocker.kind, blocker.detail)).collect();
    let bundled = component.version.value.as_deref().map_or_else(|| "-".to_owned(), code);
    let _ = writeln!(
        out,
        "| {} | {} | {bundled} | {system} | {} |",
        component.verdict.word(),
        code(&component.name),
        prose(&why.join("; "))
    );
}

/// What was built, and what the tree asks of tools.
fn build(out: &mut String, report: &AuditReport) {
    let Some(build) = &report.build else { return };
    let _ = write!(out, "\n{}\n", prose(&super::audit_text::built(build)));
    if build.floors.is_empty() {
        return;
    }
    out.push_str("\n<details><summary>Tools that the tree asks for</summary>\n\n| tool | version | system | at |\n|---|---|---|---|\n");
    for floor in &build.floors {
        let system = floor.system.as_ref().map_or_else(
            || "-".to_owned(),
            |system| {
                format!(
                    "{} ({})",
                    code(&format!("{} {}", system.package, system.version)),
                    tool_standing(system.enough)
                )
            },
        );
        let asked = if floor.required { " or newer" } else { "" };
        let version = format!("{}{asked}", code(&floor.version));
        let _ = writeln!(out, "| {} | {version} | {system} | {} |", prose(&floor.tool), code(&floor.place));
    }
    out.push_str("\n</details>\n");
}

fn tool_standing(enough: Option<bool>) -> &'static str {
    match enough {
        Some(true) => "enough",
        Some(false) => "too old",
        None => "not comparable",
    }
}

/// What the package indexes have of the components, what is new enough first.
fn in_system(out: &mut String, report: &AuditReport) {
    let Some(counts) = shipped_by_system(report) else { return };
    let indexes: Vec<String> = report.indexes.iter().map(|index| code(index)).collect();
    let _ = write!(
        out,
        "\n<details><summary>{counts}</summary>\n\nIndexes: {}\n\n| component | bundled | system | version | at |\n|---|---|---|---|---|\n",
        indexes.join(", ")
    );
    let mut rows: Vec<_> =
        report.components.iter().filter_map(|component| Some((component, component.system.as_ref()?))).collect();
    let rank = |enough: Option<bool>| [Some(true), Some(false), None].iter().position(|known| *known == enough);
    rows.sort_by_key(|(component, system)| (rank(system.enough), system.guess, &component.id));
    for (component, system) in rows {
        if out.len() > LIMIT {
            out.push_str("| more in the JSON report | | | | |\n");
            break;
        }
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            code(&component.name),
            component.version.value.as_deref().map_or_else(|| "-".to_owned(), code),
            code(&format!("{} {}", system.package, system.version)),
            standing(system),
            code(&component.root)
        );
    }
    out.push_str("\n</details>\n");
}

fn found(out: &mut String, all: &[Finding]) {
    let mut open = false;
    for group in findings::sorted(all).chunk_by(|a, b| a.code == b.code) {
        let Some(first) = group.first() else { continue };
        // What is grave stands in sight, the rest below one fold.
        if first.severity < Severity::Error && !open {
            out.push_str("\n<details><summary>Warnings and notes</summary>\n");
            open = true;
        }
        let _ = write!(out, "\n**{}** `{}` {} times\n\n", first.severity.word(), first.code, group.len());
        for finding in group {
            if out.len() > LIMIT {
                out.push_str("- more in the JSON report\n");
                break;
            }
            let place = finding.places.first().map(|place| format!(" ({})", code(place))).unwrap_or_default();
            let _ = writeln!(out, "- {} {}{place}", code(&finding.component), prose(&finding.message));
        }
    }
    if open {
        out.push_str("\n</details>\n");
    }
}
