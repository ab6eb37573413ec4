//! Carries a patch queue from one upstream tree to the next.
//!
//! [`execute::execute`] is the whole operation: values in, an [`outcome::Outcome`] out, nothing written.
//! [`session`] keeps what waits for a person, [`transaction`] writes files as a whole, [`state`] is the folder for both.

pub mod absorbed;
pub mod bisect;
pub mod both_added;
pub mod carry_file;
pub mod culprit;
pub mod elsewhere;
pub mod execute;
pub mod file_step;
pub mod forecast;
pub mod gather;
pub mod handed_back;
pub mod in_place;
pub mod intent;
pub mod journal;
pub mod judge;
pub mod leave_out;
pub mod markers;
pub mod memory;
pub mod moved_hunks;
pub mod old_side;
pub mod outcome;
pub mod plan;
mod prepare;
pub mod refresh;
pub mod report;
pub mod rests;
pub mod rules;
pub mod rung_rules;
pub mod session;
pub mod sibling;
pub mod sides;
pub mod stale;
pub mod state;
pub mod state_error;
pub mod status;
pub mod step;
pub mod transaction;
pub mod verify;
pub mod via;
pub mod whole_file;
pub mod workspace;
pub mod world;
