//! rpm's conditions as conditions of a profile, where both can say the same.
//!
//! rpm gives `&&` and `||` one rank, left to right, and counts an unset macro as 0; both are kept here.

use crate::profile::condition::{Condition, SIGNS, Sign, VARIABLES, is_arch, is_name};
use crate::spec::{BranchKind, Guard, Spec};
use crate::text::scanner::Scanner;

/// The deepest nesting that is read.
const DEPTH: usize = 24;

/// What must hold for a line; `None` where a profile cannot say it.
pub(super) fn of_guards(spec: &Spec, guards: &[Guard]) -> Option<Condition> {
    let mut all = Condition::Constant(true);
    for guard in guards {
        let branch = spec.branches().get(guard.branch)?;
        let text = std::str::from_utf8(spec.text(&branch.condition)).ok()?;
        let condition = match branch.kind {
            BranchKind::If => parse(text)?,
            BranchKind::Arch => arches(text)?,
            BranchKind::NotArch => arches(text)?.negated(),
            BranchKind::Os | BranchKind::NotOs | BranchKind::Else => return None,
        };
        all = all.and(if guard.negated { condition.negated() } else { condition });
    }
    Some(simplified(all))
}

/// `0%{?x} && 0%{?x} < N` is one comparison of a profile.
fn simplified(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => simplified(*inner).negated(),
        Condition::Any(parts) => parts.into_iter().map(simplified).fold(Condition::Constant(false), Condition::or),
        Condition::All(parts) => {
            let parts: Vec<Condition> = parts.into_iter().map(simplified).collect();
            let upper = |part: &Condition| match part {
                Condition::Not(inner) => match &**inner {
                    Condition::Compare(name, Sign::GreaterEqual, number) => Some((name.clone(), Sign::Less, *number)),
                    Condition::Compare(name, Sign::Greater, number) => Some((name.clone(), Sign::LessEqual, *number)),
                    _ => None,
                },
                _ => None,
            };
            let is = |name: &str| parts.contains(&Condition::Is(name.to_owned()));
            let bounded: Vec<String> =
                parts.iter().filter_map(upper).map(|(name, ..)| name).filter(|name| is(name)).collect();
            // A comparison is false on every other distribution, so that it says `fedora` too.
            let compared: Vec<String> = parts
                .iter()
                .filter_map(|part| if let Condition::Compare(name, ..) = part { Some(name.clone()) } else { None })
                .collect();
            let told = |name: &String| bounded.contains(name) || compared.contains(name);
            let kept = parts.into_iter().filter(|part| !matches!(part, Condition::Is(name) if told(name)));
            let joined = kept.map(|part| match upper(&part).filter(|(name, ..)| bounded.contains(name)) {
                Some((name, sign, number)) => Condition::Compare(name, sign, number),
                None => part,
            });
            joined.fold(Condition::Constant(true), Condition::and)
        }
        other => other,
    }
}

/// `%ifarch a b`: rpm compares word by word with the architecture, so words that no architecture is called mean nothing.
pub(super) fn arches(text: &str) -> Option<Condition> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (named, others): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| is_arch_name(word));
    // A macro may stand for any word.
    let readable = !named.is_empty() && others.iter().all(|word| never_an_arch(word));
    readable.then(|| Condition::Arch(named.iter().map(|word| (*word).to_owned()).collect()))
}

fn is_arch_name(word: &str) -> bool {
    is_arch(word) && word.starts_with(|c: char| c.is_ascii_lowercase())
}

/// `&&`, `0%{?fedora}`, `10)`: what no architecture can be called, whatever macros in it stand for.
fn never_an_arch(word: &str) -> bool {
    !word.starts_with(|c: char| c.is_ascii_lowercase() || c == '%')
}

/// Reads an expression of `%if`.
pub(super) fn parse(text: &str) -> Option<Condition> {
    let mut reader = Reader { text: Scanner::new(text) };
    let condition = reader.logical(0)?;
    reader.text.is_done().then(|| simplified(condition))
}

struct Reader<'a> {
    text: Scanner<'a>,
}

impl Reader<'_> {
    fn logical(&mut self, depth: usize) -> Option<Condition> {
        let mut left = self.primary(depth)?;
        loop {
            if self.text.take("&&") {
                left = left.and(self.primary(depth)?);
            } else if self.text.take("||") {
                left = left.or(self.primary(depth)?);
            } else {
                return Some(left);
            }
        }
    }

    fn primary(&mut self, depth: usize) -> Option<Condition> {
        if depth > DEPTH {
            return None;
        }
        if !self.text.rest().starts_with("!=") && self.text.take("!") {
            return Some(self.primary(depth + 1)?.negated());
        }
        if self.text.take("(") {
            let inner = self.logical(depth + 1)?;
            return self.text.take(")").then_some(inner);
        }
        if self.text.take("0%{?") || self.text.take("%{?") {
            let name = self.text.until('}')?;
            return self.counted(name);
        }
        if self.text.take("%{") {
            let inside = self.text.until('}')?;
            return self.braced(inside);
        }
        self.text.number().map(|number| Condition::Constant(number != 0))
    }

    /// `0%{?name}` with or without a comparison behind it.
    fn counted(&mut self, name: &str) -> Option<Condition> {
        let (name, set) = name.strip_suffix(":1").map_or((name, false), |name| (name, true));
        if !is_name(name) {
            return None;
        }
        if set {
            return Some(Condition::Defined(name.to_owned()));
        }
        let known = VARIABLES.contains(&name);
        let Some((_, sign)) = SIGNS.iter().find(|(text, _)| self.text.take(text)) else {
            let name = name.to_owned();
            return Some(if known { Condition::Is(name) } else { Condition::Flag(name) });
        };
        let number = self.text.number().filter(|number| *number > 0 && known)?;
        let compare = |sign| Condition::Compare(name.to_owned(), sign, number);
        // Unset counts as 0, which is below every number.
        Some(match sign {
            Sign::Less => compare(Sign::GreaterEqual).negated(),
            Sign::LessEqual => compare(Sign::Greater).negated(),
            Sign::NotEqual => compare(Sign::Equal).negated(),
            sign => compare(*sign),
        })
    }

    fn braced(&mut self, inside: &str) -> Option<Condition> {
        let mut words = inside.split_ascii_whitespace();
        let (first, second) = (words.next()?, words.next());
        let rest = self.text.rest();
        if words.next().is_some() || SIGNS.iter().any(|(text, _)| rest.starts_with(text)) {
            return None;
        }
        let name = second.unwrap_or(first);
        if !is_name(name) {
            return None;
        }
        let name = name.to_owned();
        match (first, second) {
            ("with", Some(_)) => Some(Condition::With(name)),
            ("without", Some(_)) => Some(Condition::With(name).negated()),
            ("defined", Some(_)) => Some(Condition::Defined(name)),
            ("undefined", Some(_)) => Some(Condition::Defined(name).negated()),
            (_, None) => Some(Condition::Flag(name)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|| "-".to_owned(), |condition| condition.to_string())
    }

    #[test]
    fn conditions_keep_what_rpm_means() {
        assert_eq!(read("0%{?fedora} >= 40 || 0%{?rhel} > 9"), "fedora >= 40 || rhel > 9");
        assert_eq!(read("0%{?fedora} && 0%{?fedora} < 43"), "fedora < 43");
        assert_eq!(read("0%{?fedora} < 43"), "!(fedora >= 43)");
        assert_eq!(read("0%{?rhel} && 0%{?rhel} == 9"), "rhel == 9");
        assert_eq!(read("! %{bundlezstd}"), "!flag(bundlezstd)");
        assert_eq!(read("%{with x} && ! 0%{?flatpak}"), "with(x) && !flag(flatpak)");
        assert_eq!(read("%{undefined flatpak}"), "!defined(flatpak)");
        // One rank, left to right: not what the same text means in a profile.
        assert_eq!(read("0%{?fedora} || 0%{?rhel} && 0%{?rhel} > 10"), "(fedora || rhel) && rhel > 10");
        for text in [
            "0%{?rhel_minor_version} < 2",
            "%{gtk_version} == 4",
            "\"%{_arch}\" == \"x\"",
            "",
            "0%{?fedora} ? 1 : 2",
            "(1",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
        // What rpm really does with it: the words behind mean nothing.
        assert_eq!(arches("aarch64 && 0%{?fedora}"), Some(Condition::Arch(vec!["aarch64".into()])));
        assert_eq!((arches("%{ix86}"), arches("&& 4"), arches("")), (None, None, None));
    }
}
