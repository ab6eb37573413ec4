//! `forebay bisect` on histories made here.

use crate::support::{Sandbox, assert_snapshot};

/// A file of which line 20 is patched.
fn lines(tag: usize, line: &str) -> String {
    let mut all: Vec<String> = (1..=40).map(|number| format!("int value_{number} = {number};")).collect();
    all[2] = format!("int release = {tag};");
    line.clone_into(&mut all[19]);
    all.join("\n") + "\n"
}

const PATCH: &str = "Description: more\n\n--- a/src/a.c\n+++ b/src/a.c\n@@ -17,7 +17,7 @@\n int value_17 = 17;\n int value_18 = 18;\n int value_19 = 19;\n-int value_20 = 20;\n+int value_20 = 99;\n int value_21 = 21;\n int value_22 = 22;\n int value_23 = 23;\n";
const OTHER: &str =
    "Description: other\n\n--- a/other.c\n+++ b/other.c\n@@ -1 +1 @@\n-int other = 1;\n+int other = 2;\n";

/// Commits one release a number, tagged `v1.N`; the patched line is rewritten from release `first` on, after a commit that
/// does not touch the file.
fn world(releases: usize, first: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.tool("git", &["init", "-q", "-b", "main", "src"]);
    sandbox.write("src/other.c", "int other = 1;\n");
    for release in 0..releases {
        sandbox.write("src/notes", format!("{release}\n"));
        sandbox.git("src", &["add", "."]).git("src", &["commit", "-qm", &format!("notes of {release}")]);
        let line = if release >= first { "call(other_thing, 7);" } else { "int value_20 = 20;" };
        sandbox.write("src/src/a.c", lines(release, line));
        sandbox.git("src", &["add", "."]).git("src", &["commit", "-qm", &format!("a.c of {release}")]);
        sandbox.git("src", &["tag", &format!("v1.{release}")]);
    }
    sandbox.write("queue/series", "other.patch\nmore.patch\n");
    sandbox.write("queue/more.patch", PATCH).write("queue/other.patch", OTHER);
    sandbox
}

fn bisect<'a>(onto: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["bisect", "more.patch", "--queue", "queue", "--from", "git:src#v1.0", "--onto", onto], more].concat()
}

#[test]
fn the_first_tag_is_named_and_the_one_before_was_tried() {
    let sandbox = world(14, 10);
    let found = sandbox.run(&bisect("git:src#v1.13", &[])).expect_status(0);
    assert!(found.out.contains("still fine at v1.9\nfirst broken at v1.10\nnext: forebay bisect more.patch --from git:src#v1.0 --queue queue --onto git:src#v1.10 --commits\n"), "{}", found.out);
    let tried = found.out.lines().filter(|line| line.contains("  v1.")).count();
    assert!((4..=7).contains(&tried), "{}", found.out);
    assert!(!sandbox.path("queue/.forebay").exists() && !sandbox.path(".forebay").exists());
    assert_snapshot("bisect", "tags", &found.out);
}

#[test]
fn commits_are_named_with_their_subject() {
    let sandbox = world(6, 3);
    for flags in [&["--commits"][..], &["--commits", "--verdict", "review"]] {
        let found = sandbox.run(&bisect("git:src#v1.5", flags)).expect_status(0);
        let last = found.out.lines().rev().take(3).collect::<Vec<_>>();
        assert!(last[1].starts_with("first broken at ") && last[1].ends_with(" a.c of 3"), "{}", found.out);
        // The commit right before touches nothing of the patch; it was tried all the same.
        assert!(last[2].starts_with("still fine at ") && last[2].ends_with(" notes of 3"), "{}", found.out);
        let id = sandbox.tool("git", &["-C", "src", "rev-parse", "v1.3"]);
        assert_eq!(last[0], format!("next: git -C src show {}", id.trim()));
        assert!(found.out.contains("10 commits, 5 touch its files"), "{}", found.out);
    }
}

#[test]
fn without_tags_between_commits_are_searched() {
    let sandbox = world(3, 1);
    sandbox.git("src", &["tag", "-d", "v1.1"]);
    let found = sandbox.run(&bisect("git:src#v1.2", &[])).expect_status(0);
    assert!(found.err.contains("no tags of releases between v1.0 and v1.2"), "{}", found.err);
    assert!(found.out.contains(" a.c of 1\nnext: git -C src show "), "{}", found.out);
}

#[test]
fn the_profile_says_which_tags_are_releases() {
    let sandbox = world(6, 4);
    for release in 0..6 {
        sandbox.git("src", &["tag", &format!("rel-1_{release}"), &format!("v1.{release}")]);
    }
    sandbox.write(
        "forebay.toml",
        "[package]\nname = \"x\"\nversion = \"1.0\"\n[upstream]\ntag = \"rel-{underscored}\"\ntrees = [\"git:src#rel-{underscored}\"]\n[queue]\npath = \"queue\"\n",
    );
    let found = sandbox.run(&["bisect", "more.patch", "--onto", "1.5"]).expect_status(0);
    let end =
        "still fine at rel-1_3\nfirst broken at rel-1_4\nnext: forebay bisect more.patch --onto rel-1_4 --commits\n";
    assert!(found.out.ends_with(end), "{}", found.out);
    let next = sandbox.run(&["bisect", "more.patch", "--onto", "rel-1_4", "--commits"]).expect_status(0);
    assert!(next.out.contains(" a.c of 4\nnext: git -C src show "), "{}", next.out);
}

#[test]
fn a_branch_that_parted_is_told_by_its_merge() {
    let sandbox = world(2, 9);
    sandbox.git("src", &["checkout", "-qb", "side"]);
    sandbox.write("src/src/a.c", lines(1, "call(other_thing, 7);"));
    sandbox.git("src", &["commit", "-qam", "on the side"]);
    sandbox.git("src", &["checkout", "-q", "main"]).write("src/notes", "main\n");
    sandbox.git("src", &["commit", "-qam", "on main"]);
    sandbox.git("src", &["merge", "-q", "--no-ff", "-m", "merge the side", "side"]);
    let found = sandbox.run(&bisect("git:src#main", &[])).expect_status(0);
    assert!(found.out.contains(" on main\nfirst broken at "), "{}", found.out);
    assert!(found.out.contains(" merge the side\nnext: "), "{}", found.out);
}

#[test]
fn a_renamed_file_is_followed_to_where_it_breaks() {
    let sandbox = world(1, 9);
    sandbox.git("src", &["mv", "src/a.c", "src/b.c"]).git("src", &["commit", "-qm", "rename"]);
    sandbox.write("src/notes", "more\n").git("src", &["commit", "-qam", "notes"]);
    sandbox.write("src/src/b.c", lines(0, "call(other_thing, 7);"));
    sandbox.git("src", &["commit", "-qam", "break b.c"]);
    sandbox.write("src/notes", "even more\n").git("src", &["commit", "-qam", "more notes"]);
    let found = sandbox.run(&bisect("git:src#main", &[])).expect_status(0);
    assert!(
        found.out.contains(" notes\nfirst broken at ") && found.out.contains(" break b.c\nnext: "),
        "{}",
        found.out
    );
}

#[test]
fn what_nothing_breaks_is_status_1() {
    let sandbox = world(4, 9);
    let found = sandbox.run(&bisect("git:src#v1.3", &[])).expect_status(1);
    assert!(found.out.ends_with("\nnothing breaks it: it can be carried onto v1.3\n"), "{}", found.out);
    let upstreamed = sandbox.write("src/src/a.c", lines(4, "int value_20 = 99;"));
    upstreamed.git("src", &["commit", "-qam", "taken"]).git("src", &["tag", "v1.4"]);
    let found = sandbox.run(&bisect("git:src#v1.4", &[])).expect_status(1);
    assert!(found.out.ends_with("\nnothing breaks it: v1.4 has it already\n"), "{}", found.out);
}

#[test]
fn wrong_input_is_status_2() {
    let sandbox = world(3, 1);
    let unknown =
        sandbox.run(&["bisect", "mor.patch", "--queue", "queue", "--from", "git:src#v1.0", "--onto", "git:src#v1.2"]);
    assert!(unknown.expect_status(2).err.contains("did you mean `more.patch`?"));
    let before =
        sandbox.run(&["bisect", "more.patch", "--queue", "queue", "--from", "git:src#v1.1", "--onto", "git:src#v1.2"]);
    assert!(before.expect_status(2).err.contains("is broken on the tree that it was made for already"));
    let folder =
        sandbox.run(&["bisect", "more.patch", "--queue", "queue", "--from", "dir:src", "--onto", "git:src#v1.2"]);
    assert!(folder.expect_status(2).err.contains("not revisions of one git repository"));
    let none = sandbox.run(&["bisect", "more.patch", "--queue", "queue", "--onto", "git:src#v1.2"]);
    assert!(none.expect_status(2).err.contains("the old upstream tree is not told"));
}
