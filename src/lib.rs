//! forebay: patch queues, bundled libraries and RPM specs of huge upstream projects, as a library.

pub mod cli;
pub mod io;
pub mod patch;
pub mod path;
pub mod progress;
pub mod queue;
pub mod rebase;
pub mod report;
pub mod text;
pub mod tree;
