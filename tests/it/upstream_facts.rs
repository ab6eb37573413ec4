//! What the trees tell beyond the merge: the commits behind a conflict, and names that upstream no longer has.

use crate::support::{Output, Sandbox};

/// A commit: its subject, and what it does to the files.
type Step<'a> = (&'a str, &'a dyn Fn(&Sandbox));

/// An upstream with these commits between v1 and v2.
fn upstream(steps: &[Step<'_>]) -> Sandbox {
    let sandbox = Sandbox::new();
    let lines: String = (1..=30).map(|number| format!("line {number}\n")).collect();
    sandbox.write("up/src/a.c", &lines).write("up/src/b.c", &lines).write("up/src/gone.c", "old\n");
    sandbox.write("up/base/old.h", "int a;\n").write("up/base/new.h", "int a;\n");
    sandbox.write("up/lib/BUILD.gn", "source_set(\"core\") {\n}\nflags = [ \"USE_ECHO=1\" ]\n");
    sandbox.write("up/dead/BUILD.gn", "group(\"all\") {\n}\n");
    sandbox.tool("git", &["init", "-q", "-b", "main", "up"]);
    let commit = |subject: &str| {
        sandbox.git("up", &["add", "-A"]).git("up", &["commit", "-q", "--allow-empty", "-m", subject]);
    };
    commit("first");
    sandbox.git("up", &["tag", "v1"]);
    for (subject, change) in steps {
        change(&sandbox);
        commit(subject);
    }
    sandbox.git("up", &["tag", "v2"]);
    sandbox
}

fn edit(sandbox: &Sandbox, path: &str, from: &str, to: &str) {
    let text = sandbox.read(path);
    assert!(text.contains(from), "{path}: {from}");
    sandbox.write(path, text.replace(from, to));
}

fn rebase(sandbox: &Sandbox, patch: &str, status: i32) -> Output {
    sandbox.write("queue/series", "one.patch\n").write("queue/one.patch", patch);
    let flags = ["rebase", "--queue", "queue", "--from", "git:up#v1", "--onto", "git:up#v2", "--dry-run"];
    sandbox.run(&[&flags[..], &["--report", "json=report.json"]].concat()).expect_status(status)
}

const PATCH: &str = "--- a/src/a.c\n+++ b/src/a.c\n@@ -12,7 +12,7 @@\n line 12\n line 13\n line 14\n-line 15\n+line fifteen\n line 16\n line 17\n line 18\n";

#[test]
fn the_commits_that_touched_the_lines_are_named_and_no_others() {
    let sandbox = upstream(&[
        ("Rename fifteen", &|sandbox| edit(sandbox, "up/src/a.c", "line 15\n", "LINE XV\n")),
        ("Add a head", &|sandbox| edit(sandbox, "up/src/a.c", "line 1\n", "head\nhead\nline 1\n")),
        ("Touch the end", &|sandbox| edit(sandbox, "up/src/a.c", "line 30\n", "the end\n")),
        ("Another file", &|sandbox| edit(sandbox, "up/src/b.c", "line 15\n", "x\n")),
        ("Say it twice", &|sandbox| edit(sandbox, "up/src/a.c", "LINE XV\n", "LINE XV XV\n")),
    ]);
    let output = rebase(&sandbox, PATCH, 3);
    let report: serde_json::Value = serde_json::from_str(&sandbox.read("report.json")).expect("JSON");
    let hunk = &report["patches"][0]["files"][0]["hunks"][0];
    let subjects: Vec<&str> =
        hunk["culprit_commits"].as_array().expect("commits").iter().filter_map(|one| one["subject"].as_str()).collect();
    assert_eq!(subjects, ["Say it twice", "Rename fifteen"]);
    assert_eq!(hunk["culprit_commits"][0]["date"], "2026-01-01");
    assert!(output.out.contains("now line 17: ") && output.out.contains("\"Say it twice\""), "{}", output.out);
}

#[test]
fn a_branch_that_was_merged_is_followed() {
    let sandbox = upstream(&[("On the trunk", &|sandbox| {
        sandbox.git("up", &["checkout", "-q", "-b", "side"]);
        edit(sandbox, "up/src/a.c", "line 15\n", "LINE XV\n");
        sandbox.git("up", &["commit", "-qam", "On a branch"]).git("up", &["checkout", "-q", "main"]);
        edit(sandbox, "up/src/b.c", "line 3\n", "x\n");
        sandbox
            .git("up", &["commit", "-qam", "Beside it"])
            .git("up", &["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    })]);
    rebase(&sandbox, PATCH, 3);
    let report = sandbox.read("report.json");
    assert!(report.contains("\"subject\": \"On a branch\"") && !report.contains("\"subject\": \"Merge\""), "{report}");
}

#[test]
fn the_commit_that_deleted_a_file_is_named_and_without_history_none_is() {
    let delete: &dyn Fn(&Sandbox) = &|sandbox| {
        std::fs::remove_file(sandbox.path("up/src/gone.c")).expect("it is there");
    };
    let sandbox = upstream(&[("Drop the old one", delete), ("Then more", &|_| {})]);
    let patch = "--- a/src/gone.c\n+++ b/src/gone.c\n@@ -1 +1 @@\n-old\n+new\n";
    let output = rebase(&sandbox, patch, 3);
    assert!(output.out.contains("\"Drop the old one\""), "{}", output.out);
    // Imported releases: two commits without a parent.
    let tree = sandbox.tool("git", &["-C", "up", "rev-parse", "v2^{tree}"]);
    let alone = sandbox.tool("git", &["-C", "up", "commit-tree", "-m", "import", tree.trim()]);
    sandbox.git("up", &["tag", "-f", "v2", alone.trim()]);
    let output = rebase(&sandbox, patch, 3);
    assert!(!output.out.contains("upstream's commit"), "{}", output.out);
}

const USES: &str = "--- a/src/b.c\n+++ b/src/b.c\n@@ -1,3 +1,7 @@\n+#include \"base/old.h\"\n+#include \"base/new.h\"\n+#include \"lib/buildflags.h\"\n+#if BUILDFLAG(USE_ECHO) && BUILDFLAG(OTHER)\n line 1\n line 2\n line 3\n--- /dev/null\n+++ b/own/BUILD.gn\n@@ -0,0 +1,4 @@\n+group(\"own\") {\n+  deps = [ \"//lib:core\", \"//lib:other\", \"//dead:all\", \"//own\", \"//never/was\" ]\n+  # \"//dead\"\n+}\n";

#[test]
fn names_that_upstream_no_longer_has_are_findings() {
    let sandbox = upstream(&[
        ("Headers", &|sandbox| std::fs::remove_file(sandbox.path("up/base/old.h")).expect("it is there")),
        ("Build", &|sandbox| {
            std::fs::remove_dir_all(sandbox.path("up/dead")).expect("it is there");
            edit(sandbox, "up/lib/BUILD.gn", "\"core\"", "\"kernel\"");
            edit(sandbox, "up/lib/BUILD.gn", "USE_ECHO", "USE_SONAR");
        }),
    ]);
    let found = |output: Output| {
        let report: serde_json::Value = serde_json::from_str(&sandbox.read("report.json")).expect("JSON");
        let list = report["patches"][0]["findings"].as_array().cloned().unwrap_or_default();
        let text = |one: &serde_json::Value| {
            format!("{} {}", one["places"][0].as_str().expect("a place"), one["message"].as_str().expect("text"))
        };
        (list.iter().map(text).collect::<std::collections::BTreeSet<_>>(), output.out)
    };
    let (messages, shown) = found(rebase(&sandbox, USES, 0));
    let expected = [
        "own/BUILD.gn:2 names `//dead:all`, which the new tree no longer has",
        "own/BUILD.gn:2 names `//lib:core`, but `lib/BUILD.gn` no longer has such a target",
        "src/b.c:1 includes `base/old.h`, which the new tree no longer has",
        "src/b.c:4 asks for the flag `USE_ECHO`, which `lib/BUILD.gn` no longer sets",
    ];
    assert_eq!(messages.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(shown.contains("findings: 4 stale references in 1 patch"), "{shown}");
    // The same between folders, where no ids are known, and nothing between equal trees.
    for (tag, folder) in [("v1", "t1"), ("v2", "t2")] {
        sandbox.git("up", &["worktree", "add", "-q", "--detach", &format!("../{folder}"), tag]);
    }
    let line = |from: &str, onto: &str| {
        let flags =
            ["rebase", "--queue", "queue", "--dry-run", "--report", "json=report.json", "--from", from, "--onto", onto];
        sandbox.run(&flags).expect_status(0)
    };
    assert_eq!(found(line("dir:t1", "dir:t2")).0, messages);
    assert_eq!(found(line("git:up#v1", "dir:t2")).0, messages);
    assert!(found(line("dir:t1", "git:up#v1")).0.is_empty());
}

#[test]
fn the_summary_weighs_a_release_against_the_rounds_before() {
    let sandbox = Sandbox::example();
    sandbox.tool("git", &["init", "-q", "-b", "main", "weir"]);
    let commit = |subject: &str| {
        sandbox.git("weir", &["add", "debian"]).git("weir", &["commit", "-q", "-m", subject]);
    };
    commit("import");
    for round in 0..3 {
        let patch = "weir/debian/patches/features/default-level.patch";
        sandbox.write(patch, sandbox.read(patch).replacen("Description: ", "Description: again ", 1));
        if round == 0 {
            let other = "weir/debian/patches/build/etc.patch";
            sandbox.write(other, format!("Origin: x\n{}", sandbox.read(other)));
        }
        commit("refresh");
    }
    let flags = ["-C", "weir", "rebase", "--onto", "2.0", "--dry-run", "--summary"];
    let told = sandbox.run(&flags).expect_status(3).out;
    assert!(told.starts_with("weir  v1.0 -> v2.0    3 of 8 patches will need a person\n"), "{told}");
    for line in [
        "conflict      1     3/3  features/default-level.patch",
        "review        1     1/3  build/etc.patch",
        "before: 3 rounds, 1 patch changed in the median, 2 at most",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    sandbox.run(&["-C", "weir", "rebase", "--onto", "2.0", "--summary"]).expect_status(2);
}
