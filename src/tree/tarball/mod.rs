//! A tarball as a tree: one streaming pass keeps the list of all files and the content of those asked for.
//!
//! What a pass finds lies in the cache under the archive's SHA-256, so that the next run reads nothing of the archive;
//! an archive that has not changed since (path, size, time, inode) is not even hashed again. Ask with [`Tree::read`]
//! first: a pass keeps the content of the paths it was started for, and of files of the same names as candidates for
//! renames, and another path costs another pass.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::digest;
use crate::io::IoError;
use crate::path::RepoPath;
use crate::progress::Progress;
use crate::tree::survey::{Head, Listing, Stamp, Visitor, pick};
use crate::tree::{Entry, File, Identity, Node, Tree, TreeError};

mod index;
mod names;
mod pass;
mod store;
mod survey;

use index::{Found, Index};
use store::Store;

/// The largest file whose content is kept.
const FILE_LIMIT: u64 = 64 << 20;

/// A tar archive, read when first asked.
pub struct TarballTree {
    path: PathBuf,
    label: String,
    cache: Option<PathBuf>,
    progress: Option<Arc<dyn Progress>>,
    state: Mutex<Option<State>>,
}

/// What is known of the archive.
struct State {
    index: Option<Arc<Index>>,
    store: Option<Store>,
    kept: HashMap<RepoPath, Arc<[u8]>>,
}

impl std::fmt::Debug for TarballTree {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TarballTree").field("path", &self.path).finish_non_exhaustive()
    }
}

impl TarballTree {
    /// Names an archive; only its presence is checked here. Without `cache` everything found stays in memory.
    pub fn open(path: &Path, cache: Option<&Path>, progress: Option<Arc<dyn Progress>>) -> Result<Self, TreeError> {
        let about = std::fs::metadata(path).map_err(|source| IoError::new("open the archive", path, source))?;
        if !about.is_file() {
            return Err(IoError::NotAFile { path: path.to_path_buf() }.into());
        }
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self {
            path: path.to_path_buf(),
            label: crate::text::display::terminal(name.as_encoded_bytes()),
            cache: cache.map(Path::to_path_buf),
            progress,
            state: Mutex::new(None),
        })
    }

    /// Runs `work` on the state, with an index at hand; `wanted` is what a pass for it should keep.
    fn with<T>(
        &self,
        wanted: &[RepoPath],
        work: impl FnOnce(&mut State, &Index) -> Result<T, TreeError>,
    ) -> Result<T, TreeError> {
        let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = match &mut *guard {
            Some(state) => state,
            empty => empty.insert(self.load()?),
        };
        let index = match &state.index {
            Some(index) => Arc::clone(index),
            None => self.pass(state, wanted, None)?.0,
        };
        work(state, &index)
    }

    fn load(&self) -> Result<State, TreeError> {
        let store = self.cache.as_deref().map(|cache| Store::open(cache, &self.path)).transpose()?;
        let index = store.as_ref().and_then(Store::index).map(Arc::new);
        Ok(State { index, store, kept: HashMap::new() })
    }

    /// Goes through the archive once, keeping `wanted`.
    ///
    /// Returns the index and the hard links, which the visitor was not shown.
    fn pass(
        &self,
        state: &mut State,
        wanted: &[RepoPath],
        visitor: Option<&dyn Visitor>,
    ) -> Result<(Arc<Index>, Vec<RepoPath>), TreeError> {
        let before = store::stamp(&self.path)?;
        if let Some(progress) = &self.progress {
            progress.begin(&format!("reading {}", self.label), Some(before.size));
        }
        let result = pass::run(&self.path, wanted, visitor, self.progress.as_ref());
        if let Some(progress) = &self.progress {
            progress.end();
        }
        let found = result?;
        if store::stamp(&self.path)? != before {
            let problem = "it changed while it was read".into();
            return Err(IoError::Archive { path: self.path.clone(), problem, offset: 0 }.into());
        }
        if let Some(store) = &mut state.store {
            store.add(&found.index, &found.kept);
        }
        let index = Arc::new(found.index);
        state.kept.extend(found.kept);
        state.index = Some(Arc::clone(&index));
        Ok((index, found.links))
    }

    /// The contents of files that the index lists; those not kept yet cost one more pass, all together.
    fn contents(
        &self,
        state: &mut State,
        files: &[(&RepoPath, Found)],
    ) -> Result<HashMap<RepoPath, Arc<[u8]>>, TreeError> {
        for (path, file) in files {
            if file.size > FILE_LIMIT {
                let problem = format!("has {} bytes; contents over {FILE_LIMIT} are not kept", file.size);
                return Err(self.content_error(path, problem));
            }
        }
        let mut have = HashMap::new();
        let mut missing = gather(state, files, &mut have);
        if !missing.is_empty() {
            self.pass(state, &missing, None)?;
            missing = gather(state, files, &mut have);
        }
        match missing.first() {
            None => Ok(have),
            Some(path) => Err(self.content_error(path, "has no content that could be read".into())),
        }
    }

    /// Shows the visitor what it wants and does not know: with the pass that indexes the archive, or with one more.
    fn visit(&self, state: &mut State, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
        let unknown = |index: &Index| {
            let mut picks = pick(&index.listing(), visitor);
            picks.retain(|pick| !pick.id.is_some_and(|id| visitor.knows(&pick.path, Stamp::Id(id))));
            picks
        };
        let (index, links) = match &state.index {
            Some(index) if unknown(index).is_empty() => return Ok(index.listing()),
            _ => self.pass(state, &[], Some(visitor))?,
        };
        for link in links {
            let Some((limit, found)) = visitor.wants(link.as_bytes()).zip(index.find(link.as_bytes())) else {
                continue;
            };
            let contents = self.contents(state, &[(&link, found)])?;
            if let Some(data) = contents.get(&link) {
                let head = Head { bytes: data.get(..limit).unwrap_or(data), size: found.size };
                visitor.file(link.as_bytes(), found.id.map(Stamp::Id), Ok(head));
            }
        }
        Ok(index.listing())
    }

    fn content_error(&self, path: &RepoPath, problem: String) -> TreeError {
        TreeError::Content { path: path.clone(), archive: self.label.clone(), problem }
    }
}

/// Takes what is kept in memory and in the cache; gives the paths that are in neither.
fn gather(state: &mut State, files: &[(&RepoPath, Found)], have: &mut HashMap<RepoPath, Arc<[u8]>>) -> Vec<RepoPath> {
    let mut missing = HashSet::new();
    for (path, file) in files {
        let data = match (state.kept.get(*path), &mut state.store) {
            (Some(data), _) => Some(Arc::clone(data)),
            (None, Some(store)) => store.content(path, file.id),
            (None, None) => None,
        };
        match data {
            Some(data) => drop(have.insert((*path).clone(), data)),
            None => drop(missing.insert((*path).clone())),
        }
    }
    let mut missing: Vec<RepoPath> = missing.into_iter().collect();
    missing.sort();
    missing
}

impl Tree for TarballTree {
    fn label(&self) -> &str {
        &self.label
    }

    fn read(&self, paths: &[RepoPath]) -> Result<Vec<Node>, TreeError> {
        self.with(paths, |state, index| {
            let found: Vec<Option<Found>> = paths.iter().map(|path| index.find(path.as_bytes())).collect();
            let files: Vec<(&RepoPath, Found)> = paths
                .iter()
                .zip(&found)
                .filter_map(|(path, found)| Some((path, (*found).filter(|found| found.mode.is_some())?)))
                .collect();
            let contents = self.contents(state, &files)?;
            let node = |(path, found): (&RepoPath, Option<Found>)| match found {
                None => Node::Absent,
                Some(Found { mode: None, .. }) => Node::Directory,
                Some(Found { mode: Some(mode), .. }) => match contents.get(path) {
                    Some(data) => Node::File(File { mode, data: Arc::clone(data) }),
                    None => Node::Absent,
                },
            };
            Ok(paths.iter().zip(found).map(node).collect())
        })
    }

    fn list(&self, folder: Option<&RepoPath>) -> Result<Vec<Entry>, TreeError> {
        self.with(&[], |_, index| Ok(index.list(folder.map_or(b"", |folder| folder.as_bytes()))))
    }

    fn is_random_access(&self) -> bool {
        false
    }

    fn survey(&self, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
        let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = match &mut *guard {
            Some(state) => state,
            empty => empty.insert(self.load()?),
        };
        self.visit(state, visitor)
    }

    fn ids(&self, paths: &[RepoPath]) -> Result<Vec<Option<Identity>>, TreeError> {
        self.with(paths, |_, index| {
            Ok(paths
                .iter()
                .map(|path| index.find(path.as_bytes()).and_then(|found| Some((found.mode, found.id?))))
                .collect())
        })
    }
}

/// The folder of the cache that tarballs use.
fn cache_folder(cache: &Path) -> PathBuf {
    cache.join("tarballs")
}

/// A short name for a cache file.
fn short_name(bytes: &[u8]) -> String {
    digest::hex(&digest::sha256(bytes)[..16])
}
