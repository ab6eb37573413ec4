//! Reads many blobs at once, on all cores.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::tree::objects::Objects;
use crate::tree::store::{Kind, Reader};
use crate::tree::{ObjectId, Pool, TreeError};

/// Below so many blobs another thread is not worth its start.
const SHARE: usize = 48;
/// Threads at most.
const THREADS: usize = 8;
/// Blobs that a thread takes at a time.
const PIECE: usize = 8;

/// Blobs by id; one that the repository lacks is `None`.
pub(crate) type Blobs = HashMap<ObjectId, Option<Arc<[u8]>>>;

/// Reads blobs; what the pool holds is not read again.
pub(crate) fn read(objects: &Objects<'_>, pool: &Pool, wanted: &BTreeSet<ObjectId>) -> Result<Blobs, TreeError> {
    let mut blobs = Blobs::with_capacity(wanted.len());
    let mut ids = Vec::with_capacity(wanted.len());
    for &id in wanted {
        match pool.held(id) {
            Some(data) => drop(blobs.insert(id, Some(data))),
            None => ids.push(id),
        }
    }
    let mut found = read_packed(objects, &ids);
    for id in ids {
        let data = match found.remove(&id) {
            Some(data) => Some(data),
            // Libgit2 knows more kinds of stores, and says what is wrong.
            None => objects.blob(id)?,
        };
        blobs.insert(id, data);
    }
    pool.remember(blobs.iter().filter_map(|(id, data)| Some((*id, data.as_ref()?))));
    Ok(blobs)
}

/// Those blobs that our own reader finds.
fn read_packed(objects: &Objects<'_>, ids: &[ObjectId]) -> HashMap<ObjectId, Arc<[u8]>> {
    let next = AtomicUsize::new(0);
    let store = objects.store();
    let take = || {
        let mut reader = Reader::new(Arc::clone(&store));
        let mut found = Vec::new();
        while let Some(piece) = ids.chunks(PIECE).nth(next.fetch_add(1, Ordering::Relaxed)) {
            for id in piece {
                if let Some(object) = reader.read(*id).filter(|object| object.kind == Kind::Blob) {
                    found.push((*id, Arc::from(object.data.as_slice())));
                }
            }
        }
        found
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads(ids.len() / SHARE)).map(|_| scope.spawn(take)).collect();
        let mut found: HashMap<ObjectId, Arc<[u8]>> = take().into_iter().collect();
        for worker in workers {
            // What a thread that panicked had taken is read by libgit2 then.
            found.extend(worker.join().unwrap_or_default());
        }
        found
    })
}

/// Threads for so many shares of work: at least one, at most as many as the machine runs at a time.
pub(crate) fn threads(shares: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.min(THREADS).min(shares).max(1)
}
