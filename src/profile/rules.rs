//! What can be wrong with a profile.

use crate::finding::{Rule, Severity};

/// The rules of reading `forebay.toml`.
pub const RULES: &[Rule] = &[
    rule(
        "profile-syntax",
        "the profile is not valid TOML",
        "The message names line and column. Strings stand in quotes, a section begins with `[name]`, and every key stands once.",
    ),
    rule(
        "profile-unknown-key",
        "the profile holds a key that forebay does not know",
        "An unknown key would be a setting that silently does nothing, so it is refused. The hint names the nearest known key; \
         `forebay profile show NAME` prints a built-in profile with every kind of key.",
    ),
    rule(
        "profile-wrong-type",
        "a value of the profile has the wrong type",
        "The key is known, but wants another kind of value: text in quotes, a whole number, true or false, a list or a section.",
    ),
    rule(
        "profile-bad-value",
        "a value of the profile is not allowed",
        "The value has the right type but no meaning here: an unknown word, a placeholder that does not exist, a path that leaves the folder, \
         a pattern that is no regular expression. The message says which values are.",
    ),
    rule(
        "profile-missing",
        "the profile lacks something that the command needs",
        "Write the named key into forebay.toml, inherit a built-in profile that has it, or give the flag that replaces it.",
    ),
];

const fn rule(code: &'static str, summary: &'static str, explain: &'static str) -> Rule {
    Rule { code, severity: Severity::Error, summary, explain }
}
