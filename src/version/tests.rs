use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

/// Each list is in rising order.
fn rises(scheme: Scheme, list: &[&str]) {
    for (at, a) in list.iter().enumerate() {
        for (other, b) in list.iter().enumerate() {
            assert_eq!(compare(scheme, a, b), at.cmp(&other), "{}: {a} {b}", scheme.word());
        }
    }
}

fn same(scheme: Scheme, a: &str, b: &str) {
    assert_eq!(compare(scheme, a, b), Ordering::Equal, "{}: {a} {b}", scheme.word());
}

#[test]
fn each_scheme_keeps_its_own_order() {
    rises(Scheme::Rpm, &["1.0~rc1", "1.0", "1.0^git1", "1.0a", "1.0.1", "1.0.1-1", "1.0.1-1.1", "2", "1:0.1"]);
    same(Scheme::Rpm, "1.01", "1_1");
    rises(Scheme::Dpkg, &["1.0~~", "1.0~rc1-1", "1.0-1", "1.0a-1", "1.0+b-1", "1.0.1", "1:0.5"]);
    same(Scheme::Dpkg, "0:1.0-0", "1.0");
    rises(Scheme::Semver, &["words", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "v1.0", "1.0.1", "1.1", "10.0.0"]);
    same(Scheme::Semver, "1.2.0+a", "v1.2");
    rises(Scheme::Chromium, &["1.0", "120.0.6099.224", "150.0.7871.100", "150.0.7871.181"]);
    rises(
        Scheme::Gentoo,
        &[
            "1.0_alpha",
            "1.0_alpha2",
            "1.0_beta",
            "1.0_pre",
            "1.0_rc1",
            "1.0",
            "1.0-r1",
            "1.0_p1",
            "1.0a",
            "1.0.1",
            "1.1",
        ],
    );
    same(Scheme::Gentoo, "1.0-r0", "1.0");
    rises(Scheme::Gentoo, &["1.01", "1.011", "1.1", "1.10"]);
    rises(
        Scheme::Alpine,
        &["1.0_rc1", "1.0", "1.0-r0", "1.0-r3", "1.0_cvs", "1.0_git20240101", "1.0_p1", "1.0a", "1.1"],
    );
    rises(Scheme::Pacman, &["1.0a", "1.0rc1", "1.0", "1.0.a", "1.0.1", "2", "1:0.1"]);
    same(Scheme::Pacman, "1.0", "1.0-3");
    rises(Scheme::Loose, &["1.0-rc1", "v1.0", "1.0-5-gabcdef1", "1.0a", "R_1_0_1", "release-2", "2024-01-16"]);
    same(Scheme::Loose, "v1.2.0", "libfoo-1_2");
}

#[test]
fn only_versions_of_a_scheme_are_accepted() {
    for (scheme, good, bad) in [
        (Scheme::Semver, "1.2.3-rc.1", "1.2.3.4"),
        (Scheme::Chromium, "1.2.3.4", "1.2.3"),
        (Scheme::Gentoo, "1.2_p1-r1", "1.2_git1"),
        (Scheme::Alpine, "1.2_git1-r1", "1.2-1"),
        (Scheme::Chromium, "1.2.3.4", "1.2.3.+4"),
    ] {
        assert!(scheme.accepts(good) && !scheme.accepts(bad), "{}", scheme.word());
    }
}

#[test]
fn text_for_rpm_from_the_forms_of_real_metadata() {
    for (raw, text) in [
        ("1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("v1.2-rc1", "1.2~rc1"),
        ("1.2.0-beta.2", "1.2.0~beta2"),
        ("3.0.0-alpha.x", "3.0.0~alpha.x"),
        ("1.0b2", "1.0~b2"),
        ("VER-2-13-3-230-ge07e56c7f", "2.13.3^230.ge07e56c7f"),
        ("R_2_8_0-29-g0123456789abcdef", "2.8.0^29.g0123456789ab"),
        ("v1.16.0-139-gabcdef01", "1.16.0^139.gabcdef01"),
        ("1.1.10.git.0123456789abcdef0123456789abcdef01234567", "1.1.10^git0123456"),
        ("0123456789abcdef0123456789abcdef01234567", "0^git0123456"),
        ("78-2", "78.2"),
        ("14.2.0-69", "14.2.0.69"),
        ("release-45", "45"),
        ("OpenSSL_1_1_1w", "1.1.1w"),
        ("9.6p1", "9.6p1"),
        ("curl-8_5_0", "8.5.0"),
        ("libxml2-2.9.1", "2.9.1"),
        ("git (see METADATA)", ""),
        ("0123456789abcdef0123456789abcdef01234567 (0.4.1)", "0.4.1^git0123456"),
        ("3.01 / 0123456789abcdef", "3.01^git0123456"),
        ("3.17 patched", "3.17"),
        ("2006/12/28", "20061228"),
        ("2024-07-02", "20240702"),
        ("lts_2024_01_16", "20240116"),
        ("chromium/6478", "6478"),
        ("1948", "1948"),
        ("8.0.git", "8.0^git"),
        ("1:2.0", "2.0"),
        ("1.2^20260413git3a9254f", "1.2^20260413git3a9254f"),
        ("1.0~rc1^git1", "1.0~rc1^git1"),
        ("4.17.21+build.5", "4.17.21^build.5"),
        ("\u{2488}0.2", "1.0.2"),
        ("DEPS", ""),
        ("N/A", ""),
        ("", ""),
        ("..", ""),
        ("rc1", "0~rc1"),
    ] {
        assert_eq!(rpm_text(raw).text, text, "{raw}");
    }
    assert!(rpm_text("v1.2").is_whole());
    assert_eq!(rpm_text("3.17 patched").dropped, ["patched"]);
    assert_eq!(rpm_text("\u{2488}0.2").dropped, ["\u{2488}"]);
}

#[test]
fn the_upstream_part_is_what_upstream_released() {
    let part = |scheme, text: &str| {
        let upstream = upstream_part(scheme, text);
        upstream.text + if upstream.snapshot { " snapshot" } else { "" }
    };
    for (text, expected) in [
        ("1:1.3.dfsg+really1.3.2-4", "1.3.2"),
        ("3.12.0.really.3.12.0.really.3.12.0-2", "3.12.0"),
        ("2.15.4+dfsg-3", "2.15.4"),
        ("0.165.3223+git20250910.0a1b2c3-1", "0.165.3223 snapshot"),
        ("2.0~rc1-1", "2.0~rc1"),
        ("1.2+really1.1+dfsg-1", "1.1"),
        ("0.0~git20240507.c9b1c12-1", "20240507 snapshot"),
        ("0~20240507-1", "20240507 snapshot"),
        ("4.17.21+dfsg+~cs8.31.198-1", "4.17.21"),
        ("1.5.4+ds1-2+b1", "1.5.4"),
        ("2.4.0~dfsg-1", "2.4.0"),
        ("1.8.0+repack-1~bpo12+1", "1.8.0"),
        ("20240722.0-4", "20240722.0"),
        ("3.0.15-1~deb12u1", "3.0.15"),
        ("1.1.1w-0+deb11u1", "1.1.1w"),
        ("12", "12"),
        ("9.20210102-2", "9.20210102"),
    ] {
        assert_eq!(part(Scheme::Dpkg, text), expected, "{text}");
    }
    assert_eq!(part(Scheme::Rpm, "2:1.2^20260413git3a9254f-3.fc44"), "1.2 snapshot");
    assert_eq!(part(Scheme::Rpm, "1.2~rc1-1"), "1.2~rc1");
    assert_eq!(part(Scheme::Pacman, "1:1.2.r34.g1a2b3c4-1"), "1.2 snapshot");
    assert_eq!(part(Scheme::Gentoo, "1.2_rc3-r1"), "1.2~rc3");
    assert_eq!(part(Scheme::Gentoo, "9.6_p1-r1"), "9.6p1");
    assert_eq!(part(Scheme::Gentoo, "0_p20240101"), "20240101 snapshot");
    assert_eq!(part(Scheme::Alpine, "1.2_git20240101-r4"), "1.2 snapshot");
    assert_eq!(part(Scheme::Semver, "1.2.3+build"), "1.2.3");
}

#[test]
fn versions_of_unlike_styles_are_not_compared() {
    use Relation::{Newer, Older, Same, Unknown};
    for (bundled, packaged, relation) in [
        ("1.3.1", "1.3.2", Older),
        ("v1.3.2", "1.3.2", Same),
        ("1.16.0-139-gabcdef01", "1.16.0", Newer),
        ("2.0-rc1", "2.0", Older),
        ("78-2", "78.2", Same),
        ("2024-07-02", "20240702", Same),
        ("2024.07.02", "20250101", Older),
        ("20240722.1", "20240722.0", Newer),
        ("1948", "0.0", Unknown(Unlike::CountAndNumber)),
        ("1948", "20240507", Unknown(Unlike::DateAndNumber)),
        ("1948", "1768", Newer),
        ("20240116", "1.2", Unknown(Unlike::DateAndNumber)),
        ("2024.1", "1.2", Unknown(Unlike::DateAndNumber)),
        ("2024.1", "2025.2", Older),
        ("2024.1", "20250101", Older),
        ("255", "255.4", Older),
        ("N/A", "1", Unknown(Unlike::Missing)),
        ("0123456789abcdef0123456789abcdef01234567", "1.2", Unknown(Unlike::Commit)),
    ] {
        assert_eq!(relate(bundled, packaged), relation, "{bundled} {packaged}");
    }
    assert_eq!(Relation::Older.enough(), Some(true));
    assert_eq!(relate("1948", "0.0").enough(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn orders_are_orders(list in proptest::collection::vec("[0-9a-c.~^_+:-]{0,6}|[0-9]\\.[0-9]{1,2}(_(alpha|rc|p)[0-9]?)?(-r[01])?|[0-2]\\.[01]\\.[01]\\.[0-2]", 3)) {
        for scheme in Scheme::ALL {
            let order = |a: usize, b: usize| compare(scheme, &list[a], &list[b]);
            prop_assert_eq!(order(0, 0), Ordering::Equal);
            prop_assert_eq!(order(0, 1), order(1, 0).reverse());
            // pacman's own order has circles (`a`, the empty text, `.`), so nothing more can be asked of it.
            if scheme != Scheme::Pacman && order(0, 1).is_le() && order(1, 2).is_le() {
                prop_assert!(order(0, 2).is_le(), "{} {:?}", scheme.word(), list);
            }
        }
    }

    #[test]
    fn text_for_rpm_is_made_once(raw in "\\PC{0,20}|(v|R_|lib-)?[0-9]{1,3}([._-][0-9]{1,3}){0,3}(-?(rc|beta|git)[.]?[0-9a-f]{0,8})?") {
        let text = rpm_text(&raw).text;
        prop_assert_eq!(&rpm_text(&text).text, &text);
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".~^".contains(&byte)));
        prop_assert!(text.is_empty() || text.as_bytes()[0].is_ascii_digit());
        prop_assert!(!text.contains("..") && !text.ends_with(['.', '~', '^']));
    }

    #[test]
    fn no_text_does_harm(a in "\\PC{0,30}", b in "\\PC{0,30}") {
        for scheme in Scheme::ALL {
            let _ = (compare(scheme, &a, &b), upstream_part(scheme, &a));
        }
        let _ = relate(&a, &b);
    }
}
