//! The head of a mail as `git format-patch` writes it, and what of a distribution's own head goes upstream.

use std::io::Write as _;

use bstr::{BStr, BString, ByteSlice};

use super::date::{self, Moment};
use super::encoded;
use super::message::Message;

/// What the head of a mail says.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The commit, 40 hexadecimal digits.
    pub id: &'a str,
    /// The author's name.
    pub name: &'a BStr,
    /// The author's address.
    pub email: &'a BStr,
    /// When it was written; a mail without a date is dated by who reads it (`git am` takes the clock).
    pub moment: Option<Moment>,
    /// One line.
    pub subject: &'a BStr,
    /// The text below it, without line ends around it.
    pub body: &'a BStr,
}

impl Letter<'_> {
    /// The head's bytes up to the line that ends it.
    pub fn print(&self) -> BString {
        let mut out = Vec::new();
        let (name, subject) = (encoded::phrase(self.name), encoded::encode(self.subject));
        // Writing to a Vec cannot fail.
        let _ = writeln!(out, "From {} Mon Sep 17 00:00:00 2001", self.id);
        let _ = writeln!(out, "From: {name} <{}>", self.email);
        if let Some(moment) = self.moment {
            let _ = writeln!(out, "Date: {}", date::print(moment));
        }
        let _ = writeln!(out, "Subject: [PATCH] {subject}");
        if !self.body.is_ascii() {
            out.extend_from_slice(
                b"MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n",
            );
        }
        out.push(b'\n');
        if !self.body.is_empty() {
            out.extend_from_slice(self.body);
            out.push(b'\n');
        }
        out.extend_from_slice(b"---\n\n");
        BString::from(out)
    }
}

/// Fields that speak to upstream too; all others are the distribution's own.
const UPSTREAM_FIELDS: [&str; 11] = [
    "bug",
    "fixes",
    "link",
    "signed-off-by",
    "co-authored-by",
    "co-developed-by",
    "suggested-by",
    "reported-by",
    "tested-by",
    "cve",
    "change-id",
];

/// The head of the mail in which a patch goes upstream: author, date, subject and text, without the fields that are the
/// distribution's own (`Forwarded`, `Origin`, `Bug-Debian`, `Last-Update`, `Upstream-Status`...).
pub fn for_upstream(message: &Message) -> BString {
    let mut body = message.body.to_vec();
    let kept: Vec<BString> = message
        .fields
        .iter()
        .filter(|field| UPSTREAM_FIELDS.iter().any(|name| field.name.eq_ignore_ascii_case(name.as_bytes())))
        .map(|field| BString::from(format!("{}: {}", field.name, field.value())))
        .collect();
    if !kept.is_empty() {
        if !body.is_empty() {
            body.extend_from_slice(b"\n\n");
        }
        body.extend_from_slice(&bstr::join("\n", kept));
    }
    Letter {
        id: "0000000000000000000000000000000000000000",
        name: message.author_name.as_bstr(),
        email: message.author_email.as_bstr(),
        moment: message.written(),
        subject: message.subject.as_bstr(),
        body: body.as_bstr(),
    }
    .print()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distributions_own_fields_stay_at_home() {
        let head = "Description: Fix the gate\n It overflowed.\nAuthor: J\u{fc}rgen <j@x.org>\nBug: https://up.example/1\nBug-Debian: https://bugs.debian.org/2\nForwarded: no\nLast-Update: 2026-01-02\nSigned-off-by: J <j@x.org>\n\n";
        let mail = for_upstream(&Message::read(head.as_bytes())).to_string();
        assert!(mail.contains("Subject: [PATCH] Fix the gate\n"), "{mail}");
        assert!(
            mail.contains("\n\nIt overflowed.\n\nBug: https://up.example/1\nSigned-off-by: J <j@x.org>\n---\n"),
            "{mail}"
        );
        assert!(mail.contains("\nDate: Fri, 2 Jan 2026 00:00:00 +0000\n"), "{mail}");
        assert!(!for_upstream(&Message::read(b"Description: x\nAuthor: J <j@x.org>\n\n")).contains_str("Date:"));
        assert!(!mail.contains("Debian") && !mail.contains("Forwarded") && !mail.contains("Last-Update"), "{mail}");
        assert_eq!(Message::read(mail.as_bytes()).author_name, "J\u{fc}rgen");
    }
}
