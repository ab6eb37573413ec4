//! The order of dpkg: Debian policy 5.6.12.
//!
//! Runs of non-digits and of digits alternate; in the former letters come before everything else but `~`, which comes before
//! the end; a missing epoch is 0 and a missing revision equals `0`.

use std::cmp::Ordering;

use super::{by_value, split_run};

/// Orders `[epoch:]upstream[-revision]`.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, upstream_a, revision_a), (epoch_b, upstream_b, revision_b)) = (split(a), split(b));
    by_value(epoch_a, epoch_b).then_with(|| part(upstream_a, upstream_b)).then_with(|| part(revision_a, revision_b))
}

/// Epoch, upstream version and revision; the colon of an epoch is the first one, the hyphen of a revision the last.
pub(super) fn split(text: &str) -> (&str, &str, &str) {
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("", text),
    };
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch, upstream, revision)
}

fn part(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        let ((words_a, rest_a), (words_b, rest_b)) =
            (split_run(a, |byte| !byte.is_ascii_digit()), split_run(b, |byte| !byte.is_ascii_digit()));
        let order = words(words_a, words_b);
        if order.is_ne() {
            return order;
        }
        let ((number_a, next_a), (number_b, next_b)) =
            (split_run(rest_a, |byte| byte.is_ascii_digit()), split_run(rest_b, |byte| byte.is_ascii_digit()));
        let order = by_value(number_a, number_b);
        if order.is_ne() {
            return order;
        }
        (a, b) = (next_a, next_b);
    }
    Ordering::Equal
}

fn words(a: &str, b: &str) -> Ordering {
    let weight = |byte: Option<u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(byte),
        Some(byte) => i32::from(byte) + 256,
    };
    let (mut a, mut b) = (a.bytes(), b.bytes());
    loop {
        let (x, y) = (a.next(), b.next());
        let order = weight(x).cmp(&weight(y));
        if order.is_ne() || (x.is_none() && y.is_none()) {
            return order;
        }
    }
}
