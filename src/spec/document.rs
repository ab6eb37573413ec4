//! A spec as lines with positions: what stands where, and under which conditions.

use std::ops::Range;

use bstr::BString;

use super::blocks::Branch;

/// A spec file, cut up; every byte belongs to exactly one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    pub(super) source: BString,
    pub(super) lines: Vec<Line>,
    pub(super) sections: Vec<Section>,
    pub(super) branches: Vec<Branch>,
    pub(super) unbalanced: Vec<usize>,
}

/// One line (to its `\n`, which it holds).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its bytes in the source.
    pub span: Range<usize>,
    /// What it is.
    pub kind: LineKind,
    /// The section it belongs to; a header belongs to the section it opens.
    pub section: usize,
    /// The innermost conditional branch around it; a branch's own line lies outside of it.
    pub branch: Option<usize>,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind {
    /// White space only.
    Blank,
    /// Begins with `#`.
    Comment,
    /// `%if`, `%ifarch`, `%else`, `%endif`...: the branch that it opens, or `None` for `%endif` and for one without partner.
    Conditional(Option<usize>),
    /// Opens a section.
    Header,
    /// A tag of a preamble.
    Tag(Tag),
    /// `%global`, `%define`, `%bcond`...
    Define(Define),
    /// A line inside of a macro that began on an earlier line.
    Continued,
    /// `* Tue Jan 02 2024 Name <mail> - 1.0-1` of the changelog.
    ChangeHead,
    /// An item of `%patchlist` or `%sourcelist`.
    Item,
    /// Anything else.
    Text,
}

/// `Name: value`, with the places of its parts in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The letters: `Patch` of `Patch12`.
    pub name: Range<usize>,
    /// The digits behind: `12`.
    pub number: Option<u32>,
    /// What stands in parentheses: `post` of `Requires(post)`.
    pub qualifier: Option<Range<usize>>,
    /// The value without white space around it.
    pub value: Range<usize>,
}

/// A definition of a macro or of a build condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Define {
    /// The word it begins with.
    pub word: DefineWord,
    /// The name that is defined.
    pub name: Range<usize>,
    /// The rest, white space trimmed; over several lines where it is continued.
    pub body: Range<usize>,
}

/// The word that a definition begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefineWord {
    /// `%global`
    Global,
    /// `%define`
    Define,
    /// `%undefine`
    Undefine,
    /// `%bcond NAME EXPRESSION`
    Bcond,
    /// `%bcond_with NAME`: off unless asked for.
    BcondWith,
    /// `%bcond_without NAME`: on unless asked against.
    BcondWithout,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Which one.
    pub kind: SectionKind,
    /// Its lines, with the header as the first one (the main preamble has none).
    pub lines: Range<usize>,
    /// What stands behind the header's word, white space trimmed.
    pub arguments: Range<usize>,
}

/// The sections that matter here, and all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// The tags before the first section.
    Preamble,
    /// `%package`
    Package,
    /// `%description`
    Description,
    /// `%sourcelist`
    SourceList,
    /// `%patchlist`
    PatchList,
    /// `%prep`
    Prep,
    /// `%conf`, `%generate_buildrequires`, `%build`
    Build,
    /// `%install`
    Install,
    /// `%check` and `%clean`
    Check,
    /// `%files`
    Files,
    /// `%pre`, `%post`, `%triggerin` and the like: programs that run on the user's machine.
    Scriptlet,
    /// `%changelog`
    Changelog,
}

impl SectionKind {
    /// True where tags stand.
    pub fn holds_tags(self) -> bool {
        matches!(self, Self::Preamble | Self::Package)
    }
}

impl Spec {
    /// The bytes as they were read.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// The lines in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The sections in order; the first is the main preamble, perhaps empty.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The conditional branches in the order of their lines.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The lines (0-based) of conditionals without a partner.
    pub fn unbalanced(&self) -> &[usize] {
        &self.unbalanced
    }

    /// The bytes of a place; empty where it lies outside.
    pub fn text(&self, span: &Range<usize>) -> &[u8] {
        self.source.get(span.clone()).unwrap_or_default()
    }

    /// The bytes of a line (0-based) with its ending.
    pub fn line_text(&self, line: usize) -> &[u8] {
        self.lines.get(line).map_or(&[], |line| self.text(&line.span))
    }

    /// The kind of the section that a line (0-based) belongs to.
    pub fn section_of(&self, line: usize) -> SectionKind {
        let section = self.lines.get(line).and_then(|line| self.sections.get(line.section));
        section.map_or(SectionKind::Preamble, |section| section.kind)
    }

    /// The first section of that kind.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == kind)
    }

    /// The line and column (1-based) of a byte.
    pub fn position(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|line| line.span.end <= at).min(self.lines.len().saturating_sub(1));
        let start = self.lines.get(line).map_or(0, |line| line.span.start);
        (line + 1, at.saturating_sub(start) + 1)
    }

    /// The lines put together again.
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.source.len());
        for line in &self.lines {
            out.extend_from_slice(self.text(&line.span));
        }
        out
    }

    /// The tags of all preambles with their lines (0-based), in order.
    pub fn tags(&self) -> impl Iterator<Item = (usize, &Tag)> {
        self.lines.iter().enumerate().filter_map(|(index, line)| match &line.kind {
            LineKind::Tag(tag) => Some((index, tag)),
            _ => None,
        })
    }

    /// True where a tag has that name, whatever its case.
    pub fn is_tag(&self, tag: &Tag, name: &str) -> bool {
        self.text(&tag.name).eq_ignore_ascii_case(name.as_bytes())
    }

    /// The first tag of the main preamble with that name, with its line.
    pub fn main_tag(&self, name: &str) -> Option<(usize, &Tag)> {
        self.tags().find(|(line, tag)| self.section_of(*line) == SectionKind::Preamble && self.is_tag(tag, name))
    }
}
