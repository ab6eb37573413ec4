//! Values of the language, and the two that only a static reading has: not known, and one thing or another.

use std::fmt::Write as _;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::gn::symbol::{Symbol, Symbols, Text};

/// Variables by name.
pub(crate) type Variables = FxHashMap<Symbol, Value>;

/// A test that could not be decided, and the way it was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// The test in the file's own words.
    pub text: Text,
    /// Whether it holds.
    pub holds: bool,
}

impl Literal {
    pub(crate) fn negated(&self) -> Self {
        Self { text: Arc::clone(&self.text), holds: !self.holds }
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let simple = self.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match (self.holds, simple) {
            (true, _) => write!(formatter, "{}", self.text),
            (false, true) => write!(formatter, "!{}", self.text),
            (false, false) => write!(formatter, "!({})", self.text),
        }
    }
}

/// All of these hold; empty means always.
pub type Condition = Arc<[Literal]>;

/// A value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Value {
    /// What a call without a result gives; a variable that is not defined on this way.
    #[default]
    Nothing,
    Bool(bool),
    Integer(i64),
    Text(Text),
    List(Arc<Vec<Value>>),
    Scope(Arc<Variables>),
    /// The block of a template's call, as long as the call runs: the number of its frame.
    Frame(usize),
    /// Not known, and why.
    Unknown(Text),
    /// One value where a test holds, another where it does not.
    Choice(Arc<Choice>),
    /// In lists only: an item that is there under a condition.
    When(Arc<(Literal, Value)>),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) literal: Literal,
    pub(crate) then: Value,
    pub(crate) otherwise: Value,
}

/// How many ways a value may have before it counts as not known.
pub(crate) const WAYS: usize = 16;

/// The longest string and the longest list.
pub(crate) const LENGTH_LIMIT: usize = 1 << 20;

impl Value {
    pub(crate) fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::List(Arc::new(items))
    }

    pub(crate) fn unknown(cause: &str) -> Self {
        Self::Unknown(cause.into())
    }

    /// The name of the type in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Scope(_) | Self::Frame(_) => "a scope",
            Self::Unknown(_) => "an unknown value",
            Self::Choice(_) | Self::When(_) => "a value that depends on a condition",
        }
    }

    /// One value or the other; the same where both are equal, and lists become one list with conditional items.
    pub(crate) fn choice(literal: &Literal, then: Value, otherwise: Value) -> Self {
        if then == otherwise {
            return then;
        }
        if let (Self::List(left), Self::List(right)) = (&then, &otherwise) {
            return Self::List(Arc::new(either_list(literal, left, right)));
        }
        if then.ways() + otherwise.ways() > WAYS {
            return Self::Unknown(Arc::clone(&literal.text));
        }
        let (literal, then, otherwise) =
            if literal.holds { (literal.clone(), then, otherwise) } else { (literal.negated(), otherwise, then) };
        Self::Choice(Arc::new(Choice { literal, then, otherwise }))
    }

    /// How many values it may have.
    pub(crate) fn ways(&self) -> usize {
        match self {
            Self::Choice(choice) => choice.then.ways() + choice.otherwise.ways(),
            _ => 1,
        }
    }

    /// What is not known in it, if anything.
    pub(crate) fn cause(&self) -> Option<&Text> {
        match self {
            Self::Unknown(cause) => Some(cause),
            Self::Choice(choice) => Some(&choice.literal.text),
            Self::When(inner) => Some(&inner.0.text),
            Self::List(items) => items.iter().find_map(Self::cause),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&Text> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&Arc<Vec<Value>>> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The items of a list, an unknown value counting as an unknown item.
    pub(crate) fn items(&self) -> Vec<Value> {
        match self {
            Self::List(items) => items.to_vec(),
            Self::Nothing => Vec::new(),
            Self::Choice(choice) => either_list(&choice.literal, &choice.then.items(), &choice.otherwise.items()),
            other => vec![other.clone()],
        }
    }

    /// Applies `change` to every way of the value.
    pub(crate) fn map(&self, change: &mut dyn FnMut(&Value) -> Value) -> Value {
        match self {
            Self::Choice(choice) => {
                Self::choice(&choice.literal, choice.then.map(change), choice.otherwise.map(change))
            }
            Self::Unknown(_) => self.clone(),
            other => change(other),
        }
    }

    /// Applies `change` to every item of a list, or to the value itself where it is none.
    pub(crate) fn map_items(&self, change: &mut dyn FnMut(&Value) -> Value) -> Value {
        match self {
            Self::List(items) => Self::list(items.iter().map(|item| item.map_item(change)).collect()),
            other => other.map(change),
        }
    }

    fn map_item(&self, change: &mut dyn FnMut(&Value) -> Value) -> Value {
        match self {
            Self::When(inner) => Self::When(Arc::new((inner.0.clone(), inner.1.map_item(change)))),
            other => other.map_items(change),
        }
    }

    /// The value as it stands inside a string.
    pub(crate) fn shown(&self, symbols: &Symbols) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            other => {
                let mut out = String::new();
                other.write(symbols, &mut out);
                out
            }
        }
    }

    fn write(&self, symbols: &Symbols, out: &mut String) {
        if out.len() > LENGTH_LIMIT {
            return;
        }
        match self {
            Self::Nothing | Self::Frame(_) => out.push_str("<void>"),
            Self::Bool(value) => _ = write!(out, "{value}"),
            Self::Integer(value) => _ = write!(out, "{value}"),
            Self::Text(text) => {
                out.push('"');
                for character in text.chars() {
                    if matches!(character, '"' | '$' | '\\') {
                        out.push('\\');
                    }
                    out.push(character);
                }
                out.push('"');
            }
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    item.write(symbols, out);
                }
                out.push(']');
            }
            Self::Scope(variables) => {
                let mut names: Vec<(Text, &Value)> =
                    variables.iter().map(|(name, value)| (symbols.text(*name), value)).collect();
                names.sort_by(|left, right| left.0.cmp(&right.0));
                out.push('{');
                for (name, value) in names {
                    _ = write!(out, "\n  {name} = ");
                    value.write(symbols, out);
                }
                out.push_str(if variables.is_empty() { " }" } else { "\n}" });
            }
            Self::Unknown(cause) => _ = write!(out, "<unknown: {cause}>"),
            Self::Choice(choice) => _ = write!(out, "<depends on {}>", choice.literal.text),
            Self::When(inner) => inner.1.write(symbols, out),
        }
    }
}

/// One list for two: what they share at the front, then the rests under the condition and its contrary.
fn either_list(literal: &Literal, then: &[Value], otherwise: &[Value]) -> Vec<Value> {
    let shared = then.iter().zip(otherwise).take_while(|(left, right)| left == right).count();
    let mut items = then[..shared].to_vec();
    let other = literal.negated();
    items.extend(then[shared..].iter().map(|item| Value::When(Arc::new((literal.clone(), item.clone())))));
    items.extend(otherwise[shared..].iter().map(|item| Value::When(Arc::new((other.clone(), item.clone())))));
    items
}

/// Applies `join` to every pair of ways of two values; not known where either is not.
pub(crate) fn pairwise(left: &Value, right: &Value, join: &mut dyn FnMut(&Value, &Value) -> Value) -> Value {
    if left.ways() * right.ways() > WAYS {
        let cause = left.cause().or(right.cause()).cloned();
        return Value::Unknown(cause.unwrap_or_else(|| "too many ways".into()));
    }
    match (left, right) {
        (Value::Choice(choice), _) => Value::choice(
            &choice.literal,
            pairwise(&choice.then, right, join),
            pairwise(&choice.otherwise, right, join),
        ),
        (_, Value::Choice(choice)) => {
            Value::choice(&choice.literal, pairwise(left, &choice.then, join), pairwise(left, &choice.otherwise, join))
        }
        _ => join(left, right),
    }
}

/// Whether two values are equal, where that can be said.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown(_) | Value::Choice(_) | Value::When(_), _)
        | (_, Value::Unknown(_) | Value::Choice(_) | Value::When(_)) => None,
        (Value::List(left), Value::List(right)) => {
            let sure = |items: &[Value]| items.iter().filter(|item| item.cause().is_none()).count();
            let open = sure(left) < left.len() || sure(right) < right.len();
            if open {
                // Sure items alone may already be too many for the other side, as in `deps != []`.
                let differs = (sure(left) > 0 && right.is_empty()) || (sure(right) > 0 && left.is_empty());
                return differs.then_some(false);
            }
            Some(left == right)
        }
        _ => Some(left == right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Literal {
        Literal { text: text.into(), holds: true }
    }

    fn texts(items: &[&str]) -> Value {
        Value::list(items.iter().map(|item| Value::text(*item)).collect())
    }

    #[test]
    fn equal_ways_are_one_and_lists_share_their_front() {
        let use_x = literal("use_x");
        assert_eq!(Value::choice(&use_x, Value::Bool(true), Value::Bool(true)), Value::Bool(true));
        let joined = Value::choice(&use_x, texts(&["a", "b"]), texts(&["a"]));
        let when = Value::When(Arc::new((use_x.clone(), Value::text("b"))));
        assert_eq!(joined, Value::list(vec![Value::text("a"), when]));
        let flipped = Value::choice(&use_x.negated(), Value::Integer(1), Value::Integer(2));
        assert_eq!(flipped, Value::choice(&use_x, Value::Integer(2), Value::Integer(1)));
    }

    #[test]
    fn a_sure_item_decides_against_the_empty_list() {
        let open = Value::choice(&literal("x"), texts(&["a", "b"]), texts(&["a"]));
        assert_eq!(equal(&open, &texts(&[])), Some(false));
        assert_eq!(equal(&Value::choice(&literal("x"), texts(&["b"]), texts(&[])), &texts(&[])), None);
        assert_eq!(equal(&texts(&["a"]), &texts(&["a"])), Some(true));
    }

    #[test]
    fn too_many_ways_are_not_known() {
        let mut value = Value::Integer(0);
        for number in 1..40 {
            value = Value::choice(&literal(&format!("x{number}")), Value::Integer(number), value);
        }
        assert!(value.ways() <= WAYS);
    }

    #[test]
    fn values_show_as_the_reference_program_shows_them() {
        let symbols = Symbols::default();
        assert_eq!(texts(&["a\"$", "b"]).shown(&symbols), "[\"a\\\"\\$\", \"b\"]");
        assert_eq!(Value::text("a\"").shown(&symbols), "a\"");
        assert_eq!(Value::Bool(true).shown(&symbols), "true");
    }
}
