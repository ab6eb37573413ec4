//! Ctrl-C: the first asks the operation to stop at the next safe place, the second ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a shell reports for a program that SIGINT ended.
const ENDED_BY_INTERRUPT: i32 = 130;

/// Installs the handler once for the process and returns the flag it sets.
pub fn install() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    // Without a handler Ctrl-C ends the process as ever, which the journal survives as well.
    let _ = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            end();
        }
    });
    flag
}

#[expect(
    clippy::disallowed_methods,
    reason = "the second Ctrl-C wants the end now, from a thread that returns to nobody"
)]
fn end() {
    std::process::exit(ENDED_BY_INTERRUPT);
}
