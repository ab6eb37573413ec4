//! All rules of all checks, joined where everything is known.

use crate::finding::Rule;

/// Rules with what they are about.
pub type Table = (&'static str, &'static [Rule]);

/// The tables, in the order a package meets them.
pub const TABLES: &[Table] = &[
    ("forebay.toml", crate::profile::rules::RULES),
    ("forebay.ack.toml", crate::finding::ack::RULES),
    ("Patch files and lists", crate::queue::rules::RULES),
    ("What patches say about themselves", crate::queue::lint::RULES),
    ("Remembered decisions", crate::resolution::rules::RULES),
    ("Verdicts and problems of a rebase", crate::rebase::rules::RULES),
    ("Rungs: how a hunk was placed", crate::rebase::rung_rules::RULES),
    ("Bundled components", crate::audit::rules::RULES),
    ("The spec", crate::spec::rules::RULES),
    ("A new release", crate::release::rules::RULES),
];

/// What may be left out of a code: a report shows `review` for `patch-review` and `token` for `rung-token`.
const PREFIXES: [&str; 3] = ["", "patch-", "rung-"];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().flat_map(|(_, rules)| rules.iter())
}

/// The rule with this code, or with the verdict or rung that a report shows.
pub fn find(code: &str) -> Option<&'static Rule> {
    PREFIXES.iter().find_map(|prefix| all().find(|rule| rule.code.strip_prefix(prefix) == Some(code)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_kebab_case_and_explained() {
        let mut seen = BTreeSet::new();
        for rule in all() {
            assert_eq!(rule.defect(), None);
            assert!(seen.insert(rule.code), "`{}` stands twice", rule.code);
        }
        assert!(seen.len() > 20);
    }

    #[test]
    fn words_of_a_report_are_found() {
        let code = |word| find(word).map(|rule| rule.code);
        assert_eq!(code("review"), Some("patch-review"));
        assert_eq!(code("delete-intent"), Some("rung-delete-intent"));
        assert_eq!(code("absorbed"), Some("patch-absorbed"));
        assert_eq!(code("nothing"), None);
    }
}
