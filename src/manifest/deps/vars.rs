//! Variables of DEPS, and texts that refer to them.

use std::collections::BTreeMap;

use super::super::python::{Expression, Node};

/// The longest text that references may grow to, in bytes.
const LONGEST: usize = 1 << 13;

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// `True` or `False`.
    Flag(bool),
    /// A text, which is a condition where a condition names the variable.
    Text(String),
    /// `Str('...')`: a text that is never a condition.
    Fixed(String),
    /// Set by the checkout, to something that the file does not tell.
    Unknown,
}

/// What gclient itself sets by where and for what it runs, whatever the file says.
const BY_CHECKOUT: [&str; 20] = [
    "checkout_android",
    "checkout_chromeos",
    "checkout_fuchsia",
    "checkout_ios",
    "checkout_linux",
    "checkout_mac",
    "checkout_win",
    "checkout_arm",
    "checkout_arm64",
    "checkout_x64",
    "checkout_x86",
    "checkout_mips",
    "checkout_mips64",
    "checkout_ppc",
    "checkout_s390",
    "checkout_riscv64",
    "checkout_loong64",
    "checkout_google_internal",
    "host_os",
    "host_cpu",
];

/// The variables in force, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vars {
    by_name: BTreeMap<String, Variable>,
}

impl Vars {
    /// The variables of which only the checkout knows the value.
    pub(super) fn of_checkout() -> Self {
        Self { by_name: BY_CHECKOUT.iter().map(|name| ((*name).to_owned(), Variable::Unknown)).collect() }
    }

    /// A variable.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.by_name.get(name)
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<String>, variable: Variable) {
        self.by_name.insert(name.into(), variable);
    }

    /// The variables in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.by_name.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// A variable as text.
    fn text(&self, name: &str) -> Result<&str, String> {
        match self.get(name) {
            Some(Variable::Text(text) | Variable::Fixed(text)) => Ok(text),
            Some(Variable::Flag(true)) => Ok("True"),
            Some(Variable::Flag(false)) => Ok("False"),
            Some(Variable::Unknown) => Err(format!("the variable `{name}` is set by the checkout only")),
            None => Err(format!("the variable `{name}` is not set")),
        }
    }

    /// The text of an expression: literals with their placeholders filled, `Var`, `Str`, sums of these.
    pub(super) fn text_of(&self, node: &Node) -> Result<String, String> {
        let mut out = String::new();
        self.add(node, &mut out)?;
        Ok(out)
    }

    fn add(&self, node: &Node, out: &mut String) -> Result<(), String> {
        match &node.expression {
            Expression::Text(text) => self.fill(text, out)?,
            Expression::Number(number) => push(out, number)?,
            Expression::Sum(operands) => {
                for operand in operands {
                    self.add(operand, out)?;
                }
            }
            Expression::Call(call) => match (call.function.as_str(), call.positional.first().and_then(Node::text)) {
                ("Var", Some(name)) => push(out, self.text(name)?)?,
                ("Str", Some(text)) => push(out, text)?,
                _ => return Err(format!("the function `{}` is not known", call.function)),
            },
            _ => return Err("the value is no text".to_owned()),
        }
        Ok(())
    }

    /// Fills `{name}`; doubled braces stand for one.
    fn fill(&self, text: &str, out: &mut String) -> Result<(), String> {
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            push(out, &rest[..at])?;
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                push(out, brace)?;
                rest = after;
                continue;
            }
            let (name, after) = rest.split_once('}').filter(|_| brace == "{").ok_or("a brace stands alone")?;
            push(out, self.text(name)?)?;
            rest = after;
        }
        push(out, rest)
    }
}

/// Adds a text, unless that makes the whole too long.
fn push(out: &mut String, text: &str) -> Result<(), String> {
    if out.len() + text.len() > LONGEST {
        return Err("the text is too long".to_owned());
    }
    out.push_str(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        let mut vars = Vars::of_checkout();
        vars.set("git", Variable::Text("https://x{y}".to_owned()));
        let filled = |text: &str| vars.text_of(&Node { line: 1, expression: Expression::Text(text.to_owned()) });
        assert_eq!(filled("{git}/a"), Ok("https://x{y}/a".to_owned()));
        assert_eq!(filled("a/${{platform}}"), Ok("a/${platform}".to_owned()));
        assert_eq!(filled("{none}"), Err("the variable `none` is not set".to_owned()));
        assert_eq!(filled("{host_os}"), Err("the variable `host_os` is set by the checkout only".to_owned()));
        assert_eq!(filled("a}b"), Err("a brace stands alone".to_owned()));
        assert_eq!(filled("{a"), Err("a brace stands alone".to_owned()));
    }

    #[test]
    fn growth_is_bounded() {
        let mut vars = Vars::default();
        vars.set("a", Variable::Text("x".repeat(6_000)));
        let node = Node { line: 1, expression: Expression::Text("{a}".repeat(50_000)) };
        assert_eq!(vars.text_of(&node), Err("the text is too long".to_owned()));
    }
}
