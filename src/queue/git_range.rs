//! A range of commits as a queue: every commit as the mail that `git format-patch` would write.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::PathBuf;

use bstr::{BString, ByteSlice};
use rayon::prelude::*;

use super::{ExactChange, Queue, QueueForm, QueuePatch, commit_renames, mailbox};
use crate::patch::date::Moment;
use crate::patch::mail::Letter;
use crate::patch::{FilePatch, PatchFile, make};
use crate::path::RepoPath;
use crate::text::lines::feeds;
use crate::tree::history::{Commit, CommitChange};
use crate::tree::{File, Mode};

/// The queue of these commits, oldest first.
///
/// Patches of a range carry their exact changes, so that no step has to apply the text. Commits are written in parallel,
/// the largest first: one that rewrites a long file takes as long as all the others together.
pub fn from_commits(commits: &[Commit]) -> Queue {
    let mut largest_first: Vec<usize> = (0..commits.len()).collect();
    largest_first.sort_by_key(|&index| Reverse(changed_bytes(&commits[index])));
    let written = largest_first.into_par_iter().with_max_len(1).map(|index| (index, patch(index + 1, &commits[index])));
    let mut numbered: Vec<(usize, QueuePatch)> = written.collect();
    numbered.sort_unstable_by_key(|(index, _)| *index);
    let patches = numbered.into_iter().map(|(_, patch)| patch).collect();
    Queue {
        form: QueueForm::GitRange,
        root: PathBuf::new(),
        list: None,
        list_source: BString::default(),
        aside: BString::default(),
        patches,
    }
}

fn changed_bytes(commit: &Commit) -> usize {
    let sides = commit.changes.iter().flat_map(|change| [&change.before, &change.after]);
    sides.flatten().map(|file| file.data.len()).sum()
}

fn patch(number: usize, commit: &Commit) -> QueuePatch {
    let files = file_patches(&commit.changes);
    let tail = BString::from("-- \nforebay\n\n");
    let mut patch = PatchFile { head: head(commit), files, tail };
    if patch.files.is_empty() {
        patch.head.extend_from_slice(&std::mem::take(&mut patch.tail));
    }
    let source = print_numbered(&mut patch);
    let exact = commit.changes.iter().map(|change| ExactChange {
        path: change.path.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    });
    QueuePatch {
        name: mailbox::name(number, &commit.subject),
        source,
        exact: Some(exact.collect()),
        patch,
        strip: 1,
        reverse: false,
    }
}

/// The mail header and the message, as `git format-patch` writes them.
fn head(commit: &Commit) -> BString {
    let author = &commit.author;
    Letter {
        id: &commit.id.to_string(),
        name: author.name.as_bstr(),
        email: author.email.as_bstr(),
        moment: Some(Moment { seconds: author.time, offset: author.offset }),
        subject: commit.subject.as_bstr(),
        body: body(&commit.message).as_bstr(),
    }
    .print()
}

/// The message below its subject paragraph.
fn body(message: &[u8]) -> &[u8] {
    let message = message.trim();
    message.find("\n\n").map_or(&message[..0], |end| message[end..].trim())
}

/// The text of a commit's changes; a renamed file is one file patch, at the place of its new name.
fn file_patches(changes: &[CommitChange]) -> Vec<FilePatch> {
    let renames = commit_renames::of(changes);
    let sources: BTreeSet<usize> = renames.values().copied().collect();
    let mut list = Vec::with_capacity(changes.len());
    for (index, change) in changes.iter().enumerate() {
        if let Some(from) = renames.get(&index).map(|&from| &changes[from]) {
            list.push(make(&from.path, &change.path, from.before.as_ref(), change.after.as_ref()));
        } else if !sources.contains(&index) {
            in_place(change, &mut list);
        }
    }
    list
}

/// A change of type (file to link) is a deletion and a creation, as git writes it.
fn in_place(change: &CommitChange, list: &mut Vec<FilePatch>) {
    let plain = |mode: Mode| if mode == Mode::Executable { Mode::Regular } else { mode };
    let path = &change.path;
    match (&change.before, &change.after) {
        (Some(old), Some(new)) if plain(old.mode) != plain(new.mode) => {
            list.push(make(path, path, Some(old), None));
            list.push(make(path, path, None, Some(new)));
        }
        (old, new) => list.push(make(path, path, old.as_ref(), new.as_ref())),
    }
}

fn make(from: &RepoPath, to: &RepoPath, before: Option<&File>, after: Option<&File>) -> FilePatch {
    fn side(file: &File) -> (u32, &[u8]) {
        (file.mode.bits(), &file.data)
    }
    make::file_patch(from, to, before.map(side), after.map(side), 3)
}

/// Prints the patch and gives every file patch the line at which it is printed, for messages.
fn print_numbered(patch: &mut PatchFile) -> BString {
    let mut out = patch.head.to_vec();
    let mut line = feeds(&out) + 1;
    for file in &mut patch.files {
        file.line = line + feeds(&file.lead);
        let start = out.len();
        file.print_to(&mut out);
        line += feeds(&out[start..]);
    }
    out.extend_from_slice(&patch.tail);
    out.into()
}
