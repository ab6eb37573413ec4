//! Cuts lines into words, white space and signs, and tells how alike two lines are.

use std::collections::HashMap;

use crate::merge::Line;
pub use crate::text::lines::squeezed;

/// A piece of a line: a word, a run of blanks, a line's end, or one other byte.
pub type Token<'a> = &'a [u8];

/// True for letters, digits, `_` and every byte beyond ASCII.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The tokens of lines in a row; joined they are the lines again.
pub fn of<'a>(lines: &[Line<'a>]) -> Vec<Token<'a>> {
    lines.iter().flat_map(|line| of_line(line)).collect()
}

fn of_line(line: Line<'_>) -> impl Iterator<Item = Token<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = *rest.first()?;
        let run = |is: fn(u8) -> bool| rest.iter().take_while(|&&byte| is(byte)).count();
        let length = if is_word_byte(first) {
            run(is_word_byte)
        } else if matches!(first, b' ' | b'\t') {
            run(|byte| matches!(byte, b' ' | b'\t'))
        } else if rest.starts_with(b"\r\n") {
            2
        } else {
            1
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        Some(token)
    })
}

/// True for a token that is only white space.
pub fn is_blank(token: Token<'_>) -> bool {
    token.iter().all(u8::is_ascii_whitespace)
}

/// True for a token that is a word or number.
pub fn is_word(token: Token<'_>) -> bool {
    token.first().is_some_and(|&byte| is_word_byte(byte))
}

/// A text's tokens with their counts, without white space.
#[derive(Debug, Clone, Default)]
pub struct Bag<'a> {
    counts: HashMap<Token<'a>, usize>,
    size: usize,
}

impl<'a> Bag<'a> {
    /// Counts the tokens of lines.
    pub fn of(lines: &[Line<'a>]) -> Self {
        let mut bag = Self::default();
        for token in of(lines).into_iter().filter(|token| !is_blank(token)) {
            *bag.counts.entry(token).or_insert(0) += 1;
            bag.size += 1;
        }
        bag
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.size
    }

    /// True where there is nothing but white space.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// How many tokens both have.
    pub fn shared(&self, other: &Self) -> usize {
        self.counts.iter().map(|(token, count)| (*count).min(other.counts.get(token).copied().unwrap_or(0))).sum()
    }

    /// Percent of the tokens of both that both have; 100 for two empty ones.
    pub fn likeness(&self, other: &Self) -> usize {
        match self.size + other.size {
            0 => 100,
            all => 200 * self.shared(other) / all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_and_joins() {
        let lines: Vec<Line<'_>> = vec![b"  if (a_1->b)\r\n", b"\tgo;\n"];
        let tokens = of(&lines);
        assert_eq!(tokens[..5], [&b"  "[..], b"if", b" ", b"(", b"a_1"]);
        assert_eq!(tokens.concat(), lines.concat());
    }

    #[test]
    fn likeness_counts_shared_tokens() {
        let bag = |line: &'static [u8]| Bag::of(&[line]);
        assert_eq!(bag(b"a b c d").likeness(&bag(b" d  c b a\n")), 100);
        assert_eq!(bag(b"a b c d").likeness(&bag(b"a b x y")), 50);
        assert_eq!(bag(b"").likeness(&bag(b"\n")), 100);
    }
}
