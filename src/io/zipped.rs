//! Zip archives, file by file in the order of their directory, each within a bound.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::io::IoError;

/// The most files that an archive may hold.
const FILES: usize = 4_000_000;

/// Hands every file of an archive to `take`, with its name and its bytes; `None` instead of the bytes where they are more than `limit`,
/// or damaged. Nothing is unpacked to disk.
pub fn files(path: &Path, limit: u64, take: &mut dyn FnMut(&str, Option<&[u8]>)) -> Result<(), IoError> {
    let archive = |source: zip::result::ZipError| IoError::new("read the archive", path, std::io::Error::other(source));
    let file = File::open(path).map_err(|source| IoError::new("read", path, source))?;
    let mut zip = zip::ZipArchive::new(std::io::BufReader::new(file)).map_err(archive)?;
    let mut bytes = Vec::new();
    for index in 0..zip.len().min(FILES) {
        let mut entry = match zip.by_index(index) {
            Ok(entry) if entry.is_dir() => continue,
            Ok(entry) => entry,
            Err(_) => {
                take(&format!("file {}", index + 1), None);
                continue;
            }
        };
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        bytes.clear();
        // The size in the directory is only a claim.
        let read = entry.by_ref().take(limit + 1).read_to_end(&mut bytes);
        let whole = read.is_ok_and(|count| count as u64 <= limit);
        take(&name, whole.then_some(bytes.as_slice()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn files_come_with_their_bytes_and_large_ones_without() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, size) in [("a.json", 3), ("b/c.json", 5000)] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b'x'; size]).unwrap();
        }
        zip.finish().unwrap();
        let mut found = Vec::new();
        files(&path, 100, &mut |name, bytes| found.push((name.to_owned(), bytes.map(<[u8]>::len)))).unwrap();
        assert_eq!(found, [("a.json".to_owned(), Some(3)), ("b/c.json".to_owned(), None)]);
        std::fs::write(&path, b"PK\x03\x04 no archive").unwrap();
        assert!(files(&path, 100, &mut |_, _| {}).is_err());
    }
}
