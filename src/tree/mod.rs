//! Upstream trees: a git revision, a folder or a tarball behind one trait.
//!
//! Nothing is checked out or unpacked; only what is asked for is read.

use std::sync::Arc;

use crate::path::RepoPath;

pub(crate) mod blobs;
pub mod branch;
pub mod changes;
pub mod culprit;
pub mod directory;
pub mod error;
pub(crate) mod fresh;
pub mod git;
pub(crate) mod git_changes;
mod git_survey;
pub mod history;
pub mod line;
pub mod memory;
pub mod named;
pub(crate) mod objects;
pub(crate) mod promisor;
pub mod queue_history;
pub mod remote;
pub mod renames;
pub mod repository;
pub mod rounds;
pub mod spec;
pub(crate) mod store;
pub mod survey;
pub mod tarball;

pub use error::TreeError;
pub use spec::{OpenOptions, TreeSpec, open};
pub use store::Pool;
use survey::{Listing, Pick, Visitor};

/// The kind of a tree entry, after git's file modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `100644`
    Regular,
    /// `100755`
    Executable,
    /// `120000`; the content is the link's target.
    Symlink,
    /// `160000`; the content stands for the commit that it names, as git's patches write it: `Subproject commit ID`.
    Submodule,
}

impl Mode {
    /// The mode as git writes it in trees and patches.
    pub fn bits(self) -> u32 {
        match self {
            Self::Regular => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Symlink => 0o120_000,
            Self::Submodule => 0o160_000,
        }
    }

    /// Reads git's mode bits; `None` for a folder. Old trees with modes like `100664` count by their executable bit.
    pub fn from_bits(bits: u32) -> Option<Self> {
        match bits & 0o170_000 {
            0o040_000 => None,
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Submodule),
            _ if bits & 0o100 != 0 => Some(Self::Executable),
            _ => Some(Self::Regular),
        }
    }
}

/// A git blob or tree id (SHA-1), compared only for equality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ObjectId(pub [u8; 20]);

impl ObjectId {
    /// The id that git gives a blob of this content.
    pub fn of_blob(content: &[u8]) -> Self {
        Self(crate::digest::git_id("blob", content))
    }

    /// The id that 40 hexadecimal digits spell.
    pub fn from_hex(text: &str) -> Option<Self> {
        crate::digest::unhex(text.as_bytes()).map(Self)
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&crate::digest::hex(&self.0))
    }
}

/// A file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its mode.
    pub mode: Mode,
    /// Its bytes.
    pub data: Arc<[u8]>,
}

impl File {
    /// A file of this mode and content.
    pub fn new(mode: Mode, data: impl Into<Arc<[u8]>>) -> Self {
        Self { mode, data: data.into() }
    }

    /// A submodule at this commit.
    pub fn submodule(commit: ObjectId) -> Self {
        Self::new(Mode::Submodule, format!("Subproject commit {commit}\n").into_bytes())
    }

    /// The commit of a submodule; `None` for other files and for a text that names none.
    pub fn commit(&self) -> Option<ObjectId> {
        let name = self.data.strip_prefix(b"Subproject commit ").filter(|_| self.mode == Mode::Submodule)?;
        ObjectId::from_hex(std::str::from_utf8(name.strip_suffix(b"\n").unwrap_or(name)).ok()?)
    }
}

/// What tells one entry from another without its content: its mode (`None` for a folder) and its git id.
pub type Identity = (Option<Mode>, ObjectId);

/// What a path is in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Nothing.
    Absent,
    /// A folder.
    Directory,
    /// A file, link or submodule.
    File(File),
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name, one path part.
    pub name: Vec<u8>,
    /// `None` for a folder, else the file's mode.
    pub mode: Option<Mode>,
    /// The git id of the blob or tree where it is known without reading content.
    pub id: Option<ObjectId>,
}

/// A git revision as an object store sees it.
#[derive(Debug, Clone)]
pub struct Revision {
    store: Arc<store::Store>,
    root: ObjectId,
}

/// An immutable upstream tree.
pub trait Tree: Send + Sync {
    /// The tree as named in reports: no absolute path, no clock.
    fn label(&self) -> &str;

    /// What stands at each path, in the order asked; read in one batch.
    ///
    /// A path below a symlink or below a file is [`Node::Absent`].
    fn read(&self, paths: &[RepoPath]) -> Result<Vec<Node>, TreeError>;

    /// The entries of a folder (`None`: the root), sorted by name; empty where there is no such folder.
    fn list(&self, folder: Option<&RepoPath>) -> Result<Vec<Entry>, TreeError>;

    /// True where any file can be read on its own; false where files that were not asked for at first cost another pass.
    fn is_random_access(&self) -> bool {
        true
    }

    /// Lists the whole tree and hands the visitor every file that it wants, read once.
    fn survey(&self, visitor: &dyn Visitor) -> Result<Listing, TreeError>;

    /// Hands the visitor files that an earlier survey listed as regular ones, each read once; the visitor wants just these.
    fn visit(&self, _files: Vec<Pick>, visitor: &dyn Visitor) -> Result<(), TreeError> {
        self.survey(visitor).map(drop)
    }

    /// The git revision that the tree is, if it is one: two of them are compared by the ids of their folders.
    fn revision(&self) -> Option<Revision> {
        None
    }

    /// The mode and git id of what stands at each path, where they are known without reading content.
    fn ids(&self, paths: &[RepoPath]) -> Result<Vec<Option<Identity>>, TreeError>;
}
