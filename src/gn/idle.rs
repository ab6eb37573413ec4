//! What build files name in parts that never ran: branches whose test does not hold, templates that nothing calls.
//!
//! Nothing of such a part is in the graph, so its strings are taken as they are written: labels and paths, resolved against the
//! folder of their file. A string that begins with a variable is not resolved.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustc_hash::FxHashSet;

use crate::gn::code::{Body, Call, Code, Expression, Span, Statement};
use crate::gn::label::Label;
use crate::gn::paths;
use crate::gn::symbol::{Text, word};
use crate::gn::world::World;

/// Why a part never ran.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// This test of the branch does not hold.
    Test(Text),
    /// It is the `else` of this test, which holds.
    Otherwise(Text),
    /// Nothing calls the template of this name.
    Uncalled(Text),
}

/// A label or path that only a part which never ran names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Idle {
    /// The file, such as `//base/BUILD.gn`.
    pub file: Text,
    /// The line (1-based).
    pub line: usize,
    /// What is named: the folder of a label, or a path.
    pub path: Text,
    /// The name of the target, where it is a label.
    pub name: Option<Text>,
    /// Why the part did not run.
    pub cause: Cause,
}

/// How many such names are kept.
const LIMIT: usize = 500_000;

/// Collects them from every file that was parsed, sorted by file and line.
pub(crate) fn of(world: &World) -> Vec<Idle> {
    let (mut found, mut known) = (Vec::new(), FxHashSet::default());
    for code in world.codes() {
        let folder = code.name.rsplit_once('/').map_or("//", |(folder, _)| if folder == "/" { "//" } else { folder });
        let mut walk = Walk { world, code: &code, folder, ends: Vec::new(), known: &mut known, found: &mut found };
        walk.body(&code.body, None);
    }
    found.shrink_to_fit();
    found
}

struct Walk<'a> {
    world: &'a World<'a>,
    code: &'a Code,
    folder: &'a str,
    /// Where the lines of the file end, once one is asked for: a file may have tens of thousands of names.
    ends: Vec<usize>,
    /// Texts so far: most are named many times.
    known: &'a mut FxHashSet<Text>,
    found: &'a mut Vec<Idle>,
}

impl Walk<'_> {
    fn body(&mut self, body: &Body, cause: Option<&Cause>) {
        for statement in &body.statements {
            match statement {
                Statement::Assign { value, .. } => self.expression(value, cause),
                Statement::Call(call) => self.call(call, cause),
                Statement::If { branches, otherwise } => {
                    for (_, span, body) in branches {
                        self.part(body, cause, || Cause::Test(test_text(self.code, *span)));
                    }
                    if let (Some(body), Some((_, span, _))) = (otherwise, branches.last()) {
                        self.part(body, cause, || Cause::Otherwise(test_text(self.code, *span)));
                    }
                }
            }
        }
    }

    /// A part that has a reason of its own where it did not run.
    fn part(&mut self, body: &Body, cause: Option<&Cause>, own: impl FnOnce() -> Cause) {
        if cause.is_none() && !body.ran.load(Ordering::Relaxed) {
            let own = own();
            return self.body(body, Some(&own));
        }
        self.body(body, cause);
    }

    fn call(&mut self, call: &Call, cause: Option<&Cause>) {
        call.arguments.iter().for_each(|argument| self.expression(argument, cause));
        let Some(block) = &call.block else { return };
        match call.arguments.first() {
            Some(Expression::Text(name, _)) if call.name == word::template => {
                self.part(block, cause, || Cause::Uncalled(Arc::clone(name)));
            }
            _ => self.body(block, cause),
        }
    }

    fn expression(&mut self, expression: &Expression, cause: Option<&Cause>) {
        match expression {
            Expression::Text(text, at) => {
                if let Some(cause) = cause {
                    self.named(text, *at, cause);
                }
            }
            Expression::List(items) => items.iter().for_each(|item| self.expression(item, cause)),
            Expression::Scope(body) => self.body(body, cause),
            Expression::Call(call) => self.call(call, cause),
            Expression::Not(inner, _) => self.expression(inner, cause),
            Expression::Chain(first, rest) => {
                self.expression(first, cause);
                for (_, value, _) in rest {
                    self.expression(value, cause);
                }
            }
            _ => {}
        }
    }

    fn shared(&mut self, text: Text) -> Text {
        if let Some(known) = self.known.get(&text) {
            return Arc::clone(known);
        }
        self.known.insert(Arc::clone(&text));
        text
    }

    fn line(&mut self, at: usize) -> usize {
        if self.ends.is_empty() {
            let bytes = self.code.text.iter().enumerate();
            self.ends = bytes.filter(|(_, byte)| **byte == b'\n').map(|(end, _)| end).collect();
        }
        self.ends.partition_point(|end| *end < at) + 1
    }

    fn named(&mut self, written: &Text, at: u32, cause: &Cause) {
        if self.found.len() >= LIMIT || !(written.contains('/') || written.contains(':')) {
            return;
        }
        let label = Label::resolve(written, self.folder, &self.world.default_toolchain);
        let label = label.filter(|label| written.contains(':') || !label.name.contains('.'));
        let (path, name) = match label {
            Some(label) => (label.folder, Some(label.name)),
            None => (paths::file(written, self.folder).into(), None),
        };
        let (path, name) = (self.shared(path), name.map(|name| self.shared(name)));
        let line = self.line(at as usize);
        let (file, cause) = (Arc::clone(&self.code.name), cause.clone());
        self.found.push(Idle { file, line, path, name, cause });
    }
}

/// The words of a test.
fn test_text(code: &Code, span: Span) -> Text {
    let bytes = code.text.get(span.0 as usize..span.1 as usize).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}
