//! The order of rpm: `rpmvercmp` as rpm's manual describes it, and the order of epoch, version and release.
//!
//! Segments of digits or letters are compared one by one and anything else only parts them; `~` sorts before everything, even
//! the end; `^` sorts after the end and before everything else; a number beats letters; leading zeros do not count.

use std::cmp::Ordering;

use super::{by_value, split_evr, split_run};

/// Orders `[epoch:]version[-release]`; no release comes before any release.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, version_a, release_a), (epoch_b, version_b, release_b)) = (split_evr(a), split_evr(b));
    by_value(epoch_a, epoch_b).then_with(|| segments(version_a, version_b)).then_with(|| match (release_a, release_b) {
        (Some(x), Some(y)) => segments(x, y),
        (x, y) => x.is_some().cmp(&y.is_some()),
    })
}

/// `rpmvercmp`: orders two versions or two releases.
pub(super) fn segments(mut a: &str, mut b: &str) -> Ordering {
    loop {
        (a, b) = (skip(a), skip(b));
        match (a.strip_prefix('~'), b.strip_prefix('~')) {
            (Some(x), Some(y)) => {
                (a, b) = (x, y);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        match (a.strip_prefix('^'), b.strip_prefix('^')) {
            (Some(x), Some(y)) => {
                (a, b) = (x, y);
                continue;
            }
            (Some(_), None) => return if b.is_empty() { Ordering::Greater } else { Ordering::Less },
            (None, Some(_)) => return if a.is_empty() { Ordering::Less } else { Ordering::Greater },
            (None, None) => {}
        }
        if a.is_empty() || b.is_empty() {
            return a.len().min(1).cmp(&b.len().min(1));
        }
        let (order, rest_a, rest_b) = runs(a, b);
        if order.is_ne() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// Compares the runs of digits or letters at both starts, by the kind of the first one, and gives what follows them.
pub(super) fn runs<'a, 'b>(a: &'a str, b: &'b str) -> (Ordering, &'a str, &'b str) {
    let numeric = a.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let keep = |byte: u8| if numeric { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
    let ((one, rest_a), (two, rest_b)) = (split_run(a, keep), split_run(b, keep));
    let order = match (numeric, two.is_empty()) {
        (true, true) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (true, false) => by_value(one, two),
        (false, false) => one.cmp(two),
    };
    (order, rest_a, rest_b)
}

fn skip(text: &str) -> &str {
    text.trim_start_matches(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '~' | '^')))
}
