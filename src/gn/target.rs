//! What running a build file leaves behind: targets, toolchains, declared arguments.

use std::sync::Arc;

use crate::gn::symbol::{Symbol, Text, word};
use crate::gn::value::{Condition, Value, Variables};

/// The kinds of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Runs a script once.
    Action,
    /// Runs a script for each source.
    ActionForeach,
    /// Files for a bundle.
    BundleData,
    /// Flags for other targets.
    Config,
    /// Copies files.
    Copy,
    /// Makes a bundle.
    CreateBundle,
    /// Links a program.
    Executable,
    /// Writes a file while the build is generated.
    GeneratedFile,
    /// A name for others.
    Group,
    /// Links a module that programs load.
    LoadableModule,
    /// Compiles a Rust library.
    RustLibrary,
    /// Compiles a Rust macro, which runs in the compiler.
    RustProcMacro,
    /// Links a shared library.
    SharedLibrary,
    /// Objects for others to link.
    SourceSet,
    /// An archive of objects.
    StaticLibrary,
    /// Limits how many commands run at once.
    Pool,
}

/// Functions that declare, and what they declare.
const KINDS: &[(Symbol, Kind, &str)] = &[
    (word::action, Kind::Action, "action"),
    (word::action_foreach, Kind::ActionForeach, "action_foreach"),
    (word::bundle_data, Kind::BundleData, "bundle_data"),
    (word::config, Kind::Config, "config"),
    (word::copy, Kind::Copy, "copy"),
    (word::create_bundle, Kind::CreateBundle, "create_bundle"),
    (word::executable, Kind::Executable, "executable"),
    (word::generated_file, Kind::GeneratedFile, "generated_file"),
    (word::group, Kind::Group, "group"),
    (word::loadable_module, Kind::LoadableModule, "loadable_module"),
    (word::rust_library, Kind::RustLibrary, "rust_library"),
    (word::rust_proc_macro, Kind::RustProcMacro, "rust_proc_macro"),
    (word::shared_library, Kind::SharedLibrary, "shared_library"),
    (word::source_set, Kind::SourceSet, "source_set"),
    (word::static_library, Kind::StaticLibrary, "static_library"),
    (word::pool, Kind::Pool, "pool"),
];

impl Kind {
    pub(crate) fn of(function: Symbol) -> Option<Self> {
        KINDS.iter().find(|(symbol, ..)| *symbol == function).map(|(_, kind, _)| *kind)
    }

    /// The function that declares it.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(.., word)| word)
    }

    /// Whether it runs a script.
    pub fn is_action(self) -> bool {
        matches!(self, Self::Action | Self::ActionForeach)
    }
}

/// The variables of a target that are kept.
pub(crate) const FIELDS: &[(Symbol, &str)] = &[
    (word::deps, "deps"),
    (word::public_deps, "public_deps"),
    (word::data_deps, "data_deps"),
    (word::configs, "configs"),
    (word::public_configs, "public_configs"),
    (word::all_dependent_configs, "all_dependent_configs"),
    (word::sources, "sources"),
    (word::public, "public"),
    (word::inputs, "inputs"),
    (word::script, "script"),
    (word::outputs, "outputs"),
    (word::include_dirs, "include_dirs"),
    (word::data, "data"),
    (word::testonly, "testonly"),
    (word::crate_root, "crate_root"),
    (word::libs, "libs"),
    (word::defines, "defines"),
];

/// A target (or config) as one file declares it in one toolchain.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) name: Text,
    pub(crate) folder: Text,
    pub(crate) kind: Kind,
    /// When it is declared.
    pub(crate) condition: Condition,
    /// Where its build file makes the call that declares it, perhaps through templates: file, line.
    pub(crate) place: (Text, usize),
    pub(crate) fields: Vec<(Symbol, Value)>,
}

impl Declared {
    pub(crate) fn field(&self, name: Symbol) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}

/// A toolchain as a file declares it.
#[derive(Debug)]
pub(crate) struct DeclaredToolchain {
    pub(crate) folder: Text,
    pub(crate) name: Text,
    pub(crate) arguments: Arc<Variables>,
}

/// An argument that a file declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Argument {
    /// Its name.
    pub name: Text,
    /// The file and line that declares it.
    pub place: (Text, usize),
    /// Its default as text.
    pub default: String,
    /// Its value in this build as text.
    pub value: String,
}
