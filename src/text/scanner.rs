//! A cursor over one line of a small language: what readers of conditions share.

/// What is left of a text.
#[derive(Debug, Clone, Copy)]
pub struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// Begins at the start of a text.
    pub fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// What is left behind blanks.
    pub fn rest(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    /// True where nothing but blanks is left.
    pub fn is_done(&mut self) -> bool {
        self.rest().is_empty()
    }

    /// Takes a token behind blanks; false where something else stands there.
    pub fn take(&mut self, token: &str) -> bool {
        let found = self.rest().strip_prefix(token);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Takes the characters that fit, perhaps none.
    pub fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let (taken, rest) = rest.split_at(rest.find(|c| !fits(c)).unwrap_or(rest.len()));
        self.rest = rest;
        taken
    }

    /// Takes letters, digits and `_`.
    pub fn word(&mut self) -> &'a str {
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    /// Takes digits as a number; `None` where none stand there or the number is too large.
    pub fn number(&mut self) -> Option<u32> {
        self.take_while(|c| c.is_ascii_digit()).parse().ok()
    }

    /// Takes everything before a character, and the character too; `None` where it does not come.
    pub fn until(&mut self, end: char) -> Option<&'a str> {
        let (inside, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_token_by_token() {
        let mut scanner = Scanner::new("  fedora>= 40é(x y) 99999999999");
        assert_eq!((scanner.word(), scanner.take("<"), scanner.take(">=")), ("fedora", false, true));
        assert_eq!((scanner.number(), scanner.word(), scanner.take("é")), (Some(40), "", true));
        assert_eq!((scanner.take("("), scanner.until(')'), scanner.until(')')), (true, Some("x y"), None));
        assert_eq!((scanner.number(), scanner.is_done()), (None, true));
    }
}
