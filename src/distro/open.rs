//! Tells the form of an index by its content and reads it.

use std::io::{BufRead, BufReader, Cursor, Read as _};
use std::path::{Component, Path, PathBuf};

use super::{DistroError, Index, alpine, arch, deb, gentoo, rpm};
use crate::io::{self, archive};
use crate::version::Scheme;

/// Bytes that are enough to tell every form.
const HEAD: u64 = 4096;
/// The largest `desc` of an Arch index, and the largest `APKINDEX`.
const LARGEST_DESC: u64 = 4 << 20;
const LARGEST_APKINDEX: u64 = 512 << 20;
/// What a zchunk file begins with.
const ZCHUNK: &[u8] = b"\0ZCK1";

/// Reads an index, whatever its form; `name` is what reports call it.
pub fn open(path: &Path, name: &str) -> Result<Index, DistroError> {
    let real = io::stage::real(path)?;
    if io::fs::about(&real)?.is_some_and(|about| about.is_dir()) {
        return open_folder(&real, name);
    }
    open_file(&real, name)
}

/// A folder: `repodata` or what holds it, or a Gentoo cache or what holds it.
fn open_folder(folder: &Path, name: &str) -> Result<Index, DistroError> {
    for inner in ["repomd.xml", "repodata/repomd.xml"] {
        let file = folder.join(inner);
        if io::fs::about(&file)?.is_some() {
            return open_file(&file, name);
        }
    }
    for inner in ["metadata/md5-cache", "md5-cache", ""] {
        let cache = folder.join(inner);
        if gentoo::looks_like(&cache)? {
            let mut index = Index::new(name, Scheme::Gentoo);
            gentoo::read(&cache, &mut index)?;
            return Ok(index);
        }
    }
    Err(DistroError::Unknown { path: folder.to_path_buf() })
}

fn open_file(path: &Path, name: &str) -> Result<Index, DistroError> {
    let mut stream = archive::open(path, None)?;
    let mut head = Vec::new();
    let read = stream.by_ref().take(HEAD).read_to_end(&mut head);
    read.map_err(|source| DistroError::Stream { path: path.to_path_buf(), source })?;
    let kind = kind(&head);
    let mut stream = BufReader::new(Cursor::new(head).chain(stream));
    let mut index = |scheme, read: Reading| {
        let mut index = Index::new(name, scheme);
        read(&mut stream, path, &mut index).map(|()| index)
    };
    match kind {
        Kind::Repomd => open_primary(&mut stream, path, name),
        Kind::Primary => index(Scheme::Rpm, rpm::read),
        Kind::Deb => index(Scheme::Dpkg, deb::read),
        Kind::Alpine => index(Scheme::Alpine, alpine::read),
        Kind::Tar => open_tar(stream, path, name),
        Kind::Zchunk => Err(DistroError::Zchunk { path: path.to_path_buf() }),
        Kind::Unknown => Err(DistroError::Unknown { path: path.to_path_buf() }),
    }
}

type Reading = fn(&mut dyn BufRead, &Path, &mut Index) -> Result<(), DistroError>;

/// The forms of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Repomd,
    Primary,
    Deb,
    Alpine,
    Tar,
    Zchunk,
    Unknown,
}

fn kind(head: &[u8]) -> Kind {
    let has = |text: &str| bstr::ByteSlice::contains_str(head, text);
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = first.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let field = first.get(name) == Some(&b':');
    if head.starts_with(ZCHUNK) {
        Kind::Zchunk
    } else if head.get(257..262) == Some(b"ustar") {
        Kind::Tar
    } else if has("<repomd") {
        Kind::Repomd
    } else if has("<metadata") {
        Kind::Primary
    } else if field && name == 1 {
        Kind::Alpine
    } else if field && name > 1 && (has("Package:") || has("\nVersion:")) {
        Kind::Deb
    } else {
        Kind::Unknown
    }
}

/// Follows `repomd.xml` to its `primary`; only a plain path within the repository counts.
fn open_primary(stream: &mut dyn BufRead, path: &Path, name: &str) -> Result<Index, DistroError> {
    let broken = |problem: &str| DistroError::broken(path, "data".to_owned(), problem);
    let place = rpm::primary(stream, path)?.ok_or_else(|| broken("it names no `primary`"))?;
    let inner = PathBuf::from(&place);
    if inner.as_os_str().is_empty() || !inner.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(broken("the place of `primary` leaves the repository"));
    }
    let folder = path.parent().unwrap_or(path);
    // The place is told from above `repodata`; a folder copied alone has the file beside.
    let beside = inner.file_name().map_or_else(|| folder.join(&inner), |file| folder.join(file));
    let primary = match folder.parent().map(|above| above.join(&inner)) {
        Some(file) if io::fs::about(&file)?.is_some() => file,
        _ => beside,
    };
    open_file(&primary, name)
}

/// An Arch index, or Alpine's with its signature.
fn open_tar(stream: impl BufRead, path: &Path, name: &str) -> Result<Index, DistroError> {
    let mut members = io::tar::Members::new(stream, path);
    let mut arch_index = Index::new(name, Scheme::Pacman);
    while let Some(member) = members.next_member()? {
        let mut content = Vec::new();
        let (desc, apkindex) = (member.name.ends_with(b"/desc"), member.name == b"APKINDEX");
        if !(desc && member.size <= LARGEST_DESC || apkindex && member.size <= LARGEST_APKINDEX) {
            continue;
        }
        members.content(&mut |piece| content.extend_from_slice(piece))?;
        if apkindex {
            let mut index = Index::new(name, Scheme::Alpine);
            alpine::read(&mut content.as_slice(), path, &mut index)?;
            return Ok(index);
        }
        arch::describe(&content, &mut arch_index);
    }
    if arch_index.is_empty() {
        return Err(DistroError::Unknown { path: path.to_path_buf() });
    }
    Ok(arch_index)
}
