//! The commands from end to end: one declaration feeds all its places, and every rule is found.

use forebay::spec::rules::RULES;

use super::world::{PROFILE, Package, SPEC};

/// The bodies of the written regions by name.
fn bodies(package: &Package) -> Vec<(String, String)> {
    let text = package.read("weir.spec");
    let mut all: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# >>> forebay:") {
            all.push((rest.split(' ').next().expect("it is there").to_owned(), String::new()));
            inside = true;
        } else if line.starts_with("# <<< ") {
            inside = false;
        } else if let Some((_, body)) = all.last_mut().filter(|_| inside) {
            body.push_str(line);
            body.push('\n');
        }
    }
    all
}

#[test]
fn a_flipped_library_changes_all_its_places_together() {
    let flips = [
        ("system = \"fedora >= 40 || rhel >= 10\"", "system = false\nreason = \"too old everywhere\""),
        (
            "flag = \"bundlebrotli\"\nsystem = \"(fedora < 40 || suse_version) && !arch(aarch64)\"",
            "system = false\nreason = \"too old everywhere\"",
        ),
    ];
    for (from, to) in flips {
        let package = Package::filled();
        let before = bodies(&package);
        package.write("forebay.toml", &PROFILE.replace(from, to));
        assert_eq!(package.run(&["spec", "check"]).status, 1);
        assert_eq!(package.run(&["spec", "update"]).status, 0);
        let after = bodies(&package);
        let changed: Vec<&str> =
            before.iter().zip(&after).filter(|(one, other)| one != other).map(|((name, _), _)| name.as_str()).collect();
        assert_eq!(changed, ["bconds", "buildrequires", "bundled", "prep-unbundle", "gn-args"], "{to}");
        assert_eq!(package.run(&["spec", "check"]).status, 0);
    }
}

#[test]
fn a_library_for_the_system_everywhere_leaves_the_licence() {
    let package = Package::filled();
    package.write("forebay.toml", &PROFILE.replace("system = \"fedora >= 40 || rhel >= 10\"", "system = true"));
    assert_eq!(package.run(&["spec", "update"]).status, 0);
    let text = package.read("weir.spec");
    assert!(text.contains("License: MIT AND (BSD-3-Clause OR GPL-2.0-only)\n"), "{text}");
    assert!(text.contains("%bcond_without system_zlib\n"));
}

#[test]
fn numbers_stay_when_the_queue_changes() {
    let package = Package::filled();
    package.queue(&["zeroth", "arm-second", "third", "between", "system-fourth", "fifth"]);
    assert_eq!(package.run(&["spec", "update"]).status, 0);
    let text = package.read("weir.spec");
    let tags: Vec<&str> = text.lines().filter(|line| line.starts_with("Patch")).collect();
    assert_eq!(
        tags,
        [
            "Patch4: zeroth.patch",
            "Patch100: arm-second.patch",
            "Patch2: third.patch",
            "Patch5: between.patch",
            "Patch200: system-fourth.patch",
            "Patch3: fifth.patch"
        ]
    );
    // 1 was that of a patch that is gone, and 3 and 4 lie between 2 and 5: that run stands patch by patch.
    let prep: Vec<&str> =
        text.lines().filter(|line| line.starts_with("%autopatch") || line.starts_with("%patch ")).collect();
    assert_eq!(prep.len(), 6, "{prep:?}");
    assert!(prep.contains(&"%patch -P 2 -p1") && prep.contains(&"%patch -P 5 -p1"), "{prep:?}");
}

#[test]
fn a_new_version_puts_a_new_entry_on_top() {
    let package = Package::filled();
    package.write("forebay.toml", &PROFILE.replace("version = \"2.0\"", "version = \"2.1-rc1\""));
    package.write("cves.txt", "CVE-2026-2: use after free in 5% of cases\n\nCVE-2026-3\n");
    let said = package.run(&["spec", "update", "--items-file", "cves.txt", "--date", "2026-12-01"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let text = package.read("weir.spec");
    assert!(text.contains("Version: 2.1~rc1\n"));
    assert!(text.contains(
        "* Tue Dec 01 2026 A Packager <packager@example.org> - 2.1~rc1-1\n- CVE-2026-2: use after free in 5%% of cases\n- CVE-2026-3\n\n* Wed Nov 25 2026"
    ), "{text}");
    assert_eq!(package.run(&["spec", "check"]).status, 0);
}

#[test]
fn update_is_dry_idempotent_and_prints_its_difference() {
    let package = Package::new();
    let before = package.read("weir.spec");
    let dry = package.run(&["spec", "update", "--dry-run"]);
    assert_eq!((dry.status, package.read("weir.spec")), (0, before));
    let wet = package.run(&["spec", "update"]);
    assert_eq!(wet.out, dry.out);
    assert!(wet.out.starts_with("--- weir.spec\n+++ weir.spec\n@@ "));
    let again = package.run(&["spec", "update"]);
    assert_eq!((again.status, again.out.as_str()), (0, ""));
    assert!(again.err.contains("every region is current"));
}

#[test]
fn print_is_the_body_alone() {
    let package = Package::filled();
    let said = package.run(&["spec", "print", "--region", "bundled"]);
    let body = bodies(&package).into_iter().find(|(name, _)| name == "bundled").expect("it is there").1;
    assert_eq!((said.status, said.out), (0, body));
    let said = package.run(&["spec", "print", "--region", "bundeld"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("did you mean `bundled`?"));
}

#[test]
fn opensuse_has_its_own_comments() {
    let package = Package::filled();
    package.write("forebay.toml", &PROFILE.replace("name = \"weir\"\n", "name = \"weir\"\nstyle = \"opensuse\"\n"));
    assert_eq!(package.run(&["spec", "update"]).status, 0);
    let text = package.read("weir.spec");
    assert!(text.contains("# PATCH-FIX-OPENSUSE first.patch https://example.org/first -- first: 100%% of %%{nil}\nPatch1: first.patch\n"), "{text}");
}

#[test]
fn bad_places_are_refused() {
    let package = Package::filled();
    let told = |spec: &str| {
        let said = package.run(&["spec", "check", spec]);
        assert_eq!(said.status, 2, "{}", said.err);
        said.err
    };
    assert!(told("patches").contains("not a regular file"));
    assert!(told("no.spec").contains("no file `no.spec`"));
    std::os::unix::fs::symlink("/etc/passwd", package.path("link.spec")).expect("it is there");
    assert!(told("link.spec").contains("leaves its folder"));
    package.write("forebay.toml", &PROFILE.replace("spec = \"weir.spec\"\n", ""));
    let said = package.run(&["spec", "check"]);
    assert!(said.err.contains("the spec is not told"));
}

#[test]
fn profiles_are_refused_with_the_place() {
    let package = Package::filled();
    for (from, to, told) in [
        ("range = [1, 99]", "range = [9, 1]", "the smaller first"),
        ("when = \"arch(aarch64)\"", "when = \"arch(aarch64)\"\nwhen-raw = \"1\"", "keep one"),
        ("system = \"fedora >= 40 || rhel >= 10\"", "system = \"feodra\"", "did you mean `fedora`?"),
        ("system = \"fedora >= 40 || rhel >= 10\"", "system = \"with(a-b)\"", "write `a_b`"),
        ("\"fedora-44\"", "\"fedroa-44\"", "is no target"),
        ("[lib.v8]", "[lib.\"v 8\"]", "holds a blank"),
        ("path = \"v8\"", "path = \"../v8\"", "lib.v8.path"),
        ("gn-name = \"zlib\"", "gn_name = \"zlib\"", "did you mean `gn-name`?"),
        ("use_system_zlib=true", "use_system_zlib", "is no GN argument"),
        ("api = { macro = \"api_word\" }", "google_api_key = \"AIza\"", "looks like a secret"),
        ("is_debug = false", "is_debug = 1.5", "must be true, false"),
        ("release = \"1%{?dist}\"", "release = \"1-2\"", "without `-`"),
        ("packager = \"A Packager <packager@example.org>\"", "packager = \"A\"", "a name and an address"),
        ("mode = \"manual\"", "mode = \"manul\"", "did you mean `manual`?"),
    ] {
        assert!(PROFILE.contains(from), "{from}");
        package.write("forebay.toml", &PROFILE.replacen(from, to, 1));
        let said = package.run(&["spec", "update"]);
        assert_eq!(said.status, 2, "{to}");
        assert!(said.err.contains(told) && said.err.contains("forebay.toml:"), "{to}: {}", said.err);
    }
}

/// A report of an audit with three components.
const AUDIT: &str = r#"{ "schema": "forebay.audit/1", "tree": "t", "summary": { "components": 4, "shipped": 4, "unbundle-now": 0, "blocked": 0 },
 "components": [ COMPONENT(third_party/zlib,zlib,1.3.2), COMPONENT(v8,v8,15.0.1), COMPONENT(third_party/sqlite,sqlite,3.53.1), COMPONENT(third_party/skia,skia,9) ],
 "findings": [], "changes": null }"#;

fn audit() -> String {
    let mut text = AUDIT.to_owned();
    while let Some(at) = text.find("COMPONENT(") {
        let end = at + text[at..].find(')').expect("it is there");
        let parts: Vec<&str> = text[at + 10..end].split(',').collect();
        let (root, name, version) = (parts[0], parts[1], parts[2]);
        let component = format!(
            r#"{{ "id": "{root}", "name": "{name}", "root": "{root}", "ecosystem": "c", "parent": null,
 "version": {{ "value": "{version}", "source": "{root}/v.h:1", "declared": null, "agrees": null }}, "revision": null, "url": null,
 "license": {{ "spdx": "Zlib", "declared": null, "agrees": null, "confidence": 1.0, "source": null }}, "cpe": null, "purl": null, "shipped": true,
 "detected_by": [], "confidence": 1.0, "modified": {{ "state": "unknown", "evidence": [] }}, "used": {{ "state": "used", "condition": null, "witness": [] }},
 "system": null, "verdict": "keep", "blockers": [], "provides": "bundled({name}) = {version}" }}"#
        );
        text.replace_range(at..=end, &component);
    }
    text
}

#[test]
fn versions_come_from_the_audit() {
    let package = Package::filled();
    package.write("audit.json", &audit());
    assert_eq!(package.run(&["spec", "check", "--audit", "audit.json"]).status, 1);
    assert_eq!(package.run(&["spec", "update", "--audit", "audit.json"]).status, 0);
    assert!(package.read("weir.spec").contains("Provides: bundled(zlib) = 1.3.2\n"));
}

const PREAMBLE: &str = "Name: weir\nVersion: 2.0\nRelease: 1\nSummary: x\nLicense: MIT\n";

/// A change of the profile, the spec, and the codes that must be found.
type Case = (&'static [(&'static str, &'static str)], String, &'static [&'static str]);

fn cases() -> Vec<Case> {
    let with = |more: &str| format!("{PREAMBLE}{more}%description\nx\n%prep\n%patch -P1\n");
    vec![
        (
            &[],
            with("Patch1: first.patch\nPatch1: other.patch\n"),
            &["spec-patch-clash", "spec-patch-missing", "spec-patch-untagged"],
        ),
        (&[], format!("{PREAMBLE}Patch1: first.patch\n%prep\n%patch -P1\n%patch -P7\n"), &["spec-patch-undeclared"]),
        (&[], with("Patch1: first.patch\nPatch2: third.patch\n"), &["spec-patch-unapplied"]),
        (&[], with("%if 0\nPatch1: first.patch\n%endif\n"), &["spec-patch-conditional"]),
        (&[], with("%global _default_patch_fuzz 2\n"), &["spec-patch-fuzz"]),
        (
            &[],
            with("Provides: bundled(x) = VER-2-13-3\nProvides: bundled(y) = 3.17 patched\n"),
            &["spec-bundled-illegal"],
        ),
        (
            &[],
            with(
                "Provides: bundled(sqlite) = 3.17\nProvides: bundled(sqlit)\nProvides: bundled(nowhere) = 1\nProvides: bundled(v8)\n",
            ),
            &[
                "spec-bundled-stale",
                "spec-bundled-misspelt",
                "spec-bundled-gone",
                "spec-bundled-unversioned",
                "spec-bundled-missing",
            ],
        ),
        (&[("reason = \"no stable interface\"\n", "")], with(""), &["spec-library-reason"]),
        (&[("requires = [\"brotli-devel\"]\n", "")], with(""), &["spec-library-requires"]),
        (&[("gn-name = \"zlib\"\n", "")], with(""), &["spec-library-places"]),
        (&[("license = \"Zlib\"", "license = \"GPLv2+\"")], with(""), &["spec-license-form", "spec-license-cover"]),
        (&[("version = \"2.0\"", "version = \"3.0\"")], with(""), &["spec-version-differs"]),
        (&[], with("").replace("Version: 2.0", "Version: 2.0-1"), &["spec-version-form"]),
        (&[], with("%if 1\n"), &["spec-unbalanced"]),
        (
            &[],
            with("%bcond_with a-b\n%if %{with a-b} || %{with nothing}\n%endif\n"),
            &["spec-bcond-name", "spec-bcond-undefined"],
        ),
        (
            &[],
            format!(
                "{PREAMBLE}%changelog\n* Fri Feb 29 2024 A <a@b> - 1\n- x\n* Wed Nov 25 2026 A <a@b> - 2\n- y\n* nothing of the kind\n"
            ),
            &["spec-changelog-weekday", "spec-changelog-order", "spec-changelog-date", "spec-changelog-missing"],
        ),
        (&[("range = [1, 99]", "range = [1, 1]")], with(""), &["spec-range-full"]),
        (&[("range = [1, 99]", "range = [1, 150]")], with(""), &["spec-range-overlap"]),
        (&[("id = \"base\"", "id = \"base\"\npatches = [\"first*\"]")], with(""), &["spec-patch-outside"]),
    ]
}

#[test]
fn every_rule_is_found() {
    let mut seen: Vec<String> = vec!["spec-stale".into(), "spec-hand-edited".into()];
    for (changes, spec, codes) in cases() {
        let profile = changes.iter().fold(PROFILE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        let package = Package::bare(&profile, &spec);
        package.queue(&["first", "third"]);
        package.write("audit.json", &audit());
        let said = package.run(&["spec", "check", "--audit", "audit.json", "--format", "json"]);
        for code in codes {
            assert!(said.out.contains(&format!("\"code\": \"{code}\"")), "{code} in\n{spec}\n{}{}", said.out, said.err);
            seen.push((*code).to_owned());
        }
    }
    let package = Package::bare(PROFILE, SPEC);
    package.queue(&["first"]);
    package.write("patches/series", "first.patch\nbare.patch\n");
    package.write("patches/bare.patch", "diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n");
    let said = package.run(&["spec", "check", "--format", "json"]);
    for code in ["spec-patch-status", "spec-patch-binary"] {
        assert!(said.out.contains(code), "{code}: {}{}", said.out, said.err);
        seen.push(code.to_owned());
    }
    // The table of `checks.rs` hits these, and tells that a good package has none of them.
    let elsewhere = super::checks::codes();
    seen.extend(elsewhere);
    let forgotten: Vec<&str> =
        RULES.iter().map(|rule| rule.code).filter(|code| !seen.iter().any(|seen| seen == code)).collect();
    assert_eq!(forgotten, Vec::<&str>::new());
}

#[test]
fn the_report_is_what_its_schema_says() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/forebay.spec-1.json");
    let schema = forebay::report::schema::spec();
    if std::env::var_os("FOREBAY_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped, &schema).expect("it is there");
    }
    assert!(
        std::fs::read_to_string(shipped).unwrap_or_default() == schema,
        "write it anew: FOREBAY_WRITE_SCHEMA=1 cargo test --test spec"
    );
    let package = Package::filled();
    let validator =
        jsonschema::validator_for(&serde_json::from_str(&schema).expect("it is there")).expect("it is there");
    for command in ["check", "matrix"] {
        let said = package.run(&["spec", command, "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&said.out).expect("it is there");
        assert!(validator.is_valid(&report), "{}", said.out);
    }
}

#[test]
fn a_library_takes_over_what_the_inherited_profile_knows() {
    let profile = "inherit = \"chromium\"\n[package]\nspec = \"weir.spec\"\n[lib.brotli]\nsystem = \"fedora\"\n";
    let package = Package::bare(profile, SPEC);
    let said = package.run(&["spec", "print", "--region", "buildrequires"]);
    assert_eq!(
        said.out,
        "%if %{with system_brotli}\nBuildRequires: pkgconfig(libbrotlidec)\nBuildRequires: pkgconfig(libbrotlienc)\n%endif\n"
    );
    let said = package.run(&["spec", "print", "--region", "prep-unbundle"]);
    for told in [
        "find third_party/brotli -type f",
        "set -- \"$@\" brotli",
        "build/linux/unbundle/replace_gn_files.py --system-libraries",
    ] {
        assert!(said.out.contains(told), "{told}\n{}", said.out);
    }
    let said = package.run(&["spec", "print", "--region", "bundled"]);
    assert_eq!(said.out, "%if %{without system_brotli}\nProvides: bundled(brotli)\n%endif\n");
}

#[test]
fn a_switch_written_by_hand_is_not_written_twice() {
    let package = Package::new();
    for line in ["%bcond system_zlib 1", "%bcond_without system_zlib"] {
        let spec =
            format!("{line}\nName: weir\nVersion: 2.0\nRelease: 1\nSummary: x\nLicense: MIT\n\n%description\nx\n");
        package.write("weir.spec", &spec);
        let said = package.run(&["spec", "init", "--dry-run"]);
        assert!(!said.out.contains(">>> forebay:bconds"), "{}", said.out);
        assert!(
            said.err.contains("weir.spec:1: a hand-written line that region `bconds` would replace"),
            "{}",
            said.err
        );
    }
}
