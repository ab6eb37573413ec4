//! GN arguments that a script collects: `NAME+=' a=true b="x"'`.

use std::collections::BTreeMap;

use super::switches::side;
use super::{Account, Found, expression};
use crate::profile::condition::{Condition, is_name};
use crate::profile::packaging::is_secret;
use crate::profile::packaging::{GnArgument, GnValue, Guard};
use crate::spec::{LineKind, SectionKind, Spec};
use crate::text::display::terminal;

/// Where an argument was set, and by which variable of the shell.
type Seen = BTreeMap<String, Vec<(usize, String)>>;

pub(super) fn read(spec: &Spec, found: &mut Found) -> Account {
    let mut account = Account::new("GN arguments");
    let mut seen = Seen::new();
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
    seen: &mut Seen,
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
    let library = side(&condition, &found.libraries);
    if let Some((library, system)) = library.and_then(|(at, system)| Some((found.libraries.get_mut(at)?, system))) {
        let list = if system { &mut library.gn_system } else { &mut library.gn_bundled };
        list.get_or_insert_default().push(item.to_owned());
        account.done();
        return;
    }
    // Values in branches of one block exclude each other; anything else sets one argument twice.
    let before = seen.entry(name.to_owned()).or_default();
    if let Some((first, _)) = before.iter().find(|(line, of)| of != variable || spec.may_meet(*line, index)) {
        account.left(index, format_args!("`{item}` of `{variable}`: `{name}` is set in line {} too", first + 1));
        return;
    }
    before.push((index, variable.to_owned()));
    let value = value_of(value);
    if matches!(&value, GnValue::Text(text) if !text.is_empty()) && is_secret(name) {
        account.left(index, format_args!("`{name}` looks like a secret; name a macro that holds it"));
        return;
    }
    let guard = if condition == Condition::Constant(true) { Guard::Always } else { Guard::When(condition) };
    found.gn.push(GnArgument { name: name.to_owned(), value, guard });
    account.done();
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
