//! Fetches what a partial clone left at its remote, in one batch, by the `git` program.

use std::fmt::Write as _;
use std::path::Path;

use git2::Repository;

use crate::io::process;
use crate::tree::{ObjectId, TreeError};

/// The remote that promised the objects of a partial clone.
pub(crate) fn remote(repository: &Repository) -> Option<String> {
    let config = repository.config().ok()?.snapshot().ok()?;
    let mut found = None;
    let entries = config.entries(Some("remote\\..*\\.promisor")).ok()?;
    let _ = entries.for_each(|entry| {
        let name = entry.name().ok().and_then(|name| name.strip_prefix("remote.")?.strip_suffix(".promisor"));
        let on = entry.value().ok().is_none_or(|value| matches!(value, "" | "true" | "yes" | "on" | "1"));
        if let (Some(name), true, None) = (name, on, &found) {
            found = Some(name.to_owned());
        }
    });
    found
}

/// Fetches objects by id, as git itself does for a missing object (`promisor-remote.c`).
pub(crate) fn fetch(path: &Path, remote: &str, ids: &[ObjectId]) -> Result<(), TreeError> {
    let arguments = [
        "-c",
        "fetch.negotiationAlgorithm=noop",
        "fetch",
        remote,
        "--no-tags",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--filter=blob:none",
        "--stdin",
    ];
    let mut input = String::with_capacity(ids.len() * 41);
    for id in ids {
        let _ = writeln!(input, "{id}");
    }
    process::git(path, &arguments, input.as_bytes())?;
    Ok(())
}
