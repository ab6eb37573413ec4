//! The state of a rebase: transactions killed at every step, sessions from begin to undo, and a hostile outside.

#![expect(clippy::unwrap_used, reason = "the worlds of these tests are built by functions of their own")]
#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

#[path = "session/world.rs"]
mod world;

#[path = "session/kill.rs"]
mod kill;
#[path = "session/laws.rs"]
mod laws;
#[path = "session/life.rs"]
mod life;
#[path = "session/outside.rs"]
mod outside;
