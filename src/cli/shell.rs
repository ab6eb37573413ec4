//! What every command gets: the streams, the folder it works in, the environment and the wish to stop.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::error::{Error, Kind};
use crate::cli::terminal_progress::TerminalProgress;
use crate::cli::ui::Ui;
use crate::cli::world::Environment;
use crate::tree::Pool;

/// The surroundings of one command.
pub struct Shell<'a> {
    /// What the command may say.
    pub ui: Ui<'a>,
    /// The folder that relative paths start from: the working folder or that of `-C`.
    pub directory: PathBuf,
    /// The command line as it was typed, the program first.
    pub arguments: Vec<OsString>,
    /// The environment variables.
    pub environment: Environment,
    /// Seconds since 1970 UTC, for what is dated.
    pub now: i64,
    /// Set once a person asked to stop.
    pub interrupted: Arc<AtomicBool>,
    /// What the trees and git ranges of this command share.
    pub pool: Pool,
}

impl Shell<'_> {
    /// A path that a person typed, seen from the command's folder.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }

    /// A progress for one long operation; cleared when dropped.
    pub fn progress(&self) -> TerminalProgress {
        TerminalProgress::new(self.ui.draws_progress(), Arc::clone(&self.interrupted))
    }

    /// Fails once a person asked to stop.
    pub fn check_interrupt(&self) -> Result<(), Error> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Error::new(Kind::Interrupted, "interrupted"));
        }
        Ok(())
    }
}
