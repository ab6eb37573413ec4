//! What to do with each component, from everything that is known of it: its use, its shims and what stands in their way, what the
//! distribution has. The last step of an audit, over the report alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::build_report::{Lists, Shim};
use crate::audit::needed::{in_build, parent, within};
use crate::audit::report::{AuditReport, Blocker, Component, Use, Verdict};
use crate::audit::shims::{ELSEWHERE, FORKED, KEPT, MISSING_TARGET, MODIFIED, PRIVATE_HEADER};
use crate::audit::switches::NO_SWITCH;
use crate::audit::system::TOO_OLD;
use crate::profile::unbundling::{Unbundling, fits};
use crate::version::relate;

/// The blocker of a library that no shim is for, though the distribution has it.
pub const NO_SHIM: &str = "no-shim";
/// The blocker of a library whose partner cannot be replaced.
pub const PAIR: &str = "pair-mismatch";
/// Stands for a library whose partner wants a look first.
pub const PAIR_OPEN: &str = "pair-open";
/// Stands for a version that cannot be compared with the system's.
pub const UNKNOWN_VERSION: &str = "version-unknown";

/// Blockers that a patch of the build or a look takes away.
const SOFT: [&str; 5] = [MISSING_TARGET, MODIFIED, UNKNOWN_VERSION, ELSEWHERE, PAIR_OPEN];

/// Decides about every component, and makes the lists of the package; does nothing where the build was not looked at.
pub fn decide(report: &mut AuditReport, knowledge: &Unbundling) {
    if report.build.is_none() {
        return;
    }
    minimum(report, knowledge);
    versions(report);
    pairs(report, knowledge);
    let deletable = deletable(report);
    let with_shim = with_shim(report);
    let run = report.build.as_ref().is_some_and(|build| build.system == "gn");
    for (component, deletable) in report.components.iter_mut().zip(deletable) {
        let shim = with_shim.contains(&component.id);
        component.verdict = if run { verdict(component, shim, deletable) } else { by_switch(component) };
    }
    let verdicts: BTreeMap<String, Verdict> =
        report.components.iter().map(|component| (component.id.clone(), component.verdict)).collect();
    let lists = report.build.as_ref().map(|build| lists(report, &build.lists.needed));
    if let (Some(build), Some(lists)) = (&mut report.build, lists) {
        for shim in &mut build.shims {
            let of_component = shim.component.as_ref().and_then(|id| verdicts.get(id).copied());
            shim.verdict = of_component.or_else(|| of_shim(shim));
        }
        build.lists = lists;
        let free = build.shims.iter().filter(|shim| shim.verdict == Some(Verdict::UnbundleNow));
        build.lists.system_libraries = free.map(|shim| shim.name.clone()).collect();
    }
    let count = |wanted: Verdict| verdicts.values().filter(|verdict| **verdict == wanted).count();
    report.summary.unbundle_now = count(Verdict::UnbundleNow);
    report.summary.blocked = count(Verdict::Blocked);
}

/// The verdict about a shim whose library is not in the tree: it has to be used, if it can.
fn of_shim(shim: &Shim) -> Option<Verdict> {
    let soft = |blocker: &Blocker| SOFT.contains(&blocker.kind.as_str());
    let told = shim.blockers.iter().filter(|blocker| blocker.kind != KEPT);
    let (soft, hard): (Vec<&Blocker>, Vec<&Blocker>) = told.partition(|blocker| soft(blocker));
    shim.wanted.then_some(match (hard.is_empty(), soft.is_empty()) {
        (false, _) => Verdict::Blocked,
        (true, false) => Verdict::UnbundleWithPatch,
        (true, true) => Verdict::UnbundleNow,
    })
}

fn with_shim(report: &AuditReport) -> BTreeSet<String> {
    let shims = report.build.iter().flat_map(|build| &build.shims);
    shims.filter_map(|shim| shim.component.clone()).collect()
}

/// Where it is known which version will do, that counts and not the bundled copy's.
fn minimum(report: &mut AuditReport, knowledge: &Unbundling) {
    let wanted = |name: &str| {
        let mut all = knowledge.known.iter().flatten().filter(|known| fits(&known.shim, name));
        all.find_map(|known| Some((known.min.clone()?, known.why.clone())))
    };
    let shims = report.build.iter().flat_map(|build| &build.shims);
    let rows: Vec<(String, (String, String))> =
        shims.filter_map(|shim| Some((shim.component.clone()?, wanted(&shim.name)?))).collect();
    for (id, (min, why)) in rows {
        let Some(component) = report.components.iter_mut().find(|component| component.id == id) else { continue };
        let Some(system) = component.system.as_ref().filter(|system| !system.guess) else {
            let detail = format!("{min} is wanted: {why}; `--system` tells what there is");
            component.blockers.push(Blocker { kind: UNKNOWN_VERSION.to_owned(), detail, places: Vec::new() });
            continue;
        };
        let Some(enough) = relate(&min, &system.version).enough() else { continue };
        component.blockers.retain(|blocker| blocker.kind != TOO_OLD);
        if !enough {
            let detail =
                format!("{} in {} is {}, and {min} is wanted: {why}", system.package, system.index, system.version);
            component.blockers.push(Blocker { kind: TOO_OLD.to_owned(), detail, places: Vec::new() });
        } else if let Some(system) = &mut component.system {
            system.enough = Some(true);
        }
    }
}

/// Says of libraries with a shim, or that the distribution has, what only an index tells.
fn versions(report: &mut AuditReport) {
    let with_shim = with_shim(report);
    let gn = report.build.as_ref().is_some_and(|build| build.system == "gn");
    for component in &mut report.components {
        let Some(system) = component.system.as_ref().filter(|system| !system.guess) else { continue };
        let used = matches!(component.used.state, Use::Used | Use::UsedIf);
        let shim = with_shim.contains(&component.id);
        let (kind, detail) = match (shim, system.enough) {
            (true, None) => {
                let bundled = component.version.value.as_deref().unwrap_or("unknown");
                let detail = format!("bundled is {bundled}, {} is {}: no order", system.package, system.version);
                (UNKNOWN_VERSION, detail)
            }
            (false, _) if gn && used && component.ecosystem == "c" => {
                (NO_SHIM, format!("no shim stands for it, though {} has {}", system.index, system.package))
            }
            _ => continue,
        };
        component.blockers.push(Blocker { kind: kind.to_owned(), detail, places: Vec::new() });
    }
}

fn hard(component: &Component) -> Option<&Blocker> {
    component.blockers.iter().find(|blocker| !SOFT.contains(&blocker.kind.as_str()) && blocker.kind != KEPT)
}

/// The first blocker that is one.
fn any(component: &Component) -> Option<&Blocker> {
    component.blockers.iter().find(|blocker| blocker.kind != KEPT)
}

/// Libraries that are replaced all or none: what blocks one blocks the others, what wants a look with one wants it with all.
fn pairs(report: &mut AuditReport, knowledge: &Unbundling) {
    let rows: Vec<(String, String)> = report
        .build
        .iter()
        .flat_map(|build| &build.shims)
        .filter_map(|shim| Some((shim.name.clone(), shim.component.clone()?)))
        .collect();
    let mut told: Vec<(String, Blocker)> = Vec::new();
    for group in knowledge.together.iter().flatten() {
        let member = |name: &str| group.shims.iter().any(|pattern| fits(pattern, name));
        let ids: BTreeSet<&String> = rows.iter().filter(|(name, _)| member(name)).map(|(_, id)| id).collect();
        let of = |id: &str| report.components.iter().find(|component| component.id == id);
        let used: Vec<&Component> = ids
            .iter()
            .filter_map(|id| of(id))
            .filter(|component| matches!(component.used.state, Use::Used | Use::UsedIf))
            .collect();
        let worst = |of: &dyn Fn(&Component) -> Option<&Blocker>| {
            used.iter().find_map(|component| Some((component.name.clone(), of(component)?.kind.clone())))
        };
        let (kind, detail) = match (worst(&hard), worst(&any)) {
            (Some((first, why)), _) => (PAIR, format!("{first} stays ({why}), and {}", group.why)),
            (None, Some((first, why))) => (PAIR_OPEN, format!("{first} wants a look first ({why}), and {}", group.why)),
            (None, None) => continue,
        };
        let free = |other: &&&Component| if kind == PAIR { hard(other).is_none() } else { any(other).is_none() };
        for other in used.iter().filter(free) {
            let blocker = Blocker { kind: kind.to_owned(), detail: detail.clone(), places: Vec::new() };
            told.push((other.id.clone(), blocker));
        }
    }
    for (id, blocker) in told {
        if let Some(component) = report.components.iter_mut().find(|component| component.id == id) {
            component.blockers.push(blocker);
        }
    }
}

/// Ecosystems whose code finds its parts at run time, which no build file tells.
const OPAQUE: [&str; 5] = ["npm", "python", "java", "go", "ruby"];

/// Whether each component can go as a whole: the build needs neither it nor anything below it.
fn deletable(report: &AuditReport) -> Vec<bool> {
    let needed: BTreeSet<&str> =
        report.build.iter().flat_map(|build| &build.lists.needed).map(String::as_str).collect();
    let used: BTreeSet<&str> = report
        .components
        .iter()
        .filter(|component| in_build(component.used.state))
        .map(|component| component.root.as_str())
        .collect();
    let below = |all: &BTreeSet<&str>, root: &str| {
        let end = format!("{root}0");
        all.range(root..end.as_str()).any(|path| within(path, root))
    };
    let inside = |root: &str| {
        let mut at = parent(root);
        while !at.is_empty() {
            if used.contains(at) {
                return true;
            }
            at = parent(at);
        }
        false
    };
    let one = |component: &Component| {
        let root = component.root.as_str();
        let idle = matches!(component.used.state, Use::Unreachable | Use::TestOnly);
        let opaque = OPAQUE.contains(&component.ecosystem.as_str()) && inside(root);
        idle && root != "." && !opaque && !below(&needed, root) && !below(&used, root)
    };
    report.components.iter().map(one).collect()
}

fn verdict(component: &Component, shim: bool, deletable: bool) -> Verdict {
    match component.used.state {
        Use::Unreachable | Use::TestOnly if deletable => Verdict::UnusedDelete,
        Use::Used | Use::UsedIf => match hard(component) {
            Some(blocker) if shim || blocker.kind != FORKED && component.system.is_some() => Verdict::Blocked,
            Some(_) => Verdict::Keep,
            None if !shim => Verdict::Keep,
            None if any(component).is_some() => Verdict::UnbundleWithPatch,
            None => Verdict::UnbundleNow,
        },
        _ => Verdict::Keep,
    }
}

/// The verdict where build files were only read: a switch is the proof.
fn by_switch(component: &Component) -> Verdict {
    const READ: [&str; 2] = [PRIVATE_HEADER, NO_SWITCH];
    let soft = |kind: &str| READ.contains(&kind) || SOFT.contains(&kind) || kind == KEPT;
    let looked = component.blockers.iter().any(|blocker| blocker.kind == NO_SWITCH);
    if component.switches.is_empty() && !looked {
        return Verdict::Keep;
    }
    if component.blockers.iter().any(|blocker| !soft(&blocker.kind)) {
        return Verdict::Blocked;
    }
    if component.blockers.is_empty() { Verdict::UnbundleNow } else { Verdict::UnbundleWithPatch }
}

/// The lists that follow from the verdicts.
fn lists(report: &AuditReport, needed: &[String]) -> Lists {
    let of = |verdict: Verdict| report.components.iter().filter(move |component| component.verdict == verdict);
    let replaced: Vec<&Component> = of(Verdict::UnbundleNow).collect();
    let gone = |entry: &&String| !replaced.iter().any(|component| within(&component.root, entry));
    let mut keeplibs: BTreeSet<String> = needed.iter().filter(gone).cloned().collect();
    for component in &replaced {
        let kept = component.blockers.iter().filter(|blocker| blocker.kind == KEPT).flat_map(|blocker| &blocker.places);
        keeplibs.extend(kept.map(|file| parent(file).to_owned()));
    }
    let mut removable: Vec<String> = Vec::new();
    let mut roots: Vec<&str> = of(Verdict::UnusedDelete).map(|component| component.root.as_str()).collect();
    roots.sort_unstable();
    for root in roots {
        if !removable.iter().any(|known| within(root, known)) {
            removable.push(root.to_owned());
        }
    }
    Lists { needed: needed.to_vec(), keeplibs: keeplibs.into_iter().collect(), system_libraries: Vec::new(), removable }
}
