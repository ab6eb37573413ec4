//! `Version:`, `Release:`, `License:` and `SourceN:`.

use std::fmt::Write as _;

use super::super::facts::Copy;
use super::super::material::Material;
use crate::license::{self, Expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::Library;
use crate::profile::target::Circumstances;

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
///
/// What cannot be read is left out, and a main expression that cannot be read is taken as it stands: `check` names both.
pub fn license_text(material: &Material<'_>) -> Option<String> {
    let packaging = &material.inputs.profile.packaging;
    let main = packaging.license.as_deref()?;
    let Ok(own) = license::strict(main) else { return Some(main.to_owned()) };
    if packaging.collect == Some(false) {
        return Some(main.to_owned());
    }
    let bundled = still_bundled(material).filter_map(|(_, copy)| license::strict(copy.license.as_deref()?).ok());
    let mut more: Vec<Expression> = bundled.flat_map(|expression| expression.terms().to_vec()).collect();
    more.sort_by_key(ToString::to_string);
    license::all_of(std::iter::once(own).chain(more)).map(|all| all.to_string())
}

/// The libraries that some target bundles, with what is known about their copies.
pub fn still_bundled<'m, 'a>(material: &'m Material<'a>) -> impl Iterator<Item = &'m (&'a Library, Copy)> + 'm {
    material.libraries.iter().filter(|(library, _)| is_bundled_somewhere(material, library.system.as_ref()))
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
