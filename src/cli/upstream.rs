//! Finds the upstream tree that a person means: a path, a git revision, or a bare version of the package.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::error::{Error, Kind};
use crate::cli::project::Project;
use crate::cli::shell::Shell;
use crate::io::{IoError, cache, fs};
use crate::text::display;
use crate::tree::named::NamedTree;
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
            // A release keeps its own name, whatever its tarball is called; a tag is a name already.
            Ok(Opened { tree, spec }) if !matches!(spec, TreeSpec::Git { .. }) => {
                return Ok(Opened { tree: Box::new(NamedTree::new(tree, &version)), spec });
            }
            result => return result.map_err(|error| of_tree(&error)),
        }
    }
    Err(nowhere(project, text, &version))
}

/// Opens a revision of a repository.
pub fn open_revision(shell: &Shell<'_>, path: &Path, revision: &str) -> Result<Opened, Error> {
    let spec = TreeSpec::Git { path: path.to_path_buf(), revision: revision.to_owned() };
    open_spec(shell, spec).map_err(|error| of_tree(&error))
}

/// A library error about a tree, with its hint.
pub fn of_tree(error: &TreeError) -> Error {
    let kind = match error {
        TreeError::Spec { .. }
        | TreeError::NoRepository { .. }
        | TreeError::NoRevision { .. }
        | TreeError::Merge { .. }
        | TreeError::NotAncestor { .. }
        | TreeError::Content { .. }
        | TreeError::Branch { .. } => Kind::Input,
        TreeError::Io(error) if is_wrong_input(error) => Kind::Input,
        _ => Kind::Outside,
    };
    let told = Error::of(kind, error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None if matches!(error, TreeError::Io(error) if error.is_not_found()) => {
            told.hint("check the path: a TREE is `git:PATH#REV`, `dir:PATH`, `tar:PATH`, or a path as it stands")
        }
        None => told,
    }
}

/// True for a failure that lies in what was given and not in the machine.
pub fn is_wrong_input(error: &IoError) -> bool {
    let wrong = matches!(error, IoError::NotAFile { .. } | IoError::TooLarge { .. } | IoError::Archive { .. });
    wrong || error.is_not_found()
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
    let options = OpenOptions { cache: cache::folder(&variable), pool: shell.pool.clone(), ..OpenOptions::default() };
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
    let near = near(project, version);
    if !near.is_empty() {
        let told = near.iter().map(|path| display::terminal(path.as_bytes())).collect::<Vec<_>>().join("`, `");
        error = error.hint(format!("`{told}` may be it: give its path, or write its pattern into `trees`"));
    }
    if let Some(download) = &upstream.download {
        error = error.hint(format!("a tarball is at {}", download.fill(version)));
    }
    if let (Some(repository), Some(tag)) = (&upstream.repository, &upstream.tag) {
        error = error.hint(format!("or fetch the tag: git fetch {repository} tag {}", tag.fill(version)));
    }
    error.hint(format!("paths are relative to {}", project.shown))
}

/// What lies where `trees` look and has the version in its name: the same release repacked by another rule.
fn near(project: &Project, version: &str) -> Vec<String> {
    /// More names help nobody.
    const MOST: usize = 3;
    let trees = project.profile.trees_of(version);
    let folders: BTreeSet<PathBuf> = trees
        .iter()
        .filter_map(|tree| match TreeSpec::parse(tree) {
            Ok(TreeSpec::Directory(path) | TreeSpec::Tarball(path) | TreeSpec::Path(path)) => Some(path),
            _ => None,
        })
        .filter_map(|path| Some(path.parent()?.to_path_buf()))
        .collect();
    let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let whole = |(head, tail): (&str, &str)| {
        let rest = tail.get(version.len()..).unwrap_or_default();
        !head.ends_with(|c: char| c.is_ascii_digit() || c == '.')
            && !number(rest)
            && !rest.strip_prefix('.').is_some_and(number)
    };
    let is_it = |name: &str| {
        let source = name.contains(".tar") && !name.contains(".orig-") && !name.contains(".debian.tar");
        source && name.match_indices(version).any(|(place, _)| whole(name.split_at(place)))
    };
    let mut found = Vec::new();
    for folder in &folders {
        let entries = fs::list(&project.root.join(folder)).unwrap_or_default().into_iter();
        let names = entries.filter_map(|name| name.into_string().ok()).filter(|name| is_it(name));
        found.extend(names.map(|name| folder.join(name).display().to_string()));
    }
    found.sort();
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::project;
    use crate::cli::testing::with_shell;
    use crate::path::RepoPath;
    use crate::tree::Node;

    /// A packaging folder `pkg` with this profile, beside the folders `x-1.0` and `x-1.1` that hold `file`.
    fn world(profile: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for version in ["1.0", "1.1"] {
            let folder = root.path().join(format!("x-{version}"));
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("file"), version).unwrap();
        }
        std::fs::create_dir_all(root.path().join("pkg/sub")).unwrap();
        std::fs::write(root.path().join("pkg/forebay.toml"), profile).unwrap();
        root
    }

    fn opened(root: &Path, folder: &str, text: &str) -> Result<String, String> {
        let (result, ..) = with_shell(&root.join(folder), |shell| {
            let project = project::load(shell).unwrap();
            let opened = open(shell, project.as_ref(), text)
                .map_err(|error| anstream::adapter::strip_str(&error.render()).to_string())?;
            match opened.tree.read(&[RepoPath::parse(b"file").unwrap()]).unwrap().remove(0) {
                Node::File(file) => Ok(String::from_utf8_lossy(&file.data).into_owned()),
                _ => Ok("absent".to_owned()),
            }
        });
        result
    }

    #[test]
    fn a_version_goes_through_the_profile_from_its_own_folder() {
        let root =
            world("[upstream]\ntag = \"v{version}\"\ntrees = [\"git:../none.git#v{version}\", \"../x-{version}\"]\n");
        assert_eq!(opened(root.path(), "pkg/sub", "1.0"), Ok("1.0".into()));
        assert_eq!(opened(root.path(), "pkg", "v1.1"), Ok("1.1".into()));
        assert_eq!(opened(root.path(), "pkg/sub", "dir:../../x-1.0"), Ok("1.0".into()));
    }

    #[test]
    fn a_version_that_lies_nowhere_names_the_places_and_the_download() {
        let root = world("[upstream]\ndownload = \"https://x.org/x-{version}.tar\"\ntrees = [\"../x-{version}\"]\n");
        let told = opened(root.path(), "pkg", "2.0").unwrap_err();
        assert!(told.starts_with("error: no upstream tree of `2.0` found; looked for `../x-2.0`\n"), "{told}");
        assert!(told.contains("hint: a tarball is at https://x.org/x-2.0.tar\n"), "{told}");
        assert!(!told.contains("may be it"), "{told}");
    }

    #[test]
    fn a_release_that_was_repacked_by_another_rule_is_named() {
        let root = world("[upstream]\ntrees = [\"../x_{version}.orig.tar.xz\"]\n");
        for name in
            ["x_2.0+dfsg+~cs1.orig.tar.xz", "x_2.0+dfsg+~cs1.orig-part.tar.xz", "x_12.0.tar.xz", "x_2.0.1.tar.xz"]
        {
            std::fs::write(root.path().join(name), "").unwrap();
        }
        let told = opened(root.path(), "pkg", "2.0").unwrap_err();
        assert!(told.contains("hint: `../x_2.0+dfsg+~cs1.orig.tar.xz` may be it"), "{told}");
    }

    #[test]
    fn without_a_profile_a_bare_word_is_a_path_or_an_error() {
        let root = world("");
        std::fs::remove_file(root.path().join("pkg/forebay.toml")).unwrap();
        assert_eq!(opened(root.path(), ".", "x-1.0"), Ok("1.0".into()));
        let told = opened(root.path(), ".", "1.0").unwrap_err();
        assert!(told.contains("no profile says where releases lie") && told.contains("`git:PATH#1.0`"), "{told}");
        assert!(opened(root.path(), ".", "git:x-1.0").unwrap_err().contains("hint:"));
    }
}
