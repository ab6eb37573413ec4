//! Conan: `conanfile.txt` and the literal parts of `conanfile.py`.
//!
//! Source: Conan's reference of both files. A reference is `name/version[@user/channel][#revision]`; a version may be a
//! range in brackets. A recipe is a program: read are attributes of its class and calls of `self.requires` whose
//! reference is written out.

use super::python::{self, Expression, Node, Scope, Statement};
use super::{Declared, Ecosystem, Format, Parsed, Role, Root, Stated, Url, UrlKind, purl};
use crate::path::RepoPath;

/// Reads a `conanfile.txt`.
pub(super) fn text(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut requires = false;
    for (index, line) in super::text(bytes).lines().enumerate() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        if line.starts_with('[') {
            requires = matches!(line, "[requires]" | "[build_requires]" | "[tool_requires]" | "[test_requires]");
        } else if requires && !line.is_empty() && !line.starts_with('#') {
            parsed.declared.extend(required(Format::ConanTxt, path, line, index + 1));
        }
    }
    parsed
}

/// Reads a `conanfile.py`.
pub(super) fn recipe(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let module = python::parse(&text);
    let mut own = Declared::new(Format::ConanPy, path, 1, Role::Present, Root::around(path));
    own.ecosystem = Some(Ecosystem::Conan);
    let mut needed = Vec::new();
    for statement in &module.statements {
        match statement {
            Statement::Assign { name, value, scope: Scope::Class } => attribute(&mut own, &mut needed, name, value),
            Statement::Value { node: Node { expression: Expression::Call(call), .. }, scope: Scope::Block }
                if matches!(call.function.as_str(), "self.requires" | "self.tool_requires" | "self.test_requires") =>
            {
                needed.extend(call.positional.first().and_then(stated));
            }
            _ => {}
        }
    }
    let mut parsed = Parsed::default();
    if let Some(name) = &own.name {
        own.line = name.line;
        parsed.declared.push(own);
    }
    let needed = needed.into_iter().filter_map(|one: Stated| required(Format::ConanPy, path, &one.text, one.line));
    parsed.declared.extend(needed);
    parsed
}

fn stated(node: &Node) -> Option<Stated> {
    Stated::filled(node.text()?, node.line)
}

fn attribute(own: &mut Declared, needed: &mut Vec<Stated>, name: &str, value: &Node) {
    match name {
        "name" => own.name = stated(value),
        "version" => own.version = stated(value),
        "description" => own.description = stated(value),
        "license" => {
            own.licenses = value.elements().iter().filter_map(stated).map(|license| license.text).collect();
            own.license = (!own.licenses.is_empty()).then(|| Stated::new(own.licenses.join(", "), value.line));
        }
        "homepage" | "url" => {
            let kind = if name == "url" { UrlKind::Repository } else { UrlKind::Home };
            own.urls.extend(stated(value).map(|url| Url { kind, text: url.text, line: url.line }));
        }
        "requires" | "tool_requires" | "build_requires" | "test_requires" => {
            // A list may hold a reference with its options: ("fish/1.0", "private").
            let first = |node: &Node| stated(node).or_else(|| node.elements().first().and_then(stated));
            needed.extend(value.elements().iter().filter_map(first));
        }
        _ => {}
    }
}

/// A dependency from its reference.
fn required(format: Format, path: &RepoPath, reference: &str, line: usize) -> Option<Declared> {
    let bare = reference.split(['@', '#']).next()?.trim();
    let (name, version) = bare.split_once('/')?;
    let mut declared = Declared::new(format, path, line, Role::Required, Root::Unknown);
    declared.ecosystem = Some(Ecosystem::Conan);
    declared.name = Stated::filled(name, line);
    declared.version = Stated::filled(version, line);
    let exact = (!version.starts_with('[')).then_some(version);
    declared.purls.extend(purl::of(Ecosystem::Conan, name, exact).map(|text| Stated::new(text, line)));
    declared.name.is_some().then_some(declared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(parsed: &Parsed) -> Vec<(usize, String, String)> {
        let text = |stated: &Option<Stated>| stated.as_ref().map_or_else(String::new, |stated| stated.text.clone());
        parsed.declared.iter().map(|d| (d.line, text(&d.name), text(&d.version))).collect()
    }

    fn row(line: usize, name: &str, version: &str) -> (usize, String, String) {
        (line, name.to_owned(), version.to_owned())
    }

    #[test]
    fn a_list_of_references() {
        let path = RepoPath::parse(b"conanfile.txt").unwrap();
        let parsed = text(&path, b"[requires]\nfish/1.2@user/channel # text\nbird/[>=1 <2]\n\n[generators]\nx/1\n[tool_requires]\ncut/3#r1\n");
        assert_eq!(found(&parsed), [row(2, "fish", "1.2"), row(3, "bird", "[>=1 <2]"), row(8, "cut", "3")]);
        assert_eq!(parsed.declared[1].purls[0].text, "pkg:conan/bird");
    }

    #[test]
    fn the_literal_parts_of_a_recipe() {
        let path = RepoPath::parse(b"tank/conanfile.py").unwrap();
        let parsed = recipe(&path, b"import x\nname = 'no'\nclass Tank(ConanFile):\n    name = 'tank'\n    version = \"7\"\n    license = ('MIT', 'BSD')\n    requires = 'a/1', ('b/2', 'private')\n    def requirements(self):\n        self.requires('c/3')\n        self.requires(f'd/{x}')\n        if y:\n            self.tool_requires(\"e/5\")\n");
        assert_eq!(
            found(&parsed),
            [row(4, "tank", "7"), row(7, "a", "1"), row(7, "b", "2"), row(9, "c", "3"), row(12, "e", "5")]
        );
        assert_eq!(parsed.declared[0].licenses, ["MIT", "BSD"]);
    }
}
