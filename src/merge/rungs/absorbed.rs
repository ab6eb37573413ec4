//! Absorbed: upstream made exactly the change that the patch makes.

use crate::merge::ladder::Case;
use crate::merge::{Grade, Resolution};

/// Resolves a region whose text in ours equals its text on theirs.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    (case.ours_text() == case.theirs).then(|| Resolution {
        placed: Vec::new(),
        grade: Grade::A,
        evidence: vec![format!(
            "upstream made the same change at lines {}-{}",
            case.region.ours.start + 1,
            case.region.ours.end.max(case.region.ours.start + 1)
        )],
        swallowed: Vec::new(),
        absorbed: true,
    })
}
