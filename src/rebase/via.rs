//! Carries what a long jump leaves open in steps, through upstream trees that lie between the two.
//!
//! The whole queue is carried in one jump first. Where a patch stays open, the patches that share files with it are carried
//! from tree to tree; the patch written at one step is the input of the next. Each step is small, so that its merges rest on
//! nearer bases. The steps' result counts for such a group only where all of its patches come through; a patch that upstream
//! took on the way and may have given back does not. Everything else stays as the one jump left it, and an open patch says
//! at which step it broke. A grade is the worst of all steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::patch;
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::execute::{self, RebaseError, Request};
use crate::rebase::judge;
use crate::rebase::outcome::{Decisions, Learned, Outcome, PatchOutcome};
use crate::rebase::report::{FileReport, Grade, HunkReport, HunkVerdict, PatchReport, Verdict};
use crate::tree::Tree;

/// Carries the whole queue, with the trees between `request.from` and `request.onto` in their order.
pub fn execute(request: &Request<'_>, between: &[&dyn Tree]) -> Result<Outcome, RebaseError> {
    let (mut outcome, groups) = execute::in_groups(request)?;
    let Some(from) = request.from.filter(|_| !between.is_empty()) else { return Ok(outcome) };
    let open = |number: &usize| outcome.report.patches[*number].verdict == Verdict::Conflict;
    let decided = |number: &usize| request.decisions.contains_key(&request.patches[*number].name);
    let waiting: Vec<&Vec<usize>> =
        groups.iter().filter(|group| group.iter().any(open) && !group.iter().any(decided)).collect();
    let mut numbers: Vec<usize> = waiting.iter().copied().flatten().copied().collect();
    numbers.sort_unstable();
    let mut walk = Walk::new(request, &numbers);
    let trees: Vec<&dyn Tree> = [from].into_iter().chain(between.iter().copied()).chain([request.onto]).collect();
    for (number, pair) in trees.windows(2).enumerate() {
        walk.step(pair[0], pair[1], number == between.len())?;
    }
    for group in waiting {
        let through = group.iter().all(|number| walk.carried.get(number).is_some_and(|one| one.broken.is_none()));
        if through && is_apart(&outcome, group, &walk) {
            for number in group {
                let Some(one) = walk.carried.remove(number) else { continue };
                let (row, patch) = one.told(&request.patches[*number], between);
                outcome.report.patches[*number] = row;
                outcome.patches[*number] = patch;
            }
        } else {
            for number in group {
                tell(&mut outcome.report.patches[*number], walk.carried.get(number));
            }
        }
    }
    outcome.report.patches.iter_mut().for_each(|row| judge::demote(row, request.automatic));
    outcome.report.summary = judge::summary(&outcome.report.patches);
    Ok(outcome)
}

/// True where the steps' changes of a group touch no path that a patch outside of it changes.
fn is_apart(outcome: &Outcome, group: &[usize], walk: &Walk<'_>) -> bool {
    let own = group.iter().filter_map(|number| walk.carried.get(number)?.last.as_ref());
    let own: BTreeSet<&RepoPath> = own.flat_map(|patch| &patch.changes).map(|change| &change.path).collect();
    let others = outcome.patches.iter().enumerate().filter(|(number, _)| !group.contains(number));
    !others.flat_map(|(_, patch)| &patch.changes).any(|change| own.contains(&change.path))
}

/// Says in an open patch how far it came.
fn tell(row: &mut PatchReport, one: Option<&One>) {
    let Some(fact) = one.and_then(|one| one.broken.as_ref()) else { return };
    if row.verdict != Verdict::Conflict {
        return;
    }
    for file in row.files.iter_mut().filter(|file| file.verdict == Verdict::Conflict) {
        let open = |hunk: &&mut HunkReport| hunk.verdict == HunkVerdict::Conflict;
        let mut hunks = file.hunks.iter_mut().filter(open).peekable();
        if hunks.peek().is_none() {
            file.evidence.push(fact.clone());
        }
        hunks.for_each(|hunk| hunk.evidence.push(fact.clone()));
    }
}

/// The patches on their way.
struct Walk<'r> {
    request: &'r Request<'r>,
    carried: BTreeMap<usize, One>,
}

/// One patch on its way.
struct One {
    /// As the last step wrote it.
    patch: QueuePatch,
    /// The steps that did more than renew line numbers or context: the tree they led to, and their report.
    rows: Vec<(String, PatchReport)>,
    /// The last step's result.
    last: Option<PatchOutcome>,
    /// The step that it did not survive, in one sentence.
    broken: Option<String>,
}

impl<'r> Walk<'r> {
    fn new(request: &'r Request<'r>, numbers: &[usize]) -> Self {
        let one = |number: &usize| {
            let patch = request.patches[*number].clone();
            (*number, One { patch, rows: Vec::new(), last: None, broken: None })
        };
        Self { request, carried: numbers.iter().map(one).collect() }
    }

    /// Carries all that came so far from one tree to the next.
    fn step(&mut self, from: &dyn Tree, onto: &dyn Tree, is_last: bool) -> Result<(), RebaseError> {
        let numbers: Vec<usize> =
            self.carried.iter().filter(|(_, one)| one.broken.is_none()).map(|(number, _)| *number).collect();
        let patches: Vec<QueuePatch> = numbers.iter().map(|number| self.carried[number].patch.clone()).collect();
        if patches.is_empty() {
            return Ok(());
        }
        let decisions = Decisions::new();
        let outcome = execute::execute(&Request {
            patches: &patches,
            from: Some(from),
            onto,
            decisions: &decisions,
            ..*self.request
        })?;
        for ((number, row), patch) in numbers.into_iter().zip(outcome.report.patches).zip(outcome.patches) {
            if let Some(one) = self.carried.get_mut(&number) {
                one.go_on(row, patch, (from.label(), onto.label()), is_last);
            }
        }
        Ok(())
    }
}

impl One {
    fn go_on(&mut self, row: PatchReport, patch: PatchOutcome, (from, onto): (&str, &str), is_last: bool) {
        match (row.verdict, &patch.written) {
            (Verdict::Absorbed, _) if is_last => {}
            (Verdict::Absorbed, _) => {
                self.broken = Some(format!("upstream took it on the way from {from} to {onto}, but {LATER}"));
            }
            (_, Some(written)) => match patch::parse(written) {
                // What a git range told of every file was true of the first step only.
                Ok(parsed) => {
                    self.patch.source = written.clone().into();
                    self.patch.patch = parsed;
                    self.patch.exact = None;
                }
                Err(error) => self.broken = Some(format!("what was written for {onto} cannot be read: {error}")),
            },
            _ => self.broken = Some(format!("in steps it comes as far as {from} and breaks on the way to {onto}")),
        }
        self.rows.push((onto.to_owned(), row));
        self.last = Some(patch);
    }

    /// The report and the result over all steps.
    fn told(self, input: &QueuePatch, between: &[&dyn Tree]) -> (PatchReport, PatchOutcome) {
        let mut rows = self.rows;
        let names: Vec<&str> = between.iter().map(|tree| tree.label()).collect();
        let how = format!("carried in {} steps, by way of {}", rows.len(), names.join(", "));
        let worst = rows.iter().max_by_key(|(_, row)| row.verdict).map_or("", |(_, row)| &row.reason).to_owned();
        let (_, mut row) = rows.pop().unwrap_or_else(|| (String::new(), empty(input)));
        let mut patch = self.last.unwrap_or_else(|| nothing(input));
        for (onto, earlier) in rows.iter().rev() {
            join(&mut row, earlier, onto);
        }
        let changed = patch.written.as_deref().is_some_and(|written| written != input.source.as_slice());
        row.verdict = match row.verdict {
            Verdict::Absorbed => Verdict::Absorbed,
            _ if row.grade == Some(Grade::C) => Verdict::Review,
            _ if row.files.iter().any(|file| file.verdict >= Verdict::Merged) => Verdict::Merged,
            _ if changed => Verdict::Refreshed,
            _ => Verdict::Untouched,
        };
        row.reason = if worst.is_empty() { how } else { format!("{worst}; {how}") };
        patch.name.clone_from(&input.name);
        (row, patch)
    }
}

/// Why a patch that upstream took on the way does not count as taken.
const LATER: &str = "the new tree does not hold all of it";

fn empty(input: &QueuePatch) -> PatchReport {
    let reason = String::new();
    let files = Vec::new();
    PatchReport {
        name: input.name.clone(),
        verdict: Verdict::Untouched,
        grade: None,
        reason,
        lossy: false,
        findings: Vec::new(),
        files,
    }
}

fn nothing(input: &QueuePatch) -> PatchOutcome {
    let name = input.name.clone();
    PatchOutcome { name, written: None, changes: Vec::new(), conflicts: Vec::new(), learned: Learned::default() }
}

/// Adds what an earlier step did to the report of the later ones.
fn join(row: &mut PatchReport, earlier: &PatchReport, onto: &str) {
    row.grade = row.grade.max(earlier.grade);
    for before in &earlier.files {
        let Some(file) = row.files.iter_mut().find(|file| file.path == before.onto_path) else {
            // Upstream took all of this file's part on the way.
            let mut gone = before.clone();
            gone.evidence.push(format!("that was on the way to {onto}"));
            gone.grade = Some(Grade::C);
            row.grade = Some(Grade::C);
            row.files.push(gone);
            continue;
        };
        join_file(file, before, onto);
        if file.grade == Some(Grade::C) {
            row.grade = Some(Grade::C);
        }
    }
}

fn join_file(file: &mut FileReport, before: &FileReport, onto: &str) {
    file.path.clone_from(&before.path);
    file.verdict = file.verdict.max(before.verdict);
    file.grade = file.grade.max(before.grade);
    file.evidence.splice(0..0, before.evidence.iter().map(|fact| format!("on the way to {onto}: {fact}")));
    let taken = before.hunks.iter().filter(|hunk| hunk.verdict == HunkVerdict::DroppedAbsorbed).count();
    if taken > 0 {
        // Upstream may have given back what it took.
        file.grade = Some(Grade::C);
        file.verdict = Verdict::Review;
        file.evidence
            .push(format!("upstream took {taken} of its hunks on the way to {onto}; a later tree may lack them"));
    }
    let mut rest = file.hunks.iter_mut();
    for hunk in before.hunks.iter().filter(|hunk| hunk.verdict != HunkVerdict::DroppedAbsorbed) {
        let Some(own) = rest.next() else { break };
        own.old_line = hunk.old_line;
        if hunk.verdict <= HunkVerdict::Refreshed && hunk.evidence.is_empty() {
            continue;
        }
        let told = hunk.evidence.iter().map(|fact| format!("on the way to {onto}: {fact}"));
        own.evidence.splice(0..0, told);
        if (hunk.grade, hunk.verdict) > (own.grade, own.verdict) {
            (own.grade, own.verdict) = (hunk.grade, hunk.verdict);
            own.rung.clone_from(&hunk.rung);
            own.tried.clone_from(&hunk.tried);
        }
        own.swallowed.splice(0..0, hunk.swallowed.iter().cloned());
    }
}
