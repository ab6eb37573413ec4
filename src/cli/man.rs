//! `forebay man`: one man page a command, made from the same words as `--help`.

use std::path::PathBuf;

use clap::{Command, CommandFactory as _};

use crate::cli::arguments::Cli;
use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;

/// Write the man pages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  forebay man | man -l -
  forebay man --out /usr/share/man/man1")]
pub struct Man {
    /// Write one page a command into this folder instead of printing the page of forebay itself
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// A page: its file name and its text.
pub type Page = (String, Vec<u8>);

/// All pages, `forebay.1` first, in the order of the commands.
pub fn pages() -> std::io::Result<Vec<Page>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut list = Vec::new();
    push_pages(command, "forebay", &mut list)?;
    Ok(list)
}

fn push_pages(command: Command, name: &str, list: &mut Vec<Page>) -> std::io::Result<()> {
    let children: Vec<Command> = command.get_subcommands().filter(|child| !child.is_hide_set()).cloned().collect();
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command.name(name.to_owned())).manual("forebay");
    page.render(&mut text)?;
    list.push((format!("{name}.1"), text));
    for child in children {
        let name = format!("{name}-{}", child.get_name());
        push_pages(child, &name, list)?;
    }
    Ok(())
}

impl Man {
    /// Prints the first page or writes all of them.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let pages = pages().map_err(|error| Error::outside("cannot render the man pages").because(error))?;
        let Some(folder) = &self.out else {
            let text = pages.first().map_or(&[][..], |(_, text)| text);
            shell.ui.print_raw(text)?;
            return Ok(Status::Done);
        };
        let failed = |error| Error::outside(format!("cannot write to `{}`", folder.display())).because(error);
        let target = shell.at(folder);
        std::fs::create_dir_all(&target).map_err(failed)?;
        for (name, text) in &pages {
            std::fs::write(target.join(name), text).map_err(failed)?;
        }
        shell.ui.note(&format!("wrote {} man pages to {}", pages.len(), folder.display()));
        Ok(Status::Done)
    }
}
