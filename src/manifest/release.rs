//! What a text in the place of a version means: a release, a snapshot after one, a revision, a date, or nothing.
//!
//! People write many things there: `v1.3.2`, `R_2_8_0-29-g1a2b3c4d` (from `git describe`), a hash with a version in
//! brackets, `master (2024-01-02)`, `see DEPS`. Reading them never guesses: a word without a recognisable form is left out.

/// What a version text tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Release {
    /// The version, without the tag's prefix, its parts separated as upstream does where that is clear.
    pub version: Option<String>,
    /// How many commits lie after that version.
    pub commits_after: Option<u32>,
    /// A git revision of 7 digits or more, in lower case.
    pub revision: Option<String>,
    /// A date, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// The longest text that is looked at, in bytes: a version is short, prose is none.
const LONGEST: usize = 200;

/// Reads a version text.
///
/// ```
/// use forebay::manifest::release;
/// assert_eq!(release::read("VER-2-13-3-230-ge07e56c7f").version.as_deref(), Some("2.13.3"));
/// assert_eq!(release::read("see DEPS").version, None);
/// ```
pub fn read(text: &str) -> Release {
    let mut release = Release::default();
    let text: String = text.chars().take(LONGEST).map(plain).collect();
    let words = text.split(|letter: char| letter.is_whitespace() || "(),;'\"[]".contains(letter));
    for word in words.map(|word| word.trim_matches(['.', ':'])).filter(|word| !word.is_empty()) {
        if let Some(date) = dated(word) {
            release.date.get_or_insert(date);
        } else if let Some(revision) = revision(word) {
            release.revision.get_or_insert(revision);
        } else if release.version.is_none() {
            versioned(word, &mut release);
        }
    }
    if release.version.as_deref() == Some("0") {
        release.version = None;
    }
    release
}

/// A digit with a full stop in one character (U+2488 to U+2490, as in `⒉.8.0`) as the digit alone.
fn plain(letter: char) -> char {
    match letter {
        '\u{2488}'..='\u{2490}' => char::from_digit(letter as u32 - 0x2487, 10).unwrap_or(letter),
        other => other,
    }
}

/// A word that is a date with `-` or `/`; with full stops it may as well be a version.
fn dated(word: &str) -> Option<String> {
    let separated = word.len() >= 8 && (word.contains('-') || word.contains('/')) && !word.contains('.');
    let year_first = word.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    (separated && year_first).then(|| super::date::iso(word)).flatten().map(|(date, _)| date)
}

/// A word that is a git revision: hexadecimal, 7 to 40 digits, and not just a number unless it is a full one.
fn revision(word: &str) -> Option<String> {
    let hex = (7..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = word.bytes().all(|byte| byte.is_ascii_digit());
    (hex && (!number || word.len() == 40)).then(|| word.to_ascii_lowercase())
}

/// Prefixes that stand directly before a number; any other prefix needs a separator.
const PREFIXES: [&str; 9] = ["", "v", "r", "n", "b", "ver", "rel", "version", "release"];

fn versioned(word: &str, release: &mut Release) {
    let word = word.rsplit('/').next().unwrap_or(word);
    let Some(digit) = word.find(|letter: char| letter.is_ascii_digit()) else { return };
    let (prefix, body) = word.split_at(digit);
    let separated = prefix.ends_with(['-', '_', '.', '@', '=']) || prefix.ends_with("-v") || prefix.ends_with("_v");
    let letters = prefix.chars().all(|letter| letter.is_ascii_alphabetic() || "-_.@=+".contains(letter));
    if !letters || !(separated || PREFIXES.iter().any(|known| known.eq_ignore_ascii_case(prefix))) {
        return;
    }
    let (body, revision) = without_revision(body);
    if release.revision.is_none() {
        release.revision = revision.map(str::to_ascii_lowercase);
    }
    let (body, commits) = if revision.is_some() { without_count(body) } else { (body, None) };
    release.commits_after = commits;
    release.version = spelled(body);
}

/// Takes off `-gHASH`, `.git.HASH`, `+gitHASH`, `~gitHASH` and the like.
fn without_revision(body: &str) -> (&str, Option<&str>) {
    let digits = body.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
    let (before, hash) = body.split_at(body.len() - digits);
    if !(7..=40).contains(&hash.len()) {
        return (body, None);
    }
    let before = before.trim_end_matches(['.', '-', '_', '+', '~']);
    match before.strip_suffix("git").or_else(|| before.strip_suffix('g')) {
        Some(rest) if rest.ends_with(['.', '-', '_', '+', '~']) => {
            (rest.trim_end_matches(['.', '-', '_', '+', '~']), Some(hash))
        }
        _ if hash.len() == 40 && !before.is_empty() => (before, Some(hash)),
        _ => (body, None),
    }
}

/// Takes off the number of commits that `git describe` writes.
fn without_count(body: &str) -> (&str, Option<u32>) {
    match body.rsplit_once('-') {
        Some((before, count)) if !before.is_empty() => match count.parse() {
            Ok(count) => (before, Some(count)),
            Err(_) => (body, None),
        },
        _ => (body, None),
    }
}

/// A version as upstream would write it: `2_8_0` and `2-13-3` have full stops, all else stays.
fn spelled(body: &str) -> Option<String> {
    let body = body.trim_end_matches(['.', '-', '_', '+', '~', ':']);
    let fits = body.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_+~^:".contains(letter));
    if body.is_empty() || !fits {
        return None;
    }
    let only = |separator: char| body.chars().all(|letter| letter.is_ascii_digit() || letter == separator);
    let underscored = !body.contains('.') && body.contains('_') && !body.contains('-');
    if underscored || (only('-') && body.matches('-').count() >= 2) {
        return Some(body.replace(['_', '-'], "."));
    }
    Some(body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Release { version, commits_after, revision, date } = read(text);
        let parts = [version, commits_after.map(|count| format!("+{count}")), revision, date];
        parts.map(|part| part.unwrap_or_else(|| "-".to_owned())).join(" ")
    }

    #[test]
    fn forms_that_occur() {
        for (text, expected) in [
            ("1.3.2", "1.3.2 - - -"),
            ("v1.3.2 (2024-01-02T03:04:05Z).", "1.3.2 - - 2024-01-02"),
            ("1.1.10.git.632cd0f128d8085a", "1.1.10 - 632cd0f128d8085a -"),
            ("R_2_8_0-29-g1a2b3c4d", "2.8.0 +29 1a2b3c4d -"),
            ("VER-2-13-3-230-ge07e56c7f", "2.13.3 +230 e07e56c7f -"),
            ("78-2", "78-2 - - -"),
            ("14.2.0-69", "14.2.0-69 - - -"),
            ("release-45", "45 - - -"),
            ("git (see METADATA)", "- - - -"),
            ("0123456789abcdef0123456789abcdef01234567 (0.4.1)", "0.4.1 - 0123456789abcdef0123456789abcdef01234567 -"),
            ("24b3bf8f19b6f5ab4cd2bcceb4f4064efca (v⒉.8.0)", "2.8.0 - 24b3bf8f19b6f5ab4cd2bcceb4f4064efca -"),
            ("3.01 / 84a4fee5b3f4b2f1a9dfb0cbf1f1b3e0a5a2d2c1", "3.01 - 84a4fee5b3f4b2f1a9dfb0cbf1f1b3e0a5a2d2c1 -"),
            ("2006/12/28", "- - - 2006-12-28"),
            ("DEPS", "- - - -"),
            ("see deps", "- - - -"),
            ("N/A", "- - - -"),
            ("0", "- - - -"),
            ("None", "- - - -"),
            ("1948", "1948 - - -"),
            ("20230125.1", "20230125.1 - - -"),
            ("20230125", "20230125 - - -"),
            ("R_2_7_4 (2024-01-02)", "2.7.4 - - 2024-01-02"),
            ("commit 0123456789abcdef", "- - 0123456789abcdef -"),
            ("master (2020-05-06)", "- - - 2020-05-06"),
            ("b'e75f0123456789'", "- - e75f0123456789 -"),
            ("refs/tags/curl-8_1_2", "8.1.2 - - -"),
            ("2.0.0-rc.1", "2.0.0-rc.1 - - -"),
            ("n6.1.1", "6.1.1 - - -"),
            ("@scope/name@1.2.3", "1.2.3 - - -"),
            ("sqlite3 fork", "- - - -"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
