//! Opens git repositories: bare ones, clones, work trees, shallow and partial clones.

use std::path::Path;
use std::sync::Once;

use git2::{ErrorCode, Repository};

use crate::tree::objects::id_of;
use crate::tree::{ObjectId, TreeError};

/// How libgit2 begins when a repository's format has something it does not know.
const EXTENSION: &str = "unsupported extension name ";

/// Opens the repository at `path` (a work tree's root or a git folder; folders above are not searched).
pub(crate) fn open(path: &Path) -> Result<Repository, TreeError> {
    static OPTIONS: Once = Once::new();
    OPTIONS.call_once(|| {
        // Each object would be hashed again on every read, and looked up in every pack before a tree that names it is
        // written. The caches hold whole objects; the walks here keep what they need themselves.
        git2::opts::strict_hash_verification(false);
        git2::opts::strict_object_creation(false);
        git2::opts::enable_caching(false);
    });
    let shown = || crate::io::shown(path);
    match Repository::open(path) {
        Ok(repository) => Ok(repository),
        Err(error) if error.code() == ErrorCode::Owner => Err(TreeError::ForeignOwner { repository: shown() }),
        Err(error) if error.code() == ErrorCode::NotFound => Err(TreeError::NoRepository { repository: shown() }),
        Err(error) if error.message().starts_with(EXTENSION) => {
            let extension = error.message()[EXTENSION.len()..].trim_start_matches("extensions.").to_owned();
            Err(TreeError::Extension { repository: shown(), extension })
        }
        Err(source) => Err(TreeError::git("open the repository", path, source)),
    }
}

/// The repository in or above a folder; `None` where there is none.
pub(crate) fn around(folder: &Path) -> Result<Option<Repository>, TreeError> {
    match Repository::discover(folder) {
        Ok(found) => open(found.workdir().unwrap_or(found.path())).map(Some),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(source) => Err(TreeError::git("look for the repository of", folder, source)),
    }
}

/// Name and mail address that git's settings give for commits in or above a folder.
pub fn person(folder: &Path) -> Option<(String, String)> {
    let existing = folder.ancestors().find(|folder| folder.is_dir())?;
    let config = match Repository::discover(existing) {
        Ok(repository) => repository.config().ok()?,
        Err(_) => git2::Config::open_default().ok()?,
    };
    Some((config.get_string("user.name").ok()?, config.get_string("user.email").ok()?))
}

/// True where a folder looks like a repository's work tree or git folder.
pub(crate) fn is_repository(path: &Path) -> bool {
    path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir())
}

/// The commit or tree that a revision names, and its tree's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The commit; `None` where the revision is a tree.
    pub(crate) commit: Option<ObjectId>,
    /// The tree.
    pub(crate) tree: ObjectId,
}

/// Resolves a tag, branch, abbreviated id or any other revision that git knows, to its tree.
pub(crate) fn resolve(repository: &Repository, path: &Path, revision: &str) -> Result<Resolved, TreeError> {
    let unknown = || TreeError::NoRevision {
        revision: crate::text::display::terminal(revision.as_bytes()),
        repository: crate::io::shown(path),
        near: near_tags(repository, revision),
    };
    let object = repository.revparse_single(revision).map_err(|_| unknown())?;
    let commit = object.peel_to_commit().ok().map(|commit| id_of(commit.id()));
    let tree = match object.peel(git2::ObjectType::Tree) {
        Ok(tree) => id_of(tree.id()),
        // A treeless clone has the commit but not yet its tree.
        Err(_) => object.peel_to_commit().map(|commit| id_of(commit.tree_id())).map_err(|_| unknown())?,
    };
    Ok(Resolved { commit, tree })
}

/// Up to three tags that differ little from what was asked for.
fn near_tags(repository: &Repository, revision: &str) -> Vec<String> {
    let Ok(names) = repository.tag_names(None) else { return Vec::new() };
    let bare = |text: &str| text.trim_start_matches(|letter: char| !letter.is_ascii_digit()).to_owned();
    let common = |tag: &str| bare(tag).bytes().zip(bare(revision).bytes()).take_while(|(a, b)| a == b).count();
    let mut near: Vec<(usize, String)> = Vec::new();
    for name in names.iter().filter_map(|name| name.ok().flatten()) {
        match common(name) {
            length if length >= 3 && length * 2 > bare(revision).len() => near.push((length, name.to_owned())),
            _ => {}
        }
    }
    near.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    near.into_iter().take(3).map(|(_, name)| name).collect()
}
