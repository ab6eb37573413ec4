//! Content, modes, additions and deletions: git's t4108, t3424, t3419, t4301, t4104, t4114 and rebase-helper's four patches.

use crate::world::{Case, check};

const CONTENT: &[Case] = &[
    ("a patch that upstream does not touch stays", "a=1-9", "b=x", &["a=1-4 new 5-9"], "untouched", "a=1-4 new 5-9"),
    (
        "an offset renews the numbers",
        "a=1-30",
        "a=x y 1-30",
        &["a=1-20 new 21-30"],
        "refreshed",
        "a=x y 1-20 new 21-30",
    ),
    (
        "changed context renews the hunk",
        "a=1-30",
        "a=1-17 x 19-30",
        &["a=1-20 new 21-30"],
        "refreshed",
        "a=1-17 x 19-20 new 21-30",
    ),
    (
        "two hunks around an upstream change",
        "a=1-30",
        "a=1-14 x 16-30",
        &["a=1 p 2-28 q 29-30"],
        "untouched",
        "a=1 p 2-14 x 16-28 q 29-30",
    ),
    ("the same line changed both ways", "a=1-9", "a=1-4 up 6-9", &["a=1-4 mine 6-9"], "conflict", ""),
    (
        "the same change on both sides",
        "a=1-9",
        "a=1-4 same_long_enough 6-9",
        &["a=1-4 same_long_enough 6-9"],
        "absorbed",
        "",
    ),
    ("an added line at the end", "a=1-9", "a=x 1-9", &["a=1-9 end"], "refreshed", "a=x 1-9 end"),
    ("an added line at the start", "a=1-9", "a=1-9 x", &["a=start 1-9"], "untouched", "a=start 1-9 x"),
    ("the final line feed goes", "a=1-20", "a=x 1-20", &["a=1-20~"], "refreshed", "a=x 1-20~"),
    ("the final line feed comes", "a=1-20~", "a=x 1-20~", &["a=1-20"], "refreshed", "a=x 1-20"),
    ("a line added after one without line feed", "a=1-20~", "a=x 1-20~", &["a=1-20 21"], "refreshed", "a=x 1-20 21"),
    (
        "CRLF is content like any other",
        "a^=1-20",
        "a^=x 1-20",
        &["a^=1-10 new 11-20"],
        "refreshed",
        "a^=x 1-10 new 11-20",
    ),
    ("a patch that turns LF into CRLF", "a=1-3", "", &["a^=1-3"], "untouched", "a^=1-3"),
    ("upstream turned LF into CRLF", "a=1-9", "a^=1-9", &["a=1-4 new 5-9"], "merged", "a^=1-4 new 5-9"),
    ("everything deleted upstream, the patch adds", "a=1-9", "a=", &["a=1-4 new 5-9"], "conflict", ""),
    (
        "a second patch builds on the first",
        "a=1-20",
        "a=x 1-20",
        &["a=1-9 p 10-20", "a=1-9 p q 10-20"],
        "refreshed refreshed",
        "a=x 1-9 p q 10-20",
    ),
    (
        "a second patch takes the first one back",
        "a=1-20",
        "a=x 1-20",
        &["a=1-9 p 10-20", "a=1-20"],
        "refreshed refreshed",
        "",
    ),
    (
        "a later patch elsewhere is judged after a conflict",
        "a=1-30",
        "a=1-4 up 6-30",
        &["a=1-4 mine 6-30", "a=1-4 mine 6-24 new 25-30"],
        "conflict untouched",
        "a=1-4 up 6-24 new 25-30",
    ),
    ("a binary file that upstream left alone", "a#=one", "b=x", &["a#=two"], "untouched", "a#=two"),
    ("a binary file changed both ways", "a#=one", "a#=up", &["a#=two"], "conflict", ""),
    ("a binary file changed in the same way", "a#=one", "a#=two", &["a#=two"], "absorbed", ""),
    ("a binary file added on both sides", "b=x", "a#=up", &["a#=two"], "conflict", ""),
    ("text becomes binary on one side", "a=1-9", "b=x", &["a#=two"], "untouched", "a#=two"),
    ("upstream made the text binary", "a=1-9", "a#=up", &["a=1-4 new 5-9"], "conflict", ""),
    ("an empty file is added", "b=x", "", &["a="], "untouched", "a="),
    ("an empty file gets its first line", "a=; b=x", "b=y", &["a=1"], "untouched", "a=1"),
    ("a file becomes empty", "a=1-3; b=x", "b=y", &["a="], "untouched", "a="),
    ("an empty file is deleted", "a=; b=x", "b=y", &["-a"], "untouched", "-a"),
];

const WHOLE: &[Case] = &[
    ("a file added on one side", "b=x", "c=y", &["a=1-3"], "untouched", "a=1-3"),
    ("the same file added on both sides", "b=x", "a=1-3", &["a=1-3"], "absorbed", ""),
    ("different files added at one path", "b=x", "a=1-3", &["a=4-6"], "conflict", ""),
    ("a file deleted on one side", "a=1-9; b=x", "b=y", &["-a"], "untouched", "-a"),
    ("a file deleted on both sides", "a=1-9; b=x", "-a", &["-a"], "absorbed", ""),
    ("upstream deleted what the patch changes", "a=1-9; b=x", "-a", &["a=1-4 new 5-9"], "conflict", ""),
    ("the patch deletes what upstream rewrote", "a=1-9; b=x", "a=u v w x y z", &["-a"], "conflict", ""),
    ("deleted, then added again", "a=1-9; b=x", "b=y", &["-a", "a=4-6"], "untouched untouched", "a=4-6"),
    (
        "added, then changed, then deleted",
        "b=x",
        "c=y",
        &["a=1-9", "a=1-8 z", "-a"],
        "untouched untouched untouched",
        "",
    ),
    (
        "a patch that adds a file and changes another",
        "b=1-9",
        "b=x 1-9",
        &["a=1; b=1-8 y"],
        "refreshed",
        "a=1; b=x 1-8 y",
    ),
    (
        "one conflict keeps all of a patch back",
        "a=1-9; b=1-9",
        "a=1-4 up 6-9",
        &["a=1-4 mine 6-9; b=1-8 z"],
        "conflict",
        "",
    ),
    ("a folder where the patch adds a file", "b=x", "a/c=y", &["a=1"], "conflict", ""),
    ("a file where the patch needs a folder", "b=x", "a=y", &["a/c=1"], "conflict", ""),
    ("a file becomes a folder within one patch", "a=1-3; b=x", "b=y", &["-a; a/c=4-6"], "untouched", "-a; a/c=4-6"),
    ("the last file of a folder goes", "d/a=1-3; b=x", "b=y", &["-d/a"], "untouched", "-d/a"),
];

const MODES: &[Case] = &[
    ("the executable bit alone", "a=1-3", "b=x", &["a*=1-3"], "untouched", "a*=1-3"),
    ("the bit and a line", "a=1-9", "b=x", &["a*=1-4 new 5-9"], "untouched", "a*=1-4 new 5-9"),
    ("the bit, while upstream changes a line", "a=1-9", "a=1-4 up 6-9", &["a*=1-9"], "untouched", "a*=1-4 up 6-9"),
    ("a line, while upstream sets the bit", "a=1-9", "a*=1-9", &["a=1-4 new 5-9"], "untouched", "a*=1-4 new 5-9"),
    ("the bit on both sides", "a=1-3", "a*=1-3", &["a*=1-3"], "absorbed", ""),
    ("the bit is upstream, the line is not", "a=1-9", "a*=1-9", &["a*=1-4 new 5-9"], "untouched", "a*=1-4 new 5-9"),
    ("the bit is taken away", "a*=1-3", "b=x", &["a=1-3"], "untouched", "a=1-3"),
    ("a new executable file", "b=x", "c=y", &["a*=1"], "untouched", "a*=1"),
    ("a link is turned elsewhere", "a@=t", "b=x", &["a@=u"], "untouched", "a@=u"),
    ("a link is turned both ways", "a@=t", "a@=v", &["a@=u"], "conflict", ""),
    ("a link is turned in the same way", "a@=t", "a@=u", &["a@=u"], "absorbed", ""),
    ("a new link", "b=x", "c=y", &["a@=t"], "untouched", "a@=t"),
    ("a link is deleted", "a@=t; b=x", "b=y", &["-a"], "untouched", "-a"),
    ("a file becomes a link", "a=1-3", "b=x", &["a@=t"], "untouched", "a@=t"),
    ("a link becomes a file", "a@=t", "b=x", &["a=1-3"], "untouched", "a=1-3"),
    ("a file becomes a link on both sides", "a=1-3", "a@=t", &["a@=t"], "absorbed", ""),
    ("a file became a link, the patch changes a line", "a=1-9", "a@=t", &["a=1-4 new 5-9"], "conflict", ""),
];

const ALREADY: &[Case] = &[
    (
        "t3419: a patch is upstream in the middle of the queue",
        "a=1-40",
        "a=1-19 a_line_that_is_upstream 20-40",
        &[
            "a=1-4 first 5-40",
            "a=1-4 first 5-19 a_line_that_is_upstream 20-40",
            "a=1-4 first 5-19 a_line_that_is_upstream 20-35 last 36-40",
        ],
        "untouched absorbed untouched",
        "a=1-4 first 5-19 a_line_that_is_upstream 20-35 last 36-40",
    ),
    (
        "t3424: becomes empty although upstream's lines moved",
        "a=1-20",
        "a=x y 1-9 a_line_that_is_upstream 10-20",
        &["a=1-9 a_line_that_is_upstream 10-20"],
        "absorbed",
        "",
    ),
    (
        "t3424: one of two hunks is upstream",
        "a=1-40",
        "a=1-4 a_line_that_is_upstream 5-40",
        &["a=1-4 a_line_that_is_upstream 5-35 mine 36-40"],
        "merged",
        "a=1-4 a_line_that_is_upstream 5-35 mine 36-40",
    ),
    (
        "t3424: one of two files is upstream",
        "a=1-9; b=1-9",
        "a=1-4 a_line_that_is_upstream 5-9",
        &["a=1-4 a_line_that_is_upstream 5-9; b=1-4 mine 5-9"],
        "merged",
        "b=1-4 mine 5-9",
    ),
    (
        "t4151: a queue that is wholly upstream",
        "a=1-9; b=1-9",
        "a=1-4 a_line_that_is_upstream 5-9; b=1-4 another_line_upstream 5-9",
        &["a=1-4 a_line_that_is_upstream 5-9", "b=1-4 another_line_upstream 5-9"],
        "absorbed absorbed",
        "",
    ),
    ("a removal that is upstream", "a=1-20", "a=1-9 11-20", &["a=1-9 11-20"], "absorbed", ""),
    (
        "rebase-helper: untouched, two modified, one dropped",
        "a=1-40; b=1-9",
        "a=x 1-19 a_line_that_is_upstream 20-40",
        &[
            "b=1-4 p 5-9",
            "a=1-9 q 10-40",
            "a=1-9 q 10-30 r 31-40",
            "a=1-9 q 10-19 a_line_that_is_upstream 20-30 r 31-40",
        ],
        "untouched refreshed refreshed absorbed",
        "b=1-4 p 5-9; a=x 1-9 q 10-19 a_line_that_is_upstream 20-30 r 31-40",
    ),
    ("rebase-helper: one inapplicable", "a=1-9", "a=1-4 up 6-9", &["a=1-4 mine 6-9"], "conflict", ""),
];

#[test]
fn content() {
    check(CONTENT);
}

#[test]
fn whole_files() {
    check(WHOLE);
}

#[test]
fn modes_and_types() {
    check(MODES);
}

#[test]
fn already_upstream() {
    check(ALREADY);
}
