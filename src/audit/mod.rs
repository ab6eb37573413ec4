//! What a tree bundles: every third-party component with its version, licence and origin, and what is wrong with it.
//!
//! [`report`] is the shape of the answer.

pub mod report;
