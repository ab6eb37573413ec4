//! Finds how much of each hunk is already upstream, by lines that are new in ours since base.
//!
//! A line that base already had says nothing, so only the *rise* of a line's count from base to ours is evidence, and only
//! the *fall* of a removed line's. Lines are compared without white space. Lines without a word of their own (braces,
//! `#endif`, `return 0;`) never count. A missing line may still be there in other formatting: wrapped differently, or with
//! a comment behind it; such a line is *alike*, which is weaker than *found*.

use std::cell::OnceCell;
use std::collections::HashSet;

use ahash::AHashMap;
use bstr::ByteSlice;

use crate::merge::Line;
use crate::patch::{Hunk, HunkLine, LineKind};
use crate::text::lines::{squeeze, squeezed};

/// Letters that a line needs in words of its own.
const LETTERS: usize = 4;

/// Letters that make a line rare enough to stand for itself.
const STRONG_LETTERS: usize = 8;

/// Bytes that a line in other formatting must have.
const ALIKE_BYTES: usize = 12;

/// Lines between the place expected and the place found that count as near.
const NEAR: usize = 40;

/// Lines over which a hunk's lines may be spread for its short ones to be looked for among them.
const MOST_SPREAD: usize = 2000;

/// Places of one line that are looked at.
const MOST_PLACES: usize = 64;

/// Lines between the place of an added line and the place found, where upstream took only some of several like it.
const OWN: usize = 6;

/// Rare lines that prove a hunk wherever they stand.
const MANY: usize = 4;

/// Rare lines that prove a hunk which would still apply at its place.
const DUPLICATED: usize = 3;

/// Rare lines that prove a hunk which would still apply at another place.
const BLOCK: usize = 6;

/// Words that stand in any program.
const COMMON: &[&[u8]] = &[
    b"NULL",
    b"bool",
    b"break",
    b"case",
    b"catch",
    b"char",
    b"const",
    b"continue",
    b"default",
    b"define",
    b"do",
    b"done",
    b"elif",
    b"else",
    b"elseif",
    b"end",
    b"endif",
    b"endforeach",
    b"error",
    b"esac",
    b"false",
    b"fi",
    b"finally",
    b"for",
    b"if",
    b"ifdef",
    b"ifndef",
    b"int",
    b"long",
    b"nil",
    b"none",
    b"null",
    b"out",
    b"pass",
    b"private",
    b"public",
    b"return",
    b"self",
    b"static",
    b"then",
    b"this",
    b"true",
    b"try",
    b"unsigned",
    b"void",
    b"while",
];

/// What of a hunk is upstream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trace {
    /// Significant lines that the hunk adds (beyond those that its file patch removes elsewhere).
    pub added: usize,
    /// Those whose count rose from base to ours.
    pub found: usize,
    /// Those not found which ours holds in other formatting, and base did not.
    pub alike: usize,
    /// Those found that are long and stood nowhere in base.
    pub strong: usize,
    /// Significant lines that the hunk removes.
    pub removed: usize,
    /// Those whose count fell from base to ours.
    pub gone: usize,
    /// True where a strong line stands near the hunk's place, or beside a context line that it stands beside in the hunk.
    pub near: bool,
    /// True where the hunk changes nothing but white space.
    pub cosmetic: bool,
    /// True where a short line that the hunk adds (`return 14;`) stands nowhere near its long ones: another value upstream.
    /// True also where upstream took out a line that the hunk only moves.
    pub contrary: bool,
}

impl Trace {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            added: self.added + other.added,
            found: self.found + other.found,
            alike: self.alike + other.alike,
            strong: self.strong + other.strong,
            removed: self.removed + other.removed,
            gone: self.gone + other.gone,
            near: self.near || other.near,
            cosmetic: self.cosmetic && other.cosmetic,
            contrary: self.contrary || other.contrary,
        }
    }

    /// True where nothing significant is missing and nothing removed still stands.
    pub fn complete(&self) -> bool {
        self.found + self.alike == self.added && self.gone == self.removed
    }

    /// True where the hunk's change is upstream beyond doubt; `meets` tells that upstream changed the same lines.
    ///
    /// A hunk that would still apply must be proved by more: applying it would write the same lines a second time.
    pub fn is_upstream(&self, meets: bool) -> bool {
        if self.strong == 0 || self.contrary || !self.complete() {
            return false;
        }
        if meets { self.near || self.strong >= MANY } else { self.would_repeat() && self.alike == 0 }
    }

    /// True where applying the hunk would write a second time what stands at the same place, or a whole block elsewhere.
    pub fn would_repeat(&self) -> bool {
        (self.strong >= DUPLICATED && self.near) || self.strong >= BLOCK
    }

    /// The facts in one sentence.
    pub fn fact(&self) -> String {
        let Self { added, found, alike, removed, gone, .. } = self;
        let formatting = if *alike > 0 { format!(", {alike} more in other formatting") } else { String::new() };
        let less = if *removed > 0 { format!("; {gone} of {removed} removed lines are gone") } else { String::new() };
        format!("{found} of {added} added lines are new upstream since the old version{formatting}{less}")
    }
}

/// The texts of a file that traces are read from.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'s, 'a> {
    /// Old upstream with the patches before this one.
    pub base: &'s [Line<'a>],
    /// New upstream with the patches written so far.
    pub ours: &'s [Line<'a>],
    /// Old upstream without any patch: what it had is not new either. `None` where there is none or it equals base.
    pub old: Option<&'s [Line<'s>]>,
}

/// How often a line occurs.
#[derive(Debug, Default)]
struct Count {
    base: usize,
    old: usize,
    ours: Vec<usize>,
    added: usize,
    removed: usize,
    letters: usize,
    told_added: usize,
    told_found: usize,
    told_alike: usize,
    told_removed: usize,
}

impl Count {
    /// Occurrences that the file patch adds, of which `self.rise()` are upstream.
    fn wanted(&self) -> usize {
        self.added.saturating_sub(self.removed)
    }

    /// Occurrences that the file patch removes; what only an earlier patch had brought cannot be gone from ours.
    fn unwanted(&self) -> usize {
        let brought = self.base.saturating_sub(self.old.max(self.ours.len()));
        self.removed.saturating_sub(self.added).saturating_sub(brought)
    }

    fn rise(&self) -> usize {
        self.ours.len().saturating_sub(self.base.max(self.old))
    }

    fn fall(&self) -> usize {
        self.base.min(self.old).saturating_sub(self.ours.len())
    }
}

/// One trace a hunk; `anchors` are the lines of ours where the hunks would go (missing ones count as far away).
pub fn traces(hunks: &[Hunk], sides: &Sides<'_, '_>, anchors: &[usize]) -> Vec<Trace> {
    traces_in_order(hunks, sides, anchors, 0..hunks.len())
}

/// The same, where lines that several hunks add count for the hunks in this order.
pub fn traces_in_order(
    hunks: &[Hunk],
    sides: &Sides<'_, '_>,
    anchors: &[usize],
    order: impl IntoIterator<Item = usize>,
) -> Vec<Trace> {
    let mut counts = Counts::default();
    for line in hunks.iter().flat_map(|hunk| &hunk.lines) {
        counts.note(line.kind, &line.text);
    }
    // Where upstream changed nothing, nothing rose or fell, and nothing has to be counted.
    let unchanged = sides.base == sides.ours;
    if !unchanged {
        counts.tally(sides.base, |count, _| count.base += 1);
        counts.tally(sides.ours, |count, number| count.ours.push(number));
        match sides.old {
            Some(old) => counts.tally(old, |count, _| count.old += 1),
            None => counts.by_key.values_mut().for_each(|count| count.old = count.base),
        }
    }
    let mut counts = counts.by_key;
    let formatting = Formatting { sides, unchanged, texts: Default::default() };
    let anchor = |number: usize| anchors.get(number).copied();
    let mut traces = vec![Trace::default(); hunks.len()];
    for number in order {
        traces[number] = trace(&hunks[number], &mut counts, &formatting, anchor(number));
    }
    traces
}

/// The significant changed lines of all hunks.
#[derive(Default)]
struct Counts {
    by_key: AHashMap<Vec<u8>, Count>,
    /// First and last byte of every key: nearly all lines of a file are told apart from all keys by these.
    ends: HashSet<(u8, u8)>,
}

impl Counts {
    /// Remembers a changed line of a hunk, if it is significant.
    fn note(&mut self, kind: LineKind, text: &[u8]) {
        if kind == LineKind::Context {
            return;
        }
        let letters = letters(text);
        let Some(ends) = ends(text).filter(|_| letters >= LETTERS) else { return };
        self.ends.insert(ends);
        let count = self.by_key.entry(squeezed(text)).or_default();
        count.letters = letters;
        if kind == LineKind::Add {
            count.added += 1;
        } else {
            count.removed += 1;
        }
    }

    fn tally(&mut self, lines: &[Line<'_>], mut tell: impl FnMut(&mut Count, usize)) {
        let mut known = vec![false; 1 << 16];
        let slot = |(first, last): (u8, u8)| usize::from(first) << 8 | usize::from(last);
        self.ends.iter().for_each(|&ends| known[slot(ends)] = true);
        let mut key = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            if !ends(line).is_some_and(|ends| known[slot(ends)]) {
                continue;
            }
            squeeze(line, &mut key);
            if let Some(count) = self.by_key.get_mut(key.as_slice()) {
                tell(count, number);
            }
            key.clear();
        }
    }
}

/// The first and last byte of a line that are no white space.
fn ends(line: &[u8]) -> Option<(u8, u8)> {
    let text = line.trim_ascii();
    Some((*text.first()?, *text.last()?))
}

fn trace(
    hunk: &Hunk,
    counts: &mut AHashMap<Vec<u8>, Count>,
    formatting: &Formatting<'_, '_>,
    anchor: Option<usize>,
) -> Trace {
    let mut trace = Trace { cosmetic: is_cosmetic(hunk), ..Trace::default() };
    let mut strong_places: Option<(usize, usize)> = None;
    let ours = formatting.sides.ours;
    let mut new_lines = 0;
    for (number, line) in hunk.lines.iter().enumerate() {
        new_lines += usize::from(line.kind != LineKind::Remove);
        let Some(key) = (line.kind != LineKind::Context).then(|| squeezed(&line.text)) else { continue };
        let Some(count) = counts.get_mut(&key) else { continue };
        // Moved by the patch, and taken out by upstream, which did not put it where the patch does.
        trace.contrary |= count.added > 0 && count.removed > 0 && count.wanted() == 0 && count.fall() > 0;
        if line.kind == LineKind::Add && count.told_added < count.wanted() {
            count.told_added += 1;
            trace.added += 1;
            let own = || is_own((hunk, number), anchor.map(|anchor| anchor.saturating_add(new_lines)), count, ours);
            if count.told_found < count.rise() && (count.rise() >= count.wanted() || own()) {
                count.told_found += 1;
                trace.found += 1;
                if count.base == 0 && count.old == 0 && count.letters >= STRONG_LETTERS {
                    trace.strong += 1;
                    if let (Some(&first), Some(&last)) = (count.ours.first(), count.ours.last()) {
                        strong_places = Some(strong_places.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
                    }
                    let beside = neighbours(hunk, number);
                    let near = |at: &usize| {
                        anchor.is_some_and(|anchor| at.abs_diff(anchor) <= NEAR) || stands_beside(ours, *at, &beside)
                    };
                    trace.near = trace.near || count.ours.iter().take(MOST_PLACES).any(near);
                }
            } else if formatting.holds(&key, count.ours.len() + count.told_alike + 1) {
                count.told_alike += 1;
                trace.alike += 1;
            }
        } else if line.kind == LineKind::Remove && count.told_removed < count.unwanted() {
            count.told_removed += 1;
            trace.removed += 1;
            trace.gone += usize::from(count.told_removed <= count.fall());
        }
    }
    trace.contrary |= strong_places.is_some_and(|places| is_contrary(hunk, ours, places));
    trace
}

/// True where a line, which upstream took for some of the hunks that add it, stands at the place that this one has for it.
///
/// Without a place every hunk may be the one that it was taken for.
fn is_own((hunk, number): (&Hunk, usize), place: Option<usize>, count: &Count, ours: &[Line<'_>]) -> bool {
    let beside = neighbours(hunk, number);
    let near = |at: usize| place.is_none_or(|place| at.abs_diff(place) <= OWN) || stands_beside(ours, at, &beside);
    count.ours.iter().take(MOST_PLACES).any(|&at| near(at))
}

/// True where a short added line with a value of its own is not among the lines of ours from `first` to `last` or near them.
fn is_contrary(hunk: &Hunk, ours: &[Line<'_>], (first, last): (usize, usize)) -> bool {
    let valued = |line: &&HunkLine| {
        line.kind == LineKind::Add && letters(&line.text) < LETTERS && line.text.iter().any(u8::is_ascii_digit)
    };
    let mut short = hunk.lines.iter().filter(valued).map(|line| squeezed(&line.text)).peekable();
    if short.peek().is_none() || last - first > MOST_SPREAD {
        return false;
    }
    let around = &ours[first.saturating_sub(NEAR)..(last + NEAR).min(ours.len())];
    let known: HashSet<Vec<u8>> = around.iter().map(|line| squeezed(line)).collect();
    short.any(|line| !known.contains(&line))
}

/// The significant context lines just before and after a line of the hunk's new side.
fn neighbours(hunk: &Hunk, number: usize) -> [Option<Line<'_>>; 2] {
    let new = |line: &&HunkLine| line.kind != LineKind::Remove;
    let before = hunk.lines[..number].iter().rev().find(new);
    let after = hunk.lines[number + 1..].iter().find(new);
    let significant = |line: &&HunkLine| line.kind == LineKind::Context && letters(&line.text) >= LETTERS;
    [before, after].map(|line| line.filter(significant).map(|line| line.text.as_slice()))
}

fn stands_beside(ours: &[Line<'_>], at: usize, beside: &[Option<Line<'_>>; 2]) -> bool {
    let same = |at: Option<usize>, line: &Option<Line<'_>>| {
        let there = at.and_then(|at| ours.get(at));
        there.zip(*line).is_some_and(|(there, line)| squeezed(there) == squeezed(line))
    };
    same(at.checked_sub(1), &beside[0]) || same(at.checked_add(1), &beside[1])
}

fn is_cosmetic(hunk: &Hunk) -> bool {
    let side = |kind: LineKind| {
        let mut text = Vec::new();
        hunk.lines.iter().filter(|line| line.kind == kind).for_each(|line| squeeze(&line.text, &mut text));
        text
    };
    side(LineKind::Remove) == side(LineKind::Add)
}

/// Whole texts without white space, each made when it is first asked for.
struct Formatting<'s, 'a> {
    sides: &'s Sides<'s, 'a>,
    unchanged: bool,
    texts: [OnceCell<Vec<u8>>; 3],
}

impl Formatting<'_, '_> {
    /// True where ours holds `key` that many times, across or inside lines or as it is, and base did not have it.
    ///
    /// A line that several edits add is upstream only as often as it stands there: where upstream took all edits but one,
    /// the last one finds those of the others, and they prove nothing for it.
    fn holds(&self, key: &[u8], times: usize) -> bool {
        if key.len() < ALIKE_BYTES || self.unchanged {
            return false;
        }
        let [ours, base, old] = &self.texts;
        let stands = |text: &OnceCell<Vec<u8>>, lines: &[Line<'_>], times: usize| {
            let text = text.get_or_init(|| {
                let mut text = Vec::with_capacity(lines.iter().map(|line| line.len()).sum());
                for line in lines {
                    squeeze(line, &mut text);
                }
                text
            });
            text.find_iter(key).take(times).count() == times
        };
        stands(ours, self.sides.ours, times)
            && !stands(base, self.sides.base, 1)
            && !stands(old, self.sides.old.unwrap_or_default(), 1)
    }
}

/// True for a line that says enough to prove something by being there.
pub fn is_strong(line: &[u8]) -> bool {
    letters(line) >= STRONG_LETTERS
}

/// Letters and digits of a line that stand in words which not every program has.
fn letters(line: &[u8]) -> usize {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let words = line.split(|&byte| !word(byte));
    let own = words.filter(|word| word.len() > 1 && !COMMON.contains(word));
    own.map(|word| word.iter().filter(|&&byte| byte != b'_').count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lines;

    fn traced(base: &str, theirs: &str, ours: &str, old: &str) -> Trace {
        let hunks = crate::patch::make::hunks(base.as_bytes(), theirs.as_bytes(), 3);
        let [base, ours, old] = [base, ours, old].map(|text| lines::split(text.as_bytes()));
        let traces = traces(&hunks, &Sides { base: &base, ours: &ours, old: Some(&old) }, &[]);
        traces.into_iter().fold(Trace { cosmetic: true, ..Trace::default() }, Trace::plus)
    }

    #[test]
    fn only_a_rise_of_the_count_is_evidence() {
        let base = "write_header (file);\n";
        let theirs = "write_header (file);\nwrite_header (file);\n";
        assert_eq!(traced(base, theirs, base, base).found, 0);
        let twice = traced(base, theirs, theirs, base);
        assert_eq!((twice.added, twice.found, twice.strong), (1, 1, 0));
    }

    #[test]
    fn what_old_upstream_had_is_not_new() {
        let (old, base) = ("enable_feature (x);\nrest_of_it ();\n", "rest_of_it ();\n");
        assert_eq!(traced(base, old, old, old).found, 0);
        assert_eq!(traced(base, old, old, base).found, 1);
    }

    #[test]
    fn lines_that_an_earlier_patch_brought_are_neither_gone_nor_standing() {
        let (old, base) = ("rest_of_it ();\n", "local_setting = 1;\nrest_of_it ();\n");
        assert_eq!(traced(base, old, old, old).removed, 0);
        let standing = traced(base, old, base, base);
        assert_eq!((standing.removed, standing.gone), (1, 0));
    }

    #[test]
    fn moved_lines_and_common_words_do_not_count() {
        let base = "first_thing ();\nsecond_thing ();\n";
        let moved = "second_thing ();\n{\n  return NULL;\n}\nfirst_thing ();\n";
        assert_eq!(traced(base, moved, moved, base).added, 0);
    }

    #[test]
    fn a_wrapped_line_is_alike() {
        let theirs = "configure_device (name, flags);\nrest_of_it ();\n";
        let wrapped = "configure_device (name,\n                  flags); /* why */\nrest_of_it ();\n";
        let trace = traced("rest_of_it ();\n", theirs, wrapped, "rest_of_it ();\n");
        assert_eq!((trace.added, trace.found, trace.alike), (1, 0, 1));
    }

    #[test]
    fn what_stands_there_for_one_edit_proves_nothing_for_another() {
        let base = "first_thing ();\n}\nsecond_thing ();\n}\n";
        let added = "visible_to (everybody);\n";
        let theirs = format!("first_thing ();\n{added}}}\nsecond_thing ();\n{added}}}\n");
        let ours = format!("first_thing ();\n{added}}}\nsecond_thing ();\n}}\n");
        let trace = traced(base, &theirs, &ours, base);
        assert_eq!((trace.added, trace.found, trace.alike), (2, 1, 0));
    }

    #[test]
    fn beside_its_context_a_line_is_near() {
        let (base, theirs) = ("rest_of_it ();\n", "initialise_table ();\nrest_of_it ();\n");
        assert!(traced(base, theirs, "other ();\ninitialise_table ();\nrest_of_it ();\n", base).near);
        assert!(!traced(base, theirs, "rest_of_it ();\nother ();\ninitialise_table ();\n", base).near);
    }

    #[test]
    fn white_space_alone_is_cosmetic() {
        assert!(traced("call(a, b);\n", "call (a,\n      b);\n", "x\n", "x\n").cosmetic);
        assert!(!traced("call(a, b);\n", "call (a);\n", "x\n", "x\n").cosmetic);
    }
}
