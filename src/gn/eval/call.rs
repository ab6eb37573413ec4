//! Calls: templates, targets, functions.

use std::sync::Arc;

use crate::gn::code::{Body, Call, Expression};
use crate::gn::eval::scope::{self, Frame, Parent, Template};
use crate::gn::eval::{Evaluator, functions};
use crate::gn::problem::Trouble;
use crate::gn::symbol::{Symbol, Text, word};
use crate::gn::target::{Declared, FIELDS, Kind};
use crate::gn::value::{Value, WAYS};

/// A call, whoever makes it: by name in the file or through `target(type, name)`.
#[derive(Clone, Copy)]
pub(crate) struct Invocation<'c> {
    pub(crate) name: Symbol,
    pub(crate) arguments: &'c [Expression],
    pub(crate) block: Option<&'c Arc<Body>>,
    pub(crate) at: u32,
}

impl Evaluator<'_> {
    pub(crate) fn call(&mut self, call: &Call) -> Value {
        let Call { name, arguments, block, at } = call;
        self.invoke(Invocation { name: *name, arguments, block: block.as_ref(), at: *at })
    }

    pub(crate) fn invoke(&mut self, call: Invocation) -> Value {
        if let Some(function) = functions::of(call.name) {
            return function(self, call);
        }
        let template = scope::find(&self.frames, self.top(), &|bound| bound.templates.get(&call.name));
        if let Some(template) = template.cloned() {
            self.deeper(call.at, |this| this.run_template(&template, call));
            return Value::Nothing;
        }
        if let Some(kind) = Kind::of(call.name) {
            self.deeper(call.at, |this| this.declare(kind, call));
            return Value::Nothing;
        }
        let name = self.name_of(call.name);
        self.problem(call.at, Trouble::UnknownFunction, format!("`{name}` is neither a function nor a template"));
        Value::unknown(&format!("call of {name}"))
    }

    /// The first argument, which must be a known string.
    pub(crate) fn name_argument(&mut self, call: Invocation) -> Option<Text> {
        let Some(expression) = call.arguments.first() else {
            let name = self.name_of(call.name);
            self.problem(call.at, Trouble::BadValue, format!("`{name}` wants a name"));
            return None;
        };
        let value = self.value(expression);
        if let Value::Text(text) = value {
            return Some(text);
        }
        let name = self.name_of(call.name);
        self.problem(call.at, Trouble::BadValue, format!("`{name}` wants a string as its name, not {}", value.kind()));
        None
    }

    /// Opens the scope of a target or of a template's call: its defaults and its name.
    fn open_block(&mut self, function: Symbol, name: &Text) {
        let defaults = scope::find(&self.frames, self.top(), &|bound| bound.defaults.get(&function)).cloned();
        let mut frame = Frame::new(Parent::Frame(self.top()));
        if let Some(defaults) = defaults {
            frame.bound.variables.extend(defaults.iter().map(|(name, value)| (*name, value.clone())));
        }
        frame.bound.variables.insert(word::target_name, Value::Text(Arc::clone(name)));
        self.frames.push(frame);
    }

    fn run_template(&mut self, template: &Template, call: Invocation) {
        let Some(name) = self.name_argument(call) else { return };
        self.open_block(call.name, &name);
        if let Some(block) = call.block {
            self.run(block);
        }
        let invocation = self.top();
        let mut frame = Frame::new(Parent::Frozen(Arc::clone(&template.closure)));
        frame.bound.variables.insert(word::invoker, Value::Frame(invocation));
        frame.bound.variables.insert(word::target_name, Value::Text(name));
        self.frames.push(frame);
        let outermost = self.called.is_none();
        if outermost {
            self.called = Some((Arc::clone(&self.code.name), self.line_of(call.at)));
        }
        let code = std::mem::replace(&mut self.code, Arc::clone(&template.code));
        self.run(&template.body);
        self.code = code;
        if outermost {
            self.called = None;
        }
        self.frames.truncate(invocation);
    }

    fn declare(&mut self, kind: Kind, call: Invocation) {
        let Some(name) = self.name_argument(call) else { return };
        self.open_block(call.name, &name);
        if let Some(block) = call.block {
            self.run(block);
        }
        let top = self.top();
        let fields = FIELDS.iter().filter_map(|(field, _)| {
            let value = scope::variable(&self.frames, top, *field)?;
            Some((*field, value.clone()))
        });
        let fields = fields.collect();
        self.frames.truncate(top);
        if self.dead || self.halted {
            return;
        }
        self.by_name.insert(Arc::clone(&name), self.targets.len());
        self.targets.push(Declared {
            name,
            folder: Arc::clone(&self.folder),
            kind,
            condition: self.holds(),
            place: self.called.clone().unwrap_or_else(|| (Arc::clone(&self.code.name), self.line_of(call.at))),
            fields,
        });
    }

    /// A target of this file that was declared before.
    pub(crate) fn declared(&self, name: &str) -> Option<&Declared> {
        self.targets.get(*self.by_name.get(name)?)
    }

    /// The values of all arguments.
    pub(crate) fn arguments(&mut self, call: Invocation) -> Vec<Value> {
        call.arguments.iter().map(|argument| self.value(argument)).collect()
    }

    /// Calls `pure` for every way of its arguments; an unknown one makes the result unknown.
    pub(crate) fn each_way(
        &mut self,
        arguments: &[Value],
        pure: &mut dyn FnMut(&mut Self, &[Value]) -> Value,
    ) -> Value {
        if arguments.iter().map(Value::ways).product::<usize>() > WAYS {
            return Value::unknown("too many ways");
        }
        for (index, argument) in arguments.iter().enumerate() {
            match argument {
                Value::Unknown(_) => return argument.clone(),
                Value::Choice(choice) => {
                    let mut way = arguments.to_vec();
                    way[index] = choice.then.clone();
                    let then = self.each_way(&way, pure);
                    way[index] = choice.otherwise.clone();
                    let otherwise = self.each_way(&way, pure);
                    return Value::choice(&choice.literal, then, otherwise);
                }
                _ => {}
            }
        }
        pure(self, arguments)
    }

    /// Says that a function was given what it does not take.
    pub(crate) fn misused(&mut self, call: Invocation, wants: &str) -> Value {
        let name = self.name_of(call.name);
        self.problem(call.at, Trouble::BadValue, format!("`{name}` wants {wants}"));
        Value::unknown(&format!("misuse of {name}"))
    }
}
