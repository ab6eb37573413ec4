//! The edge turns every failure into three words: `error:` what, `caused by:` why, `hint:` the next command.

use std::error::Error as StdError;

use crate::cli::exit::Status;
use crate::cli::paint::{Role, paint};
use crate::text::display;

/// What went wrong, as far as the exit status cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line, the profile or an input is wrong.
    Input,
    /// Conflicts remain.
    Conflicts,
    /// Disk, git or another part of the outside failed.
    Outside,
    /// A person pressed Ctrl-C.
    Interrupted,
    /// The reader of our output went away: no failure at all.
    BrokenPipe,
}

impl Kind {
    /// The exit status of this kind.
    pub fn status(self) -> Status {
        match self {
            Self::Input => Status::Usage,
            Self::Conflicts => Status::Conflicts,
            Self::Outside | Self::Interrupted => Status::Outside,
            Self::BrokenPipe => Status::Done,
        }
    }
}

/// A failure on its way to the terminal.
#[derive(Debug)]
pub struct Error {
    /// What it means for the exit status.
    pub kind: Kind,
    /// What failed, in our words.
    pub what: String,
    /// Why, as a chain of errors.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
    /// Lines of the user's file with a mark below, ready to print.
    pub excerpt: Option<String>,
    /// What to do next, one line each.
    pub hints: Vec<String>,
    /// Further failures of the same run, shown after this one.
    pub more: Vec<Error>,
}

impl Error {
    /// A failure told in one sentence.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), source: None, excerpt: None, hints: Vec::new(), more: Vec::new() }
    }

    /// A wrong command line, profile or input.
    pub fn input(what: impl Into<String>) -> Self {
        Self::new(Kind::Input, what)
    }

    /// A failure of disk, git or another part of the outside.
    pub fn outside(what: impl Into<String>) -> Self {
        Self::new(Kind::Outside, what)
    }

    /// A library error as it stands: its own sentence is the message, its sources are the causes.
    pub fn of(kind: Kind, error: &(dyn StdError + 'static)) -> Self {
        let mut told = Self::new(kind, error.to_string());
        told.source = error.source().map(|source| Box::new(Chain::of(source)) as Box<dyn StdError + Send + Sync>);
        told
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Shows lines of the user's file.
    #[must_use]
    pub fn excerpt(mut self, excerpt: impl Into<String>) -> Self {
        self.excerpt = Some(excerpt.into());
        self
    }

    /// A failure to write our own output; a broken pipe is none.
    pub fn of_output(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Kind::BrokenPipe, "the reader went away");
        }
        Self::outside("cannot write the output").because(error)
    }

    /// The whole message, colored by role; bytes from outside are escaped.
    pub fn render(&self) -> String {
        let mut text = String::new();
        push(&mut text, Role::Error, "error:", &self.what);
        let mut cause = self.source.as_deref().map(|source| source as &dyn StdError);
        while let Some(error) = cause {
            push(&mut text, Role::Error, "caused by:", &error.to_string());
            cause = error.source();
        }
        for line in self.excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
            text.push_str(&display::terminal(line.as_bytes()));
            text.push('\n');
        }
        for hint in &self.hints {
            push(&mut text, Role::Hint, "hint:", hint);
        }
        for other in &self.more {
            text.push_str(&other.render());
        }
        text
    }
}

fn push(text: &mut String, role: Role, label: &str, message: &str) {
    text.push_str(&paint(role, label));
    for (index, line) in message.trim_end().lines().enumerate() {
        text.push_str(if index == 0 { " " } else { "    " });
        text.push_str(&display::terminal(line.as_bytes()));
        text.push('\n');
    }
    if message.trim_end().is_empty() {
        text.push('\n');
    }
}

/// A chain of messages whose errors could not be kept.
#[derive(Debug)]
struct Chain {
    message: String,
    next: Option<Box<Chain>>,
}

impl Chain {
    fn of(error: &dyn StdError) -> Self {
        Self { message: error.to_string(), next: error.source().map(|source| Box::new(Self::of(source))) }
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for Chain {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.next.as_deref().map(|next| next as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(error: &Error) -> String {
        anstream::adapter::strip_str(&error.render()).to_string()
    }

    #[test]
    fn tells_what_why_and_what_next() {
        let error = Error::outside("cannot read `a`").because(std::io::Error::other("no\nluck")).hint("run `ls`");
        assert_eq!(plain(&error), "error: cannot read `a`\ncaused by: no\n    luck\nhint: run `ls`\n");
    }

    #[test]
    fn keeps_the_chain_of_a_borrowed_error() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::io::Error);
        let error = Error::of(Kind::Input, &Outer(std::io::Error::other("inner")));
        assert_eq!(plain(&error), "error: outer\ncaused by: inner\n");
    }

    #[test]
    fn text_from_outside_cannot_drive_the_terminal() {
        assert!(!plain(&Error::input("bad \u{1b}[2J")).contains('\u{1b}'));
        assert!(plain(&Error::input("bad \u{1b}[2J")).contains("\\x1B[2J"));
    }

    #[test]
    fn a_broken_pipe_is_no_failure() {
        let error = Error::of_output(std::io::ErrorKind::BrokenPipe.into());
        assert_eq!(error.kind.status(), Status::Done);
        assert_eq!(Error::of_output(std::io::ErrorKind::StorageFull.into()).kind.status(), Status::Outside);
    }
}
