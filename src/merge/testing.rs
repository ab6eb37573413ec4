//! Hunks for the tests of this folder.

use crate::patch::{Hunk, HunkLine, LineKind};

/// A hunk of lines that begin with a blank, `-` or `+`, at a line of the old side (1-based).
pub(crate) fn hunk(start: usize, body: &str) -> Hunk {
    let lines: Vec<HunkLine> = body
        .split_inclusive('\n')
        .map(|line| HunkLine {
            kind: match &line[..1] {
                "-" => LineKind::Remove,
                "+" => LineKind::Add,
                _ => LineKind::Context,
            },
            text: line[1..].into(),
        })
        .collect();
    let count = |kind| lines.iter().filter(|line| line.kind != kind).count();
    let (old_len, new_len) = (count(LineKind::Add), count(LineKind::Remove));
    let section = "".into();
    Hunk { old_start: start, old_len, new_start: start, new_len, section, lines, verbatim: None, line: 0 }
}
