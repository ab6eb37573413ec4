//! Parses every GN file below folders: `gn_roundtrip FOLDER...` counts files that print back byte for byte and shows the others.
//!
//! Run it in a release build; it prints milliseconds.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let (mut files, mut bytes, mut bad) = (0_usize, 0_usize, 0_usize);
    let mut spent = Duration::ZERO;
    for folder in std::env::args_os().skip(1).map(PathBuf::from) {
        for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
            let entry = entry?;
            let name = entry.file_name().as_encoded_bytes();
            if !entry.file_type().is_file() || !(name.ends_with(b".gn") || name.ends_with(b".gni")) {
                continue;
            }
            let text = std::fs::read(entry.path())?;
            let start = Instant::now();
            let parsed = forebay::gn::parse(&text);
            spent += start.elapsed();
            files += 1;
            bytes += text.len();
            let complaint = match parsed {
                Ok(syntax) if syntax.print() == text => continue,
                Ok(_) => "prints otherwise".to_owned(),
                Err(error) => error.to_string(),
            };
            bad += 1;
            writeln!(out, "{}:{complaint}", entry.path().display())?;
        }
    }
    writeln!(out, "{files} files, {bytes} bytes, {bad} bad, parsed in {} ms", spent.as_millis())?;
    Ok(())
}
