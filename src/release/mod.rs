//! The gate on a new upstream release: rebase, audit and spec check as one value, with one verdict.
//!
//! [`assemble`] joins the parts; [`delta`] ranks what the new tree brings; [`report`] is the shape of the answer; [`decisions`] and
//! [`queue_changes`] look at it from the sides that formats need.

pub mod assemble;
pub mod cve;
pub mod decisions;
pub mod delta;
pub mod queue_changes;
pub mod report;
pub mod rules;
