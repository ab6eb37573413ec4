//! Token: the patch and upstream changed different words of the same lines.
//!
//! Base, ours and theirs are cut into words, blanks and signs and merged by them. Guards: at least half of base's words
//! stand in ours; no word is changed by both sides; changes with only signs or blanks between them count as one; two
//! difference algorithms must give the same text. A person always looks: on the open benchmark one of eleven lines merged
//! without any doubt was not what the maintainers wrote (`docs/ladder.md`).

use std::ops::Range;

use crate::merge::ladder::{Case, resolution};
use crate::merge::tokens::{self, Bag, Token};
use crate::merge::{Grade, Line, Placed, Resolution};
use crate::text::diff::{self, Change};
use crate::text::lines;

/// The most tokens of a side.
const MOST: usize = 4000;

/// Percent of base's words that must stand in ours.
const LEAST_LIKENESS: usize = 50;

type Differ = fn(&[&[u8]], &[&[u8]]) -> Vec<Change>;

/// Resolves a region by merging words.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (base, ours) = (case.base_text(), case.ours_text());
    let unfinished = |lines: &[Line<'_>]| lines.last().is_none_or(|line| !line.ends_with(b"\n"));
    if [base, ours, case.theirs].into_iter().any(unfinished) {
        return None;
    }
    let (old, new) = (Bag::of(base), Bag::of(ours));
    let likeness = 100 * old.shared(&new) / old.len().max(1);
    if likeness < LEAST_LIKENESS {
        return None;
    }
    let sides = [tokens::of(base), tokens::of(ours), tokens::of(case.theirs)];
    if sides.iter().any(|side| side.len() > MOST) {
        return None;
    }
    let (text, touching) = merge(&sides, diff::changes)?;
    let (second, _) = merge(&sides, diff::changes_myers)?;
    if text != second {
        return None;
    }
    let beside = if touching { ", side by side" } else { "" };
    let evidence = format!(
        "the patch and upstream changed different words{beside} of lines {}-{}, where {likeness} % are as they were",
        case.region.ours.start + 1,
        case.region.ours.end
    );
    let merged = lines::split(case.made.keep(text));
    let hunk = case.region_edits().first()?.hunk;
    Some(resolution(replacement(hunk, ours, case.region.ours.clone(), &merged), Grade::C, evidence))
}

/// The replacement of `ours` by `merged` without the lines that are equal at either end.
fn replacement<'a>(hunk: usize, ours: &[Line<'a>], range: Range<usize>, merged: &[Line<'a>]) -> Vec<Placed<'a>> {
    let changes = diff::changes(ours, merged);
    let place = |change: &Change| Placed {
        hunk,
        ours: change.old.start + range.start..change.old.end + range.start,
        lines: merged[change.new.clone()].to_vec(),
    };
    changes.iter().map(place).collect()
}

/// The merged text, and whether changes of the two sides touch; `None` where both changed the same words.
fn merge(sides: &[Vec<Token<'_>>; 3], differ: Differ) -> Option<(Vec<u8>, bool)> {
    let [base, ours, theirs] = sides;
    let upstream = joined(base, differ(base, ours));
    let patch = joined(base, differ(base, theirs));
    let mut all: Vec<(&Change, &[Token<'_>])> =
        upstream.iter().map(|change| (change, &ours[change.new.clone()])).collect();
    let mut touching = false;
    for change in &patch {
        let new = &theirs[change.new.clone()];
        match against(&upstream, ours, change, new)? {
            Meets::Same => {
                touching = true;
                continue;
            }
            Meets::Touches => touching = true,
            Meets::Nothing => {}
        }
        touching |= !upstream.is_empty() && base[change.old.clone()].contains(&&b"\n"[..]);
        all.push((change, new));
    }
    all.sort_by_key(|(change, _)| (change.old.start, change.old.end));
    let mut text = Vec::new();
    let mut next = 0;
    for (change, new) in all {
        append(&mut text, &base[next..change.old.start])?;
        append(&mut text, new)?;
        next = change.old.end;
    }
    append(&mut text, &base[next..])?;
    Some((text, touching))
}

/// Adds tokens; `None` where that would glue two words together.
fn append(text: &mut Vec<u8>, tokens: &[Token<'_>]) -> Option<()> {
    let first = tokens.first().copied().unwrap_or_default();
    let glued = tokens::is_word(first) && text.last().is_some_and(|byte| tokens::is_word(std::slice::from_ref(byte)));
    text.extend(tokens.iter().copied().flatten());
    (!glued).then_some(())
}

enum Meets {
    /// No change of upstream.
    Nothing,
    /// One that ends or begins where it begins or ends.
    Touches,
    /// One that is just the same.
    Same,
}

/// What a change of the patch meets; `None` where upstream changed the same words otherwise.
fn against(upstream: &[Change], ours: &[Token<'_>], change: &Change, new: &[Token<'_>]) -> Option<Meets> {
    let mut meets = Meets::Nothing;
    for other in upstream.iter().filter(|other| other.old.start <= change.old.end && change.old.start <= other.old.end)
    {
        if other.old == change.old && ours[other.new.clone()] == *new {
            return Some(Meets::Same);
        }
        let both_insert = other.old.is_empty() && change.old.is_empty();
        let apart = other.old.end <= change.old.start || change.old.end <= other.old.start;
        let separated = both_insert && separated(&ours[other.new.clone()], new);
        if !apart || (both_insert && !separated) {
            return None;
        }
        if !separated {
            meets = Meets::Touches;
        }
    }
    Some(meets)
}

/// True where two insertions are items of one list: both begin with the same separator.
fn separated(one: &[Token<'_>], other: &[Token<'_>]) -> bool {
    one.first().zip(other.first()).is_some_and(|(a, b)| a == b && matches!(*a, b"," | b"|" | b"&"))
}

/// Joins changes that have no word between them.
fn joined(base: &[Token<'_>], changes: Vec<Change>) -> Vec<Change> {
    let mut list: Vec<Change> = Vec::new();
    for change in changes {
        match list.last_mut() {
            Some(last)
                if !base[last.old.end..change.old.start]
                    .iter()
                    .any(|token| tokens::is_word(token) || *token == b"\n") =>
            {
                last.old.end = change.old.end;
                last.new.end = change.new.end;
            }
            _ => list.push(change),
        }
    }
    list
}
