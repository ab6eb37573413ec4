//! The ladder: what is tried, in order, on a region where the patch and upstream touched the same lines.
//!
//! Each rung is one function in a file of its own under [`super::rungs`]; the names tried are the evidence shown. A
//! region is first split into [`parts`]: edits that only lie beside upstream's changes need no more than their place,
//! and what really overlaps is smaller than what touches. Only where a part stays open is the region tried whole.

use crate::merge::locate::Text;
use crate::merge::made::Made;
use crate::merge::{Edit, Grade, Line, Region, Resolution, align, doubt, parts, rungs};
use crate::path::RepoPath;
use crate::text::diff::Change;

/// All a rung may look at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c, 'a> {
    /// The file's path in the new tree; its ending tells the kind of text.
    pub path: &'c RepoPath,
    /// All of base.
    pub base: &'c [Line<'a>],
    /// All of ours.
    pub ours: &'c [Line<'a>],
    /// All edits of the file patch.
    pub edits: &'c [Edit<'a>],
    /// All changes from base to ours.
    pub changes: &'c [Change],
    /// The region in question.
    pub region: &'c Region,
    /// The region's text on theirs.
    pub theirs: &'c [Line<'a>],
    /// Keeps lines that are neither in base nor in ours nor in the patch.
    pub made: &'a Made,
    /// All of base, for searching.
    pub in_base: &'c Text<'c, 'a>,
    /// All of ours, for searching.
    pub in_ours: &'c Text<'c, 'a>,
}

impl<'c, 'a> Case<'c, 'a> {
    /// The region's text in base.
    pub fn base_text(&self) -> &'c [Line<'a>] {
        &self.base[self.region.base.clone()]
    }

    /// The region's text in ours.
    pub fn ours_text(&self) -> &'c [Line<'a>] {
        &self.ours[self.region.ours.clone()]
    }

    /// The region's edits.
    pub fn region_edits(&self) -> &'c [Edit<'a>] {
        &self.edits[self.region.edits.clone()]
    }

    /// The edit and upstream's change, where each side does nothing but insert once, at one point.
    pub fn two_insertions(&self) -> Option<(&'c Edit<'a>, &'c Change)> {
        let ([edit], [change]) = (self.region_edits(), self.region_changes()) else { return None };
        (edit.base.is_empty() && change.old.is_empty()).then_some((edit, change))
    }

    /// The region's changes by upstream.
    pub fn region_changes(&self) -> &'c [Change] {
        &self.changes[self.region.changes.clone()]
    }
}

/// Tries to resolve a region; `None` where the rung does not apply or its guard refuses.
pub type Rung = for<'c, 'a> fn(&Case<'c, 'a>) -> Option<Resolution<'a>>;

/// The rungs in order, with the names under which reports show them.
pub const LADDER: &[(&str, Rung)] = &[
    ("absorbed", rungs::absorbed::resolve),
    ("adjacent", rungs::adjacent::resolve),
    ("spacing", rungs::spacing::resolve),
    ("list", rungs::list::resolve),
    ("log", rungs::log::resolve),
    ("table", rungs::table::resolve),
    ("same-point", rungs::same_point::resolve),
    ("token", rungs::token::resolve),
    ("aligned", rungs::aligned::resolve),
    ("moved", rungs::moved::resolve),
    ("delete-intent", rungs::delete_intent::resolve),
];

/// What [`climb`] finds: the rung with its resolution, and the names of all tried.
pub type Found<'a> = (Option<(&'static str, Resolution<'a>)>, Vec<&'static str>);

/// The first rung alone.
pub fn equal_only<'a>(case: &Case<'_, 'a>) -> Found<'a> {
    (rungs::absorbed::resolve(case).map(|found| ("absorbed", found)), vec!["three-way", "absorbed"])
}

/// The first rung that resolves the case, and the names of all tried.
pub fn climb<'a>(case: &Case<'_, 'a>) -> Found<'a> {
    let mut tried = vec!["three-way"];
    if let Some(resolution) = rungs::absorbed::resolve(case) {
        tried.push("absorbed");
        return (Some(("absorbed", resolution)), tried);
    }
    let parts = parts::split(case);
    let found = if parts.len() > 1 || parts.first().is_some_and(|part| part != case.region) {
        in_parts(case, &parts, &mut tried)
    } else {
        None
    };
    let found = found.or_else(|| one(case, &mut tried));
    let found = found.map(|(name, mut resolution)| {
        doubt::replaced_words(case, &mut resolution);
        doubt::half_blocks(case, &mut resolution);
        (name, resolution)
    });
    (found, tried)
}

/// Resolves every part on its own; `None` as soon as one stays open. The name is that of the hardest part's rung.
pub fn in_parts<'a>(
    case: &Case<'_, 'a>,
    parts: &[Region],
    tried: &mut Vec<&'static str>,
) -> Option<(&'static str, Resolution<'a>)> {
    let mut whole: Option<(&'static str, Resolution<'a>)> = None;
    for part in parts {
        let theirs = align::theirs_text(case.base, case.edits, part);
        let (name, found) = one(&Case { region: part, theirs: &theirs, ..*case }, tried)?;
        whole = Some(match whole {
            None => (name, found),
            Some((other, sum)) => (harder(other, name), add(sum, found)),
        });
    }
    whole
}

/// The first rung whose answer needs no person, else the first that answers at all.
fn one<'a>(case: &Case<'_, 'a>, tried: &mut Vec<&'static str>) -> Option<(&'static str, Resolution<'a>)> {
    if case.region.changes.is_empty() {
        if !tried.contains(&"adjacent") {
            tried.push("adjacent");
        }
        return rungs::adjacent::resolve(case).map(|found| ("adjacent", found));
    }
    let mut doubtful = None;
    for (name, rung) in LADDER {
        if !tried.contains(name) {
            tried.push(name);
        }
        match rung(case) {
            Some(found) if found.grade < Grade::C => return Some((name, found)),
            Some(found) if doubtful.is_none() => doubtful = Some((*name, found)),
            _ => {}
        }
    }
    doubtful
}

/// The rung that stands later in the ladder.
fn harder(one: &'static str, other: &'static str) -> &'static str {
    let rank = |name: &str| LADDER.iter().position(|(known, _)| *known == name);
    if rank(one) >= rank(other) { one } else { other }
}

/// Both together; what is half upstream already may be so in another form, so that a person looks.
fn add<'a>(mut sum: Resolution<'a>, other: Resolution<'a>) -> Resolution<'a> {
    sum.placed.extend(other.placed);
    sum.grade = sum.grade.max(other.grade);
    if sum.absorbed != other.absorbed {
        sum.grade = Grade::C;
    }
    sum.evidence.extend(other.evidence);
    sum.swallowed.extend(other.swallowed);
    sum.absorbed &= other.absorbed;
    sum
}

/// A resolution with nothing swallowed and nothing absorbed.
pub fn resolution(placed: Vec<crate::merge::Placed<'_>>, grade: Grade, evidence: String) -> Resolution<'_> {
    Resolution { placed, grade, evidence: vec![evidence], swallowed: Vec::new(), absorbed: false }
}
