//! `audit-bundled`, outside in: its machine contract, and what it finds in trees made here.

#[path = "audit/contract.rs"]
mod contract;
