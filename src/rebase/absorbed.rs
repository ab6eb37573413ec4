//! Judges whether a whole patch is already upstream although not every hunk could be proved so by itself.
//!
//! Upstream often took a patch in a slightly later form, so that a few lines differ and hunks conflict. The verdict rests on
//! all hunks together: nearly all lines that the patch adds are new upstream, nearly all that it removes are gone, no hunk
//! of weight is missing, and no hunk that would still apply brings anything new. Tests, documents and change logs may stand
//! upstream in another form as long as the code is there. A patch that is left out wrongly is the worst error of a rebase,
//! so whatever is doubtful stays a conflict with a note.

use crate::merge::absorbed::{self, Sides, Trace};
use crate::merge::file::MOST_HUNKS;
use crate::merge::{Fate, Grade, kinds};
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

/// Significant added lines from which on tests and documents speak for the code too.
const LEAST_WITH_TESTS: usize = 12;

/// Significant added lines from which on a hunk must be there for the most part.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// Proved to be upstream.
    Upstream,
    /// Met upstream's changes and has no place, or one by a rung of the ladder only.
    Conflict,
    /// Upstream took some of its edits word for word, and the others still have their place.
    Partly,
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
    let decided = |carried: &Carried| match carried.step.whole {
        Whole::Conflict => false,
        Whole::Absorbed => true,
        _ => carried.exact,
    };
    let decided = carried.iter().all(decided);
    let made_by_a_program = |file: &FilePatch| matches!(&file.body, Body::Hunks(hunks) if hunks.len() > MOST_HUNKS);
    if decided || files.iter().any(made_by_a_program) {
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
        // A line that several hunks add is upstream for those first that are proved to be, and last for those that apply.
        let standings: Vec<Standing> = (0..hunks.len()).map(|index| standing(step, index)).collect();
        let mut order: Vec<usize> = (0..hunks.len()).collect();
        order.sort_by_key(|&index| standings[index]);
        let known = step.traces.clone().filter(|_| order.is_sorted());
        let traces = known.unwrap_or_else(|| traces(hunks, &carried.seen, order));
        for (trace, standing) in traces.into_iter().zip(standings) {
            let trace = if standing == Standing::Upstream { full(trace) } else { trace };
            pieces.push(Piece { file: number, trace, standing, kind });
        }
    }
    Some(pieces)
}

fn standing(step: &FileStep, hunk: usize) -> Standing {
    match (step.whole, step.hunks.get(hunk).map(|hunk| hunk.fate)) {
        (Whole::Absorbed, _) | (_, Some(Fate::Absorbed)) => Standing::Upstream,
        (_, Some(Fate::Conflict | Fate::Resolved)) | (Whole::Conflict, None) => Standing::Conflict,
        (_, Some(Fate::PartlyAbsorbed)) => Standing::Partly,
        _ => Standing::Applies,
    }
}

/// A hunk that is proved to be upstream counts in full.
fn full(trace: Trace) -> Trace {
    Trace { found: trace.added, alike: 0, gone: trace.removed, ..trace }
}

fn traces(hunks: &[Hunk], seen: &Seen, order: Vec<usize>) -> Vec<Trace> {
    let of = |file: &Option<File>| file.as_ref().map(|file| file.data.clone());
    let (base, ours, old) = (of(&seen.base), of(&seen.ours), of(&seen.old.clone().filter(|_| seen.old != seen.base)));
    let base = base.as_ref().map(|data| lines::split(data)).unwrap_or_default();
    let ours = ours.as_ref().map(|data| lines::split(data)).unwrap_or_default();
    let old = old.as_ref().map(|data| lines::split(data));
    absorbed::traces_in_order(hunks, &Sides { base: &base, ours: &ours, old: old.as_deref() }, &[], order)
}

/// Tests, documents and change logs, told by the names that all ecosystems share.
fn kind(path: &RepoPath) -> Kind {
    let text = path.as_bytes().to_ascii_lowercase();
    let mut parts: Vec<&[u8]> = text.split(|&byte| byte == b'/').collect();
    let name = parts.pop().unwrap_or_default();
    if kinds::is_log(name) {
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
    let (core, other): (Vec<Piece>, Vec<Piece>) = pieces.iter().partition(|piece| !code || piece.kind == Kind::Code);
    let (total, rest) = (sum(&core), sum(&other));
    let mut fact = total.fact();
    if rest.added + rest.removed > 0 && !rest.complete() {
        fact = format!("{fact}; in tests and documents {}", rest.fact());
    }
    let weighed = enough(&total, &total.plus(rest)) && whole_files(&core) && core.iter().all(fits) && replaced(&core);
    if (weighed || proved(&core)) && other.iter().all(excused) {
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

/// True where every hunk was proved by itself, apart from conflicts about white space alone.
fn proved(core: &[Piece]) -> bool {
    core.iter().any(|piece| piece.standing == Standing::Upstream && piece.trace.strong > 0)
        && core.iter().all(|piece| match piece.standing {
            Standing::Upstream => true,
            Standing::Conflict => piece.trace.cosmetic,
            Standing::Partly | Standing::Applies => false,
        })
}

/// True where the lines found are enough: `total` for the code, `all` with tests and documents.
fn enough(total: &Trace, all: &Trace) -> bool {
    if total.strong == 0 || all.strong < LEAST_STRONG {
        return false;
    }
    let nearly_all = share(all.found + all.alike, all.added, 90) && all.added >= LEAST_WITH_TESTS;
    if total.added < LEAST_FOR_SHARE {
        let missing = total.added - total.found - total.alike;
        return total.gone == total.removed && total.alike <= 1 && (missing == 0 || (missing == 1 && nearly_all));
    }
    let there = total.found + total.alike;
    let found = share(total.found, total.added, 85)
        || (share(there, total.added, 95) && share(total.found, total.added, 60))
        || (share(total.found, total.added, 80) && share(all.found, all.added, 95));
    let still = total.removed - total.gone;
    found && (share(total.gone, total.removed, 85) || still * 20 <= total.added)
}

/// True where `part` is at least so many percent of `all`.
fn share(part: usize, all: usize, percent: usize) -> bool {
    part.saturating_mul(100) >= all.saturating_mul(percent)
}

/// True where a hunk does not speak against the verdict; one that would still apply must write lines a second time.
fn fits(piece: &Piece) -> bool {
    let trace = &piece.trace;
    let there = trace.found + trace.alike;
    match piece.standing {
        Standing::Upstream => true,
        Standing::Partly | Standing::Applies if trace.added == 0 => trace.cosmetic,
        Standing::Partly | Standing::Applies if trace.complete() => true,
        // What upstream took word for word, it would have taken whole; the rest was left out.
        Standing::Partly => false,
        Standing::Applies => trace.strong >= OF_WEIGHT && trace.gone == trace.removed && share(there, trace.added, 90),
        Standing::Conflict => trace.added < OF_WEIGHT || share(there, trace.added, 50),
    }
}

/// The same for tests, documents and change logs when the code is upstream.
fn excused(piece: &Piece) -> bool {
    !matches!(piece.standing, Standing::Applies | Standing::Partly) || piece.kind == Kind::Log || fits(piece)
}

/// True where no file of weight is missing for the most part.
fn whole_files(pieces: &[Piece]) -> bool {
    let all = sum(pieces).added;
    pieces.chunk_by(|a, b| a.file == b.file).all(|chunk| {
        let trace = sum(chunk);
        let there = trace.found + trace.alike;
        trace.added < LEAST_FOR_SHARE || share(there, trace.added, 50) || (trace.added - there) * 20 <= all
    })
}

/// True where hunks of which nothing was found speak of code that upstream replaced, and not of something of our own.
///
/// One lone line may have been put otherwise; more than that which only adds is likely downstream's.
fn replaced(core: &[Piece]) -> bool {
    let missing = |piece: &&Piece| {
        let trace = &piece.trace;
        piece.standing == Standing::Conflict && trace.added > 0 && trace.found + trace.alike == 0
    };
    let mut inserted = 0;
    core.iter().filter(missing).all(|piece| {
        if piece.trace.removed == 0 {
            inserted += piece.trace.added;
        }
        piece.trace.gone == piece.trace.removed && inserted <= 1
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
    step.more.clear();
    step.texts.clear();
    for hunk in step.hunks.iter_mut().filter(|hunk| hunk.fate != Fate::Absorbed) {
        hunk.fate = Fate::Absorbed;
        hunk.grade = hunk.grade.max(Some(Grade::B));
        hunk.rung = "absorbed-patch";
        hunk.tried.push("absorbed-patch");
        hunk.conflict = None;
    }
}
