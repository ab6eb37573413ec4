//! What went wrong while files were run, with its place; a run goes on after each.

use crate::gn::symbol::Text;
use crate::text::display::terminal;

/// The kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// A file does not parse.
    Unreadable,
    /// An imported file is not in the tree.
    MissingImport,
    /// A file that `read_file` wants is not in the tree.
    MissingFile,
    /// A build file that a label names is not in the tree.
    MissingBuildFile,
    /// No target has the name that a label gives.
    MissingTarget,
    /// A variable was never set.
    Undefined,
    /// Neither a function nor a template has this name.
    UnknownFunction,
    /// A function or an operator was given what it does not take.
    BadValue,
    /// An `assert` does not hold.
    Assertion,
    /// Files import each other in a circle.
    ImportCircle,
    /// A limit of steps, depth or size was reached.
    Limit,
}

impl Trouble {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::MissingImport => "missing-import",
            Self::MissingFile => "missing-file",
            Self::MissingBuildFile => "missing-build-file",
            Self::MissingTarget => "missing-target",
            Self::Undefined => "undefined",
            Self::UnknownFunction => "unknown-function",
            Self::BadValue => "bad-value",
            Self::Assertion => "assertion",
            Self::ImportCircle => "import-circle",
            Self::Limit => "limit",
        }
    }
}

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The file, such as `//base/BUILD.gn`.
    pub file: Text,
    /// The line (1-based).
    pub line: usize,
    /// The column (1-based, in bytes).
    pub column: usize,
    /// What kind it is.
    pub trouble: Trouble,
    /// What it is, one line.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, column, trouble, message } = self;
        let file = terminal(file.trim_start_matches('/').as_bytes());
        write!(formatter, "{file}:{line}:{column}: {}: {}", trouble.word(), terminal(message.as_bytes()))
    }
}
