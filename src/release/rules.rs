//! What a new release can bring that a person decides about, the most urgent first.

use crate::finding::{Rule, Severity};

macro_rules! rules {
    ($($name:ident = $code:literal, $severity:ident, $summary:literal, $explain:literal;)*) => {
        $(
            #[doc = $summary]
            pub const $name: Rule =
                Rule { code: $code, severity: Severity::$severity, summary: $summary, explain: $explain };
        )*
        /// The rules of `forebay release`, in the order in which their rows are shown.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    LICENSE_NEW = "release-license-new", Error,
        "a licence is in the new tree that nothing in the old one had",
        "No component of the baseline had this SPDX id. Read the text that the row names: may it be shipped, does it ask for a notice, and does \
the licence of the package have to name it?\n\nOnce decided, accept the row in `forebay.ack.toml` by its id or by code and component.";
    LICENSE_CHANGED = "release-license-changed", Warning,
        "the licence of a component is another one, or its text was edited",
        "Either the expression moved to ids that the old tree had elsewhere, or the expression stayed and a licence file has other words: a new holder \
of the copyright, a year, or a clause more. Compare the two texts. Where only the year moved, accept the row by its id.";
    LICENSE_COPY = "release-license-copy", Note,
        "a component that had no known licence shows one that the tree has elsewhere",
        "The id is known, so nothing has to be decided about the licence itself; the component is new among those that carry it.";
    LICENSE_MOVED = "release-license-moved", Note,
        "a licence text lies at another path, word for word",
        "A list of licence files (`%license`, debian/copyright) that names the old path has to name the new one.";
    BINARY_NEW = "release-binary-new", Error,
        "the new tree holds a prebuilt program or library that the old one had not",
        "Code that was built by somebody else has no source that can be checked, and most distributions do not ship it. Find out whether the build uses \
it; remove it in the step that prepares the sources, or accept the row with the reason.";
    FILE_BUILT = "release-built-file-new", Note,
        "the new tree holds a generated file that the old one had not",
        "A font, minified script or bitcode that is built from sources which may lie elsewhere. Where the policy of the distribution asks for the \
sources of such files too, find them.";
    COMPONENT_NEW = "release-component-new", Warning,
        "the new tree bundles a component that the old one had not",
        "Look whether it is shipped, whether the system has it, and whether a `Provides: bundled()` is due. `forebay audit-bundled` shows what it was \
detected by.";
    COMPONENT_GONE = "release-component-gone", Note,
        "a component of the old tree is gone",
        "Whatever names it in the packaging (a list of kept libraries, a `bundled()` line, an entry of debian/copyright) can go too.";
    VERSION_MOVED = "release-version", Note,
        "a bundled component has another version or revision",
        "The list of `bundled()` lines follows; `forebay spec update` writes it. A version that went down is worth a look.";
    FLOOR_MOVED = "release-floor", Warning,
        "the build asks for another version of a tool",
        "Upstream's build names a version of gn, clang, rust, node or another tool, and it is not the one that the old tree named. Compare with what \
the distributions you build for have; `--system` tells which are too old.";
    HOOK_GONE = "release-hook-gone", Warning,
        "a shim or an argument that chose the system's copy of a library is gone",
        "The old tree had a way to build with the system's copy of this library and the new one has not. An argument that names it is refused or \
silently ignored, and the bundled copy is built. Take it out of the arguments, or bring the shim back with a patch.";
    HOOK_NEW = "release-hook-new", Note,
        "the new tree has a shim or an argument that chooses the system's copy of a library",
        "The library may be unbundled now where it could not before. `forebay audit-bundled --gn-args FILE` says what still blocks it.";
    KEEPLIB_MOVED = "release-keeplib", Warning,
        "a path that the removal of bundled libraries must keep is new or gone",
        "The list of kept libraries in the packaging follows: a path that is missing there breaks the build, one that is no longer needed is declared \
as bundled without being so. `forebay audit-bundled --emit keeplibs` prints the list.";
    VERDICT_MOVED = "release-unbundle", Warning,
        "what can be done about a bundled component is not what it was",
        "A component that could be replaced by the system's copy no longer can, or the other way round. The blockers in the JSON report say why.";
}
