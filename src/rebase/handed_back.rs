//! Reads the conflict workspace back: what a person made of each file.
//!
//! Nothing here follows a link, trusts a path of `conflict.json` unchecked, or reads without bound.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::ByteSlice;

use crate::digest;
use crate::io::{fs, stage};
use crate::path::RepoPath;
use crate::rebase::markers;
use crate::rebase::state_error::StateError;
use crate::rebase::workspace::{ConflictFile, PatchConflict};
use crate::tree::{File, Mode};

/// What a person made of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedBack {
    /// As it was written, without markers: nothing was decided.
    Unchanged,
    /// Markers stand in these lines.
    Markers(Vec<usize>),
    /// It is not a plain file any more, or too large.
    Unreadable(String),
    /// The file is decided; `None`: it is deleted.
    Decided(Option<File>),
}

/// The place of a file below a side folder; checked again, since `conflict.json` may have been edited.
pub(crate) fn relative(file: &ConflictFile) -> Result<PathBuf, StateError> {
    let bad = |problem: &dyn std::fmt::Display| StateError::HandedBack {
        path: PathBuf::from("conflict.json"),
        problem: problem.to_string(),
    };
    let path = RepoPath::parse(file.place.as_bytes()).map_err(|error| bad(&error))?;
    Ok(path.as_bytes().to_path().map_err(|error| bad(&error))?.to_path_buf())
}

pub(crate) type Plain = (Vec<u8>, Option<u32>);

/// What a person made of the file to edit.
#[derive(PartialEq, Eq)]
pub(crate) enum Edit {
    Nothing,
    Deleted,
    Content(Plain),
}

pub(crate) fn edited(own: &Path, file: &ConflictFile) -> Result<Edit, StateError> {
    let found = read_plain(&own.join("edit"), &relative(file)?)?;
    let sum = found.as_ref().map(|(bytes, _)| digest::hex(&digest::sha256(bytes)));
    Ok(match found {
        _ if sum == file.sides.edit => Edit::Nothing,
        None => Edit::Deleted,
        Some(content) => Edit::Content(content),
    })
}

/// Reads a plain file below `folder` without following any link.
pub(crate) fn read_plain(folder: &Path, place: &Path) -> Result<Option<Plain>, StateError> {
    let refuse =
        |path: &Path, problem: &str| StateError::HandedBack { path: path.to_path_buf(), problem: problem.into() };
    let mut path = folder.to_path_buf();
    let mut parts = place.components().peekable();
    while let Some(part) = parts.next() {
        path.push(part);
        match fs::about(&path)? {
            None => return Ok(None),
            Some(about) if about.is_symlink() => return Err(refuse(&path, "it is a symlink")),
            Some(about) if parts.peek().is_none() => {
                return if about.is_file() {
                    Ok(Some((fs::read_bounded(&path, LIMIT)?, stage::mode(&about))))
                } else {
                    Err(refuse(&path, "it is not a regular file"))
                };
            }
            Some(_) => {}
        }
    }
    Ok(None)
}

/// The largest file that is read back.
const LIMIT: u64 = 256 << 20;

/// Reads what a person made of the files of one patch; `as_is` takes unchanged whole-file conflicts as decided.
pub fn read_back(own: &Path, record: &PatchConflict, as_is: bool) -> Result<Vec<(RepoPath, HandedBack)>, StateError> {
    let bad = |error| StateError::corrupt(&own.join("conflict.json"), error);
    let mut found = Vec::new();
    for file in &record.files {
        let path = RepoPath::parse(file.path.as_bytes()).map_err(bad)?;
        let handed = match edited(own, file) {
            Err(error) => HandedBack::Unreadable(error.to_string()),
            Ok(Edit::Deleted) => HandedBack::Decided(None),
            Ok(Edit::Content(content)) => judge(file, Some(content)),
            Ok(Edit::Nothing) => match judge(file, read_plain(&own.join("edit"), &relative(file)?)?) {
                HandedBack::Decided(_) if !as_is => HandedBack::Unchanged,
                handed => handed,
            },
        };
        found.push((path, handed));
    }
    Ok(found)
}

fn judge(file: &ConflictFile, content: Option<Plain>) -> HandedBack {
    let Some((bytes, permissions)) = content else { return HandedBack::Decided(None) };
    let innocent = file.innocent.iter().map(|line| line.as_bytes().to_vec()).collect();
    let left = markers::leftover(&bytes, &innocent);
    if !left.is_empty() {
        return HandedBack::Markers(left);
    }
    let mode = match (file.mode.as_str(), permissions) {
        ("120000", _) => Mode::Symlink,
        ("160000", _) => Mode::Submodule,
        (told, bits) if bits.map_or(told == "100755", |bits| bits & 0o100 != 0) => Mode::Executable,
        _ => Mode::Regular,
    };
    HandedBack::Decided(Some(File { mode, data: Arc::from(bytes) }))
}
