//! Scopes: frames of what runs now, and frozen ones that templates and imports keep.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::gn::code::{Body, Code};
use crate::gn::symbol::Symbol;
use crate::gn::value::{Value, Variables};

/// A template: its body, the file it stands in, and what it sees.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) code: Arc<Code>,
    pub(crate) body: Arc<Body>,
    pub(crate) closure: Arc<Frozen>,
}

/// Names that a scope binds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bound {
    pub(crate) variables: Variables,
    pub(crate) templates: FxHashMap<Symbol, Arc<Template>>,
    pub(crate) defaults: FxHashMap<Symbol, Arc<Variables>>,
}

/// A scope that nothing changes any more.
#[derive(Debug, Default)]
pub(crate) struct Frozen {
    pub(crate) bound: Bound,
    pub(crate) parent: Option<Arc<Frozen>>,
}

/// What lies around a frame.
#[derive(Debug)]
pub(crate) enum Parent {
    Frame(usize),
    Frozen(Arc<Frozen>),
}

/// A scope of something that runs.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) bound: Bound,
    pub(crate) parent: Parent,
}

impl Frame {
    pub(crate) fn new(parent: Parent) -> Self {
        Self { bound: Bound::default(), parent }
    }
}

impl Frozen {
    /// The value of a variable.
    pub(crate) fn variable(&self, name: Symbol) -> Option<&Value> {
        self.find(&|bound| bound.variables.get(&name)).filter(|value| !matches!(value, Value::Nothing))
    }

    /// Looks for a name from here outwards.
    fn find<'a, T>(&'a self, pick: &dyn Fn(&'a Bound) -> Option<&'a T>) -> Option<&'a T> {
        let mut scope = self;
        loop {
            if let Some(found) = pick(&scope.bound) {
                return Some(found);
            }
            scope = scope.parent.as_deref()?;
        }
    }
}

/// Looks for a name from frame `from` outwards.
pub(crate) fn find<'a, T>(
    frames: &'a [Frame],
    from: usize,
    pick: &dyn Fn(&'a Bound) -> Option<&'a T>,
) -> Option<&'a T> {
    let mut frame = frames.get(from)?;
    loop {
        if let Some(found) = pick(&frame.bound) {
            return Some(found);
        }
        match &frame.parent {
            Parent::Frame(outer) => frame = frames.get(*outer)?,
            Parent::Frozen(scope) => return scope.find(pick),
        }
    }
}

/// The value of a variable, seen from frame `from`.
pub(crate) fn variable(frames: &[Frame], from: usize, name: Symbol) -> Option<&Value> {
    find(frames, from, &|bound| bound.variables.get(&name)).filter(|value| !matches!(value, Value::Nothing))
}

/// Freezes what is seen from frame `from`: the frames become one scope over the frozen one around them.
pub(crate) fn freeze(frames: &[Frame], from: usize) -> Arc<Frozen> {
    let mut chain = Vec::new();
    let mut next = Some(from);
    let mut parent = None;
    while let Some(frame) = next.and_then(|at| frames.get(at)) {
        chain.push(frame);
        next = match &frame.parent {
            Parent::Frame(outer) => Some(*outer),
            Parent::Frozen(scope) => {
                parent = Some(Arc::clone(scope));
                None
            }
        };
    }
    let mut bound = chain.last().map(|frame| frame.bound.clone()).unwrap_or_default();
    for frame in chain.iter().rev().skip(1) {
        let inner = &frame.bound;
        bound.variables.extend(inner.variables.iter().map(|(name, value)| (*name, value.clone())));
        bound.templates.extend(inner.templates.iter().map(|(name, value)| (*name, Arc::clone(value))));
        bound.defaults.extend(inner.defaults.iter().map(|(name, value)| (*name, Arc::clone(value))));
    }
    bound.variables.retain(|_, value| !matches!(value, Value::Frame(_)));
    Arc::new(Frozen { bound, parent })
}

/// Adds what an import offers: everything but private names; what is there already stays.
pub(crate) fn merge(into: &mut Bound, import: &Bound) {
    into.variables.reserve(import.variables.len());
    for (name, value) in import.variables.iter().filter(|(name, _)| !name.is_private()) {
        into.variables.entry(*name).or_insert_with(|| value.clone());
    }
    for (name, template) in import.templates.iter().filter(|(name, _)| !name.is_private()) {
        into.templates.entry(*name).or_insert_with(|| Arc::clone(template));
    }
    for (name, defaults) in &import.defaults {
        into.defaults.insert(*name, Arc::clone(defaults));
    }
}
