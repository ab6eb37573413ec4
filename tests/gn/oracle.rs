//! Our reading of a real-shaped tree against the reference program's: every target, its type, what it names and its strings.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use forebay::gn::build::Link;
use forebay::gn::{Build, Settings};
use serde_json::Value;

use crate::world::World;

const ARGUMENTS: &str = "from_command = \"command\"\nfrom_both = \"command\"\nenable_extra = true\n";

/// Several toolchains, templates in templates, imports of imports, defaults, arguments from four places.
fn tree() -> World {
    let world = World::new(&[
        (
            ".gn",
            "buildconfig = \"//build/config/BUILDCONFIG.gn\"\ndefault_args = {\n  from_dotfile = \"dotfile\"\n  from_both = \"dotfile\"\n}\n",
        ),
        ("build/config/BUILDCONFIG.gn", include_str!("tree/buildconfig.txt")),
        (
            "build/config/BUILD.gn",
            "config(\"base\") {\n  include_dirs = [ \"//\", \"//include\" ]\n}\nconfig(\"warnings\") {\n  cflags = [ \"-Wall\" ]\n}\n",
        ),
        ("build/toolchain/BUILD.gn", include_str!("tree/toolchain.txt")),
        ("build/rules.gni", include_str!("tree/rules.txt")),
        (
            "build/options.gni",
            "declare_args() {\n  from_toolchain = \"declared\"\n  from_command = \"declared\"\n  from_dotfile = \"declared\"\n  from_both = \"declared\"\n  enable_extra = false\n}\ndeclare_args() {\n  follows = enable_extra\n}\n_hidden = 1\nassert(_hidden == 1)\nshared_list = [ \"one\", \"two\" ]\n",
        ),
        ("BUILD.gn", include_str!("tree/root.txt")),
        ("lib/BUILD.gn", include_str!("tree/lib.txt")),
        (
            "lib/sub/deep/BUILD.gn",
            "group(\"deep\") {\n  deps = [ \"../..:lib\", \"../../../lib:names\" ]\n}\ngroup(\"other\") {\n  deps = [ \":deep\" ]\n}\n",
        ),
        (
            "lib/data.json",
            "{ \"name\": \"from json\", \"list\": [ \"a\", \"b\" ], \"inner\": { \"flag\": true, \"count\": 3 } }",
        ),
        ("lib/lines.txt", "first\n  second  \nthird\n"),
        ("lib/scope.txt", "word = \"from scope\"\nnumbers = [ 1, 2 ]\n"),
    ]);
    let empty = ["lib/s.py", "lib/run.py", "a.cc", "tool.cc", "lib/one.cc", "lib/two.cc", "lib/one.idl", "lib/two.idl"];
    empty.iter().fold(world, |world, path| world.with(path, ""))
}

/// What either program says of a target.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    kind: String,
    testonly: bool,
    deps: BTreeSet<String>,
    strings: BTreeMap<&'static str, Vec<String>>,
}

const STRINGS: [&str; 4] = ["sources", "defines", "outputs", "inputs"];

fn reference(world: &World) -> BTreeMap<String, Told> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in &world.0 {
        let place = folder.path().join(std::str::from_utf8(path).expect("plain paths"));
        std::fs::create_dir_all(place.parent().expect("a parent")).expect("the folder is made");
        std::fs::write(place, text).expect("the file is written");
    }
    let run = |words: &[&str]| {
        let done = Command::new("gn").args(words).current_dir(folder.path()).output().expect("the program runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        done.stdout
    };
    run(&["gen", "out/Default", &format!("--args={ARGUMENTS}")]);
    let told = run(&["desc", "out/Default", "*", "--format=json", "--all-toolchains"]);
    let told: BTreeMap<String, Value> = serde_json::from_slice(&told).expect("it says JSON");
    told.into_iter()
        .map(|(label, about)| {
            let list = |name: &str| -> Vec<String> {
                let items = about.get(name).and_then(Value::as_array);
                items.into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
            };
            let strings = STRINGS.iter().map(|name| (*name, list(name))).collect();
            let kind = about["type"].as_str().expect("a string").to_owned();
            let testonly = about["testonly"].as_bool().expect("a boolean");
            (label, Told { kind, testonly, deps: list("deps").into_iter().collect(), strings })
        })
        .collect()
}

fn ours(build: &Build) -> BTreeMap<String, Told> {
    let mut told = BTreeMap::new();
    for target in build.targets.iter().filter(|target| !matches!(target.kind.word(), "config" | "pool")) {
        let label = build.label(target.label);
        // Of other toolchains both programs keep what is needed only.
        if !target.reached && label.toolchain != build.default_toolchain {
            continue;
        }
        let deps = target.edges.iter().filter(|edge| matches!(edge.link, Link::Public | Link::Private | Link::Data));
        let deps = deps.map(|edge| build.shown(edge.to));
        let absolute = |text: &str| -> String {
            if text.starts_with("//") {
                text.to_owned()
            } else {
                format!("{}/{text}", label.folder).replace("///", "//")
            }
        };
        let mut strings = BTreeMap::new();
        for name in STRINGS {
            let plain = build.strings(target, name).into_iter().map(|(text, condition)| {
                assert!(condition.is_empty(), "everything is known here");
                text.to_string()
            });
            let plain = plain.map(|text| if name == "defines" { text } else { absolute(&text) });
            strings.insert(name, plain.collect());
        }
        let (kind, testonly) = (target.kind.word().to_owned(), target.testonly);
        told.insert(build.shown(target.label), Told { kind, testonly, deps: deps.collect(), strings });
    }
    told
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
fn a_real_shaped_tree_is_read_as_the_reference_program_reads_it() {
    if Command::new("gn").arg("--version").output().is_err() {
        eprintln!("skipped: `gn` is not installed; scripts/setup names the package");
        return;
    }
    let world = tree();
    let settings = Settings { arguments: ARGUMENTS.as_bytes().to_vec(), ..Settings::default() };
    let build = world.load(&settings, &["//:everything"]);
    assert_eq!(build.problems, []);
    let (reference, ours) = (reference(&world), ours(&build));
    assert!(reference.len() > 25, "the tree is large enough to mean something: {}", reference.len());
    let labels = |told: &BTreeMap<String, Told>| told.keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(labels(&ours), labels(&reference));
    for (label, theirs) in &reference {
        let mut own = ours.get(label).map(|told| (&told.kind, told.testonly, &told.deps, told.strings.clone()));
        let mut their = Some((&theirs.kind, theirs.testonly, &theirs.deps, theirs.strings.clone()));
        // The reference program also tells the outputs that it computes for compiled targets and groups.
        let stated = matches!(theirs.kind.as_str(), "action" | "generated_file");
        for told in [&mut own, &mut their].into_iter().flatten() {
            let _ = !stated && told.3.remove("outputs").is_some();
            // A group may set them, but has none.
            let _ = told.0 == "group" && told.3.remove("defines").is_some();
        }
        assert_eq!(own, their, "{label}");
    }
}
