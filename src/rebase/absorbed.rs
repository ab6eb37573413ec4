//! Judges whether a whole patch is already upstream although not every hunk could be proved so by itself.
//!
//! Upstream often took a patch in a slightly later form, so that a few lines differ and hunks conflict. The verdict rests on
//! all hunks together: nearly all lines that the patch adds are new upstream, nearly all that it removes are gone, no hunk
//! of weight is missing, and no hunk that would still apply brings anything new. Tests, documents and change logs may stand
//! upstream in another form as long as the code is there. A patch that is left out wrongly is the worst error of a rebase,
//! so whatever is doubtful stays a conflict with a note.

use crate::merge::absorbed::{self, Sides, Trace};
use crate::merge::{Fate, Grade};
use crate::patch::{Body, FilePatch, Hunk};
use crate::path::RepoPath;
use crate::rebase::file_step::{FileStep, Rewrite, Whole};
use crate::rebase::step::Carried;
use crate::text::lines;
use crate::tree::File;

/// Rare lines that must be upstream.
const LEAST_STRONG: usize = 3;

/// Significant lines from which on a share may be missing.
const LEAST_FOR_SHARE: usize = 8;

/// Significant added lines from which on a hunk or file must be there for the most part.
const OF_WEIGHT: usize = 4;

/// The files that a file patch was judged by.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Old upstream with the patches before.
    pub base: Option<File>,
    /// New upstream with the patches written so far.
    pub ours: Option<File>,
    /// Old upstream without any patch.
    pub old: Option<File>,
}

/// How a hunk stands before the patch is judged as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Proved to be upstream.
    Upstream,
    /// Has no place.
    Conflict,
    /// Would still apply.
    Applies,
}

/// One hunk with all that counts.
#[derive(Debug, Clone, Copy)]
struct Piece {
    file: usize,
    trace: Trace,
    standing: Standing,
    kind: Kind,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    /// Tests and documents.
    Secondary,
    /// Change logs, which are written anew for every release.
    Log,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    Absorbed(String),
    Looks(String),
    Nothing,
}

/// Marks all files of a patch as absorbed where the patch is upstream as a whole.
pub fn judge(files: &[FilePatch], carried: &mut [Carried]) {
    let decided = carried.iter().all(|carried| carried.exact || carried.step.whole == Whole::Absorbed);
    if decided {
        return;
    }
    let Some(pieces) = pieces(files, carried) else { return };
    match weigh(&pieces) {
        Finding::Absorbed(fact) => carried.iter_mut().for_each(|carried| mark(&mut carried.step, &fact)),
        Finding::Looks(fact) => {
            for carried in carried.iter_mut().filter(|carried| carried.step.whole == Whole::Conflict) {
                carried.step.evidence.push(format!("looks upstream already: {fact}"));
            }
        }
        Finding::Nothing => {}
    }
}

/// All hunks; `None` where a change without lines is not upstream.
fn pieces(files: &[FilePatch], carried: &[Carried]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    for (number, (file, carried)) in files.iter().zip(carried).enumerate() {
        let step = &carried.step;
        let Body::Hunks(hunks) = &file.body else {
            if step.whole == Whole::Absorbed {
                continue;
            }
            return None;
        };
        let kind = kind(&step.onto);
        for (index, trace) in traces(hunks, &carried.seen).into_iter().enumerate() {
            let standing = standing(step, index);
            let trace = if standing == Standing::Upstream { full(trace) } else { trace };
            pieces.push(Piece { file: number, trace, standing, kind });
        }
    }
    Some(pieces)
}

fn standing(step: &FileStep, hunk: usize) -> Standing {
    match (step.whole, step.hunks.get(hunk).map(|hunk| hunk.fate)) {
        (Whole::Absorbed, _) | (_, Some(Fate::Absorbed)) => Standing::Upstream,
        (_, Some(Fate::Conflict)) | (Whole::Conflict, None) => Standing::Conflict,
        _ => Standing::Applies,
    }
}

/// A hunk that is proved to be upstream counts in full.
fn full(trace: Trace) -> Trace {
    Trace { found: trace.added, alike: 0, gone: trace.removed, ..trace }
}

fn traces(hunks: &[Hunk], seen: &Seen) -> Vec<Trace> {
    let of = |file: &Option<File>| file.as_ref().map(|file| file.data.clone());
    let (base, ours, old) = (of(&seen.base), of(&seen.ours), of(&seen.old));
    let base = base.as_ref().map(|data| lines::split(data)).unwrap_or_default();
    let ours = ours.as_ref().map(|data| lines::split(data)).unwrap_or_default();
    let old = old.as_ref().map(|data| lines::split(data));
    absorbed::traces(hunks, &Sides { base: &base, ours: &ours, old: old.as_deref() }, &[])
}

/// Tests, documents and change logs, told by the names that all ecosystems share.
fn kind(path: &RepoPath) -> Kind {
    let text = path.as_bytes().to_ascii_lowercase();
    let mut parts: Vec<&[u8]> = text.split(|&byte| byte == b'/').collect();
    let name = parts.pop().unwrap_or_default();
    let logs: [&[u8]; 5] = [b"changelog", b"changes", b"news", b"history", b"release-notes"];
    if logs.iter().any(|log| name.starts_with(log)) {
        return Kind::Log;
    }
    let folders: [&[u8]; 9] = [b"test", b"tests", b"testsuite", b"spec", b"specs", b"t", b"doc", b"docs", b"po"];
    let endings: [&[u8]; 8] = [b".md", b".rst", b".txt", b".texi", b".po", b".pod", b".adoc", b".html"];
    let manual = name.len() > 2 && name[name.len() - 2] == b'.' && name[name.len() - 1].is_ascii_digit();
    let folder = parts.iter().any(|part| folders.contains(part));
    if folder || manual || endings.iter().any(|ending| name.ends_with(ending)) { Kind::Secondary } else { Kind::Code }
}

fn weigh(pieces: &[Piece]) -> Finding {
    let weight = |piece: &&Piece| piece.trace.added + piece.trace.removed > 0;
    let code = pieces.iter().filter(weight).any(|piece| piece.kind == Kind::Code);
    let core: Vec<Piece> = pieces.iter().filter(|piece| !code || piece.kind == Kind::Code).copied().collect();
    let total = sum(&core);
    let mut fact = total.fact();
    let other: Vec<Piece> = pieces.iter().filter(|piece| code && piece.kind != Kind::Code).copied().collect();
    let rest = sum(&other);
    if rest.added + rest.removed > 0 && !rest.complete() {
        fact.push_str(&format!("; in tests and documents {}", rest.fact()));
    }
    if enough(&total) && core.iter().all(fits) && whole_files(&core) && other.iter().all(excused) {
        return Finding::Absorbed(fact);
    }
    if total.strong >= LEAST_STRONG && total.found * 10 >= total.added * 6 && total.gone * 2 >= total.removed {
        return Finding::Looks(fact);
    }
    Finding::Nothing
}

fn sum<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> Trace {
    pieces.into_iter().fold(Trace::default(), |sum, piece| sum.plus(piece.trace))
}

/// True where the lines found are enough for the patch as a whole.
fn enough(total: &Trace) -> bool {
    if total.strong < LEAST_STRONG {
        return false;
    }
    if total.added < LEAST_FOR_SHARE {
        return total.complete() && total.alike <= 1;
    }
    let still = total.removed - total.gone;
    let there = total.found + total.alike;
    let added = total.found * 100 >= total.added * 85 || (there * 100 >= total.added * 95 && total.found * 10 >= total.added * 6);
    added && (still * 100 <= total.removed * 15 || still * 20 <= total.added)
}

/// True where a hunk does not speak against the verdict.
fn fits(piece: &Piece) -> bool {
    let trace = &piece.trace;
    match piece.standing {
        Standing::Upstream => true,
        Standing::Applies => trace.complete(),
        Standing::Conflict => trace.added < OF_WEIGHT || (trace.found + trace.alike) * 2 >= trace.added,
    }
}

/// The same for tests, documents and change logs when the code is upstream.
fn excused(piece: &Piece) -> bool {
    piece.standing != Standing::Applies || piece.kind == Kind::Log || piece.trace.complete()
}

/// True where no file of weight is missing for the most part.
fn whole_files(pieces: &[Piece]) -> bool {
    pieces.chunk_by(|a, b| a.file == b.file).all(|chunk| {
        let trace = sum(chunk);
        trace.added < OF_WEIGHT || (trace.found + trace.alike) * 10 >= trace.added * 6
    })
}

fn mark(step: &mut FileStep, fact: &str) {
    if step.whole != Whole::Absorbed {
        step.evidence.insert(0, format!("the whole patch is upstream: {fact}"));
    }
    step.whole = Whole::Absorbed;
    step.grade = step.grade.max(Some(Grade::B));
    step.conflict = None;
    step.written = Rewrite::Nothing;
    step.texts.clear();
    for hunk in step.hunks.iter_mut().filter(|hunk| hunk.fate != Fate::Absorbed) {
        hunk.fate = Fate::Absorbed;
        hunk.grade = hunk.grade.max(Some(Grade::B));
        hunk.rung = "absorbed-patch";
        hunk.tried.push("absorbed-patch");
        hunk.conflict = None;
    }
}
