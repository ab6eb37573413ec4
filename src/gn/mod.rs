//! The GN language: files as lossless trees, and what a build made of them reaches.

pub mod error;
pub mod lexer;
pub mod parse;
pub mod syntax;

pub use error::{ParseError, Problem};
pub use parse::parse;
pub use syntax::Syntax;
