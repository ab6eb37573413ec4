//! Statements and expressions from tokens; total, and bounded in depth and size.

use super::lexer::{Lexer, Token};
use super::{Call, Expression, Module, Node, Scope, Statement};

/// How deep brackets may nest.
const DEEPEST: usize = 48;
/// How many expressions a file may hold.
const MOST_NODES: usize = 400_000;
/// How many broken places are told.
const MOST_BROKEN: usize = 100;

/// Reads a file.
pub(in super::super) fn parse(text: &str) -> Module {
    let mut parser = Parser { lexer: Lexer::new(text), token: (Token::End, 1), nodes: 0, module: Module::default() };
    parser.advance();
    parser.statements();
    let mut module = parser.module;
    module.broken.extend(parser.lexer.broken);
    module.broken.sort();
    module.broken.dedup();
    module.broken.truncate(MOST_BROKEN);
    module
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    token: (Token, usize),
    nodes: usize,
    module: Module,
}

/// Something that cannot be read; where it stands is already noted.
struct Broken;

impl Parser<'_> {
    fn advance(&mut self) -> Token {
        let next = self.lexer.next();
        std::mem::replace(&mut self.token, next).0
    }

    fn is(&self, mark: char) -> bool {
        self.token.0 == Token::Mark(mark)
    }

    fn eat(&mut self, mark: char) -> bool {
        let found = self.is(mark);
        if found {
            self.advance();
        }
        found
    }

    fn broken(&mut self, what: &str) -> Broken {
        if self.module.broken.len() < MOST_BROKEN {
            self.module.broken.push((self.token.1, what.to_owned()));
        }
        Broken
    }

    fn statements(&mut self) {
        // Columns at which blocks stand, outermost first.
        let mut blocks: Vec<(usize, Scope)> = Vec::new();
        let mut header: Option<Scope> = None;
        loop {
            while self.token.0 == Token::Newline || self.is(';') {
                self.advance();
            }
            if self.token.0 == Token::End || self.module.cut.is_some() {
                return;
            }
            let indent = self.lexer.indent;
            blocks.retain(|(column, _)| *column <= indent);
            if let Some(scope) = header.take()
                && blocks.last().map_or(0, |(column, _)| *column) < indent
                && blocks.len() < DEEPEST
            {
                blocks.push((indent, scope));
            }
            let scope = if blocks.iter().any(|(_, scope)| *scope == Scope::Block) {
                Scope::Block
            } else {
                blocks.last().map_or(Scope::Module, |(_, scope)| *scope)
            };
            header = self.statement(scope);
        }
    }

    /// One statement; gives the scope of the block that it opens, if it does.
    fn statement(&mut self, scope: Scope) -> Option<Scope> {
        if let Token::Name(word) = &self.token.0 {
            match word.as_str() {
                "class" => {
                    self.skip_line();
                    return Some(Scope::Class);
                }
                "def" | "if" | "elif" | "else" | "for" | "while" | "with" | "try" | "except" | "finally" | "async" => {
                    self.skip_line();
                    return Some(Scope::Block);
                }
                "import" | "from" | "return" | "raise" | "pass" | "assert" | "del" | "global" => {
                    self.skip_line();
                    return None;
                }
                _ => {}
            }
        }
        if let Ok(node) = self.value(0) {
            self.assignment(node, scope);
        }
        self.skip_line();
        None
    }

    /// What follows the first expression of a statement.
    fn assignment(&mut self, node: Node, scope: Scope) {
        if self.eat(':') && self.value(0).is_err() {
            return;
        }
        if !self.eat('=') {
            self.module.statements.push(Statement::Value { node, scope });
            return;
        }
        let Ok(mut value) = self.value(0) else { return };
        if self.is(',') {
            // A tuple without brackets.
            let line = value.line;
            let mut elements = vec![value];
            while self.eat(',') && !matches!(self.token.0, Token::Newline | Token::End) {
                let Ok(element) = self.value(0) else { break };
                elements.push(element);
            }
            value = Node { line, expression: Expression::List(elements) };
        }
        if let Expression::Name(name) = node.expression {
            self.module.statements.push(Statement::Assign { name, value, scope });
        }
    }

    fn skip_line(&mut self) {
        while !matches!(self.token.0, Token::Newline | Token::End) {
            self.advance();
        }
        self.lexer.close_all();
    }

    /// An expression; operators other than `+` and `%` make it opaque.
    fn value(&mut self, depth: usize) -> Result<Node, Broken> {
        let line = self.token.1;
        let first = self.operand(depth)?;
        let mut operands = vec![first];
        let (mut sums, mut percents, mut opaque) = (true, true, false);
        loop {
            match &self.token.0 {
                Token::Mark(mark @ ('+' | '%')) => {
                    sums &= *mark == '+';
                    percents &= *mark == '%';
                    self.advance();
                    operands.push(self.operand(depth)?);
                }
                Token::Mark('?' | '@') => {
                    opaque = true;
                    self.advance();
                }
                Token::Mark('[' | '(' | '{' | '.') if opaque => {
                    self.operand(depth)?;
                }
                Token::Name(_) | Token::Number(_) | Token::Text(_) | Token::OpaqueText => {
                    // `a if b else c`, `a and b`, `x for x in y`: told apart by nobody here.
                    opaque = true;
                    self.operand(depth)?;
                }
                _ => break,
            }
        }
        let expression = match operands.len() {
            _ if opaque => Expression::Opaque,
            1 => return operands.pop().ok_or(Broken),
            _ if sums => Expression::Sum(operands),
            2 if percents => match (operands.pop(), operands.pop()) {
                (Some(right), Some(left)) => Expression::Percent(Box::new((left, right))),
                _ => Expression::Opaque,
            },
            _ => Expression::Opaque,
        };
        Ok(Node { line, expression })
    }

    /// An operand with what follows it: calls, subscripts, attributes.
    fn operand(&mut self, depth: usize) -> Result<Node, Broken> {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            self.module.cut.get_or_insert(self.token.1);
            return Err(Broken);
        }
        let line = self.token.1;
        if matches!(self.token.0, Token::Newline | Token::End | Token::Mark(',' | ')' | ']' | '}' | ':' | '=' | ';')) {
            return Err(self.broken("an expression was expected"));
        }
        let mut expression = match self.advance() {
            Token::Text(text) => self.joined(text),
            Token::Number(number) => Expression::Number(number),
            Token::Name(name) if name == "lambda" => self.lambda(depth + 1)?,
            Token::Name(name) => Expression::Name(name),
            Token::Mark('[') => Expression::List(self.elements(']', depth + 1)),
            Token::Mark('{') => self.braces(depth + 1),
            Token::Mark('(') => self.parenthesis(depth + 1),
            // A sign, a star or a text with code in it: the value behind it is no longer a plain one.
            _ => Expression::Opaque,
        };
        loop {
            if self.eat('.') {
                expression = match (expression, self.advance()) {
                    (Expression::Name(mut name), Token::Name(attribute)) => {
                        name.push('.');
                        name.push_str(&attribute);
                        Expression::Name(name)
                    }
                    _ => Expression::Opaque,
                };
            } else if self.eat('(') {
                let (positional, named) = self.arguments(depth + 1);
                expression = match expression {
                    Expression::Name(function) => Expression::Call(Call { function, positional, named }),
                    _ => Expression::Opaque,
                };
            } else if self.is('[') {
                self.skip_subscript();
                expression = Expression::Opaque;
            } else {
                return Ok(Node { line, expression });
            }
        }
    }

    /// A subscript or a slice, which no declaration needs.
    fn skip_subscript(&mut self) {
        while self.advance() != Token::End {
            self.skip_element();
            if self.is(']') {
                self.advance();
                return;
            }
        }
    }

    /// A function without a name: its parameters, a colon, its value.
    fn lambda(&mut self, depth: usize) -> Result<Expression, Broken> {
        while !matches!(self.token.0, Token::Mark(':' | ')' | ']' | '}') | Token::Newline | Token::End) {
            self.advance();
        }
        self.advance();
        self.value(depth)?;
        Ok(Expression::Opaque)
    }

    /// Adjacent strings are one.
    fn joined(&mut self, mut text: String) -> Expression {
        loop {
            match &self.token.0 {
                Token::Text(next) => text.push_str(next),
                Token::OpaqueText => {
                    self.advance();
                    return Expression::Opaque;
                }
                _ => return Expression::Text(text),
            }
            self.advance();
        }
    }

    /// The elements up to a closing bracket; a broken one is left out.
    fn elements(&mut self, close: char, depth: usize) -> Vec<Node> {
        let mut elements = Vec::new();
        while !self.closes(close) {
            match self.value(depth) {
                Ok(node) => elements.push(node),
                Err(Broken) => self.skip_element(),
            }
            if !self.separated(close) {
                break;
            }
        }
        elements
    }

    /// `(a)` is `a`, `(a, b)` a list.
    fn parenthesis(&mut self, depth: usize) -> Expression {
        let mut elements = Vec::new();
        let mut comma = false;
        while !self.closes(')') {
            match self.value(depth) {
                Ok(node) => elements.push(node),
                Err(Broken) => self.skip_element(),
            }
            comma |= self.is(',');
            if !self.separated(')') {
                break;
            }
        }
        match elements.pop() {
            Some(only) if !comma && elements.is_empty() => only.expression,
            last => {
                elements.extend(last);
                Expression::List(elements)
            }
        }
    }

    /// A dictionary or a set.
    fn braces(&mut self, depth: usize) -> Expression {
        let mut entries = Vec::new();
        let mut elements = Vec::new();
        while !self.closes('}') {
            match self.value(depth) {
                Ok(key) if self.eat(':') => match self.value(depth) {
                    Ok(value) => entries.push((key, value)),
                    Err(Broken) => self.skip_element(),
                },
                Ok(element) => elements.push(element),
                Err(Broken) => self.skip_element(),
            }
            if !self.separated('}') {
                break;
            }
        }
        if entries.is_empty() && !elements.is_empty() {
            return Expression::List(elements);
        }
        for element in elements {
            self.module.broken.push((element.line, "an entry of a dictionary has no value".to_owned()));
        }
        Expression::Dict(entries)
    }

    fn arguments(&mut self, depth: usize) -> (Vec<Node>, Vec<(String, Node)>) {
        let (mut positional, mut named) = (Vec::new(), Vec::new());
        while !self.closes(')') {
            match self.value(depth) {
                Ok(Node { expression: Expression::Name(name), .. }) if self.eat('=') => match self.value(depth) {
                    Ok(value) => named.push((name, value)),
                    Err(Broken) => self.skip_element(),
                },
                Ok(value) => positional.push(value),
                Err(Broken) => self.skip_element(),
            }
            if !self.separated(')') {
                break;
            }
        }
        (positional, named)
    }

    /// Whether the bracket closes here (and is taken), or the file ends.
    fn closes(&mut self, close: char) -> bool {
        if self.token.0 == Token::End {
            self.broken("a bracket is not closed");
            return true;
        }
        self.eat(close)
    }

    /// Takes a comma; false where the bracket closes instead.
    fn separated(&mut self, close: char) -> bool {
        if self.module.cut.is_some() {
            return false;
        }
        if self.eat(',') {
            return true;
        }
        if self.closes(close) {
            return false;
        }
        self.broken("a comma was expected");
        self.skip_element();
        // A bracket of another kind here means that this one was never closed.
        self.eat(',') || self.is(close)
    }

    /// Goes to the comma or bracket that ends the element, over nested brackets.
    fn skip_element(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.token.0 {
                Token::End => return,
                Token::Mark('(' | '[' | '{') => open += 1,
                Token::Mark(')' | ']' | '}' | ',') if open == 0 => return,
                Token::Mark(')' | ']' | '}') => open -= 1,
                _ => {}
            }
            self.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A value in short: `"text"`, `[a, b]`, `{k: v}`, `f(a, n=b)`, `a + b`, `?`.
    fn shown(node: &Node) -> String {
        let list = |nodes: &[Node], with: &str| nodes.iter().map(shown).collect::<Vec<_>>().join(with);
        match &node.expression {
            Expression::Text(text) => format!("{text:?}"),
            Expression::Number(text) | Expression::Name(text) => text.clone(),
            Expression::List(elements) => format!("[{}]", list(elements, ", ")),
            Expression::Dict(entries) => {
                let entries: Vec<_> = entries.iter().map(|(k, v)| format!("{}: {}", shown(k), shown(v))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Expression::Call(call) => {
                let mut all: Vec<_> = call.positional.iter().map(shown).collect();
                all.extend(call.named.iter().map(|(name, value)| format!("{name}={}", shown(value))));
                format!("{}({})", call.function, all.join(", "))
            }
            Expression::Sum(operands) => list(operands, " + "),
            Expression::Percent(both) => format!("{} % {}", shown(&both.0), shown(&both.1)),
            Expression::Opaque => "?".to_owned(),
        }
    }

    fn read(text: &str) -> (Vec<String>, Vec<usize>) {
        let module = parse(text);
        let statements = module.statements.iter().map(|statement| match statement {
            Statement::Assign { name, value, scope } => format!("{scope:?} {name} = {}", shown(value)),
            Statement::Value { node, scope } => format!("{scope:?} {}", shown(node)),
        });
        (statements.collect(), module.broken.iter().map(|(line, _)| *line).collect())
    }

    #[test]
    fn literals_calls_and_sums() {
        let (found, broken) = read(
            "a = {'b': Var('c') + '/d@' 'e', 'f': [True, None, 1_000,], }  # g\nh(i, j = (k, ), l = 'n' % o)\n\
             p = q if r else s\nt = -1\nu = (\n 'v'\n 'w')\nx = 'y', 'z'\n",
        );
        assert_eq!(
            found,
            [
                r#"Module a = {"b": Var("c") + "/d@e", "f": [True, None, 1_000]}"#,
                r#"Module h(i, j=[k], l="n" % o)"#,
                "Module p = ?",
                "Module t = ?",
                r#"Module u = "vw""#,
                r#"Module x = ["y", "z"]"#,
            ]
        );
        assert_eq!(broken, Vec::<usize>::new());
    }

    #[test]
    fn blocks_tell_where_a_statement_stands() {
        let (found, broken) = read(
            "class A(B):\n    '''text'''\n    a: str = 'b'\n    def f(self):\n        c = 'd'\n    e = 'f'\nif g:\n  h = 1\n\
             i = [x for x in y]\nj = k[1:2]\nl = lambda m, n: o\n@p\ndef q(): pass\nr = 's'\n",
        );
        assert_eq!(
            found,
            [
                r#"Class "text""#,
                r#"Class a = "b""#,
                r#"Block c = "d""#,
                r#"Class e = "f""#,
                "Block h = 1",
                "Module i = [?]",
                "Module j = ?",
                "Module l = ?",
                "Module ?",
                r#"Module r = "s""#,
            ]
        );
        assert_eq!(broken, Vec::<usize>::new());
    }

    #[test]
    fn a_broken_element_costs_itself_only() {
        let (found, broken) = read("a = {\n 'b': ,\n 'c': 1,\n 'd' 2,\n 'e': [1 2, 3],\n 'f': 4 }\ng = 5\n");
        assert_eq!(found, [r#"Module a = {"c": 1, "e": [?, 3], "f": 4}"#, "Module g = 5"]);
        assert_eq!(broken, [2, 4]);
    }

    #[test]
    fn brackets_that_do_not_match_end_soon() {
        let (found, broken) = read("a = {'b': [1, 2}\nc = 3\n");
        assert_eq!(found, [r#"Module a = {"b": [1, 2]}"#, "Module c = 3"]);
        assert_eq!(broken, [1]);
        let (found, broken) = read("a = ['b',\n");
        assert_eq!((found.len(), broken), (1, vec![2]));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert_eq!(parse(&format!("a = {}", "[".repeat(100_000))).cut, Some(1));
        assert_eq!(parse(&format!("a = {}", "f(".repeat(100_000))).cut, Some(1));
        assert_eq!(parse(&format!("a = {}", "lambda:".repeat(100_000))).cut, Some(1));
        assert!(parse(&format!("a = [{}]", "0,".repeat(MOST_NODES + 1))).cut.is_some());
        let long = parse(&format!("a = b{}", ".c".repeat(200_000)));
        assert!(long.cut.is_none() && long.statements.len() == 1);
        assert_eq!(parse(&format!("a = {}1", "1+".repeat(100_000))).cut, None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a-c'\"\\\\\n #=:,.+%()\\[\\]{}0-1@-]{0,200}") {
            parse(&text);
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            parse(&String::from_utf8_lossy(&bytes));
        }
    }
}
