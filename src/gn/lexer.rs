//! Cuts a GN file into tokens; blanks and comments are what lies between them.

use crate::gn::error::{ParseError, Problem, excerpt};

/// The largest file, in bytes; the largest of Chromium's has 0.3 million.
pub const FILE_LIMIT: usize = 16 << 20;

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A decimal number, perhaps with `-` before it.
    Integer,
    /// A quoted string, its quotes included.
    String,
    /// A name.
    Name,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `if`.
    If,
    /// `else`.
    Else,
    /// `=`.
    Set,
    /// `+=`.
    Add,
    /// `-=`.
    Remove,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `==`.
    Equal,
    /// `!=`.
    Differs,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `!`.
    Not,
    /// `.`.
    Dot,
    /// `,`.
    Comma,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `[`.
    OpenList,
    /// `]`.
    CloseList,
    /// `{`.
    OpenBlock,
    /// `}`.
    CloseBlock,
}

/// A token: what it is and where its bytes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

/// Operators and brackets, longer ones first.
const MARKS: &[(&[u8], Kind)] = &[
    (b"+=", Kind::Add),
    (b"-=", Kind::Remove),
    (b"==", Kind::Equal),
    (b"!=", Kind::Differs),
    (b"<=", Kind::AtMost),
    (b">=", Kind::AtLeast),
    (b"&&", Kind::And),
    (b"||", Kind::Or),
    (b"=", Kind::Set),
    (b"+", Kind::Plus),
    (b"-", Kind::Minus),
    (b"<", Kind::Less),
    (b">", Kind::More),
    (b"!", Kind::Not),
    (b".", Kind::Dot),
    (b",", Kind::Comma),
    (b"(", Kind::Open),
    (b")", Kind::Close),
    (b"[", Kind::OpenList),
    (b"]", Kind::CloseList),
    (b"{", Kind::OpenBlock),
    (b"}", Kind::CloseBlock),
];

/// The words that are no names.
const WORDS: &[(&[u8], Kind)] =
    &[(b"true", Kind::True), (b"false", Kind::False), (b"if", Kind::If), (b"else", Kind::Else)];

/// Whether a byte can begin a name.
pub(crate) fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether a byte can go on a name.
pub(crate) fn goes_on_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Cuts `text` into tokens.
pub fn tokens(text: &[u8]) -> Result<Vec<Token>, ParseError> {
    if text.len() > FILE_LIMIT {
        return Err(ParseError::at(text, 0, Problem::TooLarge(FILE_LIMIT)));
    }
    let mut found = Vec::with_capacity(text.len() / 8);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at += text[at..].iter().position(|&byte| byte == b'\n').unwrap_or(text.len() - at),
            _ => {
                let (kind, length) = token(text, at)?;
                found.push(Token { kind, start: position(at), end: position(at + length) });
                at += length;
            }
        }
    }
    Ok(found)
}

fn position(at: usize) -> u32 {
    u32::try_from(at).expect("a file below its limit has offsets of 32 bits")
}

/// The kind and length of the token that begins at `at`.
fn token(text: &[u8], at: usize) -> Result<(Kind, usize), ParseError> {
    let rest = &text[at..];
    let first = rest[0];
    let negative = first == b'-' && rest.get(1).is_some_and(u8::is_ascii_digit);
    if first.is_ascii_digit() || negative {
        return integer(text, at).map(|length| (Kind::Integer, length));
    }
    if begins_name(first) {
        let length = rest.iter().position(|&byte| !goes_on_name(byte)).unwrap_or(rest.len());
        let word = WORDS.iter().find(|(word, _)| *word == &rest[..length]);
        return Ok((word.map_or(Kind::Name, |(_, kind)| *kind), length));
    }
    if first == b'"' {
        return string(rest)
            .map(|length| (Kind::String, length))
            .ok_or_else(|| ParseError::at(text, at, Problem::OpenString));
    }
    let mark = MARKS.iter().find(|(mark, _)| rest.starts_with(mark));
    mark.map(|(mark, kind)| (*kind, mark.len()))
        .ok_or_else(|| ParseError::at(text, at, Problem::Byte(excerpt(&rest[..1]))))
}

/// The length of a number: no leading zeros, no `-0`, within 64 bits, no letter right after it.
fn integer(text: &[u8], at: usize) -> Result<usize, ParseError> {
    let rest = &text[at..];
    let sign = usize::from(rest[0] == b'-');
    let digits = rest[sign..].iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len() - sign);
    let length = sign + digits;
    if rest.get(length).is_some_and(|&byte| begins_name(byte)) {
        return Err(ParseError::at(text, at, Problem::Number(excerpt(&rest[..=length]))));
    }
    let written = &rest[..length];
    let plain = rest[sign] != b'0' || written == b"0";
    let value = std::str::from_utf8(written).ok().and_then(|written| written.parse::<i64>().ok());
    match value {
        Some(_) if plain => Ok(length),
        _ => Err(ParseError::at(text, at, Problem::Integer(excerpt(written)))),
    }
}

/// The length of the string that begins here, quotes included; a backslash keeps the byte after it from closing it.
fn string(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match rest.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' => return None,
            b'\\' => at += if rest.get(at + 1)? == &b'\n' { 1 } else { 2 },
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Kind, &str)> {
        let found = tokens(text.as_bytes()).unwrap();
        found.iter().map(|token| (token.kind, &text[token.start as usize..token.end as usize])).collect()
    }

    #[test]
    fn the_longest_mark_wins_and_comments_are_no_tokens() {
        assert_eq!(
            cut("a+=-1 # x += 2\n!b!=c"),
            [
                (Kind::Name, "a"),
                (Kind::Add, "+="),
                (Kind::Integer, "-1"),
                (Kind::Not, "!"),
                (Kind::Name, "b"),
                (Kind::Differs, "!="),
                (Kind::Name, "c"),
            ]
        );
        assert_eq!(cut("iffy if"), [(Kind::Name, "iffy"), (Kind::If, "if")]);
    }

    #[test]
    fn a_backslash_guards_quotes_and_itself() {
        assert_eq!(cut(r#""a\"b" "c\\""#), [(Kind::String, r#""a\"b""#), (Kind::String, r#""c\\""#)]);
        assert_eq!(tokens(b"x = \"a\n\"").unwrap_err().problem, Problem::OpenString);
        assert_eq!(tokens(b"\"a\\").unwrap_err().problem, Problem::OpenString);
    }

    #[test]
    fn numbers_that_gn_refuses_are_refused() {
        for (text, ok) in
            [("0", true), ("-7", true), ("9223372036854775807", true), ("01", false), ("-0", false), ("1x", false)]
        {
            assert_eq!(tokens(text.as_bytes()).is_ok(), ok, "{text}");
        }
        assert!(tokens(b"9223372036854775808").is_err());
        let error = tokens(b"a\n  @").unwrap_err();
        assert_eq!((error.line, error.column, error.to_string().as_str()), (2, 3, "2:3: `@` begins no token"));
    }
}
