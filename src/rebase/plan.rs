//! Plans a rebase: which paths the queue names, and which patches depend on each other through them.

use std::collections::{BTreeSet, HashMap};

use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::intent::{self, IntentError};

/// The paths and the independent parts of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every path that a patch names.
    pub paths: BTreeSet<RepoPath>,
    /// The paths of each patch.
    pub footprints: Vec<Vec<RepoPath>>,
}

impl Plan {
    /// Reads the footprint of every patch; a path that leaves the tree is an error.
    pub fn new(patches: &[QueuePatch]) -> Result<Self, IntentError> {
        let mut plan = Self { paths: BTreeSet::new(), footprints: Vec::with_capacity(patches.len()) };
        for patch in patches {
            let mut footprint = Vec::new();
            for file in &patch.patch.files {
                footprint.extend(intent::candidates(patch, file)?);
            }
            footprint.sort();
            footprint.dedup();
            plan.paths.extend(footprint.iter().cloned());
            plan.footprints.push(footprint);
        }
        Ok(plan)
    }

    /// Groups the patches that share a path, or of which one names a folder of another's path; each group in queue order.
    ///
    /// `alias` gives further names under which a path is known (where upstream moved it).
    pub fn components(&self, alias: &dyn Fn(&RepoPath) -> Vec<RepoPath>) -> Vec<Vec<usize>> {
        let mut groups = Groups::new(self.footprints.len());
        let mut owner: HashMap<RepoPath, usize> = HashMap::new();
        for (number, footprint) in self.footprints.iter().enumerate() {
            for path in footprint.iter().cloned().chain(footprint.iter().flat_map(alias)) {
                let first = *owner.entry(path).or_insert(number);
                groups.join(first, number);
            }
        }
        for (path, &number) in &owner {
            let mut folder = path.parent();
            while let Some(path) = folder {
                if let Some(&other) = owner.get(&path) {
                    groups.join(number, other);
                }
                folder = path.parent();
            }
        }
        groups.lists()
    }
}

/// Disjoint sets with path halving.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut item: usize) -> usize {
        while self.0[item] != item {
            self.0[item] = self.0[self.0[item]];
            item = self.0[item];
        }
        item
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    fn lists(mut self) -> Vec<Vec<usize>> {
        let mut lists: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        for item in 0..self.0.len() {
            let root = self.root(item);
            lists[root].push(item);
        }
        lists.retain(|list| !list.is_empty());
        lists
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn patches_that_share_a_path_or_a_folder_stay_together() {
        let footprints = vec![
            vec![path("a/x")],
            vec![path("b")],
            vec![path("a/x"), path("c")],
            vec![path("b/inside")],
            vec![path("moved")],
        ];
        let plan = Plan { paths: BTreeSet::new(), footprints };
        assert_eq!(plan.components(&|_| Vec::new()), vec![vec![0, 2], vec![1, 3], vec![4]]);
        let alias = |from: &RepoPath| if *from == path("moved") { vec![path("c")] } else { Vec::new() };
        assert_eq!(plan.components(&alias), vec![vec![0, 2, 4], vec![1, 3]]);
    }
}
