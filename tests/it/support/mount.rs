//! A disk that is soon full.

use super::Sandbox;

/// A small file system in memory; `None` where this user may not mount one.
pub(crate) struct Mount<'a>(&'a Sandbox, String);

impl<'a> Mount<'a> {
    #[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
    /// Mounts so many KiB over a folder of the sandbox.
    pub(crate) fn new(sandbox: &'a Sandbox, folder: &str, kibibytes: usize) -> Option<Self> {
        std::fs::create_dir_all(sandbox.path(folder)).expect("a folder");
        let path = sandbox.path(folder).display().to_string();
        let status = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kibibytes}k"), "tmpfs", &path])
            .stderr(std::process::Stdio::null())
            .status();
        if !status.is_ok_and(|status| status.success()) {
            eprintln!("skipped: mounting a small file system needs root");
            return None;
        }
        Some(Self(sandbox, path))
    }

    /// From now on nothing can be written there.
    pub(crate) fn read_only(&self) {
        self.0.tool("mount", &["-o", "remount,ro", &self.1]);
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        self.0.tool("umount", &["--lazy", &self.1]);
    }
}
