//! Regions: found or refused with their place; stale and hand-edited told apart; nothing else is ever touched.

use forebay::spec::Spec;
use forebay::spec::region::{self, RegionId, State, begin_marker, end_marker};
use proptest::prelude::*;

use super::world::Package;

fn faults(spec: &str) -> Vec<String> {
    region::find(&Spec::parse(spec.as_bytes())).expect_err("it is refused").iter().map(ToString::to_string).collect()
}

fn marked(id: RegionId, body: &str) -> String {
    format!("{}{body}{}", begin_marker(id, body.as_bytes()), end_marker(id))
}

#[test]
fn wrong_markers_are_named_with_their_place() {
    let h = "h=e3b0c44298fc1c14";
    for (spec, told) in [
        ("# >>> forebay:patches v1\n".to_owned(), "1:1: the marker cannot be read"),
        (format!("# >>> forebay:patches v1 {h}x\n"), "1:1: the marker cannot be read"),
        (format!("# >>> forebay:patches v1 {}\n", h.to_uppercase()), "1:1: the marker cannot be read"),
        (format!("#  >>> forebay:patches v1 {h}\n"), "1:1: the marker cannot be read"),
        (format!("x\n  # >>> forebay:patchs v1 {h}\n"), "2:3: there is no region `patchs`"),
        (format!("# >>> forebay:patches v2 {h}\n"), "1:1: the marker has format `v2`"),
        (format!("# >>> forebay:patches v1 {h}\n"), "1:1: region `patches` is not closed before the end of the file"),
        (
            format!("# >>> forebay:patches v1 {h}\n%prep\n# <<< forebay:patches\n"),
            "1:1: region `patches` is not closed before the next section",
        ),
        ("# <<< forebay:patches\n".to_owned(), "1:1: `patches` ends here but does not begin before"),
        (format!("# >>> forebay:patches v1 {h}\n# <<< forebay:license\n"), "2:1: `license` ends here"),
        (
            format!("# >>> forebay:patches v1 {h}\n# >>> forebay:license v1 {h}\n# <<< forebay:license\n"),
            "1:1: region `patches` is not closed before the next region",
        ),
        (
            format!("{0}{0}", marked(RegionId::License, "x\n")),
            "4:1: region `license` stands here a second time; the first is in line 1",
        ),
        (
            format!("%prep\n{}", marked(RegionId::License, "")),
            "2:1: region `license` must stand in the main preamble, not in %prep",
        ),
        (
            format!("%description\n{}", marked(RegionId::PrepPatches, "")),
            "2:1: region `prep-patches` must stand in %prep, not in %description",
        ),
        (
            format!("%if 1\n{}%endif\n", marked(RegionId::License, "")),
            "2:1: region `license` lies inside of a conditional block",
        ),
        (
            format!("%if 1\n{}%endif\n{}", begin_marker(RegionId::License, b""), end_marker(RegionId::License)),
            "2:1: region `license` and a conditional block cut across",
        ),
        (marked(RegionId::License, "%if 1\n"), "1:1: region `license` and a conditional block cut across"),
        (format!("%global x \\\n{}", marked(RegionId::License, "")), "2:1: the marker lies inside of a macro"),
    ] {
        let found = faults(&spec);
        assert!(found.iter().any(|line| line.starts_with(told)), "{spec}\n{found:?}");
    }
}

#[test]
fn every_byte_of_a_body_counts() {
    let source = marked(RegionId::License, "License: MIT\n");
    let spec = Spec::parse(source.as_bytes());
    let regions = region::find(&spec).expect("it is there");
    assert_eq!(regions[0].state(&spec), State::Intact);
    for at in regions[0].body.clone() {
        let mut bytes = source.clone().into_bytes();
        bytes[at] ^= 1;
        let spec = Spec::parse(&bytes);
        // A flipped line end joins the body with its marker, which is a wrong marker; everything else is a hand edit.
        if let Ok(regions) = region::find(&spec) {
            assert_eq!(regions[0].state(&spec), State::HandEdited, "byte {at}");
        }
    }
}

/// Flip one byte in each region: `check` and `update` refuse it by name, and nothing is written.
#[test]
fn a_flipped_byte_is_refused_by_the_name_of_its_region() {
    let package = Package::filled();
    let clean = package.read("weir.spec");
    let spec = Spec::parse(clean.as_bytes());
    let regions = region::find(&spec).expect("it is there");
    assert_eq!(regions.len(), RegionId::ALL.len());
    for region in regions {
        let mut bytes = clean.clone().into_bytes();
        let at = region.body.clone().find(|at| bytes[*at].is_ascii_alphabetic()).expect("it is there");
        bytes[at] ^= 0x20;
        std::fs::write(package.path("weir.spec"), &bytes).expect("it is there");
        let (checked, updated) = (package.run(&["spec", "check"]), package.run(&["spec", "update"]));
        let name = format!("region `{}`", region.id.name());
        assert_eq!((checked.status, updated.status), (2, 2), "{name}");
        let told = format!("{}{}", checked.out, checked.err);
        assert!(told.contains(&name) && updated.err.contains(&name), "{told}{}", updated.err);
        assert_eq!(std::fs::read(package.path("weir.spec")).expect("it is there"), bytes, "nothing was written");
    }
}

#[test]
fn force_keeps_the_old_body_beside() {
    let package = Package::filled();
    let edited = package.read("weir.spec").replace("License: MIT", "License: ISC");
    package.write("weir.spec", &edited);
    assert_eq!(package.run(&["spec", "update", "--force"]).status, 0);
    assert!(package.read("weir.spec").contains("License: MIT AND"));
    assert!(package.read("weir.spec.license.old").starts_with("License: ISC AND"));
    assert_eq!(package.run(&["spec", "check"]).status, 0);
}

#[test]
fn bytes_outside_of_regions_stay_as_they_are() {
    let spec = super::world::SPEC.replace("holds the water back", "caf\u{e9} \t ").replace('\n', "\r\n");
    let spec = spec.trim_end();
    let package = Package::bare(super::world::PROFILE, spec);
    package.queue(&["first"]);
    assert_eq!(package.run(&["spec", "init"]).status, 0);
    assert_eq!(package.run(&["spec", "update"]).status, 0);
    let (mut outside, mut inside) = (String::new(), false);
    let written = package.read("weir.spec");
    for line in written.split_inclusive('\n') {
        assert!(line.ends_with("\r\n"), "{line:?}");
        inside |= line.starts_with("# >>> forebay:");
        if !inside {
            outside.push_str(line);
        }
        inside &= !line.starts_with("# <<< forebay:");
    }
    assert_eq!(outside.trim_end(), spec);
    assert_eq!(package.run(&["spec", "check"]).status, 0, "{}", package.run(&["spec", "check"]).out);
    let before = package.read("weir.spec");
    assert_eq!(package.run(&["spec", "update"]).status, 0);
    assert_eq!(package.read("weir.spec"), before, "the second run changes nothing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Markers cut, doubled and changed at random: never a panic, and a spec that is refused is never written.
    #[test]
    fn fuzzed_markers_write_nothing(cuts in prop::collection::vec((0_usize..4000, 0_usize..40, "[ -~]{0,6}"), 1..4)) {
        let package = Package::filled();
        let mut text = package.read("weir.spec");
        for (at, length, new) in cuts {
            let from = at.min(text.len());
            let to = (from + length).min(text.len());
            if text.is_char_boundary(from) && text.is_char_boundary(to) {
                text.replace_range(from..to, &new);
            }
        }
        package.write("weir.spec", &text);
        let checked = package.run(&["spec", "check"]);
        let updated = package.run(&["spec", "update"]);
        if updated.status != 0 {
            prop_assert_eq!(package.read("weir.spec"), text);
        } else {
            prop_assert_ne!(checked.status, 2, "{}", checked.out);
        }
    }

    /// Profiles cut at random: never a panic, nothing written where they are refused.
    #[test]
    fn fuzzed_profiles_write_nothing(at in 0_usize..2400, length in 0_usize..30, new in "[ -~\n]{0,8}") {
        let package = Package::new();
        let before = package.read("weir.spec");
        let mut text = package.read("forebay.toml");
        let from = at.min(text.len());
        let to = (from + length).min(text.len());
        text.replace_range(from..to, &new);
        package.write("forebay.toml", &text);
        if package.run(&["spec", "update"]).status != 0 {
            prop_assert_eq!(package.read("weir.spec"), before);
        }
    }
}
