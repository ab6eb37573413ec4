//! The list of vulnerabilities that a release fixes: a file with one a line, as upstream's notes name them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::text::display;

/// A vulnerability that the release fixes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Cve {
    /// Its id, `CVE-2026-12345`.
    pub id: String,
    /// What upstream says of it; empty where nothing.
    pub text: String,
}

impl Cve {
    /// Both in one line.
    pub fn line(&self) -> String {
        if self.text.is_empty() { self.id.clone() } else { format!("{}: {}", self.id, self.text) }
    }
}

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:1: `{text}` does not begin with an id like CVE-2026-12345")]
pub struct CveError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

/// Reads a list: `CVE-2026-12345: what it is` a line, in the order of the file, each id once; empty lines and those that begin
/// with `#` are left out.
pub fn parse(text: &str, file: &str) -> Result<Vec<Cve>, CveError> {
    let mut all: Vec<Cve> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim().trim_start_matches(['-', '*', '[']).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let end =
            line.find(|character: char| !character.is_ascii_alphanumeric() && character != '-').unwrap_or(line.len());
        let (id, rest) = line.split_at(end);
        if !is_id(id) {
            let shown: String = display::terminal(line.as_bytes()).chars().take(60).collect();
            return Err(CveError { file: file.to_owned(), line: number, text: shown });
        }
        let told = rest.trim_start_matches(|character: char| character.is_whitespace() || ":]-".contains(character));
        if all.iter().all(|known| known.id != id) {
            all.push(Cve { id: id.to_owned(), text: display::terminal(told.trim_end().as_bytes()) });
        }
    }
    Ok(all)
}

/// `CVE-`, a year, and at least four digits.
fn is_id(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |part: Option<&str>, least: usize, most: usize| {
        part.is_some_and(|part| (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    parts.next() == Some("CVE") && digits(parts.next(), 4, 4) && digits(parts.next(), 4, 12) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_upstream_writes_them() {
        let text = "# fixed\n\nCVE-2026-12345: Use after free in V8\n- CVE-2026-0001 - Gate\n[CVE-2026-0002] Weir\nCVE-2026-12345\nCVE-2026-7777\n";
        let lines: Vec<String> = parse(text, "x").unwrap().iter().map(Cve::line).collect();
        let expected =
            ["CVE-2026-12345: Use after free in V8", "CVE-2026-0001: Gate", "CVE-2026-0002: Weir", "CVE-2026-7777"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn another_line_is_told_with_its_place() {
        for wrong in ["CVE-2026-1", "CVE-26-12345", "cve-2026-12345", "CVE-2026-12345-1", "use after free"] {
            let error = parse(&format!("\n{wrong}\n"), "cves.txt").unwrap_err();
            assert!(error.to_string().starts_with(&format!("cves.txt:2:1: `{wrong}` ")), "{error}");
        }
    }
}
