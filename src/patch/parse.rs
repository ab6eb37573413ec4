//! Reads a whole patch file.
//!
//! Every line of the input goes to exactly one place (head, lead, header, hunk, binary body or tail), in order, which
//! is why printing gives the input back.

use bstr::BString;

use super::error::{ParseError, Problem};
use super::header::Found;
use super::{Body, FilePatch, Hunk, Operation, PatchFile, binary, header, hunk};
use crate::text::lines::{split, without_ending};

/// Reads a patch file in any of the forms that git, GNU patch, quilt and mail programs write.
///
/// # Examples
///
/// ```
/// let text = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n";
/// let patch = forebay::patch::parse(text)?;
/// assert_eq!(patch.files.len(), 1);
/// assert_eq!(patch.print(), text);
/// # Ok::<(), forebay::patch::ParseError>(())
/// ```
pub fn parse(input: &[u8]) -> Result<PatchFile, ParseError> {
    let lines = split(input);
    let mut patch = PatchFile::default();
    let mut free = 0;
    let mut at = 0;
    let mut orphan = None;
    while at < lines.len() {
        let Some(found) = header::parse(&lines, at)? else {
            if hunk::begins(lines[at]) && hunk::parse_header(lines[at], at + 1).is_ok() {
                orphan = orphan.or(Some(at));
            }
            at += 1;
            continue;
        };
        refuse_orphan(&lines, orphan.take(), at, patch.files.is_empty())?;
        let text = BString::from(lines[free..at].concat());
        let line = at + 1;
        let (file, next) = file_patch(&lines, found, line)?;
        let lead = if patch.files.is_empty() {
            patch.head = text;
            BString::default()
        } else {
            text
        };
        patch.files.push(FilePatch { lead, ..file });
        (at, free) = (next, next);
    }
    refuse_orphan(&lines, orphan, lines.len(), patch.files.is_empty())?;
    let rest = BString::from(lines[free..].concat());
    if patch.files.is_empty() {
        patch.head = rest;
    } else {
        patch.tail = rest;
    }
    Ok(patch)
}

/// Refuses a hunk that no file header precedes, but in the message of a mail, which a line `---` ends.
fn refuse_orphan(lines: &[&[u8]], orphan: Option<usize>, end: usize, in_head: bool) -> Result<(), ParseError> {
    let Some(orphan) = orphan else { return Ok(()) };
    let message = in_head && lines[orphan..end].iter().any(|line| without_ending(line) == b"---");
    if message { Ok(()) } else { Err(ParseError::at(orphan + 1, Problem::HunkWithoutFile)) }
}

fn file_patch(lines: &[&[u8]], found: Found, line: usize) -> Result<(FilePatch, usize), ParseError> {
    let Found { mut header, mut next, named, epoch } = found;
    let git = header.style == super::HeaderStyle::Git;
    let mut body = Body::Empty;
    if lines.get(next).is_some_and(|line| hunk::begins(line)) {
        let mut hunks = Vec::new();
        while lines.get(next).is_some_and(|line| hunk::begins(line)) {
            let (hunk, after) = hunk::parse(lines, next, header.crlf)?;
            hunks.push(hunk);
            next = after;
        }
        if !git {
            header.operation = operation(&header, &hunks, epoch);
        }
        body = Body::Hunks(hunks);
    } else if named {
        return Err(ParseError::at(line, Problem::HeaderWithoutHunk));
    } else if lines.get(next).is_some_and(|line| without_ending(line) == b"GIT binary patch") {
        let (binary, after) = binary::parse(lines, next)?;
        (body, next) = (Body::Binary(binary), after);
    } else if let Some(differs) = lines.get(next).filter(|line| is_differs(line)) {
        body = Body::BinaryDiffers(BString::from(*differs));
        next += 1;
    }
    Ok((FilePatch { lead: BString::default(), header, body, line }, next))
}

fn is_differs(line: &[u8]) -> bool {
    let line = without_ending(line);
    (line.starts_with(b"Binary files ") || line.starts_with(b"Files ")) && line.ends_with(b" differ")
}

/// Creation and deletion in a plain header: `/dev/null`, or the epoch beside an empty side.
fn operation(header: &super::FileHeader, hunks: &[Hunk], epoch: (bool, bool)) -> Operation {
    let empty = |pick: fn(&Hunk) -> (usize, usize)| matches!(hunks, [only] if pick(only) == (0, 0));
    let named = header.old_name.is_some() || header.new_name.is_some() || header.index_name.is_some();
    if named && epoch.0 && empty(|hunk| (hunk.old_start, hunk.old_len)) {
        Operation::Create
    } else if named && epoch.1 && empty(|hunk| (hunk.new_start, hunk.new_len)) {
        Operation::Delete
    } else {
        Operation::Modify
    }
}
