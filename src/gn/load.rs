//! Runs a build: the root `.gn`, arguments, the build config for each toolchain, then build files from the roots outwards.
//!
//! Files are run in waves: each wave runs, in parallel, every file that the targets of the waves before named, so that the
//! result does not depend on threads. A file depends on its toolchain, its own text and what it imports, on nothing else.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::gn::build::{Build, Builder};
use crate::gn::eval::Evaluator;
use crate::gn::eval::scope::{self, Bound, Frozen};
use crate::gn::idle;
use crate::gn::label::Label;
use crate::gn::problem::{Problem, Trouble};
use crate::gn::symbol::{Text, word};
use crate::gn::target::{Argument, Declared, DeclaredToolchain};
use crate::gn::value::{Value, Variables};
use crate::gn::world::{Settings, Sources, Toolchain, World};
use crate::path::RepoPath;

/// How many toolchains a build may have.
const TOOLCHAIN_LIMIT: usize = 64;

/// How much stack a thread has that runs files; depth is bounded, but frames of the evaluator are large.
const STACK: usize = 64 << 20;

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct Roots<'a> {
    /// Labels such as `//chrome`.
    pub labels: Vec<String>,
    /// Every build file to run in the default toolchain, reached or not, for what only tests or nothing uses.
    pub files: &'a [RepoPath],
}

/// Runs a build and gives its targets.
///
/// Nothing is an error: what is missing or wrong is among the problems of the result.
pub fn load(sources: &dyn Sources, settings: &Settings, roots: &Roots) -> Build {
    let threads = settings.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(|| Loader::new(sources, settings).run(roots)),
        Err(_) => Loader::new(sources, settings).run(roots),
    }
}

/// What one file left behind.
struct Ran {
    toolchain: usize,
    targets: Vec<Declared>,
    toolchains: Vec<DeclaredToolchain>,
    problems: Vec<Problem>,
    arguments: Vec<Argument>,
}

struct Loader<'s> {
    world: World<'s>,
    toolchains: Vec<Toolchain>,
    by_label: FxHashMap<Text, Option<usize>>,
    declared: FxHashMap<(Text, Text), Arc<Variables>>,
    ran: FxHashSet<(usize, Text)>,
    builder: Builder,
    problems: BTreeSet<Problem>,
    arguments: BTreeSet<Argument>,
}

impl<'s> Loader<'s> {
    fn new(sources: &'s dyn Sources, settings: &'s Settings) -> Self {
        Self {
            world: World::new(sources, settings),
            toolchains: Vec::new(),
            by_label: FxHashMap::default(),
            declared: FxHashMap::default(),
            ran: FxHashSet::default(),
            builder: Builder::default(),
            problems: BTreeSet::new(),
            arguments: BTreeSet::new(),
        }
    }

    fn run(mut self, roots: &Roots) -> Build {
        self.dotfile();
        self.command_line();
        self.default_toolchain();
        let home = Arc::clone(&self.world.default_toolchain);
        let wanted = roots.labels.iter().filter_map(|label| Label::resolve(label, "//", &home));
        let wanted: Vec<u32> = wanted.map(|label| self.builder.labels.intern(label)).collect();
        self.reach(wanted.clone());
        self.whole(roots.files);
        for toolchain in &self.toolchains {
            let imports = toolchain.imports.lock().unwrap_or_else(PoisonError::into_inner);
            for imported in imports.values() {
                self.problems.extend(imported.problems.iter().cloned());
                self.arguments.extend(imported.declared.iter().cloned());
            }
        }
        let idle = idle::of(&self.world);
        let looked_at = self.world.looked_at();
        self.builder.finish(wanted, (self.problems, self.arguments), (idle, looked_at), home)
    }

    /// Runs a text of its own, such as `.gn`, and gives what it binds.
    fn run_alone(&mut self, name: &str, bytes: Arc<[u8]>, base: Variables) -> (Variables, Option<String>) {
        let name: Text = name.into();
        let code = match self.world.lowered(&name, bytes) {
            Ok(code) => code,
            Err(problem) => {
                self.problems.insert(problem);
                return (Variables::default(), None);
            }
        };
        let base = Arc::new(Frozen { bound: Bound { variables: base, ..Bound::default() }, parent: None });
        let toolchain = Toolchain::new("".into(), true, Variables::default(), Arc::clone(&base));
        let mut evaluator = Evaluator::new(&self.world, &toolchain, code, "//".into(), base);
        evaluator.run_file();
        let result = (scope::freeze(&evaluator.frames, 0).bound.variables.clone(), evaluator.default_toolchain.take());
        self.problems.extend(evaluator.problems);
        result
    }

    fn dotfile(&mut self) {
        let Some(bytes) = self.world.read("//.gn") else {
            let message = "`.gn` is not at the root of the tree".to_owned();
            let file = "//.gn".into();
            self.problems.insert(Problem { file, line: 1, column: 1, trouble: Trouble::MissingFile, message });
            return;
        };
        let (variables, _) = self.run_alone("//.gn", bytes, self.base(&Variables::default()));
        let text = |name: &str| {
            let value = self.world.symbols.known(name).and_then(|name| variables.get(&name));
            value.and_then(Value::as_text).map(ToString::to_string)
        };
        let (buildconfig, secondary) = (text("buildconfig"), text("secondary_source"));
        let defaults = self.world.symbols.known("default_args").and_then(|name| variables.get(&name));
        if let Some(Value::Scope(defaults)) = defaults {
            self.world.dotfile.defaults.clone_from(defaults);
        }
        self.world.dotfile.buildconfig = buildconfig.unwrap_or_default();
        self.world.dotfile.secondary = secondary;
    }

    /// Reads `args.gn`; what it says goes over what `.gn` says.
    fn command_line(&mut self) {
        let (given, _) =
            self.run_alone("args.gn", self.world.settings.arguments.as_slice().into(), Variables::default());
        let mut arguments = self.world.dotfile.defaults.clone();
        arguments.extend(given);
        let open = &self.world.settings.open;
        for name in open {
            arguments.insert(self.world.symbols.intern(name), Value::Unknown(name.as_str().into()));
        }
        self.world.arguments = arguments;
    }

    /// What is bound before the build config runs.
    fn base(&self, arguments: &Variables) -> Variables {
        let settings = self.world.settings;
        let mut base = Variables::default();
        for (name, value) in [
            (word::host_os, settings.host_os.as_str()),
            (word::host_cpu, &settings.host_cpu),
            (word::target_os, ""),
            (word::target_cpu, ""),
            (word::current_os, ""),
            (word::current_cpu, ""),
        ] {
            base.insert(name, Value::text(value));
        }
        base.extend(self.world.arguments.iter().map(|(name, value)| (*name, value.clone())));
        base.extend(arguments.iter().map(|(name, value)| (*name, value.clone())));
        base
    }

    /// Runs the build config under some `toolchain_args` and gives the scope it leaves.
    fn build_config(&mut self, label: &Text, is_default: bool, arguments: Variables) -> (Toolchain, Option<String>) {
        let bound = Bound { variables: self.base(&arguments), ..Bound::default() };
        let base = Arc::new(Frozen { bound, parent: None });
        let mut toolchain = Toolchain::new(Arc::clone(label), is_default, arguments, base);
        let name: Text = self.world.dotfile.buildconfig.as_str().into();
        let code = match self.world.code(&name) {
            Ok(code) => code,
            Err(problem) => {
                let missing = || Problem {
                    file: "//.gn".into(),
                    line: 1,
                    column: 1,
                    trouble: Trouble::MissingBuildFile,
                    message: format!("build config `{name}` is not in the tree"),
                };
                self.problems.insert(problem.map_or_else(missing, |problem| (*problem).clone()));
                return (toolchain, None);
            }
        };
        let base = Arc::clone(&toolchain.base);
        let mut evaluator = Evaluator::new(&self.world, &toolchain, code, "//build/config".into(), base);
        if let Some((folder, _)) = name.rsplit_once('/') {
            evaluator.folder = if folder == "/" { "//".into() } else { folder.into() };
        }
        evaluator.run_file();
        let scope = scope::freeze(&evaluator.frames, 0);
        let default = evaluator.default_toolchain.take();
        self.problems.extend(std::mem::take(&mut evaluator.problems));
        self.arguments.extend(std::mem::take(&mut evaluator.arguments));
        drop(evaluator);
        // What the build config imported saw less than what files import later.
        toolchain = Toolchain::new(Arc::clone(label), is_default, toolchain.arguments, scope);
        (toolchain, default)
    }

    fn default_toolchain(&mut self) {
        let (first, label) = self.build_config(&"".into(), true, Variables::default());
        let home = label.and_then(|label| Label::resolve(&label, "//", ""));
        let Some(home) = home else {
            // No build config sets one: everything runs in a nameless toolchain.
            self.by_label.insert("".into(), Some(0));
            self.toolchains.push(first);
            return;
        };
        let home: Text = home.without_toolchain().into();
        self.world.default_toolchain = Arc::clone(&home);
        let (toolchain, _) = self.build_config(&home, true, Variables::default());
        self.by_label.insert(home, Some(0));
        self.toolchains.push(toolchain);
    }

    /// Runs what the labels need, and what their targets need, until nothing new is named.
    fn reach(&mut self, mut wanted: Vec<u32>) {
        let mut seen: FxHashSet<u32> = wanted.iter().copied().collect();
        while !wanted.is_empty() {
            let mut files: BTreeSet<(usize, Text)> = BTreeSet::new();
            for &id in &wanted {
                let label = self.builder.labels.get(id).clone();
                match self.toolchain(&label.toolchain) {
                    Some(toolchain) => _ = files.insert((toolchain, label.folder)),
                    None => files.extend(Label::resolve(&label.toolchain, "//", "").map(|home| (0, home.folder))),
                }
            }
            self.run_files(files);
            let mut next = Vec::new();
            let mut starting: BTreeSet<Text> = BTreeSet::new();
            for id in wanted {
                let toolchain = Arc::clone(&self.builder.labels.get(id).toolchain);
                // Their files run in the next round, when the toolchain is ready for all of them.
                if starting.contains(&toolchain) || !self.by_label.contains_key(&toolchain) {
                    if starting.insert(Arc::clone(&toolchain)) {
                        self.start_toolchain(&toolchain);
                    }
                    next.push(id);
                    continue;
                }
                next.extend(self.builder.named_by(id).into_iter().filter(|id| seen.insert(*id)));
            }
            wanted = next;
        }
    }

    /// The number of a toolchain that is ready.
    fn toolchain(&self, label: &Text) -> Option<usize> {
        self.by_label.get(label).copied().flatten()
    }

    /// Makes a toolchain ready whose file has run; one that no file declares has no number.
    fn start_toolchain(&mut self, label: &Text) {
        let resolved = Label::resolve(label, "//", "");
        let arguments = resolved.and_then(|label| self.declared.get(&(label.folder, label.name)).cloned());
        let number = arguments.filter(|_| self.toolchains.len() < TOOLCHAIN_LIMIT).map(|arguments| {
            let (toolchain, _) = self.build_config(label, false, (*arguments).clone());
            self.toolchains.push(toolchain);
            self.toolchains.len() - 1
        });
        self.by_label.insert(Arc::clone(label), number);
    }

    /// Runs the files that no label named, in the default toolchain.
    fn whole(&mut self, files: &[RepoPath]) {
        let folders = files.iter().filter(|path| path.file_name() == b"BUILD.gn").map(|path| {
            let folder = path.parent().map(|folder| String::from_utf8_lossy(folder.as_bytes()).into_owned());
            (0, Text::from(format!("//{}", folder.unwrap_or_default())))
        });
        self.run_files(folders.collect());
        self.builder.resolve_rest();
    }

    fn run_files(&mut self, files: BTreeSet<(usize, Text)>) {
        let files: Vec<(usize, Text)> = files.into_iter().filter(|file| self.ran.insert(file.clone())).collect();
        let (world, toolchains) = (&self.world, &self.toolchains);
        let ran: Vec<Option<Ran>> = files
            .par_iter()
            .map(|(number, folder)| Some(run_file(world, toolchains.get(*number)?, *number, folder)))
            .collect();
        for ran in ran.into_iter().flatten() {
            if ran.toolchain == 0 {
                for toolchain in ran.toolchains {
                    self.declared.insert((toolchain.folder, toolchain.name), toolchain.arguments);
                }
            }
            self.problems.extend(ran.problems);
            self.arguments.extend(ran.arguments);
            let label = Arc::clone(&self.toolchains[ran.toolchain].label);
            self.builder.add(&label, ran.targets);
        }
    }
}

fn run_file(world: &World, toolchain: &Toolchain, number: usize, folder: &Text) -> Ran {
    let name: Text = if &**folder == "//" { "//BUILD.gn".into() } else { format!("{folder}/BUILD.gn").into() };
    let code = match world.code(&name) {
        Ok(code) => code,
        Err(problem) => {
            let missing = || Problem {
                file: Arc::clone(&name),
                line: 1,
                column: 1,
                trouble: Trouble::MissingBuildFile,
                message: "is not in the tree, though a label names it".to_owned(),
            };
            let problems = vec![problem.map_or_else(missing, |problem| (*problem).clone())];
            return Ran { toolchain: number, targets: vec![], toolchains: vec![], problems, arguments: vec![] };
        }
    };
    let base = Arc::clone(&toolchain.base);
    let mut evaluator = Evaluator::new(world, toolchain, code, Arc::clone(folder), base);
    evaluator.run_file();
    let Evaluator { targets, toolchains, problems, arguments, .. } = evaluator;
    Ran { toolchain: number, targets, toolchains, problems, arguments }
}
