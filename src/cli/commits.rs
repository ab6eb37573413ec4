//! The commits of `--branch`: one a patch, with author, date and message from the patch's own header.

use bstr::BString;

use crate::cli::error::Error;
use crate::cli::upstream;
use crate::patch::message::Message;
use crate::queue::Queue;
use crate::rebase::journal::BranchRecord;
use crate::rebase::outcome::Outcome;
use crate::rebase::state::Branches;
use crate::tree::ObjectId;
use crate::tree::branch::{self, NewCommit};
use crate::tree::history::Person;
use crate::tree::spec::TreeSpec;

/// Stores the commits of the written patches on the new tree and says where the branch is to point.
pub fn prepare(
    onto: &TreeSpec,
    queue: &Queue,
    outcome: &Outcome,
    name: &str,
    force: bool,
) -> Result<BranchRecord, Error> {
    let TreeSpec::Git { path, revision } = onto else {
        return Err(Error::input("`--branch` needs a git repository, and the new tree is none")
            .hint("name the new tree as `git:PATH#REV`, or leave `--branch` out"));
    };
    let written = queue.patches.iter().zip(&outcome.patches).filter(|(_, result)| result.written.is_some());
    let commits: Vec<NewCommit> = written
        .map(|(patch, result)| {
            let mut message = Message::read(&patch.patch.head);
            if message.subject.is_empty() {
                message.subject = patch.name.as_str().into();
            }
            NewCommit {
                author: author(&message),
                committer: None,
                message: message.commit_text().into(),
                changes: result.changes.iter().map(|change| (change.path.clone(), change.after.clone())).collect(),
            }
        })
        .collect();
    let prepared = branch::prepare(path, revision, name, &commits, force).map_err(|error| upstream::of_tree(&error))?;
    Ok(BranchRecord {
        repository: path.display().to_string(),
        name: prepared.reference,
        before: prepared.before.map(|id| id.to_string()),
        after: Some(prepared.after.to_string()),
    })
}

/// The author that the header names; the packager's name is not known where it names none.
fn author(message: &Message) -> Person {
    let named = !message.author_email.is_empty() || !message.author_name.is_empty();
    let or = |text: &BString, other: &str| if text.is_empty() { BString::from(other) } else { text.clone() };
    let (time, offset) = message.written().map_or((0, 0), |moment| (moment.seconds, moment.offset));
    Person {
        name: if named { or(&message.author_name, "unknown") } else { "unknown".into() },
        email: or(&message.author_email, "unknown"),
        time,
        offset,
    }
}

/// Moves branches for the session.
#[derive(Debug, Clone, Copy, Default)]
pub struct GitBranches;

impl Branches for GitBranches {
    fn set(&self, record: &BranchRecord, to: Option<&str>) -> Result<(), String> {
        let id = to.map(|to| ObjectId::from_hex(to).ok_or(format!("`{to}` is no object id"))).transpose()?;
        branch::set(std::path::Path::new(&record.repository), &record.name, id).map_err(|error| error.to_string())
    }
}
