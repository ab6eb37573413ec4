//! Other forms of the same facts: `%bcond` with an expression, files of changes, fragments in files, rpm's own reading.

use super::world::{PROFILE, Package, SPEC, defines};

fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(PROFILE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn provides(package: &Package, spec: &str, target: &str, more: &[&str]) -> Vec<String> {
    let mut arguments = defines(target);
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    arguments.extend(["-q", "--provides", spec].map(str::to_owned));
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    package.rpm("rpmspec", &words).lines().map(str::to_owned).collect()
}

/// The newer form of a build condition means the same as the older one, on every target and with every flip.
#[test]
fn rpm_reads_both_forms_of_a_build_condition_alike() {
    let old = Package::filled();
    let new = Package::filled();
    let text = new.read("forebay.toml").replace("arches = ", "rpm-min = \"4.17.1\"\narches = ");
    new.write("forebay.toml", &text);
    assert_eq!(new.run(&["spec", "update"]).status, 0);
    assert!(
        new.read("weir.spec").contains("\n%bcond system_zlib %[(0%{?fedora} >= 40) || (0%{?rhel} >= 10)]\n"),
        "{}",
        new.read("weir.spec")
    );
    for target in ["fedora-44", "fedora-39", "rhel-9", "epel-10", "opensuse-1600"] {
        for flip in [&[][..], &["--with=system_zlib"], &["--without=system_zlib"]] {
            assert_eq!(
                provides(&old, "weir.spec", target, flip),
                provides(&new, "weir.spec", target, flip),
                "{target} {flip:?}"
            );
        }
    }
}

/// All four kinds of switches, in rpm's reading and in ours.
#[test]
fn every_kind_of_switch_means_what_its_key_says() {
    for key in ["switch", "bundled-switch", "flag", "system-flag"] {
        for rpm_min in ["4.16", "4.18"] {
            let profile = changed(&[
                ("flag = \"bundlebrotli\"", &format!("{key} = \"choose_brotli\"")),
                ("system = \"(fedora < 40 || suse_version) && !arch(aarch64)\"", "system = \"fedora\""),
                ("arches = ", &format!("rpm-min = \"{rpm_min}\"\narches = ")),
            ]);
            let package = Package::bare(&profile, SPEC);
            package.queue(&["first"]);
            assert_eq!(package.run(&["spec", "init"]).status, 0);
            assert_eq!(package.run(&["spec", "update"]).status, 0);
            for (target, bundled) in [("fedora-44", false), ("rhel-9", true)] {
                let found =
                    provides(&package, "weir.spec", target, &[]).contains(&"bundled(brotli) = 1.2~rc1".to_owned());
                assert_eq!(found, bundled, "{key} {rpm_min} {target}\n{}", package.read("weir.spec"));
            }
            let said = package.run(&["spec", "matrix"]);
            assert_eq!(said.status, 0, "{key}: {}", said.out);
        }
    }
}

#[test]
fn a_file_of_changes_gets_the_entry() {
    let package = Package::bare(&changed(&[("mode = \"manual\"", "mode = \"changes-file\"")]), SPEC);
    package.queue(&["first"]);
    assert!(package.run(&["spec", "check"]).out.contains("spec-changelog-missing"));
    assert_eq!(package.run(&["spec", "init"]).status, 0);
    let dry = package.run(&["spec", "update", "--date", "2026-11-25", "--item", "CVE-2026-1", "--dry-run"]);
    assert!(dry.out.contains("+- Update to 2.0:\n+  * CVE-2026-1\n"), "{}", dry.out);
    assert!(!package.path("weir.changes").exists());
    let wet = package.run(&["spec", "update", "--date", "2026-11-25", "--item", "CVE-2026-1"]);
    assert_eq!((wet.status, wet.out), (0, dry.out));
    let text = package.read("weir.changes");
    assert!(
        text.contains(
            "\nWed Nov 25 12:00:00 UTC 2026 - A Packager <packager@example.org>\n\n- Update to 2.0:\n  * CVE-2026-1\n"
        ),
        "{text}"
    );
    assert_eq!(package.run(&["spec", "update", "--date", "2026-11-26", "--item", "CVE-2026-1"]).out, "");
    assert_eq!((package.run(&["spec", "check"]).status, package.read("weir.changes")), (0, text.clone()));
    // The days of a file of changes are checked like those of a spec.
    package.write(
        "weir.changes",
        &format!("{}\n{}", text.replace("Wed Nov 25", "Thu Nov 25"), text.replace("Wed Nov 25", "Thu Nov 26")),
    );
    let said = package.run(&["spec", "check"]);
    for code in ["spec-changelog-weekday", "spec-changelog-order"] {
        assert!(said.out.contains(code) && said.out.contains("weir.changes:2"), "{code}: {}", said.out);
    }
}

/// Fragments in files mean to rpm what the regions mean, and they are guarded in the same way.
#[test]
fn fragments_in_files_mean_the_same() {
    let package = Package::filled();
    let inline = package.read("weir.spec");
    let said =
        package.run(&["spec", "print", "--emit-dir", "patches", "--region", "bundled", "--region", "prep-patches"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    let all = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "lacks `Source901: forebay-bundled.inc` and `%include %{SOURCE901}` in the main preamble";
    assert!(all.contains(told), "{all}");
    let (mut text, mut inside) = (String::new(), false);
    for line in inline.lines() {
        let replaced =
            ["bundled", "prep-patches"].iter().position(|id| line.starts_with(&format!("# >>> forebay:{id} ")));
        inside |= replaced.is_some();
        if let Some(at) = replaced {
            text.extend(["%include %{SOURCE90", &(at + 1).to_string(), "}\n"]);
        } else if !inside {
            text.push_str(line);
            text.push('\n');
        }
        inside &= !line.starts_with("# <<< ");
    }
    let sources = "Source901: forebay-bundled.inc\nSource902: forebay-prep-patches.inc\n";
    package.write("included.spec", &text.replacen("Name: weir\n", &format!("Name: weir\n{sources}"), 1));
    for target in ["fedora-44", "rhel-9"] {
        assert_eq!(
            provides(&package, "weir.spec", target, &[]),
            provides(&package, "included.spec", target, &[]),
            "{target}"
        );
    }
    let emit =
        ["spec", "print", "included.spec", "--emit-dir", "patches", "--region", "bundled", "--region", "prep-patches"];
    let said = package.run(&emit);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    let file = package.read("patches/forebay-bundled.inc");
    package.write("patches/forebay-bundled.inc", &file.replace("zlib", "zlob"));
    let said = package.run(&emit);
    assert!(said.status == 2 && said.err.contains("forebay-bundled.inc` was changed by hand"), "{}", said.err);
    // `check` looks at fragments beside the spec.
    package.write("patches/included.spec", &package.read("included.spec"));
    let said = package.run(&["spec", "check", "patches/included.spec"]);
    assert!(said.out.contains("fragment `forebay-bundled.inc` was changed by hand"), "{}", said.out);
}

#[test]
fn the_matrix_tells_where_rpm_reads_something_else() {
    let package = Package::filled();
    let said = package.run(&["spec", "matrix"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(said.out.matches(" agrees").count(), 12, "{}", said.out);
    assert!(package.run(&["spec", "matrix", "--no-rpm"]).out.contains("not asked"));
    // By hand, so that the profile says one thing and the spec another.
    let edited = package.read("weir.spec").replace("BuildRequires: brotli-devel\n", "BuildRequires: brotli-libs\n");
    package.write("weir.spec", &edited);
    let said = package.run(&["spec", "matrix"]);
    assert_eq!(said.status, 1);
    for told in [
        "fedora-39 x86_64: forebay requires `brotli-devel`, rpm does not",
        "opensuse-1600 x86_64: forebay requires `brotli-devel`, rpm does not",
    ] {
        assert!(said.out.contains(told), "{told}\n{}", said.out);
    }
}

/// Tags by hand stay by hand: the region holds the other patches, and everything is applied in the order of the series.
#[test]
fn a_tag_by_hand_outside_of_the_region_stays_the_only_one() {
    let package = Package::filled();
    let text = package.read("weir.spec");
    package.write("weir.spec", &text.replacen("Summary:", "Patch50: third.patch\nSummary:", 1));
    assert_eq!(package.run(&["spec", "update"]).status, 0);
    let text = package.read("weir.spec");
    assert_eq!(text.matches(": third.patch\n").count(), 1, "{text}");
    assert!(text.contains("%patch -P 50 -p1\n") || text.contains("%autopatch -p1 -m 50 -M 50\n"), "{text}");
    assert_eq!(provides(&package, "weir.spec", "fedora-44", &[]).len(), 4);
}
