//! Applies hunks strictly: at the very line they name, every line equal, no fuzz and no offset.

use super::{Hunk, LineKind};
use crate::text::lines::split;

/// The content after `hunks`, or the index (0-based) of the first hunk that does not fit exactly.
pub fn apply_exact(before: &[u8], hunks: &[Hunk]) -> Result<Vec<u8>, usize> {
    let lines = split(before);
    let mut out: Vec<u8> = Vec::with_capacity(before.len());
    let mut at = 0;
    for (index, hunk) in hunks.iter().enumerate() {
        // A hunk without old lines names the line after which it stands.
        let start = if hunk.old_len == 0 { hunk.old_start } else { hunk.old_start.checked_sub(1).ok_or(index)? };
        for line in lines.get(at..start).ok_or(index)? {
            push(&mut out, line).ok_or(index)?;
        }
        at = start;
        for line in &hunk.lines {
            if line.kind != LineKind::Add {
                if lines.get(at) != Some(&&line.text[..]) {
                    return Err(index);
                }
                at += 1;
            }
            if line.kind != LineKind::Remove {
                push(&mut out, &line.text).ok_or(index)?;
            }
        }
    }
    for line in lines.get(at..).unwrap_or_default() {
        push(&mut out, line).ok_or(hunks.len().saturating_sub(1))?;
    }
    Ok(out)
}

/// Only the last line of a file may lack its line feed.
fn push(out: &mut Vec<u8>, line: &[u8]) -> Option<()> {
    if !out.is_empty() && !out.ends_with(b"\n") {
        return None;
    }
    out.extend_from_slice(line);
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
