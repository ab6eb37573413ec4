//! `forebay rebase`: where it writes, and where it does not.

use crate::support::{Picture, Sandbox, picture, picture_of_queue};

fn texts(picture: &Picture) -> Vec<String> {
    picture.iter().filter(|(_, (content, _))| content.is_some()).map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn the_example_meets_every_verdict() {
    let sandbox = Sandbox::example();
    let output =
        sandbox.run(&["-C", "weir", "rebase", "--onto", "2.0", "--dry-run", "--report", "json=-"]).expect_status(3);
    let report = output.report();
    for verdict in ["untouched", "refreshed", "merged", "review", "absorbed", "conflict"] {
        assert!(report["summary"][verdict].as_u64() > Some(0), "{verdict}\n{}", output.out);
    }
    assert_eq!((report["package"].as_str(), report["from"].as_str()), (Some("weir"), Some("v1.0")));
}

#[test]
fn a_dry_run_changes_no_byte_anywhere() {
    let sandbox = Sandbox::example();
    let before = picture(&sandbox.path("."));
    let flags: [&[&str]; 4] = [&[], &["--out", "new"], &["--branch", "new"], &["--drop-absorbed", "--jobs", "1"]];
    for more in flags {
        sandbox.rebase(&[&["--queue", "weir/debian/patches", "--dry-run"], more].concat()).expect_status(3);
        assert!(picture(&sandbox.path(".")) == before, "{more:?}");
    }
}

#[test]
fn in_place_keeps_what_needs_nothing_and_the_rest_of_the_folder() {
    let sandbox = Sandbox::example();
    sandbox.write("weir/debian/patches/notes.txt", "mine\n");
    let before = picture_of_queue(&sandbox.path("weir"));
    sandbox.rebase_in_place().expect_status(3);
    let after = picture_of_queue(&sandbox.path("weir"));
    assert_eq!(texts(&before), texts(&after), "no file comes or goes");
    let changed: Vec<String> = before
        .iter()
        .filter(|(path, content)| after.get(*path) != Some(content))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_eq!(
        changed,
        [
            "debian/patches/build/etc.patch",
            "debian/patches/disable/telemetry.patch",
            "debian/patches/fixes/gate-overflow.patch",
            "debian/patches/fixes/level.patch",
            "debian/patches/series",
        ]
    );
    let text = sandbox.read("weir/debian/patches/disable/telemetry.patch");
    assert!(
        text.starts_with("Description: Never send statistics\nAuthor: Pat Packager <pat@distro.example>\n"),
        "{text}"
    );
    assert!(text.contains("+++ b/src/remote/telemetry.c\n"), "{text}");
}

#[test]
fn out_leaves_the_input_alone_and_refuses_another_queue() {
    let sandbox = Sandbox::example();
    let before = picture(&sandbox.path("weir"));
    let flags = ["--queue", "weir/debian/patches", "--out", "new"];
    sandbox.rebase(&flags).expect_status(3);
    assert!(picture(&sandbox.path("weir")) == before);
    assert!(sandbox.read("new/series").contains("\nfixes/level.patch\n"));
    sandbox.run(&["-C", "new", "abort"]).expect_status(0);
    assert_eq!(texts(&picture_of_queue(&sandbox.path("new"))), [""; 0], "abort takes back what was written");

    sandbox.write("other/series", "own.patch\n").write("other/own.patch", "");
    let before = picture(&sandbox.path("other"));
    let output = sandbox.rebase(&["--queue", "weir/debian/patches", "--out", "other"]).expect_status(2);
    assert!(output.err.contains("other") && output.err.contains("hint:"), "{}", output.err);
    assert!(picture(&sandbox.path("other")) == before);
}

#[test]
fn reports_come_in_every_format_and_are_the_same_each_time() {
    let sandbox = Sandbox::example();
    let all = |suffix: &str| {
        let names = ["text", "markdown", "json"].map(|format| format!("{format}={format}.{suffix}"));
        let reports: Vec<&str> = names.iter().flat_map(|name| ["--report", name.as_str()]).collect();
        let more = ["--queue", "weir/debian/patches", "--dry-run"];
        sandbox.rebase(&[&more[..], &reports].concat()).expect_status(3)
    };
    let shown = all("1").out;
    all("2");
    for format in ["text", "markdown", "json"] {
        let text = sandbox.read(&format!("{format}.1"));
        assert_eq!(text, sandbox.read(&format!("{format}.2")));
        assert!(text.contains("features/default-level.patch"), "{text}");
        assert!(!text.contains(sandbox.path(".").to_str().expect("plain")), "no absolute path: {text}");
    }
    assert!(shown.starts_with(sandbox.read("text.1").lines().next().expect("a line")));
    let to_stdout =
        sandbox.rebase(&["--queue", "weir/debian/patches", "--dry-run", "--report", "markdown=-"]).expect_status(3);
    assert_eq!(to_stdout.out, sandbox.read("markdown.1"), "`-` replaces the table");
}

#[test]
fn a_review_fails_where_it_is_asked_to() {
    let sandbox = Sandbox::example();
    sandbox.write("weir/debian/patches/series", "build/etc.patch\nfixes/spelling.patch\n");
    let flags = ["--queue", "weir/debian/patches", "--dry-run"];
    sandbox.rebase(&flags).expect_status(0);
    sandbox.rebase(&[&flags[..], &["--fail-on", "review"]].concat()).expect_status(1);
    sandbox.rebase(&[&flags[..], &["--fail-on", "conflict"]].concat()).expect_status(0);
}

#[test]
fn absorbed_patches_rest_as_comments_or_leave() {
    let sandbox = Sandbox::example();
    sandbox.write("weir/debian/patches/series", "# head\nfixes/spelling.patch -p1\nbuild/system-zlib.patch\n");
    let flags = ["--queue", "weir/debian/patches"];
    sandbox.rebase(&[&flags[..], &["--out", "rests"]].concat()).expect_status(0);
    assert_eq!(
        sandbox.read("rests/series"),
        "# head\n# forebay: absorbed on v2.0: all of it is already upstream\n# fixes/spelling.patch -p1\nbuild/system-zlib.patch\n"
    );
    sandbox.rebase(&[&flags[..], &["--drop-absorbed"]].concat()).expect_status(0);
    assert_eq!(sandbox.read("weir/debian/patches/series"), "# head\nbuild/system-zlib.patch\n");
    assert!(!sandbox.path("weir/debian/patches/fixes/spelling.patch").exists());
    sandbox.run(&["undo"]).expect_status(0);
    assert!(sandbox.path("weir/debian/patches/fixes/spelling.patch").exists());
}

#[test]
fn a_queue_that_was_carried_says_which_version_it_is_for() {
    let sandbox = Sandbox::example();
    sandbox.write("weir/debian/patches/series", "build/system-zlib.patch\n");
    let output = sandbox.rebase_in_place().expect_status(0);
    assert!(output.out.contains("next: write `version = \"2.0\"` in forebay.toml"), "{}", output.out);
}

#[test]
fn a_branch_has_one_commit_a_patch_and_touches_no_work_tree() {
    let sandbox = Sandbox::example();
    sandbox.write(
        "weir/debian/patches/fixes/gate-overflow.patch",
        sandbox.read("weir/debian/patches/fixes/gate-overflow.patch").replace(
            "Description: Do not read behind the last level\nAuthor: Pat Packager <pat@distro.example>\n",
            "From: Mail Author <mail@distro.example>\nDate: Sat, 3 Jan 2026 10:00:00 +0200\nSubject: [PATCH] Bounds\n\nThe last level\nis not ours.\n---\n",
        ),
    );
    let work_tree = || {
        let mut found = picture(&sandbox.path("upstream"));
        found.retain(|path, _| !path.starts_with(".git/objects") && !path.starts_with(".git/refs"));
        found.retain(|path, _| !path.starts_with(".git/logs"));
        found
    };
    let before = work_tree();
    sandbox.rebase(&["--queue", "weir/debian/patches", "--branch", "distro"]).expect_status(3);
    assert!(work_tree() == before, "index, HEAD and files stay");
    let log = sandbox
        .tool("git", &["-C", "upstream", "log", "--reverse", "--format=%an <%ae> %ad|%s|%x00%b%x01", "v2.0..distro"]);
    let commits: Vec<&str> = log.split("\u{1}\n").collect();
    let first = "Pat Packager <pat@distro.example> Fri Jan 2 00:00:00 2026 +0000|Use the zlib of the distribution|";
    assert!(commits[0].starts_with(first), "{log}");
    let second =
        "Mail Author <mail@distro.example> Sat Jan 3 10:00:00 2026 +0200|Bounds|\0The last level\nis not ours.";
    assert!(commits[1].starts_with(second), "{log}");
    assert_eq!(sandbox.tool("git", &["-C", "upstream", "rev-list", "--count", "v2.0..distro"]), "5\n");
    sandbox.tool("git", &["-C", "upstream", "fsck", "--strict", "--full"]);
    sandbox.git("upstream", &["branch", "taken", "v1.0"]);
    let flags = ["--queue", "weir/debian/patches", "--out", "x", "--branch", "taken"];
    assert!(sandbox.rebase(&flags).expect_status(2).err.contains("--force"));
    sandbox.rebase(&[&flags[..], &["--force"]].concat()).expect_status(0);
    sandbox.run(&["abort"]).expect_status(0);
    assert_eq!(sandbox.tool("git", &["-C", "upstream", "branch", "--list", "distro"]), "");
}

#[test]
fn an_old_tree_that_the_queue_was_not_made_for_is_doubted() {
    let sandbox = Sandbox::example();
    sandbox.write("other/README", "x\n");
    let flags = ["rebase", "--from", "dir:../other", "--onto", "2.0", "--dry-run"];
    let output = sandbox.run(&[&["-C", "weir"], &flags[..]].concat());
    assert!(output.err.contains("warning: 8 of 8 patches were not made for the old tree `other`"), "{}", output.err);
    assert!(output.err.contains("hint: `--from`, or `version` and `trees` in forebay.toml"), "{}", output.err);
    assert!(!sandbox.run(&["-C", "weir", "rebase", "--onto", "2.0", "--dry-run"]).err.contains("warning"));
}
