//! Finds and reads the `forebay.toml` of the folder a command works in.

use std::path::{Path, PathBuf};

use crate::cli::error::Error;
use crate::cli::shell::Shell;
use crate::profile::{FILE_NAME, Profile, ProfileError};

/// A profile and where it lies.
#[derive(Debug, Clone)]
pub struct Project {
    /// The settings.
    pub profile: Profile,
    /// The folder of `forebay.toml`: relative paths of the profile start here.
    pub root: PathBuf,
    /// The file as a person would name it.
    pub shown: String,
}

/// The nearest `forebay.toml`, from the command's folder upward.
pub fn find(shell: &Shell<'_>) -> Option<PathBuf> {
    shell.directory.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// Reads the nearest `forebay.toml`, if there is one.
pub fn load(shell: &Shell<'_>) -> Result<Option<Project>, Error> {
    find(shell).map(|file| read(shell, &file)).transpose()
}

/// Reads the nearest `forebay.toml` and fails where there is none.
pub fn require(shell: &Shell<'_>) -> Result<Project, Error> {
    load(shell)?.ok_or_else(|| {
        Error::input(format!("no `{FILE_NAME}` in this folder or above")).hint("run `forebay init` to write one")
    })
}

/// Reads one profile file.
pub fn read(shell: &Shell<'_>, file: &Path) -> Result<Project, Error> {
    let shown = shown(shell, file);
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::input(format!("no file `{shown}`")),
        std::io::ErrorKind::InvalidData => Error::input(format!("`{shown}` is not UTF-8")).because(error),
        _ => Error::outside(format!("cannot read `{shown}`")).because(error),
    };
    let text = std::fs::read_to_string(file).map_err(failed)?;
    let profile = Profile::parse(&shown, &text).map_err(|error| of_profile(&error))?;
    let root = file.parent().map_or_else(|| shell.directory.clone(), Path::to_path_buf);
    Ok(Project { profile, root, shown })
}

/// The path relative to the command's folder where it lies below.
fn shown(shell: &Shell<'_>, file: &Path) -> String {
    if let Ok(below) = file.strip_prefix(&shell.directory) {
        return below.display().to_string();
    }
    let ups = shell.directory.ancestors().position(|folder| file.parent() == Some(folder));
    match (ups, file.file_name()) {
        (Some(ups), Some(name)) => format!("{}{}", "../".repeat(ups), name.to_string_lossy()),
        _ => file.display().to_string(),
    }
}

/// Tells every problem of a profile, each with its own excerpt and hint.
pub fn of_profile(error: &ProfileError) -> Error {
    let mut all = error.problems.iter().map(|problem| {
        let told = Error::input(&problem.message).excerpt(&problem.excerpt);
        match &problem.hint {
            Some(hint) => told.hint(hint),
            None => told.hint(format!("`forebay explain {}` tells more", problem.code)),
        }
    });
    let mut first = all.next().unwrap_or_else(|| Error::input("the profile cannot be used"));
    first.more = all.collect();
    first
}
