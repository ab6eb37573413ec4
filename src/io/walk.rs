//! Listing a whole folder on all cores: names and kinds, without looking at any file.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bstr::ByteSlice as _;
use rayon::prelude::*;

use crate::io::IoError;

/// The kind of an entry as the folder itself tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A regular file.
    File,
    /// A symbolic link, never followed.
    Link,
}

/// A folder below the root with its entries; devices, pipes and sockets are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path relative to the root, `/`-separated; empty for the root.
    pub path: Vec<u8>,
    /// Names and kinds, sorted by name.
    pub entries: Vec<(Vec<u8>, Kind)>,
}

/// What a walk brings.
#[derive(Debug, Default)]
pub struct Walk {
    /// The folders, sorted by path.
    pub folders: Vec<Listed>,
    /// Folders that could not be listed, with the reason; sorted by path.
    pub unread: Vec<(Vec<u8>, String)>,
}

/// Lists everything below `root`; folders of a name that `skip` knows are left out.
pub fn folders(root: &Path, skip: &(dyn Fn(&[u8]) -> bool + Sync)) -> Result<Walk, IoError> {
    let found = Mutex::new(Walk::default());
    let first = list(root, Vec::new(), skip)?;
    let walker = Walker { root, skip, found: &found };
    rayon::scope(|scope| walker.enter(scope, first));
    let mut walk = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    walk.folders.par_sort_unstable_by(|one, other| one.path.cmp(&other.path));
    walk.unread.sort_unstable();
    Ok(walk)
}

#[derive(Clone, Copy)]
struct Walker<'w> {
    root: &'w Path,
    skip: &'w (dyn Fn(&[u8]) -> bool + Sync),
    found: &'w Mutex<Walk>,
}

impl<'w> Walker<'w> {
    /// Spawns a task for every folder below, then hands the folder in.
    fn enter<'s>(self, scope: &rayon::Scope<'s>, folder: Listed)
    where
        'w: 's,
    {
        for (name, _) in folder.entries.iter().filter(|(_, kind)| *kind == Kind::Folder) {
            let path = if folder.path.is_empty() { name.clone() } else { [&folder.path[..], b"/", name].concat() };
            scope.spawn(move |scope| {
                let place = self.root.join(path.to_path_lossy());
                match list(&place, path.clone(), self.skip) {
                    Ok(folder) => self.enter(scope, folder),
                    Err(error) => self.lock().unread.push((path, reason(&error))),
                }
            });
        }
        self.lock().folders.push(folder);
    }

    fn lock(&self) -> std::sync::MutexGuard<'w, Walk> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cause alone: the path stands beside it, and reports hold none of this machine.
fn reason(error: &IoError) -> String {
    std::error::Error::source(error).map_or_else(|| "it cannot be listed".to_owned(), ToString::to_string)
}

fn list(place: &Path, path: Vec<u8>, skip: &(dyn Fn(&[u8]) -> bool + Sync)) -> Result<Listed, IoError> {
    let fail = |source| IoError::new("list", place, source);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(place).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        // Told by the folder itself on the usual file systems; a file that went away meanwhile is no entry any more.
        let Ok(about) = entry.file_type() else { continue };
        let kind = match about {
            about if about.is_dir() => Kind::Folder,
            about if about.is_symlink() => Kind::Link,
            about if about.is_file() => Kind::File,
            _ => continue,
        };
        let name = entry.file_name().into_encoded_bytes();
        if !skip(&name) {
            entries.push((name, kind));
        }
    }
    entries.sort_unstable();
    Ok(Listed { path, entries })
}

/// Runs `work` for every item on all cores; each thread lends it a buffer.
pub fn each<T: Sync>(items: &[T], work: impl Fn(&T, &mut Vec<u8>) + Sync) {
    items.par_iter().for_each_init(Vec::new, |buffer, item| work(item, buffer));
}

/// Runs work on at most so many threads; `None`: as many as the machine has.
pub fn spread<T: Send>(jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match jobs.map(|jobs| rayon::ThreadPoolBuilder::new().num_threads(jobs).build()) {
        Some(Ok(pool)) => pool.install(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_all_below_and_follows_no_link() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::create_dir_all(root.join(".git/x")).unwrap();
        std::fs::write(root.join("a/b/file"), b"").unwrap();
        std::os::unix::fs::symlink("/", root.join("a/out")).unwrap();
        let walk = folders(root, &|name| name == b".git").unwrap();
        let listed = |path: &str, entries: &[(&str, Kind)]| Listed {
            path: path.into(),
            entries: entries.iter().map(|(name, kind)| (name.as_bytes().to_vec(), *kind)).collect(),
        };
        assert_eq!(
            walk.folders,
            [
                listed("", &[("a", Kind::Folder)]),
                listed("a", &[("b", Kind::Folder), ("out", Kind::Link)]),
                listed("a/b", &[("file", Kind::File)]),
            ]
        );
        assert!(walk.unread.is_empty());
        assert!(folders(&root.join("none"), &|_| false).is_err());
    }
}
