//! The list of all files of an archive: one block of bytes that is searched as it lies in the cache.
//!
//! Half a million entries are not parsed when a run begins: folders are sorted by path and their entries by name, in
//! records of one length, so that a lookup is two binary searches.
//!
//! ```text
//! magic(8) folders(u32) entries(u32)
//! folders x { path offset u32, path length u32, first entry u32, entries u32, has id u8, id 20 }
//! entries x { name offset u32, name length u32, kind u8, has id u8, size u64, id 20 }
//! names
//! ```

use std::collections::{BTreeMap, HashMap};

use crate::digest;
use crate::tree::survey::{self, Listing};
use crate::tree::{Entry, Mode, ObjectId};

const MAGIC: &[u8; 8] = b"FBTAR\x00\x01\n";
const HEAD: usize = 16;
const FOLDER: usize = 37;
const ENTRY: usize = 38;

/// A file as a pass found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// `None` for a folder.
    pub(super) mode: Option<Mode>,
    pub(super) size: u64,
    pub(super) id: Option<ObjectId>,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// `None` for a folder.
    pub(super) mode: Option<Mode>,
    pub(super) size: u64,
    pub(super) id: Option<ObjectId>,
}

/// The list of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    bytes: Vec<u8>,
    folders: usize,
    entries: usize,
}

impl Index {
    /// Takes over the bytes of a cache file; `None` where they are not an index.
    pub(super) fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let magic = bytes.strip_prefix(MAGIC)?;
        let folders = usize::try_from(number(magic, 0)?).ok()?;
        let entries = usize::try_from(number(magic, 4)?).ok()?;
        let records = folders.checked_mul(FOLDER)?.checked_add(entries.checked_mul(ENTRY)?)?;
        (bytes.len() >= HEAD.checked_add(records)?).then_some(Self { bytes, folders, entries })
    }

    /// The bytes for the cache.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What stands at a path (empty: the root).
    pub(super) fn find(&self, path: &[u8]) -> Option<Found> {
        if path.is_empty() {
            let folder = self.folder(0)?;
            return Some(Found { mode: None, size: 0, id: folder.id });
        }
        let (parent, name) = split(path);
        let folder = self.find_folder(parent)?;
        let (mut low, mut high) = (folder.first, folder.first.checked_add(folder.count)?);
        while low < high {
            let middle = usize::midpoint(low, high);
            let (here, found) = self.entry(middle)?;
            match here.cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(found),
            }
        }
        None
    }

    /// The entries of a folder (empty: the root), sorted by name.
    pub(super) fn list(&self, path: &[u8]) -> Vec<Entry> {
        self.find_folder(path).map_or_else(Vec::new, |folder| self.entries(&folder))
    }

    fn entries(&self, folder: &Folder<'_>) -> Vec<Entry> {
        let entry = |index| {
            let (name, found) = self.entry(index)?;
            Some(Entry { name: name.to_vec(), mode: found.mode, id: found.id })
        };
        (folder.first..folder.first.saturating_add(folder.count)).map_while(entry).collect()
    }

    /// All folders with their entries, sorted by path.
    pub(super) fn listing(&self) -> Listing {
        let folders = (0..self.folders).filter_map(|index| self.folder(index));
        let folder = |folder: Folder<'_>| survey::Folder { path: folder.path.to_vec(), entries: self.entries(&folder) };
        Listing { folders: folders.map(folder).collect(), unread: Vec::new() }
    }

    fn find_folder(&self, path: &[u8]) -> Option<Folder<'_>> {
        let (mut low, mut high) = (0, self.folders);
        while low < high {
            let middle = usize::midpoint(low, high);
            let folder = self.folder(middle)?;
            match folder.path.cmp(path) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(folder),
            }
        }
        None
    }

    fn names(&self) -> &[u8] {
        self.bytes.get(HEAD + self.folders * FOLDER + self.entries * ENTRY..).unwrap_or_default()
    }

    fn folder(&self, index: usize) -> Option<Folder<'_>> {
        if index >= self.folders {
            return None;
        }
        let record = self.bytes.get(HEAD + index * FOLDER..)?.get(..FOLDER)?;
        let at = |offset| number(record, offset).and_then(|value| usize::try_from(value).ok());
        let start = at(0)?;
        Some(Folder {
            path: self.names().get(start..start.checked_add(at(4)?)?)?,
            first: at(8)?,
            count: at(12)?,
            id: id(record.get(16..)?),
        })
    }

    fn entry(&self, index: usize) -> Option<(&[u8], Found)> {
        if index >= self.entries {
            return None;
        }
        let record = self.bytes.get(HEAD + self.folders * FOLDER + index * ENTRY..)?.get(..ENTRY)?;
        let at = |offset| number(record, offset).and_then(|value| usize::try_from(value).ok());
        let start = at(0)?;
        let name = self.names().get(start..start.checked_add(at(4)?)?)?;
        let mode = match record[8] {
            0 => None,
            1 => Some(Mode::Regular),
            2 => Some(Mode::Executable),
            _ => Some(Mode::Symlink),
        };
        let size = u64::from(number(record, 10)?) | u64::from(number(record, 14)?) << 32;
        let id = if record[9] == 0 { None } else { Some(ObjectId(record.get(18..)?.try_into().ok()?)) };
        Some((name, Found { mode, size, id }))
    }
}

struct Folder<'a> {
    path: &'a [u8],
    first: usize,
    count: usize,
    id: Option<ObjectId>,
}

fn number(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(offset..)?.first_chunk().copied()?))
}

fn id(bytes: &[u8]) -> Option<ObjectId> {
    let (has, id) = bytes.split_first()?;
    if *has == 0 { None } else { Some(ObjectId(id.get(..20)?.try_into().ok()?)) }
}

/// Builds the index from the rows of a pass (path to row); `None` where they are more than its numbers hold.
pub(super) fn build(rows: HashMap<Vec<u8>, Row>) -> Option<Index> {
    let mut folders = Folders::new();
    folders.insert(Vec::new(), BTreeMap::new());
    for (path, row) in rows {
        if row.mode.is_none() {
            folders.entry(path.clone()).or_default();
        }
        enter(&mut folders, &path, row);
    }
    drop_below_files(&mut folders);
    let ids = folder_ids(&mut folders);
    let mut records = (Vec::new(), Vec::new(), Vec::new());
    let (folder_bytes, entry_bytes, names) = &mut records;
    let mut first = 0_u32;
    for (path, entries) in &folders {
        let count = u32::try_from(entries.len()).ok()?;
        push_name(folder_bytes, names, path)?;
        folder_bytes.extend_from_slice(&first.to_le_bytes());
        folder_bytes.extend_from_slice(&count.to_le_bytes());
        push_id(folder_bytes, ids.get(path).copied());
        for (name, row) in entries {
            push_name(entry_bytes, names, name)?;
            entry_bytes.push(match row.mode {
                None => 0,
                Some(Mode::Executable) => 2,
                Some(Mode::Symlink) => 3,
                Some(_) => 1,
            });
            entry_bytes.push(u8::from(row.id.is_some()));
            entry_bytes.extend_from_slice(&row.size.to_le_bytes());
            entry_bytes.extend_from_slice(&row.id.map_or([0; 20], |id| id.0));
        }
        first = first.checked_add(count)?;
    }
    let count = u32::try_from(folders.len()).ok()?;
    let head = [MAGIC.as_slice(), &count.to_le_bytes(), &first.to_le_bytes()].concat();
    Index::from_bytes([head, records.0, records.1, records.2].concat())
}

fn push_name(record: &mut Vec<u8>, names: &mut Vec<u8>, name: &[u8]) -> Option<()> {
    record.extend_from_slice(&u32::try_from(names.len()).ok()?.to_le_bytes());
    record.extend_from_slice(&u32::try_from(name.len()).ok()?.to_le_bytes());
    names.extend_from_slice(name);
    Some(())
}

fn push_id(record: &mut Vec<u8>, id: Option<ObjectId>) {
    record.push(u8::from(id.is_some()));
    record.extend_from_slice(&id.map_or([0; 20], |id| id.0));
}

/// The folder and the name of a path.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (b"", path),
    }
}

type Folders = BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, Row>>;

/// Enters a row into its folder, and the folders above into theirs.
fn enter(folders: &mut Folders, path: &[u8], row: Row) {
    let (mut path, mut row) = (path, row);
    while !path.is_empty() {
        let (parent, name) = split(path);
        let entries = folders.entry(parent.to_vec()).or_default();
        // A folder that only a longer name implies never hides what the archive says of it.
        let known = entries.contains_key(name);
        if row.mode.is_some() || !known {
            entries.insert(name.to_vec(), row);
        } else {
            return;
        }
        (path, row) = (parent, Row { mode: None, size: 0, id: None });
    }
}

/// Removes what lies below a file or symlink: unpacking it would write through the link.
fn drop_below_files(folders: &mut Folders) {
    let hidden = |path: &[u8]| {
        let mut rest = path;
        while !rest.is_empty() {
            let (parent, name) = split(rest);
            if folders.get(parent).and_then(|entries| entries.get(name)).is_some_and(|row| row.mode.is_some()) {
                return true;
            }
            rest = parent;
        }
        false
    };
    let gone: Vec<Vec<u8>> = folders.keys().filter(|path| !path.is_empty() && hidden(path)).cloned().collect();
    for path in gone {
        folders.remove(&path);
    }
}

/// The git tree ids of folders all of whose files have ids, deepest first; they are entered into the folders above.
fn folder_ids(folders: &mut Folders) -> HashMap<Vec<u8>, ObjectId> {
    let paths: Vec<Vec<u8>> = folders.keys().rev().cloned().collect();
    let mut ids = HashMap::new();
    // In reverse order every folder comes after those below it: a path is a prefix of them, and so sorts before them.
    for path in paths {
        let Some(id) = folders.get(&path).and_then(folder_id) else { continue };
        let (parent, name) = split(&path);
        if !path.is_empty()
            && let Some(row) = folders.get_mut(parent).and_then(|entries| entries.get_mut(name))
        {
            row.id = Some(id);
        }
        ids.insert(path, id);
    }
    ids
}

/// The id git would give a folder; empty folders, which git does not know, do not count.
fn folder_id(entries: &BTreeMap<Vec<u8>, Row>) -> Option<ObjectId> {
    const EMPTY: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    let empty = digest::unhex::<20>(EMPTY.as_bytes()).map(ObjectId);
    let mut sorted: Vec<(Vec<u8>, &Row)> = Vec::with_capacity(entries.len());
    for (name, row) in entries {
        row.id?;
        if row.mode.is_some() || row.id != empty {
            let key = if row.mode.is_none() { [&name[..], b"/"].concat() } else { name.clone() };
            sorted.push((key, row));
        }
    }
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    let mut bytes = Vec::new();
    for (key, row) in sorted {
        bytes.extend_from_slice(format!("{:o} ", row.mode.map_or(0o040_000, Mode::bits)).as_bytes());
        bytes.extend_from_slice(key.strip_suffix(b"/").unwrap_or(&key));
        bytes.push(0);
        bytes.extend_from_slice(&row.id?.0);
    }
    Some(ObjectId(digest::git_id("tree", &bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(mode: Option<Mode>) -> Row {
        Row { mode, size: 3, id: mode.map(|_| ObjectId::of_blob(b"abc")) }
    }

    #[test]
    fn finds_and_lists_what_was_entered() {
        let rows = [
            ("a/b/c", row(Some(Mode::Regular))),
            ("a/b", row(None)),
            ("a-x", row(Some(Mode::Executable))),
            ("link", row(Some(Mode::Symlink))),
            ("link/below", row(Some(Mode::Regular))),
        ];
        let rows = rows.into_iter().map(|(path, row)| (path.as_bytes().to_vec(), row)).collect();
        let index = Index::from_bytes(build(rows).unwrap().as_bytes().to_vec()).unwrap();
        assert_eq!(index.find(b"a/b/c").unwrap().mode, Some(Mode::Regular));
        assert_eq!(index.find(b"a").unwrap().mode, None);
        assert_eq!(index.find(b"a-x").unwrap().size, 3);
        assert_eq!(index.find(b"link/below"), None);
        assert_eq!(index.find(b"a/b/d"), None);
        let names = |path: &[u8]| index.list(path).into_iter().map(|entry| entry.name).collect::<Vec<_>>();
        assert_eq!(names(b""), [b"a".to_vec(), b"a-x".to_vec(), b"link".to_vec()]);
        assert_eq!(names(b"a/b"), [b"c".to_vec()]);
        assert!(names(b"nothing").is_empty());
        assert!(index.find(b"a").unwrap().id.is_some());
    }

    #[test]
    fn other_bytes_are_no_index() {
        assert!(Index::from_bytes(b"nothing".to_vec()).is_none());
        assert!(Index::from_bytes([MAGIC.as_slice(), &[255; 8]].concat()).is_none());
    }
}
