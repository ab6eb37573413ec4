//! Spacing: upstream changed only white space in the lines that the patch changes.
//!
//! Guard: as many lines in ours as in base, each the same but for white space. The lines removed are ours; a line that
//! the patch puts in their place gets the indentation that upstream gave to its neighbours.

use std::collections::HashMap;

use crate::merge::ladder::{Case, resolution};
use crate::merge::tokens::squeezed;
use crate::merge::{Grade, Line, Placed, Resolution};

/// Resolves a region in which upstream's changes are white space only.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (base, ours) = (case.base_text(), case.ours_text());
    let same = base.len() == ours.len() && base.iter().zip(ours).all(|(a, b)| squeezed(a) == squeezed(b));
    if !same || base.is_empty() {
        return None;
    }
    let indents = indents(base, ours)?;
    let mut placed = Vec::new();
    for edit in case.region_edits() {
        let shift = |line: usize| line - case.region.base.start + case.region.ours.start;
        let range = shift(edit.base.start)..shift(edit.base.end);
        let removed = &case.base[edit.base.clone()];
        let indented = edit.lines.iter().map(|line| reindented(case, line, removed, &indents));
        let lines = indented.map(|line| ended(case, line)).collect();
        placed.push(Placed { hunk: edit.hunk, ours: range, lines });
    }
    let line = case.region.ours.start + 1;
    Some(resolution(placed, Grade::B, format!("upstream changed only white space from line {line} on")))
}

/// A line of the patch with the line ending that upstream gave to all lines of the region.
fn ended<'a>(case: &Case<'_, 'a>, line: Line<'a>) -> Line<'a> {
    let crlf = |line: &Line<'a>| line.ends_with(b"\r\n");
    let (base, ours) = (case.base_text(), case.ours_text());
    let Some(text) = line.strip_suffix(b"\n") else { return line };
    if ours.iter().all(crlf) && !base.iter().any(crlf) && !crlf(&line) {
        return case.made.keep([text, b"\r\n"].concat());
    }
    match text.strip_suffix(b"\r") {
        Some(text) if base.iter().all(crlf) && !ours.iter().any(crlf) => case.made.keep([text, b"\n"].concat()),
        _ => line,
    }
}

/// How upstream changed indentation; `None` where it changed the same one in two ways.
fn indents<'a>(base: &[Line<'a>], ours: &[Line<'a>]) -> Option<HashMap<&'a [u8], &'a [u8]>> {
    let mut map = HashMap::new();
    for (old, new) in base.iter().zip(ours).filter(|(old, _)| !old.trim_ascii().is_empty()) {
        let (old, new) = (indent(old), indent(new));
        if *map.entry(old).or_insert(new) != new {
            return None;
        }
    }
    Some(map)
}

fn indent(line: Line<'_>) -> &[u8] {
    let end = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    &line[..end]
}

/// A line of the patch with the indentation that upstream gave to lines indented like it.
fn reindented<'a>(
    case: &Case<'_, 'a>,
    line: Line<'a>,
    removed: &[Line<'a>],
    indents: &HashMap<&'a [u8], &'a [u8]>,
) -> Line<'a> {
    let old = indent(line);
    let known = removed.iter().any(|removed| indent(removed) == old) || !old.is_empty();
    match indents.get(old) {
        Some(new) if known && *new != old => case.made.keep([new, &line[old.len()..]].concat()),
        _ => line,
    }
}
