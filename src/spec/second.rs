//! rpm's own reading of a spec beside ours: what `rpmspec -P` prints for a target, compared region by region.

use std::collections::BTreeSet;

use bstr::ByteSlice;

use super::document::Spec;
use super::evaluate::Row;
use super::material::Material;
use super::region::{self, RegionId};
use crate::profile::target::Target;
use crate::text::display::terminal;

/// The arguments of `rpmspec` for a target: the macros that the target's own rpm would define, and `-P`.
pub fn arguments(target: &Target, arch: &str, sources: &str) -> Vec<String> {
    let mut all = vec![format!("_sourcedir {sources}"), "_dbpath /nonexistent".to_owned()];
    all.extend(target.macros.iter().map(|(name, number)| format!("{name} {number}")));
    all.extend(target.dist.iter().map(|dist| format!("dist {dist}")));
    // Specs of Fedora ask for it while they are parsed, and rpm elsewhere does not define it.
    all.push("__python3 /usr/bin/python3".to_owned());
    let defines = all.into_iter().flat_map(|define| ["--define".to_owned(), define]);
    defines.chain(["--target", arch, "-P"].map(str::to_owned)).collect()
}

/// Where rpm's reading and ours differ; empty where they agree. `expanded` is what rpm printed, `said` its standard error.
pub fn differences(material: &Material<'_>, row: &Row, expanded: &[u8], said: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = said
        .lines()
        .map(terminal)
        .filter(|line| !line.trim().is_empty())
        .take(5)
        .map(|line| format!("rpm: {line}"))
        .collect();
    let spec = Spec::parse(expanded);
    if material.body(RegionId::Bundled).is_some() {
        let names: BTreeSet<&str> = material.libraries.iter().map(|(library, _)| library.bundled_name()).collect();
        let theirs = told(material, &spec, RegionId::Bundled, |spec| {
            let lines = spec.bundled().into_iter().filter(|line| names.contains(&*terminal(spec.text(&line.name))));
            let text = |line: super::views::Bundled| {
                let version = line.version.as_ref().map(|version| format!(" = {}", terminal(spec.text(version))));
                (line.line, format!("bundled({}){}", terminal(spec.text(&line.name)), version.unwrap_or_default()))
            };
            lines.map(text).collect()
        });
        compare("provides", &row.provides, &theirs, &mut found);
    }
    if material.body(RegionId::BuildRequires).is_some() {
        let ours: BTreeSet<&String> =
            material.libraries.iter().flat_map(|(library, _)| library.requires.iter().flatten()).collect();
        let theirs = told(material, &spec, RegionId::BuildRequires, |spec| {
            let tags = spec.tags_named("BuildRequires").map(|(line, tag)| (line, terminal(spec.text(&tag.value))));
            tags.filter(|(_, text)| ours.contains(text)).collect()
        });
        compare("requires", &row.build_requires, &theirs, &mut found);
    }
    let begin = expanded.find(format!("# >>> forebay:{} v1 ", RegionId::PrepPatches.name()));
    let end = expanded.find(region::end_marker(RegionId::PrepPatches).trim_end());
    if let Some(((begin, end), _)) = begin.zip(end).zip(material.body(RegionId::PrepPatches)) {
        let text = expanded.get(begin..end).unwrap_or_default();
        let numbered: Vec<_> =
            material.numbered().filter(|(_, numbered)| !row.opaque.contains(&numbered.number)).collect();
        let ours = numbered.iter().filter(|(_, numbered)| row.applied.contains(&numbered.number));
        let ours: Vec<String> = ours.map(|(patch, _)| patch.file.clone()).collect();
        let theirs = numbered.iter().filter(|(patch, _)| names(text, &patch.file)).map(|(patch, _)| patch.file.clone());
        compare("applies", &ours, &theirs.collect(), &mut found);
    }
    found
}

/// What rpm's reading of a spec holds of the things that a region can say, without those that stand by hand outside of it.
///
/// rpm drops the comments of a preamble, markers included, so that things are told by what they are and not by their place.
fn told(
    material: &Material<'_>,
    expanded: &Spec,
    id: RegionId,
    of: impl Fn(&Spec) -> Vec<(usize, String)>,
) -> BTreeSet<String> {
    let region = material.regions.iter().find(|region| region.id == id).map_or(0..0, |region| region.begin..region.end);
    let by_hand: BTreeSet<String> =
        of(material.spec).into_iter().filter(|(line, _)| !region.contains(line)).map(|(_, text)| text).collect();
    of(expanded).into_iter().map(|(_, text)| text).filter(|text| !by_hand.contains(text)).collect()
}

/// True where a script names a file as the last part of a path.
fn names(text: &[u8], file: &str) -> bool {
    let name = format!("/{file}");
    text.find_iter(&name).any(|at| {
        let next = text.get(at + name.len());
        next.is_none_or(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+')))
    })
}

fn compare(what: &str, ours: &[String], theirs: &BTreeSet<String>, found: &mut Vec<String>) {
    let ours: BTreeSet<String> = ours.iter().cloned().collect();
    found.extend(theirs.difference(&ours).map(|item| format!("rpm {what} `{item}`, forebay does not")));
    found.extend(ours.difference(theirs).map(|item| format!("forebay {what} `{item}`, rpm does not")));
}
