//! Recognises and reads the header of one file patch.
//!
//! The rules are `git apply`'s for `diff --git` (`parse_git_diff_header` in git's `apply.c`) and GNU patch's for the
//! rest (`intuit_diff_type` in its `pch.c`).

use bstr::{BString, ByteSlice};

use super::error::{ParseError, Problem, excerpt};
use super::names::{self, Stamped};
use super::{FileHeader, HeaderStyle, Operation, hunk};
use crate::text::lines::without_ending;

/// Free lines that may stand between `+++` and the first `@@` of a plain header.
const GAP: usize = 16;

/// A header and what only its lines tell.
pub(crate) struct Found {
    pub(crate) header: FileHeader,
    /// The index of the line after it.
    pub(crate) next: usize,
    /// True where `---` and `+++` stand there, so that hunks must follow.
    pub(crate) named: bool,
    /// True where the time stamp of the old or the new side is the epoch.
    pub(crate) epoch: (bool, bool),
}

/// Reads the header that begins at `lines[at]`, or `None` where none does.
pub(crate) fn parse(lines: &[&[u8]], at: usize) -> Result<Option<Found>, ParseError> {
    let line = lines.get(at).copied().unwrap_or_default();
    if line.starts_with(b"diff --git ") {
        return git(lines, at);
    }
    if line.starts_with(b"Index: ") || line.starts_with(b"Index:\t") {
        return indexed(lines, at);
    }
    if line.starts_with(b"diff --cc ") || line.starts_with(b"diff --combined ") {
        let merge = lines.get(at + 1).is_some_and(|next| next.starts_with(b"index ") && next.contains(&b','));
        return if merge { Err(ParseError::at(at + 1, Problem::CombinedDiff)) } else { Ok(None) };
    }
    if line.starts_with(b"diff ") {
        let below = plain(lines, at + 1)?;
        return Ok(below.map(|found| with_lines_above(found, lines, at, at + 1)));
    }
    if line.starts_with(b"*** ") {
        let context = starts(lines, at + 1, b"--- ") && starts(lines, at + 2, b"***************");
        return if context { Err(ParseError::at(at + 1, Problem::ContextDiff)) } else { Ok(None) };
    }
    plain(lines, at)
}

fn starts(lines: &[&[u8]], at: usize, start: &[u8]) -> bool {
    lines.get(at).is_some_and(|line| line.starts_with(start))
}

fn with_lines_above(mut found: Found, lines: &[&[u8]], from: usize, to: usize) -> Found {
    let above = lines.get(from..to).unwrap_or_default().iter().map(|line| BString::from(*line));
    found.header.lines.splice(0..0, above);
    found
}

fn is_crlf(line: &[u8]) -> bool {
    line.ends_with(b"\r\n")
}

/// `Index: x`, a rule of `=`, whatever CVS adds, then `---` and `+++`, `diff --git` or a bare hunk.
fn indexed(lines: &[&[u8]], at: usize) -> Result<Option<Found>, ParseError> {
    let between = |line: &[u8]| {
        [&b"====="[..], b"RCS file: ", b"retrieving revision ", b"diff -"].iter().any(|start| line.starts_with(start))
            && !line.starts_with(b"diff --git ")
    };
    let mut next = at + 1;
    while next < at + 8 && lines.get(next).is_some_and(|line| between(line)) {
        next += 1;
    }
    let first = lines.get(at).copied().unwrap_or_default();
    let name = without_ending(first.get(6..).unwrap_or_default()).trim();
    let name =
        if name.starts_with(b"\"") { names::unquote(name).map(|(name, _)| name) } else { Some(BString::from(name)) };
    let name = name.ok_or_else(|| ParseError::at(at + 1, Problem::Quoting(excerpt(name_text(first)))))?;
    let found = if starts(lines, next, b"diff --git ") {
        git(lines, next)?
    } else if lines.get(next).is_some_and(|line| hunk::begins(line)) {
        Some(bare(next, is_crlf(first)))
    } else {
        plain(lines, next)?
    };
    Ok(found.map(|found| {
        let mut found = with_lines_above(found, lines, at, next);
        found.header.index_name = (name != "/dev/null" && !name.is_empty()).then_some(name);
        if found.header.style == HeaderStyle::Unified {
            found.header.style = HeaderStyle::Index;
        }
        found
    }))
}

fn name_text(line: &[u8]) -> &[u8] {
    line.get(6..).unwrap_or_default().trim_ascii()
}

fn bare(next: usize, crlf: bool) -> Found {
    let header = FileHeader {
        lines: Vec::new(),
        style: HeaderStyle::Unified,
        old_name: None,
        new_name: None,
        index_name: None,
        operation: Operation::Modify,
        old_mode: None,
        new_mode: None,
        ids: None,
        crlf,
    };
    Found { header, next, named: true, epoch: (false, false) }
}

/// `--- x` and `+++ y` (GNU patch does without the second), then a hunk.
fn plain(lines: &[&[u8]], at: usize) -> Result<Option<Found>, ParseError> {
    if !starts(lines, at, b"--- ") {
        return Ok(None);
    }
    let pair = starts(lines, at + 1, b"+++ ");
    let names = at + if pair { 2 } else { 1 };
    let Some(next) = first_hunk(lines, names, if pair { GAP } else { 1 }) else {
        let cut = pair && lines.len() == names;
        return if cut { Err(ParseError::at(at + 1, Problem::HeaderWithoutHunk)) } else { Ok(None) };
    };
    let last = lines.get(names - 1).copied().unwrap_or_default();
    let mut found = bare(next, is_crlf(last));
    let old = side(lines, at)?;
    let new = if pair { side(lines, at + 1)? } else { Stamped { name: None, epoch: false } };
    found.header.lines = lines.get(at..next).unwrap_or_default().iter().map(|line| BString::from(*line)).collect();
    // Only `/dev/null` makes a side absent; without a `+++` line the other name serves both sides.
    found.header.new_name = if pair { new.name } else { old.name.clone() };
    found.header.old_name = old.name;
    found.epoch = (old.epoch, new.epoch);
    Ok(Some(found))
}

fn first_hunk(lines: &[&[u8]], from: usize, gap: usize) -> Option<usize> {
    for at in from..from + gap {
        let line = lines.get(at)?;
        if hunk::begins(line) {
            return Some(at);
        }
        if [&b"--- "[..], b"+++ ", b"*** ", b"diff ", b"Index: ", b"---\n", b"From "]
            .iter()
            .any(|start| line.starts_with(start))
        {
            return None;
        }
    }
    None
}

fn side(lines: &[&[u8]], at: usize) -> Result<Stamped, ParseError> {
    let text = without_ending(lines.get(at).and_then(|line| line.get(4..)).unwrap_or_default());
    names::stamped(text).ok_or_else(|| ParseError {
        line: at + 1,
        column: Some(5),
        problem: Problem::Quoting(excerpt(text)),
    })
}

/// `diff --git` and at least one line that belongs to it.
fn git(lines: &[&[u8]], at: usize) -> Result<Option<Found>, ParseError> {
    let first = without_ending(lines.get(at).copied().unwrap_or_default());
    let mut found = bare(at + 1, lines.get(at).is_some_and(|line| is_crlf(line)));
    found.header.style = HeaderStyle::Git;
    found.named = false;
    let mut extended = Extended::default();
    while let Some(&line) = lines.get(found.next) {
        if line.starts_with(b"--- ") {
            if !starts(lines, found.next + 1, b"+++ ") {
                break;
            }
            let (old, new) = (side(lines, found.next)?, side(lines, found.next + 1)?);
            found.epoch = (old.name.is_none(), new.name.is_none());
            (found.header.old_name, found.header.new_name) = (old.name, new.name);
            found.header.crlf = lines.get(found.next + 1).is_some_and(|line| is_crlf(line));
            (found.named, found.next) = (true, found.next + 2);
            break;
        }
        if !extended.read(without_ending(line), found.next + 1)? {
            break;
        }
        found.next += 1;
    }
    let bare_hunk = lines.get(found.next).is_some_and(|line| hunk::begins(line));
    let binary = [&b"GIT binary patch"[..], b"Binary files "].iter().any(|start| starts(lines, found.next, start));
    if found.next == at + 1 && !bare_hunk && !binary {
        return Ok(None);
    }
    let git_line = names::git_line(first.get(11..).unwrap_or_default());
    extended.settle(&mut found, git_line).ok_or_else(|| ParseError::at(at + 1, Problem::NoName(excerpt(first))))?;
    found.header.lines =
        lines.get(at..found.next).unwrap_or_default().iter().map(|line| BString::from(*line)).collect();
    Ok(Some(found))
}

/// The lines between `diff --git` and `---`.
#[derive(Default)]
struct Extended {
    created: bool,
    deleted: bool,
    old_mode: Option<u32>,
    new_mode: Option<u32>,
    rename: (Option<BString>, Option<BString>),
    copy: (Option<BString>, Option<BString>),
    ids: Option<(BString, BString)>,
}

impl Extended {
    /// Takes a line; false where it is none of git's.
    fn read(&mut self, line: &[u8], number: usize) -> Result<bool, ParseError> {
        let after = |start: &str| line.strip_prefix(start.as_bytes());
        if let Some(mode) = after("old mode ") {
            self.old_mode = Some(read_mode(mode, number)?);
        } else if let Some(mode) = after("new mode ") {
            self.new_mode = Some(read_mode(mode, number)?);
        } else if let Some(mode) = after("new file mode ") {
            self.new_mode = Some(read_mode(mode, number)?);
            self.created = true;
        } else if let Some(mode) = after("deleted file mode ") {
            self.old_mode = Some(read_mode(mode, number)?);
            self.deleted = true;
        } else if let Some(name) = after("rename from ").or_else(|| after("rename old ")) {
            self.rename.0 = Some(read_name(name, number)?);
        } else if let Some(name) = after("rename to ").or_else(|| after("rename new ")) {
            self.rename.1 = Some(read_name(name, number)?);
        } else if let Some(name) = after("copy from ") {
            self.copy.0 = Some(read_name(name, number)?);
        } else if let Some(name) = after("copy to ") {
            self.copy.1 = Some(read_name(name, number)?);
        } else if let Some(ids) = after("index ") {
            return self.read_ids(ids, number);
        } else if after("similarity index ").is_none() && after("dissimilarity index ").is_none() {
            return Ok(false);
        }
        Ok(true)
    }

    /// `index 1234..5678 100644`; another text after `index ` is none of git's.
    fn read_ids(&mut self, text: &[u8], number: usize) -> Result<bool, ParseError> {
        let (ids, mode) = text.split_once_str(" ").map_or((text, None), |(ids, mode)| (ids, Some(mode)));
        let Some((old, new)) = ids.split_once_str("..") else { return Ok(false) };
        if !old.iter().chain(new).all(u8::is_ascii_hexdigit) {
            return Ok(false);
        }
        if let Some(mode) = mode {
            let mode = read_mode(mode, number)?;
            self.old_mode.get_or_insert(mode);
            self.new_mode.get_or_insert(mode);
        }
        self.ids = Some((BString::from(old), BString::from(new)));
        Ok(true)
    }

    /// Decides operation and names; `None` where no line names the file.
    fn settle(self, found: &mut Found, git_line: Option<(BString, BString)>) -> Option<()> {
        let header = &mut found.header;
        (header.old_mode, header.new_mode, header.ids) = (self.old_mode, self.new_mode, self.ids);
        let absent = found.epoch;
        header.operation = match (self.rename, self.copy) {
            ((Some(from), Some(to)), _) => Operation::Rename { from, to },
            (_, (Some(from), Some(to))) => Operation::Copy { from, to },
            _ if self.created || (absent.0 && !absent.1) => Operation::Create,
            _ if self.deleted || (absent.1 && !absent.0) => Operation::Delete,
            _ => Operation::Modify,
        };
        if !found.named {
            match git_line {
                Some((old, new)) => {
                    header.old_name = (header.operation != Operation::Create).then_some(old);
                    header.new_name = (header.operation != Operation::Delete).then_some(new);
                }
                None if matches!(header.operation, Operation::Rename { .. } | Operation::Copy { .. }) => {}
                None => return None,
            }
        } else if header.old_name.is_none() && header.new_name.is_none() {
            return None;
        }
        match header.operation {
            Operation::Create => header.old_mode = None,
            Operation::Delete => header.new_mode = None,
            _ => {}
        }
        Some(())
    }
}

fn read_mode(text: &[u8], number: usize) -> Result<u32, ParseError> {
    let octal = !text.is_empty() && text.len() <= 7 && text.iter().all(|byte| (b'0'..=b'7').contains(byte));
    let value = text.to_str().ok().filter(|_| octal).and_then(|text| u32::from_str_radix(text, 8).ok());
    value.ok_or_else(|| ParseError::at(number, Problem::Mode(excerpt(text))))
}

fn read_name(text: &[u8], number: usize) -> Result<BString, ParseError> {
    if !text.starts_with(b"\"") {
        return Ok(BString::from(text));
    }
    let unquoted = names::unquote(text).map(|(name, _)| name);
    unquoted.ok_or_else(|| ParseError::at(number, Problem::Quoting(excerpt(text))))
}
