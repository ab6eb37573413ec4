//! What can be wrong with a package index.

use std::path::{Path, PathBuf};

use crate::io::{IoError, shown};

/// Says what is wrong with an index and where.
#[derive(Debug, thiserror::Error)]
pub enum DistroError {
    /// The machine refused something, or the compressed stream is broken.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The stream broke while it was read.
    #[error("`{}` cannot be read to its end", shown(path))]
    Stream {
        /// The index.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The index is compressed with zchunk.
    #[error("`{}` is compressed with zchunk, which is not read", shown(path))]
    Zchunk {
        /// The index.
        path: PathBuf,
    },
    /// Nothing that is known looks like this.
    #[error("`{}` is no package index of a known form", shown(path))]
    Unknown {
        /// The path.
        path: PathBuf,
    },
    /// The content breaks the rules of its form.
    #[error("`{}`, {place}: {problem}", shown(path))]
    Broken {
        /// The index.
        path: PathBuf,
        /// `line 3` or `byte 120`.
        place: String,
        /// What is wrong.
        problem: String,
    },
}

impl DistroError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io(error) => error.hint(),
            Self::Stream { .. } => Some("fetch the index again".to_owned()),
            Self::Zchunk { path } => {
                let name = path.file_name().map_or_else(String::new, |name| shown(Path::new(name)));
                Some(format!("run `unzck {name}`, or take the .zst or .gz of the same repodata folder"))
            }
            Self::Unknown { .. } => Some(
                "give RPM primary.xml or a repodata folder, Debian Packages or Sources, APKINDEX.tar.gz, an Arch .db or a \
                 Gentoo md5-cache folder"
                    .to_owned(),
            ),
            Self::Broken { .. } => Some("fetch the index again; this one was cut or edited".to_owned()),
        }
    }

    /// A rule of the form is broken at a place.
    pub(super) fn broken(path: &Path, place: String, problem: impl Into<String>) -> Self {
        Self::Broken { path: path.to_path_buf(), place, problem: problem.into() }
    }
}
