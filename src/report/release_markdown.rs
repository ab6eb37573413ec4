//! A release as the comment of a pull request: at most 60 lines while the details are folded.
//!
//! The first line is a comment that no reader sees and that stays the same from run to run, so that a CI job finds its own
//! comment and edits it in place.

use std::fmt::Write as _;

use crate::finding::{Finding, Severity};
use crate::rebase::report::{PatchReport, Verdict};
use crate::release::report::ReleaseReport;
use crate::report::escape::{code, prose};
use crate::report::order;
use crate::report::{markdown, release_text};
use crate::text::plural::plural;

/// Rows of the table of decisions, and of the table of patches, before the fold.
const ROWS: usize = 12;
/// Names in one line.
const NAMES: usize = 8;
/// Characters after which details stop: a code host may refuse a longer comment (GitHub: 65,536).
const LIMIT: usize = 55_000;

/// The whole comment.
pub fn render(report: &ReleaseReport) -> String {
    let package = if report.package.is_empty() { "release" } else { &report.package };
    let trees = match &report.from {
        Some(from) => format!("{} → {}", code(from), code(&report.onto)),
        None => format!("onto {}", code(&report.onto)),
    };
    let mut out = format!("{}\n### {} {trees}: {}\n\n", marker(&report.package), prose(package), report.verdict.word());
    out.push_str("| part | |\n|---|---|\n");
    for (label, said) in release_text::block(report) {
        let _ = writeln!(out, "| {label} | {} |", prose(&said));
    }
    decisions(&mut out, report);
    patches(&mut out, report);
    spec(&mut out, report);
    out
}

/// What a CI job looks for to find its own comment.
pub fn marker(package: &str) -> String {
    let plain = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '+' => character,
        _ => '_',
    };
    format!("<!-- forebay:release:{} -->", package.chars().map(plain).collect::<String>())
}

fn decisions(out: &mut String, report: &ReleaseReport) {
    let (urgent, notes) = (report.rows(), report.notes());
    let (shown, folded) = urgent.split_at(urgent.len().min(ROWS));
    if !shown.is_empty() {
        let _ = write!(out, "\n**{} to decide**\n\n", plural(urgent.len(), "row", "rows"));
        rows(out, shown);
    }
    fold(out, &format!("{} more to decide", plural(folded.len(), "row", "rows")), folded);
    fold(out, &format!("{} to know", plural(notes.len(), "change", "changes")), &notes);
    if !report.accepted.is_empty() {
        let _ =
            write!(out, "\n<details><summary>{} accepted</summary>\n\n", plural(report.accepted.len(), "row", "rows"));
        out.push_str("| id | what | change | until | why |\n|---|---|---|---|---|\n");
        for accepted in &report.accepted {
            let finding = &accepted.delta.finding;
            let (what, change) = (release_text::short(&finding.code), said(finding));
            let (until, why) = (&accepted.expires, prose(&accepted.reason));
            let _ = writeln!(out, "| `{}` | {what} | {change} | {until} | {why} |", finding.id);
        }
        out.push_str("\n</details>\n");
    }
    for finding in &report.findings {
        let _ = writeln!(out, "\n`{}`{}: {}", finding.code, placed(finding), prose(&finding.message));
    }
}

/// Where a finding is, with a blank before it; nothing where it has no place.
fn placed(finding: &Finding) -> String {
    finding.places.first().map(|place| format!(" {}", code(place))).unwrap_or_default()
}

fn fold(out: &mut String, title: &str, list: &[&Finding]) {
    if list.is_empty() {
        return;
    }
    let _ = write!(out, "\n<details><summary>{title}</summary>\n\n");
    rows(out, list);
    out.push_str("\n</details>\n");
}

fn rows(out: &mut String, list: &[&Finding]) {
    out.push_str("| id | what | change | where |\n|---|---|---|---|\n");
    for finding in list {
        if out.len() > LIMIT {
            out.push_str("| | | more in the JSON report | |\n");
            return;
        }
        let what = release_text::short(&finding.code);
        let what = if finding.severity == Severity::Error { format!("**{what}**") } else { what.to_owned() };
        let place = finding.places.first().unwrap_or(&finding.component);
        let _ = writeln!(out, "| `{}` | {what} | {} | {} |", finding.id, said(finding), code(place));
    }
}

/// What a row says; an arrow as Markdown readers know it.
pub(crate) fn said(finding: &Finding) -> String {
    prose(&finding.message.replace(" -> ", " → "))
}

/// The patches that are wholly upstream: good news that a person acts upon.
fn absorbed(out: &mut String, report: &ReleaseReport) {
    let rows = report.rebase.patches.iter().filter(|row| row.verdict == Verdict::Absorbed);
    let names: Vec<String> = rows.map(|row| code(&row.name)).collect();
    if names.is_empty() {
        return;
    }
    let shown = names.get(..names.len().min(NAMES)).unwrap_or_default().join(", ");
    let more = names.len().checked_sub(NAMES).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let _ = writeln!(out, "\n**{} wholly upstream now**: {shown}{more}", order::patches(names.len()));
}

fn patches(out: &mut String, report: &ReleaseReport) {
    let waits = release_text::to_decide(report);
    let (shown, folded) = waits.split_at(waits.len().min(ROWS));
    if !shown.is_empty() {
        let _ = write!(out, "\n**{} to look at**\n\n", order::patches(waits.len()));
        markdown::table(out, shown);
    }
    if !folded.is_empty() {
        let _ = write!(out, "\n<details><summary>{} more</summary>\n\n", order::patches(folded.len()));
        markdown::table(out, folded);
        out.push_str("\n</details>\n");
    }
    absorbed(out, report);
    let changed: Vec<&PatchReport> = order::sorted(&report.rebase)
        .into_iter()
        .filter(|row| row.verdict != Verdict::Untouched)
        .filter(|row| waits.iter().all(|known| known.name != row.name))
        .collect();
    if !changed.is_empty() {
        let _ = write!(
            out,
            "\n<details><summary>{} changed, nothing to decide</summary>\n\n",
            order::patches(changed.len())
        );
        markdown::table(out, &changed);
        out.push_str("\n</details>\n");
    }
    if !waits.is_empty() {
        markdown::details(out, &waits);
    }
}

fn spec(out: &mut String, report: &ReleaseReport) {
    let Some(spec) = report.spec.as_ref().filter(|spec| !spec.findings.is_empty()) else { return };
    let found = super::findings::counts(&spec.findings);
    let _ = write!(out, "\n<details><summary>{}: {found}</summary>\n\n", code(&spec.spec));
    for finding in super::findings::sorted(&spec.findings) {
        if out.len() > LIMIT {
            out.push_str("- more in the JSON report\n");
            break;
        }
        let (severity, said) = (finding.severity.word(), prose(&finding.message));
        let _ = writeln!(out, "- {severity} `{}`{}: {said}", finding.code, placed(finding));
    }
    out.push_str("\n</details>\n");
}
