//! Alpine's `APKINDEX`: paragraphs of `X:value` with one-letter fields (apk-index(5) of apk-tools).
//!
//! `P` name, `V` version, `o` origin, `p` provides with `so:` and `pc:` names. The `.tar.gz` holds a signature and the index as
//! joined gzip streams that make one tar.

use std::io::BufRead;
use std::path::Path;

use super::lines::{Lines, text};
use super::package::{Package, Provide};
use super::{DistroError, Index};

/// Reads every paragraph.
pub(super) fn read(reader: &mut dyn BufRead, path: &Path, index: &mut Index) -> Result<(), DistroError> {
    let mut lines = Lines::new(reader, path);
    let mut package = Package::default();
    while let Some(line) = lines.next_line()? {
        let Some((field, value)) = line.split_first().filter(|(_, rest)| rest.first() == Some(&b':')) else {
            if line.is_empty() {
                index.add(std::mem::take(&mut package));
                continue;
            }
            let place = format!("line {}", lines.number);
            return Err(DistroError::broken(path, place, "expected one letter and a colon"));
        };
        let value = text(value.get(1..).unwrap_or_default());
        match field {
            b'P' => package.name = value,
            b'V' => package.version = value,
            b'o' => package.source = Some(value).filter(|origin| !origin.is_empty()),
            b'p' => package.provides.extend(value.split_whitespace().map(provide)),
            _ => {}
        }
    }
    index.add(package);
    Ok(())
}

fn provide(word: &str) -> Provide {
    let name = word.split(['=', '<', '>', '~']).next().unwrap_or(word);
    match (name.strip_prefix("so:"), name.strip_prefix("pc:")) {
        (Some(soname), _) => Provide::Soname(soname.to_owned()),
        (_, Some(module)) => Provide::PkgConfig(module.to_owned()),
        _ => Provide::Name(name.to_owned()),
    }
}
