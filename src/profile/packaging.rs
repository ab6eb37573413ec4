//! What a profile says about the RPM spec: targets, patch groups, libraries, GN arguments, changelog.
//!
//! Everything is optional, so that a profile can be laid over the one it inherits; methods give the defaults.

use crate::profile::condition::Condition;
use crate::profile::target::Target;
use crate::profile::unbundling::Unbundling;

/// The parts of a profile that `forebay spec` uses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packaging {
    /// `package.spec`: the spec file, relative to the profile.
    pub spec: Option<String>,
    /// `package.audit`: an audit report (`forebay.audit/1`), relative to the profile.
    pub audit: Option<String>,
    /// `package.release`: the text of the `Release:` tag.
    pub release: Option<String>,
    /// `package.rpm-min`: the oldest rpm that must read the spec.
    pub rpm_min: Option<(u32, u32, u32)>,
    /// `package.targets`
    pub targets: Option<Vec<Target>>,
    /// `package.arches`
    pub arches: Option<Vec<String>>,
    /// `package.style`: whose customs the comments follow.
    pub style: Option<Style>,
    /// `[[sources]]`
    pub sources: Option<Vec<SourceFile>>,
    /// `license.main`: the expression for the package's own code.
    pub license: Option<String>,
    /// `license.collect`: whether the licences of bundled libraries are added.
    pub collect: Option<bool>,
    /// `license.allow`: a list of allowed licences, relative to the profile.
    pub allow: Option<String>,
    /// `[patches]`
    pub patches: PatchSettings,
    /// `[lib.NAME]`, by name; only those that the profile itself names.
    pub libraries: Vec<Library>,
    /// Libraries that only the inherited profile knows; nothing is written for them.
    pub known_libraries: Vec<Library>,
    /// `gn.file`: the file that receives the arguments.
    pub gn_file: Option<String>,
    /// `[gn.args]`, in the order of their names.
    pub gn_args: Option<Vec<GnArgument>>,
    /// `unbundle.script-remove`
    pub script_remove: Option<String>,
    /// `unbundle.script-replace`
    pub script_replace: Option<String>,
    /// `unbundle.keep`: paths that the removal script keeps although no library owns them.
    pub keep: Option<Vec<String>>,
    /// The rest of `[unbundle]`.
    pub unbundling: Unbundling,
    /// `changelog.mode`
    pub changelog: Option<ChangelogMode>,
    /// `changelog.file`: the file of changes, relative to the spec; the spec's name with `.changes` where not told.
    pub changelog_file: Option<String>,
    /// `changelog.packager`: `Name <mail>`.
    pub packager: Option<String>,
}

/// Whose customs a spec follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Comments with subject and upstream status.
    #[default]
    Fedora,
    /// `PATCH-FIX-UPSTREAM name -- subject`.
    Opensuse,
    /// No comments but the notes of the profile.
    Plain,
}

/// `[[sources]]`: one `SourceN:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The number; counted on from the one before where not told.
    pub number: Option<u32>,
    /// File name or address, macros included.
    pub file: String,
    /// A line of comment above it.
    pub comment: Option<String>,
}

/// `[patches]`: how the queue stands in the spec.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PatchSettings {
    /// Whether every patch must tell its upstream status.
    pub status: Option<bool>,
    /// The macro that applies them.
    pub apply: Option<Apply>,
    /// Ranges of numbers with the condition for their patches.
    pub groups: Option<Vec<PatchGroup>>,
    /// A comment for a patch whose own header tells nothing, by file name.
    pub notes: Vec<(String, String)>,
}

/// How patches are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Apply {
    /// `%autopatch -m A -M B` for each run of patches.
    #[default]
    Autopatch,
    /// `%patch -P N` for each patch.
    Patch,
}

/// `[[patches.group]]`: a range of numbers and what must hold for its patches to be applied.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchGroup {
    /// Its name.
    pub id: String,
    /// The first and the last number.
    pub range: (u32, u32),
    /// What must hold.
    pub guard: Guard,
    /// Patterns (`*` stands for anything) for the names of patches that get their first number here.
    pub patches: Vec<String>,
}

/// What must hold for a part of the spec.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Guard {
    /// Nothing.
    #[default]
    Always,
    /// A condition that is evaluated here too.
    When(Condition),
    /// An expression for `%if` that only rpm understands.
    Raw(String),
}

/// `[lib.NAME]`: a library that the tree bundles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    /// Its name.
    pub name: String,
    /// Where it lies in the tree.
    pub path: Option<String>,
    /// Where the system's build of it is used.
    pub system: Option<Condition>,
    /// The switch; a build condition `system_NAME` where not told.
    pub switch: Option<Switch>,
    /// `BuildRequires:` where the system's build is used.
    pub requires: Option<Vec<String>>,
    /// The subpackages that provide `bundled(NAME)` instead of the main package; their lines are checked, not written.
    pub packages: Option<Vec<String>>,
    /// Its name for the script that replaces build files.
    pub gn_name: Option<String>,
    /// GN arguments (`name=value`) where the system's build is used.
    pub gn_system: Option<Vec<String>>,
    /// GN arguments where the bundled copy is used.
    pub gn_bundled: Option<Vec<String>>,
    /// SPDX expression of the bundled copy.
    pub license: Option<String>,
    /// The version of the bundled copy, where no audit tells it.
    pub version: Option<String>,
    /// The name in `bundled(NAME)`; the library's own name where not told.
    pub bundled: Option<String>,
    /// Why no system build is used anywhere.
    pub reason: Option<String>,
    /// Patterns of files that stay where the system's build is used.
    pub keep: Option<Vec<String>>,
}

/// What switches a library between the system's build and the bundled copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// What it is to rpm.
    pub kind: SwitchKind,
    /// Its name.
    pub name: String,
    /// True where it is on for the bundled copy, false where it is on for the system's build.
    pub bundles: bool,
}

/// What a switch is to rpm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwitchKind {
    /// A build condition: `%bcond_with NAME`.
    Condition,
    /// A macro that is on where it is a number other than 0: `%global NAME 1`.
    Macro,
}

impl Switch {
    /// The key of a profile that names it.
    pub fn key(&self) -> &'static str {
        match (self.kind, self.bundles) {
            (SwitchKind::Condition, false) => "switch",
            (SwitchKind::Condition, true) => "bundled-switch",
            (SwitchKind::Macro, true) => "flag",
            (SwitchKind::Macro, false) => "system-flag",
        }
    }

    /// What holds where the system's build is used.
    pub fn is_system(&self) -> Condition {
        let on = match self.kind {
            SwitchKind::Condition => Condition::With(self.name.clone()),
            SwitchKind::Macro => Condition::Flag(self.name.clone()),
        };
        if self.bundles { on.negated() } else { on }
    }
}

/// One GN argument.
#[derive(Debug, Clone, PartialEq)]
pub struct GnArgument {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: GnValue,
    /// What must hold for it to be set.
    pub guard: Guard,
}

/// The value of a GN argument.
#[derive(Debug, Clone, PartialEq)]
pub enum GnValue {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A string.
    Text(String),
    /// A list of strings.
    List(Vec<String>),
    /// A string that an rpm macro holds.
    Macro(String),
    /// A string that a shell command prints while the package is built.
    Shell(String),
    /// GN text as it stands, with rpm's macros in it.
    Raw(String),
}

/// Who writes the changelog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChangelogMode {
    /// Entries in the spec.
    #[default]
    Manual,
    /// Entries in a file of their own beside the spec, as openSUSE keeps them.
    ChangesFile,
    /// `%autochangelog`
    Auto,
}

/// True for the name of a GN argument under which a secret would stand.
pub fn is_secret(name: &str) -> bool {
    ["api_key", "client_secret", "password", "token"].iter().any(|secret| name.ends_with(secret))
}

impl Library {
    /// True where the system's build may be used: on some target, or because a switch is named.
    pub fn has_switch(&self) -> bool {
        self.switch.is_some() || !matches!(self.system, None | Some(Condition::Constant(false)))
    }

    /// The switch.
    pub fn switch(&self) -> Switch {
        self.switch.clone().unwrap_or_else(|| {
            let name: String = self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            Switch { kind: SwitchKind::Condition, name: format!("system_{name}"), bundles: false }
        })
    }

    /// What holds where the system's build is used.
    pub fn is_system(&self) -> Condition {
        if self.has_switch() { self.switch().is_system() } else { Condition::Constant(false) }
    }

    /// The name in `bundled(NAME)`.
    pub fn bundled_name(&self) -> &str {
        self.bundled.as_deref().unwrap_or(&self.name)
    }

    /// The same with what `base` knows where nothing is said.
    fn over(mut self, base: &Self) -> Self {
        let base = base.clone();
        self.path = self.path.or(base.path);
        self.system = self.system.or(base.system);
        self.switch = self.switch.or(base.switch);
        self.requires = self.requires.or(base.requires);
        self.packages = self.packages.or(base.packages);
        self.gn_name = self.gn_name.or(base.gn_name);
        self.gn_system = self.gn_system.or(base.gn_system);
        self.gn_bundled = self.gn_bundled.or(base.gn_bundled);
        self.license = self.license.or(base.license);
        self.version = self.version.or(base.version);
        self.bundled = self.bundled.or(base.bundled);
        self.reason = self.reason.or(base.reason);
        self.keep = self.keep.or(base.keep);
        self
    }
}

impl Packaging {
    /// The architectures; `x86_64` where none are told.
    pub fn arches(&self) -> Vec<String> {
        self.arches.clone().unwrap_or_else(|| vec!["x86_64".to_owned()])
    }

    /// The groups; one of all numbers where none are told.
    pub fn groups(&self) -> Vec<PatchGroup> {
        let all = || PatchGroup { id: "all".into(), range: (1, 9999), guard: Guard::Always, patches: Vec::new() };
        self.patches.groups.clone().unwrap_or_else(|| vec![all()])
    }

    /// Fills what is not said here from `base`; libraries that only `base` names become known ones.
    #[must_use]
    pub fn over(mut self, base: Self) -> Self {
        self.spec = self.spec.or(base.spec);
        self.audit = self.audit.or(base.audit);
        self.release = self.release.or(base.release);
        self.rpm_min = self.rpm_min.or(base.rpm_min);
        self.targets = self.targets.or(base.targets);
        self.arches = self.arches.or(base.arches);
        self.style = self.style.or(base.style);
        self.sources = self.sources.or(base.sources);
        self.license = self.license.or(base.license);
        self.collect = self.collect.or(base.collect);
        self.allow = self.allow.or(base.allow);
        self.patches.status = self.patches.status.or(base.patches.status);
        self.patches.apply = self.patches.apply.or(base.patches.apply);
        self.patches.groups = self.patches.groups.or(base.patches.groups);
        self.gn_file = self.gn_file.or(base.gn_file);
        self.gn_args = self.gn_args.or(base.gn_args);
        self.script_remove = self.script_remove.or(base.script_remove);
        self.script_replace = self.script_replace.or(base.script_replace);
        self.keep = self.keep.or(base.keep);
        self.unbundling = self.unbundling.over(base.unbundling);
        self.changelog = self.changelog.or(base.changelog);
        self.changelog_file = self.changelog_file.or(base.changelog_file);
        self.packager = self.packager.or(base.packager);
        let (known, own) = (base.libraries, std::mem::take(&mut self.libraries));
        let base_of = |name: &str| known.iter().find(|base| base.name == name);
        self.libraries = own
            .into_iter()
            .map(|library| match base_of(&library.name) {
                Some(base) => library.over(base),
                None => library,
            })
            .collect();
        let named: Vec<&str> = self.libraries.iter().map(|library| library.name.as_str()).collect();
        self.known_libraries = known.iter().filter(|base| !named.contains(&base.name.as_str())).cloned().collect();
        self
    }
}
