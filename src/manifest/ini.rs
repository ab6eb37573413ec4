//! Sections of `key = value` lines, as git and Meson write them.

use super::Stated;

/// A section with its values in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// What stands in the brackets, such as `submodule "x"`.
    pub(super) name: String,
    /// The line of the brackets.
    pub(super) line: usize,
    values: Vec<(String, Stated)>,
}

impl Section {
    /// The last value of a key, whose letter case is free.
    pub(super) fn get(&self, key: &str) -> Option<Stated> {
        self.values.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value.clone())
    }
}

/// Reads the sections; lines that are neither are left out. Values may stand in quotes, `#` and `;` begin comments at the
/// start of a line.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).map(|(name, _)| name) {
            sections.push(Section { name: name.trim().to_owned(), line: index + 1, values: Vec::new() });
        } else if let (Some(section), Some((key, value))) = (sections.last_mut(), line.split_once('=')) {
            let value = value.trim();
            let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
            if let Some(value) = Stated::filled(bare, index + 1) {
                section.values.push((key.trim().to_owned(), value));
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_values() {
        let found = sections("lost = 1\n[a \"b]c\"]\n\tkey = \"x = y\" \n# z = 1\n  KEY=last\n[d]\nempty =\nword\n");
        assert_eq!((found[0].name.as_str(), found[0].line), ("a \"b]c\"", 2));
        assert_eq!(found[0].get("key"), Some(Stated::new("last", 5)));
        assert_eq!(found[1].get("empty"), None);
    }
}
