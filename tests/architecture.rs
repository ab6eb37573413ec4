//! The direction of imports, kept true by reading the sources.
//!
//! Each rule is a function from a file's path and text to complaints, so that the rules themselves are tested on planted
//! violations; one test runs them all over `src/`.

#[path = "architecture/source.rs"]
mod source;

use std::path::{Path, PathBuf};

use source::Source;

/// The layers, lowest first; a module names only modules of lower rows, never a peer.
const LAYERS: &[&[&str]] = &[
    &["text", "digest"],
    &["path", "version", "progress"],
    &["finding", "license"],
    &["patch", "gn", "manifest"],
    &["merge"],
    &["io"],
    &["tree", "profile"],
    &["queue", "distro", "advisory", "resolution", "unbundle"],
    &["rebase", "audit"],
    &["spec"],
    &["release"],
    &["report"],
    &["cli"],
];

/// Where a foreign crate may be named: its name, and the beginnings of paths below `src/`.
const FOREIGN: &[(&str, &[&str])] = &[
    ("git2", &["tree/"]),
    ("similar", &["text/diff.rs", "merge/"]),
    ("rayon", &["queue/git_range.rs", "rebase/execute.rs", "gn/load.rs", "io/"]),
    ("toml", &["profile/", "manifest/", "resolution/"]),
    ("packageurl", &["manifest/purl.rs"]),
    ("saphyr_parser", &["manifest/"]),
    ("toml_edit", &["profile/", "manifest/", "resolution/"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/"]),
    ("clap_mangen", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("ctrlc", &["cli/"]),
    ("mimalloc", &["main.rs"]),
    ("terminal_size", &["cli/"]),
    ("anstream", &["cli/"]),
    ("anstyle", &["cli/", "report/"]),
    ("tar", &["io/", "tree/"]),
    ("semver", &["version/"]),
    ("spdx", &["license/"]),
    ("sha1", &["digest.rs"]),
    ("sha2", &["digest.rs", "io/digest.rs"]),
    ("flate2", &["io/", "patch/binary.rs", "tree/fresh.rs", "tree/store/"]),
    ("liblzma", &["io/"]),
    ("zstd", &["io/"]),
    ("bzip2", &["io/"]),
    ("lz4_flex", &["io/"]),
    ("zip", &["io/"]),
    ("quick_xml", &["distro/"]),
    ("askama", &["report/html/"]),
    ("base64", &["report/html/"]),
    ("quick_junit", &["report/junit.rs"]),
];

/// The parts of `std` that reach the machine, and who may name them.
const MACHINE: (&[&str], &[&str]) = (&["fs", "process", "env", "time", "net"], &["io/", "tree/", "cli/", "main.rs"]);

/// The longest file.
const LINES: usize = 600;

fn row_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

/// Complaints about paths that point up or sideways.
fn direction(path: &str, source: &Source) -> Vec<String> {
    let own = path.split(['/', '.']).next().unwrap_or_default();
    if matches!(own, "lib" | "main") {
        return Vec::new();
    }
    let Some(own_row) = row_of(own) else { return vec![format!("{path}: module `{own}` stands in no layer")] };
    let mut complaints = Vec::new();
    for (line, name) in source.crate_paths(depth(path)) {
        match row_of(&name) {
            _ if name == own => {}
            Some(row) if row < own_row => {}
            Some(row) if row == own_row => complaints.push(format!("{path}:{line}: `{own}` names its peer `{name}`")),
            Some(_) => complaints.push(format!("{path}:{line}: `{own}` names `{name}`, which lies above")),
            None => complaints.push(format!("{path}:{line}: `{own}` names `{name}`, which stands in no layer")),
        }
    }
    complaints
}

/// How many modules deep a file is: `a/mod.rs` and `a.rs` are 1, `a/b.rs` is 2.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count();
    if path.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// Complaints about foreign crates and the machine outside their rooms; tests may use what they like.
fn rooms(path: &str, source: &Source) -> Vec<String> {
    let inside = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    let mut complaints = Vec::new();
    for (name, places) in FOREIGN.iter().filter(|(_, places)| !inside(places)) {
        let lines = source.names_crate(name);
        complaints.extend(lines.iter().map(|line| format!("{path}:{line}: `{name}` is named outside of {places:?}")));
    }
    let (modules, places) = MACHINE;
    if !inside(places) {
        let reached = source.paths_below("std").into_iter().filter(|(_, name)| modules.contains(&name.as_str()));
        complaints
            .extend(reached.map(|(line, name)| format!("{path}:{line}: `std::{name}` is named outside of {places:?}")));
    }
    complaints
}

/// Complaints about the file's form.
fn form(path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    let mut complaints = Vec::new();
    if lines > LINES {
        complaints.push(format!("{path}: {lines} lines, more than {LINES}"));
    }
    if !text.starts_with("//!") && !path.ends_with("tests.rs") {
        complaints.push(format!("{path}: does not open with `//!`"));
    }
    complaints
}

/// Complaints about files that no `mod` line names.
fn forgotten(files: &[(String, String)]) -> Vec<String> {
    let declares = |parent: &str, name: &str| {
        let found = files.iter().find(|(path, _)| path == parent);
        found.is_some_and(|(_, text)| Source::new(text).declares_module(name))
    };
    let mut complaints = Vec::new();
    for (path, _) in files.iter().filter(|(path, _)| path != "lib.rs" && path != "main.rs") {
        let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, name) = stem.rsplit_once('/').map_or(("", stem), |(folder, name)| (folder, name));
        let parents = if folder.is_empty() {
            vec!["lib.rs".to_owned()]
        } else {
            vec![format!("{folder}/mod.rs"), format!("{folder}.rs")]
        };
        if !parents.iter().any(|parent| declares(parent, name)) {
            complaints.push(format!("{path}: no `mod {name};` in {}", parents.join(" or ")));
        }
    }
    complaints
}

/// Every Rust file below a folder: its path relative to it and its text, sorted.
fn read(root: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).expect("the folder can be listed") {
            let entry = entry.expect("the entry can be read");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(entry.path()).expect("sources are UTF-8");
                files.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn the_sources_keep_the_rules() {
    let files = read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(files.len() > 20, "the sources were found");
    let mut complaints = forgotten(&files);
    for (path, text) in &files {
        let source = Source::new(text);
        complaints.extend(direction(path, &source));
        complaints.extend(rooms(path, &source));
        complaints.extend(form(path, text));
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_integration_test_is_part_of_its_binary() {
    let files = read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it")));
    let main = Source::new(&files.iter().find(|(path, _)| path == "main.rs").expect("tests/it/main.rs").1);
    for (path, _) in files.iter().filter(|(path, _)| path != "main.rs" && !path.starts_with("support/")) {
        let name = path.trim_end_matches(".rs").trim_end_matches("/mod");
        assert!(main.declares_module(name), "tests/it/{path} is forgotten");
    }
}

#[test]
fn layers_hold_each_module_once() {
    let mut all: Vec<&str> = LAYERS.concat();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

fn check(path: &str, text: &str) -> Vec<String> {
    let source = Source::new(text);
    [direction(path, &source), rooms(path, &source)].concat()
}

#[test]
fn a_path_up_is_caught_in_every_spelling() {
    for planted in [
        "use crate::cli::Ui;",
        "use crate::{text::lines, rebase::{plan, step}};",
        "use crate::{\n    path::RepoPath,\n    tree,\n};",
        "fn f() -> crate::report::Text { todo() }",
        "use crate :: tree as wood;",
        "use super::super::tree::Tree;",
        "pub use crate::{self as me, profile};",
        "#[cfg(test)]\nmod tests { use crate::cli; }",
        "#[cfg(test)]\nmod tests { use super::super::super::cli; }",
    ] {
        assert_eq!(check("patch/parse.rs", planted).len(), 1, "{planted}");
    }
}

#[test]
fn a_peer_and_an_unknown_module_are_caught() {
    assert_eq!(
        check("tree/git.rs", "use crate::profile::Profile;"),
        ["tree/git.rs:1: `tree` names its peer `profile`"]
    );
    assert_eq!(check("util/x.rs", ""), ["util/x.rs: module `util` stands in no layer"]);
    assert_eq!(
        check("cli/x.rs", "\nuse crate::util::x;"),
        ["cli/x.rs:2: `cli` names `util`, which stands in no layer"]
    );
}

#[test]
fn lower_modules_and_words_about_code_are_free() {
    let text = "//! See crate::cli.\nuse crate::{text::{diff, lines}, path::RepoPath};\n/* crate::cli /* nested */ git2:: */\nuse super::hunk::Hunk;\nconst A: &str = \"crate::cli git2::x\";\nconst B: &str = r#\"use \"crate::cli\" \"#;\nconst C: char = '\"';\nfn f<'a>(x: &'a str) -> crate::text::Shown { g(x) } // crate::cli\n";
    assert_eq!(check("patch/parse.rs", text), Vec::<String>::new());
}

#[test]
fn a_crate_or_the_machine_outside_its_room_is_caught() {
    assert_eq!(check("rebase/plan.rs", "use git2::Repository;").len(), 1);
    assert_eq!(check("rebase/plan.rs", "fn f() { rayon::join(a, b); }").len(), 1);
    assert_eq!(check("rebase/execute.rs", "use rayon::prelude::*;"), Vec::<String>::new());
    assert_eq!(check("rebase/plan.rs", "use std::{collections::BTreeMap, fs, time::{Instant}};").len(), 2);
    assert_eq!(check("rebase/plan.rs", "fn f() { let _ = std::env::var(NAME); }").len(), 1);
    assert_eq!(
        check("rebase/plan.rs", "use std::collections::BTreeMap;\n#[cfg(test)]\nmod tests {\n use std::fs;\n}"),
        Vec::<String>::new()
    );
    assert_eq!(check("rebase/plan.rs", "#[derive(clap::Args)]\nstruct A;").len(), 1);
    assert_eq!(check("text/x.rs", "let similar = 1; similar_to(similar);"), Vec::<String>::new());
}

#[test]
fn forgotten_long_and_undocumented_files_are_caught() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files = [
        file("lib.rs", "pub mod a;"),
        file("a/mod.rs", "mod b; // mod c;"),
        file("a/b.rs", ""),
        file("a/c.rs", ""),
        file("d.rs", ""),
    ];
    assert_eq!(forgotten(&files), ["a/c.rs: no `mod c;` in a/mod.rs or a.rs", "d.rs: no `mod d;` in lib.rs"]);
    assert_eq!(form("a.rs", &"//! x\n".repeat(LINES)), Vec::<String>::new());
    assert_eq!(form("a.rs", &"//! x\n".repeat(LINES + 1)).len(), 1);
    assert_eq!(form("a.rs", "use x;\n").len(), 1);
}
