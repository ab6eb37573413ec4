//! A tree in memory: for tests, examples and property tests.

use std::collections::BTreeMap;

use crate::path::RepoPath;
use crate::tree::survey::{self, Listing, Visitor};
use crate::tree::{Entry, File, Identity, Mode, Node, ObjectId, Tree, TreeError};

/// A tree of files held in memory; the ids of its files are known, those of its folders are not.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    label: String,
    files: BTreeMap<RepoPath, File>,
}

impl MemoryTree {
    /// An empty tree.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), files: BTreeMap::new() }
    }

    /// Puts a file in place; files that its path runs through or that lie below it go, so that the tree stays one.
    pub fn insert(&mut self, path: RepoPath, file: File) {
        let mut above = path.parent();
        while let Some(folder) = above {
            self.files.remove(&folder);
            above = folder.parent();
        }
        self.files.retain(|other, _| other.below(&path).is_none());
        self.files.insert(path, file);
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &RepoPath) -> Option<File> {
        self.files.remove(path)
    }

    /// All files in path order.
    pub fn files(&self) -> &BTreeMap<RepoPath, File> {
        &self.files
    }

    fn is_folder(&self, path: &RepoPath) -> bool {
        self.below(Some(path)).next().is_some()
    }

    /// The files below a folder; in path order, but `a-b` may stand between `a` and `a/b`.
    fn below<'a>(&'a self, folder: Option<&'a RepoPath>) -> impl Iterator<Item = (&'a [u8], &'a File)> {
        let start = match folder {
            Some(folder) => std::ops::Bound::Excluded(folder.clone()),
            None => std::ops::Bound::Unbounded,
        };
        self.files
            .range((start, std::ops::Bound::Unbounded))
            .take_while(move |(path, _)| folder.is_none_or(|folder| path.as_bytes().starts_with(folder.as_bytes())))
            .filter_map(move |(path, file)| {
                let rest = folder.map_or(Some(path.as_bytes()), |folder| path.below(folder))?;
                Some((rest, file))
            })
    }
}

/// The id of a file where content is all there is; a submodule's commit is not part of it.
fn id_of(file: &File) -> Option<ObjectId> {
    (file.mode != Mode::Submodule).then(|| ObjectId::of_blob(&file.data))
}

impl Tree for MemoryTree {
    fn label(&self) -> &str {
        &self.label
    }

    fn read(&self, paths: &[RepoPath]) -> Result<Vec<Node>, TreeError> {
        let node = |path: &RepoPath| match self.files.get(path) {
            Some(file) => Node::File(file.clone()),
            None if self.is_folder(path) => Node::Directory,
            None => Node::Absent,
        };
        Ok(paths.iter().map(node).collect())
    }

    fn list(&self, folder: Option<&RepoPath>) -> Result<Vec<Entry>, TreeError> {
        let mut entries: BTreeMap<&[u8], Entry> = BTreeMap::new();
        for (rest, file) in self.below(folder) {
            let (name, mode, id) = match rest.iter().position(|&byte| byte == b'/') {
                Some(slash) => (&rest[..slash], None, None),
                None => (rest, Some(file.mode), id_of(file)),
            };
            entries.entry(name).or_insert_with(|| Entry { name: name.to_vec(), mode, id });
        }
        Ok(entries.into_values().collect())
    }

    fn survey(&self, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
        survey::plain(self, visitor)
    }

    fn ids(&self, paths: &[RepoPath]) -> Result<Vec<Option<Identity>>, TreeError> {
        Ok(paths
            .iter()
            .map(|path| self.files.get(path).and_then(|file| Some((Some(file.mode), id_of(file)?))))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn lists_and_reads_what_was_put_in() {
        let mut tree = MemoryTree::new("t");
        for name in ["a/b/c", "a-b", "a/d", "z"] {
            tree.insert(path(name), File::new(Mode::Regular, name.as_bytes()));
        }
        let names = |folder: Option<&str>| -> Vec<Vec<u8>> {
            let folder = folder.map(path);
            tree.list(folder.as_ref()).unwrap().into_iter().map(|entry| entry.name).collect()
        };
        assert_eq!(names(None), [b"a".to_vec(), b"a-b".to_vec(), b"z".to_vec()]);
        assert_eq!(names(Some("a")), [b"b".to_vec(), b"d".to_vec()]);
        assert_eq!(names(Some("nothing")), Vec::<Vec<u8>>::new());
        let nodes = tree.read(&[path("a"), path("a/b/c"), path("z/q")]).unwrap();
        assert_eq!(nodes[0], Node::Directory);
        assert!(matches!(&nodes[1], Node::File(file) if &*file.data == b"a/b/c"));
        assert_eq!(nodes[2], Node::Absent);
    }

    #[test]
    fn a_file_replaces_the_folder_in_its_way_and_the_other_way_round() {
        let mut tree = MemoryTree::new("t");
        tree.insert(path("a/b"), File::new(Mode::Regular, *b"1"));
        tree.insert(path("a"), File::new(Mode::Regular, *b"2"));
        assert_eq!(tree.files().len(), 1);
        tree.insert(path("a/c"), File::new(Mode::Regular, *b"3"));
        assert_eq!(tree.files().keys().collect::<Vec<_>>(), [&path("a/c")]);
    }
}
