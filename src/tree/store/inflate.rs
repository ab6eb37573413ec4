//! Inflates one object after the other with the same buffers.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use flate2::{Decompress, FlushDecompress, Status};

use super::{Kind, MOST_BYTES};

/// Bytes read for the head of an object, which for most trees is all of it, and at a time after that.
const FIRST: usize = 4096;
const NEXT: usize = 64 * 1024;

/// The longest head of a loose object: a word, a number and the bytes around them.
const HEAD: usize = 64;

/// Inflates; one for each thread.
pub(super) struct Inflater {
    zlib: Decompress,
    buffer: Vec<u8>,
    used: usize,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Inflater")
    }
}

impl Default for Inflater {
    fn default() -> Self {
        Self { zlib: Decompress::new(true), buffer: Vec::new(), used: 0 }
    }
}

impl Inflater {
    /// The bytes of a pack at `offset`: as many as the head of an object may take, and more.
    pub(super) fn look(&mut self, file: &File, offset: u64) -> Option<&[u8]> {
        self.fill(file, offset, FIRST).then_some(self.buffer.as_slice())
    }

    fn fill(&mut self, file: &File, offset: u64, length: usize) -> bool {
        self.buffer.resize(length, 0);
        self.used = 0;
        let mut read = 0;
        while read < length {
            match file.read_at(&mut self.buffer[read..], offset + read as u64) {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        self.buffer.truncate(read);
        read > 0
    }

    /// Inflates `size` bytes; `head` bytes of what [`Self::look`] gave for `offset` stand before them.
    pub(super) fn packed(&mut self, file: &File, offset: u64, head: usize, size: u64) -> Option<Vec<u8>> {
        let size = usize::try_from(size).ok().filter(|_| size <= MOST_BYTES)?;
        self.zlib.reset(true);
        self.used = head;
        let mut at = offset;
        // One byte more, so that what is longer than told shows, and the checksum is read.
        let mut out = Vec::with_capacity(size + 1);
        while !self.step(&mut out)? {
            if self.used == self.buffer.len() {
                at += self.buffer.len() as u64;
                if !self.fill(file, at, NEXT) {
                    return None;
                }
            }
        }
        (out.len() == size).then_some(out)
    }

    /// Inflates some of the buffer into the room that `out` has; true at the end of the stream.
    fn step(&mut self, out: &mut Vec<u8>) -> Option<bool> {
        let before = (self.zlib.total_in(), out.len());
        let status = self.zlib.decompress_vec(self.buffer.get(self.used..)?, out, FlushDecompress::None).ok()?;
        let taken = usize::try_from(self.zlib.total_in() - before.0).ok()?;
        self.used += taken;
        let stuck = taken == 0 && out.len() == before.1 && self.used < self.buffer.len();
        match status {
            Status::StreamEnd => Some(true),
            _ if stuck || out.len() == out.capacity() => None,
            _ => Some(false),
        }
    }

    /// Inflates a loose object: `kind SP size NUL content`.
    pub(super) fn loose(&mut self, bytes: Vec<u8>) -> Option<(Kind, Vec<u8>)> {
        (self.buffer, self.used) = (bytes, 0);
        self.zlib.reset(true);
        let mut head = Vec::with_capacity(HEAD);
        // The head's room may be full before the stream ends.
        let before = self.zlib.total_in();
        self.zlib.decompress_vec(&self.buffer, &mut head, FlushDecompress::None).ok()?;
        self.used = usize::try_from(self.zlib.total_in() - before).ok()?;
        let end = head.iter().position(|&byte| byte == 0)?;
        let (words, start) = (head.get(..end)?, head.get(end + 1..)?);
        let space = words.iter().position(|&byte| byte == b' ')?;
        let kind = match words.get(..space)? {
            b"commit" => Kind::Commit,
            b"tree" => Kind::Tree,
            b"blob" => Kind::Blob,
            b"tag" => Kind::Tag,
            _ => return None,
        };
        let size: u64 = std::str::from_utf8(words.get(space + 1..)?).ok()?.parse().ok()?;
        let size = usize::try_from(size).ok().filter(|_| size <= MOST_BYTES)?;
        let mut out = Vec::with_capacity(size.max(start.len()) + 1);
        out.extend_from_slice(start);
        while !self.step(&mut out)? {
            if self.used == self.buffer.len() {
                return None;
            }
        }
        (out.len() == size).then_some((kind, out))
    }
}
