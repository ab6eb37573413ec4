//! Which hand-written blocks can become regions: those that hold nothing else, and of which everything was mapped.

use std::ops::Range;

use super::{Found, expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::Guard;
use crate::spec::facts::file_name;
use crate::spec::insert::counterpart;
use crate::spec::region::{self, RegionId};
use crate::spec::{ApplyKind, LineKind, Listed, SectionKind, Spec};
use crate::text::display::terminal;

/// Puts markers around the blocks; gives the names of the regions and the marked spec.
pub(super) fn mark(spec: &Spec, found: &Found) -> (Vec<&'static str>, Vec<u8>) {
    let mut blocks: Vec<(RegionId, Range<usize>)> = Vec::new();
    for id in [RegionId::Patches, RegionId::Bundled, RegionId::PrepPatches] {
        let lines = if id == RegionId::Patches { longest_stretch(spec) } else { counterpart(spec, id) };
        let Some(lines) = lines.map(|lines| widened(spec, lines)) else { continue };
        if is_pure(spec, id, &lines) && is_mapped(spec, found, id) {
            blocks.push((id, lines));
        }
    }
    blocks.sort_by_key(|(_, lines)| lines.start);
    let source = spec.source();
    let place = |line: usize| spec.lines().get(line).map_or(source.len(), |line| line.span.start);
    let (mut out, mut at) = (Vec::with_capacity(source.len() + 512), 0);
    for (id, lines) in &blocks {
        let (from, to) = (place(lines.start), place(lines.end));
        let body = source.get(from..to).unwrap_or_default();
        out.extend_from_slice(source.get(at..from).unwrap_or_default());
        out.extend_from_slice(region::begin_marker(*id, body).as_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(region::end_marker(*id).as_bytes());
        at = to;
    }
    out.extend_from_slice(source.get(at..).unwrap_or_default());
    // Where the markers would not be accepted, none is proposed at all.
    if region::find(&Spec::parse(&out)).is_err() {
        return (Vec::new(), source.to_vec());
    }
    (blocks.iter().map(|(id, _)| id.name()).collect(), out)
}

/// The stretch of lines with the most patches outside of conditions, with nothing else between; the others stay by hand.
fn longest_stretch(spec: &Spec) -> Option<Range<usize>> {
    let is_aside = |index: usize| {
        spec.lines()
            .get(index)
            .is_some_and(|line| line.branch.is_none() && matches!(line.kind, LineKind::Blank | LineKind::Comment))
    };
    let mut stretches: Vec<(usize, Range<usize>)> = Vec::new();
    for patch in spec.patches().iter().filter(|patch| is_movable(spec, patch)) {
        match stretches.last_mut() {
            Some((count, lines)) if (lines.end..patch.line).all(is_aside) => {
                *count += 1;
                lines.end = patch.line + 1;
            }
            _ => stretches.push((1, patch.line..patch.line + 1)),
        }
    }
    stretches.into_iter().max_by_key(|(count, lines)| (*count, std::cmp::Reverse(lines.start))).map(|(_, lines)| lines)
}

/// True for a tag that the region can write: a plain name outside of conditions.
fn is_movable(spec: &Spec, patch: &Listed) -> bool {
    let value = terminal(spec.text(&patch.value));
    // A tag under a condition would stand outside of it afterwards, which changes the source package.
    patch.numbered
        && !value.contains('%')
        && file_name(&value) == value
        && spec.section_of(patch.line) == SectionKind::Preamble
        && spec.lines().get(patch.line).is_some_and(|line| line.branch.is_none())
}

/// The block with the whole of every conditional that it touches, and with the comments of its first tag.
fn widened(spec: &Spec, lines: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (lines.start, lines.end);
    for line in lines {
        if let Some(block) = spec.guards(line).first().and_then(|guard| spec.block_of(guard.branch)) {
            start = start.min(block.start);
            end = end.max(block.end + 1);
        }
    }
    while start > 0
        && spec.lines().get(start - 1).is_some_and(|line| line.kind == LineKind::Comment && line.branch.is_none())
    {
        start -= 1;
    }
    start..end
}

/// True where a block holds the lines of its kind, conditionals, comments and blank lines only.
fn is_pure(spec: &Spec, id: RegionId, lines: &Range<usize>) -> bool {
    let own: Vec<usize> = match id {
        RegionId::Patches => spec.patches().iter().filter(|patch| patch.numbered).map(|patch| patch.line).collect(),
        RegionId::Bundled => spec.bundled().iter().filter(|line| line.alone).map(|line| line.line).collect(),
        _ => spec
            .applied()
            .iter()
            .filter(|line| !line.opaque && matches!(line.kind, ApplyKind::Some(_)))
            .map(|line| line.line)
            .collect(),
    };
    lines.clone().all(|index| {
        let Some(line) = spec.lines().get(index) else { return false };
        let home = spec.section_of(index) == id.home();
        let aside = matches!(line.kind, LineKind::Blank | LineKind::Comment | LineKind::Conditional(_));
        home && (own.contains(&index) || aside)
    })
}

/// True where the profile says all that the block says.
fn is_mapped(spec: &Spec, found: &Found, id: RegionId) -> bool {
    match id {
        RegionId::Patches => each_file_once(spec),
        RegionId::PrepPatches => each_file_once(spec) && applies_each_once(spec, found),
        _ => spec.bundled().iter().all(|line| {
            let name = terminal(spec.text(&line.name));
            let known = found.libraries.iter().find(|library| library.bundled_name() == name);
            known.is_some_and(|library| {
                let here = expression::of_guards(spec, &spec.guards(line.line));
                let never =
                    here == Some(Condition::Constant(true)) && library.system == Some(Condition::Constant(false));
                never || here == Some(library.is_system().negated())
            })
        }),
    }
}

/// False where one file stands under two numbers: the region gives it one.
fn each_file_once(spec: &Spec) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    spec.patches().iter().all(|patch| seen.insert(file_name(&terminal(spec.text(&patch.value)))))
}

/// True where every line of `%prep` applies patches one by one under a known condition, no patch twice.
fn applies_each_once(spec: &Spec, found: &Found) -> bool {
    let never = Guard::When(Condition::Constant(false));
    let mut seen = std::collections::BTreeSet::new();
    spec.applied().iter().all(|line| match &line.kind {
        ApplyKind::Some(numbers) => numbers.iter().all(|number| {
            let group = found.groups.iter().find(|group| (group.range.0..=group.range.1).contains(number));
            seen.insert(*number) && group.is_some_and(|group| group.guard != never)
        }),
        ApplyKind::Range(..) => false,
    })
}
