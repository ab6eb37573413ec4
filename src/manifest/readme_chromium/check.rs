//! What breaks the rules of `README.chromium`, as Chromium's own checks see it.

use std::collections::BTreeMap;

use super::super::{Problem, ProblemKind, cpe, date};
use super::sections::{Entry, Field, Section};
use super::values;

/// Fields that every component must have.
const REQUIRED: [Field; 6] =
    [Field::Name, Field::Url, Field::Version, Field::License, Field::SecurityCritical, Field::Shipped];

/// Adds the problems of one component.
pub(super) fn section(section: &Section<'_>, problems: &mut Vec<Problem>) {
    missing(section, problems);
    repeated(section, problems);
    for entry in &section.entries {
        if let super::Key::Known(field) = entry.key
            && let Some(what) = invalid(field, entry)
        {
            problems.push(Problem::new(entry.line, ProblemKind::Invalid, format!("{}: {what}", field.name())));
        }
    }
}

fn missing(section: &Section<'_>, problems: &mut Vec<Problem>) {
    let has = |field| section.get(field).is_some();
    let mut say = |what: String| problems.push(Problem::new(section.line(), ProblemKind::Missing, what));
    for field in REQUIRED {
        let aliased = field == Field::Shipped && has(Field::ShippedInChromium);
        if !has(field) && !aliased {
            say(format!("the field `{}` is missing", field.name()));
        }
    }
    let shipped = section.get(Field::ShippedInChromium).or_else(|| section.get(Field::Shipped));
    if shipped.is_none_or(|entry| values::yes_or_no(entry.value)) && !has(Field::LicenseFile) {
        say("the field `License File` is missing from a shipped component".to_owned());
    }
    let tells = |field, nothing: fn(&str) -> bool| section.get(field).is_some_and(|entry| !nothing(entry.value));
    let revision_tells = section.get(Field::Revision).is_some_and(|entry| entry.value == "DEPS")
        || tells(Field::Revision, values::says_nothing);
    // What is made here, or by people who tell nothing to others, has no version of an upstream.
    let upstream = section.get(Field::Url).is_none_or(|entry| values::instead_of_url(entry.value).is_none());
    if upstream && !tells(Field::Version, values::says_nothing) && !revision_tells && !tells(Field::Date, str::is_empty)
    {
        say("none of `Version`, `Date` and `Revision` tells what is there".to_owned());
    }
}

fn repeated(section: &Section<'_>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for entry in &section.entries {
        let super::Key::Known(field) = entry.key else { continue };
        let count = seen.entry(field).or_insert(0_usize);
        *count += 1;
        if *count == 2 {
            let what = format!("{}: the field stands again, and the last one counts", field.name());
            problems.push(Problem::new(entry.line, ProblemKind::Invalid, what));
        }
    }
}

/// What is wrong with a value, if anything.
fn invalid(field: Field, entry: &Entry<'_>) -> Option<String> {
    let value = entry.value;
    match field {
        Field::Url => invalid_url(value),
        Field::Version if value.is_empty() || value == "0" || value.eq_ignore_ascii_case("unknown") => {
            Some(format!("`{value}` is no version; `N/A` says that there is none"))
        }
        Field::Revision if value != "DEPS" && !values::is_revision(value) => {
            Some(format!("`{value}` is neither a hash of 7 to 40 digits nor `DEPS`"))
        }
        Field::Date => match date::iso(value) {
            None => Some(format!("`{value}` is no date")),
            Some((_, true)) => Some(format!("`{value}` may be read as two days")),
            Some(_) => None,
        },
        Field::License if value.is_empty() || value.split(',').any(|part| part.trim().is_empty()) => {
            Some("a licence is empty".to_owned())
        }
        Field::License if value.split(',').any(values::has_bad_separator) => {
            Some(format!("`{value}` separates licences by something else than commas"))
        }
        Field::LicenseFile => invalid_file(value),
        Field::SecurityCritical | Field::Shipped | Field::ShippedInChromium | Field::LicenseAndroidCompatible => {
            (!values::is_plain_yes_or_no(value)).then(|| format!("`{value}` is neither `yes` nor `no`"))
        }
        Field::CpePrefix if !value.eq_ignore_ascii_case("unknown") && cpe::parse(value).is_none() => {
            Some(format!("`{value}` is no CPE name"))
        }
        Field::Mitigated => {
            let bad = value.split(',').map(str::trim).find(|id| !id.is_empty() && !values::is_vulnerability(id));
            bad.map(|id| format!("`{id}` is no id of a vulnerability"))
        }
        Field::UpdateMechanism if !values::mechanism(value).1 => Some(format!("`{value}` is no known mechanism")),
        Field::Name | Field::ShortName | Field::Description if value.is_empty() => {
            Some("the field is empty".to_owned())
        }
        _ => None,
    }
}

fn invalid_url(value: &str) -> Option<String> {
    if values::instead_of_url(value).is_some() {
        return None;
    }
    if value.is_empty() {
        return Some("the field is empty".to_owned());
    }
    let bad = values::urls(value).find(|(url, _)| !values::has_scheme(url));
    bad.map(|(url, _)| format!("`{url}` is no URL of http, https, ftp or git"))
}

fn invalid_file(value: &str) -> Option<String> {
    let bad = value.split(',').map(str::trim).find(|part| part.is_empty() || part.starts_with("../"));
    match bad {
        Some("") => Some("a path is empty".to_owned()),
        Some(path) => Some(format!("`{path}` leads out of the component")),
        None if value == "NOT_SHIPPED" => Some("`NOT_SHIPPED` is an old way to say `Shipped: no`".to_owned()),
        None => None,
    }
}
