//! `vcpkg.json`: a project or port of vcpkg, and the ports that it needs.
//!
//! Source: Microsoft's "vcpkg.json reference". One of four fields tells the version, by its scheme.

use std::collections::HashMap;

use super::tree::{Node, json, unreadable};
use super::{Declared, Ecosystem, Format, Parsed, Role, Root, Stated, Url, UrlKind};
use crate::path::RepoPath;

const VERSIONS: [&str; 4] = ["version", "version-semver", "version-string", "version-date"];

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let file = match json(&super::text(bytes)) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let version = VERSIONS.iter().find_map(|field| file.state(field));
    if let (Some(name), Some(version)) = (file.state("name"), version) {
        let mut declared = Declared::new(Format::VcpkgJson, path, name.line, Role::Present, Root::around(path));
        declared.ecosystem = Some(Ecosystem::Vcpkg);
        declared.name = Some(name);
        declared.version = Some(version);
        declared.description = file.state("description");
        declared.license = file.state("license");
        declared.licenses = declared.license.iter().map(|license| license.text.clone()).collect();
        declared.urls.extend(file.state("homepage").map(|url| Url {
            kind: UrlKind::Home,
            text: url.text,
            line: url.line,
        }));
        parsed.declared.push(declared);
    }
    let overrides = file.get("overrides").map(Node::elements).unwrap_or_default();
    let fixed: HashMap<String, Stated> = overrides
        .iter()
        .filter_map(|entry| Some((entry.state("name")?.text, VERSIONS.iter().find_map(|field| entry.state(field))?)))
        .collect();
    for dependency in file.get("dependencies").map(Node::elements).unwrap_or_default() {
        let Some(name) = dependency.stated().or_else(|| dependency.state("name")) else { continue };
        let mut declared = Declared::new(Format::VcpkgJson, path, name.line, Role::Required, Root::Unknown);
        declared.ecosystem = Some(Ecosystem::Vcpkg);
        declared.version = fixed.get(&name.text).cloned().or_else(|| dependency.state("version>="));
        declared.name = Some(name);
        parsed.declared.push(declared);
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_and_its_ports() {
        let path = RepoPath::parse(b"vcpkg.json").unwrap();
        let parsed = parse(&path, b"{\"name\": \"tank\", \"version-string\": \"7\",\n\"dependencies\": [\"fish\", {\"name\": \"bird\",\n \"version>=\": \"1.2\"}],\n\"overrides\": [{\"name\": \"fish\", \"version\": \"3\"}]}");
        let found: Vec<_> = parsed
            .declared
            .iter()
            .map(|d| {
                let version = d.version.clone().unwrap();
                (d.role, d.name.clone().unwrap().text, version.text, version.line)
            })
            .collect();
        let text = str::to_owned;
        assert_eq!(
            found,
            [
                (Role::Present, text("tank"), text("7"), 1),
                (Role::Required, text("fish"), text("3"), 4),
                (Role::Required, text("bird"), text("1.2"), 3),
            ]
        );
        assert_eq!(parse(&path, b"{}"), Parsed::default());
    }
}
