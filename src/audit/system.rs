//! What the distribution ships of each component, joined from package indexes.
//!
//! A library of the catalog is looked for by the names that the catalog has for the kind of index, then by its pkg-config
//! modules, then by likeness of the name. Crates and packages of npm, Python, Go and Ruby are looked for by the habits of naming
//! that distributions have for them, never by likeness: a crate `log` is not the program `log`. Nothing here proves that the
//! system's copy can take the place of the bundled one, so no verdict changes here; what speaks against it becomes a blocker.

use crate::audit::report::{AuditReport, Blocker, Component, System};
use crate::distro::{Confidence, Index, PackageIndex as _, SystemPackage, Wanted};
use crate::manifest::purl::normal_python;
use crate::profile::catalog::{Catalog, Library};
use crate::version::{Scheme, compare};

/// The blocker of a component that is newer than the system's.
pub const TOO_OLD: &str = "too-old";
/// The blocker of a known library that no index has.
pub const NOT_PACKAGED: &str = "not-packaged";

/// Fills `system` of every component, with the blockers `too-old` and `not-packaged`; the verdicts stay as they are.
///
/// Of several indexes the surest join counts, then the highest version, as a package manager with all of them would choose;
/// versions of different kinds of index have no order, so the index that was given first counts there.
pub fn join(report: &mut AuditReport, indexes: &[Index], catalog: &Catalog) {
    report.indexes = indexes.iter().map(|index| index.name().to_owned()).collect();
    if indexes.is_empty() {
        return;
    }
    for component in &mut report.components {
        // The tree is not bundled in itself.
        if component.root == "." {
            continue;
        }
        let plain = matches!(component.ecosystem.as_str(), "c" | "data");
        let library = catalog.find(&component.name).filter(|_| plain);
        match best(component, library, indexes) {
            Some(mut found) => {
                if library.is_some_and(|library| elsewhere(library, component.url.as_deref())) {
                    found.confidence = Confidence::Low;
                }
                take(component, &found);
            }
            None if library.is_some() => component.blockers.push(Blocker {
                kind: NOT_PACKAGED.to_owned(),
                detail: format!("not in {}", report.indexes.join(", ")),
                places: Vec::new(),
            }),
            None => {}
        }
    }
}

/// True where a component comes from a GitHub repository of another name than the library's: `VulkanTools` is not
/// `Vulkan-Tools`, which names as they are compared do not tell apart. Owners move and fork, so they do not count.
fn elsewhere(library: &Library, url: Option<&str>) -> bool {
    let own = library.github.as_deref().and_then(|name| name.split_once('/')).map(|(_, repository)| repository);
    let stated = url.and_then(|url| url.split_once("github.com/")).and_then(|(_, path)| path.split('/').nth(1));
    let stated = stated.map(|name| name.strip_suffix(".git").unwrap_or(name)).filter(|name| !name.is_empty());
    own.zip(stated).is_some_and(|(own, stated)| !own.eq_ignore_ascii_case(stated))
}

fn take(component: &mut Component, found: &SystemPackage) {
    let bundled = component.version.value.as_deref();
    let new_enough = bundled.and_then(|bundled| found.enough(bundled).enough());
    let registry = matches!(component.ecosystem.as_str(), "cargo" | "npm");
    // A source that builds packages of several modules has the version of one of them.
    let own_version = !registry || by_habit(&component.ecosystem, &component.name, bundled).contains(&found.package);
    // By the rules of these two worlds a later series has another interface, and being newer is not enough.
    let same_series = !registry || bundled.is_some_and(|text| series(text) == series(&found.upstream.text));
    let enough = new_enough.filter(|enough| own_version && (same_series || !enough));
    let guess = found.confidence == Confidence::Low;
    // A guess may be another thing of a like name, so it stands in nobody's way.
    if let (Some(false), Some(bundled), false) = (enough, bundled, guess) {
        component.blockers.push(Blocker {
            kind: TOO_OLD.to_owned(),
            detail: format!("bundled is {bundled}, {} in {} is {}", found.package, found.index, found.upstream.text),
            places: component.version.source.iter().cloned().collect(),
        });
    }
    component.system = Some(System {
        index: found.index.clone(),
        package: found.package.clone(),
        version: found.upstream.text.clone(),
        enough,
        joined: Some(found.joined.word().to_owned()),
        guess,
    });
}

/// The best package for a component over all indexes.
fn best(component: &Component, library: Option<&Library>, indexes: &[Index]) -> Option<SystemPackage> {
    let found = indexes.iter().filter_map(|index| find(component, library, index));
    found.reduce(|best, next| {
        let newer = || best.scheme == next.scheme && compare(best.scheme, &next.version, &best.version).is_gt();
        if next.joined < best.joined || next.joined == best.joined && newer() { next } else { best }
    })
}

fn find(component: &Component, library: Option<&Library>, index: &Index) -> Option<SystemPackage> {
    if let Some(library) = library {
        let aliases = aliases(library, index.scheme());
        let pkg_config: Vec<&str> = library.pkg_config.iter().map(String::as_str).collect();
        let wanted = Wanted { aliases: &aliases, pkg_config: &pkg_config, sonames: &[], name: &library.name };
        return index.find(&wanted);
    }
    if component.ecosystem == "c" {
        let names = [Some(&component.name), component.declared_name.as_ref()];
        return names
            .into_iter()
            .flatten()
            .find_map(|name| index.find(&Wanted { name: name.as_str(), ..Wanted::default() }));
    }
    let habit = by_habit(&component.ecosystem, &component.name, component.version.value.as_deref());
    let aliases: Vec<&str> = habit.iter().map(String::as_str).collect();
    index.find(&Wanted { aliases: &aliases, ..Wanted::default() })
}

/// The catalog's names for a kind of index; kinds that it has no column for are asked by both columns and the library's name.
fn aliases(library: &Library, scheme: Scheme) -> Vec<&str> {
    let (fedora, debian) = (library.fedora.iter(), library.debian.iter());
    match scheme {
        Scheme::Dpkg => debian.map(String::as_str).collect(),
        Scheme::Rpm => fedora.map(String::as_str).collect(),
        _ => std::iter::once(&library.name).chain(fedora).chain(debian).map(String::as_str).collect(),
    }
}

/// What distributions call a package of a language's registry; a package that is kept for one series stands first.
fn by_habit(ecosystem: &str, name: &str, version: Option<&str>) -> Vec<String> {
    match ecosystem {
        "cargo" => {
            let (dashed, series) = (name.replace('_', "-"), version.map(series).unwrap_or_default());
            let mut names = vec![format!("rust-{dashed}-{series}"), format!("rust-{name}{series}")];
            names.retain(|_| !series.is_empty());
            names.extend([format!("rust-{dashed}"), format!("rust-{name}")]);
            names
        }
        "npm" => {
            let flat = name.trim_start_matches('@').replace('/', "-");
            vec![format!("node-{flat}"), format!("nodejs-{flat}")]
        }
        "python" => {
            let normal = normal_python(name);
            ["python3-", "python-", "py3-"].map(|prefix| format!("{prefix}{normal}")).to_vec()
        }
        "go" => {
            let (host, path) = name.split_once('/').unwrap_or((name, ""));
            let host = host.rsplit_once('.').map_or(host, |(host, _)| host);
            let flat = format!("{host}-{path}").trim_end_matches('-').replace(['/', '_'], "-").to_lowercase();
            vec![format!("golang-{flat}")]
        }
        "ruby" => vec![format!("ruby-{}", name.replace('_', "-")), format!("rubygem-{name}")],
        _ => Vec::new(),
    }
}

/// The numbers up to the first that is not zero: `1` of 1.2.3, `0.3` of 0.3.1. Within these an interface only grows.
fn series(version: &str) -> String {
    let numbers = version.split(|c: char| !c.is_ascii_digit()).take_while(|part| !part.is_empty());
    let mut kept = Vec::new();
    for number in numbers {
        kept.push(number);
        if number.bytes().any(|byte| byte != b'0') {
            break;
        }
    }
    kept.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distro::Package;

    #[test]
    fn habits_of_naming() {
        assert_eq!(
            by_habit("cargo", "serde_json", Some("0.3.1")),
            ["rust-serde-json-0.3", "rust-serde_json0.3", "rust-serde-json", "rust-serde_json"]
        );
        assert_eq!(by_habit("npm", "@types/node", None), ["node-types-node", "nodejs-types-node"]);
        assert_eq!(by_habit("python", "Foo_Bar", None)[0], "python3-foo-bar");
        assert_eq!(by_habit("go", "github.com/pkg/errors", None), ["golang-github-pkg-errors"]);
        assert!(by_habit("java", "x", None).is_empty());
    }

    #[test]
    fn a_series_ends_at_the_first_number_that_counts() {
        for (version, expected) in [("1.2.3", "1"), ("0.3.1", "0.3"), ("0.0.4", "0.0.4"), ("v1", ""), ("", "")] {
            assert_eq!(series(version), expected, "{version}");
        }
    }

    #[test]
    fn another_repository_is_another_thing() {
        let text = "[[library]]\nname = \"weir\"\ngithub = \"one/we-ir\"\n";
        let catalog = Catalog::parse(&[("x", text)]).unwrap();
        let library = catalog.find("weir").unwrap();
        for (url, expected) in [
            (Some("https://github.com/two/WeIr"), true),
            (Some("https://github.com/two/we-ir.git"), false),
            (Some("https://github.com/one/We-Ir/releases"), false),
            (Some("https://github.com/one/"), false),
            (Some("https://weir.example/x/y"), false),
            (None, false),
        ] {
            assert_eq!(elsewhere(library, url), expected, "{url:?}");
        }
    }

    #[test]
    fn each_kind_of_index_is_asked_by_its_own_names() {
        let catalog =
            Catalog::parse(&[("x", "[[library]]\nname = \"weir\"\nfedora = [\"weir-f\"]\ndebian = [\"weir-d\"]\n")])
                .unwrap();
        let library = catalog.find("weir").unwrap();
        assert_eq!(aliases(library, Scheme::Dpkg), ["weir-d"]);
        assert_eq!(aliases(library, Scheme::Rpm), ["weir-f"]);
        assert_eq!(aliases(library, Scheme::Pacman), ["weir", "weir-f", "weir-d"]);
    }

    #[test]
    fn the_surest_join_counts_then_the_highest_version_then_the_order() {
        let index = |name: &str, scheme, package: &str, version: &str| {
            let mut index = Index::new(name, scheme);
            index.add(Package { name: package.into(), version: version.into(), ..Package::default() });
            index
        };
        let text = "[[library]]\nname = \"weir\"\nfedora = [\"weir-f\"]\ndebian = [\"weir-d\"]\n";
        let catalog = Catalog::parse(&[("x", text)]).unwrap();
        let library = catalog.find("weir");
        let bundled = Component { name: "weir".into(), ecosystem: "c".into(), ..component() };
        let found = |indexes: &[Index]| best(&bundled, library, indexes).map(|found| found.index);
        let old = || index("old", Scheme::Dpkg, "weir-d", "1.9-1");
        let new = || index("new", Scheme::Dpkg, "weir-d", "1.10-1");
        let alike = || index("alike", Scheme::Dpkg, "libweir2", "9-1");
        let fedora = || index("fedora", Scheme::Rpm, "weir-f", "1.1-1");
        assert_eq!(found(&[old(), new()]), Some("new".into()));
        assert_eq!(found(&[new(), old()]), Some("new".into()));
        assert_eq!(found(&[alike(), old()]), Some("old".into()), "a name of the table before one that is alike");
        assert_eq!(found(&[fedora(), new()]), Some("fedora".into()), "no order between kinds of index");
        assert_eq!(found(&[alike()]), Some("alike".into()));
        assert_eq!(found(&[index("none", Scheme::Dpkg, "other", "1")]), None);
    }

    fn component() -> Component {
        let text = r#"{"id":"a","name":"a","root":"a","ecosystem":"c","parent":null,"version":{"value":null,"source":null,
            "declared":null,"agrees":null},"revision":null,"url":null,"license":{"spdx":null,"declared":null,"agrees":null,
            "confidence":0.0,"source":null},"cpe":null,"purl":null,"shipped":null,"detected_by":[],"confidence":1.0,
            "modified":{"state":"unknown","evidence":[]},"used":{"state":"unknown","condition":null,"witness":[]},
            "system":null,"verdict":"keep","blockers":[],"provides":null}"#;
        serde_json::from_str(text).expect("a component")
    }

    #[test]
    fn what_is_newer_than_the_systems_is_blocked_and_a_crate_of_another_series_unknown() {
        let mut index = Index::new("here", Scheme::Dpkg);
        index.add(Package {
            name: "node-rill".into(),
            source: Some("node-brook".into()),
            version: "1.2-1".into(),
            ..Package::default()
        });
        for (name, version) in [("weir-d", "1:1.2+dfsg-1"), ("rust-sluice", "0.4.0-1"), ("lock", "3-1")] {
            index.add(Package { name: name.into(), version: version.into(), ..Package::default() });
        }
        let text = "[[library]]\nname = \"weir\"\ndebian = [\"weir-d\"]\n[[library]]\nname = \"pond\"\n";
        let catalog = Catalog::parse(&[("x", text)]).unwrap();
        let of = |name: &str, ecosystem: &str, version: &str| {
            let mut made = Component { name: name.into(), ecosystem: ecosystem.into(), ..component() };
            made.version.value = Some(version.into());
            made
        };
        let answer = |mut component: Component| {
            if let Some(found) = best(&component, catalog.find(&component.name), &[Index::new("none", Scheme::Rpm)]) {
                panic!("an empty index has nothing: {found:?}");
            }
            let found = best(&component, catalog.find(&component.name), std::slice::from_ref(&index));
            if let Some(found) = &found {
                take(&mut component, found);
            }
            (
                component.system.and_then(|system| system.enough),
                component.blockers.first().map(|one| one.detail.clone()),
            )
        };
        assert_eq!(answer(of("weir", "c", "1.2")), (Some(true), None));
        assert_eq!(
            answer(of("weir", "c", "1.10")),
            (Some(false), Some("bundled is 1.10, weir-d in here is 1.2".into()))
        );
        assert_eq!(answer(of("weir", "c", "20240101")), (None, None));
        assert_eq!(answer(of("sluice", "cargo", "0.3.9")), (None, None), "0.4 has another interface than 0.3");
        assert_eq!(answer(of("sluice", "cargo", "0.4.0")), (Some(true), None));
        assert_eq!(answer(of("lock", "cargo", "1")), (None, None), "a crate is no program of that name");
        assert_eq!(answer(of("rill", "npm", "1.9.0")), (None, None), "1.2 is the version of node-brook");
        assert_eq!(answer(of("lock", "c", "4")), (Some(false), None), "a guess blocks nothing");
    }
}
