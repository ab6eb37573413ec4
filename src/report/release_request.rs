//! The text of a pull request that brings a new upstream release.

use std::fmt::Write as _;

use crate::rebase::report::{PatchReport, Verdict};
use crate::release::queue_changes::QueueChanges;
use crate::release::report::ReleaseReport;
use crate::release::rules;
use crate::report::escape::{code, prose};
use crate::report::{release_markdown, release_text};
use crate::text::plural::plural;

/// Characters after which lists stop.
const LIMIT: usize = 55_000;

/// Title, what changed, and what is left to decide, as Markdown.
pub fn render(report: &ReleaseReport) -> String {
    let package = if report.package.is_empty() { "package" } else { &report.package };
    let mut out = format!("# {}: update to {}\n\n", prose(package), prose(&report.onto));
    if let Some(from) = &report.from {
        let _ = writeln!(out, "From {} to {}.", code(from), code(&report.onto));
    }
    if !report.cves.is_empty() {
        out.push_str("\n## Security fixes\n\n");
        for cve in &report.cves {
            let text = if cve.text.is_empty() { String::new() } else { format!(": {}", prose(&cve.text)) };
            let _ = writeln!(out, "- {}{text}", cve.id);
        }
    }
    patches(&mut out, report);
    components(&mut out, report);
    decisions(&mut out, report);
    out
}

fn patches(out: &mut String, report: &ReleaseReport) {
    let changes = QueueChanges::of(report);
    out.push_str("\n## Patches\n\n");
    let untouched = report.rebase.summary.untouched;
    let _ = writeln!(out, "{} unchanged.", plural(untouched, "patch", "patches"));
    let (guessed, merged): (Vec<_>, Vec<_>) =
        changes.merged.iter().copied().partition(|row| row.verdict == Verdict::Review);
    for (what, rows) in [
        ("no place yet", &changes.open),
        ("to read before it ships: placed by a guess", &guessed),
        ("dropped, merged upstream", &changes.absorbed),
        ("left out", &changes.skipped),
        ("merged with what upstream changed", &merged),
    ] {
        list(out, what, rows);
    }
    if !changes.refreshed.is_empty() {
        let count = plural(changes.refreshed.len(), "patch", "patches");
        let _ = write!(out, "\n<details><summary>{count} refreshed (line numbers or context)</summary>\n\n");
        for row in changes.refreshed {
            let _ = writeln!(out, "- {}", code(&row.name));
        }
        out.push_str("\n</details>\n");
    }
    for (what, names) in [("dropped", &report.removed_patches), ("added", &report.added_patches)] {
        if !names.is_empty() {
            let _ = write!(out, "\n{what}:\n\n");
            for name in names {
                let _ = writeln!(out, "- {}", code(name));
            }
        }
    }
}

fn list(out: &mut String, what: &str, rows: &[&PatchReport]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "\n{what}:\n\n");
    for row in rows {
        if out.len() > LIMIT {
            out.push_str("- more in the JSON report\n");
            return;
        }
        let _ = writeln!(out, "- {}: {}", code(&row.name), prose(&row.reason));
    }
}

fn components(out: &mut String, report: &ReleaseReport) {
    let about = [&rules::COMPONENT_NEW, &rules::COMPONENT_GONE, &rules::VERSION_MOVED];
    let accepted = report.accepted.iter().map(|accepted| &accepted.delta);
    let mut rows: Vec<_> = report.deltas.iter().chain(accepted).collect();
    rows.retain(|row| about.iter().any(|rule| rule.code == row.finding.code));
    if rows.is_empty() {
        return;
    }
    let count = plural(rows.len(), "component", "components");
    let _ = write!(out, "\n## Bundled\n\n<details><summary>{count} new, gone or moved</summary>\n\n");
    for row in rows {
        if out.len() > LIMIT {
            out.push_str("- more in the JSON report\n");
            break;
        }
        let what = release_text::short(&row.finding.code);
        let _ = writeln!(out, "- {what}: {} ({})", release_markdown::said(&row.finding), code(&row.finding.component));
    }
    out.push_str("\n</details>\n");
}

fn decisions(out: &mut String, report: &ReleaseReport) {
    let rows = report.rows();
    let open = release_text::to_decide(report);
    if rows.is_empty() && open.is_empty() {
        return;
    }
    let patches = plural(open.len(), "patch", "patches");
    let _ = write!(out, "\n## To decide\n\n{patches} and {} in `release.md`.\n", plural(rows.len(), "row", "rows"));
}
