//! How much of one content is in another, in the measure by which git finds renames.
//!
//! Content is cut into lines, long ones every 64 bytes, and counted as a multiset; the score is the number of bytes of
//! the old content that are in the new one too, as a share of the larger of the two (git's `diffcore-delta.c`).

const CHUNK: usize = 64;

/// The chunks of one content, for comparing it with many.
#[derive(Debug, Clone)]
pub struct Chunks {
    /// Hash and length of every chunk, sorted.
    marks: Vec<(u64, usize)>,
    size: usize,
}

impl Chunks {
    /// Cuts and marks a content.
    pub fn of(content: &[u8]) -> Self {
        let mut marks: Vec<(u64, usize)> = chunks(content).map(|chunk| (mark(chunk), chunk.len())).collect();
        marks.sort_unstable();
        Self { marks, size: content.len() }
    }

    /// Percent (0 to 100) of the larger content that both share.
    pub fn score(&self, other: &Self) -> u8 {
        let large = self.size.max(other.size);
        if large == 0 {
            return 100;
        }
        let (mut one, mut two) = (self.marks.iter().peekable(), other.marks.iter().peekable());
        let mut shared = 0;
        while let (Some(a), Some(b)) = (one.peek(), two.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(one.next()),
                std::cmp::Ordering::Greater => drop(two.next()),
                std::cmp::Ordering::Equal => {
                    shared += a.1;
                    one.next();
                    two.next();
                }
            }
        }
        percent(shared, large)
    }
}

/// True where contents of these sizes can share `least` percent.
pub fn sizes_allow(one: usize, other: usize, least: u8) -> bool {
    let (small, large) = (one.min(other), one.max(other));
    large == 0 || percent(small, large) >= least
}

/// FNV-1a, which is quick on short pieces; a clash only makes a score a little too high.
fn mark(chunk: &[u8]) -> u64 {
    chunk.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
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
    Chunks::of(old).score(&Chunks::of(new))
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
        assert!(!sizes_allow(2, 8, 50) && sizes_allow(4, 8, 50) && sizes_allow(0, 0, 50));
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
