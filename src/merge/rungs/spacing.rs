//! Spacing: upstream changed only white space in the lines that the patch changes.
//!
//! Guard: as many lines in ours as in base, each the same but for white space. The lines removed are ours; a line that
//! the patch puts in their place gets the indentation that upstream gave to its neighbours: where all of them moved by
//! the same step, that step; else what lines of its own indentation got. Where neither tells, a person looks; so they do
//! where an expression runs on to a line beside it whose words upstream changed.

use std::collections::HashMap;

use crate::merge::ladder::{Case, resolution};
use crate::merge::tokens::squeezed;
use crate::merge::{Grade, Line, Placed, Resolution, doubt};

/// Resolves a region in which upstream's changes are white space only.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (base, ours) = (case.base_text(), case.ours_text());
    let same = base.len() == ours.len() && base.iter().zip(ours).all(|(a, b)| squeezed(a) == squeezed(b));
    if !same || base.is_empty() {
        return None;
    }
    let indents = indents(base, ours)?;
    let step = step(base, ours);
    let mut grade = Grade::B;
    let mut placed = Vec::new();
    for edit in case.region_edits() {
        let shift = |line: usize| line - case.region.base.start + case.region.ours.start;
        let range = shift(edit.base.start)..shift(edit.base.end);
        let mut lines = Vec::with_capacity(edit.lines.len());
        for line in &edit.lines {
            let indented = reindented(case, line, step.as_ref(), &indents);
            grade = if indented.is_none() { Grade::C } else { grade };
            lines.push(ended(case, indented.unwrap_or(line)));
        }
        placed.push(Placed { hunk: edit.hunk, ours: range, lines });
    }
    let line = case.region.ours.start + 1;
    let mut found = resolution(placed, grade, format!("upstream changed only white space from line {line} on"));
    let both = doubt::runs_on(case).into_iter().zip(doubt::neighbours_changed(case));
    if both.into_iter().any(|(runs_on, changed)| runs_on && changed) {
        found.grade = Grade::C;
        found.evidence.insert(0, "an expression runs on from here to a line whose words upstream changed".into());
    }
    Some(found)
}

/// What upstream did to the indentation of every line alike.
#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    /// These blanks stand before it now.
    In(&'a [u8]),
    /// These no longer do.
    Out(&'a [u8]),
}

/// The step that all lines with content share; `None` where they moved differently.
fn step<'a>(base: &[Line<'a>], ours: &[Line<'a>]) -> Option<Step<'a>> {
    let says = |line: &Line<'_>| !line.trim_ascii().is_empty() && !is_directive(line);
    let mut steps = base.iter().zip(ours).filter(|(old, _)| says(old)).map(|(old, new)| {
        let (old, new) = (indent(old), indent(new));
        new.strip_suffix(old).map(Step::In).or_else(|| old.strip_suffix(new).map(Step::Out))
    });
    let first = steps.next()??;
    steps.all(|step| step.as_ref() == Some(&first)).then_some(first)
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

/// A line of the preprocessor in the first column, which stays there.
fn is_directive(line: Line<'_>) -> bool {
    let words: [&[u8]; 9] = [b"if", b"else", b"elif", b"endif", b"define", b"undef", b"include", b"pragma", b"error"];
    line.strip_prefix(b"#").is_some_and(|rest| words.iter().any(|word| rest.starts_with(word)))
}

/// A line of the patch as upstream would indent it now; `None` where that cannot be told.
fn reindented<'a>(
    case: &Case<'_, 'a>,
    line: Line<'a>,
    step: Option<&Step<'a>>,
    indents: &HashMap<&'a [u8], &'a [u8]>,
) -> Option<Line<'a>> {
    let old = indent(line);
    if line.trim_ascii().is_empty() || is_directive(line) {
        return Some(line);
    }
    let mixed = |more: &[u8]| old.first().is_some_and(|blank| more.first() != Some(blank));
    let new: Vec<u8> = match (step, indents.get(old)) {
        (Some(Step::In(more)), None) if mixed(more) => return None,
        (Some(Step::In(more)), _) => [more, old].concat(),
        (Some(Step::Out(less)), _) if old.starts_with(less) => old[less.len()..].to_vec(),
        (_, Some(new)) => new.to_vec(),
        _ => return None,
    };
    Some(if new == old { line } else { case.made.keep([&new, &line[old.len()..]].concat()) })
}
