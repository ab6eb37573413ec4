//! What a tree bundles: every third-party component with its version, licence and origin, and what is wrong with it.
//!
//! [`scan`] reads what promises something, once; what files tell are [`facts`]; [`report`] is the shape of the answer, [`baseline`]
//! what differs between two of them. Where the tree has a build in GN's language, [`build`] says what of it is used, and
//! [`verdict`] what the system's copies can replace.

pub mod baseline;
pub mod build;
pub mod build_report;
pub mod candidate;
pub mod check;
pub mod checksums;
pub mod component;
pub mod copyright;
pub mod declare;
pub mod detect;
pub mod execute;
pub mod facts;
pub mod heads;
pub mod hosts;
pub mod layout;
pub mod licenses;
pub mod needed;
pub mod package_lists;
pub mod prebuilt;
pub mod project_file;
pub mod report;
pub mod rules;
pub mod scan;
pub mod shims;
pub mod sources;
pub mod switches;
pub mod system;
pub mod tools;
pub mod unused;
pub mod usage;
pub mod verdict;
pub mod version_rule;
pub mod vulnerable;
