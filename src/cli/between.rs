//! The upstream trees between the old and the new one, by which `rebase --via` and `--step` go.

use crate::cli::error::Error;
use crate::cli::project::Project;
use crate::cli::rebase::Carry;
use crate::cli::releases;
use crate::cli::shell::Shell;
use crate::cli::upstream::{self, Opened};
use crate::tree::history;
use crate::tree::spec::TreeSpec;

/// Opens the trees that the flags ask for, oldest first; none where they ask for none.
pub fn open(
    shell: &Shell<'_>,
    project: Option<&Project>,
    flags: &Carry,
    (from, onto): (Option<&Opened>, &Opened),
) -> Result<Vec<Opened>, Error> {
    if flags.via.is_empty() && !flags.step {
        return Ok(Vec::new());
    }
    let Some(from) = from else {
        return Err(Error::input("the old upstream tree is not told, so that nothing lies between it and the new one")
            .hint("give it with `--from TREE`, or write `version` under `[package]` in forebay.toml"));
    };
    if flags.step {
        return tagged(shell, project, (from, onto));
    }
    // A bare tag is one of the repository in which both trees lie.
    let repository = match (&from.spec, &onto.spec) {
        (TreeSpec::Git { path: one, .. }, TreeSpec::Git { path, .. }) if one == path => Some(path),
        _ => None,
    };
    let open = |text: &String| match (TreeSpec::parse(text), repository) {
        (Ok(TreeSpec::Revision(revision)), Some(path)) => upstream::open_revision(shell, path, &revision),
        _ => upstream::open(shell, project, text),
    };
    flags.via.iter().map(open).collect()
}

/// Every release between two revisions of one repository.
fn tagged(
    shell: &Shell<'_>,
    project: Option<&Project>,
    (from, onto): (&Opened, &Opened),
) -> Result<Vec<Opened>, Error> {
    let (TreeSpec::Git { path: one, revision: old }, TreeSpec::Git { path, revision: new }) = (&from.spec, &onto.spec)
    else {
        return Err(Error::input("`--step` needs both trees in one git repository, whose tags are the steps")
            .hint("name the trees between them with `--via TREE`, oldest first"));
    };
    if one != path {
        return Err(Error::input("the two trees lie in two git repositories")
            .hint("write both as `git:PATH#REV` with the same PATH, or name the steps with `--via TREE`"));
    }
    let tags = history::tags(path).map_err(|error| upstream::of_tree(&error))?;
    let names = releases::between(project, &tags, old, new).unwrap_or_default();
    if names.is_empty() {
        return Err(Error::input(format!("no tags of releases between {old} and {new}"))
            .hint("leave out `--step`, or name trees with `--via TREE`"));
    }
    names.iter().map(|tag| upstream::open_revision(shell, path, tag)).collect()
}
