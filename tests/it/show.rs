//! `forebay show`: from the open rebase or afresh, and nothing is written.

use crate::support::{Sandbox, TREES, assert_snapshot, picture};

#[test]
fn a_conflict_is_shown_the_same_afresh_and_from_the_open_rebase() {
    let sandbox = Sandbox::example();
    let fresh = sandbox.run(&["-C", "weir", "show", "default-level.patch", "--onto", "2.0"]).expect_status(3).out;
    assert_snapshot("show", "conflict", &fresh);
    sandbox.rebase_in_place().expect_status(3);
    let before = picture(&sandbox.path("."));
    let open = sandbox.run(&["-C", "weir", "show", "default-level.patch"]).expect_status(3).out;
    let (story, next) = open.split_once("next: ").expect("a conflict that waits tells what to do");
    assert_eq!(story, fresh);
    assert!(
        next.contains("007-features-default-level/edit") && next.contains("forebay skip features/default-level.patch")
    );
    assert_eq!(sandbox.run(&["-C", "weir", "queue", "show", "default-level.patch"]).expect_status(3).out, open);
    assert!(picture(&sandbox.path(".")) == before, "nothing is written");
}

#[test]
fn what_was_decided_is_shown_as_decided() {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    sandbox.edit_conflict();
    sandbox.run(&["-C", "weir", "continue"]).expect_status(3);
    let shown = sandbox.run(&["-C", "weir", "show", "default-level.patch"]).expect_status(0).out;
    assert!(shown.contains("merged by resolved") && shown.contains("resolved        yes"), "{shown}");
}

#[test]
fn reviews_and_quiet_patches() {
    let sandbox = Sandbox::example_without_profile();
    let show = |patch: &str, more: &[&str]| {
        let line = [&["show", patch, "--queue", "weir/debian/patches"], &TREES[..], more].concat();
        sandbox.run(&line).expect_status(0).out
    };
    assert_snapshot("show", "review", &show("etc.patch", &[]));
    let short = show("gate-overflow.patch", &[]);
    assert!(!short.contains("base: "), "{short}");
    assert!(show("gate-overflow.patch", &["-v"]).contains("base: v1.0"));
    assert!(show("spelling.patch", &[]).contains("absorbed, grade "));
}

#[test]
fn a_name_that_is_not_there_or_not_unique_is_told() {
    let sandbox = Sandbox::example_without_profile();
    let told = |patch: &str| {
        sandbox.run(&[&["show", patch, "--queue", "weir/debian/patches"], &TREES[..]].concat()).expect_status(2).err
    };
    assert!(told(".patch").contains("8 patches of the queue end in `.patch`"));
    assert!(told("fixes/levle.patch").contains("did you mean `fixes/level.patch`?"));
    let nothing = sandbox.run(&["show", "level.patch", "--queue", "weir/debian/patches"]).expect_status(2);
    assert!(nothing.err.contains("--onto TREE"), "{}", nothing.err);
}
