//! Makes text from outside harmless: it may come from a scanned tree, and the report may be shown by a terminal, a CI log or a forge.
//!
//! Two dangers beyond control bytes: a CI log takes commands (`::error …` at the start of a line: GitHub workflow commands;
//! `##[…]` and `##vso[…]` anywhere: Azure Pipelines logging commands), and Markdown is also HTML, links and mentions.

use crate::text::display;

/// One line of text for a terminal or a log. Callers put a word of ours before it, so that `::` never begins a line.
pub fn line(text: &str) -> String {
    display::terminal(text.as_bytes()).replace('\t', " ").replace("##[", "# #[").replace("##vso[", "# #vso[")
}

/// Text as a Markdown code span, also inside a table cell; nothing for no text.
pub fn code(text: &str) -> String {
    let text = display::terminal(text.as_bytes()).replace('\t', " ");
    let plain = !text.contains(['`', '|', '#']) && !text.ends_with([' ', '\\']);
    if text.is_empty() {
        return text;
    }
    if plain { format!("`{text}`") } else { format!("<code>{}</code>", entities(&text)) }
}

/// A sentence of a Markdown line or table cell: what stands between backticks becomes code, the rest is inert.
pub fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return inert(text);
    }
    let coded = |(number, part): (usize, &&str)| match (number % 2, part.is_empty()) {
        (_, true) => String::new(),
        (0, false) => inert(part),
        (_, false) => code(part),
    };
    parts.iter().enumerate().map(coded).collect()
}

/// Text without markup, link or mention.
fn inert(text: &str) -> String {
    let mut out = entities(&display::terminal(text.as_bytes()).replace('\t', " "));
    for (active, harmless) in
        [("&#64;", "&#64;\u{200B}"), ("&#35;", "&#35;\u{200B}"), ("://", ":&#47;/"), ("www.", "www&#46;")]
    {
        out = out.replace(active, harmless);
    }
    out
}

/// Every character that Markdown or HTML may act on, as an entity.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    for character in text.chars() {
        let active =
            matches!(character, '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' | '@' | '$')
                || (character == ':' && previous == ':');
        if active {
            use std::fmt::Write as _;
            let _ = write!(out, "&#{};", u32::from(character));
        } else {
            out.push(character);
        }
        previous = character;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_commands_lose_their_force() {
        assert_eq!(line("a ##[error]x ##vso[task]\x1b[0m\n"), "a # #[error]x # #vso[task]\\x1B[0m\\x0A");
        assert_eq!(prose("::error::x"), ":&#58;error:&#58;x");
        assert_eq!(prose("it is `a::b` or `"), "it is &#96;a:&#58;b&#96; or &#96;");
        assert_eq!(prose("it is `a::b|`, `c_d`"), "it is <code>a:&#58;b&#124;</code>, `c_d`");
        assert_eq!(code("##[error]"), "<code>&#35;&#35;&#91;error&#93;</code>");
    }

    #[test]
    fn markdown_stays_in_its_cell() {
        assert_eq!(code("fixes/a_b.patch"), "`fixes/a_b.patch`");
        assert_eq!(code("a|b`c"), "<code>a&#124;b&#96;c</code>");
        assert_eq!(prose("</details><img src=x>"), "&#60;/details&#62;&#60;img src=x&#62;");
        assert_eq!(prose("@team #1 https://x www.x"), "&#64;\u{200B}team &#35;\u{200B}1 https:&#47;/x www&#46;x");
        assert_eq!(code(""), "");
    }
}
