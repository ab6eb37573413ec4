//! What a visitor sees of an archive: files are handed over while the pass streams by.

use crate::tree::ObjectId;
use crate::tree::survey::{Head, Stamp, Visitor};

/// Collects the leading bytes of one member for the visitor.
pub(super) struct Collected {
    limit: usize,
    bytes: Vec<u8>,
}

impl Collected {
    /// Begins a member where the visitor wants it.
    pub(super) fn begin(visitor: Option<&dyn Visitor>, path: &[u8]) -> Option<Self> {
        let limit = visitor?.wants(path)?;
        Some(Self { limit, bytes: Vec::new() })
    }

    /// Takes a piece of the content.
    pub(super) fn take(&mut self, piece: &[u8]) {
        let room = self.limit - self.bytes.len().min(self.limit);
        self.bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }

    /// Hands the member over.
    pub(super) fn end(self, visitor: Option<&dyn Visitor>, path: &[u8], id: ObjectId, size: u64) {
        let Some(visitor) = visitor else { return };
        let stamp = Stamp::Id(id);
        if !visitor.knows(path, stamp) {
            visitor.file(path, Some(stamp), Ok(Head { bytes: &self.bytes, size }));
        }
    }
}
