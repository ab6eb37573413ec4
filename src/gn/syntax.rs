//! A GN file as a tree that keeps every byte: each node knows its tokens, and between tokens lie blanks and comments.
//!
//! [`Syntax::print`] walks the tree, not the text; that it gives the file back byte for byte proves that no token is
//! outside of the tree, so that an edit of the tree loses nothing.

use crate::gn::lexer::{Kind, Token};

/// The place of a token in [`Syntax::token`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenId(pub(crate) u32);

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Syntax {
    pub(crate) text: Box<[u8]>,
    pub(crate) tokens: Box<[Token]>,
    /// The statements of the file, in order.
    pub statements: Vec<Statement>,
}

/// What a file or a block is made of.
#[derive(Debug, Clone)]
pub enum Statement {
    /// `place = value`, `+=` or `-=`.
    Assign(Assign),
    /// `name(arguments)`, perhaps with a block.
    Call(Call),
    /// `if (...) {...} else if (...) {...} else {...}`.
    If(If),
}

/// An assignment.
#[derive(Debug, Clone)]
pub struct Assign {
    /// The name, element or member that is assigned to.
    pub place: Expression,
    /// `=`, `+=` or `-=`.
    pub operator: TokenId,
    /// The right side.
    pub value: Expression,
}

/// A call of a function or a template.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is called.
    pub name: TokenId,
    /// Its arguments with the brackets.
    pub arguments: List,
    /// The block after it.
    pub block: Option<Block>,
}

/// A condition with all its branches.
#[derive(Debug, Clone)]
pub struct If {
    /// `if` and each `else if`, in order; never empty.
    pub branches: Vec<Branch>,
    /// `else` and its block.
    pub otherwise: Option<(TokenId, Block)>,
}

/// One branch: `[else] if (test) { ... }`.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The `else` before it, on all but the first.
    pub otherwise: Option<TokenId>,
    /// The word `if`.
    pub word: TokenId,
    /// `(`.
    pub open: TokenId,
    /// What decides.
    pub test: Expression,
    /// `)`.
    pub close: TokenId,
    /// What runs.
    pub block: Block,
}

/// `{ statements }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// `{`.
    pub open: TokenId,
    /// What stands in it.
    pub statements: Vec<Statement>,
    /// `}`.
    pub close: TokenId,
}

/// `[ items ]` or `( items )`.
#[derive(Debug, Clone)]
pub struct List {
    /// The opening bracket.
    pub open: TokenId,
    /// The items, each with the comma after it.
    pub items: Vec<(Expression, Option<TokenId>)>,
    /// The closing bracket.
    pub close: TokenId,
}

/// Something that has a value.
#[derive(Debug, Clone)]
pub enum Expression {
    /// A name.
    Name(TokenId),
    /// A string, a number, `true` or `false`.
    Literal(TokenId),
    /// `[ ... ]`.
    List(List),
    /// `{ ... }`, a scope.
    Scope(Block),
    /// A call.
    Call(Box<Call>),
    /// `( ... )`.
    Group(Box<Group>),
    /// `! value`.
    Not(TokenId, Box<Expression>),
    /// `a + b - c`: operators of one rank, read from the left.
    Chain(Box<Chain>),
    /// `name[index]`.
    Element(Box<Element>),
    /// `name.member`.
    Member(TokenId, TokenId, TokenId),
}

/// `( value )`.
#[derive(Debug, Clone)]
pub struct Group {
    /// `(`.
    pub open: TokenId,
    /// What it holds.
    pub value: Expression,
    /// `)`.
    pub close: TokenId,
}

/// Operators of one rank, read from the left.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The leftmost operand.
    pub first: Expression,
    /// Each operator and what stands right of it; never empty.
    pub rest: Vec<(TokenId, Expression)>,
}

/// `name[index]`.
#[derive(Debug, Clone)]
pub struct Element {
    /// The list or scope.
    pub name: TokenId,
    /// `[`.
    pub open: TokenId,
    /// Which element.
    pub index: Expression,
    /// `]`.
    pub close: TokenId,
}

impl Syntax {
    /// The token of an id.
    pub fn token(&self, id: TokenId) -> Token {
        self.tokens[id.0 as usize]
    }

    /// What kind of token it is.
    pub fn kind(&self, id: TokenId) -> Kind {
        self.token(id).kind
    }

    /// The bytes of a token.
    pub fn bytes(&self, id: TokenId) -> &[u8] {
        let token = self.token(id);
        &self.text[token.start as usize..token.end as usize]
    }

    /// Blanks and comments between the token before and this one.
    pub fn before(&self, id: TokenId) -> &[u8] {
        let start = id.0.checked_sub(1).map_or(0, |before| self.tokens[before as usize].end);
        &self.text[start as usize..self.token(id).start as usize]
    }

    /// The whole text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The file again, byte for byte, from the tree.
    pub fn print(&self) -> Vec<u8> {
        let mut printed = Vec::with_capacity(self.text.len());
        for id in self.walk() {
            printed.extend_from_slice(self.before(id));
            printed.extend_from_slice(self.bytes(id));
        }
        let end = self.tokens.last().map_or(0, |token| token.end as usize);
        printed.extend_from_slice(&self.text[end..]);
        printed
    }

    /// Every token that the tree holds, in the tree's order.
    pub fn walk(&self) -> Vec<TokenId> {
        let mut found = Vec::with_capacity(self.tokens.len());
        self.statements.iter().for_each(|statement| statement.walk(&mut found));
        found
    }
}

impl Statement {
    fn walk(&self, found: &mut Vec<TokenId>) {
        match self {
            Self::Assign(assign) => {
                assign.place.walk(found);
                found.push(assign.operator);
                assign.value.walk(found);
            }
            Self::Call(call) => call.walk(found),
            Self::If(condition) => {
                for branch in &condition.branches {
                    found.extend(branch.otherwise);
                    found.extend([branch.word, branch.open]);
                    branch.test.walk(found);
                    found.push(branch.close);
                    branch.block.walk(found);
                }
                if let Some((word, block)) = &condition.otherwise {
                    found.push(*word);
                    block.walk(found);
                }
            }
        }
    }

    /// Its first token.
    pub fn first(&self) -> TokenId {
        match self {
            Self::Assign(assign) => assign.place.first(),
            Self::Call(call) => call.name,
            Self::If(condition) => condition.branches[0].word,
        }
    }
}

impl Call {
    fn walk(&self, found: &mut Vec<TokenId>) {
        found.push(self.name);
        self.arguments.walk(found);
        self.block.iter().for_each(|block| block.walk(found));
    }
}

impl Block {
    fn walk(&self, found: &mut Vec<TokenId>) {
        found.push(self.open);
        self.statements.iter().for_each(|statement| statement.walk(found));
        found.push(self.close);
    }
}

impl List {
    fn walk(&self, found: &mut Vec<TokenId>) {
        found.push(self.open);
        for (item, comma) in &self.items {
            item.walk(found);
            found.extend(*comma);
        }
        found.push(self.close);
    }
}

impl Expression {
    fn walk(&self, found: &mut Vec<TokenId>) {
        match self {
            Self::Name(id) | Self::Literal(id) => found.push(*id),
            Self::List(list) => list.walk(found),
            Self::Scope(block) => block.walk(found),
            Self::Call(call) => call.walk(found),
            Self::Group(group) => {
                found.push(group.open);
                group.value.walk(found);
                found.push(group.close);
            }
            Self::Not(mark, value) => {
                found.push(*mark);
                value.walk(found);
            }
            Self::Chain(chain) => {
                chain.first.walk(found);
                for (operator, value) in &chain.rest {
                    found.push(*operator);
                    value.walk(found);
                }
            }
            Self::Element(element) => {
                found.extend([element.name, element.open]);
                element.index.walk(found);
                found.push(element.close);
            }
            Self::Member(name, dot, member) => found.extend([*name, *dot, *member]),
        }
    }

    /// Its first token.
    pub fn first(&self) -> TokenId {
        match self {
            Self::Name(id) | Self::Literal(id) | Self::Not(id, _) | Self::Member(id, _, _) => *id,
            Self::List(list) => list.open,
            Self::Scope(block) => block.open,
            Self::Call(call) => call.name,
            Self::Group(group) => group.open,
            Self::Chain(chain) => chain.first.first(),
            Self::Element(element) => element.name,
        }
    }

    /// Its last token.
    pub fn last(&self) -> TokenId {
        match self {
            Self::Name(id) | Self::Literal(id) | Self::Member(_, _, id) => *id,
            Self::Not(_, value) => value.last(),
            Self::List(list) => list.close,
            Self::Scope(block) => block.close,
            Self::Call(call) => call.block.as_ref().map_or(call.arguments.close, |block| block.close),
            Self::Group(group) => group.close,
            Self::Chain(chain) => chain.rest.last().map_or(chain.first.last(), |(_, value)| value.last()),
            Self::Element(element) => element.close,
        }
    }
}
