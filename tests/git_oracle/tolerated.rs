//! The differences from git that are known, each with its reason; `docs/differences-from-git.md` tells more.

use crate::judge::Tolerated;

/// Every difference that the comparison lets pass.
pub(crate) const TOLERATED: &[Tolerated] = &[];
