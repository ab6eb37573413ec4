//! Where Chromium keeps its Rust crates: metadata here, code there, patches in a third place.
//!
//! `third_party/rust/CRATE/vEPOCH` holds the generated `README.chromium` and `BUILD.gn` (dashes of the name written as
//! underscores); `third_party/rust/chromium_crates_io/vendor/NAME-vEPOCH` holds the code as published, and
//! `third_party/rust/chromium_crates_io/patches/NAME-vEPOCH` the local changes. An epoch is the part of a version
//! that must be equal for compatibility: `1`, or `0_8` for 0.8.

use crate::path::RepoPath;

const CRATES: &[u8] = b"third_party/rust/";
const VENDOR: &[u8] = b"third_party/rust/chromium_crates_io/vendor/";
const PATCHES: &[u8] = b"third_party/rust/chromium_crates_io/patches/";

/// The folder of the code that a crate's README speaks for; `name` is the crate's name, with its dashes.
///
/// ```
/// use forebay::{manifest::rust_crates, path::RepoPath};
/// let readme = RepoPath::parse(b"third_party/rust/aho_corasick/v1/README.chromium").unwrap();
/// let code = rust_crates::code_of_readme(&readme, b"aho-corasick").unwrap();
/// assert_eq!(code.as_bytes(), b"third_party/rust/chromium_crates_io/vendor/aho-corasick-v1");
/// ```
pub fn code_of_readme(readme: &RepoPath, name: &[u8]) -> Option<RepoPath> {
    let below = readme.as_bytes().strip_prefix(CRATES)?;
    let mut parts = below.split(|&byte| byte == b'/');
    let (folder, epoch, file) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || file != b"README.chromium" || !is_epoch(epoch) {
        return None;
    }
    let underscored: Vec<u8> = name.iter().map(|&byte| if byte == b'-' { b'_' } else { byte }).collect();
    // A name that is not the folder's is some other text; the folder itself is then the best guess.
    let name = if underscored.eq_ignore_ascii_case(folder) { name } else { folder };
    RepoPath::parse(&[VENDOR, name, b"-", epoch].concat()).ok()
}

/// The folder of local patches of a crate, from the folder of its code; it need not exist.
pub fn patches_of_code(code: &RepoPath) -> Option<RepoPath> {
    let crate_folder = code.as_bytes().strip_prefix(VENDOR)?;
    (!crate_folder.contains(&b'/')).then(|| RepoPath::parse(&[PATCHES, crate_folder].concat()).ok())?
}

/// The README that speaks for a folder of code; it need not exist, for not every vendored crate is built.
pub fn readme_of_code(code: &RepoPath) -> Option<RepoPath> {
    let crate_folder = code.as_bytes().strip_prefix(VENDOR)?;
    let dash = crate_folder.iter().rposition(|&byte| byte == b'-')?;
    let (name, epoch) = (crate_folder.get(..dash)?, crate_folder.get(dash + 1..)?);
    if name.is_empty() || name.contains(&b'/') || !is_epoch(epoch) {
        return None;
    }
    let name: Vec<u8> = name.iter().map(|&byte| if byte == b'-' { b'_' } else { byte }).collect();
    RepoPath::parse(&[CRATES, &name, b"/", epoch, b"/README.chromium"].concat()).ok()
}

/// Whether a text is `v1` or `v0_8`.
fn is_epoch(text: &[u8]) -> bool {
    text.strip_prefix(b"v")
        .is_some_and(|number| !number.is_empty() && number.iter().all(|&byte| byte.is_ascii_digit() || byte == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_three_places_of_a_crate() {
        let code = path("third_party/rust/chromium_crates_io/vendor/temporal_rs-v0_2");
        let readme = readme_of_code(&code).unwrap();
        assert_eq!(readme, path("third_party/rust/temporal_rs/v0_2/README.chromium"));
        assert_eq!(code_of_readme(&readme, b"temporal_rs"), Some(code.clone()));
        assert_eq!(code_of_readme(&readme, b"Temporal, in Rust"), Some(code.clone()));
        let patches = patches_of_code(&code).unwrap();
        assert_eq!(patches, path("third_party/rust/chromium_crates_io/patches/temporal_rs-v0_2"));
    }

    #[test]
    fn other_places_are_none() {
        for text in
            ["third_party/rust/x/README.chromium", "third_party/rust/x/vx/README.chromium", "a/v1/README.chromium"]
        {
            assert_eq!(code_of_readme(&path(text), b"x"), None, "{text}");
        }
        for text in
            ["third_party/rust/chromium_crates_io/vendor/x-v1/src", "third_party/rust/chromium_crates_io/vendor/x"]
        {
            assert_eq!(readme_of_code(&path(text)), None, "{text}");
        }
    }
}
