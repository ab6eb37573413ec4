//! Cases of whole trees as folders: `tests/tree_cases/KIND/{working,failing}/NAME/{old,new,queue,expected}`.
//!
//! `queue` holds one patch, `old` and `new` the two trees. `working`: `expected` is the patch as it is written (nothing
//! where it is upstream), `verdict` says verdict, grade and the rungs of its hunks, and every line of `says`, where there
//! is such a file, stands in the evidence. `failing`: the verdict is `conflict`, and every line of `expected` stands there.

use std::path::{Path, PathBuf};

use forebay::progress::Silent;
use forebay::queue::{self, LoadOptions};
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::outcome::{Decisions, Outcome};
use forebay::rebase::report::{Grade, PatchReport};
use forebay::rebase::world::Knowledge;
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};

use super::folders;

fn tree(label: &str, root: &Path) -> MemoryTree {
    let mut tree = MemoryTree::new(label);
    let mut open: Vec<PathBuf> = if root.is_dir() { vec![root.to_owned()] } else { Vec::new() };
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(root).expect("below the root").to_str().expect("a plain name").to_owned();
            let name = forebay::path::RepoPath::parse(name.as_bytes()).expect("a path");
            tree.insert(name, File::new(Mode::Regular, std::fs::read(&path).expect("a file")));
        }
    }
    tree
}

fn run(folder: &Path) -> Outcome {
    let queue = queue::load(&folder.join("queue"), &LoadOptions::default()).expect("a queue");
    let (old, new) = (tree("old", &folder.join("old")), tree("new", &folder.join("new")));
    let decisions = Decisions::default();
    let request = Request {
        package: "p",
        patches: &queue.patches,
        from: Some(&old),
        onto: &new,
        decisions: &decisions,
        knowledge: Knowledge::default(),
        automatic: Grade::B,
        jobs: Some(1),
        progress: &Silent,
    };
    execute(&request).expect("a run")
}

fn cases(state: &str) -> Vec<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tree_cases"));
    let kinds = folders(root).into_iter().map(|kind| kind.join(state)).filter(|folder| folder.is_dir());
    kinds.flat_map(|folder| folders(&folder)).collect()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// `review C elsewhere` and the like.
fn verdict(row: &PatchReport) -> String {
    let verdict = serde_json::to_value(row.verdict).expect("a word");
    let mut words = vec![verdict.as_str().expect("a word").to_owned()];
    words.extend(row.grade.map(|grade| format!("{grade:?}")));
    let mut rungs: Vec<String> = row.files.iter().flat_map(|file| &file.hunks).map(|hunk| hunk.rung.clone()).collect();
    rungs.dedup();
    words.extend(rungs.into_iter().filter(|rung| !rung.is_empty()));
    words.join(" ")
}

/// Every line of a file of the case stands in the report's evidence.
fn says(row: &PatchReport, folder: &Path, name: &str) {
    let hunks = row.files.iter().flat_map(|file| &file.hunks).flat_map(|hunk| &hunk.evidence);
    let all: Vec<&String> = row.files.iter().flat_map(|file| &file.evidence).chain(hunks).collect();
    for line in text(&folder.join(name)).lines() {
        assert!(all.iter().any(|fact| fact.contains(line)), "{}: {line}: {all:#?}", folder.display());
    }
}

#[test]
fn working_trees_come_out_as_expected() {
    let all = cases("working");
    assert!(all.len() >= 6, "the cases were found");
    for folder in all {
        let outcome = run(&folder);
        let (row, patch) = (&outcome.report.patches[0], &outcome.patches[0]);
        assert_eq!(verdict(row), text(&folder.join("verdict")).trim(), "{}: {row:#?}", folder.display());
        says(row, &folder, "says");
        let written = patch.written.as_ref().map(|written| String::from_utf8_lossy(written).into_owned());
        assert_eq!(written.unwrap_or_default(), text(&folder.join("expected")), "{}", folder.display());
    }
}

#[test]
fn failing_trees_stay_open() {
    let all = cases("failing");
    assert!(all.len() >= 4, "the cases were found");
    for folder in all {
        let outcome = run(&folder);
        let row = &outcome.report.patches[0];
        assert!(matches!(verdict(row).split(' ').next(), Some("conflict")), "{}: {row:#?}", folder.display());
        says(row, &folder, "expected");
    }
}
