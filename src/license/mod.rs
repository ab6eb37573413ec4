//! Licences: SPDX expressions, the forms that older metadata uses, and which licence a text is.
//!
//! [`Expression`] parses and prints SPDX 2.3 expressions; [`normalize`] reads what metadata really holds (`Apache 2.0`,
//! `BSD-3-Clause, MIT`, `GPLv2+`, private ids); [`recognize`] finds every licence in a text with the lines it covers;
//! [`strict`] reads what the tag of a package may hold. Ids and
//! texts are those of the SPDX licence list in the `spdx` crate; no text is kept here.

mod align;
mod expression;
mod ids;
mod index;
mod normalize;
mod notice;
mod recognize;
mod strict;
mod tag;
mod words;

pub use expression::{Expression, ExpressionError, combine};
pub use normalize::{Normalized, normalize};
pub use recognize::{Found, How, LONGEST, expression_of, recognize};
pub use strict::{Allowed, AllowedError, all_of, strict};
pub use tag::{Tag, tags};

#[cfg(test)]
mod tests;
