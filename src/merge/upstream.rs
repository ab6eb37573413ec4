//! Which hunks are wholly upstream already, although upstream's text around them differs.
//!
//! A region that is equal on both sides is absorbed by the ladder's first rung. Here whole hunks are told by their lines:
//! upstream may have taken them at another place or in another form.

use crate::merge::absorbed::{self, Sides, Trace};
use crate::merge::align::{self, Meeting};
use crate::merge::file::MOST_HUNKS;
use crate::merge::{edits, locate};
use crate::patch::Hunk;
use crate::text::diff::Change;

/// How much of the hunks is upstream.
#[derive(Debug, Default)]
pub struct Upstream {
    /// One entry a hunk, where it had to be found out.
    pub traces: Option<Vec<Trace>>,
    /// The hunks whose lines are all upstream although their regions are not equal.
    pub whole: Vec<(usize, Trace)>,
}

impl Upstream {
    /// Looks at hunks that stand at these places of base, where upstream made these changes.
    pub fn of(hunks: &[Hunk], side: &edits::BaseSide<'_>, sides: &Sides<'_, '_>, changes: &[Change]) -> Self {
        if changes.is_empty() || hunks.len() > MOST_HUNKS {
            return Self::default();
        }
        let (mut meets, mut differs) = (vec![false; hunks.len()], vec![false; hunks.len()]);
        // An edit that moves along freely and adds nothing but `break;` or an empty line is not proved by other edits, and
        // one whose removed lines stand at their place was not made.
        let mut unproved = vec![false; hunks.len()];
        for meeting in align::pair(&side.edits, changes) {
            match meeting {
                Meeting::Clear { edit, .. } => {
                    let edit = &side.edits[edit];
                    differs[edit.hunk] = true;
                    let stands = sides.base[edit.base.clone()].iter().any(|line| absorbed::is_strong(line));
                    unproved[edit.hunk] |= stands || !edit.lines.iter().any(|line| absorbed::is_strong(line));
                }
                Meeting::Touches(region) => {
                    let equal = align::theirs_text(sides.base, &side.edits, &region) == sides.ours[region.ours.clone()];
                    for edit in &side.edits[region.edits.clone()] {
                        meets[edit.hunk] = true;
                        differs[edit.hunk] |= !equal;
                    }
                }
            }
        }
        if !differs.contains(&true) {
            return Self::default();
        }
        let anchor =
            |place: &Option<locate::Match>| place.map_or(usize::MAX, |at| align::line_in_ours(changes, at.line));
        let anchors: Vec<usize> = side.places.iter().map(anchor).collect();
        let traces = absorbed::traces(hunks, sides, &anchors);
        let is_whole = |(number, trace): &(usize, Trace)| {
            differs[*number] && !unproved[*number] && trace.is_upstream(meets[*number])
        };
        let whole = traces.iter().copied().enumerate().filter(is_whole).collect();
        Self { traces: Some(traces), whole }
    }
}
