//! Says why a queue cannot be read.

use crate::io::IoError;
use crate::patch::series::SeriesError;
use crate::patch::{NameError, ParseError};
use crate::path::PathError;

/// The first thing in a queue that is wrong, with its place.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// A file or folder cannot be read.
    #[error(transparent)]
    Io(#[from] IoError),
    /// Nothing at the path looks like a queue.
    #[error("`{path}` holds no patch queue")]
    NoQueue {
        /// The path as given.
        path: String,
        /// A folder below that does hold one.
        near: Option<String>,
    },
    /// The list itself is wrong.
    #[error("{list}:{source}")]
    Series {
        /// The list as given.
        list: String,
        /// What is wrong.
        source: SeriesError,
    },
    /// The list names a file that is not there.
    #[error("{list}:{line}: `{name}` does not exist")]
    Missing {
        /// The list as given.
        list: String,
        /// The line (1-based) of the list.
        line: usize,
        /// The name as written.
        name: String,
        /// The nearest name that does exist.
        near: Option<String>,
    },
    /// The list names something outside of its folder, or itself.
    #[error("{list}:{line}: {source}")]
    Outside {
        /// The list as given.
        list: String,
        /// The line (1-based) of the list.
        line: usize,
        /// What is wrong with the name.
        source: PathError,
    },
    /// The list names itself.
    #[error("{list}:{line}: `{name}` is the list itself")]
    Cycle {
        /// The list as given.
        list: String,
        /// The line (1-based) of the list.
        line: usize,
        /// The name as written.
        name: String,
    },
    /// The name of a patch is not UTF-8.
    #[error("the name `{name}` of a patch is not UTF-8")]
    Name {
        /// The name, its other bytes escaped.
        name: String,
    },
    /// A patch is compressed.
    #[error("{name}: the patch is compressed")]
    Compressed {
        /// The patch.
        name: String,
    },
    /// A mail is encoded, so that its patch cannot be read as it stands.
    #[error("{name}:{line}: the mail is encoded (`{encoding}`)")]
    Encoded {
        /// The mailbox as given.
        name: String,
        /// The line (1-based) of the mail's header.
        line: usize,
        /// The encoding as written.
        encoding: String,
    },
    /// A patch cannot be read.
    #[error("{name}:{source}")]
    Patch {
        /// The patch.
        name: String,
        /// What is wrong.
        source: ParseError,
    },
    /// A patch names no usable file, or one outside of its tree.
    #[error("{name}:{source}")]
    Target {
        /// The patch.
        name: String,
        /// What is wrong.
        source: NameError,
    },
}

impl QueueError {
    /// The next thing to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            QueueError::Io(error) => return error.hint(),
            QueueError::NoQueue { near: Some(near), .. } => format!("did you mean `{near}`?"),
            QueueError::NoQueue { near: None, .. } => {
                "give a folder with `series`, with `.patches` or with `*.patch` files, or a mailbox".to_owned()
            }
            QueueError::Missing { near: Some(near), .. } => format!("the nearest file is `{near}`"),
            QueueError::Missing { near: None, .. } => "restore the file or turn the line into a comment".to_owned(),
            QueueError::Outside { .. } => "a queue only names files below its own folder".to_owned(),
            QueueError::Cycle { .. } => "remove the line".to_owned(),
            QueueError::Name { .. } => "rename the file".to_owned(),
            QueueError::Compressed { .. } => "unpack it and change its name in the list".to_owned(),
            QueueError::Encoded { .. } => {
                "make the mailbox anew with `git format-patch --stdout --encode-email-headers`".to_owned()
            }
            QueueError::Series { source, .. } => source.hint().to_owned(),
            QueueError::Patch { source, .. } => source.hint().to_owned(),
            QueueError::Target { source, .. } => source.hint().to_owned(),
        })
    }

    /// The code of the rule that is broken, for `explain`.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            QueueError::NoQueue { .. } => Some("queue-empty"),
            QueueError::Missing { .. } => Some("series-missing-file"),
            QueueError::Series { source: SeriesError::Duplicate { .. }, .. } => Some("series-duplicate"),
            QueueError::Outside { .. } | QueueError::Target { .. } => Some("path-escapes"),
            QueueError::Patch { .. } => Some("patch-corrupt"),
            _ => None,
        }
    }
}
