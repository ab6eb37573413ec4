//! The rebase report for a pull request: at most 60 lines while the details are folded, each row with a stable id.
//!
//! A forge may cut or refuse a long comment (GitHub: 65,536 characters), so the details stop before that and say so.

use std::fmt::Write as _;

use crate::rebase::report::{FileReport, HunkReport, PatchReport, RebaseReport, Verdict};
use crate::report::escape::{code, prose};
use crate::report::order;
use crate::text::plural::plural;

/// Rows shown before the fold.
const ROWS: usize = 36;
/// Characters after which the details stop.
const LIMIT: usize = 55_000;
/// Hunks of one patch in the details.
const HUNKS: usize = 12;
/// Swallowed lines of one hunk in the details.
const SWALLOWED: usize = 8;

/// The whole report.
pub fn rebase(report: &RebaseReport) -> String {
    let package = if report.package.is_empty() { "rebase" } else { &report.package };
    let trees = match &report.from {
        Some(from) => format!("{} → {}", code(from), code(&report.onto)),
        None => format!("onto {}", code(&report.onto)),
    };
    let (word, _) = order::overall(&report.summary);
    let (all, parts) = order::counts(&report.summary);
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    let mut out = format!("### {} {trees}: {word}\n\n{all}: {}\n", prose(package), parts.join(", "));
    let rows: Vec<&PatchReport> = order::sorted(report)
        .into_iter()
        .filter(|row| row.verdict != Verdict::Untouched || !row.findings.is_empty())
        .collect();
    let (shown, folded) = rows.split_at(rows.len().min(ROWS));
    if !shown.is_empty() {
        out.push('\n');
        table(&mut out, shown);
    }
    if !folded.is_empty() {
        let _ = write!(out, "\n<details><summary>{} more</summary>\n\n", order::patches(folded.len()));
        table(&mut out, folded);
        out.push_str("\n</details>\n");
    }
    let decide: Vec<&PatchReport> = rows
        .into_iter()
        .filter(|row| matches!(row.verdict, Verdict::Conflict | Verdict::Review) || !row.findings.is_empty())
        .collect();
    if !decide.is_empty() {
        details(&mut out, &decide);
    }
    out
}

/// A row a patch.
pub(crate) fn table(out: &mut String, rows: &[&PatchReport]) {
    out.push_str("| id | verdict | patch | grade | hunks | why |\n|---|---|---|---|--:|---|\n");
    for row in rows {
        let verdict = match row.verdict {
            Verdict::Conflict | Verdict::Review => format!("**{}**", order::word(row.verdict)),
            other => order::word(other).to_owned(),
        };
        let (id, grade, hunks) = (order::id(row), order::letter(row.grade), order::hunks(row));
        let _ =
            writeln!(out, "| {id} | {verdict} | {} | {grade} | {hunks} | {} |", code(&row.name), prose(&row.reason));
        if out.len() > LIMIT {
            let _ = writeln!(out, "| | | more in the JSON report | | | |");
            break;
        }
    }
}

/// What a person looks at in each patch, folded.
pub(crate) fn details(out: &mut String, rows: &[&PatchReport]) {
    let _ = write!(out, "\n<details><summary>What to look at in {}</summary>\n", order::patches(rows.len()));
    for (number, row) in rows.iter().enumerate() {
        if out.len() > LIMIT {
            let rest = rows.len().saturating_sub(number);
            let _ = write!(out, "\n{} more in the JSON report.\n", order::patches(rest));
            break;
        }
        let _ = write!(out, "\n**{}** {}: {}\n\n", order::id(row), code(&row.name), prose(&row.reason));
        patch(out, row);
    }
    out.push_str("\n</details>\n");
}

fn patch(out: &mut String, row: &PatchReport) {
    for finding in row.findings.iter().take(HUNKS) {
        let place = finding.places.first().map_or("", String::as_str);
        let _ = writeln!(out, "- {} {}: {}", code(place), code(&finding.code), prose(&cut(&finding.message)));
    }
    let mut left = HUNKS;
    let mut hidden = 0_usize;
    for (number, file) in (1..).zip(&row.files) {
        let shown: Vec<&HunkReport> = file.hunks.iter().filter(|hunk| order::needs_a_look(hunk)).collect();
        let whole = matches!(file.verdict, Verdict::Conflict | Verdict::Review) && shown.is_empty();
        let moved = file.path != file.onto_path;
        if whole || (!shown.is_empty() && (moved || !file.evidence.is_empty())) {
            let _ = writeln!(out, "- {}.{number} {}{}", order::id(row), name(file), facts(&file.evidence));
        }
        for hunk in shown {
            if left == 0 || out.len() > LIMIT {
                hidden += 1;
                continue;
            }
            left -= 1;
            self::hunk(out, row, number, file, hunk);
        }
    }
    if hidden > 0 {
        let _ = writeln!(out, "- {} more in the JSON report", plural(hidden, "hunk", "hunks"));
    }
}

fn name(file: &FileReport) -> String {
    if file.path == file.onto_path {
        code(&file.path)
    } else {
        format!("{} → {}", code(&file.path), code(&file.onto_path))
    }
}

/// Facts behind a colon; long ones are cut.
fn facts(evidence: &[String]) -> String {
    if evidence.is_empty() {
        return String::new();
    }
    let cut: Vec<String> = evidence.iter().map(|fact| prose(&cut(fact))).collect();
    format!(": {}", cut.join("; "))
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(300).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn hunk(out: &mut String, row: &PatchReport, number: usize, file: &FileReport, hunk: &HunkReport) {
    let (id, place) = (order::id(row), code(&order::place(file, hunk)));
    let how = if hunk.rung.is_empty() {
        String::new()
    } else {
        format!(" ({}, grade {})", prose(&hunk.rung), order::letter(hunk.grade))
    };
    let word = order::hunk_word(hunk.verdict);
    let _ = writeln!(out, "- {id}.{number}.{} {place} **{word}**{how}{}", hunk.index, facts(&hunk.evidence));
    if let Some(culprit) = &hunk.culprit {
        let _ = writeln!(out, "  - in the way: {}", prose(&cut(culprit)));
    }
    if !hunk.swallowed.is_empty() {
        let count = plural(hunk.swallowed.len(), "newer upstream line", "newer upstream lines");
        let _ = writeln!(out, "  - deletes {count} too:");
        for line in hunk.swallowed.iter().take(SWALLOWED) {
            let _ = writeln!(out, "    - {}", code(&cut(line.trim_end_matches(['\n', '\r']))));
        }
        if let Some(more) = hunk.swallowed.len().checked_sub(SWALLOWED).filter(|more| *more > 0) {
            let _ = writeln!(out, "    - and {more} more");
        }
    }
}
