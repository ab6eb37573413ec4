//! `additional_readme_paths.json`: folders, relative to the file, whose `README.chromium` counts too.
//!
//! Source: the licence tool of Chromium, which finds by it what lies outside of `third_party` folders.

use super::tree::{json, unreadable};
use super::{Parsed, Problem, ProblemKind, Root};
use crate::path::RepoPath;

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let file = match json(&super::text(bytes)) {
        Ok(file) => file,
        Err(problem) => return unreadable(problem),
    };
    let mut parsed = Parsed::default();
    for folder in file.elements() {
        let text = folder.text().unwrap_or_default();
        match Root::around(path).resolve(format!("{text}/README.chromium").as_bytes()) {
            Some(readme) if !text.is_empty() => parsed.further.push(readme),
            _ => {
                let what = format!("`{text}` is no folder of the tree");
                parsed.problems.push(Problem::new(folder.line, ProblemKind::Invalid, what));
            }
        }
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_relative_to_the_file() {
        let path = RepoPath::parse(b"a/additional_readme_paths.json").unwrap();
        let parsed = parse(&path, b"[\n\"b/c\",\n\"../../x\", 1]");
        assert_eq!(
            parsed.further,
            [RepoPath::parse(b"a/b/c/README.chromium").unwrap(), RepoPath::parse(b"a/1/README.chromium").unwrap()]
        );
        assert_eq!(parsed.problems[0].line, 3);
        assert_eq!(parse(&path, b"[").problems.len(), 1);
    }
}
