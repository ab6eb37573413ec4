//! Values of expressions.

use std::sync::Arc;

use crate::gn::code::{Expression, Piece};
use crate::gn::eval::{Evaluator, scope};
use crate::gn::paths;
use crate::gn::problem::Trouble;
use crate::gn::symbol::{Symbol, Text, word};
use crate::gn::value::{LENGTH_LIMIT, Value, pairwise};

impl Evaluator<'_> {
    /// The value of an expression.
    pub(crate) fn value(&mut self, expression: &Expression) -> Value {
        match expression {
            Expression::Text(text, _) => Value::Text(Arc::clone(text)),
            Expression::Integer(number) => Value::Integer(*number),
            Expression::Bool(value) => Value::Bool(*value),
            Expression::Name(name, at) => self.named(*name, *at),
            Expression::Expanded(pieces, at) => self.expanded(pieces, *at),
            Expression::List(items) => Value::list(items.iter().map(|item| self.item(item)).collect()),
            Expression::Scope(body) => {
                self.frames.push(scope::Frame::new(scope::Parent::Frame(self.top())));
                self.deeper(0, |this| this.run(body));
                let frame = self.frames.pop();
                Value::Scope(Arc::new(frame.map(|frame| frame.bound.variables).unwrap_or_default()))
            }
            Expression::Call(call) => {
                if self.charge(call.at, 1) {
                    self.call(call)
                } else {
                    Value::unknown("a limit")
                }
            }
            Expression::Not(inner, at) => {
                let value = self.value(inner);
                self.not(&value, *at)
            }
            Expression::Chain(first, rest) => self.chain(first, rest),
            Expression::Element(name, index, at) => {
                let base = self.named(*name, *at);
                let index = self.value(index);
                self.element(&base, &index, *at)
            }
            Expression::Member(name, member, at) => self.member(*name, *member, *at),
        }
    }

    /// An item of a list; a way that was not taken leaves an unknown or conditional value a plain item.
    fn item(&mut self, expression: &Expression) -> Value {
        let value = self.value(expression);
        if matches!(value, Value::Nothing) { Value::unknown("a call without a result") } else { value }
    }

    /// A variable; the block of a template's call becomes a plain scope.
    fn named(&mut self, name: Symbol, at: u32) -> Value {
        if let Some(value) = self.computed(name) {
            return value;
        }
        match self.lookup(name) {
            Some(Value::Frame(frame)) => {
                let variables = self.frames.get(*frame).map(|frame| frame.bound.variables.clone());
                Value::Scope(Arc::new(variables.unwrap_or_default()))
            }
            Some(value) => {
                let value = value.clone();
                self.reduced(value)
            }
            None => self.undefined(&self.name_of(name), at),
        }
    }

    fn undefined(&mut self, name: &str, at: u32) -> Value {
        self.problem(at, Trouble::Undefined, format!("`{name}` is not defined"));
        Value::unknown(&format!("undefined {name}"))
    }

    /// Variables that the program itself computes from folder and toolchain.
    pub(crate) fn computed(&self, name: Symbol) -> Option<Value> {
        let out = || self.toolchain.out();
        let below = |part: &str| {
            let folder = self.folder.trim_start_matches('/');
            format!("{}/{part}/{folder}", out()).trim_end_matches('/').to_owned()
        };
        let text = match name {
            word::current_toolchain => return Some(Value::Text(Arc::clone(&self.toolchain.label))),
            word::default_toolchain => return Some(Value::Text(Arc::clone(&self.world.default_toolchain))),
            word::root_build_dir => paths::BUILD.to_owned(),
            word::root_out_dir => out(),
            word::root_gen_dir => out() + "/gen",
            word::target_gen_dir => below("gen"),
            word::target_out_dir => below("obj"),
            word::python_path => "/usr/bin/python3".to_owned(),
            word::gn_version => return Some(Value::Integer(9999)),
            _ => return None,
        };
        Some(Value::text(text))
    }

    fn expanded(&mut self, pieces: &[Piece], at: u32) -> Value {
        let mut whole = Value::text("");
        for piece in pieces {
            let part = match piece {
                Piece::Text(text) => Value::Text(Arc::clone(text)),
                Piece::Value(expression) => self.value(expression),
            };
            let symbols = &self.world.symbols;
            whole = pairwise(&whole, &part, &mut |left, right| match (left.cause(), right.cause()) {
                (None, None) => Value::text(left.shown(symbols) + &right.shown(symbols)),
                (Some(cause), _) | (_, Some(cause)) => Value::Unknown(Arc::clone(cause)),
            });
        }
        self.bounded(whole, at)
    }

    /// Refuses strings and lists beyond all measure, and counts the work they were.
    pub(crate) fn bounded(&mut self, value: Value, at: u32) -> Value {
        let length = match &value {
            Value::Text(text) => text.len() / 16,
            Value::List(items) => items.len(),
            _ => return value,
        };
        if length > LENGTH_LIMIT / 16 {
            self.problem(at, Trouble::Limit, "a string or a list grows beyond all measure".to_owned());
            return Value::unknown("a limit");
        }
        if self.charge(at, length / 4) { value } else { Value::unknown("a limit") }
    }

    fn element(&mut self, base: &Value, index: &Value, at: u32) -> Value {
        let symbols = &self.world.symbols;
        let mut missing = None;
        let found = pairwise(base, index, &mut |base, index| match (base, index) {
            (Value::List(items), Value::Integer(number)) => {
                let item = usize::try_from(*number).ok().and_then(|number| items.get(number));
                item.cloned().unwrap_or_else(|| {
                    missing = Some(format!("the list has {} items, no item {number}", items.len()));
                    Value::unknown("a missing item")
                })
            }
            (Value::Scope(variables), Value::Text(name)) => {
                let value = symbols.known(name).and_then(|name| variables.get(&name));
                value.cloned().unwrap_or_else(|| {
                    missing = Some(format!("the scope has no `{name}`"));
                    Value::unknown("a missing member")
                })
            }
            (base, index) => {
                if let Some(cause) = base.cause().or(index.cause()) {
                    return Value::Unknown(Arc::clone(cause));
                }
                missing = Some(format!("{} has no element by {}", base.kind(), index.kind()));
                Value::unknown("a missing item")
            }
        });
        if let Some(message) = missing {
            self.problem(at, Trouble::BadValue, message);
        }
        match found {
            Value::When(inner) => Value::choice(&inner.0, inner.1.clone(), Value::Nothing),
            found => found,
        }
    }

    /// `name.member`, `None` where the member is not there.
    pub(crate) fn member_of(&self, base: &Value, member: Symbol) -> Option<Value> {
        match base {
            Value::Frame(frame) => scope::variable(&self.frames, *frame, member).cloned(),
            Value::Scope(variables) => variables.get(&member).filter(|value| !matches!(value, Value::Nothing)).cloned(),
            Value::Unknown(_) => Some(base.clone()),
            Value::Choice(choice) => {
                let (left, right) = (self.member_of(&choice.then, member), self.member_of(&choice.otherwise, member));
                if left.is_none() && right.is_none() {
                    return None;
                }
                let value = |side: Option<Value>| side.unwrap_or(Value::Nothing);
                Some(Value::choice(&choice.literal, value(left), value(right)))
            }
            _ => None,
        }
    }

    fn member(&mut self, name: Symbol, member: Symbol, at: u32) -> Value {
        let Some(base) = self.lookup(name).cloned() else { return self.undefined(&self.name_of(name), at) };
        match self.member_of(&base, member) {
            Some(value) => self.reduced(value),
            None => self.undefined(&format!("{}.{}", self.name_of(name), self.name_of(member)), at),
        }
    }

    /// Whether a name, member or element is there, where that can be said.
    pub(crate) fn is_defined(&mut self, expression: &Expression) -> Value {
        let sure = |value: Option<Value>, this: &Self| match value.map(|value| this.reduced(value)) {
            None | Some(Value::Nothing) => Value::Bool(false),
            Some(Value::Choice(choice)) => Value::Choice(choice).map(&mut |way| Value::Bool(*way != Value::Nothing)),
            Some(_) => Value::Bool(true),
        };
        match expression {
            Expression::Name(name, _) => {
                let value = self.computed(*name).or_else(|| self.lookup(*name).cloned());
                sure(value, self)
            }
            Expression::Member(name, member, _) => {
                let Some(base) = self.lookup(*name).cloned() else { return Value::Bool(false) };
                if let Value::Unknown(_) = base {
                    return base;
                }
                let value = self.member_of(&base, *member);
                sure(value, self)
            }
            Expression::Element(name, index, at) => {
                let Some(base) = self.lookup(*name).cloned() else { return Value::Bool(false) };
                let index = self.value(index);
                self.quiet += 1;
                let value = self.element(&base, &index, *at);
                self.quiet -= 1;
                let missing = matches!(&value, Value::Unknown(cause) if cause.starts_with("a missing"));
                if missing { Value::Bool(false) } else { sure(Some(value), self) }
            }
            other => {
                let message = "`defined` wants a name, a member or an element".to_owned();
                let at = if let Expression::Call(call) = other { call.at } else { 0 };
                self.problem(at, Trouble::BadValue, message);
                Value::Bool(false)
            }
        }
    }

    /// The texts of a value that is a string or a list of strings; unknown items are left out.
    pub(crate) fn texts(value: &Value) -> Vec<Text> {
        fn add(value: &Value, found: &mut Vec<Text>) {
            match value {
                Value::Text(text) => found.push(Arc::clone(text)),
                Value::List(items) => items.iter().for_each(|item| add(item, found)),
                Value::When(inner) => add(&inner.1, found),
                Value::Choice(choice) => {
                    add(&choice.then, found);
                    add(&choice.otherwise, found);
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        add(value, &mut found);
        found
    }
}
