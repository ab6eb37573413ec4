//! Components that the code itself betrays: markers of known libraries, build files that name a known one, and units of
//! vendoring folders.
//!
//! Each detection says what it rests on and how sure it is; what metadata says is not looked at here.

mod units;

use std::collections::BTreeMap;

use crate::audit::candidate::{file_name, folder_of};
use crate::audit::facts::{Fact, Marked, Project, ProjectFile, Said};
use crate::audit::heads::Heads;
use crate::audit::layout::{Layout, ends_with_name, is_plain_part, is_vendoring};
use crate::audit::scan::Scan;
use crate::path::RepoPath;
use crate::profile::catalog::{Catalog, Library, key};

/// How a component was detected, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A marker of the catalog.
    Marker,
    /// A build file that names a library of the catalog.
    BuildFile,
    /// A unit whose name is that of a library of the catalog.
    KnownName,
    /// A unit with the files of an upstream project: build files or a licence.
    Layout,
}

impl Evidence {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Marker => "marker",
            Self::BuildFile => "build-file",
            Self::KnownName => "known-name",
            Self::Layout => "layout",
        }
    }

    /// How sure such evidence is: the share that was right on a browser's tree of 448,447 files with its metadata hidden, counted
    /// against that metadata; for markers, the few that it does not list were looked at one by one.
    pub fn confidence(self) -> f64 {
        match self {
            Self::Marker => 0.97,
            Self::BuildFile => 0.85,
            Self::KnownName | Self::Layout => 0.65,
        }
    }
}

/// A version that stands in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundVersion {
    /// The version.
    pub text: String,
    /// The file.
    pub path: Vec<u8>,
    /// The line.
    pub line: usize,
    /// True where a marker of the very library states it, false where it comes from a general file.
    pub certain: bool,
}

/// A component that was detected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The canonical name, or the folder's.
    pub name: String,
    /// Its place in the catalog, where it is known there.
    pub library: Option<usize>,
    /// The folder of its code; empty for the tree's root.
    pub root: Vec<u8>,
    /// What it rests on.
    pub evidence: Evidence,
    /// The files that tell, the most telling first.
    pub places: Vec<Vec<u8>>,
    /// Its version, where the code tells one.
    pub version: Option<FoundVersion>,
}

/// So many files of C in a folder of a known library's name are more than glue.
const GLUE: u32 = 8;

/// Folders of data that only look like code.
const DATA: [&str; 10] = [
    "testdata",
    "test_data",
    "test-data",
    "testcases",
    "corpus",
    "corpora",
    "fuzz_corpora",
    "fuzzdata",
    "seed_corpus",
    "goldens",
];

/// Detects all components of a tree, sorted by root and name.
pub fn detect(scan: &Scan, layout: &Layout<'_>, catalog: &Catalog) -> Vec<Detected> {
    let heads = scan.each().filter_map(|(path, fact)| match fact {
        Fact::Head(head) => Some((path, head)),
        _ => None,
    });
    let heads = Heads::new(heads);
    let mut found = Finder { layout, catalog, heads, found: BTreeMap::new(), projects: BTreeMap::new() };
    for (path, facts) in &scan.facts {
        if path.split(|&byte| byte == b'/').any(|part| DATA.iter().any(|data| data.as_bytes() == part)) {
            continue;
        }
        for fact in facts {
            match fact {
                Fact::Marker(marked) => found.marker(path, marked),
                Fact::Project(project) => {
                    found.projects.entry(folder_of(path).to_vec()).or_default().push((path, project));
                }
                _ => {}
            }
        }
    }
    found.build_files();
    found.units();
    found.finish()
}

type Projects<'s> = BTreeMap<Vec<u8>, Vec<(&'s Vec<u8>, &'s Project)>>;

struct Finder<'s> {
    layout: &'s Layout<'s>,
    catalog: &'s Catalog,
    heads: Heads<'s>,
    /// By root and name.
    found: BTreeMap<(Vec<u8>, String), Draft>,
    projects: Projects<'s>,
}

struct Draft {
    detected: Detected,
    /// The order of the marker that told the version.
    rank: usize,
}

impl Finder<'_> {
    fn marker(&mut self, path: &[u8], marked: &Marked) {
        let Some(library) = self.catalog.libraries().get(marked.library) else { return };
        let Some(marker) = library.markers.get(marked.marker) else { return };
        if is_shim(path) {
            return;
        }
        let folder = folder_of(path);
        let start = above(folder, marker.up, library);
        // A copy that lost the folders above its marker still ends where its unit does.
        let start = self.layout.unit_of(folder).filter(|unit| unit.len() > start.len()).unwrap_or(start);
        let beside = |name: &String| {
            let places = [resolve(folder, name), resolve(start, name)];
            places.iter().flatten().any(|place| self.layout.has(place))
        };
        let root = if marker.beside.is_empty() || marker.beside.iter().any(beside) {
            self.root(start, library)
        } else {
            // A few headers of a library below a folder of its name are a copy too.
            match self.layout.unit_of(folder).filter(|unit| is_named(&self.layout.name_of(unit), library)) {
                Some(unit) => unit.to_vec(),
                None => return,
            }
        };
        let version = marked.version.as_ref().map(|said| found_version(said, path, true));
        self.add(Evidence::Marker, marked.library, &root, path, version, marked.marker);
    }

    fn add(
        &mut self,
        evidence: Evidence,
        library: usize,
        root: &[u8],
        path: &[u8],
        version: Option<FoundVersion>,
        rank: usize,
    ) {
        let Some(known) = self.catalog.libraries().get(library) else { return };
        let name = known.name.clone();
        let fresh = || Draft {
            detected: Detected {
                name: name.clone(),
                library: Some(library),
                root: root.to_vec(),
                evidence,
                places: Vec::new(),
                version: None,
            },
            rank: usize::MAX,
        };
        let draft = self.found.entry((root.to_vec(), name.clone())).or_insert_with(fresh);
        draft.detected.evidence = draft.detected.evidence.min(evidence);
        draft.detected.places.push(path.to_vec());
        // The catalog's order of markers is that of trust; of two files of one kind, the higher one in the tree.
        let better = |old: &FoundVersion| (rank, path.len()) < (draft.rank, old.path.len());
        if version.is_some() && draft.detected.version.as_ref().is_none_or(better) {
            draft.detected.version = version;
            draft.rank = rank;
        }
    }

    /// The folder of the component of a library whose marker points at `start`.
    fn root(&self, start: &[u8], library: &Library) -> Vec<u8> {
        let unit = self.layout.unit_of(start);
        if let Some(unit) = unit.filter(|unit| is_named(&self.layout.name_of(unit), library)) {
            return unit.to_vec();
        }
        let floor = unit.unwrap_or_default();
        let mut named = None;
        let mut folder = start;
        while folder.len() > floor.len() {
            if is_prefixed(file_name(folder), library) {
                named = Some(folder);
            }
            folder = folder_of(folder);
        }
        if let Some(named) = named {
            return named.to_vec();
        }
        let mut root = start;
        while root.len() > floor.len() && is_plain_part(file_name(root)) {
            root = folder_of(root);
        }
        root.to_vec()
    }

    /// Build files that name a library of the catalog.
    fn build_files(&mut self) {
        let projects = std::mem::take(&mut self.projects);
        for (folder, said) in &projects {
            let strong = said.iter().filter(|(_, project)| project.from <= ProjectFile::CMake);
            for (path, project) in strong {
                let Some(name) = &project.name else { continue };
                let Some(at) = self.library_at(name) else { continue };
                let Some(library) = self.catalog.libraries().get(at) else { continue };
                // A test of a build system names libraries too.
                let enough = if self.layout.unit_of(folder).is_some() { 1 } else { GLUE };
                if self.layout.c_files(folder) < enough {
                    continue;
                }
                let root = self.root(folder, library);
                let version = project.version.as_ref().map(|said| found_version(said, path, true));
                self.add(Evidence::BuildFile, at, &root, path, version, library.markers.len());
            }
        }
        self.projects = projects;
    }

    fn library_at(&self, name: &str) -> Option<usize> {
        let found = self.catalog.find(name)?;
        self.catalog.libraries().iter().position(|library| library.name == found.name)
    }

    /// The version that the general files of a unit tell, the most trusted kind first.
    fn unit_version(&self, unit: &[u8], knows_better: bool) -> Option<FoundVersion> {
        let tops = self.tops(unit);
        let mut said: Vec<(ProjectFile, usize, &Vec<u8>, &Said)> = Vec::new();
        for (depth, folder) in tops.iter().enumerate() {
            for (path, project) in self.projects.get(folder).into_iter().flatten() {
                // A list of changes that upstream no longer keeps is worse than none where a better place is known.
                if knows_better && project.from == ProjectFile::Changes {
                    continue;
                }
                said.extend(project.version.as_ref().map(|version| (project.from, depth, *path, version)));
            }
        }
        said.sort();
        said.first().map(|(_, _, path, version)| found_version(version, path, false))
    }

    /// The libraries that the build files at the top of the tree give as the project's own name.
    fn own(&self) -> Vec<usize> {
        let top = self.projects.get(&b""[..]).into_iter().flatten();
        top.filter_map(|(_, project)| self.library_at(project.name.as_ref()?)).collect()
    }

    fn finish(mut self) -> Vec<Detected> {
        let silent = self.found.iter().filter(|(_, draft)| draft.detected.version.is_none());
        let ruled = |draft: &Draft| {
            let library = draft.detected.library.and_then(|at| self.catalog.libraries().get(at));
            library.is_some_and(|library| library.markers.iter().any(|marker| marker.version.is_some()))
        };
        let versions: Vec<_> =
            silent.map(|(place, draft)| (place.clone(), self.unit_version(&place.0, ruled(draft)))).collect();
        for (place, version) in versions {
            if let Some(draft) = self.found.get_mut(&place) {
                draft.detected.version = version;
            }
        }
        let (layout, own) = (self.layout, self.own());
        let mut all: Vec<Detected> = self.found.into_values().map(|draft| draft.detected).collect();
        let by_name = |detected: &Detected| detected.library.is_some_and(|library| own.contains(&library));
        all.retain(|detected| {
            layout.unit_of(&detected.root).is_some() || !(by_name(detected) || is_the_project(layout, &detected.root))
        });
        for detected in &mut all {
            detected.places.sort();
            detected.places.dedup();
        }
        one_of_each(all)
    }
}

/// True for a folder outside all units that holds most of the code there: the project itself, and not one that it bundles.
fn is_the_project(layout: &Layout<'_>, root: &[u8]) -> bool {
    layout.c_files(root) > layout.c_files(b"") / 2
}

/// Takes out a library that was detected again inside of itself, and a part that is named after the whole beside it.
fn one_of_each(all: Vec<Detected>) -> Vec<Detected> {
    let inside = |one: &Detected, other: &Detected| {
        let below =
            one.root.strip_prefix(&other.root[..]).is_some_and(|rest| other.root.is_empty() || rest.starts_with(b"/"));
        below && !one.root.is_empty() && !is_vendoring(file_name(folder_of(&one.root)))
    };
    let kept: Vec<bool> = all
        .iter()
        .map(|one| {
            let again = |other: &Detected| other.name == one.name && other.root != one.root && inside(one, other);
            let longer = |whole: &Detected, part: &Detected| {
                part.name.strip_prefix(&whole.name).is_some_and(|rest| rest.starts_with('-'))
            };
            // What a marker tells is the whole's part, or a fork that the folder's name leaves out.
            let told = |other: &Detected| {
                other.root == one.root
                    && other.evidence == Evidence::Marker
                    && (longer(other, one) || (one.evidence == Evidence::KnownName && longer(one, other)))
            };
            !all.iter().any(|other| again(other) || told(other))
        })
        .collect();
    all.into_iter().zip(kept).filter(|(_, keep)| *keep).map(|(detected, _)| detected).collect()
}

/// True for a path among headers that stand in for a copy elsewhere and have the names of its files.
fn is_shim(path: &[u8]) -> bool {
    path.split(|&byte| byte == b'/').any(|part| part == b"shims")
}

fn found_version(said: &Said, path: &[u8], certain: bool) -> FoundVersion {
    FoundVersion { text: said.text.clone(), path: path.to_vec(), line: said.line, certain }
}

/// The folder `up` levels above; where that has another name, the highest one of the library's name on the way.
fn above<'p>(folder: &'p [u8], up: usize, library: &Library) -> &'p [u8] {
    let (mut at, mut named) = (folder, None);
    for _ in 0..up {
        named = if is_prefixed(file_name(at), library) { Some(at) } else { named };
        at = folder_of(at);
    }
    named.filter(|_| !is_prefixed(file_name(at), library)).unwrap_or(at)
}

/// `name` (with `..` for the folder above) beside `folder`.
fn resolve(folder: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut folder = folder;
    let mut rest = name;
    while let Some(below) = rest.strip_prefix("../") {
        if folder.is_empty() {
            return None;
        }
        folder = folder_of(folder);
        rest = below;
    }
    let path = crate::tree::survey::join(folder, rest.as_bytes());
    RepoPath::parse(&path).ok().map(|path| path.as_bytes().to_vec())
}

/// A folder's name without a version at its end: `llvm-16.0` is `llvm`.
pub fn unversioned(name: &str) -> &str {
    let cut = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
    let cut = cut.strip_suffix('v').filter(|cut| cut.ends_with(['-', '_'])).unwrap_or(cut);
    let cut = cut.trim_end_matches(['-', '_', '.']);
    if cut.is_empty() { name } else { cut }
}

/// True where a folder goes by a name of the library, be it with a prefix of the project's own.
fn is_prefixed(folder: &[u8], library: &Library) -> bool {
    let text = String::from_utf8_lossy(folder);
    let mut names = std::iter::once(&library.name).chain(&library.aliases);
    let (whole, cut) = (key(&text), key(unversioned(&text)));
    names.any(|name| ends_with_name(&whole, &key(name)) || ends_with_name(&cut, &key(name)))
}

/// True where a folder goes by a name of the library.
fn is_named(folder: &str, library: &Library) -> bool {
    let names = std::iter::once(&library.name).chain(&library.aliases);
    let (whole, cut) = (key(folder), key(unversioned(folder)));
    let bare = |name: &str| name.strip_prefix("lib").filter(|rest| rest.len() > 2).unwrap_or(name).to_owned();
    names.map(|name| bare(&key(name))).any(|name| name == bare(&whole) || name == bare(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_at_the_end_of_a_name_do_not_count() {
        for (name, expected) in
            [("llvm-16.0", "llvm"), ("zlib_v1_2", "zlib"), ("sqlite3", "sqlite"), ("7", "7"), ("libpng16", "libpng")]
        {
            assert_eq!(unversioned(name), expected);
        }
    }

    #[test]
    fn a_name_beside_leads_up_but_not_out() {
        assert_eq!(resolve(b"a/b/c", "../../x"), Some(b"a/x".to_vec()));
        assert_eq!(resolve(b"a", "../x"), Some(b"x".to_vec()));
        assert_eq!(resolve(b"", "../x"), None);
    }
}
