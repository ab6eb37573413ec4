//! Carries hunks that have no place in their own file into the files where their lines stand now.
//!
//! A file patch is cut in two or more: the hunks that stay, and those for each other file. It is all or nothing: where one
//! open hunk is found nowhere or in several files, the conflict stays, and its evidence says what was found.

use std::collections::BTreeMap;

use crate::merge::locate::Text;
use crate::merge::rungs::elsewhere::{self, Found};
use crate::merge::{Fate, Grade, HunkResult, Line, Placed};
use crate::patch::{Body, FilePatch, Hunk};
use crate::path::RepoPath;
use crate::rebase::file_step::{FileStep, Place, Rewrite, Whole, empty, onto_path};
use crate::rebase::in_place::{in_place, with_hunks};
use crate::rebase::intent::Intent;
use crate::rebase::refresh;
use crate::rebase::step::Carried;
use crate::rebase::world::State;
use crate::text::lines;
use crate::tree::File;

/// The rung's name in reports.
pub const RUNG: &str = "elsewhere";

/// A file that upstream moved lines to.
struct Target<'t> {
    path: &'t RepoPath,
    file: &'t File,
    lines: Vec<Line<'t>>,
}

/// Makes a conflicting step one that carries the open hunks into the files that hold their lines.
pub fn settle(step: &mut FileStep, place: &Place<'_>, state: &State<'_>) {
    let (Intent::Modify(path), Body::Hunks(hunks)) = (place.intent, &place.file.body) else { return };
    let Some(paths) = state.world().elsewhere.get(path).filter(|_| step.conflict.is_some()) else { return };
    let onto = onto_path(path, state).0;
    let there: Vec<(&RepoPath, File)> = paths.iter().filter_map(|path| Some((path, state.new_file(path)?))).collect();
    let targets: Vec<Target<'_>> =
        there.iter().map(|(path, file)| Target { path, file, lines: lines::split(&file.data) }).collect();
    let all = step.hunks.is_empty();
    let open: Vec<usize> = (0..hunks.len()).filter(|number| all || is_open(step, *number)).collect();
    let found = find(&open, hunks, &targets);
    let placed = placed(&found);
    let stay: Vec<usize> = (0..hunks.len()).filter(|number| !open.contains(number)).collect();
    let rest = placed.as_ref().and_then(|_| rest(place, (hunks, &stay), &onto, state));
    match placed.zip(rest) {
        Some((placed, rest)) => *step = joined(place, path, (hunks, &stay), rest, &placed, &targets),
        None => tell(step, hunks, &found, &targets),
    }
}

/// Grades down what rungs placed beside hunks that went to other files, in all files of a patch.
pub fn doubt(carried: &mut [Carried]) {
    let moved = |carried: &Carried| carried.step.hunks.iter().any(|hunk| hunk.rung == RUNG);
    if !carried.iter().any(moved) {
        return;
    }
    for step in carried.iter_mut().map(|carried| &mut carried.step) {
        let placed = |hunk: &&mut HunkResult| hunk.fate == Fate::Resolved && hunk.grade < Some(Grade::C);
        for hunk in step.hunks.iter_mut().filter(placed) {
            hunk.grade = Some(Grade::C);
            let fact = "upstream moved lines of another hunk to another file; these may belong there too";
            hunk.evidence.insert(0, fact.into());
            step.grade = Some(Grade::C);
        }
    }
}

fn is_open(step: &FileStep, number: usize) -> bool {
    step.hunks.get(number).is_some_and(|hunk| hunk.fate == Fate::Conflict)
}

/// The open hunks with the targets (by index) that hold their lines.
type Places<'a> = Vec<(usize, Vec<(usize, Found<'a>)>)>;

fn find<'a>(open: &[usize], hunks: &'a [Hunk], targets: &[Target<'_>]) -> Places<'a> {
    let texts: Vec<Text<'_, '_>> = targets.iter().map(|target| Text::new(&target.lines)).collect();
    let places = |number: usize| {
        let hunk = hunks.get(number)?;
        let all = texts.iter().enumerate();
        Some((number, all.filter_map(|(at, text)| Some((at, elsewhere::find(number, hunk, text)?))).collect()))
    };
    open.iter().filter_map(|number| places(*number)).collect()
}

/// The hunks for each target, where each hunk has one place and none gets in another's way.
fn placed<'a, 'f>(found: &'f Places<'a>) -> Option<BTreeMap<usize, Vec<(usize, &'f Found<'a>)>>> {
    let mut by_target: BTreeMap<usize, Vec<(usize, &Found<'a>)>> = BTreeMap::new();
    for (number, places) in found {
        let [(target, place)] = &places[..] else { return None };
        by_target.entry(*target).or_default().push((*number, place));
    }
    let apart = |list: &Vec<(usize, &Found<'a>)>| {
        let mut ranges: Vec<_> = list.iter().flat_map(|(_, found)| &found.placed).map(|placed| &placed.ours).collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        ranges.windows(2).all(|pair| pair[0].end <= pair[1].start && pair[0].start < pair[1].start)
    };
    (!by_target.is_empty() && by_target.values().all(apart)).then_some(by_target)
}

/// The hunks that stay in the file; `None` where they have no place without the others.
fn rest(place: &Place<'_>, (hunks, stay): (&[Hunk], &[usize]), onto: &RepoPath, state: &State<'_>) -> Option<FileStep> {
    if stay.is_empty() {
        return Some(FileStep { grade: Some(Grade::C), ..empty(onto) });
    }
    let ours = state.new_file(onto)?;
    let own: Vec<Hunk> = stay.iter().filter_map(|number| hunks.get(*number)).cloned().collect();
    let file = FilePatch { body: Body::Hunks(own), ..place.file.clone() };
    let mut step = in_place(&Place { file: &file, ..*place }, onto, &ours, state);
    if step.conflict.is_some() {
        return None;
    }
    if step.written == Rewrite::Same {
        step.written = Rewrite::New(Box::new(file.clone()));
    }
    if let (Intent::Modify(path), Some(written)) = (place.intent, step.written.change(&file))
        && path != onto
    {
        refresh::rename(written, place.strip, path, onto);
    }
    Some(step)
}

/// One step of the hunks that stay and those that go elsewhere.
fn joined(
    place: &Place<'_>,
    path: &RepoPath,
    (hunks, stay): (&[Hunk], &[usize]),
    rest: FileStep,
    placed: &BTreeMap<usize, Vec<(usize, &Found<'_>)>>,
    targets: &[Target<'_>],
) -> FileStep {
    let mut step = FileStep { whole: Whole::Changed, grade: Some(Grade::C), traces: None, without: None, ..rest };
    let mut results: BTreeMap<usize, (HunkResult, Option<usize>)> =
        stay.iter().copied().zip(step.hunks.drain(..).zip(step.new_lines.drain(..))).collect();
    for (at, list) in placed {
        let Some(target) = targets.get(*at) else { continue };
        let whole = step.written == Rewrite::Nothing && step.more.is_empty();
        let own: Vec<Hunk> = list.iter().filter_map(|(number, _)| hunks.get(*number)).cloned().collect();
        let mut all: Vec<Placed<'_>> = Vec::new();
        for (index, (number, found)) in list.iter().enumerate() {
            all.extend(found.placed.iter().map(|placed| Placed { hunk: index, ..placed.clone() }));
            let Some(hunk) = hunks.get(*number) else { continue };
            let fact = format!("its lines now stand in `{}`, line {}, and nowhere else", target.path, found.line + 1);
            step.evidence.extend((index == 0).then(|| format!("upstream moved lines of it to `{}`", target.path)));
            results.insert(*number, (moved(hunk, fact), whole.then_some(found.line + 1)));
        }
        all.sort_by_key(|placed| (placed.ours.start, placed.ours.end));
        let (file, after) = written(place, path, target, &own, &all);
        step.staged.push((target.path.clone(), Some(after)));
        if whole {
            step.onto = target.path.clone();
            step.written = Rewrite::New(Box::new(file));
        } else {
            step.more.push(file);
        }
    }
    (step.hunks, step.new_lines) = results.into_values().unzip();
    step
}

/// The file patch that makes the changes in a target, and the target after it.
fn written(
    place: &Place<'_>,
    path: &RepoPath,
    target: &Target<'_>,
    own: &[Hunk],
    placed: &[Placed<'_>],
) -> (FilePatch, File) {
    let mut data = Vec::new();
    let mut next = 0;
    for placed in placed {
        lines::append(&mut data, &target.lines[next..placed.ours.start]);
        lines::append(&mut data, &placed.lines);
        next = placed.ours.end;
    }
    lines::append(&mut data, &target.lines[next..]);
    let after = File::new(target.file.mode, data);
    let hunks = refresh::hunks(own, placed, &target.lines);
    let mut rewrite = with_hunks(place.file, hunks, Some(target.file), Some(&after));
    let mut file = rewrite.change(place.file).cloned().unwrap_or_else(|| place.file.clone());
    refresh::rename(&mut file, place.strip, path, target.path);
    (file, after)
}

fn moved(hunk: &Hunk, fact: String) -> HunkResult {
    let mut result = HunkResult::exact(hunk);
    result.fate = Fate::Resolved;
    result.grade = Some(Grade::C);
    result.rung = RUNG;
    result.tried = vec!["three-way", RUNG];
    result.evidence.push(fact);
    result
}

/// Says of each open hunk where its lines were found, although not all of them have one place.
fn tell(step: &mut FileStep, hunks: &[Hunk], found: &Places<'_>, targets: &[Target<'_>]) {
    for (number, places) in found.iter().filter(|(_, places)| !places.is_empty()) {
        let shown: Vec<String> = places
            .iter()
            .filter_map(|(at, found)| Some(format!("`{}`, line {}", targets.get(*at)?.path, found.line + 1)))
            .collect();
        let fact = format!("its lines now stand in {}", shown.join(" and in "));
        if let Some(hunk) = step.hunks.get_mut(*number) {
            hunk.evidence.push(fact);
        } else {
            let line = hunks.get(*number).map_or(0, |hunk| hunk.old_start);
            step.evidence.push(format!("of the hunk at old line {line}: {fact}"));
        }
    }
}
