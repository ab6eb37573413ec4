//! Remembered decisions: written by `continue`, replayed on the very same bytes only, listed, verified, pruned.

use crate::support::{Sandbox, assert_snapshot};

/// The example after its conflict with markers was decided, and everything put back as it was before.
fn decided_before() -> (Sandbox, String) {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    sandbox.edit_conflict();
    let mut command = sandbox.command(&["-C", "weir", "continue", "--why", "levels live in a table"]);
    command.env("SOURCE_DATE_EPOCH", "1764054000");
    let output = sandbox.finish(&mut command).expect_status(3);
    assert!(output.err.contains("remembered 1 decision in .forebay/resolutions"), "{}", output.err);
    let carried = sandbox.read("weir/debian/patches/features/default-level.patch");
    sandbox.run(&["-C", "weir", "abort"]).expect_status(0);
    assert_ne!(sandbox.read("weir/debian/patches/features/default-level.patch"), carried);
    (sandbox, carried)
}

fn record(sandbox: &Sandbox) -> String {
    let folder = std::fs::read_dir(sandbox.path("weir/.forebay/resolutions")).expect("the folder is there");
    let names: Vec<String> =
        folder.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    format!("weir/.forebay/resolutions/{}", names[0])
}

#[test]
fn the_same_place_is_not_asked_about_again() {
    let (sandbox, carried) = decided_before();
    let output =
        sandbox.run(&["-C", "weir", "rebase", "--onto", "2.0", "--report", "json=../report.json"]).expect_status(3);
    assert!(output.out.contains("1 hunk as decided before"), "{}", output.out);
    let again = sandbox.read("weir/debian/patches/features/default-level.patch");
    let without_ids = again.lines().filter(|line| !line.starts_with("index ")).map(|line| format!("{line}\n"));
    assert_eq!(without_ids.collect::<String>(), carried, "the same patch, with the edit away from the markers");
    let report: serde_json::Value = serde_json::from_str(&sandbox.read("report.json")).expect("JSON");
    let patches = report["patches"].as_array().expect("a list");
    let patch = patches.iter().find(|patch| patch["name"] == "features/default-level.patch").expect("it is there");
    let hunk = &patch["files"][0]["hunks"][0];
    assert_eq!((hunk["rung"].as_str(), hunk["grade"].as_str()), (Some("replayed"), Some("B")));
    let told = "decided by A U Thor <author@example.com> on 2025-11-25 for 2.0: levels live in a table";
    assert_eq!(hunk["evidence"][0], told);
}

#[test]
fn a_person_may_be_asked_again() {
    let (sandbox, _) = decided_before();
    let open = |flags: &[&str]| {
        let line = [&["-C", "weir", "rebase", "--onto", "2.0", "--dry-run"], flags].concat();
        sandbox.run(&line).expect_status(3).out.contains("2 conflict")
    };
    assert!(!open(&[]));
    assert!(open(&["--no-replay"]));
    let profile = sandbox.read("weir/forebay.toml");
    sandbox.write("weir/forebay.toml", profile.replace("[policy]\n", "[policy]\nreplay = false\n"));
    assert!(open(&[]));
}

#[test]
fn one_other_byte_anywhere_near_asks_again() {
    let (sandbox, _) = decided_before();
    let conflicts = || sandbox.run(&["-C", "weir", "rebase", "--onto", "git:../upstream#next", "--dry-run"]).out;
    sandbox.git("upstream", &["checkout", "-q", "-b", "next", "v2.0"]);
    assert!(!conflicts().contains("2 conflict"), "the same bytes under another name");
    // Far from the place, another line may differ; beside it, none may.
    let text = sandbox.read("upstream/src/config.c");
    sandbox.write("upstream/src/config.c", format!("/* new */\n{text}"));
    sandbox.git("upstream", &["commit", "-qam", "far"]);
    assert!(!conflicts().contains("2 conflict"));
    let near = text.replace(
        "return parse_file(config, config_path(), settings);\n}",
        "return parse_file(config, config_path(), settings);\n\n}",
    );
    assert_ne!(near, text);
    sandbox.write("upstream/src/config.c", near);
    sandbox.git("upstream", &["commit", "-qam", "near"]);
    assert!(conflicts().contains("2 conflict"));
}

#[test]
fn an_answer_that_cannot_be_told_place_by_place_is_not_remembered() {
    let sandbox = Sandbox::example();
    sandbox.rebase_in_place().expect_status(3);
    sandbox.edit_conflict();
    let edited = sandbox.read(crate::support::EDIT);
    let (head, _) = edited.rsplit_once("    return parse_file").expect("the line is there");
    sandbox.write(crate::support::EDIT, head);
    let output = sandbox.run(&["-C", "weir", "continue"]).expect_status(3);
    assert!(output.err.contains("`src/config.c` cannot be told place by place"), "{}", output.err);
    assert!(!sandbox.path("weir/.forebay/resolutions").exists());
}

#[test]
fn records_are_listed_verified_and_pruned() {
    let (sandbox, _) = decided_before();
    assert_snapshot("resolution", "record", &sandbox.read(&record(&sandbox)));
    assert_snapshot(
        "resolution",
        "list",
        &sandbox.run(&["-C", "weir", "resolution", "list", "-v"]).expect_status(0).out,
    );
    sandbox.run(&["-C", "weir", "resolution", "verify"]).expect_status(0);
    let kept = sandbox.run(&["-C", "weir", "resolution", "prune", "--before", "2025-11-25"]).expect_status(0);
    assert!(kept.out.is_empty() && kept.err.contains("0 decisions removed, 1 kept"), "{}", kept.story());
    let prune = ["-C", "weir", "resolution", "prune", "--patch", "features/default-level.patch"];
    let would = sandbox.run(&[&prune[..], &["--dry-run"]].concat()).expect_status(0);
    assert!(would.err.contains("1 decision would be removed"), "{}", would.err);
    record(&sandbox);
    sandbox.run(&prune).expect_status(0);
    assert!(sandbox.run(&["-C", "weir", "resolution", "list"]).out.ends_with("0 decisions\n"));
    for wrong in [&[][..], &["--before", "2026-02-30"], &["--before", "yesterday"]] {
        sandbox.run(&[&["resolution", "prune"], wrong].concat()).expect_status(2);
    }
}

#[test]
fn a_broken_record_is_told_and_answers_nothing() {
    let (sandbox, _) = decided_before();
    let place = record(&sandbox);
    let text = sandbox.read(&place);
    sandbox.write(&place, &text[..text.len() / 2]);
    let output = sandbox.run(&["-C", "weir", "rebase", "--onto", "2.0", "--dry-run"]).expect_status(3);
    assert!(output.out.contains("2 conflict") && output.err.contains("it is not used"), "{}", output.story());
    let verify = sandbox.run(&["-C", "weir", "resolution", "verify"]).expect_status(1);
    assert!(verify.out.contains("1 unusable file"), "{}", verify.out);
    sandbox.run(&["explain", "resolution-unusable"]).expect_status(0);
}
