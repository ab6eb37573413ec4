//! `forebay init`: a first profile from what lies around.

use std::io::Write as _;

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::look;
use crate::cli::shell::Shell;
use crate::profile::guess::{self, Guess};
use crate::profile::{FILE_NAME, Profile};
use crate::text::display;

/// Write forebay.toml by looking at the directory
///
/// Reads debian/, spec files, PKGBUILD, APKBUILD, ebuilds, series files, patch folders, git remotes and tags, and tarballs, here and one
/// folder up. An existing forebay.toml is never touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  forebay init                look around and write forebay.toml
  forebay init --dry-run      print it instead
  forebay -C ~/rpms/chromium init")]
pub struct Init {
    /// Print the profile instead of writing it
    #[arg(long)]
    pub dry_run: bool,
}

impl Init {
    /// Looks, guesses, writes, tells.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let file = shell.at(FILE_NAME);
        if !self.dry_run && file.symlink_metadata().is_ok() {
            return Err(exists());
        }
        let guess = guess::guess(&look::look(&shell.directory));
        let text = guess.to_toml();
        Profile::parse(FILE_NAME, &text)
            .map_err(|error| Error::outside("cannot make a valid profile from what was found").because(error))?;
        tell(shell, &guess);
        if self.dry_run {
            shell.ui.print(&text)?;
            return Ok(Status::Done);
        }
        write(&file, &text)?;
        shell.ui.note(&format!("wrote {FILE_NAME}"));
        shell.ui.hint("read it, correct what is wrong, then run `forebay profile check`");
        Ok(Status::Done)
    }
}

fn exists() -> Error {
    Error::input(format!("`{FILE_NAME}` exists already"))
        .hint("edit it, or print a fresh one with `forebay init --dry-run`")
}

/// Creates the file; one that appeared in the meantime is left alone.
fn write(file: &std::path::Path, text: &str) -> Result<(), Error> {
    let created = std::fs::File::create_new(file).and_then(|mut new| {
        let written = new.write_all(text.as_bytes()).and_then(|()| new.sync_all());
        if written.is_err() {
            // Half a profile is worse than none.
            let _ = std::fs::remove_file(file);
        }
        written
    });
    created.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(),
        _ => Error::outside(format!("cannot write `{FILE_NAME}`")).because(error),
    })
}

fn tell(shell: &mut Shell<'_>, guess: &Guess) {
    if guess.found.is_empty() {
        shell.ui.note("found   nothing that tells about a package");
    }
    for (label, lines) in [("found", &guess.found), ("guessed", &guess.guessed)] {
        for line in lines {
            shell.ui.note(&format!("{label:<7} {}", display::terminal(line.as_bytes())));
        }
    }
    for line in &guess.warnings {
        shell.ui.warn(&display::terminal(line.as_bytes()));
    }
}
