//! What is written down about a run: the journal of a transaction under way and the record from which it is undone.
//!
//! `journal.json` is there only while a transaction runs, or was killed. Its phase tells how to recover: `prepared`
//! means the state before is restored, `committed` means the rest of the work is finished. `undo.json` stays after the
//! end: for every file the run changed, what stood there before and what the run left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bstr::{ByteSlice, ByteVec};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::io::fs;
use crate::rebase::state_error::StateError;

/// Bytes in JSON: text where they are UTF-8, else a list of numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ByteText {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl ByteText {
    /// Wraps bytes.
    pub fn new(bytes: &[u8]) -> Self {
        bytes.to_str().map_or_else(|_| Self::Bytes(bytes.to_vec()), |text| Self::Text(text.to_owned()))
    }

    /// Wraps a path, relative to `anchor` where it lies below, so that the state survives a move of the checkout.
    pub fn of_path(path: &Path, anchor: &Path) -> Self {
        let path = path.strip_prefix(anchor).unwrap_or(path);
        Self::new(<[u8]>::from_path(path).unwrap_or_default())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// The path that [`Self::of_path`] wrapped.
    pub fn to_path(&self, anchor: &Path) -> PathBuf {
        anchor.join(self.as_bytes().to_vec().into_path_buf().unwrap_or_default())
    }
}

/// A file as it was: its content lies in `backup/` under its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
    /// Permission bits, where the system has them.
    pub mode: Option<u32>,
}

/// How far a transaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Files may have been replaced; recovery takes them back.
    Prepared,
    /// All files are replaced; recovery finishes the rest.
    Committed,
}

/// One file of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalFile {
    /// Where it lies.
    pub path: ByteText,
    /// The temporary file beside it.
    pub temporary: ByteText,
    /// What stood there; `None`: nothing.
    pub before: Option<Kept>,
    /// Digest of the new content; `None`: deleted.
    pub after: Option<String>,
}

/// What happens to a folder of the state once the transaction is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FolderChange {
    /// `NAME.next` takes its place; what stood there is kept as `NAME.old`.
    Replace(String),
    /// It is moved away to `NAME.old`.
    Remove(String),
}

/// A git branch that the run writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchRecord {
    /// The repository, as the caller named it.
    pub repository: String,
    /// The full name, for example `refs/heads/rebased`.
    pub name: String,
    /// The commit it named before; `None`: it did not exist.
    pub before: Option<String>,
    /// The commit it names after; `None`: it is deleted.
    pub after: Option<String>,
}

/// A transaction under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// Always [`Journal::SCHEMA`].
    pub schema: String,
    /// The command that runs it, for `status`.
    pub command: String,
    /// How far it is.
    pub phase: Phase,
    /// Folders it makes, outermost first.
    pub folders: Vec<ByteText>,
    /// The files, in the order in which they are replaced.
    pub files: Vec<JournalFile>,
    /// The branch it moves.
    pub branch: Option<BranchRecord>,
    /// What `session.json` holds afterwards; `None`: it is removed.
    pub session: Option<serde_json::Value>,
    /// What `undo.json` holds afterwards; `None`: it is removed.
    pub undo: Option<RunRecord>,
    /// What happens to folders of the state.
    pub state_folders: Vec<FolderChange>,
}

impl Journal {
    /// Names the form.
    pub const SCHEMA: &str = "forebay.journal/1";
}

/// One file of the last run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// What stood there before the run; `None`: nothing.
    pub before: Option<Kept>,
    /// Digest of what the run left there; `None`: nothing.
    pub after: Option<String>,
}

/// The last run, from which it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Always [`RunRecord::SCHEMA`].
    pub schema: String,
    /// What it was, in words for `status`.
    pub title: String,
    /// Folders it made, outermost first.
    pub folders: Vec<ByteText>,
    /// The files it changed.
    #[serde(with = "as_list")]
    pub files: BTreeMap<ByteText, RunFile>,
    /// The file that is replaced after all others.
    pub last: Option<ByteText>,
    /// The branch it moved.
    pub branch: Option<BranchRecord>,
}

impl RunRecord {
    /// Names the form.
    pub const SCHEMA: &str = "forebay.undo/1";

    /// A run that changed nothing yet.
    pub fn new(title: &str) -> Self {
        let schema = Self::SCHEMA.to_owned();
        Self { schema, title: title.to_owned(), folders: Vec::new(), files: BTreeMap::new(), last: None, branch: None }
    }

    /// Takes in what a further transaction of the same run does: the first `before` and the last `after` of each file stay.
    pub fn absorb(&mut self, journal: &Journal) {
        for folder in &journal.folders {
            if !self.folders.contains(folder) {
                self.folders.push(folder.clone());
            }
        }
        for file in &journal.files {
            let entry = self.files.entry(file.path.clone());
            entry
                .and_modify(|known| known.after.clone_from(&file.after))
                .or_insert_with(|| RunFile { before: file.before.clone(), after: file.after.clone() });
        }
        self.files.retain(|_, file| file.before.as_ref().map(|kept| &kept.sha256) != file.after.as_ref());
        if let Some(branch) = &journal.branch {
            let before = self.branch.take().filter(|known| known.name == branch.name).map(|known| known.before);
            self.branch =
                Some(BranchRecord { before: before.unwrap_or_else(|| branch.before.clone()), ..branch.clone() });
        }
    }
}

/// JSON has only text as keys, so a map by path is a list of pairs.
mod as_list {
    use super::{BTreeMap, ByteText, Deserialize, RunFile, Serialize};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(map: &BTreeMap<ByteText, RunFile>, to: S) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<ByteText, RunFile>, D::Error> {
        Ok(Vec::<(ByteText, RunFile)>::deserialize(from)?.into_iter().collect())
    }
}

/// Reads a JSON file of the state and checks its `schema`; `None` where there is none.
pub(crate) fn load<T: DeserializeOwned>(path: &Path, schema: &str) -> Result<Option<T>, StateError> {
    let Some(bytes) = fs::read_optional(path)? else { return Ok(None) };
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| StateError::corrupt(path, error))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(found) if found == schema => {}
        Some(found) => return Err(StateError::corrupt(path, format!("its schema is `{found}`, not `{schema}`"))),
        None => return Err(StateError::corrupt(path, format!("it lacks the schema `{schema}`"))),
    }
    serde_json::from_value(value).map(Some).map_err(|error| StateError::corrupt(path, error))
}

/// The bytes of a JSON file of the state.
pub(crate) fn to_json<T: Serialize>(path: &Path, value: &T) -> Result<Vec<u8>, StateError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| StateError::corrupt(path, error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Replaces a JSON file of the state in one step.
pub(crate) fn save<T: Serialize>(path: &Path, value: &T) -> Result<(), StateError> {
    Ok(fs::write(path, &to_json(path, value)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, before: Option<&str>, after: Option<&str>) -> JournalFile {
        let before = before.map(|sha256| Kept { sha256: sha256.into(), mode: Some(0o644) });
        let path = ByteText::new(path.as_bytes());
        JournalFile { temporary: path.clone(), path, before, after: after.map(Into::into) }
    }

    fn journal(files: Vec<JournalFile>) -> Journal {
        Journal {
            schema: Journal::SCHEMA.into(),
            command: "rebase".into(),
            phase: Phase::Prepared,
            folders: vec![ByteText::new(b"caf\xe9")],
            files,
            branch: Some(BranchRecord {
                repository: ".".into(),
                name: "b".into(),
                before: None,
                after: Some("1".into()),
            }),
            session: None,
            undo: None,
            state_folders: vec![FolderChange::Replace("conflicts".into())],
        }
    }

    #[test]
    fn a_record_keeps_the_first_state_and_the_last() {
        let mut record = RunRecord::new("rebase");
        record.absorb(&journal(vec![file("a", Some("0"), Some("1")), file("b", None, Some("1"))]));
        let mut second = journal(vec![file("a", Some("1"), Some("2")), file("b", Some("1"), None)]);
        second.branch =
            Some(BranchRecord { before: Some("1".into()), after: Some("2".into()), ..second.branch.unwrap() });
        record.absorb(&second);
        assert_eq!(record.files.len(), 1, "b is as it was: {:?}", record.files);
        let a = &record.files[&ByteText::new(b"a")];
        assert_eq!((a.before.as_ref().unwrap().sha256.as_str(), a.after.as_deref()), ("0", Some("2")));
        let branch = record.branch.unwrap();
        assert_eq!((branch.before, branch.after.as_deref()), (None, Some("2")));
    }

    #[test]
    fn journals_survive_the_disk_and_other_schemas_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.json");
        let mut written = journal(vec![file("a", Some("0"), None)]);
        let mut record = RunRecord::new("rebase");
        record.absorb(&written);
        written.undo = Some(record);
        save(&path, &written).unwrap();
        assert_eq!(load::<Journal>(&path, Journal::SCHEMA).unwrap(), Some(written));
        let error = load::<Journal>(&path, RunRecord::SCHEMA).unwrap_err();
        assert!(error.to_string().contains("forebay.journal/1"), "{error}");
        assert!(load::<Journal>(&folder.path().join("none"), "x").unwrap().is_none());
    }

    #[test]
    fn paths_below_the_anchor_move_with_it() {
        let stored = ByteText::of_path(Path::new("/a/b/c"), Path::new("/a"));
        assert_eq!(stored, ByteText::Text("b/c".into()));
        assert_eq!(stored.to_path(Path::new("/z")), Path::new("/z/b/c"));
        let outside = ByteText::of_path(Path::new("/q/c"), Path::new("/a"));
        assert_eq!(outside.to_path(Path::new("/z")), Path::new("/q/c"));
    }
}
