//! Writes patch files: what was read and left alone byte for byte, what was changed as git writes it.

use std::io::Write as _;

use bstr::ByteSlice;

use super::{Body, FilePatch, Hunk, LineKind, PatchFile};

impl PatchFile {
    /// The whole file.
    pub fn print(&self) -> Vec<u8> {
        let mut out = self.head.to_vec();
        for file in &self.files {
            file.print_to(&mut out);
        }
        out.extend_from_slice(&self.tail);
        out
    }
}

impl FilePatch {
    /// The lead, the header and the body.
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.print_to(&mut out);
        out
    }

    /// The same at the end of `out`.
    pub fn print_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.lead);
        for line in &self.header.lines {
            out.extend_from_slice(line);
        }
        match &self.body {
            Body::Empty => {}
            Body::Hunks(hunks) => hunks.iter().for_each(|hunk| hunk.print_to(out, self.header.crlf)),
            Body::Binary(binary) => out.extend_from_slice(&binary.verbatim),
            Body::BinaryDiffers(line) => out.extend_from_slice(line),
        }
    }
}

impl Hunk {
    /// The hunk as it stood, or anew where it was changed; `crlf` as in its [`FileHeader`](super::FileHeader).
    pub fn print(&self, crlf: bool) -> Vec<u8> {
        let mut out = Vec::new();
        self.print_to(&mut out, crlf);
        out
    }

    fn print_to(&self, out: &mut Vec<u8>, crlf: bool) {
        if let Some(verbatim) = &self.verbatim {
            out.extend_from_slice(verbatim);
            return;
        }
        let ending: &[u8] = if crlf { b"\r\n" } else { b"\n" };
        out.extend_from_slice(b"@@ -");
        print_range(out, self.old_start, self.old_len);
        out.extend_from_slice(b" +");
        print_range(out, self.new_start, self.new_len);
        out.extend_from_slice(b" @@");
        out.extend_from_slice(&self.section);
        out.extend_from_slice(ending);
        for line in &self.lines {
            out.push(match line.kind {
                LineKind::Context => b' ',
                LineKind::Remove => b'-',
                LineKind::Add => b'+',
            });
            let text = line.text.strip_suffix(b"\n");
            out.extend_from_slice(text.unwrap_or(&line.text));
            out.extend_from_slice(ending);
            if text.is_none() {
                out.extend_from_slice(b"\\ No newline at end of file");
                out.extend_from_slice(ending);
            }
        }
    }

    /// Counts the lines again after a change and drops the verbatim form.
    pub fn recount(&mut self) {
        let count = |drop: LineKind| self.lines.iter().filter(|line| line.kind != drop).count();
        (self.old_len, self.new_len) = (count(LineKind::Add), count(LineKind::Remove));
        self.verbatim = None;
    }

    /// The lines before the change, in order.
    pub fn old_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().filter(|line| line.kind != LineKind::Add).map(|line| line.text.as_bytes())
    }

    /// The lines after the change, in order.
    pub fn new_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().filter(|line| line.kind != LineKind::Remove).map(|line| line.text.as_bytes())
    }
}

fn print_range(out: &mut Vec<u8>, start: usize, len: usize) {
    // Writing to a Vec cannot fail.
    let _ = if len == 1 { write!(out, "{start}") } else { write!(out, "{start},{len}") };
}
