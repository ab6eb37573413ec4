//! Line differences as lists of changes.

use std::ops::Range;

use ahash::AHashMap;
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
    let mut ids = AHashMap::new();
    let (old_mid, new_mid) =
        (intern(&mut ids, &old[head..old.len() - tail]), intern(&mut ids, &new[head..new.len() - tail]));
    if old_mid.is_empty() && new_mid.is_empty() {
        return Vec::new();
    }
    if old_mid.len().min(new_mid.len()) > REWRITTEN {
        return rewritten(algorithm, (&old_mid, &new_mid), ids.len(), head);
    }
    let mut list: Vec<Change> = Vec::new();
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

/// So many lines between the equal ends of both sides mean a file that was made anew.
const REWRITTEN: usize = 16_384;

/// The changes of a file that was made anew: lines that the other side lacks can be part of no match, so that they are set
/// aside before the search, whose cost grows with the square of what differs.
fn rewritten(algorithm: Algorithm, (old, new): (&[u32], &[u32]), distinct: usize, head: usize) -> Vec<Change> {
    let present = |lines: &[u32]| {
        let mut seen = vec![false; distinct];
        lines.iter().filter_map(|&id| usize::try_from(id).ok()).for_each(|id| seen[id] = true);
        seen
    };
    let (in_old, in_new) = (present(old), present(new));
    let shared = |lines: &[u32]| -> (Vec<usize>, Vec<u32>) {
        let kept =
            lines.iter().enumerate().filter(|(_, id)| usize::try_from(**id).is_ok_and(|id| in_old[id] && in_new[id]));
        kept.map(|(at, id)| (at, *id)).unzip()
    };
    let ((old_at, old_shared), (new_at, new_shared)) = (shared(old), shared(new));
    let mut list = Vec::new();
    let (mut old_next, mut new_next) = (0, 0);
    let mut matched = |old_line: usize, new_line: usize, lines: usize| {
        if old_line > old_next || new_line > new_next {
            list.push(Change { old: old_next + head..old_line + head, new: new_next + head..new_line + head });
        }
        (old_next, new_next) = (old_line + lines, new_line + lines);
    };
    for operation in capture_diff_slices(algorithm, &old_shared, &new_shared) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            let pairs = old_at[old_index..old_index + len].iter().zip(&new_at[new_index..new_index + len]);
            pairs.for_each(|(&old_line, &new_line)| matched(old_line, new_line, 1));
        }
    }
    matched(old.len(), new.len(), 0);
    list
}

/// The parts of two lines that differ, as byte ranges of each: words, runs of blanks and single signs are compared.
///
/// Where the lines share no word, each differs as a whole.
pub fn words(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (before, after) = (pieces(old), pieces(new));
    let texts = |line: &str, pieces: &[Range<usize>]| -> Vec<String> {
        pieces.iter().map(|piece| line[piece.clone()].to_owned()).collect()
    };
    let (old_texts, new_texts) = (texts(old, &before), texts(new, &after));
    let operations = capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts);
    let shared = operations.iter().any(|operation| {
        matches!(operation, DiffOp::Equal { .. })
            && old_texts[operation.old_range()].iter().any(|text| text.contains(char::is_alphanumeric))
    });
    if !shared {
        let whole = |line: &str| Some(0..line.len()).filter(|range| !range.is_empty()).into_iter().collect();
        return (whole(old), whole(new));
    }
    let (mut old_ranges, mut new_ranges) = (Vec::new(), Vec::new());
    for operation in operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. })) {
        push(&mut old_ranges, &before[operation.old_range()]);
        push(&mut new_ranges, &after[operation.new_range()]);
    }
    (old_ranges, new_ranges)
}

/// Adds neighbouring pieces as one range, joined to the one before where they touch.
fn push(ranges: &mut Vec<Range<usize>>, pieces: &[Range<usize>]) {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
    match ranges.last_mut() {
        Some(before) if before.end == first.start => before.end = last.end,
        _ => ranges.push(first.start..last.end),
    }
}

/// A line cut into words, runs of blanks and single signs.
fn pieces(line: &str) -> Vec<Range<usize>> {
    let kind = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => 0,
        ' ' => 1,
        other if other.is_alphanumeric() => 0,
        _ => 2,
    };
    let mut list: Vec<Range<usize>> = Vec::new();
    let mut before = 2;
    for (at, character) in line.char_indices() {
        let end = at + character.len_utf8();
        match list.last_mut() {
            Some(last) if kind(character) == before && before < 2 => last.end = end,
            _ => list.push(at..end),
        }
        before = kind(character);
    }
    list
}

/// Gives equal lines equal small numbers, so that the algorithms compare numbers instead of text.
fn intern<'a>(ids: &mut AHashMap<&'a [u8], u32>, lines: &[&'a [u8]]) -> Vec<u32> {
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

    #[test]
    fn files_that_were_made_anew_are_compared_too() {
        let old: Vec<String> = (0..40_000).map(|n| format!("{}", if n % 5 == 0 { n } else { n % 7 })).collect();
        let new: Vec<String> = (0..40_000).map(|n| format!("{}", if n % 4 == 0 { n } else { n % 9 })).collect();
        let bytes = |lines: &'static [String]| -> Vec<&[u8]> { lines.iter().map(String::as_bytes).collect() };
        let (old, new) = (bytes(Vec::leak(old)), bytes(Vec::leak(new)));
        let found = changes(&old, &new);
        assert!(found.len() > 1_000, "{}", found.len());
        let (mut old_next, mut new_next) = (0, 0);
        for change in found.iter().chain([&Change { old: old.len()..old.len(), new: new.len()..new.len() }]) {
            assert_eq!(old[old_next..change.old.start], new[new_next..change.new.start]);
            assert!(change.old.start > old_next || old_next == 0 || change.old.is_empty(), "two changes touch");
            (old_next, new_next) = (change.old.end, change.new.end);
        }
    }

    #[test]
    fn words_that_differ_are_found_on_both_sides() {
        let shown = |old: &str, new: &str| {
            let (before, after) = words(old, new);
            let of = |line: &str, ranges: &[Range<usize>]| -> Vec<String> {
                ranges.iter().map(|range| line[range.clone()].to_owned()).collect()
            };
            (of(old, &before), of(new, &after))
        };
        let both = |one: &[&str], other: &[&str]| {
            let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            (texts(one), texts(other))
        };
        assert_eq!(shown("set_dpi(300);", "set_dpi(600);"), both(&["300"], &["600"]));
        assert_eq!(shown("f(a, b)", "f(a, b, c)"), both(&[], &[", c"]));
        assert_eq!(shown("one", "two"), both(&["one"], &["two"]));
        assert_eq!(shown("été x", "été y"), both(&["x"], &["y"]));
        assert_eq!(shown("", "a"), both(&[], &["a"]));
    }

    proptest::proptest! {
        #[test]
        fn what_does_not_differ_is_the_same_text(old in "[ab _(é]{0,12}", new in "[ab _(é]{0,12}") {
            let rest = |line: &str, ranges: Vec<Range<usize>>| {
                let mut line = line.to_owned();
                ranges.into_iter().rev().for_each(|range| line.replace_range(range, ""));
                line
            };
            let (before, after) = words(&old, &new);
            proptest::prop_assert_eq!(rest(&old, before), rest(&new, after));
        }
    }
}
