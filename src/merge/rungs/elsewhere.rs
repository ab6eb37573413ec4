//! Elsewhere: what a hunk changes stands in another file now, because upstream moved it there or split the file.
//!
//! No rung of the ladder, which sees one file only: it is asked for hunks that no rung could place. All lines of the
//! hunk's old side, or all but the outer lines of context at each end, are looked for word for word. Guard: they stand
//! once in the other file, not in its old version, nowhere in the hunk's own file, and they hold enough words. Which other
//! files are asked, and that only one of them may have the lines, is the caller's matter. Always for a person: the lines
//! may run under other conditions there.

use crate::merge::locate::{self, Text};
use crate::merge::{Line, Placed, edits};
use crate::patch::{Hunk, LineKind};

/// Letters and digits that the lines must hold.
const LEAST_LETTERS: usize = 40;

/// Context lines that may be left out at each end.
const MOST_CUT: usize = 2;

/// Where a hunk stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'a> {
    /// The line (0-based) of its first line that was found.
    pub line: usize,
    /// Its replacements there.
    pub placed: Vec<Placed<'a>>,
}

/// The lines of a hunk's old side without `cut` lines of context at each end; `None` where they tell too little.
fn needle(hunk: &Hunk, cut: usize) -> Option<(usize, Vec<Line<'_>>)> {
    let (lead, trail) = locate::context(hunk);
    let side = locate::side(hunk, LineKind::Add);
    if cut > 0 && (lead <= cut || trail <= cut) {
        return None;
    }
    let lines = side.get(cut..side.len().checked_sub(cut)?)?;
    let letters = lines.iter().copied().flatten().filter(|byte| byte.is_ascii_alphanumeric()).count();
    (letters >= LEAST_LETTERS).then(|| (cut, lines.to_vec()))
}

/// True where the hunk's lines, or all but the outer ones, stand in a text.
pub fn stands(hunk: &Hunk, text: &Text<'_, '_>) -> bool {
    (0..=MOST_CUT).filter_map(|cut| needle(hunk, cut)).any(|(_, lines)| !text.places_of_run(&lines).is_empty())
}

/// True where a hunk says enough to be looked for.
pub fn tells(hunk: &Hunk) -> bool {
    needle(hunk, 0).is_some()
}

/// A line that stands wherever the hunk does: the longest one that is looked for however much context is left out.
pub fn longest(hunk: &Hunk) -> Option<Line<'_>> {
    let fewest = (0..=MOST_CUT).rev().find_map(|cut| needle(hunk, cut));
    fewest.and_then(|(_, lines)| lines.into_iter().max_by_key(|line| line.len()))
}

/// Where hunk number `number` stands in a text, where it stands there once.
pub fn find<'a>(number: usize, hunk: &'a Hunk, text: &Text<'_, '_>) -> Option<Found<'a>> {
    let (cut, line) = (0..=MOST_CUT).find_map(|cut| {
        let (cut, lines) = needle(hunk, cut)?;
        match text.places_of_run(&lines)[..] {
            [place] => Some((cut, place)),
            _ => None,
        }
    })?;
    let own = edits::of_hunk(number, hunk, line.checked_sub(cut)?).into_iter();
    let placed = own.map(|edit| Placed { hunk: number, ours: edit.base, lines: edit.lines }).collect();
    Some(Found { line, placed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::make;
    use crate::text::lines;

    const OLD: &str = "int count_wheels(void)\n{\n  int wheels = find_wheels();\n  return wheels;\n}\n";

    fn found(text: &str) -> Option<usize> {
        let hunks = make::hunks(OLD.as_bytes(), OLD.replace("return wheels;", "return wheels + 1;").as_bytes(), 3);
        find(0, &hunks[0], &Text::new(&lines::split(text.as_bytes()))).map(|found| found.line)
    }

    #[test]
    fn only_one_place_counts() {
        assert_eq!(found(&format!("int other;\n{OLD}int last;\n")), Some(1));
        assert_eq!(found(&format!("{OLD}{OLD}")), None);
        assert_eq!(found("int count_wheels(void)\n{\n  return 4;\n}\n"), None);
    }
}
