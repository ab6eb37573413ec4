//! Patch files as values that print back byte for byte.
//!
//! A [`PatchFile`] is what one `*.patch` holds: free text, then one [`FilePatch`] per file, then free text.
//! Reading keeps the bytes as they stand, so `print(parse(x)) == x`; changing a hunk drops its verbatim form and
//! the printer writes it anew.

pub mod apply;
pub mod binary;
pub mod date;
pub mod dep3;
pub mod encoded;
mod error;
mod header;
mod hunk;
pub mod mail;
pub mod make;
pub mod message;
mod names;
mod parse;
mod paths;
mod print;
mod reverse;
pub mod series;

pub use error::{ParseError, Problem};
pub use parse::parse;
pub use paths::{NameError, Paths};

use bstr::BString;

/// One patch file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatchFile {
    /// Everything before the first file patch: DEP-3 or mail header, message, diffstat.
    pub head: BString,
    /// The file patches in order.
    pub files: Vec<FilePatch>,
    /// Everything after the last hunk, for example a mail signature.
    pub tail: BString,
}

/// The change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePatch {
    /// Free text between the file patch before and this one.
    pub lead: BString,
    /// Names, modes and kind of the change.
    pub header: FileHeader,
    /// What changes inside.
    pub body: Body,
    /// The line (1-based) of the patch file at which the header begins.
    pub line: usize,
}

/// The header of a file patch, with its lines as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHeader {
    /// The header's own lines with their endings (`diff --git`, `index`, `Index:`, `---`, `+++`...).
    pub lines: Vec<BString>,
    /// How the header is written.
    pub style: HeaderStyle,
    /// The name on the `---` side as written (unquoted, prefix kept, time stamp removed); `None` for `/dev/null` or where absent.
    pub old_name: Option<BString>,
    /// The name on the `+++` side, likewise.
    pub new_name: Option<BString>,
    /// The name of a quilt or CVS `Index:` line.
    pub index_name: Option<BString>,
    /// What happens to the file.
    pub operation: Operation,
    /// Mode before, as git writes it (`100644`, `100755`, `120000`, `160000`), if told.
    pub old_mode: Option<u32>,
    /// Mode after, likewise.
    pub new_mode: Option<u32>,
    /// Abbreviated or full object ids of an `index` line.
    pub ids: Option<(BString, BString)>,
    /// True where the patch itself has CRLF line endings throughout; hunk texts are then given without the CR.
    pub crlf: bool,
}

/// How a file header is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderStyle {
    /// `diff --git a/x b/x`.
    Git,
    /// `Index: x` before `---` and `+++` (quilt, CVS, Subversion).
    Index,
    /// `---` and `+++` alone, or below a plain `diff -u` line.
    Unified,
}

/// What a file patch does to its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Changes content or mode in place.
    Modify,
    /// Makes a new file.
    Create,
    /// Deletes the file.
    Delete,
    /// Renames it, names as in `rename from` / `rename to` (no prefix to strip).
    Rename {
        /// The name before.
        from: BString,
        /// The name after.
        to: BString,
    },
    /// Copies it, likewise.
    Copy {
        /// The name of the source.
        from: BString,
        /// The name of the copy.
        to: BString,
    },
}

/// The body of a file patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing but the header (mode change, pure rename, empty file).
    Empty,
    /// Text hunks.
    Hunks(Vec<Hunk>),
    /// A `GIT binary patch`.
    Binary(BinaryPatch),
    /// `Binary files a/x and b/x differ`: the content is not there.
    BinaryDiffers(BString),
}

/// One hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// First line before, 1-based; 0 where no line is there before.
    pub old_start: usize,
    /// Lines before.
    pub old_len: usize,
    /// First line after, 1-based; 0 where no line is there after.
    pub new_start: usize,
    /// Lines after.
    pub new_len: usize,
    /// Text after the second `@@` without the line ending, with its leading blank.
    pub section: BString,
    /// The lines.
    pub lines: Vec<HunkLine>,
    /// The hunk as it stood in the file; `None` once it was changed.
    pub verbatim: Option<BString>,
    /// The line (1-based) of the patch file at which the hunk begins; 0 for one made here.
    pub line: usize,
}

/// One line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HunkLine {
    /// Context, removed or added.
    pub kind: LineKind,
    /// The line's own bytes with its `\n`; without one only where `\ No newline at end of file` follows.
    pub text: BString,
}

/// The first column of a hunk line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// In both sides.
    Context,
    /// Only before.
    Remove,
    /// Only after.
    Add,
}

/// A `GIT binary patch`: the forward part and, where given, the reverse part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinaryPatch {
    /// From before to after.
    pub forward: BinaryHunk,
    /// From after to before.
    pub reverse: Option<BinaryHunk>,
    /// All body lines as they stood.
    pub verbatim: BString,
}

/// One half of a binary patch, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BinaryHunk {
    /// The whole content.
    Literal(Vec<u8>),
    /// A git pack delta against the other side's content.
    Delta(Vec<u8>),
}
