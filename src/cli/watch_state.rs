//! The file in which `watch` remembers what it told: one line a release, `CHANNEL VERSION`, sorted.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::error::Error;
use crate::cli::steps;
use crate::io::{self, fs};

/// The largest file that is read, in bytes.
const LIMIT: u64 = 4 << 20;

/// The first line, which says what the file is.
const HEAD: &str = "# releases that `forebay watch` has told; remove a line to be told again";

/// What was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    releases: BTreeSet<(String, String)>,
}

impl Told {
    /// Reads a file; nothing was told where there is none. Anything else than such a file is an error with its line.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let bytes = match fs::read_bounded(file, LIMIT) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => return Ok(Self::default()),
            Err(error) => return Err(steps::of_io(&error)),
        };
        let shown = io::shown(file);
        let text = String::from_utf8(bytes).map_err(|error| {
            Error::input(format!("`{shown}` is not UTF-8")).because(error).hint("name another file with `--state`")
        })?;
        let mut releases = BTreeSet::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let [channel, version] = words[..] else {
                return Err(Error::input(format!("{shown}:{}:1: a line is `CHANNEL VERSION`", number + 1))
                    .hint("mend the line, or remove the file to be told everything again"));
            };
            releases.insert((channel.to_owned(), version.to_owned()));
        }
        Ok(Self { releases })
    }

    /// Whether a release was told.
    pub fn has(&self, channel: &str, version: &str) -> bool {
        self.releases.contains(&(word(channel), word(version)))
    }

    /// Remembers a release.
    pub fn add(&mut self, channel: &str, version: &str) {
        self.releases.insert((word(channel), word(version)));
    }

    /// Replaces the file in one step.
    pub fn write(&self, file: &Path) -> Result<(), Error> {
        let lines = self.releases.iter().map(|(channel, version)| format!("{channel} {version}\n"));
        let text: String = std::iter::once(format!("{HEAD}\n")).chain(lines).collect();
        fs::write(file, text.as_bytes()).map_err(|error| steps::of_io(&error))
    }
}

/// A name as one word, which a line can hold.
fn word(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again_and_a_strange_line_is_located() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state");
        let mut told = Told::read(&file).unwrap();
        assert_eq!(told, Told::default());
        told.add("long term", "1.2");
        told.add("beta", "1.3");
        told.write(&file).unwrap();
        let again = Told::read(&file).unwrap();
        assert_eq!(again, told);
        assert!(again.has("long term", "1.2") && !again.has("beta", "1.2"));
        std::fs::write(&file, "beta 1.3\n\none\n").unwrap();
        let error = Told::read(&file).unwrap_err().render();
        assert!(error.contains(":3:1: a line is"), "{error}");
    }
}
