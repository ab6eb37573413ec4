//! `forebay spec matrix`: our evaluation of every target, with rpm's beside it where rpm is installed.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::project;
use crate::cli::shell::Shell;
use crate::cli::spec::{SpecFormat, SpecMatrix};
use crate::cli::spec_input::{self, Gathered};
use crate::cli::steps;
use crate::io::process;
use crate::report;
use crate::spec::evaluate::{self, Row, Second};
use crate::spec::material::Material;
use crate::spec::region;
use crate::spec::report::SpecReport;
use crate::spec::second;

/// Evaluates, asks rpm, and shows both.
pub fn run(shell: &mut Shell<'_>, command: &SpecMatrix) -> Result<Status, Error> {
    let gathered = spec_input::gather(shell, &command.inputs)?;
    let regions = region::find(&gathered.spec).map_err(|errors| spec_input::of_markers(&gathered.shown, &errors))?;
    if gathered.profile.packaging.targets.is_none() {
        let shown = project::require(shell)?.shown;
        return Err(Error::input(format!("{shown} names no targets"))
            .hint("write `targets = [\"fedora-44\", \"rhel-10\"]` under `[package]`"));
    }
    let material = Material::new(gathered.inputs(&[], None), &gathered.spec, &regions);
    let mut rows = evaluate::matrix(&material);
    if !command.no_rpm && !ask(&gathered, &material, &mut rows)? {
        shell.ui.note("rpmspec is not installed: rpm was not asked");
    }
    let differ = rows.iter().any(|row| row.rpm.as_ref().is_some_and(|second| !second.differences.is_empty()));
    match command.format {
        SpecFormat::Text => shell.ui.print_raw(report::spec::matrix(&rows, &steps::looks(shell)).as_bytes())?,
        SpecFormat::Json => {
            let report = SpecReport::new(&gathered.shown, &[], Vec::new(), rows);
            shell.ui.print_raw(report::json::render(&report).as_bytes())?;
        }
    }
    Ok(if differ { Status::Findings } else { Status::Done })
}

/// Asks rpm about every row; false where it is not installed.
fn ask(gathered: &Gathered, material: &Material<'_>, rows: &mut [Row]) -> Result<bool, Error> {
    let folder = gathered.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(std::path::Path::new("."));
    let targets = gathered.profile.packaging.targets.iter().flatten();
    for target in targets {
        for row in rows.iter_mut().filter(|row| row.target == target.id) {
            let mut arguments = second::arguments(target, &row.arch, &folder.to_string_lossy());
            arguments.push(gathered.path.to_string_lossy().into_owned());
            let Some(said) = process::rpmspec(folder, &arguments).map_err(|error| steps::of_io(&error))? else {
                return Ok(false);
            };
            row.rpm = Some(Second { differences: second::differences(material, row, &said.output, &said.errors) });
        }
    }
    Ok(true)
}
