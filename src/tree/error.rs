//! What can go wrong with a tree.

use std::path::Path;

use crate::io::IoError;
use crate::path::RepoPath;

/// Says why a tree could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The machine said no.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The text after `--from` or `--onto` names no kind of tree.
    #[error("`{text}` is not a tree: {problem}")]
    Spec {
        /// As it was given.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no repository.
    #[error("`{repository}` is not a git repository")]
    NoRepository {
        /// The path.
        repository: String,
    },
    /// The repository belongs to somebody else.
    #[error("the git repository `{repository}` belongs to another user")]
    ForeignOwner {
        /// The path.
        repository: String,
    },
    /// The repository's format has an extension that cannot be read.
    #[error("the git repository `{repository}` uses `extensions.{extension}`, which is not supported")]
    Extension {
        /// The path.
        repository: String,
        /// The extension.
        extension: String,
    },
    /// A tag, branch or id is not there.
    #[error("`{revision}` is not a revision of `{repository}`")]
    NoRevision {
        /// The revision as given.
        revision: String,
        /// The repository.
        repository: String,
        /// Tags of nearly the same name.
        near: Vec<String>,
    },
    /// libgit2 failed.
    #[error("git cannot {operation} in `{repository}`")]
    Git {
        /// A verb phrase.
        operation: String,
        /// The repository.
        repository: String,
        /// libgit2's answer.
        source: git2::Error,
    },
    /// Objects are not in the repository and cannot be fetched.
    #[error("`{repository}` lacks {count} git objects, the first being {what} ({id})")]
    Missing {
        /// The repository.
        repository: String,
        /// What the first one is: a path or a tree.
        what: String,
        /// Its id.
        id: String,
        /// How many there are.
        count: usize,
    },
    /// An object's content is not what its kind demands.
    #[error("git object {id} in `{repository}` is damaged: {problem}")]
    Damaged {
        /// The repository.
        repository: String,
        /// Its id.
        id: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A merge stands in a range of commits that must be one line.
    #[error("commit {id} (`{subject}`) is a merge, but a queue must be one line of commits")]
    Merge {
        /// The commit.
        id: String,
        /// Its subject.
        subject: String,
    },
    /// The tip of a range does not descend from its old end.
    #[error("`{tip}` does not descend from `{old}` by first parents")]
    NotAncestor {
        /// The old end.
        old: String,
        /// The tip.
        tip: String,
    },
    /// A range or branch name cannot be used.
    #[error("branch `{branch}` of `{repository}` {problem}")]
    Branch {
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
        /// Why not.
        problem: String,
    },
    /// A file of a tarball is known, but its content is not at hand.
    #[error("`{path}` in `{archive}` {problem}")]
    Content {
        /// The path.
        path: RepoPath,
        /// The archive.
        archive: String,
        /// Why not.
        problem: String,
    },
}

impl TreeError {
    /// Wraps libgit2's error with what was being done and where.
    pub(crate) fn git(operation: impl Into<String>, repository: &Path, source: git2::Error) -> Self {
        Self::Git { operation: operation.into(), repository: crate::io::shown(repository), source }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io(error) => error.hint(),
            Self::Spec { .. } => {
                Some("name a tree as `git:PATH#REVISION`, `dir:PATH`, `tar:PATH`, a path, or a tag of the package's repository".into())
            }
            Self::NoRepository { .. } => Some("give the path of a clone, or make one with `git clone --bare URL`".into()),
            Self::ForeignOwner { repository } => {
                Some(format!("if you trust it: git config --global --add safe.directory '{repository}'"))
            }
            // Git before 2.23 marked partial clones so; newer ones name the promisor remote instead and read both.
            Self::Extension { repository, extension } if extension == "partialclone" => Some(format!(
                "mark it as git does today: git -C '{repository}' config remote.origin.promisor true && git -C '{repository}' config --unset extensions.partialClone"
            )),
            Self::Extension { repository, .. } => {
                Some(format!("make a plain clone: git clone --bare '{repository}' COPY"))
            }
            Self::NoRevision { near, .. } if !near.is_empty() => Some(format!("did you mean `{}`?", near.join("`, `"))),
            Self::NoRevision { repository, .. } => Some(format!("fetch it first: git -C '{repository}' fetch --tags")),
            Self::Missing { repository, .. } => {
                Some(format!("the clone is partial or shallow and names no promisor remote; fetch the objects: git -C '{repository}' fetch --refetch"))
            }
            Self::Damaged { repository, .. } => Some(format!("check the repository: git -C '{repository}' fsck")),
            Self::Merge { .. } => Some("linearise the queue first, for example with git rebase".into()),
            Self::Branch { .. } => Some("choose another name, or replace the branch with --force".into()),
            Self::Content { .. } => Some("unpack the archive and give the folder, or use a git repository".into()),
            Self::NotAncestor { .. } => Some("give the range as `OLD..TIP`, OLD being an ancestor of TIP".into()),
            Self::Git { .. } => None,
        }
    }
}
