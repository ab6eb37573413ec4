//! Laws that hold for every format: reading is total, its lines lie in the file, its size is bounded by the file's.

use proptest::prelude::*;

use super::*;

/// A small file of each format.
const SAMPLES: &[(&str, &str)] = &[
    (
        "a/README.chromium",
        "Name: a\nURL: https://h/a\nVersion: 1\nMitigated: CVE-2024-1\nCVE-2024-1: x\nLicense: MIT\nDescription:\nx\n",
    ),
    ("a/README.fish", "Name: a\nURL: https://h/a\nVersion: 1\nLocal Modifications: none\n"),
    ("a/additional_readme_paths.json", "[\"b\", \"../c\"]"),
    (
        "DEPS",
        "vars = {'a': 'b'}\ndeps = {'src/x': Var('a') + '@{a}', 'src/y': {'url': 'z@1', 'condition': 'a == \"b\"'}}\n",
    ),
    ("a/moz.yaml", "origin:\n  name: a\n  license: [MIT]\nvendoring:\n  patches:\n    - b.patch\n"),
    ("a/qt_attribution.json", "[{\"Id\": \"a\", \"Name\": \"b\", \"CPE\": [\"cpe:/a:b:c\"], \"Files\": \"x y\"}]"),
    (
        "a/METADATA",
        "name: \"a\"\nthird_party { url { type: GIT value: \"b\" } last_upgrade_date { year: 1 month: 2 day: 3 } }\n",
    ),
    (
        "a/package.json",
        "{\"name\": \"@a/b\", \"version\": \"1\", \"licenses\": [{\"type\": \"MIT\"}], \"repository\": \"x\"}",
    ),
    ("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1\"\nlicense-file = \"../x\"\n"),
    (
        "Cargo.lock",
        "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"git+https://h/a#1\"\n[metadata]\nx = \"y\"\n",
    ),
    ("a/.cargo_vcs_info.json", "{\"git\": {\"sha1\": \"0\", \"dirty\": true}}"),
    ("a/.cargo-checksum.json", "{\"files\": {\"a\": \"b\"}, \"package\": null}"),
    ("a/go.mod", "module a\nrequire (\n b v1 // indirect\n)\nreplace b => ../c\n"),
    ("vendor/modules.txt", "# a v1\n## explicit\na/b\n# c v1 => ./d\n"),
    (
        "x.dist-info/METADATA",
        "Metadata-Version: 2\nName: a\nVersion: 1\nProject-URL: b, https://h\nClassifier: License :: MIT\n",
    ),
    ("a/vendor.txt", "a[b]==1\nc @ git+https://h/c@2\n"),
    (".gitmodules", "[submodule \"a\"]\n\tpath = b\n\turl = ../c.git\n"),
    ("a/.gitrepo", "[subrepo]\n\tremote = a\n\tcommit = b\n"),
    (
        "a/b.wrap",
        "[wrap-file]\ndirectory = b-1.2\nsource_url = https://h\ndiff_files = x, y\n[provide]\ndependency_names = b\n",
    ),
    (
        "vcpkg.json",
        "{\"name\": \"a\", \"version\": \"1\", \"dependencies\": [\"b\", {\"name\": \"c\", \"version>=\": \"2\"}]}",
    ),
    ("conanfile.txt", "[requires]\na/1@b/c\n"),
    (
        "conanfile.py",
        "class A(B):\n  name = 'a'\n  requires = 'b/1', 'c/2'\n  def f(self):\n    self.requires('d/3')\n",
    ),
    (
        "MODULE.bazel",
        "module(name = 'a', version = '1')\nbazel_dep(name = 'b')\ngit_override(module_name = 'b', remote = 'c')\n",
    ),
    ("a_deps.bzl", "def f():\n  http_archive(name = 'a', urls = ['https://h'], patches = ['//b:c'])\n"),
    ("a/CMakeLists.txt", "set(A \"b\")\nFetchContent_Declare(a GIT_REPOSITORY https://h/${A} GIT_TAG [[x]])\n"),
    (
        "debian/copyright",
        "Format: x\nUpstream-Name: a\nSource: https://h\n\nFiles: * b\nCopyright: c\nLicense: MIT\n d\n",
    ),
];

fn read(path: &str, bytes: &[u8]) -> Parsed {
    let path = RepoPath::parse(path.as_bytes()).expect("a path");
    let format = kind_of(path.as_bytes()).expect("the name of a manifest");
    parse(format, &path, bytes)
}

/// What must hold of whatever was read.
fn check(path: &str, bytes: &[u8]) {
    let parsed = read(path, bytes);
    let lines = bytes.split(|byte| *byte == b'\n').count();
    for declared in &parsed.declared {
        let stated = [&declared.name, &declared.version, &declared.license, &declared.revision];
        let all = stated.into_iter().flatten().map(|stated| stated.line).chain([declared.line]);
        for line in
            all.chain(declared.urls.iter().map(|url| url.line)).chain(declared.facts.iter().map(|fact| fact.line))
        {
            assert!((1..=lines).contains(&line), "{path}: line {line} of {lines}");
        }
    }
    assert!(parsed.problems.iter().all(|problem| (1..=lines).contains(&problem.line)), "{path}: {:?}", parsed.problems);
    assert!(parsed.declared.len() + parsed.problems.len() <= 8 * bytes.len() + 8, "{path}");
    let json = serde_json::to_string(&parsed).expect("a value without odd keys");
    assert_eq!(serde_json::from_str::<Parsed>(&json).expect("what was written"), parsed);
}

#[test]
fn every_format_has_a_sample_that_says_something() {
    for format in Format::ALL {
        let (path, text) =
            SAMPLES.iter().find(|(path, _)| kind_of(path.as_bytes()) == Some(format)).expect("a sample of each format");
        let parsed = read(path, text.as_bytes());
        assert_ne!(parsed, Parsed::default(), "{path}");
        assert!(parsed.declared.iter().all(|declared| declared.format == format), "{path}");
        check(path, text.as_bytes());
    }
}

#[test]
fn a_file_that_is_too_long_is_one_problem() {
    let parsed = read("a/package.json", &vec![b' '; LONGEST + 1]);
    assert_eq!(parsed.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::TooLarge]);
}

#[test]
fn long_hostile_files_end_soon() {
    // Repeats of what opens something, in every format; the debug build takes a second for all of them.
    for (path, text) in SAMPLES {
        for unit in [
            "(",
            "[",
            "{",
            "\"",
            "'",
            "a:",
            "a.",
            "- ",
            "${",
            "\\",
            "#[[",
            "not ",
            "=>",
            "[a]\n",
            "Name: a\n",
            "CVE-2024-1: a\n",
            "Local Modifications:\n\n\n\n",
            "replace a => b\n",
            "[a,",
            "\"\\",
            "a\n",
            text,
        ] {
            read(path, unit.repeat(20_000 / unit.len()).as_bytes());
            read(path, format!("{text}{}", unit.repeat(20_000 / unit.len())).as_bytes());
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for (path, text) in SAMPLES {
            check(path, &bytes);
            check(path, &[text.as_bytes(), &bytes].concat());
        }
    }

    #[test]
    fn mutated_samples_are_read(at in any::<prop::sample::Index>(), cut in 0..20_usize, put in "[\\[\\](){}\"':,=#@/. \\-\na1]{0,8}") {
        for (path, text) in SAMPLES {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.bytes());
            check(path, &bytes);
        }
    }
}
