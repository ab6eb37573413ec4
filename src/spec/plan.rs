//! What `spec check` and `spec update` decide before anything is written.

use super::document::Spec;
use super::fragment;
use super::material::{Inputs, Material};
use super::region::{self, Region, RegionError, RegionId, State};
use bstr::ByteSlice;

/// What is to become of one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The region as it stands.
    pub region: Region,
    /// How it stands to the profile.
    pub fate: Fate,
    /// The body that it should have; the old one where the profile says nothing.
    pub body: Vec<u8>,
}

/// How a region stands to the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// As the profile says.
    Current,
    /// As forebay wrote it once, but the profile, the queue or the audit has moved on.
    Stale,
    /// Changed by a person.
    HandEdited,
    /// The profile says nothing about it.
    Unfilled,
}

impl Fate {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Stale => "stale",
            Self::HandEdited => "hand-edited",
            Self::Unfilled => "unfilled",
        }
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Markers are wrong; never empty.
    #[error("the markers of the regions are wrong")]
    Markers(Vec<RegionError>),
}

/// Decides for every region of a spec.
pub fn plan(spec: &Spec, inputs: Inputs<'_>) -> Result<Vec<Planned>, PlanError> {
    let regions = region::find(spec).map_err(PlanError::Markers)?;
    let material = Material::new(inputs, spec, &regions);
    Ok(regions.iter().map(|region| planned(spec, region, &material)).collect())
}

fn planned(spec: &Spec, region: &Region, material: &Material<'_>) -> Planned {
    let old = spec.text(&region.body);
    let crlf = spec.line_text(region.begin).ends_with(b"\r\n");
    let state = region.state(spec);
    let Some(body) = fragment::body(region.id, material) else {
        let fate = if state == State::HandEdited { Fate::HandEdited } else { Fate::Unfilled };
        return Planned { region: region.clone(), fate, body: old.to_vec() };
    };
    let as_written = if crlf { body.replace('\n', "\r\n") } else { body.clone() };
    let same = as_written.as_bytes() == old;
    let fate = match state {
        State::Intact if same => Fate::Current,
        // Somebody wrote by hand just what would be written: only the marker is behind.
        State::Intact => Fate::Stale,
        // The changelog is made from itself, so it always says what it says: there only the hash can tell.
        State::HandEdited if same && region.id != RegionId::Changelog => Fate::Stale,
        State::HandEdited => Fate::HandEdited,
    };
    Planned { region: region.clone(), fate, body: body.into_bytes() }
}

/// The spec with every stale region written anew, and those edited by hand too where `force` says so.
pub fn updated(spec: &Spec, plan: &[Planned], force: bool) -> Vec<u8> {
    let writes = |planned: &&Planned| planned.fate == Fate::Stale || (force && planned.fate == Fate::HandEdited);
    let regions: Vec<Region> = plan.iter().filter(writes).map(|planned| planned.region.clone()).collect();
    let bodies: Vec<(RegionId, Vec<u8>)> =
        plan.iter().filter(writes).map(|planned| (planned.region.id, planned.body.replace("\r\n", "\n"))).collect();
    region::splice(spec, &regions, &bodies)
}

/// The body of one region for a spec that need not have it yet.
pub fn body(id: RegionId, spec: &Spec, inputs: Inputs<'_>) -> Result<Option<String>, PlanError> {
    let regions = region::find(spec).map_err(PlanError::Markers)?;
    Ok(fragment::body(id, &Material::new(inputs, spec, &regions)))
}
