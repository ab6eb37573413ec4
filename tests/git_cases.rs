//! Behaviours that git's own tests pin down (and stgit's and rebase-helper's), as small cases of forebay.
//!
//! The facts are theirs, the cases are written anew; each group names the test that it follows.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

#[path = "git_cases/apply.rs"]
mod apply;
#[path = "git_cases/merges.rs"]
mod merges;
#[path = "git_cases/renames.rs"]
mod renames;
#[path = "git_cases/series.rs"]
mod series;
#[path = "git_cases/waiting.rs"]
mod waiting;
#[path = "git_cases/world.rs"]
mod world;
