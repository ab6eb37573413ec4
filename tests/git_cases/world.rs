//! A short notation for trees, and the queue and rebase that it stands for.
//!
//! `a=1 2 3; b/c=x` is two files whose words are lines. `1-9` is nine lines, a last `~` leaves out the final line feed,
//! `a*=` is executable, `a@=t` a link to `t`, `a^=` has CRLF, `a#=x` is binary, `a=` is empty, `-a` deletes `a`.

use forebay::path::RepoPath;
use forebay::progress::Silent;
use forebay::queue::{Queue, from_commits};
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::outcome::{Decisions, Outcome};
use forebay::rebase::report::Grade;
use forebay::rebase::world::Knowledge;
use forebay::tree::history::{Commit, CommitChange, Person};
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode, ObjectId};

/// A path.
pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::parse(text.as_bytes()).unwrap()
}

/// The tree with the changes of `text` made.
pub(crate) fn tree(before: &MemoryTree, text: &str) -> MemoryTree {
    let mut tree = before.clone();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        if let Some(name) = part.strip_prefix('-') {
            assert!(tree.remove(&path(name)).is_some(), "no {name}");
            continue;
        }
        let (name, words) = part.split_once('=').unwrap();
        let (name, kind) = match name.chars().last().unwrap() {
            kind @ ('*' | '@' | '^' | '#') => (&name[..name.len() - 1], kind),
            _ => (name, ' '),
        };
        let mode = match kind {
            '*' => Mode::Executable,
            '@' => Mode::Symlink,
            _ => Mode::Regular,
        };
        let data = match kind {
            '@' => words.as_bytes().to_vec(),
            '#' => [b"\0", words.as_bytes()].concat(),
            '^' => content(words, "\r\n"),
            _ => content(words, "\n"),
        };
        tree.insert(path(name), File::new(mode, data));
    }
    tree
}

fn content(words: &str, ending: &str) -> Vec<u8> {
    let mut lines = Vec::new();
    for word in words.split_whitespace() {
        let range = word.trim_end_matches('~').split_once('-').and_then(|(from, to)| {
            let from: usize = from.parse().ok()?;
            Some((from, to.parse::<usize>().ok()?))
        });
        match range {
            Some((from, to)) => lines.extend((from..=to).map(|number| number.to_string())),
            None => lines.push(word.trim_end_matches('~').to_owned()),
        }
    }
    let mut text: String = lines.iter().map(|line| format!("{line}{ending}")).collect();
    if words.ends_with('~') {
        text.truncate(text.len() - ending.len());
    }
    text.into_bytes()
}

/// A queue of one commit for each change; the second value is the tree after all of them.
pub(crate) fn queue(old: &MemoryTree, changes: &[&str]) -> Queue {
    let person = Person { name: "A".into(), email: "a@x".into(), time: 0, offset: 0 };
    let mut before = old.clone();
    let mut commits = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        let after = tree(&before, change);
        let paths = before.files().keys().chain(after.files().keys());
        let paths: std::collections::BTreeSet<&RepoPath> = paths.collect();
        let side = |tree: &MemoryTree, path: &RepoPath| tree.files().get(path).cloned();
        let list = paths.into_iter().map(|path| CommitChange {
            path: path.clone(),
            before: side(&before, path),
            after: side(&after, path),
        });
        let subject = format!("patch {}", number + 1);
        commits.push(Commit {
            id: ObjectId([u8::try_from(number).unwrap(); 20]),
            author: person.clone(),
            committer: person.clone(),
            message: subject.clone().into(),
            subject: subject.into(),
            changes: list.filter(|change| change.before != change.after).collect(),
        });
        before = after;
    }
    from_commits(&commits)
}

/// Carries a queue.
pub(crate) fn carry(queue: &Queue, from: Option<&MemoryTree>, onto: &MemoryTree) -> Outcome {
    execute(&Request {
        package: "cases",
        patches: &queue.patches,
        from: from.map(|tree| tree as &dyn forebay::tree::Tree),
        onto,
        decisions: &Decisions::new(),
        knowledge: Knowledge::default(),
        automatic: Grade::B,
        jobs: Some(1),
        progress: &Silent,
    })
    .unwrap()
}

/// The verdicts in one line.
pub(crate) fn verdicts(outcome: &Outcome) -> String {
    let words = outcome.report.patches.iter().map(|row| format!("{:?}", row.verdict).to_lowercase());
    words.collect::<Vec<_>>().join(" ")
}

/// The new tree with everything written.
pub(crate) fn result(onto: &MemoryTree, outcome: &Outcome) -> MemoryTree {
    let mut tree = onto.clone();
    for change in outcome.patches.iter().flat_map(|patch| &patch.changes) {
        match &change.after {
            Some(file) => tree.insert(change.path.clone(), file.clone()),
            None => drop(tree.remove(&change.path)),
        }
    }
    tree
}

/// A case: name, old tree, upstream's changes, the patches' changes, the verdicts, and the changes from new to result.
pub(crate) type Case = (&'static str, &'static str, &'static str, &'static [&'static str], &'static str, &'static str);

/// Runs cases and tells all that come out otherwise.
pub(crate) fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for (name, old, upstream, patches, expected, after) in cases {
        let old = tree(&MemoryTree::new("old"), old);
        let new = tree(&old, upstream);
        let outcome = carry(&queue(&old, patches), Some(&old), &new);
        let got = verdicts(&outcome);
        if got != *expected {
            let reasons: Vec<&str> = outcome.report.patches.iter().map(|row| row.reason.as_str()).collect();
            wrong.push(format!("{name}: {got} instead of {expected}: {reasons:?}"));
            continue;
        }
        let (result, expected) = (result(&new, &outcome), tree(&new, after));
        if result.files() != expected.files() {
            wrong.push(format!("{name}: {:?}", differing(&result, &expected)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn differing(got: &MemoryTree, expected: &MemoryTree) -> Vec<String> {
    let paths: std::collections::BTreeSet<&RepoPath> = got.files().keys().chain(expected.files().keys()).collect();
    let shown = |tree: &MemoryTree, path: &RepoPath| {
        tree.files().get(path).map(|file| (file.mode, String::from_utf8_lossy(&file.data).into_owned()))
    };
    let differing = paths.into_iter().filter(|path| got.files().get(path) != expected.files().get(path));
    differing.map(|path| format!("{path}: {:?} instead of {:?}", shown(got, path), shown(expected, path))).collect()
}
