//! How much of one content is in another, in the measure by which git finds renames.
//!
//! Content is cut into lines, long ones every 64 bytes, and counted as a multiset; the score is the number of bytes of
//! the old content that are in the new one too, as a share of the larger of the two (git's `diffcore-delta.c`).

use std::collections::HashMap;

const CHUNK: usize = 64;

/// The chunks of one content, for comparing it with many.
#[derive(Debug, Clone)]
pub struct Chunks<'c> {
    counts: HashMap<&'c [u8], usize>,
    size: usize,
}

impl<'c> Chunks<'c> {
    /// Cuts and counts a content.
    pub fn of(content: &'c [u8]) -> Self {
        let mut counts = HashMap::new();
        for chunk in chunks(content) {
            *counts.entry(chunk).or_insert(0) += 1;
        }
        Self { counts, size: content.len() }
    }

    /// Percent (0 to 100) of the larger content that both share; 0 as soon as the sizes rule out `least` percent.
    pub fn score(&self, other: &[u8], least: u8) -> u8 {
        let (small, large) = (self.size.min(other.len()), self.size.max(other.len()));
        if large == 0 {
            return 100;
        }
        if percent(small, large) < least {
            return 0;
        }
        let mut left = self.counts.clone();
        let mut shared = 0;
        for chunk in chunks(other) {
            if let Some(count) = left.get_mut(chunk).filter(|count| **count > 0) {
                *count -= 1;
                shared += chunk.len();
            }
        }
        percent(shared, large)
    }
}

/// Pieces that end with a line or after 64 bytes.
fn chunks(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = content;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let window = &rest[..rest.len().min(CHUNK)];
        let end = window.iter().position(|&byte| byte == b'\n').map_or(window.len(), |newline| newline + 1);
        let (chunk, after) = rest.split_at(end);
        rest = after;
        Some(chunk)
    })
}

fn percent(part: usize, whole: usize) -> u8 {
    u8::try_from((part as u128 * 100 / whole as u128).min(100)).unwrap_or(100)
}

/// Percent (0 to 100) of the larger content that both share.
pub fn score(old: &[u8], new: &[u8]) -> u8 {
    Chunks::of(old).score(new, 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_shared_bytes_of_the_larger() {
        assert_eq!(score(b"a\nb\nc\nd\n", b"a\nb\nc\nx\n"), 75);
        assert_eq!(score(b"a\nb\n", b"b\na\n"), 100);
        assert_eq!(score(b"a\n", b"a\na\na\na\n"), 25);
        assert_eq!(score(b"", b""), 100);
        assert_eq!(score(b"", b"x"), 0);
        assert_eq!(Chunks::of(b"a\n").score(b"a\na\na\na\n", 50), 0);
    }

    proptest! {
        #[test]
        fn is_symmetric_and_full_only_for_the_same_lines(one in "[ab\n]{0,40}", other in "[ab\n]{0,40}") {
            let (one, other) = (one.as_bytes(), other.as_bytes());
            prop_assert_eq!(score(one, other), score(other, one));
            prop_assert_eq!(score(one, one), 100);
        }
    }
}
