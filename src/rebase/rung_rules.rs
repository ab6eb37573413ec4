//! The rungs: how a hunk found its place, as reports name it, for `forebay explain`.

use crate::finding::{Rule, Severity};

/// One entry a rung, `rung-` before the name that reports show.
pub const RULES: &[Rule] = &[
    note(
        "rung-exact",
        "the hunk stands exactly where it says",
        "Line numbers, context and removed lines are those of the new tree. Grade A.",
    ),
    note(
        "rung-three-way",
        "upstream and the patch changed different lines",
        "The old upstream is known, so both changes are known, and they do not touch. Grade A.",
    ),
    note(
        "rung-absorbed",
        "upstream made exactly the change that the hunk makes",
        "The same lines were replaced by the same lines. The hunk leaves the patch.",
    ),
    note(
        "rung-absorbed-lines",
        "what the hunk adds is upstream and what it removes is gone",
        "Upstream took the change together with others around it. The hunk leaves the patch; grade B.",
    ),
    note(
        "rung-absorbed-patch",
        "so much of the patch is upstream that the rest is upstream in another form",
        "The hunks that differ are details of a change that upstream took as a whole. Read the evidence before you drop the patch.",
    ),
    note(
        "rung-adjacent",
        "upstream changed the lines beside the hunk's own, but none of them",
        "git calls this a conflict because the two changes may belong together. Both are kept; grade B.",
    ),
    note(
        "rung-spacing",
        "upstream changed only white space in the lines that the hunk changes",
        "The hunk's lines replace the new ones and take over their indentation. Grade B.",
    ),
    note(
        "rung-list",
        "both sides added items to a list whose order carries no meaning",
        "Sources of a build file, includes, enumerations and the like: upstream's order is kept, items go to their sorted place where \
         the list is sorted, and no item stands twice. Grade B.",
    ),
    note(
        "rung-log",
        "both sides put an entry at the top of a change log",
        "The patch is applied after all that upstream has, so its entry goes above upstream's. Grade B where both entries bear a date and \
         the patch's is no older, else C.",
    ),
    note(
        "rung-table",
        "both sides put rows into a table of versions",
        "The rows stand in the order of their versions, rising or falling, and those of the patch go to their places. Grade B.",
    ),
    note(
        "rung-same-point",
        "both sides inserted lines at the same place",
        "Upstream's lines come first. Grade B where each insertion is whole in itself, else C.",
    ),
    note(
        "rung-token",
        "both sides changed different words of the same line",
        "The line was merged word by word, and two ways of comparing agree. Grade C: words that do not touch can still belong together.",
    ),
    note(
        "rung-aligned",
        "upstream rewrote the block, but its lines can be told apart by likeness",
        "Each old line was paired with its successor, and the hunk changes only successors of its own lines. Grade B where every \
         pair is clearly alike, else C.",
    ),
    note(
        "rung-moved",
        "the lines that the hunk changes stand elsewhere in the file",
        "They were found word for word at exactly one place. Grade B with all of the context, C with less. Check that the new place \
         runs under the same conditions.",
    ),
    warning(
        "rung-elsewhere",
        "the lines that the hunk changes stand in another file now",
        "Upstream moved them or split the file. All lines of the hunk's old side (or all but the outer context) were found once in one file near \
         by that did not have them before, and nowhere in the hunk's own. The hunk was carried there. Check that the code still runs under \
         the same conditions. Always grade C.",
    ),
    warning(
        "rung-delete-intent",
        "the hunk removes lines that upstream edited",
        "The new patch removes what stands there now. The report lists the newer upstream lines that go with it; `forebay explain \
         review-delete-intent` tells more. Always grade C.",
    ),
    warning(
        "rung-gone",
        "the code that the hunk changes is gone from upstream",
        "The hunk was left out of the patch, and nothing took its place. Make sure that the change is no longer needed. Always grade C.",
    ),
    warning(
        "rung-context",
        "the hunk was placed by its own context, without the old upstream",
        "All of its context and removed lines were found at one place only. Give the old tree with `--from` to have it proved. Grade C.",
    ),
    warning(
        "rung-fuzz",
        "the hunk fits only when some context lines are ignored",
        "See `forebay explain review-fuzz`: such a place is never clean here. Always grade C.",
    ),
    warning(
        "rung-sibling",
        "another distribution's queue has the same change, refreshed for the new tree",
        "A queue named under `[[queue.siblings]]` has a patch that removes and adds the same lines of this file (white space aside), and it \
         applies with every line of its context. Its form was taken; the report names queue and patch. Read it before you ship: \
         somebody else decided this place. Always grade C. A patch there that only adds the same lines is named and never taken.",
    ),
    note(
        "rung-replayed",
        "a person decided exactly this place before",
        "Hunk, old text, new text, the lines around and the file are byte for byte those of a record in `.forebay/resolutions/`, which \
         `forebay continue` wrote. The evidence names who decided, when and why. Grade B; `--no-replay` asks again. See `forebay \
         resolution list`.",
    ),
    note(
        "rung-resolved",
        "a person decided this hunk",
        "The text is that of the workspace when `forebay continue` took it.",
    ),
];

const fn note(code: &'static str, summary: &'static str, explain: &'static str) -> Rule {
    Rule { code, severity: Severity::Note, summary, explain }
}

const fn warning(code: &'static str, summary: &'static str, explain: &'static str) -> Rule {
    Rule { code, severity: Severity::Warning, summary, explain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::ladder::LADDER;

    #[test]
    fn every_rung_of_the_ladder_is_explained() {
        for (name, _) in LADDER {
            assert!(RULES.iter().any(|rule| rule.code == format!("rung-{name}")), "{name}");
        }
    }
}
