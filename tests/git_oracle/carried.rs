//! forebay on one case: the outcome, and the tree after each patch.

use std::path::Path;

use forebay::progress::Silent;
use forebay::queue::QueuePatch;
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::outcome::{Decisions, Outcome};
use forebay::rebase::report::Grade;
use forebay::rebase::world::Knowledge;
use forebay::tree::Tree;
use forebay::tree::branch::{self, NewCommit};
use forebay::tree::history::Person;

/// A queue carried, with the trees it gives.
pub(crate) struct Carried {
    /// What the engine says.
    pub(crate) outcome: Outcome,
    /// The tree before the first patch and after each one, left out or not.
    pub(crate) trees: Vec<String>,
}

/// Carries patches from one tree to another.
pub(crate) fn carry(patches: &[QueuePatch], from: &dyn Tree, onto: &dyn Tree, jobs: usize) -> Outcome {
    let request = Request {
        package: "oracle",
        patches,
        from: Some(from),
        onto,
        decisions: &Decisions::new(),
        knowledge: Knowledge::default(),
        automatic: Grade::B,
        jobs: Some(jobs),
        progress: &Silent,
    };
    execute(&request).unwrap()
}

/// Writes the outcome as a branch and gives the trees.
pub(crate) fn with_trees(outcome: Outcome, repository: &Path, onto: &str, onto_tree: String, branch: &str) -> Carried {
    let person = Person { name: "A".into(), email: "a@x".into(), time: 1_700_000_000, offset: 0 };
    let written = outcome.patches.iter().filter(|patch| patch.written.is_some());
    let commits: Vec<NewCommit> = written
        .map(|patch| NewCommit {
            author: person.clone(),
            committer: None,
            message: patch.name.clone().into_bytes(),
            changes: patch.changes.iter().map(|change| (change.path.clone(), change.after.clone())).collect(),
        })
        .collect();
    let written = branch::write(repository, onto, branch, &commits, false).unwrap();
    let mut next = written.trees.iter();
    let mut trees = vec![onto_tree];
    for patch in &outcome.patches {
        let tree = match patch.written {
            Some(_) => next.next().unwrap().to_string(),
            None => trees.last().unwrap().clone(),
        };
        trees.push(tree);
    }
    Carried { outcome, trees }
}
