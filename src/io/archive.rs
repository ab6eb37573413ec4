//! Opens a tar archive as one stream, whatever it is compressed with.
//!
//! The compression shows in the first bytes; the name does not matter. xz is decoded on all cores where the archive was
//! written in blocks (`xz -T`, as large upstream archives are).

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use liblzma::stream::MtStreamBuilder;

use crate::io::{IoError, lz4};
use crate::progress::Progress;

/// Memory that the xz decoder may use for its threads before it runs with fewer; and at which it gives up.
const XZ_MEMORY: (u64, u64) = (1 << 30, 4 << 30);

/// Where bytes pass between disk, decoder and reader.
const BUFFER: usize = 1 << 18;

/// Opens an archive and unpacks its compression; `progress` advances by bytes of the file.
pub fn open(path: &Path, progress: Option<Arc<dyn Progress>>) -> Result<Box<dyn BufRead>, IoError> {
    let fail = |source| IoError::new("open the archive", path, source);
    let about = std::fs::metadata(path).map_err(fail)?;
    if !about.is_file() {
        return Err(IoError::NotAFile { path: path.to_path_buf() });
    }
    let file = Watched { file: File::open(path).map_err(fail)?, progress };
    let mut raw = BufReader::with_capacity(BUFFER, file);
    let head = raw.fill_buf().map_err(fail)?;
    let decoder: Box<dyn Read> = match head {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Box::new(XzStreams::new(raw).map_err(fail)?),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(raw).map_err(fail)?),
        [b'B', b'Z', b'h', ..] => Box::new(bzip2::bufread::MultiBzDecoder::new(raw)),
        [0x04, 0x22, 0x4d, 0x18, ..] => Box::new(lz4::Frames::new(raw)),
        _ => return Ok(Box::new(raw)),
    };
    Ok(Box::new(BufReader::with_capacity(BUFFER, decoder)))
}

/// Tells progress of the compressed file and stops when asked to.
struct Watched {
    file: File,
    progress: Option<Arc<dyn Progress>>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        if let Some(progress) = &self.progress {
            progress.advance(count as u64);
            if progress.cancelled() {
                return Err(std::io::Error::other("stopped on request"));
            }
        }
        Ok(count)
    }
}

type Xz = liblzma::bufread::XzDecoder<BufReader<Watched>>;

/// One xz stream after another (`cat a.xz b.xz`), with the zero bytes that may stand between; liblzma's threaded decoder ends after the first.
struct XzStreams(Option<Xz>);

impl XzStreams {
    fn new(raw: BufReader<Watched>) -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (threading, stop) = XZ_MEMORY;
        let stream = MtStreamBuilder::new()
            .threads(u32::try_from(threads).unwrap_or(1))
            .memlimit_threading(threading)
            .memlimit_stop(stop)
            .timeout_ms(300)
            .decoder()?;
        Ok(Self(Some(Xz::new_stream(raw, stream))))
    }
}

impl Read for XzStreams {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while let Some(decoder) = &mut self.0 {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let mut raw = match self.0.take() {
                Some(decoder) => decoder.into_inner(),
                None => break,
            };
            loop {
                let rest = raw.fill_buf()?;
                let zeros = rest.iter().take_while(|byte| **byte == 0).count();
                let (empty, all) = (rest.is_empty(), zeros == rest.len());
                raw.consume(zeros);
                match (empty, all) {
                    (true, _) => return Ok(0),
                    (false, true) => {}
                    (false, false) => break,
                }
            }
            *self = Self::new(raw)?;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut out = Vec::new();
        open(file.path(), None).unwrap().read_to_end(&mut out)?;
        Ok(out)
    }

    fn packed(content: &[u8]) -> [(&'static str, Vec<u8>); 5] {
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(content).unwrap();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(content).unwrap();
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(content).unwrap();
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(content).unwrap();
        [
            ("lz4", lz4.finish().unwrap()),
            ("xz", xz.finish().unwrap()),
            ("gz", gz.finish().unwrap()),
            ("bz2", bz.finish().unwrap()),
            ("zst", zstd::encode_all(content, 1).unwrap()),
        ]
    }

    #[test]
    fn unpacks_every_kind_also_when_joined() {
        let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(read(&content).unwrap(), content);
        for (kind, bytes) in packed(&content) {
            assert_eq!(read(&bytes).unwrap(), content, "{kind}");
            let joined = [&bytes[..], &bytes].concat();
            assert_eq!(read(&joined).unwrap().len(), content.len() * 2, "{kind} twice");
        }
    }

    #[test]
    fn a_cut_stream_is_an_error() {
        let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        for (kind, bytes) in packed(&content) {
            assert!(read(&bytes[..bytes.len() / 2]).is_err(), "{kind}");
            assert!(read(&bytes[..bytes.len() - 3]).is_err(), "{kind}");
        }
    }
}
