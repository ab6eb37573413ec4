//! Managed regions: the parts of a spec that forebay writes, between two marked comment lines.
//!
//! ```text
//! # >>> forebay:patches v1 h=3f2a9c01d4e7b856
//! ...
//! # <<< forebay:patches
//! ```
//!
//! `h` is the beginning of a SHA-256 over the bytes between the markers. It tells a region that is stale (written by forebay, but the
//! profile has moved on) from one that a person has edited.

use std::ops::Range;

use bstr::ByteSlice;

use super::document::{LineKind, SectionKind, Spec};
use crate::digest;
use crate::text::display::terminal;
use crate::text::nearest::nearest;

/// A region's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionId {
    /// Defaults of the switches.
    Bconds,
    /// `Version:` and `Release:`
    Version,
    /// `License:`
    License,
    /// `SourceN:`
    Sources,
    /// `PatchN:`
    Patches,
    /// `BuildRequires:` of libraries.
    BuildRequires,
    /// `Provides: bundled()`
    Bundled,
    /// The application of patches.
    PrepPatches,
    /// The removal of bundled libraries.
    PrepUnbundle,
    /// The GN arguments.
    GnArgs,
    /// The changelog's newest entries.
    Changelog,
}

impl RegionId {
    /// All of them, in the order in which they stand in a spec.
    pub const ALL: [Self; 11] = [
        Self::Bconds,
        Self::Version,
        Self::License,
        Self::Sources,
        Self::Patches,
        Self::BuildRequires,
        Self::Bundled,
        Self::PrepPatches,
        Self::PrepUnbundle,
        Self::GnArgs,
        Self::Changelog,
    ];

    /// The name in markers and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bconds => "bconds",
            Self::Version => "version",
            Self::License => "license",
            Self::Sources => "sources",
            Self::Patches => "patches",
            Self::BuildRequires => "buildrequires",
            Self::Bundled => "bundled",
            Self::PrepPatches => "prep-patches",
            Self::PrepUnbundle => "prep-unbundle",
            Self::GnArgs => "gn-args",
            Self::Changelog => "changelog",
        }
    }

    /// Finds one by name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.name() == name)
    }

    /// The section that it must stand in.
    pub fn home(self) -> SectionKind {
        match self {
            Self::PrepPatches | Self::PrepUnbundle => SectionKind::Prep,
            Self::GnArgs => SectionKind::Build,
            Self::Changelog => SectionKind::Changelog,
            _ => SectionKind::Preamble,
        }
    }
}

/// A region as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Which one.
    pub id: RegionId,
    /// The line (0-based) of the first marker.
    pub begin: usize,
    /// The line (0-based) of the last marker.
    pub end: usize,
    /// The hash written in the marker.
    pub hash: [u8; 8],
    /// The bytes between the markers.
    pub body: Range<usize>,
}

/// What is wrong with a marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A begin that cannot be read.
    #[error("the marker cannot be read: it should look like `# >>> forebay:REGION v1 h=16 hexadecimal digits`")]
    Unreadable,
    /// An id that does not exist.
    #[error("there is no region `{0}`")]
    UnknownId(String),
    /// A version of the format that is newer than this program.
    #[error("the marker has format `{0}`, and this forebay knows only `v1`")]
    Newer(String),
    /// A begin without an end.
    #[error("region `{0}` is not closed before the {1}")]
    Unclosed(&'static str, &'static str),
    /// An end without a begin.
    #[error("`{0}` ends here but does not begin before")]
    Unopened(String),
    /// The same region twice.
    #[error("region `{0}` stands here a second time; the first is in line {1}")]
    Twice(&'static str, usize),
    /// A place where the markers would become part of something else.
    #[error("region `{0}` must stand in {1}, not in {2}")]
    Place(&'static str, &'static str, &'static str),
    /// A conditional that begins inside and ends outside, or the other way round.
    #[error("region `{0}` and a conditional block cut across each other")]
    CutsBlock(&'static str),
    /// Inside of a conditional block that is off on some target.
    #[error("region `{0}` lies inside of a conditional block: it would be missing where the condition fails")]
    Conditional(&'static str),
    /// Inside of a macro over several lines.
    #[error("the marker lies inside of a macro that began on an earlier line")]
    InMacro,
}

/// A fault with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {fault}")]
pub struct RegionError {
    /// The line (1-based).
    pub line: usize,
    /// The column (1-based).
    pub column: usize,
    /// What is wrong.
    pub fault: Fault,
}

impl RegionError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match &self.fault {
            Fault::Unreadable => "restore the line, or remove both markers and run `forebay spec init`".into(),
            Fault::UnknownId(id) => match nearest(id, RegionId::ALL.into_iter().map(RegionId::name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`forebay spec print --help` names the regions".into(),
            },
            Fault::Newer(_) => "use a newer forebay".into(),
            Fault::Unclosed(id, _) => format!("add the line `# <<< forebay:{id}` where it ends"),
            Fault::Unopened(_) => "remove the line, or restore the marker that opens the region".into(),
            Fault::Twice(..) => "keep one of the two".into(),
            Fault::Place(_, home, _) => format!("move both markers with what is between them to {home}"),
            Fault::CutsBlock(_) | Fault::Conditional(_) => {
                "move the markers out of the block; forebay writes the conditions itself".into()
            }
            Fault::InMacro => "move the marker to a line of its own outside of the macro".into(),
        }
    }
}

/// How a region's body relates to its marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The body is what forebay wrote.
    Intact,
    /// A person has changed the body.
    HandEdited,
}

const BEGIN: &[u8] = b"# >>> forebay:";
const END: &[u8] = b"# <<< forebay:";

/// The hash of a body.
pub fn hash(body: &[u8]) -> [u8; 8] {
    let digest = digest::sha256(body);
    std::array::from_fn(|at| digest.get(at).copied().unwrap_or_default())
}

/// The line that opens a region with that body.
pub fn begin_marker(id: RegionId, body: &[u8]) -> String {
    format!("# >>> forebay:{} v1 h={}\n", id.name(), digest::hex(&hash(body)))
}

/// The line that closes a region.
pub fn end_marker(id: RegionId) -> String {
    format!("# <<< forebay:{}\n", id.name())
}

/// Finds the regions of a spec, or everything that is wrong with its markers.
pub fn find(spec: &Spec) -> Result<Vec<Region>, Vec<RegionError>> {
    let (mut regions, mut errors): (Vec<Region>, Vec<RegionError>) = (Vec::new(), Vec::new());
    let mut open: Option<(RegionId, usize, [u8; 8])> = None;
    for (index, line) in spec.lines().iter().enumerate() {
        if line.kind == LineKind::Header
            && let Some((id, begin, _)) = open.take()
        {
            errors.push(error(spec, begin, Fault::Unclosed(id.name(), "next section")));
        }
        let text = spec.text(&line.span);
        let trimmed = text.trim_ascii();
        if !is_marker(trimmed) {
            continue;
        }
        if line.kind == LineKind::Continued {
            errors.push(error(spec, index, Fault::InMacro));
            continue;
        }
        match read(trimmed) {
            Err(fault) => errors.push(error(spec, index, fault)),
            Ok(Marker::Begin(id, hash)) => {
                if let Some((earlier, begin, _)) = open.replace((id, index, hash)) {
                    errors.push(error(spec, begin, Fault::Unclosed(earlier.name(), "next region")));
                }
            }
            Ok(Marker::End(id)) => match open.take() {
                Some((begun, begin, hash)) if begun == id => {
                    let body = body_of(spec, begin, index);
                    regions.push(Region { id, begin, end: index, hash, body });
                }
                _ => errors.push(error(spec, index, Fault::Unopened(id.name().to_owned()))),
            },
        }
    }
    if let Some((id, begin, _)) = open {
        errors.push(error(spec, begin, Fault::Unclosed(id.name(), "end of the file")));
    }
    for region in &regions {
        check_place(spec, region, &regions, &mut errors);
    }
    errors.sort_by_key(|error| (error.line, error.column));
    if errors.is_empty() { Ok(regions) } else { Err(errors) }
}

/// True for a line that is or wants to be a marker.
fn is_marker(trimmed: &[u8]) -> bool {
    let Some(rest) = trimmed.strip_prefix(b"#") else { return false };
    let rest = rest.trim_start();
    (rest.starts_with(b">>>") || rest.starts_with(b"<<<"))
        && rest.get(3..).unwrap_or_default().trim_start().starts_with(b"forebay:")
}

enum Marker {
    Begin(RegionId, [u8; 8]),
    End(RegionId),
}

fn read(trimmed: &[u8]) -> Result<Marker, Fault> {
    let id_of = |name: &[u8]| {
        let text = name.to_str().ok().and_then(RegionId::parse);
        text.ok_or_else(|| Fault::UnknownId(terminal(name)))
    };
    if let Some(name) = trimmed.strip_prefix(END) {
        return id_of(name).map(Marker::End);
    }
    let rest = trimmed.strip_prefix(BEGIN).ok_or(Fault::Unreadable)?;
    let words: Vec<&[u8]> = rest.split(|byte| *byte == b' ').collect();
    let [name, version, hash] = words.as_slice() else { return Err(Fault::Unreadable) };
    let id = id_of(name)?;
    if *version != b"v1" {
        let newer = version
            .strip_prefix(b"v")
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_digit) && !digits.is_empty());
        return Err(if newer { Fault::Newer(terminal(version)) } else { Fault::Unreadable });
    }
    let digits = hash.strip_prefix(b"h=").filter(|digits| !digits.iter().any(u8::is_ascii_uppercase));
    digits.and_then(digest::unhex).map(|hash| Marker::Begin(id, hash)).ok_or(Fault::Unreadable)
}

fn body_of(spec: &Spec, begin: usize, end: usize) -> Range<usize> {
    let after = |line: usize| spec.lines().get(line).map_or(0, |line| line.span.end);
    let before = |line: usize| spec.lines().get(line).map_or(0, |line| line.span.start);
    after(begin)..before(end)
}

fn error(spec: &Spec, line: usize, fault: Fault) -> RegionError {
    let text = spec.line_text(line);
    RegionError { line: line + 1, column: text.len() - text.trim_ascii_start().len() + 1, fault }
}

fn check_place(spec: &Spec, region: &Region, all: &[Region], errors: &mut Vec<RegionError>) {
    let (name, home) = (region.id.name(), region.id.home());
    let first = all.iter().find(|other| other.id == region.id);
    if let Some(first) = first.filter(|first| first.begin < region.begin) {
        errors.push(error(spec, region.begin, Fault::Twice(name, first.begin + 1)));
    }
    let at = spec.section_of(region.begin);
    if at != home {
        errors.push(error(spec, region.begin, Fault::Place(name, section_name(home), section_name(at))));
    }
    let branch_at = |line: usize| spec.lines().get(line).and_then(|line| line.branch);
    if branch_at(region.begin) != branch_at(region.end) {
        errors.push(error(spec, region.begin, Fault::CutsBlock(name)));
    } else if branch_at(region.begin).is_some() {
        errors.push(error(spec, region.begin, Fault::Conditional(name)));
    } else if spec.unbalanced().iter().any(|line| (region.begin..region.end).contains(line)) {
        errors.push(error(spec, region.begin, Fault::CutsBlock(name)));
    }
}

/// The section in a person's words.
pub fn section_name(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Preamble => "the main preamble",
        SectionKind::Package => "%package",
        SectionKind::Description => "%description",
        SectionKind::SourceList => "%sourcelist",
        SectionKind::PatchList => "%patchlist",
        SectionKind::Prep => "%prep",
        SectionKind::Build => "%build",
        SectionKind::Install => "%install",
        SectionKind::Check => "%check",
        SectionKind::Files => "%files",
        SectionKind::Scriptlet => "a scriptlet",
        SectionKind::Changelog => "%changelog",
    }
}

impl Region {
    /// Whether the body is as forebay wrote it.
    pub fn state(&self, spec: &Spec) -> State {
        if hash(spec.text(&self.body)) == self.hash { State::Intact } else { State::HandEdited }
    }
}

/// Puts new bodies into regions; every other byte stays.
///
/// Regions without a new body stay as they are. The caller has checked that no body is lost that a person wrote.
pub fn splice(spec: &Spec, regions: &[Region], bodies: &[(RegionId, Vec<u8>)]) -> Vec<u8> {
    let source = spec.source();
    let mut out = Vec::with_capacity(source.len() + 4096);
    let mut at = 0;
    for region in regions {
        let Some((_, body)) = bodies.iter().find(|(id, _)| *id == region.id) else { continue };
        let Some(marker) = spec.lines().get(region.begin).map(|line| line.span.clone()) else { continue };
        let crlf = spec.text(&marker).ends_with(b"\r\n");
        let body = if crlf { body.replace("\n", "\r\n") } else { body.clone() };
        let begin = begin_marker(region.id, &body);
        out.extend_from_slice(source.get(at..marker.start).unwrap_or_default());
        out.extend_from_slice(if crlf { begin.replace('\n', "\r\n") } else { begin }.as_bytes());
        out.extend_from_slice(&body);
        at = region.body.end;
    }
    out.extend_from_slice(source.get(at..).unwrap_or_default());
    out
}
