//! The conditions of a profile: `fedora >= 40 || rhel >= 10`, `arch(ppc64le) && !with(system_ffmpeg)`.
//!
//! `!` binds tighter than a comparison's neighbours, `&&` tighter than `||`. A comparison with a distribution that the
//! target is not is false, whatever the sign: `fedora < 40` holds on Fedora 39 and not on RHEL.

use crate::text::nearest::nearest;
use crate::text::scanner::Scanner;

/// The distributions' version macros that a condition may name.
pub const VARIABLES: [&str; 6] = ["fedora", "rhel", "suse_version", "sle_version", "mageia", "epel"];

/// The words with parentheses.
const FUNCTIONS: [&str; 5] = ["arch", "with", "without", "flag", "defined"];

/// The longest condition and the deepest nesting that are read.
const LENGTH_LIMIT: usize = 4000;
const DEPTH_LIMIT: usize = 32;

/// A condition over distribution, version, architecture and switches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// Holds everywhere (`true`) or nowhere (`false`).
    Constant(bool),
    /// `fedora`: the target is of that distribution.
    Is(String),
    /// `rhel >= 9`
    Compare(String, Sign, u32),
    /// `arch(x86_64, aarch64)`: one of them.
    Arch(Vec<String>),
    /// `with(name)`: the build condition is on.
    With(String),
    /// `flag(name)`: the macro is a number other than 0.
    Flag(String),
    /// `defined(name)`: the macro is set.
    Defined(String),
    /// `!`
    Not(Box<Condition>),
    /// `&&` between two or more.
    All(Vec<Condition>),
    /// `||` between two or more.
    Any(Vec<Condition>),
}

/// The sign of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    GreaterEqual,
    /// `>`
    Greater,
}

/// The signs as written; the longer of two that begin alike stands first.
pub const SIGNS: [(&str, Sign); 6] = [
    ("<=", Sign::LessEqual),
    (">=", Sign::GreaterEqual),
    ("==", Sign::Equal),
    ("!=", Sign::NotEqual),
    ("<", Sign::Less),
    (">", Sign::Greater),
];

impl Sign {
    /// The sign as written.
    pub fn text(self) -> &'static str {
        SIGNS.iter().find(|(_, sign)| *sign == self).map_or("==", |(text, _)| text)
    }

    /// Compares.
    pub fn holds(self, left: u32, right: u32) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessEqual => left <= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::GreaterEqual => left >= right,
            Self::Greater => left > right,
        }
    }
}

/// Says why text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// Nothing stands there.
    #[error("is empty")]
    Empty,
    /// Too long or too deep.
    #[error("is longer than {LENGTH_LIMIT} bytes or nested deeper than {DEPTH_LIMIT}")]
    TooLarge,
    /// Something else was expected.
    #[error("expected {expected} at `{found}`")]
    Expected {
        /// What.
        expected: &'static str,
        /// The rest of the text there.
        found: String,
    },
    /// A word that is no distribution and no function.
    #[error("unknown word `{found}`; there are {known}")]
    UnknownWord {
        /// The word.
        found: String,
        /// The known ones.
        known: String,
        /// The one that was likely meant.
        near: Option<String>,
    },
    /// A name that rpm would read only up to its dash.
    #[error(
        "`{0}` is no name of letters, digits and `_`: rpm reads a name only up to another character, so the condition would always be false"
    )]
    Name(String),
}

impl ConditionError {
    /// What to write instead, where that can be guessed.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownWord { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Name(name) => Some(format!("write `{}`", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))),
            _ => None,
        }
    }
}

/// True for a name that rpm reads as a whole: letters, digits and `_`, no digit first.
pub fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

impl Condition {
    /// Parses a condition.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        if text.len() > LENGTH_LIMIT {
            return Err(ConditionError::TooLarge);
        }
        if text.trim().is_empty() {
            return Err(ConditionError::Empty);
        }
        let mut parser = Parser { text: Scanner::new(text) };
        let condition = parser.any(0)?;
        if parser.text.is_done() { Ok(condition) } else { Err(parser.expected("`&&`, `||` or the end")) }
    }

    /// The opposite, in its shortest form.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Both, in the shortest form.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(true), kept) | (kept, Self::Constant(true)) => kept,
            (Self::Constant(false), _) | (_, Self::Constant(false)) => Self::Constant(false),
            (one, other) if one == other => one,
            (one, other) => Self::All(flat(one, other, |part| match part {
                Self::All(parts) => Ok(parts),
                part => Err(part),
            })),
        }
    }

    /// Either, in the shortest form.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(false), kept) | (kept, Self::Constant(false)) => kept,
            (Self::Constant(true), _) | (_, Self::Constant(true)) => Self::Constant(true),
            (one, other) if one == other => one,
            (one, other) => Self::Any(flat(one, other, |part| match part {
                Self::Any(parts) => Ok(parts),
                part => Err(part),
            })),
        }
    }

    /// Every condition inside, itself first.
    pub fn parts(&self) -> Vec<&Self> {
        let mut all = vec![self];
        match self {
            Self::Not(inner) => all.extend(inner.parts()),
            Self::All(parts) | Self::Any(parts) => all.extend(parts.iter().flat_map(Self::parts)),
            _ => {}
        }
        all
    }
}

fn flat(
    one: Condition,
    other: Condition,
    open: impl Fn(Condition) -> Result<Vec<Condition>, Condition>,
) -> Vec<Condition> {
    let mut all: Vec<Condition> = Vec::new();
    for part in [one, other] {
        match open(part) {
            Ok(parts) => all.extend(parts),
            Err(part) => all.push(part),
        }
    }
    all
}

struct Parser<'a> {
    text: Scanner<'a>,
}

impl Parser<'_> {
    fn expected(&mut self, expected: &'static str) -> ConditionError {
        let found: String = self.text.rest().chars().take(20).collect();
        ConditionError::Expected { expected, found: if found.is_empty() { "the end".to_owned() } else { found } }
    }

    fn any(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut parts = vec![self.all(depth)?];
        while self.text.take("||") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut parts = vec![self.one(depth)?];
        while self.text.take("&&") {
            parts.push(self.one(depth)?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        if depth > DEPTH_LIMIT {
            return Err(ConditionError::TooLarge);
        }
        if self.text.take("!") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.text.take("(") {
            let inner = self.any(depth + 1)?;
            return if self.text.take(")") { Ok(inner) } else { Err(self.expected("`)`")) };
        }
        let word = self.text.word();
        match word {
            "" => return Err(self.expected("a distribution, `arch(...)`, `with(...)`, `!` or `(`")),
            "true" => return Ok(Condition::Constant(true)),
            "false" => return Ok(Condition::Constant(false)),
            _ => {}
        }
        if VARIABLES.contains(&word) {
            return self.comparison(word);
        }
        if !FUNCTIONS.contains(&word) {
            let known = VARIABLES.iter().chain(&FUNCTIONS).copied();
            return Err(ConditionError::UnknownWord {
                found: word.to_owned(),
                near: nearest(word, known.clone()).map(str::to_owned),
                known: known.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            });
        }
        self.call(word)
    }

    fn comparison(&mut self, variable: &str) -> Result<Condition, ConditionError> {
        let Some((_, sign)) = SIGNS.iter().find(|(text, _)| self.text.take(text)) else {
            return Ok(Condition::Is(variable.to_owned()));
        };
        let before = self.text;
        // rpm counts an unset macro as 0, so 0 cannot be told from "not that distribution".
        let number = self.text.number().filter(|number| (1..=1_000_000).contains(number));
        let Some(number) = number else {
            self.text = before;
            return Err(self.expected("a whole number from 1 to 1000000"));
        };
        Ok(Condition::Compare(variable.to_owned(), *sign, number))
    }

    fn call(&mut self, function: &str) -> Result<Condition, ConditionError> {
        if !self.text.take("(") {
            return Err(self.expected("`(`"));
        }
        let before = self.text;
        let Some(inside) = self.text.until(')') else { return Err(self.expected("`)`")) };
        let names: Vec<String> = inside.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) || (names.len() > 1 && function != "arch") {
            self.text = before;
            return Err(self.expected("one name"));
        }
        let usable = |name: &&String| if function == "arch" { !is_arch(name) } else { !is_name(name) };
        if let Some(bad) = names.iter().find(usable) {
            return Err(ConditionError::Name(bad.clone()));
        }
        let first = names.first().cloned().unwrap_or_default();
        Ok(match function {
            "with" => Condition::With(first),
            "without" => Condition::Not(Box::new(Condition::With(first))),
            "flag" => Condition::Flag(first),
            "defined" => Condition::Defined(first),
            _ => Condition::Arch(names),
        })
    }
}

/// True for the name of an architecture.
pub fn is_arch(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            many(parts)
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined = |parts: &[Self], sign: &str| {
            parts
                .iter()
                .map(|part| bracketed(part, matches!(part, Self::All(_) | Self::Any(_))))
                .collect::<Vec<_>>()
                .join(sign)
        };
        match self {
            Self::Constant(value) => write!(formatter, "{value}"),
            Self::Is(variable) => formatter.write_str(variable),
            Self::Compare(variable, sign, number) => write!(formatter, "{variable} {} {number}", sign.text()),
            Self::Arch(names) => write!(formatter, "arch({})", names.join(", ")),
            Self::With(name) => write!(formatter, "with({name})"),
            Self::Flag(name) => write!(formatter, "flag({name})"),
            Self::Defined(name) => write!(formatter, "defined({name})"),
            Self::Not(inner) => {
                let simple = !matches!(**inner, Self::Compare(..) | Self::All(_) | Self::Any(_));
                write!(formatter, "!{}", bracketed(inner, !simple))
            }
            Self::All(parts) => formatter.write_str(&joined(parts, " && ")),
            Self::Any(parts) => formatter.write_str(&joined(parts, " || ")),
        }
    }
}

fn bracketed(part: &Condition, brackets: bool) -> String {
    if brackets { format!("({part})") } else { part.to_string() }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any condition of up to four levels.
    pub(crate) fn any_condition() -> impl Strategy<Value = Condition> {
        let variable = prop::sample::select(&VARIABLES[..3]).prop_map(str::to_owned);
        let sign = prop::sample::select(&SIGNS[..]).prop_map(|(_, sign)| sign);
        let arch = prop::sample::select(&["x86_64", "aarch64", "ppc64le"][..]).prop_map(str::to_owned);
        let leaf = prop_oneof![
            any::<bool>().prop_map(Condition::Constant),
            variable.clone().prop_map(Condition::Is),
            (variable, sign, prop_oneof![Just(9), Just(10), Just(43), Just(44), Just(1600)])
                .prop_map(|(variable, sign, number)| Condition::Compare(variable, sign, number)),
            prop::collection::vec(arch, 1..3).prop_map(Condition::Arch),
            prop::sample::select(&["one", "two"][..]).prop_map(|name| Condition::With(name.to_owned())),
            prop::sample::select(&["bundlea", "bundleb"][..]).prop_map(|name| Condition::Flag(name.to_owned())),
            Just(Condition::Defined("flatpak".to_owned())),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
                prop::collection::vec(inner, 2..4).prop_map(Condition::Any),
            ]
        })
    }

    fn refused(text: &str) -> String {
        Condition::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn refuses_with_the_place_and_the_way_out() {
        assert_eq!(refused("fedora >="), "expected a whole number from 1 to 1000000 at `the end`");
        assert_eq!(refused("fedora >= 0"), "expected a whole number from 1 to 1000000 at `0`");
        assert_eq!(refused("fedora & rhel"), "expected `&&`, `||` or the end at `& rhel`");
        assert_eq!(refused("(rhel"), "expected `)` at `the end`");
        assert!(refused("feodra > 4").starts_with("unknown word `feodra`"));
        assert_eq!(Condition::parse("feodra").unwrap_err().hint().as_deref(), Some("did you mean `fedora`?"));
        assert!(refused("with(system-zlib)").starts_with("`system-zlib` is no name"));
        assert_eq!(Condition::parse("with(system-zlib)").unwrap_err().hint().as_deref(), Some("write `system_zlib`"));
        assert_eq!(refused(&"!".repeat(100)), ConditionError::TooLarge.to_string());
        assert_eq!(refused("  "), "is empty");
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let read = |text: &str| Condition::parse(text).unwrap();
        assert_eq!(read("fedora || rhel && arch(x86_64)"), read("fedora || (rhel && arch(x86_64))"));
        assert_ne!(read("fedora || rhel && arch(x86_64)"), read("(fedora || rhel) && arch(x86_64)"));
        assert_eq!(read("!fedora && rhel").to_string(), "!fedora && rhel");
        assert_eq!(read("without(a)"), read("!with(a)"));
    }

    proptest! {
        #[test]
        fn prints_what_it_reads(condition in any_condition()) {
            let text = condition.to_string();
            let read = Condition::parse(&text);
            prop_assert_eq!(read.as_ref().map(ToString::to_string), Ok(text));
            prop_assert_eq!(read, Ok(condition));
        }

        #[test]
        fn no_text_panics(text in "[a-z_()!&|<>= 0-9,-]{0,60}") {
            let _ = Condition::parse(&text);
        }
    }
}
