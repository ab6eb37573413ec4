//! Reads every spec of a folder, prints it again and counts what differs: `spec_corpus FOLDER`; with `--adopt` also makes a first
//! profile of each and checks that it can be read, that the marked spec differs by its markers only, and that its update changes
//! nothing but the regions, once.
//!
//! The corpus itself is no part of the repository.

#![expect(clippy::print_stdout, reason = "it has no other way to say what it found")]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay::profile::Profile;
use forebay::spec::Spec;
use forebay::spec::adopt;
use forebay::spec::facts::PatchFact;
use forebay::spec::material::Inputs;
use forebay::spec::plan;

/// What was found in all files together.
#[derive(Default)]
struct Counts {
    files: usize,
    bytes: usize,
    different: Vec<PathBuf>,
    uncovered: Vec<PathBuf>,
    lines: usize,
    sections: usize,
    branches: usize,
    unbalanced: usize,
    patches: usize,
    sources: usize,
    bundled: usize,
    entries: usize,
    unusable: Vec<(PathBuf, String)>,
    mapped: usize,
    of: usize,
    regions: usize,
}

fn main() -> std::process::ExitCode {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("usage: spec_corpus FOLDER"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the entry can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "spec"))
        .collect();
    files.sort();
    let adopting = std::env::args_os().nth(2).is_some_and(|word| word == "--adopt");
    let (next, total) = (AtomicUsize::new(0), Mutex::new(Counts::default()));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut counts = Counts::default();
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    count(path, &mut counts);
                    if adopting {
                        adopt_one(path, &mut counts);
                    }
                }
                add(&mut total.lock().expect("no worker panicked"), counts);
            });
        }
    });
    let total = total.into_inner().expect("no worker panicked");
    println!(
        "{} specs, {} bytes, {} lines, {} sections, {} branches ({} without partner), {} patches, {} sources, {} bundled, {} changelog entries",
        total.files,
        total.bytes,
        total.lines,
        total.sections,
        total.branches,
        total.unbalanced,
        total.patches,
        total.sources,
        total.bundled,
        total.entries
    );
    println!("{} differ, {} have lines that do not cover them", total.different.len(), total.uncovered.len());
    println!(
        "{} adopted badly; {} of {} things mapped, {} regions proposed",
        total.unusable.len(),
        total.mapped,
        total.of,
        total.regions
    );
    for path in total.different.iter().chain(&total.uncovered) {
        println!("  {}", path.display());
    }
    for (path, why) in &total.unusable {
        println!("  {}: {why}", path.display());
    }
    std::process::ExitCode::from(u8::from(
        !(total.different.is_empty() && total.uncovered.is_empty() && total.unusable.is_empty()),
    ))
}

fn count(path: &PathBuf, counts: &mut Counts) {
    let source = std::fs::read(path).expect("the file can be read");
    let spec = Spec::parse(&source);
    counts.files += 1;
    counts.bytes += source.len();
    if spec.print() != source {
        counts.different.push(path.clone());
    }
    let ends: Vec<usize> = spec.lines().iter().map(|line| line.span.end).collect();
    let starts: Vec<usize> = spec.lines().iter().map(|line| line.span.start).skip(1).collect();
    if !ends.iter().zip(&starts).all(|(end, start)| end == start) || ends.last().copied().unwrap_or(0) != source.len() {
        counts.uncovered.push(path.clone());
    }
    counts.lines += spec.lines().len();
    counts.sections += spec.sections().len();
    counts.branches += spec.branches().len();
    counts.unbalanced += spec.unbalanced().len();
    counts.patches += spec.patches().len();
    counts.sources += spec.sources().len();
    counts.bundled += spec.bundled().len();
    counts.entries += spec.changelog().len();
}

fn adopt_one(path: &PathBuf, counts: &mut Counts) {
    let source = std::fs::read(path).expect("the file can be read");
    let adopted = adopt::adopt(&Spec::parse(&source), "x.spec");
    let unmarked: Vec<u8> = adopted
        .spec
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"# >>> forebay:") && !line.starts_with(b"# <<< forebay:"))
        .flatten()
        .copied()
        .collect();
    if unmarked != source {
        counts.unusable.push((path.clone(), "the marked spec differs by more than its markers".to_owned()));
    }
    match Profile::parse("x", &adopted.profile) {
        Err(error) => counts.unusable.push((path.clone(), error.to_string())),
        Ok(profile) => update_one(path, &profile, &adopted.spec, counts),
    }
    counts.regions += adopted.regions.len();
    for row in &adopted.account {
        counts.mapped += row.mapped;
        counts.of += row.total;
    }
}

/// Updates the marked spec: every byte outside of the regions must stay, and the second update must change nothing.
fn update_one(path: &Path, profile: &Profile, marked: &[u8], counts: &mut Counts) {
    let update = |source: &[u8]| {
        let spec = Spec::parse(source);
        let patches = PatchFact::of_spec(&spec, &|_| None);
        let inputs = Inputs {
            profile,
            patches: &patches,
            audit: None,
            items: &[],
            date: Some(20_000),
            allowed: None,
            changes: None,
            tree: None,
        };
        plan::plan(&spec, inputs).map(|plan| plan::updated(&spec, &plan, false))
    };
    let outside = |text: &[u8]| {
        let mut inside = false;
        let mut kept = Vec::new();
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            inside |= line.starts_with(b"# >>> forebay:");
            if !inside {
                kept.extend_from_slice(line);
            }
            inside &= !line.starts_with(b"# <<< forebay:");
        }
        kept
    };
    let mut bad = |why: &str| counts.unusable.push((path.to_path_buf(), why.to_owned()));
    match update(marked) {
        Err(error) => bad(&error.to_string()),
        Ok(once) if outside(&once) != outside(marked) => bad("the update changed a byte outside of the regions"),
        Ok(once) => match update(&once) {
            Ok(twice) if twice == once => {}
            _ => bad("a second update changes something"),
        },
    }
}

fn add(total: &mut Counts, part: Counts) {
    total.files += part.files;
    total.bytes += part.bytes;
    total.different.extend(part.different);
    total.uncovered.extend(part.uncovered);
    total.lines += part.lines;
    total.sections += part.sections;
    total.branches += part.branches;
    total.unbalanced += part.unbalanced;
    total.patches += part.patches;
    total.sources += part.sources;
    total.bundled += part.bundled;
    total.entries += part.entries;
    total.unusable.extend(part.unusable);
    total.mapped += part.mapped;
    total.of += part.of;
    total.regions += part.regions;
}
