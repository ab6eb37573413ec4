//! The state of a rebase: transactions killed at every step, sessions from begin to undo, and a hostile outside.

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
