//! A text as words that can be compared: what differs between copies of one licence is gone.
//!
//! Case, punctuation, comment marks, list marks and copyright lines do not count; two spellings of one word are one word.

use bstr::ByteSlice as _;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// A hash of the word in lower case.
    pub(super) hash: u64,
    /// Its line, from 1.
    pub(super) line: u32,
}

/// The hash of one word: FNV-1a over lower-case letters and digits.
pub(super) const fn hash(word: &[u8]) -> u64 {
    let mut value = 0xCBF2_9CE4_8422_2325_u64;
    let mut at = 0;
    while at < word.len() {
        value = (value ^ word[at].to_ascii_lowercase() as u64).wrapping_mul(0x0100_0000_01B3);
        at += 1;
    }
    value
}

/// Splits a text.
pub(super) fn split(text: &[u8]) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut number = 0_u32;
    for line in text.split(|byte| *byte == b'\n') {
        number = number.saturating_add(1);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !is_notice(line) {
            push_line(line, number, &mut words);
        }
    }
    words
}

fn push_line(line: &[u8], number: u32, words: &mut Vec<Word>) {
    let mut first = true;
    for (word, after) in (Runs { line, at: 0 }) {
        let mark = is_list_mark(word, after, first);
        let comment = first && matches!(word, b"dnl" | b"rem" | b"REM");
        first = first && (mark || comment);
        if !mark && !comment {
            words.push(Word { hash: hash(same(word)), line: number });
        }
    }
}

/// Runs of letters and digits with what follows each; text between `<` and `>` and between brackets is left out.
struct Runs<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Runs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.line.get(self.at..)?;
            let start = rest.iter().position(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'<' | b'['))?;
            if !rest[start].is_ascii_alphanumeric() {
                self.at += start + placeholder(&rest[start..]);
                continue;
            }
            let length =
                rest[start..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len() - start);
            self.at += start + length;
            let word = &rest[start..start + length];
            return Some((word, self.line.get(self.at..).unwrap_or_default()));
        }
    }
}

/// How long `<year>` or `[name of author]` is; 1 where it is no placeholder.
fn placeholder(text: &[u8]) -> usize {
    let close = if text.first() == Some(&b'<') { b'>' } else { b']' };
    let inside =
        |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'_' | b'(' | b')' | b'\'' | b',' | b'/');
    match text.iter().position(|byte| *byte == close) {
        Some(end) if end < 48 && text.get(1..end).is_some_and(|inner| inner.iter().all(inside)) => end + 1,
        _ => 1,
    }
}

/// `1. ` and `iv. ` at the beginning of a line, `a) ` anywhere (texts are wrapped anew): what numbers a list.
fn is_list_mark(word: &[u8], after: &[u8], first: bool) -> bool {
    let short = word.len() == 1
        || word.len() <= 3 && word.iter().all(|byte| matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x'));
    let number = word.len() <= 2 && word.iter().all(u8::is_ascii_digit);
    let closed = match after {
        [b')'] | [b')', b' ' | b'\t', ..] => true,
        [b'.'] | [b'.', b' ' | b'\t', ..] => first,
        _ => false,
    };
    closed && (short || number)
}

/// One spelling for words that have two.
fn same(word: &[u8]) -> &[u8] {
    const PAIRS: [(&[u8], &[u8]); 8] = [
        (b"licence", b"license"),
        (b"licences", b"licenses"),
        (b"licenced", b"licensed"),
        (b"sublicence", b"sublicense"),
        (b"https", b"http"),
        (b"organisation", b"organization"),
        (b"favour", b"favor"),
        (b"per", b"percent"),
    ];
    PAIRS.iter().find(|(from, _)| from.eq_ignore_ascii_case(word)).map_or(word, |(_, to)| to)
}

/// True for a line that holds a copyright notice or `All rights reserved` and nothing else.
fn is_notice(line: &[u8]) -> bool {
    // Most lines have neither word; the look at the bytes is cheaper than the split.
    let has = |letter: u8| line.iter().any(|byte| byte.to_ascii_lowercase() == letter);
    if line.len() > 400 || !(has(b'c') || has(b'a')) {
        return false;
    }
    let mut words =
        Runs { line, at: 0 }.map(|(word, _)| word).skip_while(|word| matches!(*word, b"dnl" | b"rem" | b"REM"));
    let Some(first) = words.next() else { return false };
    let is =
        |word: Option<&[u8]>, expected: &str| word.is_some_and(|word| word.eq_ignore_ascii_case(expected.as_bytes()));
    if is(Some(first), "all") {
        return is(words.next(), "rights") && is(words.next(), "reserved") && words.next().is_none();
    }
    let copyright = is(Some(first), "copyright") || is(Some(first), "copyrights");
    let marked = is(Some(first), "c") && line.contains_str("(c)") || is(Some(first), "c") && line.contains_str("(C)");
    let year = |word: &[u8]| {
        word.len() == 4 && (word.starts_with(b"19") || word.starts_with(b"20")) && word.iter().all(u8::is_ascii_digit)
    };
    let second = words.next();
    let dated = second.into_iter().chain(words).any(year);
    // A sentence that goes on from the line before may begin with the word: `copyright, patent and trademark notices`.
    copyright && (dated || second.is_none() || is(second, "c") || line.find_byteset(b"<[{\xC2").is_some())
        || marked && dated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<u64> {
        split(text.as_bytes()).into_iter().map(|word| word.hash).collect()
    }

    #[test]
    fn copies_of_one_text_are_alike() {
        let one = plain("1. Redistribution of the Licence\n   is allowed, [name] said.\n");
        let other = plain(
            "// Copyright (c) 2020 A. Person\n//  a) redistribution of the license\r\n// is allowed, said\n * All rights reserved.\n",
        );
        assert_eq!(one, other);
        assert_ne!(one, plain("Redistribution of the license is allowed, nobody said"));
    }

    #[test]
    fn notices_are_not_sentences() {
        for notice in ["Copyright 2020 X", "  # (c) 2020 X", "copyright (c) <year>", "All rights reserved."] {
            assert!(is_notice(notice.as_bytes()), "{notice}");
        }
        for sentence in
            ["copyright notice, this list", "All rights reserved to me", "a copyright 2020", "", "(c) the copyright of"]
        {
            assert!(!is_notice(sentence.as_bytes()), "{sentence}");
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        let lines: Vec<u32> = split(b"a\n\nb c\r\nd").into_iter().map(|word| word.line).collect();
        assert_eq!(lines, [1, 3, 3, 4]);
    }
}
