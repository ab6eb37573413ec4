//! The line of commits that leads to a release, and which of them touched given files.
//!
//! The line follows first parents, so that a merged branch counts as the one commit that merged it. Folders are compared by
//! id, so that a commit that touched something else costs a few reads. The walk is bounded; nothing is fetched.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use bstr::BString;
use git2::Oid;

use crate::path::RepoPath;
use crate::tree::culprit::{Tracer, commit};
use crate::tree::history::subject_of;
use crate::tree::objects::{Objects, id_of};
use crate::tree::{ObjectId, TreeError, repository};

/// The most commits looked at.
const MOST: usize = 50_000;

/// One commit of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id.
    pub id: ObjectId,
    /// Its subject.
    pub subject: BString,
    /// Whether it touched one of the files.
    pub touches: bool,
}

/// The commits between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitLine {
    /// Oldest first; the first one is where the line begins and is not newer than the old release, unless `cut`.
    pub steps: Vec<Step>,
    /// True where the first one is not the old release itself: the two parted there.
    pub parted: bool,
    /// True where older commits exist between the two, but are too many or are not there (shallow clone).
    pub cut: bool,
}

/// The first-parent line from `old` (or where the two part) up to `new`; empty where one of them is no commit.
pub fn between(path: &Path, old: &str, new: &str, files: &[RepoPath]) -> Result<CommitLine, TreeError> {
    let repository = repository::open(path)?;
    let nothing = CommitLine { steps: Vec::new(), parted: false, cut: false };
    let (from, to) = (commit(&repository, path, old)?, commit(&repository, path, new)?);
    let (Some(from), Some(to)) = (from, to) else { return Ok(nothing) };
    let fail = |source| TreeError::git("walk the history", path, source);
    let mut walk = repository.revwalk().map_err(fail)?;
    walk.simplify_first_parent().map_err(fail)?;
    walk.push(to).and_then(|()| walk.hide(from)).map_err(fail)?;
    let within: HashSet<Oid> = walk.take(MOST).filter_map(Result::ok).collect();
    let mut tracer =
        Tracer { repository: &repository, objects: Objects::new(&repository, path), folders: HashMap::new(), bytes: 0 };
    let mut steps = Vec::new();
    let (mut next, mut cut) = (Some(to), false);
    while let Some(id) = next {
        let Ok(found) = repository.find_commit(id) else {
            cut = true;
            break;
        };
        let inside = within.contains(&id);
        let parent = found.parent(0).ok().filter(|_| inside);
        let mut touches = false;
        if let Some(parent) = &parent {
            let (here, before) = (id_of(found.tree_id()), id_of(parent.tree_id()));
            for file in files {
                touches = touches || tracer.differs(here, before, file)?.is_some();
            }
        }
        steps.push(Step { id: id_of(id), subject: subject_of(found.message_raw_bytes()), touches });
        // A line that ends inside of what is new has no common past that is there; one that is too long was cut by the walk.
        cut |= inside && parent.is_none();
        next = parent.map(|parent| parent.id());
    }
    cut |= within.len() >= MOST;
    steps.reverse();
    let parted = steps.first().is_some_and(|step| step.id != id_of(from));
    Ok(CommitLine { steps, parted, cut })
}
