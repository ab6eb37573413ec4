//! Operators: each on sure values, and what is left of it where one is not known.

use std::sync::Arc;

use crate::gn::code::Expression;
use crate::gn::eval::Evaluator;
use crate::gn::lexer::Kind;
use crate::gn::problem::Trouble;
use crate::gn::value::{Value, equal, pairwise};

impl Evaluator<'_> {
    pub(crate) fn not(&mut self, value: &Value, at: u32) -> Value {
        let mut wrong = None;
        let result = value.map(&mut |way| match way {
            Value::Bool(value) => Value::Bool(!value),
            other => {
                wrong = Some(format!("`!` wants a boolean, not {}", other.kind()));
                Value::unknown("a bad value")
            }
        });
        if let Some(message) = wrong {
            self.problem(at, Trouble::BadValue, message);
        }
        result
    }

    /// Operators of one rank from the left; `&&` and `||` stop where the result is sure.
    pub(crate) fn chain(&mut self, first: &Expression, rest: &[(Kind, Expression, u32)]) -> Value {
        let mut left = self.value(first);
        for (operator, right, at) in rest {
            left = match operator {
                Kind::And | Kind::Or => self.logical(&left, *operator, right, *at),
                _ => {
                    let right = self.value(right);
                    self.binary(left, *operator, &right, *at)
                }
            };
            if self.halted {
                break;
            }
        }
        left
    }

    fn logical(&mut self, left: &Value, operator: Kind, right: &Expression, at: u32) -> Value {
        let ends = Value::Bool(operator == Kind::Or);
        if *left == ends {
            return ends;
        }
        let sure = matches!(left, Value::Bool(_));
        // Where the left side is not known, the right side may be one that the build never looks at.
        self.quiet += usize::from(!sure);
        let right = self.value(right);
        self.quiet -= usize::from(!sure);
        let mut wrong = None;
        let result = pairwise(left, &right, &mut |left, right| match (left, right) {
            (left, _) if *left == ends => ends.clone(),
            (_, right) if *right == ends => ends.clone(),
            (Value::Bool(_), Value::Bool(value)) => Value::Bool(*value),
            (Value::Bool(_), Value::Unknown(cause)) | (Value::Unknown(cause), Value::Bool(_) | Value::Unknown(_)) => {
                Value::Unknown(Arc::clone(cause))
            }
            (left, right) => {
                let other = if matches!(left, Value::Bool(_)) { right } else { left };
                wrong = Some(format!("`&&` and `||` want booleans, not {}", other.kind()));
                Value::unknown("a bad value")
            }
        });
        if let Some(message) = wrong {
            self.problem(at, Trouble::BadValue, message);
        }
        result
    }

    pub(crate) fn binary(&mut self, left: Value, operator: Kind, right: &Value, at: u32) -> Value {
        // The commonest: a list that nobody else holds grows in place.
        if let (Kind::Plus, Value::List(mut items), Value::List(more)) = (operator, left.clone(), right) {
            drop(left);
            Arc::make_mut(&mut items).extend(more.iter().cloned());
            return self.bounded(Value::List(items), at);
        }
        let mut wrong = None;
        let result = pairwise(&left, right, &mut |left, right| {
            apply(left, operator, right).unwrap_or_else(|message| {
                wrong = Some(message);
                Value::unknown("a bad value")
            })
        });
        if let Some(message) = wrong {
            self.problem(at, Trouble::BadValue, message);
        }
        self.bounded(result, at)
    }
}

fn apply(left: &Value, operator: Kind, right: &Value) -> Result<Value, String> {
    match operator {
        Kind::Equal | Kind::Differs => Ok(match equal(left, right) {
            Some(same) => Value::Bool(same == (operator == Kind::Equal)),
            None => only_item(left, right, operator == Kind::Equal).unwrap_or_else(|| cause(left, right)),
        }),
        Kind::Plus => plus(left, right),
        Kind::Minus => minus(left, right),
        _ => match (left, right) {
            (Value::Integer(left), Value::Integer(right)) => Ok(Value::Bool(match operator {
                Kind::Less => left < right,
                Kind::AtMost => left <= right,
                Kind::More => left > right,
                _ => left >= right,
            })),
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Ok(cause(left, right)),
            _ => Err(format!("{} and {} cannot be ordered", left.kind(), right.kind())),
        },
    }
}

fn cause(left: &Value, right: &Value) -> Value {
    Value::Unknown(left.cause().or(right.cause()).cloned().unwrap_or_else(|| "a bad value".into()))
}

/// `[ x if C ] != []` is `C`.
fn only_item(left: &Value, right: &Value, wants_equal: bool) -> Option<Value> {
    let (Value::List(left), Value::List(right)) = (left, right) else { return None };
    let (open, closed) = if right.is_empty() { (left, right) } else { (right, left) };
    match (&open[..], &closed[..]) {
        ([Value::When(inner)], []) => {
            Some(Value::choice(&inner.0, Value::Bool(!wants_equal), Value::Bool(wants_equal)))
        }
        _ => None,
    }
}

fn plus(left: &Value, right: &Value) -> Result<Value, String> {
    Ok(match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => {
            Value::Integer(left.checked_add(*right).ok_or("the sum is no integer of 64 bits")?)
        }
        (Value::Text(left), Value::Text(right)) => Value::text(format!("{left}{right}")),
        (Value::Text(left), Value::Integer(right)) => Value::text(format!("{left}{right}")),
        (Value::Integer(left), Value::Text(right)) => Value::text(format!("{left}{right}")),
        // Not defined on one way of a fork.
        (Value::Nothing, other) | (other, Value::Nothing) => other.clone(),
        (Value::List(_), Value::List(_) | Value::Unknown(_)) | (Value::Unknown(_), Value::List(_)) => {
            let mut items = left.items();
            items.extend(right.items());
            Value::list(items)
        }
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => cause(left, right),
        _ => return Err(format!("{} and {} cannot be added", left.kind(), right.kind())),
    })
}

pub(crate) fn minus(left: &Value, right: &Value) -> Result<Value, String> {
    Ok(match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => {
            Value::Integer(left.checked_sub(*right).ok_or("the difference is no integer of 64 bits")?)
        }
        (Value::List(items), Value::List(gone)) => {
            let mut kept = items.to_vec();
            for item in gone.iter() {
                remove(&mut kept, item)?;
            }
            Value::list(kept)
        }
        (Value::List(_), Value::Unknown(_)) => left.clone(),
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => cause(left, right),
        _ => return Err(format!("{} cannot be taken from {}", right.kind(), left.kind())),
    })
}

/// Removes an item, also where it stands under a condition; one that goes under a condition stays under its contrary.
fn remove(kept: &mut Vec<Value>, item: &Value) -> Result<(), String> {
    let open = kept.iter().any(|kept| matches!(kept, Value::Unknown(_)));
    if let Value::When(inner) = item {
        let other = inner.0.negated();
        for place in kept.iter_mut().filter(|kept| **kept == inner.1) {
            *place = Value::When(Arc::new((other.clone(), place.clone())));
        }
        kept.retain(|kept| kept != item);
        return Ok(());
    }
    if item.cause().is_some() {
        return Ok(());
    }
    let before = kept.len();
    kept.retain(|kept| match kept {
        Value::When(inner) => inner.1 != *item,
        kept => kept != item,
    });
    if kept.len() == before && !open {
        let shown = item.as_text().map_or(item.kind().to_owned(), |text| format!("`{text}`"));
        return Err(format!("{shown} is not in the list that it is taken from"));
    }
    Ok(())
}
