//! `qt_attribution.json`: how Qt describes the code of others in its modules.
//!
//! Source: the Qt project's QUIP 7, "`qt_attribution.json` File Format": an object or an array of objects. `License` is
//! for people, `LicenseId` the SPDX expression. `QtParts` tells which parts use it, and only `libs` (the default) and
//! `tools` reach users. Newer files may write `$<VERSION>` for the version.
//!
//! Facts: [`USAGE`], [`PARTS`], [`MODULE`].

use super::tree::{Node, json, unreadable};
use super::{
    Declared, Fact, FileReference, Format, Parsed, Problem, ProblemKind, Role, Root, Stated, Url, UrlKind, cpe, url,
};
use crate::path::RepoPath;

/// Fact: what Qt uses it for.
pub const USAGE: &str = "usage";
/// Fact: the parts of the module that use it.
pub const PARTS: &str = "parts";
/// Fact: the documentation module.
pub const MODULE: &str = "module";

/// Fields that each entry must have.
const REQUIRED: [&str; 5] = ["Id", "Name", "QDocModule", "QtUsage", "License"];

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let file = match json(&super::text(bytes)) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    for entry in file.elements() {
        for field in REQUIRED.iter().filter(|field| entry.state(field).is_none()) {
            let what = format!("the field `{field}` is missing");
            parsed.problems.push(Problem::new(entry.line, ProblemKind::Missing, what));
        }
        if !entry.entries().is_empty() {
            parsed.declared.push(declared(path, entry));
        }
    }
    parsed
}

fn declared(path: &RepoPath, entry: &Node) -> Declared {
    let around = Root::around(path);
    let root = entry.state("Path").map_or_else(|| around.clone(), |folder| around.folder(folder.text.as_bytes()));
    let mut declared = Declared::new(Format::QtAttribution, path, entry.line, Role::Present, root);
    declared.name = entry.state("Name");
    declared.short_name = entry.state("Id");
    declared.description = entry.state("Description");
    declared.version = entry.state("Version");
    declared.license = entry.state("LicenseId").or_else(|| entry.state("License"));
    declared.licenses = declared.license.iter().map(|license| license.text.clone()).collect();
    declared.security_critical = entry.get("SecurityCritical").and_then(Node::flag);
    declared.files = names(entry, "Files").collect();
    let filled = |mut stated: Stated| {
        if let Some(version) = &declared.version {
            stated.text = stated.text.replace("$<VERSION>", &version.text);
        }
        stated
    };
    for (field, kind) in [("Homepage", UrlKind::Home), ("DownloadLocation", UrlKind::Home)] {
        let found = entry.state(field).map(filled);
        declared.urls.extend(found.map(|Stated { text, line }| {
            let kind = if field == "Homepage" { kind } else { url::kind_of(&text) };
            Url { kind, text, line }
        }));
    }
    declared.cpes = names(entry, "CPE").map(filled).filter(|name| cpe::parse(&name.text).is_some()).collect();
    declared.purls = names(entry, "PURL").map(filled).collect();
    let files = names(entry, "LicenseFile").chain(names(entry, "LicenseFiles"));
    declared.license_files = files
        .map(|Stated { text, line }| FileReference { path: around.resolve(text.as_bytes()), text, line })
        .collect();
    for (field, key) in [("QtUsage", USAGE), ("QDocModule", MODULE)] {
        declared.facts.extend(entry.state(field).map(|fact| Fact::new(key, fact.text, fact.line)));
    }
    let parts: Vec<_> =
        entry.get("QtParts").map(Node::elements).unwrap_or_default().iter().filter_map(Node::stated).collect();
    declared.shipped =
        Some(parts.is_empty() || parts.iter().any(|part| matches!(part.text.as_str(), "libs" | "tools")));
    declared.facts.extend(parts.into_iter().map(|part| Fact::new(PARTS, part.text, part.line)));
    declared
}

/// The texts of a field that holds one, several in an array, or several in one text (`Files`).
fn names<'a>(entry: &'a Node, field: &str) -> impl Iterator<Item = Stated> + 'a {
    let splits = field == "Files";
    let elements = entry.get(field).map(Node::elements).unwrap_or_default();
    elements.iter().filter_map(Node::stated).flat_map(move |stated| {
        let parts: Vec<Stated> = if splits {
            stated.text.split([' ', ',']).filter_map(|part| Stated::filled(part, stated.line)).collect()
        } else {
            vec![stated]
        };
        parts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_paths_and_the_version_in_other_fields() {
        let path = RepoPath::parse(b"src/3rdparty/qt_attribution.json").unwrap();
        let parsed = parse(&path, br#"[
 { "Id": "fish", "Name": "Fish", "QDocModule": "qtcore", "QtUsage": "Swims.", "License": "MIT License", "LicenseId": "MIT",
   "Path": "fish", "Files": "a.c b.c", "Version": "1.2", "SecurityCritical": true, "QtParts": ["libs", "tests"],
   "DownloadLocation": "https://fish.example/fish-$<VERSION>.tar.gz", "LicenseFile": "fish/LICENSE",
   "CPE": ["cpe:2.3:a:fish:fish:$<VERSION>:*:*:*:*:*:*:*", "nonsense"], "PURL": ["pkg:github/fish/fish@$<VERSION>"] },
 { "Id": "x", "Name": "X", "QtParts": "examples" } ]"#);
        let [fish, example] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"src/3rdparty/fish").unwrap()));
        assert_eq!(fish.files.len(), 2);
        assert_eq!(
            (fish.urls[0].kind, fish.urls[0].text.as_str()),
            (UrlKind::Archive, "https://fish.example/fish-1.2.tar.gz")
        );
        assert_eq!(
            fish.cpes.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(),
            ["cpe:2.3:a:fish:fish:1.2:*:*:*:*:*:*:*"]
        );
        assert_eq!(fish.purls[0].text, "pkg:github/fish/fish@1.2");
        assert_eq!(fish.license_files[0].path.as_ref().unwrap().as_bytes(), b"src/3rdparty/fish/LICENSE");
        assert_eq!((fish.shipped, example.shipped, fish.security_critical), (Some(true), Some(false), Some(true)));
        assert_eq!(parsed.problems.len(), 3);
        assert!(parsed.problems.iter().all(|problem| problem.line == 6));
    }

    #[test]
    fn no_json_is_a_problem() {
        let path = RepoPath::parse(b"qt_attribution.json").unwrap();
        assert_eq!(parse(&path, b"{ // text\n}").problems[0].line, 1);
        assert_eq!(parse(&path, b"[1, {}]").declared.len(), 0);
    }
}
