//! Tokens of Python: made one at a time, with the line they begin at.

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(String),
    Text(String),
    /// A string whose value cannot be told (`f"{x}"`).
    OpaqueText,
    /// One character of punctuation, or `=` doubled as `e` for `==` (comparisons and the like are all `?`).
    Mark(char),
    /// The end of a logical line.
    Newline,
    End,
}

/// How many open brackets are remembered; more is deeper than the parser goes.
const MOST_OPEN: usize = 200;

/// Reads tokens from a text.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// The brackets that are open; line ends count only outside of them.
    open: Vec<u8>,
    /// How many columns the current logical line is indented.
    pub(super) indent: usize,
    at_line_start: bool,
    /// Strings that do not end.
    pub(super) broken: Vec<(usize, String)>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, open: Vec::new(), indent: 0, at_line_start: true, broken: Vec::new() }
    }

    /// Forgets open brackets, after an error.
    pub(super) fn close_all(&mut self) {
        self.open.clear();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next token and its line.
    pub(super) fn next(&mut self) -> (Token, usize) {
        loop {
            let Some(byte) = self.peek() else { return (Token::End, self.line) };
            match byte {
                b'\n' => {
                    let line = self.line;
                    self.at += 1;
                    self.line += 1;
                    if self.open.is_empty() {
                        let blank = std::mem::replace(&mut self.at_line_start, true);
                        if !blank {
                            return (Token::Newline, line);
                        }
                    }
                }
                b' ' | b'\t' | b'\r' | b'\x0C' => self.at += 1,
                b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                b'\\' if self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r\n") => {
                    self.at += self.rest().find('\n').unwrap_or(0) + 1;
                    self.line += 1;
                }
                _ => {
                    if std::mem::take(&mut self.at_line_start) {
                        let start = self.text[..self.at].rfind('\n').map_or(0, |newline| newline + 1);
                        self.indent = self.at - start;
                    }
                    let line = self.line;
                    return (self.solid(byte), line);
                }
            }
        }
    }

    /// A token that is no blank; its first byte is `byte`.
    fn solid(&mut self, byte: u8) -> Token {
        match byte {
            b'"' | b'\'' => self.string(""),
            byte if byte.is_ascii_digit() => {
                let number = self.run(|letter| letter.is_ascii_alphanumeric() || letter == '.' || letter == '_');
                Token::Number(number.to_owned())
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                let name = self.run(|letter| letter.is_alphanumeric() || letter == '_' || !letter.is_ascii());
                let prefix = name.len() <= 2 && name.bytes().all(|byte| b"rRbBuUfF".contains(&byte));
                if prefix && matches!(self.peek(), Some(b'"' | b'\'')) {
                    return self.string(name);
                }
                Token::Name(name.to_owned())
            }
            b'(' | b'[' | b'{' => {
                self.at += 1;
                if self.open.len() < MOST_OPEN {
                    self.open.push(byte);
                }
                Token::Mark(char::from(byte))
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                self.close(byte);
                Token::Mark(char::from(byte))
            }
            _ => self.operator(byte),
        }
    }

    /// Closes the bracket of that kind with all that stand open inside of it; without one, nothing.
    fn close(&mut self, byte: u8) {
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        if let Some(at) = self.open.iter().rposition(|&open| open == opening) {
            self.open.truncate(at);
        }
    }

    fn operator(&mut self, byte: u8) -> Token {
        self.at += 1;
        if self.peek() == Some(b'=') && b"=!<>+-*/%|&^:@".contains(&byte) {
            self.at += 1;
            return Token::Mark('?');
        }
        match byte {
            b'=' | b',' | b':' | b'.' | b'+' | b'%' | b';' | b'@' => Token::Mark(char::from(byte)),
            _ => Token::Mark('?'),
        }
    }

    /// The longest run of such characters from here.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A string from its opening quote.
    fn string(&mut self, prefix: &str) -> Token {
        let line = self.line;
        let quote = self.rest().get(..1).unwrap_or("\"");
        let triple = self.rest().get(..3).filter(|three| *three == quote.repeat(3));
        let end = triple.unwrap_or(quote);
        self.at += end.len();
        let raw = prefix.contains(['r', 'R']);
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(['\\', '\n', '\'', '"']).unwrap_or(rest.len());
            value.push_str(&rest[..plain]);
            self.at += plain;
            let rest = self.rest();
            if rest.starts_with(end) {
                self.at += end.len();
                break;
            }
            match rest.chars().next() {
                Some('\\') => self.escape(raw, &mut value),
                Some('\n') if triple.is_some() => {
                    self.line += 1;
                    self.at += 1;
                    value.push('\n');
                }
                Some(letter @ ('\'' | '"')) => {
                    self.at += 1;
                    value.push(letter);
                }
                _ => {
                    if self.broken.len() < MOST_OPEN {
                        self.broken.push((line, "a string does not end".to_owned()));
                    }
                    break;
                }
            }
        }
        if prefix.contains(['f', 'F']) && value.contains('{') { Token::OpaqueText } else { Token::Text(value) }
    }

    /// An escape from its backslash.
    fn escape(&mut self, raw: bool, value: &mut String) {
        self.at += 1;
        let Some(letter) = self.rest().chars().next() else { return };
        self.at += letter.len_utf8();
        if letter == '\n' {
            self.line += 1;
        }
        if raw {
            value.extend(['\\', letter]);
            return;
        }
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code = (digits > 0).then(|| self.rest().get(..digits)).flatten();
        if let Some(decoded) = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            self.at += digits;
            value.push(decoded);
            return;
        }
        match letter {
            '\n' => {}
            'n' => value.push('\n'),
            't' => value.push('\t'),
            'r' => value.push('\r'),
            '\\' | '\'' | '"' => value.push(letter),
            other => value.extend(['\\', other]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            match lexer.next().0 {
                Token::End => return tokens,
                token => tokens.push(token),
            }
        }
    }

    #[test]
    fn strings_of_every_kind() {
        let text = |text: &str| Token::Text(text.to_owned());
        assert_eq!(
            tokens(r#""a\x41\u00e9\n\q" r'\n' u"b" f"c" f"{d}""#),
            [text("aAé\n\\q"), text("\\n"), text("b"), text("c"), Token::OpaqueText]
        );
        assert_eq!(tokens("'''a\n'b' \"\"\" ''' 'c\\\nd'"), [text("a\n'b' \"\"\" "), text("cd")]);
    }

    #[test]
    fn lines_end_outside_of_brackets_only() {
        let name = |text: &str| Token::Name(text.to_owned());
        assert_eq!(
            tokens("a\n\n# c\n(b\n)\\\nc\n"),
            [name("a"), Token::Newline, Token::Mark('('), name("b"), Token::Mark(')'), name("c"), Token::Newline]
        );
    }

    #[test]
    fn a_string_without_end_is_told() {
        let mut lexer = Lexer::new("\n'abc\nd");
        lexer.next();
        assert_eq!(lexer.broken, [(2, "a string does not end".to_owned())]);
    }
}
