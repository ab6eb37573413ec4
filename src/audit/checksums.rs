//! The proof that a vendored crate was changed: `cargo vendor` writes the SHA-256 of every file beside it.
//!
//! Cargo refuses to build a crate whose files are not those of its list, so a change to one either goes with a change of the
//! list or empties it (`"files": {}`), as distributions do; an empty list proves nothing. The files are read in one pass of
//! their own, because an archive may hold the list behind what it lists; each is held by one thread at a time, and digests
//! are kept under the stamps of the files, so that a second run reads none of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::audit::candidate::{file_name, folder_of};
use crate::audit::execute::Request;
use crate::audit::layout::Layout;
use crate::audit::scan::{self, Scan};
use crate::digest;
use crate::io::{cache, walk};
use crate::manifest::{Format, Parsed, kind_of};
use crate::path::RepoPath;
use crate::progress::Progress;
use crate::tree::survey::{Head, Pick, Stamp, Visitor};
use crate::tree::{Entry, Mode, TreeError};

/// The longest file that is compared; the longest seen in a crate is a library of imports with 15 MB.
const LONGEST: usize = 64 << 20;

/// Counts up with every change of how digests are kept.
const VERSION: u32 = 1;

/// How the files of one crate stand against its list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many files the list names.
    pub listed: usize,
    /// True where the list also names the archive that the registry published.
    pub published: bool,
    /// Files whose content is another, sorted.
    pub differ: Vec<Vec<u8>>,
    /// Files that are not there, sorted.
    pub missing: Vec<Vec<u8>>,
    /// Files that could not be compared, and why; sorted.
    pub unread: Vec<(Vec<u8>, String)>,
}

impl Compared {
    /// True where every file was compared and is as listed.
    pub fn is_equal(&self) -> bool {
        self.differ.is_empty() && self.missing.is_empty() && self.unread.is_empty()
    }
}

/// Compares the files of every crate that has a list of them; by the folder of the crate.
pub fn compare(
    request: &Request<'_>,
    scan: &Scan,
    layout: &Layout<'_>,
) -> Result<BTreeMap<Vec<u8>, Compared>, TreeError> {
    let lists: Vec<(&RepoPath, &Parsed)> = scan
        .manifests
        .iter()
        .filter(|(path, parsed)| is_list(path) && !parsed.checksums.is_empty())
        .map(|(path, parsed)| (path, parsed))
        .collect();
    let picks: BTreeMap<&[u8], Pick> = lists
        .iter()
        .flat_map(|(list, parsed)| parsed.checksums.iter().filter(|one| is_below(&one.path, list)))
        .filter_map(|one| Some((one.path.as_bytes(), pick(layout, one.path.as_bytes())?)))
        .collect();
    let digests = digests(request, picks.into_values().collect())?;
    Ok(lists.into_iter().map(|(list, parsed)| one(list, parsed, layout, &digests)).collect())
}

fn is_list(path: &RepoPath) -> bool {
    kind_of(path.as_bytes()) == Some(Format::CargoChecksum)
}

/// A list speaks for what lies below its folder; one that names files elsewhere is not believed.
fn is_below(path: &RepoPath, list: &RepoPath) -> bool {
    let folder = folder_of(list.as_bytes());
    let rest = path.as_bytes().strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.starts_with(b"/"))
}

fn entry<'l>(layout: &Layout<'l>, path: &[u8]) -> Option<&'l Entry> {
    let entries = layout.entries(folder_of(path));
    entries.binary_search_by(|entry| entry.name[..].cmp(file_name(path))).ok().and_then(|at| entries.get(at))
}

fn pick(layout: &Layout<'_>, path: &[u8]) -> Option<Pick> {
    let entry = entry(layout, path).filter(|entry| matches!(entry.mode, Some(Mode::Regular | Mode::Executable)))?;
    Some(Pick { path: path.to_vec(), id: entry.id, limit: LONGEST })
}

fn one(list: &RepoPath, parsed: &Parsed, layout: &Layout<'_>, digests: &Digests) -> (Vec<u8>, Compared) {
    let published = parsed.facts.iter().any(|fact| fact.key == crate::manifest::cargo::CHECKSUM);
    let mut compared = Compared { listed: parsed.checksums.len(), published, ..Compared::default() };
    for checksum in parsed.checksums.iter().filter(|one| is_below(&one.path, list)) {
        let path = checksum.path.as_bytes();
        match (digests.get(path), entry(layout, path)) {
            (Some(Ok(found)), _) if digest::hex(found) == checksum.sha256 => {}
            (Some(Err(problem)), _) => compared.unread.push((path.to_vec(), problem.clone())),
            (None, None) => compared.missing.push(path.to_vec()),
            // A link or folder stands where the crate has a file, or the content is another.
            (Some(Ok(_)) | None, _) => compared.differ.push(path.to_vec()),
        }
    }
    compared.differ.sort();
    compared.missing.sort();
    compared.unread.sort();
    (folder_of(list.as_bytes()).to_vec(), compared)
}

/// The digest of each file, or why there is none.
type Digests = HashMap<Vec<u8>, Result<[u8; 32], String>>;

/// Digests by path, with the stamp of the file they were made from.
type Rows = BTreeMap<Vec<u8>, (Stamp, [u8; 32])>;

/// The digests that an earlier run made.
#[derive(Serialize, Deserialize, Default)]
struct Remembered {
    version: u32,
    rows: Rows,
}

fn digests(request: &Request<'_>, picks: Vec<Pick>) -> Result<Digests, TreeError> {
    if picks.is_empty() {
        return Ok(Digests::new());
    }
    let store = request.cache.as_deref().map(|folder| scan::cache_file(folder, request.tree.label(), "checksums"));
    let hasher = Hasher {
        wanted: picks.iter().map(|pick| pick.path.clone()).collect(),
        known: store.as_deref().and_then(read).unwrap_or_default(),
        found: Mutex::default(),
        progress: request.progress,
    };
    walk::spread(request.jobs, || request.tree.visit(picks, &hasher))?;
    request.progress.end();
    let found = hasher.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(store) = store.filter(|_| found.fresh) {
        let remembered = Remembered { version: VERSION, rows: found.rows };
        cache::store(&store, postcard::to_stdvec(&remembered).unwrap_or_default());
    }
    Ok(found.digests)
}

fn read(store: &Path) -> Option<Rows> {
    let remembered: Remembered = postcard::from_bytes(&cache::load(store)?).ok()?;
    (remembered.version == VERSION).then_some(remembered.rows)
}

#[derive(Default)]
struct Found {
    digests: Digests,
    rows: Rows,
    fresh: bool,
}

struct Hasher<'a> {
    wanted: BTreeSet<Vec<u8>>,
    known: Rows,
    found: Mutex<Found>,
    progress: &'a dyn Progress,
}

impl Hasher<'_> {
    fn keep(&self, path: &[u8], stamp: Option<Stamp>, digest: [u8; 32], fresh: bool) {
        self.progress.advance(1);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.fresh |= fresh;
        found.rows.extend(stamp.map(|stamp| (path.to_vec(), (stamp, digest))));
        found.digests.insert(path.to_vec(), Ok(digest));
    }

    fn give_up(&self, path: &[u8], problem: String) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.digests.insert(path.to_vec(), Err(problem));
    }
}

impl Visitor for Hasher<'_> {
    fn wants(&self, path: &[u8]) -> Option<usize> {
        self.wanted.contains(path).then_some(LONGEST)
    }

    fn picked(&self, count: usize) {
        self.progress.begin("comparing vendored files", u64::try_from(count).ok());
    }

    fn knows(&self, path: &[u8], stamp: Stamp) -> bool {
        let known = self.known.get(path).filter(|(known, _)| *known == stamp);
        known.map(|(stamp, digest)| self.keep(path, Some(*stamp), *digest, false)).is_some()
    }

    fn file(&self, path: &[u8], stamp: Option<Stamp>, content: Result<Head<'_>, String>) {
        match content {
            Ok(head) if head.size == head.bytes.len() as u64 => {
                self.keep(path, stamp, digest::sha256(head.bytes), true);
            }
            Ok(_) => self.give_up(path, format!("it is longer than {} MiB", LONGEST >> 20)),
            Err(problem) => self.give_up(path, problem),
        }
    }

    fn restart(&self) {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Found::default();
    }

    fn stopped(&self) -> bool {
        self.progress.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_list_speaks_for_its_own_folder_only() {
        let list = path("vendor/weir/.cargo-checksum.json");
        assert!(is_below(&path("vendor/weir/src/lib.rs"), &list));
        assert!(!is_below(&path("vendor/weirs/src/lib.rs"), &list) && !is_below(&path("vendor/a"), &list));
        assert!(is_below(&path("src/lib.rs"), &path(".cargo-checksum.json")));
    }

    #[test]
    fn a_crate_is_equal_only_where_all_was_compared() {
        assert!(Compared::default().is_equal());
        let unread = Compared { unread: vec![(b"a".to_vec(), "why".to_owned())], ..Compared::default() };
        assert!(!unread.is_equal());
    }
}
