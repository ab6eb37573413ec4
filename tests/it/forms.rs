//! Every form of queue and tree gives the same answer.

use std::collections::BTreeMap;

use crate::support::{Sandbox, TREES};

/// The example's queue without the patch that only fits with fuzz (a range of commits cannot hold it), in five forms.
fn queues() -> Sandbox {
    let sandbox = Sandbox::example_without_profile();
    let series = sandbox.read("weir/debian/patches/series");
    sandbox.git("upstream", &["checkout", "--quiet", "-b", "queue", "v1.0"]);
    for name in series.lines().filter(|line| !line.starts_with('#') && *line != "build/etc.patch") {
        let patch = sandbox.path("weir/debian/patches").join(name);
        sandbox.git("upstream", &["apply", "--index", patch.to_str().expect("plain")]);
        sandbox.git("upstream", &["commit", "--quiet", "--message", name]);
    }
    sandbox.git("upstream", &["checkout", "--quiet", "main"]);
    for folder in ["plain", "electron", "quilt"] {
        let out = format!("../{folder}");
        sandbox.git("upstream", &["format-patch", "--quiet", "--output-directory", &out, "v1.0..queue"]);
    }
    let mut names: Vec<String> = std::fs::read_dir(sandbox.path("plain"))
        .expect("patches")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("plain"))
        .collect();
    names.sort();
    let list = names.join("\n") + "\n";
    sandbox.write("electron/.patches", &list).write("quilt/series", &list);
    let mails = sandbox.tool("git", &["-C", "upstream", "format-patch", "--stdout", "v1.0..queue"]);
    sandbox.write("queue.mbox", mails);
    sandbox
}

#[test]
fn five_forms_of_a_queue_get_the_same_verdicts() {
    let sandbox = queues();
    let verdicts = |queue: &str| {
        let output = sandbox.rebase(&["--queue", queue, "--dry-run", "--report", "json=-"]).expect_status(3);
        output.verdicts()
    };
    let expected = verdicts("quilt");
    assert_eq!(expected.len(), 7);
    for queue in ["quilt/series", "electron", "plain", "queue.mbox", "git:upstream#v1.0..queue"] {
        assert_eq!(verdicts(queue), expected, "{queue}");
    }
}

#[test]
fn each_form_is_written_back_as_it_came() {
    let sandbox = queues();
    for (queue, out) in
        [("quilt", "out-quilt"), ("electron", "out-electron"), ("plain", "out-plain"), ("queue.mbox", "out-mbox")]
    {
        sandbox.rebase(&["--queue", queue, "--out", out]).expect_status(3);
    }
    assert!(sandbox.path("out-quilt/series").exists());
    assert!(sandbox.path("out-electron/.patches").exists());
    assert!(!sandbox.path("out-plain/series").exists() && !sandbox.path("out-plain/.patches").exists());
    let mbox = sandbox.read("out-mbox/queue.mbox");
    assert!(mbox.starts_with("From ") && mbox.matches("\nFrom ").count() >= 3, "{mbox}");
}

/// The written queue by file, without the comments that name the tree.
fn written(sandbox: &Sandbox, out: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in sandbox.tool("find", &[out, "-type", "f", "-not", "-path", "*/.forebay/*"]).lines() {
        let text = sandbox.read(line);
        let text: String =
            text.lines().filter(|line| !line.starts_with("# forebay: ")).map(|line| line.to_owned() + "\n").collect();
        found.insert(line.trim_start_matches(out).to_owned(), text);
    }
    found
}

#[test]
fn every_kind_of_tree_gives_the_same_verdicts_and_the_same_queue() {
    let sandbox = Sandbox::example_without_profile();
    sandbox.git(".", &["clone", "--quiet", "--bare", "upstream", "bare.git"]);
    for version in ["1.0", "2.0"] {
        let (tag, prefix, tar) =
            (format!("v{version}"), format!("--prefix=weir-{version}/"), format!("weir-{version}.tar"));
        sandbox.git("upstream", &["archive", &prefix, "--output", &format!("../{tar}"), &tag]);
        sandbox.tool("tar", &["-xf", &tar]);
        for (program, ending) in [("gzip", "gz"), ("xz", "xz"), ("bzip2", "bz2"), ("zstd", "zst")] {
            let packed = format!("{tar}.{ending}");
            sandbox.tool("bash", &["-c", &format!("{program} -c {tar} >{packed}")]);
        }
    }
    let carry = |number: usize, from: &str, onto: &str| {
        let out = format!("out{number}");
        let line = [
            "rebase",
            "--from",
            from,
            "--onto",
            onto,
            "--queue",
            "weir/debian/patches",
            "--out",
            &out,
            "--report",
            "json=-",
        ];
        let output = sandbox.run(&line).expect_status(3);
        (output.verdicts(), written(&sandbox, &out))
    };
    let expected = carry(0, TREES[1], TREES[3]);
    assert!(expected.1.len() > 6, "{:?}", expected.1.keys());
    let templates = [
        "git:bare.git#vX",
        "dir:weir-X",
        "weir-X",
        "tar:weir-X.tar",
        "weir-X.tar.gz",
        "weir-X.tar.xz",
        "weir-X.tar.bz2",
        "weir-X.tar.zst",
    ];
    for (number, template) in (1..).zip(templates) {
        let found = carry(number, &template.replace('X', "1.0"), &template.replace('X', "2.0"));
        assert_eq!(found, expected, "{template}");
    }
    assert_eq!(carry(20, "weir-1.0.tar.xz", TREES[3]), expected, "mixed");
}

#[test]
fn quilt_takes_the_written_queue_without_fuzz_or_offset_and_gets_the_tree_of_the_branch() {
    let sandbox = Sandbox::example_without_profile();
    sandbox.rebase(&["--queue", "weir/debian/patches", "--out", "new", "--branch", "distro"]).expect_status(3);
    for (folder, revision) in [("tree", "v2.0"), ("branch", "distro")] {
        sandbox.git("upstream", &["worktree", "add", "--quiet", "--detach", &format!("../{folder}"), revision]);
    }
    let patches = sandbox.path("new");
    let line = format!("cd tree && QUILT_PATCHES={} quilt --quiltrc - push -a --fuzz=0 2>&1", patches.display());
    let told = sandbox.tool("bash", &["-c", &line]);
    assert!(!told.contains("offset") && !told.contains("fuzz"), "{told}");
    assert!(told.contains("Now at patch"), "{told}");
    sandbox.tool("diff", &["-r", "-x", ".git", "-x", ".pc", "tree", "branch"]);
}
