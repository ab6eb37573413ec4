//! Libraries: switches, what they require, and `bundled()`.

use std::collections::BTreeMap;

use super::{Account, Found, expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::{Library, Switch};
use crate::spec::{DefineWord, LineKind, SectionKind, Spec};
use crate::text::display::terminal;

pub(super) fn read(spec: &Spec, found: &mut Found) -> Vec<Account> {
    let mut switches = Account::new("switches");
    let mut libraries = flags(spec, &mut switches);
    let (mut provides, mut requires, mut lists) =
        (Account::new("bundled"), Account::new("requires of switches"), Account::new("system lists"));
    bundled(spec, &mut libraries, &mut provides);
    build_requires(spec, &mut libraries, &mut requires);
    system_lists(spec, &mut libraries, &mut lists);
    found.libraries = libraries.into_values().collect();
    vec![switches, provides, requires, lists]
}

/// `%global bundleX 1` with later assignments under conditions: the last one that holds counts.
fn flags(spec: &Spec, account: &mut Account) -> BTreeMap<String, Library> {
    let mut values: BTreeMap<String, (usize, Option<Condition>)> = BTreeMap::new();
    for (index, line) in spec.lines().iter().enumerate() {
        let LineKind::Define(define) = &line.kind else { continue };
        if !matches!(define.word, DefineWord::Global | DefineWord::Define) {
            continue;
        }
        let name = terminal(spec.text(&define.name));
        if !name.starts_with("bundle") || name == "bundle" {
            continue;
        }
        let before =
            values.get(&name).and_then(|(_, condition)| condition.clone()).unwrap_or(Condition::Constant(false));
        let under = expression::of_guards(spec, &spec.guards(index));
        let system = match (spec.text(&define.body), under) {
            (b"0", Some(under)) => Some(under.or(before)),
            (b"1", Some(under)) => Some(under.negated().and(before)),
            _ => None,
        };
        values.insert(name, (index, system));
    }
    let mut libraries = BTreeMap::new();
    for (flag, (line, system)) in values {
        let name = flag.trim_start_matches("bundled_").trim_start_matches("bundle").trim_start_matches('_').to_owned();
        match system {
            Some(system) if !name.is_empty() => {
                account.done();
                // A flag that is never 0 still is a switch to rpm, but no target uses it.
                let library = Library {
                    name: name.clone(),
                    switch: Some(Switch::Flag(flag.clone())),
                    system: Some(system),
                    ..Library::default()
                };
                libraries.insert(flag, library);
            }
            _ => account.left(line, format_args!("`{flag}` has a value or a condition that a profile cannot say")),
        }
    }
    libraries
}

/// The flag that alone guards a line, and whether it must be set; `Err` where there is more to it.
fn flag_of(spec: &Spec, line: usize) -> Result<Option<(String, bool)>, ()> {
    let guards = spec.guards(line);
    if guards.is_empty() {
        return Ok(None);
    }
    match expression::of_guards(spec, &guards) {
        Some(Condition::Flag(flag)) => Ok(Some((flag, true))),
        Some(Condition::Not(inner)) => match *inner {
            Condition::Flag(flag) => Ok(Some((flag, false))),
            _ => Err(()),
        },
        _ => Err(()),
    }
}

fn bundled(spec: &Spec, libraries: &mut BTreeMap<String, Library>, account: &mut Account) {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for line in spec.bundled() {
        let name = terminal(spec.text(&line.name));
        let version = line.version.as_ref().map(|version| terminal(spec.text(version)));
        if name.contains(['%', ' ']) || version.as_ref().is_some_and(|version| version.contains('%')) {
            account.left(line.line, format_args!("`bundled({name})` is made by macros"));
            continue;
        }
        if let Some(first) = named.insert(name.clone(), line.line) {
            account.left(line.line, format_args!("`bundled({name})` stands in line {} already", first + 1));
            continue;
        }
        match flag_of(spec, line.line) {
            Ok(Some((flag, true))) if libraries.get(&flag).is_some_and(|library| library.bundled.is_none()) => {
                if let Some(library) = libraries.get_mut(&flag) {
                    library.version = version;
                    library.bundled = Some(name);
                }
                account.done();
            }
            Ok(None) if spec.section_of(line.line) == SectionKind::Preamble => {
                match libraries.values_mut().find(|library| library.name == name) {
                    // A switch that no target uses: the line means the same under it.
                    Some(library)
                        if library.bundled.is_none() && library.system == Some(Condition::Constant(false)) =>
                    {
                        library.version = version;
                        library.bundled = Some(name);
                        account.done();
                    }
                    Some(library) => {
                        let flag = match library.switch() {
                            Switch::With(flag) | Switch::Flag(flag) => flag,
                        };
                        account
                            .left(line.line, format_args!("`bundled({name})` stands outside of its switch `{flag}`"));
                    }
                    None => {
                        let system = Some(Condition::Constant(false));
                        let library = Library { name: name.clone(), system, version, ..Library::default() };
                        libraries.insert(format!("={name}"), library);
                        account.done();
                    }
                }
            }
            Ok(None) => account.left(line.line, format_args!("`bundled({name})` belongs to a subpackage")),
            _ => account.left(
                line.line,
                format_args!("`bundled({name})` stands under a condition that is no switch of a library"),
            ),
        }
    }
}

fn build_requires(spec: &Spec, libraries: &mut BTreeMap<String, Library>, account: &mut Account) {
    for (line, tag) in spec.tags_named("BuildRequires") {
        let about = spec.guards(line).iter().any(|guard| {
            let branch = spec.branches().get(guard.branch);
            branch.is_some_and(|branch| {
                libraries.keys().any(|flag| {
                    !flag.starts_with('=') && terminal(spec.text(&branch.condition)).contains(flag.as_str())
                })
            })
        });
        if !about {
            continue;
        }
        let text = terminal(spec.text(&tag.value));
        match flag_of(spec, line) {
            Ok(Some((flag, false))) if libraries.contains_key(&flag) => {
                if let Some(library) = libraries.get_mut(&flag) {
                    library.requires.get_or_insert_default().push(text);
                }
                account.done();
            }
            _ => account.left(line, format_args!("`{text}` stands under a switch and something else")),
        }
    }
}

/// `system_libs+=(name)` under a switch: the name for the script that replaces build files.
fn system_lists(spec: &Spec, libraries: &mut BTreeMap<String, Library>, account: &mut Account) {
    for (index, line) in spec.lines().iter().enumerate() {
        let text = terminal(spec.text(&line.span).trim_ascii());
        let Some((list, rest)) = text.split_once("+=(").filter(|_| line.kind == LineKind::Text) else { continue };
        let name = rest.trim_end_matches(')').trim();
        if !list.contains("system") || name.is_empty() || name.contains([' ', '$']) {
            continue;
        }
        match flag_of(spec, index) {
            Ok(Some((flag, false))) if libraries.contains_key(&flag) => {
                if let Some(library) = libraries.get_mut(&flag) {
                    library.gn_name = Some(name.to_owned());
                }
                account.done();
            }
            _ => account.left(index, format_args!("`{name}` stands under no switch of a library")),
        }
    }
}
