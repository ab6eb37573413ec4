//! What a build uses of which component: used, used under a condition, by the build itself only, by tests only, or not at all.
//!
//! A walk from the roots in four passes, each entering what the one before left: sure links first, then those under a
//! condition, then tools that only run during the build, then what is for tests. A target is entered once, on the mildest
//! way, and the way is the witness. A component is used as mildly as the mildest target or file of it that the walk meets.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::gn::build::{Build, Edge, FileUse, Link, Role, Target};
use crate::gn::symbol::Text;
use crate::gn::target::Kind;
use crate::gn::value::{Condition, Literal};
use crate::path::{self, RepoPath};

/// How a component is used, the most used first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Under the given arguments, always.
    Used,
    /// Under a condition.
    UsedIf,
    /// By tools that run during the build.
    HostOnly,
    /// By tests.
    TestOnly,
    /// The roots do not lead to it.
    Unreachable,
}

impl State {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::UsedIf => "used-if",
            Self::HostOnly => "host-only",
            Self::TestOnly => "test-only",
            Self::Unreachable => "unreachable",
        }
    }
}

/// How a component is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Its folder.
    pub root: RepoPath,
    /// How it is used.
    pub state: State,
    /// When, for [`State::UsedIf`].
    pub condition: Condition,
    /// The way from a root to it: labels, and at the end the file of it that is named, if it is not a target.
    pub witness: Vec<String>,
}

/// What the walk knows of a target that it entered.
#[derive(Debug, Clone)]
struct Entered {
    state: State,
    from: Option<usize>,
    condition: Condition,
}

/// Says for each component how the build uses it, in the order given.
pub fn reach(build: &Build, components: &[RepoPath]) -> Vec<Usage> {
    Reached::new(build).usages(components)
}

/// A build with the walk over it.
pub struct Reached<'b> {
    build: &'b Build,
    walk: Walk,
}

impl<'b> Reached<'b> {
    /// Walks from the build's roots.
    pub fn new(build: &'b Build) -> Self {
        Self { build, walk: walk(build) }
    }

    /// The build that was walked.
    pub(crate) fn build(&self) -> &'b Build {
        self.build
    }

    /// Says for each component how the build uses it, in the order given.
    pub fn usages(&self, components: &[RepoPath]) -> Vec<Usage> {
        let mut found = Found::new(self.build, components, &self.walk);
        // In the order in which targets were entered, so that the shortest way is the witness.
        for &number in &self.walk.order {
            found.target(number);
        }
        for number in 0..self.build.targets.len() {
            if !self.walk.by_target.contains_key(&number) {
                found.outside(number);
            }
        }
        found.usages(components)
    }

    /// How the build uses each of its targets, in their order; those that the walk does not enter are unreachable.
    pub fn states(&self) -> Vec<State> {
        let entered = |number: usize| self.walk.by_target.get(&number);
        let state = |number: usize| entered(number).map_or(State::Unreachable, |entered| entered.state);
        (0..self.build.targets.len()).map(state).collect()
    }

    /// The labels from a root to a target, by its number.
    pub fn witness(&self, target: usize) -> Vec<String> {
        let mut witness = Vec::new();
        let mut at = Some(target);
        while let Some((number, target)) = at.and_then(|number| Some((number, self.build.targets.get(number)?))) {
            witness.push(self.build.shown(target.label));
            at = self.walk.by_target.get(&number).and_then(|entered| entered.from);
        }
        witness.reverse();
        witness
    }
}

struct Walk {
    by_target: FxHashMap<usize, Entered>,
    order: Vec<usize>,
}

/// Enters everything that the roots lead to.
fn walk(build: &Build) -> Walk {
    const STATES: [State; 4] = [State::Used, State::UsedIf, State::HostOnly, State::TestOnly];
    let mut walk = Walk { by_target: FxHashMap::default(), order: Vec::new() };
    let mut waiting: [Vec<(usize, Option<usize>, Condition)>; 4] = Default::default();
    for root in &build.roots {
        waiting[0].extend(build.of(*root).map(|(number, target)| (number, None, Arc::clone(&target.condition))));
    }
    for state in STATES {
        let mut queue = std::mem::take(&mut waiting[state as usize]);
        let mut at = 0;
        while let Some((number, from, condition)) = queue.get(at).cloned() {
            at += 1;
            if walk.by_target.contains_key(&number) {
                continue;
            }
            walk.by_target.insert(number, Entered { state, from, condition: Arc::clone(&condition) });
            walk.order.push(number);
            let target = &build.targets[number];
            for edge in &target.edges {
                for (next, to) in build.of(edge.to) {
                    let Some(condition) = both(&condition, &edge.condition).and_then(|so| both(&so, &to.condition))
                    else {
                        continue;
                    };
                    let grade = grade(build, target, edge, to, &condition).max(state);
                    let step = (next, Some(number), condition);
                    if grade == state { queue.push(step) } else { waiting[grade as usize].push(step) }
                }
            }
        }
    }
    walk
}

/// Both conditions together; `None` where they contradict each other.
fn both(left: &Condition, right: &Condition) -> Option<Condition> {
    if right.is_empty() {
        return Some(Arc::clone(left));
    }
    let new: Vec<&Literal> = right.iter().filter(|literal| !left.contains(literal)).collect();
    if new.iter().any(|literal| left.contains(&literal.negated())) {
        return None;
    }
    if new.is_empty() { Some(Arc::clone(left)) } else { Some(left.iter().chain(new).cloned().collect()) }
}

/// How mild a step is by itself.
fn grade(build: &Build, from: &Target, edge: &Edge, to: &Target, condition: &Condition) -> State {
    let crosses = build.label(from.label).toolchain != build.label(to.label).toolchain;
    // A root that is a step itself, such as one that strips, packs what it names and does not run it.
    let packs = build.roots.contains(&from.label);
    let runs_during_build = to.kind == Kind::RustProcMacro
        || (from.kind.is_action() && !packs && edge.link != Link::Data && (to.kind == Kind::Executable || crosses));
    // Below a root that is for tests by its own word, such as a driver that is shipped, the word says nothing.
    if to.testonly && !from.testonly {
        State::TestOnly
    } else if runs_during_build {
        State::HostOnly
    } else if condition.is_empty() {
        State::Used
    } else {
        State::UsedIf
    }
}

/// Endings of what an action reads to run, not to turn into something.
const TOOLS: &[&str] = &[".py", ".pydeps", ".sh", ".jar", ".sha1", ".stamp"];

/// Endings of files that only say that a step was done.
const MARKS: &[&str] = &[".stamp", ".txt"];

/// Folders whose content is tools of the build by convention.
const TOOL_FOLDERS: &[&str] = &["/node_modules/", "/bin/"];

/// How mild the use of a file is by itself.
fn file_grade(file: &FileUse) -> State {
    // A program without an ending, as scripts for people have it.
    let plain = file.path.rsplit('/').next().is_some_and(|name| !name.is_empty() && !name.contains('.'));
    let tool = plain
        || TOOLS.iter().any(|ending| file.path.ends_with(ending))
        || TOOL_FOLDERS.iter().any(|part| file.path.contains(part));
    if file.role == Role::Script || (file.role == Role::Input && tool) {
        State::HostOnly
    } else if file.condition.is_empty() {
        State::Used
    } else {
        State::UsedIf
    }
}

/// Whose file or target it is, and the mildest use of each component so far.
struct Found<'a> {
    build: &'a Build,
    walk: &'a Walk,
    components: FxHashMap<&'a [u8], usize>,
    /// The component of each folder that was asked for.
    owners: FxHashMap<Text, Option<usize>>,
    best: Vec<Option<Best>>,
}

#[derive(Debug, Clone)]
struct Best {
    state: State,
    condition: Condition,
    target: usize,
    file: Option<Text>,
}

impl<'a> Found<'a> {
    fn new(build: &'a Build, components: &'a [RepoPath], walk: &'a Walk) -> Self {
        let by_path = components.iter().enumerate().map(|(number, path)| (path.as_bytes(), number)).collect();
        let best = vec![None; components.len()];
        Self { build, walk, components: by_path, owners: FxHashMap::default(), best }
    }

    /// The innermost component that holds a folder.
    fn owner(&mut self, folder: &Text) -> Option<usize> {
        if let Some(owner) = self.owners.get(folder) {
            return *owner;
        }
        let path = folder.strip_prefix("//").unwrap_or_default().trim_end_matches('/');
        let owner = path::upwards(path.as_bytes()).find_map(|at| self.components.get(at).copied());
        self.owners.insert(Arc::clone(folder), owner);
        owner
    }

    fn better(&mut self, component: usize, best: Best) {
        let slot = &mut self.best[component];
        if slot.as_ref().is_none_or(|known| best.state < known.state) {
            *slot = Some(best);
        }
    }

    /// Counts a target that the walk entered, and the files that it names.
    fn target(&mut self, number: usize) {
        let target = &self.build.targets[number];
        let Some(entered) = self.walk.by_target.get(&number) else { return };
        let (state, condition) = (entered.state, Arc::clone(&entered.condition));
        let folder = Arc::clone(&self.build.label(target.label).folder);
        // A step that turns no source of its own into anything only runs a program, such as a check of versions.
        let runs = target.kind.is_action() && self.build.strings(target, "sources").is_empty();
        let checks = runs && self.leaves_nothing(target);
        let own = self.owner(&folder);
        if let Some(component) = own {
            let state = if runs { state.max(State::HostOnly) } else { state };
            self.better(component, Best { state, condition: Arc::clone(&condition), target: number, file: None });
        }
        for file in self.build.files(target) {
            let holder: Text = if file.role == Role::IncludeDir {
                Arc::clone(&file.path)
            } else {
                file.path.rfind('/').map_or("//", |at| &file.path[..at]).into()
            };
            let Some(component) = self.owner(&holder) else { continue };
            let Some(condition) = both(&condition, &file.condition) else { continue };
            let program = checks && own == Some(component);
            let state = state.max(if program { State::HostOnly } else { file_grade(&file) });
            self.better(component, Best { state, condition, target: number, file: Some(file.path) });
        }
    }

    /// Whether all that an action makes is a word that it was done.
    fn leaves_nothing(&self, target: &Target) -> bool {
        let outputs = self.build.strings(target, "outputs");
        !outputs.is_empty() && outputs.iter().all(|(path, _)| MARKS.iter().any(|ending| path.ends_with(ending)))
    }

    /// Counts a target that the walk did not enter, if it is for tests.
    fn outside(&mut self, number: usize) {
        let target = &self.build.targets[number];
        let state = if target.testonly { State::TestOnly } else { State::Unreachable };
        let folder = Arc::clone(&self.build.label(target.label).folder);
        let condition: Condition = Arc::from([]);
        if let Some(component) = self.owner(&folder) {
            self.better(component, Best { state, condition, target: number, file: None });
        }
    }

    fn usages(self, components: &[RepoPath]) -> Vec<Usage> {
        let best = self.best.iter();
        best.zip(components).map(|(best, root)| self.usage(best.as_ref(), root)).collect()
    }

    fn usage(&self, best: Option<&Best>, root: &RepoPath) -> Usage {
        let root = root.clone();
        let Some(best) = best.filter(|best| best.state != State::Unreachable) else {
            return Usage { root, state: State::Unreachable, condition: Arc::from([]), witness: Vec::new() };
        };
        let mut witness: Vec<String> = best.file.iter().map(ToString::to_string).collect();
        let mut at = Some(best.target);
        while let Some(number) = at {
            witness.push(self.build.shown(self.build.targets[number].label));
            at = self.walk.by_target.get(&number).and_then(|entered| entered.from);
        }
        witness.reverse();
        let condition = if best.state == State::UsedIf { Arc::clone(&best.condition) } else { Arc::from([]) };
        Usage { root, state: best.state, condition, witness }
    }
}
