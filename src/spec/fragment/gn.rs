//! The GN arguments as a quoted here-document, which every POSIX shell reads; arrays of bash would fail under dash.

use super::super::guard::Opening;
use super::super::material::Material;
use super::escaped;
use crate::profile::packaging::{GnArgument, GnValue, Guard};

/// The line that ends the here-document.
const END: &str = "FOREBAY_GN_ARGS";

/// The lines of `%build` that write the file of arguments.
pub(super) fn arguments(material: &Material<'_>) -> Option<String> {
    let packaging = &material.inputs.profile.packaging;
    let file = packaging.gn_file.as_ref()?;
    let mut inside = String::new();
    let mut behind = String::new();
    for argument in packaging.gn_args.iter().flatten() {
        let opening = Opening::of(&argument.guard);
        match shell_line(argument, file) {
            Some(line) => behind.push_str(&opening.around(&line)),
            None => inside.push_str(&opening.around(&format!("{}={}\n", argument.name, value(&argument.value)))),
        }
    }
    for (library, _) in &material.libraries {
        let lines = |all: &Option<Vec<String>>| {
            all.iter().flatten().map(|line| format!("{}\n", escaped(line))).collect::<String>()
        };
        let (system, bundled) = (lines(&library.gn_system), lines(&library.gn_bundled));
        if !library.has_switch() {
            inside.push_str(&bundled);
        } else if system.is_empty() && !bundled.is_empty() {
            inside.push_str(&Opening::of(&Guard::When(library.is_system().negated())).around(&bundled));
        } else if !system.is_empty() {
            inside.push_str(&Opening::of(&Guard::When(library.is_system())).around_with_else(&system, &bundled));
        }
    }
    let folder = file.rsplit_once('/').map(|(folder, _)| format!("mkdir -p \"{folder}\"\n")).unwrap_or_default();
    Some(format!("{folder}cat > \"{file}\" <<'{END}'\n{inside}{END}\n{behind}"))
}

/// A line behind the here-document for a value that the shell finds out.
fn shell_line(argument: &GnArgument, file: &str) -> Option<String> {
    let GnValue::Shell(command) = &argument.value else { return None };
    Some(format!("printf '{}=\"%%s\"\\n' \"$({})\" >> \"{file}\"\n", argument.name, escaped(command)))
}

fn value(value: &GnValue) -> String {
    match value {
        GnValue::Flag(flag) => flag.to_string(),
        GnValue::Number(number) => number.to_string(),
        GnValue::Text(text) => quoted(text),
        GnValue::List(items) => format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ")),
        GnValue::Macro(name) => format!("\"%{{{name}}}\""),
        GnValue::Raw(text) => text.clone(),
        GnValue::Shell(_) => String::new(),
    }
}

/// A string of GN: `"`, `\` and `$` are escaped by a backslash.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        if matches!(character, '"' | '\\' | '$') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    escaped(&out)
}
