//! How much work a release will be: which patches need a person, measured against what the queue needed before.

use std::collections::BTreeSet;

use crate::merge::file::MOST_HUNKS;
use crate::rebase::memory;
use crate::rebase::report::{Grade, HunkVerdict, PatchReport, RebaseReport, Verdict};

/// The forecast of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The patches that need a person, conflicts first, then in the order of the queue.
    pub needs: Vec<Need>,
    /// Hunks that a remembered decision took care of.
    pub replayed: usize,
    /// What the queue's own repository tells; `None` where there is none.
    pub history: Option<History>,
}

/// A patch that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its name.
    pub patch: String,
    /// `conflict` or `review`.
    pub verdict: Verdict,
    /// Hunks to decide or to read; a whole file counts as one, and so does each of a patch that a program made.
    pub hunks: usize,
    /// The files they are in, in the new tree.
    pub files: Vec<String>,
    /// In how many rounds the patch's file was changed before.
    pub touched: usize,
}

/// What the commits of the queue's repository tell; a round is a commit that changed at least one patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// The rounds.
    pub rounds: usize,
    /// The median number of patches changed in a round.
    pub usual: usize,
    /// The most patches changed in a round.
    pub most: usize,
}

/// Makes the forecast from a dry run; `rounds` are the files that each commit of the queue's repository changed.
pub fn of(report: &RebaseReport, rounds: Option<&[BTreeSet<String>]>) -> Forecast {
    let names: BTreeSet<&str> = report.patches.iter().map(|row| row.name.as_str()).collect();
    let of_queue = |round: &BTreeSet<String>| round.iter().filter(|name| names.contains(name.as_str())).count();
    let mut sizes: Vec<usize> = rounds.unwrap_or_default().iter().map(of_queue).filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    let touched = |name: &str| rounds.unwrap_or_default().iter().filter(|round| round.contains(name)).count();
    let waits = |row: &&PatchReport| matches!(row.verdict, Verdict::Conflict | Verdict::Review);
    let mut needs: Vec<Need> = report.patches.iter().filter(waits).map(|row| need(row, touched(&row.name))).collect();
    needs.sort_by_key(|need| std::cmp::Reverse(need.verdict));
    let hunks = report.patches.iter().flat_map(|row| &row.files).flat_map(|file| &file.hunks);
    let history = rounds.map(|_| History {
        rounds: sizes.len(),
        usual: sizes.get(sizes.len() / 2).copied().unwrap_or(0),
        most: sizes.last().copied().unwrap_or(0),
    });
    Forecast { needs, replayed: hunks.filter(|hunk| hunk.rung == memory::RUNG).count(), history }
}

fn need(row: &PatchReport, touched: usize) -> Need {
    let mut need = Need { patch: row.name.clone(), verdict: row.verdict, hunks: 0, files: Vec::new(), touched };
    let all: usize = row.files.iter().map(|file| file.hunks.len()).sum();
    let most = if all > MOST_HUNKS { 1 } else { usize::MAX };
    for file in &row.files {
        let wants =
            file.hunks.iter().filter(|hunk| hunk.verdict == HunkVerdict::Conflict || hunk.grade == Some(Grade::C));
        let whole = matches!(file.verdict, Verdict::Conflict | Verdict::Review);
        let count = wants.count().max(usize::from(whole)).min(most);
        if count > 0 {
            need.hunks += count;
            need.files.push(file.onto_path.clone());
        }
    }
    need
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_count_only_patches_of_the_queue() {
        let row = |name: &str, verdict| PatchReport {
            name: name.into(),
            verdict,
            grade: None,
            reason: String::new(),
            lossy: false,
            findings: Vec::new(),
            files: Vec::new(),
        };
        let report = RebaseReport {
            schema: String::new(),
            package: String::new(),
            from: None,
            onto: "2".into(),
            summary: crate::rebase::report::Summary::default(),
            patches: vec![row("a", Verdict::Review), row("b", Verdict::Conflict), row("c", Verdict::Untouched)],
        };
        let round = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let rounds = [round(&["series"]), round(&["a", "series"]), round(&["a", "b", "c"]), round(&["gone"])];
        let found = of(&report, Some(&rounds));
        let told: Vec<(&str, usize)> = found.needs.iter().map(|need| (need.patch.as_str(), need.touched)).collect();
        assert_eq!(told, [("b", 1), ("a", 2)]);
        assert_eq!(found.history, Some(History { rounds: 2, usual: 3, most: 3 }));
        assert_eq!(of(&report, None).history, None);
    }

    #[test]
    fn what_a_program_made_is_one_place() {
        let file = |hunks: usize| {
            let hunk = |index| serde_json::json!({"index": index, "old_line": 1, "new_line": null, "verdict": "conflict", "grade": null, "rung": "", "evidence": [], "tried": []});
            let hunks: Vec<_> = (1..=hunks).map(hunk).collect();
            serde_json::json!({"path": "a", "onto_path": "a", "verdict": "conflict", "grade": null, "hunks": hunks})
        };
        let row = |hunks| -> PatchReport {
            let row = serde_json::json!({"name": "p", "verdict": "conflict", "grade": null, "reason": "", "files": [file(hunks)]});
            serde_json::from_value(row).unwrap()
        };
        assert_eq!([3, MOST_HUNKS, MOST_HUNKS + 1].map(|hunks| need(&row(hunks), 0).hunks), [3, MOST_HUNKS, 1]);
    }
}
