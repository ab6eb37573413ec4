//! What passes found, in the cache: the index, and packs of kept contents with their tables.
//!
//! ```text
//! tarballs/known/NAME            the digest of an archive of this path, size, time and inode
//! tarballs/DIGEST/index          see `index`
//! tarballs/DIGEST/NAME.table     rows of { offset u64, length u64, path length u32, path }
//! tarballs/DIGEST/NAME.contents  the contents, one after the other
//! ```
//! Tables and index carry a seal; contents are checked against the git id that the index has for them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::digest;
use crate::io::{self, IoError, cache, fs};
use crate::path::RepoPath;
use crate::tree::ObjectId;
use crate::tree::tarball::index::Index;
use crate::tree::tarball::{cache_folder, short_name};

/// What tells that an archive is the same as before without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
}

#[cfg(unix)]
pub(super) fn stamp(path: &Path) -> Result<Stamp, IoError> {
    use std::os::unix::fs::MetadataExt as _;
    let about = std::fs::metadata(path).map_err(|source| IoError::new("look at", path, source))?;
    Ok(Stamp { size: about.len(), inode: about.ino(), seconds: about.mtime(), nanoseconds: about.mtime_nsec() })
}

#[cfg(not(unix))]
pub(super) fn stamp(path: &Path) -> Result<Stamp, IoError> {
    let about = std::fs::metadata(path).map_err(|source| IoError::new("look at", path, source))?;
    let since =
        about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(0);
    Ok(Stamp { size: about.len(), inode: 0, seconds, nanoseconds: i64::from(since.subsec_nanos()) })
}

/// The cache of one archive.
pub(super) struct Store {
    folder: PathBuf,
    /// Where a path's content lies; read when first needed.
    places: Option<HashMap<RepoPath, Place>>,
}

#[derive(Debug, Clone)]
struct Place {
    file: Arc<Path>,
    offset: u64,
    length: u64,
}

impl Store {
    /// Finds the archive's folder in the cache by its digest, which is computed only where it is not known.
    pub(super) fn open(cache: &Path, archive: &Path) -> Result<Self, IoError> {
        let folder = cache_folder(cache);
        let real =
            std::fs::canonicalize(archive).map_err(|source| IoError::new("open the archive", archive, source))?;
        let stamp = stamp(&real)?;
        let key = [real.as_os_str().as_encoded_bytes(), format!("\0{stamp:?}").as_bytes()].concat();
        let known = folder.join("known").join(short_name(&key));
        let remembered = cache::load(&known).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let digest = if let Some(digest) = remembered {
            digest
        } else {
            let digest = io::digest::sha256_file(&real)?;
            cache::store(&known, digest.to_vec());
            digest
        };
        Ok(Self { folder: folder.join(digest::hex(&digest)), places: None })
    }

    /// The index of an earlier run.
    pub(super) fn index(&self) -> Option<Index> {
        Index::from_bytes(cache::load(&self.folder.join("index"))?)
    }

    /// A content that an earlier pass kept; `None` where there is none or it is damaged.
    pub(super) fn content(&mut self, path: &RepoPath, id: Option<ObjectId>) -> Option<Arc<[u8]>> {
        let folder = &self.folder;
        let place = self.places.get_or_insert_with(|| places(folder)).get(path)?;
        let bytes = fs::read_range(&place.file, place.offset, place.length).ok()?;
        (Some(ObjectId::of_blob(&bytes)) == id).then(|| bytes.into())
    }

    /// Adds what a pass found; a cache that cannot be written is left as it is.
    pub(super) fn add(&mut self, index: &Index, kept: &[(RepoPath, Arc<[u8]>)]) {
        let (mut table, mut contents) = (Vec::new(), Vec::new());
        for (path, data) in kept {
            let name = path.as_bytes();
            let Ok(length) = u32::try_from(name.len()) else { continue };
            table.extend_from_slice(&(contents.len() as u64).to_le_bytes());
            table.extend_from_slice(&(data.len() as u64).to_le_bytes());
            table.extend_from_slice(&length.to_le_bytes());
            table.extend_from_slice(name);
            contents.extend_from_slice(data);
        }
        let name = short_name(&table);
        let index_file = self.folder.join("index");
        if !cache::store(&index_file, index.as_bytes().to_vec()) {
            return;
        }
        // The contents come before the table that names them, so that a kill between the two leaves only waste.
        if fs::write(&self.folder.join(format!("{name}.contents")), &contents).is_ok() {
            cache::store(&self.folder.join(format!("{name}.table")), table);
        }
        self.places = None;
    }
}

fn places(folder: &Path) -> HashMap<RepoPath, Place> {
    let mut places = HashMap::new();
    for name in fs::list(folder).unwrap_or_default() {
        let path = folder.join(name);
        if path.extension().is_some_and(|ending| ending == "table")
            && let Some(table) = cache::load(&path)
        {
            let file: Arc<Path> = path.with_extension("contents").into();
            let mut rest = &table[..];
            while let Some((row, after)) = table_row(rest, &file) {
                places.insert(row.0, row.1);
                rest = after;
            }
        }
    }
    places
}

fn table_row<'t>(bytes: &'t [u8], file: &Arc<Path>) -> Option<((RepoPath, Place), &'t [u8])> {
    let (offset, bytes) = bytes.split_first_chunk()?;
    let (length, bytes) = bytes.split_first_chunk()?;
    let (name, bytes) = bytes.split_first_chunk()?;
    let (name, bytes) = bytes.split_at_checked(usize::try_from(u32::from_le_bytes(*name)).ok()?)?;
    let place =
        Place { file: Arc::clone(file), offset: u64::from_le_bytes(*offset), length: u64::from_le_bytes(*length) };
    Some(((RepoPath::parse(name).ok()?, place), bytes))
}
