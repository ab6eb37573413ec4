//! Splits a `README.chromium` into components and their fields, by the rules of Chromium's own reader.
//!
//! A field begins at column 0 with its name and a colon. One-line fields end with their line; the URL goes on until
//! something that looks like a field; descriptions go on until a *known* field, because their text is full of
//! `Note:` and `Source:` lines.

/// The fields of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Name,
    ShortName,
    Url,
    Version,
    Date,
    Revision,
    License,
    LicenseFile,
    SecurityCritical,
    Shipped,
    ShippedInChromium,
    LicenseAndroidCompatible,
    CpePrefix,
    Mitigated,
    Description,
    LocalModifications,
    UpdateMechanism,
}

/// Where a field ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With its line.
    Line,
    /// Before the next line that looks like a field, known or not.
    AnyField,
    /// Before the next known field.
    KnownField,
}

/// Names as the format writes them; letter case is free when reading.
const FIELDS: [(&str, Field, End); 17] = [
    ("Name", Field::Name, End::Line),
    ("Short Name", Field::ShortName, End::Line),
    ("URL", Field::Url, End::AnyField),
    ("Version", Field::Version, End::Line),
    ("Date", Field::Date, End::Line),
    ("Revision", Field::Revision, End::Line),
    ("License", Field::License, End::Line),
    ("License File", Field::LicenseFile, End::Line),
    ("Security Critical", Field::SecurityCritical, End::Line),
    ("Shipped", Field::Shipped, End::Line),
    ("Shipped in Chromium", Field::ShippedInChromium, End::Line),
    ("License Android Compatible", Field::LicenseAndroidCompatible, End::Line),
    ("CPEPrefix", Field::CpePrefix, End::Line),
    ("Mitigated", Field::Mitigated, End::Line),
    ("Description", Field::Description, End::KnownField),
    ("Local Modifications", Field::LocalModifications, End::KnownField),
    ("Update Mechanism", Field::UpdateMechanism, End::Line),
];

impl Field {
    /// The name as the format writes it.
    pub(super) fn name(self) -> &'static str {
        FIELDS.iter().find(|(_, field, _)| *field == self).map_or("", |(name, _, _)| name)
    }

    fn end(self) -> End {
        FIELDS.iter().find(|(_, field, _)| *field == self).map_or(End::Line, |(_, _, end)| *end)
    }
}

/// What begins at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'a> {
    /// A field of the format.
    Known(Field),
    /// A vulnerability, whose text explains its mitigation.
    Vulnerability(&'a str),
    /// Something of the look of a field.
    Other,
}

/// One field with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) key: Key<'a>,
    /// The value without blanks around it; lines are kept.
    pub(super) value: &'a str,
    /// The line at which the field begins, 1-based.
    pub(super) line: usize,
}

/// One component: its fields in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section<'a> {
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> Section<'a> {
    /// The value of a field; where it stands twice, the last one counts.
    pub(super) fn get(&self, field: Field) -> Option<&Entry<'a>> {
        self.entries.iter().rfind(|entry| entry.key == Key::Known(field))
    }

    /// The line at which the component begins.
    pub(super) fn line(&self) -> usize {
        self.entries.first().map_or(1, |entry| entry.line)
    }

    /// How many different fields of the format it has.
    pub(super) fn known_fields(&self) -> usize {
        FIELDS.iter().filter(|(_, field, _)| self.get(*field).is_some()).count()
    }
}

/// A field that is still being read: its value is `text[start..]` up to where the next one begins.
struct Open<'a> {
    key: Key<'a>,
    start: usize,
    line: usize,
}

impl<'a> Open<'a> {
    fn close(self, text: &'a str, end: usize) -> Entry<'a> {
        Entry { key: self.key, value: text.get(self.start..end).unwrap_or_default().trim(), line: self.line }
    }

    fn end(&self) -> End {
        match self.key {
            Key::Known(field) => field.end(),
            Key::Vulnerability(_) | Key::Other => End::KnownField,
        }
    }
}

/// Splits the text; sections without any field are left out.
pub(super) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut done = Vec::new();
    let mut section = Section::default();
    let mut open: Option<Open<'_>> = None;
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if is_divider(line) {
            section.entries.extend(open.take().map(|open| open.close(text, at)));
            done.push(std::mem::take(&mut section));
        } else if let Some((key, value)) = begins(line, open.as_ref().map(Open::end)) {
            section.entries.extend(open.take().map(|open| open.close(text, at)));
            open = Some(Open { key, start: at + value, line: index + 1 });
        }
        at += line.len();
        if open.as_ref().is_some_and(|open| ends_here(open, text, at)) {
            section.entries.extend(open.take().map(|open| open.close(text, at)));
        }
    }
    section.entries.extend(open.take().map(|open| open.close(text, at)));
    done.push(section);
    done.retain(|section| !section.entries.is_empty());
    done
}

/// A line of twenty dashes, `DEPENDENCY DIVIDER`, twenty dashes.
fn is_divider(line: &str) -> bool {
    line.trim_end_matches(['\r', '\n']) == "-------------------- DEPENDENCY DIVIDER --------------------"
}

/// Whether the open field ends with the line before `at`.
fn ends_here(open: &Open<'_>, text: &str, at: usize) -> bool {
    match open.key {
        Key::Known(Field::LocalModifications) => {
            // Long texts are never a "none"; leaving them alone keeps this linear.
            at - open.start < 1000
                && super::values::says_unmodified(text.get(open.start..at).unwrap_or_default().trim())
        }
        _ => open.end() == End::Line,
    }
}

/// The key that begins at this line and where its value starts; `inside` is how the field ends that is being read.
fn begins(line: &str, inside: Option<End>) -> Option<(Key<'_>, usize)> {
    let colon = line.find(':')?;
    let (name, rest) = (line.get(..colon)?, line.get(colon + 1..)?);
    let known = FIELDS.iter().find(|(known, _, _)| known.eq_ignore_ascii_case(name));
    let key = if let Some((_, field, _)) = known {
        Key::Known(*field)
    } else if super::values::is_vulnerability(name) {
        Key::Vulnerability(name)
    } else if inside == Some(End::AnyField) && looks_like_field(name, rest) {
        Key::Other
    } else {
        return None;
    };
    Some((key, colon + 1))
}

/// Capitalised words of two letters or more with one blank between, a colon, then a blank.
fn looks_like_field(name: &str, rest: &str) -> bool {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|first| first.is_ascii_uppercase())
            && word.len() > 1
            && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    name.split(' ').all(is_word) && rest.chars().next().is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Vec<(Key<'_>, &str)>> {
        sections(text).into_iter().map(|s| s.entries.into_iter().map(|e| (e.key, e.value)).collect()).collect()
    }

    #[test]
    fn letter_case_is_free_and_blanks_before_the_colon_are_not() {
        let found = keys("NAME: a\nshort name:b\nVersion : 1\n");
        assert_eq!(found, [[(Key::Known(Field::Name), "a"), (Key::Known(Field::ShortName), "b")]]);
    }

    #[test]
    fn the_url_ends_at_a_field_of_any_name_and_text_only_at_a_known_one() {
        let found = keys("URL: a\n  b\nSource Tree: c\nversion: 1\nDescription:\nNote: d\nURL: e\n");
        assert_eq!(
            found,
            [[
                (Key::Known(Field::Url), "a\n  b"),
                (Key::Other, "c"),
                (Key::Known(Field::Version), "1"),
                (Key::Known(Field::Description), "Note: d"),
                (Key::Known(Field::Url), "e"),
            ]]
        );
    }

    #[test]
    fn a_none_ends_the_local_modifications() {
        let found = keys("Local Modifications:\n\n(None.)\nmore text\nDate: x\n");
        assert_eq!(found, [[(Key::Known(Field::LocalModifications), "(None.)"), (Key::Known(Field::Date), "x")]]);
        let found = keys("Local Modifications:\nNone of the files\nmore\n");
        assert_eq!(found, [[(Key::Known(Field::LocalModifications), "None of the files\nmore")]]);
    }

    #[test]
    fn dividers_are_exact_and_empty_sections_vanish() {
        let divider = format!("{0} DEPENDENCY DIVIDER {0}", "-".repeat(20));
        let text = format!("text\n{divider}\nName: a\n-{divider}\nName: b\n{divider}\r\nName: c");
        let found = keys(&text);
        let name = Key::Known(Field::Name);
        assert_eq!(found, [vec![(name, "a"), (name, "b")], vec![(name, "c")]]);
    }

    #[test]
    fn a_vulnerability_explains_until_the_next_known_field() {
        let found = keys("Mitigated: CVE-2024-1\nCVE-2024-1: text\nNote: more\nGHSA-12: x\nDate: y\n");
        assert_eq!(
            found,
            [[
                (Key::Known(Field::Mitigated), "CVE-2024-1"),
                (Key::Vulnerability("CVE-2024-1"), "text\nNote: more\nGHSA-12: x"),
                (Key::Known(Field::Date), "y"),
            ]]
        );
    }
}
