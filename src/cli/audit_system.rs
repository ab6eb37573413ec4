//! `--system` of `forebay audit-bundled`: the package indexes of a distribution.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use crate::cli::error::{Error, Kind};
use crate::cli::shell::Shell;
use crate::distro::{self, DistroError, Index};

/// A package index to look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemIndex {
    /// What reports call it; derived from the path where not given.
    pub name: Option<String>,
    /// The file or folder.
    pub path: PathBuf,
}

impl FromStr for SystemIndex {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A path with `=` in its first part is written with `./` in front.
        let named = text.split_once('=').filter(|(name, _)| !name.is_empty() && !name.contains('/'));
        let (name, path) = named.map_or((None, text), |(name, path)| (Some(name.to_owned()), path));
        if path.is_empty() {
            return Err("the path of an index is missing; write it as INDEX or NAME=INDEX".to_owned());
        }
        Ok(Self { name, path: path.into() })
    }
}

/// Reads the indexes, in the order given.
pub fn read(shell: &Shell<'_>, wanted: &[SystemIndex]) -> Result<Vec<Index>, Error> {
    let open = |index: &SystemIndex| {
        let path = shell.at(&index.path);
        let name = index.name.clone().unwrap_or_else(|| called(&path));
        let found = distro::open(&path, &name).map_err(|error| of_distro(&error))?;
        if found.is_empty() {
            let shown = index.path.display();
            let told = Error::input(format!("`{shown}` holds no package"));
            return Err(told.hint("fetch the index again; with none at all every library would seem to be missing"));
        }
        Ok(found)
    };
    wanted.iter().map(open).collect()
}

fn of_distro(error: &DistroError) -> Error {
    let kind = match error {
        DistroError::Io(_) | DistroError::Stream { .. } => Kind::Outside,
        _ => Kind::Input,
    };
    let hint = error.hint().unwrap_or_else(|| {
        "`--system` takes a package index on disk: a file or folder, for example /var/lib/apt/lists/…_Packages.lz4"
            .to_owned()
    });
    Error::of(kind, error).hint(hint)
}

/// The last part of a path that says more than the form of the index.
fn called(path: &Path) -> String {
    let parts = path.components().rev().filter_map(|part| match part {
        Component::Normal(part) => Some(bare(part)),
        _ => None,
    });
    let says_more = |name: &String| {
        !matches!(
            name.as_str(),
            "Packages" | "Sources" | "APKINDEX" | "repomd" | "primary" | "repodata" | "md5-cache" | "metadata"
        ) && !name.ends_with("-primary")
    };
    parts.into_iter().find(says_more).unwrap_or_else(|| "index".to_owned())
}

/// A name without the endings of compression and form.
fn bare(name: &OsStr) -> String {
    let name = name.to_string_lossy();
    let mut bare = &*name;
    while let Some((before, ending)) = bare.rsplit_once('.') {
        if before.is_empty() || !matches!(ending, "gz" | "xz" | "zst" | "lz4" | "bz2" | "tar" | "xml" | "db" | "zck") {
            break;
        }
        bare = before;
    }
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_called_by_what_tells_it_from_others() {
        for (path, expected) in [
            ("/a/sid_main_Sources.lz4", "sid_main_Sources"),
            ("/a/fedora-44/repodata", "fedora-44"),
            ("/a/fedora-44/repodata/0f1e-primary.xml.zst", "fedora-44"),
            ("/a/edge/APKINDEX.tar.gz", "edge"),
            ("/sync/extra.db", "extra"),
            ("/a/gentoo/metadata/md5-cache", "gentoo"),
            ("/Packages", "index"),
        ] {
            assert_eq!(called(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_name_may_be_given() {
        let of = |name: Option<&str>, path: &str| Ok(SystemIndex { name: name.map(Into::into), path: path.into() });
        assert_eq!("fedora-44=repodata".parse(), of(Some("fedora-44"), "repodata"));
        assert_eq!("./a=b".parse(), of(None, "./a=b"));
        assert!("a=".parse::<SystemIndex>().is_err() && "".parse::<SystemIndex>().is_err());
    }
}
