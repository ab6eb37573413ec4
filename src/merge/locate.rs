//! Finds the place of a hunk in a text, as GNU patch does, and says how sure that is.
//!
//! Order: the line the header names, then the nearest place at which every line of the hunk's old side matches.
//! A hunk with less context before than after it can only match at the start of a text, and the other way round at
//! its end (GNU patch, `locate_hunk`). Fuzz is tried last and always reported as such.

use std::cell::OnceCell;

use ahash::AHashMap;

use crate::merge::Line;
use crate::patch::{Hunk, LineKind};

/// The most context lines that may be ignored at each end.
const MOST_FUZZ: usize = 2;

/// Where a hunk's old side matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The first matching line, 0-based.
    pub line: usize,
    /// Lines between the place expected and the place found.
    pub offset: isize,
    /// Context lines ignored at each end.
    pub fuzz: usize,
    /// How many places match equally well in all of the text.
    pub places: usize,
}

/// The lines of one side of a hunk.
pub fn side(hunk: &Hunk, without: LineKind) -> Vec<Line<'_>> {
    hunk.lines.iter().filter(|line| line.kind != without).map(|line| line.text.as_slice()).collect()
}

/// Context lines before the first and after the last change of a hunk.
pub fn context(hunk: &Hunk) -> (usize, usize) {
    let is_context = |line: &&crate::patch::HunkLine| line.kind == LineKind::Context;
    let lead = hunk.lines.iter().take_while(is_context).count();
    if lead == hunk.lines.len() {
        return (lead, 0);
    }
    (lead, hunk.lines.iter().rev().take_while(is_context).count())
}

/// A text to search, with an index of its lines made when it is first needed.
#[derive(Debug)]
pub struct Text<'t, 'a> {
    /// The lines.
    pub lines: &'t [Line<'a>],
    index: OnceCell<AHashMap<Line<'a>, Vec<usize>>>,
}

impl<'t, 'a> Text<'t, 'a> {
    /// A text of these lines.
    pub fn new(lines: &'t [Line<'a>]) -> Self {
        Self { lines, index: OnceCell::new() }
    }

    /// The lines at which `line` stands, in order.
    pub fn places_of(&self, line: &[u8]) -> &[usize] {
        let index = self.index.get_or_init(|| {
            let mut index: AHashMap<Line<'a>, Vec<usize>> = AHashMap::with_capacity(self.lines.len());
            for (number, line) in self.lines.iter().enumerate() {
                index.entry(line).or_default().push(number);
            }
            index
        });
        index.get(line).map_or(&[], Vec::as_slice)
    }

    /// The lines at which all of `needle` (not empty) stands in a row, in order.
    pub fn places_of_run(&self, needle: &[Line<'_>]) -> Vec<usize> {
        let rarest = needle.iter().enumerate().min_by_key(|(_, line)| self.places_of(line).len());
        let Some((at, line)) = rarest else { return Vec::new() };
        let starts = self.places_of(line).iter().filter_map(|place| place.checked_sub(at));
        starts.filter(|&start| self.fits(start, needle)).collect()
    }

    fn fits(&self, start: usize, needle: &[Line<'_>]) -> bool {
        self.lines.get(start..start + needle.len()).is_some_and(|text| text == needle)
    }
}

/// The place of the hunk's old side in `text`, `shift` lines away from what its header says; no fuzz.
///
/// At the place expected nothing else is looked for, and `places` is 1.
pub fn locate(hunk: &Hunk, text: &Text<'_, '_>, shift: isize) -> Option<Match> {
    locate_side(hunk, &side(hunk, LineKind::Add), text, shift, 0, false)
}

/// The same, with all places counted.
pub fn locate_counting(hunk: &Hunk, text: &Text<'_, '_>, shift: isize) -> Option<Match> {
    locate_side(hunk, &side(hunk, LineKind::Add), text, shift, 0, true)
}

/// The same, ignoring up to two context lines at each end; only a unique place counts.
pub fn locate_fuzzy(hunk: &Hunk, text: &Text<'_, '_>, shift: isize) -> Option<Match> {
    let old = side(hunk, LineKind::Add);
    let (lead, trail) = context(hunk);
    (1..=MOST_FUZZ.min(lead.max(trail)))
        .find_map(|fuzz| locate_side(hunk, &old, text, shift, fuzz, true))
        .filter(|found| found.places == 1)
}

/// The place of the hunk's new side: whether the change is already there.
pub fn locate_new_side(hunk: &Hunk, text: &Text<'_, '_>, shift: isize) -> Option<Match> {
    locate_side(hunk, &side(hunk, LineKind::Remove), text, shift, 0, true)
}

/// Where the header says the old side begins, 0-based and unshifted.
pub fn header_line(hunk: &Hunk) -> usize {
    if hunk.old_len == 0 { hunk.old_start } else { hunk.old_start.saturating_sub(1) }
}

fn locate_side(
    hunk: &Hunk,
    pattern: &[Line<'_>],
    text: &Text<'_, '_>,
    shift: isize,
    fuzz: usize,
    count: bool,
) -> Option<Match> {
    let (lead, trail) = context(hunk);
    let most = lead.max(trail);
    let cut_lead = (fuzz + lead).checked_sub(most);
    let cut_trail = (fuzz + trail).checked_sub(most);
    let expected = header_line(hunk).saturating_add_signed(shift);
    let skip = cut_lead.unwrap_or(0).min(lead);
    let end = pattern.len() - cut_trail.unwrap_or(0).min(trail).min(pattern.len() - skip);
    let needle = &pattern[skip..end];
    let last = text.lines.len().checked_sub(needle.len())?;
    let wanted = expected + skip;
    let report = |line: usize, places: usize| Match {
        line: line.saturating_sub(skip),
        offset: line.cast_signed() - wanted.cast_signed(),
        fuzz,
        places,
    };
    if needle.is_empty() {
        // Without a line to match, fuzz would put an insertion anywhere.
        return (fuzz == 0 && expected <= text.lines.len()).then(|| report(wanted, 1));
    }
    match (cut_lead, cut_trail) {
        (None, None) => return (last == 0 && text.fits(0, needle)).then(|| report(0, 1)),
        (None, Some(_)) => return text.fits(0, needle).then(|| report(0, 1)),
        (Some(_), None) => return text.fits(last, needle).then(|| report(last, 1)),
        (Some(_), Some(_)) => {}
    }
    if !count && text.fits(wanted, needle) {
        return Some(report(wanted, 1));
    }
    let places = text.places_of_run(needle);
    let nearest = places.iter().copied().min_by_key(|line| line.abs_diff(wanted))?;
    Some(report(nearest, places.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::testing::hunk;
    use crate::text::lines;

    #[test]
    fn finds_the_exact_place_and_counts_the_others() {
        let text = lines::split(b"a\nb\nc\nx\na\nb\nc\n");
        let found = locate_counting(&hunk(5, " a\n-b\n c\n"), &Text::new(&text), 0).unwrap();
        assert_eq!(found, Match { line: 4, offset: 0, fuzz: 0, places: 2 });
    }

    #[test]
    fn finds_the_nearest_place_with_its_offset() {
        let text = lines::split(b"0\n1\na\nb\nc\n2\n");
        let found = locate(&hunk(1, " a\n-b\n+B\n c\n"), &Text::new(&text), 0).unwrap();
        assert_eq!((found.line, found.offset, found.places), (2, 2, 1));
    }

    #[test]
    fn less_context_before_means_the_start_of_the_text() {
        let body = "-b\n c\n";
        assert!(locate(&hunk(1, body), &Text::new(&lines::split(b"b\nc\n")), 0).is_some());
        assert!(locate(&hunk(2, body), &Text::new(&lines::split(b"a\nb\nc\n")), 0).is_none());
    }

    #[test]
    fn fuzz_is_told_and_must_be_unique() {
        let body = " a\n b\n-c\n+C\n d\n e\n";
        assert!(locate(&hunk(1, body), &Text::new(&lines::split(b"Z\nb\nc\nd\nY\n")), 0).is_none());
        let found = locate_fuzzy(&hunk(1, body), &Text::new(&lines::split(b"Z\nb\nc\nd\nY\n")), 0).unwrap();
        assert_eq!((found.line, found.fuzz, found.places), (0, 1, 1));
        assert!(locate_fuzzy(&hunk(1, body), &Text::new(&lines::split(b"b\nc\nd\nQ\nb\nc\nd\n")), 0).is_none());
    }
}
