//! The build joined with the inventory: every use, every verdict, every blocker, in small trees with GN files made here.

use std::collections::BTreeSet;

use forebay::audit::build::Options;
use forebay::audit::build_report::HookState;
use forebay::audit::execute::{self, Request};
use forebay::audit::package_lists::{self, PackageLists};
use forebay::audit::report::{AuditReport, Component, Use, Verdict};
use forebay::audit::{baseline, system, tools, verdict};
use forebay::distro::{Index, Package};
use forebay::path::RepoPath;
use forebay::profile::Profile;
use forebay::profile::catalog::Catalog;
use forebay::progress::Silent;
use forebay::report::package_lists::{List, render};
use forebay::report::{audit_markdown, audit_text, cyclonedx};
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};
use forebay::version::Scheme;

const SCRIPT: &str = "build/linux/unbundle/replace_gn_files.py";

/// A tree to which tests add libraries.
#[derive(Default, Clone)]
struct World {
    files: Vec<(String, String)>,
    shims: Vec<String>,
    deps: Vec<String>,
    sources: Vec<String>,
}

impl World {
    fn new() -> Self {
        Self::default()
            .file(".gn", "buildconfig = \"//build/BUILDCONFIG.gn\"\n")
            .file(
                "build/BUILDCONFIG.gn",
                "declare_args() {\n  use_custom_libcxx = false\n  use_maybe = false\n}\nset_default_toolchain(\"//build:main\")\n",
            )
            .file("build/BUILD.gn", "toolchain(\"main\") {\n}\n")
    }

    fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    /// A declared library with one source and one header.
    fn library(self, name: &str, more: &str, build: &str) -> Self {
        let readme = format!(
            "Name: {name}\nURL: https://example.com/{name}\nVersion: 1.2.0\nLicense: MIT\nSecurity Critical: no\nShipped: yes\n{more}\n"
        );
        self.file(&format!("third_party/{name}/README.chromium"), &readme)
            .file(&format!("third_party/{name}/{name}.c"), "int x;\n")
            .file(&format!("third_party/{name}/{name}.h"), "\n")
            .file(&format!("third_party/{name}/internal.h"), "\n")
            .file(&format!("third_party/{name}/BUILD.gn"), build)
    }

    /// A library that the program links.
    fn used(mut self, name: &str, more: &str) -> Self {
        self.deps.push(format!("//third_party/{name}"));
        let build = format!("static_library(\"{name}\") {{\n  sources = [ \"{name}.c\", \"{name}.h\" ]\n}}\n");
        self.library(name, more, &build)
    }

    /// A shim that forwards the library's one header and declares its one target.
    fn shim(mut self, name: &str, more: &str) -> Self {
        self.shims.push(name.to_owned());
        let text = format!(
            "{more}\naction(\"{name}_shim\") {{\n  script = \"//x.py\"\n  outputs = [ \"$root_gen_dir/shim_headers/{name}_shim/third_party/{name}/{name}.h\" ]\n}}\nsource_set(\"{name}\") {{\n  deps = [ \":{name}_shim\" ]\n}}\n"
        );
        self.file(&format!("build/linux/unbundle/{name}.gn"), &text)
    }

    /// A line of the program's source.
    fn includes(mut self, header: &str) -> Self {
        self.sources.push(format!("#include \"{header}\""));
        self
    }

    fn tree(&self) -> MemoryTree {
        let table: String =
            self.shims.iter().map(|name| format!("    '{name}': 'third_party/{name}/BUILD.gn',\n")).collect();
        let deps: Vec<String> = self.deps.iter().map(|label| format!("\"{label}\"")).collect();
        let app =
            format!("executable(\"app\") {{\n  sources = [ \"main.cc\" ]\n  deps = [ {} ]\n}}\n", deps.join(", "));
        let fixed = [
            (SCRIPT.to_owned(), format!("REPLACEMENTS = {{\n{table}}}\n")),
            ("app/BUILD.gn".to_owned(), app),
            ("app/main.cc".to_owned(), self.sources.join("\n") + "\n"),
        ];
        let mut tree = MemoryTree::new("weir");
        for (path, text) in fixed.iter().chain(&self.files) {
            tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, text.as_bytes()));
        }
        tree
    }

    fn audit(&self, arguments: &str, profile: &str, index: Option<&Index>) -> AuditReport {
        let packaging = Profile::parse("x", profile).map_err(|error| error.to_string()).unwrap().packaging;
        let catalog = Catalog::built_in();
        let tree = self.tree();
        let options = Options {
            roots: vec!["//app".to_owned()],
            arguments: arguments.as_bytes().to_vec(),
            named: Some("args.gn".to_owned()),
            open: BTreeSet::from(["use_maybe".to_owned()]),
            packaging: &packaging,
            jobs: Some(2),
        };
        let mut report = audited(&tree, &catalog, options);
        let indexes: Vec<Index> = index.into_iter().cloned().collect();
        system::join(&mut report, &indexes, &catalog);
        let too_old = tools::join(&mut report, &indexes);
        report.findings.extend(too_old);
        verdict::decide(&mut report, &packaging.unbundling);
        report
    }

    fn plain(&self) -> AuditReport {
        self.audit("", "", None)
    }
}

fn of<'r>(report: &'r AuditReport, name: &str) -> &'r Component {
    let id = format!("third_party/{name}");
    report.components.iter().find(|component| component.id == id).unwrap_or_else(|| panic!("{name}"))
}

fn kinds(component: &Component) -> Vec<&str> {
    component.blockers.iter().map(|blocker| blocker.kind.as_str()).collect()
}

fn codes(report: &AuditReport) -> BTreeSet<&str> {
    report.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn every_use_has_its_witness() {
    let report = World::new()
        .used("linked", "")
        .library("tests", "", "source_set(\"tests\") {\n  testonly = true\n  sources = [ \"tests.c\" ]\n}\n")
        .library("idle", "", "source_set(\"idle\") {\n  sources = [ \"idle.c\" ]\n}\n")
        .library("sometimes", "", "source_set(\"sometimes\") {\n  sources = [ \"sometimes.c\" ]\n}\n")
        .library("headers", "", "\n")
        .library("imported", "", "\n")
        .file("gen/BUILD.gn", "action(\"gen\") {\n  script = \"gen.py\"\n  outputs = [ \"$target_gen_dir/x\" ]\n  if (use_maybe) {\n    deps = [ \"//third_party/sometimes\" ]\n  }\n}\n")
        .file("gen/gen.py", "import sys\nsys.path.append('third_party/imported')\n")
        .includes("third_party/headers/headers.h");
    let mut world = report;
    world.deps.push("//gen".to_owned());
    let report = world.plain();
    let used = |name: &str| (of(&report, name).used.state, of(&report, name).used.condition.as_deref());
    assert_eq!(used("linked"), (Use::Used, None));
    assert_eq!(of(&report, "linked").used.witness, ["//app:app", "//third_party/linked:linked"]);
    assert_eq!(used("sometimes"), (Use::UsedIf, Some("use_maybe")));
    assert_eq!(used("headers"), (Use::UsedIf, Some("the include at app/main.cc:1")));
    assert_eq!(of(&report, "headers").used.witness, ["//app:app", "app/main.cc:1", "third_party/headers/headers.h"]);
    assert_eq!(used("imported"), (Use::HostOnly, None));
    assert_eq!(of(&report, "imported").used.witness, ["//app:app", "//gen:gen", "gen/gen.py:2"]);
    assert_eq!(used("tests"), (Use::TestOnly, None));
    assert_eq!(used("idle"), (Use::Unreachable, None));
    let verdicts = |name: &str| of(&report, name).verdict;
    assert_eq!((verdicts("tests"), verdicts("idle")), (Verdict::UnusedDelete, Verdict::UnusedDelete));
    assert_eq!((verdicts("imported"), verdicts("headers")), (Verdict::Keep, Verdict::Keep));
    let lists = &report.build.as_ref().unwrap().lists;
    assert_eq!(lists.removable, ["third_party/idle", "third_party/tests"]);
    assert_eq!(
        lists.keeplibs,
        ["third_party/headers", "third_party/imported", "third_party/linked", "third_party/sometimes"]
    );
}

#[test]
fn a_shim_that_gives_everything_frees_its_library() {
    let world = World::new().used("free", "").shim("free", "").includes("third_party/free/free.h");
    let report = world.plain();
    assert_eq!((of(&report, "free").verdict, kinds(of(&report, "free"))), (Verdict::UnbundleNow, vec![]));
    let build = report.build.as_ref().unwrap();
    assert_eq!(build.lists.system_libraries, ["free"]);
    assert!(build.lists.keeplibs.is_empty() && build.lists.needed == ["third_party/free"]);
    assert_eq!((report.summary.unbundle_now, report.summary.blocked), (1, 0));
    assert_eq!((build.shims[0].headers, build.shims[0].targets, build.shims[0].proved), (1, 2, true));
}

#[test]
fn an_include_past_the_shim_blocks_and_one_elsewhere_does_not() {
    let world = World::new().used("private", "").shim("private", "");
    let blocked = world.clone().includes("third_party/private/internal.h").plain();
    let component = of(&blocked, "private");
    assert_eq!((component.verdict, kinds(component)), (Verdict::Blocked, vec!["private-header"]));
    assert_eq!(component.blockers[0].places, ["app/main.cc:1"]);
    let other = world.file("win/main.cc", "#include \"third_party/private/internal.h\"\n").plain();
    let component = of(&other, "private");
    assert_eq!((component.verdict, kinds(component)), (Verdict::UnbundleWithPatch, vec!["private-header-elsewhere"]));
    assert_eq!(component.blockers[0].places, ["win/main.cc:1"]);
}

#[test]
fn a_missing_target_and_local_changes_want_a_patch() {
    let mut world = World::new().used("part", "").shim("part", "");
    world.deps.push("//third_party/part:extra".to_owned());
    world = world.file("third_party/part/more.gni", "\n");
    let build = "static_library(\"part\") {\n  sources = [ \"part.c\" ]\n}\nsource_set(\"extra\") {\n}\n";
    let report = world.file("third_party/part/BUILD.gn", build).plain();
    let component = of(&report, "part");
    assert_eq!((component.verdict, kinds(component)), (Verdict::UnbundleWithPatch, vec!["shim-missing-target"]));
    assert_eq!(component.blockers[0].places, ["app/BUILD.gn:1"]);
    let changed = World::new().used("changed", "Local Modifications:\n- more\n").shim("changed", "").plain();
    let component = of(&changed, "changed");
    assert_eq!((component.verdict, kinds(component)), (Verdict::UnbundleWithPatch, vec!["modified"]));
}

#[test]
fn a_cxx_interface_blocks_only_beside_the_bundled_cxx_library() {
    let world =
        World::new().used("own", "").shim("own", "assert(!use_custom_libcxx)\n").used("told", "").shim("told", "");
    let profile = "[[unbundle.known]]\nshim = \"told\"\nkind = \"cxx-abi\"\nwhy = \"C++\"\n";
    let bundled = world.audit("use_custom_libcxx = true\n", profile, None);
    for name in ["own", "told"] {
        assert_eq!(
            (of(&bundled, name).verdict, kinds(of(&bundled, name))),
            (Verdict::Blocked, vec!["cxx-abi"]),
            "{name}"
        );
    }
    assert_eq!(of(&bundled, "own").blockers[0].places, ["build/linux/unbundle/own.gn"]);
    let system = world.audit("", profile, None);
    assert_eq!((of(&system, "own").verdict, of(&system, "told").verdict), (Verdict::UnbundleNow, Verdict::UnbundleNow));
}

#[test]
fn known_blockers_forks_and_partners() {
    let world = World::new()
        .used("schema", "")
        .shim("schema", "")
        .used("fork", "Update Mechanism: Static.HardFork (https://crbug.com/1)\n")
        .shim("fork", "")
        .used("partner", "")
        .shim("partner", "");
    let profile = "[[unbundle.known]]\nshim = \"schema\"\nkind = \"pinned-schema\"\nwhy = \"exact\"\n[[unbundle.together]]\nshims = [\"schema\", \"part*\"]\nwhy = \"they share types\"\n";
    let report = world.audit("", profile, None);
    let found = |name: &str| (of(&report, name).verdict, kinds(of(&report, name)));
    assert_eq!(found("schema"), (Verdict::Blocked, vec!["pinned-schema"]));
    assert_eq!(found("fork"), (Verdict::Blocked, vec!["forked"]));
    assert_eq!(found("partner"), (Verdict::Blocked, vec!["pair-mismatch"]));
    let alone = world.audit("", "", None);
    assert_eq!(of(&alone, "partner").verdict, Verdict::UnbundleNow);
    // A version that nobody looked up is no proof, neither of the library nor of its partner.
    let profile = profile.replace("pinned-schema\"", "min-version\"\nmin = \"1.2\"");
    let unread = world.audit("", &profile, None);
    let found = |name: &str| (of(&unread, name).verdict, kinds(of(&unread, name)));
    assert_eq!(found("schema"), (Verdict::UnbundleWithPatch, vec!["version-unknown"]));
    assert_eq!(found("partner"), (Verdict::UnbundleWithPatch, vec!["pair-open"]));
    let keepers = render(&report, List::Keepers);
    assert!(keepers.contains("partner  # pair-mismatch: schema stays"), "{keepers}");
}

fn index(packages: &[(&str, &str)]) -> Index {
    let mut index = Index::new("here", Scheme::Dpkg);
    for (name, version) in packages {
        index.add(Package { name: (*name).into(), version: (*version).into(), ..Package::default() });
    }
    index
}

#[test]
fn the_distribution_has_the_last_word() {
    let world = World::new().used("brotli", "").shim("brotli", "").used("opus", "");
    let verdict = |version: &str| {
        let report = world.audit("", "", Some(&index(&[("brotli", version), ("opus", "9-1")])));
        (of(&report, "brotli").verdict, kinds(of(&report, "brotli")).join(" "))
    };
    assert_eq!(verdict("1.2.0-1"), (Verdict::UnbundleNow, String::new()));
    assert_eq!(verdict("1.1.0-1"), (Verdict::Blocked, "too-old".to_owned()));
    assert_eq!(verdict("20260101-1"), (Verdict::UnbundleWithPatch, "version-unknown".to_owned()));
    // Where it is known which version will do, the bundled one may be newer.
    let known = "[[unbundle.known]]\nshim = \"brotli\"\nkind = \"min-version\"\nmin = \"1.1\"\nwhy = \"a function\"\n";
    for (version, expected) in [("1.1.0-1", Verdict::UnbundleNow), ("1.0.9-2", Verdict::Blocked)] {
        let report = world.audit("", known, Some(&index(&[("brotli", version)])));
        assert_eq!(of(&report, "brotli").verdict, expected, "{version}");
    }
    let report = world.audit("", "", Some(&index(&[("opus", "9-1")])));
    assert_eq!((of(&report, "brotli").verdict, kinds(of(&report, "brotli"))), (Verdict::Blocked, vec!["not-packaged"]));
    assert_eq!((of(&report, "opus").verdict, kinds(of(&report, "opus"))), (Verdict::Blocked, vec!["no-shim"]));
}

#[test]
fn parts_that_the_shim_compiles_stay() {
    let more = "source_set(\"additions\") {\n  sources = [ \"ours/a.cc\" ]\n}\n";
    let world = World::new().used("kept", "").shim("kept", more).file("third_party/kept/ours/a.cc", "\n");
    let report = world.plain();
    let component = of(&report, "kept");
    assert_eq!((component.verdict, kinds(component)), (Verdict::UnbundleNow, vec!["kept-additions"]));
    assert_eq!(report.build.as_ref().unwrap().lists.keeplibs, ["third_party/kept/ours"]);
    let shell = render(&report, List::PrepRemoval);
    assert!(shell.contains("find third_party/kept ") && shell.contains("! -path 'third_party/kept/ours/*'"), "{shell}");
}

#[test]
fn what_holds_a_needed_part_is_not_deleted() {
    let world = World::new()
        .library("outer", "", "source_set(\"outer\") {\n  sources = [ \"outer.c\" ]\n}\n")
        .file(
            "third_party/outer/third_party/inner/README.chromium",
            "Name: inner\nURL: https://example.com\nVersion: 1\nLicense: MIT\nSecurity Critical: no\nShipped: yes\n",
        )
        .file("third_party/outer/third_party/inner/inner.c", "\n")
        .file(
            "third_party/outer/third_party/inner/BUILD.gn",
            "source_set(\"inner\") {\n  sources = [ \"inner.c\" ]\n}\n",
        );
    let mut world = world;
    world.deps.push("//third_party/outer/third_party/inner".to_owned());
    let report = world.plain();
    assert_eq!((of(&report, "outer").used.state, of(&report, "outer").verdict), (Use::Unreachable, Verdict::Keep));
    assert_eq!(report.build.unwrap().lists.keeplibs, ["third_party/outer/third_party/inner"]);
}

#[test]
fn arguments_and_hooks_that_do_nothing_are_found() {
    let world = World::new()
        .file("hooks.gni", "declare_args() {\n  use_system_live = false\n  use_system_dead = false\n}\n")
        .file("hook/BUILD.gn", "import(\"//hooks.gni\")\nif (use_system_live) {\n  group(\"hook\") {\n  }\n}\n")
        .file("bad/BUILD.gn", "group(\"bad\" {\n");
    let report = world.audit("use_system_live = true\nuse_system_gone = true\nuse_custom_libcxx = false\n", "", None);
    let hooks: Vec<(&str, HookState)> =
        report.build.as_ref().unwrap().hooks.iter().map(|hook| (hook.name.as_str(), hook.state)).collect();
    assert_eq!(
        hooks,
        [
            ("use_system_dead", HookState::NoEffect),
            ("use_system_gone", HookState::Vanished),
            ("use_system_live", HookState::Set)
        ]
    );
    assert!(codes(&report).is_superset(&BTreeSet::from([
        "gn-argument-unknown",
        "gn-hook-without-effect",
        "gn-file-unreadable"
    ])));
}

#[test]
fn the_packages_lists_are_checked() {
    let world = World::new()
        .used("free", "")
        .shim("free", "")
        .used("stuck", "")
        .shim("stuck", "")
        .includes("third_party/stuck/internal.h")
        .library("idle", "", "source_set(\"idle\") {\n  sources = [ \"idle.c\" ]\n}\n");
    let mut report = world.plain();
    let lists = PackageLists {
        keeplibs: Some(("keep".into(), b"third_party/gone\nthird_party/idle\n".to_vec())),
        keepers: Some(("unbundle".into(), b"keepers = (\n 'free', # old\n 'nobody',\n)\n".to_vec())),
        excluded: Some(("copyright".into(), b"Files-Excluded:\n third_party/stuck/*\n".to_vec())),
    };
    let exists = |paths: &[&str]| paths.iter().map(|path| *path != "third_party/gone").collect::<Vec<bool>>();
    let findings = package_lists::check(&report, &lists, &exists);
    let told: Vec<(&str, &str)> =
        findings.iter().map(|finding| (finding.code.as_str(), finding.places[0].as_str())).collect();
    assert_eq!(
        told,
        [
            ("keeplib-vanished", "keep:1"),
            ("keeplib-superfluous", "keep:2"),
            ("keeplib-missing", "keep"),
            ("keeper-superfluous", "unbundle:2"),
            ("keeper-vanished", "unbundle:3"),
            ("keeper-missing", "unbundle"),
            ("excluded-needed", "copyright:2"),
            ("excluded-missing", "copyright"),
        ]
    );
    assert!(findings.iter().any(|finding| finding.message.contains("the build needs `third_party/stuck`")));
    package_lists::mark(&mut report, &lists);
    let expected = "\
result   list    audit               shim   why
differ   keep    unbundle-now        free   nothing of the tree stands in its way
differ   system  blocked             stuck  private-header: the shim does not forward third_party/stuck/internal.h

2 shims: 2 differ, 0 want a look, 0 agree, 0 are open
";
    assert_eq!(render(&report, List::KeepersCompared), expected);
    assert_eq!(render(&report, List::Keeplibs), "third_party/stuck\n");
    assert_eq!(render(&report, List::GnSystemLibs), "free\n");
    assert_eq!(
        render(&report, List::FilesExcluded),
        "Files-Excluded:\n third_party/idle/*\nFiles-Included:\n *.gn\n *.gni\n"
    );
}

#[test]
fn tools_are_held_against_the_index_and_the_baseline() {
    let with = |clang: &str| {
        let world =
            World::new().used("a", "").file("tools/clang/scripts/update.py", &format!("RELEASE_VERSION = '{clang}'\n"));
        world.audit("", "", Some(&index(&[("llvm-toolchain-19", "1:19.1.7-3")])))
    };
    let (before, mut after) = (with("19"), with("23"));
    assert!(!codes(&before).contains("toolchain-too-old") && codes(&after).contains("toolchain-too-old"));
    after.changes = Some(baseline::compare(&before, &after));
    let floors = &after.changes.as_ref().unwrap().floors;
    assert_eq!(
        (floors[0].name.as_str(), floors[0].old.as_deref(), floors[0].new.as_deref()),
        ("clang", Some("19"), Some("23"))
    );
    let options = forebay::report::text::TextOptions::default();
    let text = audit_text::audit(&after, &options);
    assert!(text.contains("clang 23 (system 19.1.7: too old)") && text.contains("clang 19 -> 23"), "{text}");
    let markdown = audit_markdown::render(&after);
    assert!(markdown.contains("1 tool moved") && markdown.contains("llvm-toolchain-19 19.1.7"), "{markdown}");
}

#[test]
fn a_baseline_tells_shims_hooks_and_keeplibs_that_moved() {
    let old = World::new().used("a", "").shim("a", "").shim("b", "").includes("third_party/a/internal.h").plain();
    let new = World::new()
        .used("c", "")
        .shim("a", "")
        .file("x.gni", "declare_args() {\n  use_system_x = false\n}\n")
        .file("x/BUILD.gn", "import(\"//x.gni\")\n")
        .plain();
    let changes = baseline::compare(&old, &new);
    let names = |list: &[forebay::audit::report::Change]| {
        list.iter().map(|one| format!("{}{}", if one.old.is_none() { "+" } else { "-" }, one.name)).collect::<Vec<_>>()
    };
    assert_eq!(names(&changes.hooks), ["-shim b", "+use_system_x"]);
    assert_eq!(names(&changes.keeplibs), ["-third_party/a", "+third_party/c"]);
    assert!(!changes.is_empty() && baseline::compare(&old, &old).is_empty());
}

#[test]
fn other_formats_tell_use_and_blockers() {
    let report = World::new().used("a", "").shim("a", "").includes("third_party/a/internal.h").plain();
    let bom = cyclonedx::render(&report);
    assert!(bom.contains("forebay:used") && bom.contains("private-header: the shim does not forward"), "{bom}");
    let markdown = audit_markdown::render(&report);
    assert!(markdown.contains("Unbundling: 1 blocked") && markdown.contains("private-header"), "{markdown}");
}

#[test]
fn a_tree_without_gn_is_judged_by_its_switches() {
    let mut tree = MemoryTree::new("weir");
    let readme = |name: &str| {
        format!(
            "Name: {name}\nURL: https://example.com\nVersion: 1.2.0\nLicense: MIT\nSecurity Critical: no\nShipped: yes\n"
        )
    };
    let files = [
        ("third_party/zlib/README.chromium", readme("zlib")),
        ("third_party/zlib/zlib.c", "\n".to_owned()),
        ("third_party/zlib/zlib.h", "\n".to_owned()),
        ("third_party/zlib/CMakeLists.txt", "find_package(brotli)\n".to_owned()),
        ("third_party/brotli/README.chromium", readme("brotli")),
        ("third_party/brotli/brotli.c", "\n".to_owned()),
        ("third_party/opus/README.chromium", readme("opus")),
        ("third_party/opus/opus.c", "\n".to_owned()),
        ("third_party/expat/README.chromium", readme("expat")),
        ("third_party/expat/expat.h", "\n".to_owned()),
        (
            "CMakeLists.txt",
            "option(USE_SYSTEM_ZLIB \"\")\nfind_package(Opus)\noption(USE_SYSTEM_EXPAT \"\")\n".to_owned(),
        ),
        ("src/a.c", "#include \"../third_party/expat/expat.h\"\n".to_owned()),
    ];
    for (path, text) in files {
        tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, text.into_bytes()));
    }
    let (catalog, packaging) = (Catalog::built_in(), Profile::parse("x", "").unwrap().packaging);
    let options = Options {
        roots: Vec::new(),
        arguments: Vec::new(),
        named: None,
        open: BTreeSet::new(),
        packaging: &packaging,
        jobs: None,
    };
    let mut report = audited(&tree, &catalog, options);
    verdict::decide(&mut report, &packaging.unbundling);
    let found = |name: &str| (of(&report, name).verdict, kinds(of(&report, name)));
    assert_eq!(found("zlib"), (Verdict::UnbundleNow, vec![]));
    assert_eq!(of(&report, "zlib").switches, ["USE_SYSTEM_ZLIB (CMakeLists.txt:1)"]);
    assert_eq!(found("opus"), (Verdict::UnbundleWithPatch, vec!["no-switch"]));
    assert_eq!(found("brotli"), (Verdict::Keep, vec![]), "a search inside of another library is not the tree's");
    assert_eq!(found("expat"), (Verdict::UnbundleWithPatch, vec!["private-header"]));
    assert_eq!(of(&report, "expat").blockers[0].places, ["src/a.c:1"]);
}

#[test]
fn a_library_that_the_source_package_left_out_is_wanted_from_the_system() {
    let mut world = World::new().shim("absent", "").includes("third_party/absent/absent.h");
    world.deps.push("//third_party/absent".to_owned());
    let build = world.plain().build.unwrap();
    assert_eq!((build.shims[0].wanted, build.shims[0].verdict), (true, Some(Verdict::UnbundleNow)));
    assert_eq!(build.lists.system_libraries, ["absent"]);
}

#[test]
fn parts_with_a_shim_each_are_replaced_together() {
    let mut world = World::new().library("whole", "", "\n");
    let table = "    'whole_a': 'third_party/whole/a/BUILD.gn',\n    'whole_b': 'third_party/whole/b/BUILD.gn',\n";
    for part in ["a", "b"] {
        let other = if part == "a" { "b" } else { "a" };
        let build = format!(
            "source_set(\"{part}\") {{\n  sources = [ \"{part}.c\" ]\n}}\nsource_set(\"inner\") {{\n  deps = [ \"../{other}:hidden\" ]\n}}\nsource_set(\"hidden\") {{\n}}\n"
        );
        let source = format!("#include \"third_party/whole/{other}/hidden.h\"\n");
        world = world
            .file(&format!("third_party/whole/{part}/BUILD.gn"), &build)
            .file(&format!("third_party/whole/{part}/{part}.c"), &source)
            .file(&format!("third_party/whole/{part}/hidden.h"), "\n")
            .file(&format!("build/linux/unbundle/whole_{part}.gn"), &format!("source_set(\"{part}\") {{\n}}\n"));
        world.deps.push(format!("//third_party/whole/{part}"));
    }
    let mut tree = world.clone();
    tree.files.push((SCRIPT.to_owned(), format!("REPLACEMENTS = {{\n{table}}}\n")));
    let report = tree.plain();
    assert_eq!((of(&report, "whole").verdict, kinds(of(&report, "whole"))), (Verdict::UnbundleNow, vec![]));
}

/// The audit of a tree, nothing joined yet.
fn audited(tree: &MemoryTree, catalog: &Catalog, options: Options<'_>) -> AuditReport {
    let request = Request {
        tree,
        catalog,
        ignore_metadata: false,
        copyright: None,
        cache: None,
        jobs: None,
        build: Some(options),
        progress: &Silent,
    };
    execute::execute(&request).unwrap()
}
