//! Debian's `Packages` and `Sources`: paragraphs of `Field: value` (Debian policy 5.1, deb822).
//!
//! A paragraph of `Sources` has `Directory` and lists its binaries; one of `Packages` names its source, with a version where that
//! differs (`Source: gcc (13.2.0-1)`).

use std::io::BufRead;
use std::path::Path;

use super::lines::{Lines, text};
use super::package::{Package, Provide};
use super::{DistroError, Index};

/// Fields that matter, of one paragraph.
#[derive(Default)]
struct Paragraph {
    name: String,
    version: String,
    source: String,
    binary: String,
    provides: String,
    is_source: bool,
}

/// Reads every paragraph.
pub(super) fn read(reader: &mut dyn BufRead, path: &Path, index: &mut Index) -> Result<(), DistroError> {
    let mut lines = Lines::new(reader, path);
    let mut paragraph = Paragraph::default();
    let mut field = Vec::new();
    while let Some(line) = lines.next_line()? {
        if line.is_empty() {
            index.add(std::mem::take(&mut paragraph).package());
        } else if matches!(line.first(), Some(b' ' | b'\t')) {
            paragraph.more(&field, line);
        } else if let Some(colon) = line.iter().position(|byte| *byte == b':') {
            field = line.get(..colon).unwrap_or_default().to_ascii_lowercase();
            paragraph.more(&field, line.get(colon + 1..).unwrap_or_default());
        } else {
            let place = format!("line {}", lines.number);
            return Err(DistroError::broken(path, place, "expected `Field: value`"));
        }
    }
    index.add(paragraph.package());
    Ok(())
}

impl Paragraph {
    /// Takes a line of a field, the first or a folded one.
    fn more(&mut self, field: &[u8], value: &[u8]) {
        let slot = match field {
            b"package" => &mut self.name,
            b"version" => &mut self.version,
            b"source" => &mut self.source,
            b"binary" => &mut self.binary,
            b"provides" => &mut self.provides,
            b"directory" => {
                self.is_source = true;
                return;
            }
            _ => return,
        };
        if slot.len() < super::LONGEST {
            slot.push(' ');
            slot.push_str(&text(value));
        }
    }

    fn package(self) -> Package {
        let list = |text: &str| -> Vec<Provide> {
            let names = text.split(',').filter_map(|part| part.split_whitespace().next());
            names.map(|name| Provide::Name(name.to_owned())).collect()
        };
        let name = self.name.trim().to_owned();
        let mut package = Package { name, version: self.version.trim().to_owned(), ..Package::default() };
        if self.is_source {
            package.provides = list(&self.binary);
            return package;
        }
        package.provides = list(&self.provides);
        let mut source = self.source.split_whitespace();
        package.source = source.next().map(str::to_owned);
        package.source_version = source
            .next()
            .map(|version| version.trim_matches(['(', ')']).to_owned())
            .filter(|version| !version.is_empty());
        package
    }
}
