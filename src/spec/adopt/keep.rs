//! Lists of folders that stay when bundled libraries are removed: `keeplibs=( ... )`, and the words behind Chromium's script.

use super::switches::side;
use super::{Account, Found, expression};
use crate::profile::condition::Condition;
use crate::spec::{LineKind, SectionKind, Spec};
use crate::text::display::terminal;

/// The script of Chromium that removes everything else.
const SCRIPT: &str = "remove_bundled_libraries.py";

/// What the lines belong to while a script is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// An array of the shell, to its `)`.
    Array,
    /// The words of a command, to the line without a backslash.
    Command,
}

pub(super) fn read(spec: &Spec, found: &mut Found) -> Account {
    let mut account = Account::new("kept folders");
    let mut inside: Option<Inside> = None;
    for (index, line) in spec.lines().iter().enumerate() {
        let script = matches!(spec.section_of(index), SectionKind::Prep | SectionKind::Build);
        if line.kind != LineKind::Text || !script {
            // Conditionals of rpm may stand within.
            inside = inside.filter(|_| script && !matches!(line.kind, LineKind::Header));
            continue;
        }
        let text = terminal(spec.text(&line.span).trim_ascii());
        let mut rest = text.as_str();
        if inside.is_none() {
            if let Some((name, items)) = rest.split_once("=(").filter(|(name, _)| is_keep_list(name)) {
                (inside, rest) = (Some(Inside::Array), items);
                let _ = name;
            } else if let Some((command, words)) = rest.split_once(SCRIPT) {
                let path = command.rsplit([' ', '\t']).next().unwrap_or_default();
                found.script_remove = Some(format!("{path}{SCRIPT}")).filter(|path| is_folder(path));
                (inside, rest) = (Some(Inside::Command), words);
            } else {
                continue;
            }
        }
        let last = match inside {
            Some(Inside::Array) => rest.contains(')'),
            _ => !rest.ends_with('\\'),
        };
        let items = rest.trim_end_matches('\\').split(')').next().unwrap_or_default();
        for item in items.split_whitespace().map(|item| item.trim_matches(['\'', '"'])).filter(|item| !item.is_empty())
        {
            one(spec, index, item, found, &mut account);
        }
        if last {
            inside = None;
        }
    }
    account
}

fn is_keep_list(name: &str) -> bool {
    let name = name.trim_end_matches('+').to_ascii_lowercase();
    name.contains("keep") && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A path below the tree, written out.
fn is_folder(path: &str) -> bool {
    path.contains('/')
        && crate::path::RepoPath::parse(path.as_bytes()).is_ok()
        && !path.contains(['$', '%', '*', '"', '\''])
}

fn one(spec: &Spec, index: usize, item: &str, found: &mut Found, account: &mut Account) {
    if item.starts_with('-') || item.starts_with('$') || item.starts_with('#') {
        return;
    }
    if !is_folder(item) {
        // A top folder of the tree (`v8`) is a path too, but a word of a comment would be one as well.
        account.left(index, format_args!("`{item}` is no folder written out"));
        return;
    }
    let condition = expression::of_guards(spec, &spec.guards(index));
    match condition {
        Some(Condition::Constant(true)) => {
            found.keep.push(item.to_owned());
            account.done();
        }
        Some(condition) => match side(&condition, &found.libraries) {
            Some((at, false)) if found.libraries.get(at).is_some_and(|library| library.path.is_none()) => {
                if let Some(library) = found.libraries.get_mut(at) {
                    library.path = Some(item.to_owned());
                }
                account.done();
            }
            _ => account.left(index, format_args!("`{item}` is kept under a condition that is no switch of a library")),
        },
        None => account.left(index, format_args!("`{item}` is kept under a condition that a profile cannot say")),
    }
}
