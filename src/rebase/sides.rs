//! The texts of every hunk of a carried patch: what it met on base, ours and theirs, and what is written.
//!
//! Of a hunk that found a place, all four stand in the patch as it was and as it is written: old side and new side of the
//! two forms. Of a conflict the report has base, ours and theirs.

use crate::patch::{self, Body, FilePatch, Hunk, LineKind};
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::outcome::PatchOutcome;
use crate::rebase::report::{FileReport, HunkReport, PatchReport};
use crate::rebase::step::reversed;

/// The texts of one hunk; a side that is not known is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    /// Old upstream.
    pub base: Option<Vec<u8>>,
    /// New upstream.
    pub ours: Option<Vec<u8>>,
    /// Old upstream with the patch.
    pub theirs: Option<Vec<u8>>,
    /// The hunk that is written instead; `None` where nothing is written.
    pub written: Option<Hunk>,
}

/// The texts of all hunks, by file and hunk as in the report.
pub fn of(patch: &QueuePatch, report: &PatchReport, outcome: &PatchOutcome) -> Vec<Vec<Sides>> {
    let turned = patch.reverse.then(|| reversed(&patch.patch));
    let files = &turned.as_ref().unwrap_or(&patch.patch).files;
    let written = written(patch, outcome);
    let pairs = report.files.iter().zip(files);
    pairs.map(|(row, file)| of_file(row, file, counterpart(row, &written, patch.strip))).collect()
}

/// The file patches as they are written, in the direction in which they apply.
fn written(patch: &QueuePatch, outcome: &PatchOutcome) -> Vec<FilePatch> {
    let parsed = outcome.written.as_ref().and_then(|bytes| patch::parse(bytes).ok());
    let turn = |parsed| if patch.reverse { reversed(&parsed) } else { parsed };
    parsed.map(turn).map(|parsed| parsed.files).unwrap_or_default()
}

/// The written file patch that a row of the report speaks of.
fn counterpart<'f>(row: &FileReport, written: &'f [FilePatch], strip: usize) -> Option<&'f FilePatch> {
    let is_it = |path: &RepoPath| path.shown() == row.onto_path;
    written.iter().find(|file| {
        let paths = file.paths(strip, &|path| is_it(path));
        paths.is_ok_and(|paths| paths.old.iter().chain(&paths.new).any(is_it))
    })
}

fn of_file(row: &FileReport, file: &FilePatch, written: Option<&FilePatch>) -> Vec<Sides> {
    let hunks = |file: &FilePatch| match &file.body {
        Body::Hunks(hunks) => hunks.clone(),
        _ => Vec::new(),
    };
    let (old, new) = (hunks(file), written.map(hunks).unwrap_or_default());
    row.hunks.iter().map(|report| of_hunk(report, old.get(report.index.saturating_sub(1)), &new)).collect()
}

fn of_hunk(report: &HunkReport, hunk: Option<&Hunk>, new: &[Hunk]) -> Sides {
    if let (Some(base), Some(ours), Some(theirs)) = (&report.base, &report.ours, &report.theirs) {
        let bytes = |text: &String| Some(text.clone().into_bytes());
        return Sides { base: bytes(base), ours: bytes(ours), theirs: bytes(theirs), written: None };
    }
    let written = report.new_line.and_then(|line| new.iter().find(|hunk| covers(hunk, line))).cloned();
    Sides {
        base: hunk.map(|hunk| text(hunk, LineKind::Add)),
        ours: written.as_ref().map(|hunk| text(hunk, LineKind::Add)),
        theirs: hunk.map(|hunk| text(hunk, LineKind::Remove)),
        written,
    }
}

/// True where a hunk stands at a line (1-based) of the text before it; one without old lines stands behind its line.
fn covers(hunk: &Hunk, line: usize) -> bool {
    let start = hunk.old_start + usize::from(hunk.old_len == 0);
    (start..=start + hunk.old_len.saturating_sub(1)).contains(&line)
}

/// The hunk's lines but for those of one kind.
fn text(hunk: &Hunk, without: LineKind) -> Vec<u8> {
    let lines = hunk.lines.iter().filter(|line| line.kind != without);
    lines.flat_map(|line| line.text.iter().copied()).collect()
}
