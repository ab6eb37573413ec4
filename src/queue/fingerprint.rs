//! What a file patch changes, without its place: lines in order, white space evened out.
//!
//! Two patches with the same payload do the same thing, however their context and line numbers differ. The lines added
//! alone make a second, weaker print: where upstream changed what a patch removes, two queues still add the same lines.

use crate::digest;
use crate::patch::{Body, FilePatch, LineKind};
use crate::path::RepoPath;
use crate::queue::QueuePatch;

/// The removed and added lines of a file patch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payload {
    /// The lines it removes, in order, evened out; empty lines are left out.
    pub removed: Vec<Vec<u8>>,
    /// The lines it adds, likewise.
    pub added: Vec<Vec<u8>>,
}

impl Payload {
    /// The payload of a file patch; `None` where its body is no text.
    pub fn of(file: &FilePatch) -> Option<Self> {
        let Body::Hunks(hunks) = &file.body else { return None };
        let mut payload = Self::default();
        for line in hunks.iter().flat_map(|hunk| &hunk.lines) {
            let text = evened(&line.text);
            match line.kind {
                _ if text.is_empty() => {}
                LineKind::Remove => payload.removed.push(text),
                LineKind::Add => payload.added.push(text),
                LineKind::Context => {}
            }
        }
        Some(payload)
    }

    /// True where it changes no line that says anything.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    /// The print of the added lines; `None` where it adds none.
    pub fn added_print(&self) -> Option<[u8; 32]> {
        (!self.added.is_empty()).then(|| print(&self.added))
    }
}

fn print(lines: &[Vec<u8>]) -> [u8; 32] {
    digest::sha256(&lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect::<Vec<u8>>())
}

/// A line without white space at its ends, and one blank for each run inside.
fn evened(line: &[u8]) -> Vec<u8> {
    let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// The file patches of a patch in the direction in which they apply.
pub fn files(patch: &QueuePatch) -> Vec<FilePatch> {
    if patch.reverse { patch.patch.files.iter().map(FilePatch::reversed).collect() } else { patch.patch.files.clone() }
}

/// The file that a file patch is about: the one after it, or the one that it deletes.
pub fn path_of(file: &FilePatch, strip: usize) -> Option<RepoPath> {
    let paths = file.paths(strip, &|_| false).ok()?;
    paths.new.or(paths.old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> Payload {
        Payload::of(&crate::patch::parse(text.as_bytes()).unwrap().files[0]).unwrap()
    }

    #[test]
    fn place_context_and_white_space_do_not_count() {
        let one = payload("--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n a\n-b  c\n+d\n+\n z\n");
        let other = payload("--- a/y\n+++ b/y\n@@ -70,3 +70,3 @@\n other\n-\tb c\n+  d\n lines\n");
        assert_eq!(one, other);
        assert_eq!(one.added_print(), other.added_print());
        let removes_more = payload("--- a/y\n+++ b/y\n@@ -70,2 +70,1 @@\n-b c\n-q\n+d\n");
        assert_ne!(one, removes_more);
        assert_eq!(one.added_print(), removes_more.added_print());
        assert_eq!(payload("--- a/y\n+++ b/y\n@@ -7,1 +6,0 @@\n-b\n").added_print(), None);
    }
}
