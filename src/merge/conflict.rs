//! Prints a file with its open conflicts as git does with `merge.conflictStyle=diff3`, and finds leftover markers.

use crate::merge::{FileMerge, Line};
use crate::text::lines;

/// Names shown beside the markers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Old upstream.
    pub base: String,
    /// New upstream.
    pub ours: String,
    /// The patch.
    pub theirs: String,
}

/// Marker characters a line of conflict begins with.
const MARKER_LENGTH: usize = 7;

/// Ours with every placed edit made, and base/ours/theirs between markers where a person must decide.
pub fn print(merge: &FileMerge<'_>, ours: &[Line<'_>], labels: &Labels) -> Vec<u8> {
    let mut out = Vec::new();
    let mut next = 0;
    let mut placed = merge.placed.iter().peekable();
    for conflict in &merge.conflicts {
        while let Some(edit) = placed.next_if(|edit| edit.ours.end <= conflict.ours.start && edit.ours.start >= next) {
            lines::append(&mut out, &ours[next..edit.ours.start]);
            lines::append(&mut out, &edit.lines);
            next = edit.ours.end;
        }
        lines::append(&mut out, &ours[next..conflict.ours.start.max(next)]);
        next = conflict.ours.end.max(next);
        marker(&mut out, b'<', &labels.ours);
        block(&mut out, &ours[conflict.ours.clone()]);
        marker(&mut out, b'|', &labels.base);
        block(&mut out, &conflict.base_lines);
        marker(&mut out, b'=', "");
        block(&mut out, &conflict.theirs_lines);
        marker(&mut out, b'>', &labels.theirs);
    }
    for edit in placed {
        if edit.ours.start < next {
            continue;
        }
        lines::append(&mut out, &ours[next..edit.ours.start]);
        lines::append(&mut out, &edit.lines);
        next = edit.ours.end;
    }
    lines::append(&mut out, &ours[next..]);
    out
}

/// Copies a side and ends its last line, so that the next marker stands at the start of a line.
fn block(out: &mut Vec<u8>, side: &[Line<'_>]) {
    lines::append(out, side);
    if side.last().is_some_and(|line| !line.ends_with(b"\n")) {
        out.push(b'\n');
    }
}

fn marker(out: &mut Vec<u8>, character: u8, label: &str) {
    if out.last().is_some_and(|&byte| byte != b'\n') {
        out.push(b'\n');
    }
    out.extend([character; MARKER_LENGTH]);
    if !label.is_empty() {
        out.push(b' ');
        out.extend_from_slice(label.as_bytes());
    }
    out.push(b'\n');
}

/// The line numbers (from 1) at which conflict markers stand in `text`.
///
/// `=======` counts only between `<<<<<<<` and `>>>>>>>`, because headings look like it.
pub fn markers(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = false;
    for (number, line) in lines::split(text).into_iter().enumerate() {
        let is = |character: u8| {
            line.len() > MARKER_LENGTH
                && line[..MARKER_LENGTH].iter().all(|&byte| byte == character)
                && matches!(line[MARKER_LENGTH], b' ' | b'\n' | b'\r')
        };
        if is(b'<') {
            open = true;
            found.push(number + 1);
        } else if is(b'>') || (open && (is(b'|') || is(b'='))) {
            open = open && !is(b'>');
            found.push(number + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::{Conflict, Placed};

    #[test]
    fn prints_placed_edits_and_markers_in_place() {
        let ours = lines::split(b"1\n2\n3\n4");
        let merge = FileMerge {
            placed: vec![Placed { hunk: 0, ours: 0..1, lines: vec![b"one\n"] }],
            hunks: Vec::new(),
            conflicts: vec![Conflict {
                hunks: vec![1],
                ours: 3..4,
                base_lines: vec![b"four\n"],
                theirs_lines: vec![b"vier"],
                base_start: 3,
                why: String::new(),
                gone: false,
            }],
            traces: None,
        };
        let labels = Labels { base: "base".into(), ours: "ours".into(), theirs: "theirs".into() };
        let text = print(&merge, &ours, &labels);
        let expected = "one\n2\n3\n<<<<<<< ours\n4\n||||||| base\nfour\n=======\nvier\n>>>>>>> theirs\n";
        assert_eq!(String::from_utf8(text.clone()).unwrap(), expected);
        assert_eq!(markers(&text), vec![4, 6, 8, 10]);
    }

    #[test]
    fn headings_are_no_markers() {
        assert!(markers(b"Title\n=======\ntext\n").is_empty());
        assert!(markers(b"<<<<<<<<<<\n").is_empty());
    }
}
