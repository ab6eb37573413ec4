//! Cuts a spec into lines.
//!
//! The rules are those of rpm's `build/parseSpec.c`: a line goes on where `%{`, `%(` or `%[` is not closed; a
//! definition also where it ends with a backslash; conditionals are found on every other line, also in scripts.

use std::ops::Range;

use bstr::{BString, ByteSlice};

use super::blocks::{self, Nesting};
use super::document::{Define, DefineWord, Line, LineKind, Section, SectionKind, Spec, Tag};

/// The most lines that one macro may go on for; rpm has no bound, the longest known macro has some hundred.
const JOINED: usize = 4096;

/// How often the end of a macro may be missing before no more is looked for.
const FAILED_JOINS: usize = 16;

/// The words that open a section.
const SECTIONS: [(&str, SectionKind); 37] = [
    ("package", SectionKind::Package),
    ("description", SectionKind::Description),
    ("sourcelist", SectionKind::SourceList),
    ("patchlist", SectionKind::PatchList),
    ("prep", SectionKind::Prep),
    ("generate_buildrequires", SectionKind::Build),
    ("conf", SectionKind::Build),
    ("build", SectionKind::Build),
    ("install", SectionKind::Install),
    ("check", SectionKind::Check),
    ("clean", SectionKind::Check),
    ("files", SectionKind::Files),
    ("changelog", SectionKind::Changelog),
    ("pre", SectionKind::Scriptlet),
    ("post", SectionKind::Scriptlet),
    ("preun", SectionKind::Scriptlet),
    ("postun", SectionKind::Scriptlet),
    ("pretrans", SectionKind::Scriptlet),
    ("posttrans", SectionKind::Scriptlet),
    ("preuntrans", SectionKind::Scriptlet),
    ("postuntrans", SectionKind::Scriptlet),
    ("verify", SectionKind::Scriptlet),
    ("verifyscript", SectionKind::Scriptlet),
    ("trigger", SectionKind::Scriptlet),
    ("triggerin", SectionKind::Scriptlet),
    ("triggerun", SectionKind::Scriptlet),
    ("triggerprein", SectionKind::Scriptlet),
    ("triggerpostun", SectionKind::Scriptlet),
    ("filetrigger", SectionKind::Scriptlet),
    ("filetriggerin", SectionKind::Scriptlet),
    ("filetriggerun", SectionKind::Scriptlet),
    ("filetriggerpostun", SectionKind::Scriptlet),
    ("transfiletrigger", SectionKind::Scriptlet),
    ("transfiletriggerin", SectionKind::Scriptlet),
    ("transfiletriggerun", SectionKind::Scriptlet),
    ("transfiletriggerpostun", SectionKind::Scriptlet),
    ("sepolicy", SectionKind::Scriptlet),
];

const DEFINITIONS: [(&[u8], DefineWord); 6] = [
    (b"%global", DefineWord::Global),
    (b"%define", DefineWord::Define),
    (b"%undefine", DefineWord::Undefine),
    (b"%bcond", DefineWord::Bcond),
    (b"%bcond_with", DefineWord::BcondWith),
    (b"%bcond_without", DefineWord::BcondWithout),
];

impl Spec {
    /// Reads any bytes; what is no spec reads as lines of text.
    pub fn parse(source: &[u8]) -> Self {
        let mut reader = Reader::new(source);
        reader.run();
        let (branches, unbalanced) = reader.nesting.finish(reader.lines.len());
        if let Some(last) = reader.sections.last_mut() {
            last.lines.end = reader.lines.len();
        }
        let (lines, sections) = (reader.lines, reader.sections);
        Self { source: BString::from(source), lines, sections, branches, unbalanced }
    }
}

struct Reader<'a> {
    source: &'a [u8],
    at: usize,
    lines: Vec<Line>,
    sections: Vec<Section>,
    kind: SectionKind,
    nesting: Nesting,
    failed_joins: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a [u8]) -> Self {
        let first = Section { kind: SectionKind::Preamble, lines: 0..0, arguments: 0..0 };
        Self {
            source,
            at: 0,
            lines: Vec::with_capacity(source.len() / 32),
            sections: vec![first],
            kind: SectionKind::Preamble,
            nesting: Nesting::default(),
            failed_joins: 0,
        }
    }

    fn run(&mut self) {
        while self.at < self.source.len() {
            let span = self.at..self.end_of_line(self.at);
            self.at = span.end;
            self.line(span);
        }
    }

    fn end_of_line(&self, from: usize) -> usize {
        let rest = self.source.get(from..).unwrap_or_default();
        rest.find_byte(b'\n').map_or(self.source.len(), |newline| from + newline + 1)
    }

    fn text(&self, span: &Range<usize>) -> &'a [u8] {
        self.source.get(span.clone()).unwrap_or_default()
    }

    fn push(&mut self, span: Range<usize>, kind: LineKind) {
        let section = self.sections.len() - 1;
        self.lines.push(Line { span, kind, section, branch: self.nesting.current() });
    }

    fn line(&mut self, span: Range<usize>) {
        let text = self.text(&span);
        let trimmed = text.trim_ascii_start();
        let start = span.end - trimmed.len();
        match trimmed.first() {
            None => self.push(span, LineKind::Blank),
            Some(b'%') => self.percent(span, start),
            Some(b'*') if self.kind == SectionKind::Changelog && start == span.start => {
                self.push(span, LineKind::ChangeHead);
            }
            Some(b'#') => self.maybe_joined(span, LineKind::Comment),
            Some(_) => {
                let kind = match self.kind {
                    kind if kind.holds_tags() => tag(trimmed, start).map_or(LineKind::Text, LineKind::Tag),
                    SectionKind::PatchList | SectionKind::SourceList => LineKind::Item,
                    _ => LineKind::Text,
                };
                self.maybe_joined(span, kind);
            }
        }
    }

    /// A line that begins with `%`: a conditional, a header, a definition or a macro.
    fn percent(&mut self, span: Range<usize>, start: usize) {
        let trimmed = self.text(&(start..span.end));
        if let Some((word, length)) = blocks::word(trimmed) {
            let condition = trimmed_span(self.source, start + length..span.end);
            let line = self.lines.len();
            let opened = self.nesting.take(word, line, condition);
            // The line itself stands in the branch around the block.
            let parent = match opened {
                Some(index) => self.nesting.branches.get(index).and_then(|branch| branch.parent),
                None => self.nesting.current(),
            };
            let section = self.sections.len() - 1;
            self.lines.push(Line { span, kind: LineKind::Conditional(opened), section, branch: parent });
            return;
        }
        let indented = start != span.start && !self.kind.holds_tags();
        if let Some((kind, length)) = header(trimmed).filter(|_| !indented) {
            self.open_section(kind, trimmed_span(self.source, start + length..span.end));
            self.push(span, LineKind::Header);
            return;
        }
        if let Some((word, length)) = definition(trimmed) {
            let end = self.joined_end(&span, true).unwrap_or(span.end);
            let define = define(self.source, word, start + length..end);
            self.push(span, LineKind::Define(define));
            self.continued(end);
            return;
        }
        let kind = match self.kind {
            SectionKind::PatchList | SectionKind::SourceList => LineKind::Item,
            _ => LineKind::Text,
        };
        self.maybe_joined(span, kind);
    }

    fn open_section(&mut self, kind: SectionKind, arguments: Range<usize>) {
        let line = self.lines.len();
        if let Some(last) = self.sections.last_mut() {
            last.lines.end = line;
        }
        self.sections.push(Section { kind, lines: line..line, arguments });
        self.kind = kind;
    }

    fn maybe_joined(&mut self, span: Range<usize>, kind: LineKind) {
        let end = self.joined_end(&span, false).unwrap_or(span.end);
        self.push(span, kind);
        self.continued(end);
    }

    /// Takes the lines up to `end` as parts of the macro before.
    fn continued(&mut self, end: usize) {
        while self.at < end {
            let span = self.at..self.end_of_line(self.at);
            self.at = span.end;
            self.push(span, LineKind::Continued);
        }
    }

    /// Where a macro that begins on this line ends, if that is a later line.
    fn joined_end(&mut self, span: &Range<usize>, definition: bool) -> Option<usize> {
        let text = self.text(span);
        let escaped = definition && ends_escaped(text);
        if !escaped && !opens_macro(text) {
            return None;
        }
        let mut open = Open::default();
        let (mut at, mut end) = (span.start, span.end);
        for count in 0..JOINED {
            let text = self.text(&(at..end));
            let goes_on = open.feed(text) || (definition && ends_escaped(text));
            if !goes_on {
                return (count > 0).then_some(end);
            }
            if end >= self.source.len() {
                break;
            }
            at = end;
            end = self.end_of_line(at);
            if self.failed_joins >= FAILED_JOINS && count > 0 && !definition {
                break;
            }
        }
        self.failed_joins += 1;
        // A definition that never ends takes the lines that a backslash joins.
        definition.then(|| self.escaped_end(span)).filter(|end| *end > span.end)
    }

    fn escaped_end(&self, span: &Range<usize>) -> usize {
        let (mut at, mut end) = (span.start, span.end);
        while ends_escaped(self.text(&(at..end))) && end < self.source.len() {
            at = end;
            end = self.end_of_line(at);
        }
        end
    }
}

/// The braces of a macro that are open, as rpm counts them.
#[derive(Default)]
struct Open {
    braces: usize,
    parentheses: usize,
    brackets: usize,
}

impl Open {
    /// Takes one line; true where something is open at its end.
    fn feed(&mut self, text: &[u8]) -> bool {
        let mut bytes = text.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => drop(bytes.next()),
                b'%' => match bytes.peek() {
                    Some(b'{') => self.open(&mut bytes, |open| &mut open.braces),
                    Some(b'(') => self.open(&mut bytes, |open| &mut open.parentheses),
                    Some(b'[') => self.open(&mut bytes, |open| &mut open.brackets),
                    Some(b'%') => drop(bytes.next()),
                    _ => {}
                },
                b'{' if self.braces > 0 => self.braces += 1,
                b'}' => self.braces = self.braces.saturating_sub(1),
                b'(' if self.parentheses > 0 => self.parentheses += 1,
                b')' => self.parentheses = self.parentheses.saturating_sub(1),
                b'[' if self.brackets > 0 => self.brackets += 1,
                b']' => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
        self.braces + self.parentheses + self.brackets > 0
    }

    fn open(&mut self, bytes: &mut impl Iterator<Item = u8>, which: impl Fn(&mut Self) -> &mut usize) {
        bytes.next();
        *which(self) += 1;
    }
}

fn opens_macro(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(percent) = rest.find_byte(b'%') {
        rest = rest.get(percent + 1..).unwrap_or_default();
        match rest.first() {
            Some(b'{' | b'(' | b'[') => return Open::default().feed(text),
            Some(b'%') => rest = rest.get(1..).unwrap_or_default(),
            _ => {}
        }
    }
    false
}

/// True where the line ends with an odd number of backslashes.
fn ends_escaped(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

fn header(text: &[u8]) -> Option<(SectionKind, usize)> {
    let rest = text.get(1..)?;
    let length = rest.iter().position(|byte| !byte.is_ascii_alphabetic() && *byte != b'_').unwrap_or(rest.len());
    let name = rest.get(..length)?;
    if rest.get(length).is_some_and(|byte| !byte.is_ascii_whitespace()) {
        return None;
    }
    let known = SECTIONS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
    known.map(|(_, kind)| (*kind, length + 1))
}

fn definition(text: &[u8]) -> Option<(DefineWord, usize)> {
    let length = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let name = text.get(..length)?;
    DEFINITIONS.iter().find(|(known, _)| *known == name).map(|(_, word)| (*word, length))
}

fn define(source: &[u8], word: DefineWord, span: Range<usize>) -> Define {
    let rest = trimmed_span(source, span);
    let text = source.get(rest.clone()).unwrap_or_default();
    let length = text.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(text.len());
    let name = rest.start..rest.start + length;
    Define { word, name, body: trimmed_span(source, rest.start + length..rest.end) }
}

/// Reads a tag; `start` is where the text begins in the source.
fn tag(text: &[u8], start: usize) -> Option<Tag> {
    let letters = text.iter().position(|byte| !byte.is_ascii_alphabetic())?;
    let digits = text.get(letters..)?.iter().position(|byte| !byte.is_ascii_digit())?;
    if letters == 0 {
        return None;
    }
    let mut at = letters + digits;
    let number = match digits {
        0 => None,
        _ => Some(text.get(letters..at)?.to_str().ok()?.parse().ok()?),
    };
    let mut qualifier = None;
    if text.get(at) == Some(&b'(') {
        let close = text.get(at..)?.find_byte(b')')?;
        qualifier = Some(start + at + 1..start + at + close);
        at += close + 1;
    }
    at += text.get(at..)?.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
    if text.get(at) != Some(&b':') {
        return None;
    }
    let value = text.get(at + 1..)?;
    let lead = value.len() - value.trim_ascii_start().len();
    let from = start + at + 1 + lead;
    Some(Tag { name: start..start + letters, number, qualifier, value: from..from + value.trim_ascii().len() })
}

/// The place without white space at either end.
pub(super) fn trimmed_span(source: &[u8], span: Range<usize>) -> Range<usize> {
    let text = source.get(span.clone()).unwrap_or_default();
    let start = span.start + text.len() - text.trim_ascii_start().len();
    start..start + text.trim_ascii().len()
}
