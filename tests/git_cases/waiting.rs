//! Names that upstream dropped and that only a patch which waits for a person brought back.

use forebay::tree::memory::MemoryTree;

use crate::world::{Case, carry, check, queue, tree};

const CASES: &[Case] = &[
    (
        "a later patch that adds the name waits too",
        "a=1-20 old_name 21-60",
        "a=1-20 21-60",
        &["a=1-9 old_name 10-20 old_name 21-60", "a=1-9 old_name 10-20 old_name 21-49 old_name 50-60"],
        "review review",
        "a=1-9 old_name 10-49 old_name 50-60",
    ),
    (
        "one that adds another name does not",
        "a=1-20 old_name 21-60",
        "a=1-20 21-60",
        &["a=1-9 old_name 10-20 old_name 21-60", "a=1-9 old_name 10-20 old_name 21-49 new_name 50-60"],
        "review refreshed",
        "a=1-9 old_name 10-49 new_name 50-60",
    ),
    (
        "nor one in another file",
        "a=1-20 old_name 21-60; b=1-20 old_name 21-40",
        "a=1-20 21-60; b=up 1-20 old_name 21-40",
        &["a=1-9 old_name 10-20 old_name 21-60", "b=1-9 old_name 10-20 old_name 21-40"],
        "review refreshed",
        "a=1-9 old_name 10-60; b=up 1-9 old_name 10-20 old_name 21-40",
    ),
    (
        "a name that upstream still has waits for nobody",
        "a=1-20 old_name 21-30 other_name 31-60",
        "a=1-20 21-30 other_name 31-60",
        &[
            "a=1-9 old_name other_name 10-20 old_name 21-30 other_name 31-60",
            "a=1-9 old_name other_name 10-20 old_name 21-30 other_name 31-49 other_name 50-60",
        ],
        "review refreshed",
        "a=1-9 old_name other_name 10-30 other_name 31-49 other_name 50-60",
    ),
];

#[test]
fn names_that_wait_for_a_person() {
    check(CASES);
}

#[test]
fn the_report_names_the_patch_that_a_hunk_rests_on() {
    let (_, old, upstream, patches, ..) = CASES[0];
    let old = tree(&MemoryTree::new("old"), old);
    let outcome = carry(&queue(&old, patches), Some(&old), &tree(&old, upstream));
    let first = &outcome.report.patches[0].name;
    let hunk = &outcome.report.patches[1].files[0].hunks[0];
    let expected = format!("adds `old_name`, which upstream dropped and `{first}` brought, which waits for a person");
    assert_eq!(hunk.evidence.first(), Some(&expected));
}
