//! The report of an audit: the machine contract `forebay.audit/1` as types.
//!
//! Key names and the words of verdicts, states and blockers are the contract; keys may be added, never renamed or dropped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audit::build_report::BuildReport;
use crate::finding::Finding;

/// The schema name that stands in every audit report.
pub const SCHEMA: &str = "forebay.audit/1";

/// Everything bundled in one tree, and what was found about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditReport {
    /// Always `forebay.audit/1`.
    pub schema: String,
    /// The tree.
    pub tree: String,
    /// The package indexes that `system` was filled from, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<String>,
    /// Counts.
    pub summary: Summary,
    /// One row a component, sorted by id.
    pub components: Vec<Component>,
    /// Files that are built rather than written, sorted by path.
    #[serde(default)]
    pub binaries: Vec<Binary>,
    /// What the build says; `null` where it was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildReport>,
    /// Known vulnerabilities of the components, the gravest first; only where a dump of them was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vulnerabilities: Vec<Vulnerability>,
    /// What was found, sorted by severity (worst first), code, component and place.
    pub findings: Vec<Finding>,
    /// What differs from the audit given as baseline; `null` where none was given.
    pub changes: Option<Changes>,
}

/// Counts over the whole report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// All components.
    pub components: usize,
    /// Those that are known to be shipped.
    pub shipped: usize,
    /// Those with the verdict `unbundle-now`.
    pub unbundle_now: usize,
    /// Those with the verdict `blocked`.
    pub blocked: usize,
    /// Components of which another one of the same name lies elsewhere in the tree.
    #[serde(default)]
    pub duplicates: usize,
    /// Prebuilt files.
    #[serde(default)]
    pub binaries: usize,
    /// Files in the tree, without links and submodules.
    #[serde(default)]
    pub files: usize,
    /// Findings.
    #[serde(default)]
    pub findings: usize,
}

/// One third-party component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Stable within the tree: the root, with `#NAME` where several components share one.
    pub id: String,
    /// The canonical name where the catalog knows the library, else the declared one.
    pub name: String,
    /// The name as the metadata gives it, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_name: Option<String>,
    /// The folder that holds its code, relative to the tree; `.` for the tree's own root.
    pub root: String,
    /// Files at its root and below, without those at the root of another component that lies in it.
    #[serde(default)]
    pub files: usize,
    /// `c` (also C++), `cargo`, `npm`, `go`, `python`, `java`, `ruby`, `data`, `font`, ...
    pub ecosystem: String,
    /// The id of the component whose root lies around this one; `null` for the tree itself.
    pub parent: Option<String>,
    /// The version and what it rests on.
    pub version: Version,
    /// The upstream commit, 7 to 64 hexadecimal digits.
    pub revision: Option<String>,
    /// Where it comes from.
    pub url: Option<String>,
    /// The licence and what it rests on.
    pub license: License,
    /// A CPE 2.3 name.
    pub cpe: Option<String>,
    /// A package URL.
    pub purl: Option<String>,
    /// Whether it is part of what is shipped; `null` where nothing says so.
    pub shipped: Option<bool>,
    /// Whether the metadata calls it security critical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_critical: Option<bool>,
    /// How upstream keeps it up to date: `Manual`, `Autoroll`, `Static.HardFork`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
    /// The day of its last update, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Known vulnerabilities that the metadata calls mitigated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigated: Vec<String>,
    /// The files and lines that declare it, `path:line`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared_in: Vec<String>,
    /// What it was detected by, strongest first: `readme-chromium`, `deps`, `marker`, `build-file`, `layout`, ...
    pub detected_by: Vec<String>,
    /// How sure it is that this is a component of this name, 0 to 1.
    pub confidence: f64,
    /// Whether it differs from its upstream.
    pub modified: Modified,
    /// Whether the build uses it.
    pub used: Used,
    /// What the distribution ships of it; `null` where no index was given or none has it.
    pub system: Option<System>,
    /// What to do with it.
    pub verdict: Verdict,
    /// What stands in the way of the system's copy.
    pub blockers: Vec<Blocker>,
    /// Switches of the build that choose the system's copy, with their places, where the build was read and not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<String>,
    /// The value of a `Provides:` line that declares it; `null` where none is due.
    pub provides: Option<String>,
    /// True where a text had bytes that are not UTF-8, which stand as `\xNN`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
}

/// A version with its source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// The best known: evidence in the code before what is declared.
    pub value: Option<String>,
    /// Where the value stands, `path:line`.
    pub source: Option<String>,
    /// What the metadata says, if it says a version.
    pub declared: Option<String>,
    /// Whether code and metadata agree; `null` where one of them is silent.
    pub agrees: Option<bool>,
}

/// A licence with its source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct License {
    /// An SPDX expression: the declared one where it is one, else what the text was recognised as.
    pub spdx: Option<String>,
    /// What the metadata says, as it stands.
    pub declared: Option<String>,
    /// Whether text and metadata agree; `null` where one of them is silent.
    pub agrees: Option<bool>,
    /// How sure the recognised licence is, 0 to 1; 0 where no text was recognised.
    pub confidence: f64,
    /// The file with the licence's text.
    pub source: Option<String>,
    /// Tells the text from an edited one: 12 hexadecimal digits over the content of every licence file of the component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Whether a component differs from its upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Modified {
    /// The answer.
    pub state: Answer,
    /// What it rests on.
    pub evidence: Vec<String>,
}

/// Yes, no, or honestly unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nothing says so or otherwise.
    #[default]
    Unknown,
}

/// Whether the build uses a component, with the proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Used {
    /// The answer.
    pub state: Use,
    /// For `used-if`: the condition over build arguments.
    pub condition: Option<String>,
    /// The path through the build graph, from the root to the component.
    pub witness: Vec<String>,
    /// Why the build does not use it, where GN files were run and it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused: Option<Unused>,
}

/// Why the build does not use a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unused {
    /// The kind of reason.
    pub kind: UnusedKind,
    /// The reason in words.
    pub detail: String,
    /// The test that does not hold, or the template that nothing calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// Where that stands, `path:line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// The kinds of reason why a build does not use a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnusedKind {
    /// Its folder holds nothing but metadata, texts and build files.
    NoCode,
    /// A build file names it in a branch whose test does not hold.
    Condition,
    /// A build file names it in a template that nothing calls.
    Template,
    /// Only targets for tests lead to it.
    Tests,
    /// Files include it, and the build compiles none of them.
    NotCompiled,
    /// Only targets lead to it that nothing names.
    Unwanted,
    /// No build file outside of it names it.
    Unnamed,
}

/// How the build uses a component.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// It ends up in what is built.
    Used,
    /// It does so under a condition.
    UsedIf,
    /// Only tests use it.
    TestOnly,
    /// Only tools that run during the build use it.
    HostOnly,
    /// No path leads to it.
    Unreachable,
    /// The build was not looked at.
    #[default]
    Unknown,
}

impl Use {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::UsedIf => "used-if",
            Self::TestOnly => "test-only",
            Self::HostOnly => "host-only",
            Self::Unreachable => "unreachable",
            Self::Unknown => "unknown",
        }
    }
}

/// What a distribution ships of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct System {
    /// The package index.
    pub index: String,
    /// The package.
    pub package: String,
    /// Its upstream version.
    pub version: String,
    /// Whether that is new enough; `null` where the two versions cannot be compared; so for a crate or an npm package of
    /// another series, or one that is built from the source of another.
    pub enough: Option<bool>,
    /// What joined the component to the package: `name table`, `pkg-config module`, `likeness of the name`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<String>,
    /// True where that is a guess: it may be another thing of a like name, and is no ground for a blocker.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guess: bool,
}

/// What to do with a component, from most to least urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The system's copy can take its place today.
    UnbundleNow,
    /// It can once what stands among the blockers is patched or looked at.
    UnbundleWithPatch,
    /// It cannot; the blockers say why.
    Blocked,
    /// Nothing builds it: it can be deleted.
    UnusedDelete,
    /// It stays, declared as bundled.
    Keep,
}

impl Verdict {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::UnbundleNow => "unbundle-now",
            Self::UnbundleWithPatch => "unbundle-with-patch",
            Self::Blocked => "blocked",
            Self::UnusedDelete => "unused-delete",
            Self::Keep => "keep",
        }
    }
}

/// What stands in the way of the system's copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blocker {
    /// `not-packaged`, `too-old`, `private-header`, `no-shim`, `forked`, `cxx-abi`, ...
    pub kind: String,
    /// One line.
    pub detail: String,
    /// Where it shows, `path:line`.
    pub places: Vec<String>,
}

/// A known vulnerability that is about a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vulnerability {
    /// Its id in the dump: `CVE-2026-1`, `OSV-...`
    pub id: String,
    /// Its other ids, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The component's id.
    pub component: String,
    /// What is known.
    pub state: VulnerabilityState,
    /// What joined the record to the component: `package`, `repository`, `cpe` or `name`.
    pub join: String,
    /// The first release with the fix, where the record tells one.
    pub fixed: Option<String>,
    /// One line.
    pub summary: String,
}

/// What is known of a vulnerability in a bundled copy, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VulnerabilityState {
    /// The record names the copy's very commit as affected.
    Affected,
    /// The version is an affected one; the copy may hold the fix all the same.
    Likely,
    /// Only the history of the repository could tell.
    Undecided,
    /// The metadata calls it mitigated.
    Mitigated,
    /// The record names the copy's very commit as the fix.
    Fixed,
}

impl VulnerabilityState {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Likely => "likely",
            Self::Undecided => "undecided",
            Self::Mitigated => "mitigated",
            Self::Fixed => "fixed",
        }
    }
}

/// A file that was built rather than written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Binary {
    /// Its path.
    pub path: String,
    /// `elf`, `pe`, `mach-o`, `wasm`, `jar`, `class`, `archive`, `font`, `minified-js`, ...
    pub kind: String,
    /// What it is for, where its header says so: `x86-64`, `aarch64`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The id of the component that holds it; `null` for the tree itself.
    pub component: Option<String>,
    /// True where the path had bytes that are not UTF-8.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
}

/// What differs between two audits; every list is sorted by the component's id or the path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// The tree of the baseline.
    pub baseline: String,
    /// Components that are new.
    pub added: Vec<Change>,
    /// Components that are gone.
    pub removed: Vec<Change>,
    /// Components whose version or revision moved.
    pub version: Vec<Change>,
    /// Components whose licence moved.
    pub license: Vec<Change>,
    /// SPDX ids that no component of the baseline had, under each component that has one now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub license_id: Vec<Change>,
    /// Components whose licence texts were edited, by [`License::text`], while the expression stayed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub license_text: Vec<Change>,
    /// Components whose licence text stayed and lies at another path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub license_place: Vec<Change>,
    /// Components whose verdict moved.
    pub verdict: Vec<Change>,
    /// Prebuilt files that are new.
    pub binaries: Vec<Change>,
    /// Shims, and arguments that choose the system's copy of a library, that are new or gone.
    #[serde(default)]
    pub hooks: Vec<Change>,
    /// Paths that the removal script must keep, new or gone.
    #[serde(default)]
    pub keeplibs: Vec<Change>,
    /// What is asked of tools, where it moved.
    #[serde(default)]
    pub floors: Vec<Change>,
}

/// One difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The component's id, or the path of a binary.
    pub id: String,
    /// The component's name, or the kind of a binary.
    pub name: String,
    /// What it was; `null` for what is new.
    pub old: Option<String>,
    /// What it is; `null` for what is gone.
    pub new: Option<String>,
}
