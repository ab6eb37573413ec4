//! `package.json`: a package of npm.
//!
//! Source: npm's documentation of the file. A file without both name and version only tells Node.js how to load a folder
//! and declares nothing. Dependencies are fetched at build time and are not read.
//!
//! Facts: [`PRIVATE`].

use super::tree::{Node, json, unreadable};
use super::{Declared, Ecosystem, Fact, Format, Parsed, Role, Root, Stated, Url, UrlKind, purl};
use crate::path::RepoPath;

/// Fact: the package is marked as never published.
pub const PRIVATE: &str = "private";

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let file = match json(&super::text(bytes)) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let (Some(name), Some(version)) = (file.state("name"), file.state("version")) else { return parsed };
    let mut declared = Declared::new(Format::PackageJson, path, name.line, Role::Present, Root::around(path));
    declared.ecosystem = Some(Ecosystem::Npm);
    let purl = purl::of(Ecosystem::Npm, &name.text, Some(&version.text));
    declared.purls.extend(purl.map(|text| Stated::new(text, name.line)));
    declared.name = Some(name);
    declared.version = Some(version);
    declared.description = file.state("description");
    set_license(&file, &mut declared);
    let home = file.state("homepage");
    declared.urls.extend(home.map(|home| Url { kind: UrlKind::Home, text: home.text, line: home.line }));
    let repository = file.get("repository").and_then(|node| node.stated().or_else(|| node.state("url")));
    declared.urls.extend(repository.map(|source| Url {
        kind: UrlKind::Repository,
        text: source.text,
        line: source.line,
    }));
    if let Some(private) = file.get("private").filter(|node| node.flag() == Some(true)) {
        declared.facts.push(Fact::new(PRIVATE, "true", private.line));
    }
    parsed.declared.push(declared);
    parsed
}

/// A text, an object of the old form, or a list of either under either name.
fn set_license(file: &Node, declared: &mut Declared) {
    let both = [file.get("license"), file.get("licenses")];
    let found = both.into_iter().flatten().flat_map(Node::elements);
    let texts: Vec<Stated> = found.filter_map(|node| node.stated().or_else(|| node.state("type"))).collect();
    declared.licenses = texts.iter().map(|license| license.text.clone()).collect();
    if let Some(first) = texts.first() {
        declared.license = Some(Stated::new(declared.licenses.join(", "), first.line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parsed {
        parse(&RepoPath::parse(b"node_modules/@x/fish/package.json").unwrap(), text.as_bytes())
    }

    #[test]
    fn licences_of_every_form() {
        for (license, expected) in [
            (r#""license": "(MIT OR Apache-2.0)""#, "(MIT OR Apache-2.0)"),
            (r#""license": {"type": "MIT", "url": "x"}"#, "MIT"),
            (r#""licenses": [{"type": "MIT"}, "BSD"]"#, "MIT, BSD"),
        ] {
            let parsed = read(&format!("{{\n\"name\": \"@x/fish\", \"version\": \"1.0.0\",\n{license} }}"));
            assert_eq!(parsed.declared[0].license, Some(Stated::new(expected, 3)), "{license}");
            assert_eq!(parsed.declared[0].purls[0].text, "pkg:npm/%40x/fish@1.0.0");
        }
    }

    #[test]
    fn stubs_declare_nothing_and_repositories_have_two_forms() {
        assert_eq!(read(r#"{"type": "module"}"#), Parsed::default());
        assert_eq!(read(r#"{"name": "x"}"#), Parsed::default());
        assert_eq!(read("[]"), Parsed::default());
        let parsed =
            read(r#"{"name": "x", "version": "1", "repository": {"url": "git+https://h/x.git"}, "private": true}"#);
        assert_eq!(parsed.declared[0].urls[0].text, "git+https://h/x.git");
        assert!(parsed.declared[0].fact(PRIVATE).is_some());
        assert_eq!(read("{").problems.len(), 1);
    }
}
