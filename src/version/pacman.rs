//! The order of pacman, an early `rpmvercmp` that went its own way.
//!
//! Unlike rpm it lets the number of separating bytes decide, knows no `~` or `^`, puts letters that follow the last common
//! segment before the end (`1.0rc1` before `1.0`), and compares releases only where both texts have one.

use std::cmp::Ordering;

use super::{by_value, rpm, split_evr};

/// Orders `[epoch:]version[-release]`.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, version_a, release_a), (epoch_b, version_b, release_b)) = (split_evr(a), split_evr(b));
    by_value(epoch_a, epoch_b).then_with(|| segments(version_a, version_b)).then_with(|| match (release_a, release_b) {
        (Some(x), Some(y)) => segments(x, y),
        _ => Ordering::Equal,
    })
}

fn segments(mut a: &str, mut b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    while !a.is_empty() && !b.is_empty() {
        let (rest_a, rest_b) = (skip(a), skip(b));
        let (gap_a, gap_b) = (a.len() - rest_a.len(), b.len() - rest_b.len());
        (a, b) = (rest_a, rest_b);
        if a.is_empty() || b.is_empty() {
            break;
        }
        if gap_a != gap_b {
            return gap_a.cmp(&gap_b);
        }
        let (order, next_a, next_b) = rpm::runs(a, b);
        if order.is_ne() {
            return order;
        }
        (a, b) = (next_a, next_b);
    }
    let letters = |text: &str| text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) if letters(b) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, _) if letters(a) => Ordering::Less,
        (false, _) => Ordering::Greater,
    }
}

fn skip(text: &str) -> &str {
    text.trim_start_matches(|character: char| !character.is_ascii_alphanumeric())
}
