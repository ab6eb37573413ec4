//! Decisions of people, kept so that the same question is not asked twice.
//!
//! A [`Question`] is the exact bytes that a person saw at an open place: the patch's hunk, the old upstream text, the new
//! upstream text with the lines around it, and the file. A [`Record`] is its answer with who gave it, when, for which
//! releases and why. An answer holds for the same bytes and for nothing else: stale answers that are bent to fit are how
//! wrong merges come back silently.
//!
//! Records lie one a file in `.forebay/resolutions/`, named by their question, to be checked in and shared by a team. Two
//! people who answer one question differently meet as a conflict of version control, where it belongs.

mod read;
mod record;
pub mod rules;
mod store;

pub use read::{Defect, parse};
pub use record::{Edit, Origin, Question, Record};
pub use store::{Saved, Store, Stored, folder, save};
