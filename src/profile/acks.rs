//! Reads ack entries: `[[ack]]` tables of a TOML file that a team keeps under version control.

use serde::Deserialize;

use crate::finding::ack::Ack;

/// Why a file of ack entries cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}:{line}:{column}: {what}")]
pub struct AckError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

impl AckError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "an entry is `[[ack]]` with `code` or `id`, a `reason` and `expires = \"YYYY-MM-DD\"`, and `component` where it is for one alone"
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    ack: Vec<toml::Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Option<String>,
    code: Option<String>,
    component: Option<String>,
    reason: String,
    expires: toml::Spanned<String>,
}

/// Reads the entries; `file` is its name for messages and findings.
pub fn parse(text: &str, file: &str) -> Result<Vec<Ack>, AckError> {
    let error = |at: usize, what: String| {
        let (line, column) = position(text, at);
        AckError { file: file.to_owned(), line, column, what }
    };
    let found: File = toml::from_str(text)
        .map_err(|problem| error(problem.span().map_or(0, |span| span.start), problem.message().to_owned()))?;
    let mut acks = Vec::with_capacity(found.ack.len());
    for entry in found.ack {
        let at = entry.span().start;
        let entry = entry.into_inner();
        if entry.id.is_none() && entry.code.is_none() {
            return Err(error(at, "an entry without `id` and `code` would silence everything".to_owned()));
        }
        if entry.reason.trim().is_empty() {
            return Err(error(at, "`reason` is empty".to_owned()));
        }
        if !is_day(entry.expires.get_ref()) {
            return Err(error(
                entry.expires.span().start,
                format!("`{}` is no day", crate::text::display::terminal(entry.expires.get_ref().as_bytes())),
            ));
        }
        acks.push(Ack {
            id: entry.id,
            code: entry.code,
            component: entry.component,
            reason: entry.reason,
            expires: entry.expires.into_inner(),
            place: format!("{file}:{}", position(text, at).0),
        });
    }
    Ok(acks)
}

/// `YYYY-MM-DD` with a month and a day that can be.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, digits: usize| (text.len() == digits).then(|| text.parse::<u32>().ok()).flatten();
    let within = |value: Option<u32>, most: u32| value.is_some_and(|value| (1..=most).contains(&value));
    number(year, 4).is_some() && within(number(month, 2), 12) && within(number(day, 2), 31)
}

/// Line and column, from 1, of a byte of the text.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_their_place() {
        let text = "# ours\n[[ack]]\ncode = \"duplicate-component\"\ncomponent = \"zlib\"\nreason = \"two forks\"\nexpires = \"2027-01-31\"\n";
        let acks = parse(text, "forebay.ack.toml").unwrap();
        assert_eq!(acks.len(), 1);
        assert_eq!((acks[0].place.as_str(), acks[0].component.as_deref()), ("forebay.ack.toml:2", Some("zlib")));
        assert_eq!(parse("", "x").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong = |text: &str| parse(text, "a.toml").unwrap_err().to_string();
        assert_eq!(
            wrong("[[ack]]\nreason = \"x\"\nexpires = \"2027-01-31\"\n"),
            "a.toml:1:1: an entry without `id` and `code` would silence everything"
        );
        assert_eq!(
            wrong("[[ack]]\ncode = \"a\"\nreason = \"x\"\nexpires = \"soon\"\n"),
            "a.toml:4:11: `soon` is no day"
        );
        assert!(wrong("[[ack]]\ncode = \"a\"\nreson = \"x\"\n").starts_with("a.toml:3:1: unknown field `reson`"));
        assert!(wrong("[[ack]\n").starts_with("a.toml:1:"));
        assert_eq!(
            wrong("[[ack]]\ncode = \"a\"\nreason = \" \"\nexpires = \"2027-01-31\"\n"),
            "a.toml:1:1: `reason` is empty"
        );
    }
}
