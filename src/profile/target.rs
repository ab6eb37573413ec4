//! What a spec is built for: a distribution's release, and what a condition means there.

use std::collections::{BTreeMap, BTreeSet};

use crate::profile::condition::Condition;
use crate::text::nearest::nearest;

/// A release of a distribution, as `fedora-44`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// `fedora-44`
    pub id: String,
    /// The macros that its rpm defines as whole numbers.
    pub macros: Vec<(&'static str, u32)>,
    /// The value of `%{dist}`, where it has one.
    pub dist: Option<String>,
}

/// The distributions by name: their version macros, and the letters of `%{dist}`.
const DISTRIBUTIONS: [(&str, &[&str], Option<&str>); 5] = [
    ("fedora", &["fedora"], Some(".fc")),
    ("rhel", &["rhel"], Some(".el")),
    ("epel", &["rhel", "epel"], Some(".el")),
    ("opensuse", &["suse_version"], None),
    ("mageia", &["mageia"], Some(".mga")),
];

/// Says why text names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no target like `fedora-44`, `rhel-10`, `epel-9`, `opensuse-1600` or `mageia-9`")]
pub struct TargetError {
    /// The text.
    pub found: String,
    /// The distribution that was likely meant.
    pub near: Option<String>,
}

impl Target {
    /// Parses `DISTRIBUTION-NUMBER`.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let (name, number) = text.rsplit_once('-').unwrap_or((text, ""));
        let known = DISTRIBUTIONS.iter().find(|(known, ..)| *known == name);
        let number = number.parse::<u32>().ok().filter(|number| (1..=1_000_000).contains(number));
        let (Some((_, macros, dist)), Some(number)) = (known, number) else {
            let near = nearest(name, DISTRIBUTIONS.iter().map(|(known, ..)| *known)).filter(|near| *near != name);
            return Err(TargetError { found: text.to_owned(), near: near.map(str::to_owned) });
        };
        Ok(Self {
            id: format!("{name}-{number}"),
            macros: macros.iter().map(|name| (*name, number)).collect(),
            dist: dist.map(|dist| format!("{dist}{number}")),
        })
    }
}

/// What is true while a spec is read: the target, the architecture, the switches and other macros.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The macros that hold whole numbers: versions of distributions and flags.
    pub numbers: BTreeMap<String, u32>,
    /// The architecture.
    pub arch: String,
    /// The build conditions that are on.
    pub with: BTreeSet<String>,
    /// Other macros that are set.
    pub defined: BTreeSet<String>,
}

impl Circumstances {
    /// Those of a target and architecture with every switch off.
    pub fn of(target: &Target, arch: &str) -> Self {
        let numbers = target.macros.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        Self { numbers, arch: arch.to_owned(), ..Self::default() }
    }

    /// Whether a condition holds.
    pub fn hold(&self, condition: &Condition) -> bool {
        let number = |name: &str| self.numbers.get(name).copied().filter(|number| *number != 0);
        match condition {
            Condition::Constant(value) => *value,
            Condition::Is(name) | Condition::Flag(name) => number(name).is_some(),
            Condition::Compare(name, sign, right) => number(name).is_some_and(|left| sign.holds(left, *right)),
            Condition::Arch(names) => names.contains(&self.arch),
            Condition::With(name) => self.with.contains(name),
            Condition::Defined(name) => self.defined.contains(name) || self.numbers.contains_key(name),
            Condition::Not(inner) => !self.hold(inner),
            Condition::All(parts) => parts.iter().all(|part| self.hold(part)),
            Condition::Any(parts) => parts.iter().any(|part| self.hold(part)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_a_name_and_a_number() {
        let target = Target::parse("epel-10").unwrap();
        assert_eq!(target.macros, [("rhel", 10), ("epel", 10)]);
        assert_eq!(target.dist.as_deref(), Some(".el10"));
        assert_eq!(Target::parse("opensuse-1600").unwrap().dist, None);
        assert_eq!(Target::parse("fedroa-44").unwrap_err().near.as_deref(), Some("fedora"));
        for bad in ["fedora", "fedora-", "fedora-x", "fedora-0", "-44", "fedora-99999999999"] {
            assert!(Target::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_comparison_is_false_on_another_distribution() {
        let on = |target: &str, text: &str| {
            Circumstances::of(&Target::parse(target).unwrap(), "x86_64").hold(&Condition::parse(text).unwrap())
        };
        assert!(on("fedora-39", "fedora < 40") && !on("rhel-9", "fedora < 40"));
        assert!(!on("rhel-9", "fedora != 40") && on("rhel-9", "!(fedora == 40)"));
        assert!(on("rhel-9", "rhel == 9 && arch(x86_64)") && !on("rhel-9", "arch(aarch64)"));
        assert!(on("epel-9", "defined(epel)") && !on("rhel-9", "defined(epel)"));
    }
}
