//! What differs between two trees: one walk over both that skips every folder whose id is the same.

use std::cmp::Ordering;

use crate::path::RepoPath;
use crate::tree::{Entry, Mode, ObjectId, Tree, TreeError, git_changes};

/// A file of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathEntry {
    /// Where it is.
    pub path: RepoPath,
    /// Its mode.
    pub mode: Mode,
    /// Its content's id, where it is known without reading.
    pub id: Option<ObjectId>,
}

/// Files that only one of two trees has, sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Only in the new tree.
    pub added: Vec<PathEntry>,
    /// Only in the old tree.
    pub removed: Vec<PathEntry>,
}

/// Folders deeper than this are not entered, so that a hostile tree ends the walk and not the stack.
pub(crate) const DEPTH_LIMIT: usize = 1000;

/// The files added and removed between two trees.
pub fn changes(old: &dyn Tree, new: &dyn Tree) -> Result<Changes, TreeError> {
    let revisions = old.revision().zip(new.revision());
    if let Some(mut found) = revisions.and_then(|(old, new)| git_changes::changes(&old, &new)) {
        // Sorted in parts, which the stable sort joins.
        found.added.sort_by(|one, other| one.path.cmp(&other.path));
        found.removed.sort_by(|one, other| one.path.cmp(&other.path));
        return Ok(found);
    }
    let mut walk = Walk { old, new, found: Changes::default(), pending: vec![(Side::Both, None, 0)] };
    while let Some((side, folder, depth)) = walk.pending.pop() {
        if depth < DEPTH_LIMIT {
            walk.folder(side, folder.as_ref(), depth + 1)?;
        }
    }
    walk.found.added.sort_by(|one, other| one.path.cmp(&other.path));
    walk.found.removed.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(walk.found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
    Both,
}

struct Walk<'a> {
    old: &'a dyn Tree,
    new: &'a dyn Tree,
    found: Changes,
    pending: Vec<(Side, Option<RepoPath>, usize)>,
}

impl Walk<'_> {
    fn folder(&mut self, side: Side, folder: Option<&RepoPath>, depth: usize) -> Result<(), TreeError> {
        let old = if side == Side::New { Vec::new() } else { self.old.list(folder)? };
        let new = if side == Side::Old { Vec::new() } else { self.new.list(folder)? };
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => one.name.cmp(&other.name),
            };
            let before = if order == Ordering::Greater { None } else { old.next() };
            let after = if order == Ordering::Less { None } else { new.next() };
            self.pair(folder, before, after, depth);
        }
    }

    fn pair(&mut self, folder: Option<&RepoPath>, before: Option<&Entry>, after: Option<&Entry>, depth: usize) {
        if let (Some(Entry { mode: None, id: one, .. }), Some(Entry { mode: None, id: other, name })) = (before, after)
        {
            if (one.is_none() || one != other)
                && let Some(path) = child(folder, name)
            {
                self.pending.push((Side::Both, Some(path), depth));
            }
            return;
        }
        if before.is_some_and(|entry| entry.mode.is_some()) && after.is_some_and(|entry| entry.mode.is_some()) {
            return;
        }
        for (side, entry) in [(Side::Old, before), (Side::New, after)] {
            let Some(entry) = entry else { continue };
            let Some(path) = child(folder, &entry.name) else { continue };
            match entry.mode {
                None => self.pending.push((side, Some(path), depth)),
                Some(mode) => {
                    let list = if side == Side::Old { &mut self.found.removed } else { &mut self.found.added };
                    list.push(PathEntry { path, mode, id: entry.id });
                }
            }
        }
    }
}

/// A name that cannot be part of a path (`.git`) cannot be touched by a patch either, and is left out.
fn child(folder: Option<&RepoPath>, name: &[u8]) -> Option<RepoPath> {
    folder.map_or_else(|| RepoPath::parse(name), |folder| folder.join(name)).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::tree::File;
    use crate::tree::memory::MemoryTree;

    fn tree(files: &BTreeMap<String, u8>) -> MemoryTree {
        let mut tree = MemoryTree::new("t");
        for (name, content) in files {
            tree.insert(RepoPath::parse(name.as_bytes()).unwrap(), File::new(Mode::Regular, [*content]));
        }
        tree
    }

    fn files() -> impl Strategy<Value = BTreeMap<String, u8>> {
        proptest::collection::btree_map("[ab](/[ab-]){0,3}", 0..3_u8, 0..12)
    }

    proptest! {
        #[test]
        fn lists_the_paths_of_one_side_only(old in files(), new in files()) {
            let (old, new) = (tree(&old), tree(&new));
            let found = changes(&old, &new).unwrap();
            let only = |one: &MemoryTree, other: &MemoryTree| -> Vec<RepoPath> {
                one.files().keys().filter(|path| !other.files().contains_key(*path)).cloned().collect()
            };
            let paths = |list: &[PathEntry]| -> Vec<RepoPath> { list.iter().map(|entry| entry.path.clone()).collect() };
            prop_assert_eq!(paths(&found.added), only(&new, &old));
            prop_assert_eq!(paths(&found.removed), only(&old, &new));
        }
    }
}
