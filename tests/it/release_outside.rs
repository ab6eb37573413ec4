//! `forebay release` in a rough world: other clocks and languages, kills, a full disk, files that are broken or gone.

use std::time::Duration;

use crate::release::{release, world};
use crate::support::{Mount, Picture, Sandbox, picture};

fn artefacts(sandbox: &Sandbox) -> Picture {
    picture(&sandbox.path("pkg/review"))
}

const FLAGS: [&str; 3] = ["--dry-run", "--artefacts", "review"];

#[test]
fn every_artefact_has_the_same_bytes_again() {
    let sandbox = world();
    release(&sandbox, &FLAGS).expect_status(1);
    let first = artefacts(&sandbox);
    assert!(first.len() > 12, "{:?}", first.keys());
    for (number, (variables, flags)) in [
        (vec![("TZ", "Asia/Tokyo"), ("LC_ALL", "de_DE.UTF-8"), ("LANG", "tr_TR.UTF-8")], vec!["--jobs", "1"]),
        (vec![("TZ", "America/Caracas"), ("LC_ALL", "C"), ("COLUMNS", "60")], vec!["--jobs", "2", "-v"]),
        (vec![("FORCE_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")], vec!["--color", "always"]),
        (vec![("SOURCE_DATE_EPOCH", "1900000000")], vec![]),
    ]
    .into_iter()
    .enumerate()
    {
        let line = [&["-C", "pkg", "release", "--onto", "2.0"], &FLAGS[..], &flags[..]].concat();
        let mut command = sandbox.command(&line);
        sandbox.finish(command.envs(variables)).expect_status(1);
        assert!(artefacts(&sandbox) == first, "run {number}");
    }
    // Another place on the disk, without what the first runs left in the user's cache.
    let other = world();
    release(&other, &FLAGS).expect_status(1);
    assert!(artefacts(&other) == first);
}

#[test]
fn a_kill_leaves_whole_artefacts_or_none_and_the_queue_as_it_was_or_as_it_will_be() {
    let sandbox = world();
    let line = ["-C", "pkg", "release", "--onto", "2.0", "--artefacts", "review"];
    let series = || picture(&sandbox.path("pkg/patches"));
    let before = series();
    sandbox.run(&line).expect_status(1);
    let (after, whole) = (series(), artefacts(&sandbox));
    sandbox.run(&["-C", "pkg", "undo"]).expect_status(0);
    assert!(before != after && series() == before);
    let mut killed = 0;
    for number in 0..16_u64 {
        let mut child = sandbox.command(&line).stdout(std::process::Stdio::null()).spawn().expect("the program starts");
        // Half of the kills come at any moment, half from the first byte that is written on.
        let staged = sandbox.path("pkg/review/.next");
        let mut waited = Duration::ZERO;
        while number % 2 == 1 && !staged.exists() && waited < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_micros(200));
            waited += Duration::from_micros(200);
            if child.try_wait().expect("it is ours").is_some() {
                break;
            }
        }
        std::thread::sleep(Duration::from_micros(if number % 2 == 1 { number * 700 } else { number * 17_000 }));
        let _ = child.kill();
        let status = child.wait().expect("it is ours");
        killed += usize::from(status.code().is_none());
        if sandbox.path("pkg/review/release.json").exists() {
            assert!(artefacts(&sandbox).into_iter().filter(|(path, _)| !path.starts_with(".next")).eq(whole.clone()));
        }
        // Whatever is looked at next repairs what was begun.
        sandbox.run(&["-C", "pkg", "status"]);
        let back = sandbox.run(&["-C", "pkg", "undo"]);
        assert!(matches!(back.status, Some(0 | 2)), "{}", back.story());
        assert!(series() == before, "kill {number}: the queue is not as it was\n{}", back.story());
    }
    assert!(killed > 4, "{killed} runs were killed");
    sandbox.run(&line).expect_status(1);
    assert!(artefacts(&sandbox) == whole && series() == after);
}

#[test]
fn a_full_disk_is_found_before_the_queue_is_touched() {
    let sandbox = world();
    let Some(_mount) = Mount::new(&sandbox, "small", 64) else { return };
    sandbox.tool("bash", &["-c", "head -c 60000 /dev/zero >small/filler || true"]);
    let before = picture(&sandbox.path("pkg"));
    for flags in [["--artefacts", "../small/review"], ["--report", "json=../small/release.json"]] {
        let output = release(&sandbox, &flags).expect_status(4);
        assert!(output.err.contains("No space left") && output.err.contains("hint:"), "{}", output.err);
        assert!(output.err.contains("small/"), "{}", output.err);
        assert!(picture(&sandbox.path("pkg")) == before, "{flags:?}");
    }
}

/// Runs, expects this status, these words in one of the errors, and that nothing was written.
#[track_caller]
fn refused(sandbox: &Sandbox, flags: &[&str], status: i32, words: &[&str]) {
    let before = picture(&sandbox.path("pkg"));
    let output = release(sandbox, flags).expect_status(status);
    for word in words {
        assert!(output.err.contains(word), "`{word}` is missing\n{}", output.err);
    }
    assert!(output.err.contains("hint:"), "{}", output.err);
    assert!(output.out.is_empty());
    assert!(picture(&sandbox.path("pkg")) == before);
}

#[test]
fn broken_inputs_are_told_with_their_place() {
    let sandbox = world();
    sandbox.run(&["-C", "pkg", "audit-bundled", "1.0", "-q", "--report", "json=old.json"]).expect_status(0);
    let whole = sandbox.read("pkg/old.json");
    sandbox.write("pkg/cut.json", &whole[..whole.len() / 2]);
    refused(&sandbox, &["--baseline", "cut.json"], 2, &["`cut.json` is no JSON report", "line "]);
    sandbox.write("pkg/other.json", whole.replace("forebay.audit/1", "forebay.audit/9"));
    refused(&sandbox, &["--baseline", "other.json"], 2, &["`forebay.audit/9`"]);
    sandbox.write("pkg/wrong.json", whole.replace("\"components\": [", "\"components\": [7,"));
    refused(&sandbox, &["--baseline", "wrong.json"], 2, &["`wrong.json` is no whole report"]);
    refused(&sandbox, &["--baseline", "none.json"], 2, &["no audit report `none.json`"]);
    sandbox.write("pkg/cves.txt", "CVE-2026-12345: fine\nfixed: use after free\n");
    refused(&sandbox, &["--cves", "cves.txt"], 2, &["cves.txt:2:1: `fixed: use after free`"]);
    sandbox.write("pkg/forebay.ack.toml", "[[ack]]\ncode = \"x\"\nexpires = \"2027-01-01\"\n");
    refused(&sandbox, &[], 2, &["forebay.ack.toml:1:1", "reason"]);
    std::fs::remove_file(sandbox.path("pkg/forebay.ack.toml")).expect("it was there");
    sandbox.write("pkg/patches/series", "gate.patch\ngone.patch\n");
    refused(&sandbox, &[], 2, &["gone.patch"]);
    sandbox
        .write("pkg/patches/series", "gate.patch\n")
        .write("pkg/patches/gate.patch", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n");
    refused(&sandbox, &[], 2, &["gate.patch"]);
}

/// The world with both releases as tags of one repository.
fn in_git() -> Sandbox {
    let sandbox = world();
    sandbox.tool("bash", &["-c", "set -e; mkdir src; cd src; git init -q .; for v in 1.0 2.0; do rm -rf src third_party; cp -r ../weir-$v/* .; git add -A; git commit -qm $v; git tag v$v; done"]);
    let profile = sandbox.read("pkg/forebay.toml");
    sandbox.write(
        "pkg/forebay.toml",
        profile.replace("[\"../weir-{version}\"]", "[\"git:../src#v{version}\"]\ntag = \"v{version}\""),
    );
    sandbox
}

#[test]
fn a_tag_that_vanishes_and_an_object_that_is_gone() {
    let sandbox = in_git();
    release(&sandbox, &["--dry-run"]).expect_status(1);
    let blob = sandbox.tool("git", &["-C", "src", "rev-parse", "v2.0:third_party/zlib/zlib.h"]).trim().to_owned();
    let object = format!("src/.git/objects/{}/{}", &blob[..2], &blob[2..]);
    let kept = std::fs::read(sandbox.path(&object)).expect("a loose object");
    let damage = |content: Option<&[u8]>| {
        std::fs::remove_file(sandbox.path(&object)).expect("it is there");
        if let Some(content) = content {
            sandbox.write(&object, content);
        }
    };
    // A file that cannot be read is a finding. The user's cache knows what the file told; a run on another machine does not.
    let forget = || drop(std::fs::remove_dir_all(sandbox.path("../.home")));
    damage(Some(b"no object"));
    forget();
    let output = release(&sandbox, &["--dry-run", "-v"]).expect_status(1);
    assert!(output.out.contains("file-unread") && output.out.contains("third_party/zlib/zlib.h"), "{}", output.out);
    damage(Some(&kept));
    // What the queue needs must be readable.
    let patched = sandbox.tool("git", &["-C", "src", "rev-parse", "v2.0:src/gate.c"]).trim().to_owned();
    let object = format!("src/.git/objects/{}/{}", &patched[..2], &patched[2..]);
    let kept = std::fs::read(sandbox.path(&object)).expect("a loose object");
    std::fs::remove_file(sandbox.path(&object)).expect("it is there");
    refused(&sandbox, &[], 4, &["src/gate.c"]);
    sandbox.write(&object, kept);
    release(&sandbox, &["--dry-run"]).expect_status(1);
    sandbox.git("src", &["tag", "-d", "v2.0"]);
    refused(&sandbox, &[], 2, &["v2.0"]);
}

#[test]
fn a_file_that_cannot_be_read_does_not_end_the_run() {
    let sandbox = world();
    std::os::unix::fs::symlink("nowhere", sandbox.path("weir-2.0/third_party/zlib/COPYING")).expect("new");
    std::os::unix::fs::symlink("loop", sandbox.path("weir-2.0/third_party/zlib/loop")).expect("new");
    sandbox.tool("mkfifo", &["weir-2.0/third_party/zlib/LICENSE.txt"]);
    release(&sandbox, &["--dry-run"]).expect_status(1);
}
