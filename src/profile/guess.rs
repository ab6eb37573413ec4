//! Guesses a first profile from what lies in a packaging folder, and says what each guess rests on.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::profile::builtin;
use crate::profile::resolve::Profile;
use crate::profile::survey::{FoundQueue, Repository, Survey};
use crate::profile::words;
use crate::text::plural::plural;

/// A guessed profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guess {
    /// The built-in profile to inherit.
    pub inherit: Option<&'static str>,
    /// The package's name.
    pub name: String,
    /// The upstream release that the queue was made for.
    pub version: Option<String>,
    /// The queue.
    pub queue: Option<FoundQueue>,
    /// Where releases lie, best first.
    pub trees: Vec<String>,
    /// What was found: one line each.
    pub found: Vec<String>,
    /// What was concluded from it: one line each.
    pub guessed: Vec<String>,
    /// What a person should look at: one line each.
    pub warnings: Vec<String>,
}

/// Guesses.
pub fn guess(survey: &Survey) -> Guess {
    let mut guess = Guess { found: found(survey), ..Guess::default() };
    name(survey, &mut guess);
    inherit(survey, &mut guess);
    let base = guess.inherit.and_then(builtin::profile);
    version(survey, base.as_ref(), &mut guess);
    trees(survey, base.as_ref(), &mut guess);
    queue(survey, &mut guess);
    guess
}

fn found(survey: &Survey) -> Vec<String> {
    let mut lines = Vec::new();
    for description in &survey.descriptions {
        let version = description.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        lines.push(format!("{}: {}{version}", description.file, description.name));
    }
    for queue in &survey.queues {
        lines.push(format!("{}: {} with {}", queue.path, form_words(queue), plural(queue.patches, "patch", "patches")));
    }
    let told =
        |file: &String| if is_component(file) { "tarball of a component, no tree of its own" } else { "tarball" };
    lines.extend(survey.tarballs.iter().map(|file| format!("{file}: {}", told(file))));
    for repository in &survey.repositories {
        lines.push(format!(
            "{}: git repository with {}",
            repository.path,
            plural(repository.tags.len(), "tag", "tags")
        ));
    }
    lines
}

fn form_words(queue: &FoundQueue) -> &'static str {
    use words::Form;
    match queue.form {
        Form::Quilt => "quilt series",
        Form::Folder => "folder",
        Form::Electron => ".patches list",
        Form::Mailbox => "mailbox",
        Form::GitRange => "git range",
    }
}

fn name(survey: &Survey, guess: &mut Guess) {
    if let Some(description) = survey.descriptions.first().filter(|found| words::plain(&found.name).is_ok()) {
        guess.name.clone_from(&description.name);
        guess.guessed.push(format!("package {} from {}", guess.name, description.file));
    } else {
        guess.name = survey.folder.split_whitespace().collect::<Vec<_>>().join("-");
        guess.name.retain(|c| !c.is_control());
        if guess.name.is_empty() {
            "package".clone_into(&mut guess.name);
        }
        guess.guessed.push(format!("package {} from the name of the folder", guess.name));
    }
}

/// By the patch folder of a roll, by the package's name, by the address of a remote, by the name of a tarball: the first that tells.
fn inherit(survey: &Survey, guess: &mut Guess) {
    let by_place = || survey.queues.iter().find(|queue| queue.path == "patches/chromium").map(|_| "electron");
    let all = || builtin::names().filter_map(|name| Some((name, builtin::profile(name)?)));
    let by_name = || all().find(|(_, known)| known.aliases.iter().any(|alias| is_alias(alias, &guess.name)));
    let by_remote = || {
        let remotes = || survey.repositories.iter().flat_map(|repository| &repository.remotes);
        all().find(|(_, known)| remotes().any(|remote| addresses(known).any(|address| same_address(address, remote))))
    };
    let by_tarball = || {
        let is = |known: &Profile| survey.tarballs.iter().any(|file| tarball_tree(known, file).is_some());
        all().find(|(_, known)| is(known))
    };
    let told: [(&str, &dyn Fn() -> Option<&'static str>); 4] = [
        ("the folder patches/chromium", &by_place),
        ("the package's name", &|| by_name().map(|(name, _)| name)),
        ("the address of a git remote", &|| by_remote().map(|(name, _)| name)),
        ("the name of a tarball", &|| by_tarball().map(|(name, _)| name)),
    ];
    let Some((why, name)) = told.iter().find_map(|(why, by)| Some((*why, by()?))) else { return };
    guess.inherit = Some(name);
    if survey.descriptions.is_empty() {
        name.clone_into(&mut guess.name);
        guess.guessed = vec![format!("package {name} from the built-in profile")];
    }
    guess.guessed.push(format!("built-in profile {name} from {why}"));
}

fn is_alias(alias: &str, name: &str) -> bool {
    match alias.strip_suffix('*') {
        Some(head) => name.starts_with(head),
        None => name == alias,
    }
}

fn addresses(known: &Profile) -> impl Iterator<Item = &str> {
    known.upstream.repository.as_deref().into_iter()
}

/// Compares addresses without scheme, user and `.git`.
fn same_address(a: &str, b: &str) -> bool {
    let bare = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        rest.trim_end_matches('/').trim_end_matches(".git").replacen(':', "/", 1).to_lowercase()
    };
    bare(a) == bare(b)
}

fn version(survey: &Survey, base: Option<&Profile>, guess: &mut Guess) {
    let good = |version: &&String| words::plain(version).is_ok();
    let told = survey.descriptions.iter().find_map(|found| Some((found.version.as_ref().filter(good)?, &found.file)));
    if let Some((version, file)) = told {
        guess.version = Some(version.clone());
        guess.guessed.push(format!("version {version} from {file}"));
        return;
    }
    let of_tarball = |file: &String| Some((tarball_tree(base?, file)?.1, file.clone()));
    let mut versions: Vec<(String, String)> = survey.tarballs.iter().filter_map(of_tarball).collect();
    versions.sort_by_key(|(version, _)| order(version));
    if let Some((version, file)) = versions.first() {
        let others = if versions.len() > 1 { ", the oldest one" } else { "" };
        guess.guessed.push(format!("version {version} from {file}{others}"));
        guess.version = Some(version.clone());
    }
}

/// Numbers in order, then the text: enough to tell old from new among tarballs.
fn order(version: &str) -> (Vec<u64>, String) {
    let numbers = version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    (numbers, version.to_owned())
}

/// The tree template and the version of a tarball that carries one of the profile's names.
fn tarball_tree(known: &Profile, file: &str) -> Option<(String, String)> {
    let (folder, name) = file.rsplit_once('/').map_or(("", file), |(folder, name)| (folder, name));
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    // `-clean` and the like also fit as the end of a version: the template that explains most of the name wins.
    let fits = known.upstream.tarballs.iter().filter_map(|template| Some((template, template.extract(name)?)));
    let told = fits.min_by_key(|(_, version)| version.len());
    told.map(|(template, version)| (format!("{prefix}{template}"), version))
}

fn trees(survey: &Survey, base: Option<&Profile>, guess: &mut Guess) {
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for repository in &survey.repositories {
        list.extend(repository_tree(repository, base, guess.version.as_deref()));
    }
    for file in survey.tarballs.iter().filter(|file| !is_component(file)) {
        let known = base.and_then(|known| tarball_tree(known, file)).map(|(tree, _)| tree);
        list.extend(known.or_else(|| generic_tarball(file, guess.version.as_deref())));
    }
    list.retain(|tree| words::tree(tree).is_ok() && seen.insert(tree.clone()));
    guess.guessed.extend(list.iter().map(|tree| format!("upstream tree {tree}")));
    if list.is_empty() {
        guess.warnings.push("no upstream tree found: name one under `trees` or give `--from` and `--onto`".to_owned());
    }
    guess.trees = list;
}

/// A repository is an upstream one when it has tags of releases: by the profile's tag, or around the known version.
fn repository_tree(repository: &Repository, base: Option<&Profile>, version: Option<&str>) -> Option<String> {
    if repository.path.contains(['#', '{', '}']) {
        return None;
    }
    let tree = |tag: &str| format!("git:{}#{tag}", repository.path);
    if let Some(template) = base.and_then(|known| known.upstream.tag.as_ref())
        && repository.tags.iter().any(|tag| template.extract(tag).is_some())
    {
        return Some(tree(template.as_str()));
    }
    let version = version.filter(|version| version.contains('.'))?;
    let is_release = |tag: &&String| {
        tag.strip_suffix(version).is_some_and(|head| !head.ends_with(|c: char| c.is_ascii_digit() || c == '.'))
    };
    let tag = repository.tags.iter().filter(is_release).find(|tag| !tag.contains(['{', '}']))?;
    Some(tree(&tag.replace(version, "{version}")))
}

/// A further tarball of a Debian source package, `NAME_VERSION.orig-COMPONENT.tar.EXT` (dpkg-source(1)): unpacked into a folder of the tree.
fn is_component(file: &str) -> bool {
    file.rsplit_once(".tar.").and_then(|(head, _)| head.rsplit_once(".orig-")).is_some_and(|(_, name)| !name.is_empty())
}

/// A tarball that carries the known version in its name.
fn generic_tarball(file: &str, version: Option<&str>) -> Option<String> {
    let version = version.filter(|version| !version.is_empty())?;
    let (folder, name) = file.rsplit_once('/').map_or(("", file), |(folder, name)| (folder, name));
    let whole = name.contains(version) && !name.contains(['{', '}']) && !folder.contains(['{', '}']);
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    whole.then(|| format!("{prefix}{}", name.replacen(version, "{version}", 1)))
}

fn queue(survey: &Survey, guess: &mut Guess) {
    let Some(queue) = survey.queues.iter().find(|queue| words::disk_path(&queue.path).is_ok()) else {
        guess.warnings.push("no patch queue found: name it under `[queue]`".to_owned());
        return;
    };
    guess.guessed.push(format!("queue {} ({})", queue.path, queue.form.word()));
    if survey.queues.len() > 1 {
        guess.warnings.push(format!("{} queues found, the first one was taken", survey.queues.len()));
    }
    let listed = survey.descriptions.iter().find(|found| !found.patches.is_empty());
    let series = if queue.path == "." { "series".to_owned() } else { format!("{}/series", queue.path) };
    if let Some(spec) = listed.filter(|found| queue.form == words::Form::Folder && !found.patches.is_sorted()) {
        guess.warnings.push(format!(
            "{} applies its patches in another order than their names; write that order into `{series}` to keep it",
            spec.file
        ));
    }
    guess.queue = Some(queue.clone());
}

impl Guess {
    /// The guess as a profile file.
    pub fn to_toml(&self) -> String {
        let mut text = String::from("# Written by `forebay init`. Paths are relative to this file.\n");
        if let Some(name) = self.inherit {
            let _ =
                writeln!(text, "# `forebay profile show {name}` prints what is inherited.\ninherit = {}", quoted(name));
        }
        let _ = write!(text, "\n[package]\nname = {}\n", quoted(&self.name));
        text.push_str("# The upstream release that the queue was made for.\n");
        let version =
            self.version.as_ref().map_or("# version = \"1.2.3\"".to_owned(), |v| format!("version = {}", quoted(v)));
        text.push_str(&version);
        text.push('\n');
        text.push_str("\n[upstream]\n# Where a release lies, best first: a git tag, a folder or a tarball.\n");
        if self.trees.is_empty() {
            text.push_str("# trees = [\"git:../upstream.git#v{version}\", \"../upstream-{version}.tar.xz\"]\n");
        } else {
            text.push_str("trees = [\n");
            for tree in &self.trees {
                let _ = writeln!(text, "    {},", quoted(tree));
            }
            text.push_str("]\n");
        }
        text.push_str("\n[queue]\n");
        match &self.queue {
            Some(queue) => {
                let _ = writeln!(text, "path = {}\nform = {}", quoted(&queue.path), quoted(queue.form.word()));
            }
            None => text.push_str("# path = \"debian/patches\"\n# form = \"quilt\"\n"),
        }
        text.push_str(POLICY);
        text
    }
}

const POLICY: &str = "
[policy]
# Grades taken without a person: A is proved, B is safe by a stated rule, C is a guess.
automatic = [\"A\", \"B\"]
# What ends a run with status 1; conflicts always end it with status 3.
fail-on = \"conflict\"
# Whether patches that are wholly upstream leave the series.
drop-absorbed = false
";

/// Text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::survey::Description;
    use crate::profile::words::Form;

    fn described(name: &str, version: &str) -> Survey {
        let description =
            Description { file: "x.spec".into(), name: name.into(), version: Some(version.into()), patches: vec![] };
        Survey { folder: "work".into(), descriptions: vec![description], ..Survey::default() }
    }

    fn repository(path: &str, remotes: &[&str], tags: &[&str]) -> Repository {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Repository { path: path.into(), remotes: owned(remotes), tags: owned(tags) }
    }

    #[test]
    fn knows_packages_by_their_names() {
        for (name, profile) in [
            ("chromium-browser", "chromium"),
            ("electron37", "electron"),
            ("firefox-esr", "firefox"),
            ("nodejs22", "nodejs"),
            ("qt6-webengine", "qt6-qtwebengine"),
            ("webkit2gtk", "webkitgtk"),
            ("llvm-toolchain-19", "llvm"),
            ("linux", "kernel"),
        ] {
            assert_eq!(guess(&described(name, "1")).inherit, Some(profile), "{name}");
        }
        assert_eq!(guess(&described("hello", "1")).inherit, None);
    }

    #[test]
    fn knows_packages_by_remote_and_by_tarball() {
        let mut survey = Survey { folder: "w".into(), ..Survey::default() };
        survey.tarballs = vec!["../linux-6.12.3.tar.xz".into(), "../linux-6.12.20.tar.xz".into()];
        let found = guess(&survey);
        assert_eq!((found.inherit, found.version.as_deref()), (Some("kernel"), Some("6.12.3")));
        assert_eq!(found.trees, ["../linux-{version}.tar.xz"]);
        let remote = repository(".", &["git@github.com:WebKit/WebKit.git"], &["webkitgtk-2.46.1"]);
        let found = guess(&Survey { repositories: vec![remote], ..Survey::default() });
        assert_eq!(found.inherit, Some("webkitgtk"));
        assert_eq!(found.trees, ["git:.#webkitgtk-{version}"]);
    }

    #[test]
    fn a_repacked_tarball_keeps_its_mark_out_of_the_version() {
        let mut survey = Survey { folder: "w".into(), ..Survey::default() };
        survey.tarballs = vec!["qtwebengine-everywhere-src-6.10.1-clean.tar.xz".into()];
        let found = guess(&survey);
        assert_eq!(found.version.as_deref(), Some("6.10.1"));
        assert_eq!(found.trees, ["qtwebengine-everywhere-src-{version}-clean.tar.xz"]);
    }

    #[test]
    fn finds_the_tag_around_the_version() {
        let mut survey = described("hello", "2.10");
        survey.repositories = vec![repository("../hello", &[], &["upstream/12.10", "upstream/2.10"])];
        survey.tarballs = vec!["../hello_2.10.orig.tar.gz".into(), "../other.tar.gz".into()];
        assert_eq!(guess(&survey).trees, ["git:../hello#upstream/{version}", "../hello_{version}.orig.tar.gz"]);
    }

    #[test]
    fn warns_where_the_spec_has_its_own_order() {
        let mut survey = described("hello", "1");
        survey.descriptions[0].patches = vec!["b.patch".into(), "a.patch".into()];
        survey.queues = vec![FoundQueue { path: ".".into(), form: Form::Folder, patches: 2 }];
        assert!(guess(&survey).warnings.iter().any(|line| line.contains("another order")));
    }

    #[test]
    fn addresses_are_compared_without_their_dress() {
        assert!(same_address("https://github.com/nodejs/node.git", "git@github.com:nodejs/node"));
        assert!(same_address(
            "https://chromium.googlesource.com/chromium/src.git",
            "https://chromium.googlesource.com/chromium/src/"
        ));
        assert!(!same_address("https://github.com/nodejs/node.git", "https://github.com/nodejs/node-gyp.git"));
    }

    proptest! {
        #[test]
        fn every_guess_is_a_valid_profile(
            folder in ".{0,12}", name in ".{0,12}", version in proptest::option::of(".{0,8}"),
            path in ".{0,12}", tag in ".{0,12}", tarball in ".{0,16}",
        ) {
            let survey = Survey {
                folder,
                descriptions: vec![Description { file: "f".into(), name, version, patches: vec![] }],
                queues: vec![FoundQueue { path: path.clone(), form: Form::Quilt, patches: 1 }],
                tarballs: vec![tarball],
                repositories: vec![repository(&path, &[], &[&tag])],
            };
            let text = guess(&survey).to_toml();
            prop_assert!(Profile::parse("forebay.toml", &text).is_ok(), "{text}");
        }
    }
}
