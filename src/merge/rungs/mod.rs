//! The rungs of the ladder, one file each.

pub mod absorbed;
