//! What libraries need in the preamble: switches, build requirements and `bundled()`.

use super::super::guard::{Opening, expression};
use super::super::material::Material;
use crate::profile::condition::Condition;
use crate::profile::packaging::{Guard, Library, Switch, SwitchKind};

/// The first release of rpm that reads `%bcond NAME EXPRESSION`.
const BCOND_EXPRESSION: (u32, u32, u32) = (4, 17, 1);

/// The defaults of the switches; libraries with the same condition share a block.
///
/// Where every rpm that must read the spec knows it, a build condition stands in one line with its expression.
pub(super) fn switches(material: &Material<'_>) -> Option<String> {
    let in_line = material.inputs.profile.packaging.rpm_min.is_some_and(|rpm| rpm >= BCOND_EXPRESSION);
    let mut out = String::new();
    let mut blocks: Vec<(Condition, Vec<&Library>)> = Vec::new();
    for (library, _) in material.libraries.iter().filter(|(library, _)| library.has_switch()) {
        let condition = library.system.clone().unwrap_or(Condition::Constant(false));
        if in_line && library.switch().kind == SwitchKind::Condition {
            out.push_str(&bcond(&library.switch(), condition));
            continue;
        }
        match blocks.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, libraries)) => libraries.push(library),
            None => blocks.push((condition, vec![library])),
        }
    }
    for (condition, libraries) in blocks {
        let lines = |system: bool| libraries.iter().map(|library| switch(library, system)).collect::<String>();
        let opening = Opening::of(&Guard::When(condition));
        out.push_str(&opening.around_with_else(&lines(true), &lines(false)));
    }
    Some(out).filter(|out| !out.is_empty())
}

/// `%bcond NAME EXPRESSION`, on where the expression holds.
fn bcond(switch: &Switch, system: Condition) -> String {
    match if switch.bundles { system.negated() } else { system } {
        Condition::Constant(on) => format!("%bcond {} {}\n", switch.name, u8::from(on)),
        on => format!("%bcond {} %[{}]\n", switch.name, expression(&on)),
    }
}

fn switch(library: &Library, system: bool) -> String {
    let Switch { kind, name, bundles } = library.switch();
    let on = system != bundles;
    match kind {
        SwitchKind::Condition if on => format!("%bcond_without {name}\n"),
        SwitchKind::Condition => format!("%bcond_with {name}\n"),
        SwitchKind::Macro => format!("%global {name} {}\n", u8::from(on)),
    }
}

/// `BuildRequires:` where the system's build is used.
pub(super) fn build_requires(material: &Material<'_>) -> Option<String> {
    let mut out = String::new();
    for (library, _) in material.libraries.iter().filter(|(library, _)| library.has_switch()) {
        let requires = library.requires.iter().flatten();
        let lines: String = requires.map(|item| format!("BuildRequires: {item}\n")).collect();
        if !lines.is_empty() {
            out.push_str(&Opening::of(&Guard::When(library.is_system())).around(&lines));
        }
    }
    Some(out).filter(|out| !out.is_empty())
}

/// `Provides: bundled(NAME) = VERSION` where the bundled copy is used.
pub(super) fn bundled(material: &Material<'_>) -> Option<String> {
    let mut out = String::new();
    // What belongs to subpackages stands in their preambles, by hand.
    for (library, copy) in material.libraries.iter().filter(|(library, _)| library.packages.is_none()) {
        let version = &copy.version.text;
        let mut lines = String::new();
        if let Some((told, _)) = copy.told.as_ref().filter(|(told, _)| told != version) {
            let told = crate::text::display::terminal(told.as_bytes());
            lines.push_str(&super::comment(&format!("{}: {told}", library.name)));
        }
        lines.push_str(&provides(library, version));
        let bundled = library.is_system().negated();
        out.push_str(&Opening::of(&Guard::When(bundled)).around(&lines));
    }
    Some(out).filter(|out| !out.is_empty())
}

fn provides(library: &Library, version: &str) -> String {
    let version = if version.is_empty() { String::new() } else { format!(" = {version}") };
    format!("Provides: bundled({}){version}\n", library.bundled_name())
}
