//! The vocabulary of findings: rules with stable codes and severities.
//!
//! Each check owns its `RULES`; this module only says what a rule and a finding are.

pub mod ack;
pub mod report;
pub mod rule;

pub use report::Finding;
pub use rule::{Rule, Severity};
