//! LZ4 frames one after another (<https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md>), as apt keeps its indexes.
//!
//! The decoder of the crate takes a stream that is cut between two blocks for a whole one; here the end mark must have been seen.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

use lz4_flex::frame::FrameDecoder;

/// All frames of a stream as one.
pub(crate) struct Frames<R: BufRead>(FrameDecoder<Tail<R>>);

impl<R: BufRead> Frames<R> {
    /// Reads frames from `raw`.
    pub(crate) fn new(raw: R) -> Self {
        Self(FrameDecoder::new(Tail { raw, last: [1; 8] }))
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let count = self.0.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let tail = self.0.get_mut();
            if !tail.ends_a_frame() {
                return Err(Error::new(ErrorKind::UnexpectedEof, "the LZ4 stream ends inside of a frame"));
            }
            if tail.raw.fill_buf()?.is_empty() {
                return Ok(0);
            }
        }
    }
}

/// A reader that remembers the last bytes it gave.
struct Tail<R> {
    raw: R,
    last: [u8; 8],
}

impl<R> Tail<R> {
    /// True behind an end mark (four zero bytes), with or without the checksum of four bytes that may follow it.
    fn ends_a_frame(&self) -> bool {
        self.last[4..] == [0; 4] || self.last[..4] == [0; 4]
    }
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.raw.read(buffer)?;
        for &byte in buffer[..count].iter().skip(count.saturating_sub(8)) {
            self.last.rotate_left(1);
            self.last[7] = byte;
        }
        Ok(count)
    }
}
