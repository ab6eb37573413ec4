//! Bazel: `MODULE.bazel`, `WORKSPACE`, and `.bzl` files with the customary names for lists of repositories.
//!
//! Source: Bazel's documentation of modules and of the repository rules `http_archive` and `git_repository`. Rules of
//! other names that take the same arguments (`tf_http_archive`, `maybe(http_archive, ...)`) are read too. What they name is
//! fetched to a cache outside of the tree.
//!
//! Facts: [`SHA256`], [`PREFIX`].

use std::collections::HashMap;

use super::python::{self, Call, Expression, Node, Statement};
use super::{Declared, Ecosystem, Fact, FileReference, Format, Parsed, Role, Root, Stated, Url, UrlKind, purl};
use crate::path::RepoPath;

/// Fact: the SHA-256 of the archive.
pub const SHA256: &str = "sha256";
/// Fact: the folder in the archive that is used; it often tells the version.
pub const PREFIX: &str = "strip-prefix";

/// Reads `MODULE.bazel`, or a file of the older form.
pub(super) fn parse(format: Format, path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let mut parsed = Parsed::default();
    let mut overrides = Vec::new();
    let file = python::parse(&text);
    for statement in &file.statements {
        let node = match statement {
            Statement::Value { node, .. } | Statement::Assign { value: node, .. } => node,
        };
        let Expression::Call(call) = &node.expression else { continue };
        match called(call) {
            "module" if format == Format::BazelModule => {
                parsed.declared.extend(module(path, call, node.line, Role::Present));
            }
            "bazel_dep" => parsed.declared.extend(module(path, call, node.line, Role::Required)),
            "git_override" | "archive_override" | "single_version_override" => overrides.push((call, node.line)),
            "go_repository" => parsed.declared.extend(go_repository(format, path, call, node.line)),
            _ => parsed.declared.extend(repository(format, path, call, node.line)),
        }
    }
    let mut by_name: HashMap<String, &mut Declared> = HashMap::new();
    for declared in parsed.declared.iter_mut().filter(|declared| declared.role == Role::Required) {
        if let Some(name) = &declared.name {
            by_name.entry(name.text.clone()).or_insert(declared);
        }
    }
    for (call, line) in overrides {
        let name = text_of(call, "module_name");
        if let Some(declared) = name.and_then(|name| by_name.get_mut(&name.text)) {
            declared.version = text_of(call, "version").or_else(|| declared.version.take());
            fill(declared, call, line);
        }
    }
    parsed
}

/// The last part of the function's name; the rule that `maybe` wraps.
fn called(call: &Call) -> &str {
    let name = call.function.rsplit('.').next().unwrap_or_default();
    match (name, call.positional.first().map(|node| &node.expression)) {
        ("maybe", Some(Expression::Name(rule))) => rule.rsplit('.').next().unwrap_or_default(),
        _ => name,
    }
}

fn text_of(call: &Call, name: &str) -> Option<Stated> {
    let (text, line) = call.text(name)?;
    Stated::filled(text, line)
}

fn module(path: &RepoPath, call: &Call, line: usize, role: Role) -> Option<Declared> {
    let name = text_of(call, "name")?;
    let root = if role == Role::Present { Root::around(path) } else { Root::Unknown };
    let mut declared = Declared::new(Format::BazelModule, path, line, role, root);
    declared.ecosystem = Some(Ecosystem::Bazel);
    declared.version = text_of(call, "version");
    let version = declared.version.as_ref().map(|version| version.text.as_str());
    declared.purls.extend(purl::of(Ecosystem::Bazel, &name.text, version).map(|text| Stated::new(text, name.line)));
    declared.name = Some(name);
    Some(declared)
}

fn go_repository(format: Format, path: &RepoPath, call: &Call, line: usize) -> Option<Declared> {
    let name = text_of(call, "importpath")?;
    let mut declared = Declared::new(format, path, line, Role::Required, Root::Unknown);
    declared.ecosystem = Some(Ecosystem::Go);
    declared.version = text_of(call, "version");
    declared.revision = text_of(call, "commit");
    let version = declared.version.as_ref().map(|version| version.text.as_str());
    declared.purls.extend(purl::of(Ecosystem::Go, &name.text, version).map(|text| Stated::new(text, name.line)));
    declared.name = Some(name);
    Some(declared)
}

/// Any rule that takes a name and an address of an archive or a repository.
fn repository(format: Format, path: &RepoPath, call: &Call, line: usize) -> Option<Declared> {
    let name = text_of(call, "name")?;
    let mut declared = Declared::new(format, path, line, Role::Required, Root::Unknown);
    fill(&mut declared, call, line);
    declared.name = Some(name);
    (!declared.urls.is_empty()).then_some(declared)
}

/// Addresses, digests, patches.
fn fill(declared: &mut Declared, call: &Call, line: usize) {
    let lists = ["urls", "url"].iter().filter_map(|name| call.get(name)).flat_map(addresses);
    let archives = lists.filter(|url| url.text.contains("://"));
    declared.urls.extend(archives.map(|url| Url { kind: UrlKind::Archive, text: url.text, line: url.line }));
    if let Some(remote) = text_of(call, "remote") {
        declared.urls.push(Url { kind: UrlKind::Repository, text: remote.text, line: remote.line });
    }
    declared.revision = text_of(call, "commit").or_else(|| text_of(call, "tag"));
    for (key, name) in [(SHA256, "sha256"), (SHA256, "integrity"), (PREFIX, "strip_prefix")] {
        declared.facts.extend(text_of(call, name).map(|fact| Fact::new(key, fact.text, fact.line)));
    }
    let patches = call.get("patches").or_else(|| call.get("patch_file")).map(Node::elements).unwrap_or_default();
    declared.patches = patches.iter().filter_map(patch).collect();
    if !declared.patches.is_empty() {
        declared.modified = Some(true);
    }
    declared.line = line;
}

/// Texts of a list; a function such as `tf_mirror_urls` around them is looked through.
fn addresses(node: &Node) -> Vec<Stated> {
    match &node.expression {
        Expression::Call(call) => call.positional.first().map(addresses).unwrap_or_default(),
        _ => node.elements().iter().filter_map(|node| Stated::filled(node.text()?, node.line)).collect(),
    }
}

/// A label such as `//patches:fish.patch` as a path of the tree.
fn patch(node: &Node) -> Option<FileReference> {
    let label = node.text()?;
    let path = label.strip_prefix("//").map(|below| below.replacen(':', "/", 1));
    let path = path.and_then(|path| Root::Tree.resolve(path.as_bytes()));
    Some(FileReference { text: label.to_owned(), line: node.line, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_with_overrides() {
        let path = RepoPath::parse(b"fish/MODULE.bazel").unwrap();
        let parsed = parse(Format::BazelModule, &path, b"module(name = 'fish', version = '1.2')\nbazel_dep(name = \"bird\", version = \"3\", dev_dependency = True)\nbazel_dep(name = 'cat')\ngit_override(module_name = 'cat', remote = 'https://h/cat', commit = '0123', patches = ['//p:c.patch'])\nx = use_extension(':x.bzl', 'y')\n");
        let [fish, bird, cat] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(
            (fish.role, bird.role, bird.purls[0].text.as_str()),
            (Role::Present, Role::Required, "pkg:bazel/bird@3")
        );
        assert_eq!(
            (cat.revision.as_ref().unwrap().text.as_str(), cat.urls[0].kind, cat.modified),
            ("0123", UrlKind::Repository, Some(true))
        );
        assert_eq!(cat.patches[0].path.as_ref().unwrap().as_bytes(), b"p/c.patch");
    }

    #[test]
    fn rules_of_the_older_form() {
        let path = RepoPath::parse(b"fish_deps.bzl").unwrap();
        let parsed = parse(Format::BazelWorkspace, &path, b"load('x', 'y')\ndef deps():\n  if not native.existing_rule('a'):\n    http_archive(\n      name = 'a',\n      urls = ['https://h/a-1.2.zip', 'https://m/a-1.2.zip'],\n      sha256 = 'ff',\n      strip_prefix = 'a-1.2',\n    )\n  maybe(git_repository, name = 'b', remote = 'https://h/b', tag = 'v3')\n  tf_http_archive(name = 'c', urls = tf_mirror_urls('https://h/c.tgz'), patch_file = ['//t:c.patch'])\n  go_repository(name = 'd', importpath = 'h/d', version = 'v1.0')\n  cc_library(name = 'e')\n");
        let names: Vec<_> = parsed.declared.iter().map(|d| d.name.as_ref().unwrap().text.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "h/d"]);
        assert_eq!((parsed.declared[0].line, parsed.declared[0].urls.len()), (4, 2));
        assert_eq!(parsed.declared[0].fact(PREFIX).unwrap().text, "a-1.2");
        assert_eq!(parsed.declared[1].revision.as_ref().unwrap().text, "v3");
        assert_eq!(parsed.declared[3].purls[0].text, "pkg:golang/h/d@v1.0");
    }
}
