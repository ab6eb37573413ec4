//! The survey of a git revision: all tree objects once, then the picked blobs on all cores.

use std::collections::BTreeMap;
use std::path::Path;

use crate::tree::objects::{Objects, RawTree};
use crate::tree::survey::{Folder, Head, Listing, Pick, Stamp, Visitor, join};
use crate::tree::{Entry, ObjectId, TreeError, repository};

/// Below so many blobs a thread is not worth its repository.
const SHARE: usize = 48;
/// Threads at most.
const THREADS: usize = 8;
/// The longest path; a hostile repository may nest one tree object in itself by way of several names without end.
const PATH_LIMIT: usize = 4096;

/// All folders below `root`, each tree object parsed where it is met.
pub(super) fn list(
    root: ObjectId,
    tree: &mut dyn FnMut(ObjectId) -> Result<RawTree, TreeError>,
) -> Result<Listing, TreeError> {
    let mut listing = Listing::default();
    let mut open = vec![(Vec::new(), root)];
    while let Some((path, id)) = open.pop() {
        if path.len() > PATH_LIMIT {
            listing.unread.push((path, format!("its path has more than {PATH_LIMIT} bytes")));
            continue;
        }
        let mut entries = Vec::new();
        for raw in tree(id)?.entries() {
            if raw.mode.is_none() {
                open.push((join(&path, raw.name), raw.id));
            }
            entries.push(Entry { name: raw.name.to_vec(), mode: raw.mode, id: Some(raw.id) });
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        listing.folders.push(Folder { path, entries });
    }
    listing.folders.sort_by(|one, other| one.path.cmp(&other.path));
    listing.unread.sort();
    Ok(listing)
}

/// Takes out what the visitor knows from an earlier run.
pub(super) fn forget_known(picks: &mut Vec<Pick>, visitor: &dyn Visitor) {
    picks.retain(|pick| !pick.id.is_some_and(|id| visitor.knows(&pick.path, Stamp::Id(id))));
}

/// Reads each blob once and hands it to the visitor for every path that it stands at.
pub(super) fn read(
    path: &Path,
    objects: &Objects<'_>,
    picks: Vec<Pick>,
    visitor: &dyn Visitor,
) -> Result<(), TreeError> {
    let mut groups: BTreeMap<ObjectId, Vec<Pick>> = BTreeMap::new();
    for pick in picks {
        if let Some(id) = pick.id {
            groups.entry(id).or_default().push(pick);
        }
    }
    // By path, so that neighbours in the tree, which lie close in a pack, are read one after the other.
    let mut groups: Vec<(ObjectId, Vec<Pick>)> = groups.into_iter().collect();
    groups.sort_by(|one, other| one.1.first().map(|pick| &pick.path).cmp(&other.1.first().map(|pick| &pick.path)));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = cores.min(THREADS).min(groups.len() / SHARE).max(1);
    if threads == 1 {
        share(objects, &groups, visitor);
        return Ok(());
    }
    let pieces: Vec<_> = groups.chunks(groups.len().div_ceil(threads)).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = pieces.iter().map(|piece| scope.spawn(|| alone(path, piece, visitor))).collect();
        let mut result = Ok(());
        for worker in workers {
            let one = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result = result.and(one);
        }
        result
    })
}

fn alone(path: &Path, groups: &[(ObjectId, Vec<Pick>)], visitor: &dyn Visitor) -> Result<(), TreeError> {
    let repository = repository::open(path)?;
    share(&Objects::new(&repository, path), groups, visitor);
    Ok(())
}

/// A blob that cannot be read is the visitor's to report, not the end of the survey.
fn share(objects: &Objects<'_>, groups: &[(ObjectId, Vec<Pick>)], visitor: &dyn Visitor) {
    for (id, picks) in groups {
        if visitor.stopped() {
            break;
        }
        let blob = objects.read(*id, git2::ObjectType::Blob);
        for pick in picks {
            let content = match &blob {
                Ok(Some(object)) => {
                    let bytes = object.as_slice();
                    Ok(Head { bytes: bytes.get(..pick.limit).unwrap_or(bytes), size: bytes.len() as u64 })
                }
                Ok(None) => Err(format!("the repository lacks object {id}")),
                Err(error) => Err(error.to_string()),
            };
            visitor.file(&pick.path, Some(Stamp::Id(*id)), content);
        }
    }
}
