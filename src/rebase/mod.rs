//! Carries a patch queue from one upstream tree to the next.
//!
//! [`execute::execute`] is the whole operation: values in, an [`outcome::Outcome`] out, nothing written.

pub mod execute;
pub mod file_step;
pub mod gather;
pub mod intent;
pub mod judge;
pub mod old_side;
pub mod outcome;
pub mod plan;
pub mod refresh;
pub mod report;
pub mod step;
pub mod verify;
pub mod world;
pub mod rules;
pub mod journal;
pub mod markers;
mod prepare;
pub mod session;
pub mod state;
pub mod state_error;
pub mod status;
pub mod transaction;
pub mod workspace;
