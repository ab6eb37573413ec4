//! Finds the upstream tree that a person means: a path, a git revision, or a bare version of the package.

use std::path::{Path, PathBuf};

use crate::cli::error::{Error, Kind};
use crate::cli::project::Project;
use crate::cli::shell::Shell;
use crate::io::cache;
use crate::tree::spec::{self, OpenOptions, TreeSpec};
use crate::tree::{Tree, TreeError};

/// A tree that is open, and how it was named.
pub struct Opened {
    /// Where it lies.
    pub spec: TreeSpec,
    /// The tree.
    pub tree: Box<dyn Tree>,
}

/// Opens the tree that `text` names.
///
/// A tree with its kind or path in the text starts from the command's folder; a bare tag or version goes through `trees` of
/// the profile, best first, and starts from the profile's folder.
pub fn open(shell: &Shell<'_>, project: Option<&Project>, text: &str) -> Result<Opened, Error> {
    let parsed = TreeSpec::parse(text).map_err(|error| of_tree(&error))?;
    let TreeSpec::Revision(revision) = &parsed else {
        return open_spec(shell, placed(parsed, &shell.directory)).map_err(|error| of_tree(&error));
    };
    let Some(project) = project.filter(|project| !project.profile.upstream.trees.is_empty()) else {
        return open_plain(shell, revision);
    };
    let version = project.profile.version_of(revision);
    let candidates = candidates(project, &version);
    for spec in candidates.iter().filter(|spec| exists(spec)) {
        match open_spec(shell, spec.clone()) {
            // The next place may have it: a clone that was not fetched, beside a tarball that was.
            Err(TreeError::NoRevision { .. }) if candidates.len() > 1 => {}
            result => return result.map_err(|error| of_tree(&error)),
        }
    }
    Err(nowhere(project, text, &version))
}

/// A library error about a tree, with its hint.
pub fn of_tree(error: &TreeError) -> Error {
    let kind = match error {
        TreeError::Spec { .. }
        | TreeError::NoRepository { .. }
        | TreeError::NoRevision { .. }
        | TreeError::Merge { .. }
        | TreeError::NotAncestor { .. }
        | TreeError::Branch { .. } => Kind::Input,
        TreeError::Io(error) if error.is_not_found() => Kind::Input,
        _ => Kind::Outside,
    };
    let told = Error::of(kind, error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// The places where the profile says that a release may lie.
fn candidates(project: &Project, version: &str) -> Vec<TreeSpec> {
    let trees = project.profile.trees_of(version);
    let parse = |tree: &String| match TreeSpec::parse(tree).ok()? {
        // In a profile a plain word is a folder or a tarball: there is no repository it could be a tag of.
        TreeSpec::Revision(path) => Some(TreeSpec::Path(path.into())),
        spec => Some(spec),
    };
    trees.iter().filter_map(parse).map(|spec| placed(spec, &project.root)).collect()
}

fn placed(spec: TreeSpec, base: &Path) -> TreeSpec {
    let join = |path: PathBuf| base.join(path);
    match spec {
        TreeSpec::Git { path, revision } => TreeSpec::Git { path: join(path), revision },
        TreeSpec::Directory(path) => TreeSpec::Directory(join(path)),
        TreeSpec::Tarball(path) => TreeSpec::Tarball(join(path)),
        TreeSpec::Path(path) => TreeSpec::Path(join(path)),
        TreeSpec::Revision(revision) => TreeSpec::Revision(revision),
    }
}

fn exists(spec: &TreeSpec) -> bool {
    match spec {
        TreeSpec::Git { path, .. } | TreeSpec::Directory(path) | TreeSpec::Tarball(path) | TreeSpec::Path(path) => {
            path.exists()
        }
        TreeSpec::Revision(_) => false,
    }
}

fn open_spec(shell: &Shell<'_>, spec: TreeSpec) -> Result<Opened, TreeError> {
    let variable = |name: &str| shell.environment.get(name).map(std::ffi::OsStr::to_os_string);
    let options = OpenOptions { cache: cache::folder(&variable), ..OpenOptions::default() };
    Ok(Opened { tree: spec::open(&spec, &options)?, spec })
}

/// Without a profile a bare word can only be a path.
fn open_plain(shell: &Shell<'_>, text: &str) -> Result<Opened, Error> {
    let path = shell.at(text);
    if path.exists() {
        return open_spec(shell, TreeSpec::Path(path)).map_err(|error| of_tree(&error));
    }
    Err(Error::input(format!("`{text}` is no path here, and no profile says where releases lie"))
        .hint(format!("name the tree as `git:PATH#{text}`, as a folder or as a tarball"))
        .hint("or write `trees` under `[upstream]` in forebay.toml (`forebay init` makes a first one)"))
}

fn nowhere(project: &Project, text: &str, version: &str) -> Error {
    let upstream = &project.profile.upstream;
    let looked = project.profile.trees_of(version).join("`, `");
    let mut error = Error::input(format!("no upstream tree of `{text}` found; looked for `{looked}`"));
    if let Some(download) = &upstream.download {
        error = error.hint(format!("a tarball is at {}", download.fill(version)));
    }
    if let (Some(repository), Some(tag)) = (&upstream.repository, &upstream.tag) {
        error = error.hint(format!("or fetch the tag: git fetch {repository} tag {}", tag.fill(version)));
    }
    error.hint(format!("paths are relative to {}", project.shown))
}
