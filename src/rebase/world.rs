//! What the two trees hold at the queue's paths, and where upstream moved things: all that a rebase reads.

use std::collections::{BTreeSet, HashMap};

use crate::path::RepoPath;
use crate::queue::siblings::Siblings;
use crate::rebase::rests::Waiting;
use crate::resolution::Store;
use crate::tree::{File, Node};

/// Where upstream moved a path, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The path in the new tree.
    pub to: RepoPath,
    /// One sentence for the report.
    pub evidence: String,
    /// True where content and name both speak for it, so that the move counts as a rule and not as a guess.
    pub sure: bool,
}

/// Everything read from the trees; immutable during the run.
#[derive(Debug, Default)]
pub struct World {
    /// The old tree at the queue's paths; `None` where no old tree was given.
    pub old: Option<HashMap<RepoPath, Node>>,
    /// The new tree at the queue's paths, their aliases and the folders above new files.
    pub new: HashMap<RepoPath, Node>,
    /// Files and folders that upstream moved.
    pub moved: HashMap<RepoPath, Alias>,
    /// Files that hold lines which upstream moved out of another one, by that one's path in the old tree.
    pub elsewhere: HashMap<RepoPath, Vec<RepoPath>>,
    /// Missing files with several candidates of equal standing.
    pub ambiguous: HashMap<RepoPath, Vec<RepoPath>>,
}

/// What is known besides the two trees; nothing by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Knowledge<'a> {
    /// Decisions of people that may be replayed.
    pub resolutions: Option<&'a Store>,
    /// Other distributions' queues.
    pub siblings: Option<&'a Siblings>,
}

/// The state of both sides while patches are applied one after the other.
#[derive(Debug)]
pub struct State<'w> {
    world: &'w World,
    old: HashMap<RepoPath, Option<File>>,
    new: HashMap<RepoPath, Option<File>>,
    /// Names of patches left out, by the paths of the new tree that they would have changed.
    pub left_out: HashMap<RepoPath, Vec<String>>,
    /// For the name that a patch left out would have given a file: the file's path in the new tree, and the patch.
    pub names_left_out: HashMap<RepoPath, (RepoPath, String)>,
    /// What is known besides.
    pub knowledge: Knowledge<'w>,
    /// Names that upstream dropped and patches of grade C brought back.
    pub waiting: Waiting,
}

impl<'w> State<'w> {
    /// The state before the first patch.
    pub fn new(world: &'w World, knowledge: Knowledge<'w>) -> Self {
        Self {
            world,
            old: HashMap::new(),
            new: HashMap::new(),
            left_out: HashMap::new(),
            names_left_out: HashMap::new(),
            waiting: Waiting::default(),
            knowledge,
        }
    }

    /// What was read from the trees.
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// True where an old tree was given.
    pub fn has_old(&self) -> bool {
        self.world.old.is_some()
    }

    /// A file of the old side as the patches so far left it.
    pub fn old_file(&self, path: &RepoPath) -> Option<File> {
        match (self.old.get(path), &self.world.old) {
            (Some(file), _) => file.clone(),
            (None, Some(old)) => file_of(old.get(path)),
            (None, None) => None,
        }
    }

    /// A file of the old tree without any patch.
    pub fn unpatched_old_file(&self, path: &RepoPath) -> Option<File> {
        file_of(self.world.old.as_ref()?.get(path))
    }

    /// A file of the new side as the written patches so far left it.
    pub fn new_file(&self, path: &RepoPath) -> Option<File> {
        match self.new.get(path) {
            Some(file) => file.clone(),
            None => file_of(self.world.new.get(path)),
        }
    }

    /// A file of the new tree without any patch.
    pub fn unpatched_new_file(&self, path: &RepoPath) -> Option<File> {
        file_of(self.world.new.get(path))
    }

    /// True where the new side has a folder at the path that still holds something.
    pub fn new_folder(&self, path: &RepoPath) -> bool {
        matches!(self.world.new.get(path), Some(Node::Directory))
            || self.new.iter().any(|(known, file)| file.is_some() && known.below(path).is_some())
    }

    /// The file of the new side that stands where a folder above `path` would have to be.
    pub fn file_above(&self, path: &RepoPath) -> Option<RepoPath> {
        let mut folder = path.parent();
        while let Some(above) = folder {
            if self.new_file(&above).is_some() {
                return Some(above);
            }
            folder = above.parent();
        }
        None
    }

    /// Sets a file of the old side.
    pub fn set_old(&mut self, path: &RepoPath, file: Option<File>) {
        self.old.insert(path.clone(), file);
    }

    /// Sets a file of the new side.
    pub fn set_new(&mut self, path: &RepoPath, file: Option<File>) {
        self.new.insert(path.clone(), file);
    }

    /// Remembers that a patch was left out of a file of the new side.
    pub fn note_left_out(&mut self, path: &RepoPath, patch: &str) {
        let names = self.left_out.entry(path.clone()).or_default();
        if names.last().is_none_or(|last| last != patch) {
            names.push(patch.to_owned());
        }
    }
}

fn file_of(node: Option<&Node>) -> Option<File> {
    match node {
        Some(Node::File(file)) => Some(file.clone()),
        _ => None,
    }
}

/// The folders above a path, nearest first.
pub fn folders_above(path: &RepoPath) -> BTreeSet<RepoPath> {
    let mut folders = BTreeSet::new();
    let mut folder = path.parent();
    while let Some(above) = folder {
        folder = above.parent();
        folders.insert(above);
    }
    folders
}
