//! What a command may say and where it goes: data on standard output, everything else on standard error.

use std::io::Write;

use anstream::adapter::strip_str;

use crate::cli::error::Error;
use crate::cli::paint::{Role, paint};
use crate::cli::world::{Environment, Terminal};

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// The data and errors only.
    Quiet,
    /// The usual.
    Normal,
    /// Also the steps.
    Verbose,
}

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Decides for one stream: the flag, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and `TERM`, then the stream itself.
    pub fn wanted(self, environment: &Environment, terminal: bool) -> bool {
        let is = |name: &str, value: &str| environment.get(name).is_some_and(|found| found == value);
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if environment.get("NO_COLOR").is_some() => false,
            Self::Auto if environment.get("CLICOLOR_FORCE").is_some() && !is("CLICOLOR_FORCE", "0") => true,
            Self::Auto => terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb"),
        }
    }
}

/// The two streams with color, verbosity and width settled.
pub struct Ui<'a> {
    out: Stream<'a>,
    err: Stream<'a>,
    verbosity: Verbosity,
    terminal: Terminal,
}

/// One stream, with or without color.
struct Stream<'a> {
    writer: &'a mut (dyn Write + Send),
    color: bool,
}

impl Stream<'_> {
    fn write(&mut self, text: &str) -> std::io::Result<()> {
        if self.color { self.writer.write_all(text.as_bytes()) } else { write!(self.writer, "{}", strip_str(text)) }
    }
}

/// The width of text that goes to no terminal.
const DEFAULT_WIDTH: usize = 100;

impl<'a> Ui<'a> {
    /// Settles color for both streams.
    pub fn new(
        (out, err): (&'a mut (dyn Write + Send), &'a mut (dyn Write + Send)),
        (color, verbosity): (Color, Verbosity),
        environment: &Environment,
        terminal: Terminal,
    ) -> Self {
        let out = Stream { writer: out, color: color.wanted(environment, terminal.out) };
        let err = Stream { writer: err, color: color.wanted(environment, terminal.err) };
        Self { out, err, verbosity, terminal }
    }

    /// Prints data as it stands; the caller brings the line ends.
    pub fn print(&mut self, text: &str) -> Result<(), Error> {
        self.out.write(text).map_err(Error::of_output)
    }

    /// Prints data byte for byte, without touching anything that looks like color.
    pub fn print_raw(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.writer.write_all(bytes).map_err(Error::of_output)
    }

    /// Says a sentence; `--quiet` leaves it out.
    pub fn note(&mut self, text: &str) {
        self.say(Verbosity::Normal, text);
    }

    /// Says a step that only `-v` wants to hear.
    pub fn detail(&mut self, text: &str) {
        self.say(Verbosity::Verbose, text);
    }

    /// Warns; `--quiet` leaves it out.
    pub fn warn(&mut self, text: &str) {
        self.say(Verbosity::Normal, &format!("{} {text}", paint(Role::Warning, "warning:")));
    }

    /// Advises; `--quiet` leaves it out.
    pub fn hint(&mut self, text: &str) {
        self.say(Verbosity::Normal, &format!("{} {text}", paint(Role::Hint, "hint:")));
    }

    /// Tells a failure.
    pub fn error(&mut self, error: &Error) {
        let _ = self.err.write(&error.render());
    }

    /// Writes ready text to standard error, whatever the verbosity.
    pub fn complain(&mut self, text: &str) {
        let _ = self.err.write(text);
    }

    /// Hands everything to the system.
    pub fn flush(&mut self) -> Result<(), Error> {
        let _ = self.err.writer.flush();
        self.out.writer.flush().map_err(Error::of_output)
    }

    /// The columns that a table may use.
    pub fn width(&self) -> usize {
        self.terminal.width.map_or(DEFAULT_WIDTH, |width| usize::from(width).max(40))
    }

    /// True where data may hold color.
    pub fn is_colored(&self) -> bool {
        self.out.color
    }

    /// True under `-v`.
    pub fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// True where a progress bar may be drawn.
    pub fn draws_progress(&self) -> bool {
        self.terminal.err && self.verbosity > Verbosity::Quiet
    }

    fn say(&mut self, least: Verbosity, text: &str) {
        if self.verbosity >= least {
            // Nobody is left to tell when standard error is gone.
            let _ = self.err.write(&format!("{text}\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_beats_the_environment_beats_the_terminal() {
        let none = Environment::default();
        let no_color = Environment::of(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]);
        let empty = Environment::of(&[("NO_COLOR", "")]);
        let force = Environment::of(&[("CLICOLOR_FORCE", "1")]);
        let off = Environment::of(&[("CLICOLOR", "0")]);
        let dumb = Environment::of(&[("TERM", "dumb")]);
        assert!(Color::Always.wanted(&no_color, false));
        assert!(!Color::Never.wanted(&force, true));
        assert!(!Color::Auto.wanted(&no_color, true));
        assert!(Color::Auto.wanted(&empty, true));
        assert!(Color::Auto.wanted(&force, false));
        assert!(!Color::Auto.wanted(&off, true));
        assert!(!Color::Auto.wanted(&dumb, true));
        assert!(Color::Auto.wanted(&none, true));
        assert!(!Color::Auto.wanted(&none, false));
    }

    fn said(color: Color, verbosity: Verbosity) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut ui = Ui::new((&mut out, &mut err), (color, verbosity), &Environment::default(), Terminal::default());
        ui.print(&paint(Role::Good, "data\n")).unwrap();
        ui.note("note");
        ui.detail("detail");
        ui.warn("warning");
        ui.flush().unwrap();
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn quiet_leaves_the_data() {
        assert_eq!(said(Color::Never, Verbosity::Quiet), ("data\n".into(), String::new()));
        assert_eq!(said(Color::Never, Verbosity::Normal).1, "note\nwarning: warning\n");
        assert_eq!(said(Color::Never, Verbosity::Verbose).1, "note\ndetail\nwarning: warning\n");
    }

    #[test]
    fn without_color_no_escape_is_left() {
        assert!(!said(Color::Auto, Verbosity::Verbose).1.contains('\u{1b}'));
        assert!(said(Color::Always, Verbosity::Verbose).1.contains('\u{1b}'));
    }
}
