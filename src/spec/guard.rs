//! Conditions as rpm reads them: `0%{?fedora} >= 40`, `%ifarch`, nested where both are needed.
//!
//! rpm gives `&&` and `||` the same rank, left to right, so mixed ones are always put in parentheses; a bare `%{fedora}` is an error
//! where it is not defined, so every macro stands as `0%{?fedora}`.

use crate::profile::condition::{Condition, Sign};
use crate::profile::packaging::Guard;

/// The line or lines that open conditional blocks, outermost first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opening {
    /// `%if ...`, `%ifarch ...`
    pub lines: Vec<String>,
}

impl Opening {
    /// What opens a guard; empty for one that always holds.
    pub fn of(guard: &Guard) -> Self {
        match guard {
            Guard::Always | Guard::When(Condition::Constant(true)) => Self::default(),
            Guard::Raw(raw) => Self { lines: vec![format!("%if {raw}")] },
            Guard::When(condition) => Self { lines: blocks(condition) },
        }
    }

    /// Puts lines (each with its line end) between opening and closing.
    pub fn around(&self, body: &str) -> String {
        self.around_with_else(body, "")
    }

    /// The same with an alternative, which stands in every branch that is not taken.
    pub fn around_with_else(&self, body: &str, otherwise: &str) -> String {
        let opened: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        let closed = if otherwise.is_empty() { "%endif\n".to_owned() } else { format!("%else\n{otherwise}%endif\n") };
        format!("{opened}{body}{}", closed.repeat(self.lines.len()))
    }
}

/// A conjunction becomes nested blocks where an architecture is part of it, since `%ifarch` knows no `&&`.
fn blocks(condition: &Condition) -> Vec<String> {
    let parts: &[Condition] = match condition {
        Condition::All(parts) => parts,
        one => std::slice::from_ref(one),
    };
    let (arches, others): (Vec<&Condition>, Vec<&Condition>) = parts.iter().partition(|part| is_arch_word(part));
    let mut lines = Vec::new();
    if let [only] = others.as_slice() {
        lines.push(format!("%if {}", expression(only)));
    } else if !others.is_empty() {
        let all: Vec<String> = others.iter().map(|part| inner(part)).collect();
        lines.push(format!("%if {}", all.join(" && ")));
    }
    lines.extend(arches.iter().map(|part| match part {
        Condition::Not(inner) => format!("%ifnarch {}", arch_names(inner)),
        part => format!("%ifarch {}", arch_names(part)),
    }));
    lines
}

fn is_arch_word(condition: &Condition) -> bool {
    match condition {
        Condition::Arch(_) => true,
        Condition::Not(inner) => matches!(**inner, Condition::Arch(_)),
        _ => false,
    }
}

fn arch_names(condition: &Condition) -> String {
    match condition {
        Condition::Arch(names) => names.join(" "),
        _ => String::new(),
    }
}

/// The condition as an expression of `%if`.
pub fn expression(condition: &Condition) -> String {
    match condition {
        Condition::Constant(value) => u8::from(*value).to_string(),
        Condition::Is(name) | Condition::Flag(name) => format!("0%{{?{name}}}"),
        Condition::Compare(name, sign @ (Sign::Less | Sign::LessEqual | Sign::NotEqual), number) => {
            format!("0%{{?{name}}} && 0%{{?{name}}} {} {number}", sign.text())
        }
        Condition::Compare(name, sign, number) => format!("0%{{?{name}}} {} {number}", sign.text()),
        Condition::Arch(names) => {
            let one = |name: &String| format!("\"%{{_target_cpu}}\" == \"{name}\"");
            names.iter().map(one).collect::<Vec<_>>().join(" || ")
        }
        Condition::With(name) => format!("%{{with {name}}}"),
        Condition::Defined(name) => format!("0%{{?{name}:1}}"),
        Condition::Not(negated) => match &**negated {
            Condition::With(name) => format!("%{{without {name}}}"),
            negated => format!("! {}", inner(negated)),
        },
        Condition::All(parts) => parts.iter().map(inner).collect::<Vec<_>>().join(" && "),
        Condition::Any(parts) => parts.iter().map(inner).collect::<Vec<_>>().join(" || "),
    }
}

/// The expression as a part of another one.
fn inner(condition: &Condition) -> String {
    let text = expression(condition);
    if text.contains(' ') && !matches!(condition, Condition::With(_)) { format!("({text})") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(text: &str) -> String {
        Opening::of(&Guard::When(Condition::parse(text).unwrap())).lines.join(" / ")
    }

    #[test]
    fn conditions_are_printed_as_rpm_needs_them() {
        assert_eq!(opening("fedora >= 40 || rhel >= 10"), "%if (0%{?fedora} >= 40) || (0%{?rhel} >= 10)");
        assert_eq!(opening("fedora < 40"), "%if 0%{?fedora} && 0%{?fedora} < 40");
        assert_eq!(opening("arch(ppc64le)"), "%ifarch ppc64le");
        assert_eq!(
            opening("!arch(aarch64, ppc64le) && with(x) && rhel == 9"),
            "%if %{with x} && (0%{?rhel} == 9) / %ifnarch aarch64 ppc64le"
        );
        assert_eq!(opening("!with(x)"), "%if %{without x}");
        assert_eq!(opening("rhel || arch(x86_64)"), "%if 0%{?rhel} || (\"%{_target_cpu}\" == \"x86_64\")");
        assert_eq!(opening("!flag(bundlex)"), "%if ! 0%{?bundlex}");
        assert_eq!(opening("true"), "");
    }

    #[test]
    fn the_alternative_stands_in_every_branch_that_is_not_taken() {
        let opening = Opening::of(&Guard::When(Condition::parse("rhel && arch(x86_64)").unwrap()));
        assert_eq!(
            opening.around_with_else("a\n", "b\n"),
            "%if 0%{?rhel}\n%ifarch x86_64\na\n%else\nb\n%endif\n%else\nb\n%endif\n"
        );
    }
}
