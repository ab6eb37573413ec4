//! Why the roots do not lead to a component: where it is named in a part of a file that never runs, or which targets name it
//! that the roots do not lead to either, and why those are not reached.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::gn::build::{Build, Link};
use crate::gn::idle::{Cause, Idle};
use crate::gn::reach::{Reached, State};
use crate::gn::symbol::Text;
use crate::path::{self, RepoPath};
use crate::text::display::terminal;

/// The kinds of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A branch that does not run names it.
    Condition,
    /// A template that nothing calls names it.
    Template,
    /// Only targets for tests name it.
    Tests,
    /// Only targets that nothing names lead to it.
    Unwanted,
    /// No build file outside of it names it.
    Unnamed,
}

impl Why {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Template => "template",
            Self::Tests => "tests",
            Self::Unwanted => "unwanted",
            Self::Unnamed => "unnamed",
        }
    }
}

/// Why a component is not reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What kind of reason it is.
    pub why: Why,
    /// The test that does not hold (`!(...)` for an `else`), or the template that nothing calls.
    pub test: Option<Text>,
    /// Where that stands, `path:line`.
    pub place: Option<String>,
    /// The targets from the one that is named there (or that nothing names) to the component.
    pub chain: Vec<String>,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = self.place.as_deref().unwrap_or_default();
        let test = self.test.as_deref().map(|test| terminal(test.as_bytes())).unwrap_or_default();
        let first = self.chain.first().map_or("it", String::as_str);
        match self.why {
            Why::Condition => write!(formatter, "{place} names {first} where `{test}` holds, and it does not")?,
            Why::Template => write!(formatter, "{place} names {first} in template `{test}`, which nothing calls")?,
            Why::Tests => write!(formatter, "only tests lead to it, such as {first}")?,
            Why::Unwanted => write!(formatter, "nothing that is built names {first} ({place})")?,
            Why::Unnamed => return formatter.write_str("no build file outside of it names it"),
        }
        if self.chain.len() > 1 {
            write!(formatter, ": {}", self.chain.join(" -> "))?;
        }
        Ok(())
    }
}

/// How far back a chain is followed.
const CHAIN_LIMIT: usize = 2_000;

/// What is known for all components at once.
struct Index<'b> {
    build: &'b Build,
    states: Vec<State>,
    /// Who names a target, by number.
    users: FxHashMap<u32, Vec<usize>>,
    by_label: FxHashMap<(&'b str, &'b str), Vec<&'b Idle>>,
    by_owner: BTreeMap<usize, Vec<&'b Idle>>,
    /// The best state of a target in each folder.
    folders: FxHashMap<&'b str, State>,
}

impl Reached<'_> {
    /// Says for each wanted component why the roots do not lead to it, in the order given.
    pub fn why(&self, components: &[RepoPath], wanted: &[bool]) -> Vec<Option<Reason>> {
        let build = self.build();
        let owners: FxHashMap<&[u8], usize> =
            components.iter().enumerate().map(|(number, path)| (path.as_bytes(), number)).collect();
        let owner = |place: &str| {
            let place = place.trim_start_matches('/').as_bytes();
            path::upwards(place).find_map(|at| owners.get(at).copied())
        };
        let mut index = Index {
            build,
            states: self.states(),
            users: FxHashMap::default(),
            by_label: FxHashMap::default(),
            by_owner: BTreeMap::new(),
            folders: FxHashMap::default(),
        };
        // Targets of each component, and targets outside that name files of it.
        let mut own: Vec<Vec<(usize, bool)>> = vec![Vec::new(); components.len()];
        for (number, target) in build.targets.iter().enumerate() {
            for edge in target.edges.iter().filter(|edge| edge.link != Link::Config || target.edges.len() == 1) {
                index.users.entry(edge.to).or_default().push(number);
            }
            let folder: &str = &build.label(target.label).folder;
            let state = index.states.get(number).copied().unwrap_or(State::Unreachable);
            let known = index.folders.entry(folder).or_insert(state);
            *known = state.min(*known);
            let of = owner(folder).filter(|of| wanted.get(*of) == Some(&true));
            if let Some(list) = of.and_then(|of| own.get_mut(of)) {
                list.push((number, false));
            }
            if state < State::TestOnly {
                continue;
            }
            for file in build.files(target) {
                let of = owner(&file.path).filter(|of| wanted.get(*of) == Some(&true) && owner(folder) != Some(*of));
                let list = of.and_then(|of| own.get_mut(of)).filter(|list| list.last() != Some(&(number, true)));
                if let Some(list) = list {
                    list.push((number, true));
                }
            }
        }
        for idle in &build.idle {
            if let Some(name) = &idle.name {
                index.by_label.entry((&idle.path, name)).or_default().push(idle);
            }
            let file = idle.file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let of = owner(&idle.path).filter(|of| wanted.get(*of) == Some(&true) && owner(file) != Some(*of));
            if let Some(of) = of {
                index.by_owner.entry(of).or_default().push(idle);
            }
        }
        let one = |number: usize| {
            wanted.get(number).filter(|wanted| **wanted).and_then(|_| Some(index.reason(number, own.get(number)?)))
        };
        (0..components.len()).map(one).collect()
    }
}

impl Index<'_> {
    /// Of several places the one in a file whose targets are the most used.
    fn best<'i>(&self, idle: &[&'i Idle]) -> Option<&'i Idle> {
        let used = |idle: &&&Idle| {
            let folder = idle.file.rsplit_once('/').map_or("", |(folder, _)| folder);
            self.folders.get(folder).copied().unwrap_or(State::Unreachable)
        };
        idle.iter().min_by_key(used).copied()
    }

    fn reason(&self, component: usize, own: &[(usize, bool)]) -> Reason {
        if let Some(idle) = self.by_owner.get(&component).and_then(|all| self.best(all)) {
            return named(idle, Vec::new());
        }
        // Backwards from the component's own targets; nearer targets first, so that the chain is short.
        let mut before: FxHashMap<usize, Option<usize>> = own.iter().map(|(number, _)| (*number, None)).collect();
        let mut queue: Vec<usize> = own.iter().map(|(number, _)| *number).collect();
        let by_file: FxHashSet<usize> = own.iter().filter(|(_, file)| *file).map(|(number, _)| *number).collect();
        let (mut at, mut last, mut tests) = (0, None, None);
        while let Some(&number) = queue.get(at).filter(|_| at < CHAIN_LIMIT) {
            at += 1;
            let Some(target) = self.build.targets.get(number) else { continue };
            let label = self.build.label(target.label);
            let outside = by_file.contains(&number) || before.get(&number).is_some_and(Option::is_some);
            let chain = || self.chain(number, &before);
            if let Some(idle) = self.by_label.get(&(&*label.folder, &*label.name)).and_then(|all| self.best(all))
                && outside
            {
                return named(idle, chain());
            }
            if target.testonly {
                tests = tests.or_else(|| Some(Reason { why: Why::Tests, test: None, place: None, chain: chain() }));
                continue;
            }
            if outside {
                let (file, line) = &target.place;
                let place = Some(format!("{}:{line}", file.trim_start_matches('/')));
                last = Some(Reason { why: Why::Unwanted, test: None, place, chain: chain() });
            }
            for &user in self.users.get(&target.label).into_iter().flatten() {
                if let std::collections::hash_map::Entry::Vacant(slot) = before.entry(user) {
                    slot.insert(Some(number));
                    queue.push(user);
                }
            }
        }
        tests.or(last).unwrap_or(Reason { why: Why::Unnamed, test: None, place: None, chain: Vec::new() })
    }

    fn chain(&self, from: usize, before: &FxHashMap<usize, Option<usize>>) -> Vec<String> {
        let mut chain = Vec::new();
        let mut at = Some(from);
        while let Some((number, target)) = at.and_then(|number| Some((number, self.build.targets.get(number)?))) {
            chain.push(self.build.shown(target.label));
            at = before.get(&number).copied().flatten();
        }
        chain
    }
}

fn named(idle: &Idle, chain: Vec<String>) -> Reason {
    let (why, test) = match &idle.cause {
        Cause::Test(test) => (Why::Condition, Arc::clone(test)),
        Cause::Otherwise(test) => (Why::Condition, format!("!({test})").into()),
        Cause::Uncalled(name) => (Why::Template, Arc::clone(name)),
    };
    let place = Some(format!("{}:{}", idle.file.trim_start_matches('/'), idle.line));
    Reason { why, test: Some(test), place, chain }
}
