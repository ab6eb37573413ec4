//! Which lines each patch writes, and so which later patches stand on them.
//!
//! A patch needs an earlier one where it touches a file that the earlier one made, renamed or deleted, or where one of its
//! hunks, context included, holds or borders a line that the earlier one wrote. Everything is read from the patches alone:
//! line numbers are carried from one patch to the next by the hunks' own lengths, so no tree is needed.

use std::collections::{BTreeMap, BTreeSet};

use crate::patch::{Body, FilePatch, Hunk, LineKind};
use crate::path::RepoPath;
use crate::queue::{Queue, QueuePatch};

/// One patch that another one stands on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The place (0-based) in the queue of the patch that needs.
    pub patch: usize,
    /// The place of the patch that is needed; always an earlier one.
    pub on: usize,
    /// The files through which, sorted.
    pub files: Vec<String>,
}

/// Lines `start..end` (0-based, of the file as it stands now) that a patch wrote; empty where it only removed there.
#[derive(Debug, Clone, Copy)]
struct Written {
    start: usize,
    end: usize,
    by: usize,
}

/// A file as the queue has left it so far.
#[derive(Debug, Default)]
struct Trace {
    /// Who made, renamed, deleted or wholly replaced it last.
    whole: Option<usize>,
    lines: Vec<Written>,
}

/// Every need of the queue, sorted by patch and then by what it needs.
pub fn needs(queue: &Queue) -> Vec<Need> {
    let mut traces: BTreeMap<RepoPath, Trace> = BTreeMap::new();
    let mut found: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    for (place, patch) in queue.patches.iter().enumerate() {
        for file in &patch.patch.files {
            let Some((old, new)) = paths(patch, file) else { continue };
            for on in touch(&mut traces, old.as_ref(), new.as_ref(), file, place) {
                if on != place {
                    found
                        .entry((place, on))
                        .or_default()
                        .insert(new.as_ref().or(old.as_ref()).map(RepoPath::shown).unwrap_or_default());
                }
            }
        }
    }
    found.into_iter().map(|((patch, on), files)| Need { patch, on, files: files.into_iter().collect() }).collect()
}

/// The paths that a patch names, old and new, sorted; one that cannot be a path is left out.
pub fn files(patch: &QueuePatch) -> BTreeSet<RepoPath> {
    let both = patch.patch.files.iter().filter_map(|file| paths(patch, file));
    both.flat_map(|(old, new)| old.into_iter().chain(new)).collect()
}

/// The places of the patches that decide together what becomes of the patch at `place`: itself and each earlier one that
/// shares a file with it, directly or through others; in the order of the queue.
pub fn related(queue: &Queue, place: usize) -> Vec<usize> {
    let Some(patch) = queue.patches.get(place) else { return Vec::new() };
    let mut shared = files(patch);
    let mut found = vec![place];
    for (earlier, patch) in queue.patches.iter().enumerate().take(place).rev() {
        let own = files(patch);
        if !own.is_disjoint(&shared) {
            shared.extend(own);
            found.push(earlier);
        }
    }
    found.reverse();
    found
}

fn paths(patch: &QueuePatch, file: &FilePatch) -> Option<(Option<RepoPath>, Option<RepoPath>)> {
    let paths = file.paths(patch.strip, &|_| true).ok()?;
    Some(if patch.reverse { (paths.new, paths.old) } else { (paths.old, paths.new) })
}

/// Notes what a file patch does and names the patches that it stands on.
fn touch(
    traces: &mut BTreeMap<RepoPath, Trace>,
    old: Option<&RepoPath>,
    new: Option<&RepoPath>,
    file: &FilePatch,
    place: usize,
) -> BTreeSet<usize> {
    let mut on = BTreeSet::new();
    let mut trace = old.and_then(|old| traces.remove(old)).unwrap_or_default();
    on.extend(trace.whole);
    let moved = old != new;
    // A file that is made where an earlier patch deleted or moved one away.
    if let (true, Some(new)) = (moved, new) {
        on.extend(traces.get(new).and_then(|trace| trace.whole));
    }
    match &file.body {
        Body::Hunks(hunks) => on.extend(hunks_touch(&mut trace.lines, hunks, place)),
        Body::Binary(_) | Body::BinaryDiffers(_) => {
            on.extend(trace.lines.drain(..).map(|written| written.by));
            trace.whole = Some(place);
        }
        Body::Empty => {}
    }
    if moved {
        trace.whole = Some(place);
        if let Some(old) = old {
            traces.insert(old.clone(), Trace { whole: Some(place), lines: Vec::new() });
        }
    }
    if let Some(new) = new {
        traces.insert(new.clone(), trace);
    }
    on
}

/// Names the patches that wrote a line inside or beside a hunk, and carries all ranges past the hunks.
fn hunks_touch(lines: &mut Vec<Written>, hunks: &[Hunk], place: usize) -> BTreeSet<usize> {
    let mut on = BTreeSet::new();
    for hunk in hunks {
        let start = first(hunk.old_start, hunk.old_len);
        let end = start + hunk.old_len;
        on.extend(
            lines.iter().filter(|written| written.start <= end && written.end >= start).map(|written| written.by),
        );
    }
    for written in lines.iter_mut() {
        (written.start, written.end) = (carried(hunks, written.start), carried(hunks, written.end));
    }
    lines.extend(hunks.iter().flat_map(|hunk| written_by(hunk, place)));
    on
}

/// Where the border before old line `at` (0-based) lies after the hunks.
fn carried(hunks: &[Hunk], at: usize) -> usize {
    let mut shifted = at;
    for hunk in hunks {
        let (mut old, new) = (first(hunk.old_start, hunk.old_len), first(hunk.new_start, hunk.new_len));
        if at < old {
            break;
        }
        if at >= old + hunk.old_len {
            shifted = (at + new + hunk.new_len) - (old + hunk.old_len);
            continue;
        }
        shifted = new;
        for line in &hunk.lines {
            if old == at && line.kind != LineKind::Add {
                break;
            }
            old += usize::from(line.kind != LineKind::Add);
            shifted += usize::from(line.kind != LineKind::Remove);
        }
        break;
    }
    shifted
}

/// The first line of a side of a hunk, 0-based; where that side is empty, the line that would follow.
fn first(start: usize, length: usize) -> usize {
    if length > 0 { start.saturating_sub(1) } else { start }
}

/// The lines a hunk writes, in the file after its patch.
fn written_by(hunk: &Hunk, by: usize) -> Vec<Written> {
    let mut at = first(hunk.new_start, hunk.new_len);
    let mut found: Vec<Written> = Vec::new();
    let mut open = false;
    for line in &hunk.lines {
        match line.kind {
            LineKind::Context => {
                at += 1;
                open = false;
            }
            LineKind::Remove if !open => {
                found.push(Written { start: at, end: at, by });
                open = true;
            }
            LineKind::Remove => {}
            LineKind::Add => {
                at += 1;
                match found.last_mut().filter(|_| open) {
                    Some(last) => last.end = at,
                    None => found.push(Written { start: at - 1, end: at, by }),
                }
                open = true;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{LoadOptions, load};

    /// A queue of patches `0.patch`, `1.patch`... in a temporary folder.
    fn needs_of(patches: &[&str]) -> Vec<(usize, usize, String)> {
        let root = tempfile::tempdir().unwrap();
        for (number, text) in patches.iter().enumerate() {
            std::fs::write(root.path().join(format!("{number}.patch")), text).unwrap();
        }
        let series: String = (0..patches.len()).map(|number| format!("{number}.patch\n")).collect();
        std::fs::write(root.path().join("series"), series).unwrap();
        let queue = load(root.path(), &LoadOptions::default()).unwrap();
        needs(&queue).into_iter().map(|need| (need.patch, need.on, need.files.join(" "))).collect()
    }

    fn change(file: &str, hunks: &str) -> String {
        format!("--- a/{file}\n+++ b/{file}\n{hunks}")
    }

    #[test]
    fn a_hunk_that_holds_an_earlier_line_needs_that_patch() {
        let first = change("x", "@@ -10,2 +10,3 @@\n a\n+new\n b\n");
        let far = change("x", "@@ -40,2 +41,3 @@\n c\n+more\n d\n");
        let near = change("x", "@@ -11,2 +11,2 @@\n new\n-b\n+B\n");
        let other = change("y", "@@ -11,2 +11,2 @@\n new\n-b\n+B\n");
        assert_eq!(needs_of(&[&first, &far, &near, &other]), [(2, 0, "x".to_owned())]);
    }

    #[test]
    fn lines_are_carried_past_later_hunks() {
        let first = change("x", "@@ -10,2 +10,3 @@\n a\n+new\n b\n");
        let above = change("x", "@@ -1,1 +1,6 @@\n top\n+1\n+2\n+3\n+4\n+5\n");
        let misses = change("x", "@@ -10,2 +10,2 @@\n q\n-r\n+R\n");
        let hits = change("x", "@@ -16,1 +16,0 @@\n-new\n");
        assert_eq!(needs_of(&[&first, &above, &misses, &hits]), [(3, 0, "x".to_owned())]);
    }

    #[test]
    fn context_of_a_later_hunk_does_not_hide_who_wrote_a_line() {
        let first = change("x", "@@ -10,2 +10,3 @@\n a\n+new\n b\n");
        let around = change("x", "@@ -10,3 +10,4 @@\n a\n new\n b\n+c\n");
        let hits = change("x", "@@ -10,2 +10,2 @@\n a\n-new\n+NEW\n");
        assert_eq!(needs_of(&[&first, &around, &hits]), [(1, 0, "x".to_owned()), (2, 0, "x".to_owned())]);
    }

    #[test]
    fn made_renamed_and_deleted_files_are_needed() {
        let made = "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n";
        let used = change("n", "@@ -1 +1,2 @@\n a\n+b\n");
        let renamed = "diff --git a/n b/m\nsimilarity index 100%\nrename from n\nrename to m\n";
        let later = change("m", "@@ -2 +2 @@\n-b\n+c\n");
        let found = needs_of(&[made, &used, renamed, &later]);
        assert_eq!(
            found,
            [
                (1, 0, "n".to_owned()),
                (2, 0, "m".to_owned()),
                // Its hunk borders the first line.
                (3, 0, "m".to_owned()),
                (3, 1, "m".to_owned()),
                (3, 2, "m".to_owned()),
            ]
        );
    }
}
