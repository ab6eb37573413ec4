//! The queue itself: what its heads leave unsaid, which patches stand on which, and one patch as a mail.

use crate::support::{Sandbox, TREES, assert_snapshot};

#[test]
fn lint_tells_what_heads_leave_unsaid() {
    let sandbox = Sandbox::example();
    sandbox.write("weir/debian/patches/stray.patch", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
    let output = sandbox.run(&["-C", "weir", "queue", "lint"]).expect_status(1);
    assert_snapshot("queue", "lint", &output.out);
    sandbox.run(&["-C", "weir", "queue", "lint", "--fail-on", "error"]).expect_status(0);
    let json = sandbox.run(&["-C", "weir", "queue", "lint", "--format", "json"]).expect_status(1);
    let found: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let codes: Vec<&str> =
        found.as_array().expect("a list").iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert!(codes.contains(&"patch-unlisted"), "{codes:?}");
    let sarif = sandbox.run(&["-C", "weir", "queue", "lint", "--format", "sarif"]).expect_status(1);
    assert!(sarif.out.contains("\"ruleId\": \"patch-unlisted\""), "{}", sarif.out);
}

#[test]
fn graph_names_the_patches_that_are_needed() {
    let sandbox = Sandbox::new();
    let patch = |file: &str, hunk: &str| format!("Description: one\n--- a/{file}\n+++ b/{file}\n{hunk}");
    sandbox.write("patches/series", "a.patch\nb.patch\nsub/c.patch\n");
    sandbox.write("patches/a.patch", patch("x.c", "@@ -3 +3,2 @@\n q\n+new\n"));
    sandbox.write("patches/b.patch", patch("y.c", "@@ -3 +3,2 @@\n q\n+new\n"));
    sandbox.write("patches/sub/c.patch", patch("x.c", "@@ -4 +4 @@\n-new\n+newer\n"));
    let output = sandbox.run(&["queue", "graph", "--queue", "patches"]).expect_status(0);
    assert_snapshot("queue", "graph", &output.out);
    sandbox.run(&["queue", "graph", "--queue", "patches", "--dot", "--out", "queue.dot"]).expect_status(0);
    assert!(sandbox.read("queue.dot").contains("\"sub/c.patch\" -> \"a.patch\" [tooltip=\"x.c\"];"));
}

#[test]
fn a_mail_for_upstream_applies_with_git_am() {
    let sandbox = Sandbox::example();
    let patch = "fixes/gate-overflow.patch";
    let line =
        [&["queue", "upstream", patch, "--queue", "weir/debian/patches", "--out", "gate.mbox"], &TREES[..]].concat();
    sandbox.run(&line).expect_status(0);
    let mail = sandbox.read("gate.mbox");
    assert!(mail.starts_with("From 0000000000000000000000000000000000000000 Mon Sep 17"), "{mail}");
    assert!(!mail.contains("Forwarded:") && !mail.contains("Last-Update:"), "{mail}");
    sandbox.git("upstream", &["worktree", "add", "-q", "--detach", "../tree", "v2.0"]);
    sandbox.git("tree", &["am", "-q", "../gate.mbox"]);
    let subject = sandbox.tool("git", &["-C", "tree", "log", "-1", "--format=%s"]);
    assert!(mail.contains(&format!("Subject: [PATCH] {}", subject.trim())), "{mail}");
}

#[test]
fn a_patch_that_cannot_stand_alone_is_refused() {
    let sandbox = Sandbox::example();
    let run = |patch: &str| {
        sandbox.run(&[&["queue", "upstream", patch, "--queue", "weir/debian/patches"], &TREES[..]].concat())
    };
    let gone = run("disable/update-check.patch").expect_status(3);
    assert!(gone.err.contains("does not apply to upstream on its own"), "{}", gone.err);
    let absorbed = run("fixes/spelling.patch").expect_status(2);
    assert!(absorbed.err.contains("is already upstream"), "{}", absorbed.err);
    let near = run("fixes/speling.patch").expect_status(2);
    assert!(near.err.contains("did you mean `fixes/spelling.patch`?"), "{}", near.err);
}
