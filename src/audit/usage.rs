//! Whether the build uses each component, with the proof: targets and files that its build files name, headers that compiled
//! files include, folders that scripts of the build import from.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::audit::candidate::folder_of;
use crate::audit::facts::{Fact, Said};
use crate::audit::layout::Layout;
use crate::audit::report::{Component, Use, Used};
use crate::audit::scan::Scan;
use crate::audit::sources::Scanned;
use crate::gn::build::Role;
use crate::gn::{Build, Reached, State};
use crate::path::{self, RepoPath};
use crate::text::display;

/// The folder that holds other people's code in a tree with GN.
const VENDORING: &[u8] = b"third_party";

/// The longest script that is searched for what it imports.
const SCRIPT_LIMIT: usize = 1 << 20;

/// A build that was walked, with the files that it names.
pub struct Walked<'b> {
    /// The build.
    pub build: &'b Build,
    /// The walk.
    pub reached: Reached<'b>,
    /// How the build uses each target.
    pub states: Vec<State>,
    /// The files that used targets compile and that include other people's code, with the target.
    pub compiled: HashMap<Vec<u8>, usize>,
    /// The scripts that used targets run, and what these read, with the target.
    scripts: BTreeMap<Vec<u8>, usize>,
    /// Every file and folder of other people's code that a used or host-only target names.
    pub named: BTreeSet<Vec<u8>>,
}

impl<'b> Walked<'b> {
    /// Walks a build; of compiled files only those that include other people's code are kept.
    pub fn new(build: &'b Build, scan: &Scan) -> Self {
        let reached = Reached::new(build);
        let states = reached.states();
        let mut walked =
            Self { build, reached, states, compiled: HashMap::new(), scripts: BTreeMap::new(), named: BTreeSet::new() };
        for (number, (target, state)) in build.targets.iter().zip(&walked.states).enumerate() {
            if *state > State::HostOnly {
                continue;
            }
            for file in build.files(target) {
                let path = file.path.trim_start_matches('/').as_bytes().to_vec();
                match file.role {
                    Role::Source if *state <= State::UsedIf && !includes(scan, &path).is_empty() => {
                        walked.compiled.entry(path.clone()).or_insert(number);
                    }
                    Role::Script | Role::Input if path.ends_with(b".py") => {
                        walked.scripts.entry(path.clone()).or_insert(number);
                    }
                    _ => {}
                }
                if bstr::ByteSlice::contains_str(&path[..], VENDORING) {
                    walked.named.insert(path);
                }
            }
        }
        walked
    }

    /// The labels from a root to a target, then these files.
    fn witness(&self, target: usize, files: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut witness = self.reached.witness(target);
        witness.extend(files);
        witness
    }
}

/// What includes and scripts add to what build files name.
#[derive(Default)]
pub struct Mentioned {
    /// Headers that compiled files include, directly or through other headers: the include, and the target that compiles.
    pub headers: BTreeMap<Vec<u8>, (String, usize)>,
    /// Folders that scripts of the build import from: the script's line, and the target that runs it.
    pub folders: BTreeMap<Vec<u8>, (String, usize)>,
}

/// Follows the includes from every compiled file, and reads the scripts that the build runs.
pub fn mentioned(walked: &Walked<'_>, scan: &Scan, layout: &Layout<'_>, tree: &Scanned<'_>) -> Mentioned {
    let mut found = Mentioned::default();
    let mut open: Vec<(Vec<u8>, usize)> = walked.compiled.iter().map(|(path, at)| (path.clone(), *at)).collect();
    // In the order of paths, so that the first that includes a header is its witness.
    open.sort();
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    while !open.is_empty() {
        let mut next = Vec::new();
        for (file, target) in open {
            for said in includes(scan, &file) {
                let header = said.text.as_bytes();
                if seen.contains(header) || !layout.has(header) {
                    continue;
                }
                seen.insert(header.to_vec());
                let place = format!("{}:{}", display::utf8(&file).text, said.line);
                found.headers.insert(header.to_vec(), (place, target));
                next.push((header.to_vec(), target));
            }
        }
        open = next;
    }
    let paths: Vec<(RepoPath, usize)> = (walked.scripts.iter())
        .filter(|(path, _)| layout.has(path))
        .filter_map(|(path, target)| Some((RepoPath::parse(path).ok()?, *target)))
        .collect();
    let wanted: Vec<RepoPath> = paths.iter().map(|(path, _)| path.clone()).collect();
    for ((path, target), text) in paths.iter().zip(tree.read_all(&wanted)) {
        let Some(text) = text.filter(|text| text.len() <= SCRIPT_LIMIT) else { continue };
        for (line, name) in imported_folders(&text) {
            let folder = [VENDORING, b"/", name.as_slice()].concat();
            if layout.is_folder(&folder) {
                found.folders.entry(folder).or_insert_with(|| (format!("{path}:{line}"), *target));
            }
        }
    }
    found
}

/// What a file includes of other people's code.
pub fn includes<'s>(scan: &'s Scan, file: &[u8]) -> &'s [Said] {
    let mut facts = scan.facts.get(file).into_iter().flatten();
    facts.find_map(|fact| if let Fact::Includes(said) = fact { Some(&said[..]) } else { None }).unwrap_or(&[])
}

/// The folders below `third_party` that a script names as parts of a path: `'third_party', 'ply'` or `third_party/ply`.
fn imported_folders(text: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut found = Vec::new();
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
        for at in bstr::ByteSlice::find_iter(line, VENDORING) {
            let rest = line.get(at + VENDORING.len()..).unwrap_or_default();
            let parts = rest.iter().take_while(|byte| b"/\\'\", )".contains(byte)).count();
            let rest = rest.get(parts..).unwrap_or_default();
            let word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-+.".contains(byte);
            let name: Vec<u8> = rest.iter().take_while(word).copied().collect();
            if parts > 0 && !name.is_empty() {
                found.push((number + 1, name));
            }
        }
    }
    found
}

/// Fills `used` of every component.
pub fn fill(components: &mut [Component], walked: &Walked<'_>, mentioned: &Mentioned) {
    let places: Vec<Vec<RepoPath>> = components.iter().map(places).collect();
    let mut paths: Vec<RepoPath> = places.iter().flatten().cloned().collect();
    paths.sort();
    paths.dedup();
    let usages = walked.reached.usages(&paths);
    let mut used: Vec<Used> = usages
        .into_iter()
        .map(|usage| Used {
            state: of_state(usage.state),
            condition: condition(&usage.condition),
            witness: usage.witness,
            unused: None,
        })
        .collect();
    let owner = |path: &[u8]| owner(&paths, path);
    for (header, (place, target)) in &mentioned.headers {
        let Some(used) = owner(folder_of(header)).and_then(|at| used.get_mut(at)) else { continue };
        if used.state > Use::UsedIf {
            // A file without a target of its own is compiled by whoever includes it.
            let witness = walked.witness(*target, [place.clone(), display::utf8(header).text]);
            *used =
                Used { state: Use::UsedIf, condition: Some(format!("the include at {place}")), witness, unused: None };
        }
    }
    for (folder, (place, target)) in &mentioned.folders {
        let below = paths.iter().enumerate().filter(|(_, path)| path.as_bytes() == folder.as_slice());
        for at in below.map(|(at, _)| at).chain(owner(folder)).collect::<BTreeSet<_>>() {
            if let Some(used) = used.get_mut(at).filter(|used| used.state > Use::UsedIf && used.state != Use::HostOnly)
            {
                let witness = walked.witness(*target, [place.clone()]);
                *used = Used { state: Use::HostOnly, condition: None, witness, unused: None };
            }
        }
    }
    for (component, places) in components.iter_mut().zip(places) {
        let all = places.iter().filter_map(|path| used.get(paths.binary_search(path).ok()?));
        if let Some(best) = all.min_by_key(|used| rank(used.state)) {
            component.used = best.clone();
        }
    }
}

/// The folders that a component has: its code, and where it is declared.
pub fn places(component: &Component) -> Vec<RepoPath> {
    let declared = component.declared_in.first().and_then(|place| place.rsplit_once(':')).map(|(path, _)| path);
    let folder = declared.map(|path| folder_of(path.as_bytes())).unwrap_or_default();
    let manifest = component.declared_in.first().is_some_and(|place| place.contains("README"));
    let root = Some(component.root.as_bytes()).filter(|root| *root != b".");
    let all = root.into_iter().chain(Some(folder).filter(|folder| manifest && !folder.is_empty()));
    all.filter_map(|path| RepoPath::parse(path).ok()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The innermost of some sorted folders that holds a folder or is it.
fn owner(paths: &[RepoPath], folder: &[u8]) -> Option<usize> {
    path::upwards(folder).find_map(|at| paths.binary_search_by(|path| path.as_bytes().cmp(at)).ok())
}

/// How much of a use it is, the most first.
fn rank(state: Use) -> usize {
    const ORDER: [Use; 6] = [Use::Used, Use::UsedIf, Use::HostOnly, Use::TestOnly, Use::Unreachable, Use::Unknown];
    ORDER.iter().position(|known| *known == state).unwrap_or(ORDER.len())
}

fn of_state(state: State) -> Use {
    match state {
        State::Used => Use::Used,
        State::UsedIf => Use::UsedIf,
        State::HostOnly => Use::HostOnly,
        State::TestOnly => Use::TestOnly,
        State::Unreachable => Use::Unreachable,
    }
}

fn condition(condition: &[crate::gn::Literal]) -> Option<String> {
    let all: Vec<String> = condition.iter().map(ToString::to_string).collect();
    (!all.is_empty()).then(|| display::terminal(all.join(" && ").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_folders_in_both_forms() {
        let text = b"import sys\nsys.path.insert(0, os.path.join(ROOT, 'third_party', 'ply'))\nx = 'a/third_party/jinja2/x'\n# third_party\nthird_party_x\n";
        let found: Vec<(usize, String)> =
            imported_folders(text).into_iter().map(|(line, name)| (line, String::from_utf8(name).unwrap())).collect();
        assert_eq!(found, [(2, "ply".to_owned()), (3, "jinja2".to_owned())]);
    }

    #[test]
    fn the_innermost_folder_owns() {
        let paths: Vec<RepoPath> =
            ["a", "a/b", "a-b"].iter().map(|path| RepoPath::parse(path.as_bytes()).unwrap()).collect();
        let mut paths = paths;
        paths.sort();
        let owned = |folder: &str| owner(&paths, folder.as_bytes()).map(|at| paths[at].to_string());
        assert_eq!(owned("a/b/c").as_deref(), Some("a/b"));
        assert_eq!(owned("a/c").as_deref(), Some("a"));
        assert_eq!(owned("a-b").as_deref(), Some("a-b"));
        assert_eq!(owned("c"), None);
    }
}
