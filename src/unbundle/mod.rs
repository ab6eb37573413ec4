//! Whether the system's copy of a library can take the place of the bundled one, proved from the tree alone.
//!
//! A tree such as Chromium's has, for each library, a *shim*: a build file that stands in for the bundled library's and takes
//! the system's copy. A shim forwards a list of headers and declares some targets. What first-party code includes beyond that
//! list, and what it depends on beyond those targets, is what blocks: the build fails there, an hour in.

pub mod floors;
pub mod include;
pub mod mentions;
pub mod prove;
pub mod replacement;

pub use include::Include;
pub use prove::{Library, MissingTarget, PrivateHeader, TargetUser, prove};
pub use replacement::{Replacement, ReplacementError};
