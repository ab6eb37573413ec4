//! Trees against the programs that define them: git and tar.
#![expect(clippy::unwrap_used, reason = "a test states what must hold; helpers count as library code to the lint")]

#[path = "trees/survey.rs"]
mod survey;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use forebay::path::RepoPath;
use forebay::tree::branch::{self, NewCommit};
use forebay::tree::changes::changes;
use forebay::tree::directory::DirectoryTree;
use forebay::tree::git::GitTree;
use forebay::tree::history;
use forebay::tree::memory::MemoryTree;
use forebay::tree::tarball::TarballTree;
use forebay::tree::{Entry, File, Mode, Node, Tree, TreeError};
use proptest::prelude::*;

type Files = BTreeMap<String, (Mode, Vec<u8>)>;

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text.as_bytes()).unwrap()
}

fn run(command: &mut Command, input: &[u8]) -> Vec<u8> {
    for (key, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")] {
        command.env(key, value);
    }
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A U Thor").env(format!("GIT_{role}_EMAIL"), "author@example.com");
        command.env(format!("GIT_{role}_DATE"), "1700000000 +0130");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = run(Command::new("git").arg("-C").arg(folder).args(arguments), b"");
    String::from_utf8(output).unwrap().trim_end().to_owned()
}

/// Replaces everything in a folder but `.git`.
fn lay_out(folder: &Path, files: &Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.file_name() == ".git" {
            true => {}
            false if entry.file_type().unwrap().is_dir() => std::fs::remove_dir_all(entry.path()).unwrap(),
            false => std::fs::remove_file(entry.path()).unwrap(),
        }
    }
    for (name, (mode, content)) in files {
        let place = folder.join(name);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        match mode {
            Mode::Symlink => std::os::unix::fs::symlink(std::str::from_utf8(content).unwrap(), place).unwrap(),
            Mode::Executable => forebay::io::fs::write_with_mode(&place, content, 0o755).unwrap(),
            _ => std::fs::write(place, content).unwrap(),
        }
    }
}

fn commit(folder: &Path, files: &Files, message: &str) -> String {
    lay_out(folder, files);
    git(folder, &["add", "-A", "-f"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", message]);
    git(folder, &["rev-parse", "HEAD"])
}

fn repository() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("upstream");
    std::fs::create_dir(&place).unwrap();
    git(&place, &["init", "-q", "-b", "main"]);
    git(&place, &["config", "uploadpack.allowFilter", "true"]);
    git(&place, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    (folder, place)
}

fn memory(files: &Files) -> MemoryTree {
    let mut tree = MemoryTree::new("memory");
    for (name, (mode, content)) in files {
        tree.insert(path(name), File::new(*mode, content.as_slice()));
    }
    tree
}

/// Random trees without a file where another needs a folder.
fn files() -> impl Strategy<Value = Files> {
    let name = "[ab](-x|\\.c)?(/[ab](-x|\\.c)?){0,3}";
    let mode = prop_oneof![4 => Just(Mode::Regular), 1 => Just(Mode::Executable), 1 => Just(Mode::Symlink)];
    let content = prop_oneof![Just(Vec::new()), "[a-c\n]{1,30}".prop_map(String::into_bytes)];
    proptest::collection::btree_map(name, (mode, content), 1..15).prop_map(|drawn| {
        let mut tree = MemoryTree::new("draft");
        for (name, (mode, content)) in drawn {
            // A link's target can be neither empty nor hold a line break on every system.
            let content = match mode {
                Mode::Symlink => {
                    content.iter().map(u8::to_ascii_lowercase).filter(|byte| *byte != b'\n').chain([b'z']).collect()
                }
                _ => content,
            };
            tree.insert(path(&name), File::new(mode, content));
        }
        let row = |(path, file): (&RepoPath, &File)| (path.to_string(), (file.mode, file.data.to_vec()));
        tree.files().iter().map(row).collect()
    })
}

fn everything(tree: &dyn Tree, folder: Option<&RepoPath>, found: &mut Vec<(String, Option<Mode>)>) {
    for Entry { name, mode, .. } in tree.list(folder).unwrap() {
        let path = folder.map_or_else(|| RepoPath::parse(&name), |folder| folder.join(&name)).unwrap();
        found.push((path.to_string(), mode));
        if mode.is_none() {
            everything(tree, Some(&path), found);
        }
    }
}

fn assert_same(tree: &dyn Tree, files: &Files, what: &str) {
    assert_reads_same(tree, files, what);
    survey::assert_same(tree, files, what);
}

fn assert_reads_same(tree: &dyn Tree, files: &Files, what: &str) {
    let expected = memory(files);
    let mut paths: Vec<RepoPath> = expected.files().keys().cloned().collect();
    paths.extend(expected.files().keys().filter_map(RepoPath::parent));
    paths.extend(expected.files().keys().map(|path| path.join(b"below").unwrap()));
    paths.extend([path("nothing"), path("a/nothing"), path("a/a/a/a/a")]);
    assert_eq!(tree.read(&paths).unwrap(), expected.read(&paths).unwrap(), "{what}: {files:?}");
    let (mut here, mut there) = (Vec::new(), Vec::new());
    everything(tree, None, &mut here);
    everything(&expected, None, &mut there);
    assert_eq!(here, there, "{what}");
    let known = tree.ids(&paths).unwrap();
    for ((path, id), expected) in paths.iter().zip(known).zip(expected.ids(&paths).unwrap()) {
        if let (Some(id), Some(expected)) = (id, expected) {
            assert_eq!(id, expected, "{what}: {path}");
        }
    }
}

fn tarball(files: &Files, top: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, (mode, content)) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(if *mode == Mode::Executable { 0o755 } else { 0o644 });
        let name = format!("{top}{name}");
        if *mode == Mode::Symlink {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            builder.append_link(&mut header, name, std::str::from_utf8(content).unwrap()).unwrap();
        } else {
            header.set_size(content.len() as u64);
            builder.append_data(&mut header, name, &content[..]).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn packed(tar: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(tar).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(tar).unwrap();
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz.write_all(tar).unwrap();
    vec![
        ("tar", tar.to_vec()),
        ("tar.xz", xz.finish().unwrap()),
        ("tar.gz", gz.finish().unwrap()),
        ("tar.bz2", bz.finish().unwrap()),
        ("tar.zst", zstd::encode_all(tar, 1).unwrap()),
    ]
}

fn open_tar(folder: &Path, bytes: &[u8]) -> TarballTree {
    let place = folder.join("x.tar");
    std::fs::write(&place, bytes).unwrap();
    TarballTree::open(&place, None, None).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_tree_reads_the_same_from_everywhere(first in files(), files in files()) {
        let (folder, upstream) = repository();
        commit(&upstream, &first, "first");
        let tip = commit(&upstream, &files, "second");
        let url = format!("file://{}", upstream.display());
        let clone = |name: &str, options: &[&str]| {
            let place = folder.path().join(name);
            let arguments = [&["clone", "-q"], options, &[&url[..], place.to_str().unwrap()]].concat();
            git(folder.path(), &arguments);
            place
        };
        git(&upstream, &["worktree", "add", "-q", "--detach", "../linked"]);
        let tree_id = git(&upstream, &["rev-parse", "HEAD^{tree}"]);
        let places = [
            ("work tree", upstream.clone(), "main"),
            ("commit id", upstream.clone(), &tip[..]),
            ("tree id", upstream.clone(), &tree_id[..]),
            ("linked work tree", folder.path().join("linked"), "HEAD"),
            ("bare", clone("bare.git", &["--bare"]), "main"),
            ("shallow", clone("shallow", &["--depth=1"]), "main"),
            ("partial", clone("partial.git", &["--bare", "--filter=blob:none"]), "main"),
            ("treeless", clone("treeless.git", &["--bare", "--filter=tree:0"]), "main"),
        ];
        for (what, place, revision) in places {
            assert_same(&GitTree::open(&place, revision).unwrap(), &files, what);
        }
        assert_same(&DirectoryTree::open(&upstream).unwrap(), &files, "directory");
        assert_same(&memory(&files), &files, "memory");
        for (kind, bytes) in packed(&tarball(&files, "upstream-1.0/")) {
            let place = folder.path().join(format!("upstream.{kind}"));
            std::fs::write(&place, bytes).unwrap();
            let cache = folder.path().join("cache");
            for round in ["first", "second"] {
                assert_same(&TarballTree::open(&place, Some(&cache), None).unwrap(), &files, &format!("{kind} {round}"));
            }
            let index_only = TarballTree::open(&place, Some(&cache), None).unwrap();
            prop_assert_eq!(index_only.list(None).unwrap().len(), memory(&files).list(None).unwrap().len());
        }
    }

    #[test]
    fn changes_are_those_of_git_diff_tree(old in files(), new in files()) {
        let (_folder, upstream) = repository();
        let (one, other) = (commit(&upstream, &old, "old"), commit(&upstream, &new, "new"));
        let text = git(&upstream, &["diff-tree", "-r", "--no-renames", "--name-status", &one, &other]);
        let with = |status: &str| -> Vec<String> {
            let lines = text.lines().filter_map(|line| line.split_once('\t'));
            lines.filter(|(word, _)| *word == status).map(|(_, name)| name.to_owned()).collect()
        };
        let (mut added, mut removed) = (with("A"), with("D"));
        added.sort();
        removed.sort();
        let trees: [(Box<dyn Tree>, Box<dyn Tree>); 2] = [
            (Box::new(GitTree::open(&upstream, &one).unwrap()), Box::new(GitTree::open(&upstream, &other).unwrap())),
            (Box::new(memory(&old)), Box::new(GitTree::open(&upstream, &other).unwrap())),
        ];
        for (old, new) in trees {
            let found = changes(&*old, &*new).unwrap();
            let names = |list: &[forebay::tree::changes::PathEntry]| -> Vec<String> {
                let mut names: Vec<String> = list.iter().map(|entry| entry.path.to_string()).collect();
                names.sort();
                names
            };
            prop_assert_eq!(names(&found.added), &added[..]);
            prop_assert_eq!(names(&found.removed), &removed[..]);
        }
    }

    #[test]
    fn a_range_reads_as_git_log_and_writes_back_with_the_same_ids(steps in proptest::collection::vec(files(), 2..5)) {
        let (_folder, upstream) = repository();
        let ids: Vec<String> = steps.iter().enumerate().map(|(number, files)| {
            commit(&upstream, files, &format!("step {number}\n\nbody of {number}"))
        }).collect();
        let commits = history::range(&upstream, &ids[0], "main").unwrap();
        let logged = git(&upstream, &["log", "--reverse", "--first-parent", "--format=%H %s", &format!("{}..main", ids[0])]);
        let ours: Vec<String> = commits.iter().map(|commit| format!("{} {}", commit.id, commit.subject)).collect();
        prop_assert_eq!(ours.join("\n"), logged);
        for commit in &commits {
            let id = commit.id.to_string();
            let text = git(&upstream, &["diff-tree", "-r", "--no-renames", "--no-commit-id", "--name-only", &id]);
            let mut names: Vec<&str> = text.lines().collect();
            names.sort_unstable();
            let ours: Vec<String> = commit.changes.iter().map(|change| change.path.to_string()).collect();
            let mut ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            ours.sort_unstable();
            ours.dedup();
            names.dedup();
            prop_assert_eq!(ours, names);
        }
        let new: Vec<NewCommit> = commits.iter().map(|commit| NewCommit {
            author: commit.author.clone(),
            committer: None,
            message: commit.message.to_vec(),
            changes: commit.changes.iter().map(|change| (change.path.clone(), change.after.clone())).collect(),
        }).collect();
        // Into a clone that has only the first commit, so that everything must be written.
        let fresh = upstream.join("../fresh.git");
        git(&upstream, &["branch", "start", &ids[0]]);
        git(&upstream, &["clone", "-q", "--bare", "--single-branch", "--branch", "start", &format!("file://{}", upstream.display()), fresh.to_str().unwrap()]);
        let before = git(&fresh, &["count-objects", "-v"]);
        let last = branch::final_tree_id(&fresh, "start", &new).unwrap();
        prop_assert_eq!(before, git(&fresh, &["count-objects", "-v"]));
        let written = branch::write(&fresh, "start", "queue", &new, false).unwrap();
        let ids: Vec<_> = commits.iter().map(|commit| commit.id).collect();
        prop_assert_eq!(&written.commits, &ids);
        prop_assert_eq!(written.trees.last(), Some(&last));
        git(&fresh, &["fsck", "--strict"]);
        prop_assert_eq!(git(&fresh, &["rev-parse", "queue"]), git(&upstream, &["rev-parse", "main"]));
        // Once more is nothing new; other content needs force.
        branch::write(&fresh, "start", "queue", &new, false).unwrap();
        let fewer = &new[..new.len() - 1];
        let refused = branch::write(&fresh, "start", "queue", fewer, false);
        prop_assert!(matches!(refused, Err(TreeError::Branch { .. })), "a branch with other commits was moved");
        branch::write(&fresh, "start", "queue", fewer, true).unwrap();
    }
}

#[test]
fn a_checked_out_branch_is_never_moved() {
    let (_folder, upstream) = repository();
    let files = Files::from([("a".into(), (Mode::Regular, b"1".to_vec()))]);
    commit(&upstream, &files, "one");
    git(&upstream, &["worktree", "add", "-q", "-b", "side", "../side"]);
    for name in ["main", "side", "refs/heads/main", "a..b", ""] {
        let error = branch::write(&upstream, "main", name, &[], true).unwrap_err();
        assert!(matches!(error, TreeError::Branch { .. }), "{name}: {error}");
    }
    branch::write(&upstream, "main", "free", &[], false).unwrap();
    assert_eq!(git(&upstream, &["status", "--porcelain"]), "");
}

#[test]
fn merges_and_strangers_are_no_range() {
    let (_folder, upstream) = repository();
    let one = Files::from([("a".into(), (Mode::Regular, b"1".to_vec()))]);
    let start = commit(&upstream, &one, "start");
    git(&upstream, &["checkout", "-q", "-b", "side"]);
    git(&upstream, &["commit", "-q", "--allow-empty", "-m", "side"]);
    git(&upstream, &["checkout", "-q", "main"]);
    git(&upstream, &["commit", "-q", "--allow-empty", "-m", "main"]);
    git(&upstream, &["merge", "-q", "-m", "the merge", "side"]);
    let error = history::range(&upstream, &start, "main").unwrap_err();
    assert!(error.to_string().contains("the merge") && error.hint().is_some(), "{error}");
    git(&upstream, &["checkout", "-q", "--orphan", "alone"]);
    git(&upstream, &["commit", "-q", "-m", "alone"]);
    assert!(matches!(history::range(&upstream, "alone", "main"), Err(TreeError::NotAncestor { .. })));
}

#[test]
fn tags_and_touching_commits_are_found() {
    let (_folder, upstream) = repository();
    let with = |content: &str| {
        Files::from([("d/a".into(), (Mode::Regular, content.into())), ("b".into(), (Mode::Regular, b"b".to_vec()))])
    };
    commit(&upstream, &with("1"), "one");
    git(&upstream, &["tag", "v1.0.1"]);
    commit(&upstream, &with("2"), "two");
    git(&upstream, &["commit", "-q", "--allow-empty", "-m", "nothing"]);
    git(&upstream, &["tag", "-a", "-m", "annotated", "v1.0.2"]);
    assert_eq!(history::tags(&upstream).unwrap(), ["v1.0.1", "v1.0.2"]);
    let touched = history::touched_between(&upstream, "v1.0.1", "v1.0.2", &path("d/a"), 100).unwrap();
    assert_eq!(touched.iter().map(|touch| touch.subject.to_string()).collect::<Vec<_>>(), ["two"]);
    let error = GitTree::open(&upstream, "v1.0.3").unwrap_err();
    assert!(error.hint().unwrap().contains("v1.0.1"), "{:?}", error.hint());
}

#[test]
fn a_partial_clone_without_its_remote_names_what_it_lacks() {
    let (folder, upstream) = repository();
    commit(&upstream, &Files::from([("d/a".into(), (Mode::Regular, b"1".to_vec()))]), "one");
    let url = format!("file://{}", upstream.display());
    git(folder.path(), &["clone", "-q", "--bare", "--filter=blob:none", &url, "partial.git"]);
    let partial = folder.path().join("partial.git");
    // As git wrote it until 2.23.
    git(&partial, &["config", "extensions.partialClone", "origin"]);
    git(&partial, &["config", "--unset", "remote.origin.promisor"]);
    let error = GitTree::open(&partial, "main").unwrap_err();
    assert!(matches!(&error, TreeError::Extension { extension, .. } if extension == "partialclone"), "{error}");
    git(&partial, &["config", "--unset", "extensions.partialClone"]);
    let error = GitTree::open(&partial, "main").unwrap().read(&[path("d/a")]).unwrap_err();
    assert!(error.to_string().contains("d/a") && error.hint().unwrap().contains("fetch"), "{error}");
}

#[test]
fn hostile_archives_are_refused_with_their_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["../escape", "/absolute", "a/../../b"] {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(0);
        header.set_cksum();
        let bytes = [header.as_bytes().as_slice(), &[0; 1024]].concat();
        let error = open_tar(folder.path(), &bytes).read(&[path("a")]).unwrap_err();
        assert!(error.to_string().contains("hostile") && error.to_string().contains("x.tar"), "{error}");
    }
    let error = open_tar(folder.path(), b"no archive at all").read(&[path("a")]).unwrap_err();
    assert!(error.to_string().contains("x.tar"), "{error}");
}

#[test]
fn truncated_archives_are_errors_in_every_compression() {
    let folder = tempfile::tempdir().unwrap();
    let noise: Vec<u8> = (0..100_000_u32).flat_map(|value| value.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let files = Files::from([("a".into(), (Mode::Regular, noise)), ("b".into(), (Mode::Regular, b"b".to_vec()))]);
    for (kind, bytes) in packed(&tarball(&files, "top/")) {
        for cut in [bytes.len() / 3, bytes.len() * 2 / 3] {
            let error = open_tar(folder.path(), &bytes[..cut]).read(&[path("b")]).unwrap_err();
            assert!(error.to_string().contains("ends") && error.hint().is_some(), "{kind}: {error}");
        }
    }
}

#[test]
fn archives_of_gnu_tar_in_each_format_with_holes_and_links() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    std::fs::create_dir(&source).unwrap();
    let holes = std::fs::File::create(source.join("huge")).unwrap();
    holes.set_len(10 << 30).unwrap();
    let mut small = std::fs::File::create(source.join("small")).unwrap();
    small.set_len(1 << 20).unwrap();
    small.write_all(b"start").unwrap();
    let mut expected = vec![0; 1 << 20];
    expected[..5].copy_from_slice(b"start");
    let long = "long-name/".repeat(20) + &"x".repeat(120);
    std::fs::create_dir_all(source.join(&long).parent().unwrap()).unwrap();
    std::fs::write(source.join(&long), "long").unwrap();
    std::fs::write(source.join("plain"), "plain").unwrap();
    std::fs::hard_link(source.join("plain"), source.join("second")).unwrap();
    for format in ["gnu", "pax", "oldgnu"] {
        let archive = folder.path().join(format!("{format}.tar.xz"));
        let mut command = Command::new("tar");
        command.args(["--sort=name", "--sparse", "-cJf"]).arg(&archive).arg(format!("--format={format}"));
        run(command.arg("-C").arg(folder.path()).arg("source"), b"");
        let tree = TarballTree::open(&archive, None, None).unwrap();
        let nodes = tree.read(&[path("small"), path(&long), path("second"), path("plain")]).unwrap();
        let regular = |bytes: &[u8]| Node::File(File::new(Mode::Regular, bytes));
        let wanted: [&[u8]; 4] = [&expected, b"long", b"plain", b"plain"];
        assert!(nodes == wanted.map(regular), "{format}");
        let again = TarballTree::open(&archive, None, None).unwrap();
        assert_eq!(again.read(&[path("second")]).unwrap(), [regular(b"plain")], "{format}");
        let error = tree.read(&[path("huge")]).unwrap_err();
        assert!(error.to_string().contains("10737418240"), "{error}");
    }
}

#[test]
fn names_stay_where_there_is_no_single_top_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| (Mode::Regular, text.as_bytes().to_vec());
    let files = Files::from([("a/x".into(), file("1")), ("b/y".into(), file("2")), ("c".into(), file("3"))]);
    assert_same(&open_tar(folder.path(), &tarball(&files, "")), &files, "plain");
    assert_same(&open_tar(folder.path(), &tarball(&files, "./")), &files, "dot");
    assert_same(&open_tar(folder.path(), &tarball(&files, "./top/")), &files, "dot top");
}

#[test]
fn the_cache_serves_an_unchanged_archive_without_reading_it_and_is_rebuilt_when_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, place) = (folder.path().join("cache"), folder.path().join("x.tar"));
    let files =
        Files::from([("a".into(), (Mode::Regular, b"1".to_vec())), ("d/b".into(), (Mode::Regular, b"2".to_vec()))]);
    let bytes = tarball(&files, "top/");
    std::fs::write(&place, &bytes).unwrap();
    assert_reads_same(&TarballTree::open(&place, Some(&cache), None).unwrap(), &files, "first");
    let modified = std::fs::metadata(&place).unwrap().modified().unwrap();
    let spoil = |content: &[u8]| {
        let file = std::fs::File::options().write(true).open(&place).unwrap();
        (&file).write_all(content).unwrap();
        file.set_modified(modified).unwrap();
    };
    spoil(&vec![7; bytes.len()]);
    assert_reads_same(&TarballTree::open(&place, Some(&cache), None).unwrap(), &files, "from the cache alone");
    spoil(&bytes);
    for entry in walkdir::WalkDir::new(&cache) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            std::fs::write(entry.path(), b"damaged").unwrap();
        }
    }
    assert_reads_same(&TarballTree::open(&place, Some(&cache), None).unwrap(), &files, "rebuilt");
    std::fs::remove_dir_all(&cache).unwrap();
    std::fs::write(&cache, b"a file where the folder should be").unwrap();
    assert_reads_same(&TarballTree::open(&place, Some(&cache), None).unwrap(), &files, "without a cache");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    // Reading a process's memory at 0 fails for everybody, root included.
    let error = DirectoryTree::open(Path::new("/proc/self")).unwrap().read(&[path("mem")]).unwrap_err();
    assert!(error.to_string().contains("mem"), "{error}");
}

#[test]
fn renames_are_those_that_git_finds() {
    use forebay::tree::renames::{Moved, RenameMap, Search};
    let (_folder, upstream) = repository();
    let lines = |seed: u32| -> Vec<u8> { (0..20).flat_map(|line| format!("{seed} {line}\n").into_bytes()).collect() };
    let edited = |seed: u32| [lines(seed), b"more\n".to_vec()].concat();
    let file = |bytes: Vec<u8>| (Mode::Regular, bytes);
    let names = ["a/one.c", "a/two.c", "a/three.c", "lone.txt", "gone.txt"];
    let old: Files = names.iter().zip(0..).map(|(name, seed)| ((*name).to_owned(), file(lines(seed)))).collect();
    let new = Files::from([
        ("b/c/one.c".to_owned(), file(lines(0))),
        ("b/c/two.c".to_owned(), file(edited(1))),
        ("b/c/three.c".to_owned(), file(lines(2))),
        ("other.md".to_owned(), file(edited(3))),
        ("unrelated".to_owned(), file(lines(99_999))),
    ]);
    let (one, other) = (commit(&upstream, &old, "old"), commit(&upstream, &new, "new"));
    let text = git(&upstream, &["diff-tree", "-r", "-M50%", "--diff-filter=R", "--name-status", &one, &other]);
    let theirs: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.split_once('\t')?.1.split_once('\t')).collect();
    let (old_tree, new_tree) = (GitTree::open(&upstream, &one).unwrap(), GitTree::open(&upstream, &other).unwrap());
    let map = RenameMap::new(changes(&old_tree, &new_tree).unwrap());
    let wanted: Vec<(RepoPath, File)> = memory(&old).files().clone().into_iter().collect();
    let moved = map.find(&wanted, &new_tree, Search::default()).unwrap();
    for ((from, _), moved) in wanted.iter().zip(moved) {
        let ours = match moved {
            Moved::To { path, .. } => Some(path.to_string()),
            other => {
                assert_eq!(other, Moved::Gone);
                None
            }
        };
        assert_eq!(ours.as_deref(), theirs.get(&from.to_string()[..]).copied(), "{from}");
    }
    assert_eq!(theirs.len(), 4);
    assert_eq!(map.folder_moved(&path("a"), &new_tree).unwrap(), Some(path("b/c")));
}
