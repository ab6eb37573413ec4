//! `README.chromium`, and files of other names with the same fields.
//!
//! Chromium's people describe each bundled component in such a file; one file may describe several, with a divider
//! line between them. The rules are those of the `metadata` package in `depot_tools`, which checks the files when they
//! are changed. It opens no file of another name, and so misses `README.pdfium`, `README.xnnpack` and the like, which
//! hold the same fields: a [`Format::ReadmeSibling`] is taken for one where it holds three of them.
//!
//! Facts: [`CANONICAL`], [`INTERNAL`], [`CPE_UNKNOWN`], [`ANDROID_COMPATIBLE`], [`ISO_DATE`].

mod check;
mod sections;
mod values;

use super::{
    Declared, Ecosystem, Fact, FileReference, Format, Mitigated, Parsed, Role, Root, Stated, Url, rust_crates,
};
use super::{cpe, date, purl, url};
use crate::path::RepoPath;
use sections::{Entry, Field, Key, Section, sections};

/// Fact: the tree is the canonical repository of the component.
pub const CANONICAL: &str = "canonical";
/// Fact: the upstream is internal to its owner.
pub const INTERNAL: &str = "internal";
/// Fact: `CPEPrefix` says `unknown`, that is, somebody looked and found none.
pub const CPE_UNKNOWN: &str = "cpe-unknown";
/// Fact: the value of License Android Compatible.
pub const ANDROID_COMPATIBLE: &str = "license-android-compatible";
/// Fact: the date as `YYYY-MM-DD`.
pub const ISO_DATE: &str = "iso-date";

/// How many vulnerabilities of one component are read.
const MOST_MITIGATED: usize = 1000;

/// How many fields of the format a file of another name must hold.
const SIBLING_FIELDS: usize = 3;

/// Reads a `README.chromium` or a sibling.
pub(super) fn parse(format: Format, path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let sections = sections(&text);
    let mut parsed = Parsed::default();
    let own = format == Format::ReadmeChromium;
    for section in sections.iter().filter(|section| section.known_fields() > 0) {
        if !own && section.known_fields() < SIBLING_FIELDS {
            continue;
        }
        parsed.declared.push(declared(format, path, section));
        if own {
            check::section(section, &mut parsed.problems);
        }
    }
    parsed.problems.sort();
    parsed
}

fn declared(format: Format, path: &RepoPath, section: &Section<'_>) -> Declared {
    let mut declared = Declared::new(format, path, section.line(), Role::Present, Root::around(path));
    let stated = |field| section.get(field).and_then(|entry| Stated::filled(entry.value, entry.line));
    let flag = |field| section.get(field).map(|entry: &Entry<'_>| values::yes_or_no(entry.value));
    declared.name = stated(Field::Name);
    declared.short_name = stated(Field::ShortName);
    declared.version = stated(Field::Version);
    declared.revision = stated(Field::Revision);
    declared.license = stated(Field::License);
    declared.update_mechanism = stated(Field::UpdateMechanism);
    declared.date = stated(Field::Date);
    declared.description = stated(Field::Description);
    declared.shipped = flag(Field::ShippedInChromium).or_else(|| flag(Field::Shipped));
    declared.security_critical = flag(Field::SecurityCritical);
    declared.licenses = section.get(Field::License).map(|entry| listed(entry.value)).unwrap_or_default();
    declared.license_files = license_files(section, &declared.root);
    declared.mitigated = mitigated(section);
    declared.local_modifications = stated(Field::LocalModifications);
    declared.modified =
        section.get(Field::LocalModifications).map(|e| !e.value.is_empty() && !values::says_unmodified(e.value));
    set_urls(section, &mut declared);
    set_cpe(section, &mut declared);
    set_facts(section, &mut declared);
    set_package(path, &mut declared);
    declared
}

/// The parts of a comma list.
fn listed(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Licence files: relative to the README, or to the tree where they begin with a slash.
fn license_files(section: &Section<'_>, root: &Root) -> Vec<FileReference> {
    let Some(entry) = section.get(Field::LicenseFile) else { return Vec::new() };
    let reference = |text: String| {
        let path = match text.strip_prefix('/') {
            Some(below) => Root::Tree.resolve(below.trim_start_matches('/').as_bytes()),
            None => root.resolve(text.as_bytes()),
        };
        FileReference { text, line: entry.line, path }
    };
    // An older way to say that nothing is shipped and so no text is needed.
    listed(entry.value).into_iter().filter(|text| text != "NOT_SHIPPED").map(reference).collect()
}

/// Listed ids, and ids that only have an explanation; an id of the wrong form is left to the checks.
fn mitigated(section: &Section<'_>) -> Vec<Mitigated> {
    let mut found: Vec<Mitigated> = Vec::new();
    if let Some(entry) = section.get(Field::Mitigated) {
        let ids = listed(entry.value).into_iter().filter(|id| values::is_vulnerability(id));
        found.extend(ids.take(MOST_MITIGATED).map(|id| Mitigated { id, line: entry.line, explanation: None }));
    }
    for entry in &section.entries {
        let Key::Vulnerability(id) = entry.key else { continue };
        let explanation = (!entry.value.is_empty()).then(|| entry.value.to_owned());
        if found.len() >= MOST_MITIGATED {
            break;
        }
        match found.iter_mut().find(|listed| listed.id == id) {
            Some(listed) => listed.explanation = explanation,
            None => found.push(Mitigated { id: id.to_owned(), line: entry.line, explanation }),
        }
    }
    found
}

fn set_urls(section: &Section<'_>, declared: &mut Declared) {
    let Some(entry) = section.get(Field::Url) else { return };
    if let Some(instead) = values::instead_of_url(entry.value) {
        let key = match instead {
            values::InsteadOfUrl::Canonical => CANONICAL,
            values::InsteadOfUrl::Internal => INTERNAL,
        };
        declared.facts.push(Fact::new(key, entry.value.to_owned(), entry.line));
        return;
    }
    let urls = values::urls(entry.value).filter(|(text, _)| values::has_scheme(text));
    declared.urls = urls
        .map(|(text, below)| Url { kind: url::kind_of(text), text: text.to_owned(), line: entry.line + below })
        .collect();
}

fn set_cpe(section: &Section<'_>, declared: &mut Declared) {
    let Some(entry) = section.get(Field::CpePrefix) else { return };
    if cpe::parse(entry.value).is_some() {
        declared.cpes.push(Stated::new(entry.value, entry.line));
    } else if entry.value.eq_ignore_ascii_case("unknown") {
        declared.facts.push(Fact::new(CPE_UNKNOWN, entry.value.to_owned(), entry.line));
    }
}

fn set_facts(section: &Section<'_>, declared: &mut Declared) {
    if let Some(entry) = section.get(Field::LicenseAndroidCompatible) {
        let text = if values::yes_or_no(entry.value) { "yes" } else { "no" };
        declared.facts.push(Fact::new(ANDROID_COMPATIBLE, text.to_owned(), entry.line));
    }
    if let Some(entry) = section.get(Field::Date)
        && let Some((text, _)) = date::iso(entry.value)
    {
        declared.facts.push(Fact::new(ISO_DATE, text, entry.line));
    }
}

/// The package of a registry that the URL names, and where the code of a Rust crate lies.
fn set_package(path: &RepoPath, declared: &mut Declared) {
    let crate_name = declared.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
    if let Some(code) = rust_crates::code_of_readme(path, crate_name.as_bytes()) {
        declared.code = Some(code);
        declared.ecosystem = Some(Ecosystem::Cargo);
    }
    let version = declared.version.as_ref().map(|version| version.text.as_str());
    let version = version.filter(|version| !values::says_nothing(version));
    let package = declared.urls.iter().find_map(|found| Some((purl::of_registry_page(&found.text)?, found.line)));
    if let Some(((ecosystem, name), line)) = package {
        declared.ecosystem = Some(ecosystem);
        declared.purls.extend(purl::of(ecosystem, name, version).map(|text| Stated::new(text, line)));
    }
}

#[cfg(test)]
mod tests;
