//! What all files of one build share: the tree's content, names, parsed files, arguments, what a profile says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::gn::code::{Code, lower};
use crate::gn::eval::scope::Frozen;
use crate::gn::problem::{Problem, Trouble};
use crate::gn::symbol::{Symbols, Text};
use crate::gn::value::Variables;
use crate::path::RepoPath;

/// Where the content of files comes from.
pub trait Sources: Sync {
    /// The content of a file; `None` where there is none.
    fn read(&self, path: &RepoPath) -> Option<Arc<[u8]>>;

    /// Whether a file or a folder is there.
    fn exists(&self, path: &RepoPath) -> bool;
}

/// What a profile says about a build.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The text of `args.gn`.
    pub arguments: Vec<u8>,
    /// Arguments whose value is left open: what depends on them is told with the condition.
    pub open: BTreeSet<String>,
    /// The output of scripts that files run, by the script's path such as `build/x.py`; any other output is not known.
    pub scripts: BTreeMap<String, Vec<u8>>,
    /// `host_os`.
    pub host_os: String,
    /// `host_cpu`.
    pub host_cpu: String,
    /// How many steps one file may take.
    pub steps: u64,
    /// The most threads to use; `None`: as many as the machine has.
    pub threads: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            arguments: Vec::new(),
            open: BTreeSet::new(),
            scripts: BTreeMap::new(),
            host_os: "linux".to_owned(),
            host_cpu: "x64".to_owned(),
            steps: 20_000_000,
            threads: None,
        }
    }
}

/// What the tree's `.gn` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dotfile {
    pub(crate) buildconfig: String,
    pub(crate) secondary: Option<String>,
    pub(crate) defaults: Variables,
}

type Parsed = Result<Arc<Code>, Option<Arc<Problem>>>;

/// What all files of one build share.
pub(crate) struct World<'s> {
    pub(crate) sources: &'s dyn Sources,
    pub(crate) settings: &'s Settings,
    pub(crate) symbols: Symbols,
    pub(crate) dotfile: Dotfile,
    /// The values of `args.gn` over those of `.gn`.
    pub(crate) arguments: Variables,
    /// The label of the default toolchain, once it is known.
    pub(crate) default_toolchain: Text,
    parsed: RwLock<FxHashMap<Text, Parsed>>,
    /// The files that build files read or run while they run, with the folder of the build file.
    looked_at: Mutex<BTreeSet<(Text, Text)>>,
}

/// A toolchain, in whose context files are run.
pub(crate) struct Toolchain {
    pub(crate) label: Text,
    pub(crate) is_default: bool,
    /// `toolchain_args`.
    pub(crate) arguments: Variables,
    /// What the build config left behind.
    pub(crate) base: Arc<Frozen>,
    pub(crate) imports: Mutex<FxHashMap<Text, Arc<Imported>>>,
}

/// What an imported file left behind, and what was wrong in it.
pub(crate) struct Imported {
    pub(crate) scope: Arc<Frozen>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) declared: Vec<crate::gn::target::Argument>,
}

impl Toolchain {
    pub(crate) fn new(label: Text, is_default: bool, arguments: Variables, base: Arc<Frozen>) -> Self {
        Self { label, is_default, arguments, base, imports: Mutex::default() }
    }

    /// Where its outputs lie.
    pub(crate) fn out(&self) -> String {
        if self.is_default {
            return crate::gn::paths::BUILD.to_owned();
        }
        let name = self.label.rsplit(':').next().unwrap_or_default();
        format!("{}/{name}", crate::gn::paths::BUILD)
    }

    pub(crate) fn imported(&self, name: &str) -> Option<Arc<Imported>> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Keeps an import; the first one stays, so that all files share it.
    pub(crate) fn keep(&self, name: Text, imported: Imported) -> Arc<Imported> {
        let mut imports = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(imports.entry(name).or_insert_with(|| Arc::new(imported)))
    }
}

/// The path in the tree of `//a/b`; `None` for the root, for paths outside and for those that no tree holds.
pub(crate) fn repo_path(absolute: &str) -> Option<RepoPath> {
    RepoPath::parse(absolute.strip_prefix("//")?.trim_end_matches('/').as_bytes()).ok()
}

impl<'s> World<'s> {
    pub(crate) fn new(sources: &'s dyn Sources, settings: &'s Settings) -> Self {
        Self {
            sources,
            settings,
            symbols: Symbols::default(),
            dotfile: Dotfile::default(),
            arguments: Variables::default(),
            default_toolchain: "".into(),
            parsed: RwLock::default(),
            looked_at: Mutex::default(),
        }
    }

    /// Notes that a build file of `folder` reads or runs the file `name`.
    pub(crate) fn look_at(&self, folder: &Text, name: &str) {
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        looked_at.insert((Arc::clone(folder), name.into()));
    }

    /// Every file that was read or run so, with the folder of the build file; sorted.
    pub(crate) fn looked_at(&self) -> BTreeSet<(Text, Text)> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The bytes of `//a/b`, also from the secondary source.
    pub(crate) fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        let primary = repo_path(name).and_then(|path| self.sources.read(&path));
        primary.or_else(|| {
            let second =
                format!("{}/{}", self.dotfile.secondary.as_ref()?.trim_end_matches('/'), name.strip_prefix("//")?);
            self.sources.read(&repo_path(&second)?)
        })
    }

    /// A file ready to run; `Err(None)` where there is none.
    pub(crate) fn code(&self, name: &Text) -> Parsed {
        if let Some(parsed) = self.parsed.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return parsed.clone();
        }
        let parsed = match self.read(name) {
            None => Err(None),
            Some(text) => self.lowered(name, text).map_err(|problem| Some(Arc::new(problem))),
        };
        let mut files = self.parsed.write().unwrap_or_else(PoisonError::into_inner);
        files.entry(Arc::clone(name)).or_insert(parsed).clone()
    }

    /// Every file that was parsed so far, sorted by name.
    pub(crate) fn codes(&self) -> Vec<Arc<Code>> {
        let files = self.parsed.read().unwrap_or_else(PoisonError::into_inner);
        let mut codes: Vec<Arc<Code>> = files.values().filter_map(|parsed| parsed.clone().ok()).collect();
        codes.sort_by(|one, other| one.name.cmp(&other.name));
        codes
    }

    /// Parses a text that has a name.
    pub(crate) fn lowered(&self, name: &Text, text: Arc<[u8]>) -> Result<Arc<Code>, Problem> {
        let lowered = crate::gn::parse(&text).and_then(|syntax| lower(Arc::clone(name), text, &syntax, &self.symbols));
        lowered.map(Arc::new).map_err(|error| Problem {
            trouble: Trouble::Unreadable,
            file: Arc::clone(name),
            line: error.line,
            column: error.column,
            message: error.problem.to_string(),
        })
    }
}
