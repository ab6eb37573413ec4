//! Functions of lists and strings.

use crate::gn::eval::Evaluator;
use crate::gn::eval::call::Invocation;
use crate::gn::paths;
use crate::gn::value::Value;

pub(crate) fn filter_exclude(this: &mut Evaluator, call: Invocation) -> Value {
    filter(this, call, false)
}

pub(crate) fn filter_include(this: &mut Evaluator, call: Invocation) -> Value {
    filter(this, call, true)
}

fn filter(this: &mut Evaluator, call: Invocation, wanted: bool) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| match arguments {
        [values @ Value::List(items), patterns @ Value::List(_)] => {
            let patterns = Evaluator::texts(patterns);
            this.charge(call.at, items.len() * patterns.len() / 4);
            keep(values, &mut |text| patterns.iter().any(|pattern| paths::fits(text, pattern)) == wanted)
        }
        _ => this.misused(call, "a list of strings and a list of patterns"),
    })
}

/// The items of a list whose text passes; unknown ones stay.
pub(crate) fn keep(values: &Value, passes: &mut dyn FnMut(&str) -> bool) -> Value {
    let items = values.items().into_iter().filter(|item| {
        let plain = if let Value::When(inner) = item { &inner.1 } else { item };
        plain.as_text().is_none_or(|text| passes(text))
    });
    Value::list(items.collect())
}

pub(crate) fn len(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let length = match arguments {
            [Value::Text(text)] => text.len(),
            [list @ Value::List(items)] => match list.cause() {
                Some(cause) => return Value::Unknown(cause.clone()),
                None => items.len(),
            },
            [Value::Scope(variables)] => variables.len(),
            _ => return this.misused(call, "a string, a list or a scope"),
        };
        Value::Integer(i64::try_from(length).unwrap_or(i64::MAX))
    })
}

pub(crate) fn split_list(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| match arguments {
        [Value::List(items), Value::Integer(count)] if (1..=100_000).contains(count) => {
            let count = usize::try_from(*count).unwrap_or(1);
            let (size, longer) = (items.len() / count, items.len() % count);
            let mut at = 0;
            let lists = (0..count).map(|number| {
                let end = at + size + usize::from(number < longer);
                let part = items[at..end].to_vec();
                at = end;
                Value::list(part)
            });
            Value::list(lists.collect())
        }
        _ => this.misused(call, "a list and a number of parts"),
    })
}

pub(crate) fn string_hash(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| match arguments {
        [Value::Text(text)] => Value::text(crate::digest::hex(&crate::digest::sha256(text.as_bytes())[..4])),
        _ => this.misused(call, "a string"),
    })
}

pub(crate) fn string_join(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    let joined = this.each_way(&arguments, &mut |this, arguments| match arguments {
        [Value::Text(separator), list @ Value::List(_)] => match list.cause() {
            Some(cause) => Value::Unknown(cause.clone()),
            None => Value::text(Evaluator::texts(list).join(separator)),
        },
        _ => this.misused(call, "a separator and a list of strings"),
    });
    this.bounded(joined, call.at)
}

pub(crate) fn string_replace(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    let replaced = this.each_way(&arguments, &mut |this, arguments| match arguments {
        [Value::Text(_), Value::Text(old), ..] if old.is_empty() => this.misused(call, "something to replace"),
        [Value::Text(text), Value::Text(old), Value::Text(new)] => Value::text(text.replace(&**old, new)),
        [Value::Text(text), Value::Text(old), Value::Text(new), Value::Integer(count)] => {
            Value::text(text.replacen(&**old, new, usize::try_from(*count).unwrap_or(usize::MAX)))
        }
        _ => this.misused(call, "three strings and perhaps a number"),
    });
    this.bounded(replaced, call.at)
}

pub(crate) fn string_split(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let parts: Vec<&str> = match arguments {
            [Value::Text(text)] => text.split_whitespace().collect(),
            [Value::Text(text), Value::Text(separator)] if !separator.is_empty() => text.split(&**separator).collect(),
            _ => return this.misused(call, "a string and perhaps a separator"),
        };
        this.charge(call.at, parts.len());
        Value::list(parts.into_iter().map(Value::text).collect())
    })
}
