//! What a tree bundles: every third-party component with its version, licence and origin, and what is wrong with it.
//!
//! [`scan`] reads what promises something, once; what files tell are [`facts`]; [`report`] is the shape of the answer, [`baseline`]
//! what differs between two of them.

pub mod baseline;
pub mod candidate;
pub mod check;
pub mod component;
pub mod declare;
pub mod detect;
pub mod execute;
pub mod facts;
pub mod layout;
pub mod licenses;
pub mod prebuilt;
pub mod project_file;
pub mod report;
pub mod rules;
pub mod scan;
pub mod system;
pub mod version_rule;
