//! What a spec says, as lists: patches, sources, how they are applied, bundled libraries, changelog entries.

use std::ops::Range;

use bstr::ByteSlice;

use super::document::{LineKind, SectionKind, Spec, Tag};
use super::read::trimmed_span;

/// A `PatchN:` or `SourceN:`, or an item of `%patchlist` or `%sourcelist`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The number, also where rpm counts by itself.
    pub number: u32,
    /// True where the number is written.
    pub numbered: bool,
    /// The file name or address as written.
    pub value: Range<usize>,
    /// The line (0-based).
    pub line: usize,
}

/// A line of a script that applies patches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The line (0-based).
    pub line: usize,
    /// Which patches.
    pub kind: ApplyKind,
    /// `-p`, where told.
    pub strip: Option<usize>,
    /// `-R`
    pub reverse: Reversed,
    /// True where it holds words that are not understood here.
    pub opaque: bool,
}

/// Whether a patch is taken back instead of applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reversed {
    /// Applied.
    #[default]
    No,
    /// Taken back.
    Yes,
}

/// Which patches a line applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyKind {
    /// `%patch -P1`, `%patch 1`, `%patch1`
    Some(Vec<u32>),
    /// `%autopatch -m 1 -M 9`: a range, whole where nothing bounds it.
    Range(u32, u32),
}

/// One `bundled(NAME) = VERSION` of a `Provides:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundled {
    /// The line (0-based).
    pub line: usize,
    /// What stands in the outer parentheses.
    pub name: Range<usize>,
    /// The version, where one is told.
    pub version: Option<Range<usize>>,
    /// True where it is the only thing that the tag provides.
    pub alone: bool,
}

/// The head of a changelog entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEntry {
    /// The line (0-based).
    pub line: usize,
    /// `Tue Jan 02 2024`
    pub date: Range<usize>,
    /// The rest: name, mail and perhaps ` - VERSION-RELEASE`.
    pub rest: Range<usize>,
}

impl Applied {
    /// True where the line applies that patch.
    pub fn covers(&self, number: u32) -> bool {
        match &self.kind {
            ApplyKind::Some(numbers) => numbers.contains(&number),
            ApplyKind::Range(low, high) => (low..=high).contains(&&number),
        }
    }
}

impl Spec {
    /// True for `%ifarch` and `%ifnarch` with words that no architecture can be called, such as `&&`: rpm compares word by word.
    pub fn idle_arch_words(&self, branch: usize) -> bool {
        let Some(branch) = self.branches().get(branch) else { return false };
        let arch = matches!(branch.kind, super::BranchKind::Arch | super::BranchKind::NotArch);
        let text = self.text(&branch.condition);
        arch && text.fields().any(|word| !word.first().is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'%'))
    }

    /// The patches in the order of their declaration.
    pub fn patches(&self) -> Vec<Listed> {
        self.listed("Patch", SectionKind::PatchList)
    }

    /// The sources in the order of their declaration.
    pub fn sources(&self) -> Vec<Listed> {
        self.listed("Source", SectionKind::SourceList)
    }

    fn listed(&self, tag_name: &str, list: SectionKind) -> Vec<Listed> {
        let mut all = Vec::new();
        let mut next = 0_u32;
        for (index, line) in self.lines().iter().enumerate() {
            let (number, value) = match &line.kind {
                LineKind::Tag(tag) if self.is_tag(tag, tag_name) => (tag.number, tag.value.clone()),
                LineKind::Item if self.section_of(index) == list => {
                    (None, trimmed_span(self.source(), line.span.clone()))
                }
                _ => continue,
            };
            let counted = number.unwrap_or(next);
            next = counted.saturating_add(1);
            all.push(Listed { number: counted, numbered: number.is_some(), value, line: index });
        }
        all
    }

    /// The lines of scripts that apply patches, in order.
    pub fn applied(&self) -> Vec<Applied> {
        let in_script = |index: &usize| matches!(self.section_of(*index), SectionKind::Prep | SectionKind::Build);
        let lines =
            self.lines().iter().enumerate().filter(|(index, line)| line.kind == LineKind::Text && in_script(index));
        lines.filter_map(|(index, line)| apply_line(index, self.text(&line.span))).collect()
    }

    /// The bundled libraries that the packages provide, in order.
    pub fn bundled(&self) -> Vec<Bundled> {
        let mut all = Vec::new();
        for (line, tag) in self.tags().filter(|(_, tag)| self.is_tag(tag, "Provides")) {
            self.bundled_of(line, tag, &mut all);
        }
        all
    }

    fn bundled_of(&self, line: usize, tag: &Tag, all: &mut Vec<Bundled>) {
        const WORD: &[u8] = b"bundled(";
        let text = self.text(&tag.value);
        let first = all.len();
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(WORD)) {
            let start = at + found + WORD.len();
            let Some(length) = closing(text.get(start..).unwrap_or_default()) else { break };
            let end = start + length;
            let rest = text.get(end + 1..).unwrap_or_default();
            let (version, used) = version_behind(rest);
            let base = tag.value.start;
            let version = version.map(|range| base + end + 1 + range.start..base + end + 1 + range.end);
            all.push(Bundled { line, name: base + start..base + end, version, alone: false });
            at = end + 1 + used;
        }
        if let [only] = all.get_mut(first..).unwrap_or_default() {
            only.alone = text.starts_with(WORD) && text.get(at..).unwrap_or_default().trim().is_empty();
        }
    }

    /// The name of the subpackage whose preamble holds a line (0-based); `None` elsewhere and where macros make the name.
    pub fn package_of(&self, line: usize) -> Option<String> {
        let section = self.sections().get(self.lines().get(line)?.section)?;
        let words = std::str::from_utf8(self.text(&section.arguments)).ok()?;
        let plain = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty() && !name.contains('%'));
        if section.kind != SectionKind::Package {
            return None;
        }
        match words.split_ascii_whitespace().collect::<Vec<_>>().as_slice() {
            ["-n", name] => plain(name),
            [ending] => {
                let (_, main) = self.main_tag("Name")?;
                plain(&format!("{}-{ending}", std::str::from_utf8(self.text(&main.value)).ok()?))
            }
            _ => None,
        }
    }

    /// The tags of that name with their lines, from every preamble.
    pub fn tags_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Tag)> {
        self.tags().filter(move |(_, tag)| self.is_tag(tag, name))
    }

    /// The heads of the changelog's entries, newest first as they stand.
    pub fn changelog(&self) -> Vec<ChangeEntry> {
        let lines = self.lines().iter().enumerate().filter(|(_, line)| line.kind == LineKind::ChangeHead);
        lines.filter_map(|(index, line)| self.change_entry(index, line.span.clone())).collect()
    }

    fn change_entry(&self, line: usize, span: Range<usize>) -> Option<ChangeEntry> {
        let inner = trimmed_span(self.source(), span.start + 1..span.end);
        let text = self.text(&inner);
        let mut words = 0;
        let mut at = 0;
        while words < 4 {
            at += text.get(at..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
            let rest = text.get(at..)?;
            at += rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            words += 1;
        }
        let date = inner.start..inner.start + at;
        Some(ChangeEntry { line, date, rest: trimmed_span(self.source(), inner.start + at..inner.end) })
    }
}

/// The place of the parenthesis that closes one opened before.
fn closing(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' if depth == 0 => return Some(at),
            b')' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The version behind a capability (`= 1.2`), and how many bytes were read for it.
fn version_behind(text: &[u8]) -> (Option<Range<usize>>, usize) {
    let lead = text.len() - text.trim_ascii_start().len();
    let sign =
        text.get(lead..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'=' | b'<' | b'>')).count();
    if sign == 0 {
        return (None, 0);
    }
    let after = text.get(lead + sign..).unwrap_or_default();
    let blank = after.len() - after.trim_ascii_start().len();
    let start = lead + sign + blank;
    let word = text.get(start..).unwrap_or_default();
    let length = word.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b',').unwrap_or(word.len());
    (Some(start..start + length), start + length)
}

fn apply_line(line: usize, text: &[u8]) -> Option<Applied> {
    let text = text.trim_ascii().to_str().ok()?;
    let mut words = text.split_ascii_whitespace();
    let first = words.next()?;
    if first == "%autosetup" {
        let mut applied =
            Applied { line, kind: ApplyKind::Range(0, u32::MAX), strip: None, reverse: Reversed::No, opaque: false };
        let words: Vec<&str> = words.collect();
        if words.contains(&"-N") {
            return None;
        }
        let strip = words.iter().position(|word| *word == "-p").and_then(|at| words.get(at + 1)).copied();
        applied.strip =
            strip.or_else(|| words.iter().find_map(|word| word.strip_prefix("-p"))).and_then(|n| n.parse().ok());
        return Some(applied);
    }
    if first == "%autopatch" {
        return Some(patch_words(line, None, words, true));
    }
    let number = first.strip_prefix("%patch").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(patch_words(line, number.parse().ok(), words, false))
}

/// Reads the words behind `%patch` and `%autopatch`.
fn patch_words<'a>(line: usize, first: Option<u32>, words: impl Iterator<Item = &'a str>, auto: bool) -> Applied {
    let mut numbers: Vec<u32> = first.into_iter().collect();
    let (mut low, mut high) = (0, u32::MAX);
    let mut applied =
        Applied { line, kind: ApplyKind::Some(Vec::new()), strip: None, reverse: Reversed::No, opaque: false };
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        let mut valued = |letter: &str| -> Option<&'a str> {
            let rest = word.strip_prefix(letter)?;
            if rest.is_empty() { words.next() } else { Some(rest) }
        };
        if word == "-R" {
            applied.reverse = Reversed::Yes;
        } else if let Some(value) = valued("-P").filter(|_| !auto) {
            value.parse().map_or_else(|_| applied.opaque = true, |number| numbers.push(number));
        } else if let Some(value) = valued("-p") {
            applied.strip = value.parse().ok();
            applied.opaque |= applied.strip.is_none();
        } else if let Some(value) = valued("-m").filter(|_| auto) {
            value.parse().map_or_else(|_| applied.opaque = true, |number| low = number);
        } else if let Some(value) = valued("-M").filter(|_| auto) {
            value.parse().map_or_else(|_| applied.opaque = true, |number| high = number);
        } else if valued("-b").is_some() || valued("-F").is_some() || word == "-v" {
        } else if let Ok(number) = word.parse() {
            numbers.push(number);
        } else {
            applied.opaque = true;
        }
    }
    applied.kind = match (auto, numbers.is_empty()) {
        (true, true) => ApplyKind::Range(low, high),
        (false, true) => ApplyKind::Some(vec![0]),
        _ => ApplyKind::Some(numbers),
    };
    applied
}
