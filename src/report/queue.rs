//! The patches of a queue in a table: order, name, size, and what they touch.

use crate::patch::{Body, LineKind, PatchFile};
use crate::report::escape;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::TextOptions;
use crate::text::plural::plural;

/// One patch of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Files it touches.
    pub files: usize,
    /// Hunks.
    pub hunks: usize,
    /// Added lines.
    pub added: usize,
    /// Removed lines.
    pub removed: usize,
    /// The file it touches, or the first of several.
    pub first: String,
}

impl Row {
    /// The row of a patch.
    pub fn of(name: &str, patch: &PatchFile, strip: usize) -> Self {
        let hunks: Vec<_> = patch
            .files
            .iter()
            .filter_map(|file| match &file.body {
                Body::Hunks(hunks) => Some(hunks),
                _ => None,
            })
            .flatten()
            .collect();
        let count = |kind| hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.kind == kind).count();
        // Both sides count as present: the name shown is that of the header, without what `-pN` strips.
        let paths = patch.files.first().and_then(|file| file.paths(strip, &|_| true).ok());
        let first = paths.and_then(|paths| paths.new.or(paths.old));
        Self {
            name: name.to_owned(),
            files: patch.files.len(),
            hunks: hunks.len(),
            added: count(LineKind::Add),
            removed: count(LineKind::Remove),
            first: first.map(|path| path.shown()).unwrap_or_default(),
        }
    }
}

const COLUMNS: [Column; 6] = [
    Column { title: "#", right: true, overflow: Overflow::Keep },
    Column { title: "patch", right: false, overflow: Overflow::CutStart(24) },
    Column { title: "files", right: true, overflow: Overflow::Keep },
    Column { title: "hunks", right: true, overflow: Overflow::Keep },
    Column { title: "lines", right: true, overflow: Overflow::Keep },
    Column { title: "touches", right: false, overflow: Overflow::CutStart(16) },
];

/// The whole table in the order of the queue, with the counts in the last line.
pub fn text(rows: &[Row], options: &TextOptions) -> String {
    let cells: Vec<Vec<Span>> = rows.iter().enumerate().map(|(number, row)| cells(number + 1, row)).collect();
    let mut lines = layout(&COLUMNS, &cells, options.width);
    let (files, hunks) = (rows.iter().map(|row| row.files).sum(), rows.iter().map(|row| row.hunks).sum());
    let counts =
        [plural(rows.len(), "patch", "patches"), plural(files, "file", "files"), plural(hunks, "hunk", "hunks")];
    lines.push(Line::new());
    lines.push(Line::new().with(Role::Plain, &counts.join(", ")));
    style::painted(&lines, options.color)
}

fn cells(number: usize, row: &Row) -> Vec<Span> {
    let plain = |text: String| Span { role: Role::Plain, text };
    let more = if row.files > 1 { format!(" and {} more", row.files - 1) } else { String::new() };
    vec![
        Span { role: Role::Quiet, text: number.to_string() },
        plain(escape::line(&row.name)),
        plain(row.files.to_string()),
        plain(row.hunks.to_string()),
        plain(format!("+{} -{}", row.added, row.removed)),
        plain(format!("{}{more}", row.first)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_a_patch_holds() {
        let text = b"--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n";
        let row = Row::of("one.patch", &crate::patch::parse(text).unwrap(), 1);
        assert_eq!((row.files, row.hunks, row.added, row.removed), (1, 1, 2, 1));
        let shown = super::text(&[row], &TextOptions::default());
        assert!(shown.contains("one.patch") && shown.ends_with("1 patch, 1 file, 1 hunk\n"), "{shown}");
    }
}
