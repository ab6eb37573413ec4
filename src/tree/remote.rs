//! The tags of a repository that lies elsewhere, without fetching anything.

use std::collections::BTreeSet;
use std::path::Path;

use bstr::ByteSlice;
use git2::{Direction, Remote};

use crate::io::process;
use crate::tree::TreeError;

/// What a name of a tag begins with (gitglossary: ref).
const TAGS: &str = "refs/tags/";

/// The most tags that are looked at.
const MOST: usize = 1_000_000;

/// The names of all tags of a remote, sorted: `url` is a path (relative to `folder`), a `file://` address, or what `git` understands.
///
/// libgit2 asks repositories of this machine; the `git` program, with the settings and credentials that it has, all others.
pub fn tags(url: &str, folder: &Path) -> Result<Vec<String>, TreeError> {
    let local = folder.join(url);
    let names = if url.starts_with("file://") {
        listed(url)?
    } else if local.exists() {
        listed(&local.to_string_lossy())?
    } else {
        told(url, folder)?
    };
    let tags = names.iter().filter_map(|name| name.strip_prefix(TAGS)).filter(|name| !name.ends_with("^{}"));
    let tags: BTreeSet<&str> = tags.take(MOST).collect();
    Ok(tags.into_iter().map(str::to_owned).collect())
}

/// Asked by libgit2.
fn listed(url: &str) -> Result<Vec<String>, TreeError> {
    let fail = |source| TreeError::git("list the tags", Path::new(url), source);
    let mut remote = Remote::create_detached(url).map_err(fail)?;
    let connection = remote.connect_auth(Direction::Fetch, None, None).map_err(fail)?;
    let heads = connection.list().map_err(fail)?;
    Ok(heads.iter().map(|head| head.name().to_owned()).collect())
}

/// Asked by the `git` program, which never waits for a password.
fn told(url: &str, folder: &Path) -> Result<Vec<String>, TreeError> {
    let listed = process::git(folder, &["ls-remote", "--tags", "--refs", "--", url], b"")?;
    let names = listed.lines().filter_map(|line| line.split_once_str(b"\t")?.1.to_str().ok());
    Ok(names.map(str::to_owned).collect())
}
