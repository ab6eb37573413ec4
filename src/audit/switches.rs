//! Builds that are not run: which bundled libraries their own files can replace by the system's, told by the switches that they
//! have, by the searches that they make, and by includes that name the bundled copy's folder.

use std::collections::BTreeMap;

use crate::audit::build_report::{BuildReport, Hook, HookState};
use crate::audit::candidate::{file_name, folder_of};
use crate::audit::facts::Fact;
use crate::audit::layout::Layout;
use crate::audit::report::{Blocker, Component};
use crate::audit::scan::Scan;
use crate::audit::shims::PRIVATE_HEADER;
use crate::audit::usage::includes;
use crate::gn::Sources;
use crate::profile::catalog::{Catalog, key};
use crate::text::display;
use crate::tree::survey::join as joined;
use crate::unbundle::floors;

use super::build_report::Floor;

/// The blocker of a library that build files look for and have no switch for.
pub const NO_SWITCH: &str = "no-switch";

/// So many places of one blocker are named.
const PLACES: usize = 50;

/// Gives components their switches and blockers, and tells what the build files say.
pub fn join(
    scan: &Scan,
    layout: &Layout<'_>,
    catalog: &Catalog,
    sources: &dyn Sources,
    components: &mut [Component],
) -> BuildReport {
    let named = by_name(components, catalog);
    let roots: BTreeMap<Vec<u8>, usize> = components
        .iter()
        .enumerate()
        .filter(|(_, component)| component.root != ".")
        .map(|(at, component)| (component.root.clone().into_bytes(), at))
        .collect();
    let mut switches: Vec<Vec<(String, String)>> = vec![Vec::new(); components.len()];
    let mut searches = switches.clone();
    for (path, facts) in &scan.facts {
        let own = around(&roots, path).is_none();
        for mention in facts.iter().filter(|_| own).filter_map(|fact| match fact {
            Fact::Mentions(all) => Some(all),
            _ => None,
        }) {
            for one in mention {
                let Some(at) = find(&named, &one.library) else { continue };
                let list = if one.switch { &mut switches } else { &mut searches };
                let place = format!("{}:{}", display::utf8(path).text, one.line);
                list.get_mut(at)
                    .into_iter()
                    .for_each(|list| list.push((display::terminal(one.shown.as_bytes()), place.clone())));
            }
        }
    }
    bundled_paths(scan, layout, &roots, components);
    let mut hooks = Vec::new();
    for ((component, switches), searches) in components.iter_mut().zip(switches).zip(searches) {
        for (name, place) in &switches {
            let (name, place) = (name.clone(), Some(place.clone()));
            hooks.push(Hook {
                name,
                place,
                value: None,
                state: HookState::Default,
                component: Some(component.id.clone()),
            });
        }
        component.switches = switches.into_iter().map(|(name, place)| format!("{name} ({place})")).collect();
        if component.switches.is_empty() && !searches.is_empty() {
            let (names, places): (Vec<String>, Vec<String>) = searches.into_iter().take(PLACES).unzip();
            let first = names.first().cloned().unwrap_or_default();
            let detail = format!("build files look for the system's copy ({first}) and no switch was found");
            component.blockers.push(Blocker { kind: NO_SWITCH.to_owned(), detail, places });
        }
    }
    hooks.sort();
    hooks.dedup();
    let floors = floors::floors(sources).into_iter().map(Floor::from).collect();
    BuildReport { system: "mentions".to_owned(), hooks, floors, ..BuildReport::default() }
}

/// The component whose root is the nearest one around a path.
fn around(roots: &BTreeMap<Vec<u8>, usize>, path: &[u8]) -> Option<usize> {
    let mut folder = folder_of(path);
    while !folder.is_empty() {
        if let Some(at) = roots.get(folder) {
            return Some(*at);
        }
        folder = folder_of(folder);
    }
    None
}

/// Components by every key that build files may call them by; of several copies the one nearest to the root.
fn by_name(components: &[Component], catalog: &Catalog) -> BTreeMap<String, usize> {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    let mut order: Vec<usize> = (0..components.len()).collect();
    order.sort_by_key(|at| components.get(*at).map(|one| (one.root.split('/').count(), one.id.clone())));
    for at in order {
        let Some(component) =
            components.get(at).filter(|one| one.root != "." && matches!(one.ecosystem.as_str(), "c" | "data"))
        else {
            continue;
        };
        let folder = file_name(component.root.as_bytes());
        let mut names = vec![component.name.clone(), display::utf8(folder).text];
        names.extend(component.declared_name.clone());
        if let Some(library) = catalog.find(&component.name) {
            names.extend(library.pkg_config.iter().cloned());
        }
        for name in names {
            let plain = key(&name);
            for key in [plain.clone(), bare(&plain).to_owned()] {
                named.entry(key).or_insert(at);
            }
        }
    }
    named.remove("");
    named
}

/// A name without `lib` in front and a series behind: `libpng16` and `png` are one.
fn bare(name: &str) -> &str {
    let name = name.strip_prefix("lib").filter(|rest| rest.len() > 1).unwrap_or(name);
    Some(name.trim_end_matches(|c: char| c.is_ascii_digit())).filter(|rest| rest.len() > 1).unwrap_or(name)
}

fn find(named: &BTreeMap<String, usize>, library: &str) -> Option<usize> {
    let library = key(library);
    named.get(&library).or_else(|| named.get(bare(&library))).copied()
}

/// Includes of the tree's own code that name a bundled copy by its folder, which no switch reaches.
fn bundled_paths(scan: &Scan, layout: &Layout<'_>, roots: &BTreeMap<Vec<u8>, usize>, components: &mut [Component]) {
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for path in scan.facts.keys() {
        let own = around(roots, path);
        for said in includes(scan, path) {
            let header = said.text.as_bytes();
            let here = normal(&joined(folder_of(path), header)).filter(|path| layout.has(path));
            let Some(target) = here.or_else(|| normal(header).filter(|path| layout.has(path))) else { continue };
            let Some(at) = around(roots, &target).filter(|at| own.is_none() && Some(*at) != own) else { continue };
            found.entry(at).or_default().push(format!("{}:{}", display::utf8(path).text, said.line));
        }
    }
    for (at, mut places) in found {
        let Some(component) = components.get_mut(at) else { continue };
        let detail = format!("{} includes name the bundled copy's folder", places.len());
        places.truncate(PLACES);
        component.blockers.push(Blocker { kind: PRIVATE_HEADER.to_owned(), detail, places });
    }
}

/// A path without `.` and `..`; `None` where it leaves the tree.
fn normal(path: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(normal(b"a/b/../../c/./d").as_deref(), Some(&b"c/d"[..]));
        assert_eq!(normal(b"a/../../c"), None);
    }

    #[test]
    fn names_meet_without_their_decoration() {
        let named: BTreeMap<String, usize> =
            [("zlib".to_owned(), 0), ("png".to_owned(), 1), ("pcre2".to_owned(), 2)].into();
        assert_eq!(
            (find(&named, "ZLIB"), find(&named, "libpng16"), find(&named, "PCRE2")),
            (Some(0), Some(1), Some(2))
        );
        assert_eq!(find(&named, "other"), None);
    }
}
