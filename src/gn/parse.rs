//! Parses GN files: recursive descent over the tokens, with bounded depth.
//!
//! Chains of operators and of `else if` lie flat in the tree, so depth grows with brackets and blocks only.

use crate::gn::error::{ParseError, Problem, excerpt};
use crate::gn::lexer::{self, Kind, Token};
use crate::gn::syntax::{
    Assign, Block, Branch, Call, Chain, Element, Expression, Group, If, List, Statement, Syntax, TokenId,
};

/// How deep brackets, blocks and `!` may be nested; Chromium's files reach 19.
pub const DEPTH_LIMIT: usize = 120;

/// The ranks of binary operators, weakest first.
const RANKS: &[&[Kind]] = &[
    &[Kind::Or],
    &[Kind::And],
    &[Kind::Equal, Kind::Differs],
    &[Kind::Less, Kind::AtMost, Kind::More, Kind::AtLeast],
    &[Kind::Plus, Kind::Minus],
];

/// Parses a whole file.
pub fn parse(text: &[u8]) -> Result<Syntax, ParseError> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let mut statements = Vec::new();
    while parser.at < parser.tokens.len() {
        statements.push(parser.statement()?);
    }
    Ok(Syntax { text: text.into(), tokens: tokens.into(), statements })
}

struct Parser<'a> {
    text: &'a [u8],
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn offset(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |token| token.start as usize)
    }

    fn fail<T>(&self, problem: Problem) -> Result<T, ParseError> {
        Err(ParseError::at(self.text, self.offset(), problem))
    }

    fn unexpected<T>(&self, wanted: &'static str) -> Result<T, ParseError> {
        let found = self.tokens.get(self.at).map_or("the end of the file".to_owned(), |token| {
            format!("`{}`", excerpt(&self.text[token.start as usize..token.end as usize]))
        });
        self.fail(Problem::Unexpected { wanted, found })
    }

    /// Takes the next token whatever it is.
    fn take(&mut self) -> TokenId {
        let id = u32::try_from(self.at).expect("a file below its limit has fewer tokens than 32 bits count");
        self.at += 1;
        TokenId(id)
    }

    fn take_if(&mut self, kind: Kind) -> Option<TokenId> {
        (self.peek() == Some(kind)).then(|| self.take())
    }

    fn expect(&mut self, kind: Kind, wanted: &'static str) -> Result<TokenId, ParseError> {
        if let Some(id) = self.take_if(kind) { Ok(id) } else { self.unexpected(wanted) }
    }

    /// Runs `inner` one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        if self.depth >= DEPTH_LIMIT {
            return self.fail(Problem::TooDeep(DEPTH_LIMIT));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn statement(&mut self) -> Result<Statement, ParseError> {
        if self.peek() == Some(Kind::If) {
            return self.condition().map(Statement::If);
        }
        let start = self.offset();
        let place = self.expression()?;
        if !matches!(self.peek(), Some(Kind::Set | Kind::Add | Kind::Remove)) {
            return match place {
                Expression::Call(call) => Ok(Statement::Call(*call)),
                _ if self.at < self.tokens.len() && matches!(place, Expression::Name(_)) => {
                    self.unexpected("`=`, `+=`, `-=` or `(`")
                }
                _ => Err(ParseError::at(self.text, start, Problem::NoStatement)),
            };
        }
        if !matches!(place, Expression::Name(_) | Expression::Element(_) | Expression::Member(..)) {
            return Err(ParseError::at(self.text, start, Problem::NoPlace));
        }
        let operator = self.take();
        let value = self.expression()?;
        Ok(Statement::Assign(Assign { place, operator, value }))
    }

    fn condition(&mut self) -> Result<If, ParseError> {
        let mut branches = vec![self.branch(None)?];
        while let Some(word) = self.take_if(Kind::Else) {
            if self.peek() == Some(Kind::If) {
                branches.push(self.branch(Some(word))?);
            } else {
                let otherwise = Some((word, self.block()?));
                return Ok(If { branches, otherwise });
            }
        }
        Ok(If { branches, otherwise: None })
    }

    fn branch(&mut self, otherwise: Option<TokenId>) -> Result<Branch, ParseError> {
        let word = self.expect(Kind::If, "`if`")?;
        let open = self.expect(Kind::Open, "`(`")?;
        let test = self.expression()?;
        let close = self.expect(Kind::Close, "`)`")?;
        let block = self.block()?;
        Ok(Branch { otherwise, word, open, test, close, block })
    }

    fn block(&mut self) -> Result<Block, ParseError> {
        let open = self.expect(Kind::OpenBlock, "`{`")?;
        self.deeper(|parser| {
            let mut statements = Vec::new();
            loop {
                match parser.peek() {
                    Some(Kind::CloseBlock) => {
                        let close = parser.take();
                        return Ok(Block { open, statements, close });
                    }
                    None => return parser.unexpected("`}`"),
                    Some(_) => statements.push(parser.statement()?),
                }
            }
        })
    }

    fn expression(&mut self) -> Result<Expression, ParseError> {
        self.deeper(|parser| parser.ranked(0))
    }

    /// Operators of this rank and stronger ones.
    fn ranked(&mut self, rank: usize) -> Result<Expression, ParseError> {
        let Some(operators) = RANKS.get(rank) else { return self.unary() };
        let first = self.ranked(rank + 1)?;
        let mut rest = Vec::new();
        while self.peek().is_some_and(|kind| operators.contains(&kind)) {
            let operator = self.take();
            rest.push((operator, self.ranked(rank + 1)?));
        }
        Ok(if rest.is_empty() { first } else { Expression::Chain(Box::new(Chain { first, rest })) })
    }

    fn unary(&mut self) -> Result<Expression, ParseError> {
        let Some(mark) = self.take_if(Kind::Not) else { return self.primary() };
        let value = self.deeper(Self::unary)?;
        Ok(Expression::Not(mark, Box::new(value)))
    }

    fn primary(&mut self) -> Result<Expression, ParseError> {
        match self.peek() {
            Some(Kind::Name) => self.named(),
            Some(Kind::Integer | Kind::String | Kind::True | Kind::False) => Ok(Expression::Literal(self.take())),
            Some(Kind::OpenList) => self.list(Kind::CloseList, true).map(Expression::List),
            Some(Kind::OpenBlock) => self.block().map(Expression::Scope),
            Some(Kind::Open) => {
                let open = self.take();
                let value = self.expression()?;
                let close = self.expect(Kind::Close, "`)`")?;
                Ok(Expression::Group(Box::new(Group { open, value, close })))
            }
            _ => self.unexpected("a value"),
        }
    }

    /// A name, and the call, element or member that it begins.
    fn named(&mut self) -> Result<Expression, ParseError> {
        let name = self.take();
        match self.peek() {
            Some(Kind::Open) => {
                let arguments = self.list(Kind::Close, false)?;
                let block = if self.peek() == Some(Kind::OpenBlock) { Some(self.block()?) } else { None };
                Ok(Expression::Call(Box::new(Call { name, arguments, block })))
            }
            Some(Kind::OpenList) => {
                let open = self.take();
                let index = self.expression()?;
                let close = self.expect(Kind::CloseList, "`]`")?;
                Ok(Expression::Element(Box::new(Element { name, open, index, close })))
            }
            Some(Kind::Dot) => {
                let dot = self.take();
                let member = self.expect(Kind::Name, "the name of a member")?;
                Ok(Expression::Member(name, dot, member))
            }
            _ => Ok(Expression::Name(name)),
        }
    }

    /// Items in brackets; the comma after the last one is for lists only.
    fn list(&mut self, closing: Kind, last_comma: bool) -> Result<List, ParseError> {
        let open = self.take();
        let mut items: Vec<(Expression, Option<TokenId>)> = Vec::new();
        loop {
            let after_comma = items.last().is_some_and(|(_, comma)| comma.is_some());
            if self.peek() == Some(closing) && (last_comma || !after_comma) {
                let close = self.take();
                return Ok(List { open, items, close });
            }
            if !items.is_empty() && !after_comma {
                return self.unexpected(if last_comma { "`,` or `]`" } else { "`,` or `)`" });
            }
            let value = self.expression()?;
            let comma = self.take_if(Kind::Comma);
            items.push((value, comma));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text.as_bytes()).expect_err(text).to_string()
    }

    #[test]
    fn errors_have_their_place() {
        assert_eq!(refused("a = [ 1 2 ]"), "1:9: expected `,` or `]`, found `2`");
        assert_eq!(refused("x(\n  1,\n)"), "3:1: expected a value, found `)`");
        assert_eq!(refused("if (a) {\n  b = 1\n"), "3:1: expected `}`, found the end of the file");
        assert_eq!(refused("\"a\" = 1"), "1:1: only a name, `name[index]` or `name.member` can be assigned to");
        assert_eq!(refused("\n\"a\""), "2:1: this is no statement: only assignments, calls and conditions are");
        assert_eq!(refused("a b"), "1:3: expected `=`, `+=`, `-=` or `(`, found `b`");
        // The reference program reads `-1` as one token here, too.
        assert_eq!(refused("a = 5-1"), "1:6: this is no statement: only assignments, calls and conditions are");
    }

    #[test]
    fn depth_is_bounded_but_chains_are_not() {
        let nested = format!("a = {}1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(refused(&nested).ends_with("nested deeper than 120 levels"));
        assert!(refused(&format!("a = {}b", "!".repeat(5000))).contains("nested deeper"));
        let chain = format!("a = 1{}", " + 1".repeat(20_000));
        assert!(parse(chain.as_bytes()).is_ok());
        let ladder = format!("if (a) {{\n}}{}", " else if (b) {\n}".repeat(5000));
        assert!(parse(ladder.as_bytes()).is_ok());
    }

    #[test]
    fn stronger_operators_bind_first() {
        let syntax = parse(b"x = a || b && c == d + 1").unwrap();
        let Statement::Assign(assign) = &syntax.statements[0] else { panic!("an assignment") };
        let Expression::Chain(chain) = &assign.value else { panic!("a chain") };
        assert_eq!(syntax.bytes(chain.rest[0].0), b"||");
        let Expression::Chain(right) = &chain.rest[0].1 else { panic!("a chain on the right") };
        assert_eq!(syntax.bytes(right.rest[0].0), b"&&");
    }
}
