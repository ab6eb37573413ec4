//! What the program said, with the machine's own paths taken out.

use std::path::Path;

/// Status and streams of one run.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// The exit status; `None` where a signal ended it.
    pub(crate) status: Option<i32>,
    /// Data.
    pub(crate) out: String,
    /// Everything else.
    pub(crate) err: String,
}

impl Output {
    /// Reads the streams; `root` is shown as `$ROOT`.
    pub(crate) fn of(output: &std::process::Output, root: &Path) -> Self {
        let told = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("the program speaks UTF-8");
            let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
            text.replace(&*real.to_string_lossy(), "$ROOT").replace(&*root.to_string_lossy(), "$ROOT")
        };
        Self { status: output.status.code(), out: told(&output.stdout), err: told(&output.stderr) }
    }

    /// Fails unless the run ended with this status.
    #[track_caller]
    pub(crate) fn expect_status(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "\n{}", self.story());
        self
    }

    /// Everything in one text, for snapshots.
    pub(crate) fn story(&self) -> String {
        let status = self.status.map_or("ended by a signal".to_owned(), |status| status.to_string());
        format!("status: {status}\n--- stdout\n{}--- stderr\n{}", self.out, self.err)
    }
}
