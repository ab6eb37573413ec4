//! `Version:`, `Release:`, `License:` and `SourceN:`.

use std::fmt::Write as _;

use super::super::material::Material;
use crate::profile::condition::Condition;
use crate::profile::target::Circumstances;
use crate::spec::license_terms;

/// The version as rpm takes it, where the profile tells one.
pub fn spec_version(material: &Material<'_>) -> Option<String> {
    let profile = material.inputs.profile;
    let text = crate::version::rpm_text(profile.version.as_deref()?).text;
    Some(text).filter(|text| !text.is_empty())
}

/// The release as the changelog shows it: without macros.
pub fn changelog_release(material: &Material<'_>) -> Option<String> {
    let release = material.inputs.profile.packaging.release.as_deref()?;
    let end = release.find('%').unwrap_or(release.len());
    release.get(..end).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// `Version:` and `Release:`.
pub(super) fn version(material: &Material<'_>) -> Option<String> {
    let version = spec_version(material)?;
    let release = material.inputs.profile.packaging.release.as_deref().unwrap_or("1%{?dist}");
    Some(format!("Version: {version}\nRelease: {release}\n"))
}

/// `License:`
pub(super) fn license(material: &Material<'_>) -> Option<String> {
    license_text(material).map(|text| format!("License: {text}\n"))
}

/// The expression for everything that some target bundles: the package's own terms first, the others sorted.
pub fn license_text(material: &Material<'_>) -> Option<String> {
    let packaging = &material.inputs.profile.packaging;
    let main = packaging.license.as_deref()?;
    if packaging.collect == Some(false) {
        return Some(main.to_owned());
    }
    let mut terms = license_terms::terms(main);
    let mut more: Vec<String> = Vec::new();
    for (library, copy) in &material.libraries {
        if is_bundled_somewhere(material, library.system.as_ref()) {
            more.extend(copy.license.as_deref().map(license_terms::terms).unwrap_or_default());
        }
    }
    more.sort();
    for term in more {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    Some(terms.join(" AND "))
}

/// True where the default of the switch is the bundled copy on some target; without targets, where that may be.
fn is_bundled_somewhere(material: &Material<'_>, system: Option<&Condition>) -> bool {
    let packaging = &material.inputs.profile.packaging;
    let Some(system) = system else { return true };
    let Some(targets) = &packaging.targets else { return *system != Condition::Constant(true) };
    let arches = packaging.arches();
    targets.iter().any(|target| arches.iter().any(|arch| !Circumstances::of(target, arch).hold(system)))
}

/// `SourceN:`
pub(super) fn sources(material: &Material<'_>) -> Option<String> {
    let sources = material.inputs.profile.packaging.sources.as_ref()?;
    let mut out = String::new();
    let mut next = 0;
    for source in sources {
        let number = source.number.unwrap_or(next);
        next = number.saturating_add(1);
        if let Some(comment) = &source.comment {
            out.push_str(&super::comment(comment));
        }
        let _ = writeln!(out, "Source{number}: {}", source.file);
    }
    Some(out)
}
