//! The flags of `forebay audit-bundled` about the build, and what they and the profile mean together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::audit::build::Options;
use crate::audit::package_lists::PackageLists;
use crate::cli::error::Error;
use crate::cli::project::{self, Project};
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::io::fs;
use crate::path::RepoPath;
use crate::profile::packaging::{GnArgument, GnValue, Guard, Packaging};
use crate::profile::{Profile, builtin};
use crate::report::package_lists::List;
use crate::tree::{Node, Tree};

/// The largest file of arguments or list that is read.
const FILE_LIMIT: u64 = 8 << 20;

/// What is looked at besides the inventory.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct BuildFlags {
    /// Say what the build uses and what the system's libraries can replace
    ///
    /// GN files are run as the package runs them; of `CMake`, meson, autoconf and Mozilla's configure files the switches for system
    /// libraries are read. On by itself with one of the flags below, and where forebay.toml has `unbundle.roots` or `unbundle.gn-args`.
    #[arg(long)]
    pub unbundle: bool,
    /// The GN arguments of the package, a file in the form of args.gn; else `unbundle.gn-args` or `[gn.args]` of forebay.toml
    #[arg(long, value_name = "FILE")]
    pub gn_args: Option<PathBuf>,
    /// A target that the package builds, such as //chrome; else `unbundle.roots` of forebay.toml; repeatable
    #[arg(long, value_name = "LABEL")]
    pub root: Vec<String>,
    /// The package whose knowledge is used: a built-in profile or a file; forebay.toml where not given
    #[arg(long, value_name = "NAME_OR_FILE")]
    pub profile: Option<String>,
}

/// A list to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emit(pub List);

impl FromStr for Emit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        List::parse(text).map(Self).ok_or_else(|| {
            let words: Vec<&str> = List::words().collect();
            format!("`{text}` is no list; there are {}", words.join(", "))
        })
    }
}

/// What the flags and the profile say about the build.
pub struct Plan {
    /// The knowledge about libraries.
    pub packaging: Packaging,
    /// The package's own lists.
    pub lists: PackageLists,
    roots: Vec<String>,
    arguments: Vec<u8>,
    named: Option<String>,
    open: BTreeSet<String>,
    wanted: bool,
}

impl BuildFlags {
    /// Reads what the flags and the profile name, before the tree is read.
    pub fn plan(&self, shell: &Shell<'_>, project: Option<&Project>, tree: &dyn Tree) -> Result<Plan, Error> {
        let (packaging, folder) = self.knowledge(shell, project, tree)?;
        let own = &packaging.unbundling;
        let asked = self.unbundle || self.gn_args.is_some() || !self.root.is_empty();
        let stated = project.is_some() && (own.roots.is_some() || own.gn_args.is_some());
        let mut plan = Plan {
            roots: self.root.clone(),
            wanted: asked || stated,
            arguments: Vec::new(),
            named: None,
            open: BTreeSet::new(),
            lists: PackageLists::default(),
            packaging: packaging.clone(),
        };
        if plan.roots.is_empty() {
            plan.roots = own.roots.clone().unwrap_or_default();
        }
        if !plan.wanted {
            return Ok(plan);
        }
        if let Some(bad) = plan.roots.iter().find(|root| !root.starts_with("//")) {
            return Err(Error::input(format!("`{bad}` is no target")).hint("write it from the root: `//chrome`"));
        }
        let file = self.gn_args.as_ref().map(|file| (shell.at(file), named(shell, file)));
        let of_profile = || own.gn_args.as_ref().map(|file| (folder.join(file), file.clone()));
        match file.or_else(of_profile) {
            Some((path, named)) => {
                plan.arguments = read(&path)?;
                plan.named = Some(named);
            }
            None => stated_arguments(&packaging, &mut plan),
        }
        let list = |file: &Option<String>| file.as_ref().map(|file| Ok((file.clone(), read(&folder.join(file))?)));
        plan.lists = PackageLists {
            keeplibs: list(&own.keeplibs).transpose()?,
            keepers: list(&own.keepers).transpose()?,
            excluded: list(&own.excluded).transpose()?,
        };
        Ok(plan)
    }

    /// What is known about libraries, and the folder that its files are relative to.
    fn knowledge(
        &self,
        shell: &Shell<'_>,
        project: Option<&Project>,
        tree: &dyn Tree,
    ) -> Result<(Packaging, PathBuf), Error> {
        if let Some(name) = &self.profile {
            if let Some(profile) = builtin::profile(name) {
                return Ok((known(profile), shell.directory.clone()));
            }
            let found = project::read(shell, &shell.at(Path::new(name))).map_err(|error| {
                error.hint(format!("built-in profiles are {}", builtin::names().collect::<Vec<_>>().join(", ")))
            })?;
            return Ok((found.profile.packaging, found.root));
        }
        if let Some(project) = project {
            return Ok((project.profile.packaging.clone(), project.root.clone()));
        }
        let guessed = builtin::names().filter_map(builtin::profile).find(|profile| fits(profile, tree));
        Ok((guessed.map(known).unwrap_or_default(), shell.directory.clone()))
    }
}

/// A file as reports name it: never by an absolute path, which would differ from machine to machine.
fn named(shell: &Shell<'_>, file: &Path) -> String {
    let below = file.strip_prefix(&shell.directory).unwrap_or(file);
    let shown = if below.is_absolute() { below.file_name().map_or(below, Path::new) } else { below };
    shown.display().to_string()
}

/// A built-in profile's libraries count as known ones.
fn known(profile: Profile) -> Packaging {
    profile.packaging
}

/// Whether the tree holds the targets that a profile builds.
fn fits(profile: &Profile, tree: &dyn Tree) -> bool {
    let Some(root) = profile.packaging.unbundling.roots.as_ref().and_then(|roots| roots.first()) else { return false };
    let folder = root.trim_start_matches('/').split(':').next().unwrap_or_default();
    let path = RepoPath::parse(format!("{folder}/BUILD.gn").as_bytes());
    let found = path.ok().and_then(|path| tree.read(&[path]).ok());
    found.is_some_and(|nodes| matches!(nodes.first(), Some(Node::File(_))))
}

/// Whether something stands at each path.
pub fn exist(tree: &dyn Tree, paths: &[&str]) -> Vec<bool> {
    let parsed: Vec<Option<RepoPath>> = paths.iter().map(|path| RepoPath::parse(path.as_bytes()).ok()).collect();
    let asked: Vec<RepoPath> = parsed.iter().flatten().cloned().collect();
    let nodes = tree.read(&asked).unwrap_or_default();
    let mut found = nodes.into_iter().map(|node| !matches!(node, Node::Absent));
    parsed.iter().map(|path| path.is_some() && found.next().unwrap_or(true)).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read_bounded(path, FILE_LIMIT).map_err(|error| steps::of_io(&error))
}

/// The arguments that a profile states itself; what only rpm or a shell knows is left open.
fn stated_arguments(packaging: &Packaging, plan: &mut Plan) {
    let mut text = String::new();
    for argument in packaging.gn_args.iter().flatten() {
        match constant(argument) {
            Some(value) => text.extend([argument.name.as_str(), " = ", &value, "\n"]),
            None => _ = plan.open.insert(argument.name.clone()),
        }
    }
    for library in &packaging.libraries {
        let lines = |all: &Option<Vec<String>>| all.clone().unwrap_or_default();
        if library.has_switch() {
            let both = lines(&library.gn_system).into_iter().chain(lines(&library.gn_bundled));
            plan.open.extend(both.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())));
        } else {
            text.extend(lines(&library.gn_bundled).into_iter().map(|line| line + "\n"));
        }
    }
    if !text.is_empty() {
        plan.arguments = text.into_bytes();
        plan.named = Some(crate::profile::FILE_NAME.to_owned());
    }
}

/// An argument's value as GN text; `None` where it depends on something.
fn constant(argument: &GnArgument) -> Option<String> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"));
    if argument.guard != Guard::Always {
        return None;
    }
    match &argument.value {
        GnValue::Flag(flag) => Some(flag.to_string()),
        GnValue::Number(number) => Some(number.to_string()),
        GnValue::Text(text) => Some(quoted(text)),
        GnValue::List(items) => {
            Some(format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ")))
        }
        GnValue::Macro(_) | GnValue::Shell(_) | GnValue::Raw(_) => None,
    }
}

impl Plan {
    /// What the audit is asked about the build; `None`: it is not looked at.
    pub fn options(&self, jobs: Option<usize>) -> Option<Options<'_>> {
        self.wanted.then(|| Options {
            roots: self.roots.clone(),
            arguments: self.arguments.clone(),
            named: self.named.clone(),
            open: self.open.clone(),
            packaging: &self.packaging,
            jobs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::with_shell;

    #[test]
    fn arguments_that_depend_on_something_are_left_open() {
        let text = "[gn.args]\na = true\nb = { shell = \"x\" }\nc = [\"x\", \"y\"]\nd = { value = 1, when-raw = \"0%{?x}\" }\n[lib.z]\nsystem = true\n[lib.z.gn-args]\nsystem = [\"use_z=true\"]\n";
        let packaging = Profile::parse("x", text).map_err(|error| error.to_string()).unwrap().packaging;
        let mut plan = Plan {
            packaging: Packaging::default(),
            lists: PackageLists::default(),
            roots: Vec::new(),
            arguments: Vec::new(),
            named: None,
            open: BTreeSet::new(),
            wanted: true,
        };
        stated_arguments(&packaging, &mut plan);
        assert_eq!(String::from_utf8(plan.arguments).unwrap(), "a = true\nc = [\"x\", \"y\"]\n");
        assert_eq!(plan.open.into_iter().collect::<Vec<_>>(), ["b", "d", "use_z"]);
    }

    #[test]
    fn a_list_is_named_by_its_word() {
        assert_eq!("keeplibs".parse(), Ok(Emit(List::Keeplibs)));
        assert!("keep".parse::<Emit>().unwrap_err().contains("files-excluded"));
    }

    #[test]
    fn reports_name_no_absolute_path() {
        let folder = tempfile::tempdir().unwrap();
        let told = |file: &Path| with_shell(folder.path(), |shell| named(shell, file)).0;
        assert_eq!(told(Path::new("debian/args.gn")), "debian/args.gn");
        assert_eq!(told(&folder.path().join("debian/args.gn")), "debian/args.gn");
        assert_eq!(told(Path::new("/elsewhere/args.gn")), "args.gn");
    }
}
