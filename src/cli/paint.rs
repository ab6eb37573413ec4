//! Color by role: call sites say what a word is, one table says how it looks.

use anstyle::{AnsiColor, Style};

/// What a piece of text is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A failure, a conflict.
    Error,
    /// Something a person should look at.
    Warning,
    /// Something that is fine.
    Good,
    /// Advice.
    Hint,
    /// A heading.
    Heading,
    /// A name the reader may type: a command, a flag, a file.
    Literal,
    /// Background: places, evidence.
    Faint,
}

impl Role {
    /// How it looks on a terminal.
    pub fn style(self) -> Style {
        match self {
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Hint => AnsiColor::Cyan.on_default().bold(),
            Self::Heading => Style::new().bold(),
            Self::Literal => AnsiColor::Cyan.on_default(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// The text in the style of its role; streams without color strip it again.
pub fn paint(role: Role, text: &str) -> String {
    let style = role.style();
    format!("{style}{text}{style:#}")
}

/// The looks of help and usage errors, in the same roles.
pub fn help_styles() -> clap::builder::Styles {
    clap::builder::Styles::plain()
        .header(Role::Heading.style())
        .usage(Role::Heading.style())
        .literal(Role::Literal.style())
        .error(Role::Error.style())
        .valid(Role::Good.style())
        .invalid(Role::Warning.style())
}
