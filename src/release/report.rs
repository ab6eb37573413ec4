//! The report of a release: the machine contract `forebay.release/1` as types.
//!
//! Key names and words are the contract; keys may be added, never renamed or dropped.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::report::AuditReport;
use crate::finding::Finding;
use crate::rebase::report::RebaseReport;
use crate::release::cve::Cve;
use crate::spec::report::SpecReport;

/// The schema name that stands in every release report.
pub const SCHEMA: &str = "forebay.release/1";

/// Everything that a new upstream release means for a package.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReleaseReport {
    /// Always `forebay.release/1`.
    pub schema: String,
    /// The package's name; empty where no profile names one.
    pub package: String,
    /// The old release, or its tree as it was named; `null` where none was given.
    pub from: Option<String>,
    /// The new release, or its tree as it was named.
    pub onto: String,
    /// The worst that was found.
    pub verdict: Verdict,
    /// Counts.
    pub summary: Summary,
    /// What the new tree brings and nobody has accepted yet, what needs a decision first.
    pub deltas: Vec<Delta>,
    /// What was accepted, in the same order.
    pub accepted: Vec<Accepted>,
    /// What is wrong with the entries that accept.
    pub findings: Vec<Finding>,
    /// The vulnerabilities that the release fixes, as `--cves` names them.
    pub cves: Vec<Cve>,
    /// Patches of the queue that the last commit of the packaging repository had not; empty where there is none.
    pub added_patches: Vec<String>,
    /// Patches that the last commit had and that are gone, likewise.
    pub removed_patches: Vec<String>,
    /// The ids of the audit's findings that the baseline had not; all of them without a baseline.
    pub new_findings: Vec<String>,
    /// The rebase, `forebay.rebase/1`.
    pub rebase: RebaseReport,
    /// The audit of the new tree, `forebay.audit/1`, with `changes` where a baseline was there.
    pub audit: AuditReport,
    /// The check of the spec, `forebay.spec/1`; `null` where the profile names none.
    pub spec: Option<SpecReport>,
}

/// The worst that was found, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing needs a person.
    Clean,
    /// A person should look: a patch, a row or the spec.
    Review,
    /// A patch has no place on the new tree.
    Conflict,
}

/// Counts of rows by what they are about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// Licences that nothing in the old tree had, each counted once however many components have it.
    pub license_new: usize,
    /// Licences that changed, or whose text was edited.
    pub license_changed: usize,
    /// Known licences of components that had none, and texts that moved.
    pub license_known: usize,
    /// New prebuilt programs and libraries.
    pub binaries: usize,
    /// Other generated files that are new.
    pub built_files: usize,
    /// New components.
    pub added: usize,
    /// Components that are gone.
    pub removed: usize,
    /// Components with another version or revision.
    pub versions: usize,
    /// Tools of which the build asks for another version.
    pub floors: usize,
    /// Ways to build with a system's copy that are gone.
    pub hooks_gone: usize,
    /// Ways to build with a system's copy that are new.
    pub hooks_new: usize,
    /// Paths that must be kept, new or gone.
    pub keeplibs: usize,
    /// Components that can be unbundled now and could not before, or the other way round.
    pub unbundle: usize,
    /// Rows that were accepted.
    pub accepted: usize,
    /// Findings of the audit that are new.
    pub new_findings: usize,
}

/// One thing that the new tree brings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Delta {
    /// What it is: a finding whose id holds for this one change alone.
    #[serde(flatten)]
    pub finding: Finding,
    /// What it was; `null` for what is new.
    pub old: Option<String>,
    /// What it is; `null` for what is gone.
    pub new: Option<String>,
}

/// A row that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Accepted {
    /// The row.
    #[serde(flatten)]
    pub delta: Delta,
    /// Why.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub expires: String,
}

impl Verdict {
    /// The word used in reports for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clean => "CLEAN",
            Self::Review => "REVIEW",
            Self::Conflict => "CONFLICT",
        }
    }
}
