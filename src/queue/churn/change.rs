//! What a new form of a patch changed of the old one.

use crate::patch::{self, Body, FilePatch, LineKind, PatchFile};

/// What changed, from nothing to do to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Only text outside of the hunks.
    Head,
    /// Line numbers.
    Numbers,
    /// Context, or the path of a file.
    Context,
    /// The lines that are removed or added, or anything that is no text.
    Edited,
}

/// What differs between two forms of a patch; `None` where nothing does.
pub(super) fn change(before: &[u8], after: &[u8]) -> Option<Change> {
    if before == after {
        return None;
    }
    let (Ok(before), Ok(after)) = (patch::parse(before), patch::parse(after)) else { return Some(Change::Edited) };
    Some(if payload(&before) != payload(&after) || bodies(&before) != bodies(&after) {
        Change::Edited
    } else if places(&before) != places(&after) {
        Change::Context
    } else if numbers(&before) != numbers(&after) {
        Change::Numbers
    } else {
        Change::Head
    })
}

fn hunks(file: &FilePatch) -> &[patch::Hunk] {
    match &file.body {
        Body::Hunks(hunks) => hunks,
        _ => &[],
    }
}

/// The lines that are removed or added, in order.
fn payload(patch: &PatchFile) -> Vec<(LineKind, &[u8])> {
    let lines = patch.files.iter().flat_map(hunks).flat_map(|hunk| &hunk.lines);
    lines.filter(|line| line.kind != LineKind::Context).map(|line| (line.kind, &line.text[..])).collect()
}

/// What is no text: binary changes, renames.
fn bodies(patch: &PatchFile) -> Vec<&Body> {
    patch.files.iter().map(|file| &file.body).filter(|body| !matches!(body, Body::Hunks(_))).collect()
}

/// The lines of all kinds with the files that they lie in.
fn places(patch: &PatchFile) -> Vec<(Option<String>, Vec<&[u8]>)> {
    let path = |file: &FilePatch| crate::queue::fingerprint::path_of(file, 1).map(|path| path.shown());
    let lines = |file| hunks(file).iter().flat_map(|hunk| &hunk.lines).map(|line| &line.text[..]).collect();
    patch.files.iter().map(|file| (path(file), lines(file))).collect()
}

fn numbers(patch: &PatchFile) -> Vec<[usize; 4]> {
    let hunks = patch.files.iter().flat_map(hunks);
    hunks.map(|hunk| [hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "Why\n\n--- a/x\n+++ b/x\n@@ -3,3 +3,3 @@ f\n a\n-b\n+c\n d\n";

    #[test]
    fn a_round_is_told_by_its_gravest_change() {
        let told = |from: &str, to: &str| change(PATCH.as_bytes(), PATCH.replace(from, to).as_bytes());
        assert_eq!(told("", ""), None);
        assert_eq!(told("Why", "Because"), Some(Change::Head));
        assert_eq!(told("@@ f", "@@ g"), Some(Change::Head));
        assert_eq!(told("-3,3 +3,3", "-30,3 +30,3"), Some(Change::Numbers));
        assert_eq!(told(" d\n", " e\n"), Some(Change::Context));
        assert_eq!(told("/x", "/y"), Some(Change::Context));
        assert_eq!(told("+c\n", "+C\n"), Some(Change::Edited));
        assert_eq!(told("-b\n", "-B\n"), Some(Change::Edited));
        assert_eq!(told("@@ -3", "@@ -x"), Some(Change::Edited));
    }
}
