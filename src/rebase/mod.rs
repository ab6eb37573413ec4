//! Queue replay.
pub mod journal;
pub mod markers;
pub mod outcome;
mod prepare;
pub mod report;
pub mod session;
pub mod state;
pub mod state_error;
pub mod status;
pub mod transaction;
pub mod workspace;
