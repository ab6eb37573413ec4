//! The ladder: what is tried, in order, on a region where the patch and upstream touched the same lines.
//!
//! Each rung is one function in a file of its own under [`super::rungs`]; the names tried are the evidence shown.

use crate::merge::{Edit, Line, Region, Resolution, rungs};
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

    /// The region's changes by upstream.
    pub fn region_changes(&self) -> &'c [Change] {
        &self.changes[self.region.changes.clone()]
    }
}

/// Tries to resolve a region; `None` where the rung does not apply or its guard refuses.
pub type Rung = for<'c, 'a> fn(&Case<'c, 'a>) -> Option<Resolution<'a>>;

/// The rungs in order, with the names under which reports show them.
pub const LADDER: &[(&str, Rung)] = &[("absorbed", rungs::absorbed::resolve)];

/// The first rung that resolves the case, and the names of all tried.
pub fn climb<'a>(case: &Case<'_, 'a>) -> (Option<(&'static str, Resolution<'a>)>, Vec<&'static str>) {
    let mut tried = vec!["three-way"];
    for (name, rung) in LADDER {
        tried.push(name);
        if let Some(resolution) = rung(case) {
            return (Some((name, resolution)), tried);
        }
    }
    (None, tried)
}
