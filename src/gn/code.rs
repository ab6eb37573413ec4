//! The form of a GN file that is run: names are symbols, strings are cut into literal and expanded pieces.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::gn::error::{ParseError, Problem};
use crate::gn::lexer::Kind;
use crate::gn::lexer::{begins_name, goes_on_name};
use crate::gn::symbol::{Symbol, Symbols, Text};
use crate::gn::syntax::{self, Syntax, TokenId};

/// A file ready to run.
#[derive(Debug)]
pub(crate) struct Code {
    /// Its name, like `//build/x.gni`.
    pub(crate) name: Text,
    /// Its text, for lines and for the words of conditions.
    pub(crate) text: Arc<[u8]>,
    /// What it does.
    pub(crate) body: Arc<Body>,
}

/// Statements of a file or a block.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) statements: Box<[Statement]>,
    /// Whether it has run, in any toolchain.
    pub(crate) ran: AtomicBool,
}

/// Bytes of the file: from, to.
pub(crate) type Span = (u32, u32);

#[derive(Debug)]
pub(crate) enum Statement {
    Assign { place: Place, operator: Assign, value: Expression, at: u32 },
    Call(Call),
    If { branches: Box<[(Expression, Span, Body)]>, otherwise: Option<Box<Body>> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assign {
    Set,
    Add,
    Remove,
}

#[derive(Debug)]
pub(crate) enum Place {
    Name(Symbol),
    Element(Symbol, Expression),
    Member(Symbol, Symbol),
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Symbol,
    pub(crate) arguments: Box<[Expression]>,
    pub(crate) block: Option<Arc<Body>>,
    pub(crate) at: u32,
}

#[derive(Debug)]
pub(crate) enum Expression {
    Name(Symbol, u32),
    Text(Text, u32),
    Integer(i64),
    Bool(bool),
    Expanded(Box<[Piece]>, u32),
    List(Box<[Expression]>),
    Scope(Arc<Body>),
    Call(Box<Call>),
    Not(Box<Expression>, u32),
    Chain(Box<Expression>, Box<[(Kind, Expression, u32)]>),
    Element(Symbol, Box<Expression>, u32),
    Member(Symbol, Symbol, u32),
}

#[derive(Debug)]
pub(crate) enum Piece {
    Text(Text),
    Value(Expression),
}

/// What becomes of each item, in no more room than they take: half a million of these lie in memory at once.
fn each<T, U>(items: &[T], make: impl Fn(&T) -> Result<U, ParseError>) -> Result<Box<[U]>, ParseError> {
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        made.push(make(item)?);
    }
    Ok(made.into())
}

/// Makes a parsed file ready to run.
pub(crate) fn lower(name: Text, text: Arc<[u8]>, syntax: &Syntax, symbols: &Symbols) -> Result<Code, ParseError> {
    let lowering = Lowering { syntax, symbols };
    let body = Arc::new(lowering.body(&syntax.statements)?);
    Ok(Code { name, text, body })
}

struct Lowering<'a> {
    syntax: &'a Syntax,
    symbols: &'a Symbols,
}

impl Lowering<'_> {
    fn body(&self, statements: &[syntax::Statement]) -> Result<Body, ParseError> {
        let statements = each(statements, |statement| self.statement(statement))?;
        Ok(Body { statements, ran: AtomicBool::new(false) })
    }

    fn at(&self, id: TokenId) -> u32 {
        self.syntax.token(id).start
    }

    fn symbol(&self, id: TokenId) -> Symbol {
        self.symbols.intern(&String::from_utf8_lossy(self.syntax.bytes(id)))
    }

    fn statement(&self, statement: &syntax::Statement) -> Result<Statement, ParseError> {
        Ok(match statement {
            syntax::Statement::Call(call) => Statement::Call(self.call(call)?),
            syntax::Statement::Assign(assign) => Statement::Assign {
                at: self.at(assign.place.first()),
                place: self.place(&assign.place)?,
                operator: match self.syntax.kind(assign.operator) {
                    Kind::Add => Assign::Add,
                    Kind::Remove => Assign::Remove,
                    _ => Assign::Set,
                },
                value: self.expression(&assign.value)?,
            },
            syntax::Statement::If(condition) => {
                let branches = each(&condition.branches, |branch| {
                    let span = (self.at(branch.test.first()), self.syntax.token(branch.test.last()).end);
                    Ok((self.expression(&branch.test)?, span, self.body(&branch.block.statements)?))
                })?;
                let otherwise = condition.otherwise.as_ref().map(|(_, block)| self.body(&block.statements));
                Statement::If { branches, otherwise: otherwise.transpose()?.map(Box::new) }
            }
        })
    }

    fn place(&self, place: &syntax::Expression) -> Result<Place, ParseError> {
        Ok(match place {
            syntax::Expression::Element(element) => {
                Place::Element(self.symbol(element.name), self.expression(&element.index)?)
            }
            syntax::Expression::Member(name, _, member) => Place::Member(self.symbol(*name), self.symbol(*member)),
            other => Place::Name(self.symbol(other.first())),
        })
    }

    fn call(&self, call: &syntax::Call) -> Result<Call, ParseError> {
        let arguments = each(&call.arguments.items, |(item, _)| self.expression(item))?;
        let block = call.block.as_ref().map(|block| self.body(&block.statements)).transpose()?.map(Arc::new);
        Ok(Call { name: self.symbol(call.name), arguments, block, at: self.at(call.name) })
    }

    fn expression(&self, expression: &syntax::Expression) -> Result<Expression, ParseError> {
        let at = self.at(expression.first());
        Ok(match expression {
            syntax::Expression::Name(id) => Expression::Name(self.symbol(*id), at),
            syntax::Expression::Literal(id) => self.literal(*id)?,
            syntax::Expression::List(list) => Expression::List(each(&list.items, |(item, _)| self.expression(item))?),
            syntax::Expression::Scope(block) => Expression::Scope(Arc::new(self.body(&block.statements)?)),
            syntax::Expression::Call(call) => Expression::Call(Box::new(self.call(call)?)),
            syntax::Expression::Group(group) => self.expression(&group.value)?,
            syntax::Expression::Not(_, value) => Expression::Not(Box::new(self.expression(value)?), at),
            syntax::Expression::Chain(chain) => {
                let rest = each(&chain.rest, |(operator, value)| {
                    Ok((self.syntax.kind(*operator), self.expression(value)?, self.at(*operator)))
                })?;
                Expression::Chain(Box::new(self.expression(&chain.first)?), rest)
            }
            syntax::Expression::Element(element) => {
                Expression::Element(self.symbol(element.name), Box::new(self.expression(&element.index)?), at)
            }
            syntax::Expression::Member(name, _, member) => {
                Expression::Member(self.symbol(*name), self.symbol(*member), at)
            }
        })
    }

    fn literal(&self, id: TokenId) -> Result<Expression, ParseError> {
        let bytes = self.syntax.bytes(id);
        Ok(match self.syntax.kind(id) {
            Kind::True => Expression::Bool(true),
            Kind::False => Expression::Bool(false),
            Kind::Integer => {
                let number = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
                Expression::Integer(number.expect("the lexer takes integers of 64 bits only"))
            }
            _ => self.string(id, bytes.get(1..bytes.len() - 1).unwrap_or_default())?,
        })
    }

    /// Cuts what stands between the quotes into pieces.
    fn string(&self, id: TokenId, inner: &[u8]) -> Result<Expression, ParseError> {
        if !inner.iter().any(|byte| matches!(byte, b'\\' | b'$')) {
            return Ok(Expression::Text(String::from_utf8_lossy(inner).into(), self.at(id)));
        }
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        let mut at = 0;
        while let Some(&byte) = inner.get(at) {
            match (byte, inner.get(at + 1)) {
                (b'\\', Some(&next @ (b'"' | b'$' | b'\\'))) => {
                    plain.push(next);
                    at += 2;
                }
                (b'$', _) => {
                    let offset = self.at(id) + 1 + u32::try_from(at).unwrap_or_default();
                    let (piece, length) = self.expansion(&inner[at + 1..], offset)?;
                    at += 1 + length;
                    match piece {
                        Expansion::Byte(byte) => plain.push(byte),
                        Expansion::Value(value) => {
                            if !plain.is_empty() {
                                let text = String::from_utf8_lossy(&std::mem::take(&mut plain)).into();
                                pieces.push(Piece::Text(text));
                            }
                            pieces.push(Piece::Value(value));
                        }
                    }
                }
                _ => {
                    plain.push(byte);
                    at += 1;
                }
            }
        }
        let text: Text = String::from_utf8_lossy(&plain).into();
        if pieces.is_empty() {
            return Ok(Expression::Text(text, self.at(id)));
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok(Expression::Expanded(pieces.into(), self.at(id)))
    }

    /// What follows a `$`, and how many bytes it takes.
    fn expansion(&self, rest: &[u8], offset: u32) -> Result<(Expansion, usize), ParseError> {
        let wrong = || ParseError::at(self.syntax.text(), offset as usize, Problem::Expansion);
        let name_length = |bytes: &[u8]| bytes.iter().position(|&byte| !goes_on_name(byte)).unwrap_or(bytes.len());
        let name = |bytes: &[u8]| self.symbols.intern(&String::from_utf8_lossy(bytes));
        match rest {
            [b'0', b'x', high, low, ..] => {
                let digits = crate::digest::unhex::<1>(&[*high, *low]).ok_or_else(wrong)?;
                Ok((Expansion::Byte(digits[0]), 4))
            }
            [b'{', inner @ ..] => {
                let end = inner.iter().position(|&byte| byte == b'}').ok_or_else(wrong)?;
                let value = self.braced(&inner[..end], offset).ok_or_else(wrong)?;
                Ok((Expansion::Value(value), end + 2))
            }
            [first, ..] if begins_name(*first) => {
                let length = name_length(rest);
                Ok((Expansion::Value(Expression::Name(name(&rest[..length]), offset)), length))
            }
            _ => Err(wrong()),
        }
    }

    /// `name`, `name.member`, `name[index]` between braces.
    fn braced(&self, inner: &[u8], offset: u32) -> Option<Expression> {
        let text = std::str::from_utf8(inner).ok()?.trim();
        let is_name = |name: &str| name.bytes().next().is_some_and(begins_name) && name.bytes().all(goes_on_name);
        if let Some((name, member)) = text.split_once('.') {
            let both = is_name(name) && is_name(member);
            return both.then(|| Expression::Member(self.symbols.intern(name), self.symbols.intern(member), offset));
        }
        if let Some((name, index)) = text.split_once('[') {
            let index = index.strip_suffix(']')?.trim();
            let index = match index.parse::<i64>() {
                Ok(number) => Expression::Integer(number),
                Err(_) if is_name(index) => Expression::Name(self.symbols.intern(index), offset),
                Err(_) => Expression::Text(index.strip_prefix('"')?.strip_suffix('"')?.into(), offset),
            };
            return is_name(name).then(|| Expression::Element(self.symbols.intern(name), Box::new(index), offset));
        }
        is_name(text).then(|| Expression::Name(self.symbols.intern(text), offset))
    }
}

enum Expansion {
    Byte(u8),
    Value(Expression),
}
