//! Applies a delta of a pack: pieces of the base copied, others given.

use super::MOST_BYTES;

/// The content that `delta` makes of `base`; `None` where it is damaged.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let (from, rest) = size(delta)?;
    let (to, mut rest) = size(rest)?;
    if from != base.len() as u64 || to > MOST_BYTES {
        return None;
    }
    let to = usize::try_from(to).ok()?;
    let mut out = Vec::with_capacity(to);
    while let Some((&command, after)) = rest.split_first() {
        rest = if command & 0x80 != 0 {
            let (offset, after) = number(after, command, 0..4)?;
            let (length, after) = number(after, command, 4..7)?;
            let length = if length == 0 { 0x1_0000 } else { length };
            out.extend_from_slice(base.get(offset..)?.get(..length)?);
            after
        } else {
            // A command of 0 is reserved.
            let (piece, after) = after.split_at_checked(usize::from(command)).filter(|(piece, _)| !piece.is_empty())?;
            out.extend_from_slice(piece);
            after
        };
        if out.len() > to {
            return None;
        }
    }
    (out.len() == to).then_some(out)
}

/// A size in groups of seven bits, lowest first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().take(9).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at(end + 1);
    Some((number.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f)), rest))
}

/// A number of which the bits of `command` tell the bytes that are there, lowest first.
fn number(mut bytes: &[u8], command: u8, bits: std::ops::Range<u32>) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (place, bit) in bits.enumerate() {
        if command & (1 << bit) != 0 {
            let (&byte, rest) = bytes.split_first()?;
            value |= usize::from(byte) << (8 * place);
            bytes = rest;
        }
    }
    Some((value, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_inserts() {
        // From 6 to 7 bytes: copy 3 from 2, insert "xy", copy 2 from 0.
        let delta = [6, 7, 0x91, 2, 3, 2, b'x', b'y', 0x90, 2];
        assert_eq!(apply(b"abcdef", &delta), Some(b"cdexyab".to_vec()));
    }

    #[test]
    fn what_is_damaged_is_refused() {
        assert_eq!(apply(b"abc", &[4, 1, 0x90, 1]), None, "another base");
        assert_eq!(apply(b"abc", &[3, 9, 0x91, 1, 9]), None, "beyond the base");
        assert_eq!(apply(b"abc", &[3, 2, 0x90, 3]), None, "longer than told");
        assert_eq!(apply(b"abc", &[3, 2, 0x90, 1]), None, "shorter than told");
        assert_eq!(apply(b"abc", &[3, 1, 0]), None, "the reserved command");
        assert_eq!(apply(b"abc", &[3, 2, 5, b'x']), None, "cut short");
        assert_eq!(apply(b"abc", &[0x80; 12]), None, "a size without end");
    }
}
