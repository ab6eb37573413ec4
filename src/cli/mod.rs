//! The command line: arguments in, one call to an operation, words out.
//!
//! [`main`] gathers the process's surroundings; [`run`] does the rest with what it is given, so tests call it in process.

pub mod abort;
pub mod arguments;
pub mod audit_baseline;
pub mod audit_build;
pub mod audit_bundled;
pub mod audit_system;
pub mod between;
mod bisect;
pub mod churn;
pub mod commits;
pub mod compare;
pub mod completions;
pub mod error;
pub mod exit;
pub mod explain;
pub mod findings_format;
pub mod in_memory;
pub mod init;
pub mod interrupt;
pub mod job;
pub mod look;
mod look_git;
pub mod man;
pub mod memory;
pub mod paint;
pub mod profile;
pub mod project;
pub mod queue;
pub mod rebase;
pub mod release;
pub mod release_files;
pub mod releases;
pub mod reports;
pub mod resolution;
pub mod resume;
pub mod rules;
pub mod shell;
pub mod show;
pub mod siblings;
pub mod skip;
pub mod spec;
pub mod spec_adopt;
pub mod spec_input;
pub mod spec_matrix;
pub mod spec_print;
pub mod status;
pub mod steps;
pub mod terminal_progress;
#[cfg(test)]
pub(crate) mod testing;
pub mod ui;
pub mod undo;
pub mod upstream;
pub mod upstream_mail;
pub mod watch;
pub mod watch_state;
pub mod world;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use arguments::{Cli, Command};
use error::{Error, Kind};
use exit::Status;
use shell::Shell;
use ui::{Color, Ui, Verbosity};
use world::{Environment, Terminal, World};

use crate::tree::Pool;

/// Runs the process's command line.
pub fn main() -> ExitCode {
    let interrupted = interrupt::install();
    let directory = match std::env::current_dir() {
        Ok(directory) => directory,
        Err(error) => {
            let error = Error::outside("cannot find the working folder").because(error);
            let _ = write!(std::io::stderr(), "{}", anstream::adapter::strip_str(&error.render()));
            return Status::Outside.into();
        }
    };
    let environment = Environment::of_process();
    let (mut out, mut err) = (std::io::BufWriter::new(std::io::stdout()), std::io::stderr());
    let world = World {
        out: &mut out,
        err: &mut err,
        now: now(&environment),
        environment,
        directory,
        terminal: Terminal::of_process(),
        interrupted,
    };
    run(std::env::args_os(), world).into()
}

/// The moment of the run: `SOURCE_DATE_EPOCH` where it is set (reproducible-builds.org), else the clock.
fn now(environment: &Environment) -> i64 {
    let told = environment.get("SOURCE_DATE_EPOCH").and_then(|text| text.to_str()?.parse().ok());
    told.unwrap_or_else(crate::io::clock::now)
}

/// Runs one command line (the program's name first) in the given surroundings.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: World<'_>) -> Status {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let World { out, err, environment, directory, terminal, now, interrupted } = world;
    let cli = match parse(&arguments, terminal) {
        Ok(cli) => cli,
        Err(refusal) => {
            let looks = (color_of(&arguments), Verbosity::Normal);
            return refuse(&refusal, &mut Ui::new((out, err), looks, &environment, terminal));
        }
    };
    let looks = (cli.global.color, cli.global.verbosity());
    let ui = Ui::new((out, err), looks, &environment, terminal);
    let mut shell = Shell { ui, directory, arguments, environment, now, interrupted, pool: Pool::default() };
    let result = enter(&mut shell, &cli).and_then(|()| dispatch(cli.command, &mut shell));
    let result = result.and_then(|status| shell.ui.flush().map(|()| status));
    result.unwrap_or_else(|error| {
        if error.kind != Kind::BrokenPipe {
            let _ = shell.ui.flush();
            shell.ui.error(&error);
        }
        error.kind.status()
    })
}

fn dispatch(command: Command, shell: &mut Shell<'_>) -> Result<Status, Error> {
    match command {
        Command::Init(command) => command.run(shell),
        Command::Rebase(command) => command.run(shell),
        Command::Release(command) => command.run(shell),
        Command::Watch(command) => command.run(shell),
        Command::Bisect(command) => command.run(shell),
        Command::Show(command) => command.run(shell),
        Command::Status(command) => command.run(shell),
        Command::Continue(command) => command.run(shell),
        Command::Skip(command) => command.run(shell),
        Command::Abort(command) => command.run(shell),
        Command::Undo(command) => command.run(shell),
        Command::Queue(command) => command.run(shell),
        Command::Resolution(command) => command.run(shell),
        Command::AuditBundled(command) => command.run(shell),
        Command::Spec(command) => command.run(shell),
        Command::Profile(command) => command.run(shell),
        Command::Explain(command) => command.run(shell),
        Command::Completions(command) => command.run(shell),
        Command::Man(command) => command.run(shell),
    }
}

fn parse(arguments: &[OsString], terminal: Terminal) -> Result<Cli, clap::Error> {
    // The width comes from the surroundings, never from the streams of the process.
    let width = terminal.width.map_or(100, usize::from);
    let matches = Cli::command().term_width(width.min(120)).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// Help and version are data; every other refusal is a usage error.
fn refuse(refusal: &clap::Error, ui: &mut Ui<'_>) -> Status {
    let text = refusal.render().ansi().to_string();
    if refusal.use_stderr() {
        ui.complain(&text);
        return Status::Usage;
    }
    match ui.print(&text).and_then(|()| ui.flush()) {
        Ok(()) => Status::Done,
        Err(error) => error.kind.status(),
    }
}

/// The `--color` of a command line that could not be parsed.
fn color_of(arguments: &[OsString]) -> Color {
    let mut wanted = Color::Auto;
    for (index, argument) in arguments.iter().enumerate() {
        let value = match argument.to_str() {
            Some("--color") => arguments.get(index + 1).and_then(|next| next.to_str()),
            Some(other) => other.strip_prefix("--color="),
            None => None,
        };
        match value {
            Some("always") => wanted = Color::Always,
            Some("never") => wanted = Color::Never,
            _ => {}
        }
    }
    wanted
}

/// Goes to the folder of `-C`.
fn enter(shell: &mut Shell<'_>, cli: &Cli) -> Result<(), Error> {
    let Some(folder) = &cli.global.directory else { return Ok(()) };
    let target = shell.at(folder);
    if !target.is_dir() {
        return Err(
            Error::input(format!("`{}` is not a folder", folder.display())).hint("name an existing folder after -C")
        );
    }
    shell.directory = target;
    Ok(())
}
