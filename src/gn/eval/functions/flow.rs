//! Functions that steer: assertions, loops, imports, templates.

use std::sync::Arc;

use crate::gn::eval::call::Invocation;
use crate::gn::eval::scope::{self, Template};
use crate::gn::eval::{Evaluator, FORK_LIMIT};
use crate::gn::paths;
use crate::gn::problem::Trouble;
use crate::gn::symbol::{Symbol, Text};
use crate::gn::value::Value;
use crate::gn::world::Imported;

/// How many files may import each other in a row.
const IMPORT_DEPTH: usize = 60;

pub(crate) fn nothing(this: &mut Evaluator, call: Invocation) -> Value {
    // Their arguments may be unknown or undefined without harm.
    let _ = (this, call);
    Value::Nothing
}

/// A failed one ends this way of a fork; where nothing is open it is told and the run goes on.
pub(crate) fn assert(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(test) = call.arguments.first() else { return this.misused(call, "a condition") };
    if this.value(test) != Value::Bool(false) {
        return Value::Nothing;
    }
    if this.path.is_empty() {
        let told = call.arguments.get(1).map(|told| this.value(told));
        let words = told.as_ref().and_then(Value::as_text).map(|text| format!(": {}", first_line(text)));
        this.problem(call.at, Trouble::Assertion, format!("an assertion does not hold{}", words.unwrap_or_default()));
    } else {
        this.dead = true;
    }
    Value::Nothing
}

fn first_line(text: &str) -> &str {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    line.char_indices().nth(160).map_or(line, |(at, _)| &line[..at])
}

pub(crate) fn defined(this: &mut Evaluator, call: Invocation) -> Value {
    match call.arguments {
        [one] => this.is_defined(one),
        _ => this.misused(call, "one name"),
    }
}

pub(crate) fn foreach(this: &mut Evaluator, call: Invocation) -> Value {
    let (Some(crate::gn::code::Expression::Name(variable, _)), Some(list), Some(body)) =
        (call.arguments.first(), call.arguments.get(1), call.block)
    else {
        return this.misused(call, "a name, a list and a block");
    };
    let list = this.value(list);
    let items = match &list {
        Value::List(items) => Arc::clone(items),
        Value::Choice(_) => Arc::new(list.items()),
        Value::Unknown(_) => return Value::Nothing,
        _ => return this.misused(call, "a list to go through"),
    };
    let before = this.current().bound.variables.remove(variable);
    this.deeper(call.at, |this| {
        for item in items.iter() {
            if !this.charge(call.at, 1) || this.dead {
                break;
            }
            this.one_item(*variable, item, body);
        }
    });
    let variables = &mut this.current().bound.variables;
    variables.remove(variable);
    variables.extend(before.map(|before| (*variable, before)));
    Value::Nothing
}

impl Evaluator<'_> {
    fn one_item(&mut self, variable: Symbol, item: &Value, body: &Arc<crate::gn::code::Body>) {
        match item {
            // How many items an unknown one stands for is not known either.
            Value::Unknown(_) => {}
            Value::When(inner) => {
                let (literal, item) = &**inner;
                match self.path.iter().find(|known| known.text == literal.text) {
                    Some(known) if known.holds != literal.holds => {}
                    None if self.path.len() < FORK_LIMIT => {
                        self.fork(literal, |this| this.one_item(variable, item, body), |_| {});
                    }
                    _ => self.one_item(variable, item, body),
                }
            }
            item => {
                self.set(variable, item.clone());
                self.run(body);
            }
        }
    }
}

pub(crate) fn import(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(written) = this.name_argument(call) else { return Value::Nothing };
    let name: Text = paths::file(&written, &this.folder).into();
    let toolchain = this.toolchain;
    let imported = match toolchain.imported(&name) {
        Some(imported) => imported,
        None => match this.deeper(call.at, |this| this.run_import(&name, call.at)) {
            Some(imported) => imported,
            None => return Value::Nothing,
        },
    };
    scope::merge(&mut this.current().bound, &imported.scope.bound);
    this.charge(call.at, imported.scope.bound.variables.len() / 16);
    Value::Nothing
}

impl Evaluator<'_> {
    fn run_import(&mut self, name: &Text, at: u32) -> Option<Arc<Imported>> {
        if self.importing.contains(name) {
            self.problem(at, Trouble::ImportCircle, format!("`{name}` imports itself"));
            return None;
        }
        if self.importing.len() >= IMPORT_DEPTH {
            self.problem(at, Trouble::Limit, format!("more than {IMPORT_DEPTH} imports in a row"));
            return None;
        }
        let code = match self.world.code(name) {
            Ok(code) => code,
            Err(None) => {
                self.problem(at, Trouble::MissingImport, format!("`{name}` is not in the tree"));
                return None;
            }
            Err(Some(problem)) => {
                self.problems.push((*problem).clone());
                return None;
            }
        };
        let folder: Text = paths::folder("..", name).unwrap_or_else(|| "//".to_owned()).into();
        let base = Arc::clone(&self.toolchain.base);
        let mut inner = Evaluator::new(self.world, self.toolchain, code, folder, base);
        inner.importing.clone_from(&self.importing);
        inner.importing.push(Arc::clone(name));
        inner.depth = self.depth;
        inner.run_file();
        // Only what the file itself binds is offered; the base is everyone's.
        let scope = scope::freeze(&inner.frames, 0);
        let imported = Imported { scope, problems: inner.problems, declared: inner.arguments };
        Some(self.toolchain.keep(Arc::clone(name), imported))
    }
}

pub(crate) fn template(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(name) = this.name_argument(call) else { return Value::Nothing };
    let Some(body) = call.block else { return this.misused(call, "a block") };
    let name = this.world.symbols.intern(&name);
    let closure = scope::freeze(&this.frames, this.top());
    this.charge(call.at, closure.bound.variables.len() / 16);
    let template = Template { code: Arc::clone(&this.code), body: Arc::clone(body), closure };
    this.current().bound.templates.insert(name, Arc::new(template));
    Value::Nothing
}

/// `target(type, name) { ... }` is `type(name) { ... }`.
pub(crate) fn target(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(function) = this.name_argument(call) else { return Value::Nothing };
    let name = this.world.symbols.intern(&function);
    if super::of(name).is_some() {
        return this.misused(call, "the name of a target's type or of a template");
    }
    this.invoke(Invocation { name, arguments: call.arguments.get(1..).unwrap_or_default(), ..call })
}
