//! A progress bar on a terminal, gone when the phase is over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::Progress;

/// How often a spinner turns and the elapsed time is renewed.
const TICK: Duration = Duration::from_millis(100);

/// Draws phases on standard error; draws nothing where that is no terminal, but still carries Ctrl-C.
#[derive(Debug)]
pub struct TerminalProgress {
    bar: Mutex<Option<ProgressBar>>,
    visible: bool,
    interrupted: Arc<AtomicBool>,
}

impl TerminalProgress {
    /// A progress that draws if `visible` and stops the operation once `interrupted` is set.
    pub fn new(visible: bool, interrupted: Arc<AtomicBool>) -> Self {
        Self { bar: Mutex::new(None), visible, interrupted }
    }

    fn replace(&self, next: Option<ProgressBar>) {
        // A bar is only looks: one that a panicking thread left behind is as good as any.
        let last = std::mem::replace(&mut *self.bar.lock().unwrap_or_else(PoisonError::into_inner), next);
        if let Some(bar) = last {
            bar.finish_and_clear();
        }
    }
}

impl Progress for TerminalProgress {
    fn begin(&self, phase: &str, total: Option<u64>) {
        if !self.visible {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(style(total.is_some()));
        bar.set_message(phase.to_owned());
        bar.enable_steady_tick(TICK);
        self.replace(Some(bar));
    }

    fn advance(&self, steps: u64) {
        if !self.visible {
            return;
        }
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.inc(steps);
        }
    }

    fn end(&self) {
        self.replace(None);
    }

    fn cancelled(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

impl Drop for TerminalProgress {
    fn drop(&mut self) {
        self.replace(None);
    }
}

fn style(known_total: bool) -> ProgressStyle {
    let template = if known_total { "{msg} [{bar:30}] {pos}/{len} {elapsed}" } else { "{spinner} {msg} {elapsed}" };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_the_interrupt_and_leaves_no_bar() {
        let flag = Arc::new(AtomicBool::new(false));
        let progress = TerminalProgress::new(true, Arc::clone(&flag));
        progress.begin("reading", Some(3));
        progress.advance(2);
        progress.begin("placing", None);
        assert!(!progress.cancelled());
        flag.store(true, Ordering::SeqCst);
        assert!(progress.cancelled());
        progress.end();
        assert!(progress.bar.lock().unwrap().is_none());
    }

    #[test]
    fn both_templates_are_valid() {
        for template in [true, false] {
            let _ = style(template);
        }
        assert!(ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {elapsed}").is_ok());
    }
}
