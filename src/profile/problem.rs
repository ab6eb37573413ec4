//! What is wrong with a profile and where: line, column, the line itself with a mark below, and the way out.

use std::ops::Range;

use crate::text::display;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule's code, for `forebay explain`.
    pub code: &'static str,
    /// The bytes of the profile that are wrong.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that can be said.
    pub hint: Option<String>,
}

/// A problem with its place told for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// `forebay.toml:3:7: unknown key ...`
    pub message: String,
    /// The line with a mark below.
    pub excerpt: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// The rule's code.
    pub code: &'static str,
}

/// A profile that cannot be used, with everything that is wrong in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    /// All problems; never empty.
    pub problems: Vec<Located>,
}

impl ProfileError {
    /// Finds the places of the problems in the text of the profile called `name`.
    pub fn new(name: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        Self { problems: problems.iter().map(|problem| locate(name, text, problem)).collect() }
    }
}

impl std::fmt::Display for ProfileError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<&str> = self.problems.iter().map(|problem| problem.message.as_str()).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ProfileError {}

/// The most characters of a line that an excerpt shows.
const EXCERPT: usize = 100;

fn locate(name: &str, text: &str, problem: &Problem) -> Located {
    let start = floor_boundary(text, problem.span.start);
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(line_start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let column = text.get(line_start..start).unwrap_or_default().chars().count();
    let end = floor_boundary(text, problem.span.end.max(start));
    let marked = text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default().chars().count().max(1);
    Located {
        message: format!("{name}:{number}:{}: {}", column + 1, problem.message),
        excerpt: excerpt(line, number, column, marked),
        hint: problem.hint.clone(),
        code: problem.code,
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The window of the line around the mark, and the mark; control characters take one column each.
fn excerpt(line: &str, number: usize, column: usize, marked: usize) -> String {
    let from = column.saturating_sub(EXCERPT / 2);
    let from = if line.chars().count() <= EXCERPT { 0 } else { from };
    let shown: String = line.chars().skip(from).take(EXCERPT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let shown = display::terminal(shown.as_bytes());
    let gutter = " ".repeat(number.to_string().len());
    let indent = " ".repeat(column - from);
    let mark = "^".repeat(marked.min(EXCERPT.saturating_sub(column - from)).max(1));
    format!("{gutter} |\n{number} | {}\n{gutter} | {indent}{mark}\n", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(text: &str, span: Range<usize>) -> Located {
        locate("forebay.toml", text, &Problem { code: "x", span, message: "bad".into(), hint: None })
    }

    #[test]
    fn marks_the_place() {
        let found = located("[a]\nké = 1\n", 4..7);
        assert_eq!(found.message, "forebay.toml:2:1: bad");
        assert_eq!(found.excerpt, "  |\n2 | ké = 1\n  | ^^\n");
    }

    #[test]
    fn survives_every_span() {
        let text = "aé\u{1b}\r\n\n\"\"\"x\ny\"\"\"";
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let found = located(text, start..end);
                assert!(!found.excerpt.contains('\u{1b}') && found.excerpt.contains('^'));
            }
        }
    }

    #[test]
    fn long_lines_show_the_window_around_the_mark() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let found = located(&text, 500..501);
        let lines: Vec<&str> = found.excerpt.lines().collect();
        assert!(lines[1].len() < 120);
        assert_eq!(lines[1].find('X'), lines[2].find('^'));
    }
}
