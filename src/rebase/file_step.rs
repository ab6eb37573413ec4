//! Carries one file patch to the new side: which case it is, what becomes of it, what is written.

use std::sync::Arc;

use crate::merge::absorbed::Trace;
use crate::merge::conflict::Labels;
use crate::merge::{self, Fate, FileMerge, Grade};
use crate::patch::{Body, FilePatch, Hunk, make};
use crate::path::RepoPath;
use crate::rebase::intent::Intent;
use crate::rebase::leave_out::{self, Without};
use crate::rebase::memory;
use crate::rebase::old_side::OldSide;
use crate::rebase::outcome::FileConflict;
use crate::rebase::refresh;
use crate::rebase::world::State;
use crate::resolution::{Question, Store};
use crate::text::lines;
use crate::text::similarity::Chunks;
use crate::tree::{File, Mode};

/// Percent of a file that must be as it was for its deletion to mean the file as it is now.
const LEAST_ALIKE: u8 = 50;

/// The result for one file patch.
#[derive(Debug, Clone)]
pub struct FileStep {
    /// The path in the new tree.
    pub onto: RepoPath,
    /// The new contents of paths of the new tree; empty for a conflict.
    pub staged: Vec<(RepoPath, Option<File>)>,
    /// What happened to the file as a whole.
    pub whole: Whole,
    /// How sure that is.
    pub grade: Option<Grade>,
    /// Facts about the file as a whole.
    pub evidence: Vec<String>,
    /// One entry a hunk; empty where the body has none or the case is decided as a whole.
    pub hunks: Vec<merge::HunkResult>,
    /// First lines (1-based) of the hunks in the new tree.
    pub new_lines: Vec<Option<usize>>,
    /// How much of each hunk is upstream, where the merge had to find out.
    pub traces: Option<Vec<Trace>>,
    /// The texts of the conflicts, as `hunks[..].conflict` numbers them.
    pub texts: Vec<ConflictText>,
    /// The file patch to write.
    pub written: Rewrite,
    /// What a person must decide.
    pub conflict: Option<FileConflict>,
    /// For a conflict about what is gone upstream: the step without it.
    pub without: Option<Without>,
}

/// What is written of a file patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// Nothing of it is left.
    Nothing,
    /// It stands as it is.
    Same,
    /// This instead.
    New(Box<FilePatch>),
}

impl Rewrite {
    /// The file patch to write, where `file` is the one read.
    pub fn of<'f>(&'f self, file: &'f FilePatch) -> Option<&'f FilePatch> {
        match self {
            Self::Nothing => None,
            Self::Same => Some(file),
            Self::New(new) => Some(new),
        }
    }

    /// The new file patch, made from `file` where it was to stand as it is; `None` where nothing is left.
    fn change(&mut self, file: &FilePatch) -> Option<&mut FilePatch> {
        if *self == Self::Same {
            *self = Self::New(Box::new(file.clone()));
        }
        match self {
            Self::New(new) => Some(new),
            _ => None,
        }
    }
}

/// Base, ours and theirs of a conflict, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictText {
    /// Old upstream.
    pub base: Vec<u8>,
    /// New upstream.
    pub ours: Vec<u8>,
    /// With the patch.
    pub theirs: Vec<u8>,
    /// One sentence.
    pub why: String,
    /// The exact bytes that a person is asked about.
    pub question: Question,
}

/// What happened to a file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whole {
    /// The file patch stands as it was.
    Same,
    /// Merged line by line; the hunks tell.
    Text,
    /// Its path or header had to change.
    Changed,
    /// All of it is already upstream.
    Absorbed,
    /// A person must decide.
    Conflict,
}

/// The place of a file patch: what it says, what it means, and both sides.
pub struct Place<'p> {
    /// The file patch.
    pub file: &'p FilePatch,
    /// Its intent.
    pub intent: &'p Intent,
    /// Its old side.
    pub old: &'p OldSide,
    /// Parts to strip from its names.
    pub strip: usize,
    /// Names for conflict markers.
    pub labels: &'p Labels,
    /// For a deletion: the file that the next file patch puts at the same path, which makes it a change of type.
    pub successor: Option<&'p File>,
    /// Decisions of people that may be replayed.
    pub resolutions: Option<&'p Store>,
}

/// Decides a file patch on the new side of `state`.
pub fn carry(place: &Place<'_>, state: &State<'_>) -> FileStep {
    if let Some(problem) = &place.old.problem {
        let onto = onto_path(place.intent.name(), state).0;
        let ours = state.new_file(&onto);
        return conflict(place, &onto, ours, problem.clone());
    }
    match place.intent {
        Intent::Modify(path) => modify(place, path, state),
        Intent::Create(path) | Intent::Copy { to: path, .. } => create(place, path, state),
        Intent::Delete(path) => delete(place, path, state),
        Intent::Rename { from, to } => rename(place, from, to, state),
    }
}

/// The path in the new tree, with the evidence where upstream moved it.
fn onto_path(path: &RepoPath, state: &State<'_>) -> (RepoPath, Option<(String, Grade)>) {
    match state.world().moved.get(path) {
        Some(alias) => {
            let grade = if alias.sure { Grade::B } else { Grade::C };
            (alias.to.clone(), Some((alias.evidence.clone(), grade)))
        }
        None => (path.clone(), None),
    }
}

fn modify(place: &Place<'_>, path: &RepoPath, state: &State<'_>) -> FileStep {
    let (onto, moved) = onto_path(path, state);
    let Some(ours) = state.new_file(&onto) else {
        return gone(place, path, &onto, state);
    };
    let mut step = in_place(place, &onto, &ours, state);
    if step.conflict.is_none() && step.whole != Whole::Absorbed && onto != *path {
        if let Some(written) = step.written.change(place.file) {
            refresh::rename(written, place.strip, path, &onto);
        }
        step.whole = step.whole.max(Whole::Changed);
    }
    with_move(step, moved)
}

fn with_move(mut step: FileStep, moved: Option<(String, Grade)>) -> FileStep {
    if let Some((evidence, grade)) = moved {
        step.evidence.insert(0, evidence);
        step.grade = step.grade.map(|own| own.max(grade));
    }
    step
}

/// Changes a file that both trees have.
fn in_place(place: &Place<'_>, onto: &RepoPath, ours: &File, state: &State<'_>) -> FileStep {
    let theirs = place.old.theirs.as_ref();
    let base = place.old.base.as_ref();
    let plain = |file: &File| matches!(file.mode, Mode::Regular | Mode::Executable);
    let Body::Hunks(hunks) = &place.file.body else {
        return as_whole(place, onto, ours);
    };
    if !(plain(ours) && base.is_none_or(plain) && theirs.is_none_or(plain)) {
        return as_whole(place, onto, ours);
    }
    if base.is_some_and(|base| base == ours) && place.old.exact {
        return unmoved(place, onto, hunks);
    }
    let ours_lines = lines::split(&ours.data);
    let made = merge::made::Made::default();
    let mut merge = match base {
        Some(base) => {
            let old = place.intent.source().and_then(|path| state.unpatched_old_file(path));
            let old = old.as_ref().filter(|old| *old != base).map(|old| lines::split(&old.data));
            let base = lines::split(&base.data);
            let sides = merge::absorbed::Sides { base: &base, ours: &ours_lines, old: old.as_deref() };
            merge::file::three_way_since(onto, hunks, &sides, &made)
        }
        None => merge::file::by_context(hunks, &ours_lines, state.has_old()),
    };
    if let Some(store) = place.resolutions.filter(|store| !store.is_empty()) {
        memory::replay(&mut merge, (onto, hunks), &ours_lines, store, &made);
    }
    let mode = base.zip(theirs).map_or(ours.mode, |(base, theirs)| merge_modes(base.mode, ours.mode, theirs.mode));
    text_step(place, onto, ours, hunks, &ours_lines, &merge, mode)
}

/// Upstream did not touch the file and every hunk lies exactly where it says.
fn unmoved(place: &Place<'_>, onto: &RepoPath, hunks: &[Hunk]) -> FileStep {
    let mut step = same(onto, place.old.theirs.clone());
    step.whole = Whole::Text;
    step.hunks = hunks.iter().map(merge::HunkResult::exact).collect();
    step.new_lines = hunks.iter().map(|hunk| Some(merge::locate::header_line(hunk) + 1)).collect();
    step
}

/// Three-way of modes; there are only two for plain files, so this cannot conflict.
fn merge_modes(base: Mode, ours: Mode, theirs: Mode) -> Mode {
    if theirs == base { ours } else { theirs }
}

fn text_step(
    place: &Place<'_>,
    onto: &RepoPath,
    ours: &File,
    hunks: &[Hunk],
    ours_lines: &[merge::Line<'_>],
    merge: &FileMerge<'_>,
    mode: Mode,
) -> FileStep {
    let result = File { mode, data: Arc::from(merge.result(ours_lines)) };
    let unchanged = result == *ours;
    let all_absorbed = !merge.hunks.is_empty() && merge.hunks.iter().all(|hunk| hunk.fate == Fate::Absorbed);
    let new_hunks = refresh::hunks(hunks, &merge.placed, ours_lines);
    let texts = conflict_texts(onto, hunks, merge, ours_lines);
    let new_lines = new_lines(merge, hunks);
    let mut step = FileStep {
        onto: onto.clone(),
        staged: vec![(onto.clone(), Some(result.clone()))],
        whole: Whole::Text,
        grade: merge.hunks.iter().filter_map(|hunk| hunk.grade).max().or(Some(Grade::A)),
        evidence: Vec::new(),
        hunks: merge.hunks.clone(),
        new_lines,
        traces: merge.traces.clone(),
        texts,
        written: Rewrite::Nothing,
        conflict: None,
        without: None,
    };
    if merge.conflicts.is_empty() {
        if unchanged {
            // Nothing is left to write. Where that rests on a guess, a person must say so.
            let sure = all_absorbed || hunks.is_empty() || step.grade < Some(Grade::C);
            if !sure {
                return conflict(place, onto, Some(ours.clone()), "what could be placed of it changes nothing".into());
            }
            step.whole = Whole::Absorbed;
            step.staged.clear();
        } else {
            step.written = with_hunks(place.file, new_hunks, Some(ours), Some(&result));
        }
    } else {
        let merged = merge::conflict::print(merge, ours_lines, place.labels);
        let mut hunks: Vec<usize> = merge.conflicts.iter().flat_map(|conflict| conflict.hunks.clone()).collect();
        hunks.sort_unstable();
        hunks.dedup();
        step.whole = Whole::Conflict;
        step.grade = None;
        if merge.conflicts.iter().all(|conflict| conflict.gone) {
            let lines = merge.conflicts.iter().map(merge::Conflict::weight).sum();
            let rest =
                if unchanged { Rewrite::Nothing } else { with_hunks(place.file, new_hunks, Some(ours), Some(&result)) };
            step.without = Some(Without { staged: std::mem::take(&mut step.staged), written: rest, lines });
        }
        step.staged.clear();
        step.conflict = Some(FileConflict {
            path: onto.clone(),
            base: place.old.base.clone(),
            ours: Some(ours.clone()),
            theirs: place.old.theirs.clone(),
            merged: Some(File { mode, data: Arc::from(merged) }),
            hunks: hunks.into_iter().map(|hunk| hunk + 1).collect(),
            note: String::new(),
        });
    }
    step
}

/// The file patch with other hunks; its own bytes where they are the same.
fn with_hunks(file: &FilePatch, hunks: Vec<Hunk>, before: Option<&File>, after: Option<&File>) -> Rewrite {
    let same = match &file.body {
        Body::Hunks(old) => same_hunks(old, &hunks),
        _ => hunks.is_empty(),
    };
    if same {
        return Rewrite::Same;
    }
    let mut new = file.clone();
    if hunks.is_empty() {
        // What is left is a mode or a name, and such a header ends before its `---` line.
        new.body = Body::Empty;
        new.header.ids = None;
        new.header.lines = make::header_lines(&new.header, &new.body);
        return Rewrite::New(Box::new(new));
    }
    new.body = Body::Hunks(hunks);
    refresh::ids(&mut new.header, before, after);
    Rewrite::New(Box::new(new))
}

/// True where hunks have the same lines at the same old place.
fn same_hunks(old: &[Hunk], new: &[Hunk]) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(a, b)| a.old_start == b.old_start && a.lines == b.lines)
}

fn new_lines(merge: &FileMerge<'_>, hunks: &[Hunk]) -> Vec<Option<usize>> {
    let mut lines: Vec<Option<usize>> = vec![None; hunks.len()];
    for placed in merge.placed.iter().rev() {
        let lead = merge::locate::context(&hunks[placed.hunk]).0;
        lines[placed.hunk] = Some(placed.ours.start.saturating_sub(lead) + 1);
    }
    for (line, result) in lines.iter_mut().zip(&merge.hunks) {
        if let Some(conflict) = result.conflict {
            *line = Some(merge.conflicts[conflict].ours.start + 1);
        }
    }
    lines
}

fn conflict_texts(
    onto: &RepoPath,
    hunks: &[Hunk],
    merge: &FileMerge<'_>,
    ours: &[merge::Line<'_>],
) -> Vec<ConflictText> {
    let list = merge.conflicts.iter();
    list.map(|conflict| ConflictText {
        base: conflict.base_lines.concat(),
        ours: ours[conflict.ours.clone()].concat(),
        theirs: conflict.theirs_lines.concat(),
        why: conflict.why.clone(),
        question: memory::question(onto, hunks, conflict, ours),
    })
    .collect()
}

/// Three-way of a file that cannot be merged line by line (binary, link, mode alone).
fn as_whole(place: &Place<'_>, onto: &RepoPath, ours: &File) -> FileStep {
    let (base, theirs) = (place.old.base.as_ref(), place.old.theirs.as_ref());
    if theirs == Some(ours) && base != Some(ours) {
        return absorbed(onto, "the new tree already has the file as the patch leaves it".into());
    }
    if base == Some(ours) {
        return same(onto, theirs.cloned());
    }
    if theirs.is_some() && base == theirs {
        // A pure rename: whatever upstream made of the file stays.
        return FileStep { whole: Whole::Absorbed, grade: Some(Grade::A), ..empty(onto) };
    }
    if let (Some(base), Some(theirs)) = (base, theirs) {
        let plain = |file: &File| matches!(file.mode, Mode::Regular | Mode::Executable);
        if base.data == theirs.data && plain(base) && plain(ours) && plain(theirs) {
            if ours.mode == theirs.mode {
                return absorbed(onto, "the new tree already has the mode that the patch sets".into());
            }
            return same(onto, Some(File { mode: theirs.mode, data: Arc::clone(&ours.data) }));
        }
        let kind = |file: &File| if plain(file) { Mode::Regular } else { file.mode };
        if kind(base) != kind(ours) {
            return conflict(place, onto, Some(ours.clone()), "upstream changed the type of the file".into());
        }
    }
    let what = if ours.mode == Mode::Symlink { "link" } else { "binary file" };
    conflict(place, onto, Some(ours.clone()), format!("both upstream and the patch changed the {what}"))
}

fn create(place: &Place<'_>, path: &RepoPath, state: &State<'_>) -> FileStep {
    let (onto, moved) = onto_path(path, state);
    let ours = state.new_file(&onto);
    if let Some(above) = state.file_above(&onto) {
        let note = format!("a file stands at `{above}`, where the new file needs a folder");
        return conflict(place, &onto, ours, note);
    }
    if state.new_folder(&onto) {
        let note = "a folder stands where the patch makes a file".to_owned();
        return conflict(place, &onto, ours, note);
    }
    let mut step = match ours {
        None => same(&onto, place.old.theirs.clone()),
        Some(ours) if place.old.theirs.as_ref() == Some(&ours) => {
            absorbed(&onto, "upstream added the same file".into())
        }
        Some(ours) => {
            return conflict(place, &onto, Some(ours), "upstream added another file at this path".into());
        }
    };
    step = renamed(step, place, path, &onto);
    if matches!(place.intent, Intent::Copy { .. }) {
        step = copied(place, step, &onto, state);
    }
    with_move(step, moved)
}

/// Follows a move in the header of a file patch that is otherwise as it was.
fn renamed(mut step: FileStep, place: &Place<'_>, path: &RepoPath, onto: &RepoPath) -> FileStep {
    if path != onto
        && let Some(written) = step.written.change(place.file)
    {
        refresh::rename(written, place.strip, path, onto);
        step.whole = Whole::Changed;
    }
    step
}

/// A copy whose source changed upstream is written as a new file, because the recipe no longer yields it.
fn copied(place: &Place<'_>, mut step: FileStep, onto: &RepoPath, state: &State<'_>) -> FileStep {
    let source = place.intent.source().and_then(|from| state.new_file(&onto_path(from, state).0));
    if source != place.old.base && step.written != Rewrite::Nothing {
        let new = refresh::rebuilt(place.file, place.strip, onto, None, place.old.theirs.as_ref());
        step.written = Rewrite::New(Box::new(new));
        step.whole = Whole::Changed;
        step.grade = Some(Grade::B);
        step.evidence.push("the source of the copy changed upstream; the copy is kept as the patch made it".into());
    }
    step
}

fn delete(place: &Place<'_>, path: &RepoPath, state: &State<'_>) -> FileStep {
    let (onto, moved) = onto_path(path, state);
    let Some(ours) = state.new_file(&onto) else {
        return absorbed(&onto, "upstream deleted the file too".into());
    };
    if place.successor == Some(&ours) {
        return absorbed(&onto, "the new tree already has the file that the patch puts in place of it".into());
    }
    let told = match (&place.old.base, &place.file.body) {
        (Some(base), _) => base.data == ours.data,
        (None, Body::Hunks(hunks)) if !state.has_old() => deleted_text(hunks) == *ours.data,
        (None, _) => false,
    };
    if !told {
        return delete_changed(place, &onto, ours, state);
    }
    with_move(renamed(same(&onto, None), place, path, &onto), moved)
}

/// Deletes a file that upstream changed, where it is still much the same file; a person must look.
fn delete_changed(place: &Place<'_>, onto: &RepoPath, ours: File, state: &State<'_>) -> FileStep {
    let note = "the patch deletes a file that upstream changed";
    let alike = place.old.base.as_ref().map_or(0, |base| Chunks::of(&base.data).score(&Chunks::of(&ours.data)));
    if alike < LEAST_ALIKE || !state.has_old() {
        let mut step = conflict(place, onto, Some(ours), note.into());
        if let (Some(open), Some(successor)) = (&mut step.conflict, place.successor) {
            open.theirs = Some(successor.clone());
        }
        return step;
    }
    let mut step = same(onto, None);
    step.written = Rewrite::New(Box::new(refresh::deletion(place.file, place.strip, onto, &ours)));
    step.whole = Whole::Changed;
    step.grade = Some(Grade::C);
    step.evidence.push(format!("{note}; {alike} % of it are as they were"));
    step
}

fn deleted_text(hunks: &[Hunk]) -> Vec<u8> {
    hunks.iter().flat_map(|hunk| merge::locate::side(hunk, crate::patch::LineKind::Add)).flatten().copied().collect()
}

fn rename(place: &Place<'_>, from: &RepoPath, to: &RepoPath, state: &State<'_>) -> FileStep {
    let (source, moved) = onto_path(from, state);
    let target =
        if state.world().moved.contains_key(from) && source == *to { to.clone() } else { onto_path(to, state).0 };
    let at_target = state.new_file(&target);
    let Some(ours) = state.new_file(&source) else {
        if at_target.is_some() && at_target == place.old.theirs {
            return absorbed(&target, "upstream renamed the file in the same way".into());
        }
        return gone(place, from, &source, state);
    };
    if source == target {
        let mut step = in_place(place, &target, &ours, state);
        if step.conflict.is_none() {
            let after = step.staged.iter().find(|(path, _)| *path == target).and_then(|(_, file)| file.clone());
            let unchanged = after.is_none() || after.as_ref() == Some(&ours);
            if unchanged {
                return absorbed(&target, "upstream renamed the file in the same way".into());
            }
            let new = refresh::rebuilt(place.file, place.strip, &target, Some(&ours), after.as_ref());
            step.written = Rewrite::New(Box::new(new));
            step.whole = Whole::Changed;
        }
        return with_move(step, moved);
    }
    if at_target.is_some()
        || state.new_folder(&target)
        || state.file_above(&target).is_some_and(|above| above != source)
    {
        return conflict(place, &target, at_target, "something stands at the path to which the patch renames".into());
    }
    let mut step = in_place(place, &target, &ours, state);
    if step.conflict.is_none() {
        let after = match step.whole {
            Whole::Absorbed => Some(ours.clone()),
            _ => step.staged.iter().find(|(path, _)| *path == target).and_then(|(_, file)| file.clone()),
        };
        if step.written == Rewrite::Nothing {
            step.written = with_hunks(place.file, Vec::new(), None, None);
        }
        let follows = *from == source && *to == target;
        if !follows && let Some(written) = step.written.change(place.file) {
            refresh::rename_pair(written, place.strip, (from, &source), (to, &target));
        }
        step.whole = if follows { step.whole.min(Whole::Text) } else { Whole::Changed };
        if *from != source && *to == target {
            step.evidence.push(format!("both upstream and the patch renamed the file; the patch's `{to}` is kept"));
            step.grade = Some(Grade::C);
        }
        step.staged = vec![(source, None), (target, after)];
    }
    with_move(step, moved)
}

/// The file to change is not in the new tree.
fn gone(place: &Place<'_>, path: &RepoPath, onto: &RepoPath, state: &State<'_>) -> FileStep {
    let note = match state.world().ambiguous.get(path) {
        Some(candidates) => {
            let names: Vec<String> = candidates.iter().take(5).map(|path| format!("`{path}`")).collect();
            format!("the file is gone from the new tree; it may have moved to {}", names.join(" or "))
        }
        None if place.old.base.is_none() && state.has_old() => "neither tree has the file".into(),
        None => "the file is gone from the new tree".into(),
    };
    let mut step = conflict(place, onto, None, note);
    if place.old.base.is_some() && !state.world().ambiguous.contains_key(path) {
        let lines = leave_out::changed_lines(place.file);
        step.without = Some(Without { staged: Vec::new(), written: Rewrite::Nothing, lines });
    }
    step
}

/// The file patch applies to the new tree exactly as it stands.
fn same(onto: &RepoPath, after: Option<File>) -> FileStep {
    FileStep {
        staged: vec![(onto.clone(), after)],
        whole: Whole::Same,
        grade: Some(Grade::A),
        written: Rewrite::Same,
        ..empty(onto)
    }
}

fn absorbed(onto: &RepoPath, evidence: String) -> FileStep {
    FileStep { whole: Whole::Absorbed, grade: Some(Grade::A), evidence: vec![evidence], ..empty(onto) }
}

fn conflict(place: &Place<'_>, onto: &RepoPath, ours: Option<File>, note: String) -> FileStep {
    let open = FileConflict {
        path: onto.clone(),
        base: place.old.base.clone(),
        merged: ours.clone().or_else(|| place.old.theirs.clone()),
        ours,
        theirs: place.old.theirs.clone(),
        hunks: Vec::new(),
        note: note.clone(),
    };
    FileStep { whole: Whole::Conflict, evidence: vec![note], conflict: Some(open), ..empty(onto) }
}

fn empty(onto: &RepoPath) -> FileStep {
    FileStep {
        onto: onto.clone(),
        staged: Vec::new(),
        whole: Whole::Same,
        grade: None,
        evidence: Vec::new(),
        hunks: Vec::new(),
        new_lines: Vec::new(),
        traces: None,
        texts: Vec::new(),
        written: Rewrite::Nothing,
        conflict: None,
        without: None,
    }
}
