//! Stale words: names that a patch adds and that upstream no longer has.
//!
//! A clean merge can still be wrong where the patch uses a variable or label of the old text that upstream has renamed
//! or taken out. A word counts as stale where base has it outside of the lines that the patch removes, and ours, with
//! the merge made, has it only in the lines that the patch adds.

use bstr::{ByteSlice, Finder};

use crate::merge::tokens::{self, Token};
use crate::merge::{Edit, Line, Placed};

/// The shortest word that is taken for a name.
const LEAST: usize = 4;

/// Words that are surely names of the file's own: made of several words, not all in capitals (those come from headers).
fn names<'a>(lines: &[Line<'a>]) -> impl Iterator<Item = Token<'a>> {
    tokens::of(lines).into_iter().filter(|token| is_name(token))
}

fn is_name(token: Token<'_>) -> bool {
    tokens::is_word(token)
        && token.len() >= LEAST
        && !token[0].is_ascii_digit()
        && token.trim_with(|letter| letter == '_').contains(&b'_')
        && token.iter().any(u8::is_ascii_lowercase)
}

/// Names in `added` that stand in `base` and nowhere in `ours`, in order, each once.
pub fn among<'a>(added: &[Line<'a>], base: &[Line<'_>], ours: &[Line<'_>]) -> Vec<Token<'a>> {
    let mut found: Vec<Token<'a>> = Vec::new();
    for name in names(added) {
        if !found.contains(&name) && !holds(ours, name) && holds(base, name) {
            found.push(name);
        }
    }
    found
}

/// True where a name stands in one of the lines, be it as a part of a longer one.
fn holds(lines: &[Line<'_>], name: Token<'_>) -> bool {
    let finder = Finder::new(name);
    lines.iter().any(|line| finder.find(line).is_some())
}

/// Base without the lines that edits remove.
pub fn kept<'a>(base: &[Line<'a>], edits: &[Edit<'_>]) -> Vec<Line<'a>> {
    let mut kept = Vec::with_capacity(base.len());
    let mut next = 0;
    for edit in edits {
        kept.extend_from_slice(&base[next..edit.base.start]);
        next = edit.base.end;
    }
    kept.extend_from_slice(&base[next..]);
    kept
}

/// Ours without the lines that placements remove.
pub fn left<'a>(ours: &[Line<'a>], placed: &[Placed<'_>]) -> Vec<Line<'a>> {
    let mut left = Vec::with_capacity(ours.len());
    let mut next = 0;
    for placed in placed {
        left.extend_from_slice(&ours[next..placed.ours.start]);
        next = placed.ours.end;
    }
    left.extend_from_slice(&ours[next..]);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lines;

    #[test]
    fn a_label_that_upstream_took_out_is_stale() {
        let base = lines::split(b"f (x);\nout_label:\n  return;\n");
        let ours = lines::split(b"f (x);\n  return;\n");
        let added = lines::split(b"  goto out_label;\n  fresh (x);\n");
        assert_eq!(among(&added, &base, &ours), [b"out_label"]);
    }
}
