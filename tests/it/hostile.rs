//! Bad input: a located error, the right exit status, and nothing changed on disk.

use crate::support::{Mount, Output, Sandbox, picture};

/// Carries the queue in place; whatever happens, not a byte may change.
#[track_caller]
fn refused(sandbox: &Sandbox, line: &[&str], status: i32, told: &[&str]) -> Output {
    let before = picture(&sandbox.path("."));
    let output = sandbox.run(line).expect_status(status);
    for part in told {
        assert!(output.err.contains(part), "`{part}` in\n{}", output.story());
    }
    assert!(output.err.starts_with("error: ") && output.err.contains("hint: "), "{}", output.story());
    let mut after = picture(&sandbox.path("."));
    // The lock of a refused run may stay; it holds nothing.
    after.retain(|path, _| {
        before.contains_key(path) || !path.starts_with("weir/.forebay") && path.as_os_str() != ".forebay"
    });
    assert!(after == before, "{line:?} changed something");
    output
}

const IN_PLACE: [&str; 5] = ["-C", "weir", "rebase", "--onto", "2.0"];
const LEVEL: &str = "weir/debian/patches/fixes/level.patch";

#[test]
fn truncated_and_corrupt_patches() {
    let sandbox = Sandbox::example();
    let whole = sandbox.read(LEVEL);
    let cut: String = whole.lines().take(whole.lines().count() - 2).map(|line| line.to_owned() + "\n").collect();
    sandbox.write(LEVEL, &cut);
    refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch:"]);
    sandbox.write(LEVEL, whole.replace(" int level_read", "*int level_read").replace("\n {\n", "\n?{\n"));
    refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch:"]);
    sandbox.write(LEVEL, whole.replace("@@ -", "@@ -99999999999999999999"));
    refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch:"]);
    sandbox.write(LEVEL, [b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n".as_slice(), &[0xff, 0, 1, 2, 200]].concat());
    refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch:"]);
}

#[test]
fn series_that_names_what_is_not_there_twice_or_itself() {
    let sandbox = Sandbox::example();
    let series = sandbox.read("weir/debian/patches/series");
    sandbox.write("weir/debian/patches/series", format!("{series}gone.patch\n"));
    refused(&sandbox, &IN_PLACE, 2, &["series:10", "gone.patch"]);
    sandbox.write("weir/debian/patches/series", format!("{series}fixes/level.patch\n"));
    refused(&sandbox, &IN_PLACE, 2, &["series:10", "fixes/level.patch"]);
    sandbox.write("weir/debian/patches/series", format!("{series}series\n"));
    refused(&sandbox, &IN_PLACE, 2, &["series"]);
    sandbox.write("weir/debian/patches/series", format!("{series}../outside.patch\n"));
    sandbox.write("weir/debian/outside.patch", "");
    refused(&sandbox, &IN_PLACE, 2, &["series:10", "../outside.patch"]);
    sandbox.write("weir/debian/patches/series", format!("{series}x.patch -pz\n"));
    refused(&sandbox, &IN_PLACE, 2, &["series:10", "-pz"]);
    std::fs::remove_file(sandbox.path("weir/debian/patches/series")).expect("it was there");
    std::fs::remove_dir_all(sandbox.path("weir/debian/patches")).expect("it was there");
    refused(&sandbox, &IN_PLACE, 2, &["debian/patches"]);
}

#[test]
fn patches_that_leave_the_tree() {
    let sandbox = Sandbox::example();
    let whole = sandbox.read(LEVEL);
    for name in ["../outside", "src/../../outside", ".git/config", "src/.GIT/hooks/x"] {
        sandbox.write(
            LEVEL,
            whole.replace("b/src/level.c", &format!("b/{name}")).replace("a/src/level.c", &format!("a/{name}")),
        );
        refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch:"]);
    }
    let series = sandbox.read("weir/debian/patches/series");
    sandbox.write("weir/debian/patches/series", series.replace("fixes/level.patch", "fixes/level.patch -p0"));
    sandbox.write(LEVEL, whole.replace("b/src/level.c", "/etc/passwd").replace("a/src/level.c", "/etc/passwd"));
    refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch:", "/etc/passwd"]);
}

#[test]
fn a_patch_through_a_link_of_the_tree_is_a_conflict_and_follows_nothing() {
    let sandbox = Sandbox::example();
    sandbox.tool("bash", &["-c", "mkdir outside && cp -r upstream/src upstream/build old && true; mkdir -p old new && cp -r upstream/build new && git -C upstream archive v1.0 | tar -x -C old && cp old/src/* outside 2>/dev/null; ln -s ../outside new/src"]);
    let before = picture(&sandbox.path("outside"));
    let output = sandbox.run(&[
        "rebase",
        "--queue",
        "weir/debian/patches",
        "--from",
        "dir:old",
        "--onto",
        "dir:new",
        "--out",
        "out",
        "--report",
        "json=-",
    ]);
    let output = output.expect_status(3);
    assert!(output.report()["summary"]["conflict"].as_u64() >= Some(6), "{}", output.out);
    assert!(picture(&sandbox.path("outside")) == before);
}

#[test]
fn trees_that_are_not_there() {
    let sandbox = Sandbox::example();
    refused(&sandbox, &["-C", "weir", "rebase", "--onto", "3.0"], 2, &["3.0"]);
    let queue = ["rebase", "--queue", "weir/debian/patches", "--onto"];
    let with = |tree: &'static str| [&queue[..], &[tree]].concat();
    refused(&sandbox, &with("git:upstream#v3.0"), 2, &["v3.0"]);
    refused(&sandbox, &with("git:weir#v2.0"), 2, &["weir"]);
    refused(&sandbox, &with("git:nowhere#v2.0"), 2, &["nowhere"]);
    refused(&sandbox, &with("dir:nowhere"), 2, &["nowhere"]);
    refused(&sandbox, &with("tar:nowhere.tar.xz"), 2, &["nowhere.tar.xz"]);
    refused(&sandbox, &with("git:upstream"), 2, &["upstream"]);
    sandbox.write("weir.tar.xz", "this is no archive");
    refused(&sandbox, &with("weir.tar.xz"), 2, &["weir.tar.xz"]);
    sandbox.write("weir.txt", "this is no tree");
    refused(&sandbox, &with("weir.txt"), 2, &["weir.txt"]);
}

#[test]
fn tarballs_that_end_early_or_hold_hostile_names() {
    let sandbox = Sandbox::example();
    sandbox.git("upstream", &["archive", "--prefix=w/", "--output", "../whole.tar", "v2.0"]);
    sandbox.tool("bash", &["-c", "xz -c whole.tar | head -c 600 >cut.tar.xz; gzip -c whole.tar | head -c 300 >cut.tar.gz; head -c 3000 whole.tar >cut.tar"]);
    let queue = ["rebase", "--queue", "weir/debian/patches", "--from", "git:upstream#v1.0", "--dry-run", "--onto"];
    for name in ["cut.tar.xz", "cut.tar.gz", "cut.tar"] {
        refused(&sandbox, &[&queue[..], &[name]].concat(), 2, &[name]);
    }
    sandbox.tool("bash", &["-c", "echo x >evil; tar -P --transform='s,^evil$,w/../../../tmp/evil,' -cf evil.tar evil"]);
    refused(&sandbox, &[&queue[..], &["evil.tar"]].concat(), 2, &["evil.tar", ".."]);
    sandbox.tool("bash", &["-c", "tar -P --transform='s,^evil$,/etc/evil,' -cf absolute.tar evil"]);
    refused(&sandbox, &[&queue[..], &["absolute.tar"]].concat(), 2, &["absolute.tar", "/etc/evil"]);
}

#[test]
fn a_sparse_entry_of_ten_gibibytes_is_not_read_into_memory() {
    let sandbox = Sandbox::example();
    sandbox.tool("bash", &["-c", "git -C upstream archive --prefix=w/ v2.0 | tar -x; truncate -s 10G w/big; tar -S -cf big.tar w; truncate -s 10G w/src/gate.c; tar -S -cf named.tar w; rm -r w"]);
    let queue = ["rebase", "--queue", "weir/debian/patches", "--from", "git:upstream#v1.0", "--dry-run", "--onto"];
    sandbox.run(&[&queue[..], &["big.tar"]].concat()).expect_status(3);
    refused(&sandbox, &[&queue[..], &["named.tar"]].concat(), 2, &["named.tar", "src/gate.c"]);
}

#[test]
fn what_is_no_patch_queue() {
    let sandbox = Sandbox::example();
    std::fs::create_dir(sandbox.path("empty")).expect("new");
    let trees = ["--from", "git:upstream#v1.0", "--onto", "git:upstream#v2.0", "--queue"];
    let with = |queue: &'static str| [&["rebase"], &trees[..], &[queue]].concat();
    refused(&sandbox, &with("empty"), 2, &["empty"]);
    refused(&sandbox, &with("nowhere"), 2, &["nowhere"]);
    refused(&sandbox, &with("git:upstream#v1.0..nowhere"), 2, &["nowhere"]);
    refused(&sandbox, &with("git:nowhere#a..b"), 2, &["nowhere"]);
    sandbox.write("text", "just words\n");
    refused(&sandbox, &with("text"), 2, &["text"]);
    let patch = sandbox.path("weir/debian/patches/fixes/level.patch");
    std::fs::remove_file(&patch).expect("it was there");
    std::fs::create_dir(&patch).expect("new");
    refused(&sandbox, &IN_PLACE, 2, &["fixes/level.patch"]);
}

#[test]
fn a_spec_that_cannot_be_written() {
    let sandbox = Sandbox::example();
    let Some(mount) = Mount::new(&sandbox, "small", 128) else { return };
    sandbox.write(
        "small/forebay.toml",
        "[package]\nname = \"weir\"\nversion = \"2.0\"\nrelease = \"1\"\nspec = \"weir.spec\"\n",
    );
    sandbox.write("small/weir.spec", "Name: weir\nSummary: Level meter\nLicense: MIT\n\n%description\nLevels.\n");
    sandbox.run(&["-C", "small", "spec", "init"]).expect_status(0);
    let before = picture(&sandbox.path("small"));
    mount.read_only();
    let output = sandbox.run(&["-C", "small", "spec", "update"]).expect_status(4);
    assert!(output.err.contains("weir.spec") && output.err.contains("Read-only file system"), "{}", output.story());
    assert!(output.err.contains("hint:"), "{}", output.story());
    sandbox.run(&["-C", "small", "spec", "check"]).expect_status(1);
    assert!(picture(&sandbox.path("small")) == before);
}

#[test]
fn a_full_disk_and_a_read_only_queue() {
    let sandbox = Sandbox::example();
    let Some(mount) = Mount::new(&sandbox, "small", 128) else { return };
    sandbox
        .tool("bash", &["-c", "cp -r weir/debian/patches small/queue; head -c 200000 /dev/zero >small/filler || true"]);
    let trees = ["rebase", "--from", "git:upstream#v1.0", "--onto", "git:upstream#v2.0"];
    let before = picture(&sandbox.path("small/queue"));
    for more in [&["--queue", "small/queue"][..], &["--queue", "weir/debian/patches", "--out", "small/new"]] {
        let output = sandbox.run(&[&trees[..], more].concat()).expect_status(4);
        assert!(output.err.contains("small/") && output.err.contains("No space left"), "{}", output.err);
        assert!(picture(&sandbox.path("small/queue")) == before);
        let status = sandbox.run(&["status"]).expect_status(0);
        assert!(!status.out.contains("interrupted"), "{}", status.out);
    }
    sandbox.tool("bash", &["-c", "rm small/filler"]);
    mount.read_only();
    let output = sandbox.run(&[&trees[..], &["--queue", "small/queue"]].concat()).expect_status(4);
    assert!(output.err.contains("small/queue") && output.err.contains("hint:"), "{}", output.err);
    assert!(picture(&sandbox.path("small/queue")) == before);
    sandbox.run(&[&trees[..], &["--queue", "small/queue", "--dry-run"]].concat()).expect_status(3);
    sandbox.run(&[&trees[..], &["--queue", "small/queue", "--out", "elsewhere"]].concat()).expect_status(3);
}
