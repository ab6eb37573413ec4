//! What libraries need in the preamble: switches, build requirements and `bundled()`.

use super::super::guard::Opening;
use super::super::material::Material;
use crate::profile::condition::Condition;
use crate::profile::packaging::{Guard, Library, Switch};

/// The defaults of the switches; libraries with the same condition share a block.
pub(super) fn switches(material: &Material<'_>) -> Option<String> {
    let mut blocks: Vec<(Condition, Vec<&Library>)> = Vec::new();
    for (library, _) in material.libraries.iter().filter(|(library, _)| library.has_switch()) {
        let condition = library.system.clone().unwrap_or(Condition::Constant(false));
        match blocks.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, libraries)) => libraries.push(library),
            None => blocks.push((condition, vec![library])),
        }
    }
    if blocks.is_empty() {
        return None;
    }
    let mut out = String::new();
    for (condition, libraries) in blocks {
        let lines = |system: bool| libraries.iter().map(|library| switch(library, system)).collect::<String>();
        let opening = Opening::of(&Guard::When(condition));
        out.push_str(&opening.around_with_else(&lines(true), &lines(false)));
    }
    Some(out)
}

fn switch(library: &Library, system: bool) -> String {
    match library.switch() {
        Switch::With(name) if system => format!("%bcond_without {name}\n"),
        Switch::With(name) => format!("%bcond_with {name}\n"),
        Switch::Flag(name) => format!("%global {name} {}\n", u8::from(!system)),
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
    if material.libraries.is_empty() {
        return None;
    }
    let mut out = String::new();
    for (library, copy) in &material.libraries {
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
    Some(out)
}

fn provides(library: &Library, version: &str) -> String {
    let version = if version.is_empty() { String::new() } else { format!(" = {version}") };
    format!("Provides: bundled({}){version}\n", library.bundled_name())
}
