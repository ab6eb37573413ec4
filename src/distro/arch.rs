//! Arch's `REPO.db`: a tar of `NAME-VERSION/desc` files (repo-add(8) of pacman).
//!
//! A `desc` holds `%FIELD%` lines, each with its values below up to an empty line. Shared libraries stand in `%PROVIDES%` as
//! `libz.so=1-64`.

use super::Index;
use super::lines::text;
use super::package::{Package, Provide};

/// Takes one `desc`.
pub(super) fn describe(content: &[u8], index: &mut Index) {
    let content = text(content);
    let mut package = Package::default();
    let mut field = "";
    for line in content.lines() {
        match (line.starts_with('%') && line.ends_with('%'), field) {
            (true, _) => field = line,
            (false, _) if line.is_empty() => field = "",
            (false, "%NAME%") => line.clone_into(&mut package.name),
            (false, "%VERSION%") => line.clone_into(&mut package.version),
            (false, "%BASE%") => package.source = Some(line.to_owned()),
            (false, "%PROVIDES%") => package.provides.push(provide(line)),
            (false, _) => {}
        }
    }
    index.add(package);
}

fn provide(word: &str) -> Provide {
    let (name, version) = word.split_once('=').unwrap_or((word, ""));
    match name.strip_suffix(".so") {
        Some(base) => {
            let number = version.split('-').next().unwrap_or_default();
            let dot = if number.is_empty() { "" } else { "." };
            Provide::Soname(format!("{base}.so{dot}{number}"))
        }
        None => Provide::Name(name.to_owned()),
    }
}
