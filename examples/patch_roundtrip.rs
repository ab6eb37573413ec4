//! Reads every patch below the folders given and proves that printing gives each back byte for byte.
//!
//! `cargo run --example patch_roundtrip -- FOLDER...` prints counts and every failure with its place, and exits 1 on any.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use forebay::patch::{self, Body};
use forebay::queue::{self, LoadOptions, QueueError};

#[derive(Default)]
struct Counts {
    files: usize,
    file_patches: usize,
    hunks: usize,
    without_change: usize,
    unequal: usize,
    unread: usize,
    queues: usize,
    queued: usize,
}

fn main() -> ExitCode {
    let mut counts = Counts::default();
    let mut out = std::io::stdout().lock();
    for folder in std::env::args_os().skip(1) {
        let _ = check_queue(Path::new(&folder), &mut counts, &mut out);
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok) {
            if entry.file_type().is_file() && is_patch(entry.path()) {
                let _ = check(entry.path(), &mut counts, &mut out);
            }
        }
    }
    let Counts { files, file_patches, hunks, without_change, unequal, unread, queues, queued } = counts;
    let _ = writeln!(
        out,
        "{files} files, {file_patches} file patches, {hunks} hunks; {without_change} without a change; \
         {queues} queues of {queued} patches; {unequal} printed otherwise, {unread} not read"
    );
    if unequal + unread == 0 && files > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A folder that is a queue must load and, with nothing changed, be left as it is.
fn check_queue(folder: &Path, counts: &mut Counts, out: &mut impl std::io::Write) -> std::io::Result<()> {
    match queue::load(folder, &LoadOptions::default()) {
        Ok(queue) => {
            counts.queues += 1;
            counts.queued += queue.patches.len();
            if !queue.rewrite(&[]).files.is_empty() {
                counts.unequal += 1;
                writeln!(out, "{}: written otherwise", folder.display())?;
            }
        }
        Err(QueueError::NoQueue { .. }) => {}
        Err(error) => {
            counts.unread += 1;
            writeln!(out, "{error}")?;
        }
    }
    Ok(())
}

/// quilt takes any name, so only what is known to be something else is left out.
fn is_patch(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let other = ["series", "README", "00list"].iter().any(|start| name.starts_with(start)) || name.starts_with('.');
    let text = path.extension().is_some_and(|end| end == "md" || end == "txt" || end == "in" || end == "gz");
    !other && !text
}

fn check(path: &Path, counts: &mut Counts, out: &mut impl std::io::Write) -> std::io::Result<()> {
    let bytes = std::fs::read(path)?;
    counts.files += 1;
    match patch::parse(&bytes) {
        Ok(patch) => {
            counts.file_patches += patch.files.len();
            counts.without_change += usize::from(patch.files.is_empty());
            for file in &patch.files {
                if let Body::Hunks(hunks) = &file.body {
                    counts.hunks += hunks.len();
                }
            }
            if patch.files.is_empty() {
                writeln!(out, "{}: no change in it", path.display())?;
            }
            if patch.print() != bytes {
                counts.unequal += 1;
                writeln!(out, "{}: printed otherwise", path.display())?;
            }
        }
        Err(error) => {
            counts.unread += 1;
            writeln!(out, "{}:{error}", path.display())?;
        }
    }
    Ok(())
}
