//! Conditions of DEPS: `and`, `or`, `not`, `==`, `!=`, brackets, names and strings, with three values.

use std::cell::Cell;

use super::vars::{Variable, Vars};

/// How deep brackets and variables that are conditions themselves may nest.
const DEEPEST: usize = 24;
/// How many operands are looked at, over all variables that are conditions themselves.
const MOST_OPERANDS: usize = 300;

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Flag(bool),
    Text(String),
    /// It depends on something that only the checkout knows, such as the system it runs on.
    Unknown,
}

impl Value {
    fn truth(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) => Some(!text.is_empty()),
            Self::Unknown => None,
        }
    }

    fn of(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::Flag)
    }
}

/// Evaluates a condition; `Ok(None)` where its value depends on the checkout, `Err` where it is no condition.
pub(super) fn holds(text: &str, vars: &Vars) -> Result<Option<bool>, &'static str> {
    value(text, vars, DEEPEST, &Cell::new(MOST_OPERANDS)).map(|value| value.truth())
}

fn value(text: &str, vars: &Vars, depth: usize, left: &Cell<usize>) -> Result<Value, &'static str> {
    let mut reader = Reader { rest: text, vars, left };
    let value = reader.or(depth)?;
    if reader.rest.trim_start().is_empty() { Ok(value) } else { Err("something follows the condition") }
}

struct Reader<'a> {
    rest: &'a str,
    vars: &'a Vars,
    /// How many operands may still be looked at.
    left: &'a Cell<usize>,
}

impl<'a> Reader<'a> {
    fn or(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut left = self.and(depth)?;
        while self.word("or") {
            let right = self.and(depth)?;
            left = Value::of(match (left.truth(), right.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            });
        }
        Ok(left)
    }

    fn and(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut left = self.not(depth)?;
        while self.word("and") {
            let right = self.not(depth)?;
            left = Value::of(match (left.truth(), right.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            });
        }
        Ok(left)
    }

    fn not(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut negated = None;
        while self.word("not") {
            negated = Some(!negated.unwrap_or(false));
        }
        let value = self.comparison(depth)?;
        Ok(match negated {
            None => value,
            Some(negated) => Value::of(value.truth().map(|truth| truth != negated)),
        })
    }

    fn comparison(&mut self, depth: usize) -> Result<Value, &'static str> {
        let left = self.operand(depth)?;
        let equal = if self.mark("==") {
            true
        } else if self.mark("!=") {
            false
        } else {
            return Ok(left);
        };
        let right = self.operand(depth)?;
        Ok(match (&left, &right) {
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            _ => Value::Flag((left == right) == equal),
        })
    }

    fn operand(&mut self, depth: usize) -> Result<Value, &'static str> {
        let depth = depth.checked_sub(1).ok_or("the condition is nested too deep")?;
        self.left.set(self.left.get().checked_sub(1).ok_or("the condition is too long")?);
        if self.mark("(") {
            let value = self.or(depth)?;
            return if self.mark(")") { Ok(value) } else { Err("a bracket is not closed") };
        }
        for quote in ["\"", "'"] {
            if self.mark(quote) {
                let (text, rest) = self.rest.split_once(quote).ok_or("a string does not end")?;
                self.rest = rest;
                return Ok(Value::Text(text.to_owned()));
            }
        }
        let name = self.name();
        if name.is_empty() {
            return Err("a name was expected");
        }
        Ok(self.variable(name, depth))
    }

    /// A name's value; one that nobody set stands for itself, as in gclient.
    fn variable(&self, name: &str, depth: usize) -> Value {
        match (name, self.vars.get(name)) {
            ("True", _) => Value::Flag(true),
            ("False" | "None", _) => Value::Flag(false),
            (_, Some(Variable::Flag(flag))) => Value::Flag(*flag),
            (_, Some(Variable::Fixed(text))) => Value::Text(text.clone()),
            (_, Some(Variable::Unknown)) => Value::Unknown,
            (_, Some(Variable::Text(text))) => {
                // A variable may hold a condition itself.
                value(text, self.vars, depth, self.left).unwrap_or_else(|_| Value::Text(text.clone()))
            }
            (_, None) => Value::Text(name.to_owned()),
        }
    }

    fn name(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        self.rest = rest;
        name
    }

    fn mark(&mut self, mark: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(mark);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Takes a word, if the next one is it.
    fn word(&mut self, word: &str) -> bool {
        let before = self.rest;
        let found = self.name() == word;
        if !found {
            self.rest = before;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars() -> Vars {
        let mut vars = Vars::default();
        vars.set("yes", Variable::Flag(true));
        vars.set("no", Variable::Flag(false));
        vars.set("both", Variable::Text("yes and not no".to_owned()));
        vars.set("maybe", Variable::Unknown);
        vars.set("size", Variable::Text("small".to_owned()));
        vars.set("version", Variable::Fixed("no".to_owned()));
        vars.set("loop", Variable::Text("loop or loop".to_owned()));
        vars
    }

    #[test]
    fn three_values() {
        for (text, expected) in [
            ("yes", Some(true)),
            ("not yes", Some(false)),
            ("not not yes", Some(true)),
            ("yes and maybe", None),
            ("no and maybe", Some(false)),
            ("yes or maybe", Some(true)),
            ("maybe == \"linux\"", None),
            ("size == 'small'", Some(true)),
            ("size != \"small\" or (yes and both)", Some(true)),
            ("version == \"no\"", Some(true)),
            ("yes == False", Some(false)),
            ("other == 'other'", Some(true)),
            ("not(yes)", Some(false)),
            ("yes or no and no", Some(true)),
        ] {
            assert_eq!(holds(text, &vars()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn no_condition() {
        for text in ["", "yes no", "(yes", "'yes", "yes and", "yes == ", "yes )"] {
            assert!(holds(text, &vars()).is_err(), "{text}");
        }
        assert!(holds(&"(".repeat(10_000), &vars()).is_err());
        assert_eq!(holds(&format!("{}yes", "not ".repeat(9999)), &vars()), Ok(Some(false)));
    }

    #[test]
    fn variables_that_name_themselves_end() {
        // Doubling at each level would take 2^24 steps.
        assert!(holds("loop", &vars()).is_ok());
    }
}
