//! `moz.yaml`: how Mozilla describes and updates the code that it vendors.
//!
//! Source: the schema in Mozilla's `vcs/mach/moz_yaml` documentation: `origin` tells what it is, `vendoring` how it
//! comes into the tree, `updatebot` who looks after it. `release` is free text and is read by [`super::release`].
//!
//! Facts: [`FLAVOR`], [`TRACKING`], [`UPDATEBOT`].

use super::tree::{Node, unreadable, yaml};
use super::{
    Declared, Ecosystem, Fact, FileReference, Format, Parsed, Problem, ProblemKind, Role, Root, Stated, Url, UrlKind,
    url,
};
use crate::path::RepoPath;

/// Fact: `regular`, `rust` or `individual-files`.
pub const FLAVOR: &str = "flavor";
/// Fact: whether updates follow `commit`s or `tag`s.
pub const TRACKING: &str = "tracking";
/// Fact: the tasks of the robot that proposes updates.
pub const UPDATEBOT: &str = "updatebot";

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let file = match yaml(&text) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let Some(origin) = file.get("origin") else {
        parsed.problems.push(Problem::new(1, ProblemKind::Missing, "the section `origin` is missing"));
        return parsed;
    };
    let root = match file.at(&["vendoring", "vendor-directory"]).and_then(Node::text) {
        // The folder counts from the top of the tree.
        Some(folder) => Root::Tree.folder(folder.trim_matches('/').as_bytes()),
        None => Root::around(path),
    };
    let mut declared = Declared::new(Format::MozYaml, path, origin.line, Role::Present, root);
    set_origin(origin, &mut declared);
    if let Some(vendoring) = file.get("vendoring") {
        set_vendoring(vendoring, &Root::around(path), &mut declared);
    }
    for task in file.at(&["updatebot", "tasks"]).map(Node::elements).unwrap_or_default() {
        declared.facts.extend(task.state("type").map(|kind| Fact::new(UPDATEBOT, kind.text, kind.line)));
    }
    for (key, value) in [("name", &declared.name), ("release", &declared.version), ("license", &declared.license)] {
        if value.is_none() {
            let what = format!("the field `origin.{key}` is missing");
            parsed.problems.push(Problem::new(origin.line, ProblemKind::Missing, what));
        }
    }
    parsed.declared.push(declared);
    parsed
}

fn set_origin(origin: &Node, declared: &mut Declared) {
    declared.name = origin.state("name");
    declared.description = origin.state("description");
    declared.version = origin.state("release");
    declared.revision = origin.state("revision");
    let licenses = origin.get("license").map(Node::elements).unwrap_or_default();
    declared.licenses = licenses.iter().filter_map(Node::stated).map(|license| license.text).collect();
    if let Some(first) = licenses.first().filter(|_| !declared.licenses.is_empty()) {
        declared.license = Some(Stated::new(declared.licenses.join(", "), first.line));
    }
    let files = origin.get("license-file").map(Node::elements).unwrap_or_default();
    declared.license_files = files.iter().filter_map(|node| reference(node, &declared.root)).collect();
    let home = origin.state("url");
    declared.urls.extend(home.map(|home| Url { kind: url::kind_of(&home.text), text: home.text, line: home.line }));
}

fn set_vendoring(vendoring: &Node, around: &Root, declared: &mut Declared) {
    let source = vendoring.state("url");
    declared.urls.extend(source.map(|source| Url { kind: UrlKind::Repository, text: source.text, line: source.line }));
    let patches = vendoring.get("patches").map(Node::elements).unwrap_or_default();
    declared.patches = patches.iter().filter_map(|node| reference(node, around)).collect();
    // An empty list says nothing: changes may be made by scripts of `update-actions`.
    declared.modified = (!declared.patches.is_empty()).then_some(true);
    for (field, key) in [("flavor", FLAVOR), ("tracking", TRACKING)] {
        declared.facts.extend(vendoring.state(field).map(|value| Fact::new(key, value.text, value.line)));
    }
    if declared.fact(FLAVOR).is_some_and(|flavor| flavor.text == "rust") {
        declared.ecosystem = Some(Ecosystem::Cargo);
    }
}

fn reference(node: &Node, root: &Root) -> Option<FileReference> {
    let Stated { text, line } = node.stated()?;
    let path = root.resolve(text.as_bytes());
    Some(FileReference { text, line, path })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "\
schema: 1
bugzilla:
  product: Core
origin:
  name: fish
  description: A fish.
  url: https://fish.example
  release: v1.3.2 (2024-01-02T03:04:05Z).
  revision: v1.3.2
  license: [MIT, Apache-2.0]
  license-file: LICENSE
updatebot:
  tasks:
    - type: vendoring
vendoring:
  url: https://github.com/fish/fish
  flavor: regular
  tracking: tag
  vendor-directory: media/fish/src
  patches:
    - 01-fin.patch
";

    #[test]
    fn every_field_is_read() {
        let path = RepoPath::parse(b"media/fish/moz.yaml").unwrap();
        let parsed = parse(&path, FILE.as_bytes());
        let fish = &parsed.declared[0];
        assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"media/fish/src").unwrap()));
        assert_eq!(fish.version, Some(Stated::new("v1.3.2 (2024-01-02T03:04:05Z).", 8)));
        assert_eq!(fish.licenses, ["MIT", "Apache-2.0"]);
        assert_eq!(fish.patches[0].path.as_ref().unwrap().as_bytes(), b"media/fish/01-fin.patch");
        assert_eq!((fish.modified, fish.urls.len(), parsed.problems.len()), (Some(true), 2, 0));
        assert_eq!(fish.fact(UPDATEBOT).unwrap().line, 14);
    }

    #[test]
    fn missing_parts_are_told() {
        let path = RepoPath::parse(b"moz.yaml").unwrap();
        assert_eq!(parse(&path, b"schema: 1\n").problems[0].kind, ProblemKind::Missing);
        assert_eq!(parse(&path, b"a: [").problems[0].kind, ProblemKind::Unreadable);
        assert_eq!(parse(&path, b"origin:\n  name: a\n").problems.len(), 2);
    }

    proptest! {
        #[test]
        fn mutated_files_are_read(at in 0..FILE.len(), cut in 0..30_usize, put in "[a: \\-\\[\n\t&*!]{0,5}") {
            let mut bytes = FILE.as_bytes().to_vec();
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.bytes());
            parse(&RepoPath::parse(b"a/moz.yaml").unwrap(), &bytes);
        }
    }
}
