//! What the regions mean on one target: our own evaluation, which rpm's must equal.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fragment;
use super::material::Material;
use crate::profile::packaging::{Guard, Library, SwitchKind};
use crate::profile::target::{Circumstances, Target};

/// What holds on one target and architecture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// `fedora-44`
    pub target: String,
    /// `x86_64`
    pub arch: String,
    /// The libraries whose system build is used.
    pub system: Vec<String>,
    /// The libraries whose bundled copy is used.
    pub bundled: Vec<String>,
    /// The numbers of the patches that are applied, in order.
    pub applied: Vec<u32>,
    /// The numbers of patches under a condition that only rpm understands.
    pub opaque: Vec<u32>,
    /// `BuildRequires:` of the libraries.
    pub build_requires: Vec<String>,
    /// `Provides:` of the libraries.
    pub provides: Vec<String>,
    /// rpm's own reading; `null` where rpm was not asked.
    pub rpm: Option<Second>,
}

/// rpm's reading beside ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Second {
    /// Where the two differ, and what rpm complained of; empty where they agree.
    pub differences: Vec<String>,
}

/// The circumstances of a target with every switch at its default, except for those that are flipped.
pub fn circumstances(
    libraries: &[&Library],
    target: &Target,
    arch: &str,
    flips: &BTreeMap<String, bool>,
) -> Circumstances {
    let base = Circumstances::of(target, arch);
    let mut all = base.clone();
    for library in libraries.iter().filter(|library| library.has_switch()) {
        let by_default = library.system.as_ref().is_some_and(|system| base.hold(system));
        let system = flips.get(&library.name).copied().unwrap_or(by_default);
        let switch = library.switch();
        let on = system != switch.bundles;
        match switch.kind {
            SwitchKind::Condition if on => drop(all.with.insert(switch.name)),
            SwitchKind::Condition => {}
            SwitchKind::Macro => drop(all.numbers.insert(switch.name, u32::from(on))),
        }
    }
    all
}

/// Evaluates the material on one target.
pub fn row(material: &Material<'_>, target: &Target, arch: &str, flips: &BTreeMap<String, bool>) -> Row {
    let libraries: Vec<&Library> = material.libraries.iter().map(|(library, _)| *library).collect();
    let around = circumstances(&libraries, target, arch, flips);
    let mut row = Row {
        target: target.id.clone(),
        arch: arch.to_owned(),
        system: Vec::new(),
        bundled: Vec::new(),
        applied: Vec::new(),
        opaque: Vec::new(),
        build_requires: Vec::new(),
        provides: Vec::new(),
        rpm: None,
    };
    for (library, copy) in &material.libraries {
        if around.hold(&library.is_system()) {
            row.system.push(library.name.clone());
            row.build_requires.extend(library.requires.iter().flatten().cloned());
        } else {
            row.bundled.push(library.name.clone());
            if library.packages.is_some() {
                continue;
            }
            let version = &copy.version.text;
            let version = if version.is_empty() { String::new() } else { format!(" = {version}") };
            row.provides.push(format!("bundled({}){version}", library.bundled_name()));
        }
    }
    for run in fragment::runs(material) {
        let guard = material.groups.get(run.group).map(|group| &group.guard);
        match guard {
            Some(Guard::Raw(_)) => row.opaque.extend(run.numbers),
            Some(Guard::When(condition)) if !around.hold(condition) => {}
            _ => row.applied.extend(run.numbers),
        }
    }
    row
}

/// Every target with every architecture of the profile.
pub fn matrix(material: &Material<'_>) -> Vec<Row> {
    let packaging = &material.inputs.profile.packaging;
    let (none, arches) = (BTreeMap::new(), packaging.arches());
    let targets = packaging.targets.iter().flatten();
    targets.flat_map(|target| arches.iter().map(|arch| row(material, target, arch, &none))).collect()
}
