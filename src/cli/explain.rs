//! `forebay explain`: the long text behind a finding's code.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::paint::{Role, paint};
use crate::cli::rules;
use crate::cli::shell::Shell;
use crate::finding::{Rule, Severity};
use crate::text::nearest::nearest;

/// Explain what a finding means and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  forebay explain                   list every code
  forebay explain conflict-content  tell what a conflict in the text means
  forebay explain delete-intent     tell what a rung of a report means")]
pub struct Explain {
    /// The code of the finding, or a verdict or rung of a report; without it all codes are listed
    pub code: Option<String>,
}

impl Explain {
    /// Prints one rule or the list of all.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let Some(code) = &self.code else {
            shell.ui.print(&list())?;
            return Ok(Status::Done);
        };
        let Some(rule) = rules::find(code) else {
            let error = Error::input(format!("no finding has the code `{code}`"));
            return Err(match nearest(code, rules::all().map(|rule| rule.code)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`forebay explain` lists every code"),
            });
        };
        let width = shell.ui.width().min(100);
        shell.ui.print(&page(rule, width))?;
        Ok(Status::Done)
    }
}

fn role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::Error,
        Severity::Warning => Role::Warning,
        Severity::Note => Role::Good,
    }
}

fn list() -> String {
    let width = rules::all().map(|rule| rule.code.len()).max().unwrap_or(0);
    let line = |rule: &Rule| {
        let severity = paint(role(rule.severity), &format!("{:<7}", rule.severity.word()));
        format!("{:<width$}  {severity}  {}\n", rule.code, rule.summary)
    };
    rules::all().map(line).collect()
}

fn page(rule: &Rule, width: usize) -> String {
    let head = format!("{} ({})", paint(Role::Heading, rule.code), paint(role(rule.severity), rule.severity.word()));
    format!("{head}: {}\n\n{}", rule.summary, wrap(rule.explain, width))
}

/// Breaks paragraphs at blanks so that no line is wider than `width` where words allow.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    for (index, paragraph) in text.split("\n\n").enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_words_and_keeps_paragraphs() {
        assert_eq!(wrap("aa bb cc\n\ndd", 5), "aa bb\ncc\n\ndd\n");
        assert_eq!(wrap("longword x", 4), "longword\nx\n");
    }

    #[test]
    fn every_page_fits_and_ends_with_a_line_end() {
        for rule in rules::all() {
            let text = anstream::adapter::strip_str(&page(rule, 80)).to_string();
            assert!(text.ends_with(".\n"));
            let body = text.split_once("\n\n").unwrap().1;
            assert!(body.lines().all(|line| line.chars().count() <= 80), "{}", rule.code);
        }
    }
}
