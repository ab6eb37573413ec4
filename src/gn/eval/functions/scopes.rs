//! Functions that bind names: arguments, defaults, forwarding, toolchains.

use std::sync::Arc;

use crate::gn::code::Expression;
use crate::gn::eval::Evaluator;
use crate::gn::eval::call::Invocation;
use crate::gn::eval::scope::{self, Frame, Parent};
use crate::gn::symbol::{Symbol, word};
use crate::gn::target::{Argument, DeclaredToolchain};
use crate::gn::value::{Value, Variables};

impl Evaluator<'_> {
    /// Runs a block in a scope of its own and gives what it binds.
    fn block_variables(&mut self, call: Invocation) -> Variables {
        self.frames.push(Frame::new(Parent::Frame(self.top())));
        if let Some(block) = call.block {
            self.deeper(call.at, |this| this.run(block));
        }
        self.frames.pop().map(|frame| frame.bound.variables).unwrap_or_default()
    }
}

pub(crate) fn declare_args(this: &mut Evaluator, call: Invocation) -> Value {
    for (name, default) in this.block_variables(call) {
        let text = this.name_of(name);
        let toolchain = this.toolchain;
        let value = if let Some(value) = toolchain.arguments.get(&name) {
            value.clone()
        } else if this.world.settings.open.contains(&*text) {
            Value::Unknown(Arc::clone(&text))
        } else {
            this.world.arguments.get(&name).unwrap_or(&default).clone()
        };
        if toolchain.is_default {
            let symbols = &this.world.symbols;
            let place = (Arc::clone(&this.code.name), this.line_of(call.at));
            let (default, value) = (default.shown(symbols), value.shown(symbols));
            this.arguments.push(Argument { name: text, place, default, value });
        }
        this.set(name, value);
    }
    Value::Nothing
}

pub(crate) fn forward_variables_from(this: &mut Evaluator, call: Invocation) -> Value {
    let (Some(source), Some(which)) = (call.arguments.first(), call.arguments.get(1)) else {
        return this.misused(call, "a scope and a list of names");
    };
    let source = match source {
        Expression::Name(name, at) => match this.lookup(*name) {
            Some(found) => found.clone(),
            None => this.value(&Expression::Name(*name, *at)),
        },
        other => this.value(other),
    };
    let which = this.value(which);
    let without = call.arguments.get(2).map_or(Value::Nothing, |list| this.value(list));
    let without: Vec<Symbol> = this.symbols_of(&without);
    if which.as_text().is_some_and(|text| &**text == "*") {
        for (name, value) in this.all_of(&source) {
            if !name.is_private() && !without.contains(&name) {
                this.set(name, value);
            }
        }
        return Value::Nothing;
    }
    for name in this.symbols_of(&which) {
        if without.contains(&name) {
            continue;
        }
        if let Some(value) = this.member_of(&source, name) {
            this.set(name, value);
        }
    }
    Value::Nothing
}

impl Evaluator<'_> {
    fn symbols_of(&self, names: &Value) -> Vec<Symbol> {
        Self::texts(names).iter().map(|name| self.world.symbols.intern(name)).collect()
    }

    /// What a scope itself binds.
    fn all_of(&self, source: &Value) -> Variables {
        // `target_name` is one of them: the reference program forwards it, too.
        let mut all = match source {
            Value::Scope(variables) => (**variables).clone(),
            Value::Frame(frame) => {
                self.frames.get(*frame).map(|frame| frame.bound.variables.clone()).unwrap_or_default()
            }
            Value::Choice(choice) => {
                let (then, mut otherwise) = (self.all_of(&choice.then), self.all_of(&choice.otherwise));
                let mut all = Variables::default();
                for (name, left) in then {
                    let right = otherwise.remove(&name).unwrap_or(Value::Nothing);
                    all.insert(name, Value::choice(&choice.literal, left, right));
                }
                let rest = otherwise.into_iter();
                all.extend(rest.map(|(name, right)| (name, Value::choice(&choice.literal, Value::Nothing, right))));
                all
            }
            _ => Variables::default(),
        };
        all.retain(|_, value| !matches!(value, Value::Frame(_)));
        all
    }
}

pub(crate) fn set_defaults(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(kind) = this.name_argument(call) else { return Value::Nothing };
    let kind = this.world.symbols.intern(&kind);
    let known = scope::find(&this.frames, this.top(), &|bound| bound.defaults.get(&kind)).cloned();
    let mut defaults = known.map(|known| (*known).clone()).unwrap_or_default();
    defaults.extend(this.block_variables(call));
    this.current().bound.defaults.insert(kind, Arc::new(defaults));
    Value::Nothing
}

pub(crate) fn set_default_toolchain(this: &mut Evaluator, call: Invocation) -> Value {
    if let Some(label) = this.name_argument(call) {
        this.default_toolchain = Some(label.to_string());
    }
    Value::Nothing
}

pub(crate) fn toolchain(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(name) = this.name_argument(call) else { return Value::Nothing };
    let mut variables = this.block_variables(call);
    let arguments = match variables.remove(&word::toolchain_args) {
        Some(Value::Scope(arguments)) => arguments,
        _ => Arc::default(),
    };
    this.toolchains.push(DeclaredToolchain { folder: Arc::clone(&this.folder), name, arguments });
    Value::Nothing
}
