//! GN: laws of the parser, the evaluator against the reference program, reachability.

#[path = "gn/conditions.rs"]
mod conditions;
#[path = "gn/laws.rs"]
mod laws;
#[path = "gn/oracle.rs"]
mod oracle;
#[path = "gn/reach.rs"]
mod reach;
#[path = "gn/world.rs"]
mod world;
