//! Text with meaning: spans by role, painted at the very end, so that colour never decides what is said or how wide it is.

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::rebase::report::Verdict;

/// What a piece of text is to the reader: call sites say this, and one table says how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Running text.
    Plain,
    /// A title or column head.
    Heading,
    /// Said in passing: counts, lines that draw.
    Quiet,
    /// A file and line.
    Place,
    /// A command to type.
    Command,
    /// A name that the reader may type: a flag, a profile.
    Name,
    /// A failure.
    Error,
    /// Something a person should look at.
    Warning,
    /// Something that is fine.
    Good,
    /// Advice.
    Hint,
    /// A line that is deleted.
    Removed,
    /// A line that is added.
    Added,
    /// A side of a merge: its name, and lines in which it differs from base.
    Side(Side),
    /// The words in which a side differs from base.
    Words(Side),
    /// A verdict.
    Verdict(Verdict),
}

/// A side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Old upstream.
    Base,
    /// New upstream.
    Ours,
    /// Old upstream with the patch.
    Theirs,
}

impl Side {
    fn color(self) -> AnsiColor {
        match self {
            Self::Base => AnsiColor::Yellow,
            Self::Ours => AnsiColor::Cyan,
            Self::Theirs => AnsiColor::Magenta,
        }
    }
}

impl Role {
    /// How it looks on a terminal.
    pub fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Heading => Style::new().bold(),
            Self::Quiet | Self::Verdict(Verdict::Untouched) => Style::new().dimmed(),
            Self::Place | Self::Name | Self::Verdict(Verdict::Absorbed) => color(AnsiColor::Cyan),
            Self::Command => color(AnsiColor::Green).bold(),
            Self::Hint => color(AnsiColor::Cyan).bold(),
            Self::Removed => color(AnsiColor::Red),
            Self::Side(side) => color(side.color()),
            Self::Words(side) => color(side.color()).bold().underline(),
            Self::Error | Self::Verdict(Verdict::Conflict) => color(AnsiColor::Red).bold(),
            Self::Warning | Self::Verdict(Verdict::Review) => color(AnsiColor::Yellow).bold(),
            Self::Added | Self::Good | Self::Verdict(Verdict::Merged) => color(AnsiColor::Green),
            Self::Verdict(Verdict::Refreshed) => color(AnsiColor::Blue),
            Self::Verdict(Verdict::Skipped) => color(AnsiColor::Magenta),
        }
    }
}

/// A piece of text of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// The text, without line breaks.
    pub text: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(pub Vec<Span>);

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// The line with more text at its end; hostile text is made harmless.
    #[must_use]
    pub fn with(mut self, role: Role, text: &str) -> Self {
        self.0.push(Span { role, text: super::escape::line(text) });
        self
    }

    /// Columns it takes on a terminal.
    pub fn width(&self) -> usize {
        self.0.iter().map(|span| span.text.width()).sum()
    }

    /// The line cut to `width` columns, the cut shown by `…`.
    #[must_use]
    pub fn shortened(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut left = width.saturating_sub(1);
        let mut spans = Vec::new();
        for span in self.0 {
            let text = head(&span.text, left).to_owned();
            left -= text.width();
            let cut = text.len() < span.text.len();
            spans.push(Span { text, ..span });
            if cut {
                break;
            }
        }
        spans.push(Span { role: Role::Quiet, text: "…".into() });
        Self(spans)
    }
}

/// The lines as text, each with its end; blanks at the end of a line are left out.
pub fn painted<'l>(lines: impl IntoIterator<Item = &'l Line>, color: bool) -> String {
    let mut out = String::new();
    lines.into_iter().for_each(|line| paint(line, color, &mut out));
    out
}

/// The same with lines that are longer than `width` columns cut.
pub fn fitted(lines: impl IntoIterator<Item = Line>, width: usize, color: bool) -> String {
    let mut out = String::new();
    lines.into_iter().for_each(|line| paint(&line.shortened(width), color, &mut out));
    out
}

fn paint(line: &Line, color: bool, out: &mut String) {
    let mut spans = line.0.clone();
    while let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end_matches(' ').len());
        if !last.text.is_empty() {
            break;
        }
        spans.pop();
    }
    for span in spans {
        let style = span.role.style();
        if color && style != Style::new() {
            use std::fmt::Write as _;
            let _ = write!(out, "{style}{}{style:#}", span.text);
        } else {
            out.push_str(&span.text);
        }
    }
    out.push('\n');
}

/// The longest head of `text` that takes at most `width` columns.
pub fn head(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > width {
            return &text[..at];
        }
    }
    text
}

/// The text in at most `width` columns, cut at its start: of a path the end tells most.
pub fn shorten_start(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let mut from = text.len();
    for (at, character) in text.char_indices().rev() {
        used += character.width().unwrap_or(0);
        if used > width {
            break;
        }
        from = at;
    }
    let tail = &text[from..];
    // Begin at a path part where that costs less than half of what is left.
    let tail = tail.find('/').filter(|slash| slash * 2 < tail.len()).map_or(tail, |slash| &tail[slash..]);
    format!("…{tail}")
}

/// Breaks text at blanks into lines of at most `width` columns; a longer word is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in text.split(' ') {
        if !current.is_empty() && current.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut current));
        } else if !current.is_empty() {
            current.push(' ');
        }
        let mut rest = word;
        while rest.width() > width {
            let piece = head(rest, width);
            let piece = if piece.is_empty() { rest } else { piece };
            lines.push(piece.to_owned());
            rest = &rest[piece.len()..];
        }
        current.push_str(rest);
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_keep_their_end() {
        assert_eq!(shorten_start("third_party/blink/renderer/core/a.cc", 20), "…/renderer/core/a.cc");
        assert_eq!(shorten_start("averylongfilename.patch", 10), "…ame.patch");
        assert_eq!(shorten_start("a.cc", 4), "a.cc");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(Line::new().with(Role::Plain, "日本語").width(), 6);
        assert_eq!(head("日本語", 5), "日本");
        assert_eq!(Line::new().with(Role::Plain, "日本語").shortened(5).width(), 5);
    }

    proptest! {
        #[test]
        fn nothing_grows_beyond_its_width(text in "\\PC{0,60}", width in 8_usize..50) {
            prop_assert!(shorten_start(&text, width).width() <= width);
            prop_assert!(Line::new().with(Role::Plain, &text).shortened(width).width() <= width);
            for line in wrap(&text, width) {
                prop_assert!(line.width() <= width, "{line:?}");
            }
            let words = |text: &str| text.chars().filter(|character| *character != ' ').collect::<String>();
            prop_assert_eq!(words(&wrap(&text, width).concat()), words(&text));
        }
    }
}
