//! Reads which build file each shim stands in for, from the `REPLACEMENTS` of `replace_gn_files.py`, without running it.

use crate::path::RepoPath;
use crate::text::display::terminal;

/// The script, as its tree has it.
pub const SCRIPT: &str = "build/linux/unbundle/replace_gn_files.py";

/// The folder of the shims.
pub const SHIMS: &str = "build/linux/unbundle";

/// The most entries that are read; Chromium has 56.
const ENTRY_LIMIT: usize = 10_000;

/// A shim and what it stands in for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replacement {
    /// The library's name, such as `libaom`; the shim is `NAME.gn` in the folder of shims.
    pub name: String,
    /// The build file that the shim takes the place of.
    pub path: RepoPath,
}

impl Replacement {
    /// The path of the shim.
    pub fn shim(&self) -> Option<RepoPath> {
        RepoPath::parse(format!("{SHIMS}/{}.gn", self.name).as_bytes()).ok()
    }
}

/// Says where and why the table cannot be read; it shows as `LINE: what`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct ReplacementError {
    /// The line (1-based).
    pub line: usize,
    /// What is wrong there.
    pub problem: ReplacementProblem,
}

/// The kinds of defect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplacementProblem {
    /// No `REPLACEMENTS = {`.
    #[error("no table `REPLACEMENTS = {{...}}`")]
    NoTable,
    /// The table does not end.
    #[error("the table is not closed")]
    Open,
    /// Something else than strings, `:` and `,`.
    #[error("expected a string, `:` or `,`, found `{0}`")]
    Unexpected(String),
    /// A name without a path or the other way round.
    #[error("`{0}` has no path")]
    Unpaired(String),
    /// A path that no tree holds.
    #[error("`{0}` is no path of the tree")]
    Path(String),
}

/// Reads the table.
pub fn parse(script: &[u8]) -> Result<Vec<Replacement>, ReplacementError> {
    let text = String::from_utf8_lossy(script);
    let lines: Vec<&str> = text.lines().collect();
    let fail = |line: usize, problem| Err(ReplacementError { line, problem });
    let head = lines.iter().position(|line| line.starts_with("REPLACEMENTS") && line.trim_end().ends_with('{'));
    let Some(head) = head else { return fail(1, ReplacementProblem::NoTable) };
    let mut found = Vec::new();
    let mut name: Option<String> = None;
    for (number, line) in lines.iter().enumerate().skip(head + 1) {
        let mut rest = line.trim();
        while let Some(first) = rest.chars().next() {
            match first {
                '#' => break,
                '}' => {
                    return match name {
                        Some(name) => fail(number + 1, ReplacementProblem::Unpaired(terminal(name.as_bytes()))),
                        None => Ok(found),
                    };
                }
                ':' | ',' => rest = rest[1..].trim_start(),
                quote @ ('\'' | '"') => {
                    let Some(end) = rest[1..].find(quote) else {
                        return fail(number + 1, ReplacementProblem::Unexpected(terminal(rest.as_bytes())));
                    };
                    let word = &rest[1..=end];
                    rest = rest[end + 2..].trim_start();
                    match name.take() {
                        None => name = Some(word.to_owned()),
                        Some(name) => match RepoPath::parse(word.as_bytes()) {
                            Ok(path) if found.len() < ENTRY_LIMIT => found.push(Replacement { name, path }),
                            _ => return fail(number + 1, ReplacementProblem::Path(terminal(word.as_bytes()))),
                        },
                    }
                }
                other => {
                    return fail(number + 1, ReplacementProblem::Unexpected(terminal(other.to_string().as_bytes())));
                }
            }
        }
    }
    fail(lines.len(), ReplacementProblem::Open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_read_over_lines_and_comments() {
        let script = "import os\n\nREPLACEMENTS = {\n    # Two\n    'a': 'x/BUILD.gn',\n    \"b\":\n    'y/b.gni',  # why\n}\n\ndef f():\n";
        let found = parse(script.as_bytes()).unwrap();
        let shown: Vec<String> = found.iter().map(|one| format!("{} {}", one.name, one.path)).collect();
        assert_eq!(shown, ["a x/BUILD.gn", "b y/b.gni"]);
        assert_eq!(found[0].shim().unwrap().to_string(), "build/linux/unbundle/a.gn");
    }

    #[test]
    fn defects_have_their_line() {
        let told = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(told("x = 1\n"), "1: no table `REPLACEMENTS = {...}`");
        assert_eq!(told("REPLACEMENTS = {\n 'a': 'b',\n"), "2: the table is not closed");
        assert_eq!(told("REPLACEMENTS = {\n 'a': 'b',\n 'c'\n}\n"), "4: `c` has no path");
        assert_eq!(told("REPLACEMENTS = {\n 'a': f(),\n}\n"), "2: expected a string, `:` or `,`, found `f`");
        assert_eq!(told("REPLACEMENTS = {\n 'a': '../b',\n}\n"), "2: `../b` is no path of the tree");
    }
}
