//! Carries one file patch to the new side: says which case it is.

use crate::merge::Grade;
use crate::path::RepoPath;
use crate::rebase::file_step::{FileStep, Place, Whole, conflict, onto_path, with_move};
use crate::rebase::in_place::in_place;
use crate::rebase::intent::Intent;
use crate::rebase::refresh;
use crate::rebase::whole_file::{create, delete, gone, rename};
use crate::rebase::world::State;

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

fn modify(place: &Place<'_>, path: &RepoPath, state: &State<'_>) -> FileStep {
    let (onto, moved) = onto_path(path, state);
    let Some(ours) = state.new_file(&onto) else {
        return unrenamed(place, path, &onto, state).unwrap_or_else(|| gone(place, path, &onto, state));
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

/// Changes a file under the name that it kept because the patch which renames it was left out; a person must look, since
/// that patch may yet come.
fn unrenamed(place: &Place<'_>, path: &RepoPath, onto: &RepoPath, state: &State<'_>) -> Option<FileStep> {
    let (kept, patch) = state.names_left_out.get(onto)?;
    let ours = state.new_file(kept)?;
    let mut step = in_place(place, kept, &ours, state);
    if step.conflict.is_some() || step.whole == Whole::Absorbed {
        return None;
    }
    if let Some(written) = step.written.change(place.file) {
        refresh::rename(written, place.strip, path, kept);
    }
    step.whole = step.whole.max(Whole::Changed);
    step.grade = Some(Grade::C);
    step.evidence
        .insert(0, format!("`{patch}`, which renames `{kept}` to this, is left out; changed under its old name"));
    Some(step)
}
