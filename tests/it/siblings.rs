//! Other distributions' queues: compared with ours, and looked into where a patch conflicts.

use crate::support::{Sandbox, assert_snapshot};

/// Upstream put other text in place of the patched line, and the line itself into two other functions: no rung may choose.
const OLD: &str = "int level(void)\n{\n    begin();\n    int x = 1;\n    end();\n    return 0;\n}\n";
const NEW: &str = "int top(void)\n{\n    int x = 1;\n    return x + 2;\n}\n\nint level(void)\n{\n    begin();\n    other(3);\n    end();\n    return 0;\n}\n\nint low(void)\n{\n    int x = 1;\n    return x - 2;\n}\n";
const MINE: &str = "Description: start higher\n\n--- a/level.c\n+++ b/level.c\n@@ -1,7 +1,7 @@\n int level(void)\n {\n     begin();\n-    int x = 1;\n+    int x = 2;\n     end();\n     return 0;\n }\n";
const THEIRS: &str = "--- a/level.c\n+++ b/level.c\n@@ -1,5 +1,5 @@\n int top(void)\n {\n-    int x = 1;\n+    int x = 2;\n     return x + 2;\n }\n";

/// Two trees, a queue of one patch, and a sibling whose series holds `patch`.
fn world(patch: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("old/level.c", OLD).write("new/level.c", NEW);
    sandbox.write("queue/series", "level.patch\n").write("queue/level.patch", MINE);
    sandbox.write("gentoo/files/series", "x/start.patch\n").write("gentoo/files/x/start.patch", patch);
    sandbox.write(
        "forebay.toml",
        "[queue]\npath = \"queue\"\n\n[[queue.siblings]]\nname = \"gentoo\"\npath = \"gentoo/files\"\nform = \"quilt\"\n",
    );
    sandbox
}

const REBASE: [&str; 5] = ["rebase", "--from", "dir:old", "--onto", "dir:new"];

fn report(sandbox: &Sandbox, status: i32) -> serde_json::Value {
    sandbox.run(&[&REBASE[..], &["--dry-run", "--report", "json=-"]].concat()).expect_status(status).report()
}

#[test]
fn the_same_change_refreshed_elsewhere_is_taken_as_a_review() {
    let sandbox = world(THEIRS);
    let found = report(&sandbox, 0);
    let file = &found["patches"][0]["files"][0];
    assert_eq!(found["patches"][0]["verdict"], "review");
    assert_eq!((file["hunks"][0]["rung"].as_str(), file["hunks"][0]["grade"].as_str()), (Some("sibling"), Some("C")));
    let offer = &file["siblings"][0];
    assert_eq!((offer["queue"].as_str(), offer["patch"].as_str()), (Some("gentoo"), Some("x/start.patch")));
    assert_eq!((offer["taken"].as_bool(), offer["same_payload"].as_bool()), (Some(true), Some(true)));
    let shown = sandbox.run(&REBASE).expect_status(0);
    assert!(shown.out.contains("others: 1 patch above: the same lines are added in gentoo"), "{}", shown.out);
    let written = sandbox.read("queue/level.patch");
    assert!(
        written.starts_with("Description: start higher\n") && written.contains("@@ -1,5 +1,5 @@\n int top(void)\n"),
        "{written}"
    );
}

#[test]
fn another_payload_is_named_and_never_taken() {
    let other = THEIRS.replace("     return x + 2;\n }\n", "-    return x + 2;\n }\n \n int level(void)\n");
    let other = other.replace("@@ -1,5 +1,5 @@", "@@ -1,7 +1,6 @@");
    let found = report(&world(&other), 3);
    let file = &found["patches"][0]["files"][0];
    assert_eq!(file["siblings"][0]["same_payload"], false);
    assert_eq!(
        (file["siblings"][0]["applies"].as_bool(), file["siblings"][0]["taken"].as_bool()),
        (Some(true), Some(false))
    );
    assert!(file["evidence"][0].as_str().is_some_and(|fact| fact.contains("gentoo adds the same lines")), "{file}");
}

#[test]
fn the_same_change_without_a_place_here_is_only_named() {
    let found = report(&world(&MINE.replace("int level(void)", "int height(void)")), 3);
    let offer = &found["patches"][0]["files"][0]["siblings"][0];
    assert_eq!((offer["same_payload"].as_bool(), offer["applies"].as_bool()), (Some(true), Some(false)));
}

#[test]
fn a_sibling_may_lie_in_git_and_one_that_is_gone_is_told() {
    let sandbox = world(THEIRS);
    sandbox.tool("git", &["init", "-q", "-b", "main", "gentoo"]);
    sandbox.git("gentoo", &["add", "."]).git("gentoo", &["commit", "-qm", "one"]);
    let profile =
        sandbox.read("forebay.toml").replace("path = \"gentoo/files\"", "git = \"gentoo#main\"\npath = \"files\"");
    std::fs::remove_dir_all(sandbox.path("gentoo/files")).expect("it is there");
    sandbox.write("forebay.toml", &profile);
    assert_eq!(report(&sandbox, 0)["patches"][0]["verdict"], "review");
    sandbox.write("forebay.toml", profile.replace("#main", "#nosuch"));
    let output = sandbox.run(&[&REBASE[..], &["--dry-run"]].concat()).expect_status(3);
    assert!(output.err.contains("the queue of gentoo cannot be read"), "{}", output.err);
}

#[test]
fn queues_are_compared_by_what_they_change() {
    let sandbox = Sandbox::example();
    sandbox.tool("cp", &["-r", "weir/debian/patches", "other"]);
    let level = sandbox.read("other/fixes/level.patch").replace("+++ b/", "+++ c/").replace("--- a/", "--- c/");
    sandbox.write("other/renamed.patch", level);
    let default = sandbox.read("other/features/default-level.patch");
    sandbox.write("other/features/default-level.patch", default.replace("= 55;", "= 65;"));
    let series = "renamed.patch\nfeatures/default-level.patch\nbuild/etc.patch\nown.patch\n";
    sandbox.write("other/series", series);
    sandbox.write("other/own.patch", "--- a/README\n+++ b/README\n@@ -1 +1 @@\n-a\n+b\n");
    let compare = |more: &[&str]| {
        let line = [&["queue", "compare", "other", "--queue", "weir/debian/patches"], more].concat();
        sandbox.run(&line).expect_status(0).out
    };
    assert_snapshot("queue", "compare", &compare(&["-v"]));
    assert!(!compare(&[]).contains("this only"));
    sandbox.run(&["queue", "compare", "nowhere", "--queue", "other"]).expect_status(2);
}
