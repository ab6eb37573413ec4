//! `forebay spec adopt`: a first profile from a hand-written spec.

use std::path::Path;

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::spec::SpecAdopt;
use crate::cli::{spec_input, steps};
use crate::io::{fs, shown};
use crate::profile::Profile;
use crate::report;
use crate::spec::adopt;

/// Reads the spec, writes the profile, tells the account.
pub fn run(shell: &mut Shell<'_>, command: &SpecAdopt) -> Result<Status, Error> {
    let name = shown(&command.spec);
    let spec = spec_input::read_spec(&shell.at(&command.spec), &name)?;
    let adopted = adopt::adopt(&spec, &name);
    // What is written must be usable: the profile is read back before anybody sees it.
    if let Err(error) = Profile::parse(&shown(&command.out), &adopted.profile) {
        let told = Error::input(format!("{name}: a first profile cannot be made of this spec")).because(error);
        return Err(told.hint("please report the spec"));
    }
    if !command.dry_run {
        let marked = command.regions.as_ref().map(|file| (file.as_path(), adopted.spec.as_slice()));
        let files = [(command.out.as_path(), adopted.profile.as_bytes())].into_iter().chain(marked);
        let files: Vec<(&Path, &[u8])> = files.collect();
        for (file, _) in &files {
            refuse_existing(shell, file)?;
        }
        for (file, bytes) in files {
            fs::write(&shell.at(file), bytes).map_err(|error| steps::of_io(&error))?;
            shell.ui.note(&format!("wrote {}", shown(file)));
        }
    }
    let mut looks = steps::looks(shell);
    if !command.dry_run {
        looks.next.push("forebay profile check".to_owned());
    }
    shell.ui.print_raw(report::spec::account(&name, &adopted, &looks).as_bytes())?;
    Ok(Status::Done)
}

fn refuse_existing(shell: &Shell<'_>, file: &Path) -> Result<(), Error> {
    match fs::about(&shell.at(file)).map_err(|error| steps::of_io(&error))? {
        None => Ok(()),
        Some(_) => Err(Error::input(format!("`{}` is there already; nothing was written", shown(file)))
            .hint("name another file, or remove this one first")),
    }
}
