//! Git tree objects as they stand in the object store, read without libgit2's own parser.
//!
//! A lookup by path and a walk over two trees need only modes, names and ids; libgit2 would copy every name of every
//! folder on the way. Format: `mode SP name NUL id` per entry (git's `Documentation/gitformat-pack` and `tree.c`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::ByteSlice;
use git2::{ErrorCode, ObjectType, Odb, Oid};

use crate::tree::{Mode, ObjectId, TreeError};

/// One entry of a tree object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RawEntry<'a> {
    pub(crate) name: &'a [u8],
    /// `None` for a folder.
    pub(crate) mode: Option<Mode>,
    /// The mode as it stands, which old trees hold more kinds of.
    pub(crate) bits: u32,
    pub(crate) id: ObjectId,
}

/// A checked tree object.
#[derive(Debug, Clone)]
pub(crate) struct RawTree(Arc<[u8]>);

impl RawTree {
    /// Checks the bytes of a tree object once, so that going through its entries cannot fail.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (entry, after) = split_entry(rest)?;
            if entry.name.is_empty() || entry.name.contains(&b'/') {
                return None;
            }
            rest = after;
        }
        Some(Self(bytes.into()))
    }

    /// A tree without entries.
    pub(crate) fn empty() -> Self {
        Self(Arc::from(&[][..]))
    }

    /// Its entries in git's order (folders as if their name ended in `/`).
    pub(crate) fn entries(&self) -> impl Iterator<Item = RawEntry<'_>> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (entry, after) = split_entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    /// The entry of this name.
    pub(crate) fn get(&self, name: &[u8]) -> Option<RawEntry<'_>> {
        self.entries().find(|entry| entry.name == name)
    }

    /// Bytes held.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

fn split_entry(bytes: &[u8]) -> Option<(RawEntry<'_>, &[u8])> {
    let space = bytes.iter().take(8).position(|&byte| byte == b' ')?;
    let (digits, rest) = (bytes.get(..space)?, bytes.get(space + 1..)?);
    let end = rest.find_byte(0)?;
    let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let (id, rest) = rest.split_first_chunk::<20>()?;
    let bits = digits.iter().try_fold(0_u32, |bits, digit| match digit {
        b'0'..=b'7' => Some(bits << 3 | u32::from(digit - b'0')),
        _ => None,
    })?;
    Some((RawEntry { name, mode: Mode::from_bits(bits), bits, id: ObjectId(*id) }, rest))
}

/// An id as libgit2 takes it.
pub(crate) fn oid(id: ObjectId) -> Oid {
    Oid::from_bytes(&id.0).expect("twenty bytes are an id")
}

/// An id as libgit2 gives it; repositories with SHA-256 ids are refused when they are opened.
pub(crate) fn id_of(oid: Oid) -> ObjectId {
    let mut id = [0; 20];
    for (slot, byte) in id.iter_mut().zip(oid.as_bytes()) {
        *slot = *byte;
    }
    ObjectId(id)
}

/// The object store of one repository with the words for its errors.
pub(crate) struct Objects<'repository> {
    pub(crate) odb: Odb<'repository>,
    path: PathBuf,
}

impl<'repository> Objects<'repository> {
    pub(crate) fn new(repository: &'repository git2::Repository, path: &Path) -> Result<Self, TreeError> {
        let odb = repository.odb().map_err(|source| TreeError::git("open the object store", path, source))?;
        Ok(Self { odb, path: path.to_path_buf() })
    }

    /// An object's bytes; `None` where the repository lacks it.
    pub(crate) fn read(&self, id: ObjectId, kind: ObjectType) -> Result<Option<git2::OdbObject<'_>>, TreeError> {
        match self.odb.read(oid(id)) {
            Ok(object) if object.kind() == kind => Ok(Some(object)),
            Ok(_) => Err(self.damaged(id, "it is of another kind than its place demands")),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(source) => Err(TreeError::git(format!("read object {id}"), &self.path, source)),
        }
    }

    /// A tree object; `None` where the repository lacks it.
    pub(crate) fn tree(&self, id: ObjectId) -> Result<Option<RawTree>, TreeError> {
        let Some(object) = self.read(id, ObjectType::Tree)? else { return Ok(None) };
        match RawTree::parse(object.data()) {
            Some(tree) => Ok(Some(tree)),
            None => Err(self.damaged(id, "it is not a well-formed tree")),
        }
    }

    /// A blob's content; `None` where the repository lacks it.
    pub(crate) fn blob(&self, id: ObjectId) -> Result<Option<Arc<[u8]>>, TreeError> {
        Ok(self.read(id, ObjectType::Blob)?.map(|object| Arc::from(object.data())))
    }

    /// The error for an object that is not there and cannot be had.
    pub(crate) fn missing(&self, what: &str, id: ObjectId, count: usize) -> TreeError {
        let repository = crate::io::shown(&self.path);
        TreeError::Missing { repository, what: what.to_owned(), id: id.to_string(), count }
    }

    fn damaged(&self, id: ObjectId, problem: &'static str) -> TreeError {
        TreeError::Damaged { repository: crate::io::shown(&self.path), id: id.to_string(), problem }
    }
}

#[cfg(test)]
mod tests {
    use Mode::{Executable, Regular, Submodule, Symlink};

    use super::*;

    fn entry(mode: &str, name: &str, id: u8) -> Vec<u8> {
        [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[id; 20]].concat()
    }

    #[test]
    fn reads_entries_of_every_kind() {
        let rows =
            [("100644", "a"), ("100755", "b"), ("120000", "c"), ("40000", "d"), ("160000", "e"), ("100664", "f")];
        let bytes: Vec<u8> = rows.iter().flat_map(|(mode, name)| entry(mode, name, 7)).collect();
        let tree = RawTree::parse(&bytes).unwrap();
        let modes: Vec<_> = tree.entries().map(|entry| entry.mode).collect();
        assert_eq!(modes, [Some(Regular), Some(Executable), Some(Symlink), None, Some(Submodule), Some(Regular)]);
        assert_eq!(tree.get(b"d").unwrap().id, ObjectId([7; 20]));
        assert!(tree.get(b"z").is_none());
    }

    #[test]
    fn refuses_what_is_not_a_tree() {
        let good = entry("100644", "a", 1);
        assert!(RawTree::parse(&good[..good.len() - 1]).is_none());
        assert!(RawTree::parse(&entry("100944", "a", 1)).is_none());
        assert!(RawTree::parse(&entry("100644", "", 1)).is_none());
        assert!(RawTree::parse(&entry("100644", "a/b", 1)).is_none());
        assert!(RawTree::parse(b"100644a\0").is_none());
    }
}
