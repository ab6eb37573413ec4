//! Queue replay.
pub mod outcome;
pub mod report;
pub mod rules;
