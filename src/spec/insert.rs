//! Where a spec that has no regions yet gets them, and which hand-written lines they would replace.

use std::ops::Range;

use super::document::{LineKind, SectionKind, Spec};
use super::region::{RegionId, begin_marker, end_marker};

/// A region to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Which one.
    pub id: RegionId,
    /// The line (0-based) before which it goes.
    pub line: usize,
}

/// The line before which a region is best put, outside of every conditional block; `None` where its section is missing.
pub fn anchor(spec: &Spec, id: RegionId) -> Option<usize> {
    let after_last = |names: &[&str]| {
        let tags = spec.tags().filter(|(line, tag)| {
            spec.section_of(*line) == SectionKind::Preamble && names.iter().any(|name| spec.is_tag(tag, name))
        });
        tags.last().map(|(line, _)| out_of_blocks(spec, line + 1))
    };
    let any_tag = || after_last(&["Name", "Version", "Release", "Summary", "License", "URL", "Source", "Group"]);
    match id {
        RegionId::Bconds => {
            let first = spec.tags().next().map(|(line, _)| line)?;
            Some(before_block(spec, first))
        }
        RegionId::Version => after_last(&["Name"]),
        RegionId::License => after_last(&["Name", "Version", "Release", "Summary"]),
        RegionId::Sources => any_tag(),
        RegionId::Patches => after_last(&["Source", "Patch"]).or_else(any_tag),
        RegionId::BuildRequires => after_last(&["BuildRequires"]).or_else(any_tag),
        RegionId::Bundled => after_last(&["Provides"]).or_else(|| after_last(&["BuildRequires"])).or_else(any_tag),
        RegionId::PrepPatches | RegionId::PrepUnbundle => {
            let section = spec.section(SectionKind::Prep)?;
            let is_setup = |line: &usize| {
                let text = spec.line_text(*line).trim_ascii_start();
                [&b"%setup"[..], b"%autosetup", b"%patch", b"%autopatch"].iter().any(|word| text.starts_with(word))
            };
            let last = section.lines.clone().rfind(is_setup).unwrap_or(section.lines.start);
            Some(out_of_blocks(spec, last + 1))
        }
        RegionId::GnArgs => {
            let builds = |section: &&super::document::Section| {
                section.kind == SectionKind::Build && spec.line_text(section.lines.start).starts_with(b"%build")
            };
            spec.sections().iter().find(builds).map(|section| section.lines.start + 1)
        }
        RegionId::Changelog => spec.section(SectionKind::Changelog).map(|section| section.lines.start + 1),
    }
}

/// The next line that lies in no conditional block.
fn out_of_blocks(spec: &Spec, line: usize) -> usize {
    let mut line = line;
    while let Some(here) = spec.lines().get(line) {
        let closes = matches!(here.kind, LineKind::Conditional(opened) if opened.is_none() || is_next(spec, opened));
        if here.branch.is_none() && !closes && here.kind != LineKind::Continued {
            break;
        }
        line += 1;
    }
    line
}

/// True for `%else` and `%elif`.
fn is_next(spec: &Spec, branch: Option<usize>) -> bool {
    branch.and_then(|branch| spec.branches().get(branch)).is_some_and(|branch| branch.before.is_some())
}

/// The line of the outermost block around a line, or the line itself.
fn before_block(spec: &Spec, line: usize) -> usize {
    let outer = spec.guards(line).first().and_then(|guard| spec.block_of(guard.branch));
    outer.map_or(line, |block| block.start)
}

/// The hand-written lines (0-based) that a region would repeat.
pub fn counterpart(spec: &Spec, id: RegionId) -> Option<Range<usize>> {
    let of = |lines: Vec<usize>| Some(*lines.iter().min()?..lines.iter().max()? + 1);
    let main_tags =
        |names: &[&str]| -> Vec<usize> { names.iter().filter_map(|name| Some(spec.main_tag(name)?.0)).collect() };
    match id {
        RegionId::Version => of(main_tags(&["Version", "Release"])),
        RegionId::License => of(main_tags(&["License"])),
        RegionId::Sources => of(spec.sources().iter().map(|source| source.line).collect()),
        RegionId::Patches => of(spec.patches().iter().map(|patch| patch.line).collect()),
        RegionId::PrepPatches => of(spec.applied().iter().map(|line| line.line).collect()),
        RegionId::Bundled => of(spec.bundled().iter().map(|line| line.line).collect()),
        RegionId::Bconds => of((0..spec.lines().len())
            .filter(|line| spec.line_text(*line).trim_ascii_start().starts_with(b"%bcond"))
            .collect()),
        RegionId::BuildRequires | RegionId::PrepUnbundle | RegionId::GnArgs | RegionId::Changelog => None,
    }
}

/// Inserts empty regions; several before one line stand in the order of their ids.
pub fn insert(spec: &Spec, insertions: &[Insertion]) -> Vec<u8> {
    let mut sorted = insertions.to_vec();
    sorted.sort_by_key(|insertion| (insertion.line, insertion.id));
    let source = spec.source();
    let crlf = source.windows(2).any(|pair| pair == b"\r\n");
    let (mut out, mut at) = (Vec::with_capacity(source.len() + 2048), 0);
    for insertion in sorted {
        let to = spec.lines().get(insertion.line).map_or(source.len(), |line| line.span.start);
        out.extend_from_slice(source.get(at..to).unwrap_or_default());
        at = to;
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
        }
        let markers = format!("{}{}", begin_marker(insertion.id, b""), end_marker(insertion.id));
        out.extend_from_slice(if crlf { markers.replace('\n', "\r\n") } else { markers }.as_bytes());
    }
    out.extend_from_slice(source.get(at..).unwrap_or_default());
    out
}
