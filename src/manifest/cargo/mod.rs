//! Rust: `Cargo.toml`, `Cargo.lock`, and what published and vendored crates carry with them.
//!
//! Source: the Cargo book, "The Manifest Format" and "Cargo.lock"; `.cargo_vcs_info.json` and `.cargo-checksum.json` are
//! described in the documentation of `cargo package` and of directory sources.
//!
//! Facts: [`LINKS`], [`CHECKSUM`], [`DIRTY`], [`IN_REPOSITORY`].

mod lock;
mod vendored;

pub(super) use lock::parse as lock;
pub(super) use vendored::{checksums, vcs_info};

use super::tree::{Node, toml, unreadable};
use super::{Declared, Ecosystem, Fact, FileReference, Format, Parsed, Role, Root, Stated, Url, UrlKind, purl};
use crate::path::RepoPath;

/// Fact: the native library that the crate links.
pub const LINKS: &str = "links";
/// Fact: the SHA-256 of the published archive.
pub const CHECKSUM: &str = "checksum";
/// Fact: the crate was published with uncommitted changes.
pub const DIRTY: &str = "dirty";
/// Fact: the folder of the crate in its repository.
pub const IN_REPOSITORY: &str = "in-repository";

/// Reads a `Cargo.toml`; a workspace without a package declares nothing.
pub(super) fn manifest(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let file = match toml(&text) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let Some(package) = file.get("package").or_else(|| file.get("project")) else { return parsed };
    let mut declared = Declared::new(Format::CargoToml, path, package.line, Role::Present, Root::around(path));
    declared.ecosystem = Some(Ecosystem::Cargo);
    declared.name = package.state("name");
    // `version = { workspace = true }` is told by another file.
    declared.version = package.state("version");
    declared.description = package.state("description");
    declared.license = package.state("license");
    declared.licenses = declared.license.iter().map(|license| license.text.clone()).collect();
    let reference = |Stated { text, line }: Stated| {
        let path = declared.root.resolve(text.as_bytes());
        FileReference { text, line, path }
    };
    declared.license_files = package.state("license-file").map(reference).into_iter().collect();
    for (field, kind) in [("homepage", UrlKind::Home), ("repository", UrlKind::Repository)] {
        declared.urls.extend(package.state(field).map(|url| Url { kind, text: url.text, line: url.line }));
    }
    let links = package.state("links");
    declared.facts.extend(links.map(|links| Fact::new(LINKS, links.text, links.line)));
    set_purl(&mut declared);
    parsed.declared.extend(declared.name.is_some().then_some(declared));
    parsed
}

/// The package URL from name and version.
fn set_purl(declared: &mut Declared) {
    let Some(name) = &declared.name else { return };
    let version = declared.version.as_ref().map(|version| version.text.as_str());
    let purl = purl::of(Ecosystem::Cargo, &name.text, version);
    declared.purls.extend(purl.map(|text| Stated::new(text, name.line)));
}

/// A fact from a text of a map.
fn fact(key: &'static str, node: &Node, field: &str) -> Option<Fact> {
    node.state(field).map(|stated| Fact::new(key, stated.text, stated.line))
}

#[cfg(test)]
mod tests;
