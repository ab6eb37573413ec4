//! Writes a merged file patch back: the same hunks in the same form, with line numbers and context of the new tree.

use std::ops::Range;

use bstr::{BString, ByteSlice};

use crate::digest;
use crate::merge::{Line, Placed, locate};
use crate::patch::{FileHeader, FilePatch, Hunk, HunkLine, LineKind, Operation, make};
use crate::path::{self, RepoPath};
use crate::tree::File;

/// Context lines of a hunk that is made anew.
const CONTEXT: usize = 3;

/// A stretch of ours that becomes one hunk.
#[derive(Debug, Clone)]
struct Window {
    ours: Range<usize>,
    edits: Range<usize>,
    hunk: usize,
}

/// Builds hunks that make the `placed` replacements in `ours`, in the form of the `original` hunks.
///
/// A hunk whose lines are all where they were, only shifted, keeps its lines and gets new numbers; others get new
/// context of the same width. Hunks whose context would overlap become one.
pub fn hunks(original: &[Hunk], placed: &[Placed<'_>], ours: &[Line<'_>]) -> Vec<Hunk> {
    let mut delta = 0isize;
    let mut out = Vec::new();
    for window in windows(original, placed, ours.len()) {
        let edits = &placed[window.edits.clone()];
        let mut hunk = keep(&original[window.hunk], edits, ours)
            .unwrap_or_else(|| build(&original[window.hunk], &window.ours, edits, ours));
        let start = hunk.old_start;
        hunk.old_start = number(start, hunk.old_len);
        hunk.new_start = number(start.saturating_add_signed(delta), hunk.new_len);
        delta += hunk.new_len.cast_signed() - hunk.old_len.cast_signed();
        out.push(hunk);
    }
    out
}

/// A hunk's line number as unified diff writes it: the line before where the side is empty.
fn number(start: usize, length: usize) -> usize {
    if length == 0 { start } else { start + 1 }
}

fn windows(original: &[Hunk], placed: &[Placed<'_>], length: usize) -> Vec<Window> {
    let mut shapes: Vec<(usize, usize)> = original.iter().map(shape).collect();
    // A hunk that replaced all of a small file has no context and needs some now: without it no tool finds its place.
    let usual = shapes.iter().map(|(context, _)| *context).max().filter(|context| *context > 0).unwrap_or(CONTEXT);
    for (context, widest) in shapes.iter_mut().filter(|(context, _)| *context == 0) {
        (*context, *widest) = (usual, (*widest).max(2 * usual));
    }
    let mut list: Vec<Window> = Vec::new();
    for (index, edit) in placed.iter().enumerate() {
        let (context, widest) = shapes[edit.hunk];
        let ours = edit.ours.start.saturating_sub(context)..(edit.ours.end + context).min(length);
        if let Some(last) = list.last_mut() {
            let gap = edit.ours.start - placed[index - 1].ours.end.min(edit.ours.start);
            let same = last.hunk == edit.hunk && gap <= widest;
            if same || ours.start < last.ours.end || gap == 0 {
                last.ours.end = last.ours.end.max(ours.end);
                last.edits.end = index + 1;
                continue;
            }
        }
        list.push(Window { ours, edits: index..index + 1, hunk: edit.hunk });
    }
    list
}

/// The context at the ends of a hunk, and the most context that may lie between two of its changes.
fn shape(hunk: &Hunk) -> (usize, usize) {
    let (lead, trail) = locate::context(hunk);
    let context = lead.max(trail);
    let inner = &hunk.lines[lead.min(hunk.lines.len())..hunk.lines.len().saturating_sub(trail).max(lead)];
    let widest = inner.split(|line| line.kind != LineKind::Context).map(<[HunkLine]>::len).max();
    (context, widest.unwrap_or(0).max(2 * context))
}

/// The original hunk, with `old_start` as a 0-based line of ours, where all of its lines still stand in a row.
fn keep(original: &Hunk, edits: &[Placed<'_>], ours: &[Line<'_>]) -> Option<Hunk> {
    let first = edits.first()?;
    if edits.iter().any(|edit| edit.hunk != first.hunk) {
        return None;
    }
    let own = crate::merge::edits::of_hunk(first.hunk, original, 0);
    if own.len() != edits.len() {
        return None;
    }
    let start = first.ours.start.checked_sub(own[0].base.start)?;
    let moved_along = own.iter().zip(edits).all(|(own, edit)| {
        own.base.start + start == edit.ours.start && own.base.len() == edit.ours.len() && own.lines == edit.lines
    });
    let old = locate::side(original, LineKind::Add);
    let stands = ours.get(start..start + old.len()).is_some_and(|text| text == old.as_slice());
    let (lead, trail) = locate::context(original);
    let whole = start == 0 && start + old.len() == ours.len();
    let bare = lead == 0 && trail == 0 && locate::header_line(original) == 0;
    let anchored = (lead == trail && (whole || !bare))
        || (lead < trail && start == 0)
        || (lead > trail && start + old.len() == ours.len());
    (moved_along && stands && anchored).then(|| {
        let mut hunk = original.clone();
        hunk.old_start = start;
        hunk.old_len = old.len();
        hunk.new_len = locate::side(original, LineKind::Remove).len();
        hunk.verbatim = None;
        hunk
    })
}

/// A new hunk over `window` of ours; `old_start` is left as a 0-based line.
fn build(original: &Hunk, window: &Range<usize>, edits: &[Placed<'_>], ours: &[Line<'_>]) -> Hunk {
    let mut lines = Vec::new();
    let mut push = |kind, text: &[Line<'_>]| {
        lines.extend(text.iter().map(|line| HunkLine { kind, text: BString::from(*line) }));
    };
    let mut next = window.start;
    for edit in edits {
        push(LineKind::Context, &ours[next..edit.ours.start]);
        push(LineKind::Remove, &ours[edit.ours.clone()]);
        push(LineKind::Add, &edit.lines);
        next = edit.ours.end;
    }
    push(LineKind::Context, &ours[next..window.end.max(next)]);
    let count = |without| lines.iter().filter(|line: &&HunkLine| line.kind != without).count();
    let (old_len, new_len) = (count(LineKind::Add), count(LineKind::Remove));
    Hunk {
        old_start: window.start,
        old_len,
        new_start: 0,
        new_len,
        section: original.section.clone(),
        lines,
        verbatim: None,
        line: 0,
    }
}

/// Renames the file in a header's lines and names, keeping prefixes and everything else.
///
/// The lines are written anew where a name has bytes that have to be quoted or that end a name.
pub fn rename(file: &mut FilePatch, strip: usize, from: &RepoPath, to: &RepoPath) {
    rename_names(&mut file.header, strip, from, to);
    if !is_simple(from) || !is_simple(to) {
        file.header.lines = make::header_lines(&file.header, &file.body);
    }
}

/// True for a path that stands in a header as it is.
fn is_simple(path: &RepoPath) -> bool {
    path.as_bytes().iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

fn rename_names(header: &mut FileHeader, strip: usize, from: &RepoPath, to: &RepoPath) {
    let swap = |name: &mut Option<BString>| {
        if let Some(text) = name {
            let ends = path::strip(text, strip).is_some_and(|rest| rest == from.as_bytes());
            if ends {
                let mut new = text[..text.len() - from.as_bytes().len()].to_vec();
                new.extend_from_slice(to.as_bytes());
                *text = new.into();
            }
        }
    };
    swap(&mut header.old_name);
    swap(&mut header.new_name);
    swap(&mut header.index_name);
    for line in &mut header.lines {
        *line = replace_all(line, from.as_bytes(), to.as_bytes()).into();
    }
}

/// Renames both sides of a rename header, each to where it now is.
pub fn rename_pair(file: &mut FilePatch, strip: usize, from: (&RepoPath, &RepoPath), to: (&RepoPath, &RepoPath)) {
    if from.0 != from.1 {
        rename_names(&mut file.header, strip, from.0, from.1);
    }
    if to.0 != to.1 {
        rename_names(&mut file.header, strip, to.0, to.1);
    }
    if let Operation::Rename { from: old, to: new } = &mut file.header.operation {
        *old = from.1.as_bytes().into();
        *new = to.1.as_bytes().into();
    }
    if [from.0, from.1, to.0, to.1].into_iter().any(|path| !is_simple(path)) {
        file.header.lines = make::header_lines(&file.header, &file.body);
    }
}

/// Renews the object ids of an `index` line, in the width they had, so that `git am -3` still finds its blobs.
pub fn ids(header: &mut FileHeader, before: Option<&File>, after: Option<&File>) {
    let Some((old, new)) = &header.ids else { return };
    let id = |file: Option<&File>, width: usize| -> BString {
        let hex = file.map_or_else(|| "0".repeat(40), |file| digest::hex(&digest::git_id("blob", &file.data)));
        hex.into_bytes().into_iter().take(width).collect::<Vec<u8>>().into()
    };
    let (old, new) = ((old.clone(), id(before, old.len())), (new.clone(), id(after, new.len())));
    let from = [old.0.as_slice(), b"..", new.0.as_slice()].concat();
    let to = [old.1.as_slice(), b"..", new.1.as_slice()].concat();
    for line in header.lines.iter_mut().filter(|line| line.starts_with(b"index ")) {
        *line = line.replacen(&from, &to, 1).into();
    }
    header.ids = Some((old.1, new.1));
}

/// A file patch made anew from what it does, where the old header no longer says the truth.
pub fn rebuilt(
    file: &FilePatch,
    strip: usize,
    path: &RepoPath,
    before: Option<&File>,
    after: Option<&File>,
) -> FilePatch {
    let mut new = make::file_patch(path, path, before.map(side), after.map(side), CONTEXT);
    if strip != 1 {
        let prefix = |letter: &str| format!("{letter}/").repeat(strip);
        let name = |letter: &str| BString::from([prefix(letter).as_bytes(), path.as_bytes()].concat());
        new.header.old_name = new.header.old_name.map(|_| name("a"));
        new.header.new_name = new.header.new_name.map(|_| name("b"));
        new.header.lines = make::header_lines(&new.header, &new.body);
    }
    new.lead.clone_from(&file.lead);
    new
}

/// The deletion of a file that reads otherwise now: the header stays, the lines are those of `ours`.
pub fn deletion(file: &FilePatch, strip: usize, path: &RepoPath, ours: &File) -> FilePatch {
    let fresh = rebuilt(file, strip, path, Some(ours), None);
    if file.header.operation != Operation::Delete {
        return fresh;
    }
    let mut new = file.clone();
    new.body = fresh.body;
    ids(&mut new.header, Some(ours), None);
    new
}

fn side(file: &File) -> (u32, &[u8]) {
    (file.mode.bits(), &file.data)
}

/// Replaces `from` where it stands as a whole path: after `/`, a blank or the start, before a blank, quote or the end.
fn replace_all(line: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        let before = at.checked_sub(1).map(|index| line[index]);
        let after = line.get(at + from.len());
        let begins = before.is_none_or(|byte| matches!(byte, b'/' | b' ' | b'"'));
        let ends = after.is_none_or(|byte| matches!(byte, b' ' | b'"' | b'\n' | b'\r' | b'\t'));
        if begins && ends && line[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(line[at]);
            at += 1;
        }
    }
    out
}
