//! RPM specs: a lossless reader, and the parts of a spec that follow from the profile, the queue and the audit.
//!
//! [`Spec::parse`] cuts a spec into lines, sections and conditional blocks without expanding a macro;
//! [`Spec::print`] gives the same bytes back. Nothing here touches the disk or runs rpm.

pub mod adopt;
mod blocks;
pub mod changes;
pub mod check;
mod check_libraries;
mod check_text;
mod document;
pub mod evaluate;
pub mod facts;
pub mod fragment;
pub mod guard;
pub mod in_tree;
pub mod include;
pub mod insert;
pub mod material;
pub mod numbers;
pub mod plan;
mod read;
pub mod region;
pub mod report;
pub mod rules;
pub mod second;

mod views;

pub use blocks::{Branch, BranchKind, Guard};
pub use document::{Define, DefineWord, Line, LineKind, Section, SectionKind, Spec, Tag};
pub use views::{Applied, ApplyKind, Bundled, ChangeEntry, Listed, Reversed};
