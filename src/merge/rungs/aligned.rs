//! Aligned: upstream rewrote a block, but its lines can still be told apart by likeness.
//!
//! Inside each change, lines of base and ours are paired in order so that the sum of their likeness is greatest; lines
//! that share less than half are no pair. The region is then split anew: an insertion between two pairs has its place,
//! and a line that the patch changes meets only its own successor. Guard: every pair beside an edit must be clearly
//! alike, else a person looks.

use crate::merge::ladder::{self, Case};
use crate::merge::tokens::Bag;
use crate::merge::{Grade, Line, Region, Resolution, parts};
use crate::text::diff::Change;

/// The most pairs of lines compared in one change.
const MOST: usize = 40_000;

/// Percent that two lines must share to be a pair.
const LEAST: usize = 50;

/// Percent from which a pair is clear.
const CLEAR: usize = 70;

/// Splits the region along pairs of similar lines and resolves the parts.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let mut changes = case.changes[..case.region.changes.start].to_vec();
    let mut weakest = 100;
    let first = changes.len();
    for change in case.region_changes() {
        weakest = weakest.min(refine(case, change, &mut changes));
    }
    let count = changes.len() - first;
    if count == case.region.changes.len() {
        return None;
    }
    changes.extend_from_slice(&case.changes[case.region.changes.end..]);
    let region = Region { changes: first..first + count, ..case.region.clone() };
    let finer = Case { changes: &changes, region: &region, ..*case };
    let parts = parts::split(&finer);
    if parts.contains(&region) {
        return None;
    }
    let mut tried = Vec::new();
    let (name, mut found) = ladder::in_parts(&finer, &parts, &mut tried)?;
    found.evidence.push(format!("lines were paired by likeness ({weakest} % at least), then `{name}`"));
    found.grade = found.grade.max(if weakest >= CLEAR { Grade::B } else { Grade::C });
    Some(found)
}

/// Adds the finer changes of one change; the likeness of its weakest pair.
fn refine(case: &Case<'_, '_>, change: &Change, out: &mut Vec<Change>) -> usize {
    let (base, ours) = (&case.base[change.old.clone()], &case.ours[change.new.clone()]);
    if base.is_empty() || ours.is_empty() || base.len() * ours.len() > MOST {
        out.push(change.clone());
        return 100;
    }
    let mut weakest = 100;
    let (mut old, mut new) = (0, 0);
    let mut push = |old: std::ops::Range<usize>, new: std::ops::Range<usize>| {
        if !(old.is_empty() && new.is_empty()) {
            let old = old.start + change.old.start..old.end + change.old.start;
            out.push(Change { old, new: new.start + change.new.start..new.end + change.new.start });
        }
    };
    for (a, b, likeness) in pairs(base, ours) {
        push(old..a, new..b);
        if base[a] != ours[b] {
            push(a..a + 1, b..b + 1);
        }
        weakest = weakest.min(likeness);
        (old, new) = (a + 1, b + 1);
    }
    push(old..base.len(), new..ours.len());
    weakest
}

/// Pairs of similar lines in order, with their likeness in percent.
fn pairs(base: &[Line<'_>], ours: &[Line<'_>]) -> Vec<(usize, usize, usize)> {
    let old: Vec<Bag<'_>> = base.iter().map(|line| Bag::of(std::slice::from_ref(line))).collect();
    let new: Vec<Bag<'_>> = ours.iter().map(|line| Bag::of(std::slice::from_ref(line))).collect();
    let width = new.len() + 1;
    let mut best = vec![0usize; (old.len() + 1) * width];
    let score = |a: usize, b: usize| {
        let likeness = old[a].likeness(&new[b]);
        (likeness >= LEAST).then_some((likeness, likeness * old[a].len().min(new[b].len()).min(8)))
    };
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            let skip = best[(a + 1) * width + b].max(best[a * width + b + 1]);
            let take = score(a, b).map_or(0, |(_, gain)| gain + 1 + best[(a + 1) * width + b + 1]);
            best[a * width + b] = skip.max(take);
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut list = Vec::new();
    while a < old.len() && b < new.len() {
        let here = best[a * width + b];
        match score(a, b) {
            Some((likeness, gain)) if here == gain + 1 + best[(a + 1) * width + b + 1] => {
                list.push((a, b, likeness));
                (a, b) = (a + 1, b + 1);
            }
            _ if here == best[(a + 1) * width + b] => a += 1,
            _ => b += 1,
        }
    }
    list
}
