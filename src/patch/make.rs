//! Makes file patches in git's form from the content before and after.

use bstr::{BString, ByteSlice};

use super::{Body, FileHeader, FilePatch, HeaderStyle, Hunk, HunkLine, LineKind, Operation, binary, names};
use crate::digest;
use crate::path::RepoPath;
use crate::text::diff::{self, Change};
use crate::text::lines::{feeds, split, without_ending};

/// The mode of a submodule; its text is `Subproject commit ID`.
const SUBMODULE: u32 = 0o160_000;

/// How far git looks for a NUL byte before it calls content binary.
const PROBE: usize = 8000;

/// True for content that git shows as binary.
pub fn is_binary(content: &[u8]) -> bool {
    content[..content.len().min(PROBE)].contains(&0)
}

/// The git-style patch from `before` to `after` (mode and content; `None`: the file does not exist).
///
/// Names that differ make a rename. Symlinks are text (mode `120000`, the target without line feed).
pub fn file_patch(
    old_path: &RepoPath,
    new_path: &RepoPath,
    before: Option<(u32, &[u8])>,
    after: Option<(u32, &[u8])>,
    context: usize,
) -> FilePatch {
    let (old, new) = (before.map_or(&[][..], |(_, data)| data), after.map_or(&[][..], |(_, data)| data));
    let body = if old == new {
        Body::Empty
    } else if is_binary(old) || is_binary(new) {
        Body::Binary(binary::make(old, new))
    } else {
        Body::Hunks(hunks(old, new, context))
    };
    let operation = match (before, after) {
        (None, _) => Operation::Create,
        (_, None) => Operation::Delete,
        _ if old_path == new_path => Operation::Modify,
        _ => Operation::Rename { from: BString::from(old_path.as_bytes()), to: BString::from(new_path.as_bytes()) },
    };
    let name = |prefix: &str, path: &RepoPath| BString::from([prefix.as_bytes(), path.as_bytes()].concat());
    let mut header = FileHeader {
        lines: Vec::new(),
        style: HeaderStyle::Git,
        old_name: before.map(|_| name("a/", old_path)),
        new_name: after.map(|_| name("b/", new_path)),
        index_name: None,
        operation,
        old_mode: before.map(|(mode, _)| mode),
        new_mode: after.map(|(mode, _)| mode),
        ids: None,
        crlf: false,
    };
    if let Body::Binary(_) = body {
        header.ids = Some((blob_id(before.map(|_| old)), blob_id(after.map(|_| new))));
    } else if [before, after].into_iter().flatten().any(|(mode, _)| mode == SUBMODULE) {
        header.ids = Some((named_commit(old), named_commit(new)));
    }
    header.lines = header_lines(&header, &body);
    FilePatch { lead: BString::default(), header, body, line: 0 }
}

/// The commit that the text of a submodule names.
fn named_commit(text: &[u8]) -> BString {
    let name = text.strip_prefix(b"Subproject commit ").map(without_ending);
    name.map_or_else(|| BString::from("0".repeat(40)), BString::from)
}

/// The full ids that `git apply` demands of a binary patch.
fn blob_id(content: Option<&[u8]>) -> BString {
    BString::from(content.map_or_else(|| "0".repeat(40), |content| digest::hex(&digest::git_id("blob", content))))
}

/// Writes the lines of `header` anew: git's for a git header, else `Index:` where it was one, `---` and `+++`.
pub fn header_lines(header: &FileHeader, body: &Body) -> Vec<BString> {
    let mut lines = Vec::new();
    match header.style {
        HeaderStyle::Git => git_lines(&mut lines, header, body),
        HeaderStyle::Index | HeaderStyle::Unified => {
            if header.style == HeaderStyle::Index
                && let Some(name) = &header.index_name
            {
                lines.push(format_line("Index: ", name));
                lines.push(BString::from("=".repeat(67)));
            }
            name_lines(&mut lines, header);
        }
    }
    let ending = if header.crlf { "\r\n" } else { "\n" };
    for line in &mut lines {
        line.extend_from_slice(ending.as_bytes());
    }
    lines
}

fn format_line(start: &str, name: &[u8]) -> BString {
    BString::from([start.as_bytes(), &names::quote(name)].concat())
}

/// A tab after a name with blanks tells where it ends.
fn name_lines(lines: &mut Vec<BString>, header: &FileHeader) {
    for (start, name) in [("--- ", &header.old_name), ("+++ ", &header.new_name)] {
        let mut line = format_line(start, name.as_ref().map_or(b"/dev/null", |name| &name[..]));
        if name.as_ref().is_some_and(|name| name.contains(&b' ')) && !line.ends_with(b"\"") {
            line.push(b'\t');
        }
        lines.push(line);
    }
}

fn git_lines(lines: &mut Vec<BString>, header: &FileHeader, body: &Body) {
    let (old, new) = both_names(header);
    lines.push(BString::from([b"diff --git ", &names::quote(&old)[..], b" ", &names::quote(&new)[..]].concat()));
    let mut mode = |start: &str, mode: Option<u32>| {
        lines.push(BString::from(format!("{start} {:06o}", mode.unwrap_or(0o100_644))));
    };
    match header.operation {
        Operation::Create => mode("new file mode", header.new_mode),
        Operation::Delete => mode("deleted file mode", header.old_mode),
        _ if header.old_mode != header.new_mode => {
            mode("old mode", header.old_mode);
            mode("new mode", header.new_mode);
        }
        _ => {}
    }
    let (word, from, to) = match &header.operation {
        Operation::Rename { from, to } => ("rename", from, to),
        Operation::Copy { from, to } => ("copy", from, to),
        _ => ("", &old, &new),
    };
    if !word.is_empty() {
        let whole = matches!(body, Body::Empty);
        lines.push(BString::from(format!("similarity index {}%", if whole { 100 } else { 90 })));
        lines.push(format_line(&format!("{word} from "), from));
        lines.push(format_line(&format!("{word} to "), to));
    }
    if let Some((old, new)) = &header.ids {
        let mut line = [b"index ", &old[..], b"..", &new[..]].concat();
        if let (Some(mode), true) = (header.new_mode, header.old_mode == header.new_mode) {
            line.extend_from_slice(format!(" {mode:06o}").as_bytes());
        }
        lines.push(BString::from(line));
    }
    if matches!(body, Body::Hunks(_)) {
        name_lines(lines, header);
    }
}

/// The names of the `diff --git` line, which stand there even for an absent side.
fn both_names(header: &FileHeader) -> (BString, BString) {
    let turned = |name: &BString, from: &str, to: &str| match name.strip_prefix(from.as_bytes()) {
        Some(rest) => BString::from([to.as_bytes(), rest].concat()),
        None => name.clone(),
    };
    match (&header.old_name, &header.new_name, &header.operation) {
        (Some(old), Some(new), _) => (old.clone(), new.clone()),
        (Some(old), None, _) => (old.clone(), turned(old, "a/", "b/")),
        (None, Some(new), _) => (turned(new, "b/", "a/"), new.clone()),
        (None, None, Operation::Rename { from, to } | Operation::Copy { from, to }) => {
            (BString::from([b"a/", &from[..]].concat()), BString::from([b"b/", &to[..]].concat()))
        }
        (None, None, _) => (BString::default(), BString::default()),
    }
}

/// The hunks from `before` to `after` with `context` lines around each change, as `git diff` groups them.
pub fn hunks(before: &[u8], after: &[u8], context: usize) -> Vec<Hunk> {
    let Window { above, skipped, old, new } = Window::around(before, after, context);
    let (old, new) = (split(old), split(new));
    let changes = diff::changes(&old, &new);
    let near = |a: &Change, b: &Change| b.old.start - a.old.end <= context.saturating_mul(2);
    let groups = changes.chunk_by(near);
    groups.map(|group| hunk(&old, &new, group, context)).map(|hunk| hunk.below(above, skipped)).collect()
}

/// The part of both texts in which all changes lie, with context: long files are mostly the same on both sides.
struct Window<'t> {
    /// What both texts begin with.
    above: &'t [u8],
    /// Its lines.
    skipped: usize,
    old: &'t [u8],
    new: &'t [u8],
}

impl<'t> Window<'t> {
    fn around(before: &'t [u8], after: &'t [u8], context: usize) -> Self {
        let same = common(before, after);
        let mut start = line_start(before, same);
        for _ in 0..context {
            start = line_start(before, start.saturating_sub(1));
        }
        let (old, new) = (&before[start..], &after[start..]);
        // What both end with begins at a line of its own, behind what both begin with.
        let tail = common_end(old, new).min(before.len().min(after.len()) - same);
        let mut tail = old[old.len() - tail..].find_byte(b'\n').map_or(0, |newline| tail - newline - 1);
        for _ in 0..context {
            tail -= old[old.len() - tail..].find_byte(b'\n').map_or(tail, |newline| newline + 1);
        }
        let above = &before[..start];
        let skipped = feeds(above);
        Self { above, skipped, old: &old[..old.len() - tail], new: &new[..new.len() - tail] }
    }
}

/// Bytes compared at a time.
const STRIDE: usize = 256;

/// How many bytes two texts begin with alike.
fn common(one: &[u8], other: &[u8]) -> usize {
    let whole = one.chunks_exact(STRIDE).zip(other.chunks_exact(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    whole + one[whole..].iter().zip(&other[whole..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes two texts end with alike.
fn common_end(one: &[u8], other: &[u8]) -> usize {
    let whole = one.rchunks_exact(STRIDE).zip(other.rchunks_exact(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let (one, other) = (&one[..one.len() - whole], &other[..other.len() - whole]);
    whole + one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count()
}

/// Where the line begins that holds the byte at `at`, or begins there.
fn line_start(text: &[u8], at: usize) -> usize {
    text[..at].rfind_byte(b'\n').map_or(0, |newline| newline + 1)
}

impl Hunk {
    /// The hunk of a window as one of the whole file: `above` are the `skipped` lines before the window.
    fn below(mut self, above: &[u8], skipped: usize) -> Self {
        self.old_start += skipped;
        self.new_start += skipped;
        if self.section.is_empty() {
            self.section = section(above.lines_with_terminator().rev());
        }
        self
    }
}

fn hunk(old: &[&[u8]], new: &[&[u8]], group: &[Change], context: usize) -> Hunk {
    let (first, last) = (group.first().expect("a group is not empty"), group.last().expect("a group is not empty"));
    let above = context.min(first.old.start);
    let below = context.min(old.len() - last.old.end);
    let (old_from, new_from) = (first.old.start - above, first.new.start - above);
    let mut lines = Vec::new();
    let mut push = |kind, texts: &[&[u8]]| {
        lines.extend(texts.iter().map(|text| HunkLine { kind, text: BString::from(*text) }));
    };
    let mut at = old_from;
    for change in group {
        push(LineKind::Context, &old[at..change.old.start]);
        push(LineKind::Remove, &old[change.old.clone()]);
        push(LineKind::Add, &new[change.new.clone()]);
        at = change.old.end;
    }
    push(LineKind::Context, &old[at..last.old.end + below]);
    let (old_len, new_len) = (last.old.end + below - old_from, last.new.end + below - new_from);
    Hunk {
        old_start: old_from + usize::from(old_len > 0),
        old_len,
        new_start: new_from + usize::from(new_len > 0),
        new_len,
        section: section(old[..old_from].iter().rev().copied()),
        lines,
        verbatim: None,
        line: 0,
    }
}

/// The last line above that begins with a letter, `_` or `$`, as git shows it after the second `@@`.
fn section<'t>(mut above: impl Iterator<Item = &'t [u8]>) -> BString {
    let found =
        above.find(|line| line.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$')));
    found.map_or_else(BString::default, |line| {
        let line = line.get(..80).unwrap_or(line).trim_end();
        BString::from([b" ", line].concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::apply::apply_exact;
    use crate::patch::parse;
    use proptest::prelude::*;

    fn path(name: &str) -> RepoPath {
        RepoPath::parse(name.as_bytes()).unwrap()
    }

    #[test]
    fn writes_like_git() {
        let x = path("x y");
        let made = file_patch(&x, &x, Some((0o100_644, b"a\n")), Some((0o100_755, b"b")), 3).print();
        let want = "diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n--- a/x y\t\n+++ b/x y\t\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n";
        assert_eq!(made.to_str_lossy(), want);
        let renamed = file_patch(&path("a"), &path("d/b"), Some((0o100_644, b"")), Some((0o100_644, b"")), 3).print();
        let want = "diff --git a/a b/d/b\nsimilarity index 100%\nrename from a\nrename to d/b\n";
        assert_eq!(renamed.to_str_lossy(), want);
        let empty = file_patch(&x, &x, None, Some((0o100_644, b"")), 3).print();
        assert_eq!(empty.to_str_lossy(), "diff --git a/x y b/x y\nnew file mode 100644\n");
    }

    proptest! {
        #[test]
        fn hunks_lead_from_before_to_after(before in "([abc]\n){0,12}[ab]?", after in "([abc]\n){0,12}[ab]?", context in 0_usize..4) {
            let made = hunks(before.as_bytes(), after.as_bytes(), context);
            prop_assert_eq!(apply_exact(before.as_bytes(), &made).unwrap(), after.as_bytes());
        }

        #[test]
        fn made_patches_read_back(before in "([abc]\n){0,6}[ab\0]?", after in "([abc]\n){0,6}[ab\0]?", rename in any::<bool>()) {
            let new = if rename { path("y") } else { path("x") };
            let made = file_patch(&path("x"), &new, Some((0o100_644, before.as_bytes())), Some((0o100_644, after.as_bytes())), 3);
            let text = made.print();
            let read = parse(&text).unwrap();
            prop_assert_eq!(read.print(), text);
            if before != after {
                let file = &read.files[0];
                prop_assert_eq!(&file.header.operation, &made.header.operation);
                match (&file.body, &made.body) {
                    (Body::Hunks(read), Body::Hunks(made)) => {
                        prop_assert!(read.iter().zip(made).all(|(read, made)| read.lines == made.lines));
                    }
                    (read, made) => prop_assert_eq!(read, made),
                }
                let back = file.reversed().reversed();
                prop_assert_eq!(&back.header.lines, &file.header.lines);
            }
        }
    }
}
