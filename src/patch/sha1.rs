//! Git's ids of file contents, which `git apply` demands in the header of a binary patch.

use std::fmt::Write as _;

use sha1::{Digest as _, Sha1};

/// The hexadecimal blob id of `content`.
pub(crate) fn blob(content: &[u8]) -> String {
    let mut state = Sha1::new();
    state.update(format!("blob {}\0", content.len()));
    state.update(content);
    let mut text = String::with_capacity(40);
    for byte in state.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn equals_gits_ids() {
        assert_eq!(super::blob(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(super::blob(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
