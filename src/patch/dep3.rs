//! The fields at the head of a patch: DEP-3, mail headers and trailers.
//!
//! DEP-3 (<https://dep-team.pages.debian.net/deps/dep3/>) is a first paragraph of `Name: value` lines with
//! continuation lines, free text, and perhaps a second such paragraph; a line `---` ends it all. Reading keeps every
//! byte, so `print(parse(x)) == x`.

use bstr::{BString, ByteSlice};

use crate::text::lines::{split, without_ending};

/// A patch head as fields and free text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The parts in order.
    pub parts: Vec<Part>,
}

/// A part of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A field.
    Field(Field),
    /// One line that is none (free text, an empty line, `---` and all behind it).
    Text(BString),
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name as written.
    pub name: BString,
    /// Its lines as they stand, from the name on.
    pub verbatim: BString,
}

/// Names that make a later paragraph one of fields; in the first paragraph every name does.
const KNOWN: [&str; 26] = [
    "description",
    "subject",
    "origin",
    "forwarded",
    "author",
    "from",
    "date",
    "reviewed-by",
    "acked-by",
    "last-update",
    "applied-upstream",
    "upstream-status",
    "signed-off-by",
    "tested-by",
    "reported-by",
    "co-authored-by",
    "cc",
    "change-id",
    "fixes",
    "link",
    "closes",
    "cr-commit-position",
    "cve",
    "comment",
    "suggested-by",
    "commit-queue",
];

impl Head {
    /// Reads a head.
    pub fn parse(input: &[u8]) -> Self {
        let lines = split(input);
        let mut head = Head::default();
        let mut at = 0;
        let mut first = true;
        while at < lines.len() {
            if is_end(lines[at]) {
                head.parts.extend(lines[at..].iter().map(|line| Part::Text(BString::from(*line))));
                break;
            }
            if without_ending(lines[at]).trim().is_empty() {
                head.parts.push(Part::Text(BString::from(lines[at])));
                at += 1;
                continue;
            }
            let length = lines[at..].iter().take_while(|line| !line.trim().is_empty() && !is_end(line)).count();
            head.paragraph(&lines[at..at + length], first);
            at += length;
            first = false;
        }
        head
    }

    fn paragraph(&mut self, lines: &[&[u8]], first: bool) {
        let known = |line: &&&[u8]| name_of(line).is_some_and(is_known);
        let indented = |line: &&[u8]| line.starts_with(b" ") || line.starts_with(b"\t");
        let fields = if first {
            // A mailbox line or a comment may stand before the fields.
            lines
                .iter()
                .find(|line| !line.starts_with(b"From ") && !line.starts_with(b"#"))
                .is_some_and(|line| name_of(line).is_some())
        } else {
            lines.first().is_some_and(|line| known(&line))
                && lines.iter().all(|line| indented(line) || name_of(line).is_some())
        };
        for line in lines {
            let name = name_of(line).filter(|_| fields);
            match (name, self.parts.last_mut()) {
                (Some(name), _) => {
                    self.parts.push(Part::Field(Field { name: BString::from(name), verbatim: BString::from(*line) }));
                }
                (None, Some(Part::Field(field))) if fields && indented(line) => field.verbatim.extend_from_slice(line),
                _ => self.parts.push(Part::Text(BString::from(*line))),
            }
        }
    }

    /// The head's bytes.
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for part in &self.parts {
            out.extend_from_slice(match part {
                Part::Field(field) => &field.verbatim,
                Part::Text(text) => text,
            });
        }
        out
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(field) => Some(field),
            Part::Text(_) => None,
        })
    }

    /// The first field of that name, whatever its case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.name.eq_ignore_ascii_case(name.as_bytes()))
    }
}

impl Field {
    /// The value in one line: continuation lines are joined by one blank.
    pub fn value(&self) -> BString {
        let parts: Vec<&[u8]> = self.lines().map(<[u8]>::trim).filter(|part| !part.is_empty()).collect();
        BString::from(bstr::join(" ", parts))
    }

    /// The value's lines: the first trimmed, the others without their first blank; ` .` stands for an empty line.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let after = self.verbatim.get(self.name.len() + 1..).unwrap_or_default();
        split(after).into_iter().map(without_ending).enumerate().map(|(index, line)| match line {
            line if index == 0 => line.trim(),
            [b' ' | b'\t', b'.'] => b"",
            [b' ' | b'\t', rest @ ..] => rest,
            line => line,
        })
    }
}

fn is_end(line: &[u8]) -> bool {
    without_ending(line) == b"---"
}

fn is_known(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == b"bug" || lower.starts_with(b"bug-") || KNOWN.iter().any(|known| lower == known.as_bytes())
}

/// The name before the colon of a line like `Bug-Debian: https://...`.
fn name_of(line: &[u8]) -> Option<&[u8]> {
    let line = without_ending(line);
    let colon = line.find_byte(b':')?;
    let (name, rest) = line.split_at(colon);
    let fits = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.len() <= 60
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let value = matches!(rest, [b':'] | [b':', b' ' | b'\t', ..]) || is_known(name) && !rest.starts_with(b"://");
    (fits && value).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "Description: build with\n system zlib\n .\n   indented\nBug-Debian: https://bugs.debian.org/1\n\nFree text: with a colon\nhttps://x.y\n\nForwarded: no\nLast-Update: 2020-01-01\n---\nNot: a field\n";

    #[test]
    fn reads_fields_of_both_paragraphs() {
        let head = Head::parse(TEXT.as_bytes());
        let names: Vec<String> = head.fields().map(|field| field.name.to_string()).collect();
        assert_eq!(names, ["Description", "Bug-Debian", "Forwarded", "Last-Update"]);
        let lines: Vec<&[u8]> = head.field("description").unwrap().lines().collect();
        assert_eq!(lines, [&b"build with"[..], b"system zlib", b"", b"  indented"]);
        assert_eq!(head.field("bug-debian").unwrap().value(), "https://bugs.debian.org/1");
    }

    #[test]
    fn free_text_has_no_fields() {
        assert_eq!(Head::parse(b"just words\nNote: x\n").fields().count(), 0);
        assert_eq!(
            Head::parse(b"From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: x\n\nbody\n").fields().count(),
            2
        );
    }

    proptest! {
        #[test]
        fn prints_what_it_read(input in "(Bug: x|From: y| z| \\.|---|free|\n|\r\n|Subject:)(\n(Bug: x|From: y| z| \\.|---|free|\r|)){0,12}") {
            prop_assert_eq!(Head::parse(input.as_bytes()).print(), input.as_bytes());
        }

        #[test]
        fn prints_any_bytes(input in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b':')], 0..80)) {
            prop_assert_eq!(Head::parse(&input).print(), input);
        }
    }
}
