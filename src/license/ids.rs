//! Licence and exception ids: the canonical spelling, what replaces a deprecated id, and names in older use.

/// Deprecated ids whose meaning is an expression of current ones (SPDX licence list, "deprecated" section).
const REPLACED: [(&str, &str); 22] = [
    ("AGPL-1.0", "AGPL-1.0-only"),
    ("AGPL-3.0", "AGPL-3.0-only"),
    ("GFDL-1.1", "GFDL-1.1-only"),
    ("GFDL-1.2", "GFDL-1.2-only"),
    ("GFDL-1.3", "GFDL-1.3-only"),
    ("GPL-1.0", "GPL-1.0-only"),
    ("GPL-2.0", "GPL-2.0-only"),
    ("GPL-3.0", "GPL-3.0-only"),
    ("LGPL-2.0", "LGPL-2.0-only"),
    ("LGPL-2.1", "LGPL-2.1-only"),
    ("LGPL-3.0", "LGPL-3.0-only"),
    ("GPL-2.0-with-autoconf-exception", "GPL-2.0-only WITH Autoconf-exception-2.0"),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2"),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0"),
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-only WITH GCC-exception-2.0"),
    ("GPL-3.0-with-autoconf-exception", "GPL-3.0-only WITH Autoconf-exception-3.0"),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1"),
    ("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"),
    ("wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
    ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views"),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause"),
];

/// Names in use that are no ids: lower case, without blanks and punctuation but `+` and `.`; and what they mean.
/// The last ones are private names that Chromium's metadata allows.
const NAMES: [(&str, &str); 74] = [
    ("mitlicense", "MIT"),
    ("themitlicense", "MIT"),
    ("expat", "MIT"),
    ("mitx11", "MIT"),
    ("mit/x11", "MIT"),
    ("apache", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache2.0", "Apache-2.0"),
    ("apachev2", "Apache-2.0"),
    ("apachev2.0", "Apache-2.0"),
    ("apachelicense", "Apache-2.0"),
    ("apachelicense2.0", "Apache-2.0"),
    ("apachelicensev2.0", "Apache-2.0"),
    ("apachelicenseversion2.0", "Apache-2.0"),
    ("asl2.0", "Apache-2.0"),
    ("bsd3", "BSD-3-Clause"),
    ("bsd3clause", "BSD-3-Clause"),
    ("newbsd", "BSD-3-Clause"),
    ("newbsdlicense", "BSD-3-Clause"),
    ("modifiedbsd", "BSD-3-Clause"),
    ("revisedbsd", "BSD-3-Clause"),
    ("bsd2", "BSD-2-Clause"),
    ("bsd2clause", "BSD-2-Clause"),
    ("simplifiedbsd", "BSD-2-Clause"),
    ("bsd4clause", "BSD-4-Clause"),
    ("gpl", "GPL-1.0-or-later"),
    ("gplv2", "GPL-2.0-only"),
    ("gpl2", "GPL-2.0-only"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gpl2+", "GPL-2.0-or-later"),
    ("gplv3", "GPL-3.0-only"),
    ("gpl2.0", "GPL-2.0-only"),
    ("gpl3.0", "GPL-3.0-only"),
    ("lgpl2.0", "LGPL-2.0-only"),
    ("lgpl3.0", "LGPL-3.0-only"),
    ("gpl3", "GPL-3.0-only"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("gpl3+", "GPL-3.0-or-later"),
    ("lgpl", "LGPL-2.0-or-later"),
    ("lgplv2", "LGPL-2.0-only"),
    ("lgplv2+", "LGPL-2.0-or-later"),
    ("lgpl2", "LGPL-2.0-only"),
    ("lgpl2+", "LGPL-2.0-or-later"),
    ("lgplv2.1", "LGPL-2.1-only"),
    ("lgplv2.1+", "LGPL-2.1-or-later"),
    ("lgpl2.1", "LGPL-2.1-only"),
    ("lgpl2.1+", "LGPL-2.1-or-later"),
    ("lgplv3", "LGPL-3.0-only"),
    ("lgplv3+", "LGPL-3.0-or-later"),
    ("lgpl3", "LGPL-3.0-only"),
    ("lgpl3+", "LGPL-3.0-or-later"),
    ("agplv3", "AGPL-3.0-only"),
    ("agplv3+", "AGPL-3.0-or-later"),
    ("mpl", "MPL-1.1"),
    ("mpl1.1", "MPL-1.1"),
    ("mpl2", "MPL-2.0"),
    ("mpl2.0", "MPL-2.0"),
    ("mplv1.1", "MPL-1.1"),
    ("mplv2.0", "MPL-2.0"),
    ("boost", "BSL-1.0"),
    ("boostsoftwarelicense", "BSL-1.0"),
    ("zliblicense", "Zlib"),
    ("zlib/libpng", "Zlib"),
    ("libpnglicense", "Libpng"),
    ("isclicense", "ISC"),
    ("openssllicense", "OpenSSL"),
    ("ofl", "OFL-1.1"),
    ("siloflv1.1", "OFL-1.1"),
    ("cc0", "CC0-1.0"),
    ("psf", "PSF-2.0"),
    ("microsoftpubliclicense", "MS-PL"),
    ("apachewithllvmexception", "Apache-2.0 WITH LLVM-exception"),
    ("apachewithruntimeexception", "Apache-2.0 WITH Swift-exception"),
    ("unlicensed", "LicenseRef-Unlicensed"),
];

/// The list's spelling of a licence id, whatever the case.
pub(super) fn license(id: &str) -> Option<&'static str> {
    // The crate takes `MPL-2.0+` for `MPL-2.0`.
    spdx::license_id(id).map(|found| found.name).filter(|name| *name == id).or_else(|| {
        spdx::identifiers::LICENSES.iter().map(|known| known.name).find(|name| name.eq_ignore_ascii_case(id))
    })
}

/// The list's spelling of an exception id, whatever the case.
pub(super) fn exception(id: &str) -> Option<&'static str> {
    spdx::exception_id(id).map(|found| found.name).or_else(|| {
        spdx::identifiers::EXCEPTIONS.iter().map(|known| known.name).find(|name| name.eq_ignore_ascii_case(id))
    })
}

/// What the list says to write for a deprecated id.
pub(super) fn replacement(id: &str) -> Option<&'static str> {
    REPLACED.iter().find(|(old, _)| *old == id).map(|(_, new)| *new)
}

/// The expression that a name in older use means.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    let key: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '/'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    NAMES.iter().find(|(known, _)| *known == key).map(|(_, meaning)| *meaning)
}

/// `LicenseRef-` and the name in the characters that SPDX allows; `None` where nothing is left.
pub(super) fn reference(name: &str) -> Option<String> {
    let bare = name.strip_prefix("LicenseRef-").unwrap_or(name);
    let words: Vec<&str> = bare
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
        .filter(|word| !word.is_empty())
        .collect();
    let joined = words.join("-");
    let short = joined.get(..joined.len().min(80)).unwrap_or_default().trim_matches('-');
    (!short.is_empty()).then(|| format!("LicenseRef-{short}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::Expression;

    #[test]
    fn tables_hold_expressions_of_current_ids() {
        for (old, new) in REPLACED.iter().chain(&NAMES) {
            assert_eq!(Expression::parse(new).unwrap().to_string(), *new, "{old}");
        }
        for (old, _) in REPLACED {
            assert!(spdx::license_id(old).unwrap().is_deprecated(), "{old}");
        }
        for (name, _) in NAMES {
            assert_eq!(name.to_ascii_lowercase(), name);
            assert!(license(name).is_none_or(|id| !id.eq_ignore_ascii_case(name)) || name == "psf", "{name}");
        }
    }
}
