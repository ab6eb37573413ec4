//! What an audit says about the build as a whole: part of the machine contract `forebay.audit/1`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audit::report::{Blocker, Verdict};
use crate::text::display;
use crate::unbundle::floors::Asked;

/// What the build's own files say, where they were run or read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BuildReport {
    /// `gn`, or `mentions` where build files of other systems were only read.
    pub system: String,
    /// The targets that were taken as what is built.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
    /// Where the arguments came from; `null` for the tree's defaults.
    pub arguments: Option<String>,
    /// Targets that the build files declare.
    pub targets: usize,
    /// Those that the roots lead to.
    pub reached: usize,
    /// Things in build files that could not be done, `path:line:column: what`; the first of them, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// How many such things there are.
    #[serde(default)]
    pub problems_total: usize,
    /// The shims for the system's libraries, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shims: Vec<Shim>,
    /// Arguments and switches that choose the system's copy of a library, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Hook>,
    /// What the tree asks of tools, sorted by tool.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<Floor>,
    /// Lists for the package.
    pub lists: Lists,
}

/// A shim: a build file that stands in for a bundled library's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shim {
    /// Its name.
    pub name: String,
    /// The build file that it replaces.
    pub replaces: String,
    /// The id of the component that it is for; `null` where none is in the tree.
    pub component: Option<String>,
    /// Whether it is a build file of its own, so that headers and targets could be compared; else only an argument chooses.
    pub proved: bool,
    /// Headers that it forwards.
    pub headers: usize,
    /// Targets that it declares.
    pub targets: usize,
    /// What of the tree stands in its way.
    pub blockers: Vec<Blocker>,
    /// Whether the build names a target of the library.
    pub wanted: bool,
    /// What to do with it; `null` where the library is not in the tree and nothing wants it.
    pub verdict: Option<Verdict>,
    /// Whether the package's own list (`unbundle.keepers`) keeps the bundled copy; `null` where no such list is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<bool>,
}

/// An argument that chooses the system's copy of a library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Hook {
    /// Its name.
    pub name: String,
    /// Where it is declared, `path:line`; `null` where nothing declares it.
    pub place: Option<String>,
    /// Its value in this build; `null` where nothing declares it.
    pub value: Option<String>,
    /// How it stands.
    pub state: HookState,
    /// The id of the component that it is for, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
}

/// How an argument stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HookState {
    /// The package sets it and something depends on it.
    Set,
    /// The package leaves it alone.
    Default,
    /// It is declared and nothing depends on it.
    NoEffect,
    /// The package sets it and nothing declares it.
    Vanished,
}

/// What the tree's own files ask of a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Floor {
    /// `clang`, `gn`, `rust`, `node`, `python`, `bindgen`, `java`, ...
    pub tool: String,
    /// The version or revision.
    pub version: String,
    /// Whether an older one is refused; else it is what upstream builds with.
    pub required: bool,
    /// Where it stands, `path:line`.
    pub place: String,
    /// What the distribution has; `null` where no index was given or none has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<FloorSystem>,
}

impl From<Asked> for Floor {
    fn from(asked: Asked) -> Self {
        Self {
            tool: asked.tool.to_owned(),
            version: display::terminal(asked.version.as_bytes()),
            required: asked.required,
            place: asked.place,
            system: None,
        }
    }
}

/// A distribution's package of a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct FloorSystem {
    /// The package index.
    pub index: String,
    /// The package.
    pub package: String,
    /// Its upstream version.
    pub version: String,
    /// Whether it is new enough; `null` where the two cannot be compared.
    pub enough: Option<bool>,
}

/// Lists that a package states somewhere; each sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lists {
    /// Paths of other people's code that the build needs, whatever the verdicts.
    pub needed: Vec<String>,
    /// What the removal script must keep.
    pub keeplibs: Vec<String>,
    /// The shims to use.
    pub system_libraries: Vec<String>,
    /// Folders that can be deleted: the roots of components that nothing needs.
    pub removable: Vec<String>,
}
