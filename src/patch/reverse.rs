//! Turns a file patch round, as `patch -R` does.

use bstr::BString;

use super::make::header_lines;
use super::{BinaryPatch, Body, FileHeader, FilePatch, HeaderStyle, Hunk, HunkLine, LineKind, Operation, binary};

impl FilePatch {
    /// The patch that undoes this one, its header written anew.
    ///
    /// The undoing of a copy deletes the copy. A binary patch without its reverse half cannot be undone; its body
    /// becomes [`Body::BinaryDiffers`], the content being unknown.
    #[must_use]
    pub fn reversed(&self) -> FilePatch {
        let body = match &self.body {
            Body::Empty => Body::Empty,
            Body::Hunks(hunks) => Body::Hunks(hunks.iter().map(reversed_hunk).collect()),
            Body::Binary(BinaryPatch { forward, reverse: Some(reverse), .. }) => {
                let mut turned = BinaryPatch {
                    forward: reverse.clone(),
                    reverse: Some(forward.clone()),
                    verbatim: BString::default(),
                };
                turned.verbatim = binary::write(&turned);
                Body::Binary(turned)
            }
            Body::Binary(_) => Body::BinaryDiffers(BString::from("Binary files differ\n")),
            Body::BinaryDiffers(line) => Body::BinaryDiffers(line.clone()),
        };
        let mut header = reversed_header(&self.header);
        header.lines = header_lines(&header, &body);
        FilePatch { lead: self.lead.clone(), header, body, line: self.line }
    }
}

fn reversed_header(header: &FileHeader) -> FileHeader {
    let operation = match &header.operation {
        Operation::Modify => Operation::Modify,
        Operation::Create | Operation::Copy { .. } => Operation::Delete,
        Operation::Delete => Operation::Create,
        Operation::Rename { from, to } => Operation::Rename { from: to.clone(), to: from.clone() },
    };
    let mut turned = FileHeader {
        operation,
        ids: header.ids.clone().map(|(old, new)| (new, old)),
        old_mode: header.new_mode,
        new_mode: header.old_mode,
        old_name: header.new_name.clone(),
        new_name: header.old_name.clone(),
        ..header.clone()
    };
    if header.style == HeaderStyle::Git {
        // Keeps `a/` on the old side and `b/` on the new one.
        let swap = |name: Option<BString>, from: &[u8], to: &str| {
            name.map(|name| match name.strip_prefix(from) {
                Some(rest) => BString::from([to.as_bytes(), rest].concat()),
                None => name,
            })
        };
        turned.old_name = swap(turned.old_name, b"b/", "a/");
        turned.new_name = swap(turned.new_name, b"a/", "b/");
    }
    match turned.operation {
        Operation::Delete => turned.new_name = None,
        Operation::Create => turned.old_name = None,
        _ => {}
    }
    turned
}

fn reversed_hunk(hunk: &Hunk) -> Hunk {
    let mut lines: Vec<HunkLine> = Vec::with_capacity(hunk.lines.len());
    // Within a run of changes the removed lines come first, as every tool writes them.
    for run in hunk.lines.chunk_by(|a, b| (a.kind == LineKind::Context) == (b.kind == LineKind::Context)) {
        let with = |kind, becomes| {
            run.iter()
                .filter(move |line| line.kind == kind)
                .map(move |line| HunkLine { kind: becomes, text: line.text.clone() })
        };
        lines.extend(with(LineKind::Context, LineKind::Context));
        lines.extend(with(LineKind::Add, LineKind::Remove));
        lines.extend(with(LineKind::Remove, LineKind::Add));
    }
    Hunk {
        old_start: hunk.new_start,
        old_len: hunk.new_len,
        new_start: hunk.old_start,
        new_len: hunk.old_len,
        section: hunk.section.clone(),
        lines,
        verbatim: None,
        line: hunk.line,
    }
}
