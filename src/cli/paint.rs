//! Color on the command line: the roles of [`report::style`](crate::report::style), for errors, hints and help.

pub use crate::report::style::Role;

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
        .literal(Role::Name.style())
        .error(Role::Error.style())
        .valid(Role::Good.style())
        .invalid(Role::Warning.style())
}
