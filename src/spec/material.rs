//! Everything that the regions of a spec are made from.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Spec;
use super::facts::{self, Copy, PatchFact, TreeFacts};
use super::numbers::{self, Numbered};
use super::region::{self, Region};
use crate::audit::report::AuditReport;
use crate::finding::Finding;
use crate::license::Allowed;
use crate::profile::Profile;
use crate::profile::packaging::{Library, PatchGroup};

/// The inputs, as they are given.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// The queue, in order.
    pub patches: &'a [PatchFact],
    /// The audit of the tree, where there is one.
    pub audit: Option<&'a AuditReport>,
    /// Items for the changelog's entry of this release.
    pub items: &'a [String],
    /// The date of a new changelog entry, in days since 1970-01-01.
    pub date: Option<i64>,
    /// The licences that are allowed, where the profile names a list.
    pub allowed: Option<&'a Allowed>,
    /// The file of changes, where the profile keeps the changelog there and it exists.
    pub changes: Option<&'a [u8]>,
    /// What the tree itself says, where one was given.
    pub tree: Option<&'a TreeFacts>,
}

/// The inputs joined with what the spec says already.
#[derive(Debug)]
pub struct Material<'a> {
    /// The inputs.
    pub inputs: Inputs<'a>,
    /// The spec.
    pub spec: &'a Spec,
    /// Its regions.
    pub regions: &'a [Region],
    /// The groups of patches.
    pub groups: Vec<PatchGroup>,
    /// The number and group of every patch; `None` where none could be given.
    pub numbers: Vec<Option<Numbered>>,
    /// The libraries by name, with what is known about their copies.
    pub libraries: Vec<(&'a Library, Copy)>,
    /// What was wrong with the numbers.
    pub findings: Vec<Finding>,
}

impl<'a> Material<'a> {
    /// Joins them.
    pub fn new(inputs: Inputs<'a>, spec: &'a Spec, regions: &'a [Region]) -> Self {
        let packaging = &inputs.profile.packaging;
        let groups = packaging.groups();
        let (numbers, findings) = numbers::assign(inputs.patches, &groups, &existing(spec));
        let mut libraries: Vec<(&Library, Copy)> =
            packaging.libraries.iter().map(|library| (library, facts::copy_of(library, inputs.audit))).collect();
        libraries.sort_by_key(|(library, _)| (library.name.to_ascii_lowercase(), &library.name));
        Self { inputs, spec, regions, groups, numbers, libraries, findings }
    }

    /// The patches that have a number, in the order of the series.
    pub fn numbered(&self) -> impl Iterator<Item = (&PatchFact, &Numbered)> {
        self.inputs.patches.iter().zip(&self.numbers).filter_map(|(patch, number)| Some((patch, number.as_ref()?)))
    }

    /// The files of patches whose tags stand outside of the region, where there is a region.
    pub fn tagged_by_hand(&self) -> BTreeSet<String> {
        let Some(region) = self.regions.iter().find(|region| region.id == region::RegionId::Patches) else {
            return BTreeSet::new();
        };
        let outside = |patch: &super::views::Listed| !(region.begin..region.end).contains(&patch.line);
        let name = |patch: super::views::Listed| {
            facts::file_name(&String::from_utf8_lossy(self.spec.text(&patch.value)).replace("%%", "%"))
        };
        self.spec.patches().into_iter().filter(outside).map(name).collect()
    }

    /// The body of a region as it stands, where the region exists.
    pub fn body(&self, id: region::RegionId) -> Option<&[u8]> {
        let region = self.regions.iter().find(|region| region.id == id)?;
        Some(self.spec.text(&region.body))
    }
}

/// The numbers that the spec gives to patches now, by file name.
fn existing(spec: &Spec) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    for patch in spec.patches() {
        if let Ok(text) = std::str::from_utf8(spec.text(&patch.value)) {
            all.entry(facts::file_name(&text.replace("%%", "%"))).or_insert(patch.number);
        }
    }
    all
}
