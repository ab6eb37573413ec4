//! What the reference program says of the same build, and where the two differ.
//!
//! The file is written by `gn gen OUT --ide=json --root=TREE --args=...`. Targets that the root leads to are compared, and for
//! those that both have what they name. Config's inputs are left out: the reference program adds them to every user.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::io::{BufReader, Write};
use std::path::Path;

use forebay::gn::build::{Link, Role};
use forebay::gn::{Build, Reached, State};
use serde::Deserialize;

#[derive(Deserialize)]
struct Project {
    targets: HashMap<String, Theirs>,
}

/// A target as the reference program tells it.
#[derive(Deserialize, Default)]
struct Theirs {
    #[serde(default)]
    deps: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(default)]
    public: Public,
    #[serde(default)]
    testonly: bool,
}

/// Public headers: a list, or `*` for all sources.
#[derive(Deserialize)]
#[serde(untagged)]
enum Public {
    Some(Vec<String>),
    All(serde::de::IgnoredAny),
}

impl Default for Public {
    fn default() -> Self {
        Self::Some(Vec::new())
    }
}

/// One of our targets: the mildest of its ways.
struct Ours {
    state: State,
    deps: BTreeSet<String>,
    sources: BTreeSet<String>,
}

/// The two sides of one comparison.
struct Sides {
    what: &'static str,
    both: usize,
    missing: Vec<String>,
    extra: Vec<String>,
}

impl Sides {
    fn new(what: &'static str) -> Self {
        Self { what, both: 0, missing: Vec::new(), extra: Vec::new() }
    }

    fn compare(&mut self, ours: &BTreeSet<String>, theirs: &BTreeSet<String>, within: &str) {
        self.both += ours.intersection(theirs).count();
        self.missing.extend(theirs.difference(ours).map(|one| format!("{within}{one}")));
        self.extra.extend(ours.difference(theirs).map(|one| format!("{within}{one}")));
    }

    fn print(&self, out: &mut dyn Write, limit: usize) -> std::io::Result<()> {
        let Self { what, both, missing, extra } = self;
        writeln!(out, "{what}: {both} agree, {} we lack, {} are ours alone", missing.len(), extra.len())?;
        for (sign, side) in [('-', missing), ('+', extra)] {
            for one in side.iter().take(limit) {
                writeln!(out, "  {sign} {one}")?;
            }
        }
        Ok(())
    }
}

impl Project {
    /// The labels that a root leads to, without those that are for tests.
    fn reached(&self, root: &str) -> BTreeSet<String> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut open = vec![root.to_owned()];
        while let Some(label) = open.pop() {
            if let Some(target) = self.targets.get(&label).filter(|target| !target.testonly)
                && seen.insert(label)
            {
                open.extend(target.deps.iter().cloned());
            }
        }
        seen
    }
}

/// Files of the tree, without what the build makes.
fn of_tree(path: &str) -> bool {
    path.starts_with("//") && !path.starts_with("//out/")
}

/// Our targets by label; configs and pools are left out, as in the other graph.
fn ours(build: &Build) -> BTreeMap<String, Ours> {
    let mut found: BTreeMap<String, Ours> = BTreeMap::new();
    for (target, state) in build.targets.iter().zip(Reached::new(build).states()) {
        if matches!(target.kind.word(), "config" | "pool") {
            continue;
        }
        let fresh = || Ours { state, deps: BTreeSet::new(), sources: BTreeSet::new() };
        let known = found.entry(build.shown(target.label)).or_insert_with(fresh);
        known.state = known.state.min(state);
        let deps = target.edges.iter().filter(|edge| edge.link != Link::Config);
        known.deps.extend(deps.map(|edge| build.shown(edge.to)));
        let sources = build.files(target).into_iter().filter(|file| file.role == Role::Source && of_tree(&file.path));
        known.sources.extend(sources.map(|file| file.path.to_string()));
    }
    found
}

/// Prints how the two agree, and at most `limit` differences of each kind.
pub(crate) fn compare(
    out: &mut dyn Write,
    build: &Build,
    root: &str,
    project: &Path,
    limit: usize,
) -> Result<(), Box<dyn Error>> {
    let file = std::fs::File::open(project)?;
    let project: Project = serde_json::from_reader(BufReader::with_capacity(1 << 20, file))?;
    let ours = ours(build);
    let kept = |state: State| !matches!(state, State::TestOnly | State::Unreachable);
    let mine: BTreeSet<String> =
        ours.iter().filter(|(_, target)| kept(target.state)).map(|(label, _)| label.clone()).collect();
    let theirs = project.reached(root);
    let mut targets = Sides::new("targets");
    targets.compare(&mine, &theirs, "");
    for missing in &mut targets.missing {
        let state = ours.get(missing).map_or("not declared", |target| target.state.word());
        *missing = format!("{missing} ({state})");
    }
    let (mut deps, mut sources) = (Sides::new("deps"), Sides::new("sources"));
    for label in mine.intersection(&theirs) {
        let (Some(own), Some(other)) = (ours.get(label), project.targets.get(label)) else { continue };
        let within = format!("{label}: ");
        deps.compare(&own.deps, &other.deps.iter().cloned().collect(), &within);
        let public = if let Public::Some(public) = &other.public { &public[..] } else { &[] };
        let files = other.sources.iter().chain(public).filter(|path| of_tree(path));
        sources.compare(&own.sources, &files.cloned().collect(), &within);
    }
    for sides in [&targets, &deps, &sources] {
        sides.print(out, limit)?;
    }
    Ok(())
}
