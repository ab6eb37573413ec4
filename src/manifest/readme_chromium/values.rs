//! What the values of `README.chromium` mean.

/// Prefixes of the vulnerability ids that the format knows.
const VULNERABILITIES: [&str; 5] = ["CVE-", "GHSA-", "PYSEC-", "OSV-", "DSA-"];

/// Whether a text is a vulnerability id: prefix, four letters or digits, a dash, more.
pub(super) fn is_vulnerability(text: &str) -> bool {
    let rest = VULNERABILITIES.iter().find_map(|prefix| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
    });
    let Some((year, number)) = rest.and_then(|rest| rest.split_once('-')) else { return false };
    year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b':')
}

/// Whether a text says "not applicable": `N/A` with anything behind it, or the words.
pub(super) fn is_not_applicable(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix('n').map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    let slashed = rest.and_then(|rest| rest.strip_prefix('/')).map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    slashed.is_some_and(|rest| rest.starts_with('a')) || matches!(without_stop(&lower), "na" | "not applicable")
}

fn without_stop(text: &str) -> &str {
    text.strip_suffix('.').unwrap_or(text)
}

/// Whether a text of Local Modifications says that there are none.
pub(super) fn says_unmodified(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_prefix('(').unwrap_or(&lower);
    // `(none.)`, `none)`, `none.`: each bracket and full stop may stand or not.
    let none = without_stop(without_stop(bare).strip_suffix(')').unwrap_or(without_stop(bare)));
    none == "none"
        || matches!(without_stop(&lower), "no modification" | "no modifications" | "na" | "not applicable")
        || is_not_applicable(text)
}

/// Values of Version and Revision that say nothing.
const NOTHING: [&str; 7] = ["0", "varies", "-", "unknown", "head", "see deps", "deps"];

/// Whether a version or revision says nothing by the format's rule.
pub(super) fn says_nothing(text: &str) -> bool {
    text.is_empty() || is_not_applicable(text) || NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

/// Whether a text is a git revision of 7 to 40 digits.
pub(super) fn is_revision(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A yes or no by its first letters; anything else counts as yes, as in Chromium's own reader.
pub(super) fn yes_or_no(text: &str) -> bool {
    !text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("no"))
}

/// Whether a text is plainly `yes` or `no`.
pub(super) fn is_plain_yes_or_no(text: &str) -> bool {
    text.eq_ignore_ascii_case("yes") || text.eq_ignore_ascii_case("no")
}

/// The URLs of a value: separated by commas and blanks.
pub(super) fn urls(value: &str) -> impl Iterator<Item = (&str, usize)> {
    value.split('\n').enumerate().flat_map(|(line, text)| {
        text.split(|letter: char| letter == ',' || letter.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(move |part| (part, line))
    })
}

/// Whether a URL has one of the schemes that the format allows.
pub(super) fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        ["http", "https", "git", "ftp"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
    })
}

/// What a URL text says instead of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InsteadOfUrl {
    /// This is the canonical repository.
    Canonical,
    /// The upstream is internal to Google.
    Internal,
}

/// Reads the two texts that may stand for a URL.
pub(super) fn instead_of_url(value: &str) -> Option<InsteadOfUrl> {
    let lower = without_stop(value).to_ascii_lowercase();
    match lower.as_str() {
        "this is the canonical repo"
        | "this is the canonical repository"
        | "this is the canonical public repo"
        | "this is the canonical public repository" => Some(InsteadOfUrl::Canonical),
        "internal" | "google internal" => Some(InsteadOfUrl::Internal),
        _ => None,
    }
}

/// Whether a text separates licences by something else than commas.
pub(super) fn has_bad_separator(license: &str) -> bool {
    ["/", ";", " and ", " or "].iter().any(|separator| license.contains(separator))
}

/// Mechanisms that the format allows.
const MECHANISMS: [&str; 5] = ["Autoroll", "Autoroll.GoogleManaged", "Manual", "Static", "Static.HardFork"];

/// An update mechanism without its bug link, and whether the format knows it.
pub(super) fn mechanism(value: &str) -> (&str, bool) {
    let (mechanism, bug) = match value.split_once('(') {
        Some((mechanism, bug)) => (mechanism.trim_end(), bug.strip_suffix(')')),
        None => (value, Some("-")),
    };
    let well_formed = bug.is_some_and(|bug| !bug.is_empty() && !bug.contains(')'));
    (mechanism, well_formed && MECHANISMS.contains(&mechanism))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmodified_in_every_spelling() {
        for text in ["None", "(none)", "none.", "(None.).", "No modifications.", "n/a", "N / A whatever", "NA", "na."] {
            assert!(says_unmodified(text), "{text}");
        }
        for text in ["None of", "no", "modified", "", "nab", "nothing"] {
            assert!(!says_unmodified(text), "{text}");
        }
    }

    #[test]
    fn ids_of_vulnerabilities() {
        for text in ["CVE-2024-12345", "GHSA-abcd-ef01-2345", "cve-2024-1", "DSA-1234-1"] {
            assert!(is_vulnerability(text), "{text}");
        }
        for text in ["CVE-24-1", "CVE-2024-", "XCVE-2024-1", "CVE-2024-1 ", "CVE", "CVE-2024-ü"] {
            assert!(!is_vulnerability(text), "{text}");
        }
    }

    #[test]
    fn yes_is_the_default() {
        assert!(yes_or_no("Yes, always") && yes_or_no("maybe") && yes_or_no("é"));
        assert!(!yes_or_no("NO (tests)") && !yes_or_no("not shipped"));
    }

    #[test]
    fn mechanisms_with_and_without_a_bug() {
        assert_eq!(mechanism("Static.HardFork (https://crbug.com/1)"), ("Static.HardFork", true));
        assert_eq!(mechanism("Manual"), ("Manual", true));
        assert_eq!(mechanism("Manual ()"), ("Manual", false));
        assert_eq!(mechanism("By hand"), ("By hand", false));
    }
}
