//! The machine as the command line sees it, gathered once so that everything below takes it as an argument.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The streams, the environment, the folder and the terminal of a run.
pub struct World<'a> {
    /// Where data goes.
    pub out: &'a mut (dyn Write + Send),
    /// Where everything else goes.
    pub err: &'a mut (dyn Write + Send),
    /// The environment variables.
    pub environment: Environment,
    /// The folder that relative paths start from.
    pub directory: PathBuf,
    /// What the streams are connected to.
    pub terminal: Terminal,
    /// Seconds since 1970 UTC, for what is dated.
    pub now: i64,
    /// Set once a person asked to stop.
    pub interrupted: Arc<AtomicBool>,
}

/// What the streams are connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Standard output is a terminal.
    pub out: bool,
    /// Standard error is a terminal.
    pub err: bool,
    /// Columns, where known.
    pub width: Option<u16>,
}

impl Terminal {
    /// Looks at the process's own streams.
    pub fn of_process() -> Self {
        let width = terminal_size::terminal_size().map(|(width, _)| width.0);
        Self { out: std::io::stdout().is_terminal(), err: std::io::stderr().is_terminal(), width }
    }
}

/// Environment variables as a value.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The process's own.
    pub fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// A made-up one.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect())
    }

    /// The value of a variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}
