//! Laws that every rebase keeps, whatever git says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use bstr::ByteSlice;
use forebay::patch::{self, Body, LineKind, PatchFile};
use forebay::queue::{LoadOptions, Queue, QueuePatch, load};
use forebay::rebase::outcome::{Outcome, PatchOutcome};
use forebay::rebase::report::{PatchReport, Verdict};
use forebay::tree::{File, Mode, Tree};

use crate::carried::carry;
use crate::git::sealed;

/// Checks all laws on one queue; the first that does not hold is told.
pub(crate) fn check(queue: &Queue, from: &dyn Tree, onto: &dyn Tree, scratch: &Path, git: &Path) -> Result<(), String> {
    let outcome = carry(&queue.patches, from, onto, 1);
    let again = carry(&queue.patches, from, onto, 2);
    if written(&outcome) != written(&again) || outcome.report != again.report {
        return Err("one and two threads give different results".into());
    }
    for ((patch, result), row) in queue.patches.iter().zip(&outcome.patches).zip(&outcome.report.patches) {
        let told = |problem: String| format!("{}: {problem}", patch.name);
        if row.verdict == Verdict::Untouched && result.written.as_deref() != Some(&patch.source[..]) {
            return Err(told("untouched but not byte-identical".into()));
        }
        same_lines(patch, result, row).map_err(told)?;
        applies(result, scratch, git).map_err(told)?;
    }
    at_home(queue, from)?;
    settled(&outcome, onto, scratch)?;
    any_order(queue, &outcome, from, onto)
}

fn written(outcome: &Outcome) -> BTreeMap<&str, Option<&[u8]>> {
    outcome.patches.iter().map(|patch| (patch.name.as_str(), patch.written.as_deref())).collect()
}

/// The added and removed lines are the input's, unless a rung beyond three-way or an absorbed hunk says otherwise.
fn same_lines(patch: &QueuePatch, result: &PatchOutcome, row: &PatchReport) -> Result<(), String> {
    let plain = |rung: &str| matches!(rung, "exact" | "three-way");
    let as_told = row.files.iter().flat_map(|file| &file.hunks).all(|hunk| plain(&hunk.rung) && hunk.tried.len() <= 2);
    let whole = row.files.iter().all(|file| file.verdict != Verdict::Absorbed && file.verdict != Verdict::Review);
    let Some(bytes) = result.written.as_ref().filter(|_| as_told && whole) else { return Ok(()) };
    let new = patch::parse(bytes).map_err(|error| error.to_string())?;
    let (before, after) = (changed_lines(&patch.patch), changed_lines(&new));
    if before == after { Ok(()) } else { Err("the added and removed lines are not those of the input".into()) }
}

fn changed_lines(patch: &PatchFile) -> BTreeMap<(LineKind, &[u8]), usize> {
    let mut counts = BTreeMap::new();
    for file in &patch.files {
        let Body::Hunks(hunks) = &file.body else { continue };
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.kind != LineKind::Context);
        for line in lines {
            *counts.entry((line.kind, line.text.as_slice())).or_insert(0) += 1;
        }
    }
    counts
}

/// A written patch applies with `git apply` and GNU patch, with no offset and no fuzz, and gives the files told.
fn applies(result: &PatchOutcome, scratch: &Path, git: &Path) -> Result<(), String> {
    let Some(bytes) = &result.written else { return Ok(()) };
    let binary = bytes.contains_str("GIT binary patch");
    let link = result.changes.iter().any(|change| is_link(change.before.as_ref()) || is_link(change.after.as_ref()));
    let mut programs = vec![(git, vec!["apply", "-v", "--whitespace=nowarn", "../change.patch"])];
    if !binary && !link && !bytes.contains_str("\nrename from ") {
        programs.push((Path::new("patch"), vec!["-p1", "--fuzz=0", "--force", "--binary", "-i", "../change.patch"]));
    }
    for (program, arguments) in programs {
        let folder = tempfile::tempdir_in(scratch).unwrap();
        let root = folder.path().join("tree");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(folder.path().join("change.patch"), bytes).unwrap();
        for change in &result.changes {
            if let Some(file) = &change.before {
                put(&root.join(change.path.as_bytes().to_os_str().unwrap()), file);
            }
        }
        let output = sealed(program, &root).args(&arguments).output().unwrap();
        let told = [&output.stdout[..], &output.stderr[..]].concat();
        let told = told.to_str_lossy();
        if !output.status.success() || told.contains("offset") || told.contains("fuzz") {
            return Err(format!("{} {arguments:?}: {told}\n{}", program.display(), bytes.as_bstr()));
        }
        for change in &result.changes {
            let path = root.join(change.path.as_bytes().to_os_str().unwrap());
            let there = read(&path);
            let expected = change.after.as_ref().map(|file| file.data.to_vec());
            // GNU patch removes what becomes empty; git keeps it.
            let same = there == expected || (program == Path::new("patch") && expected.as_deref() == Some(b""));
            if !same {
                return Err(format!("{}: `{}` does not come out as told", program.display(), change.path));
            }
        }
    }
    Ok(())
}

fn is_link(file: Option<&File>) -> bool {
    file.is_some_and(|file| file.mode == Mode::Symlink)
}

fn put(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    if file.mode == Mode::Symlink {
        std::os::unix::fs::symlink(file.data.to_os_str().unwrap(), path).unwrap();
    } else {
        std::fs::write(path, &file.data).unwrap();
        let bits = if file.mode == Mode::Executable { 0o755 } else { 0o644 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits)).unwrap();
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let about = path.symlink_metadata().ok()?;
    if about.is_symlink() {
        return Some(std::fs::read_link(path).unwrap().into_os_string().into_encoded_bytes());
    }
    Some(std::fs::read(path).unwrap())
}

/// On its own old tree a queue is untouched, or refreshed where its numbers were off.
fn at_home(queue: &Queue, from: &dyn Tree) -> Result<(), String> {
    let outcome = carry(&queue.patches, from, from, 1);
    let odd = outcome.report.patches.iter().find(|row| row.verdict > Verdict::Refreshed);
    odd.map_or(Ok(()), |row| Err(format!("{}: {:?} on its own old tree: {}", row.name, row.verdict, row.reason)))
}

/// What was written is untouched when it is carried to where it now is.
fn settled(outcome: &Outcome, onto: &dyn Tree, scratch: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir_in(scratch).unwrap();
    let mut series = String::new();
    for patch in &outcome.patches {
        let Some(bytes) = &patch.written else { continue };
        std::fs::write(folder.path().join(&patch.name), bytes).unwrap();
        series.push_str(&patch.name);
        series.push('\n');
    }
    std::fs::write(folder.path().join("series"), series).unwrap();
    let queue = load(folder.path(), &LoadOptions::default()).map_err(|error| error.to_string())?;
    let again = carry(&queue.patches, onto, onto, 1);
    let odd = again.report.patches.iter().find(|row| row.verdict != Verdict::Untouched);
    odd.map_or(Ok(()), |row| Err(format!("{}: {:?} in a second run: {}", row.name, row.verdict, row.reason)))
}

/// Patches that share no path may stand in any order.
fn any_order(queue: &Queue, outcome: &Outcome, from: &dyn Tree, onto: &dyn Tree) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for row in &outcome.report.patches {
        let paths: BTreeSet<&str> = row.files.iter().flat_map(|file| [&file.path[..], &file.onto_path[..]]).collect();
        let folders: BTreeSet<&str> = paths.iter().map(|path| path.split('/').next().unwrap()).collect();
        if folders.iter().any(|folder| !seen.insert((*folder).to_owned())) {
            return Ok(());
        }
    }
    let turned: Vec<QueuePatch> = queue.patches.iter().rev().cloned().collect();
    let turned = carry(&turned, from, onto, 1);
    if written(outcome) == written(&turned) { Ok(()) } else { Err("another order gives other patches".into()) }
}

/// Fails loudly where GNU patch is missing.
pub(crate) fn demand_gnu_patch() {
    let output = Command::new("patch").arg("--version").output().expect("GNU patch is needed for this test");
    assert!(output.stdout.starts_with(b"GNU patch"), "GNU patch is needed for this test");
}
