//! The checks of what a profile and the hand-written lines say about libraries: places, paths, requirements, licences.

use std::collections::BTreeMap;

use super::adopt;
use super::check::Check;
use super::document::SectionKind;
use super::fragment;
use super::material::Material;
use super::rules;
use crate::finding::{Finding, Rule};
use crate::license::{self, Expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::Library;
use crate::profile::target::Circumstances;
use crate::text::display::terminal;

/// Everything about libraries.
pub(super) fn check(check: &Check<'_>, material: &Material<'_>, findings: &mut Vec<Finding>) {
    for library in &check.inputs.profile.packaging.libraries {
        of_library(check, library, findings);
        in_subpackages(check, library, findings);
    }
    twice(check, findings);
    in_tree(check, findings);
    allowed(check, material, findings);
    by_hand(check, findings);
}

fn of_library(check: &Check<'_>, library: &Library, findings: &mut Vec<Finding>) {
    let packaging = &check.inputs.profile.packaging;
    let name = &library.name;
    let mut lacks = |rule: &Rule, subject: &str, message: String| {
        findings.push(Finding::new(rule, name, subject, message));
    };
    if !library.has_switch() {
        if library.reason.is_none() {
            lacks(&rules::LIBRARY_REASON, "", format!("`{name}` is always bundled and `[lib.{name}]` tells no reason"));
        }
    } else if library.requires.as_ref().is_none_or(Vec::is_empty) && is_system_somewhere(check, library) {
        let message = format!("`{name}` is taken from the system on some target, but `requires` is empty");
        lacks(&rules::LIBRARY_REQUIRES, "", message);
    }
    if library.has_switch() {
        let scripts = packaging.script_remove.is_some() || packaging.script_replace.is_some();
        let places = [
            ("path", library.path.is_none() && scripts),
            ("gn-name", library.gn_name.is_none() && packaging.script_replace.is_some()),
        ];
        for (key, _) in places.iter().filter(|(_, lacking)| *lacking) {
            lacks(&rules::LIBRARY_PLACES, key, format!("`[lib.{name}]` has a switch but no `{key}`"));
        }
    }
    if let Some(Err(defect)) = library.license.as_deref().map(license::strict) {
        lacks(&rules::LICENSE_FORM, "", format!("`lib.{name}.license`: {defect}"));
    }
}

fn is_system_somewhere(check: &Check<'_>, library: &Library) -> bool {
    let packaging = &check.inputs.profile.packaging;
    let system = library.system.clone().unwrap_or(Condition::Constant(false));
    let Some(targets) = &packaging.targets else { return true };
    let arches = packaging.arches();
    targets.iter().any(|target| arches.iter().any(|arch| Circumstances::of(target, arch).hold(&system)))
}

/// Every subpackage that a library names provides it.
fn in_subpackages(check: &Check<'_>, library: &Library, findings: &mut Vec<Finding>) {
    for package in library.packages.iter().flatten() {
        let provided = check.spec.bundled().iter().any(|line| {
            check.spec.text(&line.name) == library.bundled_name().as_bytes()
                && check.spec.package_of(line.line).as_ref() == Some(package)
        });
        if !provided {
            let message = format!("the package `{package}` does not provide `bundled({})`", library.bundled_name());
            findings.push(Finding::new(&rules::BUNDLED_MISSING, &library.name, package, message));
        }
    }
}

/// Libraries that are the same one to rpm or in the tree.
fn twice(check: &Check<'_>, findings: &mut Vec<Finding>) {
    let (mut names, mut paths) = (BTreeMap::new(), BTreeMap::new());
    for library in &check.inputs.profile.packaging.libraries {
        let of_name = names
            .insert(library.bundled_name(), &library.name)
            .map(|other| (other, format!("`bundled({})`", library.bundled_name())));
        let of_path =
            library.path.as_deref().and_then(|path| Some((paths.insert(path, &library.name)?, format!("`{path}`"))));
        for (other, what) in of_name.into_iter().chain(of_path) {
            let message = format!("`[lib.{other}]` and `[lib.{}]` are both {what}", library.name);
            findings.push(Finding::new(&rules::LIBRARY_TWICE, &library.name, &what, message));
        }
    }
}

/// What the tree itself says.
fn in_tree(check: &Check<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = check.inputs.tree else { return };
    for (library, path) in &tree.absent {
        let key = if library.is_empty() { "unbundle.keep".to_owned() } else { format!("lib.{library}.path") };
        let message = format!("`{key}`: the tree holds no `{path}`");
        findings.push(Finding::new(&rules::LIBRARY_PATH, library, path, message));
    }
    for (library, pattern) in &tree.unmatched {
        let message = format!("`lib.{library}.keep`: `{pattern}` fits no file of the library");
        findings.push(Finding::new(&rules::KEEP_NOTHING, library, pattern, message));
    }
    let Some(((told, file), wanted)) = tree.version.as_ref().zip(check.inputs.profile.version.as_deref()) else {
        return;
    };
    // `140.12.0esr` and `6.11.2-rc1` are made of what the tree tells and a word behind.
    let rest = wanted.strip_prefix(told.as_str());
    if rest.is_none_or(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')) {
        let message = format!("the tree is {told}, the profile says {wanted}");
        findings.push(Finding::new(&rules::TREE_VERSION, "", told, message).at(file.clone()));
    }
}

/// Every licence of what is in the binary packages, against the packager's list.
fn allowed(check: &Check<'_>, material: &Material<'_>, findings: &mut Vec<Finding>) {
    let Some(list) = check.inputs.allowed else { return };
    let tag = check.spec.main_tag("License").and_then(|(line, tag)| {
        let expression = license::strict(&terminal(check.spec.text(&tag.value))).ok()?;
        Some((String::new(), expression, Some(check.at(line))))
    });
    let libraries = fragment::still_bundled(material).filter_map(|(library, copy)| {
        Some((library.name.clone(), license::strict(copy.license.as_deref()?).ok()?, None))
    });
    let told: Vec<(String, Expression, Option<String>)> = tag.into_iter().chain(libraries).collect();
    for (library, expression, place) in &told {
        for license in list.against(expression) {
            let of = if library.is_empty() { "`License:`".to_owned() } else { format!("`lib.{library}`") };
            let message = format!("{of}: `{license}` is not among the allowed licences");
            let finding = Finding::new(&rules::LICENSE_DENIED, library, &license.to_string(), message);
            findings.push(place.iter().fold(finding, |finding, place| finding.at(place.clone())));
        }
    }
}

/// Switches of the hand-written lines: where one drives a requirement or the build, `bundled()` must follow it too.
fn by_hand(check: &Check<'_>, findings: &mut Vec<Finding>) {
    let named = &check.inputs.profile.packaging.libraries;
    for library in adopt::libraries(check.spec).into_iter().filter(|library| library.switch.is_some()) {
        let known = named.iter().any(|known| known.switch() == library.switch());
        let always = library.system == Some(Condition::Constant(true));
        let drives = library.requires.is_some() || library.gn_name.is_some();
        if known || always || !drives || library.bundled.is_some() {
            continue;
        }
        let switch = library.switch();
        let message = format!("`{}` switches `{}`, but no `bundled()` stands under it", switch.name, library.name);
        let line = check.spec.lines().iter().position(|line| matches!(&line.kind, super::document::LineKind::Define(define) if check.spec.text(&define.name) == switch.name.as_bytes()));
        let finding = Finding::new(&rules::SWITCH_PLACES, &library.name, &switch.name, message);
        findings.push(line.map_or(finding.clone(), |line| finding.at(check.at(line))));
    }
}

/// `%ifarch` with words that mean nothing there.
pub(super) fn arch_words(check: &Check<'_>, findings: &mut Vec<Finding>) {
    for (index, branch) in check.spec.branches().iter().enumerate() {
        if check.spec.section_of(branch.line) != SectionKind::Changelog && check.spec.idle_arch_words(index) {
            let text = terminal(check.spec.line_text(branch.line).trim_ascii());
            let message = format!("`{text}`: rpm reads the names of architectures in it and nothing else");
            let finding =
                Finding::new(&rules::ARCH_WORDS, "", &branch.line.to_string(), message).at(check.at(branch.line));
            findings.push(finding.hint("put the other condition into an `%if` of its own"));
        }
    }
}
