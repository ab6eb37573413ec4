//! Labels of targets and patterns of labels, resolved against the folder of the file that writes them.

use crate::gn::symbol::Text;

/// A target's name: folder, name, toolchain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The folder of its build file, such as `//base`, or `//` for the root.
    pub folder: Text,
    /// Its name there.
    pub name: Text,
    /// The label of its toolchain.
    pub toolchain: Text,
}

impl Label {
    /// Resolves `written` in `folder` under `toolchain`; `None` where it is no label.
    pub fn resolve(written: &str, folder: &str, toolchain: &str) -> Option<Self> {
        let (plain, toolchain) = match written.split_once('(') {
            Some((plain, rest)) => {
                let inner = rest.strip_suffix(')')?;
                (plain, Self::resolve_plain(inner, folder).map(|(folder, name)| join(&folder, &name))?)
            }
            None => (written, toolchain.to_owned()),
        };
        let (folder, name) = Self::resolve_plain(plain, folder)?;
        Some(Self { folder: folder.into(), name: name.into(), toolchain: toolchain.into() })
    }

    fn resolve_plain(written: &str, folder: &str) -> Option<(String, String)> {
        let (path, name) = match written.split_once(':') {
            Some((path, name)) => (path, Some(name)),
            None => (written, None),
        };
        if path.is_empty() {
            return name.filter(|name| !name.is_empty()).map(|name| (folder.to_owned(), name.to_owned()));
        }
        let resolved = crate::gn::paths::folder(path, folder)?;
        let last = resolved.rsplit('/').next().unwrap_or_default().to_owned();
        // `//a/b:` is `//a/b`, as one without a colon is.
        let name = name.filter(|name| !name.is_empty()).map_or(last, ToOwned::to_owned);
        (!name.is_empty()).then_some((resolved, name))
    }

    /// `//folder:name`.
    pub fn without_toolchain(&self) -> String {
        join(&self.folder, &self.name)
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = format!("{}({})", self.without_toolchain(), self.toolchain);
        formatter.write_str(&crate::text::display::terminal(shown.as_bytes()))
    }
}

fn join(folder: &str, name: &str) -> String {
    format!("{folder}:{name}")
}

/// Whether a label (without toolchain) fits a pattern such as `//a/*`, `//a:*`, `:*`, `./*`, `*` or a label.
pub(crate) fn matches(folder: &str, name: &str, pattern: &str, current: &str) -> bool {
    let pattern = pattern.split('(').next().unwrap_or_default();
    if pattern == "*" {
        return true;
    }
    if let Some(path) = pattern.strip_suffix("/*").or((pattern == "//*").then_some("/")) {
        let base = if path == "/" { Some("//".to_owned()) } else { crate::gn::paths::folder(path, current) };
        return base.is_some_and(|base| {
            base == "//"
                || folder == base
                || folder.strip_prefix(base.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
    }
    if let Some(path) = pattern.strip_suffix(":*") {
        let base = if path.is_empty() { Some(current.to_owned()) } else { crate::gn::paths::folder(path, current) };
        return base.as_deref() == Some(folder);
    }
    Label::resolve_plain(pattern, current).is_some_and(|(base, wanted)| base == folder && wanted == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_resolve_like_the_reference_program() {
        for (written, expected) in [
            (":c", "//a/b:c(//t:x)"),
            ("c", "//a/b/c:c(//t:x)"),
            ("//a", "//a:a(//t:x)"),
            ("//:r", "//:r(//t:x)"),
            ("../x:y", "//a/x:y(//t:x)"),
            ("//z:q(//t:other)", "//z:q(//t:other)"),
            ("x:", "//a/b/x:x(//t:x)"),
            ("//z(//t/deep)", "//z:z(//t/deep:deep)"),
        ] {
            let label = Label::resolve(written, "//a/b", "//t:x");
            assert_eq!(label.map(|label| label.to_string()).as_deref(), Some(expected), "{written}");
        }
        for bad in ["", ":", "//a:b(", "//", "//:"] {
            assert_eq!(Label::resolve(bad, "//a/b", "//t:x"), None, "{bad}");
        }
    }

    #[test]
    fn patterns_take_folders_names_and_everything() {
        assert!(matches("//a/b", "c", "//a/*", "//"));
        assert!(matches("//a", "c", "//a/*", "//"));
        assert!(!matches("//ab", "c", "//a/*", "//"));
        assert!(matches("//a", "c", "//a:*", "//"));
        assert!(matches("//a", "c", ":*", "//a"));
        assert!(matches("//a/x", "c", "./*", "//a"));
        assert!(matches("//a", "c", "*", "//"));
        assert!(matches("//a", "c", "//*", "//"));
        assert!(matches("//a", "a", "//a", "//"));
        assert!(!matches("//a", "b", ":a", "//a"));
    }
}
