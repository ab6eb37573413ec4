//! Whether what a patch changes is no longer in the file at all.
//!
//! No rung: nothing is placed. Where it holds, the edit can only be left out, which is decided for the patch as a whole
//! and always left to a person.

use std::collections::HashSet;

use crate::merge::Line;
use crate::merge::ladder::Case;
use crate::merge::tokens::squeezed;

/// Lines beside an edit that count as its surroundings.
const BESIDE: usize = 2;

/// Letters and digits that a line must hold to count.
const LEAST_LETTERS: usize = 8;

/// The lines of a text without their white space.
#[derive(Debug)]
pub struct Known(HashSet<Vec<u8>>);

impl Known {
    /// The lines of a whole text.
    pub fn of(lines: &[Line<'_>]) -> Self {
        Self(lines.iter().map(|line| squeezed(line)).filter(|line| counts(line)).collect())
    }
}

/// True where no line that the edits remove, none beside them and none that they add stands anywhere in ours.
pub fn subject(case: &Case<'_, '_>, known: &Known) -> bool {
    let absent = |lines: &[Line<'_>]| -> Option<bool> {
        let content: Vec<Vec<u8>> = lines.iter().map(|line| squeezed(line)).filter(|line| counts(line)).collect();
        (!content.is_empty()).then(|| content.iter().all(|line| !known.0.contains(line)))
    };
    case.region_edits().iter().all(|edit| {
        let start = edit.base.start.saturating_sub(BESIDE);
        let end = (edit.base.end + BESIDE).min(case.base.len());
        absent(&case.base[start..end]) == Some(true) && absent(&edit.lines) != Some(false)
    })
}

fn counts(squeezed: &[u8]) -> bool {
    squeezed.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= LEAST_LETTERS
}
