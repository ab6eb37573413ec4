//! What differs between two audits: what a reviewer of a new release has to decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::build_report::BuildReport;
use crate::audit::report::{AuditReport, Change, Changes, Component};
use crate::license::Expression;

/// Compares an audit with an earlier one.
///
/// Components are the same where their id is; one of a name that was and is there once each, at different roots, is the
/// same one moved, and stands neither under `added` nor under `removed`.
pub fn compare(before: &AuditReport, after: &AuditReport) -> Changes {
    let old = by_id(before);
    let new = by_id(after);
    let moved = moved(&old, &new);
    let mut changes = Changes { baseline: before.tree.clone(), ..Changes::default() };
    for (id, component) in &new {
        let earlier = old.get(id).or_else(|| moved.get(id).and_then(|from| old.get(from)));
        match earlier {
            Some(earlier) => differences(&mut changes, earlier, component),
            None => changes.added.push(change(component, None, Some(described(component)))),
        }
    }
    let gone = old.iter().filter(|(id, _)| !new.contains_key(*id) && !moved.values().any(|from| from == *id));
    changes.removed = gone.map(|(_, component)| change(component, Some(described(component)), None)).collect();
    let known: Vec<&str> = before.binaries.iter().map(|binary| binary.path.as_str()).collect();
    let fresh = after.binaries.iter().filter(|binary| known.binary_search(&binary.path.as_str()).is_err());
    changes.binaries = fresh
        .map(|binary| Change {
            id: binary.path.clone(),
            name: binary.kind.clone(),
            old: None,
            new: Some(binary.machine.clone().unwrap_or_else(|| binary.kind.clone())),
        })
        .collect();
    changes.license_id = license_ids(before, after);
    if let (Some(before), Some(after)) = (&before.build, &after.build) {
        builds(&mut changes, before, after);
    }
    changes
}

/// The SPDX ids of a component's licence.
pub fn ids_of(component: &Component) -> BTreeSet<String> {
    let known = component.license.spdx.as_deref().and_then(|text| Expression::parse(text).ok());
    known.iter().flat_map(Expression::ids).map(str::to_owned).collect()
}

/// The ids that are new to the whole tree, each with every component that has it.
fn license_ids(before: &AuditReport, after: &AuditReport) -> Vec<Change> {
    let known: BTreeSet<String> = before.components.iter().flat_map(ids_of).collect();
    let fresh = |component: &Component| {
        let ids = ids_of(component).into_iter().filter(|id| !known.contains(id));
        ids.map(|id| change(component, None, Some(id))).collect::<Vec<_>>()
    };
    after.components.iter().flat_map(fresh).collect()
}

/// What differs between two builds: shims and hooks, paths that must be kept, what is asked of tools.
fn builds(changes: &mut Changes, before: &BuildReport, after: &BuildReport) {
    let shims = |build: &BuildReport| -> BTreeMap<String, String> {
        let shims = build.shims.iter().map(|shim| (format!("shim {}", shim.name), shim.replaces.clone()));
        // An argument that is only given is none of the tree's.
        let hooks = build.hooks.iter().filter_map(|hook| Some((hook.name.clone(), hook.place.clone()?)));
        shims.chain(hooks).collect()
    };
    let kept = |build: &BuildReport| -> BTreeMap<String, String> {
        build.lists.keeplibs.iter().map(|path| (path.clone(), "kept".to_owned())).collect()
    };
    let floors = |build: &BuildReport| -> BTreeMap<String, String> {
        build.floors.iter().map(|floor| (floor.tool.clone(), floor.version.clone())).collect()
    };
    // A shim that stands for another file and a hook declared elsewhere are the same one.
    changes.hooks = differing(&shims(before), &shims(after), false);
    changes.keeplibs = differing(&kept(before), &kept(after), false);
    changes.floors = differing(&floors(before), &floors(after), true);
}

/// What is new, gone, or (where `values` count) has another value.
fn differing(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>, values: bool) -> Vec<Change> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = names.into_iter().filter_map(|name| {
        let (was, is) = (old.get(name), new.get(name));
        let same = if values { was == is } else { was.is_some() == is.is_some() };
        (!same).then(|| Change { id: name.clone(), name: name.clone(), old: was.cloned(), new: is.cloned() })
    });
    changed.collect()
}

impl Changes {
    /// True where nothing differs.
    pub fn is_empty(&self) -> bool {
        let moved = [&self.version, &self.license, &self.license_text, &self.license_place, &self.verdict];
        let new = [&self.added, &self.removed, &self.license_id, &self.binaries];
        let of_build = [&self.hooks, &self.keeplibs, &self.floors];
        moved.iter().chain(&new).chain(&of_build).all(|list| list.is_empty())
    }
}

fn by_id(report: &AuditReport) -> BTreeMap<&str, &Component> {
    report.components.iter().map(|component| (component.id.as_str(), component)).collect()
}

/// New id to old id of components that changed their place: the name is there once on each side.
fn moved<'a>(
    old: &BTreeMap<&'a str, &'a Component>,
    new: &BTreeMap<&'a str, &'a Component>,
) -> BTreeMap<&'a str, &'a str> {
    let once = |all: &BTreeMap<&'a str, &'a Component>| {
        let mut names: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
        for (id, component) in all {
            names.entry(component.name.as_str()).or_default().push(id);
        }
        names
    };
    let (before, after) = (once(old), once(new));
    let mut moved = BTreeMap::new();
    for (name, ids) in &after {
        if let ([to], Some([from])) = (ids.as_slice(), before.get(name).map(Vec::as_slice))
            && to != from
            && !old.contains_key(to)
            && !new.contains_key(from)
        {
            moved.insert(*to, *from);
        }
    }
    moved
}

fn differences(changes: &mut Changes, before: &Component, after: &Component) {
    let version = |component: &Component| (component.version.value.clone(), component.revision.clone());
    if version(before) != version(after) {
        let same = before.version.value == after.version.value;
        let told = |component: &Component| if same { component.revision.clone() } else { Some(described(component)) };
        changes.version.push(change(after, told(before), told(after)));
    }
    let license = |component: &Component| component.license.spdx.clone().or_else(|| component.license.declared.clone());
    if license(before) != license(after) {
        changes.license.push(change(after, license(before), license(after)));
    } else if let (Some(old), Some(new)) = (&before.license.text, &after.license.text) {
        if old != new {
            changes.license_text.push(change(after, Some(old.clone()), Some(new.clone())));
        } else if before.license.source != after.license.source {
            let (old, new) = (before.license.source.clone(), after.license.source.clone());
            changes.license_place.push(change(after, old, new));
        }
    }
    if before.verdict != after.verdict {
        changes.verdict.push(change(
            after,
            Some(before.verdict.word().to_owned()),
            Some(after.verdict.word().to_owned()),
        ));
    }
}

fn change(component: &Component, old: Option<String>, new: Option<String>) -> Change {
    Change { id: component.id.clone(), name: component.name.clone(), old, new }
}

/// The version, else the short revision, else what nobody knows.
fn described(component: &Component) -> String {
    let short = |revision: &String| revision.chars().take(12).collect();
    component
        .version
        .value
        .clone()
        .or_else(|| component.revision.as_ref().map(short))
        .unwrap_or_else(|| "unknown".to_owned())
}
