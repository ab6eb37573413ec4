//! From single declarations to components: what several manifests say about one folder becomes one draft.

use std::collections::BTreeMap;

use crate::audit::candidate::{file_name, folder_of};
use crate::audit::layout::{Layout, is_vendoring};
use crate::audit::scan::Scan;
use crate::manifest::{Declared, Format, Role, Root};
use crate::profile::catalog::{Catalog, key};
use crate::tree::survey::join;

/// A component as its manifests declare it.
#[derive(Debug, Clone)]
pub struct Draft<'s> {
    /// The folder that its first declaration speaks for; empty for the tree itself.
    pub place: Vec<u8>,
    /// The folder of its code.
    pub root: Vec<u8>,
    /// What is said, the most trusted format first.
    pub said: Vec<&'s Declared>,
    /// True where no other component is declared at the same place.
    pub alone: bool,
}

/// Formats that somebody wrote to declare a bundled component, the most trusted first.
const VENDORED: [Format; 8] = [
    Format::ReadmeChromium,
    Format::ReadmeSibling,
    Format::MozYaml,
    Format::QtAttribution,
    Format::Metadata,
    Format::Gitrepo,
    Format::MesonWrap,
    Format::Gitmodules,
];

/// Formats in which a package describes itself, wherever it lies.
const PACKAGES: [Format; 4] = [Format::CargoToml, Format::PackageJson, Format::PythonMetadata, Format::GoMod];

/// Formats that only add to what others declare about the same folder.
const ADDITIONS: [Format; 1] = [Format::CargoVcsInfo];

/// All components that manifests declare, sorted by place and by the order of their manifest.
pub fn drafts<'s>(scan: &'s Scan, layout: &Layout<'_>, catalog: &Catalog) -> Vec<Draft<'s>> {
    let mut gather = Gather { layout, catalog, drafts: Vec::new(), by_root: BTreeMap::new() };
    let all = || scan.manifests.iter().flat_map(|(_, parsed)| &parsed.declared);
    for format in VENDORED {
        for declared in all().filter(|declared| declared.format == format) {
            gather.vendored(declared);
        }
    }
    for format in PACKAGES {
        for declared in all().filter(|declared| declared.format == format) {
            gather.package(declared);
        }
    }
    for declared in all().filter(|declared| ADDITIONS.contains(&declared.format)) {
        gather.addition(declared);
    }
    for declared in all().filter(|declared| declared.format == Format::Deps) {
        gather.fetched(declared);
    }
    let mut drafts = gather.drafts;
    let mut at_place: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for draft in &drafts {
        *at_place.entry(draft.place.clone()).or_default() += 1;
    }
    for draft in &mut drafts {
        draft.alone = at_place.get(&draft.place) == Some(&1);
    }
    drafts.sort_by(|one, other| (&one.place, first_line(one)).cmp(&(&other.place, first_line(other))));
    drafts
}

fn first_line(draft: &Draft<'_>) -> (Option<Format>, usize) {
    (draft.said.first().map(|said| said.format), draft.said.first().map_or(0, |said| said.line))
}

/// The folder of a root as bytes; `None` where the manifest does not tell it.
pub fn folder_of_root(root: &Root) -> Option<Vec<u8>> {
    match root {
        Root::Tree => Some(Vec::new()),
        Root::Folder(path) => Some(path.as_bytes().to_vec()),
        Root::Unknown => None,
    }
}

struct Gather<'s, 'l> {
    layout: &'l Layout<'l>,
    catalog: &'l Catalog,
    drafts: Vec<Draft<'s>>,
    /// The drafts of each folder of code.
    by_root: BTreeMap<Vec<u8>, Vec<usize>>,
}

impl<'s> Gather<'s, '_> {
    fn new_draft(&mut self, place: Vec<u8>, root: Vec<u8>, declared: &'s Declared) {
        self.by_root.entry(root.clone()).or_default().push(self.drafts.len());
        self.drafts.push(Draft { place, root, said: vec![declared], alone: true });
    }

    fn code_of(&self, declared: &Declared, place: &[u8]) -> Vec<u8> {
        let code = declared.code.as_ref().map(|code| code.as_bytes().to_vec());
        code.filter(|code| self.layout.is_folder(code)).unwrap_or_else(|| place.to_vec())
    }

    fn same(&self, draft: usize, declared: &Declared) -> bool {
        let Some(draft) = self.drafts.get(draft) else { return false };
        let names = |declared: &Declared| {
            let name = declared.name.as_ref()?.text.clone();
            Some(self.catalog.find(&name).map_or_else(|| key(&name), |library| key(&library.name)))
        };
        draft.said.iter().any(|said| names(said).is_some() && names(said) == names(declared))
    }

    fn vendored(&mut self, declared: &'s Declared) {
        let Some(place) = folder_of_root(&declared.root) else { return };
        if place.is_empty() || declared.role == Role::Licensing || declared.role == Role::Required {
            return;
        }
        let root = self.code_of(declared, &place);
        if matches!(declared.role, Role::Fetched) && self.layout.entries(&root).is_empty() {
            return;
        }
        let own_file = |draft: &Draft<'_>| draft.said.iter().any(|said| said.path == declared.path);
        let others = self.by_root.get(&root).cloned().unwrap_or_default();
        // Two sections of one file are two components, whatever their names; two files about one folder may be one.
        let mut fitting = others.iter().filter(|at| self.drafts.get(**at).is_some_and(|draft| !own_file(draft)));
        let named = fitting.clone().find(|at| self.same(**at, declared));
        let only = fitting.next().filter(|_| others.len() == 1 && declared.format != Format::ReadmeSibling);
        match named.or(only).copied() {
            Some(at) => self.join(at, declared),
            None => self.new_draft(place, root, declared),
        }
    }

    fn join(&mut self, at: usize, declared: &'s Declared) {
        if let Some(draft) = self.drafts.get_mut(at) {
            draft.said.push(declared);
        }
    }

    /// A package that describes itself: part of what is declared for its folder, or a component where it lies as a unit.
    fn package(&mut self, declared: &'s Declared) {
        let Some(root) = folder_of_root(&declared.root) else { return };
        if declared.role != Role::Present || declared.name.is_none() || root.is_empty() {
            return;
        }
        if let Some([at]) = self.by_root.get(&root).map(|drafts| &drafts[..]) {
            let at = *at;
            return self.join(at, declared);
        }
        if self.by_root.contains_key(&root) {
            return;
        }
        // What `cargo vendor` copied is a crate of its own, however deep it lies.
        let vendored = self.layout.has(&join(&root, b".cargo-checksum.json"));
        if vendored || self.layout.unit_of(&root) == Some(&root[..]) {
            self.new_draft(root.clone(), root, declared);
        }
    }

    fn addition(&mut self, declared: &'s Declared) {
        let Some(root) = folder_of_root(&declared.root) else { return };
        for at in self.by_root.get(&root).cloned().unwrap_or_default() {
            self.join(at, declared);
        }
    }

    /// What DEPS puts into a folder: an addition to what is declared there, else a component where nothing above says more.
    fn fetched(&mut self, declared: &'s Declared) {
        let Some(root) = folder_of_root(&declared.root).filter(|root| !root.is_empty()) else { return };
        if let Some(drafts) = self.by_root.get(&root).cloned() {
            for at in drafts {
                self.join(at, declared);
            }
            return;
        }
        // The upstream of a component often lies one or two levels below its README.
        let mut folder = folder_of(&root);
        for _ in 0..2 {
            if folder.is_empty() || is_vendoring(file_name(folder)) {
                break;
            }
            if let Some([at]) = self.by_root.get(folder).map(|drafts| &drafts[..]) {
                let at = *at;
                return self.join(at, declared);
            }
            folder = folder_of(folder);
        }
        if !self.layout.entries(&root).is_empty() {
            self.new_draft(root.clone(), root, declared);
        }
    }
}
