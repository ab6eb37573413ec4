//! What a patch's head says: author, date, subject and text, whoever wrote it.
//!
//! A mail (`git format-patch`) is read as `git mailinfo` does, a DEP-3 head by its fields, Mercurial's export by its
//! `# User` and `# Date`, and free text by its first line.

use bstr::{BString, ByteSlice};

use super::date::{self, Moment};
use super::dep3::{Field, Head, Part};
use super::encoded;
use crate::text::lines::without_ending;

/// The message of a patch; a text that is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The author's name.
    pub author_name: BString,
    /// The author's mail address.
    pub author_email: BString,
    /// The date as written.
    pub date: BString,
    /// The date as a moment, where it can be read.
    pub moment: Option<Moment>,
    /// The subject in one line, without `[PATCH 1/2]`.
    pub subject: BString,
    /// The text below the subject.
    pub body: BString,
    /// The fields that are neither of the above (`Bug-Debian`, `Forwarded`...), in order.
    pub fields: Vec<Field>,
}

impl Message {
    /// Reads the head of a patch file.
    pub fn read(head: &[u8]) -> Self {
        let head = Head::parse(head);
        let mut message = Message::default();
        let description = head.field("subject").or_else(|| head.field("description")).cloned();
        let mut below = false;
        for part in &head.parts {
            match part {
                // A `From:` at the head of the text overrides the mail's own (`git format-patch --from`).
                Part::Field(field) if below && field.name == "From" => message.take_author(&field.value()),
                Part::Field(field) => message.take_field(field, description.as_ref()),
                Part::Text(text) => below |= text.trim().is_empty() && !message.author_email.is_empty(),
            }
        }
        let mut body: Vec<BString> = Vec::new();
        if let Some(description) = &description {
            message.describe(description, &mut body);
        }
        message.take_text(&head, description.is_some(), &mut body);
        message.body = joined(body);
        message
    }

    fn take_field(&mut self, field: &Field, description: Option<&Field>) {
        match field.name.to_ascii_lowercase().as_slice() {
            b"from" | b"author" if self.author_email.is_empty() => self.take_author(&field.value()),
            b"date" if self.date.is_empty() => self.take_date(&field.value()),
            // How a mail travelled says nothing about the patch.
            b"message-id"
            | b"mime-version"
            | b"content-type"
            | b"content-transfer-encoding"
            | b"to"
            | b"in-reply-to"
            | b"references"
            | b"x-mailer"
            | b"list-id"
            | b"received"
            | b"return-path" => {}
            _ if description == Some(field) => {}
            _ => self.fields.push(field.clone()),
        }
    }

    /// `Subject` is a folded line; `Description` has a short line and a long text.
    fn describe(&mut self, field: &Field, body: &mut Vec<BString>) {
        if field.name.eq_ignore_ascii_case(b"subject") {
            self.subject = without_tags(&encoded::decode(&field.value()));
            return;
        }
        let mut lines = field.lines().skip_while(|line| line.is_empty());
        self.subject = BString::from(lines.next().unwrap_or_default());
        body.extend(lines.map(BString::from));
    }

    fn take_text(&mut self, head: &Head, described: bool, body: &mut Vec<BString>) {
        let fields_from = head.parts.iter().position(|part| matches!(part, Part::Field(_))).unwrap_or(0);
        let texts: Vec<&[u8]> = head
            .parts
            .iter()
            .enumerate()
            .filter_map(|(index, part)| match part {
                // The `From ` line of a mailbox.
                Part::Text(text) if index < fields_from && text.starts_with(b"From ") => None,
                Part::Text(text) => Some(without_ending(text)),
                Part::Field(_) => None,
            })
            .take_while(|line| *line != b"---")
            .skip_while(|line| line.is_empty())
            .collect();
        if !body.is_empty() {
            body.push(BString::default());
        }
        for line in texts {
            if line.starts_with(b"# ") && !described && self.take_mercurial(line) {
                continue;
            }
            if !described && self.subject.is_empty() {
                self.subject = without_tags(line.trim());
                continue;
            }
            body.push(BString::from(line.trim_end()));
        }
    }

    /// Takes a line of `hg export`; false for another comment.
    fn take_mercurial(&mut self, line: &[u8]) -> bool {
        if let Some(user) = line.strip_prefix(b"# User ") {
            self.take_author(user);
        } else if let Some(date) = line.strip_prefix(b"# Date ") {
            self.date = BString::from(date);
            let mut words = date.fields().map(|word| word.to_str().ok()?.parse::<i64>().ok());
            if let (Some(Some(seconds)), Some(Some(west))) = (words.next(), words.next()) {
                let offset = i32::try_from(-west / 60).unwrap_or(0);
                self.moment = Some(Moment { seconds, offset });
            }
        } else {
            let other: [&[u8]; 4] = [b"# HG changeset patch", b"# Node ID ", b"# Parent ", b"# Branch "];
            return other.iter().any(|start| line.starts_with(start));
        }
        true
    }

    fn take_author(&mut self, text: &[u8]) {
        let text = encoded::decode(text);
        let (name, email) = match (text.rfind_byte(b'<'), text.rfind_byte(b'>')) {
            (Some(open), Some(close)) if open < close => (text[..open].trim(), text[open + 1..close].trim()),
            _ if text.contains(&b'@') && !text.contains(&b' ') => (&text[..0], text.trim()),
            _ => (text.trim(), &text[..0]),
        };
        (self.author_name, self.author_email) = (encoded::unphrased(name), BString::from(email));
    }

    fn take_date(&mut self, text: &[u8]) {
        self.date = BString::from(text.trim());
        self.moment = date::parse(text);
    }

    /// When the patch was written: its date, else the day of the last update, the only one that DEP-3 knows.
    pub fn written(&self) -> Option<Moment> {
        let updated = || self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(b"last-update"));
        self.moment.or_else(|| date::parse(&updated()?.value()))
    }

    /// The message as a commit has it: subject, text and the remaining fields as trailers.
    pub fn commit_text(&self) -> BString {
        let mut out = self.subject.to_vec();
        out.push(b'\n');
        if !self.body.is_empty() {
            out.push(b'\n');
            out.extend_from_slice(&self.body);
            out.push(b'\n');
        }
        for (index, field) in self.fields.iter().enumerate() {
            if index == 0 {
                out.push(b'\n');
            }
            out.extend_from_slice(&field.verbatim.replace("\r\n", "\n"));
            if !out.ends_with(b"\n") {
                out.push(b'\n');
            }
        }
        BString::from(out)
    }
}

/// Joins lines without the empty ones at either end.
fn joined(lines: Vec<BString>) -> BString {
    let text = bstr::join("\n", lines);
    BString::from(text.trim_end().trim_start_with(|character| character == '\n'))
}

/// A subject without the tags that mail programs put before it: `Re:`, `[PATCH v2 1/3]`.
fn without_tags(subject: &[u8]) -> BString {
    let mut rest = subject.trim();
    loop {
        let shorter = match rest {
            [b'R' | b'r', b'e', b':', after @ ..] => after,
            [b'[', inside @ ..] => match inside.split_once_str("]") {
                Some((tag, after)) if is_tag(tag) => after,
                _ => break,
            },
            _ => break,
        };
        rest = shorter.trim();
    }
    BString::from(rest)
}

/// `PATCH`, `RFC PATCH v2` or a bare `1/3`; another bracket (`[wasm]`) is part of the subject.
fn is_tag(tag: &[u8]) -> bool {
    let number =
        |word: &[u8]| word.split_once_str("/").is_some_and(|(a, b)| [a, b].concat().iter().all(u8::is_ascii_digit));
    tag.fields().any(|word| word.starts_with(b"PATCH") || word == b"RFC" || number(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_a_mail() {
        let text = "From 0123456789 Mon Sep 17 00:00:00 2001\nFrom: =?UTF-8?q?J=C3=BCrgen?= <j@x.org>\nDate: Mon, 17 Sep 2001 02:00:00 +0200\nSubject: [PATCH v2 1/3] [wasm] Fix a\n long line\nMIME-Version: 1.0\n\nBecause.\n\nBug: 12\n---\n x.c | 2 +-\n\n";
        let message = Message::read(text.as_bytes());
        assert_eq!(
            (message.author_name.as_slice(), message.author_email.as_slice()),
            ("Jürgen".as_bytes(), &b"j@x.org"[..])
        );
        assert_eq!(message.moment, Some(Moment { seconds: 1_000_684_800, offset: 120 }));
        assert_eq!(message.subject, "[wasm] Fix a long line");
        assert_eq!(message.body, "Because.");
        assert_eq!(message.commit_text(), "[wasm] Fix a long line\n\nBecause.\n\nBug: 12\n");
    }

    #[test]
    fn an_inner_author_wins() {
        let text = "From 01 Mon Sep 17 00:00:00 2001\nFrom: Sender <s@x>\nSubject: [PATCH] s\n\nFrom: Writer <w@x>\n\ntext\n---\n";
        let message = Message::read(text.as_bytes());
        assert_eq!((message.author_name.to_string(), message.body.to_string()), ("Writer".into(), "text".into()));
    }

    #[test]
    fn reads_dep3() {
        let text = "Description: short\n long one\n .\n long two\nAuthor: A B <a@b>\nForwarded: no\n\nfree\n";
        let message = Message::read(text.as_bytes());
        assert_eq!(message.subject, "short");
        assert_eq!(message.body, "long one\n\nlong two\n\nfree");
        assert_eq!(message.author_email, "a@b");
        assert_eq!(message.commit_text(), "short\n\nlong one\n\nlong two\n\nfree\n\nForwarded: no\n");
    }

    #[test]
    fn reads_free_text_and_mercurial() {
        let message = Message::read(b"\nFix the build\nsecond line\n\n---\n x | 1 +\n");
        assert_eq!(
            (message.subject.to_string(), message.body.to_string()),
            ("Fix the build".into(), "second line".into())
        );
        let text =
            b"# HG changeset patch\n# User A <a@b>\n# Date 1000684800 -7200\n# Node ID 12\n# Parent  34\nFix\n\nwhy\n";
        let message = Message::read(text);
        assert_eq!(message.moment, Some(Moment { seconds: 1_000_684_800, offset: 120 }));
        assert_eq!((message.subject.to_string(), message.body.to_string()), ("Fix".into(), "why".into()));
        assert_eq!(Message::read(b""), Message::default());
    }

    proptest! {
        #[test]
        fn no_head_does_harm(head in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b':'), Just(b'<')], 0..120)) {
            let _ = Message::read(&head).commit_text();
        }
    }
}
