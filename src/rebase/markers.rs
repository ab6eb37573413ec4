//! Finds conflict markers: those that a workspace file was written with, and those that a person left in it.
//!
//! The form is git's `diff3` style: `<<<<<<<` ours, `|||||||` base, `=======` theirs, `>>>>>>>`, each seven characters at
//! the start of a line, followed by a label or by nothing (git documentation, "How conflicts are presented").

use std::collections::BTreeSet;

use crate::text::lines;

/// One conflict inside a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The line (1-based) of `<<<<<<<`.
    pub first_line: usize,
    /// The line of `>>>>>>>`.
    pub last_line: usize,
    /// The old upstream text.
    pub base: Vec<u8>,
    /// The new upstream text.
    pub ours: Vec<u8>,
    /// The old upstream text with the patch.
    pub theirs: Vec<u8>,
}

/// A marker line's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Ours,
    Base,
    Theirs,
    End,
}

fn marker(line: &[u8]) -> Option<Marker> {
    let line = lines::without_ending(line);
    let (head, rest) = line.split_at_checked(7)?;
    if !(rest.is_empty() || rest.starts_with(b" ")) {
        return None;
    }
    match head {
        b"<<<<<<<" => Some(Marker::Ours),
        b"|||||||" => Some(Marker::Base),
        b"=======" if rest.is_empty() => Some(Marker::Theirs),
        b">>>>>>>" => Some(Marker::End),
        _ => None,
    }
}

/// The complete conflicts of a file, in order; markers that do not pair up are not one.
pub fn regions(data: &[u8]) -> Vec<Region> {
    let mut found = Vec::new();
    let mut open: Option<(Marker, Region)> = None;
    for (number, line) in (1..).zip(lines::split(data)) {
        open = match (open, marker(line)) {
            (_, Some(Marker::Ours)) => Some((Marker::Ours, begun(number))),
            (Some((Marker::Ours, region)), Some(Marker::Base)) => Some((Marker::Base, region)),
            (Some((Marker::Ours | Marker::Base, region)), Some(Marker::Theirs)) => Some((Marker::Theirs, region)),
            (Some((Marker::Theirs, region)), Some(Marker::End)) => {
                found.push(Region { last_line: number, ..region });
                None
            }
            (Some((side, mut region)), _) => {
                match side {
                    Marker::Ours => region.ours.extend_from_slice(line),
                    Marker::Base => region.base.extend_from_slice(line),
                    Marker::Theirs | Marker::End => region.theirs.extend_from_slice(line),
                }
                Some((side, region))
            }
            (None, _) => None,
        };
    }
    found
}

fn begun(first_line: usize) -> Region {
    Region { first_line, last_line: first_line, base: Vec::new(), ours: Vec::new(), theirs: Vec::new() }
}

/// The lines of a file that look like markers, without their endings; upstream text may hold some by nature.
pub fn marker_like(data: &[u8]) -> BTreeSet<Vec<u8>> {
    let lines = lines::split(data).into_iter();
    lines.filter(|line| marker(line).is_some()).map(|line| lines::without_ending(line).to_vec()).collect()
}

/// The line numbers of markers in `data`, but for lines that are `innocent` because upstream or the patch has them.
pub fn leftover(data: &[u8], innocent: &BTreeSet<Vec<u8>>) -> Vec<usize> {
    let numbered = (1..).zip(lines::split(data));
    numbered
        .filter(|(_, line)| marker(line).is_some() && !innocent.contains(lines::without_ending(line)))
        .map(|(number, _)| number)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"a\n<<<<<<< ours\nnew\n||||||| base\nold\n=======\nold+\n>>>>>>> theirs\nb\n";

    #[test]
    fn reads_a_diff3_conflict() {
        let found = regions(FILE);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].first_line, found[0].last_line), (2, 8));
        assert_eq!(
            (&found[0].base[..], &found[0].ours[..], &found[0].theirs[..]),
            (&b"old\n"[..], &b"new\n"[..], &b"old+\n"[..])
        );
    }

    #[test]
    fn a_heading_underlined_with_seven_signs_is_no_marker_when_upstream_has_it() {
        let innocent = marker_like(b"Heading\n=======\n");
        assert_eq!(leftover(b"Heading\n=======\ntext\n", &innocent), Vec::<usize>::new());
        assert_eq!(leftover(FILE, &innocent), vec![2, 4, 8]);
        assert_eq!(leftover(b"Heading\r\n=======\r\n", &BTreeSet::new()), vec![2]);
        assert_eq!(leftover(b"========\n<<<<<<<<\n<<<<<<<x\n", &BTreeSet::new()), Vec::<usize>::new());
    }

    #[test]
    fn unfinished_markers_are_no_region_but_left_over() {
        let text = b"<<<<<<< ours\nx\n<<<<<<< ours\n=======\n";
        assert!(regions(text).is_empty());
        assert_eq!(leftover(text, &BTreeSet::new()), vec![1, 3, 4]);
    }
}
