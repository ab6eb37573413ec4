//! Text with a version in it: `chromium-{version}.tar.xz`, `FIREFOX_{underscored}_RELEASE`.

use regex::Regex;

use crate::text::nearest::nearest;

/// Text with placeholders, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Version(Placeholder),
}

/// A form of the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placeholder {
    Whole,
    Underscored,
    Major,
    Minor,
}

/// The placeholders by name: what may stand between braces.
const PLACEHOLDERS: [(&str, Placeholder); 4] = [
    ("version", Placeholder::Whole),
    ("underscored", Placeholder::Underscored),
    ("major", Placeholder::Major),
    ("minor", Placeholder::Minor),
];

/// Says why text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Nothing stands there.
    #[error("is empty")]
    Empty,
    /// A brace was opened and not closed, or the other way round.
    #[error("has a brace without its partner in `{0}`")]
    Unbalanced(String),
    /// No such placeholder.
    #[error("unknown placeholder `{{{0}}}`; there are {{version}}, {{underscored}}, {{major}} and {{minor}}")]
    Unknown(String),
    /// The version must be in it, whole.
    #[error("lacks the placeholder `{{version}}` in `{0}`")]
    WithoutVersion(String),
}

impl TemplateError {
    /// What to write instead, where that can be guessed.
    pub fn hint(&self) -> Option<String> {
        let Self::Unknown(name) = self else { return None };
        nearest(name, PLACEHOLDERS.iter().map(|(known, _)| *known)).map(|near| format!("did you mean `{{{near}}}`?"))
    }
}

impl Template {
    /// Parses text with any number of placeholders.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        if source.trim().is_empty() {
            return Err(TemplateError::Empty);
        }
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some(open) = rest.find(['{', '}']) {
            let (text, after) = rest.split_at(open);
            let unbalanced = || TemplateError::Unbalanced(source.to_owned());
            let (name, tail) = after.strip_prefix('{').and_then(|a| a.split_once('}')).ok_or_else(unbalanced)?;
            let known = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
            let (_, placeholder) = known.ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
            parts.push(Part::Text(text.to_owned()));
            parts.push(Part::Version(*placeholder));
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self { source: source.to_owned(), parts })
    }

    /// Parses text that must hold the whole version.
    pub fn with_version(source: &str) -> Result<Self, TemplateError> {
        let template = Self::parse(source)?;
        if template.holds_version() { Ok(template) } else { Err(TemplateError::WithoutVersion(source.to_owned())) }
    }

    /// True where the whole version is in it.
    pub fn holds_version(&self) -> bool {
        use Placeholder::{Underscored, Whole};
        self.parts.iter().any(|part| matches!(part, Part::Version(Whole | Underscored)))
    }

    /// The text as written, with its placeholders.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The text for one version.
    pub fn fill(&self, version: &str) -> String {
        let mut numbers = version.split(['.', '-']);
        let major = numbers.next().unwrap_or_default();
        let minor = numbers.next().unwrap_or("0");
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Version(Placeholder::Whole) => version.to_owned(),
                Part::Version(Placeholder::Underscored) => version.replace('.', "_"),
                Part::Version(Placeholder::Major) => major.to_owned(),
                Part::Version(Placeholder::Minor) => minor.to_owned(),
            })
            .collect()
    }

    /// The version that makes this template into `text`, if one does.
    pub fn extract(&self, text: &str) -> Option<String> {
        if text.len() > 1000 {
            return None;
        }
        let mut pattern = String::from("^(?:");
        let mut named = false;
        for part in &self.parts {
            match part {
                Part::Text(text) => pattern.push_str(&regex::escape(text)),
                Part::Version(Placeholder::Whole) if !named => {
                    named = true;
                    pattern.push_str("(?<version>[0-9][0-9A-Za-z.+~-]*)");
                }
                Part::Version(Placeholder::Underscored) if !named => {
                    named = true;
                    pattern.push_str("(?<version>[0-9][0-9A-Za-z]*(?:_[0-9A-Za-z]+)*?)");
                }
                Part::Version(_) => pattern.push_str("[0-9A-Za-z._+~-]+"),
            }
        }
        pattern.push_str(")$");
        let version = Regex::new(&pattern).ok()?.captures(text)?.name("version")?.as_str().replace('_', ".");
        (self.fill(&version) == text).then_some(version)
    }
}

impl std::fmt::Display for Template {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fills_every_placeholder() {
        let fill = |template: &str, version: &str| Template::parse(template).unwrap().fill(version);
        assert_eq!(fill("chromium_{version}.orig.tar.xz", "150.0.7871.100"), "chromium_150.0.7871.100.orig.tar.xz");
        assert_eq!(fill("FIREFOX_{underscored}_RELEASE", "128.12.0esr"), "FIREFOX_128_12_0esr_RELEASE");
        assert_eq!(fill("v{major}.x/{major}.{minor}", "6.12-rc1"), "v6.x/6.12");
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert_eq!(Template::parse("a{vers}"), Err(TemplateError::Unknown("vers".into())));
        assert_eq!(Template::parse("a{version"), Err(TemplateError::Unbalanced("a{version".into())));
        assert_eq!(Template::parse("a}"), Err(TemplateError::Unbalanced("a}".into())));
        assert_eq!(Template::parse("  "), Err(TemplateError::Empty));
        assert!(matches!(Template::with_version("v{major}"), Err(TemplateError::WithoutVersion(_))));
    }

    #[test]
    fn finds_the_version_again() {
        let extract = |template: &str, text: &str| Template::parse(template).unwrap().extract(text);
        assert_eq!(extract("v{version}", "v6.12-rc1").as_deref(), Some("6.12-rc1"));
        assert_eq!(extract("v{version}", "6.12"), None);
        assert_eq!(extract("FIREFOX_{underscored}_RELEASE", "FIREFOX_140_0b3_RELEASE").as_deref(), Some("140.0b3"));
        assert_eq!(extract("a-{version}/a-{version}.tar", "a-1.2/a-1.2.tar").as_deref(), Some("1.2"));
        assert_eq!(extract("a-{version}/a-{version}.tar", "a-1.2/a-1.3.tar"), None);
    }

    proptest! {
        #[test]
        fn extract_undoes_fill(version in "[0-9]{1,3}(\\.[0-9]{1,4}){0,3}", before in "[a-z_]{0,6}", after in "[a-z_]{0,6}") {
            for placeholder in ["{version}", "{underscored}"] {
                let template = Template::parse(&format!("{before}-{placeholder}-{after}")).unwrap();
                prop_assert_eq!(template.extract(&template.fill(&version)), Some(version.clone()));
            }
        }

        #[test]
        fn no_text_panics(source in ".{0,40}", text in ".{0,40}") {
            if let Ok(template) = Template::parse(&source) {
                let _ = template.extract(&text);
                let _ = template.fill(&text);
            }
        }
    }
}
