//! Input conversions: the bytes of a file or of a script's output as a value.

use std::sync::Arc;

use crate::gn::eval::Evaluator;
use crate::gn::eval::call::Invocation;
use crate::gn::eval::scope::{Frame, Frozen, Parent};
use crate::gn::symbol::{Symbols, Text, word};
use crate::gn::value::{Value, Variables};

impl Evaluator<'_> {
    /// Reads bytes as `conversion` says; `trim` before it takes blanks off both ends.
    pub(crate) fn converted(&mut self, call: Invocation, bytes: &[u8], conversion: &str) -> Value {
        if !self.charge(call.at, bytes.len() / 64) {
            return Value::unknown("a limit");
        }
        let text = String::from_utf8_lossy(bytes);
        let (text, conversion) = match conversion.strip_prefix("trim ") {
            Some(rest) => (text.trim(), rest),
            None => (&*text, conversion),
        };
        match conversion {
            "" => Value::Nothing,
            "string" => Value::text(text),
            "list lines" => {
                let lines = text.strip_suffix('\n').unwrap_or(text).split('\n').map(|line| Value::text(line.trim()));
                Value::list(if text.is_empty() { Vec::new() } else { lines.collect() })
            }
            "value" => self.run_text(call, &format!("invoker = {text}")).remove(&word::invoker).unwrap_or_default(),
            "scope" => Value::Scope(Arc::new(self.run_text(call, text))),
            "json" => match serde_json::from_str(text) {
                Ok(json) => from_json(&json, &self.world.symbols),
                Err(_) => self.misused(call, "a file that is JSON, as the conversion says"),
            },
            _ => self.misused(call, "a conversion it knows"),
        }
    }

    /// Runs a text as GN in an empty scope.
    fn run_text(&mut self, call: Invocation, text: &str) -> Variables {
        let name: Text = Arc::clone(&self.code.name);
        let code = match self.world.lowered(&name, text.as_bytes().into()) {
            Ok(code) => code,
            Err(problem) => {
                self.misused(
                    call,
                    &format!(
                        "GN, as the conversion says, but at {}:{} {}",
                        problem.line, problem.column, problem.message
                    ),
                );
                return Variables::default();
            }
        };
        let outer = std::mem::replace(&mut self.code, Arc::clone(&code));
        self.frames.push(Frame::new(Parent::Frozen(Arc::new(Frozen::default()))));
        self.deeper(0, |this| this.run(&code.body));
        let frame = self.frames.pop();
        self.code = outer;
        frame.map(|frame| frame.bound.variables).unwrap_or_default()
    }
}

fn from_json(json: &serde_json::Value, symbols: &Symbols) -> Value {
    match json {
        serde_json::Value::Null => Value::text(""),
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => number.as_i64().map_or(Value::unknown("a broken number"), Value::Integer),
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Array(items) => Value::list(items.iter().map(|item| from_json(item, symbols)).collect()),
        serde_json::Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (symbols.intern(name), from_json(value, symbols)));
            Value::Scope(Arc::new(members.collect()))
        }
    }
}
