//! What needs a decision comes first, in every format.

use crate::digest;
use crate::rebase::report::{FileReport, Grade, HunkReport, HunkVerdict, PatchReport, RebaseReport, Summary, Verdict};
use crate::text::plural::plural;

/// The verdicts in the order in which they are shown.
pub const ORDER: [Verdict; 7] = [
    Verdict::Conflict,
    Verdict::Review,
    Verdict::Absorbed,
    Verdict::Merged,
    Verdict::Refreshed,
    Verdict::Skipped,
    Verdict::Untouched,
];

/// The word of a verdict, as in the machine contract.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Untouched => "untouched",
        Verdict::Refreshed => "refreshed",
        Verdict::Merged => "merged",
        Verdict::Absorbed => "absorbed",
        Verdict::Review => "review",
        Verdict::Conflict => "conflict",
        Verdict::Skipped => "skipped",
    }
}

/// The word of a hunk's verdict, for people.
pub fn hunk_word(verdict: HunkVerdict) -> &'static str {
    match verdict {
        HunkVerdict::Untouched => "untouched",
        HunkVerdict::Refreshed => "refreshed",
        HunkVerdict::Merged => "merged",
        HunkVerdict::DroppedAbsorbed => "already upstream",
        HunkVerdict::DeletedMore => "deletes more",
        HunkVerdict::Review => "review",
        HunkVerdict::Conflict => "conflict",
    }
}

/// The letter of a grade, `-` where there is none.
pub fn letter(grade: Option<Grade>) -> &'static str {
    match grade {
        Some(Grade::A) => "A",
        Some(Grade::B) => "B",
        Some(Grade::C) => "C",
        None => "-",
    }
}

/// The number of patches of a verdict.
pub fn count(summary: &Summary, verdict: Verdict) -> usize {
    match verdict {
        Verdict::Untouched => summary.untouched,
        Verdict::Refreshed => summary.refreshed,
        Verdict::Merged => summary.merged,
        Verdict::Absorbed => summary.absorbed,
        Verdict::Review => summary.review,
        Verdict::Conflict => summary.conflict,
        Verdict::Skipped => summary.skipped,
    }
}

/// The verdict over the whole queue: the word, and the patch verdict whose colour it takes.
pub fn overall(summary: &Summary) -> (&'static str, Verdict) {
    match summary {
        Summary { conflict: 1.., .. } => ("CONFLICT", Verdict::Conflict),
        Summary { review: 1.., .. } => ("REVIEW", Verdict::Review),
        _ => ("CLEAN", Verdict::Merged),
    }
}

/// The rows by what needs a decision, else in the order of the queue.
pub fn sorted(report: &RebaseReport) -> Vec<&PatchReport> {
    let rank = |verdict| ORDER.iter().position(|known| *known == verdict).unwrap_or(ORDER.len());
    let mut rows: Vec<&PatchReport> = report.patches.iter().collect();
    rows.sort_by_key(|row| rank(row.verdict));
    rows
}

/// `2 patches: 1 conflict, 1 merged`, as parts.
pub fn counts(summary: &Summary) -> (String, Vec<(Verdict, String)>) {
    let parts = ORDER.into_iter().map(|verdict| (verdict, count(summary, verdict))).filter(|(_, count)| *count > 0);
    (patches(summary.patches), parts.map(|(verdict, count)| (verdict, format!("{count} {}", word(verdict)))).collect())
}

/// `1 patch`, `2 patches`.
pub fn patches(count: usize) -> String {
    plural(count, "patch", "patches")
}

/// True for a hunk that a person must look at.
pub fn needs_a_look(hunk: &HunkReport) -> bool {
    matches!(hunk.verdict, HunkVerdict::Conflict | HunkVerdict::Review | HunkVerdict::DeletedMore)
        || hunk.grade == Some(Grade::C)
}

/// Hunks that found a place (or need none) and all hunks, as `12/14`, or one number where they are equal.
pub fn hunks(patch: &PatchReport) -> String {
    let all = patch.files.iter().map(|file| file.hunks.len()).sum::<usize>();
    let open =
        patch.files.iter().flat_map(|file| &file.hunks).filter(|hunk| hunk.verdict == HunkVerdict::Conflict).count();
    match (all, open) {
        (0, _) => "-".into(),
        (all, 0) => all.to_string(),
        (all, open) => format!("{}/{all}", all.saturating_sub(open)),
    }
}

/// Where a hunk lies: in the new tree where it has a place there, else in the old one.
pub fn place(file: &FileReport, hunk: &HunkReport) -> String {
    match hunk.new_line {
        Some(line) => format!("{}:{line}", file.onto_path),
        None => format!("{}:{} (old tree)", file.path, hunk.old_line),
    }
}

/// The stable id of a patch's row: it depends on the patch's name alone.
pub fn id(patch: &PatchReport) -> String {
    let digest = digest::hex(&digest::sha256(patch.name.as_bytes()));
    format!("p-{}", digest.get(..8).unwrap_or_default())
}
