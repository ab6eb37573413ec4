use std::path::Path;
use std::process::Command;

use super::*;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@x"), ("GIT_AUTHOR_DATE", "1000684800 +0000")])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@x"), ("GIT_COMMITTER_DATE", "1000684800 +0000")])
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A history of one long file that grows, beside short ones, so that packs hold chains of deltas.
fn world(folder: &Path) {
    git(folder, &["init", "-q", "-b", "main"]);
    let mut text = String::new();
    for version in 0..30 {
        text.extend((0..200).map(|line| format!("line {line} of version {version}\n")));
        std::fs::create_dir_all(folder.join("d/e")).unwrap();
        std::fs::write(folder.join("long"), &text).unwrap();
        std::fs::write(folder.join(format!("d/e/{version}")), format!("{version}\n").repeat(version)).unwrap();
        git(folder, &["add", "-A"]);
        git(folder, &["commit", "-q", "-m", &format!("version {version}")]);
    }
    git(folder, &["tag", "-a", "-m", "a tag", "t"]);
}

/// Every object that git knows is read as libgit2 reads it.
fn agrees(folder: &Path) -> usize {
    let repository = git2::Repository::open(folder).unwrap();
    let odb = repository.odb().unwrap();
    let store = Arc::new(Store::open(&repository.commondir().join("objects")));
    let mut reader = Reader::new(store);
    let all = git(folder, &["cat-file", "--batch-check=%(objectname)", "--batch-all-objects"]);
    for name in all.lines() {
        let id = ObjectId::from_hex(name).unwrap();
        let (mine, theirs) = (reader.read(id), odb.read(name.parse().unwrap()).unwrap());
        let mine = mine.unwrap_or_else(|| panic!("{name} is not found"));
        let kind = match mine.kind {
            Kind::Commit => git2::ObjectType::Commit,
            Kind::Tree => git2::ObjectType::Tree,
            Kind::Blob => git2::ObjectType::Blob,
            Kind::Tag => git2::ObjectType::Tag,
        };
        assert!((kind, &mine.data[..]) == (theirs.kind(), theirs.data()), "{name}");
    }
    // An index is read in another way once it was asked often.
    for _ in 0..40 {
        assert!(reader.read(ObjectId([9; 20])).is_none());
        let id = ObjectId::from_hex(all.lines().next().unwrap()).unwrap();
        assert!(reader.read(id).is_some());
    }
    all.lines().count()
}

#[test]
fn reads_what_libgit2_reads_loose_packed_and_borrowed() {
    let root = tempfile::tempdir().unwrap();
    let folder = &root.path().join("one");
    std::fs::create_dir(folder).unwrap();
    world(folder);
    let count = agrees(folder);
    assert!(count > 100);
    git(root.path(), &["clone", "-q", "--bare", "--shared", "one", "borrows"]);
    assert_eq!(agrees(&root.path().join("borrows")), count);
    git(folder, &["repack", "-q", "-a", "-d", "-f", "--depth=40"]);
    assert_eq!(agrees(folder), count);
    git(folder, &["-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d", "-f"]);
    assert_eq!(agrees(folder), count);
    // Offsets of more than 31 bits have a table of their own.
    let pack = git(folder, &["rev-parse", "--git-path", "objects/pack"]);
    let pack = folder.join(pack.trim());
    let name = std::fs::read_dir(&pack).unwrap().flatten().map(|entry| entry.path());
    let name = name.into_iter().find(|path| path.extension() == Some("pack".as_ref())).unwrap();
    std::fs::remove_file(name.with_extension("idx")).unwrap();
    git(folder, &["index-pack", "--index-version=2,0x40", name.to_str().unwrap()]);
    assert_eq!(agrees(folder), count);
}

#[test]
fn what_is_damaged_is_not_found_and_nothing_panics() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    world(folder);
    git(folder, &["repack", "-q", "-a", "-d", "-f"]);
    git(folder, &["prune-packed", "-q"]);
    let pack = folder.join(".git/objects/pack");
    let all = git(folder, &["cat-file", "--batch-check=%(objectname)", "--batch-all-objects"]);
    let ids: Vec<ObjectId> = all.lines().map(|name| ObjectId::from_hex(name).unwrap()).collect();
    let paths: Vec<PathBuf> = std::fs::read_dir(&pack).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "pack" || ending == "idx")) {
        let whole = std::fs::read(path).unwrap();
        let mut permissions = std::fs::metadata(path).unwrap().permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "the file lies in a temporary folder")]
        permissions.set_readonly(false);
        std::fs::set_permissions(path, permissions).unwrap();
        let mut damaged: Vec<Vec<u8>> = [0, 7, 40, 1030, whole.len() / 2, whole.len() - 1]
            .map(|length| whole[..length.min(whole.len())].to_vec())
            .into();
        for place in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0xff;
            damaged.push(bytes);
        }
        for bytes in damaged {
            std::fs::write(path, bytes).unwrap();
            let mut reader = Reader::new(Arc::new(Store::open(&folder.join(".git/objects"))));
            for id in &ids {
                drop(reader.read(*id));
            }
        }
        std::fs::write(path, whole).unwrap();
    }
}

#[test]
fn the_pool_gives_back_what_nobody_holds() {
    let pool = Pool::default();
    let id = |number: u8| ObjectId::from_hex(&format!("{number:040x}")).unwrap();
    let kept: Arc<[u8]> = Arc::from(&b"kept"[..]);
    pool.remember([(id(0), &kept)].into_iter());
    for number in 1..100 {
        let blob: Arc<[u8]> = vec![number; 1 << 20].into();
        pool.remember([(id(number), &blob)].into_iter());
        assert_eq!(pool.held(id(number)), Some(blob));
    }
    assert_eq!(pool.held(id(0)), Some(kept));
    assert!(pool.held(id(99)).is_none());
    let entries = pool.0.blobs.lock().unwrap().blobs.len();
    assert!(entries < 12, "{entries} entries hold the memory of their contents");
}
