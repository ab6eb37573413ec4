//! Places a patch's edits in a new version of a file: three-way where the true base is known, a ladder where that conflicts.
//!
//! The words are fixed: *base* is old upstream, *ours* new upstream, *theirs* old upstream with the patch. The patch's
//! own hunks are theirs, so no difference between base and theirs is ever computed. The flow:
//!
//! 1. [`edits`] locates the hunks in base and turns them into [`Edit`]s.
//! 2. [`align`] finds upstream's changes from base to ours and pairs them with the edits.
//! 3. Edits that touch no change move along; the others form a [`Region`], which the [`ladder`] tries to resolve.
//! 4. What is left is a [`Conflict`], which [`conflict`] prints with markers.

pub mod absorbed;
pub mod align;
pub mod balance;
pub mod conflict;
pub mod doubt;
pub mod edits;
pub(crate) mod facts;
pub mod file;
pub mod gone;
pub mod home;
pub mod kinds;
pub mod ladder;
pub mod locate;
pub mod made;
pub mod opinion;
pub mod order;
pub mod parts;
pub mod repeat;
pub mod rungs;
pub mod stale;
#[cfg(test)]
pub(crate) mod testing;
pub mod tokens;
pub mod unit;
pub mod upstream;

use std::ops::Range;

use crate::text::lines;

/// A line with its ending, borrowed from one of the texts.
pub type Line<'a> = &'a [u8];

/// How sure a placement is; the order is from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Proved: exact place, or a clean three-way with the true base.
    A,
    /// Safe by a stated rule.
    B,
    /// Plausible; a person must look.
    C,
}

/// One run of removed and added lines of a hunk, in base coordinates, without common lines at either end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit<'a> {
    /// The hunk it comes from, counted from 0.
    pub hunk: usize,
    /// The base lines it removes.
    pub base: Range<usize>,
    /// The lines it puts there.
    pub lines: Vec<Line<'a>>,
}

/// Edits and upstream changes that touch each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The base lines that either side changes.
    pub base: Range<usize>,
    /// What stands there in ours.
    pub ours: Range<usize>,
    /// The edits, as indices.
    pub edits: Range<usize>,
    /// Upstream's changes, as indices.
    pub changes: Range<usize>,
}

/// A replacement in ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The hunk it belongs to, counted from 0.
    pub hunk: usize,
    /// The lines of ours it removes.
    pub ours: Range<usize>,
    /// The lines it puts there.
    pub lines: Vec<Line<'a>>,
}

/// What a rung of the ladder found for a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution<'a> {
    /// The replacements in ours; none where all of it is already upstream.
    pub placed: Vec<Placed<'a>>,
    /// How sure.
    pub grade: Grade,
    /// The facts it rests on.
    pub evidence: Vec<String>,
    /// Lines of ours that are deleted although the patch never named them.
    pub swallowed: Vec<Line<'a>>,
    /// True where the edits are wholly upstream already.
    pub absorbed: bool,
}

/// What became of one hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HunkResult {
    /// How its edits fared.
    pub fate: Fate,
    /// The weakest grade of its edits; `None` for a conflict.
    pub grade: Option<Grade>,
    /// The rung of its hardest edit.
    pub rung: &'static str,
    /// The rungs tried for its hardest edit.
    pub tried: Vec<&'static str>,
    /// The facts.
    pub evidence: Vec<String>,
    /// Upstream lines deleted too, from all its edits.
    pub swallowed: Vec<Vec<u8>>,
    /// The first line (0-based) of base that the hunk speaks of.
    pub base_line: usize,
    /// The hunk's conflict as an index into [`FileMerge::conflicts`].
    pub conflict: Option<usize>,
}

impl HunkResult {
    /// The result of a hunk that applies at the very line its header names.
    pub fn exact(hunk: &crate::patch::Hunk) -> Self {
        Self {
            fate: Fate::Clean,
            grade: Some(Grade::A),
            rung: "exact",
            tried: vec!["exact"],
            evidence: Vec::new(),
            swallowed: Vec::new(),
            base_line: locate::header_line(hunk),
            conflict: None,
        }
    }
}

/// How a hunk fared, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// All edits moved along unchanged.
    Clean,
    /// Some edits were already upstream, the others moved along.
    PartlyAbsorbed,
    /// All edits were already upstream.
    Absorbed,
    /// A rung beyond three-way placed an edit.
    Resolved,
    /// An edit has no place.
    Conflict,
}

/// A place that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<'a> {
    /// The hunks in it, counted from 0.
    pub hunks: Vec<usize>,
    /// Where it stands in ours (an empty range where the patch's place is only a guess).
    pub ours: Range<usize>,
    /// Base text.
    pub base_lines: Vec<Line<'a>>,
    /// Theirs text.
    pub theirs_lines: Vec<Line<'a>>,
    /// First base line, 0-based.
    pub base_start: usize,
    /// What stands in the way, in one sentence.
    pub why: String,
    /// True where what the patch changes is nowhere in ours.
    pub gone: bool,
}

impl Conflict<'_> {
    /// How many lines the patch would have changed here.
    pub fn weight(&self) -> usize {
        let changes = crate::text::diff::changes(&self.base_lines, &self.theirs_lines);
        changes.iter().map(|change| change.old.len() + change.new.len()).sum()
    }
}

/// The merge of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMerge<'a> {
    /// All replacements in ours, sorted, not overlapping.
    pub placed: Vec<Placed<'a>>,
    /// One entry a hunk.
    pub hunks: Vec<HunkResult>,
    /// The open places, sorted by their place in ours.
    pub conflicts: Vec<Conflict<'a>>,
    /// How much of each hunk is upstream, where that had to be found out.
    pub traces: Option<Vec<absorbed::Trace>>,
}

impl FileMerge<'_> {
    /// Ours with all replacements made (conflicting hunks left out).
    pub fn result(&self, ours: &[Line<'_>]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut next = 0;
        for placed in &self.placed {
            lines::append(&mut out, &ours[next..placed.ours.start]);
            lines::append(&mut out, &placed.lines);
            next = placed.ours.end;
        }
        lines::append(&mut out, &ours[next..]);
        out
    }
}
