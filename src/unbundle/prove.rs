//! The proof: for each shim, what the build's own code wants of the library and the shim does not give.
//!
//! The shims are run as the build files that they stand in for, all at once, so that templates give the headers and targets
//! that they really give. Then every include into the library's folder must be forwarded, or made by the shim, or lie in a part
//! of the folder that stays; and every target that the build names there must be declared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::gn::build::{Link, Role};
use crate::gn::{self, Build, Roots, Settings, Sources, State, Text};
use crate::path::RepoPath;
use crate::unbundle::{Include, Replacement};

/// Where the build puts what it makes, and forwarded headers below that.
const GENERATED: &str = "//out/Default/gen/";

/// A header that the shim does not forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateHeader {
    /// The header.
    pub header: RepoPath,
    /// The lines of files in the build that include it, as `path:line`, sorted.
    pub users: Vec<String>,
    /// Lines of files that are not in the build: of tests, other systems, tools.
    pub others: Vec<String>,
}

/// A target that the shim does not declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingTarget {
    /// Its name.
    pub name: String,
    /// The targets of the build that name it, sorted.
    pub users: Vec<TargetUser>,
}

/// A target that names another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TargetUser {
    /// Its label.
    pub label: String,
    /// Where it is declared, `path:line`.
    pub place: String,
}

/// What the proof says of one library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The shim's name.
    pub name: String,
    /// The build file that it stands in for.
    pub replaces: RepoPath,
    /// Whether the shim is in the tree and could be run as a build file of its own.
    pub ran: bool,
    /// The headers that it forwards or makes, sorted.
    pub covered: Vec<Text>,
    /// The targets that it declares, sorted.
    pub targets: Vec<Text>,
    /// Files of the library's folder that its targets compile, which stay when the rest goes; sorted.
    pub kept: Vec<Text>,
    /// Whether a used target outside of the library names one of it.
    pub wanted: bool,
    /// Whether it refuses the bundled C++ library, whose types differ from those of the system's.
    pub needs_system_cxx: bool,
    /// What it does not forward.
    pub private: Vec<PrivateHeader>,
    /// What it does not declare.
    pub missing: Vec<MissingTarget>,
}

impl Library {
    /// Whether a header that the build includes is not forwarded.
    pub fn header_blocked(&self) -> bool {
        self.private.iter().any(|header| !header.users.is_empty())
    }
}

/// The tree with every shim in the place of what it stands in for.
struct Overlay<'a> {
    tree: &'a dyn Sources,
    shims: BTreeMap<RepoPath, Arc<[u8]>>,
}

impl Sources for Overlay<'_> {
    fn read(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        self.shims.get(path).cloned().or_else(|| self.tree.read(path))
    }

    fn exists(&self, path: &RepoPath) -> bool {
        self.shims.contains_key(path) || self.tree.exists(path)
    }
}

/// Proves every shim against a build: `states` says how it uses each target, `includes` what its files include.
pub fn prove(
    tree: &dyn Sources,
    settings: &Settings,
    (build, states): (&Build, &[State]),
    replacements: &[Replacement],
    includes: &[Include],
) -> Vec<Library> {
    let read = |one: &Replacement| Some((one.path.clone(), tree.read(&one.shim()?)?));
    let overlay = Overlay { tree, shims: replacements.iter().filter_map(read).collect() };
    let files: Vec<RepoPath> = overlay.shims.keys().cloned().collect();
    let shims = gn::load(&overlay, settings, &Roots { labels: Vec::new(), files: &files });
    let mut libraries: Vec<Library> = replacements.iter().map(|one| library(one, &overlay, &shims)).collect();
    let compiled = compiled(build, states, includes);
    let sources: Vec<BTreeSet<Text>> = replacements.iter().map(|one| sources_of(&shims, one)).collect();
    for (number, include) in owned(replacements, includes) {
        let (library, replacement) = (&mut libraries[number], &replacements[number]);
        let served = || stays(&overlay, replacement, library, &sources[number], include);
        if library.ran && !served() && !elsewhere(tree, replacement, include) {
            private(library, include, compiled.contains(include.file.as_bytes()));
        }
    }
    for ((library, replacement), kept) in libraries.iter_mut().zip(replacements).zip(sources) {
        // A shim may also run programs of the system by their path.
        let folder = format!("//{}/", folder_of(replacement));
        library.kept = kept.into_iter().filter(|file| library.ran && file.starts_with(folder.as_str())).collect();
    }
    for (library, replacement) in libraries.iter_mut().zip(replacements).filter(|(library, _)| library.ran) {
        (library.wanted, library.missing) = missing(build, states, replacement, &library.targets);
        library.private.sort_by(|left, right| left.header.cmp(&right.header));
    }
    libraries
}

fn folder_of(replacement: &Replacement) -> String {
    replacement.path.parent().map(|folder| String::from_utf8_lossy(folder.as_bytes()).into_owned()).unwrap_or_default()
}

/// What a shim gives.
fn library(replacement: &Replacement, overlay: &Overlay, shims: &Build) -> Library {
    let folder = format!("//{}", folder_of(replacement));
    let text = overlay.shims.get(&replacement.path);
    let ran = text.is_some() && replacement.path.file_name() == b"BUILD.gn";
    let (mut covered, mut targets) = (BTreeSet::new(), BTreeSet::new());
    for target in shims.targets.iter().filter(|target| ran && *shims.label(target.label).folder == *folder) {
        targets.insert(Arc::clone(&shims.label(target.label).name));
        for (output, _) in shims.strings(target, "outputs") {
            let Some(made) = output.strip_prefix(GENERATED) else { continue };
            let forwarded = made.strip_prefix("shim_headers/").and_then(|rest| rest.split_once('/'));
            covered.insert(Text::from(forwarded.map_or(made, |(_, header)| header)));
        }
    }
    let needs_system_cxx = text.is_some_and(|text| refuses_bundled_cxx(text));
    Library {
        name: replacement.name.clone(),
        replaces: replacement.path.clone(),
        ran,
        covered: covered.into_iter().collect(),
        targets: targets.into_iter().collect(),
        kept: Vec::new(),
        wanted: false,
        needs_system_cxx,
        private: Vec::new(),
        missing: Vec::new(),
    }
}

/// Whether an `assert` of the shim itself asks that the bundled C++ library is not used.
fn refuses_bundled_cxx(text: &[u8]) -> bool {
    use crate::gn::syntax::{Expression, Statement};
    let Ok(syntax) = gn::parse(text) else { return false };
    syntax.statements.iter().any(|statement| match statement {
        Statement::Call(call) if syntax.bytes(call.name) == b"assert" => match call.arguments.items.first() {
            Some((Expression::Not(_, inner), _)) => {
                matches!(&**inner, Expression::Name(name) if syntax.bytes(*name) == b"use_custom_libcxx")
            }
            _ => false,
        },
        _ => false,
    })
}

/// The files with includes that the build compiles.
fn compiled<'i>(build: &Build, states: &[State], includes: &'i [Include]) -> BTreeSet<&'i [u8]> {
    let including: BTreeSet<&[u8]> = includes.iter().map(|include| include.file.as_bytes()).collect();
    let used = build.targets.iter().zip(states).filter(|(_, state)| **state <= State::UsedIf);
    let files = used.flat_map(|(target, _)| build.files(target)).filter(|file| file.role == Role::Source);
    files.filter_map(|file| including.get(file.path.trim_start_matches('/').as_bytes()).copied()).collect()
}

/// Each include with the library whose folder holds it most closely, unless the library itself includes it.
fn owned<'i>(replacements: &[Replacement], includes: &'i [Include]) -> Vec<(usize, &'i Include)> {
    let folders: BTreeMap<Vec<u8>, usize> =
        (replacements.iter().enumerate()).map(|(number, one)| (folder_of(one).into_bytes(), number)).collect();
    let owner = |path: &RepoPath| {
        let mut folder = path.parent();
        while let Some(next) = folder {
            if let Some(number) = folders.get(next.as_bytes()) {
                return Some(*number);
            }
            folder = next.parent();
        }
        None
    };
    let found = includes.iter().filter_map(|include| Some((owner(&include.header)?, include)));
    let unit_of = |path: &RepoPath| unit(&path.to_string()).to_owned();
    found
        .filter(|(number, include)| {
            // Parts of one library that have a shim each are replaced together.
            let own = owner(&include.file);
            own != Some(*number) && (own.is_none() || unit_of(&include.file) != unit_of(&include.header))
        })
        .collect()
}

/// The files that the shim's own targets compile: parts of the folder that stay.
fn sources_of(shims: &Build, replacement: &Replacement) -> BTreeSet<Text> {
    let folder = format!("//{}", folder_of(replacement));
    let own = shims.targets.iter().filter(|target| *shims.label(target.label).folder == *folder);
    own.flat_map(|target| shims.files(target)).filter(|file| file.role == Role::Source).map(|file| file.path).collect()
}

/// Whether a header is another one of the same path: found from a folder above the file that includes it, as in a library that
/// carries a `third_party` of its own, or not in the tree though the library is.
fn elsewhere(tree: &dyn Sources, replacement: &Replacement, include: &Include) -> bool {
    if tree.exists(&include.header) {
        return false;
    }
    let mut folder = include.file.parent();
    while let Some(next) = folder {
        if next.join(include.header.as_bytes()).is_ok_and(|path| tree.exists(&path)) {
            return true;
        }
        folder = next.parent();
    }
    tree.exists(&replacement.path)
}

/// Whether an include is served: forwarded, made, compiled by the shim, or of a folder with a build file that stays.
fn stays(
    overlay: &Overlay,
    replacement: &Replacement,
    library: &Library,
    sources: &BTreeSet<Text>,
    include: &Include,
) -> bool {
    let header = String::from_utf8_lossy(include.header.as_bytes());
    if library.covered.binary_search_by(|known| (**known).cmp(&*header)).is_ok() {
        return true;
    }
    if sources.contains(&*format!("//{header}")) {
        return true;
    }
    let Some(top) = replacement.path.parent() else { return false };
    let mut folder = include.header.parent();
    while let Some(next) = folder.filter(|next| *next != top) {
        if next.join(b"BUILD.gn").is_ok_and(|file| overlay.exists(&file)) {
            return true;
        }
        folder = next.parent();
    }
    false
}

fn private(library: &mut Library, include: &Include, in_build: bool) {
    let place = format!("{}:{}", include.file, include.line);
    let at = library.private.iter().position(|known| known.header == include.header);
    let at = at.unwrap_or_else(|| {
        let header = include.header.clone();
        library.private.push(PrivateHeader { header, users: Vec::new(), others: Vec::new() });
        library.private.len() - 1
    });
    let known = &mut library.private[at];
    if in_build { known.users.push(place) } else { known.others.push(place) }
}

/// Whether used targets outside of the library name targets of it, and which of these the shim does not declare.
///
/// Parts of one library that have a shim each do not count for each other: they are replaced together.
fn missing(
    build: &Build,
    states: &[State],
    replacement: &Replacement,
    declared: &[Text],
) -> (bool, Vec<MissingTarget>) {
    let folder = format!("//{}", folder_of(replacement));
    let whole = unit(&folder).to_owned();
    let part = |other: &str| other != whole && other.starts_with(&whole) && unit(other) == whole && folder != whole;
    let mut any = false;
    let mut wanted: BTreeMap<String, BTreeSet<TargetUser>> = BTreeMap::new();
    for (target, _) in build.targets.iter().zip(states).filter(|(_, state)| **state <= State::UsedIf) {
        let own = &build.label(target.label).folder;
        if **own == *folder {
            continue;
        }
        for edge in target.edges.iter().filter(|edge| edge.link != Link::Config) {
            let to = build.label(edge.to);
            if *to.folder != *folder || part(own) {
                continue;
            }
            any = true;
            if declared.binary_search(&to.name).is_err() {
                let (file, line) = &target.place;
                let place = format!("{}:{line}", file.trim_start_matches('/'));
                let user = TargetUser { label: build.shown(target.label), place };
                wanted.entry(to.name.to_string()).or_default().insert(user);
            }
        }
    }
    let missing = wanted.into_iter().map(|(name, users)| MissingTarget { name, users: users.into_iter().collect() });
    (any, missing.collect())
}

/// The folder of a library as a whole: up to the part after the last `third_party`.
fn unit(folder: &str) -> &str {
    let Some(at) = folder.rfind("third_party/") else { return folder };
    let rest = at + "third_party/".len();
    let end = folder.get(rest..).and_then(|rest| rest.find('/')).map_or(folder.len(), |end| rest + end);
    folder.get(..end).unwrap_or(folder)
}
