//! The report of `forebay spec check` and `matrix`: schema `forebay.spec/1`.

use schemars::JsonSchema;
use serde::Serialize;

use super::evaluate::Row;
use super::plan::{Fate, Planned};
use crate::finding::{Finding, Severity};

/// The name and version of the format.
pub const SCHEMA: &str = "forebay.spec/1";

/// What was found in one spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SpecReport {
    /// Always `forebay.spec/1`.
    pub schema: String,
    /// The spec, relative to the folder of the command.
    pub spec: String,
    /// How many of each.
    pub summary: SpecSummary,
    /// The regions in the order of the file.
    pub regions: Vec<RegionRow>,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// The targets; empty but for `forebay spec matrix`.
    pub matrix: Vec<Row>,
}

/// Counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SpecSummary {
    /// Regions.
    pub regions: usize,
    /// Regions that are as the profile says.
    pub current: usize,
    /// Regions to write anew.
    pub stale: usize,
    /// Regions that a person has changed.
    pub hand_edited: usize,
    /// Regions about which the profile says nothing.
    pub unfilled: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
}

/// One region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RegionRow {
    /// Its id.
    pub id: String,
    /// `current`, `stale`, `hand-edited` or `unfilled`.
    pub state: String,
    /// The line (1-based) of its first marker.
    pub line: usize,
}

impl SpecReport {
    /// Puts a report together.
    pub fn new(spec: &str, plan: &[Planned], findings: Vec<Finding>, matrix: Vec<Row>) -> Self {
        let count = |fate: Fate| plan.iter().filter(|planned| planned.fate == fate).count();
        let graded = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let row = |planned: &Planned| RegionRow {
            id: planned.region.id.name().to_owned(),
            state: planned.fate.word().to_owned(),
            line: planned.region.begin + 1,
        };
        Self {
            schema: SCHEMA.to_owned(),
            spec: spec.to_owned(),
            summary: SpecSummary {
                regions: plan.len(),
                current: count(Fate::Current),
                stale: count(Fate::Stale),
                hand_edited: count(Fate::HandEdited),
                unfilled: count(Fate::Unfilled),
                errors: graded(Severity::Error),
                warnings: graded(Severity::Warning),
            },
            regions: plan.iter().map(row).collect(),
            findings,
            matrix,
        }
    }

    /// Keeps of the findings what `keep` gives back, and counts again.
    pub fn keep(&mut self, keep: impl FnOnce(Vec<Finding>) -> Vec<Finding>) {
        self.findings = keep(std::mem::take(&mut self.findings));
        let graded = |severity: Severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        (self.summary.errors, self.summary.warnings) = (graded(Severity::Error), graded(Severity::Warning));
    }
}
