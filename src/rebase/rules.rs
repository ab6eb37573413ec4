//! What a rebase can find: the verdicts of patches and the kinds of conflict and review.

use crate::finding::{Rule, Severity};

/// An include that the new tree no longer has.
pub const STALE_INCLUDE: Rule = rule(
    "stale-include",
    Severity::Warning,
    "the patch includes a file that upstream no longer has",
    "An added `#include` names a file that the old tree has and the new one has not, and that no patch of the queue brings. The patch \
     applies, but the build will stop there. Find where upstream moved the declarations and include that.",
);

/// A label or file of the build that the new tree no longer has.
pub const STALE_LABEL: Rule = rule(
    "stale-label",
    Severity::Warning,
    "the patch names a build target or file that upstream no longer has",
    "An added line of a GN file names a label or path that the old tree has and the new one has not: the build file is gone, or it no \
     longer has a target of this name. `gn gen` will refuse it. Name what upstream uses instead.",
);

/// A build flag that the new tree no longer sets.
pub const STALE_BUILDFLAG: Rule = rule(
    "stale-buildflag",
    Severity::Warning,
    "the patch asks for a build flag that upstream no longer sets",
    "An added `BUILDFLAG(NAME)` asks for a flag that the build files beside the included `buildflags.h` set in the old tree and no longer \
     set in the new one. The compiler will stop at an undefined macro. Look up what became of the flag.",
);

/// The rules of the rebase.
pub const RULES: &[Rule] = &[
    rule(
        "patch-untouched",
        Severity::Note,
        "the patch applies to the new upstream exactly as it stands",
        "Every hunk fits at its own line with its own context. The file keeps every byte; there is nothing to do.",
    ),
    rule(
        "patch-refreshed",
        Severity::Note,
        "only line numbers or context lines of the patch were renewed",
        "The added and removed lines are the same as before; upstream moved them or edited the lines around. \
         The header, the order and the author stay. There is nothing to do.",
    ),
    rule(
        "patch-merged",
        Severity::Note,
        "upstream and the patch changed the same neighbourhood and both changes were kept",
        "The merge rests on the true base (grade A) or on a stated rule that is safe (grade B): a file that moved, a list \
         whose entries do not depend on each other, a hunk that is already upstream. `forebay status -v` and the report name the \
         evidence of every hunk. Reading the refreshed patch once is still good practice.",
    ),
    rule(
        "patch-review",
        Severity::Warning,
        "at least one hunk was placed by a plausible guess",
        "A hunk of grade C applies and gives the likely result, but nothing proves it. Read the hunks that the report names \
         before you ship the patch.\n\nWith `--fail-on review` (or `fail-on = \"review\"` in forebay.toml) such a patch makes the run end with status 1.",
    ),
    rule(
        "patch-absorbed",
        Severity::Note,
        "everything the patch does is already upstream",
        "Each hunk's result was found in the new upstream and its old text was not. The patch stays in the series as a comment and its \
         file is kept, so that nothing is lost.\n\nUse `--drop-absorbed` or `drop-absorbed = true` in forebay.toml to remove such patches.",
    ),
    rule(
        "patch-conflict",
        Severity::Error,
        "at least one hunk of the patch could not be placed",
        "The other hunks were applied. The workspace holds only the files with open places, with the old upstream (base), the new upstream \
         (ours) and the patched old upstream (theirs).\n\nEdit the marked places and run `forebay continue`; `forebay skip` leaves the patch out; \
         `forebay abort` restores the state before the run.",
    ),
    rule(
        "patch-skipped",
        Severity::Note,
        "a person left the patch out",
        "The patch stands in the series as a comment with version and reason; its file is kept. Remove the comment sign to bring it back.",
    ),
    rule(
        "conflict-content",
        Severity::Error,
        "upstream changed the very lines that the patch changes",
        "Both sides edited the same lines in different ways and no rule says which text is meant. Compare base with ours to see what upstream did, \
         write the text that keeps both intentions between the markers, remove the markers and run `forebay continue`.",
    ),
    rule(
        "conflict-file-gone",
        Severity::Error,
        "upstream deleted a file that the patch changes and it was found nowhere else",
        "No file of the new tree is similar enough to be the same file under another name. If upstream removed the feature, `forebay skip` \
         leaves the patch out; if the code moved into another file, put the change there and run `forebay continue`.",
    ),
    rule(
        "conflict-file-exists",
        Severity::Error,
        "the patch creates a file that the new upstream already has",
        "The contents differ, so neither may silently win. Often upstream took an earlier form of the change: compare the two files, keep what is still \
         needed and run `forebay continue`.",
    ),
    rule(
        "conflict-type-change",
        Severity::Error,
        "a path is a file on one side and a folder, link or submodule on the other",
        "A text change has no meaning on the new kind of entry. Decide where the change belongs now, write the file there, or leave the patch out with `forebay skip`.",
    ),
    rule(
        "conflict-mode",
        Severity::Error,
        "upstream and the patch set different file modes",
        "The executable bit was changed by both sides in different directions. Set the mode you want on the file in the workspace and run `forebay continue`.",
    ),
    rule(
        "conflict-binary",
        Severity::Error,
        "a binary file was changed by both sides",
        "Binary content cannot be merged by lines. Put the file you want into the workspace and run `forebay continue`, or leave the patch out with `forebay skip`.",
    ),
    rule(
        "conflict-old-side",
        Severity::Error,
        "the patch does not apply to the old upstream either",
        "The queue and `--from` do not belong together: the tree was pruned or repacked, or `version` in forebay.toml is not the release that the queue \
         was made for. Check `--from` first; a wrong base makes every later verdict weaker.",
    ),
    rule(
        "conflict-follows",
        Severity::Error,
        "the patch builds on lines of an earlier patch that is in conflict",
        "The text that this patch changes is brought by a patch that could not be placed. Solve the earlier one: `forebay continue` judges this one again.",
    ),
    rule(
        "review-fuzz",
        Severity::Warning,
        "the hunk fits only when some of its context lines are ignored",
        "A tool that allows fuzz would call this a success. Experience says that about one in ten such places is wrong or obsolete, so it is never clean here. \
         Look at the place; the refreshed patch has the full new context.",
    ),
    rule(
        "review-delete-intent",
        Severity::Warning,
        "the hunk deletes code that upstream edited in the meantime",
        "The patch removes a block and upstream changed lines inside that block. The new patch removes the whole block as it stands now. The report lists \
         under `swallowed` the newer upstream lines that go with it: make sure none of them is needed elsewhere.",
    ),
    rule(
        "review-moved-code",
        Severity::Warning,
        "the code that the hunk changes was found at another place",
        "The lines around the hunk are unique at the new place and gone from the old one. Check that the new place runs under the same conditions.",
    ),
    rule(
        "review-without-base",
        Severity::Warning,
        "the hunk was placed without knowing the old upstream",
        "Without `--from` only the patch's own context says where a hunk belongs. Give the old tree with `--from`, or name it in forebay.toml, and the same place can be proved.",
    ),
    rule(
        "hunk-absorbed",
        Severity::Note,
        "a hunk is already upstream and left the patch",
        "The text after the hunk stands in the new upstream and the text before is gone. The patch shrinks by this hunk; the others stay.",
    ),
    rule(
        "moved-file",
        Severity::Note,
        "upstream moved a file and the patch follows it",
        "The file was found under its new name by identical content, or by name and folder together with likeness. The patch names the new path from now on.",
    ),
    STALE_INCLUDE,
    STALE_LABEL,
    STALE_BUILDFLAG,
    rule(
        "markers-left",
        Severity::Error,
        "a file of the workspace still holds conflict markers",
        "`forebay continue` takes a file only when every marked place is decided. Search the file for lines that begin with `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`.",
    ),
];

const fn rule(code: &'static str, severity: Severity, summary: &'static str, explain: &'static str) -> Rule {
    Rule { code, severity, summary, explain }
}
