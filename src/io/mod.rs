//! The machine: files, locks, programs, archives, digests, the clock and the cache folder.
//!
//! Disk, processes and the clock are reached only from here, from `tree` and from `cli`; every failure is an
//! [`IoError`] that names the path and what was being done to it.

use std::path::{Path, PathBuf};

pub mod archive;
pub mod cache;
pub mod clock;
pub mod digest;
pub mod fs;
pub mod lock;
mod lz4;
pub mod process;
pub mod stage;
pub mod tar;
pub mod walk;
pub mod zipped;

/// Says what failed outside of the program: the operation, its path and the cause.
#[derive(Debug, thiserror::Error)]
pub enum IoError {
    /// The system refused an operation on a path.
    #[error("cannot {operation} `{}`", shown(path))]
    Path {
        /// A verb phrase: `read`, `replace`, `create the folder`...
        operation: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file is larger than what is read into memory.
    #[error("`{}` has {size} bytes, more than the {limit} that are read", shown(path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
        /// The bound.
        limit: u64,
    },
    /// Something else stands where a regular file was expected.
    #[error("`{}` is not a regular file", shown(path))]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Another process holds a lock.
    #[error("`{}` is locked by {holder}", shown(path))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, as that process wrote it down.
        holder: String,
    },
    /// A program could not be started.
    #[error("cannot start `{program}`")]
    Start {
        /// The program.
        program: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A program ended with a failure.
    #[error("`{command}` failed ({status}): {message}")]
    Failed {
        /// Program and arguments.
        command: String,
        /// How it ended.
        status: String,
        /// The end of what it said on standard error, escaped.
        message: String,
    },
    /// An archive could not be read.
    #[error("`{}`: {problem} (after {offset} unpacked bytes)", shown(path))]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// Where, in bytes of the unpacked stream.
        offset: u64,
    },
}

impl IoError {
    /// An error of the system on a path.
    pub fn new(operation: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Path { operation, path: path.to_path_buf(), source }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        use std::io::ErrorKind as Kind;
        match self {
            Self::Path { source, path, .. } => match source.kind() {
                Kind::StorageFull | Kind::QuotaExceeded => Some(
                    "the disk is full: free some space and run the same command again; nothing was half written".into(),
                ),
                Kind::ReadOnlyFilesystem => Some(format!("`{}` is on a read-only file system", shown(path))),
                Kind::PermissionDenied => Some(format!("check the permissions of `{}` and of its folder", shown(path))),
                _ => None,
            },
            Self::Locked { .. } => Some("wait for the other run to end, or end it".into()),
            Self::Start { program, source } if source.kind() == Kind::NotFound => {
                Some(format!("install `{program}` or put it on PATH"))
            }
            Self::NotAFile { .. } => Some("a plain file must stand there".into()),
            Self::TooLarge { .. } => Some("check whether this is the file that is meant".into()),
            Self::Archive { .. } => Some("fetch the archive again, or check it against its published digest".into()),
            _ => None,
        }
    }

    /// True where the path simply is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Path { source, .. } if matches!(source.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory))
    }
}

/// A path of this machine, fit for a terminal.
pub fn shown(path: &Path) -> String {
    crate::text::display::terminal(path.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_disk_and_read_only_have_a_hint() {
        let error = |kind: std::io::ErrorKind| IoError::new("write", Path::new("/x\n"), kind.into());
        assert!(error(std::io::ErrorKind::StorageFull).hint().unwrap().contains("disk is full"));
        assert!(error(std::io::ErrorKind::ReadOnlyFilesystem).hint().unwrap().contains("read-only"));
        assert!(!error(std::io::ErrorKind::Other).to_string().contains('\n'));
    }
}
