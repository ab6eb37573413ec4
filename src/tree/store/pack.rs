//! One pack: finds an object by its index, and reads the head of an entry.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::Kind;
use crate::tree::ObjectId;

/// How an index of version 2 begins.
const INDEX_HEAD: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
/// How a pack of version 2 begins.
const PACK_HEAD: [u8; 8] = [b'P', b'A', b'C', b'K', 0, 0, 0, 2];
/// Where the ids begin: the head and 256 counts.
const IDS: u64 = FIXED as u64;
const FIXED: usize = 8 + 256 * 4;
/// Bytes of an id.
const ID: usize = 20;

/// A pack with its index; both files are opened when first needed.
#[derive(Debug)]
pub(super) struct Pack {
    index_path: PathBuf,
    index: OnceLock<Option<Index>>,
    data: OnceLock<Option<File>>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Stored whole.
    Whole(Kind),
    /// A delta against the entry so many bytes before it.
    Before(u64),
    /// A delta against this object.
    Of(ObjectId),
}

/// The head of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) form: Form,
    /// Bytes of its content, or of its delta.
    pub(super) size: u64,
    /// Bytes of the head itself.
    pub(super) length: usize,
}

impl Pack {
    /// The pack with this index; nothing is read yet.
    pub(super) fn new(index_path: PathBuf) -> Self {
        Self { index_path, index: OnceLock::new(), data: OnceLock::new() }
    }

    /// Where an object begins in the pack.
    pub(super) fn find(&self, id: ObjectId) -> Option<u64> {
        self.index.get_or_init(|| Index::open(&self.index_path)).as_ref()?.find(id)
    }

    /// The pack itself.
    pub(super) fn data(&self) -> Option<&File> {
        let open = || {
            let file = File::open(self.index_path.with_extension("pack")).ok()?;
            let mut head = [0; PACK_HEAD.len()];
            file.read_exact_at(&mut head, 0).ok()?;
            (head == PACK_HEAD).then_some(file)
        };
        self.data.get_or_init(open).as_ref()
    }
}

#[derive(Debug)]
struct Index {
    file: File,
    /// How many ids begin with a byte or a lower one.
    counts: Vec<u32>,
    /// The ids that begin with a byte, read when first asked for.
    buckets: Vec<OnceLock<Bucket>>,
}

/// Ids that begin with the same byte, and where their objects lie.
#[derive(Debug, Default)]
struct Bucket {
    ids: Vec<u8>,
    offsets: Vec<u8>,
}

impl Index {
    fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut head = [0; FIXED];
        file.read_exact_at(&mut head, 0).ok()?;
        let (version, table) = head.split_first_chunk::<8>()?;
        let counts: Vec<u32> = table.as_chunks().0.iter().map(|count| u32::from_be_bytes(*count)).collect();
        // So many entries must lie in the file, or a hostile count would ask for any amount of memory.
        let least = IDS + u64::from(*counts.last()?) * (ID as u64 + 8);
        let fits = file.metadata().ok()?.len() >= least;
        (*version == INDEX_HEAD && counts.is_sorted() && fits).then(|| Self {
            file,
            counts,
            buckets: (0..256).map(|_| OnceLock::new()).collect(),
        })
    }

    fn count(&self) -> u64 {
        self.counts.last().map_or(0, |count| u64::from(*count))
    }

    fn find(&self, id: ObjectId) -> Option<u64> {
        let first = usize::from(id.0[0]);
        let bucket = self.buckets.get(first)?.get_or_init(|| self.bucket(first).unwrap_or_default());
        let (ids, _) = bucket.ids.as_chunks::<ID>();
        let at = ids.binary_search(&id.0).ok()?;
        let (offsets, _) = bucket.offsets.as_chunks::<4>();
        let offset = u32::from_be_bytes(*offsets.get(at)?);
        if offset & 0x8000_0000 == 0 {
            return Some(u64::from(offset));
        }
        let mut large = [0; 8];
        let table = IDS + self.count() * (ID as u64 + 8);
        self.file.read_exact_at(&mut large, table + u64::from(offset & 0x7fff_ffff) * 8).ok()?;
        Some(u64::from_be_bytes(large))
    }

    fn bucket(&self, first: usize) -> Option<Bucket> {
        let start = u64::from(first.checked_sub(1).map_or(Some(0), |before| self.counts.get(before).copied())?);
        let length = usize::try_from(u64::from(*self.counts.get(first)?) - start).ok()?;
        let mut bucket = Bucket { ids: vec![0; length * ID], offsets: vec![0; length * 4] };
        self.file.read_exact_at(&mut bucket.ids, IDS + start * ID as u64).ok()?;
        // Behind the ids stand their checksums, four bytes each.
        self.file.read_exact_at(&mut bucket.offsets, IDS + self.count() * (ID as u64 + 4) + start * 4).ok()?;
        Some(bucket)
    }
}

/// Reads the head of an entry.
pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    let (&first, mut rest) = bytes.split_first()?;
    let mut size = u64::from(first & 15);
    let (mut more, mut shift) = (first & 0x80 != 0, 4);
    while more {
        let (&byte, after) = rest.split_first()?;
        size |= u64::from(byte & 0x7f).checked_shl(shift).filter(|_| shift < 60)?;
        (rest, more, shift) = (after, byte & 0x80 != 0, shift + 7);
    }
    let form = match first >> 4 & 7 {
        1 => Form::Whole(Kind::Commit),
        2 => Form::Whole(Kind::Tree),
        3 => Form::Whole(Kind::Blob),
        4 => Form::Whole(Kind::Tag),
        6 => {
            let (back, after) = distance(rest)?;
            rest = after;
            Form::Before(back)
        }
        7 => {
            let (id, after) = rest.split_first_chunk::<ID>()?;
            rest = after;
            Form::Of(ObjectId(*id))
        }
        _ => return None,
    };
    Some(Head { form, size, length: bytes.len() - rest.len() })
}

/// A distance in groups of seven bits, highest first, each but the last one lower by one.
fn distance(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().take(9).enumerate() {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
        value += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_every_form_are_read() {
        let whole = |kind, size, length| Some(Head { form: Form::Whole(kind), size, length });
        assert_eq!(head(&[0x35]), whole(Kind::Blob, 5, 1));
        assert_eq!(head(&[0xa1, 0x02, 9]), whole(Kind::Tree, 33, 2));
        assert_eq!(head(&[0x63, 0x81, 0x00]), Some(Head { form: Form::Before(256), size: 3, length: 3 }));
        let of = [&[0x72][..], &[7; 20]].concat();
        assert_eq!(head(&of), Some(Head { form: Form::Of(ObjectId([7; 20])), size: 2, length: 21 }));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        for wrong in [&[][..], &[0x05], &[0x55], &[0xb0], &[0x63], &[0x63, 0x80], &[0x72, 1, 2], &[0xff; 30]] {
            assert_eq!(head(wrong), None, "{wrong:?}");
        }
    }
}
