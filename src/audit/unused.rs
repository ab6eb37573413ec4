//! Why the build does not use a component: it holds no code, a test of a build file does not hold, only tests want it, nothing does.

use std::collections::{BTreeMap, HashMap};

use crate::audit::candidate::{folder_of, is_license};
use crate::audit::layout::Layout;
use crate::audit::report::{Component, Unused, UnusedKind, Use};
use crate::audit::scan::Scan;
use crate::audit::usage::{Walked, includes, places};
use crate::gn::{Reason, Why};
use crate::path::{self, RepoPath};
use crate::text::display;
use crate::tree::survey::join;
use crate::tree::{Entry, Mode};

/// Fills `used.unused` of every component that the build does not use.
pub fn explain(components: &mut [Component], walked: &Walked<'_>, scan: &Scan, layout: &Layout<'_>) {
    let idle = |component: &Component| matches!(component.used.state, Use::Unreachable | Use::TestOnly);
    let mut paths: BTreeMap<RepoPath, bool> = BTreeMap::new();
    for component in components.iter() {
        for path in places(component) {
            let wanted = paths.entry(path).or_default();
            *wanted = *wanted || idle(component);
        }
    }
    let (paths, wanted): (Vec<RepoPath>, Vec<bool>) = paths.into_iter().unzip();
    let reasons = walked.reached.why(&paths, &wanted);
    for component in components.iter_mut().filter(|component| idle(component)) {
        let places = places(component);
        if !places.is_empty() && places.iter().all(|place| !has_code(layout, place.as_bytes())) {
            let detail = "its folder holds nothing but metadata and texts".to_owned();
            component.used.unused = Some(Unused { kind: UnusedKind::NoCode, detail, test: None, place: None });
            continue;
        }
        let all = places.iter().filter_map(|place| reasons.get(paths.binary_search(place).ok()?)?.as_ref());
        // A test that a person can look at tells more than that nothing was found.
        component.used.unused = all.min_by_key(|reason| reason.why).map(told);
    }
    not_compiled(components, scan, layout);
}

/// Of components that no build file names, tells the first file outside that includes a header of them.
fn not_compiled(components: &mut [Component], scan: &Scan, layout: &Layout<'_>) {
    let roots: HashMap<Vec<u8>, usize> = components
        .iter()
        .enumerate()
        .filter(|(_, one)| {
            let kind = one.used.unused.as_ref().map(|unused| unused.kind);
            matches!(kind, Some(UnusedKind::Unnamed | UnusedKind::Unwanted)) && one.root != "."
        })
        .map(|(at, one)| (one.root.clone().into_bytes(), at))
        .collect();
    let owner = |file: &[u8]| path::upwards(file).skip(1).find_map(|folder| roots.get(folder)).copied();
    let mut told: BTreeMap<usize, String> = BTreeMap::new();
    for path in scan.facts.keys() {
        for said in includes(scan, path) {
            let header = said.text.as_bytes();
            let near = join(folder_of(path), header);
            let header = if layout.has(&near) { &near[..] } else { header };
            let Some(at) = owner(header).filter(|at| owner(path) != Some(*at)) else { continue };
            told.entry(at).or_insert_with(|| format!("{}:{}", display::utf8(path).text, said.line));
        }
    }
    for (at, place) in told {
        let Some(component) = components.get_mut(at) else { continue };
        let detail = format!("{place} includes it, and the build does not compile that file");
        let unused = Unused { kind: UnusedKind::NotCompiled, detail, test: None, place: Some(place) };
        component.used.unused = Some(unused);
    }
}

fn told(reason: &Reason) -> Unused {
    let kind = match reason.why {
        Why::Condition => UnusedKind::Condition,
        Why::Template => UnusedKind::Template,
        Why::Tests => UnusedKind::Tests,
        Why::Unwanted => UnusedKind::Unwanted,
        Why::Unnamed => UnusedKind::Unnamed,
    };
    let test = reason.test.as_deref().map(|test| display::terminal(test.as_bytes()));
    let place = reason.place.as_deref().map(|place| display::terminal(place.as_bytes()));
    Unused { kind, detail: display::terminal(reason.to_string().as_bytes()), test, place }
}

/// How deep a folder is searched for code.
const DEPTH: usize = 12;

/// Names, and beginnings and endings of names, of files that are about code and none.
const ABOUT: [&[u8]; 5] = [b"OWNERS", b"DIR_METADATA", b"METADATA", b"AUTHORS", b"NOTICE"];
const ABOUT_BEGINS: [&[u8]; 2] = [b"README", b"MODULE_LICENSE"];
const ABOUT_ENDS: [&[u8]; 6] = [b".md", b".gn", b".gni", b".gitignore", b".gitmodules", b"cipd.yaml"];

/// Whether a folder, or one below it, holds anything else than metadata, texts and build files.
fn has_code(layout: &Layout<'_>, folder: &[u8]) -> bool {
    let is_code = |entry: &Entry| {
        let name = &entry.name[..];
        let about = ABOUT.contains(&name)
            || is_license(name)
            || ABOUT_BEGINS.iter().any(|begin| name.starts_with(begin))
            || ABOUT_ENDS.iter().any(|end| name.ends_with(end));
        !about && matches!(entry.mode, Some(Mode::Regular | Mode::Executable | Mode::Symlink))
    };
    layout.any_file(folder, |_, depth| depth < DEPTH, is_code)
}
