//! The mails made from a range of commits rebuild the same trees with `git am`.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use forebay::patch::message::Message;
use forebay::queue::{self, LoadOptions, QueueForm, from_commits};
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
