//! Makes, deletes, renames and copies whole files on the new side.

use crate::merge::{self, Grade};
use crate::patch::{Body, Hunk};
use crate::path::RepoPath;
use crate::rebase::both_added;
use crate::rebase::file_step::{FileStep, Place, Rewrite, Whole, absorbed, conflict, onto_path, same, with_move};
use crate::rebase::in_place::{in_place, with_hunks};
use crate::rebase::intent::Intent;
use crate::rebase::leave_out::{self, Without};
use crate::rebase::refresh;
use crate::rebase::world::State;
use crate::text::similarity::Chunks;
use crate::tree::File;

/// Why a file patch has no place whose file is in neither tree.
pub const NEITHER_TREE_HAS_IT: &str = "neither tree has the file";

/// Percent of a file that must be as it was for its deletion to mean the file as it is now.
const LEAST_ALIKE: u8 = 50;

pub(super) fn create(place: &Place<'_>, path: &RepoPath, state: &State<'_>) -> FileStep {
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
        Some(ours) => return with_move(both_added::settle(place, &onto, ours), moved),
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

pub(super) fn delete(place: &Place<'_>, path: &RepoPath, state: &State<'_>) -> FileStep {
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

pub(super) fn rename(place: &Place<'_>, from: &RepoPath, to: &RepoPath, state: &State<'_>) -> FileStep {
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
pub(super) fn gone(place: &Place<'_>, path: &RepoPath, onto: &RepoPath, state: &State<'_>) -> FileStep {
    let note = match state.world().ambiguous.get(path) {
        Some(candidates) => {
            let names: Vec<String> = candidates.iter().take(5).map(|path| format!("`{path}`")).collect();
            format!("the file is gone from the new tree; it may have moved to {}", names.join(" or "))
        }
        None if place.old.base.is_none() && state.has_old() => NEITHER_TREE_HAS_IT.into(),
        None => "the file is gone from the new tree".into(),
    };
    let mut step = conflict(place, onto, None, note);
    if place.old.base.is_some() && !state.world().ambiguous.contains_key(path) {
        let lines = leave_out::changed_lines(place.file);
        step.without = Some(Without { staged: Vec::new(), written: Rewrite::Nothing, lines });
    }
    step
}
