//! Laws of the patch reader on real-looking, damaged and random input: printing gives the input back, nothing panics,
//! time stays in proportion.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

use std::time::{Duration, Instant};

use forebay::patch::message::Message;
use forebay::patch::{Body, PatchFile, parse};
use proptest::prelude::*;
use proptest::sample::Index;

/// Pieces that patches are made of, most of them whole.
const PIECES: [&str; 24] = [
    "Description: x\n more\nForwarded: no\n\n",
    "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] x\n\n--- text\n---\n x | 2 +-\n\n",
    "Index: p/x\n===================================================================\n--- p.orig/x\t2020-01-01 00:00:00.000000000 +0000\n+++ p/x\t2020-01-02 00:00:00.000000000 +0000\n@@ -1 +1 @@\n-a\n+b\n",
    "diff --git a/x b/x\nindex 1234567..89abcde 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@ int main()\n a\n--- b\n+++ c\n\n",
    "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
    "diff --git a/x b/y\nsimilarity index 90%\ncopy from x\ncopy to y\n--- a/x\n+++ b/y\n@@ -1 +1,2 @@\n a\n+b\n\\ No newline at end of file\n",
    "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
    "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n",
    "diff --git \"a/caf\\303\\251\" \"b/caf\\303\\251\"\ndeleted file mode 100644\n--- \"a/caf\\303\\251\"\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
    "diff --git a/b b/b\nindex 1234567..89abcde 100644\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\nliteral 0\nHcmV?d00001\n\n",
    "diff --git a/b b/b\nindex 1234567..89abcde 100644\nBinary files a/b and b/b differ\n",
    "diff -ruN old/x new/x\n--- old/x\t1970-01-01 01:00:00.000000000 +0100\n+++ new/x\t2020-01-01 00:00:00.000000000 +0000\n@@ -0,0 +1,2 @@\n+a\n+b\n",
    "Only in old: y\n",
    "--- a/x y\n+++ b/x y\n@@ -5,0 +6 @@\n+a\n",
    "--- a/x\r\n+++ b/x\r\n@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+c\r\n",
    "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n",
    "@@ -10,2 +10,2 @@\n a\n-b\n+c\n",
    "\\ Kein Zeilenumbruch\n",
    "-- \n2.47.3\n\n",
    "garbage\n\n",
    "+++ b/x\n",
    "--- a/x\n",
    "diff --git a/x b/x\n",
    "*** a\n",
];

fn patches() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..8)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// Whole patches only, so that every one must be read.
fn whole_patches() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(&PIECES[2..16]), 1..8)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// The patch with every hunk written anew.
fn rewritten(patch: &PatchFile) -> PatchFile {
    let mut patch = patch.clone();
    for file in &mut patch.files {
        if let Body::Hunks(hunks) = &mut file.body {
            for hunk in hunks {
                hunk.verbatim = None;
            }
        }
    }
    patch
}

fn check(input: &[u8]) {
    let start = Instant::now();
    let parsed = parse(input);
    assert!(start.elapsed() < Duration::from_secs(2), "{} bytes took {:?}", input.len(), start.elapsed());
    match parsed {
        Ok(patch) => {
            assert_eq!(patch.print(), input);
            let again = parse(&rewritten(&patch).print());
            let lines = |patch: &PatchFile| -> Vec<_> {
                let hunks = patch.files.iter().filter_map(|file| match &file.body {
                    Body::Hunks(hunks) => Some(hunks),
                    _ => None,
                });
                hunks.flatten().map(|hunk| (hunk.old_start, hunk.new_start, hunk.lines.clone())).collect()
            };
            // Chopped blank lines at the end are written out; all else keeps its meaning.
            assert_eq!(lines(&again.unwrap()), lines(&patch));
            for file in &patch.files {
                let _ = file.paths(1, &|_| true);
                let back = file.reversed();
                let _ = (back.print(), back.reversed().print());
            }
            let _ = Message::read(&patch.head).commit_text();
        }
        Err(error) => {
            let lines = input.split(|byte| *byte == b'\n').count();
            assert!((1..=lines).contains(&error.line), "{error}");
            assert!(!error.hint().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whole_patches_are_read(input in whole_patches()) {
        let patch = parse(&input);
        prop_assert!(patch.is_ok(), "{}\n{}", patch.unwrap_err(), String::from_utf8_lossy(&input));
        check(&input);
    }

    #[test]
    fn pieces_in_any_order_do_no_harm(input in patches()) {
        check(&input);
    }

    #[test]
    fn damaged_patches_do_no_harm(
        input in patches(),
        cuts in proptest::collection::vec((any::<Index>(), 0_usize..3, prop_oneof![any::<u8>(), Just(b'\n'), Just(b'-'), Just(b'@'), Just(b'9'), Just(b'"')]), 1..6),
    ) {
        let mut input = input;
        for (at, how, byte) in cuts {
            if input.is_empty() {
                break;
            }
            let at = at.index(input.len());
            match how {
                0 => input[at] = byte,
                1 => input.insert(at, byte),
                _ => input.truncate(at.max(input.len().saturating_sub(40))),
            }
        }
        check(&input);
    }

    #[test]
    fn random_bytes_do_no_harm(input in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&input);
    }

    #[test]
    fn crlf_patches_are_read_as_their_lf_form(input in whole_patches()) {
        prop_assume!(!input.contains(&b'\r'));
        let text = String::from_utf8(input.clone()).unwrap();
        let crlf = text.replace('\n', "\r\n");
        let (unix, dos) = (parse(&input).unwrap(), parse(crlf.as_bytes()).unwrap());
        prop_assert_eq!(dos.print(), crlf.as_bytes());
        prop_assert_eq!(unix.files.len(), dos.files.len());
        for (unix, dos) in unix.files.iter().zip(&dos.files) {
            prop_assert_eq!((&unix.header.old_name, &unix.header.operation), (&dos.header.old_name, &dos.header.operation));
            if let (Body::Hunks(unix), Body::Hunks(dos)) = (&unix.body, &dos.body) {
                prop_assert!(unix.iter().zip(dos).all(|(unix, dos)| unix.lines == dos.lines && unix.section == dos.section));
            }
        }
    }
}

#[test]
fn hostile_shapes_take_little_time() {
    let shapes = [
        "--- a\n".repeat(200_000),
        "diff --git a b\n".repeat(100_000),
        format!("diff --git {}\nold mode 100644\n", "a ".repeat(500_000)),
        "Index: x\n".repeat(200_000),
        "--- a\n+++ b\n".repeat(100_000),
        "@@ -1 +1 @@\n".repeat(100_000),
        format!("--- a/x {}\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "2020 ".repeat(200_000)),
        "diff --cc x\n*** a\n".repeat(100_000),
        "--- a\n+++ b\n@@ -1,1099511627775 +1,1099511627775 @@\n".to_owned(),
        format!("diff --git a/x b/x\nGIT binary patch\nliteral 536870912\n{}", "zcmV\n".repeat(10)),
    ];
    for shape in shapes {
        check(shape.as_bytes());
    }
}
