//! The resolution memory as the shell sees it: where it lies, who writes into it, and what is said about it.

use std::path::{Path, PathBuf};

use crate::cli::error::Error;
use crate::cli::job;
use crate::cli::project::Project;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::patch::date::{self, Moment};
use crate::rebase::outcome::Learned;
use crate::rebase::session::Given;
use crate::resolution::{self, Origin, Record, Saved, Store};
use crate::text::display;
use crate::tree::repository;

/// Remembered decisions and their place.
#[derive(Debug)]
pub struct Memory {
    /// The folder of records.
    pub folder: PathBuf,
    /// The records.
    pub store: Store,
    /// False where nothing may be replayed.
    replay: bool,
}

impl Memory {
    /// Reads the memory of a project; records that cannot be used are told.
    pub fn open(shell: &mut Shell<'_>, project: Option<&Project>, replay: bool) -> Result<Self, Error> {
        let folder = folder(shell, project);
        let store = Store::load(&folder).map_err(|error| steps::of_io(&error))?;
        for finding in &store.findings {
            let place = finding.places.first().map_or("", String::as_str);
            shell.ui.warn(&format!("remembered decision {place}: {}; it is not used", finding.message));
        }
        Ok(Self { folder, store, replay })
    }

    /// The records that may be replayed.
    pub fn replayed(&self) -> Option<&Store> {
        Some(&self.store).filter(|_| self.replay)
    }

    /// Remembers what a person decided about a patch, and says so.
    pub fn learn(
        &self,
        shell: &mut Shell<'_>,
        (patch, learned): (&str, &Learned),
        given: &Given,
        why: &str,
    ) -> Result<(), Error> {
        let line = |text: &str| display::terminal(text.replace('\t', " ").trim().as_bytes());
        let origin = Origin {
            patch: line(patch),
            from: line(given.from.as_deref().unwrap_or_default()),
            onto: line(&given.onto),
            author: author(shell, &self.folder),
            date: date::day(Moment { seconds: shell.now, offset: 0 }),
            why: line(why),
        };
        let mut kept = 0;
        for lesson in &learned.lessons {
            let (question, answer) = (lesson.question.clone(), lesson.answer.clone());
            let record = Record { question, answer, also: lesson.also.clone(), origin: origin.clone() };
            // A name with a line feed in it has no place in the form.
            if resolution::parse(&record.print()).as_ref() != Ok(&record) {
                continue;
            }
            let saved = resolution::save(&self.folder, &record).map_err(|error| steps::of_io(&error))?;
            kept += usize::from(saved != Saved::Known);
        }
        if kept > 0 {
            let shown = self.folder.strip_prefix(&shell.directory).unwrap_or(&self.folder).display().to_string();
            let what = if kept == 1 { "1 decision".to_owned() } else { format!("{kept} decisions") };
            shell.ui.note(&format!("remembered {what} in {shown}"));
        }
        for path in &learned.beyond {
            shell.ui.note(&format!("the edit of `{path}` cannot be told place by place, so it is not remembered"));
        }
        Ok(())
    }
}

/// The folder of records: beside the profile, so that a team shares it; else below the state folder.
pub fn folder(shell: &Shell<'_>, project: Option<&Project>) -> PathBuf {
    let state = project.map_or_else(|| job::state_folder(shell), |project| project.root.join(".forebay"));
    resolution::folder(&state)
}

/// Who decides: as Debian's tools are told, as git is told, or as git's settings here say.
fn author(shell: &Shell<'_>, folder: &Path) -> String {
    let variable = |name: &str| shell.environment.get(name).and_then(|text| text.to_str()).map(str::to_owned);
    let pair = |name: &str, mail: &str| Some((variable(name)?, variable(mail)?));
    let told = pair("DEBFULLNAME", "DEBEMAIL").or_else(|| pair("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"));
    let (name, mail) = told.or_else(|| repository::person(folder)).unwrap_or(("unknown".into(), "unknown".into()));
    display::terminal(format!("{name} <{mail}>").replace('\t', " ").as_bytes())
}
