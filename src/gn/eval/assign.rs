//! Assignments.

use std::sync::Arc;

use crate::gn::code::{Assign, Expression, Place};
use crate::gn::eval::Evaluator;
use crate::gn::lexer::Kind;
use crate::gn::problem::Trouble;
use crate::gn::symbol::Symbol;
use crate::gn::value::Value;

impl Evaluator<'_> {
    pub(crate) fn assign(&mut self, place: &Place, operator: Assign, value: &Expression, at: u32) {
        if !self.charge(at, 1) {
            return;
        }
        let right = self.value(value);
        match place {
            Place::Name(name) => self.assign_name(*name, operator, right, at),
            Place::Element(name, index) => {
                let index = self.value(index);
                self.assign_inside(*name, operator, &right, at, &|base, this| match (base, &index) {
                    (Value::List(items), Value::Integer(number)) => {
                        let number = usize::try_from(*number).ok()?;
                        Arc::make_mut(items).get_mut(number)
                    }
                    (Value::Scope(variables), Value::Text(key)) => {
                        let key = this.world.symbols.intern(key);
                        Some(Arc::make_mut(variables).entry(key).or_insert(Value::Nothing))
                    }
                    _ => None,
                });
            }
            Place::Member(name, member) => {
                self.assign_inside(*name, operator, &right, at, &|base, _| match base {
                    Value::Scope(variables) => Some(Arc::make_mut(variables).entry(*member).or_insert(Value::Nothing)),
                    _ => None,
                });
            }
        }
    }

    fn assign_name(&mut self, name: Symbol, operator: Assign, right: Value, at: u32) {
        if operator == Assign::Set {
            let right = if matches!(right, Value::Nothing) { Value::unknown("a call without a result") } else { right };
            return self.set(name, right);
        }
        // Taken out, so that a list that nobody else holds changes in place; else the outer value is copied inwards.
        let own = self.current().bound.variables.remove(&name);
        let known = own.filter(|value| !matches!(value, Value::Nothing)).or_else(|| self.lookup(name).cloned());
        let Some(left) = known else {
            let shown = self.name_of(name);
            self.problem(at, Trouble::Undefined, format!("`{shown}` is not defined"));
            let value = if operator == Assign::Add { right } else { Value::list(Vec::new()) };
            return self.set(name, value);
        };
        let changed = self.changed(left, operator, &right, at);
        self.set(name, changed);
    }

    fn changed(&mut self, left: Value, operator: Assign, right: &Value, at: u32) -> Value {
        match (operator, left) {
            (Assign::Set, _) | (_, Value::Nothing) => right.clone(),
            (Assign::Add, Value::List(mut items)) => match right {
                Value::List(more) => {
                    Arc::make_mut(&mut items).extend(more.iter().cloned());
                    self.bounded(Value::List(items), at)
                }
                other => self.binary(Value::List(items), Kind::Plus, other, at),
            },
            (Assign::Add, left) => self.binary(left, Kind::Plus, right, at),
            (Assign::Remove, left) => {
                let kept = left.clone();
                let result = self.binary(left, Kind::Minus, right, at);
                // What is not in the list is told; the list stays.
                if matches!((&result, &kept), (Value::Unknown(_), Value::List(_))) { kept } else { result }
            }
        }
    }

    /// Assigns to an element or a member of a variable, which becomes the current scope's own.
    fn assign_inside(
        &mut self,
        name: Symbol,
        operator: Assign,
        right: &Value,
        at: u32,
        pick: &dyn for<'v> Fn(&'v mut Value, &Self) -> Option<&'v mut Value>,
    ) {
        let own = self.current().bound.variables.remove(&name);
        let Some(mut base) = own.or_else(|| self.lookup(name).cloned()) else {
            let shown = self.name_of(name);
            return self.problem(at, Trouble::Undefined, format!("`{shown}` is not defined"));
        };
        let old = pick(&mut base, self).map(std::mem::take);
        match old {
            Some(old) => {
                let changed = self.changed(old, operator, right, at);
                if let Some(place) = pick(&mut base, self) {
                    *place = changed;
                }
            }
            None if base.cause().is_some() => {}
            None => {
                let message = format!("{} has no such element or member", base.kind());
                self.problem(at, Trouble::BadValue, message);
            }
        }
        self.set(name, base);
    }
}
