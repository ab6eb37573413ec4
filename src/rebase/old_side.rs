//! Replays a file patch on the old side: what base becomes with the patch.

use std::sync::Arc;

use crate::merge::{Line, edits};
use crate::patch::{self, Body, FilePatch, Operation};
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::intent::Intent;
use crate::text::lines;
use crate::tree::{File, Mode};

/// The old side of a file patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldSide {
    /// Before; `None` where the file does not exist.
    pub base: Option<File>,
    /// After; `None` where it is deleted.
    pub theirs: Option<File>,
    /// True where every hunk lies exactly where it says.
    pub exact: bool,
    /// Why `theirs` cannot be told, where it cannot.
    pub problem: Option<String>,
}

/// The old side of a file patch that was made from a commit: what the commit itself says.
///
/// `None` where the patch is none or the file does not stand as it did before the commit.
pub fn of_commit(patch: &QueuePatch, intent: &Intent, file: &FilePatch, base: Option<&File>) -> Option<OldSide> {
    let changes = patch.exact.as_ref()?;
    let change = |path: &RepoPath| {
        let at = changes.binary_search_by(|change| change.path.cmp(path)).ok()?;
        changes.get(at)
    };
    let before = match intent.source() {
        Some(path) => change(path)?.before.as_ref(),
        None => None,
    };
    let theirs = match intent.target() {
        Some(path) => Some(change(path)?.after.clone()?),
        None => None,
    };
    let exact = matches!(file.body, Body::Hunks(_));
    (before == base).then(|| OldSide { base: base.cloned(), theirs, exact, problem: None })
}

/// Applies `file` to `base`; hunks that do not fit are left out (the merge reports them).
pub fn replay(file: &FilePatch, base: Option<File>) -> OldSide {
    let data: &[u8] = base.as_ref().map_or(&[], |file| &file.data);
    let mode = mode_after(file, base.as_ref());
    let deleted = file.header.operation == Operation::Delete;
    let mut exact = false;
    let content: Result<Vec<u8>, String> = match &file.body {
        Body::Empty => Ok(data.to_vec()),
        Body::Hunks(hunks) => {
            let strict = patch::apply::apply_exact(data, hunks);
            exact = strict.is_ok();
            Ok(strict.unwrap_or_else(|_| apply(hunks, data)))
        }
        Body::Binary(binary) => binary.forward.apply(data).map_err(|error| error.to_string()),
        Body::BinaryDiffers(_) => Err("the patch says that binary files differ but does not hold their content".into()),
    };
    let (theirs, problem) = match content {
        _ if deleted => (None, None),
        Ok(content) => (Some(File { mode, data: Arc::from(content) }), None),
        Err(problem) => (base.clone(), Some(problem)),
    };
    OldSide { base, theirs, exact, problem }
}

fn apply(hunks: &[patch::Hunk], data: &[u8]) -> Vec<u8> {
    let base = lines::split(data);
    let side = edits::on_base(hunks, &base);
    let mut out = Vec::with_capacity(data.len());
    let mut next = 0;
    let mut copy = |lines: &[Line<'_>]| lines::append(&mut out, lines);
    for edit in &side.edits {
        copy(&base[next..edit.base.start]);
        copy(&edit.lines);
        next = edit.base.end;
    }
    copy(&base[next..]);
    out
}

/// The file's mode after the patch: the one the header names, else the one before.
pub fn mode_after(file: &FilePatch, base: Option<&File>) -> Mode {
    let header = &file.header;
    match header.new_mode {
        // An `index` line names the mode of the file; only `old mode`/`new mode` lines change it.
        Some(mode) if base.is_none() || header.old_mode != header.new_mode => mode_of(mode),
        _ => base.map_or(Mode::Regular, |file| file.mode),
    }
}

/// The mode that git's number means; files of other kinds count as regular.
pub fn mode_of(number: u32) -> Mode {
    match number {
        0o120_000 => Mode::Symlink,
        0o160_000 => Mode::Submodule,
        number if number & 0o111 != 0 => Mode::Executable,
        _ => Mode::Regular,
    }
}
