//! The reader: it loses nothing, and it sees what rpm sees.

use forebay::spec::{ApplyKind, BranchKind, LineKind, Reversed, SectionKind, Spec};
use proptest::prelude::*;

use super::world::rpm;

/// Every construct that the reader knows, and some that only look like one.
const ALL: &str = "\
# comment with %{?nil}
%global long one \\
  two \\
%if 0
  three
%define shape() %{expand:
%if 1
  inside
}
%bcond_without docs
%if 0%{?fedora} >= 40 || %{with docs}
%ifarch x86_64 aarch64
Name: weir
%else
Name: dam
%endif
%endif
Version: 1.0
Release: 1%{?dist}
Summary: x
License: MIT
Requires(post): /bin/sh
Source0: a-%{version}.tar.gz
Source: b.tar.gz
Patch3: three.patch
Patch: four.patch
Provides: bundled(golang(example.org/x)) = 1.2, other = 3
Provides: bundled(zlib) = 3.17 patched
%{lua:
print('Name: not a tag')
}

%description
Name: not a tag either
%patchlist
five.patch

%prep
%autosetup -N -p1
%patch -P3 -p2 -b .three
%patch 4 -R
%autopatch -p1 -m 5 -M 9
%build
./configure \\
%if 1
  --with-x \\
%endif
  --y
%files -n other
%changelog
* Thu Feb 29 2024 A <a@b> - 1.0-1
- %files is no section here
";

fn text(spec: &Spec, span: &std::ops::Range<usize>) -> String {
    String::from_utf8_lossy(spec.text(span)).into_owned()
}

#[test]
fn every_construct_is_seen() {
    let spec = Spec::parse(ALL.as_bytes());
    assert_eq!(spec.print(), ALL.as_bytes());
    let kinds: Vec<SectionKind> = spec.sections().iter().map(|section| section.kind).collect();
    assert_eq!(
        kinds,
        [
            SectionKind::Preamble,
            SectionKind::Description,
            SectionKind::PatchList,
            SectionKind::Prep,
            SectionKind::Build,
            SectionKind::Files,
            SectionKind::Changelog
        ]
    );
    assert_eq!(spec.unbalanced(), &[] as &[usize]);
    assert_eq!(spec.branches().len(), 4);
    let names: Vec<String> = spec.tags_named("Name").map(|(_, tag)| text(&spec, &tag.value)).collect();
    assert_eq!(names, ["weir", "dam"]);
    let patches: Vec<(u32, bool, String)> =
        spec.patches().iter().map(|patch| (patch.number, patch.numbered, text(&spec, &patch.value))).collect();
    assert_eq!(
        patches,
        [(3, true, "three.patch".into()), (4, false, "four.patch".into()), (5, false, "five.patch".into())]
    );
    assert_eq!(spec.sources().iter().map(|source| source.number).collect::<Vec<_>>(), [0, 1]);
    let bundled: Vec<(String, Option<String>, bool)> = spec
        .bundled()
        .iter()
        .map(|found| {
            (text(&spec, &found.name), found.version.as_ref().map(|version| text(&spec, version)), found.alone)
        })
        .collect();
    assert_eq!(
        bundled,
        [("golang(example.org/x)".into(), Some("1.2".into()), false), ("zlib".into(), Some("3.17".into()), false)]
    );
    let applied: Vec<(ApplyKind, Option<usize>, Reversed)> =
        spec.applied().into_iter().map(|line| (line.kind, line.strip, line.reverse)).collect();
    assert_eq!(
        applied,
        [
            (ApplyKind::Some(vec![3]), Some(2), Reversed::No),
            (ApplyKind::Some(vec![4]), None, Reversed::Yes),
            (ApplyKind::Range(5, 9), Some(1), Reversed::No)
        ]
    );
    assert_eq!(spec.changelog().len(), 1);
    assert_eq!(text(&spec, &spec.changelog()[0].date), "Thu Feb 29 2024");
}

#[test]
fn a_line_knows_what_must_hold_for_it() {
    let spec = Spec::parse(ALL.as_bytes());
    let line = spec.lines().iter().position(|line| spec.text(&line.span) == b"Name: dam\n").expect("it is there");
    let guards: Vec<(BranchKind, bool)> =
        spec.guards(line).iter().map(|guard| (spec.branches()[guard.branch].kind, guard.negated)).collect();
    assert_eq!(guards, [(BranchKind::If, false), (BranchKind::Arch, true)]);
}

#[test]
fn conditionals_without_partner_are_named_and_nothing_is_lost() {
    for (source, lines) in [("%if 1\n", vec![0]), ("%endif\n%else\n", vec![0, 1]), ("%if 1\n%endif\n%endif", vec![2])] {
        let spec = Spec::parse(source.as_bytes());
        assert_eq!((spec.unbalanced(), spec.print()), (&lines[..], source.as_bytes().to_vec()));
    }
}

#[test]
fn endings_and_broken_text_are_kept() {
    for source in [
        &b"Name: x\r\n%if 1\r\nVersion: 1\r\n%endif\r\n"[..],
        b"Name: caf\xe9\n%prep",
        b"",
        b"\n",
        b"%",
        b"%{",
        b"Name:",
    ] {
        assert_eq!(Spec::parse(source).print(), source);
    }
    let spec = Spec::parse(b"Name: x\r\n");
    assert_eq!(text(&spec, &spec.main_tag("name").expect("it is there").1.value), "x");
}

/// What rpm says about patches and sources of a spec made from lines that it accepts.
#[test]
fn rpm_sees_the_same_patches_and_sources() {
    let spec = "\
%global body %{expand:
Patch9: not-this.patch
}
Name: x
Version: 1
Release: 1
Summary: x
License: MIT
Source: zero.tar
Source7: seven.tar
Source: eight.tar
Patch: p0.patch
%if 1
Patch5: p5.patch
%endif
Patch: p6.patch
%sourcelist
nine.tar
%patchlist
p7.patch
# a comment
p8.patch
%description
Patch99: no.patch
";
    let folder = tempfile::tempdir().expect("it is there");
    std::fs::write(folder.path().join("x.spec"), spec).expect("it is there");
    let output = rpm(folder.path(), "rpmspec", &["-q", "--srpm", "--qf", "[%{PATCH}\\n]--\\n[%{SOURCE}\\n]", "x.spec"]);
    let said = String::from_utf8(output.stdout).expect("it is there");
    let (patches, sources) = said.split_once("--\n").expect("it is there");
    let parsed = Spec::parse(spec.as_bytes());
    let sorted = |list: &str| {
        let mut all: Vec<String> = list.lines().map(str::to_owned).collect();
        all.sort();
        all
    };
    let ours = |list: Vec<forebay::spec::Listed>| {
        let mut all: Vec<String> =
            list.iter().map(|item| text(&parsed, &item.value)).filter(|value| !value.starts_with('#')).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(patches), ours(parsed.patches()), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sorted(sources), ours(parsed.sources()));
    let numbers: Vec<u32> = parsed.patches().iter().map(|patch| patch.number).collect();
    assert_eq!(numbers, [0, 5, 6, 7, 8]);
}

fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(ALL.lines().map(str::to_owned).collect::<Vec<_>>()),
        prop::sample::select(
            &[
                "%if",
                "%endif",
                "%else",
                "%elif 1",
                "%global x %{",
                "}",
                "%{?x:",
                "\\",
                "# >>> forebay:patches v1 h=0",
                "%ifarch",
                "%define y\\"
            ][..]
        )
        .prop_map(str::to_owned),
        "[ -~]{0,12}",
    ]
}

proptest! {
    #[test]
    fn prints_what_it_reads(lines in prop::collection::vec((any_line(), prop::sample::select(&["\n", "\r\n", ""][..])), 0..40)) {
        let source: String = lines.iter().map(|(line, end)| format!("{line}{end}")).collect();
        let spec = Spec::parse(source.as_bytes());
        prop_assert_eq!(spec.print(), source.as_bytes());
        let mut at = 0;
        for (index, line) in spec.lines().iter().enumerate() {
            prop_assert_eq!(line.span.start, at);
            at = line.span.end;
            let inside = |span: &std::ops::Range<usize>| span.start >= line.span.start && span.end <= line.span.end;
            if let LineKind::Tag(tag) = &line.kind {
                prop_assert!(inside(&tag.name) && inside(&tag.value));
            }
            let _ = spec.guards(index);
        }
        let _ = (spec.patches(), spec.bundled(), spec.applied(), spec.changelog());
    }

    #[test]
    fn prints_any_bytes(source in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Spec::parse(&source).print(), source);
    }
}
