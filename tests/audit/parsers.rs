//! Every parser of the audit takes any input: no panic, and what it gives is bounded by what it was given.

use forebay::audit::facts::{Fact, ProjectFile};
use forebay::audit::version_rule::Ready;
use forebay::audit::{prebuilt, project_file};
use forebay::manifest::{self, Format};
use forebay::path::RepoPath;
use forebay::profile::catalog::VersionRule;
use proptest::prelude::*;

/// The fields that a format can miss in an empty file.
const FIELDS: usize = 16;

/// The longest version text that a report shows.
const VERSION: usize = 64;

/// Bytes as they come, and text that is nearly what a file of these kinds holds.
fn content(words: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let near = proptest::collection::vec(words, 0..24).prop_map(|words| words.concat().into_bytes());
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..400), near]
}

const HEADER: &str = "(#|define|  |\\t|V|V_MAJOR|V_MINOR|[(]|[)]|\"|[0-9]{1,30}|0x|[.]|L|\\n|//|é)";

const PROJECT: &str =
    "(AC_INIT|project|[(]|[)]|\\[|\\]|VERSION|version|Version|:|=|'|\"|,|[0-9]{1,9}|[.]|\\n| |#|Name|m4_define|name|é)";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn version_rules_take_any_header(bytes in content(HEADER), parts in proptest::collection::vec(any::<u64>(), 0..4)) {
        let names = || vec!["V_MAJOR".to_owned(), "V_MINOR".to_owned()];
        let rules = [
            VersionRule::Macro("V".to_owned()),
            VersionRule::Numbers(names()),
            VersionRule::Packed { name: "V".to_owned(), parts },
            VersionRule::Pattern("V\\D*([0-9][0-9._]*)".to_owned()),
        ];
        let lines = bytes.split(|byte| *byte == b'\n').count();
        for rule in rules.iter().filter_map(Ready::new) {
            if let Some(said) = rule.read(&bytes) {
                prop_assert!(said.text.len() <= VERSION && said.line >= 1 && said.line <= lines, "{said:?}");
            }
        }
    }

    #[test]
    fn project_files_take_any_text(bytes in content(PROJECT)) {
        use ProjectFile::{Autoconf, CMake, Changes, Meson, PkgConfig, VersionFile};
        let lines = bytes.split(|byte| *byte == b'\n').count();
        for kind in [Autoconf, Meson, CMake, PkgConfig, VersionFile, Changes] {
            let Some(project) = project_file::read(kind, &bytes) else { continue };
            if let Some(said) = project.version {
                prop_assert!(said.text.len() <= bytes.len() && said.line >= 1 && said.line <= lines, "{said:?}");
            }
            prop_assert!(project.name.is_none_or(|name| !name.is_empty() && name.len() <= 3 * bytes.len()));
        }
    }

    #[test]
    fn prebuilt_files_are_told_from_any_beginning(
        magic in 0..12_usize, rest in proptest::collection::vec(any::<u8>(), 0..300), size: u64, ending in "[.](so|exe|jar|js|ttf|class)?",
    ) {
        let magics: [&[u8]; 12] = [
            b"", b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm", b"PK\x03\x04", b"dex\n", b"!<arch>\n",
            b"BC\xc0\xde", b"wOFF", b"\0\x01\0\0\0",
        ];
        let head = [magics.get(magic).copied().unwrap_or_default(), &rest[..]].concat();
        let name = format!("x{ending}");
        if let Some(fact) = prebuilt::classify(name.as_bytes(), &head, size) {
            let Fact::Binary { kind, machine } = fact else { panic!("no other kind of fact") };
            prop_assert!(kind.len() < 20 && machine.is_none_or(|machine| machine.len() < 40));
        }
    }

    #[test]
    fn every_manifest_takes_any_bytes(bytes in content("(\\{|\\}|\\[|\\]|\"|:|,|=|'|\\n|  |name|version|1|[a-z]{1,6}|#|-|[(]|[)]|é)")) {
        let path = RepoPath::parse(b"third_party/x/file").unwrap();
        for format in Format::ALL {
            let parsed = manifest::parse(format, &path, &bytes);
            prop_assert!(parsed.declared.len() <= bytes.len() + 1 && parsed.problems.len() <= bytes.len() + FIELDS);
            prop_assert!(parsed.checksums.len() <= bytes.len());
        }
    }
}
