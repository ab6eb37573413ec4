//! The tags of patches and the lines that apply them.
//!
//! A patch whose tag stands by hand outside of the region keeps that tag; everything else about it is as for the others.
//!
//! Tags stand outside of conditions, so that every source package holds every patch (rpm#2282); the condition is on the application.

use std::fmt::Write as _;

use super::super::facts::PatchFact;
use super::super::guard::Opening;
use super::super::material::Material;
use super::super::numbers::Numbered;
use super::escaped;
use crate::profile::condition::Condition;
use crate::profile::packaging::{Apply, Guard, Style};

/// `PatchN:` with comments, in the order of the series.
pub(super) fn tags(material: &Material<'_>) -> Option<String> {
    if material.inputs.patches.is_empty() {
        return None;
    }
    let mut out = String::new();
    let elsewhere = material.tagged_by_hand();
    for (patch, numbered) in material.numbered().filter(|(patch, _)| !elsewhere.contains(&patch.file)) {
        if !out.is_empty() {
            out.push('\n');
        }
        for line in comment(material, patch) {
            out.push_str(&super::comment(&line));
        }
        let _ = writeln!(out, "Patch{}: {}", numbered.number, escaped(&patch.file));
    }
    Some(out)
}

/// The lines of comment above a patch.
fn comment(material: &Material<'_>, patch: &PatchFact) -> Vec<String> {
    let packaging = &material.inputs.profile.packaging;
    let note = packaging.patches.notes.iter().find(|(name, _)| *name == patch.file || *name == patch.name);
    let notes =
        note.iter().flat_map(|(_, note)| note.lines()).filter(|line| !line.trim().is_empty()).map(str::to_owned);
    if packaging.style.unwrap_or_default() == Style::Opensuse {
        return std::iter::once(opensuse(patch)).chain(notes).collect();
    }
    if packaging.style == Some(Style::Plain) {
        return notes.collect();
    }
    let subject = Some(patch.subject.clone()).filter(|subject| !subject.is_empty());
    let status = patch.status.as_ref().map(|status| match status.text.split_once(": ") {
        Some(_) => status.text.clone(),
        None => format!("Upstream-Status: {}", status.text),
    });
    subject.into_iter().chain(status).chain(notes).collect()
}

/// `PATCH-FIX-UPSTREAM name.patch reference -- subject`
fn opensuse(patch: &PatchFact) -> String {
    let upstream = patch.status.as_ref().is_some_and(|status| status.upstream);
    let word = if upstream { "PATCH-FIX-UPSTREAM" } else { "PATCH-FIX-OPENSUSE" };
    let reference = patch.status.as_ref().and_then(|status| status.reference.clone());
    let reference = reference.map(|reference| format!(" {reference}")).unwrap_or_default();
    let subject = if patch.subject.is_empty() { String::new() } else { format!(" -- {}", patch.subject) };
    format!("{word} {}{reference}{subject}", patch.file)
}

/// Patches that follow each other in the series and are applied in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The index of their group.
    pub group: usize,
    /// Leading path parts to strip.
    pub strip: usize,
    /// Taken back instead of applied.
    pub reverse: bool,
    /// Their numbers in the order of application.
    pub numbers: Vec<u32>,
}

/// The runs of a queue, in order.
pub fn runs(material: &Material<'_>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for (patch, Numbered { number, group }) in material.numbered() {
        match all.last_mut() {
            Some(run) if run.group == *group && run.strip == patch.strip && run.reverse == patch.reverse => {
                run.numbers.push(*number);
            }
            _ => all.push(Run { group: *group, strip: patch.strip, reverse: patch.reverse, numbers: vec![*number] }),
        }
    }
    all
}

/// The lines of `%prep` that apply the queue.
pub(super) fn application(material: &Material<'_>) -> Option<String> {
    if material.inputs.patches.is_empty() {
        return None;
    }
    let packaging = &material.inputs.profile.packaging;
    let apply = packaging.patches.apply.unwrap_or_default();
    let ranges = apply == Apply::Autopatch && packaging.rpm_min.is_none_or(|rpm| rpm >= (4, 15, 0));
    let all: Vec<u32> = material.numbered().map(|(_, numbered)| numbered.number).collect();
    // Of tags outside of the region the order is not known, and a range goes by it.
    let elsewhere = material.tagged_by_hand();
    let by_hand: Vec<u32> = material
        .numbered()
        .filter(|(patch, _)| elsewhere.contains(&patch.file))
        .map(|(_, numbered)| numbered.number)
        .collect();
    let mut out = String::new();
    let all_runs = runs(material);
    let mut at = 0;
    // Runs behind each other with one guard share its block.
    while let Some(run) = all_runs.get(at) {
        let guard = guard_of(material, run);
        let same = all_runs.iter().skip(at).take_while(|next| guard_of(material, next) == guard).count();
        if guard != Guard::When(Condition::Constant(false)) {
            let lines = |run: &Run| {
                let (low, high) = (run.numbers.iter().min(), run.numbers.iter().max());
                let crossed = by_hand.iter().any(|number| low <= Some(number) && Some(number) <= high);
                lines_of(run, ranges && !crossed, &all)
            };
            let lines = all_runs.iter().skip(at).take(same).map(lines).collect::<String>();
            out.push_str(&Opening::of(&guard).around(&lines));
        }
        at += same;
    }
    Some(out)
}

fn guard_of(material: &Material<'_>, run: &Run) -> Guard {
    material.groups.get(run.group).map(|group| group.guard.clone()).unwrap_or_default()
}

/// A range where it holds just these patches in this order, else one line for each.
///
/// `%autopatch` applies in the order of the tags, which is that of the series, so a range may be in any order of numbers.
fn lines_of(run: &Run, ranges: bool, all: &[u32]) -> String {
    let (low, high) = (run.numbers.iter().min(), run.numbers.iter().max());
    if let (Some(low), Some(high)) = (low, high)
        && ranges
        && !run.reverse
    {
        let inside: Vec<u32> = all.iter().copied().filter(|number| (low..=high).contains(&number)).collect();
        if inside == run.numbers {
            return format!("%autopatch -p{} -m {low} -M {high}\n", run.strip);
        }
    }
    let reverse = if run.reverse { " -R" } else { "" };
    run.numbers.iter().map(|number| format!("%patch -P {number} -p{}{reverse}\n", run.strip)).collect()
}
