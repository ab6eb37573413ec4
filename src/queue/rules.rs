//! What can be wrong with a queue before anything is placed.

use crate::finding::{Rule, Severity};

/// The rules of reading a queue.
pub const RULES: &[Rule] = &[
    rule(
        "series-missing-file",
        "the series names a patch file that does not exist",
        "The order of a queue is only as good as its list. Restore the file, or turn the line of `series` (or `.patches`) into a comment.",
    ),
    rule(
        "series-duplicate",
        "the series names the same patch file twice",
        "Applying a patch twice cannot be meant. Remove one of the two lines; the message names both.",
    ),
    rule(
        "path-escapes",
        "a patch or a list names a path outside of its tree",
        "The path is absolute, holds `..`, or reaches into `.git`. Nothing was read or written there. Correct the path; if the strip level \
         is wrong, state it: `-pN` on the line of `series`, or `strip` under `[queue]` in forebay.toml.",
    ),
    rule(
        "path-through-link",
        "a patch changes a file below a symbolic link",
        "Following the link could leave the tree, so such a path counts as absent. Name the real path of the file in the patch.",
    ),
    rule(
        "patch-corrupt",
        "a patch file cannot be read to its end",
        "A hunk is shorter or longer than its header says, or a line does not begin with a blank, `+`, `-` or `\\`. The message names file and line. \
         Often a mail program broke long lines: take the patch from its source again.",
    ),
    rule(
        "patch-binary-missing",
        "a patch says that a binary file differs but does not hold its content",
        "`Binary files a/x and b/x differ` cannot be applied by any tool. Make the patch again with `git diff --binary`.",
    ),
    rule(
        "queue-empty",
        "the queue holds no patch",
        "The folder was found but lists nothing. Check `path` and `form` under `[queue]` in forebay.toml, or the `--queue` flag.",
    ),
];

const fn rule(code: &'static str, summary: &'static str, explain: &'static str) -> Rule {
    Rule { code, severity: Severity::Error, summary, explain }
}
