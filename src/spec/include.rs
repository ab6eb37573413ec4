//! Fragments in files of their own, for packagers who want `%include` instead of regions in the spec.
//!
//! Such a file holds one region with its markers, so that a person's change to it is seen as in a spec. The spec must declare it as
//! a source and include it by that source's number: with a bare name rpm looks in the working directory, and a file that is no source
//! is missing from the source package, both without a word.

use bstr::ByteSlice;

use super::document::{LineKind, SectionKind, Spec};
use super::region::{self, RegionId};
use super::rules;
use crate::finding::Finding;

/// The number of the first source that is proposed for a fragment.
const FIRST: u32 = 901;

/// The name of the file that holds a fragment.
pub fn file_name(id: RegionId) -> String {
    format!("forebay-{}.inc", id.name())
}

/// What such a file holds for a body.
pub fn file_text(id: RegionId, body: &str) -> String {
    format!("{}{body}{}", region::begin_marker(id, body.as_bytes()), region::end_marker(id))
}

/// How a file on disk relates to what it should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// There is none.
    Missing,
    /// It holds what it should.
    Current,
    /// forebay wrote it, and what it is made from has changed since.
    Stale,
    /// A person changed it, or it is another file altogether.
    Foreign,
}

/// Looks at the bytes of a file.
pub fn state(id: RegionId, bytes: Option<&[u8]>, wanted: &str) -> FileState {
    let Some(bytes) = bytes else { return FileState::Missing };
    if bytes == wanted.as_bytes() {
        return FileState::Current;
    }
    // The region must be the whole file and bear its own hash.
    let body = bytes.strip_suffix(region::end_marker(id).as_bytes());
    let body = body.and_then(|text| text.find_byte(b'\n').and_then(|end| text.get(end + 1..)));
    let intact = body.is_some_and(|body| {
        let again = [region::begin_marker(id, body).as_bytes(), body, region::end_marker(id).as_bytes()].concat();
        again == bytes
    });
    if intact { FileState::Stale } else { FileState::Foreign }
}

/// The fragments that a spec declares as sources, with the numbers.
pub fn declared(spec: &Spec) -> Vec<(RegionId, u32)> {
    let of = |source: super::views::Listed| {
        let value = spec.text(&source.value).to_str().ok()?;
        let name = value.rsplit('/').next().unwrap_or(value);
        let id = RegionId::ALL.into_iter().find(|id| file_name(*id) == name)?;
        Some((id, source.number))
    };
    spec.sources().into_iter().filter_map(of).collect()
}

/// The fragments that a spec does not declare or does not include in their section; each finding tells the lines to add.
pub fn check(spec: &Spec, name: &str, ids: &[RegionId]) -> Vec<Finding> {
    let declared = declared(spec);
    let mut next = spec.sources().iter().map(|source| source.number + 1).max().unwrap_or(FIRST).max(FIRST);
    let mut findings = Vec::new();
    for id in ids {
        let file = file_name(*id);
        let number = declared.iter().find(|(known, _)| known == id).map(|(_, number)| *number);
        let wanted = number.unwrap_or(next);
        let mut lacking = Vec::new();
        if number.is_none() {
            next += 1;
            lacking.push(format!("`Source{wanted}: {file}`"));
        }
        if !number.is_some_and(|number| is_included(spec, *id, number)) {
            lacking.push(format!("`%include %{{SOURCE{wanted}}}` in {}", region::section_name(id.home())));
        }
        if !lacking.is_empty() {
            let message = format!("the fragment `{file}` is written, but the spec lacks {}", lacking.join(" and "));
            findings.push(Finding::new(&rules::INCLUDE, id.name(), "", message).at(name.to_owned()));
        }
    }
    findings
}

fn is_included(spec: &Spec, id: RegionId, number: u32) -> bool {
    let wanted = [format!("%{{SOURCE{number}}}"), format!("%{{S:{number}}}")];
    spec.lines().iter().enumerate().any(|(index, line)| {
        let words: Vec<&[u8]> = spec.text(&line.span).fields().collect();
        let home = spec.section_of(index) == id.home() || id.home() == SectionKind::Preamble && index == 0;
        line.kind == LineKind::Text
            && home
            && words.first() == Some(&&b"%include"[..])
            && words.get(1).is_some_and(|word| wanted.iter().any(|wanted| wanted.as_bytes() == *word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_current_stale_or_a_person_s() {
        let id = RegionId::Bundled;
        let (old, new) = (file_text(id, "Provides: bundled(a)\n"), file_text(id, "Provides: bundled(b)\n"));
        assert_eq!(state(id, None, &new), FileState::Missing);
        assert_eq!(state(id, Some(new.as_bytes()), &new), FileState::Current);
        assert_eq!(state(id, Some(old.as_bytes()), &new), FileState::Stale);
        for at in 0..old.len() {
            let mut bytes = old.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(state(id, Some(&bytes), &new), FileState::Foreign, "byte {at}");
        }
        assert_eq!(state(id, Some(b""), &new), FileState::Foreign);
    }

    #[test]
    fn the_lines_to_add_are_told() {
        let told = |text: &str| {
            let spec = Spec::parse(text.as_bytes());
            let ids = [RegionId::Bundled, RegionId::PrepPatches];
            check(&spec, "x.spec", &ids).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        let whole = "Source901: forebay-bundled.inc\nSource902: forebay-prep-patches.inc\n%include %{SOURCE901}\n%prep\n%include %{S:902}\n";
        assert_eq!(told(whole), Vec::<String>::new());
        assert_eq!(
            told("Source950: x\n%prep\n"),
            [
                "the fragment `forebay-bundled.inc` is written, but the spec lacks `Source951: forebay-bundled.inc` and `%include %{SOURCE951}` in the main preamble",
                "the fragment `forebay-prep-patches.inc` is written, but the spec lacks `Source952: forebay-prep-patches.inc` and `%include %{SOURCE952}` in %prep"
            ]
        );
        assert!(
            told(&whole.replace("%{SOURCE901}", "forebay-bundled.inc"))[0]
                .ends_with("lacks `%include %{SOURCE901}` in the main preamble")
        );
    }
}
