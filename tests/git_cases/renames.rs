//! Renames and moved folders on either side: git's t3401, t6423 and t6429.

use crate::world::{Case, check};

const UPSTREAM: &[Case] = &[
    (
        "t3401: the patch follows a renamed file",
        "d/a=1-20; b=x",
        "-d/a; d/z=1-20",
        &["d/a=1-9 new 10-20"],
        "merged",
        "d/z=1-9 new 10-20",
    ),
    (
        "t3401: a new file follows its renamed folder",
        "d/a=1-20; d/b=21-40; c=x",
        "-d/a; -d/b; e/a=1-20; e/b=21-40",
        &["d/new=n"],
        "merged",
        "e/new=n",
    ),
    (
        "t6423: a change and a new file in a renamed folder",
        "d/a=1-20; d/b=21-40; c=x",
        "-d/a; -d/b; e/a=1-20; e/b=21-40",
        &["d/a=1-9 p 10-20; d/new=n"],
        "merged",
        "e/a=1-9 p 10-20; e/new=n",
    ),
    (
        "t6423: a folder that only lost some files draws no new ones",
        "d/a=1-20; d/b=21-40; c=x",
        "-d/a; e/a=1-20",
        &["d/new=n"],
        "untouched",
        "d/new=n",
    ),
    (
        "t6423: a subfolder of a moved folder",
        "d/s/a=1-20; d/s/b=21-40; c=x",
        "-d/s/a; -d/s/b; e/s/a=1-20; e/s/b=21-40",
        &["d/s/new=n"],
        "merged",
        "e/s/new=n",
    ),
    (
        "a renamed and changed file",
        "d/a=1-40; b=x",
        "-d/a; d/z=1-4 up 6-40",
        &["d/a=1-29 new 30-40"],
        "merged",
        "d/z=1-4 up 6-29 new 30-40",
    ),
    (
        "a renamed file with a conflict in it",
        "d/a=1-40; b=x",
        "-d/a; d/z=1-4 up 6-40",
        &["d/a=1-4 mine 6-40"],
        "conflict",
        "",
    ),
    ("a deletion follows a renamed file", "d/a=1-20; b=x", "-d/a; d/z=1-20", &["-d/a"], "merged", "-d/z"),
    ("a mode follows a renamed file", "d/a=1-20; b=x", "-d/a; d/z=1-20", &["d/a*=1-20"], "merged", "d/z*=1-20"),
    (
        "a file that turned into two alike is not guessed",
        "d/a=1-20; b=x",
        "-d/a; d/y=1-20; d/z=1-20",
        &["d/a=1-9 new 10-20"],
        "conflict",
        "",
    ),
    (
        "t6429: several patches follow the same rename",
        "d/a=1-30; b=x",
        "-d/a; d/z=1-30",
        &["d/a=1-9 p 10-30", "d/a=1-9 p 10-19 q 20-30"],
        "merged merged",
        "d/z=1-9 p 10-19 q 20-30",
    ),
    (
        "t6429: a patch takes the renamed file back to its old text",
        "d/a=1-30; b=x",
        "-d/a; d/z=1-30",
        &["d/a=1-9 p 10-30", "d/a=1-30"],
        "merged merged",
        "",
    ),
    ("a gone file is a conflict", "d/a=1-20; b=x", "-d/a; other=51-70", &["d/a=1-9 new 10-20"], "conflict", ""),
    ("a link that upstream renamed", "d/a@=target; b=x", "-d/a; d/z@=target", &["d/a@=other"], "merged", "d/z@=other"),
    (
        "a binary file that upstream renamed",
        "d/a#=binary; b=x",
        "-d/a; d/z#=binary",
        &["d/a#=other"],
        "merged",
        "d/z#=other",
    ),
];

const PATCH: &[Case] = &[
    ("a pure rename", "a=1-20; b=x", "b=y", &["-a; z=1-20"], "untouched", "-a; z=1-20"),
    (
        "a rename of a file that upstream changed",
        "a=1-20; b=x",
        "a=1-4 up 6-20",
        &["-a; z=1-20"],
        "untouched",
        "-a; z=1-4 up 6-20",
    ),
    (
        "a rename of a file that upstream made executable",
        "a=1-20; b=x",
        "a*=1-20",
        &["-a; z=1-20"],
        "untouched",
        "-a; z*=1-20",
    ),
    (
        "a rename of a link that upstream turned",
        "a@=longer_target; b=x",
        "a@=elsewhere",
        &["-a; z@=longer_target"],
        "untouched",
        "-a; z@=elsewhere",
    ),
    (
        "a rename with a change",
        "a=1-40; b=x",
        "a=1-4 up 6-40",
        &["-a; z=1-29 new 30-40"],
        "untouched",
        "-a; z=1-4 up 6-29 new 30-40",
    ),
    (
        "a rename with a change and an offset",
        "a=1-40; b=x",
        "a=up 1-40",
        &["-a; z=1-29 new 30-40"],
        "refreshed",
        "-a; z=up 1-29 new 30-40",
    ),
    ("the same rename on both sides", "a=1-20; b=x", "-a; z=1-20", &["-a; z=1-20"], "absorbed", ""),
    (
        "different renames on both sides want a person",
        "a=1-20; b=x",
        "-a; y=1-20",
        &["-a; z=1-20"],
        "review",
        "-y; z=1-20",
    ),
    ("something stands at the rename's target", "a=1-20; b=x", "z=other", &["-a; z=1-20"], "conflict", ""),
    (
        "a rename into a folder that upstream moved",
        "a=1-20; d/b=21-40; d/c=41-60",
        "-d/b; -d/c; e/b=21-40; e/c=41-60",
        &["-a; d/a=1-20"],
        "merged",
        "-a; e/a=1-20",
    ),
    ("a rename of a file that upstream deleted", "a=1-20; b=x", "-a", &["-a; z=1-20"], "conflict", ""),
    (
        "two files change places",
        "a=1-20; b=21-40; c=x",
        "c=y",
        &["-a; -b; d/b=1-20; d/a=21-40"],
        "untouched",
        "-a; -b; d/b=1-20; d/a=21-40",
    ),
    (
        "a later patch changes the renamed file",
        "a=1-30; b=x",
        "a=up 1-30",
        &["-a; z=1-30", "z=1-19 new 20-30"],
        "untouched refreshed",
        "-a; z=up 1-19 new 20-30",
    ),
    (
        "t6423: both sides move a folder to the same place",
        "d/a=1-20; d/b=21-40; c=x",
        "-d/a; -d/b; e/a=1-20; e/b=21-40",
        &["-d/a; -d/b; e/a=1-20; e/b=21-40"],
        "absorbed",
        "",
    ),
    (
        "t6423: the patch moves a folder, upstream changes a file in it",
        "d/a=1-20; d/b=21-40; c=x",
        "d/a=1-4 up 6-20",
        &["-d/a; -d/b; e/a=1-20; e/b=21-40"],
        "untouched",
        "-d/a; -d/b; e/a=1-4 up 6-20; e/b=21-40",
    ),
    (
        "t6423: the patch moves a folder, upstream adds a file to it",
        "d/a=1-20; d/b=21-40; c=x",
        "d/new=n",
        &["-d/a; -d/b; e/a=1-20; e/b=21-40"],
        "untouched",
        "-d/a; -d/b; e/a=1-20; e/b=21-40",
    ),
];

#[test]
fn upstream_moves_files() {
    check(UPSTREAM);
}

#[test]
fn patches_move_files() {
    check(PATCH);
}

/// A patch that renames a file and is left out; git follows the file by likeness, forebay by the name that it knows.
const LEFT_OUT: &[Case] = &[
    (
        "the next patch changes the file under its old name",
        "a=1-30; b=x",
        "b=y",
        &["-a; z=1-30; b=mine", "z=1-19 new 20-30"],
        "conflict review",
        "a=1-19 new 20-30",
    ),
    (
        "so do two, on upstream's change",
        "a=1-30; b=x",
        "a=up 1-30; b=y",
        &["-a; z=1-30; b=mine", "z=1-19 new 20-30", "z=1-19 new 20-29 last 30"],
        "conflict review review",
        "a=up 1-19 new 20-29 last 30",
    ),
    (
        "where upstream moved the file, at its new path",
        "d/a=1-30; d/c=31-50; b=x",
        "-d/a; -d/c; e/a=1-30; e/c=31-50; b=y",
        &["-d/a; z=1-30; b=mine", "z=1-19 new 20-30"],
        "conflict review",
        "e/a=1-19 new 20-30",
    ),
    (
        "where upstream deleted the file there is none",
        "a=1-30; b=x",
        "-a; b=y",
        &["-a; z=1-30; b=mine", "z=1-19 new 20-30"],
        "conflict conflict",
        "",
    ),
];

#[test]
fn a_rename_that_was_left_out() {
    check(LEFT_OUT);
}
