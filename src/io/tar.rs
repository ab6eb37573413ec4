//! Goes through a tar stream: one member after the other, long names, pax records and sparse files resolved.
//!
//! The fields of a header are read by the `tar` crate; the way from header to header is our own, because the crate
//! reads names of any length into memory and does not know the sparse files of pax archives. Formats: POSIX pax
//! (IEEE 1003.1, `pax`), GNU tar manual ("Basic Tar Format", "Storing Sparse Files").

use std::io::BufRead;
use std::path::{Path, PathBuf};

use tar::Header;

use crate::io::IoError;

const BLOCK: usize = 512;

/// A long name or a pax record larger than this is not one.
const RECORD_LIMIT: u64 = 1 << 20;
/// Members and unpacked bytes after which an archive counts as a trap.
const MEMBER_LIMIT: u64 = 5_000_000;
const STREAM_LIMIT: u64 = 1 << 40;
/// Pieces of one sparse file.
const PIECE_LIMIT: usize = 1 << 16;

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symlink to this target.
    Symlink(Vec<u8>),
    /// A second name of an earlier member.
    HardLink(Vec<u8>),
    /// A device, pipe or something unknown.
    Other,
}

/// One member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name as it stands, not checked.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// True where its owner may execute it.
    pub executable: bool,
    /// The size of its content, holes included.
    pub size: u64,
    /// True where it has holes, so that its size says nothing about the archive's.
    pub sparse: bool,
}

/// Reads members from a stream.
pub struct Members<R> {
    reader: R,
    path: PathBuf,
    offset: u64,
    count: u64,
    /// Bytes of the current member (with padding) that are still to come.
    left: u64,
    padding: u64,
    /// The current member's pieces (offset, length), where it is sparse.
    pieces: Option<Vec<(u64, u64)>>,
    size: u64,
}

/// The records of a pax header that matter here.
#[derive(Debug, Default, Clone)]
struct Pax {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    sparse_name: Option<Vec<u8>>,
    sparse_size: Option<u64>,
    sparse_map: Option<Vec<u8>>,
    sparse_major: Option<u64>,
}

impl<R: BufRead> Members<R> {
    /// Begins at the start of an unpacked stream; `path` is only for messages.
    pub fn new(reader: R, path: &Path) -> Self {
        Self { reader, path: path.to_path_buf(), offset: 0, count: 0, left: 0, padding: 0, pieces: None, size: 0 }
    }

    /// The next member; what was not read of the one before is skipped. `None` after the end mark.
    pub fn next_member(&mut self) -> Result<Option<Member>, IoError> {
        self.skip()?;
        let (mut long_name, mut long_link, mut pax, mut global) = (None, None, Pax::default(), Pax::default());
        loop {
            let Some(block) = self.header()? else { return Ok(None) };
            let header = Header::from_byte_slice(&block);
            let kind = header.entry_type();
            let stored = header.entry_size().map_err(|_| self.wrong("a header holds no valid size"))?;
            if kind.is_gnu_longname() {
                long_name = Some(trim_nul(self.record(stored)?));
            } else if kind.is_gnu_longlink() {
                long_link = Some(trim_nul(self.record(stored)?));
            } else if kind.is_pax_local_extensions() || kind.is_pax_global_extensions() {
                let bytes = self.record(stored)?;
                let target = if kind.is_pax_global_extensions() { &mut global } else { &mut pax };
                read_pax(&bytes, target).ok_or_else(|| self.wrong("a pax header is malformed"))?;
            } else {
                let pax = Pax { size: pax.size, ..pax };
                let name = pax.sparse_name.clone().or(pax.path.clone()).or(long_name);
                let link = pax.link.clone().or(long_link);
                return self.member(header, name, link, &pax).map(Some);
            }
        }
    }

    fn member(
        &mut self,
        header: &Header,
        name: Option<Vec<u8>>,
        link: Option<Vec<u8>>,
        pax: &Pax,
    ) -> Result<Member, IoError> {
        let raw = header.entry_size().map_err(|_| self.wrong("a header holds no valid size"))?;
        let kind = header.entry_type();
        let name = name.unwrap_or_else(|| header.path_bytes().into_owned());
        let link = link.or_else(|| header.link_name_bytes().map(std::borrow::Cow::into_owned)).unwrap_or_default();
        let old_folder = name.ends_with(b"/");
        let kind = match kind.as_byte() {
            b'0' | 0 if old_folder => Kind::Directory,
            b'0' | 0 | b'7' | b'S' => Kind::File,
            b'1' => Kind::HardLink(link),
            b'2' => Kind::Symlink(link),
            b'5' => Kind::Directory,
            _ => Kind::Other,
        };
        // Only files bring content along; some writers leave the size of a link's target in its header.
        let has_content = !matches!(kind, Kind::Symlink(_) | Kind::HardLink(_) | Kind::Directory);
        let stored = if has_content { pax.size.unwrap_or(raw) } else { 0 };
        self.left = stored;
        self.padding = padding_of(stored);
        self.size = stored;
        self.pieces = None;
        if header.entry_type().is_gnu_sparse() {
            self.gnu_sparse(header)?;
        } else if let Some(map) = &pax.sparse_map {
            let numbers = map.split(|&byte| byte == b',').map(number).collect::<Option<Vec<u64>>>();
            self.sparse(numbers.as_deref(), pax.sparse_size)?;
        } else if pax.sparse_major == Some(1) {
            let numbers = self.pax_sparse_map()?;
            self.sparse(Some(&numbers), pax.sparse_size)?;
        }
        let executable = header.mode().unwrap_or(0) & 0o100 != 0;
        Ok(Member { name, kind, executable, size: self.size, sparse: self.pieces.is_some() })
    }

    /// Hands the current member's content to `sink` in pieces, holes as zero bytes.
    pub fn content(&mut self, sink: &mut dyn FnMut(&[u8])) -> Result<(), IoError> {
        const ZEROS: [u8; 4096] = [0; 4096];
        let Some(pieces) = self.pieces.take() else { return self.stored(self.left, sink) };
        let mut position = 0;
        for (start, length) in pieces.iter().copied().chain([(self.size, 0)]) {
            while position < start {
                let count = usize::try_from(start - position).unwrap_or(usize::MAX).min(ZEROS.len());
                sink(&ZEROS[..count]);
                position += count as u64;
            }
            self.stored(length, sink)?;
            position += length;
        }
        Ok(())
    }

    fn stored(&mut self, mut length: u64, sink: &mut dyn FnMut(&[u8])) -> Result<(), IoError> {
        while length > 0 {
            let bytes = match self.reader.fill_buf() {
                Ok([]) => return Err(self.wrong("it ends in the middle of a file")),
                Ok(bytes) => bytes,
                Err(error) => return Err(self.failed(&error)),
            };
            let count = bytes.len().min(usize::try_from(length).unwrap_or(usize::MAX));
            sink(&bytes[..count]);
            self.reader.consume(count);
            length -= count as u64;
            self.left = self.left.saturating_sub(count as u64);
            self.advance(count as u64)?;
        }
        Ok(())
    }

    fn advance(&mut self, count: u64) -> Result<(), IoError> {
        self.offset += count;
        if self.offset > STREAM_LIMIT { Err(self.wrong("it unpacks to more than 1 TiB")) } else { Ok(()) }
    }

    fn skip(&mut self) -> Result<(), IoError> {
        let rest = self.left.checked_add(self.padding).ok_or_else(|| self.wrong("a size is out of range"))?;
        self.stored(rest, &mut |_| {})?;
        (self.left, self.padding) = (0, 0);
        Ok(())
    }

    /// The next header block; `None` at the end mark.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>, IoError> {
        self.count += 1;
        if self.count > MEMBER_LIMIT {
            return Err(self.wrong("it holds more than 5 million members"));
        }
        let block = self.block()?.ok_or_else(|| self.wrong("it ends without the end mark"))?;
        if block.iter().all(|byte| *byte == 0) {
            // The rest is padding; reading it lets the decoder check its sums.
            loop {
                match self.reader.fill_buf().map(<[u8]>::len) {
                    Ok(0) => return Ok(None),
                    Ok(count) => self.reader.consume(count),
                    Err(error) => return Err(self.failed(&error)),
                }
            }
        }
        let header = Header::from_byte_slice(&block);
        let sum: u32 = block[..148].iter().chain(&block[156..]).map(|byte| u32::from(*byte)).sum::<u32>() + 8 * 32;
        if header.cksum().ok() != Some(sum) {
            let problem = if self.count == 1 { "it is not a tar archive" } else { "a header's check sum is wrong" };
            return Err(self.wrong(problem));
        }
        Ok(Some(block))
    }

    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, IoError> {
        let (mut block, mut filled) = ([0; BLOCK], 0);
        while filled < BLOCK {
            let bytes = match self.reader.fill_buf() {
                Ok([]) if filled == 0 => return Ok(None),
                Ok([]) => return Err(self.wrong("it ends in the middle of a header")),
                Ok(bytes) => bytes,
                Err(error) => return Err(self.failed(&error)),
            };
            let count = bytes.len().min(BLOCK - filled);
            block[filled..filled + count].copy_from_slice(&bytes[..count]);
            self.reader.consume(count);
            filled += count;
        }
        self.advance(BLOCK as u64)?;
        Ok(Some(block))
    }

    /// The content of a header that extends the next one.
    fn record(&mut self, size: u64) -> Result<Vec<u8>, IoError> {
        if size > RECORD_LIMIT {
            return Err(self.wrong("a name or pax header is larger than 1 MiB"));
        }
        let mut bytes = Vec::new();
        (self.left, self.padding) = (size, padding_of(size));
        self.stored(size, &mut |piece| bytes.extend_from_slice(piece))?;
        self.skip()?;
        Ok(bytes)
    }

    fn gnu_sparse(&mut self, header: &Header) -> Result<(), IoError> {
        let gnu = header.as_gnu().ok_or_else(|| self.wrong("a sparse file has no GNU header"))?;
        let size = gnu.real_size().map_err(|_| self.wrong("a sparse file has no valid size"))?;
        let mut numbers = Vec::new();
        let mut pieces =
            gnu.sparse.iter().map(|piece| (piece.is_empty(), piece.offset(), piece.length())).collect::<Vec<_>>();
        let mut more = gnu.is_extended();
        loop {
            for (empty, offset, length) in pieces.drain(..) {
                match (empty, offset, length) {
                    (true, ..) => {}
                    (false, Ok(offset), Ok(length)) => numbers.extend([offset, length]),
                    _ => return Err(self.wrong("a sparse file's map is malformed")),
                }
            }
            if !more || numbers.len() > PIECE_LIMIT * 2 {
                return self.sparse(Some(&numbers), Some(size));
            }
            let block = self.block()?.ok_or_else(|| self.wrong("it ends in the middle of a header"))?;
            let mut next = tar::GnuExtSparseHeader::new();
            next.as_mut_bytes().copy_from_slice(&block);
            more = next.is_extended();
            pieces = next.sparse().iter().map(|piece| (piece.is_empty(), piece.offset(), piece.length())).collect();
        }
    }

    /// The map of a sparse file in a pax archive, version 1.0: decimal lines in front of the content, padded to a block.
    fn pax_sparse_map(&mut self) -> Result<Vec<u64>, IoError> {
        let (mut numbers, mut digits, mut wanted) = (Vec::new(), Vec::new(), None);
        loop {
            if self.left < BLOCK as u64 {
                return Err(self.wrong("a sparse file's map is malformed"));
            }
            let block = self.block()?.ok_or_else(|| self.wrong("it ends in the middle of a file"))?;
            self.left -= BLOCK as u64;
            for byte in block {
                match byte {
                    b'\n' => {
                        let value = number(&digits).ok_or_else(|| self.wrong("a sparse file's map is malformed"))?;
                        digits.clear();
                        match wanted {
                            None => wanted = usize::try_from(value).ok().filter(|count| *count <= PIECE_LIMIT),
                            Some(_) => numbers.push(value),
                        }
                        if wanted.is_none() {
                            return Err(self.wrong("a sparse file has too many pieces"));
                        }
                        if wanted.is_some_and(|count| numbers.len() == count * 2) {
                            return Ok(numbers);
                        }
                    }
                    _ if digits.len() < 20 => digits.push(byte),
                    _ => return Err(self.wrong("a sparse file's map is malformed")),
                }
            }
        }
    }

    /// Takes over a map after checking that its pieces follow each other, lie inside the file and are all stored.
    fn sparse(&mut self, numbers: Option<&[u64]>, size: Option<u64>) -> Result<(), IoError> {
        let wrong = || IoError::Archive {
            path: self.path.clone(),
            problem: "a sparse file's map is malformed".into(),
            offset: self.offset,
        };
        let (numbers, size) = numbers.zip(size).ok_or_else(wrong)?;
        if numbers.len() > PIECE_LIMIT * 2 {
            return Err(wrong());
        }
        let (mut end, mut stored, mut pieces) = (0_u64, 0_u64, Vec::new());
        for pair in numbers.chunks(2) {
            let [offset, length] = *pair else { return Err(wrong()) };
            if offset < end {
                return Err(wrong());
            }
            end = offset.checked_add(length).filter(|end| *end <= size).ok_or_else(wrong)?;
            stored = stored.checked_add(length).ok_or_else(wrong)?;
            pieces.push((offset, length));
        }
        if stored > self.left {
            return Err(wrong());
        }
        (self.pieces, self.size) = (Some(pieces), size);
        Ok(())
    }

    /// The error that names the archive and the place.
    pub fn wrong(&self, problem: &str) -> IoError {
        IoError::Archive { path: self.path.clone(), problem: problem.to_owned(), offset: self.offset }
    }

    fn failed(&self, error: &std::io::Error) -> IoError {
        let text = crate::text::display::terminal(error.to_string().as_bytes());
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.wrong("it ends early"),
            _ if text == "premature eof" => self.wrong("it ends early"),
            _ => self.wrong(&format!("it cannot be unpacked: {text}")),
        }
    }
}

fn padding_of(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

fn trim_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    bytes
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Reads `LENGTH KEY=VALUE\n` records; `None` where one does not fit its length.
fn read_pax(bytes: &[u8], pax: &mut Pax) -> Option<()> {
    let mut rest = bytes;
    while !rest.is_empty() && rest[0] != 0 {
        let space = rest.iter().position(|&byte| byte == b' ')?;
        let length = usize::try_from(number(&rest[..space])?).ok()?;
        let record = rest.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|&byte| byte == b'=')?;
        let (key, value) = (&record[..equals], &record[equals + 1..]);
        match key {
            b"path" => pax.path = Some(value.to_vec()),
            b"linkpath" => pax.link = Some(value.to_vec()),
            b"size" => pax.size = Some(number(value)?),
            b"GNU.sparse.name" => pax.sparse_name = Some(value.to_vec()),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => pax.sparse_size = Some(number(value)?),
            b"GNU.sparse.map" => pax.sparse_map = Some(value.to_vec()),
            b"GNU.sparse.major" => pax.sparse_major = Some(number(value)?),
            _ => {}
        }
        rest = rest.get(length..)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn members(bytes: &[u8]) -> Result<Vec<(Member, Vec<u8>)>, IoError> {
        let mut reader = Members::new(bytes, Path::new("t.tar"));
        let mut list = Vec::new();
        while let Some(member) = reader.next_member()? {
            let mut content = Vec::new();
            if member.size < 1 << 20 {
                reader.content(&mut |piece| content.extend_from_slice(piece))?;
            }
            list.push((member, content));
        }
        Ok(list)
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o755);
            builder.append_data(&mut header, name, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn reads_files_with_long_names() {
        let long = "d/".repeat(150) + "file";
        let bytes = archive(&[("a", b"one"), (&long, &[7; 700])]);
        let list = members(&bytes).unwrap();
        assert_eq!(list[0].0.name, b"a");
        assert_eq!((&list[1].0.name[..], &list[1].1[..]), (long.as_bytes(), &[7_u8; 700][..]));
        assert!(list[1].0.executable && list[1].0.kind == Kind::File);
    }

    #[test]
    fn every_cut_is_an_error() {
        let bytes = archive(&[("a", b"one"), ("b", &[1; 900])]);
        let end = bytes.len() - 1024;
        for cut in (0..=end).step_by(64) {
            assert!(members(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn pax_records_must_fit() {
        let mut pax = Pax::default();
        assert!(read_pax(b"12 path=a/b\n11 size=12\n", &mut pax).is_some());
        assert_eq!((pax.path.as_deref(), pax.size), (Some(&b"a/b"[..]), Some(12)));
        for bad in [&b"99 path=a\n"[..], b"x path=a\n", b"9 path=ab", b"0 =\n", b"3 \n"] {
            assert!(read_pax(bad, &mut Pax::default()).is_none());
        }
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in 0..3000_usize, value: u8) {
            let mut bytes = archive(&[("a", b"one"), (&"long/".repeat(40), &[1; 900])]);
            let at = at % bytes.len();
            bytes[at] = value;
            let _ = members(&bytes);
        }
    }
}
