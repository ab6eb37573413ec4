//! What an upstream's text says about a version: numbers, attached letters, and what stands before or after a release.
//!
//! Texts met in real metadata: `v1.2-rc1`, `R_2_8_0-29-g1a2b3c4`, `VER-2-13-3`, `78-2`, `release-45`, `1.1.10.git.HASH`,
//! `HASH (0.4.1)`, `3.01 / HASH`, `2006/12/28`, `lts_2024_01_16`, `OpenSSL_1_1_1w`. Reading goes in steps: choose the word that
//! looks most like a version, take a `git describe` ending off, take a name in front off, then split the rest.

/// A part of the release itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Digits; `true` where they follow letters directly (`9.6p1`).
    Number(String, bool),
    /// Letters directly after digits (`1.1.1w`).
    Letters(String),
}

/// What qualifies the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tail {
    /// It comes before the release: `rc1`.
    Before(String),
    /// It comes after the release: `29.g1a2b3c4`, `git20240101`.
    After(String),
}

/// A version in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The release; empty where the text holds none.
    pub(super) base: Vec<Piece>,
    /// Its qualifiers, in order.
    pub(super) tail: Vec<Tail>,
    /// What was left out, as it stood.
    pub(super) dropped: Vec<String>,
}

/// Only the beginning of a longer text is read.
const LONGEST: usize = 256;

/// Words before a release.
const BEFORE: [&str; 12] =
    ["alpha", "beta", "rc", "cr", "pre", "preview", "prerelease", "dev", "devel", "snapshot", "nightly", "milestone"];
/// Words that say nothing.
const DECORATION: [&str; 8] = ["final", "ga", "release", "stable", "lts", "src", "tar", "orig"];
/// Version control systems as they stand in snapshots.
const SYSTEMS: [&str; 5] = ["git", "svn", "hg", "bzr", "cvs"];
/// Letters directly in front of the number that say nothing.
const PREFIXES: [&str; 8] = ["v", "ver", "version", "r", "rel", "release", "n", "tag"];
/// What stands in version fields where there is no version.
const NOTHING: [&str; 17] = [
    "", "n/a", "na", "none", "unknown", "head", "master", "main", "trunk", "tip", "latest", "varies", "deps",
    "see deps", "-", "0", "tot",
];

/// True for the words that fields hold where there is no version: `N/A`, `unknown`, `HEAD`, `DEPS`, `0`...
pub fn is_no_version(text: &str) -> bool {
    let text = text.trim();
    NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Reads a text.
pub(super) fn read(raw: &str) -> Form {
    let mut form = Form::default();
    let text = ascii(raw, &mut form.dropped);
    if let Some(date) = date(text.trim()) {
        form.base.push(Piece::Number(date, false));
        return form;
    }
    let words: Vec<&str> = text.split(|c: char| !is_kept(c)).filter(|word| word.bytes().any(alnum)).collect();
    let is_hash = |word: &str| hash(word).is_some();
    let best = words
        .iter()
        .enumerate()
        .filter(|(_, word)| !is_hash(word))
        .filter_map(|(at, word)| Some((likeness(word)?, at)));
    let chosen = best.min_by_key(|(likeness, at)| (std::cmp::Reverse(*likeness), *at)).map(|(_, at)| at);
    if let Some(word) = chosen.and_then(|at| words.get(at)) {
        read_word(word, &mut form);
    }
    for (_, word) in words.iter().enumerate().filter(|(at, _)| Some(*at) != chosen) {
        match hash(word).filter(|_| form.tail.is_empty()) {
            Some(hash) => form.tail.push(Tail::After(format!("git{hash}"))),
            None => form.dropped.push((*word).to_owned()),
        }
    }
    if form.base.is_empty() && !form.tail.is_empty() {
        form.base.push(Piece::Number("0".to_owned(), false));
    }
    form
}

/// The text without an epoch and in ASCII: full-width digits and digits with a stop are read, other characters part words.
fn ascii(raw: &str, dropped: &mut Vec<String>) -> String {
    let raw = raw.trim();
    let end = raw.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST).last().unwrap_or(0);
    let (kept, cut) = raw.split_at(end);
    if !cut.is_empty() {
        dropped.push(cut.to_owned());
    }
    let mut text = String::with_capacity(kept.len());
    for character in kept.chars() {
        match u32::from(character) {
            code @ 0xFF10..=0xFF19 => text.push_str(&(code - 0xFF10).to_string()),
            code @ 0x2488..=0x249B => {
                text.push_str(&(code - 0x2487).to_string());
                text.push('.');
            }
            0..0x80 => text.push(character),
            _ => text.push(' '),
        }
        if !character.is_ascii() {
            dropped.push(character.to_string());
        }
    }
    match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()) => {
            dropped.push(format!("{epoch}:"));
            rest.to_owned()
        }
        _ => text,
    }
}

fn is_kept(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '+' | '~' | '^')
}

fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// How much a word looks like a version: digits first, a known prefix first, digits anywhere; `None` without digits.
fn likeness(word: &str) -> Option<u8> {
    let at = word.bytes().position(|byte| byte.is_ascii_digit())?;
    let head = word.get(..at)?.trim_end_matches(['-', '_', '.']);
    let plain = head.is_empty() || PREFIXES.iter().any(|prefix| head.eq_ignore_ascii_case(prefix));
    Some(if at == 0 {
        3
    } else if plain {
        2
    } else {
        1
    })
}

/// The first seven digits of a commit id: 7 to 64 hexadecimal digits, with a letter among them unless it is a whole SHA-1.
fn hash(word: &str) -> Option<String> {
    let digits = word.strip_prefix('g').filter(|rest| is_hash(rest)).unwrap_or(word);
    is_hash(digits).then(|| digits.get(..7).unwrap_or(digits).to_ascii_lowercase())
}

fn is_hash(word: &str) -> bool {
    let letters = word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let digits = word.bytes().any(|byte| byte.is_ascii_digit());
    let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex && digits && (letters && (7..=64).contains(&word.len()) || word.len() == 40)
}

/// A day as eight digits, from `2006/12/28`, `2024-01-16` or `2024_01_16`.
fn date(text: &str) -> Option<String> {
    let separator = text.chars().find(|c| matches!(c, '/' | '-' | '_'))?;
    let mut parts = text.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (y, m, d) = (number(year)?, number(month)?, number(day)?);
    let sane = parts.next().is_none() && is_day(y, m, d) && year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    sane.then(|| format!("{y:04}{m:02}{d:02}"))
}

/// True for a day that a version may name.
pub(super) fn is_day(year: u32, month: u32, day: u32) -> bool {
    (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn read_word(word: &str, form: &mut Form) {
    let explicit = word.char_indices().find(|(at, c)| {
        matches!(c, '~' | '^') && word.get(..*at).is_some_and(|left| left.bytes().any(|byte| byte.is_ascii_digit()))
    });
    let (stem, marked) = explicit.map_or((word, ""), |(at, _)| word.split_at(at));
    let (stem, described) = describe(stem);
    let stem = without_name(stem, &mut form.dropped);
    match date(stem) {
        Some(date) => form.base.push(Piece::Number(date, false)),
        None => scan(stem, form),
    }
    form.tail.extend(described.map(Tail::After));
    for (at, mark) in marked.match_indices(['~', '^']) {
        let rest = marked.get(at + 1..).unwrap_or_default();
        let text = clean(rest.split(['~', '^']).next().unwrap_or_default());
        if !text.is_empty() {
            form.tail.push(if mark == "~" { Tail::Before(text) } else { Tail::After(text) });
        }
    }
}

/// Takes `-29-g1a2b3c4` off the end.
fn describe(word: &str) -> (&str, Option<String>) {
    let found = word.rfind("-g").and_then(|at| {
        let (left, id) = (word.get(..at)?, word.get(at + 2..)?);
        let (stem, count) = left.rsplit_once(['-', '_'])?;
        let hex = (4..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let counted = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        let short = id.get(..12).unwrap_or(id).to_ascii_lowercase();
        (hex && counted && stem.bytes().any(|byte| byte.is_ascii_digit()))
            .then(|| (stem, Some(format!("{count}.g{short}"))))
    });
    found.unwrap_or((word, None))
}

/// Takes names and prefixes off the front: `R_2_8_0`, `libxml2-2.9.1`, `v1`, `m120`.
fn without_name<'a>(mut word: &'a str, dropped: &mut Vec<String>) -> &'a str {
    loop {
        word = word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let letters = word.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(word.len());
        let (head, rest) = word.split_at(letters);
        let digits_follow = rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        if head.is_empty() || !rest.bytes().any(|byte| byte.is_ascii_digit()) || is_before(head) && digits_follow {
            return word;
        }
        let known = PREFIXES.iter().any(|prefix| head.eq_ignore_ascii_case(prefix));
        let name = word.bytes().position(|byte| !alnum(byte)).unwrap_or(word.len());
        let (name, after) = word.split_at(name);
        if !known && digits_follow && after.bytes().any(|byte| byte.is_ascii_digit()) {
            dropped.push(name.to_owned());
            word = after;
        } else {
            if !known {
                dropped.push(head.to_owned());
            }
            word = rest;
        }
    }
}

fn is_before(word: &str) -> bool {
    BEFORE.iter().any(|before| word.eq_ignore_ascii_case(before))
}

/// Splits what is left: the release while there are numbers and attached letters, then one qualifier.
fn scan(stem: &str, form: &mut Form) {
    let mut rest = stem;
    loop {
        let start = rest.bytes().position(alnum).unwrap_or(rest.len());
        let (separator, after) = rest.split_at(start);
        if after.is_empty() {
            return;
        }
        let run = after.bytes().position(|byte| !alnum(byte)).unwrap_or(after.len());
        let parted = !separator.is_empty() || form.base.is_empty();
        let (whole, beyond) = after.split_at(run);
        if parted && !form.base.is_empty() && (separator.contains('+') || hash(whole).is_some()) {
            return qualify(after, form);
        }
        let digits = after.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(after.len());
        if digits > 0 {
            let (number, next) = after.split_at(digits);
            let attached = !parted && matches!(form.base.last(), Some(Piece::Letters(_)));
            form.base.push(Piece::Number(number.to_owned(), attached));
            rest = next;
            continue;
        }
        let letters = after.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(after.len());
        let (word, next) = after.split_at(letters);
        let numbered = next.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        if parted && next.len() == beyond.len() && DECORATION.iter().any(|said| word.eq_ignore_ascii_case(said)) {
            form.dropped.push(word.to_owned());
            rest = next;
        } else if parted || is_before(word) || is_system(word) || numbered && matches!(word, "a" | "b") {
            return qualify(after, form);
        } else {
            form.base.push(Piece::Letters(word.to_owned()));
            rest = next;
        }
    }
}

fn is_system(word: &str) -> bool {
    SYSTEMS.iter().any(|system| word.eq_ignore_ascii_case(system))
}

/// Adds what follows the release as a qualifier.
fn qualify(text: &str, form: &mut Form) {
    if form.base.is_empty() {
        form.base.push(Piece::Number("0".to_owned(), false));
    }
    let letters = text.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, after) = text.split_at(letters);
    let rest = after.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let numbered = rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let single = matches!(word, "a" | "b" | "m") && numbered && rest.len() == after.len();
    if is_before(word) || single {
        let between = if numbered || rest.is_empty() { "" } else { "." };
        form.tail.push(Tail::Before(clean(&format!("{word}{between}{rest}"))));
    } else if let Some(id) = hash(if is_system(word) { rest } else { text }) {
        form.tail.push(Tail::After(format!("git{id}")));
    } else if is_system(word) {
        form.tail.push(Tail::After(clean(&format!("{word}{rest}"))));
    } else {
        form.tail.push(Tail::After(clean(text)));
    }
}

/// Letters and digits with single stops between.
fn clean(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(".")
}
