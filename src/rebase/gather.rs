//! Reads from both trees what the queue names, and finds out where upstream moved what is missing.

use std::collections::{BTreeSet, HashMap};

use crate::patch::Operation;
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::intent;
use crate::rebase::plan::Plan;
use crate::rebase::world::{Alias, World, folders_above};
use crate::tree::changes::changes;
use crate::tree::renames::{Evidence, Moved, RenameMap, Search};
use crate::tree::{File, Node, Tree, TreeError};

/// Percent of shared content from which a file of the same name, or of another name, surely is the moved one.
const SURE_SCORE: (u8, u8) = (60, 75);

type Nodes = HashMap<RepoPath, Node>;

/// Reads both trees at the plan's paths and follows upstream's moves.
pub fn world(
    plan: &Plan,
    patches: &[QueuePatch],
    from: Option<&dyn Tree>,
    onto: &dyn Tree,
) -> Result<World, TreeError> {
    let created = created(patches);
    let mut wanted = plan.paths.clone();
    wanted.extend(created.iter().flat_map(folders_above));
    let wanted: Vec<RepoPath> = wanted.into_iter().collect();
    let Some(from) = from else {
        return Ok(World { new: read(onto, &wanted)?, ..World::default() });
    };
    let (old, new) = both(from, onto, &wanted)?;
    let mut world = World { old: Some(old), new, ..World::default() };
    follow_moves(&mut world, plan, &created, from, onto)?;
    Ok(world)
}

/// Reads both trees at the same time; what has the same id in both is read once.
fn both(from: &dyn Tree, onto: &dyn Tree, paths: &[RepoPath]) -> Result<(Nodes, Nodes), TreeError> {
    let (old_ids, new_ids) = pair(|| from.ids(paths), || onto.ids(paths));
    let same: Vec<bool> = old_ids?.iter().zip(&new_ids?).map(|(old, new)| old.is_some() && old == new).collect();
    let differing: Vec<RepoPath> =
        paths.iter().zip(&same).filter(|(_, same)| !**same).map(|(path, _)| path.clone()).collect();
    let (old, new) = pair(|| read(from, paths), || read(onto, &differing));
    let (old, mut new) = (old?, new?);
    for (path, _) in paths.iter().zip(&same).filter(|(_, same)| **same) {
        new.insert(path.clone(), old[path].clone());
    }
    Ok((old, new))
}

/// Runs both at the same time.
fn pair<T: Send>(first: impl FnOnce() -> T + Send, second: impl FnOnce() -> T) -> (T, T) {
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        (first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), second)
    })
}

fn read(tree: &dyn Tree, paths: &[RepoPath]) -> Result<Nodes, TreeError> {
    Ok(paths.iter().cloned().zip(tree.read(paths)?).collect())
}

/// The paths of files that patches add.
fn created(patches: &[QueuePatch]) -> BTreeSet<RepoPath> {
    let mut paths = BTreeSet::new();
    for patch in patches {
        for file in &patch.patch.files {
            if !matches!(file.header.operation, Operation::Modify | Operation::Delete) {
                paths.extend(intent::candidates(patch, file).unwrap_or_default());
            }
        }
    }
    paths
}

/// Looks for the files that the new tree lacks, and for the folders of new files; walks the trees only where one is missing.
fn follow_moves(
    world: &mut World,
    plan: &Plan,
    created: &BTreeSet<RepoPath>,
    from: &dyn Tree,
    onto: &dyn Tree,
) -> Result<(), TreeError> {
    let missing = missing_files(world, plan);
    let folders = missing_folders(world, created);
    if missing.is_empty() && folders.is_empty() {
        return Ok(());
    }
    // A tarball may have to be read once more for candidates of other names; its list tells by id what is surely there.
    let search = Search { other_names: onto.is_random_access() };
    let map = RenameMap::new(changes(from, onto)?);
    for ((path, _), moved) in missing.iter().zip(map.find(&missing, onto, search)?) {
        match moved {
            Moved::To { path: to, score, by } => {
                world.moved.insert(path.clone(), alias(path, to, score, by));
            }
            Moved::Ambiguous { candidates } => {
                world.ambiguous.insert(path.clone(), candidates.into_iter().map(|(path, _)| path).collect());
            }
            Moved::Gone => {}
        }
    }
    for (path, folder) in folders {
        let Some(target) = map.folder_moved(&folder, onto)? else { continue };
        let rest = path.below(&folder).unwrap_or_default();
        if let Ok(to) = target.join(rest) {
            let evidence = format!("upstream moved the folder `{folder}` to `{target}`");
            world.moved.insert(path, Alias { to, evidence, sure: true });
        }
    }
    let mut targets: BTreeSet<RepoPath> = BTreeSet::new();
    for alias in world.moved.values() {
        targets.insert(alias.to.clone());
        targets.extend(folders_above(&alias.to));
    }
    let targets: Vec<RepoPath> = targets.into_iter().filter(|path| !world.new.contains_key(path)).collect();
    world.new.extend(read(onto, &targets)?);
    Ok(())
}

fn alias(from: &RepoPath, to: RepoPath, score: u8, by: Evidence) -> Alias {
    let (how, sure) = match by {
        Evidence::Content => ("by its unchanged content".to_owned(), true),
        Evidence::ContentAndPlace => ("by its unchanged content and its place".to_owned(), true),
        Evidence::Name => (format!("by its name and {score} % of its lines"), score >= SURE_SCORE.0),
        Evidence::Similarity => (format!("by {score} % of its lines"), score >= SURE_SCORE.1),
    };
    Alias { evidence: format!("upstream moved `{from}` to `{to}`, found {how}"), to, sure }
}

/// The files of the old tree that the new one does not have at their path.
fn missing_files(world: &World, plan: &Plan) -> Vec<(RepoPath, File)> {
    let Some(old) = &world.old else { return Vec::new() };
    let absent = |path: &&RepoPath| matches!(world.new.get(path), None | Some(Node::Absent));
    let file = |path: &RepoPath| match old.get(path) {
        Some(Node::File(file)) => Some((path.clone(), file.clone())),
        _ => None,
    };
    plan.paths.iter().filter(absent).filter_map(file).collect()
}

/// The new files of patches whose folder the new tree no longer has, with the uppermost such folder.
fn missing_folders(world: &World, created: &BTreeSet<RepoPath>) -> Vec<(RepoPath, RepoPath)> {
    let Some(old) = &world.old else { return Vec::new() };
    let is_folder = |nodes: &Nodes, path: &RepoPath| matches!(nodes.get(path), Some(Node::Directory));
    let nearest = |path: &RepoPath| folders_above(path).into_iter().rev().find(|folder| is_folder(old, folder));
    let lost = |path: &RepoPath| nearest(path).filter(|folder| !is_folder(&world.new, folder));
    created.iter().filter_map(|path| Some((path.clone(), lost(path)?))).collect()
}
