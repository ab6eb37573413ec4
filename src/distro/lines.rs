//! Lines of a stream, bounded and counted.

use std::io::BufRead;
use std::path::Path;

use super::{DistroError, LONGEST};

/// Reads lines one by one into one buffer.
pub(super) struct Lines<'a> {
    reader: &'a mut dyn BufRead,
    path: &'a Path,
    buffer: Vec<u8>,
    /// The number of the line read last, from 1.
    pub(super) number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(reader: &'a mut dyn BufRead, path: &'a Path) -> Self {
        Self { reader, path, buffer: Vec::new(), number: 0 }
    }

    /// The next line without its ending; `None` at the end.
    pub(super) fn next_line(&mut self) -> Result<Option<&[u8]>, DistroError> {
        use std::io::{BufRead as _, Read as _};
        self.buffer.clear();
        self.number += 1;
        let read = (&mut self.reader).take(LONGEST as u64 + 1).read_until(b'\n', &mut self.buffer);
        let count = read.map_err(|source| DistroError::Stream { path: self.path.to_path_buf(), source })?;
        if count > LONGEST {
            return Err(DistroError::broken(self.path, format!("line {}", self.number), "the line is too long"));
        }
        while matches!(self.buffer.last(), Some(b'\n' | b'\r')) {
            self.buffer.pop();
        }
        Ok((count > 0).then_some(self.buffer.as_slice()))
    }
}

/// Text of an index; what is not UTF-8 is escaped.
pub(super) fn text(bytes: &[u8]) -> String {
    crate::text::display::utf8(bytes).text
}
