//! Words about text: lines, differences, likeness and safe display.
//!
//! Everything here is pure: bytes in, values out.

pub mod diff;
pub mod display;
pub mod glob;
pub mod lines;
pub mod nearest;
pub mod plural;
pub mod scanner;
pub mod similarity;
