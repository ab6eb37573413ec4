//! Whether what a patch adds may already be upstream in the same or in another form.
//!
//! A hunk that still applies can write a second time what upstream has taken: the difference of the texts may lie a line
//! beside the patch's place, and git then merges without a word. Two signs near the place tell it. A line that the patch
//! adds is new upstream as it stands; or a name that base had nowhere is brought by both sides.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::merge::tokens::{self, Token, squeezed};
use crate::merge::{Edit, Fate, FileMerge, Grade, Line, Placed, absorbed, stale};
use crate::text::diff::Change;

/// Lines around a place that count as near.
const NEAR: usize = 60;

/// Lines beyond the length of an edit that count as beside it.
const BESIDE: usize = 4;

/// The shortest name, made of several words, that tells something.
const LEAST_NAME: usize = 6;

/// Grades down hunks that would repeat what upstream brought near their place.
pub fn doubt(merge: &mut FileMerge<'_>, base: &[Line<'_>], ours: &[Line<'_>], edits: &[Edit<'_>], changes: &[Change]) {
    let mut seen: Option<Seen<'_>> = None;
    for placed in &merge.placed {
        let hunk = &mut merge.hunks[placed.hunk];
        if hunk.grade.is_none_or(|grade| grade == Grade::C) {
            continue;
        }
        let around = placed.ours.start.saturating_sub(NEAR)..(placed.ours.end + NEAR).min(ours.len());
        let new = new_near(changes, &around);
        if new.is_empty() {
            continue;
        }
        let seen = seen.get_or_insert_with(|| Seen::of(base, ours, edits));
        if let Some(fact) = seen.fact(placed, ours, &new) {
            hunk.grade = Some(Grade::C);
            hunk.evidence.insert(0, fact);
        }
    }
    left_overs(merge);
}

/// The lines of ours near a place that upstream wrote or moved there.
fn new_near(changes: &[Change], around: &Range<usize>) -> Vec<Range<usize>> {
    let first = changes.partition_point(|change| change.new.end <= around.start);
    let near = changes[first..].iter().take_while(|change| change.new.start < around.end);
    let cut = |change: &Change| change.new.start.max(around.start)..change.new.end.min(around.end);
    near.map(cut).filter(|range| !range.is_empty()).collect()
}

/// What base had.
struct Seen<'a> {
    lines: HashMap<Vec<u8>, (usize, usize)>,
    names: HashSet<Token<'a>>,
}

impl<'a> Seen<'a> {
    fn of(base: &[Line<'a>], ours: &[Line<'_>], edits: &[Edit<'_>]) -> Self {
        let wanted: HashSet<Vec<u8>> = edits.iter().flat_map(|edit| &edit.lines).map(|line| squeezed(line)).collect();
        let mut lines: HashMap<Vec<u8>, (usize, usize)> = HashMap::new();
        for line in base.iter().map(|line| squeezed(line)).filter(|line| wanted.contains(line)) {
            lines.entry(line).or_default().0 += 1;
        }
        for line in ours.iter().map(|line| squeezed(line)).filter(|line| wanted.contains(line)) {
            lines.entry(line).or_default().1 += 1;
        }
        Self { lines, names: base.iter().flat_map(names).collect() }
    }

    /// What speaks against a placement.
    fn fact(&self, placed: &Placed<'_>, ours: &[Line<'_>], new: &[Range<usize>]) -> Option<String> {
        let stands = || new.iter().flat_map(|range| range.clone().zip(&ours[range.clone()]));
        // What the difference of the texts put aside lies right beside; a like block further off is another one.
        let reach = placed.lines.len() + BESIDE;
        let beside = |number: usize| number + reach >= placed.ours.start && number <= placed.ours.end + reach;
        let replaced: HashSet<Vec<u8>> = ours[placed.ours.clone()].iter().map(|line| squeezed(line)).collect();
        let own = |line: &&Line<'_>| absorbed::is_strong(line) && !replaced.contains(&squeezed(line));
        let added: Vec<&Line<'_>> = placed.lines.iter().filter(own).collect();
        let again = |line: &&&Line<'_>| {
            let key = squeezed(line);
            let (before, after) = self.lines.get(&key).copied().unwrap_or_default();
            after > before && stands().any(|(number, line)| beside(number) && squeezed(line) == key)
        };
        let repeated = added.iter().filter(again).count();
        if repeated > 0 && repeated * 2 >= added.len() {
            return Some(format!("{repeated} of {} lines that it adds are new upstream near its place", added.len()));
        }
        let brought: HashSet<Token<'_>> = stands().flat_map(|(_, line)| names(line)).collect();
        let gone: HashSet<Token<'_>> = ours[placed.ours.clone()].iter().flat_map(names).collect();
        let both = |name: &Token<'_>| brought.contains(name) && !self.names.contains(name) && !gone.contains(name);
        let name = added.iter().flat_map(|line| names(line)).find(both)?;
        Some(format!("upstream brought `{}` near its place too", String::from_utf8_lossy(name)))
    }
}

fn names<'a>(line: &Line<'a>) -> impl Iterator<Item = Token<'a>> + use<'a> {
    let words = tokens::of(std::slice::from_ref(line)).into_iter();
    words.filter(|token| token.len() >= LEAST_NAME && stale::is_compound(token))
}

/// What is left of a file patch that is partly upstream must say something: a lone bracket or `#endif` belongs to the rest,
/// and may stand upstream as well, where one bracket is as good as another. Of a hunk that is left whole, a word is enough.
fn left_overs(merge: &mut FileMerge<'_>) {
    let partly = |fate: Fate| fate == Fate::PartlyAbsorbed;
    let some = merge.hunks.iter().any(|hunk| partly(hunk.fate) || hunk.fate == Fate::Absorbed);
    let mut silent = vec![true; merge.hunks.len()];
    for placed in &merge.placed {
        let whole = !partly(merge.hunks[placed.hunk].fate);
        let says = |line: &Line<'_>| absorbed::is_strong(line) || (whole && has_word(line));
        silent[placed.hunk] &= !placed.lines.is_empty() && !placed.lines.iter().any(says);
    }
    for (hunk, silent) in merge.hunks.iter_mut().zip(silent) {
        let left = partly(hunk.fate) || (some && hunk.fate == Fate::Clean);
        if left && silent && hunk.grade.is_some_and(|grade| grade < Grade::C) {
            hunk.grade = Some(Grade::C);
            hunk.evidence.insert(0, "what is left of it says nothing without the part that is upstream".into());
        }
    }
}

/// True for a line with a word, where it is no directive.
fn has_word(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    !line.starts_with(b"#") && line.iter().any(u8::is_ascii_alphanumeric)
}
