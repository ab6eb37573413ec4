//! What stands in the way of the system's copies, as far as the tree tells: the proofs of shims as blockers, and arguments that
//! choose the system's copy.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::build_report::{Hook, HookState, Shim};
use crate::audit::report::{Answer, Blocker, Component};
use crate::audit::scan::Scan;
use crate::gn::Build;
use crate::profile::catalog::key;
use crate::profile::packaging::Packaging;
use crate::profile::unbundling::{KnownKind, fits};
use crate::unbundle::{Library, Replacement};

/// The blocker of an include that the shim does not forward.
pub const PRIVATE_HEADER: &str = "private-header";
/// Stands for includes past the shim in files that this build does not compile.
pub const ELSEWHERE: &str = "private-header-elsewhere";
/// The blocker of a target that the shim does not declare.
pub const MISSING_TARGET: &str = "shim-missing-target";
/// The blocker of a C++ interface beside a bundled C++ library.
pub const CXX_ABI: &str = "cxx-abi";
/// The blocker of a copy that went its own way.
pub const FORKED: &str = "forked";
/// Stands for local modifications, which a person has to read.
pub const MODIFIED: &str = "modified";
/// Names parts of the folder that stay; blocks nothing.
pub const KEPT: &str = "kept-additions";

/// So many places of one blocker are named.
const PLACES: usize = 50;
/// So many blockers of one kind are told on their own.
const EACH: usize = 40;

/// The argument that says whether the bundled C++ library is used.
const CXX_ARGUMENT: &str = "use_custom_libcxx";

/// The rows of shims, each with its component and what blocks it; sorted by name.
pub fn shims(
    libraries: &[Library],
    replacements: &[Replacement],
    components: &[Component],
    packaging: &Packaging,
    build: &Build,
) -> Vec<Shim> {
    let bundled_cxx = build.arguments.iter().any(|one| &*one.name == CXX_ARGUMENT && one.value == "true");
    let row = |(library, replacement): (&Library, &Replacement)| {
        let component = component_of(replacement, components, packaging);
        let mut blockers = proof(library);
        blockers.extend(cxx(library, replacement, packaging, bundled_cxx));
        Shim {
            name: library.name.clone(),
            replaces: replacement.path.to_string(),
            component: component.map(|component| component.id.clone()),
            proved: library.ran,
            headers: library.covered.len(),
            targets: library.targets.len(),
            blockers,
            wanted: library.wanted,
            verdict: None,
            kept: None,
        }
    };
    let mut rows: Vec<Shim> = libraries.iter().zip(replacements).map(row).collect();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows
}

/// The component that a shim is for: where the profile says so, else the innermost one around the replaced file, else one of
/// the shim's name.
fn component_of<'c>(
    replacement: &Replacement,
    components: &'c [Component],
    packaging: &Packaging,
) -> Option<&'c Component> {
    let at = |path: &str| components.iter().find(|one| one.root == path || one.id == path);
    let stated = packaging.libraries.iter().chain(&packaging.known_libraries);
    let mut stated = stated.filter(|library| library.gn_name.as_deref() == Some(&replacement.name));
    if let Some(path) = stated.find_map(|library| library.path.as_deref()) {
        return at(path);
    }
    let around = || {
        let mut folder = replacement.path.parent();
        while let Some(next) = folder {
            let path = next.to_string();
            if let Some(found) = at(&path) {
                return Some(found);
            }
            // Beyond its own folder a library is part of another one.
            let below = next.parent().is_none_or(|above| above.file_name() == b"third_party");
            folder = next.parent().filter(|_| !below);
        }
        None
    };
    let named = || {
        let name = key(&replacement.name);
        let called = |one: &&Component| {
            let folder = one.root.rsplit('/').next().unwrap_or_default();
            let nested = one.root.matches("third_party").count() > 1;
            one.ecosystem == "c" && !nested && (key(&one.name) == name || key(folder) == name)
        };
        components.iter().filter(called).min_by_key(|one| one.root.split('/').count())
    };
    around().or_else(named)
}

/// What the proof of one shim found.
fn proof(library: &Library) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    for header in library.private.iter().filter(|header| !header.users.is_empty()).take(EACH) {
        blockers.push(Blocker {
            kind: PRIVATE_HEADER.to_owned(),
            detail: format!("the shim does not forward {}", header.header),
            places: header.users.iter().take(PLACES).cloned().collect(),
        });
    }
    let others: Vec<&String> = library.private.iter().flat_map(|header| &header.others).collect();
    if !others.is_empty() {
        let count = others.len();
        blockers.push(Blocker {
            kind: ELSEWHERE.to_owned(),
            detail: format!("{count} includes past the shim in files that this build does not compile"),
            places: others.into_iter().take(PLACES).cloned().collect(),
        });
    }
    for target in library.missing.iter().take(EACH) {
        let first = target.users.first().map(|user| user.label.clone()).unwrap_or_default();
        blockers.push(Blocker {
            kind: MISSING_TARGET.to_owned(),
            detail: format!("the shim does not declare `{}`, which {first} names", target.name),
            places: target.users.iter().map(|user| user.place.clone()).take(PLACES).collect(),
        });
    }
    if !library.kept.is_empty() {
        let folders: BTreeSet<&str> = library
            .kept
            .iter()
            .filter_map(|file| file.trim_start_matches('/').rsplit_once('/'))
            .map(|(folder, _)| folder)
            .collect();
        let folders: Vec<&str> = folders.into_iter().collect();
        blockers.push(Blocker {
            kind: KEPT.to_owned(),
            detail: format!("files in {} stay: the shim compiles them", folders.join(", ")),
            places: library.kept.iter().map(|file| file.trim_start_matches('/').to_owned()).take(PLACES).collect(),
        });
    }
    blockers
}

/// What the C++ library and the profile's own knowledge have against a shim.
fn cxx(library: &Library, replacement: &Replacement, packaging: &Packaging, bundled_cxx: bool) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    let shim = replacement.shim().map(|path| path.to_string()).into_iter();
    if library.needs_system_cxx && bundled_cxx {
        blockers.push(Blocker {
            kind: CXX_ABI.to_owned(),
            detail: format!("the shim refuses `{CXX_ARGUMENT} = true`"),
            places: shim.collect(),
        });
    }
    let known = packaging.unbundling.known.iter().flatten().filter(|known| fits(&known.shim, &replacement.name));
    for known in known.filter(|known| known.kind != KnownKind::MinVersion) {
        let applies = known.kind != KnownKind::CxxAbi || bundled_cxx && !library.needs_system_cxx;
        if applies {
            let detail = known.why.clone();
            blockers.push(Blocker { kind: known.kind.word().to_owned(), detail, places: Vec::new() });
        }
    }
    blockers
}

/// Gives every component its blockers: those of its shims, and what its own metadata says.
pub fn give(components: &mut [Component], shims: &[Shim]) {
    let mut of: BTreeMap<&str, Vec<&Shim>> = BTreeMap::new();
    for shim in shims {
        if let Some(id) = &shim.component {
            of.entry(id).or_default().push(shim);
        }
    }
    for component in components {
        let forked = component.update.as_deref().is_some_and(|update| update.contains("HardFork"));
        let shims = of.get(component.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let mut blockers: Vec<Blocker> = shims.iter().flat_map(|shim| shim.blockers.iter().cloned()).collect();
        if forked {
            let detail = "upstream calls it a hard fork".to_owned();
            blockers.push(Blocker { kind: FORKED.to_owned(), detail, places: component.declared_in.clone() });
        }
        if component.modified.state == Answer::Yes && !shims.is_empty() {
            let detail = component.modified.evidence.first().cloned().unwrap_or_else(|| "it was changed".to_owned());
            blockers.push(Blocker { kind: MODIFIED.to_owned(), detail, places: component.declared_in.clone() });
        }
        component.blockers.extend(blockers);
    }
}

/// The beginning of the names of arguments that choose the system's copy.
const HOOK: &str = "use_system_";

/// The arguments that choose the system's copy, declared or given; sorted by name.
pub fn hooks(build: &Build, given: &[(String, String)], scan: &Scan) -> Vec<Hook> {
    let mut hooks: BTreeMap<String, Hook> = BTreeMap::new();
    for argument in build.arguments.iter().filter(|argument| argument.name.starts_with(HOOK)) {
        let (file, line) = &argument.place;
        let name = argument.name.to_string();
        let set = given.iter().any(|(given, _)| *given == name);
        let state = match (uses(&name, scan) > 1, set) {
            (false, _) => HookState::NoEffect,
            (true, true) => HookState::Set,
            (true, false) => HookState::Default,
        };
        let place = Some(format!("{}:{line}", file.trim_start_matches('/')));
        hooks.entry(name.clone()).or_insert(Hook {
            name,
            place,
            value: Some(argument.value.clone()),
            state,
            component: None,
        });
    }
    for (name, value) in given.iter().filter(|(name, _)| name.starts_with(HOOK)) {
        // A shim may declare it, once it stands in its place.
        if let Some(place) = declared_by_shim(name, scan) {
            let (place, value) = (Some(place), Some(value.clone()));
            let hook = Hook { name: name.clone(), place, value, state: HookState::Set, component: None };
            hooks.entry(name.clone()).or_insert(hook);
            continue;
        }
        let (state, value) = (HookState::Vanished, Some(value.clone()));
        let gone = Hook { name: name.clone(), place: None, value, state, component: None };
        hooks.entry(name.clone()).or_insert(gone);
    }
    hooks.into_values().collect()
}

/// Where a shim sets an argument, `path:line`.
pub fn declared_by_shim(name: &str, scan: &Scan) -> Option<String> {
    let folder = format!("{}/", crate::unbundle::replacement::SHIMS);
    let shims =
        scan.build.range(folder.clone().into_bytes()..).take_while(|(path, _)| path.starts_with(folder.as_bytes()));
    for (path, text) in shims {
        for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
            let sets = line.trim_ascii_start().strip_prefix(name.as_bytes());
            if sets.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"=")) {
                return Some(format!("{}:{}", crate::text::display::utf8(path).text, number + 1));
            }
        }
    }
    None
}

/// How often build files name a variable.
fn uses(name: &str, scan: &Scan) -> usize {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let count = |text: &[u8]| {
        let whole = |at: &usize| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            !before.is_some_and(|byte| word(*byte)) && !text.get(at + name.len()).is_some_and(|byte| word(*byte))
        };
        bstr::ByteSlice::find_iter(text, name).filter(whole).count()
    };
    scan.build.values().map(|text| count(text)).sum()
}

/// The arguments that a file of arguments gives, with their text; what is not a plain assignment is left out.
pub fn given(arguments: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(arguments);
    let assigned = text.lines().filter_map(|line| {
        let (name, value) = line.split('#').next()?.split_once('=')?;
        let name = name.trim();
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain.then(|| (name.to_owned(), value.trim().to_owned()))
    });
    assigned.collect()
}
