//! Whole files, made here.

use proptest::prelude::*;

use super::super::Root;
use super::*;

const FILE: &str = r#"# A comment.
use_relative_paths = False
git_dependencies = 'SYNC'
vars = {
  'git': 'https://git.example',
  'fish_rev': '0123456789abcdef0123456789abcdef01234567',
  'standalone': True,
  'checkout_android': False,
  'checkout_extra': 'standalone and not checkout_android',
  'tool_version': Str('version:2@1.5'),
}
deps = {
  'src/third_party/fish/src': Var('git') + '/fish.git' + '@' + Var('fish_rev'),
  'src/third_party/bird': {
    'url': '{git}/bird.git@refs/tags/v1.2',
    'condition': 'standalone',
  },
  'src/third_party/android_thing': {
    'url': 'https://git.example/thing@'
           '89abcdef0123456789abcdef0123456789abcdef',
    'condition': 'checkout_extra',
  },
  'src/tools/cut': {
    'packages': [
      { 'package': 'infra/cut/${{platform}}', 'version': Var('tool_version') },
      { 'package': 'infra/saw', 'version': 'git_revision:00112233' },
    ],
    'dep_type': 'cipd',
    'condition': 'host_os == "linux"',
  },
  'src/data': {
    'dep_type': 'gcs',
    'bucket': 'bucket-of-data',
    'objects': [ { 'object_name': 'a/b.tar', 'sha256sum': 'ff', 'size_bytes': 1, 'generation': 2 } ],
  },
  'src/none': None,
  'src/broken': Var('nobody') + '@1',
}
deps_os = { 'win': { 'src/third_party/win': 'https://git.example/win@1234567' } }
recursedeps = [ 'src/third_party/fish/src', ('src/third_party/bird', 'DEPS.bird') ]
hooks = [ { 'name': 'x', 'action': ['python3', 'x.py'] } ]
"#;

fn read(text: &str) -> Parsed {
    parse(&RepoPath::parse(b"DEPS").unwrap(), text.as_bytes())
}

fn folder(path: &str) -> Root {
    Root::Folder(RepoPath::parse(path.as_bytes()).unwrap())
}

#[test]
fn every_kind_of_dependency_is_read() {
    let parsed = read(FILE);
    let found: Vec<_> = parsed
        .declared
        .iter()
        .map(|declared| {
            let text = |stated: &Option<Stated>| stated.as_ref().map_or_else(String::new, |stated| stated.text.clone());
            let holds = declared.condition.as_ref().map_or_else(|| "always".to_owned(), |c| format!("{:?}", c.holds));
            let revision = text(&declared.revision);
            format!(
                "{} {} {} {} {holds}",
                declared.line,
                text(&declared.name),
                &revision[..revision.len().min(10)],
                text(&declared.version)
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "13 fish 0123456789  always",
            "14 bird refs/tags/  Some(true)",
            "18 thing 89abcdef01  None",
            "25 infra/cut/${platform}  version:2@1.5 None",
            "26 infra/saw 00112233 git_revision:00112233 None",
            "31 data   always",
            "39 win 1234567  None",
        ]
    );
    assert_eq!(parsed.declared[0].root, folder("third_party/fish/src"));
    assert_eq!(parsed.declared[0].urls[0].text, "https://git.example/fish.git");
    assert_eq!(parsed.declared[5].urls[0].text, "gs://bucket-of-data/a/b.tar");
    assert_eq!(parsed.declared[5].fact(SHA256).unwrap().text, "ff");
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["37: the variable `nobody` is not set"]);
    let further: Vec<_> = parsed.further.iter().map(ToString::to_string).collect();
    assert_eq!(further, ["third_party/fish/src/DEPS", "third_party/bird/DEPS.bird"]);
    assert_eq!(parsed.facts[0].text, "SYNC");
}

#[test]
fn a_checkout_or_a_parent_decides_what_the_file_cannot() {
    let mut known = Vars::default();
    known.set("checkout_android", Variable::Flag(true));
    known.set("standalone", Variable::Flag(false));
    known.set("host_os", Variable::Text("linux".to_owned()));
    let evaluated = evaluate(&RepoPath::parse(b"DEPS").unwrap(), FILE.as_bytes(), &known);
    let holds: Vec<_> = evaluated.parsed.declared.iter().map(|d| d.condition.as_ref().and_then(|c| c.holds)).collect();
    assert_eq!(holds, [None, Some(false), Some(false), Some(true), Some(true), None, None]);
}

#[test]
fn include_rules_are_left_at_a_glance() {
    assert_eq!(read("include_rules = [\n  '+deps',\n broken ]]\n"), Parsed::default());
    assert!(!declares_something(b"depsx = 1\n deps = 1\ndeps == 2"));
    assert!(declares_something(b"x\ndeps={}"));
}

#[test]
fn revisions_and_users() {
    for (url, expected) in [
        ("https://h/p@r", ("https://h/p", Some("r"))),
        ("https://u@h/p@r@s", ("https://u@h/p", Some("r@s"))),
        ("https://u@h/p", ("https://u@h/p", None)),
        ("git@h:p.git@r", ("git@h:p.git", Some("r"))),
        ("/local@r", ("/local", Some("r"))),
        ("", ("", None)),
    ] {
        assert_eq!(split_revision(url), expected, "{url}");
    }
}

#[test]
fn wrong_shapes_are_problems_of_their_own() {
    let parsed = read(
        "deps = {\n 'a': 1,\n 'b': {'condition': '('},\n 'c': {'url': 'x@1', 'condition': 'a b'},\n 'd': {'dep_type': 'cipd'},\n 'e': {'dep_type': 'gcs'},\n 'f': {'dep_type': 'x'},\n 'g': [],\n 2: 'x',\n}\n",
    );
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "3: `b` has no `url`",
            "4: condition `a b`: something follows the condition",
            "5: `d` has no `packages`",
            "6: `e` has no `bucket`",
            "7: `x` is no known `dep_type`",
            "8: the value is no text",
        ]
    );
}

proptest! {
    #[test]
    fn mutated_files_are_read(at in 0..FILE.len(), cut in 0..40_usize, put in "['\"{}()\\[\\],:=\\\\\n a]{0,6}") {
        let mut bytes = FILE.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        parse(&RepoPath::parse(b"a/DEPS").unwrap(), &bytes);
    }

    #[test]
    fn any_assignment_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"deps = ", bytes.as_slice()].concat();
        parse(&RepoPath::parse(b"a/DEPS").unwrap(), &file);
    }
}
