//! The names in an archive: checked, and without the one folder that holds everything.

use crate::path::{PathError, RepoPath};

/// No system opens a longer path, and every folder above a name costs an entry.
const NAME_LIMIT: usize = 4096;

/// What a member's name comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A path of the tree.
    Path(RepoPath),
    /// The top folder itself, or something that no patch may touch (`.git`).
    Nothing,
    /// The archive turns out not to have one top folder.
    NotBelowTop,
}

/// Takes the top folder away from names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Top {
    /// No member was seen yet.
    #[default]
    Unknown,
    /// Everything so far lies in this folder.
    Folder(Vec<u8>),
    /// Names stay as they are.
    Plain,
}

impl Top {
    /// The path of a member. Absolute names, `..` and NUL are errors: no honest archive holds them.
    pub(super) fn place(&mut self, name: &[u8], is_folder: bool) -> Result<Name, PathError> {
        let trimmed = trim_end_slashes(name);
        if trimmed.len() > NAME_LIMIT {
            return Err(PathError::NotAFile(crate::text::display::terminal(&trimmed[..80]) + "..."));
        }
        let path = match RepoPath::parse(trimmed) {
            Ok(path) => path,
            Err(PathError::Empty) if name.starts_with(b"/") => {
                return Err(PathError::Absolute(crate::text::display::terminal(name)));
            }
            Err(PathError::Empty | PathError::GitFolder(_)) => return Ok(Name::Nothing),
            Err(error) => return Err(error),
        };
        let bytes = path.as_bytes();
        let slash = bytes.iter().position(|&byte| byte == b'/');
        let first = &bytes[..slash.unwrap_or(bytes.len())];
        if *self == Self::Unknown {
            *self = if slash.is_some() || is_folder { Self::Folder(first.to_vec()) } else { Self::Plain };
        }
        match self {
            Self::Folder(top) if top != first || (slash.is_none() && !is_folder) => Ok(Name::NotBelowTop),
            Self::Folder(_) => match slash.map(|slash| RepoPath::parse(&bytes[slash + 1..])) {
                Some(Ok(path)) => Ok(Name::Path(path)),
                _ => Ok(Name::Nothing),
            },
            Self::Unknown | Self::Plain => Ok(Name::Path(path)),
        }
    }
}

fn trim_end_slashes(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_suffix(b"/") {
        name = rest;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Name {
        Name::Path(RepoPath::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn one_top_folder_goes() {
        let mut top = Top::default();
        assert_eq!(top.place(b"./", true), Ok(Name::Nothing));
        assert_eq!(top.place(b"./v-1/", true), Ok(Name::Nothing));
        assert_eq!(top.place(b"./v-1//a/b", false), Ok(path("a/b")));
        assert_eq!(top.place(b"v-1/.git/config", false), Ok(Name::Nothing));
        assert_eq!(top.place(b"other/a", false), Ok(Name::NotBelowTop));
        assert_eq!(top.place(b"v-1", false), Ok(Name::NotBelowTop));
        assert_eq!(Top::Plain.place(b"v-1/a", false), Ok(path("v-1/a")));
        let mut plain = Top::default();
        assert_eq!(plain.place(b"file", false), Ok(path("file")));
        assert_eq!(plain.place(b"a/b", false), Ok(path("a/b")));
    }

    #[test]
    fn hostile_names_are_errors() {
        for bad in [&b"../x"[..], b"/etc/passwd", b"a/../../x", b"a\0b", b"/", &[b'a'; 5000]] {
            assert!(Top::default().place(bad, false).is_err(), "{bad:?}");
        }
    }
}
