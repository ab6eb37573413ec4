//! `forebay watch`: the releases that upstream has tagged since the one that is packaged.

use std::path::{Path, PathBuf};

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::project::{self, Project};
use crate::cli::releases::{self, Channel};
use crate::cli::shell::Shell;
use crate::cli::watch_state::Told;
use crate::cli::{steps, upstream};
use crate::report;
use crate::report::watch::{NewRelease, SCHEMA, Watch as Found};
use crate::text::{display, nearest};
use crate::tree::spec::TreeSpec;
use crate::tree::{history, remote};

/// Name upstream's tags that are newer than the packaged version
///
/// The tags of the remote are listed without fetching anything; what a release is, and of which channel, is said by the profile's
/// patterns. Of each channel the newest release is named, with the command that judges it. With `--state` each release is told once:
/// what a run has named, the next one leaves out.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Remotes that are not on this machine are asked by the `git` program, with its settings and credentials.

Examples:
  forebay watch
  forebay watch --channel esr --all
  forebay watch --remote ../upstream.git --after 150.0.7871.100
  for tag in $(forebay watch --state watch.txt --format tag); do forebay release --onto \"$tag\" --dry-run; done")]
pub struct Watch {
    /// The repository to ask: a path or an address; where not given `repository` of the profile, else the clone that its `trees` name
    #[arg(long, value_name = "URL")]
    pub remote: Option<String>,
    /// The version that releases have to be newer than; that of the profile where not given
    #[arg(long, value_name = "VERSION")]
    pub after: Option<String>,
    /// Only this channel; repeatable
    #[arg(long, value_name = "NAME")]
    pub channel: Vec<String>,
    /// Every newer release, not the newest of each channel alone
    #[arg(long)]
    pub all: bool,
    /// Remember in this file what was told, and leave out what was told before
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// How to print what is new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table with the next commands
    #[default]
    Text,
    /// `forebay.watch/1`
    Json,
    /// One tag a line
    Tag,
}

impl Watch {
    /// Runs the command.
    pub fn run(self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let project = project::require(shell)?;
        let after = self.after(&project)?;
        let state = self.state.as_ref().map(|file| shell.at(file));
        let mut told = state.as_deref().map(Told::read).transpose()?.unwrap_or_default();
        let (url, folder) = self.remote(shell, &project)?;
        let tags = remote::tags(&url, &folder).map_err(|error| upstream::of_tree(&error))?;
        let channels = self.chosen(releases::after(&project, &tags, &after))?;
        let mut releases = Vec::new();
        for channel in &channels {
            let new = channel.releases.iter().enumerate().take(if self.all { usize::MAX } else { 1 });
            for (number, release) in new.filter(|(_, release)| !told.has(&channel.name, &release.version)) {
                releases.push(NewRelease {
                    channel: channel.name.clone(),
                    version: release.version.clone(),
                    tag: release.tag.clone(),
                    between: channel.releases.len() - number - 1,
                    command: format!("forebay release --onto {}", display::shell_word(&release.tag)),
                });
            }
        }
        for release in &releases {
            told.add(&release.channel, &release.version);
        }
        let found = Found { schema: SCHEMA.to_owned(), package: project.profile.name.clone(), after, releases };
        let printed = match self.format {
            Format::Json => report::json::render(&found),
            Format::Tag => report::watch::tags(&found),
            Format::Text => {
                let mut options = steps::looks(shell);
                options.next = next(&project, &url, &found);
                report::watch::text(&found, &options)
            }
        };
        shell.ui.print_raw(printed.as_bytes())?;
        shell.ui.flush()?;
        // Only what was surely told is remembered.
        if let Some(file) = state {
            told.write(&file)?;
        }
        Ok(Status::Done)
    }

    fn after(&self, project: &Project) -> Result<String, Error> {
        let told = self.after.clone().or_else(|| project.profile.version.clone());
        let told = told.ok_or_else(|| {
            Error::input("the packaged version is not told").hint(format!(
                "give it with `--after VERSION`, or write `version` under `[package]` in {}",
                project.shown
            ))
        })?;
        Ok(project.profile.version_of(&told))
    }

    /// The repository to ask, and the folder from which it is named.
    fn remote(&self, shell: &Shell<'_>, project: &Project) -> Result<(String, PathBuf), Error> {
        if let Some(url) = &self.remote {
            return Ok((url.clone(), shell.directory.clone()));
        }
        let told = project.profile.upstream.repository.clone().or_else(|| self.clone_of(project)).ok_or_else(|| {
            Error::input("the upstream repository is not told").hint(format!(
                "give it with `--remote URL`, or write `repository` under `[upstream]` in {}",
                project.shown
            ))
        })?;
        Ok((told, project.root.clone()))
    }

    /// The repository that `trees` names, which somebody keeps up to date: better than nothing, and no network is asked.
    fn clone_of(&self, project: &Project) -> Option<String> {
        let version = self.after.as_deref().or(project.profile.version.as_deref())?;
        project.profile.trees_of(version).iter().find_map(|tree| match TreeSpec::parse(tree) {
            Ok(TreeSpec::Git { path, .. }) if project.root.join(&path).is_dir() => Some(path.display().to_string()),
            _ => None,
        })
    }

    /// The channels that are asked for.
    fn chosen(&self, channels: Vec<Channel>) -> Result<Vec<Channel>, Error> {
        if let Some(name) = self.channel.iter().find(|name| !channels.iter().any(|channel| channel.name == **name)) {
            let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
            let error = Error::input(format!("no channel `{name}` in the profile; it has `{}`", names.join("`, `")));
            return Err(match nearest::nearest(name, names.iter().copied()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error,
            });
        }
        let wanted = |channel: &Channel| self.channel.is_empty() || self.channel.contains(&channel.name);
        Ok(channels.into_iter().filter(wanted).collect())
    }
}

/// What to type next: the fetch where the clone that the profile names lacks the tag, then the run.
fn next(project: &Project, url: &str, found: &Found) -> Vec<String> {
    let mut commands = Vec::new();
    for release in &found.releases {
        let trees = project.profile.trees_of(&release.version);
        let clone = trees.iter().find_map(|tree| match TreeSpec::parse(tree) {
            Ok(TreeSpec::Git { path, .. }) if lacks(&project.root.join(&path), &release.tag) => Some(path),
            _ => None,
        });
        if let Some(clone) = clone {
            let words = [&clone.display().to_string(), url, &release.tag].map(display::shell_word);
            commands.push(format!("git -C {} fetch {} tag {}", words[0], words[1], words[2]));
        }
        commands.push(release.command.clone());
    }
    commands.dedup();
    commands
}

fn lacks(repository: &Path, tag: &str) -> bool {
    history::tags(repository).is_ok_and(|tags| tags.binary_search_by(|own| own.as_str().cmp(tag)).is_err())
}
