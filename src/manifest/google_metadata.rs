//! `METADATA`: how Google's repositories (Android, fuchsia, parts of Chromium) describe code of others.
//!
//! A message in protocol buffer text form. The older schema names addresses by `url { type value }`, the newer one by
//! `identifier { type value version }`. Source: the Android Open Source Project's `external` documentation.
//! `license_type` is a class of terms (`NOTICE`), no licence. A file named so that has no `third_party` is
//! something else and says nothing.
//!
//! Facts: [`LICENSE_TYPE`].

use bstr::ByteSlice;

use super::tree::{Node, proto, unreadable};
use super::{Declared, Fact, Format, Mitigated, Parsed, Role, Root, Stated, Url, UrlKind, cpe};
use crate::path::RepoPath;

/// Fact: the class of the terms.
pub const LICENSE_TYPE: &str = "license-type";

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    // Many other things are named METADATA.
    if bytes.find(b"third_party").is_none() {
        return Parsed::default();
    }
    let text = super::text(bytes);
    let file = match proto(&text) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let Some(third_party) = file.get("third_party") else { return parsed };
    let line = file.entries().first().map_or(1, |(_, node)| node.line);
    let mut declared = Declared::new(Format::Metadata, path, line, Role::Present, Root::around(path));
    declared.name = file.state("name");
    declared.description = file.state("description").or_else(|| third_party.state("description"));
    declared.version = third_party.state("version");
    declared.urls = addresses(third_party);
    let mut identifiers = third_party.all("identifier");
    declared.version = declared.version.or_else(|| identifiers.find_map(|node| node.state("version")));
    // Whole hashes are written in the place of the version.
    let hash = |stated: &&Stated| stated.text.len() == 40 && stated.text.bytes().all(|byte| byte.is_ascii_hexdigit());
    declared.revision = declared.version.as_ref().filter(hash).cloned();
    declared.local_modifications = third_party.state("local_modifications");
    declared.modified = declared.local_modifications.as_ref().map(|stated| {
        let text = stated.text.to_ascii_lowercase();
        !matches!(text.trim_matches(['.', '(', ')']), "none" | "no" | "n/a")
    });
    declared.date = third_party.get("last_upgrade_date").and_then(date);
    let kind = third_party.state("license_type");
    declared.facts.extend(kind.map(|kind| Fact::new(LICENSE_TYPE, kind.text, kind.line)));
    // Patches of vulnerabilities that are in, or do not concern what is here.
    let patched = third_party.all("security").flat_map(|security| security.all("mitigated_security_patch"));
    let patched = patched.flat_map(Node::elements).filter_map(Node::stated);
    declared.mitigated = patched.map(|id| Mitigated { id: id.text, line: id.line, explanation: None }).collect();
    for tag in third_party.all("security").flat_map(|security| security.all("tag")).filter_map(Node::stated) {
        // `NVD-CPE2.3:cpe:/a:vendor:product:version`
        if let Some(at) = tag.text.find("cpe:").filter(|at| cpe::parse(&tag.text[*at..]).is_some()) {
            declared.cpes.push(Stated::new(&tag.text[at..], tag.line));
        }
    }
    let tells_nothing = declared == Declared::new(Format::Metadata, path, line, Role::Present, Root::around(path));
    parsed.declared.extend((!tells_nothing).then_some(declared));
    parsed
}

/// Addresses of both schemas.
fn addresses(third_party: &Node) -> Vec<Url> {
    let both = third_party.all("url").chain(third_party.all("identifier"));
    let found = both.filter_map(|node| {
        let kind = node.state("type").map(|kind| kind.text.to_ascii_uppercase()).unwrap_or_default();
        let Stated { text, line } = node.state("value")?;
        let kind = match kind.as_str() {
            "GIT" | "SVN" | "HG" | "DARCS" | "PIPER" => UrlKind::Repository,
            "ARCHIVE" => UrlKind::Archive,
            "LOCAL_SOURCE" => return None,
            _ => UrlKind::Home,
        };
        Some(Url { kind, text, line })
    });
    let mut urls: Vec<Url> = found.collect();
    let home = third_party.state("homepage");
    urls.extend(home.map(|home| Url { kind: UrlKind::Home, text: home.text, line: home.line }));
    // Both schemas may name the same address.
    let mut seen: Vec<(UrlKind, String)> = Vec::new();
    urls.retain(|url| {
        let key = (url.kind, url.text.clone());
        let new = seen.len() < 100 && !seen.contains(&key);
        seen.push(key);
        new
    });
    urls
}

fn date(node: &Node) -> Option<Stated> {
    let part = |key: &str| node.get(key)?.text()?.parse::<u16>().ok();
    Some(Stated::new(format!("{:04}-{:02}-{:02}", part("year")?, part("month")?, part("day")?), node.line))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "\
# text
name: \"fish\"
description:
  \"A \"
  \"fish.\"
third_party {
  homepage: \"https://fish.example\"
  identifier {
    type: \"Git\"
    value: \"https://git.example/fish\"
    version: \"v1.2\"
    primary_source: true
  }
  url { type: ARCHIVE value: \"https://fish.example/fish.zip\" }
  last_upgrade_date { year: 2024 month: 3 day: 1 }
  license_type: NOTICE
  local_modifications: \"Fins.\"
  security { tag: \"NVD-CPE2.3:cpe:/a:fish:fish:1.2\" }
}
";

    #[test]
    fn both_schemas() {
        let path = RepoPath::parse(b"external/fish/METADATA").unwrap();
        let parsed = parse(&path, FILE.as_bytes());
        let fish = &parsed.declared[0];
        assert_eq!(fish.description, Some(Stated::new("A fish.", 4)));
        assert_eq!(fish.version, Some(Stated::new("v1.2", 11)));
        assert_eq!(fish.date, Some(Stated::new("2024-03-01", 15)));
        let urls: Vec<_> = fish.urls.iter().map(|url| (url.kind, url.line)).collect();
        assert_eq!(urls, [(UrlKind::Archive, 14), (UrlKind::Repository, 10), (UrlKind::Home, 7)]);
        assert_eq!(fish.cpes, [Stated::new("cpe:/a:fish:fish:1.2", 18)]);
        assert_eq!((fish.modified, fish.revision.is_none()), (Some(true), true));
        assert_eq!(fish.fact(LICENSE_TYPE).unwrap().text, "NOTICE");
    }

    #[test]
    fn other_files_of_that_name_say_nothing() {
        let path = RepoPath::parse(b"METADATA").unwrap();
        assert_eq!(parse(&path, b"\xff\x00 binary"), Parsed::default());
        assert_eq!(parse(&path, b"monorail { component: \"third_party>x\" }"), Parsed::default());
        assert_eq!(parse(&path, b"third_party {").problems.len(), 1);
        assert_eq!(parse(&path, b"third_party { security { tag: \"OSV:disable\" } }"), Parsed::default());
        let parsed = parse(&path, b"third_party { security { mitigated_security_patch: \"CVE-2024-1\" } }");
        assert_eq!(parsed.declared[0].mitigated[0].id, "CVE-2024-1");
    }

    proptest! {
        #[test]
        fn mutated_files_are_read(at in 0..FILE.len(), cut in 0..30_usize, put in "[a:{}\"\\[\\]\\\\\n]{0,5}") {
            let mut bytes = FILE.as_bytes().to_vec();
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.bytes());
            parse(&RepoPath::parse(b"a/METADATA").unwrap(), &bytes);
        }
    }
}
