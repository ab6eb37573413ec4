//! What a run does to the queue, as a changelog tells it: refreshed, dropped, added.

use crate::rebase::report::{PatchReport, Verdict};
use crate::release::report::ReleaseReport;

/// The patches of a run by what became of them, each in the order of the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueChanges<'a> {
    /// Line numbers or context alone.
    pub refreshed: Vec<&'a PatchReport>,
    /// Merged with what upstream changed, reviews included.
    pub merged: Vec<&'a PatchReport>,
    /// Wholly upstream.
    pub absorbed: Vec<&'a PatchReport>,
    /// Left out by a person.
    pub skipped: Vec<&'a PatchReport>,
    /// Still without a place.
    pub open: Vec<&'a PatchReport>,
}

impl<'a> QueueChanges<'a> {
    /// Those of a report.
    pub fn of(report: &'a ReleaseReport) -> Self {
        let mut changes = Self::default();
        for row in &report.rebase.patches {
            let list = match row.verdict {
                Verdict::Refreshed => &mut changes.refreshed,
                Verdict::Merged | Verdict::Review => &mut changes.merged,
                Verdict::Absorbed => &mut changes.absorbed,
                Verdict::Skipped => &mut changes.skipped,
                Verdict::Conflict => &mut changes.open,
                Verdict::Untouched => continue,
            };
            list.push(row);
        }
        changes
    }
}
