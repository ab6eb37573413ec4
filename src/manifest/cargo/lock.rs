//! `Cargo.lock`, versions 1 to 4: the crates of a build, where each comes from, its digest.
//!
//! Version 1 keeps the digests in a table of their own, keyed by name, version and source. Crates without a source lie in
//! the workspace and are declared by their `Cargo.toml`.

use std::collections::HashMap;

use super::super::tree::{Node, toml, unreadable};
use super::super::{Declared, Ecosystem, Fact, Format, Parsed, Role, Root, Stated, Url, UrlKind};
use super::{CHECKSUM, fact, set_purl};
use crate::path::RepoPath;

pub(in super::super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::super::text(bytes);
    let file = match toml(&text) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let entries = file.get("metadata").map(Node::entries).unwrap_or_default();
    let digests: HashMap<&str, &Node> = entries.iter().map(|(key, node)| (key.as_str(), node)).collect();
    for package in file.get("package").map(Node::elements).unwrap_or_default() {
        let (Some(name), Some(source)) = (package.state("name"), package.state("source")) else { continue };
        let mut declared = Declared::new(Format::CargoLock, path, name.line, Role::Required, Root::Unknown);
        declared.ecosystem = Some(Ecosystem::Cargo);
        declared.facts.extend(fact(CHECKSUM, package, "checksum"));
        declared.name = Some(name);
        declared.version = package.state("version");
        if declared.facts.is_empty() {
            declared.facts.extend(old_checksum(&digests, &declared, &source));
        }
        set_source(&source, &mut declared);
        parsed.declared.push(declared);
    }
    parsed
}

/// The digest of a crate in a lock file of version 1.
fn old_checksum(digests: &HashMap<&str, &Node>, declared: &Declared, source: &Stated) -> Option<Fact> {
    let (name, version) = (declared.name.as_ref()?, declared.version.as_ref()?);
    let key = format!("checksum {} {} ({})", name.text, version.text, source.text);
    let digest = digests.get(key.as_str())?.stated().filter(|digest| digest.text != "<none>")?;
    Some(Fact::new(CHECKSUM, digest.text, digest.line))
}

/// A registry gives a package URL, a repository an address and a revision.
fn set_source(source: &Stated, declared: &mut Declared) {
    let Some(git) = source.text.strip_prefix("git+") else { return set_purl(declared) };
    let (address, revision) = git.split_once('#').map_or((git, None), |(address, revision)| (address, Some(revision)));
    let address = address.split('?').next().unwrap_or(address);
    declared.revision = revision.and_then(|revision| Stated::filled(revision, source.line));
    declared.urls.push(Url { kind: UrlKind::Repository, text: address.to_owned(), line: source.line });
}
