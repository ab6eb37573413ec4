//! A shell for the inline tests of commands: an own folder, buffers for streams.

use std::path::Path;
use std::sync::Arc;

use crate::cli::shell::Shell;
use crate::cli::ui::{Color, Ui, Verbosity};
use crate::cli::world::{Environment, Terminal};
use crate::tree::Pool;

/// Runs `test` with a shell whose folder is `folder` and returns what went to both streams.
pub(crate) fn with_shell<T>(folder: &Path, test: impl FnOnce(&mut Shell<'_>) -> T) -> (T, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let environment = Environment::default();
    let looks = (Color::Never, Verbosity::Normal);
    let result = {
        let ui = Ui::new((&mut out, &mut err), looks, &environment, Terminal::default());
        let (directory, pool) = (folder.to_path_buf(), Pool::default());
        let arguments = Vec::new();
        let mut shell = Shell { ui, directory, arguments, environment, now: 0, interrupted: Arc::default(), pool };
        test(&mut shell)
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (result, text(out), text(err))
}
