//! The one pass over a tree: every path is looked at, the few files that promise something are read once.
//!
//! What files tell is kept under their stamp in the user's cache, so that a second run over an unchanged tree reads only
//! its manifests. Threads push what they find in any order; everything is sorted before anybody sees it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::audit::candidate::{Candidate, Candidates};
use crate::audit::facts::Fact;
use crate::digest;
use crate::io::{cache, walk};
use crate::manifest::{self, Parsed};
use crate::path::RepoPath;
use crate::progress::Progress;
use crate::tree::survey::{Head, Listing, Stamp, Visitor};
use crate::tree::{Tree, TreeError};

/// Everything that one pass found.
#[derive(Debug, Default)]
pub struct Scan {
    /// All folders and files.
    pub listing: Listing,
    /// What files tell, by path.
    pub facts: BTreeMap<Vec<u8>, Vec<Fact>>,
    /// The manifests, sorted by path.
    pub manifests: Vec<(RepoPath, Parsed)>,
    /// Licence texts that were read in this run, up to a bound.
    pub texts: BTreeMap<Vec<u8>, Arc<[u8]>>,
    /// The texts of build files.
    pub build: BTreeMap<Vec<u8>, Arc<[u8]>>,
}

impl Scan {
    /// Every fact with the path of its file, in path order.
    pub fn each(&self) -> impl Iterator<Item = (&[u8], &Fact)> {
        self.facts.iter().flat_map(|(path, facts)| facts.iter().map(move |fact| (&path[..], fact)))
    }
}

/// How many bytes of licence texts are held for recognition; what is more is read again.
const TEXTS: usize = 64 << 20;

/// How a scan is run.
pub struct Options<'a> {
    /// The user's cache folder; `None`: nothing is kept.
    pub cache: Option<PathBuf>,
    /// The most threads to use; `None`: as many as the machine has.
    pub jobs: Option<usize>,
    /// Told how far the scan is.
    pub progress: &'a dyn Progress,
}

/// Scans a tree.
pub fn scan(tree: &dyn Tree, candidates: &Candidates, options: &Options<'_>) -> Result<Scan, TreeError> {
    let kind = if candidates.looks_at_build() { "build" } else { "" };
    let store = options.cache.as_ref().map(|folder| cache_file(folder, tree.label(), kind));
    let known = store.as_deref().and_then(cache::load).and_then(|bytes| Remembered::read(&bytes)).unwrap_or_default();
    let scanner = Scanner { candidates, progress: options.progress, known, found: Mutex::default() };
    let listing = walk::spread(options.jobs, || tree.survey(&scanner));
    options.progress.end();
    let listing = listing?;
    let found = scanner.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(store) = store.filter(|_| found.fresh > 0) {
        let rows = found.rows.iter().filter_map(|(path, row)| Some((path.clone(), row.stamp?, row.facts.clone())));
        cache::store(&store, Remembered { program: program(), rows: rows.collect() }.write());
    }
    let mut manifests = found.manifests;
    manifests.sort_by(|one, other| one.0.cmp(&other.0));
    let facts = found.rows.into_iter().filter(|(_, row)| !row.facts.is_empty()).map(|(path, row)| (path, row.facts));
    Ok(Scan { listing, facts: facts.collect(), manifests, texts: found.texts, build: found.build })
}

/// The cache file of trees of this name; what is found in another pass has a file of its own.
pub fn cache_file(folder: &std::path::Path, label: &str, kind: &str) -> PathBuf {
    let name = if kind.is_empty() { label.to_owned() } else { format!("{label}\0{kind}") };
    folder.join("audit").join(digest::hex(&digest::sha256(name.as_bytes())[..16]))
}

/// What the facts of a cache depend on besides the files.
fn program() -> String {
    let tables = crate::profile::catalog::digest();
    format!("{} {} {tables}", env!("CARGO_PKG_VERSION"), FACTS)
}

/// Counts up with every change of what facts are found or how they are kept.
const FACTS: u32 = 5;

/// The content of a cache file.
#[derive(Serialize, Deserialize, Default)]
struct Remembered {
    program: String,
    rows: Vec<(Vec<u8>, Stamp, Vec<Fact>)>,
}

/// What an earlier run knows, by path.
type Known = HashMap<Vec<u8>, (Stamp, Vec<Fact>)>;

impl Remembered {
    fn read(bytes: &[u8]) -> Option<Known> {
        let remembered: Self = postcard::from_bytes(bytes).ok()?;
        let rows = remembered.rows.into_iter().map(|(path, stamp, facts)| (path, (stamp, facts)));
        (remembered.program == program()).then(|| rows.collect())
    }

    fn write(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }
}

struct Row {
    stamp: Option<Stamp>,
    facts: Vec<Fact>,
}

#[derive(Default)]
struct Found {
    rows: BTreeMap<Vec<u8>, Row>,
    manifests: Vec<(RepoPath, Parsed)>,
    texts: BTreeMap<Vec<u8>, Arc<[u8]>>,
    build: BTreeMap<Vec<u8>, Arc<[u8]>>,
    held: usize,
    /// Files that were read in this run and are not manifests alone.
    fresh: usize,
}

struct Scanner<'a> {
    candidates: &'a Candidates,
    progress: &'a dyn Progress,
    known: Known,
    found: Mutex<Found>,
}

impl Scanner<'_> {
    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitor for Scanner<'_> {
    fn wants(&self, path: &[u8]) -> Option<usize> {
        self.candidates.candidate(path).map(|candidate| candidate.limit)
    }

    fn picked(&self, count: usize) {
        self.progress.begin("reading files", u64::try_from(count).ok());
    }

    fn knows(&self, path: &[u8], stamp: Stamp) -> bool {
        let read_anyway = |found: Candidate| found.manifest.is_some() || found.build;
        let wanted = self.candidates.candidate(path).is_some_and(read_anyway);
        match self.known.get(path) {
            Some((known, facts)) if *known == stamp && !wanted => {
                self.progress.advance(1);
                self.lock().rows.insert(path.to_vec(), Row { stamp: Some(stamp), facts: facts.clone() });
                true
            }
            _ => false,
        }
    }

    fn file(&self, path: &[u8], stamp: Option<Stamp>, content: Result<Head<'_>, String>) {
        self.progress.advance(1);
        let head = match content {
            Ok(head) => head,
            Err(problem) => {
                let facts = vec![Fact::Unreadable(problem)];
                self.lock().rows.insert(path.to_vec(), Row { stamp: None, facts });
                return;
            }
        };
        let candidate = self.candidates.candidate(path);
        let facts = self.candidates.facts(path, head.bytes, head.size);
        let manifest = candidate.and_then(|candidate| candidate.manifest);
        let parsed = manifest.zip(RepoPath::parse(path).ok()).map(|(format, path)| {
            let parsed = manifest::parse(format, &path, head.bytes);
            (path, parsed)
        });
        let mut found = self.lock();
        let build = candidate.is_some_and(|candidate| candidate.build);
        found.fresh += usize::from(manifest.is_none() && !build);
        if build && head.size == head.bytes.len() as u64 {
            found.build.insert(path.to_vec(), head.bytes.into());
        }
        let is_text = candidate.is_some_and(|candidate| candidate.license) && head.size == head.bytes.len() as u64;
        if is_text && found.held + head.bytes.len() <= TEXTS {
            found.held += head.bytes.len();
            found.texts.insert(path.to_vec(), head.bytes.into());
        }
        found.manifests.extend(parsed);
        found.rows.insert(path.to_vec(), Row { stamp, facts });
    }

    fn restart(&self) {
        *self.lock() = Found::default();
    }

    fn stopped(&self) -> bool {
        self.progress.cancelled()
    }
}
