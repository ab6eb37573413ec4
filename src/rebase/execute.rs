//! Runs a rebase: gathers what the queue names from both trees, carries every patch, collects one outcome.
//!
//! Patches that share no path are independent and run in parallel; inside a group the order of the queue holds. A patch
//! that fails is left out of the new side only, so that every later patch is still judged. Nothing is written anywhere.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::io::walk;
use crate::merge::conflict::Labels;
use crate::progress::Progress;
use crate::queue::QueuePatch;
use crate::rebase::gather;
use crate::rebase::intent::IntentError;
use crate::rebase::outcome::{Decisions, Outcome, PatchOutcome};
use crate::rebase::plan::Plan;
use crate::rebase::report::{Grade, PatchReport, RebaseReport, SCHEMA};
use crate::rebase::world::{Knowledge, State, World};
use crate::rebase::{elsewhere, judge, step};
use crate::tree::{Tree, TreeError};

/// What to rebase.
pub struct Request<'a> {
    /// The package's name for the report.
    pub package: &'a str,
    /// The patches in order.
    pub patches: &'a [QueuePatch],
    /// The old upstream tree, which the patches were made for.
    pub from: Option<&'a dyn Tree>,
    /// The new upstream tree.
    pub onto: &'a dyn Tree,
    /// What a person decided in earlier runs.
    pub decisions: &'a Decisions,
    /// What is known besides the trees.
    pub knowledge: Knowledge<'a>,
    /// The weakest grade that needs no person; C never does without one.
    pub automatic: Grade,
    /// The most threads to use; `None`: as many as the machine has.
    pub jobs: Option<usize>,
    /// Told how far the run is.
    pub progress: &'a dyn Progress,
}

/// Says why a rebase could not run at all.
#[derive(Debug, thiserror::Error)]
pub enum RebaseError {
    /// A tree could not be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A patch names a path that cannot be used.
    #[error(transparent)]
    Intent(#[from] IntentError),
    /// A person asked to stop.
    #[error("stopped before anything was written")]
    Cancelled,
}

/// Carries the whole queue.
pub fn execute(request: &Request<'_>) -> Result<Outcome, RebaseError> {
    in_groups(request).map(|(outcome, _)| outcome)
}

/// The same, and which patches (by number) depend on each other through the files they name.
pub fn in_groups(request: &Request<'_>) -> Result<(Outcome, Vec<Vec<usize>>), RebaseError> {
    walk::spread(request.jobs, || run(request))
}

fn run(request: &Request<'_>) -> Result<(Outcome, Vec<Vec<usize>>), RebaseError> {
    let plan = Plan::new(request.patches)?;
    request.progress.begin("reading trees", None);
    let mut world = gather::world(&plan, request.patches, request.from, request.onto)?;
    request.progress.end();
    let mut groups = groups(&plan, &world);
    request.progress.begin("carrying patches", Some(request.patches.len() as u64));
    let mut carried: BTreeMap<usize, Carried> = carry(request, &world, &groups)?;
    request.progress.end();
    let rows: Vec<&PatchReport> = carried.values().map(|(_, row)| row).collect();
    if elsewhere::follow(&mut world, request.patches, &rows, request.from, request.onto)? {
        groups = self::groups(&plan, &world);
        let moved = |number: &usize| plan.footprints[*number].iter().any(|path| world.elsewhere.contains_key(path));
        let again: Vec<Vec<usize>> = groups.iter().filter(|group| group.iter().any(moved)).cloned().collect();
        carried.extend(carry(request, &world, &again)?);
    }
    let (patches, mut rows): (Vec<PatchOutcome>, Vec<PatchReport>) = carried.into_values().unzip();
    for row in &mut rows {
        judge::demote(row, request.automatic);
    }
    let report = RebaseReport {
        schema: SCHEMA.to_owned(),
        package: request.package.to_owned(),
        from: request.from.map(|tree| tree.label().to_owned()),
        onto: request.onto.label().to_owned(),
        summary: judge::summary(&rows),
        patches: rows,
    };
    Ok((Outcome { report, patches }, groups))
}

type Carried = (PatchOutcome, PatchReport);

/// The patches that depend on each other through the files that they name, where upstream moved them included.
fn groups(plan: &Plan, world: &World) -> Vec<Vec<usize>> {
    plan.components(&|path| {
        let moved = world.moved.get(path).map(|alias| alias.to.clone());
        moved.into_iter().chain(world.elsewhere.get(path).into_iter().flatten().cloned()).collect()
    })
}

/// Carries groups of patches at the same time; what became of each patch by its number.
fn carry(request: &Request<'_>, world: &World, groups: &[Vec<usize>]) -> Result<BTreeMap<usize, Carried>, RebaseError> {
    let lists: Result<Vec<Vec<(usize, Carried)>>, RebaseError> =
        groups.par_iter().map(|group| carry_group(request, world, group)).collect();
    Ok(lists?.into_iter().flatten().collect())
}

fn carry_group(request: &Request<'_>, world: &World, group: &[usize]) -> Result<Vec<(usize, Carried)>, RebaseError> {
    let mut state = State::new(world, request.knowledge);
    let mut list = Vec::with_capacity(group.len());
    for &number in group {
        if request.progress.cancelled() {
            return Err(RebaseError::Cancelled);
        }
        let patch = &request.patches[number];
        let labels = Labels {
            base: label("base", request.from.map_or("(unknown)", |tree| tree.label())),
            ours: label("ours", request.onto.label()),
            theirs: label("theirs", &patch.name),
        };
        let decision = request.decisions.get(&patch.name);
        list.push((number, step::carry(patch, decision, &labels, &mut state)?));
        request.progress.advance(1);
    }
    Ok(list)
}

fn label(side: &str, name: &str) -> String {
    format!("{side}: {}", crate::text::display::terminal(name.as_bytes()))
}
