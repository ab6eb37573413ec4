//! Other distributions' queues for the same package, read when first needed.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::fingerprint::{self, Payload};
use super::from_tree::{self, FromTreeError};
use super::{LoadOptions, Queue, QueueError, from_commits};
use crate::patch::FilePatch;
use crate::path::{PathError, RepoPath};
use crate::tree::git::GitTree;
use crate::tree::{TreeError, history};

/// Where a queue lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder or file.
    Disk(PathBuf),
    /// A folder of a git revision.
    Tree {
        /// The repository.
        repository: PathBuf,
        /// The branch, tag or commit.
        revision: String,
        /// The folder.
        folder: String,
    },
    /// The commits after `old` up to `tip`.
    Range {
        /// The repository.
        repository: PathBuf,
        /// The revision before the first commit.
        old: String,
        /// The last commit.
        tip: String,
    },
}

/// Another queue.
#[derive(Debug, Clone)]
pub struct Sibling {
    /// The name under which reports speak of it.
    pub name: String,
    /// Where it lies.
    pub place: Place,
    /// How it is read.
    pub options: LoadOptions,
}

/// Says why a sibling cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SiblingError {
    /// The queue on disk.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The repository.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The folder inside of the revision.
    #[error("`{folder}` is no folder of a tree: {source}")]
    Folder {
        /// The folder as written.
        folder: String,
        /// What is wrong with it.
        source: PathError,
    },
}

impl From<FromTreeError> for SiblingError {
    fn from(error: FromTreeError) -> Self {
        match error {
            FromTreeError::Tree(error) => Self::Tree(error),
            FromTreeError::Queue(error) => Self::Queue(error),
        }
    }
}

impl Sibling {
    /// Reads the queue.
    pub fn load(&self) -> Result<Queue, SiblingError> {
        match &self.place {
            Place::Disk(path) => Ok(super::load(path, &self.options)?),
            Place::Range { repository, old, tip } => Ok(from_commits(&history::range(repository, old, tip)?)),
            Place::Tree { repository, revision, folder } => {
                let tree = GitTree::open(repository, revision)?;
                let path = RepoPath::parse(folder.as_bytes())
                    .map_err(|source| SiblingError::Folder { folder: folder.clone(), source })?;
                Ok(from_tree::load(&tree, &path, &self.options)?)
            }
        }
    }
}

/// A file patch of a sibling.
#[derive(Debug, Clone)]
pub struct Known {
    /// The sibling's name.
    pub queue: String,
    /// The patch's name there.
    pub patch: String,
    /// The file.
    pub path: RepoPath,
    /// The file patch, in the direction in which it applies.
    pub file: FilePatch,
    /// What it changes.
    pub payload: Payload,
}

/// All siblings of a package.
#[derive(Debug, Default)]
pub struct Siblings {
    list: Vec<Sibling>,
    loaded: OnceLock<Loaded>,
}

#[derive(Debug, Default)]
struct Loaded {
    files: Vec<Known>,
    by_added: HashMap<[u8; 32], Vec<usize>>,
    problems: Vec<(String, String)>,
}

impl Siblings {
    /// Siblings that nobody has read yet.
    pub fn new(list: Vec<Sibling>) -> Self {
        Self { list, loaded: OnceLock::new() }
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The sibling of a name.
    pub fn named(&self, name: &str) -> Option<&Sibling> {
        self.list.iter().find(|sibling| sibling.name == name)
    }

    /// The file patches that add exactly these lines, in the order of the siblings.
    pub fn adding(&self, payload: &Payload) -> impl Iterator<Item = &Known> {
        let loaded = self.loaded();
        let places = payload.added_print().and_then(|print| loaded.by_added.get(&print));
        places.into_iter().flatten().filter_map(|&place| loaded.files.get(place))
    }

    /// The siblings that could not be read, with the reason; empty as long as none was needed.
    pub fn problems(&self) -> &[(String, String)] {
        self.loaded.get().map_or(&[], |loaded| &loaded.problems)
    }

    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| {
            let mut loaded = Loaded::default();
            for sibling in &self.list {
                match sibling.load() {
                    Ok(queue) => loaded.add(&sibling.name, &queue),
                    Err(error) => loaded.problems.push((sibling.name.clone(), error.to_string())),
                }
            }
            loaded
        })
    }
}

impl Loaded {
    fn add(&mut self, name: &str, queue: &Queue) {
        for patch in &queue.patches {
            for file in fingerprint::files(patch) {
                let (Some(path), Some(payload)) = (fingerprint::path_of(&file, patch.strip), Payload::of(&file)) else {
                    continue;
                };
                let Some(print) = payload.added_print() else { continue };
                self.by_added.entry(print).or_default().push(self.files.len());
                let (queue, patch) = (name.to_owned(), patch.name.clone());
                self.files.push(Known { queue, patch, path, file, payload });
            }
        }
    }
}
