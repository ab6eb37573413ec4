//! A question, its answer, and the one form in which both are written.

use crate::digest;
use crate::path::RepoPath;
use crate::text::{display, lines};

/// The first line of every record.
pub(super) const FIRST: &str = "forebay.resolution/1";

/// The last line of every record: a file without it was cut off.
pub(super) const LAST: &str = "end";

/// What stands for a line feed that is not there.
pub(super) const UNFINISHED: &str = "\\ no line feed";

/// What a person was asked: exact bytes, compared for equality and for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The file in the new tree.
    pub path: RepoPath,
    /// The patch's hunks, as lines of a patch with their sign, each hunk behind a line `@@`.
    pub hunk: Vec<u8>,
    /// The old upstream text.
    pub base: Vec<u8>,
    /// The new upstream text.
    pub ours: Vec<u8>,
    /// The lines of the new upstream file before it.
    pub before: Vec<u8>,
    /// The lines behind it.
    pub after: Vec<u8>,
}

impl Question {
    /// The parts with their names, in the order in which they are written.
    pub(super) fn parts(&self) -> [(&'static str, &[u8]); 5] {
        [
            ("hunk", &self.hunk),
            ("base", &self.base),
            ("before", &self.before),
            ("ours", &self.ours),
            ("after", &self.after),
        ]
    }

    /// SHA-256 over all of it; each part goes in with its length, so that no two questions run into one.
    pub fn digest(&self) -> [u8; 32] {
        let mut all = Vec::new();
        for part in std::iter::once(self.path.as_bytes()).chain(self.parts().map(|(_, text)| text)) {
            all.extend_from_slice(&(part.len() as u64).to_be_bytes());
            all.extend_from_slice(part);
        }
        digest::sha256(&all)
    }

    /// The name of its record: 20 hexadecimal digits of the digest.
    pub fn id(&self) -> String {
        digest::hex(&self.digest()[..10])
    }
}

/// Who answered, when, for what and why; each one line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The patch's name in the queue.
    pub patch: String,
    /// The old upstream tree; empty where none was given.
    pub from: String,
    /// The new upstream tree.
    pub onto: String,
    /// Name and mail address.
    pub author: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// The reason; may be empty.
    pub why: String,
}

impl Origin {
    /// The keys of the head, in order.
    pub(super) const KEYS: [&str; 6] = ["patch", "from", "onto", "author", "date", "why"];

    pub(super) fn values(&self) -> [&str; 6] {
        [&self.patch, &self.from, &self.onto, &self.author, &self.date, &self.why]
    }

    /// Who and when, for reports.
    pub fn told(&self) -> String {
        let mut told = format!("decided by {} on {} for {}", self.author, self.date, self.onto);
        if !self.why.is_empty() {
            told.push_str(": ");
            told.push_str(&self.why);
        }
        told
    }
}

/// An edit of the new upstream file away from the place that was asked about; whole lines with their line feeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// The lines before it, which stay.
    pub before: Vec<u8>,
    /// The lines that go.
    pub old: Vec<u8>,
    /// The lines that come.
    pub new: Vec<u8>,
    /// The lines behind it, which stay.
    pub after: Vec<u8>,
}

impl Edit {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"@@\n");
        for (sign, text) in [(b' ', &self.before), (b'-', &self.old), (b'+', &self.new), (b' ', &self.after)] {
            for line in lines::split(text) {
                out.push(sign);
                out.extend_from_slice(line);
            }
        }
    }
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What was asked.
    pub question: Question,
    /// The text that stands in place of `ours`.
    pub answer: Vec<u8>,
    /// What the person changed elsewhere in the file along with it.
    pub also: Vec<Edit>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Record {
    /// The record as a file: a head of `key: value`, then the texts with a bar before every line.
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::new();
        line(&mut out, FIRST.as_bytes());
        pair(&mut out, "path", self.question.path.as_bytes());
        for (key, value) in Origin::KEYS.iter().zip(self.origin.values()) {
            pair(&mut out, key, display::terminal(value.replace('\t', " ").trim().as_bytes()).as_bytes());
        }
        line(&mut out, b"");
        for (name, text) in self.question.parts() {
            section(&mut out, name, text);
        }
        section(&mut out, "answer", &self.answer);
        let mut also = Vec::new();
        self.also.iter().for_each(|edit| edit.print(&mut also));
        section(&mut out, "also", &also);
        line(&mut out, LAST.as_bytes());
        out
    }
}

fn line(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(text);
    out.push(b'\n');
}

fn pair(out: &mut Vec<u8>, key: &str, value: &[u8]) {
    out.extend_from_slice(key.as_bytes());
    out.push(b':');
    if !value.is_empty() {
        out.push(b' ');
        out.extend_from_slice(value);
    }
    out.push(b'\n');
}

fn section(out: &mut Vec<u8>, name: &str, text: &[u8]) {
    line(out, format!("{name}:").as_bytes());
    for part in lines::split(text) {
        out.push(b'|');
        out.extend_from_slice(part);
        if !part.ends_with(b"\n") {
            out.push(b'\n');
            line(out, UNFINISHED.as_bytes());
        }
    }
}
