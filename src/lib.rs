//! forebay: patch queues, bundled libraries and RPM specs of huge upstream projects, as a library.

pub mod cli;
pub mod finding;
pub mod patch;
pub mod path;
pub mod profile;
pub mod progress;
pub mod queue;
pub mod rebase;
pub mod text;
pub mod tree;
