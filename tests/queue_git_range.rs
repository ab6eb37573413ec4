//! The mails made from a range of commits rebuild the same trees with `git am`.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use forebay::patch::message::Message;
use forebay::progress::Silent;
use forebay::queue::{self, LoadOptions, QueueForm, from_commits};
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::outcome::Decisions;
use forebay::rebase::report::{Grade, Verdict};
use forebay::rebase::world::Knowledge;
use forebay::tree::branch::{NewCommit, final_tree_id};
use forebay::tree::git::GitTree;
use forebay::tree::history;

fn git(folder: &Path, arguments: &[&str]) -> String {
    git_by("Jürgen O. \u{141}", folder, arguments)
}

fn git_by(name: &str, folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C.UTF-8")])
        .envs([("GIT_AUTHOR_NAME", name), ("GIT_AUTHOR_EMAIL", "j@x.org")])
        .envs([("GIT_AUTHOR_DATE", "1000684800 +0530"), ("GIT_COMMITTER_DATE", "1000684900 -0800")])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@x.org")])
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A range with every kind of change; the messages are those that survive git's own `format-patch | am`.
fn world(folder: &Path) {
    let commit = |message: &str| {
        git(folder, &["add", "-A"]);
        git(folder, &["commit", "-q", "-m", message]);
    };
    git(folder, &["init", "-q", "-b", "main"]);
    fs::write(folder.join("text"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n").unwrap();
    fs::write(folder.join("link or file"), "x\n").unwrap();
    commit("base");
    git(folder, &["tag", "old"]);
    fs::write(folder.join("text"), "1\n2\nthree\n4\n5\n6\n7\n8\nnine").unwrap();
    fs::set_permissions(folder.join("text"), fs::Permissions::from_mode(0o755)).unwrap();
    commit(
        "[wasm] Fix: a/b (part 1) with a subject long enough to be cut somewhere in its file name\n\nWhy: a reason.\nÜmlaut.\n\nBug: 12",
    );
    fs::write(folder.join("bin"), b"a\0b").unwrap();
    fs::write(folder.join("empty"), "").unwrap();
    fs::remove_file(folder.join("link or file")).unwrap();
    symlink("text", folder.join("link or file")).unwrap();
    commit("Größe ändern: ein Betreff, der über die Grenze eines kodierten Wortes hinausgeht");
    fs::rename(folder.join("text"), folder.join("caf\u{e9}")).unwrap();
    fs::write(folder.join("bin"), b"a\0c\r\n").unwrap();
    fs::remove_file(folder.join("empty")).unwrap();
    git(folder, &["add", "-A"]);
    git_by("J \"X\" O., Jr.", folder, &["commit", "-q", "-m", "move"]);
}

#[test]
fn git_am_rebuilds_the_trees() {
    let world_folder = tempfile::tempdir().unwrap();
    let folder = world_folder.path();
    world(folder);
    let commits = history::range(folder, "old", "main").unwrap();
    let queue = from_commits(&commits);
    assert_eq!(queue.form, QueueForm::GitRange);
    assert_eq!(queue.patches.len(), 3);
    let parts: Vec<&[u8]> = queue.patches.iter().map(|patch| &patch.source[..]).collect();
    let file = folder.join(".git/queue.mbox");
    fs::write(&file, parts.concat()).unwrap();
    git(folder, &["checkout", "-q", "-b", "again", "old"]);
    git(folder, &["am", "-q", "--keep-cr", "--keep-non-patch", file.to_str().unwrap()]);
    let told =
        |branch: &str| git(folder, &["log", "--reverse", "--format=%T|%an|%ae|%ad|%B", &format!("old..{branch}")]);
    assert_eq!(told("again"), told("main"));

    let loaded = queue::load(&file, &LoadOptions::default()).unwrap();
    for ((read, made), commit) in loaded.patches.iter().zip(&queue.patches).zip(&commits) {
        assert_eq!((&read.name, &read.source), (&made.name, &made.source));
        assert_eq!(read.patch.head, made.patch.head);
        assert_eq!(read.patch.files.len(), made.patch.files.len());
        let lines = |patch: &forebay::patch::PatchFile| patch.files.iter().map(|file| file.line).collect::<Vec<_>>();
        assert_eq!(lines(&read.patch), lines(&made.patch));
        let message = Message::read(&made.patch.head);
        assert_eq!((&message.author_name, &message.author_email), (&commit.author.name, &commit.author.email));
        assert_eq!(message.subject, commit.subject);
        let moment = message.moment.unwrap();
        assert_eq!((moment.seconds, moment.offset), (commit.author.time, commit.author.offset));
        assert_eq!(message.commit_text(), commit.message);
        assert_eq!(made.exact.as_ref().unwrap().len(), commit.changes.len());
    }
}

/// Upstream and a queue with submodules; `newer` changes one that the queue changes too.
fn submodules(folder: &Path) {
    let link = |digit: char, name: &str| {
        let id = digit.to_string().repeat(40);
        git(folder, &["update-index", "--add", "--cacheinfo", &format!("160000,{id},{name}")]);
    };
    let commit = |message: &str| git(folder, &["commit", "-q", "-m", message]);
    git(folder, &["init", "-q", "-b", "main"]);
    fs::write(folder.join("text"), "1\n2\n3\n").unwrap();
    git(folder, &["add", "text"]);
    link('a', "kept");
    link('b', "moved on");
    commit("base");
    git(folder, &["tag", "old"]);
    link('c', "kept");
    commit("another commit of a submodule");
    link('d', "d/added");
    commit("one more");
    git(folder, &["rm", "-q", "--cached", "d/added"]);
    link('e', "moved on");
    commit("one less, and one that upstream changes too");
    git(folder, &["branch", "queue"]);
    git(folder, &["reset", "-q", "--hard", "old"]);
    fs::write(folder.join("text"), "1\n2\nthree\n").unwrap();
    git(folder, &["add", "text"]);
    commit("upstream");
    git(folder, &["tag", "new"]);
    link('f', "moved on");
    commit("upstream changes the submodule");
    git(folder, &["tag", "newer"]);
}

#[test]
fn submodules_are_carried_as_git_replay_carries_them() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    submodules(folder);
    let carried = |onto: &str| {
        let commits = history::range(folder, "old", "queue").unwrap();
        let queue = from_commits(&commits);
        let (old, new) = (GitTree::open(folder, "old").unwrap(), GitTree::open(folder, onto).unwrap());
        let request = Request {
            package: "",
            patches: &queue.patches,
            from: Some(&old),
            onto: &new,
            decisions: &Decisions::new(),
            knowledge: Knowledge::default(),
            automatic: Grade::B,
            jobs: Some(1),
            progress: &Silent,
        };
        let outcome = execute(&request).unwrap();
        let author = commits[0].author.clone();
        let made: Vec<NewCommit> = outcome
            .patches
            .iter()
            .map(|patch| NewCommit {
                author: author.clone(),
                committer: None,
                message: Vec::new(),
                changes: patch.changes.iter().map(|change| (change.path.clone(), change.after.clone())).collect(),
            })
            .collect();
        let verdicts: Vec<Verdict> = outcome.report.patches.iter().map(|row| row.verdict).collect();
        (verdicts, final_tree_id(folder, onto, &made).unwrap().to_string())
    };
    let told = git(folder, &["replay", "--onto", "new", "old..queue"]);
    let replayed = told.split(' ').nth(2).unwrap();
    let tree = git(folder, &["rev-parse", &format!("{replayed}^{{tree}}")]);
    assert_eq!(carried("new"), (vec![Verdict::Untouched; 3], tree));
    assert_eq!(carried("newer").0, [Verdict::Untouched, Verdict::Untouched, Verdict::Conflict]);
    let mail = from_commits(&history::range(folder, "old", "queue").unwrap()).patches.remove(0).source;
    let index = format!("index {}..{} 160000", "a".repeat(40), "c".repeat(40));
    assert!(mail.to_string().contains(&index), "{mail}");
}
