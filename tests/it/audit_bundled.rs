//! `forebay audit-bundled`.

use crate::support::{Sandbox, assert_snapshot};

fn tree() -> Sandbox {
    let sandbox = Sandbox::new();
    let readme = "Name: zlib\nURL: http://zlib.net/\nVersion: 1.3.1\nLicense: Zlib\nLicense File: LICENSE\nSecurity Critical: yes\nShipped: yes\nUpdate Mechanism: Manual\n\nDescription:\nCompression.\n\nLocal Modifications:\nNone\n";
    sandbox
        .write("weir-1.0/third_party/zlib/README.chromium", readme)
        .write("weir-1.0/third_party/zlib/LICENSE", "text\n")
        .write("weir-1.0/third_party/zlib/zlib.h", "/* deflateInit_ */\n#define ZLIB_VERSION \"1.3.2\"\n")
        .write("weir-1.0/third_party/zlib/inflate.c", "int x;\n")
        .write("weir-1.0/third_party/lonely/LICENSE", "text\n")
        .write("weir-1.0/third_party/lonely/CMakeLists.txt", "project(lonely VERSION 4.5 LANGUAGES C)\n")
        .write("weir-1.0/third_party/lonely/a.c", "\n")
        .write("weir-1.0/third_party/lonely/b.c", "\n")
        .write("weir-1.0/third_party/lonely/prebuilt", b"\x7fELF\x02\x01\x01");
    sandbox
}

#[test]
fn a_small_tree_as_a_person_sees_it() {
    let sandbox = tree();
    let output = sandbox.run(&["audit-bundled", "weir-1.0/", "-v", "--fail-on", "never"]).expect_status(0);
    assert_snapshot("audit", "small", &output.story());
}

#[test]
fn formats_and_statuses() {
    let sandbox = tree();
    let run = ["audit-bundled", "./weir-1.0", "--format", "json", "--fail-on", "never", "--report", "json=a.json"];
    let output = sandbox.run(&run).expect_status(0);
    assert_eq!(output.out, sandbox.read("a.json"));
    assert!(output.out.contains("\"schema\": \"forebay.audit/1\"") && !output.out.contains("$ROOT"));
    let wrong = sandbox.run(&["audit-bundled", "weir-1.0/", "--fail-on", "warnings"]).expect_status(2);
    assert!(wrong.err.contains("forebay explain"), "{}", wrong.err);
    let missing = sandbox.run(&["audit-bundled", "./none"]).expect_status(2);
    assert!(missing.err.contains("hint:"), "{}", missing.err);
}
