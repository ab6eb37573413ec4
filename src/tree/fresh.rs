//! New git objects, made in memory: trees with changed files, and the pack that holds what a repository lacks.
//!
//! libgit2 has parts for this, but its in-memory store packs the whole tree of every commit and its tree builder writes
//! as it goes, so that a dry run would leave objects behind. Pack format: git's `Documentation/gitformat-pack`.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::ObjectType;

use crate::digest;
use crate::path::RepoPath;
use crate::tree::objects::{Objects, RawTree};
use crate::tree::{File, Mode, ObjectId, TreeError};

/// Objects that were made and are not written yet.
pub(crate) struct Fresh<'r> {
    objects: Objects<'r>,
    made: HashMap<ObjectId, usize>,
    list: Vec<(ObjectId, ObjectType, Vec<u8>)>,
}

/// Folders deeper than this are refused: git itself stops there (`core.maxTreeDepth` is 2048).
const DEPTH_LIMIT: usize = 1000;

/// A change below some folder: the rest of the path and the new file.
type Below<'c> = (&'c [u8], Option<&'c File>);

/// What is asked of one name of a folder.
#[derive(Default)]
struct Group<'c> {
    direct: Direct<'c>,
    below: Vec<Below<'c>>,
}

/// What is asked of a name itself, taken as a file.
#[derive(Default, Clone, Copy)]
enum Direct<'c> {
    #[default]
    Untouched,
    Delete,
    Put(&'c File),
}

impl<'r> Fresh<'r> {
    pub(crate) fn new(objects: Objects<'r>) -> Self {
        Self { objects, made: HashMap::new(), list: Vec::new() }
    }

    /// Adds an object and tells its id.
    pub(crate) fn add(&mut self, kind: ObjectType, bytes: Vec<u8>) -> ObjectId {
        let id = ObjectId(digest::git_id(kind.str(), &bytes));
        self.made.entry(id).or_insert_with(|| {
            self.list.push((id, kind, bytes));
            self.list.len() - 1
        });
        id
    }

    /// The tree `root` with files replaced, added and (where `None`) deleted.
    ///
    /// A new file replaces a folder of its name and a folder a file; a folder without entries goes. A submodule
    /// gets the commit that its text names.
    pub(crate) fn updated(
        &mut self,
        root: ObjectId,
        changes: &[(RepoPath, Option<File>)],
    ) -> Result<ObjectId, TreeError> {
        let mut below: Vec<Below<'_>> = Vec::with_capacity(changes.len());
        for (path, file) in changes {
            if path.parts().count() > DEPTH_LIMIT {
                let problem = format!("lies deeper than {DEPTH_LIMIT} folders");
                return Err(TreeError::Content { path: path.clone(), archive: "the new tree".into(), problem });
            }
            below.push((path.as_bytes(), file.as_ref()));
        }
        let id = self.folder(Some(root), &below)?;
        Ok(id.unwrap_or_else(|| self.add(ObjectType::Tree, Vec::new())))
    }

    fn folder(&mut self, old: Option<ObjectId>, changes: &[Below<'_>]) -> Result<Option<ObjectId>, TreeError> {
        let mut groups: BTreeMap<&[u8], Group<'_>> = BTreeMap::new();
        for (path, file) in changes {
            let slash = path.iter().position(|&byte| byte == b'/');
            let group = groups.entry(&path[..slash.unwrap_or(path.len())]).or_default();
            match slash {
                None => group.direct = file.map_or(Direct::Delete, Direct::Put),
                Some(slash) => group.below.push((&path[slash + 1..], *file)),
            }
        }
        let tree = old.map_or_else(|| Ok(RawTree::empty()), |id| self.tree(id))?;
        let mut entries: BTreeMap<Vec<u8>, (u32, ObjectId)> =
            tree.entries().map(|entry| (sort_name(entry.name, entry.mode), (entry.bits, entry.id))).collect();
        for (name, group) in groups {
            self.entry(&mut entries, name, &group)?;
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(entries.len() * 40);
        for (name, (bits, id)) in entries {
            bytes.extend_from_slice(format!("{bits:o} ").as_bytes());
            bytes.extend_from_slice(name.strip_suffix(b"/").unwrap_or(&name));
            bytes.push(0);
            bytes.extend_from_slice(&id.0);
        }
        Ok(Some(self.add(ObjectType::Tree, bytes)))
    }

    /// Changes one name of a folder: what lies below it as a folder, then the file itself.
    fn entry(
        &mut self,
        entries: &mut BTreeMap<Vec<u8>, (u32, ObjectId)>,
        name: &[u8],
        group: &Group<'_>,
    ) -> Result<(), TreeError> {
        let (as_file, as_folder) = (name.to_vec(), [name, b"/"].concat());
        if !group.below.is_empty() {
            let old = entries.get(&as_folder).map(|(_, id)| *id);
            match self.folder(old, &group.below)? {
                Some(id) => {
                    entries.remove(&as_file);
                    entries.insert(as_folder.clone(), (0o040_000, id));
                }
                None => {
                    entries.remove(&as_folder);
                }
            }
        }
        match group.direct {
            Direct::Untouched => {}
            Direct::Delete => {
                entries.remove(&as_file);
            }
            Direct::Put(file) if file.mode == Mode::Submodule => {
                // Where the text names no commit, the entry that is there stays.
                if let Some(commit) = file.commit() {
                    entries.remove(&as_folder);
                    entries.insert(as_file, (file.mode.bits(), commit));
                }
            }
            Direct::Put(file) => {
                let id = self.add(ObjectType::Blob, file.data.to_vec());
                entries.remove(&as_folder);
                entries.insert(as_file, (file.mode.bits(), id));
            }
        }
        Ok(())
    }

    fn tree(&self, id: ObjectId) -> Result<RawTree, TreeError> {
        let made = self.made.get(&id).and_then(|index| self.list.get(*index));
        if let Some((_, ObjectType::Tree, bytes)) = made
            && let Some(tree) = RawTree::parse(bytes)
        {
            return Ok(tree);
        }
        self.objects.tree(id)?.ok_or_else(|| self.objects.missing("a folder", id, 1))
    }

    /// A pack of all objects that the repository lacks; `None` where it has them all.
    pub(crate) fn pack(&self) -> Option<Vec<u8>> {
        let wanted: Vec<_> = self.list.iter().filter(|(id, ..)| self.objects.lacks(*id)).collect();
        let count = u32::try_from(wanted.len()).ok().filter(|count| *count > 0)?;
        let mut pack = b"PACK\0\0\0\x02".to_vec();
        pack.extend_from_slice(&count.to_be_bytes());
        for (_, kind, bytes) in wanted {
            let number = match kind {
                ObjectType::Commit => 1,
                ObjectType::Tree => 2,
                _ => 3,
            };
            object_header(&mut pack, number, bytes.len());
            let mut encoder = ZlibEncoder::new(pack, Compression::fast());
            encoder.write_all(bytes).ok()?;
            pack = encoder.finish().ok()?;
        }
        let sum = digest::sha1(&pack);
        pack.extend_from_slice(&sum);
        Some(pack)
    }
}

fn sort_name(name: &[u8], mode: Option<Mode>) -> Vec<u8> {
    if mode.is_none() { [name, b"/"].concat() } else { name.to_vec() }
}

/// Kind and length: four bits of the length beside the kind, then seven a byte, lowest first.
fn object_header(pack: &mut Vec<u8>, kind: u8, length: usize) {
    let low = |length: usize, mask: usize| u8::try_from(length & mask).unwrap_or(0);
    let mut byte = kind << 4 | low(length, 15);
    let mut rest = length >> 4;
    while rest > 0 {
        pack.push(byte | 0x80);
        byte = low(rest, 0x7f);
        rest >>= 7;
    }
    pack.push(byte);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_headers_are_git_s() {
        let header = |kind, length| {
            let mut bytes = Vec::new();
            object_header(&mut bytes, kind, length);
            bytes
        };
        assert_eq!(header(3, 5), [0x35]);
        assert_eq!(header(1, 16), [0x90, 0x01]);
        assert_eq!(header(2, 0x7ff + 1), [0xa0, 0x80, 0x01]);
    }
}
