//! What differs between two git revisions: both walked by the ids of their folders, on all cores.
//!
//! Nothing is looked up by path, so that a pair of folders costs two objects. The uppermost folders are compared first;
//! the pairs below them are shared out among the threads.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::path::RepoPath;
use crate::tree::changes::{Changes, DEPTH_LIMIT, PathEntry};
use crate::tree::objects::{RawTree, unequal};
use crate::tree::store::{Kind, Reader, Store};
use crate::tree::{ObjectId, Revision, blobs};

/// Pairs of folders that are enough to share out.
const ENOUGH: usize = 256;

/// Two folders at one path, or one that only one side has.
#[derive(Clone)]
struct Pair {
    path: Option<RepoPath>,
    depth: usize,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

/// The files added and removed, each part sorted; `None` where a folder cannot be read here.
pub(super) fn changes(old: &Revision, new: &Revision) -> Option<Changes> {
    let mut first = Walk::new(&old.store, &new.store);
    let mut open = VecDeque::from([Pair { path: None, depth: 0, old: Some(old.root), new: Some(new.root) }]);
    while open.len() < ENOUGH {
        let Some(pair) = open.pop_front() else { break };
        first.folder(&pair, &mut |pair| open.push_back(pair))?;
    }
    let open: Vec<Pair> = open.into();
    let next = AtomicUsize::new(0);
    let take = |mut walk: Walk| {
        let mut stack = Vec::new();
        while let Some(pair) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
            stack.push(pair.clone());
            while let Some(pair) = stack.pop() {
                walk.folder(&pair, &mut |pair| stack.push(pair))?;
            }
        }
        Some(walk.sorted())
    };
    let parts: Option<Vec<Changes>> = std::thread::scope(|scope| {
        let more = 1..blobs::threads(open.len());
        let workers: Vec<_> = more.map(|_| scope.spawn(|| take(Walk::new(&old.store, &new.store)))).collect();
        let own = take(first);
        let others = workers.into_iter().map(|worker| worker.join().ok().flatten());
        std::iter::once(own).chain(others).collect()
    });
    let mut sum = Changes::default();
    for part in parts? {
        sum.added.extend(part.added);
        sum.removed.extend(part.removed);
    }
    Some(sum)
}

/// One thread's part.
struct Walk {
    old: Reader,
    /// `None` where both sides lie in one store.
    new: Option<Reader>,
    found: Changes,
}

impl Walk {
    fn new(old: &Arc<Store>, new: &Arc<Store>) -> Self {
        let other = (!Arc::ptr_eq(old, new)).then(|| Reader::new(Arc::clone(new)));
        Self { old: Reader::new(Arc::clone(old)), new: other, found: Changes::default() }
    }

    /// Compares two folders; the pairs below go to `open`.
    fn folder(&mut self, pair: &Pair, open: &mut dyn FnMut(Pair)) -> Option<()> {
        if pair.depth >= DEPTH_LIMIT || pair.old == pair.new {
            return Some(());
        }
        let old = tree(&mut self.old, pair.old)?;
        let new = tree(self.new.as_mut().unwrap_or(&mut self.old), pair.new)?;
        for (name, before, after) in unequal(&old, &new) {
            // A name that cannot be part of a path (`.git`) cannot be touched by a patch either.
            let path = pair.path.as_ref().map_or_else(|| RepoPath::parse(&name), |folder| folder.join(&name));
            let Ok(path) = path else { continue };
            let (old, new) = (before.filter(|side| side.0.is_none()), after.filter(|side| side.0.is_none()));
            if old.is_some() || new.is_some() {
                let (old, new) = (old.map(|side| side.1), new.map(|side| side.1));
                open(Pair { path: Some(path), depth: pair.depth + 1, old, new });
                continue;
            }
            let file = |(mode, id): (Option<_>, ObjectId)| Some(PathEntry { path, mode: mode?, id: Some(id) });
            match (before, after) {
                (Some(side), None) => self.found.removed.extend(file(side)),
                (None, Some(side)) => self.found.added.extend(file(side)),
                _ => {}
            }
        }
        Some(())
    }

    fn sorted(mut self) -> Changes {
        self.found.added.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        self.found.removed.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        self.found
    }
}

/// A folder; empty where a side has none.
fn tree(reader: &mut Reader, id: Option<ObjectId>) -> Option<RawTree> {
    let Some(id) = id else { return Some(RawTree::empty()) };
    let object = reader.read(id).filter(|object| object.kind == Kind::Tree)?;
    RawTree::of(object.data)
}
