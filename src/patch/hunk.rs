//! Reads one unified hunk, counted by its header and not by its looks.
//!
//! A removed line `-- x` prints as `--- x`, so only the counts of the `@@` line tell where a hunk ends.
//! The tolerances are GNU patch's (`pch.c`): a blank that got lost before an empty line or a tab, up to three empty
//! context lines chopped off at the end of the file, a `\` line in any language.

use bstr::{BString, ByteSlice};

use super::error::{ParseError, Problem, excerpt};
use super::{Hunk, HunkLine, LineKind};
use crate::text::lines::without_ending;

/// Empty context lines that may be missing at the very end of a patch file.
const CHOPPED: usize = 3;

/// True for a line that begins a hunk.
pub(crate) fn begins(line: &[u8]) -> bool {
    line.starts_with(b"@@ -")
}

/// Reads the hunk at `lines[at]`; gives it and the index of the line after it.
pub(crate) fn parse(lines: &[&[u8]], at: usize, crlf: bool) -> Result<(Hunk, usize), ParseError> {
    let mut hunk = parse_header(lines.get(at).copied().unwrap_or_default(), at + 1)?;
    let mut left = Left { old: hunk.old_len, new: hunk.new_len };
    let mut next = at + 1;
    while left.old > 0 || left.new > 0 {
        let Some(&line) = lines.get(next) else {
            if left.old == left.new && left.old <= CHOPPED {
                let blank = HunkLine { kind: LineKind::Context, text: BString::from("\n") };
                hunk.lines.extend(std::iter::repeat_n(blank, left.old));
                break;
            }
            return Err(short(&hunk, &left, at));
        };
        if line.starts_with(b"\\") {
            unfinish(&mut hunk, line, next)?;
        } else {
            let Some((kind, text)) = classify(line) else {
                return Err(match line {
                    line if is_header(line) => short(&hunk, &left, at),
                    line => ParseError { line: next + 1, column: Some(1), problem: Problem::HunkLine(excerpt(line)) },
                });
            };
            if !left.take(kind) {
                return Err(long(&hunk, line, next));
            }
            hunk.lines.push(HunkLine { kind, text: content(text, crlf) });
        }
        next += 1;
    }
    if let Some(&line) = lines.get(next)
        && line.starts_with(b"\\")
    {
        unfinish(&mut hunk, line, next)?;
        next += 1;
    }
    if let Some(&line) = lines.get(next)
        && runs_over(line)
    {
        return Err(long(&hunk, line, next));
    }
    hunk.verbatim = Some(BString::from(lines.get(at..next).unwrap_or_default().concat()));
    Ok((hunk, next))
}

struct Left {
    old: usize,
    new: usize,
}

impl Left {
    fn take(&mut self, kind: LineKind) -> bool {
        let (old, new) = match kind {
            LineKind::Context => (1, 1),
            LineKind::Remove => (1, 0),
            LineKind::Add => (0, 1),
        };
        match (self.old.checked_sub(old), self.new.checked_sub(new)) {
            (Some(old), Some(new)) => {
                (self.old, self.new) = (old, new);
                true
            }
            _ => false,
        }
    }
}

fn classify(line: &[u8]) -> Option<(LineKind, &[u8])> {
    let (&first, rest) = line.split_first()?;
    match first {
        b' ' => Some((LineKind::Context, rest)),
        b'-' => Some((LineKind::Remove, rest)),
        b'+' => Some((LineKind::Add, rest)),
        b'\n' | b'\t' => Some((LineKind::Context, line)),
        b'\r' if rest == b"\n" => Some((LineKind::Context, line)),
        _ => None,
    }
}

fn content(text: &[u8], crlf: bool) -> BString {
    let mut content = match text.strip_suffix(b"\r\n") {
        Some(short) if crlf => BString::from(short),
        _ => BString::from(text.strip_suffix(b"\n").unwrap_or(text)),
    };
    content.push(b'\n');
    content
}

/// Takes the line feed off the last line, as a `\ No newline at end of file` line says.
fn unfinish(hunk: &mut Hunk, line: &[u8], at: usize) -> Result<(), ParseError> {
    let Some(last) = hunk.lines.last_mut() else {
        return Err(ParseError { line: at + 1, column: Some(1), problem: Problem::HunkLine(excerpt(line)) });
    };
    if last.text.ends_with(b"\n") {
        last.text.pop();
    }
    Ok(())
}

fn is_header(line: &[u8]) -> bool {
    begins(line)
        || [&b"diff "[..], b"Index: ", b"From ", b"=====", b"Only in "].iter().any(|start| line.starts_with(start))
}

/// True for a line right below a complete hunk that can only be a forgotten part of it.
///
/// GNU patch drops it without a word. `--` begins a mail signature or the next file.
fn runs_over(line: &[u8]) -> bool {
    match without_ending(line) {
        [b'+', rest @ ..] => !rest.starts_with(b"++"),
        [b'-', rest @ ..] => !rest.is_empty() && !rest.starts_with(b"-"),
        _ => false,
    }
}

fn short(hunk: &Hunk, left: &Left, at: usize) -> ParseError {
    let (side, said, found) = if left.old > 0 {
        ("old", hunk.old_len, hunk.old_len - left.old)
    } else {
        ("new", hunk.new_len, hunk.new_len - left.new)
    };
    ParseError::at(at + 1, Problem::HunkShort { side, said, found })
}

fn long(hunk: &Hunk, line: &[u8], at: usize) -> ParseError {
    ParseError::at(at + 1, Problem::HunkLong { old: hunk.old_len, new: hunk.new_len, text: excerpt(line) })
}

/// Reads `@@ -3,2 +3,4 @@ section`; a missing length is 1.
pub(crate) fn parse_header(line: &[u8], number: usize) -> Result<Hunk, ParseError> {
    let text = without_ending(line);
    let mut rest = text;
    let ranges = (|| {
        let old = range(&mut rest, b"@@ -")?;
        let new = range(&mut rest, b" +")?;
        rest = rest.strip_prefix(b" @@").ok_or(None)?;
        Ok((old, new))
    })();
    let ((old_start, old_len), (new_start, new_len)) = ranges.map_err(|large: Option<String>| ParseError {
        line: number,
        column: Some(text.len() - rest.len() + 1),
        problem: large.map_or_else(|| Problem::HunkHeader(excerpt(line)), Problem::Number),
    })?;
    Ok(Hunk {
        old_start,
        old_len,
        new_start,
        new_len,
        section: BString::from(rest),
        lines: Vec::new(),
        verbatim: None,
        line: number,
    })
}

type Large = Option<String>;

fn range(rest: &mut &[u8], before: &[u8]) -> Result<(usize, usize), Large> {
    *rest = rest.strip_prefix(before).ok_or(None)?;
    let start = number(rest)?;
    let Some(after) = rest.strip_prefix(b",") else { return Ok((start, 1)) };
    *rest = after;
    Ok((start, number(rest)?))
}

/// Line numbers stay below 2^40, so that sums of them cannot overflow.
fn number(rest: &mut &[u8]) -> Result<usize, Large> {
    let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let text = digits.to_str().map_err(|_| None)?;
    if text.is_empty() {
        return Err(None);
    }
    let value = text.parse::<u64>().ok().filter(|value| *value < 1 << 40);
    let value = value.and_then(|value| usize::try_from(value).ok()).ok_or_else(|| Some(excerpt(digits)))?;
    *rest = after;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Hunk, usize), ParseError> {
        let lines = crate::text::lines::split(text.as_bytes());
        parse(&lines, 0, false)
    }

    #[test]
    fn counts_lines_by_the_header() {
        let (hunk, next) = read("@@ -1,2 +1 @@ int main\n--- x\n y\n--- a\n").unwrap();
        assert_eq!((hunk.old_len, hunk.new_len, next), (2, 1, 3));
        assert_eq!(hunk.lines[0].text, "-- x\n");
        assert_eq!(hunk.section, " int main");
    }

    #[test]
    fn takes_lost_blanks_and_chopped_ends() {
        let (hunk, _) = read("@@ -1,5 +1,5 @@\n-a\n+b\n\n\tc\n").unwrap();
        let texts: Vec<&[u8]> = hunk.lines.iter().map(|line| &line.text[..]).collect();
        assert_eq!(texts, vec![&b"a\n"[..], b"b\n", b"\n", b"\tc\n", b"\n", b"\n"]);
    }

    #[test]
    fn unfinished_lines_in_any_language() {
        let (hunk, next) =
            read("@@ -1 +1 @@\n-a\n\\ Kein Zeilenumbruch\n+b\n\\ No newline at end of file\nx\n").unwrap();
        assert_eq!((hunk.lines[0].text.as_slice(), hunk.lines[1].text.as_slice()), (&b"a"[..], &b"b"[..]));
        assert_eq!(next, 5);
    }

    #[test]
    fn a_backslash_alone_marks_an_unfinished_line_as_for_gnu_patch() {
        let (hunk, next) = read("@@ -1 +1 @@\n-a\n+b\n\\@No newline\n").unwrap();
        assert_eq!((hunk.lines[1].text.as_slice(), next), (&b"b"[..], 4));
    }

    #[test]
    fn tells_where_counts_are_wrong() {
        let error = |text| read(text).unwrap_err().to_string();
        assert_eq!(error("@@ -1,5 +1,5 @@\n a\n-b\n"), "1: hunk says 5 old lines, 2 found");
        assert_eq!(error("@@ -1,1 +1,2 @@\n-a\n+b\ndiff --git a/x b/x\n"), "1: hunk says 2 new lines, 1 found");
        assert_eq!(error("@@ -1,1 +1,1 @@\n-a\n+b\n+c\n"), "4: hunk says 1 old and 1 new lines, but more follow: `+c`");
        assert_eq!(error("@@ -1,x +1 @@\n"), "1:7: `@@ -1,x +1 @@` is no hunk header like `@@ -1,3 +1,4 @@`");
        assert_eq!(
            error("@@ -1 +1 @@\nfoo\n"),
            "2:1: `foo` is no line of a hunk: it begins with none of blank, `+`, `-`"
        );
        assert!(error("@@ -99999999999999999999 +1 @@\n").contains("too large"));
    }
}
