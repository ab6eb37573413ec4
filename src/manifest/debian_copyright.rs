//! `debian/copyright` in machine-readable form: Debian's own view of licences, a second opinion.
//!
//! Source: Debian's "Machine-readable debian/copyright file", version 1.0 (DEP-5). The header paragraph names the
//! upstream; each `Files` paragraph gives a licence to files by globs, the last match wins. Globs are relative to the folder
//! above `debian`.
//!
//! Facts: [`COPYRIGHT`].

use super::{Declared, Fact, Format, Parsed, Role, Root, Stated, Url, UrlKind, url};
use crate::path::RepoPath;
use crate::text::glob::{self, Piece};

/// Fact: whose work the files are.
pub const COPYRIGHT: &str = "copyright";

/// The longest pattern; no path is longer.
const PATTERN_LIMIT: usize = 4096;

/// A pattern of a `Files` field: `*` stands for anything, also with slashes, `?` for one byte, and a backslash takes the
/// meaning from these three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    beginning: Vec<u8>,
    rest: Vec<Piece>,
}

impl Pattern {
    /// A pattern that is written relative to a folder (empty: the tree).
    pub fn below(folder: &[u8], written: &[u8]) -> Self {
        let mut parts: Vec<Piece> = Vec::new();
        let mut bytes = written.iter().take(PATTERN_LIMIT).copied().peekable();
        while let Some(byte) = bytes.next() {
            parts.push(match byte {
                b'*' => Piece::Anything,
                b'?' => Piece::One,
                b'\\' => Piece::Byte(bytes.next_if(|next| matches!(next, b'*' | b'?' | b'\\')).unwrap_or(byte)),
                byte => Piece::Byte(byte),
            });
        }
        let mut beginning = folder.to_vec();
        if !folder.is_empty() {
            beginning.push(b'/');
        }
        let plain = parts.iter().map_while(|part| if let Piece::Byte(byte) = part { Some(*byte) } else { None });
        let before = beginning.len();
        beginning.extend(plain);
        let rest = parts.split_off(beginning.len() - before);
        Self { beginning, rest }
    }

    /// The part before the first `*` or `?`.
    pub fn beginning(&self) -> &[u8] {
        &self.beginning
    }

    /// True where the pattern fits the whole path.
    pub fn fits(&self, path: &[u8]) -> bool {
        path.strip_prefix(&self.beginning[..]).is_some_and(|rest| glob::fits_pieces(&self.rest, rest))
    }
}

/// A field: its name, its value with continuation lines, its line.
type Field = (String, Stated);

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let mut parsed = Parsed::default();
    let paragraphs = paragraphs(&text);
    let get = |paragraph: &[Field], name: &str| {
        paragraph.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    // Files of the older free form have no such header.
    let Some(header) = paragraphs.first().filter(|first| get(first, "Format").is_some()) else { return parsed };
    let root = path.parent().map_or(Root::Unknown, |folder| Root::around(&folder));
    if let Some(name) = get(header, "Upstream-Name") {
        let mut declared = Declared::new(Format::DebianCopyright, path, name.line, Role::Present, root.clone());
        declared.name = Some(name);
        if let Some(source) = get(header, "Source") {
            let address = source.text.split_whitespace().find(|word| word.contains("://"));
            declared.urls.extend(address.map(|address| Url {
                kind: match url::kind_of(address) {
                    UrlKind::Archive => UrlKind::Home,
                    kind => kind,
                },
                text: address.trim_matches(['<', '>', ',']).to_owned(),
                line: source.line,
            }));
        }
        set_license(&mut declared, get(header, "License"));
        parsed.declared.push(declared);
    }
    for paragraph in &paragraphs {
        let Some(files) = get(paragraph, "Files") else { continue };
        let mut declared = Declared::new(Format::DebianCopyright, path, files.line, Role::Licensing, root.clone());
        declared.files = files.text.split_whitespace().map(|glob| Stated::new(glob, files.line)).collect();
        set_license(&mut declared, get(paragraph, "License"));
        let holders = get(paragraph, "Copyright");
        declared.facts.extend(holders.map(|holders| Fact::new(COPYRIGHT, holders.text, holders.line)));
        parsed.declared.push(declared);
    }
    parsed
}

/// The first line names the licence; the rest is its text.
fn set_license(declared: &mut Declared, license: Option<Stated>) {
    let Some(license) = license else { return };
    let name = license.text.lines().next().unwrap_or_default();
    declared.license = Stated::filled(name, license.line);
    declared.licenses = declared.license.iter().map(|license| license.text.clone()).collect();
}

/// Paragraphs of `Name: value` fields, separated by empty lines; lines that begin with a blank continue a value.
fn paragraphs(text: &str) -> Vec<Vec<Field>> {
    let mut paragraphs: Vec<Vec<Field>> = Vec::new();
    let mut open: Vec<Field> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            if !open.is_empty() {
                paragraphs.push(std::mem::take(&mut open));
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = open.last_mut() {
                value.text.push('\n');
                value.text.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':').filter(|_| !line.starts_with('#')) {
            open.push((name.to_owned(), Stated::new(value.trim(), index + 1)));
        }
    }
    paragraphs.push(open);
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_and_files() {
        let path = RepoPath::parse(b"fish/debian/copyright").unwrap();
        let parsed = parse(
            &path,
            b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: fish\nSource: <https://github.com/fish/fish>\n\nFiles: *\nCopyright: 2020 A\n           2021 B\nLicense: GPL-2+ or MIT\n text of it\n .\n more: text\n\nFiles: lib/*\n src/x.c\nLicense: BSD-3-clause\n\nLicense: MIT\n text\n",
        );
        let [fish, all, lib] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"fish").unwrap()));
        assert_eq!(
            (fish.urls[0].kind, fish.urls[0].text.as_str()),
            (UrlKind::Repository, "https://github.com/fish/fish")
        );
        assert_eq!(all.license, Some(Stated::new("GPL-2+ or MIT", 8)));
        assert_eq!(all.fact(COPYRIGHT).unwrap().text, "2020 A\n2021 B");
        assert_eq!(lib.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>(), ["lib/*", "src/x.c"]);
        assert!(lib.role == Role::Licensing && lib.line == 13);
    }

    #[test]
    fn patterns_cross_slashes_and_know_three_escapes() {
        let fits = |pattern: &str, path: &str| Pattern::below(b"", pattern.as_bytes()).fits(path.as_bytes());
        assert!(fits("*", "a/b/c") && fits("a/*.c", "a/b/c.c") && fits("a?c", "abc") && fits("*/c*", "a/b/c"));
        assert!(!fits("a", "a/b") && !fits("b/c", "a/b/c") && !fits("a/?", "a/bc") && !fits("", "a"));
        assert!(fits(r"a\*", "a*") && !fits(r"a\*", "ab") && fits(r"a\\b", r"a\b") && fits(r"a\b", r"a\b"));
        let below = Pattern::below(b"x/y", b"lib/*");
        assert!(below.fits(b"x/y/lib/a") && !below.fits(b"lib/a") && below.beginning() == b"x/y/lib/");
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_without_escapes_fits_as_a_regular_expression_does(
            pattern in "[ab/*?]{0,12}", path in "[ab/]{0,12}",
        ) {
            let part = |c| match c {
                '*' => "(?s:.*)".to_owned(),
                '?' => "(?s:.)".to_owned(),
                other => other.to_string(),
            };
            let escaped: String = pattern.chars().map(part).collect();
            let expected = regex::Regex::new(&format!("^{escaped}$")).unwrap().is_match(&path);
            proptest::prop_assert_eq!(Pattern::below(b"", pattern.as_bytes()).fits(path.as_bytes()), expected);
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), text in "(Format: x\n|\nFiles: [ -~]{0,9}\n|License: [ -~]{0,9}\n| [ -~]{0,9}\n|:\n){0,9}") {
            let path = RepoPath::parse(b"debian/copyright").unwrap();
            parse(&path, &bytes);
            let parsed = parse(&path, text.as_bytes());
            proptest::prop_assert!(parsed.declared.len() <= text.lines().count() + 1);
            Pattern::below(&bytes, text.as_bytes()).fits(text.as_bytes());
        }
    }

    #[test]
    fn the_free_form_says_nothing() {
        let path = RepoPath::parse(b"debian/copyright").unwrap();
        assert_eq!(parse(&path, b"This package was debianized by...\n\nLicense: GPL\n"), Parsed::default());
        assert_eq!(parse(&path, b"Format: x\n\nFiles: *\nLicense: MIT\n").declared[0].root, Root::Tree);
    }
}
