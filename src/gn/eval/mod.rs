//! Runs GN files: statements and conditions. What is not known forks: both ways run, and what they leave is joined.
//!
//! A run never fails: what cannot be done is a [`Problem`] with its place, and the run goes on with an unknown value.
//! Steps, depth and sizes are bounded.

mod assign;
mod call;
mod expression;
mod functions;
mod operators;
pub(crate) mod scope;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustc_hash::FxHashMap;

use crate::gn::code::{Body, Code, Expression, Span, Statement};
use crate::gn::eval::scope::{Frame, Frozen, Parent};
use crate::gn::problem::{Problem, Trouble};
use crate::gn::symbol::{Symbol, Text};
use crate::gn::target::{Argument, Declared, DeclaredToolchain};
use crate::gn::value::{Literal, Value};
use crate::gn::world::{Toolchain, World};

/// How deep calls, blocks and imports may be nested while running.
const DEPTH_LIMIT: usize = 160;

/// How many problems one file may have before the rest is left out.
const PROBLEM_LIMIT: usize = 200;

/// How many undecided tests may hold at once.
const FORK_LIMIT: usize = 12;

/// Runs one file in one toolchain.
pub(crate) struct Evaluator<'w> {
    pub(crate) world: &'w World<'w>,
    pub(crate) toolchain: &'w Toolchain,
    /// The folder against which paths and labels resolve.
    pub(crate) folder: Text,
    pub(crate) frames: Vec<Frame>,
    /// What must hold for what runs now.
    path: Vec<Literal>,
    /// This way of a fork ends in a failed `assert`.
    dead: bool,
    halted: bool,
    /// No problem is recorded: what runs may not run at all.
    quiet: usize,
    depth: usize,
    steps: u64,
    code: Arc<Code>,
    /// Where the file itself calls the template that runs now: file, line.
    called: Option<(Text, usize)>,
    importing: Vec<Text>,
    pub(crate) targets: Vec<Declared>,
    by_name: FxHashMap<Text, usize>,
    pub(crate) toolchains: Vec<DeclaredToolchain>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) problems: Vec<Problem>,
    /// What `set_default_toolchain` was given.
    pub(crate) default_toolchain: Option<String>,
}

/// What a test says.
enum Decision {
    Yes,
    No,
    Open(Literal),
    /// The test itself is one thing or another: each way is asked again.
    Split(Literal),
}

impl<'w> Evaluator<'w> {
    /// An evaluator for `code`, whose paths are relative to `folder`.
    pub(crate) fn new(
        world: &'w World<'w>,
        toolchain: &'w Toolchain,
        code: Arc<Code>,
        folder: Text,
        base: Arc<Frozen>,
    ) -> Self {
        Self {
            world,
            toolchain,
            folder,
            frames: vec![Frame::new(Parent::Frozen(base))],
            path: Vec::new(),
            dead: false,
            halted: false,
            quiet: 0,
            depth: 0,
            steps: 0,
            importing: vec![Arc::clone(&code.name)],
            code,
            called: None,
            targets: Vec::new(),
            by_name: FxHashMap::default(),
            toolchains: Vec::new(),
            arguments: Vec::new(),
            problems: Vec::new(),
            default_toolchain: None,
        }
    }

    /// Runs the whole file.
    pub(crate) fn run_file(&mut self) {
        let body = Arc::clone(&self.code.body);
        self.run(&body);
    }

    fn top(&self) -> usize {
        self.frames.len() - 1
    }

    fn current(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the file's own frame stays as long as it runs")
    }

    fn lookup(&self, name: Symbol) -> Option<&Value> {
        scope::variable(&self.frames, self.top(), name)
    }

    fn set(&mut self, name: Symbol, value: Value) {
        self.current().bound.variables.insert(name, value);
    }

    fn name_of(&self, symbol: Symbol) -> Text {
        self.world.symbols.text(symbol)
    }

    fn line_of(&self, at: u32) -> usize {
        crate::gn::error::place(&self.code.text, at as usize).0
    }

    /// Records what is wrong at an offset of the file whose code runs now.
    fn problem(&mut self, at: u32, trouble: Trouble, message: String) {
        if self.quiet > 0 || self.problems.len() >= PROBLEM_LIMIT {
            return;
        }
        let (line, column) = crate::gn::error::place(&self.code.text, at as usize);
        let file = Arc::clone(&self.code.name);
        self.problems.push(Problem { file, line, column, trouble, message });
    }

    /// Counts work; false once the limit is reached.
    fn charge(&mut self, at: u32, steps: usize) -> bool {
        self.steps += steps as u64;
        if self.steps > self.world.settings.steps && !self.halted {
            self.halted = true;
            let limit = self.world.settings.steps;
            self.problem(at, Trouble::Limit, format!("more than {limit} steps; the rest of the file is left out"));
        }
        !self.halted
    }

    /// Runs something one level deeper, unless that is too deep.
    fn deeper<T: Default>(&mut self, at: u32, inner: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEPTH_LIMIT {
            self.problem(at, Trouble::Limit, format!("nested deeper than {DEPTH_LIMIT} calls and blocks"));
            return T::default();
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Runs statements in the current scope.
    fn run(&mut self, body: &Body) {
        // Looked at before, since threads share it.
        if !body.ran.load(Ordering::Relaxed) {
            body.ran.store(true, Ordering::Relaxed);
        }
        for statement in &body.statements {
            if self.halted || self.dead {
                return;
            }
            match statement {
                Statement::Assign { place, operator, value, at } => self.assign(place, *operator, value, *at),
                Statement::Call(call) => {
                    if self.charge(call.at, 1) {
                        self.call(call);
                    }
                }
                Statement::If { branches, otherwise } => {
                    let at = branches.first().map_or(0, |branch| branch.1.0);
                    if self.charge(at, 1) {
                        self.condition(branches, otherwise.as_deref());
                    }
                }
            }
        }
    }

    fn condition(&mut self, branches: &[(Expression, Span, Body)], otherwise: Option<&Body>) {
        for (index, (test, span, body)) in branches.iter().enumerate() {
            match self.decide(test, *span) {
                Decision::Yes => return self.run(body),
                Decision::No => {}
                Decision::Open(literal) => {
                    let rest = branches.get(index + 1..).unwrap_or_default();
                    return self.deeper(span.0, |this| {
                        this.fork(&literal, |this| this.run(body), |this| this.condition(rest, otherwise));
                    });
                }
                Decision::Split(literal) => {
                    let rest = branches.get(index..).unwrap_or_default();
                    return self.deeper(span.0, |this| {
                        let again = |this: &mut Self| this.condition(rest, otherwise);
                        this.fork(&literal, again, again);
                    });
                }
            }
        }
        if let Some(body) = otherwise {
            self.run(body);
        }
    }

    fn decide(&mut self, test: &Expression, span: Span) -> Decision {
        let mut value = self.value(test);
        while let Value::Choice(choice) = &value {
            let Some(known) = self.path.iter().find(|known| known.text == choice.literal.text) else { break };
            value = if known.holds == choice.literal.holds { choice.then.clone() } else { choice.otherwise.clone() };
        }
        let literal = match &value {
            Value::Bool(true) => return Decision::Yes,
            Value::Bool(false) => return Decision::No,
            Value::Choice(choice) => match (&choice.then, &choice.otherwise) {
                (Value::Bool(true), Value::Bool(false)) => choice.literal.clone(),
                (Value::Bool(false), Value::Bool(true)) => choice.literal.negated(),
                _ if self.path.len() < FORK_LIMIT => return Decision::Split(choice.literal.clone()),
                _ => self.literal(span, &choice.literal.text),
            },
            Value::Unknown(cause) => self.literal(span, cause),
            other => {
                let message = format!("a condition wants a boolean, not {}", other.kind());
                self.problem(span.0, Trouble::BadValue, message);
                return Decision::No;
            }
        };
        match self.path.iter().find(|known| known.text == literal.text) {
            Some(known) if known.holds == literal.holds => Decision::Yes,
            Some(_) => Decision::No,
            None => Decision::Open(literal),
        }
    }

    /// The words of a test, with what is not known in it where the words do not say so.
    fn literal(&self, span: Span, cause: &Text) -> Literal {
        let bytes = self.code.text.get(span.0 as usize..span.1 as usize).unwrap_or_default();
        let words: Vec<String> = String::from_utf8_lossy(bytes).split_whitespace().map(ToOwned::to_owned).collect();
        let words = words.join(" ");
        let mut text: String = words.chars().take(120).collect();
        if words == **cause {
            return Literal { text: Arc::clone(cause), holds: true };
        }
        if !words.contains(&**cause) {
            text = format!("{text} [{cause}]");
        }
        Literal { text: text.into(), holds: true }
    }

    /// Runs both ways of an undecided test, each from the same state, and joins what they leave.
    fn fork(&mut self, literal: &Literal, then: impl FnOnce(&mut Self), otherwise: impl FnOnce(&mut Self)) {
        if self.path.len() >= FORK_LIMIT {
            then(self);
            self.dead = false;
            return;
        }
        let before = self.current().bound.variables.clone();
        self.path.push(literal.clone());
        then(self);
        let then_died = std::mem::take(&mut self.dead);
        self.path.pop();
        let after_then = std::mem::replace(&mut self.current().bound.variables, before);
        self.path.push(literal.negated());
        otherwise(self);
        let otherwise_died = std::mem::take(&mut self.dead);
        self.path.pop();
        match (then_died, otherwise_died) {
            (true, true) => self.dead = !self.path.is_empty(),
            (true, false) => {}
            (false, true) => self.current().bound.variables = after_then,
            (false, false) => self.join(literal, after_then),
        }
    }

    /// Joins the variables of two ways into those of the current frame, which are the second way's.
    fn join(&mut self, literal: &Literal, then: crate::gn::value::Variables) {
        let outer = self.frames.last().map(|frame| match &frame.parent {
            Parent::Frame(outer) => (Some(*outer), None),
            Parent::Frozen(scope) => (None, Some(Arc::clone(scope))),
        });
        let around = |frames: &[Frame], name: Symbol| match &outer {
            Some((Some(at), _)) => scope::variable(frames, *at, name).cloned(),
            Some((_, Some(scope))) => scope.variable(name).cloned(),
            _ => None,
        };
        let mut otherwise = std::mem::take(&mut self.current().bound.variables);
        let mut joined = crate::gn::value::Variables::default();
        for (name, left) in then {
            let right = otherwise.remove(&name).or_else(|| around(&self.frames, name)).unwrap_or(Value::Nothing);
            joined.insert(name, Value::choice(literal, left, right));
        }
        for (name, right) in otherwise {
            let left = around(&self.frames, name).unwrap_or(Value::Nothing);
            joined.insert(name, Value::choice(literal, left, right));
        }
        self.current().bound.variables = joined;
    }

    /// What holds where the run is now.
    fn holds(&self) -> crate::gn::value::Condition {
        self.path.as_slice().into()
    }

    /// A choice seen from a way on which its test is decided.
    fn reduced(&self, value: Value) -> Value {
        if self.path.is_empty() {
            return value;
        }
        match &value {
            Value::Choice(choice) => match self.path.iter().find(|known| known.text == choice.literal.text) {
                Some(known) if known.holds == choice.literal.holds => self.reduced(choice.then.clone()),
                Some(_) => self.reduced(choice.otherwise.clone()),
                None => value,
            },
            Value::Unknown(cause) => match self.path.iter().find(|known| known.text == *cause) {
                // Its name alone was the test, so it is a boolean.
                Some(known) => Value::Bool(known.holds),
                None => value,
            },
            _ => value,
        }
    }
}
