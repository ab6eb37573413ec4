//! One pack: finds an object by its index, and reads the head of an entry.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

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
    /// One entry for each first byte of an id.
    buckets: Vec<Bucket>,
}

/// Ids that begin with the same byte.
#[derive(Debug, Default)]
struct Bucket {
    /// How often one of them was asked for.
    asked: AtomicU32,
    /// All of them in a row, read once it pays.
    ids: OnceLock<Vec<u8>>,
}

/// What a look at the expected place tells.
enum Near {
    /// The number of the id among all.
    Found(u64),
    Absent,
    /// It may lie further away.
    Untold,
}

/// So often a bucket is asked before all of it is read: an index of 400,000 objects has ten megabytes.
const SEVERAL: u32 = 32;

/// Ids on either side of the place where an id is expected, ids being as good as random.
const AROUND: u64 = 48;

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
        let buckets = (0..256).map(|_| Bucket::default()).collect();
        (*version == INDEX_HEAD && counts.is_sorted() && fits).then_some(Self { file, counts, buckets })
    }

    fn count(&self) -> u64 {
        self.counts.last().map_or(0, |count| u64::from(*count))
    }

    fn find(&self, id: ObjectId) -> Option<u64> {
        let first = usize::from(id.0[0]);
        let start = u64::from(first.checked_sub(1).map_or(Some(0), |before| self.counts.get(before).copied())?);
        let end = u64::from(*self.counts.get(first)?);
        let bucket = self.buckets.get(first)?;
        let few = bucket.ids.get().is_none() && bucket.asked.fetch_add(1, Ordering::Relaxed) < SEVERAL;
        match if few { self.near(id, start, end) } else { Near::Untold } {
            Near::Found(at) => self.offset(at),
            Near::Absent => None,
            Near::Untold => {
                let ids = bucket.ids.get_or_init(|| self.ids(start, end).unwrap_or_default());
                self.offset(start + ids.as_chunks().0.binary_search(&id.0).ok()? as u64)
            }
        }
    }

    /// Looks for an id where it should be among those from `start` to `end`.
    fn near(&self, id: ObjectId, start: u64, end: u64) -> Near {
        // The next three bytes as a share of all that they could be.
        let share = id.0[1..4].iter().fold(0, |share, byte| share << 8 | u64::from(*byte));
        let expected = start + (((end - start) * share) >> 24);
        let (from, to) = (expected.saturating_sub(AROUND).max(start), (expected + AROUND).min(end));
        let Some(ids) = self.ids(from, to) else { return Near::Untold };
        let (ids, _) = ids.as_chunks::<ID>();
        match ids.binary_search(&id.0) {
            Ok(place) => Near::Found(from + place as u64),
            Err(0) if from > start => Near::Untold,
            Err(place) if place == ids.len() && to < end => Near::Untold,
            Err(_) => Near::Absent,
        }
    }

    /// The ids of these numbers.
    fn ids(&self, from: u64, to: u64) -> Option<Vec<u8>> {
        let mut ids = vec![0; usize::try_from(to.checked_sub(from)?).ok()? * ID];
        self.file.read_exact_at(&mut ids, IDS + from * ID as u64).ok()?;
        Some(ids)
    }

    /// Where the object of this number begins.
    fn offset(&self, at: u64) -> Option<u64> {
        let mut offset = [0; 4];
        // Behind the ids stand their checksums, four bytes each.
        self.file.read_exact_at(&mut offset, IDS + self.count() * (ID as u64 + 4) + at * 4).ok()?;
        let offset = u32::from_be_bytes(offset);
        if offset & 0x8000_0000 == 0 {
            return Some(u64::from(offset));
        }
        let mut large = [0; 8];
        let table = IDS + self.count() * (ID as u64 + 8);
        self.file.read_exact_at(&mut large, table + u64::from(offset & 0x7fff_ffff) * 8).ok()?;
        Some(u64::from_be_bytes(large))
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
