//! Finds the unit of text that a line belongs to: a function, a class, a section.
//!
//! No language is parsed. A unit begins at a line that starts in the first column with a letter, and runs to the next one,
//! which is how functions stand in C, shell, Python, Perl, Haskell and most others. Labels and lines with only a closing
//! sign belong to the unit they close. In a file of flat lines every line is its own unit, and nothing is concluded there.

use std::ops::Range;

use crate::merge::Line;

/// The longest unit that is looked at, in lines to either side.
const MOST: usize = 2000;

/// The unit around the lines of a range.
pub fn around(lines: &[Line<'_>], inside: &Range<usize>) -> Range<usize> {
    let start = lines[..inside.start.min(lines.len())]
        .iter()
        .enumerate()
        .rev()
        .take(MOST)
        .find_map(|(number, line)| begins(line).then_some(number));
    let from = inside.end.min(lines.len());
    let end = lines[from..].iter().take(MOST).position(|line| begins(line)).map_or(lines.len(), |after| from + after);
    start.unwrap_or(inside.start.min(from).saturating_sub(MOST))..end.min(from + MOST)
}

/// True where a line begins a unit.
pub fn begins(line: Line<'_>) -> bool {
    let first = line.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    first && !is_label(line)
}

/// `name:` alone on its line.
fn is_label(line: Line<'_>) -> bool {
    let Some(name) = line.trim_ascii_end().strip_suffix(b":") else { return false };
    name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lines;

    #[test]
    fn a_function_ends_where_the_next_begins() {
        let text = lines::split(b"int one(void)\n{\n\tif (x)\nout:\n\t\treturn;\n}\n\nint two(void)\n{\n}\n");
        assert_eq!(around(&text, &(3..3)), 0..7);
        assert_eq!(around(&text, &(8..9)), 7..10);
    }

    #[test]
    fn flat_lines_are_units_of_their_own() {
        let text = lines::split(b"a = 1\nb = 2\nc = 3\n");
        assert_eq!(around(&text, &(1..1)), 0..1);
        assert_eq!(around(&text, &(1..2)), 0..2);
    }
}
