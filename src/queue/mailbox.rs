//! Splits a mailbox into its mails without losing a byte.
//!
//! A mail begins at a `From ` line with a time (the rule of git's `builtin/mailsplit.c`) that stands at the very
//! beginning or below an empty line; `git format-patch` writes the same date in all of them.

use bstr::ByteSlice;

use crate::patch::dep3::Head;
use crate::patch::message::Message;
use crate::text::lines::{split, without_ending};

/// One mail of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail<'a> {
    /// Its bytes, from the `From ` line on.
    pub(crate) source: &'a [u8],
    /// The line (1-based) of the mailbox at which it begins.
    pub(crate) line: usize,
}

/// The bytes before the first mail, and the mails.
pub(crate) fn mails(input: &[u8]) -> (&[u8], Vec<Mail<'_>>) {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let (mut offset, mut blank) = (0, true);
    for (index, line) in split(input).into_iter().enumerate() {
        if begins(line) && (blank || without_ending(line).ends_with(b" Mon Sep 17 00:00:00 2001")) {
            starts.push((offset, index + 1));
        }
        blank = without_ending(line).is_empty();
        offset += line.len();
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain(std::iter::once(input.len()));
    let mails =
        starts.iter().zip(ends).map(|(&(start, line), end)| Mail { source: &input[start..end], line }).collect();
    (&input[..starts.first().map_or(input.len(), |(start, _)| *start)], mails)
}

/// True for a mailbox line: `From `, someone, and a time with a year.
pub(crate) fn begins(line: &[u8]) -> bool {
    let Some(rest) = without_ending(line).strip_prefix(b"From ") else { return false };
    let Some(colon) = rest.rfind_byte(b':') else { return false };
    let digit = |at: Option<usize>| at.and_then(|at| rest.get(at)).is_some_and(u8::is_ascii_digit);
    let year = rest.fields().any(|word| word.len() == 4 && word.iter().all(u8::is_ascii_digit) && word >= &b"1970"[..]);
    digit(colon.checked_sub(1)) && digit(colon.checked_sub(2)) && digit(Some(colon + 1)) && year
}

/// The transfer encoding of a mail whose lines are not the patch's own.
pub(crate) fn encoding(source: &[u8]) -> Option<String> {
    let header = source.find("\n\n").map_or(source, |end| &source[..=end]);
    let header = header.find("\r\n\r\n").map_or(header, |end| &header[..end]);
    let head = Head::parse(header);
    let value = head.field("content-transfer-encoding")?.value();
    let encoded = value.eq_ignore_ascii_case(b"base64") || value.eq_ignore_ascii_case(b"quoted-printable");
    encoded.then(|| crate::text::display::terminal(&value))
}

/// A name like `git format-patch` gives: `0001-subject-of-it.patch`.
pub(crate) fn name(number: usize, subject: &[u8]) -> String {
    let mut slug = String::new();
    for &byte in subject {
        let kept = byte.is_ascii_alphanumeric() || byte == b'_' || (byte == b'.' && !slug.ends_with('.'));
        if kept {
            slug.push(char::from(byte));
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 52 {
            break;
        }
    }
    let slug = slug.trim_end_matches(['-', '.']);
    if slug.is_empty() { format!("{number:04}.patch") } else { format!("{number:04}-{slug}.patch") }
}

/// The name of a mail in its mailbox.
pub(crate) fn name_of(number: usize, source: &[u8]) -> String {
    // The head is enough for the subject, and a patch may be long.
    let head = source.find("\n---\n").map_or(source, |end| &source[..=end]);
    name(number, &Message::read(head).subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FROM: &str = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n";

    #[test]
    fn splits_at_mailbox_lines_only() {
        let text = format!(
            "{FROM}Subject: [PATCH 1/2] a: b/c\n\nFrom here on: text\n\nFrom now 12 o'clock\n{FROM}Subject: x\n\nFrom me@x  Tue Mar  3 10:11:12 2020\nSubject: y\n"
        );
        let (before, found) = mails(text.as_bytes());
        assert_eq!(before, b"");
        assert_eq!(found.iter().map(|mail| mail.line).collect::<Vec<_>>(), [1, 7, 10]);
        assert_eq!(name_of(1, found[0].source), "0001-a-b-c.patch");
    }

    #[test]
    fn finds_encoded_mails() {
        let text = format!("{FROM}Subject: x\nContent-Transfer-Encoding: Quoted-Printable\n\nx\n");
        assert_eq!(encoding(text.as_bytes()).as_deref(), Some("Quoted-Printable"));
        assert_eq!(encoding(text.replace("Quoted-Printable", "8bit").as_bytes()), None);
    }

    proptest! {
        #[test]
        fn loses_no_byte(parts in proptest::collection::vec(prop_oneof![Just(FROM), Just("x\n"), Just("\n"), Just("From \r\n"), Just(">")], 0..12)) {
            let text = parts.concat();
            let (before, found) = mails(text.as_bytes());
            let again = [before, &found.iter().map(|mail| mail.source).collect::<Vec<_>>().concat()].concat();
            prop_assert_eq!(again, text.as_bytes());
        }
    }
}
