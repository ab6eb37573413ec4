//! Follows hunks into other files: looks for what was moved out of a file, and carries the hunks there.
//!
//! Only hunks that have no place in their own file are looked for, and only in files near by that upstream changed or
//! added. Lines that another file of the folder had too are nobody's own, and their hunks are not followed. Most queues
//! have none to follow, and then nothing is read. What is found becomes part of the world, and the patches that share a file
//! with it are carried once more, so that the order of the queue holds in the other file too.

use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice;

use crate::merge::locate::Text;
use crate::merge::rungs::elsewhere;
use crate::merge::{Line, file};
use crate::patch::{Body, FilePatch, Hunk};
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::intent::{self, Intent};
use crate::rebase::report::{FileReport, HunkVerdict, PatchReport, Verdict};
use crate::rebase::world::World;
use crate::text::lines;
use crate::tree::{File, Node, Tree, TreeError};

/// Files whose hunks are looked for in one run.
const MOST_FILES: usize = 60;

/// Hunks of a file that are looked for; more were most likely made by a program.
const MOST_HUNKS: usize = 40;

/// Files near by that are read for one of them.
const MOST_NEAR: usize = 30;

/// Files of its folder in the old tree that must not have had the lines too.
const MOST_BESIDE: usize = 200;

/// Folders beside and below its own in which they are looked for.
const MOST_FOLDERS: usize = 24;

/// Bytes of a file from which on it is not read.
const MOST_BYTES: usize = 4 << 20;

/// Files that may hold one hunk's lines; more say nothing.
const MOST_PLACES: usize = 4;

/// Endings of one language, whose code moves from one kind of file to the other.
const C_LIKE: &[&[u8]] = &[b"c", b"cc", b"cpp", b"cxx", b"h", b"hh", b"hpp", b"inc", b"inl", b"m", b"mm"];

/// A file's hunks that have no place in it, each with a line that stands wherever it does.
struct Lost<'p> {
    path: RepoPath,
    hunks: Vec<(&'p Hunk, Line<'p>)>,
}

/// Puts the files that hold lost hunks into the world; true where there are any.
pub fn follow(
    world: &mut World,
    patches: &[QueuePatch],
    rows: &[&PatchReport],
    from: Option<&dyn Tree>,
    onto: &dyn Tree,
) -> Result<bool, TreeError> {
    let Some(from) = from.filter(|from| from.is_random_access() && onto.is_random_access()) else { return Ok(false) };
    let mut lost = lost(world, patches, rows);
    lost.truncate(MOST_FILES);
    for file in lost {
        let targets = targets(&file, from, onto)?;
        if targets.is_empty() {
            continue;
        }
        for (path, old, new) in &targets {
            world.new.entry(path.clone()).or_insert_with(|| new.clone());
            if let Some(nodes) = &mut world.old {
                nodes.entry(path.clone()).or_insert_with(|| old.clone());
            }
        }
        let paths = world.elsewhere.entry(file.path).or_default();
        paths.extend(targets.into_iter().map(|(path, ..)| path));
        paths.sort();
        paths.dedup();
    }
    Ok(!world.elsewhere.is_empty())
}

/// The hunks without a place, by file, of patches that change a file; patches of one file together.
fn lost<'p>(world: &World, patches: &'p [QueuePatch], rows: &[&PatchReport]) -> Vec<Lost<'p>> {
    let mut by_path: BTreeMap<RepoPath, Vec<&'p Hunk>> = BTreeMap::new();
    let open = |row: &&PatchReport| matches!(row.verdict, Verdict::Conflict | Verdict::Review);
    let hunks = |row: &PatchReport| row.files.iter().map(|file| file.hunks.len()).sum::<usize>();
    let by_hand = |row: &PatchReport| hunks(row) <= file::MOST_HUNKS;
    for (patch, row) in patches.iter().zip(rows).filter(|(patch, row)| open(row) && by_hand(row) && !patch.reverse) {
        for (file, report) in patch.patch.files.iter().zip(&row.files) {
            let Some((path, hunks)) = of_file(world, patch, file, report) else { continue };
            by_path.entry(path).or_default().extend(hunks);
        }
    }
    let few = by_path.into_iter().filter(|(_, hunks)| hunks.len() <= MOST_HUNKS);
    few.map(|(path, hunks)| Lost { path, hunks: hunks.into_iter().filter_map(with_line).collect() }).collect()
}

fn with_line(hunk: &Hunk) -> Option<(&Hunk, Line<'_>)> {
    Some((hunk, elsewhere::longest(hunk)?))
}

fn of_file<'p>(
    world: &World,
    patch: &QueuePatch,
    file: &'p FilePatch,
    report: &FileReport,
) -> Option<(RepoPath, Vec<&'p Hunk>)> {
    let Body::Hunks(hunks) = &file.body else { return None };
    let there = |nodes: &std::collections::HashMap<RepoPath, Node>, path: &RepoPath| match nodes.get(path) {
        Some(Node::File(file)) => Some(file.clone()),
        _ => None,
    };
    let old = world.old.as_ref()?;
    let Ok(Intent::Modify(path)) = intent::of(patch, file, &|path| there(old, path).is_some()) else { return None };
    there(old, &path)?;
    let onto = world.moved.get(&path).map_or(&path, |alias| &alias.to);
    let own = there(&world.new, onto);
    let own = own.as_ref().map(|file| lines::split(&file.data)).unwrap_or_default();
    let own = Text::new(&own);
    let is_open = |number: usize| match report.hunks.get(number) {
        Some(hunk) => hunk.verdict == HunkVerdict::Conflict || hunk.rung == "gone",
        None => report.hunks.is_empty() && own.lines.is_empty(),
    };
    let open = hunks.iter().enumerate().filter(|(number, _)| is_open(*number)).map(|(_, hunk)| hunk);
    let list: Vec<&Hunk> = open.filter(|hunk| elsewhere::tells(hunk) && !elsewhere::stands(hunk, &own)).collect();
    (!list.is_empty()).then_some((path, list))
}

/// The files that hold lines of lost hunks and did not before: their path, what the old tree has there and the new one.
fn targets(lost: &Lost<'_>, from: &dyn Tree, onto: &dyn Tree) -> Result<Vec<(RepoPath, Node, Node)>, TreeError> {
    let near = near(&lost.path, from, onto)?;
    let nodes = onto.read(&near)?;
    if !nodes.iter().any(|node| matches!(node, Node::File(file) if holds(&lost.hunks, file))) {
        return Ok(Vec::new());
    }
    let lost = Lost { path: lost.path.clone(), hunks: own(lost, from)? };
    let mut found = Vec::new();
    for (path, new) in near.into_iter().zip(nodes) {
        let Node::File(file) = &new else { continue };
        if found.len() == MOST_PLACES || file.data.len() > MOST_BYTES || !holds(&lost.hunks, file) {
            continue;
        }
        let old = from.read(std::slice::from_ref(&path))?.pop().unwrap_or(Node::Absent);
        let before = |file: &File| holds(&lost.hunks, file);
        if !matches!(&old, Node::File(file) if before(file)) {
            found.push((path, old, new));
        }
    }
    Ok(found)
}

/// The hunks whose lines only the file itself had: what its neighbours had too is nobody's own, and did not move.
fn own<'p>(lost: &Lost<'p>, from: &dyn Tree) -> Result<Vec<(&'p Hunk, Line<'p>)>, TreeError> {
    let folder = lost.path.parent();
    let files = from.list(folder.as_ref())?.into_iter().filter(|entry| entry.mode.is_some());
    let paths = files.filter_map(|entry| below(folder.as_ref(), &entry.name));
    let others: Vec<RepoPath> =
        paths.filter(|path| *path != lost.path && ending(path) == ending(&lost.path)).take(MOST_BESIDE).collect();
    let mut hunks = lost.hunks.clone();
    for node in from.read(&others)? {
        if let Node::File(file) = node {
            let text = lines::split(&file.data);
            let text = Text::new(&text);
            hunks.retain(|(hunk, line)| !(file.data.contains_str(line) && elsewhere::stands(hunk, &text)));
        }
    }
    Ok(hunks)
}

fn holds(hunks: &[(&Hunk, Line<'_>)], file: &File) -> bool {
    // Nearly all files are told by this, without cutting them into lines.
    let mut hunks = hunks.iter().filter(|(_, line)| file.data.contains_str(line)).peekable();
    if hunks.peek().is_none() {
        return false;
    }
    let text = lines::split(&file.data);
    let text = Text::new(&text);
    hunks.any(|(hunk, _)| elsewhere::find(0, hunk, &text).is_some())
}

/// The files of the same language in the file's folder, in those beside and below it and in the one above, which differ
/// from the old tree's, nearest first.
fn near(path: &RepoPath, from: &dyn Tree, onto: &dyn Tree) -> Result<Vec<RepoPath>, TreeError> {
    let own = path.parent();
    let mut folders: BTreeSet<(usize, Option<RepoPath>)> = BTreeSet::new();
    folders.insert((0, own.clone()));
    for (far, around) in [(1, own.clone()), (2, own.as_ref().and_then(RepoPath::parent))] {
        if far == 2 {
            if own.is_none() {
                continue;
            }
            folders.insert((1, around.clone()));
        }
        for entry in onto.list(around.as_ref())?.iter().filter(|entry| entry.mode.is_none()).take(MOST_FOLDERS) {
            folders.extend(
                below(around.as_ref(), &entry.name)
                    .filter(|folder| Some(folder) != own.as_ref())
                    .map(|folder| (far, Some(folder))),
            );
        }
    }
    let mut list = Vec::new();
    for (far, folder) in folders {
        let old: BTreeMap<Vec<u8>, _> =
            from.list(folder.as_ref())?.into_iter().map(|entry| (entry.name, entry.id)).collect();
        for entry in onto.list(folder.as_ref())? {
            let same = entry.id.is_some() && old.get(&entry.name) == Some(&entry.id);
            let Some(other) = below(folder.as_ref(), &entry.name) else { continue };
            if entry.mode.is_some() && !same && other != *path && is_alike(path, &other) {
                list.push((far, !old.contains_key(&entry.name), usize::MAX - shared(path, &other), other));
            }
        }
        if list.len() > 4 * MOST_NEAR {
            break;
        }
    }
    // New files first: what left a file most often founded one.
    list.sort_by(|one, other| (one.0, !one.1, one.2, &one.3).cmp(&(other.0, !other.1, other.2, &other.3)));
    Ok(list.into_iter().take(MOST_NEAR).map(|(.., path)| path).collect())
}

fn below(folder: Option<&RepoPath>, name: &[u8]) -> Option<RepoPath> {
    folder.map_or_else(|| RepoPath::parse(name), |folder| folder.join(name)).ok()
}

fn ending(path: &RepoPath) -> &[u8] {
    let name = path.file_name();
    name.iter().rposition(|byte| *byte == b'.').map_or(&[], |dot| &name[dot + 1..])
}

/// True for files whose lines can move from one to the other.
fn is_alike(one: &RepoPath, other: &RepoPath) -> bool {
    let (one, other) = (ending(one), ending(other));
    one == other || (C_LIKE.contains(&one) && C_LIKE.contains(&other))
}

/// Bytes with which both names begin.
fn shared(one: &RepoPath, other: &RepoPath) -> usize {
    one.file_name().iter().zip(other.file_name()).take_while(|(a, b)| a == b).count()
}
