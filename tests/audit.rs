//! `audit-bundled`, outside in: its machine contract, and what it finds in trees made here.
#![expect(clippy::unwrap_used, reason = "a test states what must hold; helpers count as library code to the lint")]

#[path = "audit/catalog.rs"]
mod catalog;
#[path = "audit/checks.rs"]
mod checks;
#[path = "audit/contract.rs"]
mod contract;
#[path = "audit/detection.rs"]
mod detection;
#[path = "audit/parsers.rs"]
mod parsers;
#[path = "audit/trees.rs"]
mod trees;
#[path = "audit/unbundle.rs"]
mod unbundle;
#[path = "audit/vulnerable.rs"]
mod vulnerable;
