//! `forebay profile`: the built-in profiles and the check of one's own.

use std::path::PathBuf;

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::paint::{Role, paint};
use crate::cli::project;
use crate::cli::shell::Shell;
use crate::profile::{self, builtin};
use crate::text::nearest::nearest;

/// Show and check profiles
#[derive(Debug, clap::Subcommand)]
pub enum Profile {
    /// List the built-in profiles
    #[command(after_help = "Examples:\n  forebay profile list")]
    List,
    /// Print a built-in profile as a file
    #[command(after_help = "Examples:\n  forebay profile show chromium\n  forebay profile show kernel > forebay.toml")]
    Show {
        /// The name of the profile
        name: String,
    },
    /// Check a forebay.toml and tell every problem with its place
    #[command(after_help = "Examples:\n  forebay profile check\n  forebay profile check packaging/forebay.toml")]
    Check {
        /// The file; without it the nearest forebay.toml from here upward
        file: Option<PathBuf>,
    },
}

impl Profile {
    /// Runs the subcommand.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        match self {
            Self::List => list(shell),
            Self::Show { name } => show(shell, name),
            Self::Check { file } => check(shell, file.as_ref()),
        }
    }
}

fn list(shell: &mut Shell<'_>) -> Result<Status, Error> {
    let width = builtin::names().map(str::len).max().unwrap_or(0);
    for name in builtin::names() {
        let profile = builtin::text(name).and_then(|text| profile::Profile::parse(name, text).ok());
        let summary = profile.and_then(|profile| profile.summary).unwrap_or_default();
        shell.ui.print(&format!("{}  {summary}\n", paint(Role::Name, &format!("{name:<width$}"))))?;
    }
    Ok(Status::Done)
}

fn show(shell: &mut Shell<'_>, name: &str) -> Result<Status, Error> {
    let Some(text) = builtin::text(name) else {
        let error = Error::input(format!("no built-in profile is called `{name}`"));
        return Err(match nearest(name, builtin::names()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`forebay profile list` names them all"),
        });
    };
    shell.ui.print_raw(text.as_bytes())?;
    Ok(Status::Done)
}

fn check(shell: &mut Shell<'_>, file: Option<&PathBuf>) -> Result<Status, Error> {
    let project = match file {
        Some(file) => project::read(shell, &shell.at(file))?,
        None => project::require(shell)?,
    };
    let inherits = project.profile.inherits.map(|name| format!(", inherits {name}")).unwrap_or_default();
    shell.ui.note(&format!("{}: valid{inherits}", project.shown));
    Ok(Status::Done)
}
