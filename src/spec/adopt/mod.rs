//! A first profile from a hand-written spec, with an honest account of what could not be mapped.
//!
//! The proposed regions are markers around the hand-written blocks, so that the spec with markers means exactly the same; only
//! `forebay spec update` writes between them.

mod expression;
mod gn;
mod keep;
mod libraries;
mod patches;
mod profile_text;
mod switches;
mod takeover;

use super::document::{LineKind, SectionKind, Spec};
use crate::profile::packaging::{ChangelogMode, Library, PatchGroup, SourceFile};
use crate::text::display::terminal;

/// What was made of a spec.
#[derive(Debug, Clone, PartialEq)]
pub struct Adopted {
    /// The text of the first profile.
    pub profile: String,
    /// What was mapped and what was not, kind by kind.
    pub account: Vec<Account>,
    /// The regions that markers were put around.
    pub regions: Vec<&'static str>,
    /// The spec with these markers.
    pub spec: Vec<u8>,
}

/// One kind of thing: how much of it was mapped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The kind.
    pub kind: &'static str,
    /// How many the profile now says.
    pub mapped: usize,
    /// How many the spec has.
    pub total: usize,
    /// Those that were not, with their line and why.
    pub open: Vec<String>,
    /// Those that were mapped as rpm reads them, which is likely not what was meant.
    pub doubtful: Vec<String>,
}

impl Account {
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, ..Self::default() }
    }

    pub(super) fn done(&mut self) {
        self.mapped += 1;
        self.total += 1;
    }

    pub(super) fn doubt(&mut self, line: usize, why: impl std::fmt::Display) {
        self.doubtful.push(format!("line {}: {why}", line + 1));
    }

    pub(super) fn left(&mut self, line: usize, why: impl std::fmt::Display) {
        self.total += 1;
        self.open.push(format!("line {}: {why}", line + 1));
    }
}

/// What the parts found, before it is written down.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) release: Option<String>,
    pub(super) license: Option<String>,
    pub(super) sources: Vec<SourceFile>,
    pub(super) groups: Vec<PatchGroup>,
    pub(super) notes: Vec<(String, String)>,
    pub(super) libraries: Vec<Library>,
    pub(super) gn: Vec<crate::profile::packaging::GnArgument>,
    pub(super) arches: Vec<String>,
    pub(super) script_remove: Option<String>,
    pub(super) keep: Vec<String>,
    pub(super) changelog: Option<ChangelogMode>,
}

/// The libraries that the hand-written lines of a spec switch or bundle, as far as a profile can say.
pub fn libraries(spec: &Spec) -> Vec<Library> {
    let mut found = Found::default();
    let mut account = libraries::read(spec, &mut found);
    account.push(gn::read(spec, &mut found));
    libraries::settle(&mut found, &mut account);
    found.libraries
}

/// Reads a spec; `file` is its name for the profile.
pub fn adopt(spec: &Spec, file: &str) -> Adopted {
    let mut found = Found::default();
    head(spec, &mut found);
    let mut account = vec![sources(spec, &mut found)];
    account.extend(patches::read(spec, &mut found));
    account.extend(libraries::read(spec, &mut found));
    account.push(keep::read(spec, &mut found));
    account.push(gn::read(spec, &mut found));
    libraries::settle(&mut found, &mut account);
    account.retain(|row| row.total > 0);
    let (regions, marked) = takeover::mark(spec, &found);
    Adopted { profile: profile_text::print(&found, file), account, regions, spec: marked }
}

fn head(spec: &Spec, found: &mut Found) {
    let value = |name: &str| {
        let (_, tag) = spec.main_tag(name)?;
        std::str::from_utf8(spec.text(&tag.value)).ok().map(str::to_owned).filter(|text| !text.is_empty())
    };
    let plain = |text: &String| !text.contains('%');
    found.name = value("Name").filter(plain).unwrap_or_default();
    found.version = value("Version").filter(plain);
    found.release = value("Release").filter(|text| !text.contains('-') && !text.contains(' '));
    let words = |text: String| text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    found.license = value("License").map(words).filter(plain).filter(|text| crate::license::strict(text).is_ok());
    let arches = value("ExclusiveArch").unwrap_or_default();
    let words: Vec<String> = arches.split_ascii_whitespace().map(str::to_owned).collect();
    if !words.is_empty() && words.iter().all(|word| crate::profile::condition::is_arch(word)) {
        found.arches = words;
    }
    let auto = |line: &super::document::Line| {
        line.kind == LineKind::Text && spec.text(&line.span).trim_ascii() == b"%autochangelog"
    };
    found.changelog = spec.lines().iter().any(auto).then_some(ChangelogMode::Auto);
}

fn sources(spec: &Spec, found: &mut Found) -> Account {
    let mut account = Account::new("sources");
    for source in spec.sources() {
        let text = terminal(spec.text(&source.value));
        if spec.lines().get(source.line).is_some_and(|line| line.branch.is_some()) {
            account.left(source.line, format_args!("`{text}` stands inside of a condition"));
        } else if text.contains(char::is_whitespace) || spec.section_of(source.line) != SectionKind::Preamble {
            account.left(source.line, format_args!("`{text}` is no single name"));
        } else {
            account.done();
            found.sources.push(SourceFile { number: Some(source.number), file: text, comment: None });
        }
    }
    account
}
