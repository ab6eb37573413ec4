//! Merge cases as folders: `tests/cases/KIND/{working,failing}/NAME/{base,ours,theirs,expected}`.
//!
//! `working`: `expected` is the merged text and `verdict` the grade and rung of its hardest hunk. `failing`: `expected`
//! says what it must stay: `conflict`, or `review` (placed, but only for a person to check). A file `path` names the file
//! where its kind matters; else it is `file.c`.

#[path = "mutation/mod.rs"]
mod mutation;
#[path = "merge_cases/trees.rs"]
mod trees;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use forebay::merge::made::Made;
use forebay::merge::{Fate, FileMerge, Grade, Line, file, tokens};
use forebay::patch::{Body, Hunk, make};
use forebay::path::RepoPath;
use forebay::text::lines;
use proptest::prelude::*;

struct Case {
    name: String,
    path: RepoPath,
    base: Vec<u8>,
    ours: Vec<u8>,
    theirs: Vec<u8>,
    expected: Vec<u8>,
    verdict: Option<String>,
}

fn read(folder: &Path) -> Case {
    let text = |name: &str| {
        std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{}/{name}: {error}", folder.display()))
    };
    let optional = |name: &str| std::fs::read_to_string(folder.join(name)).ok().map(|text| text.trim().to_owned());
    Case {
        name: folder.display().to_string(),
        path: RepoPath::parse(optional("path").unwrap_or("file.c".into()).as_bytes()).expect("a path"),
        base: text("base"),
        ours: text("ours"),
        theirs: text("theirs"),
        expected: text("expected"),
        verdict: optional("verdict"),
    }
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = std::fs::read_dir(parent)
        .unwrap_or_else(|error| panic!("{}: {error}", parent.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    list.sort();
    list
}

fn cases(state: &str) -> Vec<Case> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
    let kinds = folders(root).into_iter().map(|kind| kind.join(state)).filter(|folder| folder.is_dir());
    kinds.flat_map(|folder| folders(&folder)).map(|folder| read(&folder)).collect()
}

fn hunks(path: &RepoPath, base: &[u8], theirs: &[u8]) -> Vec<Hunk> {
    let patch = make::file_patch(path, path, Some((0o100_644, base)), Some((0o100_644, theirs)), 3);
    match patch.body {
        Body::Hunks(hunks) => hunks,
        _ => Vec::new(),
    }
}

/// The merged text, and a line that says the worst of the hunks.
fn merged(path: &RepoPath, base: &[u8], ours: &[u8], theirs: &[u8]) -> (Vec<u8>, String) {
    let hunks = hunks(path, base, theirs);
    let (made, base, ours) = (Made::default(), lines::split(base), lines::split(ours));
    let merge = file::three_way(path, &hunks, &base, &ours, &made);
    (merge.result(&ours), verdict(&merge))
}

fn verdict(merge: &FileMerge<'_>) -> String {
    if !merge.conflicts.is_empty() {
        return "conflict".into();
    }
    let worst = merge.hunks.iter().max_by_key(|hunk| (hunk.grade, hunk.fate));
    worst.map_or("empty".into(), |hunk| format!("{:?} {}", hunk.grade.unwrap_or(Grade::C), hunk.rung))
}

#[test]
fn working_cases_come_out_as_expected() {
    let all = cases("working");
    assert!(all.len() >= 20, "the cases were found");
    for case in all {
        let (text, verdict) = merged(&case.path, &case.base, &case.ours, &case.theirs);
        let (text, expected) = (String::from_utf8_lossy(&text), String::from_utf8_lossy(&case.expected));
        assert_eq!(Some(verdict), case.verdict, "{}", case.name);
        assert_eq!(text, expected, "{}", case.name);
    }
}

#[test]
fn failing_cases_stay_open() {
    let all = cases("failing");
    assert!(all.len() >= 10, "the cases were found");
    for case in all {
        let (_, verdict) = merged(&case.path, &case.base, &case.ours, &case.theirs);
        let expected = String::from_utf8_lossy(&case.expected).trim().to_owned();
        let found = if verdict.starts_with('C') { "review" } else { verdict.as_str() };
        assert_eq!(found, expected, "{} ({verdict})", case.name);
    }
}

fn counts<'a>(lines: &[Line<'a>]) -> HashMap<&'a [u8], usize> {
    let mut counts = HashMap::new();
    for token in tokens::of(lines).into_iter().filter(|token| !tokens::is_blank(token)) {
        *counts.entry(token).or_insert(0) += 1;
    }
    counts
}

/// A text of few different words, so that equal, similar and moved lines are frequent.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["alpha", "beta", "gamma", "{", "}", ",", "\"x\",", "#include <a>", "", "(b)"]);
    let indent = prop::sample::select(vec!["", "\t", "    "]);
    let line = (indent, prop::collection::vec(word, 0..4))
        .prop_map(|(indent, words)| format!("{indent}{}\n", words.join(" ")));
    prop::collection::vec(line, 0..14).prop_map(|lines| lines.concat())
}

/// A text and a variant of it: some lines replaced, taken out or put in.
fn variant(base: String) -> impl Strategy<Value = String> {
    let count = base.lines().count();
    (prop::collection::vec((0..=count, 0..3usize, text()), 0..4), any::<bool>()).prop_map(move |(edits, end)| {
        let mut lines: Vec<String> = base.split_inclusive('\n').map(str::to_owned).collect();
        for (at, gone, new) in edits {
            let at = at.min(lines.len());
            let end = (at + gone).min(lines.len());
            lines.splice(at..end, new.split_inclusive('\n').take(2).map(str::to_owned));
        }
        let mut text = lines.concat();
        if end && text.ends_with('\n') {
            text.pop();
        }
        text
    })
}

fn triple() -> impl Strategy<Value = (String, String, String)> {
    text().prop_flat_map(|base| (Just(base.clone()), variant(base.clone()), variant(base)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// No rung loses a word of upstream's that the patch did not take out, unless it says so.
    #[test]
    fn nothing_of_upstream_is_lost_in_silence((base, ours, theirs) in triple()) {
        let path = RepoPath::parse(b"BUILD.gn").expect("a path");
        let hunks = hunks(&path, base.as_bytes(), theirs.as_bytes());
        let made = Made::default();
        let (base, ours) = (lines::split(base.as_bytes()), lines::split(ours.as_bytes()));
        let merge = file::three_way(&path, &hunks, &base, &ours, &made);
        let result = merge.result(&ours);
        let (before, after) = (counts(&ours), counts(&lines::split(&result)));
        let removed: Vec<Line<'_>> = hunks
            .iter()
            .flat_map(|hunk| &hunk.lines)
            .filter(|line| line.kind == forebay::patch::LineKind::Remove)
            .map(|line| line.text.as_slice())
            .collect();
        let swallowed: Vec<Line<'_>> = merge.hunks.iter().flat_map(|hunk| &hunk.swallowed).map(Vec::as_slice).collect();
        let (removed, swallowed) = (counts(&removed), counts(&swallowed));
        for (token, count) in before {
            let of = |map: &HashMap<&[u8], usize>| map.get(token).copied().unwrap_or(0);
            let lost = count.saturating_sub(of(&after));
            prop_assert!(
                lost <= of(&removed) + of(&swallowed),
                "{} lost: {}", String::from_utf8_lossy(token), String::from_utf8_lossy(&result)
            );
        }
        for hunk in &merge.hunks {
            prop_assert!(hunk.swallowed.is_empty() || hunk.grade == Some(Grade::C) || hunk.fate == Fate::Conflict);
        }
    }

    /// What upstream did not touch comes out as the patch made it.
    #[test]
    fn without_upstream_changes_the_patch_stands((base, _, theirs) in triple()) {
        let path = RepoPath::parse(b"file.c").expect("a path");
        let (text, verdict) = merged(&path, base.as_bytes(), base.as_bytes(), theirs.as_bytes());
        prop_assert_eq!(text, theirs.into_bytes());
        prop_assert!(verdict == "A three-way" || verdict == "empty", "{}", verdict);
    }
}
