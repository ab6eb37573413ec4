//! Switches between a bundled copy and the system's build: `%global bundleX`, `%global use_system_X`, `%bcond bundled_X`...

use std::collections::BTreeMap;

use super::{Account, expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::{Library, Switch, SwitchKind};
use crate::spec::{DefineWord, LineKind, Spec};
use crate::text::display::terminal;

/// Beginnings of the names of switches, the longer of two that begin alike first; true where on means the bundled copy.
const PREFIXES: [(&str, bool); 7] = [
    ("use_bundled_", true),
    ("bundled_", true),
    ("bundle_", true),
    ("bundle", true),
    ("use_system_", false),
    ("with_system_", false),
    ("system_", false),
];

/// The library that a switch is named after, and whether on means the bundled copy.
fn library_name(switch: &str) -> Option<(&str, bool)> {
    let (name, bundles) =
        PREFIXES.iter().find_map(|(prefix, bundles)| Some((switch.strip_prefix(prefix)?, *bundles)))?;
    (!name.is_empty()).then_some((name, bundles))
}

/// A definition that was read: its line, and where the system's build is used as far as a profile can say.
type Defined = (usize, Switch, Option<Condition>);

/// Reads the switches, each with a library that bears its name; later definitions change earlier ones.
pub(super) fn read(spec: &Spec, account: &mut Account) -> Vec<Library> {
    let mut switches: BTreeMap<String, Defined> = BTreeMap::new();
    for (index, line) in spec.lines().iter().enumerate() {
        let LineKind::Define(define) = &line.kind else { continue };
        let kind = match define.word {
            DefineWord::Undefine => continue,
            DefineWord::Global | DefineWord::Define => SwitchKind::Macro,
            _ => SwitchKind::Condition,
        };
        let name = terminal(spec.text(&define.name));
        let Some((_, bundles)) = library_name(&name) else { continue };
        let on = value(define.word, spec.text(&define.body));
        let under = expression::of_guards(spec, &spec.guards(index));
        // What is never set counts as off to rpm; a switch for the bundled copy is always set somewhere.
        let before = switches.get(&name).map_or(Some(Condition::Constant(false)), |(_, _, system)| system.clone());
        let system = match (on, under, before) {
            (Some(on), Some(under), Some(before)) => {
                let system = if bundles { on.negated() } else { on };
                Some(chosen(under, system, before))
            }
            _ => None,
        };
        switches.insert(name.clone(), (index, Switch { kind, name, bundles }, system));
    }
    let mut libraries = Vec::new();
    for (name, (line, switch, system)) in switches {
        let library = library_name(&name).map_or("", |(library, _)| library).to_owned();
        match system {
            Some(system) => {
                libraries.push(Library {
                    name: library,
                    switch: Some(switch),
                    system: Some(system),
                    ..Library::default()
                });
            }
            None if switch.bundles => {
                account.left(line, format_args!("`{name}` has a value or a condition that a profile cannot say"));
            }
            None => {}
        }
    }
    libraries
}

/// When a switch is on by one definition.
fn value(word: DefineWord, body: &[u8]) -> Option<Condition> {
    match (word, body) {
        (DefineWord::BcondWith, _) | (_, b"0") => Some(Condition::Constant(false)),
        (DefineWord::BcondWithout, _) | (_, b"1") => Some(Condition::Constant(true)),
        (DefineWord::Bcond, body) => {
            let text = std::str::from_utf8(body).ok()?;
            let inner = text.strip_prefix("%[").and_then(|text| text.strip_suffix(']'));
            expression::parse(inner.unwrap_or(text))
        }
        _ => None,
    }
}

/// One value where a condition holds, another elsewhere, in the shortest form.
fn chosen(under: Condition, value: Condition, before: Condition) -> Condition {
    match value {
        Condition::Constant(true) => under.or(before),
        Condition::Constant(false) => under.negated().and(before),
        value => under.clone().and(value).or(under.negated().and(before)),
    }
}

/// The library whose switch alone is the condition, and whether the condition holds for the system's build.
pub(super) fn side(condition: &Condition, libraries: &[Library]) -> Option<(usize, bool)> {
    let (inner, positive) = match condition {
        Condition::Not(inner) => (&**inner, false),
        inner => (inner, true),
    };
    let (kind, name) = match inner {
        Condition::Flag(name) => (SwitchKind::Macro, name),
        Condition::With(name) => (SwitchKind::Condition, name),
        _ => return None,
    };
    let found =
        |library: &Library| library.switch.as_ref().is_some_and(|switch| switch.kind == kind && switch.name == *name);
    let index = libraries.iter().position(found)?;
    let bundles = libraries.get(index)?.switch.as_ref()?.bundles;
    Some((index, positive != bundles))
}

/// True where nothing but its name speaks for a switch being one of a library: `system_build_flags`.
pub(super) fn is_idle(library: &Library) -> bool {
    let weak = library.switch.as_ref().is_some_and(|switch| !switch.bundles);
    // What is not for development is a tool of the build: `BuildRequires: nodejs`.
    let for_development =
        |item: &String| item.contains("devel") || item.contains("pkgconfig(") || item.contains("cmake(");
    let requires = library.requires.iter().flatten().any(for_development);
    let places = [requires, library.gn_system.is_some(), library.gn_bundled.is_some()];
    weak && library.bundled.is_none() && library.gn_name.is_none() && !places.contains(&true)
}
