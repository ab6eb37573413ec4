//! `forebay watch` on repositories made here.

use crate::support::{Sandbox, assert_snapshot};

const PROFILE: &str = r#"[package]
name = "weir"
version = "1.2.0"

[upstream]
repository = "src"
trees = ["git:clone#v{version}"]
tag = "v{version}"

[[upstream.channels]]
name = "stable"
tag-pattern = '^v(?<version>[0-9]+\.[0-9]+\.[0-9]+)$'

[[upstream.channels]]
name = "beta"
tag-pattern = '^v(?<version>[0-9]+\.[0-9]+\.[0-9]+-beta[0-9]+)$'
"#;

fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.tool("git", &["init", "-q", "-b", "main", "src"]);
    sandbox.write("src/a.c", "int a;\n");
    sandbox.git("src", &["add", "."]).git("src", &["commit", "-qm", "a"]);
    for tag in ["v1.2.0", "v1.10.0", "v1.9.1", "v1.1.9", "v2.0.0-beta1", "v2.0.0-beta2", "v1.2.0-beta9", "nightly"] {
        sandbox.git("src", &["tag", "-a", "-m", tag, tag]);
    }
    sandbox.write("forebay.toml", PROFILE);
    sandbox
}

#[test]
fn the_newest_of_each_channel_is_named_with_the_next_commands() {
    let sandbox = world();
    let found = sandbox.run(&["watch"]).expect_status(0);
    assert_snapshot("watch", "text", &found.out);
    let all = sandbox.run(&["watch", "--all", "--format", "tag"]).expect_status(0);
    assert_eq!(all.out, "v1.10.0\nv1.9.1\nv2.0.0-beta2\nv2.0.0-beta1\n");
    let address = format!("file://{}", sandbox.path("src").display());
    let same = sandbox.run(&["watch", "--remote", &address, "--all", "--format", "tag"]).expect_status(0);
    assert_eq!(same.out, all.out);
    let none = sandbox.run(&["watch", "--after", "v9.0.0"]).expect_status(0);
    assert_eq!(none.out, "weir: nothing new after 9.0.0\n");
}

#[test]
fn a_clone_that_lacks_the_tag_is_to_be_fetched_first() {
    let sandbox = world();
    sandbox.tool("git", &["clone", "-q", "--no-tags", "src", "clone"]);
    let found = sandbox.run(&["watch", "--channel", "stable"]).expect_status(0);
    let fetch = "next: git -C clone fetch src tag v1.10.0\n      forebay release --onto v1.10.0\n";
    assert!(found.out.ends_with(fetch), "{}", found.out);
}

#[test]
fn each_release_is_told_once() {
    let sandbox = world();
    let tags = |more: &[&str]| {
        let flags = [&["watch", "--state", "told.txt", "--format", "tag"], more].concat();
        sandbox.run(&flags).expect_status(0).out
    };
    assert_eq!(tags(&["--channel", "stable"]), "v1.10.0\n");
    assert_eq!(tags(&[]), "v2.0.0-beta2\n");
    assert_eq!(tags(&[]), "");
    sandbox.git("src", &["tag", "v1.10.1"]);
    assert_eq!(tags(&[]), "v1.10.1\n");
    assert_eq!(tags(&["--all"]), "v1.9.1\nv2.0.0-beta1\n");
}

#[test]
fn what_cannot_be_asked_is_told_and_nothing_is_remembered() {
    let sandbox = world();
    let wrong = sandbox.run(&["watch", "--channel", "stabel"]).expect_status(2);
    assert!(wrong.err.contains("no channel `stabel`") && wrong.err.contains("did you mean `stable`?"), "{}", wrong.err);
    let gone = sandbox.run(&["watch", "--remote", "nowhere", "--state", "told.txt"]).expect_status(4);
    assert!(gone.err.starts_with("error: "), "{}", gone.err);
    sandbox.write("bad.txt", "stable 1.10.0\nstable\n");
    let bad = sandbox.run(&["watch", "--state", "bad.txt"]).expect_status(2);
    assert!(bad.err.contains("bad.txt:2:1: a line is `CHANNEL VERSION`"), "{}", bad.err);
    assert!(!sandbox.path("told.txt").exists());
}

#[test]
fn the_report_is_what_its_schema_says() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/forebay.watch-1.json");
    let schema = forebay::report::schema::watch();
    if std::env::var_os("FOREBAY_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped, &schema).expect("the folder is there");
    }
    let found = std::fs::read_to_string(shipped).unwrap_or_default();
    assert!(found == schema, "write docs/schema anew: FOREBAY_WRITE_SCHEMA=1 cargo test --test it");
    let validator = jsonschema::validator_for(&serde_json::from_str(&found).expect("JSON")).expect("a schema");
    let report = world().run(&["watch", "--format", "json"]).expect_status(0).out;
    let mut report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert!(validator.is_valid(&report));
    assert_eq!(report["releases"][0]["command"], "forebay release --onto v1.10.0");
    report["releases"][0]["between"] = "one".into();
    assert!(!validator.is_valid(&report));
}
