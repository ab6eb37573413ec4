//! Reads objects of a git repository from any thread: packs and loose files, by positioned reads.
//!
//! Reading objects is most of the work between near releases, and libgit2 serves one thread a repository, maps packs of
//! gigabytes into memory and looks at the disk several times for one loose object. What this store does not find or does
//! not understand (a damaged object, an unknown version, an object that came meanwhile) is left to libgit2, which also has
//! the words for what is wrong. Formats: git's `gitrepository-layout` and `gitformat-pack`.

mod delta;
mod inflate;
mod pack;
mod reader;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use crate::tree::{ObjectId, promisor};
use pack::Pack;

pub(crate) use reader::Reader;

/// The largest object that is read here.
const MOST_BYTES: u64 = 1 << 30;

/// Repositories that borrow from each other, one behind the other; git stops at five.
const MOST_BORROWED: usize = 5;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

/// An object's kind and content.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) data: Arc<Vec<u8>>,
}

/// Where the objects of a repository lie.
#[derive(Debug)]
pub(crate) struct Store {
    /// Its own folder of objects, then those that it borrows from.
    folders: Vec<PathBuf>,
    packs: OnceLock<Vec<Pack>>,
}

impl Store {
    /// The store with this folder of objects (`.git/objects`).
    pub(crate) fn open(objects: &Path) -> Self {
        let mut folders = Vec::new();
        borrowed(objects.to_path_buf(), 0, &mut folders);
        Self { folders, packs: OnceLock::new() }
    }

    /// The packs as they were when first asked for.
    fn packs(&self) -> &[Pack] {
        self.packs.get_or_init(|| {
            let mut names: Vec<PathBuf> = Vec::new();
            for folder in &self.folders {
                let entries = std::fs::read_dir(folder.join("pack")).into_iter().flatten().flatten();
                names.extend(entries.map(|entry| entry.path()).filter(|path| path.extension() == Some("idx".as_ref())));
            }
            names.into_iter().map(Pack::new).collect()
        })
    }
}

/// Adds a folder of objects and those named in its `info/alternates`; names that are quoted are left to libgit2.
fn borrowed(objects: PathBuf, depth: usize, folders: &mut Vec<PathBuf>) {
    if folders.contains(&objects) {
        return;
    }
    let list = std::fs::read_to_string(objects.join("info").join("alternates")).unwrap_or_default();
    let names = list.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '"']));
    let further: Vec<PathBuf> = names.map(|name| objects.join(name)).collect();
    folders.push(objects);
    if depth < MOST_BORROWED {
        for objects in further {
            borrowed(objects, depth + 1, folders);
        }
    }
}

/// What the trees of one run share: the stores of their repositories, and the contents that are in use.
#[derive(Debug, Clone, Default)]
pub struct Pool(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    stores: Mutex<HashMap<PathBuf, Arc<Store>>>,
    blobs: Mutex<Held>,
    remotes: Mutex<HashMap<PathBuf, Option<String>>>,
}

/// Contents in use. The memory of one that nobody holds is given back only with its entry, since both are one piece.
#[derive(Debug, Default)]
struct Held {
    blobs: HashMap<ObjectId, Weak<[u8]>>,
    /// Bytes added since dead entries were last cleared.
    since: usize,
}

impl Held {
    const CLEAR_AFTER: usize = 8 << 20;

    fn clear_dead(&mut self) {
        if self.since > Self::CLEAR_AFTER {
            self.blobs.retain(|_, blob| blob.strong_count() > 0);
            self.since = 0;
        }
    }
}

impl Pool {
    /// The store of a repository.
    pub(crate) fn store(&self, repository: &git2::Repository) -> Arc<Store> {
        let objects = repository.commondir().join("objects");
        // A panic in another thread leaves nothing half changed: the maps are only ever added to.
        let mut stores = self.0.stores.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(stores.entry(objects.clone()).or_insert_with(|| Arc::new(Store::open(&objects))))
    }

    /// The remote that promised what a partial clone lacks, read from the settings once.
    pub(crate) fn remote(&self, repository: &git2::Repository) -> Option<String> {
        let mut remotes = self.0.remotes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = remotes.entry(repository.commondir().to_path_buf());
        known.or_insert_with(|| promisor::remote(repository)).clone()
    }

    /// The content with this id, where somebody holds it.
    pub(crate) fn held(&self, id: ObjectId) -> Option<Arc<[u8]>> {
        self.0.blobs.lock().unwrap_or_else(PoisonError::into_inner).blobs.get(&id)?.upgrade()
    }

    /// Remembers contents for as long as somebody holds them.
    pub(crate) fn remember<'b>(&self, blobs: impl Iterator<Item = (ObjectId, &'b Arc<[u8]>)>) {
        let mut held = self.0.blobs.lock().unwrap_or_else(PoisonError::into_inner);
        held.clear_dead();
        for (id, data) in blobs {
            held.since += data.len();
            held.blobs.insert(id, Arc::downgrade(data));
        }
    }
}

#[cfg(test)]
mod tests;
