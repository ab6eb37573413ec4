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
  forebay explain delete-intent     tell what a rung of a report means
  forebay explain --format markdown > codes.md")]
pub struct Explain {
    /// The code of the finding, or a verdict or rung of a report; without it all codes are listed
    pub code: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// How to print rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A list, or one code in full
    #[default]
    Text,
    /// A page; without a code every code in full
    Markdown,
}

impl Explain {
    /// Prints one rule or the list of all.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let Some(code) = &self.code else {
            match self.format {
                Format::Text => shell.ui.print(&list())?,
                Format::Markdown => shell.ui.print_raw(book().as_bytes())?,
            }
            return Ok(Status::Done);
        };
        let Some(rule) = rules::find(code) else {
            let error = Error::input(format!("no finding has the code `{code}`"));
            return Err(match nearest(code, rules::all().map(|rule| rule.code)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`forebay explain` lists every code"),
            });
        };
        match self.format {
            Format::Text => {
                let width = shell.ui.width().min(100);
                shell.ui.print(&page(rule, width))?;
            }
            Format::Markdown => shell.ui.print_raw(section(rule, "#").as_bytes())?,
        }
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

/// Every rule in full, as the page `docs/codes.md`: by table, then by code.
fn book() -> String {
    let mut out = String::from(
        "# Codes\n\nWhat `forebay explain CODE` tells, made by `forebay explain --format markdown`. \
         A code never changes its meaning; reports, SARIF and `forebay.ack.toml` name it.\n",
    );
    for (title, rules) in rules::TABLES {
        out.extend(["\n## ", title, "\n"]);
        for rule in *rules {
            out.push('\n');
            out.push_str(&section(rule, "###"));
        }
    }
    out
}

/// One rule for a Markdown page.
fn section(rule: &Rule, mark: &str) -> String {
    let (severity, summary) = (rule.severity.word(), markdown(rule.summary));
    format!("{mark} `{}`\n\n**{severity}**: {summary}.\n\n{}\n", rule.code, markdown(rule.explain))
}

/// Text of a rule, in which only code stands between backticks: nothing else may be read as markup.
fn markdown(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(number, part)| {
        if number % 2 == 1 { part.to_owned() } else { part.replace('<', "\\<").replace('*', "\\*").replace('_', "\\_") }
    });
    parts.collect::<Vec<_>>().join("`")
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
