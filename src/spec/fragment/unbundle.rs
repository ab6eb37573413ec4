//! The part of `%prep` that removes bundled libraries whose system build is used.
//!
//! Everything is POSIX shell: rpm's build shell is dash on Debian.

use std::fmt::Write as _;

use super::super::guard::Opening;
use super::super::material::Material;
use super::shell_word;
use crate::profile::packaging::{Guard, Library};

/// Files that stay in every library: what GN reads, and what says what was there.
const KEPT: [&str; 6] = ["BUILD.gn", "*.gni", "README.chromium", "LICENSE*", "COPYING*", "NOTICE*"];

/// The lines that remove and replace.
pub(super) fn removal(material: &Material<'_>) -> Option<String> {
    let packaging = &material.inputs.profile.packaging;
    let mut out = String::new();
    for (library, _) in switched(material) {
        let Some(path) = &library.path else { continue };
        out.push_str(&Opening::of(&Guard::When(library.is_system())).around(&remove(path, library)));
    }
    if let Some(script) = &packaging.script_remove {
        out.push_str(&keep_list(material));
        let _ = writeln!(out, "{} --do-remove \"$@\"", shell_word(script));
    }
    if let Some(script) = &packaging.script_replace {
        let names: String = switched(material)
            .filter_map(|(library, _)| Some((library, library.gn_name.as_ref()?)))
            .map(|(library, name)| {
                let line = format!("set -- \"$@\" {}\n", shell_word(name));
                Opening::of(&Guard::When(library.is_system())).around(&line)
            })
            .collect();
        if !names.is_empty() {
            let script = shell_word(script);
            let call = format!(
                "  {script} --system-libraries \"$@\"
"
            );
            let _ = write!(
                out,
                "set --
{names}if [ \"$#\" -gt 0 ]; then
{call}fi
"
            );
        }
    }
    Some(out).filter(|out| !out.is_empty())
}

fn switched<'m, 'a>(
    material: &'m Material<'a>,
) -> impl Iterator<Item = &'m (&'a Library, super::super::facts::Copy)> + 'm {
    material.libraries.iter().filter(|(library, _)| library.has_switch())
}

fn remove(path: &str, library: &Library) -> String {
    let mut words = vec![format!("find {} -type f", shell_word(path))];
    words.extend(KEPT.iter().map(|pattern| format!("! -name '{}'", super::escaped(pattern))));
    words.extend(
        library.keep.iter().flatten().map(|pattern| format!("! -path {}", shell_word(&pattern.replace("**", "*")))),
    );
    words.push("-delete".to_owned());
    format!("{}\n", words.join(" \\\n    "))
}

/// The arguments of the removal script: the folders that stay.
fn keep_list(material: &Material<'_>) -> String {
    let always = material.inputs.profile.packaging.keep.iter().flatten().map(String::as_str);
    let bundled = material.libraries.iter().filter(|(library, _)| !library.has_switch());
    let mut fixed: Vec<&str> = always.chain(bundled.filter_map(|(library, _)| library.path.as_deref())).collect();
    fixed.sort_unstable();
    fixed.dedup();
    let words: String = fixed.iter().map(|path| format!(" \\\n    {}", shell_word(path))).collect();
    let mut out = format!("set --{words}\n");
    for (library, _) in switched(material) {
        let Some(path) = &library.path else { continue };
        let line = format!("set -- \"$@\" {}\n", shell_word(path));
        out.push_str(&Opening::of(&Guard::When(library.is_system().negated())).around(&line));
    }
    out
}
