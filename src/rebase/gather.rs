//! Reads from both trees what the queue names, and finds out where upstream moved what is missing.

use std::collections::{BTreeSet, HashMap};

use crate::patch::Operation;
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::intent;
use crate::rebase::plan::Plan;
use crate::rebase::world::{World, folders_above};
use crate::tree::{Node, Tree, TreeError};

/// Reads both trees at the plan's paths, at the same time, and follows upstream's moves.
pub fn world(
    plan: &Plan,
    patches: &[QueuePatch],
    from: Option<&dyn Tree>,
    onto: &dyn Tree,
) -> Result<World, TreeError> {
    let created = created(patches);
    let paths: Vec<RepoPath> = plan.paths.iter().cloned().collect();
    let mut wanted: BTreeSet<RepoPath> = plan.paths.clone();
    wanted.extend(created.iter().flat_map(folders_above));
    let wanted: Vec<RepoPath> = wanted.into_iter().collect();
    let (old, new) = std::thread::scope(|scope| {
        let old = scope.spawn(|| from.map(|tree| read(tree, &paths)).transpose());
        (old.join(), read(onto, &wanted))
    });
    let old = old.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let world = World { old: old?, new: new?, ..World::default() };
    Ok(world)
}

fn read(tree: &dyn Tree, paths: &[RepoPath]) -> Result<HashMap<RepoPath, Node>, TreeError> {
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
