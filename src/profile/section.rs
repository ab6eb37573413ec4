//! Reads one section of a profile key by key, remembers which keys are known, and reports all others.

use std::cell::RefCell;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::profile::problem::Problem;
use crate::profile::words::ValueError;
use crate::text::nearest::nearest;

/// The problems found so far, shared by all sections of a file.
pub type Problems = RefCell<Vec<Problem>>;

/// A section (a table) of the file.
pub struct Section<'t, 'i> {
    /// `queue` or `queue.places`; empty for the file itself.
    name: String,
    table: &'t DeTable<'i>,
    known: Vec<&'static str>,
    problems: &'t Problems,
}

/// A value with its place.
type Found<'t, 'i> = (&'t DeValue<'i>, Range<usize>);

impl<'t, 'i> Section<'t, 'i> {
    /// The file itself.
    pub fn root(table: &'t DeTable<'i>, problems: &'t Problems) -> Self {
        Self { name: String::new(), table, known: Vec::new(), problems }
    }

    /// Text, made into a value by `parse`.
    pub fn text<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, ValueError>) -> Option<T> {
        let (value, span) = self.get(key)?;
        self.one(key, value, span, &parse)
    }

    /// A list of texts, each made into a value by `parse`.
    pub fn texts<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, ValueError>) -> Option<Vec<T>> {
        let (value, span) = self.get(key)?;
        let Some(list) = value.as_array() else {
            self.wrong_type(key, "a list of texts in quotes", value, span);
            return None;
        };
        Some(list.iter().filter_map(|item| self.one(key, item.get_ref(), item.span(), &parse)).collect())
    }

    /// True or false.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let (value, span) = self.get(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong_type(key, "true or false", value, span);
        }
        flag
    }

    /// A whole number from 0 to `max`.
    pub fn number(&mut self, key: &'static str, max: usize) -> Option<usize> {
        let (value, span) = self.get(key)?;
        let Some(integer) = value.as_integer() else {
            self.wrong_type(key, "a whole number", value, span);
            return None;
        };
        let number = usize::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok();
        let number = number.filter(|number| *number <= max);
        if number.is_none() {
            self.bad_value(span, format!("`{}` must be a whole number from 0 to {max}", self.full(key)));
        }
        number
    }

    /// A section below this one; an absent one reads as empty.
    pub fn section<T: Default>(&mut self, key: &'static str, read: impl FnOnce(Section<'t, 'i>) -> T) -> T {
        let Some((value, span)) = self.get(key) else { return T::default() };
        let Some(table) = value.as_table() else {
            self.wrong_type(key, &format!("a section `[{}]`", self.full(key)), value, span);
            return T::default();
        };
        read(self.child(key, table))
    }

    /// A repeated section `[[key]]`.
    pub fn sections<T>(&mut self, key: &'static str, read: impl Fn(Section<'t, 'i>) -> Option<T>) -> Option<Vec<T>> {
        let (value, span) = self.get(key)?;
        let wanted = format!("repeated sections `[[{}]]`", self.full(key));
        let Some(list) = value.as_array() else {
            self.wrong_type(key, &wanted, value, span);
            return None;
        };
        let mut all = Vec::new();
        for item in list {
            match item.get_ref().as_table() {
                Some(table) => all.extend(read(self.child(key, table))),
                None => self.wrong_type(key, &wanted, item.get_ref(), item.span()),
            }
        }
        Some(all)
    }

    /// Sections below `key` whose names are free: `[lib.zlib]`, `[lib.brotli]`.
    pub fn named_sections<T>(
        &mut self,
        key: &'static str,
        name_of: impl Fn(&str) -> Result<(), ValueError>,
        read: impl Fn(&str, Section<'t, 'i>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (value, span) = self.get(key)?;
        let wanted = format!("sections `[{}.NAME]`", self.full(key));
        let Some(table) = value.as_table() else {
            self.wrong_type(key, &wanted, value, span);
            return None;
        };
        let mut all = Vec::new();
        for (name, value) in table {
            if let Err(error) = name_of(name.get_ref()) {
                self.problem("profile-bad-value", name.span(), format!("`{}`: {error}", self.full(key)), error.hint());
                continue;
            }
            let full = format!("{}.{}", self.full(key), name.get_ref());
            match value.get_ref().as_table() {
                Some(below) => {
                    let section = Section { name: full, table: below, known: Vec::new(), problems: self.problems };
                    all.extend(read(name.get_ref(), section));
                }
                None => self.wrong_type(key, &wanted, value.get_ref(), value.span()),
            }
        }
        Some(all)
    }

    /// Values below `key` whose names are free, made into something by `parse`.
    pub fn named_values<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str, Value) -> Result<T, ValueError>,
    ) -> Option<Vec<T>> {
        let (value, span) = self.get(key)?;
        let Some(table) = value.as_table() else {
            self.wrong_type(key, &format!("a section `[{}]`", self.full(key)), value, span);
            return None;
        };
        let mut all = Vec::new();
        for (name, value) in table {
            match parse(name.get_ref(), Value::of(value.get_ref())) {
                Ok(parsed) => all.push(parsed),
                Err(error) => {
                    let message = format!("`{}.{}`: {error}", self.full(key), name.get_ref());
                    self.problem("profile-bad-value", value.span(), message, error.hint());
                }
            }
        }
        Some(all)
    }

    /// A value of any type, made into something by `parse`.
    pub fn value<T>(&mut self, key: &'static str, parse: impl Fn(Value) -> Result<T, ValueError>) -> Option<T> {
        let (value, span) = self.get(key)?;
        match parse(Value::of(value)) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.problem("profile-bad-value", span, format!("`{}`: {error}", self.full(key)), error.hint());
                None
            }
        }
    }

    /// Reports that this section lacks something.
    pub fn lacks(&self, message: &str) {
        let span = self.table.keys().map(toml::Spanned::span).min_by_key(|span| span.start).unwrap_or(0..0);
        self.problem("profile-missing", span, format!("`{}` {message}", self.name), None);
    }

    /// Text that must be there.
    pub fn required<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, ValueError>) -> Option<T> {
        if self.table.keys().any(|name| name.get_ref() == key) {
            return self.text(key, parse);
        }
        let span = self.table.keys().map(toml::Spanned::span).min_by_key(|span| span.start).unwrap_or(0..0);
        self.problem("profile-missing", span, format!("`{}` lacks the key `{key}`", self.name), None);
        self.known.push(key);
        None
    }

    /// Reports every key that was not asked for.
    pub fn finish(self) {
        for key in self.table.keys().filter(|key| !self.known.contains(&key.get_ref().as_ref())) {
            let place = if self.name.is_empty() { String::new() } else { format!(" in `[{}]`", self.name) };
            let hint = match nearest(key.get_ref(), self.known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", self.known.join(", ")),
            };
            self.problem(
                "profile-unknown-key",
                key.span(),
                format!("unknown key `{}`{place}", key.get_ref()),
                Some(hint),
            );
        }
    }

    fn child(&self, key: &'static str, table: &'t DeTable<'i>) -> Section<'t, 'i> {
        Section { name: self.full(key), table, known: Vec::new(), problems: self.problems }
    }

    fn get(&mut self, key: &'static str) -> Option<Found<'t, 'i>> {
        self.known.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| (value.get_ref(), value.span()))
    }

    fn one<T>(
        &self,
        key: &str,
        value: &DeValue<'_>,
        span: Range<usize>,
        parse: &impl Fn(&str) -> Result<T, ValueError>,
    ) -> Option<T> {
        let Some(text) = value.as_str() else {
            self.wrong_type(key, "text in quotes", value, span);
            return None;
        };
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.problem("profile-bad-value", span, format!("`{}`: {error}", self.full(key)), error.hint());
                None
            }
        }
    }

    fn wrong_type(&self, key: &str, wanted: &str, value: &DeValue<'_>, span: Range<usize>) {
        let message = format!("`{}` must be {wanted}, found {}", self.full(key), kind(value));
        self.problem("profile-wrong-type", span, message, None);
    }

    fn bad_value(&self, span: Range<usize>, message: String) {
        self.problem("profile-bad-value", span, message, None);
    }

    fn problem(&self, code: &'static str, span: Range<usize>, message: String, hint: Option<String>) {
        self.problems.borrow_mut().push(Problem { code, span, message, hint });
    }

    fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// A value of any type, for keys that take several.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text in quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<Value>),
    /// A section, its keys in order.
    Table(Vec<(String, Value)>),
    /// A number with a point, a date, or a number out of range.
    Other(&'static str),
}

impl Value {
    /// The value of TOML.
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Boolean(flag) => Self::Flag(*flag),
            DeValue::Integer(integer) => {
                let number = i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix());
                number.map_or(Self::Other("a number out of range"), Self::Number)
            }
            DeValue::Array(items) => Self::List(items.iter().map(|item| Self::of(item.get_ref())).collect()),
            DeValue::Table(table) => Self::Table(
                table.iter().map(|(key, value)| (key.get_ref().to_string(), Self::of(value.get_ref()))).collect(),
            ),
            other => Self::Other(kind(other)),
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}
