//! Says where and why a GN file cannot be read.

use bstr::ByteSlice as _;

use crate::text::display::terminal;

/// The first defect of a GN file; it shows as `LINE:COLUMN: what`, the caller puts the file's name before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line (1-based).
    pub line: usize,
    /// The column (1-based, in bytes).
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// The kinds of defect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// More bytes than [`crate::gn::lexer::FILE_LIMIT`].
    #[error("file is larger than {0} bytes")]
    TooLarge(usize),
    /// Nesting beyond [`crate::gn::parse::DEPTH_LIMIT`].
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// A byte that begins no token.
    #[error("`{0}` begins no token")]
    Byte(String),
    /// A string without its closing quote on the same line.
    #[error("string is not closed on its line")]
    OpenString,
    /// A number outside of 64 bits, or with leading zeros, or `-0`.
    #[error("`{0}` is no integer")]
    Integer(String),
    /// A digit run that goes on as a name, such as `1x`.
    #[error("`{0}` is neither a number nor a name")]
    Number(String),
    /// Another token than the grammar wants.
    #[error("expected {wanted}, found {found}")]
    Unexpected {
        /// What could have stood there.
        wanted: &'static str,
        /// The token that is there.
        found: String,
    },
    /// An expression that is no statement, such as a lone string.
    #[error("this is no statement: only assignments, calls and conditions are")]
    NoStatement,
    /// The left side of an assignment is not a name, an element or a member.
    #[error("only a name, `name[index]` or `name.member` can be assigned to")]
    NoPlace,
    /// A `$` that begins no expansion.
    #[error("`$` begins no expansion like `$name`, `${{name}}` or `$0xFF`")]
    Expansion,
}

impl ParseError {
    pub(crate) fn at(text: &[u8], offset: usize, problem: Problem) -> Self {
        let (line, column) = place(text, offset);
        Self { line, column, problem }
    }

    /// The next thing to do about it.
    pub fn hint(&self) -> &'static str {
        match &self.problem {
            Problem::TooLarge(_) | Problem::TooDeep(_) => "this is no build file that a person wrote; leave it out",
            Problem::OpenString => "close the string, or write a line break as `$0x0A`",
            Problem::Expansion => "write a dollar sign as `\\$`",
            Problem::Integer(_) => "integers are decimal, without leading zeros, within 64 bits",
            _ => "`gn format --dry-run` on the file says the same",
        }
    }
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.problem)
    }
}

impl std::error::Error for ParseError {}

/// The line and the column (1-based, in bytes) of an offset.
pub fn place(text: &[u8], offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.find_iter(b"\n").count() + 1;
    let start = before.rfind_byte(b'\n').map_or(0, |at| at + 1);
    (line, before.len() - start + 1)
}

/// The beginning of a text, fit for a message.
pub(crate) fn excerpt(text: &[u8]) -> String {
    let shown = terminal(text.get(..40).unwrap_or(text));
    if text.len() > 40 { format!("{shown}...") } else { shown }
}
