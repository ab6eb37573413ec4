//! One pass over a whole tree: everything is listed, and what a visitor picks is read, each file once.
//!
//! Half a million paths are listed without looking at any file; only picked files are opened, on all cores, and at most
//! one of them is held in memory by each thread. Links are listed and never followed.

use serde::{Deserialize, Serialize};

use crate::path::RepoPath;
use crate::tree::{Entry, Mode, Node, ObjectId, Tree, TreeError};

/// What tells that a file is the same as in an earlier run without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stamp {
    /// The git id of its content.
    Id(ObjectId),
    /// A file of a folder: its size, number and time of its last change.
    File {
        /// Bytes.
        size: u64,
        /// Its number in the file system, 0 where it has none.
        inode: u64,
        /// Nanoseconds since 1970 of the last change of content or status, which no program can set back.
        changed: i128,
    },
}

/// A file's leading bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// All bytes, or as many as were wanted.
    pub bytes: &'a [u8],
    /// The size of the whole file.
    pub size: u64,
}

/// One folder with all its entries, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its path; empty for the root.
    pub path: Vec<u8>,
    /// What it holds. Where finding out costs a look at the file, an executable file counts as regular.
    pub entries: Vec<Entry>,
}

/// Everything in a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// All folders, sorted by path.
    pub folders: Vec<Folder>,
    /// Folders that could not be listed, and why; sorted by path.
    pub unread: Vec<(Vec<u8>, String)>,
}

/// Decides what is read, and takes what was read; called from several threads in no order.
pub trait Visitor: Sync {
    /// How many leading bytes of the file at `path` are wanted at most; `None`: it is not opened.
    fn wants(&self, path: &[u8]) -> Option<usize>;

    /// So many files were picked; called once they are known, where that is before the first is read.
    fn picked(&self, _count: usize) {}

    /// True where the file need not be read because its stamp is that of an earlier run.
    fn knows(&self, _path: &[u8], _stamp: Stamp) -> bool {
        false
    }

    /// Takes a picked file, or why it could not be read.
    fn file(&self, path: &[u8], stamp: Option<Stamp>, content: Result<Head<'_>, String>);

    /// Forgets all files so far: an archive turned out to be laid out otherwise, and is read again.
    fn restart(&self) {}

    /// True once a person asked to stop; what is not read yet is left out.
    fn stopped(&self) -> bool {
        false
    }
}

/// The survey by way of [`Tree::list`] and [`Tree::read`], for trees without a faster way.
pub(crate) fn plain(tree: &dyn Tree, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
    let mut listing = Listing::default();
    let mut open = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let folder = RepoPath::parse(&path).ok();
        let entries = tree.list(folder.as_ref())?;
        for entry in entries.iter().filter(|entry| entry.mode.is_none()) {
            open.push(join(&path, &entry.name));
        }
        listing.folders.push(Folder { path, entries });
    }
    listing.folders.sort_by(|one, other| one.path.cmp(&other.path));
    let picks = pick(&listing, visitor);
    visitor.picked(picks.len());
    for picked in picks {
        if visitor.stopped() {
            break;
        }
        read_one(tree, visitor, &picked)?;
    }
    Ok(listing)
}

fn read_one(tree: &dyn Tree, visitor: &dyn Visitor, picked: &Pick) -> Result<(), TreeError> {
    let stamp = picked.id.map(Stamp::Id);
    if stamp.is_some_and(|stamp| visitor.knows(&picked.path, stamp)) {
        return Ok(());
    }
    let path = match RepoPath::parse(&picked.path) {
        Ok(path) => path,
        Err(error) => {
            visitor.file(&picked.path, stamp, Err(error.to_string()));
            return Ok(());
        }
    };
    for node in tree.read(&[path])? {
        if let Node::File(file) = node {
            let bytes = file.data.get(..picked.limit).unwrap_or(&file.data);
            visitor.file(&picked.path, stamp, Ok(Head { bytes, size: file.data.len() as u64 }));
        }
    }
    Ok(())
}

/// A file that the visitor wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Its path.
    pub path: Vec<u8>,
    /// Its git id, where the tree tells it.
    pub id: Option<ObjectId>,
    /// How many leading bytes are read at most.
    pub limit: usize,
}

/// Asks the visitor about every regular file.
pub(crate) fn pick(listing: &Listing, visitor: &dyn Visitor) -> Vec<Pick> {
    let mut picks = Vec::new();
    let mut path = Vec::new();
    for folder in &listing.folders {
        for entry in &folder.entries {
            if !matches!(entry.mode, Some(Mode::Regular | Mode::Executable)) {
                continue;
            }
            path.clear();
            path.extend_from_slice(&folder.path);
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(&entry.name);
            if let Some(limit) = visitor.wants(&path) {
                picks.push(Pick { path: path.clone(), id: entry.id, limit });
            }
        }
    }
    picks
}

/// The path of `name` in a folder (empty: the root).
pub fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}
