//! Versions, licences, package indexes and advisories against the tools and formats of the outside world.
#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

#[path = "distro/indexes.rs"]
mod indexes;
#[path = "distro/outside.rs"]
mod outside;
#[path = "distro/version_tools.rs"]
mod version_tools;
