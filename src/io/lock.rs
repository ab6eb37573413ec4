//! One run at a time: a lock file that says who holds it.
//!
//! The lock is the system's (`flock`), so it ends with its process however that ends; the text inside is only for people.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::io::IoError;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock at `path` or says who holds it; `command` is what the next one is told.
    pub fn take(path: &Path, command: &str) -> Result<Self, IoError> {
        let fail = |source| IoError::new("lock", path, source);
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(IoError::Locked { path: path.to_path_buf(), holder: holder(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(fail(source)),
        }
        let text = format!("process {} (`{}`)\n", std::process::id(), crate::text::display::terminal(command.as_bytes()));
        file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(fail)?;
        Ok(Self { file, path: path.to_path_buf() })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays: removing it would let a third process lock a new one while a second waits on the old.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> String {
    let mut text = Vec::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(500).read_to_end(&mut text));
    let shown = crate::text::display::terminal(text.trim_ascii());
    if read.is_err() || shown.is_empty() { "another process".into() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_who_holds_it_and_ends_with_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Lock::take(&path, "forebay rebase").unwrap();
        let text = Lock::take(&path, "second").unwrap_err().to_string();
        assert!(text.contains(&std::process::id().to_string()) && text.contains("`forebay rebase`"), "{text}");
        drop(held);
        assert_eq!(Lock::take(&path, "third").unwrap().path(), path);
    }
}
