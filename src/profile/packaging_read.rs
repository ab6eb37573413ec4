//! Reads the keys of `forebay spec` from a profile.

use crate::profile::condition::{Condition, is_arch, is_name};
use crate::profile::packaging::{
    Apply, ChangelogMode, GnArgument, GnValue, Guard, Library, Packaging, PatchGroup, PatchSettings, SourceFile, Style,
    Switch, SwitchKind, is_secret,
};
use crate::profile::section::{Section, Value};
use crate::profile::target::Target;
use crate::profile::unbundling::{self, Unbundling};
use crate::profile::words::{self, ValueError};

/// The largest number of a patch or source.
const NUMBER_LIMIT: usize = 999_999;

/// The keys of `[package]` that only the spec needs.
pub(super) fn package(section: &mut Section<'_, '_>, all: &mut Packaging) {
    all.spec = section.text("spec", words::sentence);
    all.audit = section.text("audit", words::sentence);
    all.release = section.text("release", release);
    all.rpm_min = section.text("rpm-min", rpm_release);
    all.targets = section.texts("targets", |text| Ok(Target::parse(text)?));
    all.arches = section.texts("arches", arch);
    all.style = section.text("style", |text| words::word(&STYLES, text));
}

const STYLES: [(&str, Style); 3] = [("fedora", Style::Fedora), ("opensuse", Style::Opensuse), ("plain", Style::Plain)];

/// The sections of their own.
pub(super) fn sections(file: &mut Section<'_, '_>, all: &mut Packaging) {
    all.sources = file.sections("sources", source);
    (all.license, all.collect, all.allow) = file.section("license", license);
    all.patches = file.section("patches", patches);
    all.libraries =
        file.named_sections("lib", library_name, |name, section| Some(library(name, section))).unwrap_or_default();
    (all.gn_file, all.gn_args) = file.section("gn", gn);
    (all.script_remove, all.script_replace, all.keep, all.unbundling) = file.section("unbundle", unbundle);
    (all.changelog, all.changelog_file, all.packager) = file.section("changelog", changelog);
}

fn source(mut section: Section<'_, '_>) -> Option<SourceFile> {
    let number = section.number("number", NUMBER_LIMIT).and_then(|number| u32::try_from(number).ok());
    let file = section.required("file", words::plain);
    let comment = section.text("comment", words::sentence);
    section.finish();
    Some(SourceFile { number, file: file?, comment })
}

fn license(mut section: Section<'_, '_>) -> (Option<String>, Option<bool>, Option<String>) {
    let main = section.text("main", words::sentence);
    let collect = section.text("collect", |text| words::word(&[("bundled", true), ("none", false)], text));
    let allow = section.text("allow", words::sentence);
    section.finish();
    (main, collect, allow)
}

fn patches(mut section: Section<'_, '_>) -> PatchSettings {
    let settings = PatchSettings {
        status: section.text("status", |text| words::word(&[("required", true), ("optional", false)], text)),
        apply: section
            .text("apply", |text| words::word(&[("autopatch", Apply::Autopatch), ("patch", Apply::Patch)], text)),
        groups: section.sections("group", group),
        notes: section.named_values("notes", note).unwrap_or_default(),
    };
    section.finish();
    settings
}

fn note(name: &str, value: Value) -> Result<(String, String), ValueError> {
    match value {
        Value::Text(text) if text.chars().all(|c| c == '\n' || !c.is_control()) => Ok((name.to_owned(), text)),
        Value::Text(text) => Err(ValueError::Blank(text)),
        _ => Err(ValueError::Shape("text in quotes")),
    }
}

fn group(mut section: Section<'_, '_>) -> Option<PatchGroup> {
    let id = section.required("id", words::plain);
    let range = section.value("range", range);
    if range.is_none() {
        section.lacks("lacks the key `range`, two numbers like `[1, 99]`");
    }
    let guard = guard(&mut section);
    let patches = section.texts("patches", words::sentence).unwrap_or_default();
    section.finish();
    Some(PatchGroup { id: id?, range: range?, guard, patches })
}

fn range(value: Value) -> Result<(u32, u32), ValueError> {
    const WANTED: ValueError = ValueError::Shape("two numbers from 0 to 999999, the smaller first");
    let Value::List(items) = value else { return Err(WANTED) };
    let number = |item: &Value| match item {
        Value::Number(number) => u32::try_from(*number).ok().filter(|number| *number as usize <= NUMBER_LIMIT),
        _ => None,
    };
    match items.as_slice() {
        [low, high] => match (number(low), number(high)) {
            (Some(low), Some(high)) if low <= high => Ok((low, high)),
            _ => Err(WANTED),
        },
        _ => Err(WANTED),
    }
}

fn guard(section: &mut Section<'_, '_>) -> Guard {
    let when = section.text("when", condition);
    let raw = section.text("when-raw", words::sentence);
    match (when, raw) {
        (Some(_), Some(_)) => {
            section.lacks("has both `when` and `when-raw`: keep one");
            Guard::Always
        }
        (Some(when), None) => Guard::When(when),
        (None, Some(raw)) => Guard::Raw(raw),
        (None, None) => Guard::Always,
    }
}

fn condition(text: &str) -> Result<Condition, ValueError> {
    Ok(Condition::parse(text)?)
}

fn library_name(name: &str) -> Result<(), ValueError> {
    words::plain(name).map(|_| ())
}

fn library(name: &str, mut section: Section<'_, '_>) -> Library {
    let (gn_system, gn_bundled) = section.section("gn-args", gn_of_library);
    let switch = switch(&mut section);
    let library = Library {
        name: name.to_owned(),
        path: section.text("path", words::upstream_path),
        system: section.value("system", system),
        switch,
        requires: section.texts("requires", words::sentence),
        packages: section.texts("packages", words::plain),
        gn_name: section.text("gn-name", words::plain),
        gn_system,
        gn_bundled,
        license: section.text("license", words::sentence),
        version: section.text("version", words::sentence),
        bundled: section.text("bundled", words::plain),
        reason: section.text("reason", words::sentence),
        keep: section.texts("keep", words::upstream_path),
    };
    section.finish();
    library
}

/// The one of the four keys that is there.
fn switch(section: &mut Section<'_, '_>) -> Option<Switch> {
    let kinds = [
        (SwitchKind::Condition, false),
        (SwitchKind::Condition, true),
        (SwitchKind::Macro, true),
        (SwitchKind::Macro, false),
    ];
    let mut found: Vec<Switch> = Vec::new();
    for (kind, bundles) in kinds {
        let empty = Switch { kind, name: String::new(), bundles };
        found.extend(section.text(empty.key(), macro_name).map(|name| Switch { name, ..empty }));
    }
    if found.len() > 1 {
        section.lacks("has more than one of `switch`, `bundled-switch`, `flag` and `system-flag`: keep one");
    }
    found.pop()
}

fn system(value: Value) -> Result<Condition, ValueError> {
    match value {
        Value::Flag(flag) => Ok(Condition::Constant(flag)),
        Value::Text(text) => condition(&text),
        _ => Err(ValueError::Shape("true, false or a condition in quotes")),
    }
}

fn gn_of_library(mut section: Section<'_, '_>) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let found = (section.texts("system", gn_assignment), section.texts("bundled", gn_assignment));
    section.finish();
    found
}

fn gn_assignment(text: &str) -> Result<String, ValueError> {
    let wanted = || ValueError::Gn(text.to_owned());
    let (name, value) = text.split_once('=').ok_or_else(wanted)?;
    let balanced = value.bytes().filter(|byte| *byte == b'"').count() % 2 == 0;
    if !is_name(name.trim()) || value.trim().is_empty() || !balanced || text.contains(char::is_control) {
        return Err(wanted());
    }
    Ok(format!("{}={}", name.trim(), value.trim()))
}

type Gn = (Option<String>, Option<Vec<GnArgument>>);

fn gn(mut section: Section<'_, '_>) -> Gn {
    let arguments = section.named_values("args", gn_arguments).map(|all| all.concat());
    let found = (section.text("file", words::plain), arguments);
    section.finish();
    found
}

/// A value, or a list of sections with a value and a condition each.
fn gn_arguments(name: &str, value: Value) -> Result<Vec<GnArgument>, ValueError> {
    if !is_name(name) {
        return Err(ValueError::Gn(name.to_owned()));
    }
    match value {
        Value::List(items) if items.iter().any(|item| matches!(item, Value::Table(_))) => {
            items.into_iter().map(|item| gn_argument(name, item)).collect()
        }
        value => Ok(vec![gn_argument(name, value)?]),
    }
}

fn gn_argument(name: &str, value: Value) -> Result<GnArgument, ValueError> {
    let (mut given, mut guard) = (None, Guard::Always);
    match value {
        Value::Table(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("value", value) => given = Some(gn_value(name, value)?),
                    ("macro", Value::Text(text)) => given = Some(GnValue::Macro(macro_name(&text)?)),
                    ("shell", Value::Text(text)) => given = Some(GnValue::Shell(words::sentence(&text)?)),
                    ("raw", Value::Text(text)) => given = Some(GnValue::Raw(words::sentence(&text)?)),
                    ("when", Value::Text(text)) => guard = Guard::When(condition(&text)?),
                    ("unless", Value::Text(text)) => guard = Guard::When(condition(&text)?.negated()),
                    ("when-raw", Value::Text(text)) => guard = Guard::Raw(words::sentence(&text)?),
                    _ => {
                        return Err(ValueError::Shape(
                            "a section of `value`, `macro`, `shell`, `raw`, `when`, `unless`",
                        ));
                    }
                }
            }
        }
        value => given = Some(gn_value(name, value)?),
    }
    let value = given.ok_or(ValueError::Shape("a value: `value`, `macro`, `shell` or `raw`"))?;
    Ok(GnArgument { name: name.to_owned(), value, guard })
}

fn gn_value(name: &str, value: Value) -> Result<GnValue, ValueError> {
    match value {
        Value::Flag(flag) => Ok(GnValue::Flag(flag)),
        Value::Number(number) => Ok(GnValue::Number(number)),
        Value::Text(text) if is_secret(name) && !text.is_empty() => {
            drop(text);
            Err(ValueError::Secret(name.to_owned()))
        }
        Value::Text(text) => gn_text(text).map(GnValue::Text),
        Value::List(items) => {
            let text = |item| match item {
                Value::Text(text) => gn_text(text),
                _ => Err(ValueError::Shape("a list of texts")),
            };
            items.into_iter().map(text).collect::<Result<_, _>>().map(GnValue::List)
        }
        Value::Table(_) | Value::Other(_) => {
            Err(ValueError::Shape("true, false, a whole number, text or a list of texts"))
        }
    }
}

fn gn_text(text: String) -> Result<String, ValueError> {
    if text.contains(char::is_control) { Err(ValueError::Blank(text)) } else { Ok(text) }
}

/// `[unbundle]`: the two scripts, what they keep, and the rest.
type Unbundle = (Option<String>, Option<String>, Option<Vec<String>>, Unbundling);

fn unbundle(mut section: Section<'_, '_>) -> Unbundle {
    let found = (
        section.text("script-remove", words::upstream_path),
        section.text("script-replace", words::upstream_path),
        section.texts("keep", words::upstream_path),
        unbundling::read(&mut section),
    );
    section.finish();
    found
}

type Changelog = (Option<ChangelogMode>, Option<String>, Option<String>);

fn changelog(mut section: Section<'_, '_>) -> Changelog {
    const MODES: [(&str, ChangelogMode); 3] = [
        ("manual", ChangelogMode::Manual),
        ("changes-file", ChangelogMode::ChangesFile),
        ("auto", ChangelogMode::Auto),
    ];
    let mode = section.text("mode", |text| words::word(&MODES, text));
    let found = (mode, section.text("file", words::upstream_path), section.text("packager", packager));
    section.finish();
    found
}

fn packager(text: &str) -> Result<String, ValueError> {
    let text = words::sentence(text)?;
    let mail = text.split_once(" <").and_then(|(_, mail)| mail.strip_suffix('>'));
    if mail.is_some_and(|mail| mail.contains('@') && !mail.contains(['<', '>', ' '])) {
        return Ok(text);
    }
    Err(ValueError::Shape("a name and an address: `A Packager <packager@example.org>`"))
}

fn arch(text: &str) -> Result<String, ValueError> {
    if is_arch(text) { Ok(text.to_owned()) } else { Err(ValueError::Shape("an architecture like `x86_64`")) }
}

fn macro_name(text: &str) -> Result<String, ValueError> {
    if is_name(text) {
        Ok(text.to_owned())
    } else {
        Err(ValueError::Condition(crate::profile::condition::ConditionError::Name(text.to_owned())))
    }
}

fn release(text: &str) -> Result<String, ValueError> {
    let text = words::plain(text)?;
    if text.contains('-') { Err(ValueError::Shape("a release without `-`, like `1%{?dist}`")) } else { Ok(text) }
}

fn rpm_release(text: &str) -> Result<(u32, u32, u32), ValueError> {
    let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse::<u32>).collect();
    match numbers.as_deref() {
        Ok([major, minor]) => Ok((*major, *minor, 0)),
        Ok([major, minor, patch]) => Ok((*major, *minor, *patch)),
        _ => Err(ValueError::Shape("a release of rpm like `4.16` or `4.17.1`")),
    }
}
