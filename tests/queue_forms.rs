//! Every form of a queue is read from disk, rewritten and read again; what is wrong is named with its place.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

use std::path::Path;

use forebay::queue::{Disposition, LoadOptions, Queue, QueueError, QueueFiles, QueueForm, load};

fn patch(subject: &str, file: &str) -> String {
    format!("{subject}\n\n--- a/{file}\n+++ b/{file}\n@@ -1 +1 @@\n-a\n+{subject}\n")
}

fn mail(number: usize, file: &str) -> String {
    format!(
        "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nDate: Mon, 17 Sep 2001 00:00:00 +0000\n\
         Subject: [PATCH {number}/3] Change {file}\n\n---\n{file} | 2 +-\n\ndiff --git a/{file} b/{file}\n--- a/{file}\n+++ b/{file}\n\
         @@ -1 +1 @@\n-a\n+b\n-- \n2.47.3\n\n"
    )
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

fn read(path: &Path) -> Result<Queue, QueueError> {
    load(path, &LoadOptions::default())
}

fn write(root: &Path, files: &QueueFiles) {
    for file in &files.files {
        match &file.bytes {
            Some(bytes) => std::fs::write(root.join(&file.path), bytes).unwrap(),
            None => std::fs::remove_file(root.join(&file.path)).unwrap(),
        }
    }
}

fn names(queue: &Queue) -> Vec<&str> {
    queue.patches.iter().map(|patch| patch.name.as_str()).collect()
}

fn shown(files: &QueueFiles) -> Vec<String> {
    files.files.iter().map(|file| format!("{}{}", if file.bytes.is_some() { "" } else { "-" }, file.path)).collect()
}

fn results() -> Vec<Disposition> {
    vec![
        Disposition::Keep,
        Disposition::Disable { reason: "conflict in y".to_owned() },
        Disposition::Replace(patch("new", "z").into_bytes()),
    ]
}

#[test]
fn quilt_keeps_comments_and_says_why_a_patch_rests() {
    let series = "# head\nfixes/x.patch\n\ny.patch -p1 # why\n#old.patch\nz.patch\n";
    let (x, y, z) = (patch("x", "x"), patch("y", "y"), patch("z", "z"));
    let folder = folder(&[("series", series), ("fixes/x.patch", &x), ("y.patch", &y), ("z.patch", &z)]);
    for path in [folder.path().to_owned(), folder.path().join("series")] {
        let queue = read(&path).unwrap();
        assert_eq!((queue.form, names(&queue)), (QueueForm::Quilt, vec!["fixes/x.patch", "y.patch", "z.patch"]));
        assert!(queue.rewrite(&[]).files.is_empty());
    }
    let queue = read(folder.path()).unwrap();
    let files = queue.rewrite(&results());
    assert_eq!(shown(&files), ["z.patch", "series"]);
    write(folder.path(), &files);
    let again = std::fs::read_to_string(folder.path().join("series")).unwrap();
    assert_eq!(again, series.replace("y.patch -p1", "# forebay: conflict in y\n# y.patch -p1"));
    assert_eq!(names(&read(folder.path()).unwrap()), ["fixes/x.patch", "z.patch"]);
    assert_eq!(shown(&queue.export(&results())), ["fixes/x.patch", "y.patch", "z.patch", "series"]);
}

#[test]
fn electron_puts_names_aside() {
    let (x, y, z) = (patch("x", "x"), patch("y", "y"), patch("z", "z"));
    let folder =
        folder(&[(".patches", "x.patch\ny.patch\nz.patch\n"), ("x.patch", &x), ("y.patch", &y), ("z.patch", &z)]);
    let queue = read(folder.path()).unwrap();
    assert_eq!(queue.form, QueueForm::Electron);
    write(folder.path(), &queue.rewrite(&results()));
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(text(".patches"), "x.patch\nz.patch\n");
    assert_eq!(text(".patches.disabled"), "# forebay: conflict in y\ny.patch\n");
    assert_eq!(names(&read(folder.path()).unwrap()), ["x.patch", "z.patch"]);
    let more = read(folder.path()).unwrap().rewrite(&[Disposition::Disable { reason: "again".to_owned() }]);
    write(folder.path(), &more);
    assert_eq!(text(".patches.disabled"), "# forebay: conflict in y\ny.patch\n# forebay: again\nx.patch\n");
}

#[test]
fn a_folder_renames_what_rests() {
    let (x, y, z) = (patch("x", "x"), patch("y", "y"), patch("z", "z"));
    let folder = folder(&[("2.patch", &y), ("1.patch", &x), ("3.diff", &z), ("README", "text")]);
    let queue = read(folder.path()).unwrap();
    assert_eq!((queue.form, names(&queue)), (QueueForm::Folder, vec!["1.patch", "2.patch", "3.diff"]));
    let files = queue.rewrite(&results());
    assert_eq!(shown(&files), ["-2.patch", "2.patch.disabled", "3.diff"]);
    write(folder.path(), &files);
    assert_eq!(names(&read(folder.path()).unwrap()), ["1.patch", "3.diff"]);
}

#[test]
fn a_mailbox_loses_no_byte() {
    let text = [mail(1, "x"), mail(2, "y"), mail(3, "z")].concat();
    let folder = folder(&[("queue.mbox", &text)]);
    let path = folder.path().join("queue.mbox");
    let queue = read(&path).unwrap();
    assert_eq!(names(&queue), ["0001-Change-x.patch", "0002-Change-y.patch", "0003-Change-z.patch"]);
    assert!(queue.rewrite(&[]).files.is_empty());
    assert_eq!(queue.export(&[]).files[0].bytes.as_deref(), Some(text.as_bytes()));
    let results = [Disposition::Keep, Disposition::Disable { reason: "no".to_owned() }, Disposition::Remove];
    write(folder.path(), &queue.rewrite(&results));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), mail(1, "x"));
    assert_eq!(std::fs::read_to_string(folder.path().join("queue.disabled.mbox")).unwrap(), mail(2, "y"));
}

#[test]
fn names_what_is_wrong_with_its_place() {
    let x = patch("x", "x");
    let error = |files: &[(&str, &str)]| {
        let folder = folder(files);
        let error = read(folder.path()).unwrap_err();
        let root = folder.path().to_str().unwrap();
        (
            error.to_string().replace(&format!("{root}/"), "").replace(root, "ROOT"),
            error.hint().unwrap_or_default(),
            error.code(),
        )
    };
    let (text, hint, code) = error(&[("series", "# c\nfixes/ab.patch\n"), ("fixes/a-b.patch", &x)]);
    assert_eq!((text.as_str(), code), ("series:2: `fixes/ab.patch` does not exist", Some("series-missing-file")));
    assert_eq!(hint, "the nearest file is `fixes/a-b.patch`");
    let (text, _, code) = error(&[("series", "x\n\nx\n"), ("x", &x)]);
    assert_eq!((text.as_str(), code), ("series:3: `x` is already in line 1", Some("series-duplicate")));
    let (text, _, code) = error(&[("series", "../x\n")]);
    assert_eq!((text.as_str(), code), ("series:1: path `../x` leaves the tree through `..`", Some("path-escapes")));
    assert_eq!(error(&[("series", "series\n")]).0, "series:1: `series` is the list itself");
    let (text, _, code) = error(&[("series", "x\n"), ("x", &x[..x.len() - 3])]);
    assert_eq!((text.as_str(), code), ("x:5: hunk says 1 new lines, 0 found", Some("patch-corrupt")));
    let (text, _, code) = error(&[("series", "x\n"), ("x", &patch("x", "../../etc/passwd"))]);
    assert_eq!(
        (text.as_str(), code),
        ("x:3: path `a/../../etc/passwd` leaves the tree through `..`", Some("path-escapes"))
    );
    let (text, hint, _) = error(&[("debian/patches/series", "x\n")]);
    assert_eq!(text, "`ROOT` holds no patch queue");
    assert!(hint.ends_with("debian/patches`?"));
    let gone = read(Path::new("/nonexistent/queue")).unwrap_err();
    assert!(matches!(gone, QueueError::Io(_)), "{gone}");
    let mails = [mail(1, "x"), mail(2, "../y")].concat();
    let folder = folder(&[("q.mbox", &mails)]);
    let text = read(&folder.path().join("q.mbox")).unwrap_err().to_string();
    assert!(text.ends_with("q.mbox:26: path `a/../y` leaves the tree through `..`"), "{text}");
}
