//! `forebay man`.

use crate::support::{Sandbox, helps};

#[test]
fn one_page_a_command_is_written() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(&["man", "--out", "pages"]).expect_status(0);
    let mut names: Vec<String> = std::fs::read_dir(sandbox.path("pages"))
        .expect("the folder was made")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(
        names.contains(&"forebay.1".to_owned()) && names.contains(&"forebay-profile-check.1".to_owned()),
        "{names:?}"
    );
    assert_eq!(output.err, format!("wrote {} man pages to pages\n", names.len()));
    for name in &names {
        let page = sandbox.read(&format!("pages/{name}"));
        let title = name.trim_end_matches(".1");
        assert!(page.contains(&format!(".TH {title} 1")), "{name}");
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    let mut known: Vec<String> =
        helps().iter().map(|(name, _)| format!("forebay {name}").trim_end().replace(' ', "-") + ".1").collect();
    known.sort();
    assert_eq!(names, known);
    assert!(sandbox.read("pages/forebay-init.1").contains("Examples"));
}

#[test]
fn without_a_folder_the_main_page_is_printed() {
    let page = Sandbox::new().run(&["man"]).expect_status(0);
    assert!(page.out.contains(".SH NAME\nforebay "), "{}", page.out);
    assert!(page.err.is_empty());
}

#[test]
fn a_folder_that_cannot_be_made_is_an_outside_failure() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    sandbox.run(&["man", "--out", "file/pages"]).expect_status(4);
}
