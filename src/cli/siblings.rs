//! Other distributions' queues, as the profile or the command line names them.

use std::path::Path;

use crate::cli::error::Error;
use crate::cli::project::Project;
use crate::cli::shell::Shell;
use crate::cli::{job, upstream};
use crate::profile::raw;
use crate::queue::siblings::{Place, Sibling, SiblingError, Siblings};
use crate::queue::{LoadOptions, Queue};

/// The siblings of a profile; `version` fills the placeholders.
pub fn of(project: Option<&Project>, version: &str) -> Siblings {
    let of_profile = project.map(|project| {
        let named = project.profile.queue.siblings.iter();
        named.map(|told| sibling(told, &project.root, version)).collect()
    });
    Siblings::new(of_profile.unwrap_or_default())
}

fn sibling(told: &raw::Sibling, root: &Path, version: &str) -> Sibling {
    let fill = |template: &Option<crate::profile::template::Template>| template.as_ref().map(|text| text.fill(version));
    let path = fill(&told.path).unwrap_or_default();
    let place = match fill(&told.git).as_deref().and_then(|git| git.rsplit_once('#')) {
        Some((repository, revision)) => in_git(root.join(repository), revision, &path),
        None => Place::Disk(root.join(&path)),
    };
    let options = LoadOptions { form: told.form.map(job::form), strip: told.strip };
    Sibling { name: told.name.clone(), place, options }
}

fn in_git(repository: std::path::PathBuf, revision: &str, folder: &str) -> Place {
    match revision.split_once("..") {
        Some((old, tip)) => Place::Range { repository, old: old.to_owned(), tip: tip.to_owned() },
        None => Place::Tree { repository, revision: revision.to_owned(), folder: folder.to_owned() },
    }
}

/// The queue that a person names on the command line: a sibling of the profile, else a place as `--queue` takes it.
pub fn named(shell: &Shell<'_>, siblings: &Siblings, text: &str) -> Result<Queue, Error> {
    if let Some(sibling) = siblings.named(text) {
        return sibling.load().map_err(|error| of_sibling(&error));
    }
    let place = crate::cli::rebase::queue(shell, None, Some(text))?;
    job::read_queue(&place, &place.path, &shell.pool)
}

/// Says which siblings could not be read.
pub fn tell_problems(shell: &mut Shell<'_>, siblings: &Siblings) {
    for (name, problem) in siblings.problems() {
        shell.ui.warn(&format!("the queue of {name} cannot be read: {problem}"));
    }
}

fn of_sibling(error: &SiblingError) -> Error {
    match error {
        SiblingError::Queue(error) => job::of_queue(error),
        SiblingError::Tree(error) => upstream::of_tree(error),
        SiblingError::Folder { .. } => {
            Error::input(error.to_string()).hint("name a folder of the revision with `path`")
        }
    }
}
