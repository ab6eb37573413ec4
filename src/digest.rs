//! Digests of bytes: SHA-256 for caches, archives and fingerprints, git's SHA-1 object ids for content.

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The SHA-1 of bytes, for git's own files only.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    Sha1::digest(bytes).into()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Reads hexadecimal digits of either case; `None` where there is anything else or their number is not right.
pub fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let mut out = [0; N];
    if text.len() != N.checked_mul(2)? {
        return None;
    }
    for (slot, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        *slot = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}

/// Computes a git object id (SHA-1 over `kind length NUL content`) from a stream of known length.
#[derive(Debug)]
pub struct GitHasher(Sha1);

impl GitHasher {
    /// Begins an object of `kind` (`blob`, `tree`, `commit`).
    pub fn new(kind: &str, length: u64) -> Self {
        let mut hasher = Sha1::new();
        hasher.update(format!("{kind} {length}\0").as_bytes());
        Self(hasher)
    }

    /// Adds content.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The id.
    pub fn finish(self) -> [u8; 20] {
        self.0.finalize().into()
    }
}

/// The git id of content that is at hand.
pub fn git_id(kind: &str, content: &[u8]) -> [u8; 20] {
    let mut hasher = GitHasher::new(kind, content.len() as u64);
    hasher.update(content);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_empty_objects_of_git() {
        assert_eq!(hex(&git_id("blob", b"")), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(hex(&git_id("blob", b"hello\n")), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(hex(&git_id("tree", b"")), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }

    #[test]
    fn reads_back_its_own_digits() {
        let digest = sha256(b"abc");
        assert_eq!(hex(&digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(unhex::<32>(hex(&digest).as_bytes()), Some(digest));
        assert_eq!(unhex::<2>(b"12g4"), None);
        assert_eq!(unhex::<2>(b"123"), None);
    }
}
