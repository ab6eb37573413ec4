//! Base, the patch's edits and upstream's edits as lists of replacements that are put together.

use std::ops::Range;

use forebay::merge::Edit;
use forebay::text::lines;

use super::Triple;

/// A replacement of base lines.
#[derive(Debug, Clone)]
pub(crate) struct Replace {
    /// The base lines that go.
    pub(crate) base: Range<usize>,
    /// What stands there then.
    pub(crate) lines: Vec<Vec<u8>>,
}

/// The lines of a triple.
pub(crate) struct Sides<'t> {
    /// Before the patch.
    pub(crate) base: Vec<&'t [u8]>,
    /// The patch's edits.
    pub(crate) patch: Vec<Replace>,
}

impl<'t> Sides<'t> {
    /// Cut from a triple.
    pub(crate) fn new(triple: &'t Triple) -> Self {
        let own = |edit: &Edit<'_>| Replace {
            base: edit.base.clone(),
            lines: edit.lines.iter().map(|line| line.to_vec()).collect(),
        };
        Self { base: lines::split(&triple.base), patch: triple.edits().iter().map(own).collect() }
    }

    /// True where a base line is part of no edit of the patch.
    pub(crate) fn is_free(&self, line: usize) -> bool {
        line < self.base.len() && !self.patch.iter().any(|edit| edit.base.contains(&line))
    }

    /// Base with these replacements, which share no line and no point.
    pub(crate) fn with(&self, parts: &[&[Replace]]) -> Vec<u8> {
        let mut all: Vec<&Replace> = parts.iter().copied().flatten().collect();
        all.sort_by_key(|replace| (replace.base.start, replace.base.end));
        let mut text = Vec::new();
        let mut next = 0;
        for replace in all {
            text.extend(self.base[next..replace.base.start].concat());
            text.extend(replace.lines.concat());
            next = replace.base.end;
        }
        text.extend(self.base[next..].concat());
        text
    }

    /// True where an insertion or deletion could as well be told as one a line further up or down.
    pub(crate) fn slides(&self, replace: &Replace) -> bool {
        let inserted: Vec<&[u8]> = replace.lines.iter().map(Vec::as_slice).collect();
        let block = if replace.base.is_empty() { &inserted[..] } else { &self.base[replace.base.clone()] };
        if !(replace.base.is_empty() || replace.lines.is_empty()) {
            return false;
        }
        let above = replace.base.start.checked_sub(1).map(|line| self.base[line]);
        let below = self.base.get(replace.base.end).copied();
        block.first().copied() == below || block.last().copied() == above
    }

    /// The lines of theirs at which a range of base lines stands; its ends lie in no edit.
    pub(crate) fn image(&self, base: &Range<usize>) -> Range<usize> {
        let at = |line: usize, inclusive: bool| {
            let before = self.patch.iter().filter(|edit| {
                if edit.base.is_empty() {
                    edit.base.start < line || (inclusive && edit.base.start == line)
                } else {
                    edit.base.end <= line
                }
            });
            before.fold(line, |sum, edit| sum + edit.lines.len() - edit.base.len())
        };
        at(base.start, false)..at(base.end, true)
    }

    /// True where no edit crosses or touches the ends of a range.
    pub(crate) fn is_whole(&self, range: &Range<usize>) -> bool {
        [range.start, range.end]
            .iter()
            .all(|&end| self.patch.iter().all(|edit| edit.base.end < end || end < edit.base.start))
    }

    /// The run of lines without a blank one around a range, at most so many lines to each side.
    pub(crate) fn paragraph(&self, around: &Range<usize>, most: usize) -> Range<usize> {
        let blank = |line: &&[u8]| line.trim_ascii().is_empty();
        let up = self.base[..around.start].iter().rev().take(most).take_while(|line| !blank(line)).count();
        let down = self.base[around.end..].iter().take(most).take_while(|line| !blank(line)).count();
        around.start - up..around.end + down
    }
}
