//! The rungs of the ladder, one file each.

pub mod absorbed;
pub mod adjacent;
pub mod aligned;
pub mod delete_intent;
pub mod elsewhere;
pub mod list;
pub mod list_end;
pub mod log;
pub mod moved;
pub mod same_point;
pub mod spacing;
pub mod table;
pub mod token;
