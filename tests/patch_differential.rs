//! Patches that are made, reversed and read here mean to `git apply` and GNU patch what they mean here.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use forebay::patch::{Body, FilePatch, PatchFile, apply::apply_exact, make, parse};
use forebay::path::RepoPath;
use proptest::prelude::*;

/// A program in a sealed world; a missing one fails the test.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap())
        .env("LC_ALL", "C")
        .output()
        .unwrap_or_else(|error| panic!("`{program}` is needed for this test: {error}"))
}

fn apply(program: &str, reverse: bool, patch: &[u8], folder: &Path) -> Output {
    let file = folder.parent().unwrap().join("the.patch");
    fs::write(&file, patch).unwrap();
    let file = file.to_str().unwrap();
    let turn: &[&str] = if reverse { &["-R"] } else { &[] };
    match program {
        "git" => run("git", &[&["apply", "-p1", "--whitespace=nowarn"], turn, &[file]].concat(), folder),
        _ => run("patch", &[&["-p1", "-f", "-F0", "-s", "--no-backup-if-mismatch", "-i", file], turn].concat(), folder),
    }
}

type Side<'a> = Option<(u32, &'a [u8])>;

fn put(folder: &Path, name: &str, side: Side) {
    let path = folder.join(name);
    let Some((mode, content)) = side else { return };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if mode == 0o120_000 {
        std::os::unix::fs::symlink(std::str::from_utf8(content).unwrap(), &path).unwrap();
    } else {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode & 0o777)).unwrap();
    }
}

fn get(folder: &Path, name: &str) -> Option<(u32, Vec<u8>)> {
    let path = folder.join(name);
    let about = fs::symlink_metadata(&path).ok()?;
    if about.is_symlink() {
        return Some((0o120_000, fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()));
    }
    let mode = if about.permissions().mode() & 0o100 == 0 { 0o100_644 } else { 0o100_755 };
    Some((mode, fs::read(&path).unwrap()))
}

fn owned(side: Side) -> Option<(u32, Vec<u8>)> {
    side.map(|(mode, content)| (mode, content.to_vec()))
}

/// Applies the patch from `before` at `old` to `after` at `new` with a program, there and back.
fn both_ways(program: &str, old: &str, new: &str, before: Side, after: Side) {
    let path = |name: &str| RepoPath::parse(name.as_bytes()).unwrap();
    let made = make::file_patch(&path(old), &path(new), before, after, 3);
    let world = tempfile::tempdir().unwrap();
    let folder = world.path().join("tree");
    fs::create_dir(&folder).unwrap();
    put(&folder, old, before);
    let text = made.print();
    let output = apply(program, false, &text, &folder);
    let shown = String::from_utf8_lossy(&text);
    assert!(output.status.success(), "{program} refuses:\n{shown}{output:?}");
    assert_eq!(get(&folder, new), owned(after), "{program}:\n{shown}");
    if old != new {
        assert_eq!(get(&folder, old), None);
    }
    let back = parse(&text).unwrap().files[0].reversed().print();
    let output = apply(program, false, &back, &folder);
    assert!(output.status.success(), "{program} refuses the reverse:\n{}{output:?}", String::from_utf8_lossy(&back));
    assert_eq!(get(&folder, old), owned(before), "{program} reversed:\n{}", String::from_utf8_lossy(&back));
}

const FILE: u32 = 0o100_644;
const RUN: u32 = 0o100_755;
const LINK: u32 = 0o120_000;

#[test]
fn kinds_of_change_mean_the_same_to_git_and_patch() {
    let cases: [(&str, &str, Side, Side); 9] = [
        ("a", "a", Some((FILE, b"x\n")), Some((FILE, b"y"))),
        ("a", "a", None, Some((FILE, b"x\n"))),
        ("a", "a", Some((FILE, b"x\n")), None),
        ("a", "a", None, Some((FILE, b""))),
        ("a", "a", Some((FILE, b"x\n")), Some((RUN, b"x\n"))),
        ("a", "b", Some((FILE, b"x\n")), Some((FILE, b"x\n"))),
        ("a", "b", Some((FILE, b"x\ny\nz\n")), Some((RUN, b"x\ny\nq\n"))),
        ("a b", "a b", Some((FILE, b"x\r\n")), Some((FILE, b"y\r\n"))),
        ("caf\u{e9}\t\"", "caf\u{e9}\t\"", Some((FILE, b"x\n")), Some((FILE, b"y\n"))),
    ];
    for (old, new, before, after) in cases {
        for program in ["git", "patch"] {
            both_ways(program, old, new, before, after);
        }
    }
}

#[test]
fn binaries_and_links_mean_the_same_to_git() {
    let large: Vec<u8> = (0_u32..5000).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let cases: [(&str, &str, Side, Side); 8] = [
        ("a", "a", Some((FILE, b"x\0")), Some((FILE, b"y\0z"))),
        ("a", "a", None, Some((FILE, &large))),
        ("a", "a", Some((RUN, &large)), None),
        ("a", "b", Some((FILE, b"\0")), Some((FILE, &large))),
        ("l", "l", None, Some((LINK, b"target"))),
        ("l", "l", Some((LINK, b"target")), Some((LINK, b"other"))),
        ("l", "l", Some((LINK, b"target")), None),
        ("a", "a", Some((FILE, b"")), None),
    ];
    for (old, new, before, after) in cases {
        both_ways("git", old, new, before, after);
    }
}

#[test]
fn reads_what_git_writes() {
    let world = tempfile::tempdir().unwrap();
    let folder = world.path().join("tree");
    fs::create_dir(&folder).unwrap();
    let git = |arguments: &[&str]| {
        let output = run("git", arguments, &folder);
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    git(&["init", "-q"]);
    let large: Vec<u8> = (0_u32..4000).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    put(&folder, "bin", Some((FILE, &large)));
    put(&folder, "moved", Some((FILE, b"1\n2\n3\n4\n5\n6\n")));
    put(&folder, "gone file", Some((FILE, b"x\n")));
    put(&folder, "mode", Some((FILE, b"x\n")));
    git(&["add", "-A"]);
    let tree = String::from_utf8(git(&["write-tree"])).unwrap();
    let mut edited = large.clone();
    edited[4321] ^= 1;
    edited.extend_from_slice(b"more");
    put(&folder, "bin", Some((FILE, &edited)));
    fs::remove_file(folder.join("moved")).unwrap();
    fs::remove_file(folder.join("gone file")).unwrap();
    put(&folder, "sub/new name", Some((FILE, b"1\n2\n3\n4\n5\nsix")));
    put(&folder, "mode", Some((RUN, b"x\n")));
    put(&folder, "empty", Some((FILE, b"")));
    put(&folder, "\u{fc}\n", Some((FILE, b"y\n")));
    git(&["add", "-A"]);
    for extra in
        [&["--binary", "-M"][..], &["--binary", "-C", "-C"], &["--no-prefix"], &["-U0"], &["-B", "-M", "--full-index"]]
    {
        let text = git(&[&["diff", "--cached"], extra, &[tree.trim()]].concat());
        let read = parse(&text).unwrap();
        assert_eq!(read.print(), text);
        let strip = usize::from(extra != ["--no-prefix"]);
        let paths: Vec<_> = read.files.iter().map(|file| file.paths(strip, &|_| true).unwrap()).collect();
        let name = |name: &str| Some(RepoPath::parse(name.as_bytes()).unwrap());
        assert!(paths.iter().any(|paths| paths.new == name("\u{fc}\n") && paths.old.is_none()));
        assert!(paths.iter().any(|paths| paths.old == name("gone file") && paths.new.is_none()));
        let binary = read.files.iter().find(|file| file.print().windows(3).any(|part| part == b"bin")).unwrap();
        if let Body::Binary(binary) = &binary.body {
            assert_eq!(binary.forward.apply(&large).unwrap(), edited);
            assert_eq!(binary.reverse.as_ref().unwrap().apply(&edited).unwrap(), large);
        }
    }
}

fn hunks_of(file: &FilePatch) -> &[forebay::patch::Hunk] {
    match &file.body {
        Body::Hunks(hunks) => hunks,
        _ => &[],
    }
}

fn text() -> impl Strategy<Value = String> {
    "((a|b|c|d|-- x|\\+\\+ y|@@ -1 \\+1 @@|\\\\ z|\t|  |x\r)\n){0,14}(end)?".prop_map(|text| text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn hunks_mean_the_same_to_git_and_patch(before in text(), after in text()) {
        prop_assume!(before != after && !before.is_empty() && !after.is_empty());
        for program in ["git", "patch"] {
            both_ways(program, "x", "x", Some((FILE, before.as_bytes())), Some((FILE, after.as_bytes())));
        }
    }

    #[test]
    fn reads_what_diff_writes(before in text(), after in text(), context in 0_usize..4) {
        let world = tempfile::tempdir().unwrap();
        fs::write(world.path().join("old"), &before).unwrap();
        fs::write(world.path().join("new"), &after).unwrap();
        let output = run("diff", &[&format!("-U{context}"), "-p", "old", "new"], world.path()).stdout;
        let read = parse(&output).unwrap();
        prop_assert_eq!(read.print(), output);
        if before == after {
            prop_assert!(read.files.is_empty());
        } else {
            let hunks = hunks_of(&read.files[0]);
            prop_assert_eq!(apply_exact(before.as_bytes(), hunks), Ok(after.clone().into_bytes()));
            let back = read.files[0].reversed();
            prop_assert_eq!(apply_exact(after.as_bytes(), hunks_of(&back)), Ok(before.into_bytes()));
        }
    }

    #[test]
    fn patch_agrees_about_mangled_patches(before in text(), after in text(), at in any::<prop::sample::Index>(), with in "[-+ @\\\\\na]") {
        prop_assume!(before != after && !before.is_empty() && !after.is_empty());
        let path = RepoPath::parse(b"x").unwrap();
        let made = make::file_patch(&path, &path, Some((FILE, before.as_bytes())), Some((FILE, after.as_bytes())), 3);
        let mut bytes = PatchFile { files: vec![made], ..PatchFile::default() }.print();
        let at = at.index(bytes.len());
        bytes[at] = with.as_bytes()[0];
        let world = tempfile::tempdir().unwrap();
        let folder = world.path().join("tree");
        fs::create_dir(&folder).unwrap();
        put(&folder, "x", Some((FILE, before.as_bytes())));
        let Ok(read) = parse(&bytes) else { return Ok(()) };
        prop_assert_eq!(read.print(), &bytes[..]);
        let [file] = &read.files[..] else { return Ok(()) };
        if let Ok(paths) = file.paths(1, &|path| path.as_bytes() == b"x")
            && paths.old.as_ref() == Some(&path)
            && paths.new.as_ref() == Some(&path)
            && !file.header.crlf
            && let Ok(mine) = apply_exact(before.as_bytes(), hunks_of(file))
        {
            // What applies exactly here, applies with the same result there.
            let output = apply("patch", false, &bytes, &folder);
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            if output.status.success() {
                let theirs = get(&folder, "x").map(|(_, content)| content).unwrap_or_default();
                prop_assert_eq!(theirs, mine, "{}", shown);
            }
        }
    }
}
