//! A git revision as a tree: read from the object store, without index or work tree.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::Repository;

use crate::path::RepoPath;
use crate::tree::objects::{Objects, RawTree};
use crate::tree::store::{Reader, Store};
use crate::tree::survey::{self, Listing, Pick, Visitor};
use crate::tree::{
    Entry, File, Identity, Mode, Node, ObjectId, Pool, Revision, Tree, TreeError, blobs, git_survey, promisor,
    repository,
};

/// Tree objects kept between calls; a walk over two whole trees would otherwise hold all of them.
const FOLDER_BYTES: usize = 32 << 20;

/// One revision of a repository.
pub struct GitTree {
    path: PathBuf,
    label: String,
    root: ObjectId,
    commit: Option<ObjectId>,
    store: Arc<Store>,
    pool: Pool,
    inner: Mutex<Inner>,
}

struct Inner {
    repository: Repository,
    reader: RefCell<Reader>,
    /// The remote that promised what a partial clone lacks, looked up when first needed.
    remote: OnceCell<Option<String>>,
    folders: HashMap<Vec<u8>, Option<RawTree>>,
    held: usize,
}

impl std::fmt::Debug for GitTree {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("GitTree").field("path", &self.path).field("label", &self.label).finish_non_exhaustive()
    }
}

/// What a path is, by the folder that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Absent,
    Folder(ObjectId),
    File(Mode, ObjectId),
}

impl GitTree {
    /// Opens a revision (tag, branch, commit or tree id) of the repository at `path`.
    pub fn open(path: &Path, revision: &str) -> Result<Self, TreeError> {
        Self::open_sharing(path, revision, &Pool::default())
    }

    /// The same, sharing what is read with others that were opened with this pool.
    pub fn open_sharing(path: &Path, revision: &str, pool: &Pool) -> Result<Self, TreeError> {
        let repository = repository::open(path)?;
        let resolved = repository::resolve(&repository, path, revision)?;
        let store = pool.store(&repository);
        let reader = RefCell::new(Reader::new(Arc::clone(&store)));
        Ok(Self {
            path: path.to_path_buf(),
            label: crate::text::display::terminal(revision.as_bytes()),
            root: resolved.tree,
            commit: resolved.commit,
            store,
            pool: pool.clone(),
            inner: Mutex::new(Inner { repository, reader, remote: OnceCell::new(), folders: HashMap::new(), held: 0 }),
        })
    }

    /// The id of the root tree.
    pub fn root(&self) -> ObjectId {
        self.root
    }

    /// The commit, where the revision names one and not a tree.
    pub fn commit(&self) -> Option<ObjectId> {
        self.commit
    }

    /// The repository's path as given.
    pub fn repository(&self) -> &Path {
        &self.path
    }

    /// A panic in another thread leaves nothing half changed here: the cache is only ever added to.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session<'a>(&'a self, inner: &'a mut Inner) -> Session<'a> {
        if inner.held > FOLDER_BYTES {
            inner.folders.clear();
            inner.held = 0;
        }
        let Inner { repository, reader, remote, folders, held } = inner;
        let repository = &*repository;
        let objects = Objects::lent(repository, &self.path, reader);
        Session { tree: self, repository, objects, remote, folders, held }
    }
}

/// One call's work under the lock.
struct Session<'a> {
    tree: &'a GitTree,
    repository: &'a Repository,
    objects: Objects<'a>,
    remote: &'a OnceCell<Option<String>>,
    folders: &'a mut HashMap<Vec<u8>, Option<RawTree>>,
    held: &'a mut usize,
}

impl Session<'_> {
    /// The tree object of a folder (empty path: the root); `None` where there is no such folder.
    fn folder(&mut self, path: &[u8]) -> Result<Option<RawTree>, TreeError> {
        if let Some(known) = self.folders.get(path) {
            return Ok(known.clone());
        }
        let id = if path.is_empty() {
            Some(self.tree.root)
        } else {
            match self.place(path)? {
                Place::Folder(id) => Some(id),
                _ => None,
            }
        };
        let found = id.map(|id| self.tree_object(id)).transpose()?;
        *self.held += path.len() + found.as_ref().map_or(0, RawTree::len);
        self.folders.insert(path.to_vec(), found.clone());
        Ok(found)
    }

    /// What a path is. The depth of recursion is that of folders already read, each checked against its own parent.
    fn place(&mut self, path: &[u8]) -> Result<Place, TreeError> {
        let mut known = path.len();
        // The nearest folder above that is known already, so that nothing recurses deeply on a hostile path.
        while let Some(slash) = path[..known].iter().rposition(|&byte| byte == b'/') {
            known = slash;
            if self.folders.contains_key(&path[..known]) {
                break;
            }
        }
        if known == path.len() || !self.folders.contains_key(&path[..known]) {
            known = 0;
        }
        let mut folder = self.folder(&path[..known])?;
        let mut start = if known == 0 { 0 } else { known + 1 };
        loop {
            let end = path[start..].iter().position(|&byte| byte == b'/').map_or(path.len(), |length| start + length);
            let place = match folder.as_ref().and_then(|tree| tree.get(&path[start..end])) {
                None => Place::Absent,
                Some(entry) => entry.mode.map_or(Place::Folder(entry.id), |mode| Place::File(mode, entry.id)),
            };
            if end == path.len() {
                return Ok(place);
            }
            folder = match place {
                Place::Folder(id) => {
                    let tree = self.tree_object(id)?;
                    *self.held += end + tree.len();
                    self.folders.insert(path[..end].to_vec(), Some(tree.clone()));
                    Some(tree)
                }
                _ => return Ok(Place::Absent),
            };
            start = end + 1;
        }
    }

    fn tree_object(&mut self, id: ObjectId) -> Result<RawTree, TreeError> {
        if let Some(tree) = self.objects.tree(id)? {
            return Ok(tree);
        }
        self.fetch("a folder", &[id])?;
        self.objects.tree(id)?.ok_or_else(|| self.objects.missing("a folder", id, 1))
    }

    fn remote(&self) -> Option<&str> {
        self.remote.get_or_init(|| self.tree.pool.remote(self.repository)).as_deref()
    }

    fn fetch(&mut self, what: &str, ids: &[ObjectId]) -> Result<(), TreeError> {
        let path = self.tree.path.clone();
        match (self.remote(), ids) {
            (Some(remote), _) => promisor::fetch(&path, remote, ids)?,
            (None, [first, ..]) => return Err(self.objects.missing(what, *first, ids.len())),
            (None, []) => {}
        }
        self.objects.refresh()
    }

    /// In a partial clone: fetches all the blobs of a batch that are not there, at once.
    fn complete_ids(&mut self, wanted: impl Iterator<Item = ObjectId>) -> Result<(), TreeError> {
        if self.remote().is_none() {
            return Ok(());
        }
        let mut seen = HashSet::new();
        let missing: Vec<ObjectId> =
            wanted.filter(|id| seen.insert(*id)).filter(|id| self.objects.lacks(*id)).collect();
        if missing.is_empty() { Ok(()) } else { self.fetch("a file", &missing) }
    }
}

impl Tree for GitTree {
    fn label(&self) -> &str {
        &self.label
    }

    fn read(&self, paths: &[RepoPath]) -> Result<Vec<Node>, TreeError> {
        let mut inner = self.lock();
        let mut session = self.session(&mut inner);
        let mut places = Vec::with_capacity(paths.len());
        for path in paths {
            places.push(session.place(path.as_bytes())?);
        }
        let blobs: Vec<(&RepoPath, ObjectId)> = paths
            .iter()
            .zip(&places)
            .filter_map(|(path, place)| match place {
                Place::File(mode, id) if *mode != Mode::Submodule => Some((path, *id)),
                _ => None,
            })
            .collect();
        session.complete_ids(blobs.iter().map(|(_, id)| *id))?;
        let ids = blobs.iter().map(|(_, id)| *id).collect();
        let contents = blobs::read(&session.objects, &self.pool, &ids)?;
        let mut nodes = Vec::with_capacity(paths.len());
        for (path, place) in paths.iter().zip(places) {
            nodes.push(match place {
                Place::Absent => Node::Absent,
                Place::Folder(_) => Node::Directory,
                Place::File(Mode::Submodule, id) => Node::File(File::submodule(id)),
                Place::File(mode, id) => match contents.get(&id) {
                    Some(Some(data)) => Node::File(File { mode, data: Arc::clone(data) }),
                    _ => return Err(missing_of(&session, &blobs, path, id)),
                },
            });
        }
        Ok(nodes)
    }

    fn list(&self, folder: Option<&RepoPath>) -> Result<Vec<Entry>, TreeError> {
        let mut inner = self.lock();
        let mut session = self.session(&mut inner);
        let tree = session.folder(folder.map_or(b"", |folder| folder.as_bytes()))?.unwrap_or_else(RawTree::empty);
        let entry = |raw: crate::tree::objects::RawEntry<'_>| Entry {
            name: raw.name.to_vec(),
            mode: raw.mode,
            id: Some(raw.id),
        };
        let mut entries: Vec<Entry> = tree.entries().map(entry).collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    fn revision(&self) -> Option<Revision> {
        Some(Revision { store: Arc::clone(&self.store), root: self.root })
    }

    fn survey(&self, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
        let listing = {
            let mut inner = self.lock();
            let mut session = self.session(&mut inner);
            git_survey::list(self.root, &mut |id| session.tree_object(id))?
        };
        self.visit(survey::pick(&listing, visitor), visitor)?;
        Ok(listing)
    }

    fn visit(&self, mut files: Vec<Pick>, visitor: &dyn Visitor) -> Result<(), TreeError> {
        let mut inner = self.lock();
        let mut session = self.session(&mut inner);
        visitor.picked(files.len());
        git_survey::forget_known(&mut files, visitor);
        session.complete_ids(files.iter().filter_map(|pick| pick.id))?;
        git_survey::read(&self.path, &session.objects, files, visitor)
    }

    fn ids(&self, paths: &[RepoPath]) -> Result<Vec<Option<Identity>>, TreeError> {
        let mut inner = self.lock();
        let mut session = self.session(&mut inner);
        let mut ids = Vec::with_capacity(paths.len());
        for path in paths {
            ids.push(match session.place(path.as_bytes())? {
                Place::Absent => None,
                Place::Folder(id) => Some((None, id)),
                Place::File(mode, id) => Some((Some(mode), id)),
            });
        }
        Ok(ids)
    }
}

/// Names the first missing file and counts all of the batch.
fn missing_of(session: &Session<'_>, blobs: &[(&RepoPath, ObjectId)], path: &RepoPath, id: ObjectId) -> TreeError {
    let distinct: HashSet<ObjectId> = blobs.iter().map(|(_, id)| *id).collect();
    let count = distinct.iter().filter(|id| session.objects.lacks(**id)).count();
    session.objects.missing(&format!("`{path}`"), id, count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_repository_is_named_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let error = GitTree::open(folder.path(), "v1").unwrap_err();
        assert!(matches!(error, TreeError::NoRepository { .. }));
        assert!(error.hint().unwrap().contains("clone"));
    }

    #[test]
    fn is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<GitTree>();
    }
}
