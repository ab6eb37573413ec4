//! `[unbundle]`: what a profile says about replacing bundled libraries by the system's.

use crate::profile::section::Section;
use crate::profile::words::{self, ValueError};

/// What a profile says about replacing bundled libraries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unbundling {
    /// `unbundle.roots`: the targets that the package builds, such as `//chrome`.
    pub roots: Option<Vec<String>>,
    /// `unbundle.gn-args`: a file of GN arguments, relative to the profile.
    pub gn_args: Option<String>,
    /// `unbundle.keeplibs`: the package's list of paths that the removal script keeps, relative to the profile.
    pub keeplibs: Option<String>,
    /// `unbundle.keepers`: the package's list of shims that it does not use.
    pub keepers: Option<String>,
    /// `unbundle.excluded`: a file with `Files-Excluded`.
    pub excluded: Option<String>,
    /// `[[unbundle.together]]`: libraries that are replaced all or none.
    pub together: Option<Vec<Together>>,
    /// `[[unbundle.known]]`: blockers that no file of the tree tells.
    pub known: Option<Vec<KnownBlocker>>,
}

/// Libraries that are replaced all or none, since types or symbols of one pass through another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// The names of their shims; `*` at the end stands for any ending.
    pub shims: Vec<String>,
    /// Why.
    pub why: String,
}

/// A blocker that packagers found out and no file of the tree tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBlocker {
    /// The name of the shim; `*` at the end stands for any ending.
    pub shim: String,
    /// Its kind.
    pub kind: KnownKind,
    /// The oldest version of the system's copy that will do, for [`KnownKind::MinVersion`].
    pub min: Option<String>,
    /// One line: what goes wrong.
    pub why: String,
}

/// The kinds of blocker that a profile may state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownKind {
    /// Not every version will do: one of [`KnownBlocker::min`] or newer.
    MinVersion,
    /// Generated code checks the library's exact version.
    PinnedSchema,
    /// A C++ interface: blocks where the bundled C++ library is used.
    CxxAbi,
    /// It needs a symbol or an option that not every build of the system's copy has.
    MissingSymbol,
    /// It crashes or misbehaves.
    Bug,
    /// The system's copy lacks a defence that the bundled one has.
    SecurityRegression,
}

/// Every kind with its word.
const KINDS: [(&str, KnownKind); 6] = [
    ("min-version", KnownKind::MinVersion),
    ("pinned-schema", KnownKind::PinnedSchema),
    ("cxx-abi", KnownKind::CxxAbi),
    ("missing-symbol", KnownKind::MissingSymbol),
    ("bug", KnownKind::Bug),
    ("security-regression", KnownKind::SecurityRegression),
];

impl KnownKind {
    /// The word used in profiles and reports.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

impl Unbundling {
    /// Fills what is not said here from `base`.
    #[must_use]
    pub fn over(mut self, base: Self) -> Self {
        self.roots = self.roots.or(base.roots);
        self.gn_args = self.gn_args.or(base.gn_args);
        self.keeplibs = self.keeplibs.or(base.keeplibs);
        self.keepers = self.keepers.or(base.keepers);
        self.excluded = self.excluded.or(base.excluded);
        self.together = self.together.or(base.together);
        self.known = self.known.or(base.known);
        self
    }
}

/// Whether a name fits a pattern whose `*` at the end stands for any ending.
pub fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |beginning| name.starts_with(beginning))
}

/// Reads the keys of `[unbundle]` that this file knows.
pub(super) fn read(section: &mut Section<'_, '_>) -> Unbundling {
    Unbundling {
        roots: section.texts("roots", label),
        gn_args: section.text("gn-args", words::sentence),
        keeplibs: section.text("keeplibs", words::sentence),
        keepers: section.text("keepers", words::sentence),
        excluded: section.text("excluded", words::sentence),
        together: section.sections("together", together),
        known: section.sections("known", known),
    }
}

fn label(text: &str) -> Result<String, ValueError> {
    let label = words::plain(text)?;
    if label.starts_with("//") { Ok(label) } else { Err(ValueError::Shape("a target such as `//chrome`")) }
}

fn together(mut section: Section<'_, '_>) -> Option<Together> {
    let shims = section.texts("shims", words::plain);
    if shims.is_none() {
        section.lacks("lacks the key `shims`, the names of libraries that are replaced all or none");
    }
    let why = section.required("why", words::sentence);
    section.finish();
    Some(Together { shims: shims?, why: why? })
}

fn known(mut section: Section<'_, '_>) -> Option<KnownBlocker> {
    let shim = section.required("shim", words::plain);
    let kind = section.required("kind", |text| words::word(&KINDS, text));
    let why = section.required("why", words::sentence);
    let min = section.text("min", words::plain);
    if kind == Some(KnownKind::MinVersion) && min.is_none() {
        section.lacks("lacks the key `min`, the oldest version that will do");
    }
    section.finish();
    Some(KnownBlocker { shim: shim?, kind: kind?, min, why: why? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn a_profile_adds_to_what_it_inherits() {
        let text = "inherit = \"chromium\"\n[unbundle]\nroots = [\"//content/shell\"]\ngn-args = \"args.gn\"\n";
        let profile = Profile::parse("forebay.toml", text).unwrap();
        let unbundling = &profile.packaging.unbundling;
        assert_eq!(unbundling.roots.as_deref(), Some(&["//content/shell".to_owned()][..]));
        assert!(unbundling.together.iter().flatten().any(|one| one.shims == ["libxml", "libxslt"]));
        assert!(profile.packaging.script_remove.is_some());
    }

    #[test]
    fn wrong_words_are_told() {
        for (text, told) in [
            ("roots = [\"chrome\"]", "a target such as"),
            ("[[unbundle.known]]\nshim = \"a\"\nkind = \"x\"\nwhy = \"y\"", "cxx-abi"),
            ("[[unbundle.together]]\nwhy = \"y\"", "`shims`"),
        ] {
            let error = Profile::parse("x", &format!("[unbundle]\n{text}\n")).unwrap_err();
            let all: String = (error.problems.iter())
                .map(|problem| format!("{} {}", problem.message, problem.hint.clone().unwrap_or_default()))
                .collect();
            assert!(all.contains(told), "{all}");
        }
    }

    #[test]
    fn a_pattern_fits_by_its_beginning() {
        assert!(fits("absl_*", "absl_log") && fits("re2", "re2") && !fits("re2", "re2x") && !fits("absl_*", "abs"));
    }
}
