//! The first profile as TOML.

use std::fmt::Write as _;

use super::Found;
use crate::profile::condition::Condition;
use crate::profile::packaging::{ChangelogMode, GnArgument, GnValue, Guard, Library};

/// Text as a string of TOML; the escapes of JSON are among TOML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".into())
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

pub(super) fn print(found: &Found, file: &str) -> String {
    let mut out = String::from(
        "# A first profile, read from the hand-written spec by `forebay spec adopt`. Read it before you use it.\n\n[package]\n",
    );
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {value}");
        }
    };
    line("name", Some(found.name.clone()).filter(|name| !name.is_empty()).map(|name| quoted(&name)));
    line("spec", Some(quoted(file)));
    line("version", found.version.as_deref().map(quoted));
    line("release", found.release.as_deref().map(quoted));
    line("arches", Some(&found.arches).filter(|arches| !arches.is_empty()).map(|arches| list(arches)));
    for source in &found.sources {
        let number = source.number.unwrap_or(0);
        let _ = write!(out, "\n[[sources]]\nnumber = {number}\nfile = {}\n", quoted(&source.file));
    }
    if let Some(license) = &found.license {
        let _ = write!(out, "\n[license]\nmain = {}\ncollect = \"none\"\n", quoted(license));
    }
    patches(found, &mut out);
    for one in &found.libraries {
        library(one, &mut out);
    }
    gn(found, &mut out);
    unbundle(found, &mut out);
    if found.changelog == Some(ChangelogMode::Auto) {
        out.push_str("\n[changelog]\nmode = \"auto\"\n");
    }
    out
}

fn patches(found: &Found, out: &mut String) {
    if found.groups.is_empty() {
        return;
    }
    out.push_str("\n[patches]\napply = \"patch\"\n");
    for group in &found.groups {
        let _ = write!(
            out,
            "\n[[patches.group]]\nid = {}\nrange = [{}, {}]\n",
            quoted(&group.id),
            group.range.0,
            group.range.1
        );
        out.push_str(&guard(&group.guard));
    }
    if !found.notes.is_empty() {
        out.push_str("\n[patches.notes]\n");
        let mut seen = std::collections::BTreeSet::new();
        for (name, text) in found.notes.iter().filter(|(name, _)| seen.insert(name.clone())) {
            let _ = writeln!(out, "{} = {}", quoted(name), quoted(text));
        }
    }
}

fn guard(guard: &Guard) -> String {
    match guard {
        Guard::Always => String::new(),
        Guard::When(condition) => format!("when = {}\n", quoted(&condition.to_string())),
        Guard::Raw(raw) => format!("when-raw = {}\n", quoted(raw)),
    }
}

fn library(library: &Library, out: &mut String) {
    let _ = write!(out, "\n[lib.{}]\n", quoted(&library.name));
    if let Some(switch) = &library.switch {
        let _ = writeln!(out, "{} = {}", switch.key(), quoted(&switch.name));
    }
    match &library.system {
        Some(Condition::Constant(value)) => drop(writeln!(out, "system = {value}")),
        Some(condition) => drop(writeln!(out, "system = {}", quoted(&condition.to_string()))),
        None => {}
    }
    let texts = [
        ("path", &library.path),
        ("bundled", &library.bundled),
        ("version", &library.version),
        ("gn-name", &library.gn_name),
    ];
    for (key, value) in texts {
        if let Some(value) = value.as_ref().filter(|value| key != "bundled" || **value != library.name) {
            let _ = writeln!(out, "{key} = {}", quoted(value));
        }
    }
    if let Some(packages) = &library.packages {
        let _ = writeln!(out, "packages = {}", list(packages));
    }
    if let Some(requires) = &library.requires {
        let _ = writeln!(out, "requires = {}", list(requires));
    }
    let mut arguments = Vec::new();
    for (key, value) in [("system", &library.gn_system), ("bundled", &library.gn_bundled)] {
        arguments.extend(value.as_ref().map(|value| format!("{key} = {}", list(value))));
    }
    if !arguments.is_empty() {
        let _ = writeln!(out, "gn-args = {{ {} }}", arguments.join(", "));
    }
}

fn gn(found: &Found, out: &mut String) {
    if found.gn.is_empty() {
        return;
    }
    out.push_str("\n[gn.args]\n");
    let mut told = std::collections::BTreeSet::new();
    for argument in found.gn.iter().filter(|argument| told.insert(&argument.name)) {
        let all: Vec<&GnArgument> = found.gn.iter().filter(|other| other.name == argument.name).collect();
        let text = match all.as_slice() {
            [only] if only.guard == Guard::Always && value(only).0 == "value" => value(only).1,
            [only] => section(only),
            several => format!("[{}]", several.iter().map(|one| section(one)).collect::<Vec<_>>().join(", ")),
        };
        let _ = writeln!(out, "{} = {text}", argument.name);
    }
}

/// The key and the text of a value.
fn value(argument: &GnArgument) -> (&'static str, String) {
    match &argument.value {
        GnValue::Flag(flag) => ("value", flag.to_string()),
        GnValue::Number(number) => ("value", number.to_string()),
        GnValue::Text(text) => ("value", quoted(text)),
        GnValue::List(items) => ("value", list(items)),
        GnValue::Macro(name) => ("macro", quoted(name)),
        GnValue::Shell(command) => ("shell", quoted(command)),
        GnValue::Raw(text) => ("raw", quoted(text)),
    }
}

fn section(argument: &GnArgument) -> String {
    let (key, text) = value(argument);
    match guard(&argument.guard) {
        guard if guard.is_empty() => format!("{{ {key} = {text} }}"),
        guard => format!("{{ {key} = {text}, {} }}", guard.trim_end()),
    }
}

fn unbundle(found: &Found, out: &mut String) {
    if found.script_remove.is_none() && found.keep.is_empty() {
        return;
    }
    out.push_str("\n[unbundle]\n");
    if let Some(script) = &found.script_remove {
        let _ = writeln!(out, "script-remove = {}", quoted(script));
    }
    if !found.keep.is_empty() {
        let _ = writeln!(out, "keep = {}", list(&found.keep));
    }
}
