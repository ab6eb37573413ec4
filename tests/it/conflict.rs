//! A day with conflicts: status, edit, continue, skip, abort, undo; kills and a second forebay.

use std::time::Duration;

use crate::support::{EDIT, Sandbox, picture, picture_of_queue};

#[test]
fn edit_continue_skip_and_the_queue_is_carried() {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    let status = sandbox.run(&["-C", "weir", "status"]).expect_status(3);
    assert!(status.out.contains("2 conflicts left") && status.out.contains("markers from line 18"), "{}", status.out);

    let refused = sandbox.run(&["-C", "weir", "continue"]).expect_status(3);
    assert!(refused.err.contains("markers") && refused.err.contains("src/config.c:18"), "{}", refused.err);
    sandbox.edit_conflict();
    sandbox.run(&["-C", "weir", "continue"]).expect_status(3);
    let text = sandbox.read("weir/debian/patches/features/default-level.patch");
    assert!(text.starts_with("Description: Our reservoirs are deeper\nAuthor: Pat Packager"), "{text}");
    assert!(text.contains("\n+    { \"normal\", percent(55) },\n"), "{text}");

    let done = sandbox.run(&["-C", "weir", "skip", "update-check.patch", "--reason", "gone"]).expect_status(0);
    assert!(done.out.contains("1 skipped") && !done.out.contains("continue"), "{}", done.out);
    let series = sandbox.read("weir/debian/patches/series");
    assert!(series.contains("# forebay: skipped on v2.0: gone\n# disable/update-check.patch\n"), "{series}");
    assert!(sandbox.run(&["-C", "weir", "status"]).expect_status(0).out.starts_with("no rebase is open"));
}

#[test]
fn a_skip_of_each_conflict_ends_the_rebase() {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    sandbox.run(&["-C", "weir", "skip"]).expect_status(3);
    let done = sandbox.run(&["-C", "weir", "skip"]).expect_status(0);
    assert!(done.out.contains("2 skipped"), "{}", done.out);
    sandbox.run(&["-C", "weir", "skip"]).expect_status(2);
}

#[test]
fn skip_rewrites_the_reports_and_remembers_what_fails_a_run() {
    let sandbox = Sandbox::example();
    let flags = ["--report", "json=rows.json", "--report", "markdown=rows.md", "--fail-on", "review"];
    sandbox.run(&[&["-C", "weir", "rebase", "--onto", "2.0"][..], &flags].concat()).expect_status(3);
    assert!(sandbox.read("weir/rows.json").contains("\"skipped\": 0"));
    sandbox.run(&["-C", "weir", "skip"]).expect_status(3);
    assert!(sandbox.read("weir/rows.json").contains("\"skipped\": 1"));
    // A review is left, which the first run was told to fail on.
    sandbox.run(&["-C", "weir", "skip"]).expect_status(1);
    assert!(sandbox.read("weir/rows.json").contains("\"skipped\": 2"));
    assert!(sandbox.read("weir/rows.md").contains("2 skipped"), "{}", sandbox.read("weir/rows.md"));
}

#[test]
fn abort_and_undo_restore_every_byte() {
    for command in ["abort", "undo"] {
        let sandbox = Sandbox::example();
        let before = picture_of_queue(&sandbox.path("weir"));
        sandbox.rebase_in_place().expect_status(3);
        sandbox.edit_conflict();
        sandbox.run(&["-C", "weir", "continue"]).expect_status(3);
        sandbox.run(&["-C", "weir", command]).expect_status(0);
        assert!(picture_of_queue(&sandbox.path("weir")) == before, "{command}");
        sandbox.run(&["-C", "weir", command]).expect_status(2);
    }
}

#[test]
fn undo_after_the_end_restores_every_byte_unless_somebody_edited() {
    let sandbox = Sandbox::example();
    let before = picture_of_queue(&sandbox.path("weir"));
    sandbox.rebase_in_place().expect_status(3);
    sandbox.run(&["-C", "weir", "skip"]).expect_status(3);
    sandbox.run(&["-C", "weir", "skip"]).expect_status(0);
    let series = sandbox.read("weir/debian/patches/series");
    sandbox.write("weir/debian/patches/series", format!("{series}# mine\n"));
    let refused = sandbox.run(&["-C", "weir", "undo"]).expect_status(2);
    assert!(refused.err.contains("series") && refused.err.contains("--force"), "{}", refused.err);
    sandbox.write("weir/debian/patches/series", series);
    sandbox.run(&["-C", "weir", "undo"]).expect_status(0);
    assert!(picture_of_queue(&sandbox.path("weir")) == before);
}

#[test]
fn a_second_rebase_waits_until_the_first_is_decided() {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    let before = picture(&sandbox.path("weir"));
    let refused = sandbox.rebase_in_place().expect_status(3);
    assert!(refused.err.contains("forebay status") && refused.out.is_empty(), "{}", refused.story());
    assert!(picture(&sandbox.path("weir")) == before);
}

#[test]
fn a_second_forebay_at_work_is_named_and_nothing_happens() {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    let lock = std::fs::OpenOptions::new().write(true).open(sandbox.path("weir/.forebay/lock")).expect("a lock file");
    lock.lock().expect("nobody holds it");
    let before = picture(&sandbox.path("weir"));
    for command in [&["continue"][..], &["skip"], &["abort"], &["undo"], &["rebase", "--onto", "2.0"]] {
        let output = sandbox.run(&[&["-C", "weir"], command].concat()).expect_status(4);
        assert!(output.err.contains("hint:"), "{command:?}: {}", output.err);
    }
    let status = sandbox.run(&["-C", "weir", "status"]).expect_status(3);
    assert!(status.out.contains("forebay is at work"), "{}", status.out);
    assert!(picture(&sandbox.path("weir")) == before);
}

/// Kills at many moments of a run; what is left is the state before, the one after, or one that the next command mends.
#[test]
fn a_kill_at_any_moment_can_be_taken_back() {
    let sandbox = Sandbox::example();
    let first = picture_of_queue(&sandbox.path("weir"));
    sandbox.rebase_in_place().expect_status(3);
    let carried = picture_of_queue(&sandbox.path("weir"));
    sandbox.run(&["-C", "weir", "abort"]).expect_status(0);
    let (mut killed, mut written) = (0, 0);
    for moment in 0..40 {
        let mut child = sandbox.command(&["-C", "weir", "rebase", "--onto", "2.0"]);
        let mut child =
            child.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(moment * 2));
        child.kill().expect("it is ours");
        let ended = child.wait().expect("it ends");
        killed += usize::from(ended.code().is_none());
        let status = sandbox.run(&["-C", "weir", "status"]);
        assert!(matches!(status.status, Some(0 | 3)), "{}", status.story());
        let back = sandbox.run(&["-C", "weir", "abort"]);
        let open = sandbox.run(&["-C", "weir", "status"]).expect_status(0);
        assert!(!open.out.contains("interrupted"), "{}\n{}", back.story(), open.story());
        if back.status == Some(0) {
            written += 1;
        }
        assert!(picture_of_queue(&sandbox.path("weir")) == first, "after {moment}: {}", back.story());
    }
    assert!(killed > 0, "no run was killed");
    sandbox.rebase_in_place().expect_status(3);
    assert!(
        picture_of_queue(&sandbox.path("weir")) == carried,
        "and it works afterwards ({killed} killed, {written} aborted)"
    );
    assert!(sandbox.path(EDIT).exists());
}
