//! The differences from git that are known, each with its reason; `docs/differences-from-git.md` tells more.

use forebay::rebase::report::Verdict;

use crate::judge::{Question, Tolerated};

/// Every difference that the comparison lets pass.
pub(crate) const TOLERATED: &[Tolerated] = &[
    (
        "follows a move",
        "git calls it a conflict when one side deletes, retypes or adds beside what the other moved; forebay does it at the new place and says so",
        |question| !question.git.clean && moved(question) && says(question, &FOLLOWED),
    ),
    (
        "stages of moves and types",
        "both conflict; git records the conflict at another path (`NAME~COMMIT`, the name before or after a rename)",
        |question| !question.git.clean && conflict(question) && says(question, &ELSEWHERE),
    ),
    (
        "made by a patch that was left out",
        "git finds the file by similarity to one that the left-out patch would have renamed; forebay asks for that patch first",
        |question| {
            question.git.clean
                && conflict(question)
                && question.after_left_out
                && note(question, "gone from the new tree")
        },
    ),
    (
        "both add a file",
        "git takes the other side where one file is empty, or pairs one of them with a rename; forebay asks",
        |question| question.git.clean && conflict(question) && note(question, "upstream added another file"),
    ),
];

const FOLLOWED: [&str; 4] = ["rename/delete", "modify/delete", "file location", "rename/rename"];
const ELSEWHERE: [&str; 5] = ["CONFLICT (rename", "distinct types", "file location", "file/directory", "rename/delete"];

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

fn note(question: &Question<'_>, words: &str) -> bool {
    question.patch.conflicts.iter().any(|conflict| conflict.note.contains(words))
}
