//! How an unfinished rebase stands, for a terminal.

use crate::rebase::report::Verdict;
use crate::rebase::status::{FileState, Interrupted, OpenFile, OpenPatch, OpenRebase, StatusReport};
use crate::report::style::{self, Line, Role, shorten_start, wrap};
use crate::report::text::{TextOptions, next};
use crate::text::plural::plural;

/// The whole status; `state` is the state folder as it is to be shown before file names (`.forebay`).
pub fn render(report: &StatusReport, state: &str, options: &TextOptions) -> String {
    let mut lines = Vec::new();
    if let Some(holder) = &report.holder {
        lines.push(Line::new().with(Role::Plain, &format!("forebay is at work: {holder}")));
    }
    lines.extend(report.interrupted.iter().flat_map(|found| interrupted(found, options.width)));
    match (&report.open, &report.undo) {
        (Some(open), _) => lines.extend(open_lines(open, state, options)),
        (None, Some((title, files))) => {
            let files = plural(*files, "file", "files");
            let text = format!("no rebase is open; the last one: {title}, {files} changed");
            let parts = wrap(&super::escape::line(&text), options.width);
            lines.extend(parts.iter().map(|part| Line::new().with(Role::Plain, part)));
        }
        (None, None) if report.holder.is_none() && report.interrupted.is_none() => {
            lines.push(Line::new().with(Role::Plain, "no rebase is open"));
        }
        (None, None) => {}
    }
    let commands = if options.next.is_empty() { &report.next } else { &options.next };
    lines.extend(next(commands));
    style::fitted(lines, options.width, options.color)
}

fn interrupted(found: &Interrupted, width: usize) -> Vec<Line> {
    let files = plural(found.files, "file", "files");
    let what = if found.goes_forward {
        format!("`forebay {}` was interrupted after it wrote {files}; the next command finishes it", found.command)
    } else {
        format!(
            "`forebay {}` was interrupted while it wrote {files}; the next command restores the state before it",
            found.command
        )
    };
    let parts = wrap(&super::escape::line(&what), width);
    parts.iter().map(|part| Line::new().with(Role::Verdict(Verdict::Review), part)).collect()
}

fn open_lines(open: &OpenRebase, state: &str, options: &TextOptions) -> Vec<Line> {
    let given = &open.given;
    let package = if given.package.is_empty() { "rebase" } else { &given.package };
    let from = given.from.as_ref().map(|from| format!("{from} -> ")).unwrap_or_default();
    let waiting = plural(open.patches.len(), "conflict", "conflicts");
    let head = Line::new()
        .with(Role::Heading, package)
        .with(Role::Plain, &format!("  {from}{}    ", given.onto))
        .with(Role::Verdict(Verdict::Conflict), &format!("{waiting} left"))
        .with(Role::Quiet, &format!("    {} decided", open.decided.len()));
    let mut lines = vec![head, Line::new()];
    for (patch, skipped) in &open.decided {
        let how = skipped.as_ref().map_or_else(|| "resolved".to_owned(), |reason| format!("skipped: {reason}"));
        lines.push(
            Line::new()
                .with(Role::Verdict(Verdict::Merged), "decided  ")
                .with(Role::Plain, patch)
                .with(Role::Quiet, &format!("  {how}")),
        );
    }
    for (number, patch) in open.patches.iter().enumerate() {
        lines.extend(patch_lines(patch, number == 0, state, options));
    }
    lines.push(Line::new());
    lines
}

/// A patch that waits; its files only where they are next, already edited, or asked for.
fn patch_lines(patch: &OpenPatch, current: bool, state: &str, options: &TextOptions) -> Vec<Line> {
    let (word, role) = match (current, patch.is_ready()) {
        (true, _) => ("current  ", Role::Verdict(Verdict::Conflict)),
        (false, true) => ("ready    ", Role::Verdict(Verdict::Merged)),
        (false, false) => ("waiting  ", Role::Verdict(Verdict::Conflict)),
    };
    let head = Line::new().with(role, word).with(Role::Plain, &patch.conflict.patch);
    let mut lines = vec![head.with(Role::Quiet, &format!("  {}", patch.conflict.reason))];
    if patch.files.is_empty() {
        lines.push(
            Line::new()
                .with(Role::Quiet, "  │ ")
                .with(Role::Plain, &format!("{state}/conflicts/{} is gone", patch.conflict.folder)),
        );
    }
    if current || options.verbose || patch.files.iter().any(|file| is_decided(&file.state)) {
        lines.extend(patch.files.iter().map(|file| file_line(file, state, options.width)));
    }
    lines
}

fn is_decided(state: &FileState) -> bool {
    !matches!(state, FileState::Markers(_) | FileState::Undecided)
}

/// The file to edit and how far it is; of a long path the start gives way.
fn file_line(file: &OpenFile, state: &str, width: usize) -> Line {
    let (word, role) = match &file.state {
        FileState::Markers(lines) => {
            let first = lines.first().copied().unwrap_or(1);
            (format!("markers from line {first}"), Role::Verdict(Verdict::Conflict))
        }
        FileState::Undecided if file.note.is_empty() => {
            ("nothing decided yet".into(), Role::Verdict(Verdict::Conflict))
        }
        FileState::Undecided => (file.note.clone(), Role::Verdict(Verdict::Conflict)),
        FileState::Ready => ("ready".into(), Role::Verdict(Verdict::Merged)),
        FileState::Deleted => ("deleted".into(), Role::Verdict(Verdict::Merged)),
        FileState::Unreadable(problem) => (problem.clone(), Role::Verdict(Verdict::Conflict)),
    };
    let about = Line::new().with(Role::Plain, "  ").with(role, &word);
    let room = width.saturating_sub(4 + about.width()).max(20);
    let place = shorten_start(&super::escape::line(&format!("{state}/{}", file.place)), room);
    let mut line = Line::new().with(Role::Quiet, "  │ ").with(Role::Place, &place);
    line.0.extend(about.0);
    line
}
