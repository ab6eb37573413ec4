//! What a queue's files become after a run: a value, nothing is written here.
//!
//! | form | a patch put aside | a patch removed |
//! |---|---|---|
//! | quilt | its line becomes a comment that says why, its file stays | line and file go |
//! | Electron | its line moves to `.patches.disabled` below a comment (its tools know no comments in `.patches`), its file stays | line and file go |
//! | folder | its file becomes `NAME.disabled`, which no tool takes for a patch | its file goes |
//! | mailbox | its mail moves to `NAME.disabled.mbox` | its mail goes |
//! | git range | it is left out of the folder that is written | the same |

use std::collections::BTreeMap;

use super::{Queue, QueueForm};
use crate::patch::series::Series;

/// What becomes of one patch of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It stays byte for byte.
    Keep,
    /// It gets these bytes.
    Replace(Vec<u8>),
    /// It is put aside, for this reason.
    Disable {
        /// One sentence.
        reason: String,
    },
    /// It goes.
    Remove,
}

/// One file to write or to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Its path relative to the queue's root, `/`-separated.
    pub path: String,
    /// Its bytes; `None` to delete it.
    pub bytes: Option<Vec<u8>>,
}

/// The files to write or to delete, by path, the queue's list last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueFiles {
    /// The files.
    pub files: Vec<FileWrite>,
}

impl Queue {
    /// What changes on disk when the patches become `results` (in the queue's order; missing ones are kept).
    ///
    /// Files whose bytes stay the same are left out.
    pub fn rewrite(&self, results: &[Disposition]) -> QueueFiles {
        let mut files = self.all(results);
        for patch in &self.patches {
            if files.get(&patch.name).is_some_and(|bytes| bytes.as_deref() == Some(&patch.source[..])) {
                files.remove(&patch.name);
            }
        }
        if let Some(list) = &self.list
            && self.form != QueueForm::Mailbox
            && files.get(list).is_some_and(|bytes| bytes.as_deref() == Some(&self.list_source[..]))
        {
            files.remove(list);
        }
        if self.form == QueueForm::Mailbox && results.iter().all(|result| *result == Disposition::Keep) {
            files.clear();
        }
        self.list_last(files)
    }

    /// The whole queue as it is after `results`, for a folder of its own.
    pub fn export(&self, results: &[Disposition]) -> QueueFiles {
        let files = self.all(results).into_iter().filter(|(_, bytes)| bytes.is_some()).collect();
        self.list_last(files)
    }

    /// The name of the file in the queue's root that takes what was put aside, where there is one.
    pub(crate) fn aside_name(&self) -> Option<String> {
        let list = self.list.as_deref()?;
        match self.form {
            QueueForm::Electron => Some(format!("{list}.disabled")),
            QueueForm::Mailbox => {
                let stem = list.strip_suffix(".mbox").or_else(|| list.strip_suffix(".patch")).unwrap_or(list);
                Some(format!("{stem}.disabled.mbox"))
            }
            _ => None,
        }
    }

    fn all(&self, results: &[Disposition]) -> BTreeMap<String, Option<Vec<u8>>> {
        let results = self.patches.iter().zip(results.iter().chain(std::iter::repeat(&Disposition::Keep)));
        if self.form == QueueForm::Mailbox {
            return self.all_mails(results);
        }
        let mut files = BTreeMap::new();
        let mut list = List::new(self);
        for (patch, result) in results {
            let name = patch.name.clone();
            match result {
                Disposition::Keep => drop(files.insert(name, Some(patch.source.to_vec()))),
                Disposition::Replace(bytes) => drop(files.insert(name, Some(bytes.clone()))),
                Disposition::Disable { reason } => {
                    list.disable(&name, reason);
                    if self.form == QueueForm::Folder {
                        files.insert(format!("{name}.disabled"), Some(patch.source.to_vec()));
                        files.insert(name, None);
                    } else if self.form != QueueForm::GitRange {
                        files.insert(name, Some(patch.source.to_vec()));
                    }
                }
                Disposition::Remove => {
                    list.remove(&name);
                    files.insert(name, None);
                }
            }
        }
        list.finish(self, &mut files);
        files
    }

    fn all_mails<'a>(
        &'a self,
        results: impl Iterator<Item = (&'a super::QueuePatch, &'a Disposition)>,
    ) -> BTreeMap<String, Option<Vec<u8>>> {
        let mut kept = self.list_source.to_vec();
        let mut aside = Vec::new();
        for (patch, result) in results {
            match result {
                Disposition::Keep => kept.extend_from_slice(&patch.source),
                Disposition::Replace(bytes) => {
                    kept.extend_from_slice(bytes);
                    if !bytes.ends_with(b"\n") {
                        kept.push(b'\n');
                    }
                }
                Disposition::Disable { .. } => aside.extend_from_slice(&patch.source),
                Disposition::Remove => {}
            }
        }
        let mut files = BTreeMap::new();
        if let (Some(name), false) = (self.aside_name(), aside.is_empty()) {
            files.insert(name, Some([&self.aside[..], &aside].concat()));
        }
        files.extend(self.list.clone().map(|list| (list, Some(kept))));
        files
    }

    fn list_last(&self, mut files: BTreeMap<String, Option<Vec<u8>>>) -> QueueFiles {
        let name = self.list.as_deref().unwrap_or("series");
        let list = files.remove_entry(name);
        let files = files.into_iter().chain(list).map(|(path, bytes)| FileWrite { path, bytes }).collect();
        QueueFiles { files }
    }
}

/// The list of a queue while it is edited.
struct List {
    series: Option<Series>,
    electron: bool,
    aside: Vec<u8>,
}

impl List {
    fn new(queue: &Queue) -> Self {
        let electron = queue.form == QueueForm::Electron;
        let series = match queue.form {
            QueueForm::Electron => Series::parse_plain(&queue.list_source).ok(),
            QueueForm::Quilt => Series::parse(&queue.list_source).ok(),
            // A range becomes a quilt folder.
            QueueForm::GitRange => {
                let names: Vec<&str> = queue.patches.iter().map(|patch| patch.name.as_str()).collect();
                Series::parse((names.join("\n") + "\n").as_bytes()).ok()
            }
            QueueForm::Folder | QueueForm::Mailbox => None,
        };
        Self { series, electron, aside: Vec::new() }
    }

    fn disable(&mut self, name: &str, reason: &str) {
        let Some(series) = &mut self.series else { return };
        if self.electron {
            let reason = reason.replace(['\n', '\r'], " ");
            self.aside.extend_from_slice(format!("# forebay: {reason}\n{name}\n").as_bytes());
            series.remove(name.as_bytes());
        } else {
            series.comment_out(name.as_bytes(), reason);
        }
    }

    fn remove(&mut self, name: &str) {
        if let Some(series) = &mut self.series {
            series.remove(name.as_bytes());
        }
    }

    fn finish(self, queue: &Queue, files: &mut BTreeMap<String, Option<Vec<u8>>>) {
        let Some(series) = self.series else { return };
        let name = queue.list.clone().unwrap_or_else(|| "series".to_owned());
        files.insert(name, Some(series.print()));
        if let (Some(aside), false) = (queue.aside_name(), self.aside.is_empty()) {
            files.insert(aside, Some([&queue.aside[..], &self.aside].concat()));
        }
    }
}
