//! The single steps from which a transaction over many files is made; each alone is not safe, their order is the caller's.
//!
//! Use [`crate::io::fs::write`] for one file. A transaction first creates all its temporary files, syncs them, and only
//! then renames them, so that a full disk is met before the first file changes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::io::IoError;

/// Makes a file that must not exist yet (a symlink of that name counts as existing), without syncing it.
pub fn create(path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<(), IoError> {
    let fail = |source| IoError::new("write", path, source);
    let mut file = File::options().write(true).create_new(true).open(path).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    match mode {
        Some(mode) => set_mode(&file, mode).map_err(fail),
        None => Ok(()),
    }
}

/// Makes a file's content durable.
pub fn sync(path: &Path) -> Result<(), IoError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|source| IoError::new("sync", path, source))
}

/// Renames a staged file over its target, without syncing the folder.
pub fn replace(from: &Path, to: &Path) -> Result<(), IoError> {
    std::fs::rename(from, to).map_err(|source| IoError::new("replace", to, source))
}

/// Makes one folder and says whether it was made now; one that is already there is left alone.
pub fn create_folder(path: &Path) -> Result<bool, IoError> {
    match std::fs::create_dir(path) {
        Ok(()) => Ok(true),
        Err(source) if source.kind() == std::io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
        Err(source) => Err(IoError::new("create the folder", path, source)),
    }
}

/// Removes a folder if it is there and empty.
pub fn remove_empty_folder(path: &Path) {
    let _ = std::fs::remove_dir(path);
}

/// The path without symlinks and dots; it must exist.
pub fn real(path: &Path) -> Result<PathBuf, IoError> {
    std::fs::canonicalize(path).map_err(|source| IoError::new("find", path, source))
}

/// The permission bits of a file as in `0o644`; `None` where the system has none.
#[cfg(unix)]
pub fn mode(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(about.permissions().mode() & 0o7777)
}

/// The permission bits of a file as in `0o644`; `None` where the system has none.
#[cfg(not(unix))]
pub fn mode(_about: &std::fs::Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode & 0o7777))
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creates_only_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, b"x", Some(0o640)).unwrap();
        assert_eq!(mode(&std::fs::metadata(&path).unwrap()), Some(0o640));
        assert!(create(&path, b"y", None).is_err());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(create(&link, b"y", None).is_err());
        sync(&path).unwrap();
        replace(&path, &link).unwrap();
        assert_eq!(std::fs::read(&link).unwrap(), b"x");
        assert!(create_folder(&folder.path().join("d")).unwrap());
        assert!(!create_folder(&folder.path().join("d")).unwrap());
        assert!(create_folder(&link).is_err());
    }
}
