//! How a tree is named on the command line and in profiles.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::progress::Progress;
use crate::tree::directory::DirectoryTree;
use crate::tree::git::GitTree;
use crate::tree::tarball::TarballTree;
use crate::tree::{Pool, Tree, TreeError, repository};

/// A tree by its kind and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeSpec {
    /// `git:PATH#REVISION`
    Git {
        /// The repository.
        path: PathBuf,
        /// The tag, branch, commit or tree id.
        revision: String,
    },
    /// `dir:PATH`
    Directory(PathBuf),
    /// `tar:PATH`
    Tarball(PathBuf),
    /// A path without a word before it: its kind shows when it is opened.
    Path(PathBuf),
    /// A tag or other revision of the package's own repository.
    Revision(String),
}

/// What a tree is opened with.
#[derive(Clone, Default)]
pub struct OpenOptions {
    /// Where tarballs keep what was read of them; `None`: nowhere.
    pub cache: Option<PathBuf>,
    /// The repository that a bare tag belongs to.
    pub repository: Option<PathBuf>,
    /// What all trees of a run share.
    pub pool: Pool,
    /// Told how far reading a tarball has come.
    pub progress: Option<Arc<dyn Progress>>,
}

impl TreeSpec {
    /// Parses `git:PATH#REVISION`, `dir:PATH`, `tar:PATH`, a path, or a bare revision.
    ///
    /// A text without a word in front is a path where it holds `/`, begins with `.` or ends like an archive, and where
    /// nothing else tells, a revision; so that a tag never changes its meaning because a file of its name appears.
    pub fn parse(text: &str) -> Result<Self, TreeError> {
        let wrong = |problem: &str| TreeError::Spec {
            text: crate::text::display::terminal(text.as_bytes()),
            problem: problem.to_owned(),
        };
        if text.is_empty() {
            return Err(wrong("it is empty"));
        }
        if text.contains('\0') {
            return Err(wrong("it holds a NUL character"));
        }
        if let Some(rest) = text.strip_prefix("git:") {
            // A path may hold `#`; a revision cannot begin after one, but `git check-ref-format` allows it inside.
            return match rest.rsplit_once('#') {
                Some((path, revision)) if !path.is_empty() && !revision.is_empty() => {
                    Ok(Self::Git { path: path.into(), revision: revision.to_owned() })
                }
                _ => Err(wrong("a git tree is `git:PATH#REVISION`")),
            };
        }
        for (word, make) in [("dir:", Self::Directory as fn(PathBuf) -> Self), ("tar:", Self::Tarball)] {
            match text.strip_prefix(word) {
                Some("") => return Err(wrong("the path is missing")),
                Some(path) => return Ok(make(path.into())),
                None => {}
            }
        }
        let archive = ARCHIVES.iter().any(|ending| text.ends_with(ending));
        if archive || text.starts_with(['/', '.']) || text.ends_with('/') {
            return Ok(Self::Path(text.into()));
        }
        Ok(Self::Revision(text.to_owned()))
    }
}

const ARCHIVES: [&str; 10] =
    [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".tar.bz2", ".tbz", ".tbz2"];

impl std::fmt::Display for TreeSpec {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Git { path, revision } => write!(formatter, "git:{}#{revision}", path.display()),
            Self::Directory(path) => write!(formatter, "dir:{}", path.display()),
            Self::Tarball(path) => write!(formatter, "tar:{}", path.display()),
            Self::Path(path) => write!(formatter, "{}", path.display()),
            Self::Revision(revision) => formatter.write_str(revision),
        }
    }
}

/// Opens a tree.
pub fn open(spec: &TreeSpec, options: &OpenOptions) -> Result<Box<dyn Tree>, TreeError> {
    match spec {
        TreeSpec::Git { path, revision } => Ok(Box::new(GitTree::open_sharing(path, revision, &options.pool)?)),
        TreeSpec::Directory(path) => Ok(Box::new(DirectoryTree::open(path)?)),
        TreeSpec::Tarball(path) => tarball(path, options),
        TreeSpec::Path(path) => open_path(spec, path, options),
        TreeSpec::Revision(text) => match &options.repository {
            // A folder such as `upstream/chromium-150` parses like a branch; the repository is asked first.
            Some(repository) => match GitTree::open_sharing(repository, text, &options.pool) {
                Err(TreeError::NoRevision { .. }) if Path::new(text).exists() => {
                    open_path(spec, Path::new(text), options)
                }
                result => Ok(Box::new(result?)),
            },
            None if Path::new(text).exists() => open_path(spec, Path::new(text), options),
            None => Err(TreeError::Spec {
                text: spec.to_string(),
                problem: "there is no such path, and no repository is known whose tag it could be".into(),
            }),
        },
    }
}

fn tarball(path: &Path, options: &OpenOptions) -> Result<Box<dyn Tree>, TreeError> {
    Ok(Box::new(TarballTree::open(path, options.cache.as_deref(), options.progress.clone())?))
}

fn open_path(spec: &TreeSpec, path: &Path, options: &OpenOptions) -> Result<Box<dyn Tree>, TreeError> {
    if path.is_file() {
        return tarball(path, options);
    }
    // A clone that is given without a revision stands for what is checked out in it, local changes included; a bare one has no such thing.
    if repository::is_repository(path) && !path.join(".git").exists() {
        let problem = "it is a bare repository; name a revision: `git:PATH#REVISION`".into();
        return Err(TreeError::Spec { text: spec.to_string(), problem });
    }
    Ok(Box::new(DirectoryTree::open(path)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_each_form() {
        let git = TreeSpec::Git { path: "/a#b/c.git".into(), revision: "v1".into() };
        assert_eq!(TreeSpec::parse("git:/a#b/c.git#v1").unwrap(), git);
        assert_eq!(TreeSpec::parse("dir:x").unwrap(), TreeSpec::Directory("x".into()));
        assert_eq!(TreeSpec::parse("tar:x.zip").unwrap(), TreeSpec::Tarball("x.zip".into()));
        assert_eq!(TreeSpec::parse("x.tar.xz").unwrap(), TreeSpec::Path("x.tar.xz".into()));
        assert_eq!(TreeSpec::parse("./x").unwrap(), TreeSpec::Path("./x".into()));
        assert_eq!(TreeSpec::parse("150.0.7871.181").unwrap(), TreeSpec::Revision("150.0.7871.181".into()));
        for bad in ["", "git:x", "git:#v1", "git:x#", "dir:", "tar:", "a\0b"] {
            let error = TreeSpec::parse(bad).unwrap_err();
            assert!(error.hint().is_some(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(text in "\\PC{1,20}", kind in 0..5_usize) {
            let prefix = ["git:x#", "dir:", "tar:", "", "./"][kind];
            if let Ok(spec) = TreeSpec::parse(&format!("{prefix}{text}")) {
                prop_assert_eq!(TreeSpec::parse(&spec.to_string()).unwrap(), spec);
            }
        }
    }
}
