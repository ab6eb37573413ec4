//! Details of reading and applying a patch text: git's t4101 to t4135, t4253 and t4254.

use forebay::patch;
use forebay::queue::{Queue, QueueForm, QueuePatch};
use forebay::tree::memory::MemoryTree;

use crate::world::{carry, result, tree, verdicts};

/// Name, strip level, patch, tree, verdict (or what a refusal says), changes from the tree to the result.
type Text = (&'static str, usize, &'static str, &'static str, Result<&'static str, &'static str>, &'static str);

fn queue(text: &str, strip: usize) -> Result<Queue, String> {
    let patch = patch::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let patch = QueuePatch { name: "p".into(), source: text.into(), patch, strip, reverse: false, exact: None };
    Ok(Queue {
        form: QueueForm::Quilt,
        root: "".into(),
        list: None,
        list_source: "".into(),
        aside: "".into(),
        patches: vec![patch],
    })
}

fn check(cases: &[Text]) {
    let mut wrong = Vec::new();
    for (name, strip, text, before, expected, after) in cases {
        let before = tree(&MemoryTree::new("t"), before);
        let got = queue(text, *strip).map(|queue| carry(&queue, Some(&before), &before));
        match (got, expected) {
            (Err(problem), Err(part)) if problem.contains(part) => {}
            (Ok(outcome), Ok(verdict)) if verdicts(&outcome) == *verdict => {
                let (got, wanted) = (result(&before, &outcome), tree(&before, after));
                if got.files() != wanted.files() {
                    wrong.push(format!("{name}: {:?} instead of {:?}", got.files(), wanted.files()));
                }
            }
            (Ok(outcome), _) => {
                let reason = &outcome.report.patches[0].reason;
                wrong.push(format!("{name}: {} ({reason}) instead of {expected:?}", verdicts(&outcome)));
            }
            (Err(problem), _) => wrong.push(format!("{name}: `{problem}` instead of {expected:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

const PLACES: &[Text] = &[
    (
        "plain names",
        1,
        "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n 1\n+new\n 2\n 3\n",
        "f=1-9",
        Ok("untouched"),
        "f=1 new 2-9",
    ),
    (
        "t4105: an offset in the old tree",
        1,
        "--- a/f\n+++ b/f\n@@ -1,4 +1,5 @@\n 3\n 4\n+new\n 5\n 6\n",
        "f=1-9",
        Ok("refreshed"),
        "f=1-4 new 5-9",
    ),
    (
        "t4105: context that does not fit is fuzz and wants a person",
        1,
        "--- a/f\n+++ b/f\n@@ -2,6 +2,7 @@\n x\n 3\n 4\n+new\n 5\n 6\n y\n",
        "f=1-9",
        Ok("review"),
        "f=1-4 new 5-9",
    ),
    (
        "t4105: nothing fits",
        1,
        "--- a/f\n+++ b/f\n@@ -2,4 +2,5 @@\n q\n r\n+new\n s\n t\n",
        "f=1-9",
        Ok("conflict"),
        "",
    ),
    (
        "t4104: less context after than before means the end",
        1,
        "--- a/f\n+++ b/f\n@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+new\n",
        "f=1-9",
        Ok("untouched"),
        "f=1-9 new",
    ),
    (
        "t4104: the end must be the end",
        1,
        "--- a/f\n+++ b/f\n@@ -4,3 +4,4 @@\n 4\n 5\n 6\n+new\n",
        "f=1-9",
        Ok("untouched"),
        "f=1-6 new 7-9",
    ),
    (
        "t4109: two hunks in order",
        1,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n+p\n 1\n 2\n@@ -8,2 +9,3 @@\n 8\n 9\n+q\n",
        "f=1-9",
        Ok("untouched"),
        "f=p 1-9 q",
    ),
    (
        "t4127: one file twice in a patch",
        1,
        "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n 1\n+p\n 2\n 3\n--- a/f\n+++ b/f\n@@ -1,4 +1,5 @@\n 1\n p\n+q\n 2\n 3\n",
        "f=1-9",
        Ok("untouched"),
        "f=1 p q 2-9",
    ),
    (
        "t4101: no line feed at the end, before and after",
        1,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+3\n\\ No newline at end of file\n",
        "f=1 2~",
        Ok("untouched"),
        "f=1 3~",
    ),
    (
        "t4101: the line feed comes",
        1,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+2\n",
        "f=1 2~",
        Ok("untouched"),
        "f=1 2",
    ),
    (
        "t4101: the line feed goes",
        1,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n 1\n-2\n+2\n\\ No newline at end of file\n",
        "f=1 2",
        Ok("untouched"),
        "f=1 2~",
    ),
    (
        "t4107: other blanks are another text",
        1,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n  1\n-2\n+3\n",
        "f=1 2",
        Ok("review"),
        "f=1 3",
    ),
    (
        "an empty context line without its blank",
        1,
        "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n 1\n+new\n 2\n 3\n",
        "f=1-3",
        Ok("untouched"),
        "f=1 new 2-3",
    ),
    ("a hunk header without counts", 1, "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-1\n+2\n", "f=1", Ok("untouched"), "f=2"),
    (
        "text after the hunk header",
        1,
        "--- a/f\n+++ b/f\n@@ -1 +1 @@ int main()\n-1\n+2\n",
        "f=1",
        Ok("untouched"),
        "f=2",
    ),
    (
        "t4253: a patch with CRLF throughout on a CRLF file",
        1,
        "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n 1\r\n-2\r\n+3\r\n",
        "f^=1 2",
        Ok("untouched"),
        "f^=1 3",
    ),
];

const NAMES: &[Text] = &[
    ("t4120: -p0", 0, "--- d/f\n+++ d/f\n@@ -1 +1 @@\n-1\n+2\n", "d/f=1", Ok("untouched"), "d/f=2"),
    ("t4120: -p2", 2, "--- a/b/d/f\n+++ a/b/d/f\n@@ -1 +1 @@\n-1\n+2\n", "d/f=1", Ok("untouched"), "d/f=2"),
    ("t4120: more parts to strip than there are", 3, "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-1\n+2\n", "f=1", Ok("!"), ""),
    (
        "t4135: a quoted name",
        1,
        "diff --git \"a/t\\303\\266\" \"b/t\\303\\266\"\n--- \"a/t\\303\\266\"\n+++ \"b/t\\303\\266\"\n@@ -1 +1 @@\n-1\n+2\n",
        "t\u{f6}=1",
        Ok("untouched"),
        "t\u{f6}=2",
    ),
    (
        "t4135: a name with a blank ends at the tab",
        1,
        "--- a/t f\t2020-01-01 00:00:00.000000000 +0000\n+++ b/t f\t2020-01-02 00:00:00.000000000 +0000\n@@ -1 +1 @@\n-1\n+2\n",
        "t f=1",
        Ok("untouched"),
        "t f=2",
    ),
    (
        "t4130: only the git line names the file",
        1,
        "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
        "f=1",
        Ok("untouched"),
        "f*=1",
    ),
    (
        "t4130: a new empty file",
        1,
        "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n",
        "b=x",
        Ok("untouched"),
        "f=",
    ),
    (
        "a deleted empty file",
        1,
        "diff --git a/f b/f\ndeleted file mode 100644\nindex e69de29..0000000\n",
        "f=; b=x",
        Ok("untouched"),
        "-f",
    ),
    ("/dev/null means a new file", 1, "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+1\n", "b=x", Ok("untouched"), "f=1"),
    ("/dev/null means a deletion", 1, "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n", "f=1; b=x", Ok("untouched"), "-f"),
    (
        "an old time stamp of 1970 means a new file",
        1,
        "--- a/f\t1970-01-01 00:00:00.000000000 +0000\n+++ b/f\t2020-01-01 00:00:00.000000000 +0000\n@@ -0,0 +1 @@\n+1\n",
        "b=x",
        Ok("untouched"),
        "f=1",
    ),
    (
        "a quilt header with Index",
        1,
        "Index: b/f\n===================================================================\n--- b.orig/f\n+++ b/f\n@@ -1 +1 @@\n-1\n+2\n",
        "f=1",
        Ok("untouched"),
        "f=2",
    ),
    ("names that differ by .orig", 1, "--- a/f.orig\n+++ b/f\n@@ -1 +1 @@\n-1\n+2\n", "f=1", Ok("untouched"), "f=2"),
    (
        "t4114: a pure rename by name",
        1,
        "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n",
        "f=1; b=x",
        Ok("untouched"),
        "-f; g=1",
    ),
    (
        "a copy",
        1,
        "diff --git a/f b/g\nsimilarity index 100%\ncopy from f\ncopy to g\n",
        "f=1; b=x",
        Ok("untouched"),
        "g=1",
    ),
    (
        "a copy with a change",
        1,
        "diff --git a/f b/g\nsimilarity index 50%\ncopy from f\ncopy to g\n--- a/f\n+++ b/g\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n",
        "f=1 2; b=x",
        Ok("untouched"),
        "g=1 3",
    ),
    (
        "t4114: a file becomes a link",
        1,
        "diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\ndiff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+t\n\\ No newline at end of file\n",
        "f=1; b=x",
        Ok("untouched"),
        "f@=t",
    ),
    ("a path that climbs out", 1, "--- a/../f\n+++ b/../f\n@@ -1 +1 @@\n-1\n+2\n", "f=1", Ok("!"), ""),
    ("an absolute path", 0, "--- /etc/f\n+++ /etc/f\n@@ -1 +1 @@\n-1\n+2\n", "f=1", Ok("!"), ""),
    ("a path into .git", 1, "--- a/.git/config\n+++ b/.git/config\n@@ -0,0 +1 @@\n+1\n", "f=1", Ok("!"), ""),
];

const REFUSED: &[Text] = &[
    ("t4254: a hunk that ends early", 1, "--- a/f\n+++ b/f\n@@ -1,8 +1,9 @@\n 1\n+new\n", "f=1-3", Err("3"), ""),
    ("a header without a hunk", 1, "--- a/f\n+++ b/f\n", "f=1", Err("without a hunk"), ""),
    ("a hunk header that is none", 1, "--- a/f\n+++ b/f\n@@ -x +1 @@\n-1\n+2\n", "f=1", Err("3"), ""),
    ("a count that cannot be", 1, "--- a/f\n+++ b/f\n@@ -1,99999999999999999999 +1 @@\n-1\n+2\n", "f=1", Err("3"), ""),
    (
        "t4103: a binary patch that ends early",
        1,
        "diff --git a/f b/f\nindex 1..2 100644\nGIT binary patch\nliteral 5\n",
        "f=1",
        Err(""),
        "",
    ),
    (
        "t4103: a binary patch with a broken line",
        1,
        "diff --git a/f b/f\nindex 1..2 100644\nGIT binary patch\nliteral 5\nM!!!!\n\n",
        "f=1",
        Err(""),
        "",
    ),
    (
        "t4103: binary files differ, without content",
        1,
        "diff --git a/f b/f\nindex 1..2 100644\nBinary files a/f and b/f differ\n",
        "f#=1",
        Ok("conflict"),
        "",
    ),
    ("a mode that git does not know", 1, "diff --git a/f b/f\nold mode 100644\nnew mode 9\n", "f=1", Err("mode"), ""),
];

#[test]
fn places() {
    check(PLACES);
}

#[test]
fn names() {
    let refused = |case: &&Text| case.4 == Ok("!");
    let (bad, good): (Vec<&Text>, Vec<&Text>) = NAMES.iter().partition(refused);
    check(&good.into_iter().copied().collect::<Vec<_>>());
    for (name, strip, text, before, _, _) in bad {
        let before = tree(&MemoryTree::new("t"), before);
        let queue = queue(text, *strip);
        let Ok(queue) = queue else { continue };
        let request = forebay::rebase::execute::Request {
            package: "",
            patches: &queue.patches,
            from: Some(&before),
            onto: &before,
            decisions: &forebay::rebase::outcome::Decisions::new(),
            knowledge: forebay::rebase::world::Knowledge::default(),
            automatic: forebay::rebase::report::Grade::B,
            jobs: Some(1),
            progress: &forebay::progress::Silent,
        };
        assert!(forebay::rebase::execute::execute(&request).is_err(), "{name}");
    }
}

#[test]
fn refusals() {
    check(REFUSED);
}
