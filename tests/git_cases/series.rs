//! The forms of a quilt series: stgit's t1802 and quilt's own rules.

use std::path::Path;

use forebay::queue::{LoadOptions, Queue, QueueError, load};

fn quilt(series: &str, files: &[&str]) -> Result<Queue, QueueError> {
    let folder = tempfile::tempdir().unwrap();
    for name in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(path, "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-1\n+2\n").unwrap();
    }
    std::fs::write(folder.path().join("series"), series).unwrap();
    load(folder.path(), &LoadOptions::default())
}

/// Name, series, files, and the patches as `name:strip` (`!` behind one applied in reverse), or what a refusal says.
type Form = (&'static str, &'static str, &'static [&'static str], Result<&'static str, &'static str>);

const FORMS: &[Form] = &[
    ("a plain list", "p\nq\n", &["p", "q"], Ok("p:1 q:1")),
    ("no line feed at the end", "p\nq", &["p", "q"], Ok("p:1 q:1")),
    ("CRLF", "p\r\nq\r\n", &["p", "q"], Ok("p:1 q:1")),
    ("comments and empty lines", "# head\n\np\n  \n#q\n", &["p", "q"], Ok("p:1")),
    ("an indented comment", "   # told\np\n", &["p"], Ok("p:1")),
    ("a comment behind a name", "p # why\n", &["p"], Ok("p:1")),
    ("-p0", "p -p0\n", &["p"], Ok("p:0")),
    ("-p1", "p -p1\n", &["p"], Ok("p:1")),
    ("-p2 with a tab", "p\t-p2\n", &["p"], Err("-p2")),
    ("-p 0, apart", "p -p 0\n", &["p"], Ok("p:0")),
    ("a strip level and a comment", "p -p0 # why\n", &["p"], Ok("p:0")),
    ("-R", "p -R\n", &["p"], Ok("p:1!")),
    ("subfolders", "sub/p\nsub/deep/q\n", &["sub/p", "sub/deep/q"], Ok("sub/p:1 sub/deep/q:1")),
    ("an indented name", "  p\n", &["p"], Ok("p:1")),
    ("an empty series", "", &[], Ok("")),
    ("only comments", "# nothing yet\n", &[], Ok("")),
    ("a missing patch", "p\nmissing\n", &["p"], Err("missing")),
    ("the same patch twice", "p\np\n", &["p"], Err("p")),
    ("a name that climbs out", "../p\n", &[], Err("../p")),
    ("an absolute name", "/etc/passwd\n", &[], Err("/etc/passwd")),
    ("an option that quilt does not know is passed over", "p --frob\n", &["p"], Ok("p:1")),
];

#[test]
fn forms() {
    let mut wrong = Vec::new();
    for (name, series, files, expected) in FORMS {
        let got = quilt(series, files).map_err(|error| error.to_string()).map(|queue| {
            let told = queue
                .patches
                .iter()
                .map(|patch| format!("{}:{}{}", patch.name, patch.strip, if patch.reverse { "!" } else { "" }));
            told.collect::<Vec<_>>().join(" ")
        });
        let right = match (&got, expected) {
            (Ok(got), Ok(expected)) => got == expected,
            (Err(problem), Err(part)) => problem.contains(part),
            _ => false,
        };
        if !right {
            wrong.push(format!("{name}: {got:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} forms:\n{}", wrong.len(), FORMS.len(), wrong.join("\n"));
}

#[test]
fn an_empty_patch_is_a_patch() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("series"), "empty\n").unwrap();
    std::fs::write(folder.path().join("empty"), "").unwrap();
    let queue = load(folder.path(), &LoadOptions::default()).unwrap();
    assert!(queue.patches[0].patch.files.is_empty());
}
