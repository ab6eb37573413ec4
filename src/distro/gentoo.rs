//! Gentoo's `metadata/md5-cache`: one file for each `CATEGORY/NAME-VERSION`; the names alone tell what is looked for.

use std::path::Path;

use super::package::Package;
use super::{DistroError, Index, MOST_PACKAGES};
use crate::io;
use crate::version::Scheme;

/// Reads the names of a cache folder; live versions (`9999`) are left out, since they are no release.
pub(super) fn read(folder: &Path, index: &mut Index) -> Result<(), DistroError> {
    let mut taken = 0;
    for category in io::fs::list(folder)? {
        let below = folder.join(&category);
        if !io::fs::about(&below)?.is_some_and(|about| about.is_dir()) {
            continue;
        }
        for entry in io::fs::list(&below)? {
            let Some((name, version)) = entry.to_str().and_then(split) else { continue };
            taken += 1;
            if !version.contains("9999") && taken <= MOST_PACKAGES {
                index.add(Package { name: name.to_owned(), version: version.to_owned(), ..Package::default() });
            }
        }
    }
    Ok(())
}

/// `NAME` and `VERSION` of `NAME-VERSION`: the version begins after the last hyphen that makes the rest one.
fn split(entry: &str) -> Option<(&str, &str)> {
    let cuts: Vec<usize> = entry.match_indices('-').map(|(at, _)| at).collect();
    cuts.into_iter()
        .rev()
        .take(2)
        .filter_map(|at| Some((entry.get(..at)?, entry.get(at + 1..)?)))
        .rfind(|(name, version)| !name.is_empty() && Scheme::Gentoo.accepts(version))
}

/// True for a folder of categories: the first few hold files named like packages.
pub(super) fn looks_like(folder: &Path) -> Result<bool, DistroError> {
    for category in io::fs::list(folder)?.into_iter().take(8) {
        let below = folder.join(&category);
        if io::fs::about(&below)?.is_some_and(|about| about.is_dir()) {
            let entries = io::fs::list(&below)?;
            if entries.iter().take(8).any(|entry| entry.to_str().and_then(split).is_some()) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_parted_from_names() {
        assert_eq!(split("zlib-1.3.1-r1"), Some(("zlib", "1.3.1-r1")));
        assert_eq!(split("libjpeg-turbo-3.0.3"), Some(("libjpeg-turbo", "3.0.3")));
        assert_eq!(split("gtk+-2.24.33_p1"), Some(("gtk+", "2.24.33_p1")));
        assert_eq!(split("font-7x14-1.0"), Some(("font-7x14", "1.0")));
        assert_eq!(split("Manifest.gz"), None);
    }
}
