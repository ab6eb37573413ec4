//! What the tree asks of tools, against what the distribution has.

use crate::audit::build_report::{Floor, FloorSystem};
use crate::audit::report::AuditReport;
use crate::audit::rules::TOOL_TOO_OLD;
use crate::distro::{Index, PackageIndex as _, SystemPackage, Wanted};
use crate::finding::Finding;

/// What distributions call a tool; `{}` stands for the first number of its version.
const NAMES: &[(&str, &[&str])] = &[
    ("clang", &["llvm-toolchain-{}", "clang-{}", "clang{}", "clang"]),
    ("rust", &["rustc", "rust"]),
    ("node", &["nodejs", "nodejs{}", "node"]),
    ("python", &["python3", "python3-defaults", "python"]),
    ("java", &["openjdk-{}", "openjdk{}", "java-{}-openjdk", "jdk-openjdk"]),
    ("cbindgen", &["cbindgen", "rust-cbindgen"]),
    ("cmake", &["cmake"]),
    ("meson", &["meson"]),
    ("go", &["golang-{}", "golang", "golang-defaults", "go"]),
];

/// How many series below the wanted one are asked for where each series is a package.
const SERIES: u32 = 20;

/// Fills `system` of every floor that names a version, and tells what is too old.
pub fn join(report: &mut AuditReport, indexes: &[Index]) -> Vec<Finding> {
    let Some(build) = &mut report.build else { return Vec::new() };
    let mut findings = Vec::new();
    for floor in &mut build.floors {
        let Some((_, names)) = NAMES.iter().find(|(tool, _)| *tool == floor.tool) else { continue };
        let found = indexes.iter().filter_map(|index| best(index, names, &floor.version)).max_by(|one, other| {
            numbers(&one.upstream.text).cmp(&numbers(&other.upstream.text)).then_with(|| other.index.cmp(&one.index))
        });
        let Some(found) = found else { continue };
        let enough = at_least(&found.upstream.text, &floor.version);
        if enough == Some(false) {
            findings.push(too_old(floor, &found));
        }
        let (index, package, version) = (found.index, found.package, found.upstream.text);
        floor.system = Some(FloorSystem { index, package, version, enough });
    }
    findings
}

fn too_old(floor: &Floor, found: &SystemPackage) -> Finding {
    let asks = if floor.required { "refuses anything older than" } else { "builds with" };
    let (tool, version) = (&floor.tool, &floor.version);
    let message = format!("the tree {asks} {tool} {version}, and {} has {}", found.index, found.upstream.text);
    let hint = if floor.required {
        "patch the check, or build with a newer one"
    } else {
        "expect errors that upstream never sees"
    };
    Finding::new(&TOOL_TOO_OLD, tool, "", message).at(&floor.place).hint(hint)
}

/// The newest package of a tool: of the wanted series or a later one, else of the one before.
fn best(index: &Index, names: &[&str], version: &str) -> Option<SystemPackage> {
    let first = *numbers(version).first()?;
    let mut series: Vec<u32> = (first..=first + 3).rev().collect();
    series.extend((first.saturating_sub(SERIES)..first).rev());
    let find = |name: &str| index.find(&Wanted { aliases: &[name], ..Wanted::default() });
    let newest = |found: &SystemPackage| numbers(&found.upstream.text);
    let plain = names.iter().filter(|name| !name.contains("{}")).filter_map(|name| find(name));
    let numbered = names
        .iter()
        .filter(|name| name.contains("{}"))
        .filter_map(|name| series.iter().find_map(|number| find(&name.replace("{}", &number.to_string()))));
    plain.chain(numbered).max_by_key(newest)
}

/// The numbers at the beginning of a version.
fn numbers(version: &str) -> Vec<u32> {
    let plain = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    plain.split(['.', '-', '~', '+']).map_while(|part| part.parse().ok()).collect()
}

/// Whether a version is at least the one asked for, as far as that one is told; `None` where one is no number.
fn at_least(version: &str, asked: &str) -> Option<bool> {
    let (has, asked) = (numbers(version), numbers(asked));
    if has.is_empty() || asked.is_empty() {
        return None;
    }
    let has: Vec<u32> = has.into_iter().chain(std::iter::repeat(0)).take(asked.len()).collect();
    Some(has >= asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distro::Package;
    use crate::version::Scheme;

    #[test]
    fn a_version_is_compared_as_far_as_it_is_asked_for() {
        for (version, asked, expected) in [
            ("19.1.7", "23", Some(false)),
            ("23.1.0~rc1", "23", Some(true)),
            ("24", "24.12.0", Some(false)),
            ("24.12.1", "24.12.0", Some(true)),
            ("3.9", "3.10", Some(false)),
            ("x", "1", None),
        ] {
            assert_eq!(at_least(version, asked), expected, "{version} {asked}");
        }
    }

    #[test]
    fn a_series_that_is_a_package_of_its_own_is_found() {
        let mut index = Index::new("here", Scheme::Dpkg);
        for (name, version) in
            [("llvm-toolchain-17", "1:17.0.6-1"), ("llvm-toolchain-19", "1:19.1.7-3"), ("nodejs", "20.1-1")]
        {
            index.add(Package { name: name.into(), version: version.into(), ..Package::default() });
        }
        let names = |tool: &str| NAMES.iter().find(|(known, _)| *known == tool).unwrap().1;
        let found = |tool: &str, version: &str| best(&index, names(tool), version).map(|found| found.upstream.text);
        assert_eq!(found("clang", "23").as_deref(), Some("19.1.7"));
        assert_eq!(found("clang", "18").as_deref(), Some("19.1.7"));
        assert_eq!(found("node", "24.1").as_deref(), Some("20.1"));
        assert_eq!(found("rust", "1.80"), None);
    }
}
