//! Git tree objects as they stand in the object store, read without libgit2's own parser.
//!
//! A lookup by path and a walk over two trees need only modes, names and ids; libgit2 would copy every name of every
//! folder on the way. Format: `mode SP name NUL id` per entry (git's `Documentation/gitformat-pack` and `tree.c`).

use std::cell::{OnceCell, RefCell};
use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::ByteSlice;
use git2::{ErrorCode, ObjectType, Odb, Oid};

use crate::tree::store::{Kind, Reader, Store};
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
pub(crate) struct RawTree(Arc<Vec<u8>>);

impl RawTree {
    /// Checks the bytes of a tree object once, so that going through its entries cannot fail.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        Self::of(Arc::new(bytes.to_vec()))
    }

    /// The same for bytes that are shared.
    pub(crate) fn of(bytes: Arc<Vec<u8>>) -> Option<Self> {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (entry, after) = split_entry(rest)?;
            if entry.name.is_empty() || entry.name.contains(&b'/') {
                return None;
            }
            rest = after;
        }
        Some(Self(bytes))
    }

    /// A tree without entries.
    pub(crate) fn empty() -> Self {
        Self(Arc::default())
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

/// One side of a name that differs between two trees: its mode (`None` for a folder) and id.
pub(crate) type Side = (Option<Mode>, ObjectId);

/// The names whose entries differ between two tree objects, with both sides; a file and a folder of one name stand apart.
pub(crate) fn unequal(old: &RawTree, new: &RawTree) -> Vec<(Vec<u8>, Option<Side>, Option<Side>)> {
    let side = |entry: RawEntry<'_>| (entry.mode, entry.id);
    let mut list = Vec::new();
    let (mut old, mut new) = (old.entries().peekable(), new.entries().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return list,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => sort_key(*one).cmp(sort_key(*other)),
        };
        let before = if order == Ordering::Greater { None } else { old.next() };
        let after = if order == Ordering::Less { None } else { new.next() };
        if let (true, Some(entry)) = (before != after, before.or(after)) {
            list.push((entry.name.to_vec(), before.map(side), after.map(side)));
        }
    }
}

/// Git sorts folders as if their name ended in `/`.
fn sort_key(entry: RawEntry<'_>) -> impl Iterator<Item = &u8> {
    entry.name.iter().chain(entry.mode.is_none().then_some(&b'/'))
}

/// The object store of one repository with the words for its errors.
///
/// Objects are read by our own [`Reader`]; libgit2 is asked for what it does not find or does not understand.
pub(crate) struct Objects<'repository> {
    repository: &'repository git2::Repository,
    odb: OnceCell<Odb<'repository>>,
    reader: Access<'repository>,
    path: PathBuf,
}

/// A reader of one's own, or one that is kept between calls.
enum Access<'r> {
    Own(Box<RefCell<Reader>>),
    Lent(&'r RefCell<Reader>),
}

impl<'repository> Objects<'repository> {
    /// With a reader of its own.
    pub(crate) fn new(repository: &'repository git2::Repository, path: &Path) -> Self {
        Self::of(repository, path, Arc::new(Store::open(&repository.commondir().join("objects"))))
    }

    /// The same over a store that others use too.
    pub(crate) fn of(repository: &'repository git2::Repository, path: &Path, store: Arc<Store>) -> Self {
        Self::with(repository, path, Access::Own(Box::new(RefCell::new(Reader::new(store)))))
    }

    /// With a reader that the caller keeps.
    pub(crate) fn lent(
        repository: &'repository git2::Repository,
        path: &Path,
        reader: &'repository RefCell<Reader>,
    ) -> Self {
        Self::with(repository, path, Access::Lent(reader))
    }

    fn with(repository: &'repository git2::Repository, path: &Path, reader: Access<'repository>) -> Self {
        Self { repository, odb: OnceCell::new(), reader, path: path.to_path_buf() }
    }

    fn reader(&self) -> &RefCell<Reader> {
        match &self.reader {
            Access::Own(reader) => reader,
            Access::Lent(reader) => reader,
        }
    }

    /// The store that is read.
    pub(crate) fn store(&self) -> Arc<Store> {
        Arc::clone(self.reader().borrow().store())
    }

    fn odb(&self) -> Result<&Odb<'repository>, TreeError> {
        if let Some(odb) = self.odb.get() {
            return Ok(odb);
        }
        let odb = self.repository.odb();
        let odb = odb.map_err(|source| TreeError::git("open the object store", &self.path, source))?;
        Ok(self.odb.get_or_init(|| odb))
    }

    /// True where the repository lacks an object; new packs are not looked for.
    pub(crate) fn lacks(&self, id: ObjectId) -> bool {
        let known = self.reader().borrow().is_packed(id);
        !known && !self.odb().is_ok_and(|odb| odb.exists_ext(oid(id), git2::OdbLookupFlags::NO_REFRESH))
    }

    /// Looks for objects that came meanwhile.
    pub(crate) fn refresh(&self) -> Result<(), TreeError> {
        let refreshed = self.odb()?.refresh();
        refreshed.map_err(|source| TreeError::git("look for new packs", &self.path, source))
    }

    /// An object's bytes; `None` where the repository lacks it.
    pub(crate) fn read(&self, id: ObjectId, kind: ObjectType) -> Result<Option<Arc<Vec<u8>>>, TreeError> {
        let wrong = || self.damaged(id, "it is of another kind than its place demands");
        if let Some(object) = self.reader().borrow_mut().read(id) {
            return if kind_of(object.kind) == kind { Ok(Some(object.data)) } else { Err(wrong()) };
        }
        match self.odb()?.read(oid(id)) {
            Ok(object) if object.kind() == kind => Ok(Some(Arc::new(object.data().to_vec()))),
            Ok(_) => Err(wrong()),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(source) => Err(TreeError::git(format!("read object {id}"), &self.path, source)),
        }
    }

    /// A tree object; `None` where the repository lacks it.
    pub(crate) fn tree(&self, id: ObjectId) -> Result<Option<RawTree>, TreeError> {
        let Some(object) = self.read(id, ObjectType::Tree)? else { return Ok(None) };
        match RawTree::of(object) {
            Some(tree) => Ok(Some(tree)),
            None => Err(self.damaged(id, "it is not a well-formed tree")),
        }
    }

    /// A blob's content; `None` where the repository lacks it.
    pub(crate) fn blob(&self, id: ObjectId) -> Result<Option<Arc<[u8]>>, TreeError> {
        Ok(self.read(id, ObjectType::Blob)?.map(|object| Arc::from(object.as_slice())))
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

fn kind_of(kind: Kind) -> ObjectType {
    match kind {
        Kind::Commit => ObjectType::Commit,
        Kind::Tree => ObjectType::Tree,
        Kind::Blob => ObjectType::Blob,
        Kind::Tag => ObjectType::Tag,
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
