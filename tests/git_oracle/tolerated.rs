//! The differences from git that are known, each with its reason; `docs/differences-from-git.md` tells more.

use forebay::patch::{Body, FilePatch, Operation};
use forebay::rebase::outcome::FileChange;
use forebay::rebase::report::Verdict;
use forebay::tree::ObjectId;

use crate::judge::{Question, Tolerated};

/// Every difference that the comparison lets pass.
pub(crate) const TOLERATED: &[Tolerated] = &[
    (
        "follows a move",
        "git conflicts when one side deletes, retypes or adds beside what the other moved; forebay does it at the new place",
        |question| !question.git.clean && moved(question) && says(question, &FOLLOWED),
    ),
    (
        "only the mode changed",
        "git keeps a file whose mode upstream changed; forebay deletes or retypes it as the patch says, its content being as it was",
        |question| {
            !question.git.clean && says(question, &["modify/delete", "distinct types"]) && same_content(question)
        },
    ),
    (
        "stages of moves and types",
        "both conflict; git records it at another path (`NAME~COMMIT`, the name before or after a rename)",
        |question| !question.git.clean && conflict(question) && says(question, &ELSEWHERE),
    ),
    (
        "made by a patch that was left out",
        "git follows by similarity what the left-out patch would have renamed; forebay asks for that patch first",
        |question| question.git.clean && question.after_left_out && question.report.reason.contains(GONE),
    ),
    (
        "renames an empty file",
        "a merge of git follows no empty file, but `format-patch` writes such renames; forebay takes the patch at its word",
        |question| question.git.clean && conflict(question) && renames_empty(question),
    ),
    (
        "both add a file",
        "git takes the other side where one file is empty, or pairs one of them with a rename; forebay asks",
        |question| question.git.clean && conflict(question) && note(question, "upstream added another file"),
    ),
];

const FOLLOWED: [&str; 4] = ["rename/delete", "modify/delete", "file location", "rename/rename"];
const ELSEWHERE: [&str; 5] = ["CONFLICT (rename", "distinct types", "file location", "file/directory", "rename/delete"];
const GONE: &str = "gone from the new tree";

fn conflict(question: &Question<'_>) -> bool {
    question.report.verdict == Verdict::Conflict
}

/// True where a file went to another path than the patch names.
fn moved(question: &Question<'_>) -> bool {
    question.report.files.iter().any(|file| file.path != file.onto_path)
}

fn says(question: &Question<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| question.git.messages.contains(word))
}

/// True where every file that the patch changes in git's conflict has the content of the old side.
fn same_content(question: &Question<'_>) -> bool {
    let id = |change: &FileChange| change.before.as_ref().map(|file| ObjectId::of_blob(&file.data).to_string());
    question.patch.changes.iter().all(|change| {
        let base = question.git.stages.get(change.path.as_bytes()).and_then(|stages| stages.get(&1));
        base.is_none_or(|(_, blob)| Some(blob) == id(change).as_ref())
    })
}

fn renames_empty(question: &Question<'_>) -> bool {
    let renames = |file: &FilePatch| {
        matches!(file.header.operation, Operation::Rename { .. }) && matches!(file.body, Body::Empty)
    };
    question.read.files.iter().any(renames)
        && question.patch.conflicts.iter().any(|open| open.theirs.as_ref().is_some_and(|file| file.data.is_empty()))
}

fn note(question: &Question<'_>, words: &str) -> bool {
    question.patch.conflicts.iter().any(|conflict| conflict.note.contains(words))
}
