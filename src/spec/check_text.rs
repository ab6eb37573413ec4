//! The checks that read text inside of lines: build conditions, versions, the changelog.

use std::collections::BTreeSet;

use bstr::ByteSlice;

use super::changes;
use super::check::{Check, is_condition_name};
use super::document::SectionKind;
use super::fragment::{self, EntryDate};
use super::material::Material;
use super::region::RegionId;
use super::rules;
use crate::finding::Finding;
use crate::profile::packaging::ChangelogMode;
use crate::text::display::terminal;

/// Every `%{with NAME}` and `%{without NAME}`: names that rpm cannot read, and names that nothing defines.
pub(super) fn conditions(check: &Check<'_>, defined: &BTreeSet<String>, findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    for (index, line) in check.spec.lines().iter().enumerate() {
        let text = check.spec.text(&line.span);
        if !text.contains_str("%{with")
            || check.spec.section_of(index) == SectionKind::Changelog
            || text.trim_start().starts_with(b"#")
        {
            continue;
        }
        for word in ["%{with ", "%{without "] {
            for at in text.find_iter(word) {
                let rest = text.get(at + word.len()..).unwrap_or_default();
                let Some(end) = rest.find_byte(b'}') else { continue };
                let name = terminal(rest.get(..end).unwrap_or_default().trim());
                if !told.insert(name.clone()) {
                    continue;
                }
                if !is_condition_name(&name) {
                    if !name.contains('%') {
                        findings.push(check.bad_bcond(&name, index));
                    }
                } else if !defined.contains(&name) && !check.spec.source().contains_str("%{load:") {
                    let message = format!("no `%bcond` defines `{name}`");
                    findings.push(Finding::new(&rules::BCOND_UNDEFINED, &name, "", message).at(check.at(index)));
                }
            }
        }
    }
}

/// True where rpm takes the text as the version of a capability: empty, or words of its alphabet with at most one `-`.
pub(super) fn is_rpm_version(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+~^:%{}".contains(&byte);
    text.bytes().all(allowed)
        && text.matches('-').count() <= 1
        && text.matches(':').count() <= 1
        && !text.contains("..")
}

/// The order, dates and weekdays of the changelog, and whether this version has an entry.
pub(super) fn changelog(check: &Check<'_>, material: &Material<'_>, findings: &mut Vec<Finding>) {
    let entries = check.spec.changelog();
    let mut last: Option<EntryDate> = None;
    for entry in &entries {
        let text = terminal(check.spec.text(&entry.date));
        let date = EntryDate::parse(check.spec.text(&entry.date));
        last = dated(&text, date, last, check.at(entry.line), findings);
    }
    if check.inputs.profile.packaging.changelog == Some(ChangelogMode::ChangesFile) {
        changes(check, material, findings);
    }
    let manual = check.inputs.profile.packaging.changelog == Some(ChangelogMode::Manual);
    let has_region = check.regions.iter().any(|region| region.id == RegionId::Changelog);
    let evr = fragment::spec_version(material).zip(fragment::changelog_release(material));
    let Some((version, release)) = evr.filter(|_| manual || has_region && !entries.is_empty()) else { return };
    let wanted = format!("{version}-{release}");
    let newest = entries.first().map(|entry| terminal(check.spec.text(&entry.rest))).unwrap_or_default();
    if manual && !newest.ends_with(&format!(" - {wanted}")) && !newest.contains('%') {
        let message = format!("the newest entry is not of {wanted}");
        let finding = Finding::new(&rules::CHANGELOG_MISSING, "", &wanted, message);
        findings.push(entries.first().map_or(finding.clone(), |entry| finding.at(check.at(entry.line))));
    }
}

/// Checks the day of one entry against that of the entry above; gives the day for the next one.
fn dated(
    text: &str,
    date: Option<EntryDate>,
    above: Option<EntryDate>,
    place: String,
    findings: &mut Vec<Finding>,
) -> Option<EntryDate> {
    let Some(date) = date else {
        let message = format!("`{text}` is no date like `Tue Jan 02 2024`");
        findings.push(Finding::new(&rules::CHANGELOG_DATE, "", text, message).at(place));
        return above;
    };
    if !date.weekday_is_right() {
        let right = fragment::weekday_and_date(date.days);
        let finding = Finding::new(&rules::CHANGELOG_WEEKDAY, "", text, format!("`{text}` has the wrong weekday"));
        findings.push(finding.at(place.clone()).hint(format!("write `{right}`")));
    }
    if above.is_some_and(|above| date.days > above.days) {
        let message = format!("`{text}` is later than the entry above it");
        findings.push(Finding::new(&rules::CHANGELOG_ORDER, "", text, message).at(place));
    }
    Some(date)
}

/// The same for a file of changes.
fn changes(check: &Check<'_>, material: &Material<'_>, findings: &mut Vec<Finding>) {
    let all = changes::entries(check.inputs.changes.unwrap_or_default());
    let mut above = None;
    for entry in &all {
        let place = format!("{}:{}", check.changes_name, entry.line);
        above = dated(&entry.head, entry.date, above, place, findings);
    }
    let Some(version) = fragment::spec_version(material) else { return };
    if !all.first().is_some_and(|newest| newest.tells_of(&version)) {
        let message = format!("the newest entry of `{}` does not tell of {version}", check.changes_name);
        let finding = Finding::new(&rules::CHANGELOG_MISSING, "", &version, message).at(check.changes_name.to_owned());
        findings.push(finding.hint("`forebay spec update --item TEXT` writes one"));
    }
}
