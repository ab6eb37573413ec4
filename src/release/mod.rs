//! The gate on a new upstream release: rebase, audit and spec check as one value, with one verdict.
//!
//! [`assemble`] joins the parts; [`delta`] ranks what the new tree brings; [`report`] is the shape of the answer.

pub mod assemble;
pub mod delta;
pub mod report;
pub mod rules;
