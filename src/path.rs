//! A path inside a tree: relative, `/`-separated, parsed once, never leaving the tree.

use bstr::{BStr, BString, ByteSlice};

/// A path relative to the root of a tree, as bytes, without `.`, `..`, empty or NUL parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(BString);

/// Says why bytes are not a [`RepoPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing is left, for example after stripping.
    #[error("the path is empty")]
    Empty,
    /// It begins with `/`.
    #[error("path `{0}` is absolute")]
    Absolute(String),
    /// A part is `..`.
    #[error("path `{0}` leaves the tree through `..`")]
    Escapes(String),
    /// A part is `.git`, which no patch may touch.
    #[error("path `{0}` reaches into `.git`")]
    GitFolder(String),
    /// It holds a NUL byte or ends in `/`.
    #[error("path `{0}` cannot name a file")]
    NotAFile(String),
}

/// A path and the folders above it, the nearest first, without the root.
pub fn upwards(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    fn above<'p>(at: &&'p [u8]) -> Option<&'p [u8]> {
        at.rfind_byte(b'/').map(|end| at.split_at(end).0)
    }
    std::iter::successors(Some(path), above).take_while(|at| !at.is_empty())
}

impl RepoPath {
    /// Parses a path; `./` and doubled slashes are folded, escapes are refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, PathError> {
        let shown = || crate::text::display::terminal(bytes);
        if bytes.is_empty() {
            return Err(PathError::Empty);
        }
        if bytes[0] == b'/' {
            return Err(PathError::Absolute(shown()));
        }
        if bytes.contains(&0) || bytes.ends_with(b"/") {
            return Err(PathError::NotAFile(shown()));
        }
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in bytes.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => return Err(PathError::Escapes(shown())),
                part if part.eq_ignore_ascii_case(b".git") => return Err(PathError::GitFolder(shown())),
                part => parts.push(part),
            }
        }
        if parts.is_empty() {
            return Err(PathError::Empty);
        }
        Ok(Self(BString::from(bstr::join("/", parts))))
    }

    /// The bytes of the path.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as a byte string, for display.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// The last part.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|&byte| byte == b'/').next().unwrap_or(&self.0)
    }

    /// The folder that holds it, or `None` at the root.
    pub fn parent(&self) -> Option<RepoPath> {
        let end = self.0.rfind_byte(b'/')?;
        Some(Self(BString::from(&self.0[..end])))
    }

    /// This folder's child `name`, which must be one plain part.
    pub fn join(&self, name: &[u8]) -> Result<RepoPath, PathError> {
        let mut bytes = self.0.clone();
        bytes.push(b'/');
        bytes.extend_from_slice(name);
        Self::parse(&bytes)
    }

    /// The rest of the path below `folder`, if it lies there.
    pub fn below(&self, folder: &RepoPath) -> Option<&[u8]> {
        self.0.strip_prefix(folder.as_bytes())?.strip_prefix(b"/")
    }

    /// The parts from the root down.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split(|&byte| byte == b'/')
    }

    /// Text fit for a terminal.
    pub fn shown(&self) -> String {
        crate::text::display::terminal(&self.0)
    }
}

/// As text: bytes that are not UTF-8 as `\xNN`, a backslash doubled.
impl serde::Serialize for RepoPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let doubled = self.0.replace(b"\\", b"\\\\");
        serializer.serialize_str(&crate::text::display::utf8(&doubled).text)
    }
}

/// Undoes what serialising did; a text that is no path is an error.
impl<'de> serde::Deserialize<'de> for RepoPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((plain, escape)) = rest.split_once('\\') {
            bytes.extend_from_slice(plain.as_bytes());
            let code = escape.strip_prefix('x').and_then(|digits| digits.get(..2));
            if let Some(byte) = code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                bytes.push(byte);
                rest = &escape[3..];
            } else {
                bytes.push(b'\\');
                rest = escape.strip_prefix('\\').unwrap_or(escape);
            }
        }
        bytes.extend_from_slice(rest.as_bytes());
        Self::parse(&bytes).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for RepoPath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.shown())
    }
}

/// Strips `level` leading parts as `patch -pN` does (runs of slashes count once); `None` when too few parts are there.
pub fn strip(name: &[u8], level: usize) -> Option<&[u8]> {
    let mut rest = name;
    for _ in 0..level {
        let slash = rest.find_byte(b'/')?;
        rest = rest[slash..].trim_start_with(|character| character == '/');
    }
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_dots_and_refuses_escapes() {
        assert_eq!(RepoPath::parse(b"./a//b").unwrap().as_bytes(), b"a/b");
        assert_eq!(RepoPath::parse(b""), Err(PathError::Empty));
        assert!(matches!(RepoPath::parse(b"/etc/passwd"), Err(PathError::Absolute(_))));
        assert!(matches!(RepoPath::parse(b"a/../../b"), Err(PathError::Escapes(_))));
        assert!(matches!(RepoPath::parse(b"a/.GIT/config"), Err(PathError::GitFolder(_))));
        assert!(matches!(RepoPath::parse(b"a/"), Err(PathError::NotAFile(_))));
    }

    #[test]
    fn strips_like_patch() {
        assert_eq!(strip(b"a/b/c", 1), Some(&b"b/c"[..]));
        assert_eq!(strip(b"a//b/c", 1), Some(&b"b/c"[..]));
        assert_eq!(strip(b"/usr/src/x", 1), Some(&b"usr/src/x"[..]));
        assert_eq!(strip(b"a", 1), None);
        assert_eq!(strip(b"a", 0), Some(&b"a"[..]));
    }

    #[test]
    fn knows_parents_and_children() {
        let path = RepoPath::parse(b"a/b/c").unwrap();
        assert_eq!(path.file_name(), b"c");
        let parent = path.parent().unwrap();
        assert_eq!(parent.as_bytes(), b"a/b");
        assert_eq!(path.below(&parent), Some(&b"c"[..]));
        assert_eq!(parent.join(b"d").unwrap().as_bytes(), b"a/b/d");
    }

    #[test]
    fn paths_of_any_bytes_survive_json() {
        for bytes in [&b"a/b"[..], b"caf\xE9/\\xE9", b"a\\\\b\n", "\u{e9}/\u{202e}".as_bytes()] {
            let path = RepoPath::parse(bytes).unwrap();
            let json = serde_json::to_string(&path).unwrap();
            assert_eq!(serde_json::from_str::<RepoPath>(&json).unwrap(), path, "{json}");
        }
        assert!(serde_json::from_str::<RepoPath>("\"../x\"").is_err());
    }
}
