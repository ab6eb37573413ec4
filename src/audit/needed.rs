//! Which paths of other people's code a build needs: what the script that removes bundled libraries must keep.
//!
//! That script looks at files below folders named `third_party` and keeps one if the part of its path up to the folder after
//! the *last* `third_party` is on its list; so each nested copy needs an entry of its own.

use std::collections::BTreeSet;

use crate::audit::candidate::folder_of;
use crate::audit::layout::Layout;
use crate::audit::report::{Component, Use};
use crate::audit::usage::{Mentioned, Walked};
use crate::text::display;

/// The folder that the removal script looks into.
const VENDORING: &[u8] = b"third_party";

/// The entry that keeps a path: up to the folder (or file) after its last `third_party`; `None` for what is never removed.
pub fn entry(path: &[u8]) -> Option<&[u8]> {
    let mut end = None;
    let mut start = 0;
    let mut after = false;
    for part in path.split(|&byte| byte == b'/') {
        let stop = start + part.len();
        if after {
            end = Some(stop);
        }
        after = part == VENDORING;
        start = stop + 1;
    }
    end.and_then(|end| path.get(..end))
}

/// True for a file that the script never removes.
fn stays(path: &[u8]) -> bool {
    [&b".gn"[..], b".gni", b".gyp", b".gypi", b".isolate"].iter().any(|ending| path.ends_with(ending))
}

/// The entries for everything that the build needs and that is in the tree, sorted.
pub fn needed(
    layout: &Layout<'_>,
    walked: &Walked<'_>,
    mentioned: &Mentioned,
    components: &[Component],
) -> Vec<String> {
    let mut entries: BTreeSet<&[u8]> = BTreeSet::new();
    let named = walked.named.iter().chain(mentioned.headers.keys()).chain(mentioned.folders.keys());
    for path in named {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        let Some(found) = entry(path).filter(|found| !stays(found)) else { continue };
        if !entries.contains(found) && layout.has(path) {
            entries.insert(found);
        }
    }
    for component in components.iter().filter(|component| in_build(component.used.state)) {
        for place in [component.root.as_bytes(), component.id.split('#').next().unwrap_or_default().as_bytes()] {
            entries.extend(entry(place).filter(|found| layout.is_folder(found)));
        }
    }
    // Without these files the build cannot be generated, whatever it uses; nothing else of their folders is needed for that.
    for path in walked.build.looked_at() {
        let path = path.trim_start_matches('/').as_bytes();
        let kept = entry(path).is_some_and(|found| !entries.contains(found) && !stays(path)) && layout.has(path);
        if kept {
            entries.insert(path);
        }
    }
    entries.into_iter().map(|entry| display::utf8(entry).text).collect()
}

/// Whether the build needs what is used so.
pub fn in_build(state: Use) -> bool {
    matches!(state, Use::Used | Use::UsedIf | Use::HostOnly)
}

/// Whether one path is another or lies in it.
pub fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folder of a path as text; empty at the root.
pub fn parent(path: &str) -> &str {
    let length = folder_of(path.as_bytes()).len();
    path.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_ends_after_the_last_vendoring_folder() {
        let told = |path: &str| entry(path.as_bytes()).map(|found| String::from_utf8(found.to_vec()).unwrap());
        assert_eq!(told("third_party/a/src/x.c").as_deref(), Some("third_party/a"));
        assert_eq!(told("b/third_party/a/third_party/c/d/x.c").as_deref(), Some("b/third_party/a/third_party/c"));
        assert_eq!(told("third_party/x.py").as_deref(), Some("third_party/x.py"));
        assert_eq!(told("third_party"), None);
        assert_eq!(told("a/third_party.h"), None);
    }

    #[test]
    fn folders_hold_themselves_and_what_is_below() {
        assert!(within("a/b", "a") && within("a", "a") && !within("ab", "a"));
        assert_eq!((parent("a/b/c"), parent("a")), ("a/b", ""));
    }
}
