//! Functions of labels, paths and outputs.

use std::sync::Arc;

use crate::gn::eval::Evaluator;
use crate::gn::eval::call::Invocation;
use crate::gn::eval::functions::lists::keep;
use crate::gn::label::{self, Label};
use crate::gn::paths;
use crate::gn::symbol::{Text, word};
use crate::gn::target::{Declared, Kind};
use crate::gn::value::Value;

pub(crate) fn filter_labels_exclude(this: &mut Evaluator, call: Invocation) -> Value {
    filter(this, call, false)
}

pub(crate) fn filter_labels_include(this: &mut Evaluator, call: Invocation) -> Value {
    filter(this, call, true)
}

fn filter(this: &mut Evaluator, call: Invocation, wanted: bool) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| match arguments {
        [values @ Value::List(_), patterns @ Value::List(_)] => {
            let patterns = Evaluator::texts(patterns);
            keep(values, &mut |written| this.fits_any(written, &patterns) == wanted)
        }
        _ => this.misused(call, "a list of labels and a list of patterns"),
    })
}

pub(crate) fn label_matches(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| match arguments {
        [Value::Text(written), patterns @ Value::List(_)] => {
            Value::Bool(this.fits_any(written, &Evaluator::texts(patterns)))
        }
        _ => this.misused(call, "a label and a list of patterns"),
    })
}

impl Evaluator<'_> {
    fn fits_any(&self, written: &str, patterns: &[Text]) -> bool {
        let Some(found) = Label::resolve(written, &self.folder, &self.toolchain.label) else { return false };
        patterns.iter().any(|pattern| label::matches(&found.folder, &found.name, pattern, &self.folder))
    }

    /// Where a toolchain puts generated files and objects.
    fn roots(&self, toolchain: &str) -> (String, String) {
        let out = if *toolchain == *self.world.default_toolchain || self.world.default_toolchain.is_empty() {
            paths::BUILD.to_owned()
        } else {
            format!("{}/{}", paths::BUILD, toolchain.rsplit(':').next().unwrap_or_default())
        };
        (format!("{out}/gen"), format!("{out}/obj"))
    }

    fn own_roots(&self) -> (String, String) {
        let out = self.toolchain.out();
        (format!("{out}/gen"), format!("{out}/obj"))
    }
}

pub(crate) fn get_label_info(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let [Value::Text(written), Value::Text(what)] = arguments else {
            return this.misused(call, "a label and what to say about it");
        };
        let Some(label) = Label::resolve(written, &this.folder, &this.toolchain.label) else {
            return this.misused(call, "a label");
        };
        let (generated, objects) = this.roots(&label.toolchain);
        let below =
            |root: &str| format!("{root}/{}", label.folder.trim_start_matches('/')).trim_end_matches('/').to_owned();
        Value::text(match &**what {
            "name" => label.name.to_string(),
            "dir" => label.folder.to_string(),
            "target_gen_dir" => below(&generated),
            "target_out_dir" => below(&objects),
            "root_gen_dir" => generated,
            "root_out_dir" => objects.trim_end_matches("/obj").to_owned(),
            "label_no_toolchain" => label.without_toolchain(),
            "label_with_toolchain" => format!("{}({})", label.without_toolchain(), label.toolchain),
            "toolchain" => label.toolchain.to_string(),
            _ => return this.misused(call, "a word it knows"),
        })
    })
}

pub(crate) fn get_path_info(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    let (generated, objects) = this.own_roots();
    this.each_way(&arguments, &mut |this, arguments| {
        let [input, Value::Text(what)] = arguments else {
            return this.misused(call, "a path or a list of paths, and what to say about it");
        };
        let folder = Arc::clone(&this.folder);
        let mut wrong = false;
        let result = input.map_items(&mut |item| {
            let info = item.as_text().and_then(|path| paths::info(path, what, &folder, &generated, &objects));
            wrong |= info.is_none();
            info.map_or(Value::unknown("a bad path"), Value::text)
        });
        if wrong { this.misused(call, "paths and a word it knows") } else { result }
    })
}

pub(crate) fn rebase_path(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let text = |at: usize, otherwise: &str| {
            arguments.get(at).map_or(otherwise.to_owned(), |value| value.shown(&this.world.symbols))
        };
        let (new_base, current_base) = (text(1, ""), text(2, "."));
        let Some(input) = arguments.first() else { return this.misused(call, "a path or a list of paths") };
        let folder = Arc::clone(&this.folder);
        let mut wrong = false;
        let result = input.map_items(&mut |item| {
            wrong |= item.as_text().is_none();
            let path = item.as_text().map(|path| paths::rebase(path, &new_base, &current_base, &folder));
            path.map_or(Value::unknown("a bad path"), Value::text)
        });
        this.charge(call.at, result.as_list().map_or(1, |items| items.len()));
        if wrong { this.misused(call, "paths") } else { result }
    })
}

pub(crate) fn process_file_template(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let [sources, templates] = arguments else { return this.misused(call, "sources and templates") };
        let templates = Evaluator::texts(templates);
        this.filled(&sources.items(), &templates)
    })
}

impl Evaluator<'_> {
    /// Each template for each source; an unknown source gives an unknown item.
    fn filled(&mut self, sources: &[Value], templates: &[Text]) -> Value {
        let (generated, objects) = self.own_roots();
        let folder = Arc::clone(&self.folder);
        self.charge(0, sources.len() * templates.len());
        let mut items = Vec::new();
        for source in sources {
            for template in templates {
                items.push(one_source(source, &mut |source| {
                    Value::text(paths::expand(template, source, &folder, &generated, &objects))
                }));
            }
        }
        Value::list(items)
    }

    fn outputs_of(&mut self, target: &str) -> Option<Value> {
        let found: &Declared = self.declared(target)?;
        let outputs = found.field(word::outputs).map(Value::items).unwrap_or_default();
        let sources = found.field(word::sources).map(Value::items).unwrap_or_default();
        let folder = Arc::clone(&self.folder);
        let absolute = |value: &Value| one_source(value, &mut |path| Value::text(paths::file(path, &folder)));
        Some(match found.kind {
            Kind::Action | Kind::GeneratedFile => Value::list(outputs.iter().map(absolute).collect()),
            Kind::ActionForeach | Kind::Copy => {
                let templates = Self::texts(&Value::list(outputs));
                let filled = self.filled(&sources, &templates);
                Value::list(filled.items().iter().map(absolute).collect())
            }
            kind => Value::list(vec![Value::unknown(&format!("outputs of the {} {target}", kind.word()))]),
        })
    }
}

fn one_source(source: &Value, change: &mut dyn FnMut(&str) -> Value) -> Value {
    match source {
        Value::Text(text) => change(text),
        Value::When(inner) => Value::When(Arc::new((inner.0.clone(), one_source(&inner.1, change)))),
        other => other.clone(),
    }
}

pub(crate) fn get_target_outputs(this: &mut Evaluator, call: Invocation) -> Value {
    let arguments = this.arguments(call);
    this.each_way(&arguments, &mut |this, arguments| {
        let [Value::Text(written)] = arguments else { return this.misused(call, "a label") };
        let label = Label::resolve(written, &this.folder, &this.toolchain.label);
        let Some(label) = label else { return this.misused(call, "a label") };
        match this.outputs_of(&label.name) {
            Some(outputs) => outputs,
            None => this.misused(call, &format!("a target declared above, which `{written}` is not")),
        }
    })
}
