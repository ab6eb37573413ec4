//! Inputs made here, so that the mutation test runs without any upstream at hand.

use std::fmt::Write as _;

use forebay::patch::{self, PatchFile, make};
use forebay::path::RepoPath;
use forebay::queue::QueuePatch;
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};

use super::{Fate, Table, Triple, judge, mutants, triples};

fn code() -> String {
    let mut text = String::from("#include <string>\n\n#include \"base/files.h\"\n#include \"base/status.h\"\n\n");
    for (number, name) in ["Open", "Read", "Check", "Close", "Flush", "Reset"].into_iter().enumerate() {
        let _ = write!(
            text,
            "Status {name}Device(Device* device, int mode_{number}) {{\n  const size_t limit_{number} = device->Limit({number});\n  \
             if (mode_{number} > 3) {{\n    LogFailure(device, \"{name} failed\");\n    return Status::Invalid();\n  }}\n\n  \
             device->set_state(State::k{name});\n  Queue{name}(device, limit_{number});\n  UpdateCount_{number}(device);\n  \
             return Status::Ok();\n}}\n\n"
        );
    }
    text
}

fn list() -> String {
    let names = ["alpha", "block", "cache", "disk", "engine", "frame", "graph", "hash"];
    let items: String = names.iter().map(|name| format!("    \"core/{name}_main.cc\",\n")).collect();
    format!(
        "source_set(\"core\") {{\n  sources = [\n{items}  ]\n\n  deps = [\n    \"//base:files\",\n    \"//net:socket\",\n  ]\n}}\n"
    )
}

fn script() -> String {
    let mut text = String::from("import os\nimport sys\n\nfrom build import targets\n\n\n");
    for name in ["collect", "resolve", "package"] {
        let _ = write!(
            text,
            "def {name}_files(folder, flags):\n    found_names = []\n    for name in sorted(os.listdir(folder)):\n        \
             if targets.is_hidden(name):\n            continue\n        found_names.append(targets.{name}(name, flags))\n    \
             if not found_names:\n        raise ValueError('no files for {name}')\n    return found_names\n\n\n"
        );
    }
    text
}

/// Files before and after a patch of several edits.
fn changes() -> Vec<(&'static str, String, String)> {
    let (code, list, script) = (code(), list(), script());
    let patched = code
        .replace(
            "    LogFailure(device, \"Check failed\");\n",
            "    LogFailure(device, \"Check failed\");\n    CountRejected(device->owner());\n",
        )
        .replace("  QueueRead(device, limit_1);\n", "  QueueRead(device, kDistributionLimit);\n")
        .replace("  device->set_state(State::kFlush);\n", "")
        .replace("#include \"base/files.h\"\n", "#include \"base/files.h\"\n#include \"base/owner.h\"\n");
    let block = code.replace(
        "  UpdateCount_3(device);\n",
        "#if defined(DISTRIBUTION)\n  ReleaseLocks(device, mode_3);\n#endif\n  UpdateCount_3(device);\n",
    );
    let items = list
        .replace("    \"core/disk_main.cc\",\n", "    \"core/disk_main.cc\",\n    \"core/distribution_main.cc\",\n")
        .replace("    \"//net:socket\",\n", "");
    let lines = script
        .replace("        if targets.is_hidden(name):\n            continue\n        found_names.append(targets.resolve", "        if targets.is_hidden(name) or name in own_excluded_names():\n            continue\n        found_names.append(targets.resolve")
        .replace("        raise ValueError('no files for package')\n", "        return None\n");
    vec![
        ("src/device.cc", code.clone(), patched),
        ("src/locks.cc", code, block),
        ("core/BUILD.gn", list, items),
        ("tools/collect.py", script, lines),
    ]
}

fn own() -> Vec<Triple> {
    let mut tree = MemoryTree::new("old");
    let mut patches = Vec::new();
    for (number, (path, base, theirs)) in changes().into_iter().enumerate() {
        let path = RepoPath::parse(path.as_bytes()).expect("a path");
        let sides = [base.as_bytes(), theirs.as_bytes()].map(|text| Some((0o100_644, text)));
        let file = make::file_patch(&path, &path, sides[0], sides[1], 3);
        let source = PatchFile { files: vec![file], ..PatchFile::default() }.print();
        let patch = patch::parse(&source).expect("what was printed can be read");
        let name = format!("{number}.patch");
        patches.push(QueuePatch { name, source: source.into(), patch, strip: 1, reverse: false, exact: None });
        tree.insert(path, File::new(Mode::Regular, base.into_bytes()));
    }
    triples(&patches, &tree)
}

#[test]
fn nothing_is_wrong_without_a_person() {
    let triples = own();
    assert_eq!(triples.len(), 4);
    let mut table = Table::default();
    for triple in &triples {
        for seed in 0..12 {
            for mutant in mutants::of(triple, seed) {
                let (fate, got) = judge(triple, &mutant);
                table.add(mutant.class, fate);
                assert!(
                    fate != Fate::Wrong,
                    "{} in {}, seed {seed}\nupstream:\n{}\ngot:\n{}",
                    mutant.class.words(),
                    triple.path,
                    String::from_utf8_lossy(&mutant.ours),
                    String::from_utf8_lossy(&got)
                );
            }
        }
    }
    assert!(table.all() >= 400, "{}", table.print());
    assert!(table.count(Fate::Right) * 2 > table.all(), "more than half needs no person:\n{}", table.print());
}
