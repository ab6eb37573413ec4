//! `forebay rebase --via` and `--step` on histories made here.

use forebay::patch::{PatchFile, make};
use forebay::path::RepoPath;

use crate::support::{Sandbox, assert_snapshot};

fn function(name: &str) -> String {
    format!(
        "int {name}_device(struct device *device)\n{{\n\tint {name}_state = read_{name}(device);\n\tprepare_{name}(device);\n\
         \tlimit_{name}(device, 16);\n\tfinish_{name}(device);\n\trelease_{name}(device);\n\treturn {name}_state;\n}}\n\n"
    )
}

fn text(names: &[&str]) -> String {
    names.iter().map(|name| function(name)).collect()
}

/// A patch that raises one limit in a file of these functions.
fn patch(path: &str, names: &[&str], name: &str) -> Vec<u8> {
    let path = RepoPath::parse(path.as_bytes()).expect("a path");
    let base = text(names);
    let theirs = base.replace(&format!("limit_{name}(device, 16)"), &format!("limit_{name}(device, 64)"));
    let sides = [&base, &theirs].map(|text| Some((0o100_644, text.as_bytes())));
    PatchFile { files: vec![make::file_patch(&path, &path, sides[0], sides[1], 3)], ..PatchFile::default() }.print()
}

/// Four releases: `a.c` moves a function up, then changes lines around the patched one; the last rewrites the one in `b.c`.
fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.tool("git", &["init", "-q", "-b", "main", "src"]);
    let names = ["open", "check", "flush", "reset", "close"];
    let moved = text(&["close", "open", "check", "flush", "reset"]);
    let beside = moved
        .replace("prepare_close(device)", "prepare_all(device, CLOSE)")
        .replace("finish_close(device)", "finish_all(device, CLOSE)");
    let other = text(&["load", "store"]);
    let rewritten = other.replace(
        "\tlimit_store(device, 16);\n",
        "\twhile (*word++ != 0 && !stop)\n\t\ttotal += *word / 2;\n\tswap(total, word[1]);\n",
    );
    let releases = [(text(&names), &other), (moved, &other), (beside.clone(), &other), (beside, &rewritten)];
    for (number, (a, b)) in releases.iter().enumerate() {
        sandbox.write("src/a.c", a).write("src/b.c", b).write("src/version", format!("{number}\n"));
        sandbox.git("src", &["add", "."]).git("src", &["commit", "-qm", &format!("release {number}")]);
        sandbox.git("src", &["tag", &format!("v1.{number}")]);
    }
    sandbox.write("queue/series", "close.patch\nstore.patch\n");
    sandbox.write("queue/close.patch", patch("a.c", &names, "close"));
    sandbox.write("queue/store.patch", patch("b.c", &["load", "store"], "store"));
    sandbox
}

fn rebase<'a>(onto: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["rebase", "--queue", "queue", "--from", "git:src#v1.0", "--onto", onto], more].concat()
}

fn report(sandbox: &Sandbox) -> serde_json::Value {
    serde_json::from_str(&sandbox.read("r.json")).expect("the report is JSON")
}

#[test]
fn steps_carry_what_one_jump_leaves_open() {
    let sandbox = world();
    let dry = ["--dry-run", "--report", "json=r.json"];
    sandbox.run(&rebase("git:src#v1.2", &dry)).expect_status(3);
    assert_eq!(report(&sandbox)["patches"][0]["verdict"], "conflict", "one jump leaves it open");
    let by_tags = sandbox.run(&rebase("git:src#v1.2", &[&dry[..], &["--step"]].concat())).expect_status(0);
    let first = report(&sandbox);
    assert_eq!(first["patches"][0]["verdict"], "merged", "{first}");
    assert_eq!(first["patches"][1]["verdict"], "untouched");
    let hunk = &first["patches"][0]["files"][0]["hunks"][0];
    assert!(hunk["evidence"][0].as_str().is_some_and(|fact| fact.starts_with("on the way to v1.1: ")), "{hunk}");
    assert_snapshot("rebase", "by-steps", &by_tags.out);
    sandbox.run(&rebase("git:src#v1.2", &[&dry[..], &["--via", "v1.1"]].concat())).expect_status(0);
    assert_eq!(report(&sandbox), first, "the same by name");
    sandbox.run(&rebase("git:src#v1.2", &["--via", "git:src#v1.1", "--out", "new"])).expect_status(0);
    sandbox.git("src", &["checkout", "-q", "v1.2"]).git("src", &["apply", "--check", "../new/close.patch"]);
    assert!(sandbox.read("new/close.patch").contains("+\tlimit_close(device, 64);"));
}

#[test]
fn an_open_patch_says_at_which_step_it_broke_and_a_decision_goes_the_same_way() {
    let sandbox = world();
    let flags = ["--step", "--out", "new", "--report", "json=r.json"];
    sandbox.run(&rebase("git:src#v1.3", &flags)).expect_status(3);
    let found = report(&sandbox);
    assert_eq!(found["patches"][0]["verdict"], "merged");
    assert_eq!(found["patches"][1]["verdict"], "conflict");
    let hunk = &found["patches"][1]["files"][0]["hunks"][0];
    let evidence = hunk["evidence"].to_string();
    assert!(evidence.contains("in steps it comes as far as v1.2 and breaks on the way to v1.3"), "{hunk}");
    let file = "new/.forebay/conflicts/002-store/edit/b.c";
    let resolved = sandbox.read("src/b.c").replace("word / 2", "word / 64");
    sandbox.write(file, resolved);
    sandbox.run(&["-C", "new", "continue"]).expect_status(0);
    let found = report(&sandbox);
    assert_eq!(found["patches"][0]["verdict"], "merged", "the steps were taken again");
    assert!(sandbox.read("new/store.patch").contains("+\t\ttotal += *word / 64;"));
}

#[test]
fn steps_need_an_old_tree_and_tags_between() {
    let sandbox = world();
    let run = |flags: &[&str]| sandbox.run(flags).expect_status(2).err;
    assert!(run(&rebase("git:src#v1.1", &["--step"])).contains("no tags of releases between v1.0 and v1.1"));
    assert!(
        run(&["rebase", "--queue", "queue", "--onto", "git:src#v1.2", "--via", "v1.1"]).contains("old upstream tree")
    );
    assert!(run(&rebase("dir:src", &["--step"])).contains("one git repository"));
    assert!(run(&rebase("git:src#v1.2", &["--step", "--via", "v1.1"])).contains("cannot be used with"));
}
