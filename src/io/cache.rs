//! The user's cache folder. Everything in it can be lost or damaged at any time: it is checked when read and rebuilt.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::io::fs;

/// Where the cache lies: `$XDG_CACHE_HOME/forebay`, else `$HOME/.cache/forebay`; `None` where neither is an absolute path.
///
/// `variable` looks up an environment variable. See the XDG Base Directory Specification, which says to ignore relative paths.
pub fn folder(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("forebay"))
}

const SEAL: usize = 32;

/// Reads a cache file and its seal; `None` where it is missing or damaged.
pub fn load(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let end = bytes.len().checked_sub(SEAL)?;
    let (content, seal) = bytes.split_at(end);
    if digest::sha256(content) != seal {
        return None;
    }
    bytes.truncate(end);
    Some(bytes)
}

/// Writes a cache file with its seal; false where it cannot be written, which is never the end of a run.
pub fn store(path: &Path, mut content: Vec<u8>) -> bool {
    let seal = digest::sha256(&content);
    content.extend_from_slice(&seal);
    path.parent().is_some_and(|folder| fs::create_dir(folder).is_ok()) && fs::write(path, &content).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_environment() {
        let with = |pairs: &'static [(&str, &str)]| {
            folder(&move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
        };
        assert_eq!(with(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")]), Some("/c/forebay".into()));
        assert_eq!(with(&[("XDG_CACHE_HOME", "c"), ("HOME", "/h")]), Some("/h/.cache/forebay".into()));
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("a/b");
        assert!(store(&path, b"content".to_vec()));
        assert_eq!(load(&path).unwrap(), b"content");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[2] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(load(&path), None);
        std::fs::write(&path, b"short").unwrap();
        assert_eq!(load(&path), None);
        assert!(!store(Path::new("/proc/none/x"), Vec::new()));
    }
}
