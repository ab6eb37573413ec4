//! quilt's `series` file, read and edited without touching any other byte.
//!
//! The rules are those of quilt's `scripts/patchfns` and dpkg's `Dpkg::Source::Quilt`: a `#` at the beginning of a
//! line or after white space begins a comment; the name ends at the first blank or tab (quilt knows no quoting);
//! options for `patch` follow.

use std::collections::HashMap;

use bstr::{BString, ByteSlice};

use crate::text::display::terminal;
use crate::text::lines::{split, without_ending};

/// A series file as a list of lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// Every line, in order.
    pub lines: Vec<SeriesLine>,
}

/// One line of a series file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLine {
    /// The line as it stands, with its ending.
    pub text: BString,
    /// What it names; `None` for a comment or an empty line.
    pub entry: Option<SeriesEntry>,
}

/// A line that names a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesEntry {
    /// The name, relative to the folder of patches.
    pub name: BString,
    /// Leading path parts to strip, if told; quilt's own choice is 1.
    pub strip: Option<usize>,
    /// True for `-R`.
    pub reverse: bool,
    /// The line number (1-based).
    pub line: usize,
}

/// Says where a series file is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// The same patch stands there twice.
    #[error("{line}: `{name}` is already in line {first}")]
    Duplicate {
        /// The later line.
        line: usize,
        /// The earlier line.
        first: usize,
        /// The name.
        name: String,
    },
    /// A strip level is not a number.
    #[error("{line}: `{option}` is no strip level like `-p1`")]
    Strip {
        /// The line.
        line: usize,
        /// The option as written.
        option: String,
    },
}

impl SeriesError {
    /// The line (1-based) to look at.
    pub fn line(&self) -> usize {
        match self {
            SeriesError::Duplicate { line, .. } | SeriesError::Strip { line, .. } => *line,
        }
    }

    /// The next thing to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            SeriesError::Duplicate { .. } => "remove or comment out one of the two lines",
            SeriesError::Strip { .. } => "write `-p` and a number, or leave it out for `-p1`",
        }
    }
}

impl Series {
    /// Reads a series file.
    pub fn parse(input: &[u8]) -> Result<Self, SeriesError> {
        Self::parse_with(input, entry)
    }

    /// Reads a list of names without options, blanks being part of a name (Electron's `.patches`).
    pub fn parse_plain(input: &[u8]) -> Result<Self, SeriesError> {
        Self::parse_with(input, |text, line| {
            let name = text.trim();
            let named = !name.is_empty() && !name.starts_with(b"#");
            Ok(named.then(|| SeriesEntry { name: BString::from(name), strip: None, reverse: false, line }))
        })
    }

    fn parse_with(
        input: &[u8],
        read: impl Fn(&[u8], usize) -> Result<Option<SeriesEntry>, SeriesError>,
    ) -> Result<Self, SeriesError> {
        let mut lines = Vec::new();
        let mut seen: HashMap<BString, usize> = HashMap::new();
        for (index, text) in split(input).into_iter().enumerate() {
            let entry = read(text, index + 1)?;
            if let Some(entry) = &entry
                && let Some(first) = seen.insert(entry.name.clone(), entry.line)
            {
                return Err(SeriesError::Duplicate { line: entry.line, first, name: terminal(&entry.name) });
            }
            lines.push(SeriesLine { text: BString::from(text), entry });
        }
        Ok(Self { lines })
    }

    /// The file's bytes.
    pub fn print(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| line.text.iter().copied()).collect()
    }

    /// The patches in order.
    pub fn entries(&self) -> impl Iterator<Item = &SeriesEntry> {
        self.lines.iter().filter_map(|line| line.entry.as_ref())
    }

    /// Turns the line of `name` into a comment that tells why; false where no line names it.
    ///
    /// The line itself stays readable behind `# `, so that taking the mark away restores it.
    pub fn comment_out(&mut self, name: &[u8], why: &str) -> bool {
        let Some(at) = self.position(name) else { return false };
        let Some(line) = self.lines.get_mut(at) else { return false };
        let ending = if line.text.ends_with(b"\r\n") { "\r\n" } else { "\n" };
        let why: Vec<&str> = why.split(['\r', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let mut text = Vec::new();
        if !why.is_empty() {
            text.extend_from_slice(format!("# forebay: {}{ending}", why.join(" ")).as_bytes());
        }
        text.extend_from_slice(b"# ");
        text.extend_from_slice(&line.text);
        let commented = split(&text).into_iter().map(|text| SeriesLine { text: BString::from(text), entry: None });
        self.lines.splice(at..=at, commented.collect::<Vec<_>>());
        true
    }

    /// Takes the line of `name` away; false where no line names it.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        match self.position(name) {
            Some(at) => {
                self.lines.remove(at);
                true
            }
            None => false,
        }
    }

    fn position(&self, name: &[u8]) -> Option<usize> {
        self.lines.iter().position(|line| line.entry.as_ref().is_some_and(|entry| entry.name == name))
    }
}

fn entry(text: &[u8], line: usize) -> Result<Option<SeriesEntry>, SeriesError> {
    let mut words = without_ending(text).fields().take_while(|word| !word.starts_with(b"#"));
    let Some(name) = words.next() else { return Ok(None) };
    let mut entry = SeriesEntry { name: BString::from(name), strip: None, reverse: false, line };
    while let Some(word) = words.next() {
        if word == b"-R" || word == b"--reverse" {
            entry.reverse = true;
            continue;
        }
        let level = match word {
            b"-p" | b"--strip" => words.next(),
            _ => word.strip_prefix(b"-p").or_else(|| word.strip_prefix(b"--strip=")),
        };
        // Other options (`-F0`, `--binary`) do not change what a patch means.
        let Some(level) = level else {
            if word == b"-p" || word == b"--strip" {
                return Err(SeriesError::Strip { line, option: terminal(word) });
            }
            continue;
        };
        entry.strip = Some(strip_level(level).ok_or_else(|| SeriesError::Strip { line, option: terminal(word) })?);
    }
    Ok(Some(entry))
}

/// A number, or quilt's `ab` (names with `a/` and `b/`), which means 1.
fn strip_level(text: &[u8]) -> Option<usize> {
    if text == b"ab" {
        return Some(1);
    }
    text.to_str().ok()?.parse().ok().filter(|level| *level < 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str =
        "# head\n\n  # indented\nfixes/a.patch\n\tb.patch -p0 # why\r\nc.patch -R -p 2\n#old.patch\nd#1.patch";

    #[test]
    fn reads_what_quilt_reads() {
        let series = Series::parse(TEXT.as_bytes()).unwrap();
        let entries: Vec<_> =
            series.entries().map(|entry| (entry.name.to_string(), entry.strip, entry.reverse, entry.line)).collect();
        let want = [
            ("fixes/a.patch", None, false, 4),
            ("b.patch", Some(0), false, 5),
            ("c.patch", Some(2), true, 6),
            ("d#1.patch", None, false, 8),
        ];
        assert_eq!(entries, want.map(|(name, strip, reverse, line)| (name.to_owned(), strip, reverse, line)));
    }

    #[test]
    fn edits_one_line_only() {
        let mut series = Series::parse(TEXT.as_bytes()).unwrap();
        assert!(series.comment_out(b"b.patch", "conflict in\nx.cc"));
        assert!(series.remove(b"fixes/a.patch"));
        assert!(!series.remove(b"fixes/a.patch"));
        let want =
            TEXT.replace("fixes/a.patch\n", "").replace("\tb.patch", "# forebay: conflict in x.cc\r\n# \tb.patch");
        assert_eq!(series.print().as_bstr(), want);
        let again = Series::parse(&series.print()).unwrap();
        assert_eq!(again.entries().count(), 2);
    }

    #[test]
    fn refuses_duplicates_and_odd_levels() {
        let error = |text: &str| Series::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(error("a\nb\na -p0\n"), "3: `a` is already in line 1");
        assert_eq!(error("a -px\n"), "1: `-px` is no strip level like `-p1`");
        assert_eq!(error("a -p\n"), "1: `-p` is no strip level like `-p1`");
    }

    proptest! {
        #[test]
        fn prints_what_it_read(input in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'#'), Just(b' ')], 0..80)) {
            if let Ok(series) = Series::parse(&input) {
                prop_assert_eq!(series.print(), input);
            }
        }
    }
}
