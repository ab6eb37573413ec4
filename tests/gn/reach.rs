//! How components are used, and what keeps a library from being replaced by the system's.

use std::sync::Arc;

use forebay::gn::{self, Build, Reached, Settings};
use forebay::path::RepoPath;
use forebay::unbundle::{self, Include, include, replacement};

use crate::world::{World, small};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text.as_bytes()).expect("a path")
}

fn usages(build: &Build, components: &[&str]) -> Vec<String> {
    let components: Vec<RepoPath> = components.iter().map(|text| path(text)).collect();
    let usages = gn::reach(build, &components);
    let lines = usages.iter().map(|usage| {
        let when: Vec<String> = usage.condition.iter().map(ToString::to_string).collect();
        let when = if when.is_empty() { String::new() } else { format!(" ({})", when.join(" && ")) };
        format!("{}: {}{when} {}", usage.root, usage.state.word(), usage.witness.join(" -> ")).trim_end().to_owned()
    });
    lines.collect()
}

fn used() -> World {
    small()
        .with(
            "BUILD.gn",
            r#"
declare_args() { use_maybe = false }
executable("app") {
  sources = [ "a.cc", "third_party/bysource/x.cc" ]
  deps = [ "//third_party/lib", ":generated", ":list" ]
  configs += [ "//third_party/headers:config" ]
  if (use_maybe) { deps += [ "//third_party/maybe" ] }
}
action("generated") {
  script = "//third_party/scripted/run.py"
  sources = [ "in.txt" ]
  inputs = [ "//third_party/inputs/data.json", "//third_party/tools/node_modules/x/x.js" ]
  outputs = [ "$target_gen_dir/out.h" ]
  deps = [ "//third_party/compiler" ]
}
group("list") { deps = [ "//third_party/check:check" ] }
executable("app_tests") {
  testonly = true
  deps = [ "//third_party/mock" ]
}
"#
            .replace("configs += ", "configs = ")
            .as_str(),
        )
        .with("third_party/lib/BUILD.gn", "source_set(\"lib\") {\n  deps = [ \"inner\" ]\n}\n")
        .with("third_party/lib/inner/BUILD.gn", "source_set(\"inner\") {\n}\n")
        .with(
            "third_party/headers/BUILD.gn",
            "config(\"config\") {\n  include_dirs = [ \"//third_party/only_headers/include\" ]\n}\n",
        )
        .with("third_party/maybe/BUILD.gn", "source_set(\"maybe\") {\n}\n")
        .with(
            "third_party/compiler/BUILD.gn",
            "executable(\"compiler\") {\n  deps = [ \"//third_party/compiler_lib\" ]\n}\n",
        )
        .with("third_party/compiler_lib/BUILD.gn", "source_set(\"compiler_lib\") {\n}\n")
        .with(
            "third_party/check/BUILD.gn",
            "action(\"check\") {\n  script = \"check.py\"\n  inputs = [ \"update_it\" ]\n  outputs = [ \"$target_gen_dir/stamp\" ]\n}\n",
        )
        .with("third_party/mock/BUILD.gn", "source_set(\"mock\") {\n  testonly = true\n}\n")
        .with("third_party/dead/BUILD.gn", "source_set(\"dead\") {\n}\n")
}

#[test]
fn each_component_is_used_as_mildly_as_its_mildest_target_or_file() {
    let settings = Settings { open: [String::from("use_maybe")].into(), ..Settings::default() };
    let build = used().load(&settings, &["//:app"]);
    assert_eq!(build.problems, []);
    let all = [
        "third_party/lib",
        "third_party/lib/inner",
        "third_party/bysource",
        "third_party/only_headers",
        "third_party/maybe",
        "third_party/scripted",
        "third_party/inputs",
        "third_party/tools",
        "third_party/compiler",
        "third_party/compiler_lib",
        "third_party/check",
        "third_party/mock",
        "third_party/dead",
        "third_party/nowhere",
    ];
    assert_eq!(
        usages(&build, &all),
        [
            "third_party/lib: used //:app -> //third_party/lib:lib",
            "third_party/lib/inner: used //:app -> //third_party/lib:lib -> //third_party/lib/inner:inner",
            "third_party/bysource: used //:app -> //third_party/bysource/x.cc",
            "third_party/only_headers: used //:app -> //third_party/headers:config -> //third_party/only_headers/include",
            "third_party/maybe: used-if (use_maybe) //:app -> //third_party/maybe:maybe",
            "third_party/scripted: host-only //:app -> //:generated -> //third_party/scripted/run.py",
            "third_party/inputs: used //:app -> //:generated -> //third_party/inputs/data.json",
            "third_party/tools: host-only //:app -> //:generated -> //third_party/tools/node_modules/x/x.js",
            "third_party/compiler: host-only //:app -> //:generated -> //third_party/compiler:compiler",
            "third_party/compiler_lib: host-only //:app -> //:generated -> //third_party/compiler:compiler -> //third_party/compiler_lib:compiler_lib",
            "third_party/check: host-only //:app -> //:list -> //third_party/check:check",
            "third_party/mock: test-only //third_party/mock:mock",
            "third_party/dead: unreachable",
            "third_party/nowhere: unreachable",
        ]
    );
}

/// The second label that entered a toolchain was looked up before that toolchain had run its file.
#[test]
fn several_labels_may_start_one_toolchain() {
    let world = small()
        .with(
            "tc/BUILD.gn",
            "toolchain(\"main\") {\n}\ntoolchain(\"host\") {\n  toolchain_args = { is_host = true }\n}\n",
        )
        .with(
            "BUILD.gn",
            "group(\"app\") {\n  deps = [ \"//a(//tc:host)\", \"//b:(//tc:host)\", \"//c(//tc:host)\" ]\n}\n",
        );
    let world = ["a", "b", "c"].iter().fold(world, |world, name| {
        world.with(&format!("{name}/BUILD.gn"), &format!("source_set(\"{name}\") {{\n}}\n"))
    });
    let build = world.load(&Settings::default(), &["//:app"]);
    assert_eq!(build.problems, []);
    assert_eq!(
        usages(&build, &["a", "b", "c"]),
        [
            "a: used //:app -> //a:a(//tc:host)",
            "b: used //:app -> //b:b(//tc:host)",
            "c: used //:app -> //c:c(//tc:host)"
        ]
    );
}

/// A program over two libraries that have shims, and a header-forwarding template like the real ones.
fn shimmed() -> World {
    small()
        .with(
            "BUILD.gn",
            "executable(\"app\") {\n  sources = [ \"a.cc\" ]\n  deps = [ \"//third_party/z\", \"//third_party/z:extra\", \"//third_party/z/kept\", \"//third_party/ok\" ]\n}\nexecutable(\"t\") {\n  testonly = true\n  sources = [ \"t.cc\" ]\n}\n",
        )
        .with("a.cc", "#include \"third_party/z/src/z.h\"\n#include \"third_party/z/src/internal.h\"\n#include \"third_party/z/kept/k.h\"\n#include \"third_party/z/wrapper.h\"\n#include \"third_party/z/z_flags.h\"\n#include \"third_party/ok/ok.h\"\n")
        .with("t.cc", "\n#include \"third_party/ok/hidden.h\"\n")
        .with("third_party/z/BUILD.gn", "source_set(\"z\") {\n}\nsource_set(\"extra\") {\n}\n")
        .with("third_party/z/src/internal.h", "")
        .with("third_party/ok/hidden.h", "")
        .with("third_party/other/third_party/z/own.h", "")
        .with("third_party/other/o.cc", "#include \"third_party/z/own.h\"\n#include \"third_party/z/never.h\"\n")
        .with("third_party/z/inside.c", "#include \"third_party/z/src/internal.h\"\n")
        .with("third_party/z/kept/BUILD.gn", "source_set(\"kept\") {\n}\n")
        .with("third_party/ok/BUILD.gn", "source_set(\"ok\") {\n}\n")
        .with("build/forward.gni", r#"
template("shim_headers") {
  _out = "$root_gen_dir/shim_headers/$target_name"
  action(target_name) {
    script = "//build/forward.py"
    outputs = []
    foreach(header, invoker.headers) {
      outputs += [ _out + "/" + rebase_path(invoker.root_path, "//") + "/" + header ]
    }
  }
}
"#)
        .with("build/linux/unbundle/z.gn", r#"
import("//build/forward.gni")
assert(!use_custom_libcxx, "the types differ")
shim_headers("z_shim") {
  root_path = "src"
  headers = [ "z.h" ]
}
action("flags") {
  script = "//x.py"
  outputs = [ "$target_gen_dir/z_flags.h" ]
}
source_set("z") {
  sources = [ "wrapper.h" ]
  deps = [ ":z_shim" ]
}
"#)
        .with("build/linux/unbundle/ok.gn", "import(\"//build/forward.gni\")\nshim_headers(\"shim\") {\n  root_path = \".\"\n  headers = [ \"ok.h\" ]\n}\nsource_set(\"ok\") {\n}\n")
        .with(replacement::SCRIPT, "REPLACEMENTS = {\n    'ok': 'third_party/ok/BUILD.gn',\n    'z': 'third_party/z/BUILD.gn',\n    'gone': 'third_party/gone/BUILD.gn',\n}\n")
}

#[test]
fn a_shim_is_proved_by_what_the_build_includes_and_names() {
    let world = shimmed();
    let settings = Settings { arguments: b"use_custom_libcxx = false\n".to_vec(), ..Settings::default() };
    let build = world.load(&settings, &["//:app"]);
    let script: &Arc<[u8]> = &world.0[replacement::SCRIPT.as_bytes()];
    let replacements = replacement::parse(script).unwrap();
    let read = |name: &[u8], text: &[u8]| -> Vec<Include> {
        let file = RepoPath::parse(name).unwrap();
        let found = if include::reads(name) { include::vendored(text) } else { Vec::new() };
        let include = |(line, header)| Include { file: file.clone(), line, header: RepoPath::parse(header).unwrap() };
        found.into_iter().map(include).collect()
    };
    let includes: Vec<_> = world.0.iter().flat_map(|(name, text)| read(name, text)).collect();
    let states = Reached::new(&build).states();
    let libraries = unbundle::prove(&world, &settings, (&build, &states), &replacements, &includes);
    let told: Vec<String> = libraries
        .iter()
        .map(|one| {
            let private =
                one.private.iter().map(|one| format!("{} by {:?} and {:?}", one.header, one.users, one.others));
            let user = |user: &unbundle::TargetUser| format!("{} ({})", user.label, user.place);
            let missing = one
                .missing
                .iter()
                .map(|one| format!("{} for {:?}", one.name, one.users.iter().map(user).collect::<Vec<_>>()));
            let all: Vec<String> = private.chain(missing).collect();
            format!("{} {} {} {} {all:?}", one.name, one.ran, one.header_blocked(), one.needs_system_cxx)
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"ok true false false ["third_party/ok/hidden.h by [] and [\"t.cc:2\"]"]"#,
            r#"z true true true ["third_party/z/src/internal.h by [\"a.cc:2\"] and []", "extra for [\"//:app (BUILD.gn:1)\"]"]"#,
            "gone false false false []",
        ]
    );
    let covered: Vec<&str> = libraries[1].covered.iter().map(|header| &**header).collect();
    assert_eq!(covered, ["third_party/z/src/z.h", "third_party/z/z_flags.h"]);
}

#[test]
fn what_is_not_used_says_why() {
    let build = small()
        .with(
            "BUILD.gn",
            r#"
import("//rules.gni")
executable("app") {
  sources = [ "a.cc" ]
  if (is_phone) {
    deps = [ "//third_party/phone" ]
  } else {
    deps = [ "//third_party/desk" ]
  }
}
executable("app_tests") {
  testonly = true
  deps = [ "//third_party/mock" ]
}
source_set("lonely") { deps = [ "//third_party/unwanted" ] }
"#,
        )
        .with(
            "rules.gni",
            "declare_args() { is_phone = false }\ntemplate(\"packed\") {\n  group(target_name) {\n    deps = [ \"//third_party/packer\" ]\n  }\n}\n",
        )
        .with("third_party/phone/BUILD.gn", "source_set(\"phone\") {\n}\n")
        .with("third_party/desk/BUILD.gn", "source_set(\"desk\") {\n}\n")
        .with("third_party/mock/BUILD.gn", "source_set(\"mock\") {\n}\n")
        .with("third_party/packer/BUILD.gn", "group(\"packer\") {\n}\n")
        .with("third_party/unwanted/BUILD.gn", "source_set(\"unwanted\") {\n}\n")
        .load(&Settings::default(), &["//:app"]);
    let names = ["phone", "desk", "mock", "packer", "unwanted", "nowhere"];
    let components: Vec<RepoPath> = names.iter().map(|name| path(&format!("third_party/{name}"))).collect();
    let wanted = [true, false, true, true, true, true];
    let told = Reached::new(&build).why(&components, &wanted);
    let told: Vec<String> = names
        .iter()
        .zip(&told)
        .map(|(name, reason)| {
            let Some(reason) = reason else { return format!("{name}: -") };
            let (test, place) = (reason.test.as_deref().unwrap_or("-"), reason.place.as_deref().unwrap_or("-"));
            format!("{name}: {:?} {test} {place}", reason.why)
        })
        .collect();
    assert_eq!(
        told,
        [
            "phone: Condition is_phone BUILD.gn:6",
            "desk: -",
            "mock: Tests - -",
            "packer: Template packed rules.gni:4",
            "unwanted: Unwanted - BUILD.gn:15",
            "nowhere: Unnamed - -",
        ]
    );
}

/// Lists of what may be removed left out files that no target names and without which the build cannot be generated.
#[test]
fn files_that_loaded_build_files_read_are_told() {
    let reads =
        |name: &str| format!("lines = read_file(\"{name}\", \"list lines\")\ngroup(\"it\") {{\n  data = lines\n}}\n");
    let world = small()
        .with("BUILD.gn", "group(\"app\") {\n  deps = [ \"//a:other\" ]\n}\n")
        .with(
            "a/BUILD.gn",
            "group(\"other\") {\n}\ngroup(\"tests\") {\n  testonly = true\n  deps = [ \"//b:it\" ]\n}\n",
        )
        .with("b/BUILD.gn", &format!("exec_script(\"//third_party/s/run.py\")\n{}", reads("list.txt")))
        .with("b/list.txt", "x\n")
        .with("alone/BUILD.gn", &reads("alone.txt"))
        .with("alone/alone.txt", "y\n");
    let files = ["BUILD.gn", "a/BUILD.gn", "b/BUILD.gn", "alone/BUILD.gn"].map(path);
    let roots = gn::Roots { labels: vec!["//:app".to_owned()], files: &files };
    let build = gn::load(&world, &Settings::default(), &roots);
    assert_eq!(build.problems, []);
    let told: Vec<&str> = build.looked_at().into_iter().collect();
    assert_eq!(told, ["//b/list.txt", "//third_party/s/run.py"]);
}
