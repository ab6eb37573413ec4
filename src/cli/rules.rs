//! All rules of all checks, joined where everything is known.

use crate::finding::Rule;

/// The tables, in the order a package meets them.
const TABLES: &[&[Rule]] = &[crate::profile::rules::RULES, crate::queue::rules::RULES, crate::rebase::rules::RULES];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// The rule with this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
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
}
