//! Which files of a tree are opened, told by their paths alone.
//!
//! This is asked for every path of a tree, half a million times: one lookup by file name finds the markers of all
//! libraries, and the other questions look at the name's beginning or ending.

use std::collections::HashMap;

use crate::audit::facts::{Fact, Marked, ProjectFile, Said};
use crate::audit::version_rule::Ready;
use crate::audit::{heads, licenses, prebuilt, project_file};
use crate::manifest::{self, Format};
use crate::profile::catalog::Catalog;
use crate::tree::ObjectId;
use crate::unbundle::{floors, include, mentions, replacement};

/// How much of a marker's file is looked at; the longest real one is an amalgamation that tells its version early.
const MARKER_LIMIT: usize = 256 << 10;

/// The longest build file; the longest real one has 300 kB.
const BUILD_LIMIT: usize = 8 << 20;

/// How much of a source file is looked at for what it includes: lists of data have their includes at the beginning.
const SOURCE_LIMIT: usize = 256 << 10;

/// What is known of a path before its file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The kind of manifest it is.
    pub manifest: Option<Format>,
    /// Whether its name is that of a licence text.
    pub license: bool,
    /// Whether it belongs to the build's own language, so that its text is held.
    pub build: bool,
    /// How many leading bytes are read.
    pub limit: usize,
}

/// The markers of all libraries by file name.
pub struct Candidates {
    by_name: HashMap<Vec<u8>, Vec<Row>>,
    ignore_metadata: bool,
    build: bool,
}

struct Row {
    /// The folders that must stand before the name, `/` at the end; empty for any.
    folders: Vec<u8>,
    library: usize,
    marker: usize,
    has: Vec<Vec<u8>>,
    lacks: Vec<Vec<u8>>,
    version: Option<Ready>,
}

impl Candidates {
    /// Makes the table; with `ignore_metadata`, files whose only purpose is to declare components are not looked at.
    pub fn new(catalog: &Catalog, ignore_metadata: bool) -> Self {
        let mut by_name: HashMap<Vec<u8>, Vec<Row>> = HashMap::new();
        for (library, one) in catalog.libraries().iter().enumerate() {
            for (marker, found) in one.markers.iter().enumerate() {
                let (folders, name) = match found.file.rsplit_once('/') {
                    Some((folders, name)) => (format!("{folders}/"), name),
                    None => (String::new(), found.file.as_str()),
                };
                let bytes = |texts: &[String]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
                by_name.entry(name.as_bytes().to_vec()).or_default().push(Row {
                    folders: folders.into_bytes(),
                    library,
                    marker,
                    has: bytes(&found.has),
                    lacks: bytes(&found.lacks),
                    version: found.version.as_ref().and_then(Ready::new),
                });
            }
        }
        Self { by_name, ignore_metadata, build: false }
    }

    /// The same that also looks at build files and at what C and C++ files include.
    #[must_use]
    pub fn with_build(mut self) -> Self {
        self.build = true;
        self
    }

    /// Whether build files are looked at.
    pub fn looks_at_build(&self) -> bool {
        self.build
    }

    /// What a path promises; `None`: its file is not opened.
    pub fn candidate(&self, path: &[u8]) -> Option<Candidate> {
        let name = file_name(path);
        let mut limit = 0;
        let manifest = manifest::kind_of(path).filter(|format| !(self.ignore_metadata && declares_only(*format)));
        if manifest.is_some() {
            limit = manifest::LONGEST;
        }
        if self.by_name.contains_key(name) {
            limit = limit.max(MARKER_LIMIT);
        }
        let license = is_license(name);
        if license {
            limit = limit.max(licenses::LIMIT);
        }
        if project_file::kind_of(name).is_some() {
            limit = limit.max(project_file::LIMIT);
        }
        if let Some(probe) = prebuilt::probe(name) {
            limit = limit.max(probe);
        }
        if heads::reads(path) {
            limit = limit.max(heads::LIMIT);
        }
        let build = self.build && is_build(name, path);
        if build {
            limit = limit.max(BUILD_LIMIT);
        }
        if self.build && include::reads(name) {
            limit = limit.max(SOURCE_LIMIT);
        }
        if self.build && mentions::reads(name) {
            limit = limit.max(mentions::LIMIT);
        }
        (limit > 0).then_some(Candidate { manifest, license, build, limit })
    }

    /// What the file tells; its manifest is read elsewhere, its licence too.
    pub fn facts(&self, path: &[u8], head: &[u8], size: u64) -> Vec<Fact> {
        let name = file_name(path);
        let mut facts = self.markers(path, name, head);
        let project = project_file::kind_of(name).and_then(|kind| read_project(kind, head));
        facts.extend(project);
        if prebuilt::probe(name).is_some() {
            facts.extend(prebuilt::classify(name, head, size));
        }
        if is_license(name) && size <= licenses::LIMIT as u64 {
            facts.push(Fact::Text(ObjectId::of_blob(head)));
        }
        if heads::reads(path) {
            facts.push(Fact::Head(heads::read(head)));
        }
        if self.build && include::reads(name) {
            let found = include::vendored(head);
            let said =
                |(line, header): (usize, &[u8])| Some(Said { text: std::str::from_utf8(header).ok()?.into(), line });
            let said: Vec<Said> = found.into_iter().filter_map(said).collect();
            if !said.is_empty() {
                facts.push(Fact::Includes(said));
            }
        }
        if self.build && mentions::reads(name) {
            let found = mentions::read(name, head.get(..mentions::LIMIT).unwrap_or(head));
            facts.extend((!found.is_empty()).then_some(Fact::Mentions(found)));
        }
        facts
    }

    fn markers(&self, path: &[u8], name: &[u8], head: &[u8]) -> Vec<Fact> {
        let Some(rows) = self.by_name.get(name) else { return Vec::new() };
        let before = path.len() - name.len();
        let mut facts = Vec::new();
        for row in rows {
            let folders = path.get(..before).unwrap_or_default();
            let placed =
                folders.strip_suffix(&row.folders[..]).is_some_and(|rest| rest.is_empty() || rest.ends_with(b"/"));
            let holds = |text: &Vec<u8>| bstr::ByteSlice::contains_str(head, text);
            if placed && row.has.iter().all(holds) && !row.lacks.iter().any(holds) {
                let version = row.version.as_ref().and_then(|rule| rule.read(head));
                facts.push(Fact::Marker(Marked { library: row.library, marker: row.marker, version }));
            }
        }
        facts
    }
}

fn read_project(kind: ProjectFile, head: &[u8]) -> Option<Fact> {
    let bytes = head.get(..project_file::LIMIT).unwrap_or(head);
    project_file::read(kind, bytes).map(Fact::Project)
}

/// Whether a file belongs to a build in GN's language, or tells what such a build asks for.
fn is_build(name: &[u8], path: &[u8]) -> bool {
    name.ends_with(b".gn")
        || name.ends_with(b".gni")
        || path == replacement::SCRIPT.as_bytes()
        || floors::FILES.iter().any(|file| file.as_bytes() == path)
}

/// The formats that the blind test of the audit hides: they declare bundled components and do nothing else.
fn declares_only(format: Format) -> bool {
    matches!(
        format,
        Format::ReadmeChromium
            | Format::ReadmeSibling
            | Format::AdditionalReadmes
            | Format::Deps
            | Format::MozYaml
            | Format::QtAttribution
            | Format::Metadata
    )
}

/// True where a name is that of a licence text.
pub fn is_license(name: &[u8]) -> bool {
    let upper = name.to_ascii_uppercase();
    let begins = [&b"LICENSE"[..], b"LICENCE", b"COPYING", b"COPYRIGHT", b"UNLICENSE", b"MIT-LICENSE", b"OFL"];
    let code =
        [&b".PY"[..], b".JS", b".H", b".CC", b".C", b".CPP", b".GO", b".RS", b".JAVA", b".JSON", b".TS", b".PATCH"];
    begins.iter().any(|begin| upper.starts_with(begin)) && !code.iter().any(|ending| upper.ends_with(ending))
}

/// The last part of a path.
pub fn file_name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}

/// The folder of a path; empty for the root.
pub fn folder_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&byte| byte == b'/').and_then(|at| path.get(..at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "[[library]]\nname = \"x\"\n[[library.marker]]\nfile = \"x/version.h\"\nhas = [\"X_VERSION\"]\nlacks = [\"Y\"]\nversion = { macro = \"X_VERSION\" }\n";

    fn candidates(ignore: bool) -> Candidates {
        Candidates::new(&Catalog::parse(&[("t", TABLE)]).unwrap(), ignore)
    }

    #[test]
    fn a_marker_needs_name_folder_and_text() {
        let table = candidates(false);
        let content = b"#define X_VERSION \"1.2\"\n";
        assert_eq!(table.facts(b"include/x/version.h", content, 24).len(), 1);
        assert_eq!(table.facts(b"x/version.h", content, 24).len(), 1);
        assert_eq!(table.facts(b"include/ax/version.h", content, 24).len(), 0);
        assert_eq!(table.facts(b"x/version.h", b"#define Z 1", 11).len(), 0);
        assert_eq!(table.facts(b"x/version.h", b"#define X_VERSION 1 // Y", 24).len(), 0);
    }

    #[test]
    fn only_what_promises_something_is_opened() {
        let table = candidates(false);
        assert_eq!(table.candidate(b"a/b.cc"), None);
        assert_eq!(
            table.candidate(b"a/README.chromium").and_then(|found| found.manifest),
            Some(Format::ReadmeChromium)
        );
        assert!(table.candidate(b"a/LICENSE.txt").is_some_and(|found| found.license));
        assert!(!is_license(b"license.py") && is_license(b"COPYING.LIB"));
        assert_eq!(candidates(true).candidate(b"a/README.chromium"), None);
        assert!(candidates(true).candidate(b"a/package.json").is_some());
    }
}
