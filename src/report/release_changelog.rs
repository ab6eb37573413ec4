//! What a package's changelog says of a release: Debian's form, items of an RPM `%changelog`, and plain lines.

use std::fmt::Write as _;

use crate::rebase::report::PatchReport;
use crate::release::queue_changes::QueueChanges;
use crate::release::report::ReleaseReport;
use crate::report::escape;
use crate::report::style::wrap;

/// Patches that are named one by one where only their line numbers or context changed.
const NAMES: usize = 12;
/// The longest line of a changelog.
const WIDTH: usize = 79;

/// Who signs an entry, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `Name <mail>`.
    pub packager: String,
    /// The moment as Debian writes it: `Thu, 01 Jan 1970 00:00:00 +0000`.
    pub date: String,
}

/// An entry of `debian/changelog`; without a signature its last line is missing, as `dch` writes it anyway.
pub fn debian(report: &ReleaseReport, signature: Option<&Signature>) -> String {
    let package = word(if report.package.is_empty() { "package" } else { &report.package });
    let urgency = if report.cves.is_empty() { "medium" } else { "high" };
    let mut out = format!("{package} ({}-1) UNRELEASED; urgency={urgency}\n\n", word(&report.onto));
    let mut item = |indent: usize, mark: char, text: &str| {
        let lines = wrap(&escape::line(text), WIDTH.saturating_sub(indent + 2));
        for (number, line) in lines.iter().enumerate() {
            let lead = if number == 0 { mark } else { ' ' };
            let _ = writeln!(out, "{:indent$}{lead} {line}", "");
        }
    };
    item(2, '*', &format!("New upstream release {}.", report.onto));
    for cve in &report.cves {
        item(4, '-', &cve.line());
    }
    let patches = patch_lines(report);
    if !patches.is_empty() {
        item(2, '*', "Patches:");
        for line in &patches {
            item(4, '-', line);
        }
    }
    if let Some(signature) = signature {
        let _ = writeln!(out, "\n -- {}  {}", escape::line(&signature.packager), signature.date);
    }
    out
}

/// Items for the entry of an RPM `%changelog`; `%` is doubled, since rpm expands macros there too.
pub fn rpm(report: &ReleaseReport) -> String {
    plain(report).replace('%', "%%")
}

/// The same for a changelog of no form.
pub fn plain(report: &ReleaseReport) -> String {
    let mut items = vec![format!("Update to {}", report.onto)];
    items.extend(report.cves.iter().map(|cve| format!("Fix {}", cve.line())));
    items.extend(patch_lines(report).into_iter().map(|line| format!("Patches: {line}")));
    let mut out = String::new();
    for item in items {
        for (number, line) in wrap(&escape::line(&item), WIDTH - 2).iter().enumerate() {
            out.push_str(if number == 0 { "- " } else { "  " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// One line a patch that changed, in the order refreshed, dropped, added.
fn patch_lines(report: &ReleaseReport) -> Vec<String> {
    let changes = QueueChanges::of(report);
    let told = |rows: &[&PatchReport], what: &dyn Fn(&PatchReport) -> String| -> Vec<String> {
        rows.iter().map(|row| format!("{}: {}", row.name, what(row))).collect()
    };
    let mut lines = told(&changes.merged, &|_| "refresh, merged with upstream's change".to_owned());
    if changes.refreshed.len() > NAMES {
        lines.push(format!("{} patches: refresh, line numbers or context", changes.refreshed.len()));
    } else {
        lines.extend(told(&changes.refreshed, &|_| "refresh".to_owned()));
    }
    lines.extend(told(&changes.absorbed, &|_| "drop, merged upstream".to_owned()));
    lines.extend(told(&changes.skipped, &|row| {
        format!("drop, {}", row.reason.strip_prefix("left out: ").unwrap_or(&row.reason))
    }));
    lines.extend(report.removed_patches.iter().map(|name| format!("{name}: drop")));
    lines.extend(report.added_patches.iter().map(|name| format!("{name}: new")));
    lines
}

/// A name or version as a changelog's head takes it.
fn word(text: &str) -> String {
    let fits = |character: char| character.is_ascii_alphanumeric() || ".+-~:".contains(character);
    text.chars().map(|character| if fits(character) { character } else { '.' }).collect()
}
