//! Files that cargo adds to a crate: where it was published from, and the digests of its files.

use super::super::tree::{Node, json, unreadable};
use super::super::{Checksum, Declared, Ecosystem, Fact, Format, Parsed, Problem, ProblemKind, Role, Root};
use super::{CHECKSUM, DIRTY, IN_REPOSITORY, fact};
use crate::path::RepoPath;

/// `.cargo_vcs_info.json`: `{"git": {"sha1": "...", "dirty": true}, "path_in_vcs": "..."}`.
pub(in super::super) fn vcs_info(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let file = match json(&super::super::text(bytes)) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let Some(git) = file.get("git") else { return parsed };
    let mut declared = Declared::new(Format::CargoVcsInfo, path, git.line, Role::Present, Root::around(path));
    declared.ecosystem = Some(Ecosystem::Cargo);
    declared.revision = git.state("sha1");
    declared.facts.extend(fact(IN_REPOSITORY, &file, "path_in_vcs"));
    if let Some(dirty) = git.get("dirty").filter(|node| node.flag() == Some(true)) {
        declared.facts.push(Fact::new(DIRTY, "true", dirty.line));
    }
    parsed.declared.push(declared);
    parsed
}

/// `.cargo-checksum.json`: `{"files": {"src/lib.rs": "sha256"}, "package": "sha256"}`.
pub(in super::super) fn checksums(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let file = match json(&super::super::text(bytes)) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    let root = Root::around(path);
    for (name, digest) in file.get("files").map(Node::entries).unwrap_or_default() {
        let sha256 = digest.text().filter(|text| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let (Some(path), Some(sha256)) = (root.resolve(name.as_bytes()), sha256) {
            parsed.checksums.push(Checksum { path, sha256: sha256.to_ascii_lowercase() });
        } else {
            let what = format!("`{name}` is no file with a SHA-256");
            parsed.problems.push(Problem::new(digest.line, ProblemKind::Invalid, what));
        }
    }
    parsed.facts.extend(fact(CHECKSUM, &file, "package"));
    parsed
}
