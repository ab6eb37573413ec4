//! A dump on disk: a zip file of records, a folder of them, or one record.

use std::path::Path;

use super::find::{Hit, Keys, Subject};
use super::record::Advisory;
use crate::io::{IoError, fs, zipped};
use crate::text::display::terminal;

/// The largest record in bytes; the largest known one has 2 MiB.
const RECORD: u64 = 16 << 20;

/// How deep folders are looked into, and how many files are read.
const DEPTH: usize = 4;
const FILES: usize = 4_000_000;

/// The most reasons that are kept for records that could not be read.
const REASONS: usize = 20;

/// The records that may be about one of the subjects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump {
    advisories: Vec<Advisory>,
    /// How many records were read.
    pub records: usize,
    /// How many could not be.
    pub unreadable: usize,
    /// Some of those, as `name: reason`.
    pub reasons: Vec<String>,
}

/// Why there is no dump.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] IoError),
    /// There is nothing of the kind.
    #[error("`{0}` holds no record of a vulnerability")]
    Empty(String),
}

impl DumpError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "a dump is a zip file or a folder of JSON files in the OSV schema, one vulnerability a file"
    }
}

/// Reads a dump and keeps what may be about one of the subjects; `name` is how a person calls it.
///
/// A record that cannot be read is counted, and is no error: a dump of hundreds of thousands may hold a broken one.
pub fn open(path: &Path, name: &str, subjects: &[Subject]) -> Result<Dump, DumpError> {
    let mut dump = Dump::default();
    let keys = Keys::new(subjects);
    let mut take = |file: &str, bytes: Option<&[u8]>| dump.take(file, bytes, &keys);
    match fs::about(path)? {
        Some(about) if about.is_dir() => folder(path, &mut take)?,
        _ if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) => {
            take(name, Some(&fs::read_bounded(path, RECORD)?));
        }
        _ => zipped::files(path, RECORD, &mut |file, bytes| {
            if is_json(file) {
                take(file, bytes);
            }
        })?,
    }
    if dump.records == 0 {
        return Err(DumpError::Empty(name.to_owned()));
    }
    dump.advisories.sort_by(|a, b| a.id.cmp(&b.id));
    dump.reasons.sort();
    Ok(dump)
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

fn folder(root: &Path, take: &mut dyn FnMut(&str, Option<&[u8]>)) -> Result<(), IoError> {
    let (mut folders, mut count) = (vec![(root.to_path_buf(), String::new(), 0_usize)], 0_usize);
    while let Some((place, below, depth)) = folders.pop() {
        for entry in fs::list(&place)? {
            let (path, name) = (place.join(&entry), format!("{below}{}", terminal(entry.as_encoded_bytes())));
            let Some(about) = fs::about(&path)? else { continue };
            if about.is_dir() && depth < DEPTH {
                folders.push((path, format!("{name}/"), depth + 1));
            } else if about.is_file() && is_json(&name) && count < FILES {
                count += 1;
                take(&name, fs::read_bounded(&path, RECORD).ok().as_deref());
            }
        }
    }
    Ok(())
}

impl Dump {
    fn take(&mut self, file: &str, bytes: Option<&[u8]>, keys: &Keys) {
        let read = match bytes {
            Some(bytes) => Advisory::parse(bytes),
            None => Err(format!("it cannot be read, or has more than {RECORD} bytes")),
        };
        match read {
            Ok(Some(advisory)) => {
                self.records += 1;
                if advisory.affected.iter().any(|affected| keys.may_join(affected)) {
                    self.advisories.push(advisory);
                }
            }
            Ok(None) => self.records += 1,
            Err(reason) => {
                self.unreadable += 1;
                if self.reasons.len() < REASONS {
                    self.reasons.push(format!("{}: {}", terminal(file.as_bytes()), terminal(reason.as_bytes())));
                }
            }
        }
    }

    /// The records about a subject, the gravest first.
    pub fn about(&self, subject: &Subject) -> Vec<Hit<'_>> {
        subject.hits(self.advisories.iter())
    }

    /// How many records were kept.
    pub fn len(&self) -> usize {
        self.advisories.len()
    }

    /// True where no record was kept.
    pub fn is_empty(&self) -> bool {
        self.advisories.is_empty()
    }
}
