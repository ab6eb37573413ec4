//! Changes a file that both trees have: line by line, or as a whole where it has no lines to merge.

use std::sync::Arc;

use crate::merge::{self, Fate, FileMerge, Grade};
use crate::patch::{Body, FilePatch, Hunk, make};
use crate::path::RepoPath;
use crate::rebase::file_step::{
    ConflictText, FileStep, MOST_TEXT, Place, Rewrite, Whole, absorbed, conflict, empty, same,
};
use crate::rebase::leave_out::Without;
use crate::rebase::memory;
use crate::rebase::outcome::FileConflict;
use crate::rebase::refresh;
use crate::rebase::world::State;
use crate::text::lines;
use crate::tree::{File, Mode};

/// Changes a file that both trees have.
pub(super) fn in_place(place: &Place<'_>, onto: &RepoPath, ours: &File, state: &State<'_>) -> FileStep {
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
    let mut step = FileStep {
        whole: Whole::Text,
        grade: merge.hunks.iter().filter_map(|hunk| hunk.grade).max().or(Some(Grade::A)),
        hunks: merge.hunks.clone(),
        new_lines: new_lines(merge, hunks),
        traces: merge.traces.clone(),
        texts: conflict_texts(place, onto, (hunks, ours_lines), merge),
        ..empty(onto)
    };
    // Of a file of many megabytes none of this is made where nobody will use it.
    let result = || File { mode, data: Arc::from(merge.result(ours_lines)) };
    let rest = |result: &File| {
        let hunks = refresh::hunks(hunks, &merge.placed, ours_lines);
        if result == ours { Rewrite::Nothing } else { with_hunks(place.file, hunks, Some(ours), Some(result)) }
    };
    if !merge.conflicts.is_empty() {
        step.whole = Whole::Conflict;
        step.grade = None;
        step.conflict = Some(open(place, onto, ours, (ours_lines, mode), merge));
        if merge.conflicts.iter().all(|conflict| conflict.gone) {
            let lines = merge.conflicts.iter().map(merge::Conflict::weight).sum();
            let result = result();
            let written = rest(&result);
            step.without = Some(Without { staged: vec![(onto.clone(), Some(result))], written, lines });
        }
        return step;
    }
    let result = result();
    if result == *ours {
        // Nothing is left to write. Where that rests on a guess, a person must say so.
        let all_absorbed = !merge.hunks.is_empty() && merge.hunks.iter().all(|hunk| hunk.fate == Fate::Absorbed);
        let sure = all_absorbed || hunks.is_empty() || step.grade < Some(Grade::C);
        if !sure {
            return conflict(place, onto, Some(ours.clone()), "what could be placed of it changes nothing".into());
        }
        step.whole = Whole::Absorbed;
    } else {
        step.written = rest(&result);
        step.staged = vec![(onto.clone(), Some(result))];
    }
    step
}

/// What a person must decide in a file.
fn open(
    place: &Place<'_>,
    onto: &RepoPath,
    ours: &File,
    (ours_lines, mode): (&[merge::Line<'_>], Mode),
    merge: &FileMerge<'_>,
) -> FileConflict {
    let merged = merge::conflict::print(merge, ours_lines, place.labels);
    let mut hunks: Vec<usize> = merge.conflicts.iter().flat_map(|conflict| conflict.hunks.clone()).collect();
    hunks.sort_unstable();
    hunks.dedup();
    FileConflict {
        path: onto.clone(),
        base: place.old.base.clone(),
        ours: Some(ours.clone()),
        theirs: place.old.theirs.clone(),
        merged: Some(File { mode, data: Arc::from(merged) }),
        hunks: hunks.into_iter().map(|hunk| hunk + 1).collect(),
        note: String::new(),
    }
}

/// The file patch with other hunks; its own bytes where they are the same.
pub(super) fn with_hunks(file: &FilePatch, hunks: Vec<Hunk>, before: Option<&File>, after: Option<&File>) -> Rewrite {
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
    place: &Place<'_>,
    onto: &RepoPath,
    (hunks, ours): (&[Hunk], &[merge::Line<'_>]),
    merge: &FileMerge<'_>,
) -> Vec<ConflictText> {
    let list = merge.conflicts.iter();
    list.map(|conflict| ConflictText {
        base: shown(&conflict.base_lines),
        ours: shown(&ours[conflict.ours.clone()]),
        theirs: shown(&conflict.theirs_lines),
        why: conflict.why.clone(),
        question: place.decided.then(|| memory::question(onto, hunks, conflict, ours)),
    })
    .collect()
}

/// As much of a text as a report may show, and a byte more where that is not all.
fn shown(text: &[merge::Line<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text {
        out.extend_from_slice(&line[..line.len().min(MOST_TEXT + 1 - out.len())]);
        if out.len() > MOST_TEXT {
            break;
        }
    }
    out
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
