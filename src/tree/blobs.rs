//! Reads many blobs at once, on all cores.
//!
//! Nearly all of the time goes into inflating; libgit2's `Repository` serves one thread at a time, so that every
//! thread opens its own, which costs less than a millisecond.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use crate::tree::objects::Objects;
use crate::tree::{ObjectId, TreeError, repository};

/// Below so many blobs a thread is not worth its repository.
const SHARE: usize = 48;
/// Threads at most.
const THREADS: usize = 8;

/// Blobs by id; one that the repository lacks is `None`.
pub(crate) type Blobs = HashMap<ObjectId, Option<Arc<[u8]>>>;

/// Reads blobs of the repository at `path`; `objects` is that of the calling thread.
pub(crate) fn read(path: &Path, objects: &Objects<'_>, wanted: &BTreeSet<ObjectId>) -> Result<Blobs, TreeError> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = cores.min(THREADS).min(wanted.len() / SHARE).max(1);
    let ids: Vec<ObjectId> = wanted.iter().copied().collect();
    if threads == 1 {
        return share(objects, &ids);
    }
    let mut blobs = Blobs::with_capacity(ids.len());
    let (own, others) = ids.split_at(ids.len() / threads);
    let results = std::thread::scope(|scope| {
        let pieces = others.chunks(others.len().div_ceil(threads - 1));
        let workers: Vec<_> = pieces.map(|piece| scope.spawn(move || alone(path, piece))).collect();
        let mut results = vec![share(objects, own)];
        for (worker, piece) in workers.into_iter().zip(others.chunks(others.len().div_ceil(threads - 1))) {
            // A thread that panicked is no reason to fail: its share is read here, and says what is wrong with it.
            results.push(worker.join().unwrap_or_else(|_| share(objects, piece)));
        }
        results
    });
    for result in results {
        blobs.extend(result?);
    }
    Ok(blobs)
}

fn alone(path: &Path, ids: &[ObjectId]) -> Result<Blobs, TreeError> {
    let repository = repository::open(path)?;
    share(&Objects::new(&repository, path)?, ids)
}

fn share(objects: &Objects<'_>, ids: &[ObjectId]) -> Result<Blobs, TreeError> {
    ids.iter().map(|id| Ok((*id, objects.blob(*id)?))).collect()
}
