//! GN: laws of the parser, the evaluator against the reference program, reachability.

#[path = "gn/laws.rs"]
mod laws;
