//! Files: reading with a bound, replacing in one step, folders.
//!
//! A file is replaced by writing a temporary file in its own folder, syncing it, renaming it over the old one and
//! syncing the folder, so that a kill or a full disk leaves either the old content or the new one.

use std::fs::{File, Metadata};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::io::IoError;

/// The largest file that [`read`] takes.
pub const READ_LIMIT: u64 = 1 << 30;

/// Reads a whole regular file of at most [`READ_LIMIT`] bytes.
pub fn read(path: &Path) -> Result<Vec<u8>, IoError> {
    read_bounded(path, READ_LIMIT)
}

/// Reads a whole regular file of at most `limit` bytes, also where it grows meanwhile.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, IoError> {
    let file = open_regular(path)?;
    let size = file.metadata().map_err(|source| IoError::new("look at", path, source))?.len();
    if size > limit {
        return Err(IoError::TooLarge { path: path.to_path_buf(), size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let count = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    match count.map_err(|source| IoError::new("read", path, source))? as u64 {
        size if size > limit => Err(IoError::TooLarge { path: path.to_path_buf(), size, limit }),
        _ => Ok(bytes),
    }
}

/// Reads the first `limit` bytes of a regular file into `buffer`, replacing what it holds.
pub fn read_head(path: &Path, limit: usize, buffer: &mut Vec<u8>) -> Result<(), IoError> {
    buffer.clear();
    let file = File::open(path).map_err(|source| IoError::new("read", path, source))?;
    let count = file.take(limit as u64).read_to_end(buffer);
    count.map(drop).map_err(|source| IoError::new("read", path, source))
}

/// Reads a file, or says `None` where there is none.
pub fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, IoError> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads `length` bytes (at most [`READ_LIMIT`]) of a file from an offset on.
pub fn read_range(path: &Path, offset: u64, length: u64) -> Result<Vec<u8>, IoError> {
    let fail = |source| IoError::new("read", path, source);
    let mut file = open_regular(path)?;
    let size = file.metadata().map_err(fail)?.len();
    match offset.checked_add(length) {
        Some(end) if end <= size && length <= READ_LIMIT => {}
        _ => return Err(fail(std::io::ErrorKind::UnexpectedEof.into())),
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(&mut bytes)).map_err(fail)?;
    Ok(bytes)
}

/// Opens a regular file; a pipe, device or folder is refused before it is opened, since opening a pipe may wait for ever.
fn open_regular(path: &Path) -> Result<File, IoError> {
    let about = std::fs::metadata(path).map_err(|source| IoError::new("read", path, source))?;
    if !about.is_file() {
        return Err(IoError::NotAFile { path: path.to_path_buf() });
    }
    File::open(path).map_err(|source| IoError::new("read", path, source))
}

/// Replaces or makes a file in one step; an existing file's permissions stay, and a symlink is followed to the file it names.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), IoError> {
    write_with(path, bytes, None)
}

/// Replaces or makes a file in one step with the permissions of `mode` (as in `0o755`).
pub fn write_with_mode(path: &Path, bytes: &[u8], mode: u32) -> Result<(), IoError> {
    write_with(path, bytes, Some(mode))
}

fn write_with(path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<(), IoError> {
    let fail = |source| IoError::new("write", path, source);
    let target = match std::fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => std::fs::canonicalize(path).map_err(fail)?,
        _ => path.to_path_buf(),
    };
    let folder = folder_of(&target);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".forebay-").suffix(".tmp");
    let mut file = builder.tempfile_in(&folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    set_permissions(file.as_file(), &target, mode).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(&target).map_err(|error| fail(error.error))?;
    sync_folder(&folder)
}

/// A temporary file is private; what replaces another file takes over its mode, a new one gets what the umask allows.
#[cfg(unix)]
fn set_permissions(file: &File, target: &Path, mode: Option<u32>) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = match (mode, std::fs::metadata(target)) {
        (Some(mode), _) => std::fs::Permissions::from_mode(mode & 0o7777),
        (None, Ok(about)) => about.permissions(),
        (None, Err(_)) => std::fs::Permissions::from_mode(0o666 & !umask(target)),
    };
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn set_permissions(_file: &File, _target: &Path, _mode: Option<u32>) -> std::io::Result<()> {
    Ok(())
}

/// The process's umask, as far as a folder that was just made shows it; asking the system for it would change it.
#[cfg(unix)]
fn umask(target: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    static UMASK: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *UMASK.get_or_init(|| {
        let probe = folder_of(target).join(format!(".forebay-{}.umask", std::process::id()));
        let made = File::options().write(true).create_new(true).open(&probe).and_then(|file| file.metadata());
        let _ = std::fs::remove_file(&probe);
        made.map_or(0o022, |about| !about.permissions().mode() & 0o666)
    })
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Makes the entries of a folder durable; file systems that cannot do it are left alone.
pub fn sync_folder(folder: &Path) -> Result<(), IoError> {
    use std::io::ErrorKind as Kind;
    match File::open(folder).and_then(|handle| handle.sync_all()) {
        Err(source) if !matches!(source.kind(), Kind::InvalidInput | Kind::Unsupported | Kind::PermissionDenied) => {
            Err(IoError::new("sync the folder", folder, source))
        }
        _ => Ok(()),
    }
}

/// Makes a folder and those above it.
pub fn create_dir(path: &Path) -> Result<(), IoError> {
    std::fs::create_dir_all(path).map_err(|source| IoError::new("create the folder", path, source))
}

/// The names in a folder, sorted; empty where the folder is not there.
pub fn list(folder: &Path) -> Result<Vec<std::ffi::OsString>, IoError> {
    let fail = |source| IoError::new("list", folder, source);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(fail(source)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(fail)?.file_name());
    }
    names.sort();
    Ok(names)
}

/// What stands at a path, without following a final symlink; `None` where nothing does.
pub fn about(path: &Path) -> Result<Option<Metadata>, IoError> {
    use std::io::ErrorKind as Kind;
    match std::fs::symlink_metadata(path) {
        Ok(about) => Ok(Some(about)),
        Err(source) if matches!(source.kind(), Kind::NotFound | Kind::NotADirectory) => Ok(None),
        Err(source) => Err(IoError::new("look at", path, source)),
    }
}

/// Removes a file or link (never what a link names); nothing to do where there is none.
pub fn remove_file(path: &Path) -> Result<(), IoError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(IoError::new("remove", path, source)),
        _ => Ok(()),
    }
}

/// Removes a folder with everything in it, or the link itself where it is one; nothing to do where there is none.
pub fn remove_dir(path: &Path) -> Result<(), IoError> {
    match about(path)? {
        None => Ok(()),
        Some(about) if about.is_dir() => {
            std::fs::remove_dir_all(path).map_err(|source| IoError::new("remove the folder", path, source))
        }
        Some(_) => remove_file(path),
    }
}

/// Renames within one file system and syncs the folder of the new name.
pub fn rename(from: &Path, to: &Path) -> Result<(), IoError> {
    std::fs::rename(from, to).map_err(|source| IoError::new("rename", from, source))?;
    sync_folder(&folder_of(to))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn replaces_keep_permissions_and_leave_no_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one").unwrap();
        let fresh = std::fs::metadata(&path).unwrap();
        std::fs::write(folder.path().join("plain"), b"").unwrap();
        assert_eq!(fresh.permissions(), std::fs::metadata(folder.path().join("plain")).unwrap().permissions());
        write_with_mode(&path, b"two", 0o755).unwrap();
        write(&path, b"three").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(read(&path).unwrap(), b"three");
        assert_eq!(list(folder.path()).unwrap(), ["a", "plain"]);
    }

    #[test]
    fn writes_through_a_symlink_and_removes_only_the_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write(&file, b"old").unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(read(&file).unwrap(), b"new");
        remove_dir(&link).unwrap();
        assert!(about(&link).unwrap().is_none());
        assert!(about(&file).unwrap().is_some());
    }

    #[test]
    fn bounds_and_kinds_are_errors_that_name_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big");
        write(&path, b"12345").unwrap();
        assert!(matches!(read_bounded(&path, 4), Err(IoError::TooLarge { size: 5, .. })));
        assert!(matches!(read(folder.path()), Err(IoError::NotAFile { .. })));
        let error = read(&folder.path().join("none")).unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains("none"));
        assert_eq!(read_optional(&folder.path().join("none")).unwrap(), None);
    }
}
