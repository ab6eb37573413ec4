//! Whether a stretch of text opens and closes what it should: brackets and preprocessor conditions.

use crate::merge::Line;

/// How far a stretch of text leaves things open, and how far it closes things that it did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Depth at the end of `()`, `[]`, `{}` and `#if`.
    pub depth: [isize; 4],
    /// The lowest depth reached.
    pub low: [isize; 4],
}

/// The kinds of pairs: index into [`Balance::depth`].
const CONDITION: usize = 3;

impl Balance {
    /// Reads lines; text in quotes that close on the same line does not count.
    pub fn of(lines: &[Line<'_>]) -> Self {
        let mut balance = Self::default();
        for line in lines {
            balance.line(line);
        }
        balance
    }

    /// True where all that is opened is closed and nothing else is.
    pub fn is_even(&self) -> bool {
        *self == Self::default()
    }

    fn line(&mut self, line: Line<'_>) {
        let text = line.trim_ascii();
        if let Some(word) = directive(text) {
            match word {
                b"if" | b"ifdef" | b"ifndef" => self.step(CONDITION, 1),
                b"endif" => self.step(CONDITION, -1),
                b"else" | b"elif" => self.low[CONDITION] = self.low[CONDITION].min(self.depth[CONDITION] - 1),
                _ => {}
            }
            return;
        }
        let mut rest = text;
        while let Some((&byte, after)) = rest.split_first() {
            rest = match byte {
                b'"' | b'\'' | b'`' => past_quote(byte, after),
                _ => after,
            };
            match byte {
                b'(' => self.step(0, 1),
                b')' => self.step(0, -1),
                b'[' => self.step(1, 1),
                b']' => self.step(1, -1),
                b'{' => self.step(2, 1),
                b'}' => self.step(2, -1),
                _ => {}
            }
        }
    }

    fn step(&mut self, kind: usize, by: isize) {
        self.depth[kind] += by;
        self.low[kind] = self.low[kind].min(self.depth[kind]);
    }
}

/// The word of a preprocessor line.
fn directive(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"#")?.trim_ascii_start();
    let end = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// The text after the closing quote, or all of it where the line has none (an apostrophe in words).
fn past_quote(quote: u8, text: &[u8]) -> &[u8] {
    let mut escaped = false;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return &text[at + 1..],
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lines;

    fn even(text: &str) -> bool {
        Balance::of(&lines::split(text.as_bytes())).is_even()
    }

    #[test]
    fn whole_blocks_are_even() {
        assert!(even("if (a) {\n  f('(', \"}\");\n}\n"));
        assert!(even("#ifdef A\n#else\n# endif\n"));
        assert!(even("don't count (this)\n"));
    }

    #[test]
    fn pieces_are_not() {
        assert!(!even("} else {\n"));
        assert!(!even("#else\n"));
        assert!(!even("#endif\n#if 1\n"));
        assert!(!even("f(a,\n"));
    }
}
