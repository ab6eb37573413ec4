//! The format as a whole, on inputs made here.

use proptest::prelude::*;

use super::super::{Parsed, ProblemKind, UrlKind, parse};
use super::*;

fn read_as(format: Format, path: &str, text: &str) -> Parsed {
    parse(format, &RepoPath::parse(path.as_bytes()).unwrap(), text.as_bytes())
}

fn read(text: &str) -> Parsed {
    read_as(Format::ReadmeChromium, "third_party/fish/README.chromium", text)
}

const COMPLETE: &str = "\
Name: Fish
Short Name: fish
URL: https://fish.example/, https://git.fish.example/fish
  https://fish.example/fish-1.2.tar.gz
Version: 1.2
Date: 2024-03-01
Revision: 0123456789abcdef0123456789abcdef01234567
License: MIT, BSD-3-Clause
License File: LICENSE, //licenses/BSD, ../other/LICENSE
Security Critical: yes
Shipped: no
Shipped in Chromium: yes
License Android Compatible: yes
CPEPrefix: cpe:/a:fish:fish:1.2
Mitigated: CVE-2024-1234, CVE-2024-9999
CVE-2024-1234: not built
Update Mechanism: Static.HardFork (https://crbug.com/1)

Description:
A fish.
Note: it swims.

Local Modifications:
- fins.patch
";

#[test]
fn every_field_is_read() {
    let parsed = read(COMPLETE);
    let [fish] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
    let text = |stated: &Option<Stated>| stated.clone().map(|stated| (stated.text, stated.line));
    assert_eq!(text(&fish.name), Some(("Fish".to_owned(), 1)));
    assert_eq!(text(&fish.short_name), Some(("fish".to_owned(), 2)));
    assert_eq!(text(&fish.version), Some(("1.2".to_owned(), 5)));
    assert_eq!(text(&fish.license), Some(("MIT, BSD-3-Clause".to_owned(), 8)));
    assert_eq!(fish.licenses, ["MIT", "BSD-3-Clause"]);
    let files: Vec<_> = fish.license_files.iter().map(|file| file.path.as_ref().map(ToString::to_string)).collect();
    let expected = ["third_party/fish/LICENSE", "licenses/BSD", "third_party/other/LICENSE"];
    assert_eq!(files, expected.map(|path| Some(path.to_owned())));
    let urls: Vec<_> = fish.urls.iter().map(|url| (url.kind, url.line)).collect();
    assert_eq!(urls, [(UrlKind::Home, 3), (UrlKind::Repository, 3), (UrlKind::Archive, 4)]);
    assert_eq!((fish.shipped, fish.security_critical, fish.modified), (Some(true), Some(true), Some(true)));
    assert_eq!(text(&fish.local_modifications), Some(("- fins.patch".to_owned(), 23)));
    assert_eq!(text(&fish.description), Some(("A fish.\nNote: it swims.".to_owned(), 19)));
    assert_eq!(fish.cpes, [Stated::new("cpe:/a:fish:fish:1.2", 14)]);
    let mitigated: Vec<_> = fish.mitigated.iter().map(|m| (m.id.as_str(), m.explanation.as_deref())).collect();
    assert_eq!(mitigated, [("CVE-2024-1234", Some("not built")), ("CVE-2024-9999", None)]);
    assert_eq!(fish.fact(ANDROID_COMPATIBLE).unwrap().text, "yes");
    assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"third_party/fish").unwrap()));
    // The one thing wrong: a licence text outside of the component.
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["9: License File: `../other/LICENSE` leads out of the component"]);
}

#[test]
fn values_that_say_nothing_stay_as_written_and_are_reported() {
    let parsed = read(
        "Name: a\nURL: here\nVersion: unknown\nRevision: HEAD\nLicense: MIT and BSD\nShipped: maybe\nSecurity Critical: no\nCPEPrefix: unknown\nUpdate Mechanism: By hand\nDate: 03/04/2024\nMitigated: nothing\n",
    );
    let [one] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
    assert_eq!(one.version, Some(Stated::new("unknown", 3)));
    assert!(one.cpes.is_empty() && one.urls.is_empty() && one.mitigated.is_empty());
    assert!(one.fact(CPE_UNKNOWN).is_some());
    assert_eq!(one.shipped, Some(true));
    assert_eq!(one.fact(ISO_DATE).unwrap().text, "2024-04-03");
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    let expected = [
        "1: the field `License File` is missing from a shipped component",
        "2: URL: `here` is no URL of http, https, ftp or git",
        "3: Version: `unknown` is no version; `N/A` says that there is none",
        "4: Revision: `HEAD` is neither a hash of 7 to 40 digits nor `DEPS`",
        "5: License: `MIT and BSD` separates licences by something else than commas",
        "6: Shipped: `maybe` is neither `yes` nor `no`",
        "9: Update Mechanism: `By hand` is no known mechanism",
        "10: Date: `03/04/2024` may be read as two days",
        "11: Mitigated: `nothing` is no id of a vulnerability",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn a_canonical_repository_needs_no_url() {
    let parsed = read(&COMPLETE.replace(
        "https://fish.example/, https://git.fish.example/fish\n  https://fish.example/fish-1.2.tar.gz",
        "This is the canonical public repository.",
    ));
    assert!(parsed.declared[0].fact(CANONICAL).is_some());
    let bare = "Name: a\nURL: Internal\nVersion: N/A\nLicense: MIT\nSecurity Critical: no\nShipped: no\n";
    assert!(read(bare).problems.is_empty());
    assert!(parsed.declared[0].urls.is_empty());
}

#[test]
fn several_components_each_with_its_line() {
    let divider = format!("{0} DEPENDENCY DIVIDER {0}\n", "-".repeat(20));
    let parsed = read(&format!("{COMPLETE}{divider}{COMPLETE}"));
    let lines: Vec<_> = parsed.declared.iter().map(|declared| declared.line).collect();
    assert_eq!(lines, [1, 26]);
}

#[test]
fn a_sibling_needs_three_fields() {
    let sibling = |text| read_as(Format::ReadmeSibling, "a/README.fish", text).declared.len();
    assert_eq!(sibling("Name: a\nVersion: 1\n"), 0);
    assert_eq!(sibling("Name: a\nVersion: 1\nURL: b\n"), 1);
    assert_eq!(sibling("Name: a\nName: b\nVersion: 1\n"), 0);
    assert!(read_as(Format::ReadmeSibling, "a/README.fish", "Name: a\nVersion: 0\nURL: b\n").problems.is_empty());
}

#[test]
fn packages_of_registries_have_a_purl() {
    let parsed = read("Name: Chai types\nURL: https://www.npmjs.com/package/@types/chai\nVersion: 5.2.3\n");
    assert_eq!(parsed.declared[0].purls, [Stated::new("pkg:npm/%40types/chai@5.2.3", 2)]);
    let readme = "third_party/rust/aho_corasick/v1/README.chromium";
    let parsed = read_as(Format::ReadmeChromium, readme, "Name: aho-corasick\nURL: x\nVersion: N/A\n");
    assert_eq!(parsed.declared[0].ecosystem, Some(Ecosystem::Cargo));
    let code = parsed.declared[0].code.as_ref().unwrap();
    assert_eq!(code.as_bytes(), b"third_party/rust/chromium_crates_io/vendor/aho-corasick-v1");
}

#[test]
fn broken_bytes_and_line_endings_are_read() {
    let path = RepoPath::parse(b"README.chromium").unwrap();
    let parsed = parse(Format::ReadmeChromium, &path, b"\xEF\xBB\xBFName: caf\xE9\r\nVersion: 1\r\n");
    assert_eq!(parsed.declared[0].name, Some(Stated::new("caf\\xE9", 1)));
    assert_eq!(parsed.declared[0].root, Root::Tree);
    assert!(parsed.problems.iter().all(|problem| problem.kind == ProblemKind::Missing));
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let path = RepoPath::parse(b"a/README.chromium").unwrap();
        parse(Format::ReadmeChromium, &path, &bytes);
    }

    #[test]
    fn shuffled_lines_are_read(order in proptest::collection::vec(0..COMPLETE.lines().count(), 0..60), cut in 0..2000_usize) {
        let lines: Vec<&str> = COMPLETE.lines().collect();
        let text: String = order.iter().map(|&index| format!("{}\n", lines[index])).collect();
        let text = text.get(..cut).unwrap_or(&text);
        let parsed = read(text);
        prop_assert!(parsed.declared.len() <= 1);
        for stated in parsed.declared.iter().filter_map(|declared| declared.name.as_ref()) {
            prop_assert!(text.lines().nth(stated.line - 1).is_some_and(|line| line.contains(&stated.text)));
        }
    }
}
