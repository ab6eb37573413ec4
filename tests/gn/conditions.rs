//! What is not known is carried along: both ways run, and what they declare has its condition.

use forebay::gn::{Build, Settings, Trouble};

use crate::world::small;

fn open(names: &[&str]) -> Settings {
    Settings { open: names.iter().map(|name| (*name).to_owned()).collect(), ..Settings::default() }
}

/// `name -> dep [condition]` for each edge of the root folder's targets.
fn edges(build: &Build) -> Vec<String> {
    let mut lines = Vec::new();
    for target in &build.targets {
        for edge in &target.edges {
            let when: Vec<String> = edge.condition.iter().map(ToString::to_string).collect();
            let when = if when.is_empty() { String::new() } else { format!(" if {}", when.join(" && ")) };
            lines.push(format!("{} -> {}{when}", build.shown(target.label), build.shown(edge.to)));
        }
    }
    lines.sort();
    lines
}

fn run(text: &str, settings: &Settings) -> Build {
    small().with("BUILD.gn", text).load(settings, &["//:top"])
}

#[test]
fn an_open_argument_forks_lists_targets_and_templates() {
    let text = r#"
declare_args() { use_x = true use_y = false }
template("thing") {
  group(target_name) {
    deps = invoker.parts
    if (defined(invoker.more)) { deps += invoker.more }
  }
}
group("a") {}
group("b") {}
group("c") {}
thing("top") {
  parts = [ ":a" ]
  if (use_x) { parts += [ ":b" ] } else if (use_y) { more = [ ":c" ] }
}
if (!use_x) { group("only") { deps = [ ":a" ] } }
"#;
    let build = run(text, &open(&["use_x"]));
    assert_eq!(build.problems, []);
    assert_eq!(edges(&build), ["//:only -> //:a if !use_x", "//:top -> //:a", "//:top -> //:b if use_x"]);
    let build = run(text, &open(&["use_x", "use_y"]));
    assert_eq!(build.problems, []);
    assert_eq!(
        edges(&build),
        ["//:only -> //:a if !use_x", "//:top -> //:a", "//:top -> //:b if use_x", "//:top -> //:c if !use_x && use_y",]
    );
}

#[test]
fn a_decided_test_is_not_asked_again_and_a_failed_assertion_ends_a_way() {
    let text = r#"
declare_args() { use_x = true }
group("top") {
  deps = []
  if (use_x) {
    if (!use_x) { deps += [ ":never" ] }
    assert(!use_x, "not with x")
    deps += [ ":never" ]
  } else { deps += [ ":b" ] }
  deps += [ ":c" ]
}
group("b") {}
group("c") {}
"#;
    let build = run(text, &open(&["use_x"]));
    assert_eq!(build.problems, []);
    // With `use_x` the build stops, so that what is left is sure.
    assert_eq!(edges(&build), ["//:top -> //:b", "//:top -> //:c"]);
}

#[test]
fn a_script_is_not_known_unless_the_profile_says_its_output() {
    let text = r#"
lines = exec_script("//build/x.py", [], "list lines")
group("top") {
  deps = []
  if (lines[0] == "yes") { deps += [ ":a" ] }
}
group("a") {}
"#;
    let build = run(text, &Settings::default());
    assert_eq!(edges(&build), ["//:top -> //:a if lines[0] == \"yes\" [exec_script //build/x.py]"]);
    let mut settings = Settings::default();
    settings.scripts.insert("build/x.py".to_owned(), b"yes\n".to_vec());
    assert_eq!(edges(&run(text, &settings)), ["//:top -> //:a"]);
    settings.scripts.insert("build/x.py".to_owned(), b"no\n".to_vec());
    assert_eq!(edges(&run(text, &settings)), Vec::<String>::new());
}

#[test]
fn both_ways_of_many_tests_cost_no_more_than_their_sum() {
    let all = |line: &dyn Fn(usize) -> String| (0..40).map(line).collect::<String>();
    let text = format!(
        "declare_args() {{\n{}}}\ngroup(\"top\") {{\n  deps = []\n  word = \"\"\n{}  if (word == \"x\") {{ deps += [ \":t0\" ] }}\n}}\n{}",
        all(&|n| format!("  x{n} = true\n")),
        all(&|n| format!("  if (x{n}) {{ deps += [ \":t{n}\" ] word += \"{n}\" }}\n")),
        all(&|n| format!("group(\"t{n}\") {{}}\n")),
    );
    let names: Vec<String> = (0..40).map(|n| format!("x{n}")).collect();
    let settings = Settings { open: names.into_iter().collect(), ..Settings::default() };
    let build = run(&text, &settings);
    assert!(edges(&build).contains(&"//:top -> //:t7 if x7".to_owned()));
}

#[test]
fn hostile_files_end_within_the_limits() {
    for (name, text) in [
        (
            "steps",
            "foreach(a, split_list([], 1000)) { foreach(b, split_list([], 1000)) { foreach(c, split_list([], 1000)) { x = c } } }",
        ),
        (
            "recursion",
            "template(\"t\") { t(target_name) {} }\nt(\"a\") {}\ntemplate(\"t\") { t(target_name) {} }\nt(\"a\") {}",
        ),
        ("doubling", "x = [ 1 ]\nforeach(i, split_list([], 60)) { x += x }\nnot_needed([ \"i\" ])"),
        ("strings", "x = \"abc\"\nforeach(i, split_list([], 60)) { x = \"$x$x\" }"),
        ("circle", "import(\"//BUILD.gn\")"),
    ] {
        let settings = Settings { steps: 300_000, ..Settings::default() };
        let build = run(&format!("{text}\ngroup(\"top\") {{ deps = [ \":end\" ] }}\ngroup(\"end\") {{}}\n"), &settings);
        let expected = [Trouble::Limit, Trouble::ImportCircle, Trouble::UnknownFunction];
        assert!(
            build.problems.iter().any(|problem| expected.contains(&problem.trouble)),
            "{name}: {:?}",
            build.problems
        );
    }
}

#[test]
fn what_is_missing_or_wrong_is_told_with_its_place_and_the_run_goes_on() {
    let text = "import(\"//gone.gni\")\ngroup(\"top\") {\n  deps = [ \":a\", \"//nowhere\" ] + unknown\n  deps -= [ \":z\" ]\n  strange(\"x\")\n}\ngroup(\"a\") {}\n";
    let build = run(text, &Settings::default());
    let lines: Vec<String> = build.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "BUILD.gn:1:1: missing-import: `//gone.gni` is not in the tree",
            "BUILD.gn:2:1: missing-target: `//:top` names `//nowhere:nowhere`, which no file declares",
            "BUILD.gn:3:34: undefined: `unknown` is not defined",
            "BUILD.gn:5:3: unknown-function: `strange` is neither a function nor a template",
            "nowhere/BUILD.gn:1:1: missing-build-file: is not in the tree, though a label names it",
        ]
    );
    assert_eq!(edges(&build), ["//:top -> //:a", "//:top -> //nowhere:nowhere"]);
}
