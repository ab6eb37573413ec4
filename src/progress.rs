//! Tells a person how far a long phase has come, without knowing about terminals.

/// Receives the progress of an operation.
pub trait Progress: Send + Sync {
    /// A phase begins; `total` is its number of steps, or `None` where that is not known.
    fn begin(&self, phase: &str, total: Option<u64>);
    /// `steps` more steps of the phase are done.
    fn advance(&self, steps: u64);
    /// The phase is over.
    fn end(&self);
    /// True once a person asked to stop; operations return early at the next safe place.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Shows nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _phase: &str, _total: Option<u64>) {}
    fn advance(&self, _steps: u64) {}
    fn end(&self) {}
}
