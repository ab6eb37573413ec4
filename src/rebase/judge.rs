//! Turns what happened to files and hunks into verdicts, grades and reasons.

use crate::merge::{self, Fate};
use crate::queue::QueuePatch;
use crate::rebase::file_step::{ConflictText, FileStep, MOST_TEXT, Rewrite, Whole};
use crate::rebase::memory;
use crate::rebase::outcome::Decision;
use crate::rebase::report::{FileReport, Grade, HunkReport, HunkVerdict, PatchReport, Summary, Verdict};
use crate::rebase::sibling;
use crate::rebase::step::Carried;
use crate::rebase::world::State;
use crate::text::display;

/// The least of it that a hunk shows.
const LEAST_TEXT: usize = 256;

/// What is said about a file that a person decided.
const BY_HAND: &str = "resolved by hand";

/// The report of one patch.
pub fn patch(patch: &QueuePatch, carried: &[Carried], decision: Option<&Decision>, state: &State<'_>) -> PatchReport {
    let files: Vec<FileReport> = carried.iter().map(|carried| file(carried, state)).collect();
    let mut verdict = verdict(&files, carried.len());
    let mut reason = reason(verdict, &files);
    if let Some(Decision::Skip(why)) = decision {
        verdict = Verdict::Skipped;
        reason = format!("left out: {}", display::terminal(why.as_bytes()));
    }
    let grade = if matches!(verdict, Verdict::Conflict | Verdict::Skipped) {
        None
    } else {
        files.iter().filter_map(|file| file.grade).max().or(Some(Grade::A))
    };
    PatchReport { name: patch.name.clone(), verdict, grade, reason, lossy: false, findings: Vec::new(), files }
}

/// True where the patch stays in the queue.
pub fn is_written(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Untouched | Verdict::Refreshed | Verdict::Merged | Verdict::Review)
}

/// Makes a patch a review whose grade the policy does not take without a person.
pub fn demote(patch: &mut PatchReport, automatic: Grade) {
    if is_written(patch.verdict) && patch.grade.is_some_and(|grade| grade > automatic) {
        if patch.verdict != Verdict::Review {
            patch.reason = format!("{}; the policy wants a person for this grade", patch.reason);
        }
        patch.verdict = Verdict::Review;
    }
}

/// Counts patches by verdict.
pub fn summary(patches: &[PatchReport]) -> Summary {
    let mut summary = Summary { patches: patches.len(), ..Summary::default() };
    for patch in patches {
        let count = match patch.verdict {
            Verdict::Untouched => &mut summary.untouched,
            Verdict::Refreshed => &mut summary.refreshed,
            Verdict::Merged => &mut summary.merged,
            Verdict::Review => &mut summary.review,
            Verdict::Absorbed => &mut summary.absorbed,
            Verdict::Conflict => &mut summary.conflict,
            Verdict::Skipped => &mut summary.skipped,
        };
        *count += 1;
    }
    summary
}

/// Marks a file as answered by a person.
pub fn resolved_by_hand(step: &mut FileStep, nothing_left: bool) {
    step.whole = if nothing_left { Whole::Absorbed } else { Whole::Changed };
    step.grade = Some(merge::Grade::B);
    step.evidence = vec![BY_HAND.into()];
    for hunk in &mut step.hunks {
        if hunk.fate == Fate::Conflict {
            hunk.fate = Fate::Resolved;
            hunk.grade = Some(merge::Grade::B);
            hunk.rung = "resolved";
            hunk.tried.push("resolved");
            hunk.conflict = None;
            hunk.evidence.push(BY_HAND.into());
        }
    }
}

/// Makes a patch a conflict because what would have been written does not apply exactly.
pub fn gate_refused(report: &mut PatchReport, problem: &str) {
    report.verdict = Verdict::Conflict;
    report.grade = None;
    report.reason = format!("the refreshed patch failed its check: {problem}");
}

fn file(carried: &Carried, state: &State<'_>) -> FileReport {
    let step = &carried.step;
    let same_text = step.whole == Whole::Text && step.written == Rewrite::Same;
    let shares = shares(step);
    let hunks: Vec<HunkReport> = (0..step.hunks.len()).map(|number| hunk(step, number, same_text, &shares)).collect();
    let verdict = file_verdict(step, &hunks, same_text);
    let mut evidence = step.evidence.clone();
    if let Some(names) = state.left_out.get(&step.onto).filter(|_| verdict == Verdict::Conflict) {
        evidence.push(format!("earlier patches left out of this file: {}", names.join(", ")));
    }
    evidence.extend(carried.offers.iter().filter(|offer| !offer.taken).map(sibling::told));
    let (path, onto) = (display::utf8(carried.intent.name().as_bytes()), display::utf8(step.onto.as_bytes()));
    FileReport {
        path: path.text,
        onto_path: onto.text,
        verdict,
        grade: if verdict == Verdict::Conflict { None } else { step.grade.map(grade) },
        evidence,
        siblings: carried.offers.clone(),
        culprit_commits: Vec::new(),
        lossy: path.lossy || onto.lossy,
        hunks,
    }
}

fn file_verdict(step: &FileStep, hunks: &[HunkReport], same_text: bool) -> Verdict {
    match step.whole {
        Whole::Conflict => Verdict::Conflict,
        Whole::Absorbed => Verdict::Absorbed,
        _ if step.grade == Some(merge::Grade::C) => Verdict::Review,
        Whole::Changed => Verdict::Merged,
        Whole::Same => Verdict::Untouched,
        Whole::Text if hunks.iter().any(|hunk| hunk.verdict >= HunkVerdict::Merged) => Verdict::Merged,
        Whole::Text if same_text => Verdict::Untouched,
        Whole::Text => Verdict::Refreshed,
    }
}

/// Bytes that each hunk of a conflict may show of its text, one entry a conflict.
fn shares(step: &FileStep) -> Vec<usize> {
    let mut hunks = vec![0; step.texts.len()];
    for conflict in step.hunks.iter().filter_map(|hunk| hunk.conflict) {
        if let Some(count) = hunks.get_mut(conflict) {
            *count += 1;
        }
    }
    hunks.into_iter().map(|count: usize| MOST_TEXT / count.clamp(1, MOST_TEXT / LEAST_TEXT)).collect()
}

fn hunk(step: &FileStep, number: usize, same_text: bool, shares: &[usize]) -> HunkReport {
    let result = &step.hunks[number];
    let verdict = match (result.fate, result.grade) {
        (Fate::Conflict, _) => HunkVerdict::Conflict,
        (_, Some(merge::Grade::C)) if result.swallowed.is_empty() => HunkVerdict::Review,
        (Fate::Absorbed, _) => HunkVerdict::DroppedAbsorbed,
        _ if !result.swallowed.is_empty() => HunkVerdict::DeletedMore,
        (Fate::PartlyAbsorbed | Fate::Resolved, _) => HunkVerdict::Merged,
        (Fate::Clean, _) if same_text => HunkVerdict::Untouched,
        (Fate::Clean, _) => HunkVerdict::Refreshed,
    };
    let mut report = HunkReport {
        index: number + 1,
        old_line: result.base_line + 1,
        new_line: step.new_lines.get(number).copied().flatten(),
        verdict,
        grade: result.grade.map(grade),
        rung: rung(result, same_text).to_owned(),
        evidence: result.evidence.clone(),
        tried: tried(result, same_text),
        swallowed: Vec::new(),
        base: None,
        ours: None,
        theirs: None,
        culprit: None,
        culprit_commits: Vec::new(),
        lossy: false,
    };
    for line in &result.swallowed {
        report.swallowed.push(shown(line, MOST_TEXT, &mut report.lossy));
    }
    let open = result.conflict.and_then(|conflict| Some((step.texts.get(conflict)?, *shares.get(conflict)?)));
    if let Some((text, most)) = open {
        show_conflict(&mut report, text, most);
    }
    report
}

/// A hunk at its exact place needed no three-way.
fn rung(result: &merge::HunkResult, same_text: bool) -> &'static str {
    if same_text && result.fate == Fate::Clean && result.rung == "three-way" { "exact" } else { result.rung }
}

fn tried(result: &merge::HunkResult, same_text: bool) -> Vec<String> {
    let exact = rung(result, same_text) == "exact";
    let first = ["exact"].into_iter().filter(|_| exact || result.tried.first() == Some(&"three-way"));
    let rest = result.tried.iter().copied().filter(|name| !(exact && matches!(*name, "three-way" | "exact")));
    first.chain(rest).map(str::to_owned).collect()
}

fn show_conflict(report: &mut HunkReport, text: &ConflictText, most: usize) {
    report.base = Some(shown(&text.base, most, &mut report.lossy));
    report.ours = Some(shown(&text.ours, most, &mut report.lossy));
    report.theirs = Some(shown(&text.theirs, most, &mut report.lossy));
    report.culprit = Some(text.why.clone());
}

fn shown(text: &[u8], most: usize, lossy: &mut bool) -> String {
    let cut = &text[..text.len().min(most)];
    let shown = display::utf8(cut);
    *lossy |= shown.lossy || cut.len() < text.len();
    shown.text
}

fn grade(grade: merge::Grade) -> Grade {
    match grade {
        merge::Grade::A => Grade::A,
        merge::Grade::B => Grade::B,
        merge::Grade::C => Grade::C,
    }
}

fn verdict(files: &[FileReport], count: usize) -> Verdict {
    let any = |wanted: Verdict| files.iter().any(|file| file.verdict == wanted);
    if any(Verdict::Conflict) {
        Verdict::Conflict
    } else if any(Verdict::Review) {
        Verdict::Review
    } else if count > 0 && files.iter().all(|file| file.verdict == Verdict::Absorbed) {
        Verdict::Absorbed
    } else if any(Verdict::Merged) || any(Verdict::Absorbed) {
        Verdict::Merged
    } else if any(Verdict::Refreshed) {
        Verdict::Refreshed
    } else {
        Verdict::Untouched
    }
}

fn reason(verdict: Verdict, files: &[FileReport]) -> String {
    let hunks =
        |wanted: HunkVerdict| files.iter().flat_map(|file| &file.hunks).filter(|hunk| hunk.verdict == wanted).count();
    let all: usize = files.iter().map(|file| file.hunks.len()).sum();
    match verdict {
        Verdict::Untouched => "applies exactly as it stands".into(),
        Verdict::Refreshed => "line numbers or context".into(),
        Verdict::Absorbed => "all of it is already upstream".into(),
        Verdict::Merged => merged_reason(files, hunks(HunkVerdict::DroppedAbsorbed)),
        Verdict::Review => review_reason(files, all),
        Verdict::Conflict => match hunks(HunkVerdict::Conflict) {
            0 => whole_files(files).unwrap_or_else(|| "a file has no place".into()),
            open => {
                let hunks =
                    format!("{open} of {} {} no place", counted(all, "hunk"), if open == 1 { "has" } else { "have" });
                whole_files(files).map_or_else(|| hunks.clone(), |files| format!("{hunks}; {files}"))
            }
        },
        Verdict::Skipped => String::new(),
    }
}

fn merged_reason(files: &[FileReport], absorbed: usize) -> String {
    let moved = files.iter().filter(|file| file.path != file.onto_path).count();
    let gone = files.iter().filter(|file| file.verdict == Verdict::Absorbed).count();
    let mut parts = Vec::new();
    if files.iter().any(|file| file.evidence.iter().any(|fact| fact == BY_HAND)) {
        parts.push(BY_HAND.to_owned());
    }
    let replayed = files.iter().flat_map(|file| &file.hunks).filter(|hunk| hunk.rung == memory::RUNG).count();
    if replayed > 0 {
        parts.push(format!("{} as decided before", counted(replayed, "hunk")));
    }
    if moved > 0 {
        parts.push(format!("{} moved upstream", counted(moved, "file")));
    }
    if absorbed > 0 {
        parts.push(format!("{} already upstream", counted(absorbed, "hunk")));
    } else if gone > 0 {
        parts.push(format!("{} already upstream", counted(gone, "file")));
    }
    if parts.is_empty() { "merged with upstream's changes".into() } else { parts.join(", ") }
}

/// What is wrong with files of which no single hunk is open.
fn whole_files(files: &[FileReport]) -> Option<String> {
    let is_open = |hunk: &HunkReport| hunk.verdict == HunkVerdict::Conflict;
    let whole = || files.iter().filter(|file| file.verdict == Verdict::Conflict && !file.hunks.iter().any(is_open));
    let fact = whole().find_map(|file| file.evidence.first())?;
    Some(match whole().count() {
        1 => fact.clone(),
        count => format!("{} have no place: {fact}", counted(count, "file")),
    })
}

/// How many hunks a person must look at, and which rungs placed them; the evidence stands below each.
fn review_reason(files: &[FileReport], all: usize) -> String {
    let weak: Vec<&HunkReport> =
        files.iter().flat_map(|file| &file.hunks).filter(|hunk| hunk.grade == Some(Grade::C)).collect();
    let mut rungs: Vec<&str> = weak.iter().map(|hunk| hunk.rung.as_str()).filter(|rung| !rung.is_empty()).collect();
    rungs.sort_unstable();
    rungs.dedup();
    if weak.is_empty() || rungs.is_empty() {
        let fact = files.iter().find(|file| file.verdict == Verdict::Review).and_then(|file| file.evidence.first());
        return fact.cloned().unwrap_or_else(|| "placed by a rule that a person must check".into());
    }
    let wants = if weak.len() == 1 { "wants" } else { "want" };
    format!("{} of {} {wants} a look: {}", weak.len(), counted(all, "hunk"), rungs.join(", "))
}

/// `1 hunk`, `2 hunks`.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
