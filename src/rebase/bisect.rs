//! Finds the first of many upstream trees onto which a patch cannot be carried any more.
//!
//! It is assumed that a patch that is broken once stays broken; where that does not hold, the answer is still a place where
//! the patch was fine right before and is broken right after, but there may be earlier ones.

/// What a search found among candidates in the order of their age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The last candidate is fine.
    Never,
    /// The first candidate, which the queue was made for, is broken already.
    Always,
    /// The first broken candidate; the one right before it was tried and is fine.
    First(usize),
}

/// Searches `0..count` by halves; both ends are tried first.
///
/// `marks` (sorted) are the candidates where a change is likely. They are halved first, and all others are looked at only
/// between the two that are left, and only where the one right before the answer is broken too.
pub fn search<E>(count: usize, marks: &[usize], broken: &mut impl FnMut(usize) -> Result<bool, E>) -> Result<Found, E> {
    let Some(last) = count.checked_sub(1) else { return Ok(Found::Never) };
    if !broken(last)? {
        return Ok(Found::Never);
    }
    if last == 0 || broken(0)? {
        return Ok(Found::Always);
    }
    // Good at `low`, broken at `high`, at every moment.
    let (mut low, mut high) = (0, last);
    loop {
        let from = marks.partition_point(|mark| *mark <= low);
        let to = marks.partition_point(|mark| *mark < high);
        if from >= to {
            break;
        }
        let middle = marks[from + (to - from) / 2];
        if broken(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    if high - low > 1 {
        if broken(high - 1)? {
            high -= 1;
        } else {
            low = high - 1;
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if broken(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Found::First(high))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn find(broken: &[bool], marks: &[usize]) -> (Found, usize) {
        let tried = RefCell::new(0);
        let mut probe = |place: usize| -> Result<bool, Infallible> {
            *tried.borrow_mut() += 1;
            Ok(broken[place])
        };
        let Ok(found) = search(broken.len(), marks, &mut probe);
        (found, tried.into_inner())
    }

    #[test]
    fn the_ends_decide_first() {
        assert_eq!(find(&[], &[]).0, Found::Never);
        assert_eq!(find(&[true, true, false], &[1]).0, Found::Never);
        assert_eq!(find(&[true, false, true], &[1]).0, Found::Always);
        assert_eq!(find(&[true], &[]).0, Found::Always);
    }

    #[test]
    fn a_mark_that_is_right_costs_few_tries() {
        let broken: Vec<bool> = (0..10_000).map(|place| place >= 6_000).collect();
        let (found, tried) = find(&broken, &[10, 6_000, 7_000]);
        assert_eq!(found, Found::First(6_000));
        assert!(tried <= 5, "{tried}");
    }

    proptest! {
        #[test]
        fn the_one_before_is_fine_whatever_the_order(
            broken in proptest::collection::vec(any::<bool>(), 2..60),
            marks in proptest::collection::btree_set(0..60_usize, 0..20),
        ) {
            let marks: Vec<usize> = marks.into_iter().filter(|mark| *mark < broken.len()).collect();
            match find(&broken, &marks).0 {
                Found::Never => prop_assert!(!broken[broken.len() - 1]),
                Found::Always => prop_assert!(broken[0]),
                Found::First(place) => prop_assert!(broken[place] && !broken[place - 1]),
            }
        }

        #[test]
        fn what_stays_broken_is_found_at_its_first(count in 2..400_usize, first in 1..400_usize) {
            prop_assume!(first < count);
            let broken: Vec<bool> = (0..count).map(|place| place >= first).collect();
            let all: Vec<usize> = (0..count).collect();
            let (found, tried) = find(&broken, &all);
            prop_assert_eq!(found, Found::First(first));
            prop_assert!(tried <= 12, "{} tries", tried);
            prop_assert_eq!(find(&broken, &[]).0, Found::First(first));
        }
    }
}
