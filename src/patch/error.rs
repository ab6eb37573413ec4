//! Says where and why a patch file cannot be read.

use crate::text::display::terminal;

/// The first defect of a patch file.
///
/// It shows as `LINE: what` or `LINE:COLUMN: what`; the caller puts the file's name before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line (1-based) of the patch file.
    pub line: usize,
    /// The column (1-based, in bytes) where one byte is to blame.
    pub column: Option<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

/// The kinds of defect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file ends, or another header begins, before the hunk is complete.
    #[error("hunk says {said} {side} lines, {found} found")]
    HunkShort {
        /// `old` or `new`.
        side: &'static str,
        /// The count in the hunk header.
        said: usize,
        /// The lines that are there.
        found: usize,
    },
    /// More lines follow than the hunk header counts.
    #[error("hunk says {old} old and {new} new lines, but more follow: `{text}`")]
    HunkLong {
        /// Lines before, as the header counts.
        old: usize,
        /// Lines after, as the header counts.
        new: usize,
        /// The line too many.
        text: String,
    },
    /// A line inside a hunk begins with none of blank, `+`, `-`, `\`.
    #[error("`{0}` is no line of a hunk: it begins with none of blank, `+`, `-`")]
    HunkLine(String),
    /// `@@ ... @@` cannot be read.
    #[error("`{0}` is no hunk header like `@@ -1,3 +1,4 @@`")]
    HunkHeader(String),
    /// A hunk stands without `---` and `+++` before it.
    #[error("hunk without a file header before it")]
    HunkWithoutFile,
    /// `---` and `+++` are there, but no hunk.
    #[error("file header without a hunk after it")]
    HeaderWithoutHunk,
    /// A number is too large.
    #[error("number `{0}` is too large")]
    Number(String),
    /// A quoted name is not closed or holds an unknown escape.
    #[error("quoted name `{0}` is not closed or holds an unknown escape")]
    Quoting(String),
    /// A mode is not octal.
    #[error("`{0}` is no file mode")]
    Mode(String),
    /// The `diff --git` line names no file.
    #[error("`{0}` names no file")]
    NoName(String),
    /// A binary patch is damaged.
    #[error("binary patch: {0}")]
    Binary(String),
    /// A context diff (`***`), which is not read.
    #[error("context diff (`***` and `---`), not a unified one")]
    ContextDiff,
    /// A diff of a merge (`diff --cc`), which is not a patch.
    #[error("combined diff of a merge, which is not a patch")]
    CombinedDiff,
}

impl ParseError {
    pub(crate) fn at(line: usize, problem: Problem) -> Self {
        Self { line, column: None, problem }
    }

    /// The next thing to do about it.
    pub fn hint(&self) -> &'static str {
        match &self.problem {
            Problem::HunkShort { .. } | Problem::HeaderWithoutHunk => {
                "the patch is cut short or was edited by hand; fetch it again or correct its counts with `recountdiff`"
            }
            Problem::HunkLong { .. } => {
                "the patch was edited by hand; correct the counts of the `@@` line with `recountdiff`"
            }
            Problem::HunkLine(_) => "a mail program may have wrapped the line; take the patch from its source",
            Problem::HunkHeader(_) | Problem::Number(_) => "correct the line by hand or make the patch anew",
            Problem::HunkWithoutFile => "add the `---` and `+++` lines that name the file",
            Problem::Quoting(_) | Problem::NoName(_) | Problem::Mode(_) => {
                "correct the header by hand or make the patch anew with `git diff`"
            }
            Problem::Binary(_) => "make the patch anew with `git diff --binary`",
            Problem::ContextDiff => "convert it with `filterdiff --format=unified`",
            Problem::CombinedDiff => "make the patch anew with `git diff -m --first-parent`",
        }
    }
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.column {
            Some(column) => write!(formatter, "{}:{column}: {}", self.line, self.problem),
            None => write!(formatter, "{}: {}", self.line, self.problem),
        }
    }
}

impl std::error::Error for ParseError {}

/// The beginning of a line, fit for a message.
pub(crate) fn excerpt(line: &[u8]) -> String {
    let line = crate::text::lines::without_ending(line);
    let shown = terminal(line.get(..60).unwrap_or(line));
    if line.len() > 60 { format!("{shown}...") } else { shown }
}
