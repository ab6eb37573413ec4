//! The folder of records: all of it read at once, one file written at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::finding::Finding;
use crate::io::{IoError, fs};
use crate::resolution::{Question, Record, read, rules};
use crate::text::display;

/// The ending of a record's name.
const ENDING: &str = ".resolution";

/// The largest record that is read, in bytes; what a person decides is a page, not a book.
const LARGEST: u64 = 1 << 20;

/// The most records of a folder.
const MOST: usize = 20_000;

/// The folder of records below a state folder.
pub fn folder(state: &Path) -> PathBuf {
    state.join("resolutions")
}

/// All records of a folder.
#[derive(Debug, Clone, Default)]
pub struct Store {
    records: BTreeMap<[u8; 32], Stored>,
    /// What is wrong with files of the folder, sorted by name; such a file answers nothing.
    pub findings: Vec<Finding>,
}

/// A record and the name of its file.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The file's name.
    pub name: String,
    /// The record.
    pub record: Record,
}

/// What became of a record to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    New,
    /// It takes the place of another answer to the same question.
    Replaced,
    /// The same answer is there already.
    Known,
}

impl Store {
    /// Reads a folder; one that is not there is empty.
    pub fn load(folder: &Path) -> Result<Self, IoError> {
        let mut store = Self::default();
        let mut names: Vec<String> = Vec::new();
        for name in fs::list(folder)? {
            match name.into_string() {
                Ok(name) if name.ends_with(ENDING) => names.push(name),
                Ok(_) => {}
                Err(name) => store.defect(&display::terminal(name.as_encoded_bytes()), "its name is not UTF-8"),
            }
        }
        names.sort_unstable();
        for name in names.drain(MOST.min(names.len())..) {
            store.defect(&name, "the folder holds too many records");
        }
        for name in names {
            store.read(folder, name)?;
        }
        store.findings.sort();
        Ok(store)
    }

    fn read(&mut self, folder: &Path, name: String) -> Result<(), IoError> {
        let text = match fs::read_bounded(&folder.join(&name), LARGEST) {
            Ok(text) => text,
            Err(error @ (IoError::TooLarge { .. } | IoError::NotAFile { .. })) => {
                self.defect(&name, &plain(&error));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match read::parse(&text) {
            Err(defect) => self.findings.push(
                Finding::new(&rules::DEFECT, &name, "", defect.problem.clone())
                    .at(format!("{name}:{}", defect.line))
                    .hint("restore the file from version control, or delete it"),
            ),
            Ok(record) if name != file_name(&record.question) => {
                self.defect(&name, &format!("its question belongs to `{}`", file_name(&record.question)));
            }
            Ok(record) => {
                self.records.insert(record.question.digest(), Stored { name, record });
            }
        }
        Ok(())
    }

    fn defect(&mut self, name: &str, problem: &str) {
        let finding = Finding::new(&rules::DEFECT, name, problem, problem).at(name);
        self.findings.push(finding.hint("restore the file from version control, or delete it"));
    }

    /// The answer to exactly this question.
    pub fn find(&self, question: &Question) -> Option<&Record> {
        let stored = self.records.get(&question.digest())?;
        (stored.record.question == *question).then_some(&stored.record)
    }

    /// All records, by the path they are about and their name.
    pub fn all(&self) -> Vec<&Stored> {
        let mut all: Vec<&Stored> = self.records.values().collect();
        all.sort_by(|one, other| {
            (&one.record.question.path, &one.name).cmp(&(&other.record.question.path, &other.name))
        });
        all
    }

    /// True where nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// What is wrong with a file, without its path on this machine.
fn plain(error: &IoError) -> String {
    match error {
        IoError::TooLarge { size, limit, .. } => format!("it has {size} bytes, more than {limit}"),
        _ => "it is no plain file".into(),
    }
}

fn file_name(question: &Question) -> String {
    format!("{}{ENDING}", question.id())
}

/// Writes a record into the folder, which is made where it is missing.
pub fn save(folder: &Path, record: &Record) -> Result<Saved, IoError> {
    let path = folder.join(file_name(&record.question));
    let before = match fs::read_bounded(&path, LARGEST) {
        Ok(text) => read::parse(&text).ok(),
        Err(error) if error.is_not_found() => {
            fs::create_dir(folder)?;
            fs::write(&path, &record.print())?;
            return Ok(Saved::New);
        }
        Err(error) => return Err(error),
    };
    if before.is_some_and(|before| {
        before.answer == record.answer && before.also == record.also && before.question == record.question
    }) {
        return Ok(Saved::Known);
    }
    fs::write(&path, &record.print())?;
    Ok(Saved::Replaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RepoPath;
    use crate::resolution::Origin;

    fn record(ours: &str, answer: &str) -> Record {
        let question = Question {
            path: RepoPath::parse(b"a.c").unwrap(),
            hunk: b"@@\n+x\n".to_vec(),
            base: Vec::new(),
            ours: ours.into(),
            before: Vec::new(),
            after: Vec::new(),
        };
        let origin = Origin { date: "2026-01-02".into(), ..Origin::default() };
        Record { question, answer: answer.into(), also: Vec::new(), origin }
    }

    #[test]
    fn only_the_same_bytes_are_answered() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("resolutions");
        assert!(Store::load(&place).unwrap().is_empty());
        let one = record("one\n", "1\n");
        assert_eq!(save(&place, &one).unwrap(), Saved::New);
        assert_eq!(save(&place, &one).unwrap(), Saved::Known);
        assert_eq!(save(&place, &record("one\n", "eins\n")).unwrap(), Saved::Replaced);
        let store = Store::load(&place).unwrap();
        assert_eq!(store.find(&one.question).unwrap().answer, b"eins\n");
        assert_eq!(store.find(&record("one", "").question), None);
        assert!(store.findings.is_empty());
    }

    #[test]
    fn broken_records_are_findings_and_answer_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let good = record("one\n", "1\n");
        save(folder.path(), &good).unwrap();
        let text = good.print();
        std::fs::write(folder.path().join("0000.resolution"), &text).unwrap();
        std::fs::write(folder.path().join("cut.resolution"), &text[..40]).unwrap();
        std::fs::write(folder.path().join("notes.txt"), b"mine").unwrap();
        std::fs::create_dir(folder.path().join("dir.resolution")).unwrap();
        std::fs::write(folder.path().join("big.resolution"), vec![b'x'; (1 << 20) + 1]).unwrap();
        let store = Store::load(folder.path()).unwrap();
        let places: Vec<&str> = store.findings.iter().map(|finding| finding.places[0].as_str()).collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["0000.resolution", "big.resolution", "cut.resolution:4", "dir.resolution"]);
        assert_eq!(store.all().len(), 1);
    }
}
