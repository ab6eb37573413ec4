//! Functions that reach outside of the language: files, scripts, the environment.

use std::sync::Arc;

use crate::gn::eval::Evaluator;
use crate::gn::eval::call::Invocation;
use crate::gn::paths;
use crate::gn::problem::Trouble;
use crate::gn::value::Value;
use crate::gn::world::repo_path;

/// Reads a file of the tree; one that the build itself makes is not known.
pub(crate) fn read_file(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let [Value::Text(written), Value::Text(conversion)] = arguments else {
            return this.misused(call, "a path and a conversion");
        };
        let name = paths::file(written, &this.folder);
        let outside = !name.starts_with("//") || name.starts_with(paths::BUILD);
        if let Some(bytes) = this.world.read(&name) {
            this.world.look_at(&this.folder, &name);
            return this.converted(call, &bytes, conversion);
        }
        if !outside {
            this.problem(call.at, Trouble::MissingFile, format!("`{name}` is not in the tree"));
        }
        Value::unknown(&format!("read_file {name}"))
    })
}

/// Gives the output that the profile states for a script; else what it prints is not known.
pub(crate) fn exec_script(this: &mut Evaluator, call: Invocation) -> Value {
    let Some(script) = call.arguments.first() else { return this.misused(call, "a script") };
    let script = this.value(script);
    let conversion = call.arguments.get(2).map(|argument| this.value(argument));
    let Value::Text(written) = script else { return Value::unknown("exec_script") };
    let name = paths::file(&written, &this.folder);
    this.world.look_at(&this.folder, &name);
    let plain = name.trim_start_matches('/');
    let settings = this.world.settings;
    match (settings.scripts.get(plain), conversion) {
        (Some(output), Some(Value::Text(conversion))) => this.converted(call, output, &conversion),
        (Some(_), _) => Value::Nothing,
        (None, _) => Value::unknown(&format!("exec_script {name}")),
    }
}

pub(crate) fn getenv(this: &mut Evaluator, call: Invocation) -> Value {
    match this.name_argument(call) {
        Some(name) => Value::unknown(&format!("getenv {name}")),
        None => Value::unknown("getenv"),
    }
}

pub(crate) fn path_exists(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let [Value::Text(written)] = arguments else { return this.misused(call, "a path") };
        let name = paths::file(written, &this.folder);
        let known = name.starts_with("//") && !name.starts_with(paths::BUILD);
        match repo_path(&name) {
            Some(path) if known => Value::Bool(this.world.sources.exists(&path)),
            None if known => Value::Bool(true),
            _ => Value::Unknown(Arc::from(format!("path_exists {name}"))),
        }
    })
}
