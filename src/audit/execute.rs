//! Runs an audit: scan, detect, join what is declared with what was found, check, report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::audit::build;
use crate::audit::candidate::{Candidates, folder_of};
use crate::audit::check;
use crate::audit::checksums::{self, Compared};
use crate::audit::component::{self, Making};
use crate::audit::copyright::Opinions;
use crate::audit::declare::{self, Draft};
use crate::audit::detect::{self, Detected};
use crate::audit::facts::Fact;
use crate::audit::hosts;
use crate::audit::layout::Layout;
use crate::audit::licenses;
use crate::audit::report::{AuditReport, Binary, Component, SCHEMA, Summary, Verdict};
use crate::audit::scan::{self, Scan};
use crate::manifest::Parsed;
use crate::path::RepoPath;
use crate::profile::catalog::{Catalog, key};
use crate::progress::Progress;
use crate::text::display;
use crate::tree::{Entry, Mode, Tree, TreeError};

/// What to audit.
pub struct Request<'a> {
    /// The tree.
    pub tree: &'a dyn Tree,
    /// The known libraries.
    pub catalog: &'a Catalog,
    /// True to look at the code alone: files that only declare components are hidden.
    pub ignore_metadata: bool,
    /// A `debian/copyright` that does not lie in the tree, as it is to be named and as it was read.
    pub copyright: Option<&'a (RepoPath, Parsed)>,
    /// The user's cache folder; `None`: nothing is kept.
    pub cache: Option<PathBuf>,
    /// The most threads to use; `None`: as many as the machine has.
    pub jobs: Option<usize>,
    /// What is built, to say of each component whether it is used; `None`: the build is not looked at.
    pub build: Option<build::Options<'a>>,
    /// Told how far the run is.
    pub progress: &'a dyn Progress,
}

/// Says why an audit could not run at all.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The tree could not be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A person asked to stop.
    #[error("stopped before the audit was complete")]
    Cancelled,
}

/// Audits a tree.
pub fn execute(request: &Request<'_>) -> Result<AuditReport, AuditError> {
    let candidates = Candidates::new(request.catalog, request.ignore_metadata);
    let candidates = if request.build.is_some() { candidates.with_build() } else { candidates };
    let options = scan::Options { cache: request.cache.clone(), jobs: request.jobs, progress: request.progress };
    let scan = scan::scan(request.tree, &candidates, &options)?;
    if request.progress.cancelled() {
        return Err(AuditError::Cancelled);
    }
    judge(request, &scan)
}

fn judge(request: &Request<'_>, scan: &Scan) -> Result<AuditReport, AuditError> {
    let mut layout = Layout::new(&scan.listing);
    let drafts = declare::drafts(scan, &layout, request.catalog);
    layout.adopt(hosts::copies(scan, &layout));
    let layout = layout;
    let detected = detect::detect(scan, &layout, request.catalog);
    let joined = join(&drafts, &detected, request.catalog);
    let mut wanted: BTreeSet<Vec<u8>> =
        drafts.iter().flat_map(|draft| component::license_files(draft, &layout)).collect();
    wanted.extend(joined.undeclared.iter().flat_map(|found| component::texts_of(&layout, &found.root)));
    let texts = licenses::recognise(request.tree, scan, &wanted, request.cache.as_deref())?;
    let (compared, opinions) = second_looks(request, scan, &layout)?;
    let making =
        Making { layout: &layout, catalog: request.catalog, texts: &texts, compared: &compared, opinions: &opinions };
    let mut components: Vec<Component> =
        drafts.iter().zip(&joined.of_draft).map(|(draft, found)| making.declared(draft, found)).collect();
    components.extend(joined.undeclared.iter().map(|found| making.undeclared(found)));
    name_ids(&mut components);
    // The declared ones stand first, each at the place of its draft.
    let declared_ids: Vec<String> =
        components.iter().take(drafts.len()).map(|component| component.id.clone()).collect();
    components.sort_by(|one, other| one.id.cmp(&other.id));
    let owners = Owners::new(&components);
    let parents: Vec<Option<String>> = components.iter().map(|component| owners.parent(component)).collect();
    for (component, parent) in components.iter_mut().zip(parents) {
        component.parent = parent;
    }
    count_files(&mut components, scan, &owners);
    let joined = request
        .build
        .as_ref()
        .map(|options| build::join(request.tree, scan, &layout, (options, request.catalog), &mut components));
    let binaries = binaries(scan, &owners);
    let by_id = |id: &String| components.binary_search_by(|component| component.id.cmp(id)).ok();
    let declared =
        declared_ids.iter().zip(&drafts).filter_map(|(id, draft)| Some((components.get(by_id(id)?)?, draft)));
    let facts = check::Facts {
        scan,
        layout: &layout,
        components: &components,
        declared: declared.collect(),
        binaries: &binaries,
        compared: &compared,
        opinions: &opinions,
    };
    let (built, more) = joined.map_or((None, Vec::new()), |joined| (Some(joined.report), joined.findings));
    let findings = check::run(&facts, more);
    let summary = summary(&components, binaries.len(), layout.files(), findings.len());
    Ok(AuditReport {
        schema: SCHEMA.to_owned(),
        tree: request.tree.label().to_owned(),
        indexes: Vec::new(),
        summary,
        components,
        binaries,
        build: built,
        vulnerabilities: Vec::new(),
        findings,
        changes: None,
    })
}

/// What is known of components from elsewhere than their own words: digests of their files, and Debian's opinion.
fn second_looks(
    request: &Request<'_>,
    scan: &Scan,
    layout: &Layout<'_>,
) -> Result<(BTreeMap<Vec<u8>, Compared>, Opinions), AuditError> {
    let compared = checksums::compare(request, scan, layout)?;
    if request.progress.cancelled() {
        return Err(AuditError::Cancelled);
    }
    Ok((compared, Opinions::new(scan.manifests.iter().chain(request.copyright))))
}

struct Joined<'d> {
    /// The detections that are about each draft.
    of_draft: Vec<Vec<&'d Detected>>,
    /// Those that no draft explains.
    undeclared: Vec<&'d Detected>,
}

/// Gives every detection to the draft that it is about: one of its name around it, or the only one at its root.
fn join<'d>(drafts: &[Draft<'_>], detected: &'d [Detected], catalog: &Catalog) -> Joined<'d> {
    let mut by_place: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        by_place.entry(&draft.place).or_default().push(at);
        if draft.root != draft.place {
            by_place.entry(&draft.root).or_default().push(at);
        }
    }
    let names: Vec<BTreeSet<String>> = drafts.iter().map(|draft| names_of(draft, catalog)).collect();
    let mut joined = Joined { of_draft: vec![Vec::new(); drafts.len()], undeclared: Vec::new() };
    for found in detected {
        match owner(found, &by_place, &names) {
            Owner::Draft(at) => joined.of_draft.get_mut(at).into_iter().for_each(|list| list.push(found)),
            Owner::Nobody => joined.undeclared.push(found),
            Owner::Covered => {}
        }
    }
    joined
}

/// All names that a draft goes by, as keys.
fn names_of(draft: &Draft<'_>, catalog: &Catalog) -> BTreeSet<String> {
    let stated = draft.said.iter().flat_map(|said| [&said.name, &said.short_name]).flatten();
    let mut names: BTreeSet<String> = stated.map(|name| name.text.clone()).collect();
    names.insert(display::utf8(crate::audit::candidate::file_name(&draft.place)).text);
    let canonical: Vec<String> =
        names.iter().filter_map(|name| catalog.find(name)).map(|library| library.name.clone()).collect();
    names.extend(canonical);
    names.iter().map(|name| key(name)).collect()
}

enum Owner {
    Draft(usize),
    /// A unit without a name of its own, and its folder or the one above is declared.
    Covered,
    Nobody,
}

fn owner(found: &Detected, by_place: &BTreeMap<&[u8], Vec<usize>>, names: &[BTreeSet<String>]) -> Owner {
    let name = key(&found.name);
    let called = |at: &usize| names.get(*at).is_some_and(|names| names.contains(&name));
    let mut folder = &found.root[..];
    for level in 0..4 {
        let here = by_place.get(folder).map(|drafts| &drafts[..]).unwrap_or_default();
        if let Some(at) = here.iter().copied().find(|at| called(at)) {
            return Owner::Draft(at);
        }
        // The folder itself is declared under another name: a unit that was only told by its layout is that.
        if level == 0 && !here.is_empty() && found.evidence >= detect::Evidence::KnownName {
            return match here {
                [at] => Owner::Draft(*at),
                _ => Owner::Covered,
            };
        }
        if folder.is_empty() {
            break;
        }
        folder = folder_of(folder);
    }
    // What is declared one level below stands for the unit around it.
    let below = by_place.range(&found.root[..]..).take_while(|(place, _)| place.starts_with(&found.root));
    for (place, drafts) in below {
        let rest = place.get(found.root.len()..).unwrap_or_default();
        if rest.starts_with(b"/") && drafts.iter().any(called) {
            return drafts.iter().copied().find(|at| called(at)).map_or(Owner::Nobody, Owner::Draft);
        }
    }
    Owner::Nobody
}

/// Makes ids unique: where several components share a place, each adds its name.
fn name_ids(components: &mut [Component]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for component in components.iter() {
        *count.entry(component.id.clone()).or_default() += 1;
    }
    for component in components.iter_mut().filter(|component| count.get(&component.id).is_some_and(|count| *count > 1))
    {
        component.id = format!("{}#{}", component.id, component.declared_name.as_ref().unwrap_or(&component.name));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for component in components.iter_mut() {
        let number = seen.entry(component.id.clone()).or_default();
        *number += 1;
        if *number > 1 {
            component.id = format!("{}#{number}", component.id);
        }
    }
}

/// Which component a folder belongs to.
struct Owners {
    by_root: BTreeMap<Vec<u8>, String>,
}

impl Owners {
    fn new(components: &[Component]) -> Self {
        let mut by_root = BTreeMap::new();
        for component in components.iter().rev().filter(|component| component.root != ".") {
            by_root.insert(component.root.clone().into_bytes(), component.id.clone());
        }
        Self { by_root }
    }

    /// The nearest root of a component that a folder is or lies in.
    fn root_around(&self, folder: &[u8]) -> Option<&[u8]> {
        let mut folder = folder;
        while !folder.is_empty() {
            if let Some((root, _)) = self.by_root.get_key_value(folder) {
                return Some(root);
            }
            folder = folder_of(folder);
        }
        None
    }

    /// The component whose root is the nearest one around a path.
    fn around(&self, path: &[u8]) -> Option<&String> {
        let mut folder = folder_of(path);
        while !folder.is_empty() {
            if let Some(id) = self.by_root.get(folder) {
                return Some(id);
            }
            folder = folder_of(folder);
        }
        None
    }

    fn parent(&self, component: &Component) -> Option<String> {
        self.around(component.root.as_bytes()).filter(|id| **id != component.id).cloned()
    }
}

/// Tells every component how many files are its own.
fn count_files(components: &mut [Component], scan: &Scan, owners: &Owners) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for folder in &scan.listing.folders {
        let files = folder.entries.iter().filter(|entry| is_file(entry)).count();
        let root = owners.root_around(&folder.path).unwrap_or(b".");
        if let (Ok(root), true) = (std::str::from_utf8(root), files > 0) {
            *counts.entry(root).or_default() += files;
        }
    }
    let counts: BTreeMap<String, usize> = counts.into_iter().map(|(root, count)| (root.to_owned(), count)).collect();
    for component in components {
        component.files = counts.get(component.root.as_str()).copied().unwrap_or(0);
    }
}

fn is_file(entry: &Entry) -> bool {
    matches!(entry.mode, Some(Mode::Regular | Mode::Executable))
}

fn binaries(scan: &Scan, owners: &Owners) -> Vec<Binary> {
    let mut binaries = Vec::new();
    for (path, fact) in scan.each() {
        if let Fact::Binary { kind, machine } = fact {
            let shown = display::utf8(path);
            binaries.push(Binary {
                path: shown.text,
                kind: kind.clone(),
                machine: machine.clone(),
                component: owners.around(path).cloned(),
                lossy: shown.lossy,
            });
        }
    }
    binaries
}

fn summary(components: &[Component], binaries: usize, files: usize, findings: usize) -> Summary {
    let count = |keep: &dyn Fn(&Component) -> bool| components.iter().filter(|component| keep(component)).count();
    let mut names: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for component in components {
        *names.entry((&component.ecosystem, &component.name)).or_default() += 1;
    }
    Summary {
        components: components.len(),
        shipped: count(&|component| component.shipped == Some(true)),
        unbundle_now: count(&|component| component.verdict == Verdict::UnbundleNow),
        blocked: count(&|component| component.verdict == Verdict::Blocked),
        duplicates: names.values().filter(|count| **count > 1).sum(),
        binaries,
        files,
        findings,
    }
}
