//! The literals of Python: enough to read declarations without running anything.
//!
//! `DEPS` files, `MODULE.bazel`, `WORKSPACE` and `conanfile.py` share a grammar and differ in who runs them. This reads
//! assignments and calls whose values are literals, names, calls and sums; everything else is kept as
//! [`Expression::Opaque`]. A broken element costs itself only: reading goes on behind the next comma or line. Source:
//! Python's language reference, and Starlark's specification for the differences (none that matter here).

mod lexer;
mod parser;

pub(super) use parser::parse;

/// An expression with the line (1-based) at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) expression: Expression,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A string, escapes undone, adjacent literals joined.
    Text(String),
    /// A number as written.
    Number(String),
    /// A name or dotted name, `None`, `True` and `False` among them.
    Name(String),
    /// `[...]`, `(a, b)` or `{a, b}`.
    List(Vec<Node>),
    /// `{key: value}`.
    Dict(Vec<(Node, Node)>),
    /// `function(positional, name = value)`; the function is a dotted name.
    Call(Call),
    /// `a + b + c`.
    Sum(Vec<Node>),
    /// `a % b`.
    Percent(Box<(Node, Node)>),
    /// Anything else.
    Opaque,
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) function: String,
    pub(super) positional: Vec<Node>,
    pub(super) named: Vec<(String, Node)>,
}

impl Call {
    /// The value of a named argument.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text of a named argument that is one, with its line.
    pub(super) fn text(&self, name: &str) -> Option<(&str, usize)> {
        let node = self.get(name)?;
        Some((node.text()?, node.line))
    }
}

impl Node {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.expression {
            Expression::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list, or the one text as a list of one.
    pub(super) fn elements(&self) -> &[Node] {
        match &self.expression {
            Expression::List(elements) => elements,
            Expression::Text(_) => std::slice::from_ref(self),
            _ => &[],
        }
    }
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Statement {
    /// `name = value`.
    Assign { name: String, value: Node, scope: Scope },
    /// An expression that stands alone, such as a call.
    Value { node: Node, scope: Scope },
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// In no block.
    Module,
    /// Directly in a class.
    Class,
    /// In a function, a loop or a condition.
    Block,
}

/// A file that was read, and what in it could not be: lines with a text each.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Module {
    pub(super) statements: Vec<Statement>,
    pub(super) broken: Vec<(usize, String)>,
    /// True where the bounds on size or depth cut something off.
    pub(super) cut: Option<usize>,
}
