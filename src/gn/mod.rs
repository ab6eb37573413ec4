//! The GN language: files as lossless trees, what running them declares, and what a build reaches.
//!
//! [`parse`](parse()) reads one file and keeps every byte. [`load`](load()) runs a build without the reference program: with arguments, imports,
//! templates and toolchains. What it cannot know (the output of scripts, arguments left open) it carries along: both ways of a
//! test run, and what they declare has a condition.

pub mod build;
mod code;
pub mod error;
mod eval;
pub mod idle;
pub mod label;
pub mod lexer;
pub mod load;
pub mod parse;
mod paths;
pub mod problem;
pub mod reach;
mod symbol;
pub mod syntax;
pub mod target;
mod value;
pub mod why;
mod world;

pub use build::Build;
pub use error::ParseError;
pub use idle::Idle;
pub use label::Label;
pub use load::{Roots, load};
pub use parse::parse;
pub use problem::{Problem, Trouble};
pub use reach::{Reached, State, Usage, reach};
pub use symbol::Text;
pub use syntax::Syntax;
pub use value::{Condition, Literal};
pub use why::{Reason, Why};
pub use world::{Settings, Sources};
