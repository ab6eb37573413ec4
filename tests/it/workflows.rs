//! The workflow files of `docs/ci`: they are YAML, and their steps run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use saphyr_parser::{Event, Parser};

use crate::support::Sandbox;

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(name)
}

/// The scalars of a YAML file, in order: keys and values alike.
fn scalars(name: &str) -> Vec<String> {
    let text = fs::read_to_string(shipped(name)).expect("the file is shipped");
    let events = Parser::new_from_str(&text).map(|event| event.expect("YAML").0);
    events
        .filter_map(|event| if let Event::Scalar(text, ..) = event { Some(text.into_owned()) } else { None })
        .collect()
}

/// A step of a workflow: the text of the scalar that holds `part`.
fn step(name: &str, part: &str) -> String {
    let found: Vec<String> = scalars(name).into_iter().filter(|text| text.contains(part)).collect();
    assert_eq!(found.len(), 1, "{name}: {part}: {found:?}");
    found.into_iter().next().unwrap_or_default()
}

/// A package with a queue of one patch, and an upstream that has tagged a release since.
fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.tool("git", &["init", "-q", "-b", "main", "src"]);
    sandbox.git("src", &["config", "uploadpack.allowFilter", "true"]);
    for (tag, line) in [("1.0", "int a = 1;"), ("1.1", "int a = 1; /* same */")] {
        sandbox.write("src/a.c", format!("{line}\nint b = 2;\nint c = 3;\nint d = 4;\nint e = 5;\n"));
        sandbox.git("src", &["add", "."]).git("src", &["commit", "-qm", tag]).git("src", &["tag", tag]);
    }
    sandbox.write("pkg/patches/series", "one.patch\n");
    let patch =
        "Description: x\n\n--- a/a.c\n+++ b/a.c\n@@ -3,3 +3,3 @@\n int c = 3;\n int d = 4;\n-int e = 5;\n+int e = 6;\n";
    sandbox.write("pkg/patches/one.patch", patch);
    let remote = sandbox.path("src").display().to_string();
    let profile = format!(
        "[package]\nname = \"weir\"\nversion = \"1.0\"\n\n[upstream]\nrepository = \"{remote}\"\ntag = \"{{version}}\"\ntrees = [\"git:upstream.git#{{version}}\"]\n\n[queue]\npath = \"patches\"\n"
    );
    sandbox.write("pkg/forebay.toml", profile);
    sandbox.write("pkg/ci/gate.sh", fs::read(shipped("gate.sh")).expect("the file is shipped"));
    sandbox
}

/// Runs a step as the runner does: `sh -e`, in the package's folder, with `forebay` to be found.
fn run(sandbox: &Sandbox, script: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_forebay")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("sh");
    command.args(["-ec", script]).current_dir(sandbox.path("pkg")).env("PATH", path);
    command
        .env("UPSTREAM", "upstream.git")
        .env("REMOTE", sandbox.path("src"))
        .env("UPSTREAM_REMOTE", sandbox.path("src"));
    command.env("HOME", sandbox.path("home")).env("XDG_CACHE_HOME", sandbox.path("cache"));
    command.output().expect("there is a shell")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn the_steps_of_both_workflows_judge_a_new_release_once() {
    for (name, clone) in [("github.yml", "git clone"), ("gitlab.yml", "git clone")] {
        let sandbox = world();
        let cloned = run(&sandbox, &step(name, clone));
        assert!(cloned.status.success(), "{name}: {}", said(&cloned));
        let gate = step(name, "gate.sh .forebay-told").replace("ci/gate.sh", "sh ci/gate.sh");
        let judged = run(&sandbox, &gate);
        assert_eq!(judged.status.code(), Some(0), "{name}: {}", said(&judged));
        for file in ["release.md", "release.json", "release.html", "junit.xml", "release.sarif", "queue/series"] {
            assert!(
                sandbox.path(format!("pkg/forebay-review/1.1/{file}")).exists(),
                "{name}: {file}: {}",
                said(&judged)
            );
        }
        let told = fs::read_to_string(sandbox.path("pkg/.forebay-told")).expect("it was written");
        assert!(told.ends_with("release 1.1\n"), "{told}");
        let again = run(&sandbox, &gate);
        assert_eq!((again.status.code(), said(&again).as_str()), (Some(0), ""), "{name}");
        let series = fs::read_to_string(sandbox.path("pkg/patches/series")).expect("it is there");
        assert_eq!(series, "one.patch\n");
    }
}

#[test]
fn a_release_that_could_not_be_judged_is_tried_again() {
    let sandbox = world();
    let gate = "sh ci/gate.sh .forebay-told forebay-review";
    // No clone: the profile's tree is not there, and the fetch fails.
    let failed = run(&sandbox, gate);
    assert!(!failed.status.success() && !sandbox.path("pkg/.forebay-told").exists(), "{}", said(&failed));
    assert!(run(&sandbox, &step("github.yml", "git clone")).status.success());
    // A conflict is a judgement: status 3, and told.
    let patch = fs::read_to_string(sandbox.path("pkg/patches/one.patch")).expect("it is there");
    sandbox.write("pkg/patches/one.patch", patch.replace("-int e = 5;", "-int e = 50;"));
    let judged = run(&sandbox, gate);
    assert_eq!(judged.status.code(), Some(3), "{}", said(&judged));
    assert!(sandbox.path("pkg/.forebay-told").exists());
}

#[test]
fn the_cron_line_names_the_gate() {
    let text = fs::read_to_string(shipped("crontab")).expect("the file is shipped");
    let line = text.lines().find(|line| !line.starts_with('#')).expect("a line");
    assert!(line.split_whitespace().count() > 6 && line.contains("ci/gate.sh .forebay-told"), "{line}");
}
