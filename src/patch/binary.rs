//! `GIT binary patch` bodies: base 85, zlib and git's pack deltas.
//!
//! The text form is that of git's `diff.c` and `base85.c`: a line `literal SIZE` or `delta SIZE`, then lines of a
//! length letter (`A`-`Z` 1-26, `a`-`z` 27-52) and base 85 groups, then an empty line. The delta is that of git's
//! `gitformat-pack`: two sizes, then copy and insert instructions.

use std::io::{Read as _, Write as _};

use bstr::{BString, ByteSlice};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use super::error::{ParseError, Problem};
use super::{BinaryHunk, BinaryPatch};
use crate::text::lines::without_ending;

/// The largest content a binary patch may unfold to: 512 MiB.
pub const LIMIT: usize = 512 << 20;

const ALPHABET: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// Says why a delta does not fit the content it is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeltaError {
    /// The delta ends within an instruction or holds the reserved one.
    #[error("the delta is damaged")]
    Damaged,
    /// The content has another size than the delta was made for.
    #[error("the delta was made for {expected} bytes, the content has {found}")]
    OtherBase {
        /// The size the delta tells.
        expected: usize,
        /// The size of the content.
        found: usize,
    },
    /// The result would be larger than [`LIMIT`].
    #[error("the result is larger than 512 MiB")]
    TooLarge,
}

impl BinaryHunk {
    /// The content after this half is applied to `before`.
    pub fn apply(&self, before: &[u8]) -> Result<Vec<u8>, DeltaError> {
        match self {
            BinaryHunk::Literal(content) => Ok(content.clone()),
            BinaryHunk::Delta(delta) => apply_delta(before, delta),
        }
    }
}

/// Reads the body at `lines[at]` (`GIT binary patch`); gives it and the index of the line after it.
pub(crate) fn parse(lines: &[&[u8]], at: usize) -> Result<(BinaryPatch, usize), ParseError> {
    let damaged = |line: usize, what: &str| ParseError::at(line + 1, Problem::Binary(what.to_owned()));
    let (forward, mut next) = half(lines, at + 1)?
        // The line below may not be there.
        .ok_or_else(|| damaged(at, "no line `literal SIZE` or `delta SIZE` follows `GIT binary patch`"))?;
    let reverse = match half(lines, next)? {
        Some((reverse, after)) => {
            next = after;
            Some(reverse)
        }
        None => None,
    };
    let verbatim = BString::from(lines.get(at..next).unwrap_or_default().concat());
    Ok((BinaryPatch { forward, reverse, verbatim }, next))
}

fn half(lines: &[&[u8]], at: usize) -> Result<Option<(BinaryHunk, usize)>, ParseError> {
    let error = |line: usize, what: String| ParseError::at(line + 1, Problem::Binary(what));
    let Some(first) = lines.get(at).map(|line| without_ending(line)) else { return Ok(None) };
    let (literal, size) = match (first.strip_prefix(b"literal "), first.strip_prefix(b"delta ")) {
        (Some(size), _) => (true, size),
        (_, Some(size)) => (false, size),
        _ => return Ok(None),
    };
    let size = size.to_str().ok().and_then(|text| text.parse::<usize>().ok()).filter(|size| *size <= LIMIT);
    let size = size.ok_or_else(|| error(at, "the size is no number up to 512 MiB".to_owned()))?;
    let mut packed = Vec::new();
    let mut next = at + 1;
    // git ends each half with an empty line; a chopped last one does no harm when the content is whole.
    while let Some(line) = lines.get(next).map(|line| without_ending(line)) {
        next += 1;
        if line.is_empty() {
            break;
        }
        decode_line(line, &mut packed).map_err(|column| ParseError {
            column: Some(column),
            ..error(next - 1, "damaged base 85 line".to_owned())
        })?;
    }
    let data = inflate(&packed, size).ok_or_else(|| error(at, format!("the data does not unfold to {size} bytes")))?;
    Ok(Some((if literal { BinaryHunk::Literal(data) } else { BinaryHunk::Delta(data) }, next)))
}

/// Adds the bytes of one line to `out`; the error is the column (1-based) to blame.
fn decode_line(line: &[u8], out: &mut Vec<u8>) -> Result<(), usize> {
    let (&letter, groups) = line.split_first().ok_or(1_usize)?;
    let count = match letter {
        b'A'..=b'Z' => usize::from(letter - b'A') + 1,
        b'a'..=b'z' => usize::from(letter - b'a') + 27,
        _ => return Err(1),
    };
    if groups.len() != count.div_ceil(4) * 5 {
        return Err(1);
    }
    let end = out.len() + count;
    for (index, group) in groups.chunks_exact(5).enumerate() {
        let mut value = 0_u64;
        for (place, byte) in group.iter().enumerate() {
            let digit = ALPHABET.iter().position(|letter| letter == byte).ok_or(index * 5 + place + 2)?;
            value = value * 85 + digit as u64;
        }
        let value = u32::try_from(value).map_err(|_| index * 5 + 2)?;
        out.extend_from_slice(&value.to_be_bytes());
    }
    out.truncate(end);
    Ok(())
}

fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    ZlibDecoder::new(packed).take(size as u64 + 1).read_to_end(&mut data).ok()?;
    (data.len() == size).then_some(data)
}

/// Applies a git pack delta.
pub fn apply_delta(before: &[u8], delta: &[u8]) -> Result<Vec<u8>, DeltaError> {
    let mut rest = delta;
    let expected = size(&mut rest)?;
    if expected != before.len() {
        return Err(DeltaError::OtherBase { expected, found: before.len() });
    }
    let target = size(&mut rest)?;
    if target > LIMIT {
        return Err(DeltaError::TooLarge);
    }
    let mut out = Vec::new();
    while let Some((&instruction, after)) = rest.split_first() {
        rest = after;
        let piece = if instruction & 0x80 != 0 {
            let offset = bits(&mut rest, instruction, 4)?;
            let length = match bits(&mut rest, instruction >> 4, 3)? {
                0 => 0x10000,
                length => length,
            };
            before.get(offset..offset + length)
        } else {
            let piece = rest.get(..usize::from(instruction)).filter(|piece| !piece.is_empty());
            rest = rest.get(usize::from(instruction)..).unwrap_or_default();
            piece
        };
        let piece = piece.ok_or(DeltaError::Damaged)?;
        if out.len() + piece.len() > target {
            return Err(DeltaError::Damaged);
        }
        out.extend_from_slice(piece);
    }
    if out.len() == target { Ok(out) } else { Err(DeltaError::Damaged) }
}

fn byte(rest: &mut &[u8]) -> Result<u8, DeltaError> {
    let (&first, after) = rest.split_first().ok_or(DeltaError::Damaged)?;
    *rest = after;
    Ok(first)
}

fn size(rest: &mut &[u8]) -> Result<usize, DeltaError> {
    let mut value = 0_usize;
    for shift in (0..42).step_by(7) {
        let next = byte(rest)?;
        value |= usize::from(next & 0x7f) << shift;
        if next & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(DeltaError::TooLarge)
}

/// Little-endian number of the bytes that the low `count` bits of `mask` name.
fn bits(rest: &mut &[u8], mask: u8, count: usize) -> Result<usize, DeltaError> {
    let mut value = 0;
    for index in 0..count {
        if mask & (1 << index) != 0 {
            value |= usize::from(byte(rest)?) << (index * 8);
        }
    }
    Ok(value)
}

/// Writes a binary patch with both directions, as `git diff --binary` does but without deltas.
pub fn make(before: &[u8], after: &[u8]) -> BinaryPatch {
    let mut verbatim = b"GIT binary patch\n".to_vec();
    write_literal(&mut verbatim, after);
    write_literal(&mut verbatim, before);
    BinaryPatch {
        forward: BinaryHunk::Literal(after.to_vec()),
        reverse: Some(BinaryHunk::Literal(before.to_vec())),
        verbatim: BString::from(verbatim),
    }
}

/// Writes the text form of `patch` from its decoded halves.
pub(crate) fn write(patch: &BinaryPatch) -> BString {
    let mut out = b"GIT binary patch\n".to_vec();
    for half in std::iter::once(&patch.forward).chain(patch.reverse.as_ref()) {
        match half {
            BinaryHunk::Literal(data) => write_half(&mut out, "literal", data),
            BinaryHunk::Delta(data) => write_half(&mut out, "delta", data),
        }
    }
    BString::from(out)
}

fn write_literal(out: &mut Vec<u8>, content: &[u8]) {
    write_half(out, "literal", content);
}

fn write_half(out: &mut Vec<u8>, kind: &str, data: &[u8]) {
    // Writing to a Vec cannot fail.
    let _ = writeln!(out, "{kind} {}", data.len());
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default();
    for chunk in packed.chunks(52) {
        encode_line(out, chunk);
    }
    out.push(b'\n');
}

fn encode_line(out: &mut Vec<u8>, chunk: &[u8]) {
    // A chunk has 1 to 52 bytes.
    let count = u8::try_from(chunk.len()).unwrap_or(52);
    out.push(if count <= 26 { b'A' + count - 1 } else { b'a' + count - 27 });
    for group in chunk.chunks(4) {
        let mut word = [0; 4];
        word.iter_mut().zip(group).for_each(|(place, byte)| *place = *byte);
        let mut value = u32::from_be_bytes(word);
        let mut digits = [b'0'; 5];
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(value % 85) as usize];
            value /= 85;
        }
        out.extend_from_slice(&digits);
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lines::split;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_what_it_writes(before in proptest::collection::vec(any::<u8>(), 0..300), after in proptest::collection::vec(any::<u8>(), 0..300)) {
            let made = make(&before, &after);
            let text = made.verbatim.clone();
            let (read, next) = parse(&split(&text), 0).unwrap();
            prop_assert_eq!(next, split(&text).len());
            prop_assert_eq!(read, made);
        }

        #[test]
        fn a_hostile_delta_does_no_harm(before in proptest::collection::vec(any::<u8>(), 0..64), delta in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = apply_delta(&before, &delta);
        }
    }

    #[test]
    fn applies_copy_and_insert() {
        let delta = [5, 7, 0b1001_0001, 1, 3, 4, b'w', b'x', b'y', b'z'];
        assert_eq!(apply_delta(b"abcde", &delta).unwrap(), b"bcdwxyz");
        assert!(matches!(apply_delta(b"abc", &delta), Err(DeltaError::OtherBase { expected: 5, found: 3 })));
        assert_eq!(apply_delta(b"abcde", &delta[..9]), Err(DeltaError::Damaged));
    }

    #[test]
    fn tells_the_damaged_line() {
        let made = make(b"", b"hello");
        let mut text = made.verbatim.to_vec();
        let spot = text.find(b"literal 5\n").unwrap() + 12;
        text[spot] = b'"';
        let error = parse(&split(&text), 0).unwrap_err();
        assert_eq!(error.to_string(), "3:3: binary patch: damaged base 85 line");
        let error = parse(&[b"GIT binary patch\n", b"literal 99999999999999\n"], 0).unwrap_err();
        assert_eq!(error.line, 2);
    }
}
