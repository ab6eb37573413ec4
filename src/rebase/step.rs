//! Carries one patch: all of its files or none of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::merge::conflict::Labels;
use crate::patch::{FilePatch, Operation, PatchFile};
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::absorbed::{self, Seen};
use crate::rebase::carry_file;
use crate::rebase::file_step::{FileStep, Place, Rewrite, onto_path};
use crate::rebase::intent::{self, Intent, IntentError};
use crate::rebase::old_side::{self, OldSide};
use crate::rebase::outcome::{Decision, FileChange, FileConflict, Learned, PatchOutcome};
use crate::rebase::report::{PatchReport, SiblingOffer, Verdict};
use crate::rebase::sibling::{self, Wanted};
use crate::rebase::world::State;
use crate::rebase::{judge, leave_out, memory, moved_hunks, refresh, verify};
use crate::resolution::Question;
use crate::tree::File;

/// One file patch with its old side and what became of it.
#[derive(Debug)]
pub struct Carried {
    /// What it means.
    pub intent: Intent,
    /// What became of it.
    pub step: FileStep,
    /// True where it was applied strictly and upstream did not touch the file.
    pub exact: bool,
    /// What it was judged by.
    pub seen: Seen,
    /// What other queues have for it.
    pub offers: Vec<SiblingOffer>,
}

/// Carries `patch` to the new side; both sides of `state` move on.
pub fn carry(
    patch: &QueuePatch,
    decision: Option<&Decision>,
    labels: &Labels,
    state: &mut State<'_>,
) -> Result<(PatchOutcome, PatchReport), IntentError> {
    let reversed: Option<PatchFile> = patch.reverse.then(|| reversed(&patch.patch));
    let files = &reversed.as_ref().unwrap_or(&patch.patch).files;
    let before = Snapshot::default();
    let mut work = Work {
        before,
        carried: Vec::with_capacity(files.len()),
        learned: Learned::default(),
        asks: decision.is_none(),
    };
    for (number, file) in files.iter().enumerate() {
        work.file(patch, (file, files.get(number + 1)), labels, state)?;
    }
    if let Some(Decision::Resolved(resolved)) = decision {
        work.resolve(patch, files, resolved, state);
    }
    Ok(work.conclude(patch, files, decision, state))
}

/// The new side's files as they stood before the patch, by path.
#[derive(Debug, Default)]
struct Snapshot(BTreeMap<RepoPath, Option<File>>);

struct Work {
    before: Snapshot,
    carried: Vec<Carried>,
    learned: Learned,
    /// True where nobody decided anything about the patch, so that earlier decisions may be replayed.
    asks: bool,
}

impl Work {
    fn file(
        &mut self,
        patch: &QueuePatch,
        (file, next): (&FilePatch, Option<&FilePatch>),
        labels: &Labels,
        state: &mut State<'_>,
    ) -> Result<(), IntentError> {
        let exists = |path: &RepoPath| {
            if state.has_old() { state.old_file(path).is_some() } else { state.new_file(path).is_some() }
        };
        let intent = intent::of(patch, file, &exists)?;
        let base = intent.source().and_then(|path| state.old_file(path));
        let old = if state.has_old() || intent.source().is_none() {
            old_side::of_commit(patch, &intent, file, base.as_ref()).unwrap_or_else(|| old_side::replay(file, base))
        } else {
            OldSide { base: None, theirs: None, exact: false, problem: None }
        };
        let successor = successor(patch, &intent, next);
        let place = Place {
            file,
            intent: &intent,
            old: &old,
            strip: patch.strip,
            labels,
            successor: successor.as_ref(),
            resolutions: state.knowledge.resolutions.filter(|_| self.asks),
            decided: !self.asks,
        };
        let mut step = carry_file::carry(&place, state);
        state.waiting.ask(file, &mut step);
        let ours = state.new_file(&step.onto);
        let siblings = state.knowledge.siblings.filter(|_| self.asks && step.conflict.is_some());
        let offers = siblings.map_or_else(Vec::new, |siblings| {
            let wanted = Wanted { file, intent: &intent, strip: patch.strip, ours: ours.as_ref() };
            sibling::look_up(&mut step, &wanted, siblings)
        });
        moved_hunks::settle(&mut step, &place, state);
        let seen =
            Seen { base: old.base.clone(), ours, old: intent.source().and_then(|path| state.unpatched_old_file(path)) };
        move_old_side(&intent, &old, state);
        self.stage(&step.staged, state);
        let exact = old.exact && step.hunks.iter().all(|hunk| hunk.rung == "exact");
        self.carried.push(Carried { intent, step, exact, seen, offers });
        Ok(())
    }

    /// Puts new contents into the state, remembering what stood there.
    fn stage(&mut self, staged: &[(RepoPath, Option<File>)], state: &mut State<'_>) {
        for (path, file) in staged {
            let now = state.new_file(path);
            self.before.0.entry(path.clone()).or_insert(now);
            state.set_new(path, file.clone());
        }
    }

    /// Puts a person's answers in place of open conflicts.
    fn resolve(
        &mut self,
        patch: &QueuePatch,
        files: &[FilePatch],
        resolved: &BTreeMap<RepoPath, Option<File>>,
        state: &mut State<'_>,
    ) {
        for (number, file) in files.iter().enumerate().take(self.carried.len()) {
            let onto = self.carried[number].step.onto.clone();
            let Some(answer) = resolved.get(&onto) else { continue };
            let Some(open) = &self.carried[number].step.conflict else { continue };
            let questions: Vec<Question> =
                self.carried[number].step.texts.iter().filter_map(|text| text.question.clone()).collect();
            if let (false, Some(merged), Some(answer)) = (questions.is_empty(), &open.merged, answer) {
                match memory::lessons(&questions, &merged.data, &answer.data) {
                    Some(lessons) => self.learned.lessons.extend(lessons),
                    None => self.learned.beyond.push(onto.clone()),
                }
            }
            let ours = state.new_file(&onto);
            self.stage(&[(onto.clone(), answer.clone())], state);
            let step = &mut self.carried[number].step;
            step.conflict = None;
            step.texts.clear();
            let new = || refresh::rebuilt(file, patch.strip, &onto, ours.as_ref(), answer.as_ref());
            step.written = if ours == *answer { Rewrite::Nothing } else { Rewrite::New(Box::new(new())) };
            judge::resolved_by_hand(step, ours == *answer);
        }
    }

    fn conclude(
        mut self,
        patch: &QueuePatch,
        files: &[FilePatch],
        decision: Option<&Decision>,
        state: &mut State<'_>,
    ) -> (PatchOutcome, PatchReport) {
        if decision.is_none() {
            absorbed::judge(files, &mut self.carried);
        }
        self.leave_out_gone(files, state);
        moved_hunks::doubt(&mut self.carried);
        let mut report = judge::patch(patch, &self.carried, decision, state);
        let mut outcome = PatchOutcome {
            name: patch.name.clone(),
            written: None,
            changes: Vec::new(),
            learned: std::mem::take(&mut self.learned),
            conflicts: self.carried.iter_mut().filter_map(|carried| carried.step.conflict.take()).collect(),
        };
        // A change of type is two file patches of one path; the first one's conflict speaks for both.
        outcome.conflicts.dedup_by(|later, first| later.path == first.path);
        if report.verdict == Verdict::Skipped {
            // Nobody is asked about a patch that a person left out.
            outcome.conflicts.clear();
        }
        if judge::is_written(report.verdict) {
            let written = self.print(patch, files, report.verdict);
            let changes = self.changes(state);
            // What stands exactly where it says has just been applied strictly to the very same files.
            let proved = report.verdict == Verdict::Untouched && self.carried.iter().all(|carried| carried.exact);
            let gate =
                if proved { Ok(()) } else { verify::written(patch, &written, &changes, &|path| state.new_file(path)) };
            match gate {
                Ok(()) => {
                    for (carried, file) in self.carried.iter().zip(files) {
                        let new = state.unpatched_new_file(&carried.step.onto);
                        let old = carried.seen.old.as_ref();
                        state.waiting.note(&patch.name, file, &carried.step, old, new.as_ref());
                    }
                    outcome.written = Some(written);
                    outcome.changes = changes;
                    return (outcome, report);
                }
                Err(problem) => {
                    judge::gate_refused(&mut report, &problem);
                    outcome.conflicts = changes.into_iter().map(|change| refused(change, &report.reason)).collect();
                }
            }
        }
        self.take_back(patch, state);
        (outcome, report)
    }

    /// Goes on without what is gone upstream, where that is the smaller part.
    fn leave_out_gone(&mut self, files: &[FilePatch], state: &mut State<'_>) {
        let steps: Vec<&FileStep> = self.carried.iter().map(|carried| &carried.step).collect();
        if leave_out::applies(&steps, files) {
            for number in 0..self.carried.len() {
                let staged = leave_out::settle(&mut self.carried[number].step);
                self.stage(&staged, state);
            }
        }
    }

    fn print(&self, patch: &QueuePatch, files: &[FilePatch], verdict: Verdict) -> Vec<u8> {
        if verdict == Verdict::Untouched {
            return patch.source.to_vec();
        }
        let both = self.carried.iter().zip(files);
        let parts =
            both.flat_map(|(carried, file)| carried.step.written.of(file).into_iter().chain(&carried.step.more));
        let files = parts.cloned().collect();
        let new = PatchFile { head: patch.patch.head.clone(), files, tail: patch.patch.tail.clone() };
        if patch.reverse { reversed(&new).print() } else { new.print() }
    }

    fn changes(&self, state: &State<'_>) -> Vec<FileChange> {
        let list = self.before.0.iter().map(|(path, before)| FileChange {
            path: path.clone(),
            before: before.clone(),
            after: state.new_file(path),
        });
        list.filter(|change| change.before != change.after).collect()
    }

    /// Restores the new side: a patch is applied whole or not at all.
    fn take_back(&mut self, patch: &QueuePatch, state: &mut State<'_>) {
        for (path, file) in std::mem::take(&mut self.before.0) {
            state.set_new(&path, file);
        }
        // Also the name that a rename would have given: later patches speak of it.
        let named =
            self.carried.iter().flat_map(|carried| carried.intent.target().into_iter().chain([&carried.step.onto]));
        let onto: BTreeSet<RepoPath> = named.cloned().collect();
        for carried in &self.carried {
            if let Intent::Rename { from, to } = &carried.intent {
                let (source, _) = onto_path(from, state);
                for name in [to, &carried.step.onto].into_iter().filter(|name| **name != source) {
                    state.names_left_out.insert(name.clone(), (source.clone(), patch.name.clone()));
                }
            }
        }
        for path in onto {
            state.note_left_out(&path, &patch.name);
        }
    }
}

/// The file that the next file patch puts where this one deletes: git writes a change of type as such a pair.
fn successor(patch: &QueuePatch, intent: &Intent, next: Option<&FilePatch>) -> Option<File> {
    let Intent::Delete(path) = intent else { return None };
    let next = next.filter(|next| next.header.operation == Operation::Create)?;
    match intent::of(patch, next, &|_| false) {
        Ok(Intent::Create(created)) if created == *path => old_side::replay(next, None).theirs,
        _ => None,
    }
}

/// A file whose refreshed patch failed its check, for a person to look at: what was merged stands ready to be edited.
fn refused(change: FileChange, note: &str) -> FileConflict {
    FileConflict {
        path: change.path,
        base: None,
        ours: change.before,
        theirs: change.after.clone(),
        merged: change.after,
        hunks: Vec::new(),
        note: note.to_owned(),
    }
}

/// The patch in the other direction, file by file in the same order, as `patch -R` takes it.
pub fn reversed(patch: &PatchFile) -> PatchFile {
    let files = patch.files.iter().map(FilePatch::reversed).collect();
    PatchFile { head: patch.head.clone(), files, tail: patch.tail.clone() }
}

fn move_old_side(intent: &Intent, old: &OldSide, state: &mut State<'_>) {
    if !state.has_old() {
        return;
    }
    if let (Intent::Rename { from, .. } | Intent::Delete(from), None) = (intent, &old.problem) {
        state.set_old(from, None);
    }
    if let (Some(path), true) = (intent.target(), old.problem.is_none()) {
        state.set_old(path, old.theirs.clone());
    }
}
