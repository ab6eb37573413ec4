//! Line differences as lists of changes.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A run of lines that differs: `old` lines were replaced by `new` lines (either may be empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Line range before, 0-based.
    pub old: Range<usize>,
    /// Line range after, 0-based.
    pub new: Range<usize>,
}

/// The changes from `old` to `new`, in order, with at least one equal line between two of them (histogram algorithm).
pub fn changes(old: &[&[u8]], new: &[&[u8]]) -> Vec<Change> {
    with(Algorithm::Histogram, old, new)
}

/// The same by Myers' algorithm: the second opinion for placements that must not depend on one algorithm.
pub fn changes_myers(old: &[&[u8]], new: &[&[u8]]) -> Vec<Change> {
    with(Algorithm::Myers, old, new)
}

fn with(algorithm: Algorithm, old: &[&[u8]], new: &[&[u8]]) -> Vec<Change> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut ids = HashMap::new();
    let (old_mid, new_mid) =
        (intern(&mut ids, &old[head..old.len() - tail]), intern(&mut ids, &new[head..new.len() - tail]));
    let mut list: Vec<Change> = Vec::new();
    if old_mid.is_empty() && new_mid.is_empty() {
        return list;
    }
    for operation in capture_diff_slices(algorithm, &old_mid, &new_mid) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (before, after) = (operation.old_range(), operation.new_range());
        let next = Change { old: before.start + head..before.end + head, new: after.start + head..after.end + head };
        match list.last_mut() {
            Some(last) if last.old.end == next.old.start && last.new.end == next.new.start => {
                last.old.end = next.old.end;
                last.new.end = next.new.end;
            }
            _ => list.push(next),
        }
    }
    list
}

/// Gives equal lines equal small numbers, so that the algorithms compare numbers instead of text.
fn intern<'a>(ids: &mut HashMap<&'a [u8], u32>, lines: &[&'a [u8]]) -> Vec<u32> {
    lines
        .iter()
        .map(|line| {
            let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            *ids.entry(line).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(words: &[u8]) -> Vec<&[u8]> {
        words.split(|&byte| byte == b' ').collect()
    }

    #[test]
    fn lists_changes_in_both_coordinates() {
        let found = changes(&lines(b"a b c d"), &lines(b"a x c d e"));
        assert_eq!(found, vec![Change { old: 1..2, new: 1..2 }, Change { old: 4..4, new: 4..5 }]);
        assert!(changes(&lines(b"a"), &lines(b"a")).is_empty());
    }
}
