//! Profiles: the built-in ones, and located errors for one's own.

use crate::support::{Sandbox, assert_snapshot};

#[test]
fn wrong_profiles_are_told_with_place_and_way_out() {
    for (name, text) in [
        ("unknown-key", "[package]\nname = \"x\"\n[quue]\npath = \"p\"\n"),
        (
            "many",
            "inherit = \"chromum\"\nzzz = 1\n\n[queue]\nform = \"quilted\"\nstrip = \"one\"\n[policy]\nautomatic = [\"A\", \"D\"]\ndrop_absorbed = true\n",
        ),
        ("syntax", "[package\nname = \"x\"\n"),
        ("twice", "[package]\nname = \"x\"\nname = \"y\"\n"),
        ("placeholder", "[upstream]\ntag = \"v{verson}\"\ntrees = [\"git:../src.git\", \"~/src-{version}.tar.xz\"]\n"),
        ("missing", "[[upstream.channels]]\nname = \"stable\"\n[[upstream.moved]]\nfrom = \"../x\"\nto = \"y\"\n"),
        ("hostile", "[package]\nname = \"\u{1b}[31mx\"\n\"a\\u001b[2J\" = 1\n"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("forebay.toml", text);
        let output = sandbox.run(&["profile", "check"]).expect_status(2);
        assert!(!output.err.contains('\u{1b}'));
        assert_snapshot("profile", name, &output.story());
    }
}

#[test]
fn the_nearest_profile_above_is_found() {
    let sandbox = Sandbox::new();
    sandbox.write("forebay.toml", "inherit = \"kernel\"\n").write("a/b/x", "");
    let output = sandbox.run(&["-C", "a/b", "profile", "check"]).expect_status(0);
    assert_eq!(output.err, "../../forebay.toml: valid, inherits kernel\n");
    assert_eq!(sandbox.run(&["-q", "-C", "a/b", "profile", "check"]).expect_status(0).err, "");
}

#[test]
fn a_missing_profile_names_the_next_command() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(&["profile", "check"]).expect_status(2);
    assert_eq!(output.err, "error: no `forebay.toml` in this folder or above\nhint: run `forebay init` to write one\n");
    let output = sandbox.run(&["profile", "check", "gone.toml"]).expect_status(2);
    assert_eq!(output.err, "error: no file `gone.toml`\n");
    sandbox.write("latin.toml", b"# caf\xe9\n");
    sandbox.run(&["profile", "check", "latin.toml"]).expect_status(2);
    sandbox.run(&["profile", "check", "."]).expect_status(4);
}

#[test]
fn every_built_in_profile_can_be_shown_and_used() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["profile", "list"]).expect_status(0);
    assert_snapshot("profile", "list", &list.out);
    let names: Vec<&str> = list.out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let shown = sandbox.run(&["profile", "show", name]).expect_status(0);
        sandbox.write("forebay.toml", &shown.out);
        sandbox.run(&["profile", "check"]).expect_status(0);
    }
    let near = sandbox.run(&["profile", "show", "chromum"]).expect_status(2);
    assert_eq!(near.err, "error: no built-in profile is called `chromum`\nhint: did you mean `chromium`?\n");
}
