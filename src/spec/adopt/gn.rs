//! GN arguments that a script collects: `NAME+=' a=true b="x"'`.

use std::collections::BTreeMap;

use super::{Account, Found, expression};
use crate::profile::condition::{Condition, is_name};
use crate::profile::packaging::is_secret;
use crate::profile::packaging::{GnArgument, GnValue, Guard, Library, Switch};
use crate::spec::{LineKind, SectionKind, Spec};
use crate::text::display::terminal;

pub(super) fn read(spec: &Spec, found: &mut Found) -> Account {
    let mut account = Account::new("GN arguments");
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, line) in spec.lines().iter().enumerate() {
        if line.kind != LineKind::Text || !matches!(spec.section_of(index), SectionKind::Build | SectionKind::Prep) {
            continue;
        }
        let text = terminal(spec.text(&line.span).trim_ascii());
        let Some((variable, value)) =
            text.split_once("+=").filter(|(name, _)| name.to_ascii_uppercase().contains("GN") && is_name(name))
        else {
            continue;
        };
        let Some((inside, shell)) = unquoted(value) else { continue };
        for item in items(&inside) {
            one(spec, index, (variable, &item, shell), &mut seen, found, &mut account);
        }
    }
    account
}

fn one(
    spec: &Spec,
    index: usize,
    (variable, item, shell): (&str, &str, bool),
    seen: &mut BTreeMap<String, usize>,
    found: &mut Found,
    account: &mut Account,
) {
    let Some((name, value)) = item.split_once('=').filter(|(name, _)| is_name(name)) else { return };
    let Some(condition) = expression::of_guards(spec, &spec.guards(index)) else {
        account.left(index, format_args!("`{item}` stands under a condition that a profile cannot say"));
        return;
    };
    if shell && (value.contains('$') || value.contains('`')) {
        account.left(index, format_args!("`{item}` is found out by the shell; write it as `{{ shell = \"...\" }}`"));
        return;
    }
    if let Some(library) = library_of(&condition, &mut found.libraries) {
        let (library, system) = library;
        let list = if system { &mut library.gn_system } else { &mut library.gn_bundled };
        list.get_or_insert_default().push(item.to_owned());
        account.done();
        return;
    }
    if let Some(first) = seen.insert(name.to_owned(), index) {
        account.left(index, format_args!("`{item}` of `{variable}`: `{name}` is set in line {} too", first + 1));
        return;
    }
    let value = value_of(value);
    if matches!(&value, GnValue::Text(text) if !text.is_empty()) && is_secret(name) {
        account.left(index, format_args!("`{name}` looks like a secret; name a macro that holds it"));
        return;
    }
    let guard = if condition == Condition::Constant(true) { Guard::Always } else { Guard::When(condition) };
    found.gn.push(GnArgument { name: name.to_owned(), value, guard });
    account.done();
}

/// The library whose switch alone is the condition, and whether it is for the system's build.
fn library_of<'l>(condition: &Condition, libraries: &'l mut [Library]) -> Option<(&'l mut Library, bool)> {
    let (flag, system) = match condition {
        Condition::Flag(flag) => (flag, false),
        Condition::Not(inner) => match &**inner {
            Condition::Flag(flag) => (flag, true),
            _ => return None,
        },
        _ => return None,
    };
    let library = libraries.iter_mut().find(|library| library.switch == Some(Switch::Flag(flag.clone())))?;
    Some((library, system))
}

fn value_of(text: &str) -> GnValue {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match (text, inner) {
        ("true", _) => GnValue::Flag(true),
        ("false", _) => GnValue::Flag(false),
        (_, Some(inner)) => match inner.strip_prefix("%{").and_then(|name| name.strip_suffix('}')) {
            Some(name) if is_name(name) => GnValue::Macro(name.to_owned()),
            _ if inner.contains(['%', '\\', '$']) => GnValue::Raw(text.to_owned()),
            _ => GnValue::Text(inner.to_owned()),
        },
        _ => text.parse().map_or_else(|_| GnValue::Raw(text.to_owned()), GnValue::Number),
    }
}

/// The inside of a quoted word of the shell, and whether the shell looks into it.
fn unquoted(text: &str) -> Option<(String, bool)> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return Some((inner.to_owned(), false));
    }
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'))?;
    Some((inner.replace("\\\"", "\""), true))
}

/// Words at blanks outside of quotes and brackets.
fn items(text: &str) -> Vec<String> {
    let (mut all, mut current, mut quoted, mut depth) = (Vec::new(), String::new(), false, 0_usize);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            '[' | '(' if !quoted => depth += 1,
            ']' | ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if character.is_whitespace() && !quoted && depth == 0 {
            all.push(std::mem::take(&mut current));
        } else {
            current.push(character);
        }
    }
    all.push(current);
    all.retain(|item| !item.is_empty());
    all
}
