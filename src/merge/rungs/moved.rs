//! Moved: the lines around an edit stand elsewhere in ours, word for word.
//!
//! The lines that the edit removes, with three lines of context before and after, are looked for in all of ours. Guard:
//! exactly one place there and exactly one in base, and enough words to tell it from others. Less context makes it a
//! matter for a person.

use crate::merge::ladder::{Case, resolution};
use crate::merge::locate::Text;
use crate::merge::{Edit, Grade, Line, Placed, Resolution};

/// Context lines before and after.
const CONTEXT: [usize; 2] = [3, 2];

/// Letters and digits that the searched lines must hold.
const LEAST_LETTERS: usize = 24;

/// Places every edit of the region where its surroundings now stand.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    CONTEXT.iter().find_map(|&context| {
        let mut placed = Vec::new();
        for edit in case.region_edits() {
            let line = place(case.in_base, case.in_ours, edit, context)?;
            placed.push(Placed { hunk: edit.hunk, ours: line..line + edit.base.len(), lines: edit.lines.clone() });
        }
        let grade = if context == CONTEXT[0] { Grade::B } else { Grade::C };
        let line = placed.first()?.ours.start + 1;
        let evidence =
            format!("the lines around it, {context} on each side, now stand at line {line} and nowhere else");
        Some(resolution(placed, grade, evidence))
    })
}

/// Where the edit's lines stand in ours.
fn place(base: &Text<'_, '_>, ours: &Text<'_, '_>, edit: &Edit<'_>, context: usize) -> Option<usize> {
    let start = edit.base.start.checked_sub(context)?;
    let needle: &[Line<'_>] = base.lines.get(start..edit.base.end + context)?;
    let letters = needle.iter().copied().flatten().filter(|byte| byte.is_ascii_alphanumeric()).count();
    if letters < LEAST_LETTERS || base.places_of_run(needle).len() != 1 {
        return None;
    }
    match ours.places_of_run(needle)[..] {
        [place] => Some(place + context),
        _ => None,
    }
}
