//! The targets of a build as a graph: labels are numbers, each target knows what it names and under which condition.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::gn::idle::Idle;
use crate::gn::label::Label;
use crate::gn::problem::{Problem, Trouble};
use crate::gn::symbol::{Symbol, Text, word};
use crate::gn::target::{Argument, Declared, FIELDS, Kind};
use crate::gn::value::{Condition, Value};

/// How a target names another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// `public_deps`.
    Public,
    /// `deps`.
    Private,
    /// `data_deps`: needed when it runs.
    Data,
    /// `configs`, `public_configs`, `all_dependent_configs`.
    Config,
}

/// An edge of the graph.
#[derive(Debug, Clone)]
pub struct Edge {
    /// How it is named.
    pub link: Link,
    /// The number of the label.
    pub to: u32,
    /// When.
    pub condition: Condition,
}

/// What part a file plays for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// `sources`, `public`, `crate_root`.
    Source,
    /// `inputs`.
    Input,
    /// `script`.
    Script,
    /// `include_dirs` of the target or of a config.
    IncludeDir,
    /// `data`.
    Data,
}

/// A file or folder that a target names.
#[derive(Debug, Clone)]
pub struct FileUse {
    /// What part it plays.
    pub role: Role,
    /// Where it is, such as `//base/a.cc`.
    pub path: Text,
    /// When.
    pub condition: Condition,
}

/// A target of the build.
#[derive(Debug)]
pub struct Target {
    /// The number of its label.
    pub label: u32,
    /// What it is.
    pub kind: Kind,
    /// When it is declared.
    pub condition: Condition,
    /// Where its build file makes the call that declares it, perhaps through templates: file, line.
    pub place: (Text, usize),
    /// Whether it says that only tests may use it.
    pub testonly: bool,
    /// Whether the roots lead to it.
    pub reached: bool,
    /// What it names.
    pub edges: Vec<Edge>,
    declared: Declared,
}

/// All labels of a build.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    list: Vec<Label>,
    numbers: FxHashMap<Label, u32>,
    /// Labels written in full, by toolchain.
    written: FxHashMap<(Text, Text), Option<u32>>,
}

impl Labels {
    pub(crate) fn intern(&mut self, label: Label) -> u32 {
        if let Some(number) = self.numbers.get(&label) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(label.clone());
        self.numbers.insert(label, number);
        number
    }

    pub(crate) fn get(&self, id: u32) -> &Label {
        &self.list[id as usize]
    }

    fn resolve(&mut self, written: &Text, folder: &str, toolchain: &Text) -> Option<u32> {
        let absolute = written.starts_with("//");
        let key = (Arc::clone(toolchain), Arc::clone(written));
        if absolute && let Some(number) = self.written.get(&key) {
            return *number;
        }
        let number = Label::resolve(written, folder, toolchain).map(|label| self.intern(label));
        if absolute {
            self.written.insert(key, number);
        }
        number
    }
}

/// Collects targets while files run.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    pub(crate) labels: Labels,
    pub(crate) targets: Vec<Target>,
    by_label: FxHashMap<u32, Vec<u32>>,
}

/// Variables that hold labels.
const LINKS: &[(Symbol, Link)] = &[
    (word::public_deps, Link::Public),
    (word::deps, Link::Private),
    (word::data_deps, Link::Data),
    (word::configs, Link::Config),
    (word::public_configs, Link::Config),
    (word::all_dependent_configs, Link::Config),
];

/// Variables that hold files.
const ROLES: &[(Symbol, Role)] = &[
    (word::sources, Role::Source),
    (word::public, Role::Source),
    (word::crate_root, Role::Source),
    (word::inputs, Role::Input),
    (word::script, Role::Script),
    (word::include_dirs, Role::IncludeDir),
    (word::data, Role::Data),
];

/// Calls `found` for every string of a value, with what must hold for it to be there.
fn strings(value: &Value, condition: &Condition, found: &mut dyn FnMut(&Text, &Condition)) {
    match value {
        Value::Text(text) => found(text, condition),
        Value::List(items) => items.iter().for_each(|item| strings(item, condition, found)),
        Value::When(inner) => strings(&inner.1, &and(condition, &inner.0), found),
        Value::Choice(choice) => {
            strings(&choice.then, &and(condition, &choice.literal), found);
            strings(&choice.otherwise, &and(condition, &choice.literal.negated()), found);
        }
        _ => {}
    }
}

fn and(condition: &Condition, literal: &crate::gn::value::Literal) -> Condition {
    if condition.contains(literal) {
        return Arc::clone(condition);
    }
    condition.iter().chain([literal]).cloned().collect()
}

impl Builder {
    /// Adds the targets of one file.
    pub(crate) fn add(&mut self, toolchain: &Text, targets: Vec<Declared>) {
        for declared in targets {
            let Declared { folder, name, .. } = &declared;
            let (folder, name) = (Arc::clone(folder), Arc::clone(name));
            let label = self.labels.intern(Label { folder, name, toolchain: Arc::clone(toolchain) });
            let number = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
            self.by_label.entry(label).or_default().push(number);
            self.targets.push(Target {
                label,
                kind: declared.kind,
                condition: Arc::clone(&declared.condition),
                place: declared.place.clone(),
                testonly: declared.field(word::testonly) == Some(&Value::Bool(true)),
                reached: false,
                edges: Vec::new(),
                declared,
            });
        }
    }

    /// The labels that the targets of a label name.
    pub(crate) fn named_by(&mut self, label: u32) -> Vec<u32> {
        let mut named = Vec::new();
        for number in self.by_label.get(&label).cloned().unwrap_or_default() {
            self.resolve(number as usize);
            self.targets[number as usize].reached = true;
            named.extend(self.targets[number as usize].edges.iter().map(|edge| edge.to));
        }
        named
    }

    fn resolve(&mut self, number: usize) {
        let target = &mut self.targets[number];
        if !target.edges.is_empty() {
            return;
        }
        let label = self.labels.get(target.label).clone();
        for (field, link) in LINKS {
            let Some(value) = target.declared.field(*field) else { continue };
            strings(value, &Arc::clone(&target.condition), &mut |written, condition| {
                if let Some(to) = self.labels.resolve(written, &label.folder, &label.toolchain) {
                    target.edges.push(Edge { link: *link, to, condition: Arc::clone(condition) });
                }
            });
        }
        target.edges.shrink_to_fit();
    }

    /// Resolves what was never reached.
    pub(crate) fn resolve_rest(&mut self) {
        for number in 0..self.targets.len() {
            self.resolve(number);
        }
    }

    pub(crate) fn finish(
        self,
        roots: Vec<u32>,
        (problems, arguments): (BTreeSet<Problem>, BTreeSet<Argument>),
        (idle, looked_at): (Vec<Idle>, BTreeSet<(Text, Text)>),
        default_toolchain: Text,
    ) -> Build {
        let mut build = Build {
            labels: self.labels,
            targets: self.targets,
            by_label: self.by_label,
            roots,
            problems: problems.into_iter().collect(),
            arguments: arguments.into_iter().collect(),
            idle,
            looked_at,
            default_toolchain,
        };
        build.missing_targets();
        build
    }
}

/// A build: its targets and what was wrong.
#[derive(Debug)]
pub struct Build {
    labels: Labels,
    /// All targets.
    pub targets: Vec<Target>,
    by_label: FxHashMap<u32, Vec<u32>>,
    /// The labels that the caller asked for.
    pub roots: Vec<u32>,
    /// What was missing or wrong, sorted by place.
    pub problems: Vec<Problem>,
    /// The arguments that files declare in the default toolchain, sorted.
    pub arguments: Vec<Argument>,
    /// What parts of files name that never run, sorted by file and line.
    pub idle: Vec<Idle>,
    /// The files that build files read or run while they run, each after the folder of the build file.
    looked_at: BTreeSet<(Text, Text)>,
    /// The label of the default toolchain.
    pub default_toolchain: Text,
}

impl Build {
    /// The label of a number.
    pub fn label(&self, id: u32) -> &Label {
        self.labels.get(id)
    }

    /// The label as people write it: without the default toolchain.
    pub fn shown(&self, id: u32) -> String {
        let label = self.label(id);
        if label.toolchain == self.default_toolchain { label.without_toolchain() } else { label.to_string() }
    }

    /// The targets of a label: several where a file declares it on both ways of a fork.
    pub fn of(&self, label: u32) -> impl Iterator<Item = (usize, &Target)> {
        let numbers = self.by_label.get(&label).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| Some((*number as usize, self.targets.get(*number as usize)?)))
    }

    /// The number of a label, if the build knows it.
    pub fn find(&self, label: &Label) -> Option<u32> {
        self.labels.numbers.get(label).copied()
    }

    /// The files and folders that a target names.
    pub fn files(&self, target: &Target) -> Vec<FileUse> {
        let folder = Arc::clone(&self.label(target.label).folder);
        let mut found = Vec::new();
        for (field, role) in ROLES {
            let Some(value) = target.declared.field(*field) else { continue };
            strings(value, &target.condition, &mut |written, condition| {
                let path = crate::gn::paths::file(written, &folder).into();
                found.push(FileUse { role: *role, path, condition: Arc::clone(condition) });
            });
        }
        found
    }

    /// The strings of one of a target's variables as they are written in it; empty for a variable that is not kept.
    pub fn strings(&self, target: &Target, variable: &str) -> Vec<(Text, Condition)> {
        let mut found = Vec::new();
        let field = FIELDS.iter().find(|(_, name)| *name == variable);
        if let Some(value) = field.and_then(|(field, _)| target.declared.field(*field)) {
            strings(value, &target.condition, &mut |text, condition| {
                found.push((Arc::clone(text), Arc::clone(condition)));
            });
        }
        found
    }

    /// The files that must be there for the build to be generated, such as `//a/list.txt`: what build files read or run.
    ///
    /// The reference program begins at the build file of the root, and loads the file of every label that a loaded one names, for
    /// tests or not; what the other files of the tree read does not count.
    pub fn looked_at(&self) -> BTreeSet<&str> {
        let mut names: FxHashMap<&str, Vec<&Edge>> = FxHashMap::default();
        for target in &self.targets {
            names.entry(&self.label(target.label).folder).or_default().extend(&target.edges);
        }
        let mut loaded: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = self.roots.iter().map(|root| &*self.label(*root).folder).chain(["//"]).collect();
        while let Some(folder) = open.pop() {
            if loaded.insert(folder) {
                let edges = names.get(folder).into_iter().flatten();
                open.extend(edges.map(|edge| &*self.label(edge.to).folder));
            }
        }
        let builds = |folder: &str| names.contains_key(folder) && !loaded.contains(folder);
        self.looked_at.iter().filter(|(folder, _)| !builds(folder)).map(|(_, path)| &**path).collect()
    }

    /// Tells labels that a reached target names and no file declares.
    fn missing_targets(&mut self) {
        let missing: Vec<Problem> = (self.targets.iter().filter(|target| target.reached))
            .flat_map(|target| target.edges.iter().map(move |edge| (target, edge)))
            .filter(|(_, edge)| !self.by_label.contains_key(&edge.to))
            .map(|(target, edge)| Problem {
                file: Arc::clone(&target.place.0),
                line: target.place.1,
                column: 1,
                trouble: Trouble::MissingTarget,
                message: format!(
                    "`{}` names `{}`, which no file declares",
                    self.shown(target.label),
                    self.shown(edge.to)
                ),
            })
            .collect();
        self.problems.extend(missing);
        self.problems.sort();
        self.problems.dedup();
    }
}
