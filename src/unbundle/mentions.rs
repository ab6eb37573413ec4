//! What build files say about the system's libraries, in builds that are not run here: `CMake`, meson, autoconf, Mozilla's configure
//! files and Node's.
//!
//! A *switch* chooses between the bundled copy and the system's; a *search* only looks for the system's. Lines are read, nothing
//! is run: whether a switch is within reach of a configuration is not known.

use serde::{Deserialize, Serialize};

/// How much of a build file is read.
pub const LIMIT: usize = 1 << 20;

/// The longest line that is looked at.
const LINE_LIMIT: usize = 2048;

/// The most mentions of one file.
const MENTIONS: usize = 2000;

/// What a build file says about one library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mention {
    /// The library as the file calls it, such as `zlib`.
    pub library: String,
    /// How a person writes it: `--with-system-zlib`, `find_package(ZLIB)`.
    pub shown: String,
    /// Whether it chooses, or only looks.
    pub switch: bool,
    /// The line (1-based).
    pub line: usize,
}

/// The languages of build files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    CMake,
    Meson,
    Autoconf,
    /// Mozilla's `moz.configure` and Node's `configure.py`.
    Configure,
}

fn language(name: &[u8]) -> Option<Language> {
    match name {
        b"CMakeLists.txt" => Some(Language::CMake),
        b"meson.build" | b"meson_options.txt" | b"meson.options" => Some(Language::Meson),
        b"configure.ac" | b"configure.in" => Some(Language::Autoconf),
        b"moz.configure" | b"configure.py" => Some(Language::Configure),
        _ if name.ends_with(b".cmake") => Some(Language::CMake),
        _ if name.ends_with(b".configure") => Some(Language::Configure),
        _ => None,
    }
}

/// Whether a file is one that is read, by its name.
pub fn reads(name: &[u8]) -> bool {
    language(name).is_some()
}

/// What a file says, in the order of its lines; each once.
pub fn read(name: &[u8], content: &[u8]) -> Vec<Mention> {
    let Some(language) = language(name) else { return Vec::new() };
    let mut found: Vec<Mention> = Vec::new();
    for (number, line) in content.split(|&byte| byte == b'\n').enumerate() {
        if line.len() > LINE_LIMIT || found.len() > MENTIONS {
            continue;
        }
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        if line.starts_with('#') || line.starts_with("dnl ") {
            continue;
        }
        for (library, shown, switch) in mentions(language, line) {
            if !found.iter().any(|known| known.library == library && known.switch == switch) {
                found.push(Mention { library, shown, switch, line: number + 1 });
            }
        }
    }
    found
}

type Told = (String, String, bool);

fn mentions(language: Language, line: &str) -> Vec<Told> {
    match language {
        Language::CMake => cmake(line),
        Language::Meson => meson(line),
        Language::Autoconf => [flags(line), autoconf(line)].concat(),
        Language::Configure => [flags(line), configure(line)].concat(),
    }
}

/// The letters of a library's name at the beginning of a text.
fn name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "_-+.".contains(c))).unwrap_or(text.len());
    let name = text.get(..end)?.trim_end_matches(['.', '-']);
    (name.len() > 1 && name.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some(name)
}

/// Every text that follows one of these words.
fn after<'t>(line: &'t str, word: &str) -> Vec<&'t str> {
    line.match_indices(word).filter_map(|(at, _)| line.get(at + word.len()..)).collect()
}

/// `--with-system-NAME`, `--enable-system-NAME`.
fn flags(line: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for flag in ["--with-system-", "--without-system-", "--enable-system-", "--disable-system-"] {
        found.extend(after(line, flag).into_iter().filter_map(name).map(|name| {
            let shown = flag.replace("without", "with").replace("disable", "enable");
            (name.to_owned(), format!("{shown}{name}"), true)
        }));
    }
    found
}

fn autoconf(line: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for (call, shown) in [("AC_ARG_WITH(", "--with-"), ("AC_ARG_ENABLE(", "--enable-")] {
        for rest in after(line, call) {
            let rest = rest.trim_start_matches(['[', ' ']);
            let library = rest.strip_prefix("system-").or_else(|| rest.strip_prefix("system_")).and_then(name);
            found.extend(library.map(|name| (name.to_owned(), format!("{shown}system-{name}"), true)));
        }
    }
    for rest in after(line, "PKG_CHECK_MODULES(") {
        // The first argument is the prefix of variables, the second the modules.
        let modules = rest.split_once(',').map_or("", |(_, rest)| rest);
        let module = name(modules.trim_start_matches(['[', ' ', '"']));
        found.extend(module.map(|name| (name.to_owned(), format!("PKG_CHECK_MODULES({name})"), false)));
    }
    found
}

fn configure(line: &str) -> Vec<Told> {
    let mut found = Vec::new();
    found.extend(after(line, "'--shared-").into_iter().chain(after(line, "\"--shared-")).filter_map(name).map(
        |name| {
            let library =
                ["-includes", "-libname", "-libpath"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            (library.to_owned(), format!("--shared-{library}"), true)
        },
    ));
    for rest in after(line, "pkg_check_modules(") {
        let modules = rest.split_once(',').map_or("", |(_, rest)| rest);
        let module = name(modules.trim_start_matches([' ', '"', '\'']));
        found.extend(module.map(|name| (name.to_owned(), format!("pkg_check_modules({name})"), false)));
    }
    found
}

fn cmake(line: &str) -> Vec<Told> {
    let mut found = Vec::new();
    let lower = line.to_ascii_lowercase();
    for call in ["option(", "cmake_dependent_option("] {
        if let Some(option) = lower.strip_prefix(call).and_then(|rest| name(rest.trim_start())) {
            found.extend(chosen(option).map(|library| (library, option.to_ascii_uppercase(), true)));
        }
    }
    for rest in after(line, "qt_feature(\"system-") {
        found.extend(name(rest).map(|name| (name.to_owned(), format!("-system-{name}"), true)));
    }
    for (call, shown) in [
        ("find_package(", "find_package"),
        ("pkg_check_modules(", "pkg_check_modules"),
        ("pkg_search_module(", "pkg_search_module"),
    ] {
        let rest = lower.find(call).and_then(|at| line.get(at + call.len()..));
        let wanted = rest.and_then(|rest| {
            let words: Vec<&str> = rest.split([' ', '\t', ')']).filter(|word| !word.is_empty()).collect();
            if shown == "find_package" {
                return words.first().copied();
            }
            words
                .iter()
                .skip(1)
                .find(|word| !["REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL"].contains(word))
                .copied()
        });
        if let Some(found_name) = wanted.and_then(name) {
            // Wrappers of Qt: `WrapSystemZLIB`.
            let library =
                found_name.strip_prefix("WrapSystem").or_else(|| found_name.strip_prefix("Wrap")).unwrap_or(found_name);
            found.push((library.to_owned(), format!("{shown}({found_name})"), false));
        }
    }
    found
}

/// The library in the name of an option such as `USE_SYSTEM_ZLIB`, `WITH_SYSTEM_ZLIB`, `ZLIB_USE_SYSTEM`.
fn chosen(option: &str) -> Option<String> {
    let (before, rest) =
        option.split_once("system_").or_else(|| option.split_once("external_")).unwrap_or((option, ""));
    let plain = |text: &str| text.trim_matches('_').to_owned();
    if !rest.is_empty() {
        let rest =
            ["libs", "libraries", "library"].iter().fold(rest, |rest, word| if rest == *word { "" } else { rest });
        return Some(plain(rest)).filter(|name| name.len() > 1);
    }
    let before = before.strip_suffix("_use_system").or_else(|| before.strip_suffix("_system"));
    before.map(plain).filter(|name| name.len() > 1)
}

fn meson(line: &str) -> Vec<Told> {
    let mut found = Vec::new();
    let quoted = |rest: &str| {
        let rest = rest.trim_start();
        rest.strip_prefix(['\'', '"']).and_then(name).map(ToOwned::to_owned)
    };
    for rest in after(line, "option(") {
        if let Some(option) = quoted(rest) {
            let library =
                option.strip_prefix("system-").or_else(|| option.strip_prefix("system_")).map(ToOwned::to_owned);
            let library = library.or_else(|| chosen(&option.to_ascii_lowercase().replace('-', "_")));
            found.extend(library.map(|library| (library, format!("-D{option}"), true)));
        }
    }
    for rest in after(line, "dependency(") {
        // With a fallback, meson itself chooses: `--wrap-mode` is the switch.
        let switch = line.contains("fallback");
        found.extend(quoted(rest).map(|library| {
            let shown = format!("dependency('{library}')");
            (library, shown, switch)
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(file: &str, text: &str) -> Vec<String> {
        let found = read(file.as_bytes(), text.as_bytes());
        let word = |switch| if switch { "switch" } else { "search" };
        found.iter().map(|one| format!("{} {} {} {}", one.line, word(one.switch), one.library, one.shown)).collect()
    }

    #[test]
    fn switches_of_configure_scripts() {
        assert_eq!(
            told(
                "moz.configure",
                "    \"--with-system-zlib\",\npkg_check_modules(\"MOZ_Z\", \"zlib >= 1\", when=\"--with-system-zlib\")\n"
            ),
            ["1 switch zlib --with-system-zlib", "2 search zlib pkg_check_modules(zlib)"]
        );
        assert_eq!(
            told(
                "configure.py",
                "parser.add_argument('--shared-cares-includes',\nparser.add_argument('--shared-cares',\n"
            ),
            ["1 switch cares --shared-cares"]
        );
        assert_eq!(
            told(
                "configure.ac",
                "dnl --with-system-no\nAC_ARG_WITH([system-expat],\nPKG_CHECK_MODULES([EXPAT], [expat >= 2])\n"
            ),
            ["2 switch expat --with-system-expat", "3 search expat PKG_CHECK_MODULES(expat)"]
        );
    }

    #[test]
    fn switches_of_cmake_and_meson() {
        assert_eq!(
            told(
                "CMakeLists.txt",
                "option(USE_SYSTEM_ZLIB \"x\" OFF)\nOPTION( WITH_SYSTEM_PNG \"x\")\noption(JPEG_USE_SYSTEM \"\")\noption(USE_SYSTEM_LIBS \"\")\nfind_package(ZLIB REQUIRED)\npkg_check_modules(PNG REQUIRED libpng)\noption(SHARED \"\")\n"
            ),
            [
                "1 switch zlib USE_SYSTEM_ZLIB",
                "2 switch png WITH_SYSTEM_PNG",
                "3 switch jpeg JPEG_USE_SYSTEM",
                "5 search ZLIB find_package(ZLIB)",
                "6 search libpng pkg_check_modules(libpng)",
            ]
        );
        assert_eq!(
            told("configure.cmake", "qt_feature(\"system-pcre2\" PRIVATE\nqt_find_package(WrapSystemPNG MODULE\n"),
            ["1 switch pcre2 -system-pcre2", "2 search PNG find_package(WrapSystemPNG)"]
        );
        assert_eq!(
            told("meson.build", "a = dependency('zlib', fallback: ['zlib', 'z'])\nb = dependency('expat')\n"),
            ["1 switch zlib dependency('zlib')", "2 search expat dependency('expat')"]
        );
        assert_eq!(told("meson_options.txt", "option('system-lua', type: 'boolean')\n"), ["1 switch lua -Dsystem-lua"]);
    }

    proptest! {
        #[test]
        fn no_text_panics(file in prop::sample::select(vec!["CMakeLists.txt", "meson.build", "configure.ac", "moz.configure"]), text in "[-a-zA-Z_('\"\\[\\])#,. é\n]{0,300}|(option\\(|dependency\\(|find_package\\(|pkg_check_modules\\(|--with-system-|[a-z é)]){0,20}") {
            let _ = read(file.as_bytes(), text.as_bytes());
        }
    }
}
