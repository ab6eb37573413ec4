//! Applies hunks strictly: at the very line they name, every line equal, no fuzz and no offset.

use bstr::ByteSlice as _;

use super::{Hunk, LineKind};

/// The content after `hunks`, or the index (0-based) of the first hunk that does not fit exactly.
pub fn apply_exact(before: &[u8], hunks: &[Hunk]) -> Result<Vec<u8>, usize> {
    let mut out: Vec<u8> = Vec::with_capacity(before.len());
    let (mut rest, mut at) = (before, 0);
    for (index, hunk) in hunks.iter().enumerate() {
        // A hunk without old lines names the line after which it stands.
        let start = if hunk.old_len == 0 { hunk.old_start } else { hunk.old_start.checked_sub(1).ok_or(index)? };
        let (kept, after) = start.checked_sub(at).and_then(|count| lines(rest, count)).ok_or(index)?;
        push(&mut out, kept).ok_or(index)?;
        (rest, at) = (after, start);
        for line in &hunk.lines {
            if line.kind != LineKind::Add {
                let (old, after) = lines(rest, 1).ok_or(index)?;
                if old != line.text {
                    return Err(index);
                }
                (rest, at) = (after, at + 1);
            }
            if line.kind != LineKind::Remove {
                push(&mut out, &line.text).ok_or(index)?;
            }
        }
    }
    push(&mut out, rest).ok_or(hunks.len().saturating_sub(1))?;
    Ok(out)
}

/// The first `count` lines of a text and what follows them; `None` where there are fewer.
fn lines(text: &[u8], count: usize) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    for _ in 0..count {
        let rest = text.get(end..).filter(|rest| !rest.is_empty())?;
        end += rest.find_byte(b'\n').map_or(rest.len(), |newline| newline + 1);
    }
    Some(text.split_at(end))
}

/// Only the last line of a file may lack its line feed.
fn push(out: &mut Vec<u8>, text: &[u8]) -> Option<()> {
    if !text.is_empty() && !out.is_empty() && !out.ends_with(b"\n") {
        return None;
    }
    out.extend_from_slice(text);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(before: &str, patch: &str) -> Result<Vec<u8>, usize> {
        let text = format!("--- a/x\n+++ b/x\n{patch}");
        let patch = crate::patch::parse(text.as_bytes()).unwrap();
        let crate::patch::Body::Hunks(hunks) = &patch.files[0].body else { unreachable!() };
        apply_exact(before.as_bytes(), hunks)
    }

    #[test]
    fn wants_place_and_text() {
        assert_eq!(run("a\nb\n", "@@ -2 +2 @@\n-b\n+c\n"), Ok(b"a\nc\n".to_vec()));
        assert_eq!(run("a\nb\n", "@@ -1 +1 @@\n-b\n+c\n"), Err(0));
        assert_eq!(run("a\nb\n", "@@ -2,0 +3 @@\n+c\n"), Ok(b"a\nb\nc\n".to_vec()));
        assert_eq!(run("", "@@ -0,0 +1 @@\n+c\n"), Ok(b"c\n".to_vec()));
        assert_eq!(run("a\nb", "@@ -2 +2 @@\n-b\n+c\n"), Err(0));
        assert_eq!(run("a\nb\n", "@@ -1 +1 @@\n-a\n+x\n@@ -1 +1 @@\n-a\n+x\n"), Err(1));
        assert_eq!(run("a\nb\n", "@@ -9 +9 @@\n-a\n+x\n"), Err(0));
    }

    #[test]
    fn no_line_follows_an_unfinished_one() {
        assert_eq!(run("a\nb\n", "@@ -1 +1 @@\n-a\n+x\n\\ No newline\n"), Err(0));
        assert_eq!(run("a\n", "@@ -1 +1 @@\n-a\n+x\n\\ No newline\n"), Ok(b"x".to_vec()));
    }
}
