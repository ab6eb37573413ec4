//! `forebay spec print`: bodies of regions on standard output, or each in a file of its own.

use std::path::Path;

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::spec::{SpecPrint, region_ids};
use crate::cli::spec_input::{self, Gathered};
use crate::cli::steps;
use crate::io::{fs, shown};
use crate::report;
use crate::spec::include::{self, FileState};
use crate::spec::plan::{self, PlanError};
use crate::spec::region::{self, RegionId};

/// Prints or writes.
pub fn run(shell: &mut Shell<'_>, command: &SpecPrint) -> Result<Status, Error> {
    let wanted = region_ids(&command.regions)?;
    let gathered = spec_input::gather(shell, &command.inputs)?;
    let ids = if wanted.is_empty() { RegionId::ALL.to_vec() } else { wanted.clone() };
    let mut bodies: Vec<(RegionId, String)> = Vec::new();
    for id in ids {
        let date = if id == RegionId::Changelog { Some(spec_input::day(shell, None)?) } else { None };
        let body = plan::body(id, &gathered.spec, gathered.inputs(&[], date));
        match body.map_err(|PlanError::Markers(errors)| spec_input::of_markers(&gathered.shown, &errors))? {
            Some(body) => bodies.push((id, body)),
            None if !wanted.is_empty() => {
                let error = Error::input(format!("the profile says nothing about the region `{}`", id.name()));
                return Err(error.hint("`forebay profile show chromium` shows a profile with every kind of key"));
            }
            None => {}
        }
    }
    if let Some(folder) = &command.emit_dir {
        return emit(shell, &gathered, folder, &bodies);
    }
    for (id, body) in bodies {
        if wanted.len() == 1 {
            shell.ui.print_raw(body.as_bytes())?;
        } else {
            let (begin, end) = (region::begin_marker(id, body.as_bytes()), region::end_marker(id));
            shell.ui.print_raw(format!("{begin}{body}{end}").as_bytes())?;
        }
    }
    Ok(Status::Done)
}

/// Writes each fragment into its own file, all or none, and tells which lines the spec lacks for them.
fn emit(
    shell: &mut Shell<'_>,
    gathered: &Gathered,
    folder: &Path,
    bodies: &[(RegionId, String)],
) -> Result<Status, Error> {
    let place = shell.at(folder);
    let mut files = Vec::new();
    for (id, body) in bodies {
        let (path, text) = (place.join(include::file_name(*id)), include::file_text(*id, body));
        let bytes = fs::read_optional(&path).map_err(|error| steps::of_io(&error))?;
        match include::state(*id, bytes.as_deref(), &text) {
            FileState::Current => {}
            FileState::Missing | FileState::Stale => files.push((path, text)),
            FileState::Foreign => {
                let file = shown(&folder.join(include::file_name(*id)));
                let error = Error::input(format!("`{file}` was changed by hand; nothing was written"));
                return Err(error.hint("move the change into forebay.toml, or remove the file"));
            }
        }
    }
    fs::create_dir(&place).map_err(|error| steps::of_io(&error))?;
    for (path, text) in &files {
        fs::write(path, text.as_bytes()).map_err(|error| steps::of_io(&error))?;
    }
    let ids: Vec<RegionId> = bodies.iter().map(|(id, _)| *id).collect();
    let findings = include::check(&gathered.spec, &gathered.shown, &ids);
    let of = format!("{} fragments, {} written", bodies.len(), files.len());
    shell.ui.print_raw(report::findings::text(&findings, &of, &steps::looks(shell)).as_bytes())?;
    Ok(if findings.is_empty() { Status::Done } else { Status::Findings })
}
