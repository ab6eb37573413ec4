//! `forebay explain`.

use crate::support::{Sandbox, assert_snapshot};

#[test]
fn every_code_of_the_list_is_explained() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["explain"]).expect_status(0);
    assert_snapshot("explain", "list", &list.out);
    for code in list.out.lines().filter_map(|line| line.split_whitespace().next()) {
        let page = sandbox.run(&["explain", code]).expect_status(0);
        assert!(page.out.starts_with(code) && page.out.lines().count() >= 3, "{}", page.out);
    }
    assert_snapshot("explain", "conflict-content", &sandbox.run(&["explain", "conflict-content"]).out);
}

#[test]
fn a_mistyped_code_is_corrected() {
    let output = Sandbox::new().run(&["explain", "conflict-contents"]).expect_status(2);
    assert_eq!(
        output.err,
        "error: no finding has the code `conflict-contents`\nhint: did you mean `conflict-content`?\n"
    );
}
