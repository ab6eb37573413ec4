//! Random histories carried by forebay and by git: the same trees, the same conflicts, or a difference with a name.
//!
//! `FOREBAY_ORACLE_CASES=N` runs more cases, `FOREBAY_ORACLE_FIRST=N` begins with another one, so that
//! `FOREBAY_ORACLE_FIRST=17 FOREBAY_ORACLE_CASES=1` runs case 17 alone and keeps its repository.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]
#![expect(clippy::print_stderr, reason = "the counts are what a person reads")]

#[path = "git_oracle/carried.rs"]
mod carried;
#[path = "git_oracle/git.rs"]
mod git;
#[path = "git_oracle/history.rs"]
mod history;
#[path = "git_oracle/judge.rs"]
mod judge;
#[path = "git_oracle/laws.rs"]
mod laws;
#[path = "git_oracle/random.rs"]
mod random;
#[path = "git_oracle/tolerated.rs"]
mod tolerated;

use std::collections::BTreeMap;
use std::path::Path;

use carried::Carried;
use forebay::queue::{self, LoadOptions, Queue, from_commits};
use forebay::rebase::report::Verdict;
use forebay::tree::git::GitTree;
use forebay::tree::history as commits;
use git::{Git, Replay};
use history::History;
use judge::{Answer, Question};
use tolerated::TOLERATED;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// The cases of a run.
fn cases() -> Vec<History> {
    let first = number("FOREBAY_ORACLE_FIRST", 0);
    let all = first..first + number("FOREBAY_ORACLE_CASES", 400);
    all.map(History::new).filter(|case| !case.queue.is_empty()).collect()
}

/// A repository with the cases, and the work on each, on two threads.
fn each_case<T: Send>(work: impl Fn(&Git, &Path, &History) -> T + Sync) -> Vec<T> {
    let folder = tempfile::tempdir().unwrap();
    let git = Git::new(&folder.path().join("repo.git"));
    let cases = cases();
    git.import(&cases);
    let (git, work, scratch) = (&git, &work, folder.path());
    let halves = cases.chunks(cases.len().div_ceil(2));
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = halves
            .map(|half| scope.spawn(move || half.iter().map(|case| work(git, scratch, case)).collect::<Vec<T>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    if cases.len() == 1 {
        eprintln!("kept {}", folder.keep().display());
    }
    results
}

fn trees(git: &Git, number: u64) -> (GitTree, GitTree) {
    let open = |side: &str| GitTree::open(&git.folder, &format!("{side}-{number}")).unwrap();
    (open("o"), open("n"))
}

/// The queue as a range of commits.
fn range(git: &Git, number: u64) -> Queue {
    from_commits(&commits::range(&git.folder, &format!("o-{number}"), &format!("q-{number}")).unwrap())
}

/// The queue as patch files that git wrote, in a quilt folder.
fn files(git: &Git, number: u64, folder: &Path) -> Queue {
    let out = folder.join(format!("queue-{number}"));
    let written = git.text(&[
        "format-patch",
        "-q",
        "--full-index",
        "--binary",
        "-o",
        out.to_str().unwrap(),
        &format!("o-{number}..q-{number}"),
    ]);
    assert!(written.is_empty());
    let mut names: Vec<String> =
        std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    std::fs::write(out.join("series"), names.join("\n") + "\n").unwrap();
    queue::load(&out, &LoadOptions::default()).unwrap()
}

/// Every patch of a case, answered by both, and the end result beside that of `git replay`.
fn compare(git: &Git, case: &History, queue: &Queue, form: &str) -> Vec<(String, Answer)> {
    let number = case.number;
    let (from, onto) = trees(git, number);
    let outcome = carried::carry(&queue.patches, &from, &onto, 1);
    let onto_tree = git.text(&["rev-parse", &format!("n-{number}^{{tree}}")]);
    let branch = format!("{form}-{number}");
    let carried = carried::with_trees(outcome, &git.folder, &format!("n-{number}"), onto_tree, &branch);
    let revisions = git.text(&["rev-list", "--reverse", &format!("o-{number}..q-{number}")]);
    let mut base = format!("o-{number}");
    let rows = &carried.outcome.report.patches;
    let mut answers = Vec::new();
    for (index, revision) in revisions.lines().enumerate() {
        let merge = git.merge(&base, &carried.trees[index], revision);
        let question = Question {
            patch: &carried.outcome.patches[index],
            report: &carried.outcome.report.patches[index],
            trees: (&carried.trees[index], &carried.trees[index + 1]),
            after_left_out: rows[..index].iter().any(|row| row.verdict >= Verdict::Review),
            git: &merge,
            read: &queue.patches[index].patch,
        };
        let answer = judge::judge(&question, TOLERATED);
        let told = format!("case {number} patch {} ({form})", index + 1);
        if let Answer::Wrong(problem) = &answer {
            eprintln!(
                "{told}: {problem}\n  git: {}\n  forebay: {:?} {}",
                merge.messages.escape_debug(),
                question.report.verdict,
                question.report.reason
            );
        }
        answers.push((told, answer));
        revision.clone_into(&mut base);
    }
    answers.extend(whole(git, &carried, number, &answers));
    answers
}

/// Where all patches came out as git's, so must the whole.
fn whole(git: &Git, carried: &Carried, number: u64, answers: &[(String, Answer)]) -> Option<(String, Answer)> {
    let replayed = git.replay(number);
    let agreed = answers.iter().all(|(_, answer)| *answer == Answer::Same);
    if !agreed {
        return None;
    }
    let last = carried.trees.last();
    let answer = match &replayed {
        Replay::Tree(tree) if Some(tree) == last => Answer::Same,
        Replay::Abort => Answer::Tolerated("git replay aborts"),
        _ => Answer::Wrong(format!("git replay ends in {replayed:?}, forebay in {last:?}")),
    };
    Some((format!("case {number} as a whole"), answer))
}

#[test]
fn a_queue_ends_in_the_tree_that_git_replay_makes() {
    let all: Vec<(String, Answer)> = each_case(|git, scratch, case| {
        let mut answers = compare(git, case, &range(git, case.number), "range");
        answers.extend(compare(git, case, &files(git, case.number, scratch), "files"));
        answers
    })
    .into_iter()
    .flatten()
    .collect();
    let mut counts: BTreeMap<Answer, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (told, answer) in all {
        if let Answer::Wrong(problem) = &answer {
            wrong.push(format!("{told}: {problem}"));
        } else {
            *counts.entry(answer).or_insert(0) += 1;
        }
    }
    for (answer, count) in &counts {
        eprintln!("{count:6}  {answer:?}");
    }
    for (name, reason, _) in TOLERATED {
        eprintln!("{name}: {reason}");
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rebase_keeps_the_laws() {
    laws::demand_gnu_patch();
    let broken: Vec<String> = each_case(|git, scratch, case| {
        let (from, onto) = trees(git, case.number);
        let check = |queue: &Queue, form: &str| {
            let checked = laws::check(queue, &from, &onto, scratch, git.program());
            checked.err().map(|problem| format!("case {} ({form}): {problem}", case.number))
        };
        [check(&range(git, case.number), "range"), check(&files(git, case.number, scratch), "files")]
    })
    .into_iter()
    .flatten()
    .flatten()
    .collect();
    assert!(broken.is_empty(), "{} broken laws:\n{}", broken.len(), broken.join("\n"));
}
