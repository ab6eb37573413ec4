//! The exit status: one contract for all commands, one place that maps it.

use std::process::ExitCode;

/// How a command ended, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Nothing needs a person.
    Done,
    /// The answer is no: a policy is broken, something is stale, or a review is wanted and asked to fail.
    Findings,
    /// The command line, the profile or an input is wrong.
    Usage,
    /// Conflicts remain.
    Conflicts,
    /// The outside failed: disk, git, index; or a person interrupted.
    Outside,
}

impl Status {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Conflicts => 3,
            Self::Outside => 4,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_contract_and_worse_is_greater() {
        let all = [Status::Done, Status::Findings, Status::Usage, Status::Conflicts, Status::Outside];
        assert_eq!(all.map(Status::code), [0, 1, 2, 3, 4]);
        assert!(all.is_sorted());
    }
}
