//! Profiles: what a package is, where its upstream and its queue lie, and what may be done without a person.
//!
//! [`RawProfile`] is what was typed, [`Profile`] is what it means. Reading never touches the disk; the caller brings the text.

pub mod acks;
pub mod builtin;
pub mod catalog;
pub mod condition;
pub mod guess;
pub mod packaging;
mod packaging_read;
pub mod problem;
pub mod raw;
pub mod resolve;
pub mod rules;
pub mod section;
pub mod survey;
pub mod target;
pub mod template;
pub mod unbundling;
pub mod words;

pub use problem::ProfileError;
pub use raw::RawProfile;
pub use resolve::Profile;

/// The name of a profile file.
pub const FILE_NAME: &str = "forebay.toml";
