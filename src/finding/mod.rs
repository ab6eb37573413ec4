//! The vocabulary of findings: rules with stable codes and severities.
//!
//! Each check owns its `RULES`; this module only says what a rule is.

pub mod rule;

pub use rule::{Rule, Severity};
