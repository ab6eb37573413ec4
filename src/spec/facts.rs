//! What the queue and the audit tell about patches and libraries, in the words that a spec needs.

use bstr::ByteSlice;

use super::document::Spec;
use super::views::Reversed;
use crate::audit::report::{AuditReport, Component};
use crate::patch::dep3::Head;
use crate::patch::message::Message;
use crate::patch::{self, Body};
use crate::profile::packaging::Library;
use crate::queue::Queue;
use crate::text::display::terminal;
use crate::version::{RpmText, rpm_text};

/// A patch of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatchFact {
    /// Its name in the queue.
    pub name: String,
    /// The file name that `PatchN:` shows and rpm looks for: the last part of the name.
    pub file: String,
    /// Leading path parts to strip.
    pub strip: usize,
    /// Taken back instead of applied.
    pub reverse: bool,
    /// Its subject in one line; empty where it has none.
    pub subject: String,
    /// Where it stands upstream, where its header tells.
    pub status: Option<Status>,
    /// True where it holds a change that GNU patch cannot apply.
    pub binary: bool,
    /// True where its file is not at hand.
    pub missing: bool,
}

/// Where a patch stands upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Taken from upstream or accepted there.
    pub upstream: bool,
    /// The status in one line: `Backport: https://...`, `Forwarded: not-needed`.
    pub text: String,
    /// A reference for the openSUSE form: `bsc#123`, an address.
    pub reference: Option<String>,
}

/// The longest subject or status that a comment shows.
const COMMENT_WIDTH: usize = 120;

impl PatchFact {
    /// The patches of a queue, in order.
    pub fn of_queue(queue: &Queue) -> Vec<Self> {
        let fact = |patch: &crate::queue::QueuePatch| {
            let head = Head::parse(&patch.patch.head);
            let is_binary = |body: &Body| matches!(body, Body::Binary(_) | Body::BinaryDiffers(_));
            Self {
                name: patch.name.clone(),
                file: file_name(&patch.name),
                strip: patch.strip,
                reverse: patch.reverse,
                subject: subject(&head, &patch.patch.head),
                status: status(&head),
                binary: patch.patch.files.iter().any(|file| is_binary(&file.body)),
                missing: false,
            }
        };
        queue.patches.iter().map(fact).collect()
    }

    /// The patches that a spec names itself, in the order in which it applies them; `read` gives a patch's bytes by file name.
    ///
    /// This is the queue of a package that keeps its patches beside the spec and has no series.
    pub fn of_spec(spec: &Spec, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<Self> {
        let listed = spec.patches();
        let mut order: Vec<(usize, usize, Self)> = Vec::new();
        let applied = spec.applied();
        for (index, patch) in listed.iter().enumerate() {
            let name = terminal(spec.text(&patch.value)).replace("%%", "%");
            let line = applied.iter().find(|line| line.covers(patch.number));
            let bytes = read(&file_name(&name));
            let parsed = bytes.as_deref().and_then(|bytes| patch::parse(bytes).ok()).unwrap_or_default();
            let head = Head::parse(&parsed.head);
            let is_binary = |body: &Body| matches!(body, Body::Binary(_) | Body::BinaryDiffers(_));
            let fact = Self {
                file: file_name(&name),
                name,
                strip: line.and_then(|line| line.strip).unwrap_or(1),
                reverse: line.is_some_and(|line| line.reverse == Reversed::Yes),
                subject: subject(&head, &parsed.head),
                status: status(&head),
                binary: parsed.files.iter().any(|file| is_binary(&file.body)),
                missing: bytes.is_none(),
            };
            order.push((line.map_or(usize::MAX, |line| line.line), index, fact));
        }
        order.sort_by_key(|(line, index, _)| (*line, *index));
        order.into_iter().map(|(_, _, fact)| fact).collect()
    }
}

/// The last part of a name.
pub fn file_name(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

fn subject(head: &Head, raw: &[u8]) -> String {
    let field = head.field("subject").or_else(|| head.field("description"));
    let text = match field.and_then(|field| field.lines().next().map(<[u8]>::to_vec)) {
        Some(first) => first,
        None => Message::read(raw).subject.to_vec(),
    };
    line(without_prefix(text.trim()))
}

/// A subject without `[PATCH 1/2]`.
fn without_prefix(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_prefix(b"[") else { return text };
    match rest.find_byte(b']') {
        Some(close) if rest.get(..close).is_some_and(|inside| inside.to_ascii_uppercase().contains_str("PATCH")) => {
            rest.get(close + 1..).unwrap_or_default().trim_start()
        }
        _ => text,
    }
}

/// Text in one safe, bounded line.
fn line(text: &[u8]) -> String {
    let shown: String = terminal(text).replace('\t', " ");
    match shown.char_indices().nth(COMMENT_WIDTH) {
        Some((cut, _)) => format!("{}...", shown.get(..cut).unwrap_or_default().trim_end()),
        None => shown,
    }
}

/// The status by the fields of DEP-3 and of `Upstream-Status` (of `OpenEmbedded`), the plainest one first.
fn status(head: &Head) -> Option<Status> {
    let value = |name: &str| head.field(name).map(|field| line(&field.value())).filter(|value| !value.is_empty());
    let bug = head.fields().find(|field| {
        let name = field.name.to_ascii_lowercase();
        name == b"bug" || name.starts_with(b"bug-")
    });
    let bug = bug.map(|field| line(&field.value())).filter(|value| !value.is_empty());
    if let Some(text) = value("upstream-status") {
        let word = text.split([' ', '[', ';']).next().unwrap_or_default().to_ascii_lowercase();
        let upstream = matches!(word.as_str(), "backport" | "accepted" | "merged");
        return Some(Status { upstream, reference: address(&text).or(bug), text });
    }
    if let Some(text) = value("applied-upstream") {
        return Some(Status {
            upstream: true,
            reference: address(&text).or(bug),
            text: format!("Applied-Upstream: {text}"),
        });
    }
    if let Some(text) = value("origin") {
        let upstream = text.starts_with("upstream") || text.starts_with("backport");
        if upstream {
            return Some(Status { upstream, reference: address(&text).or(bug), text: format!("Origin: {text}") });
        }
    }
    if let Some(text) = value("forwarded") {
        return Some(Status { upstream: false, reference: address(&text).or(bug), text: format!("Forwarded: {text}") });
    }
    bug.map(|text| Status { upstream: false, reference: Some(text.clone()), text: format!("Bug: {text}") })
}

fn address(text: &str) -> Option<String> {
    let at = text.find("https://").or_else(|| text.find("http://"))?;
    let rest = text.get(at..)?;
    let end = rest.find([' ', ']', ')', ',', ';']).unwrap_or(rest.len());
    rest.get(..end).map(str::to_owned)
}

/// What is known about the bundled copy of a library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copy {
    /// The version as upstream writes it, and the place that told it.
    pub told: Option<(String, String)>,
    /// The version as rpm takes it.
    pub version: RpmText,
    /// The licence.
    pub license: Option<String>,
}

/// What the tree itself says about the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreeFacts {
    /// Its version, where the profile knows the file that tells it, and `path` of that file.
    pub version: Option<(String, String)>,
    /// Paths of libraries that it does not hold, with the library's name.
    pub absent: Vec<(String, String)>,
    /// Patterns of files to keep that fit none, with the library's name.
    pub unmatched: Vec<(String, String)>,
}

/// The component of an audit that a library is: by its path, else by its name.
pub fn component_of<'a>(audit: &'a AuditReport, library: &Library) -> Option<&'a Component> {
    let by_path = library.path.as_ref().and_then(|path| audit.components.iter().find(|found| found.root == *path));
    by_path.or_else(|| {
        let named = |found: &&Component| {
            same_name(&found.name, library.bundled_name()) || same_name(&found.name, &library.name)
        };
        audit.components.iter().find(named)
    })
}

/// Names that differ only in case, `-` and `_`.
pub fn same_name(one: &str, other: &str) -> bool {
    let fold = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    one.len() == other.len() && one.bytes().zip(other.bytes()).all(|(a, b)| fold(a) == fold(b))
}

/// What the audit, else the profile, tells about a library's bundled copy.
pub fn copy_of(library: &Library, audit: Option<&AuditReport>) -> Copy {
    let component = audit.and_then(|audit| component_of(audit, library));
    let audited = component.and_then(|component| {
        let value = component.version.value.clone()?;
        Some((value, component.version.source.clone().unwrap_or_else(|| component.root.clone())))
    });
    let told = audited.or_else(|| library.version.clone().map(|version| (version, "forebay.toml".to_owned())));
    let version = told.as_ref().map(|(raw, _)| rpm_text(raw)).unwrap_or_default();
    let audited = component.and_then(|component| component.license.spdx.clone());
    Copy { told, version, license: library.license.clone().or(audited) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> (String, Option<Status>) {
        let parsed = Head::parse(head.as_bytes());
        (subject(&parsed, head.as_bytes()), status(&parsed))
    }

    #[test]
    fn subject_and_status_come_from_every_kind_of_header() {
        let (subject, told) = read("Description: use system zlib\n because\nForwarded: https://x.y/1\n");
        assert_eq!(subject, "use system zlib");
        assert_eq!(told.unwrap().text, "Forwarded: https://x.y/1");
        let (subject, told) = read(
            "From: A <a@b>\nSubject: [PATCH 2/3] gate: fix overflow\n\nUpstream-Status: Backport [https://x.y/c/1]\n",
        );
        assert_eq!(subject, "gate: fix overflow");
        let told = told.unwrap();
        assert!(told.upstream);
        assert_eq!(
            (told.text.as_str(), told.reference.as_deref()),
            ("Backport [https://x.y/c/1]", Some("https://x.y/c/1"))
        );
        assert_eq!(read("Origin: vendor\nSubject: x\n").1, None);
        assert!(read("Origin: backport, https://x.y\nSubject: x\n").1.unwrap().upstream);
        assert_eq!(read("Bug-Debian: https://bugs/1\nSubject: x\n").1.unwrap().text, "Bug: https://bugs/1");
    }

    #[test]
    fn comments_are_safe_and_bounded() {
        let (subject, _) = read(&format!("Subject: a\u{1b}[2J{}\n", "b".repeat(500)));
        assert!(subject.starts_with("a\\x1B[2J") && subject.ends_with("...") && subject.len() < 140);
    }
}
