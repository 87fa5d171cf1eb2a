//! Cuts a path's text into tokens by the letter of RFC 9535: where blanks may stand, what may follow what, and how names,
//! texts and numbers are written. Whether the tokens make a path is for jsonpath-rust to say.

use super::fault::Fault;
use super::function::Function;
use super::literal;
use super::message::{self, Beside};
use std::ops::Range;

/// How deep brackets and parentheses may nest. The parser and the walk recurse once a level.
const MAX_DEPTH: usize = 32;
/// How deep function calls may nest: jsonpath-rust tries each of them three times.
const MAX_CALLS: usize = 6;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Punctuation and operators.
    Sign(&'static str),
    /// A member name after a dot.
    Name(Box<str>),
    /// A quoted text, unescaped: a member name in brackets, or a literal.
    Text(Box<str>),
    /// An index or a bound of a slice.
    Integer(i64),
    /// A number literal, as written.
    Number(Box<str>),
    /// `true`, `false` or `null`.
    Constant(&'static str),
    Function(Function),
}

/// A token and where it stands in the path's text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
}

pub(super) fn tokenize(text: &str) -> Result<Vec<Placed>, Fault> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), open: Vec::new() };
    if !text.starts_with('$') {
        return Err(message::no_root(text));
    }
    while lexer.skip_blanks() {
        lexer.token()?;
    }
    let end = lexer.tokens.last().map_or(0, |last| last.span.end);
    if end < text.len() {
        return Err(message::blank_at_end(end..text.len()));
    }
    match lexer.open.last() {
        Some(innermost) => {
            let closers: String = lexer.open.iter().rev().map(|open| open.inside.closer()).collect();
            Err(message::unclosed(text, innermost.at, &closers))
        }
        None => Ok(lexer.tokens),
    }
}

/// A bracket or parenthesis that is not closed yet.
struct Open {
    at: usize,
    inside: Inside,
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// `[`: names, indices and slices.
    Selectors,
    /// `[?`
    Filter,
    /// `(` around a condition.
    Group,
    /// `(` of a function, and how many commas came.
    Call(Function, usize),
}

impl Inside {
    fn closer(self) -> char {
        match self {
            Inside::Selectors | Inside::Filter => ']',
            Inside::Group | Inside::Call(..) => ')',
        }
    }
}

struct Lexer<'p> {
    text: &'p str,
    at: usize,
    tokens: Vec<Placed>,
    open: Vec<Open>,
}

impl Lexer<'_> {
    /// Skips what RFC 9535 calls blank; false at the end of the text.
    fn skip_blanks(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.at < self.text.len()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, token: Token, length: usize) {
        self.tokens.push(Placed { token, span: self.at..self.at + length });
        self.at += length;
    }

    fn last(&self) -> &Token {
        const NONE: Token = Token::Sign("");
        self.tokens.last().map_or(&NONE, |placed| &placed.token)
    }

    fn inside(&self) -> Option<Inside> {
        self.open.last().map(|open| open.inside)
    }

    fn in_filter(&self) -> bool {
        !matches!(self.inside(), None | Some(Inside::Selectors))
    }

    /// Whether a path can go on after the last token.
    fn query_ends(&self) -> bool {
        matches!(self.last(), Token::Name(_) | Token::Sign("$" | "@" | "]" | "*"))
    }

    /// Whether the last token ends a value, a path or a condition, so that an operator, a comma or a bracket must follow.
    fn value_ends(&self) -> bool {
        self.query_ends()
            || matches!(
                self.last(),
                Token::Text(_) | Token::Integer(_) | Token::Number(_) | Token::Constant(_) | Token::Sign(")")
            )
    }

    /// The place as messages need it.
    fn beside(&self) -> Beside<'_> {
        Beside {
            path: self.text,
            at: self.at,
            tokens: &self.tokens,
            in_filter: self.in_filter(),
            in_selectors: self.inside() == Some(Inside::Selectors),
        }
    }

    /// Reads one token, which starts here.
    fn token(&mut self) -> Result<(), Fault> {
        let char = self.rest().chars().next().expect("the end was looked for");
        match char {
            '$' | '@' => self.start_of_query(char),
            '.' => self.dots(),
            '[' => self.open_bracket(),
            ']' | ')' => self.close(char),
            '(' => self.open_group(),
            ',' => self.comma(),
            '\'' | '"' => self.text(),
            '-' | '0'..='9' => self.number(),
            ':' if self.inside() == Some(Inside::Selectors) => self.sign(":"),
            '?' if self.inside() == Some(Inside::Selectors) && matches!(self.last(), Token::Sign("[" | ",")) => {
                self.sign("?")?;
                self.open.last_mut().expect("a bracket is open").inside = Inside::Filter;
                Ok(())
            }
            '*' if self.inside() == Some(Inside::Selectors) && !self.value_ends() => self.sign("*"),
            '!' | '=' | '<' | '>' | '&' | '|' if self.in_filter() => self.operator(),
            'a'..='z' | 'A'..='Z' | '_' | '\u{80}'.. => self.word(),
            _ => Err(self.beside().unexpected()),
        }
    }

    fn sign(&mut self, sign: &'static str) -> Result<(), Fault> {
        self.push(Token::Sign(sign), sign.len());
        Ok(())
    }

    fn start_of_query(&mut self, char: char) -> Result<(), Fault> {
        if self.tokens.is_empty() {
            return self.sign("$");
        }
        if !self.in_filter() {
            return Err(self.beside().query_outside_filter());
        }
        self.expect_value_here()?;
        self.sign(if char == '$' { "$" } else { "@" })
    }

    /// Refuses a value right after a value.
    fn expect_value_here(&self) -> Result<(), Fault> {
        if self.value_ends() { Err(self.beside().two_values()) } else { Ok(()) }
    }

    /// A dot or two, and the name or the star that must follow at once.
    fn dots(&mut self) -> Result<(), Fault> {
        if !self.query_ends() || self.inside() == Some(Inside::Selectors) {
            return Err(self.beside().dot_without_query());
        }
        let dots = if self.rest().starts_with("..") { ".." } else { "." };
        self.sign(dots)?;
        let rest = self.rest();
        let name = name_length(rest);
        if rest.starts_with('*') {
            self.sign("*")
        } else if name > 0 {
            let name = rest[..name].into();
            self.push_name(name);
            Ok(())
        } else if rest.starts_with('[') && dots == ".." {
            self.open_bracket()
        } else {
            Err(self.beside().no_name_after_dot())
        }
    }

    fn push_name(&mut self, name: Box<str>) {
        let length = name.len();
        self.push(Token::Name(name), length);
    }

    fn open_bracket(&mut self) -> Result<(), Fault> {
        if !(self.query_ends() || *self.last() == Token::Sign("..")) || self.inside() == Some(Inside::Selectors) {
            return Err(self.beside().bracket_without_query());
        }
        self.open(Inside::Selectors)?;
        self.sign("[")
    }

    fn open_group(&mut self) -> Result<(), Fault> {
        if !self.in_filter() {
            return Err(self.beside().script());
        }
        if self.value_ends() {
            return Err(self.beside().two_values());
        }
        self.open(Inside::Group)?;
        self.sign("(")
    }

    fn open(&mut self, inside: Inside) -> Result<(), Fault> {
        let calls = self.open.iter().filter(|open| matches!(open.inside, Inside::Call(..))).count();
        if self.open.len() == MAX_DEPTH {
            return Err(message::too_deep(self.at, "brackets and parentheses", MAX_DEPTH));
        }
        if matches!(inside, Inside::Call(..)) && calls == MAX_CALLS {
            return Err(message::too_deep(self.at, "functions", MAX_CALLS));
        }
        self.open.push(Open { at: self.at, inside });
        Ok(())
    }

    fn close(&mut self, char: char) -> Result<(), Fault> {
        if self.inside().map(Inside::closer) != Some(char) {
            return Err(self.beside().wrong_bracket(self.open.last().map(|open| open.at)));
        }
        if !self.value_ends() && !matches!(self.last(), Token::Sign(":")) && !self.at_empty_call() {
            return Err(self.beside().nothing_before(char.encode_utf8(&mut [0; 4])));
        }
        if let Some(Open { at, inside: Inside::Call(function, commas) }) = self.open.last() {
            let given = if self.at_empty_call() { 0 } else { commas + 1 };
            if given != function.arguments() {
                let start = at - function.name().len();
                return Err(message::argument_count(*function, given, start..self.at + 1));
            }
        }
        self.open.pop();
        self.sign(if char == ']' { "]" } else { ")" })
    }

    /// Whether the parenthesis of a function was opened just now.
    fn at_empty_call(&self) -> bool {
        matches!(self.inside(), Some(Inside::Call(_, 0))) && *self.last() == Token::Sign("(")
    }

    fn comma(&mut self) -> Result<(), Fault> {
        if !self.value_ends() && *self.last() != Token::Sign(":") {
            return Err(self.beside().nothing_before(","));
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            Some(Inside::Call(_, commas)) => *commas += 1,
            Some(inside @ (Inside::Selectors | Inside::Filter)) => *inside = Inside::Selectors,
            Some(Inside::Group) | None => return Err(self.beside().unexpected()),
        }
        self.sign(",")
    }

    fn text(&mut self) -> Result<(), Fault> {
        self.expect_value_here()?;
        if self.open.is_empty() {
            return Err(self.beside().unexpected());
        }
        let (text, length) = literal::text(self.text, self.at)?;
        self.push(Token::Text(text), length);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.value_ends() || self.open.is_empty() {
            return Err(self.beside().two_values());
        }
        if self.in_filter() {
            let digits = literal::number(self.text, self.at)?;
            let (digits, length) = (digits.into(), digits.len());
            self.push(Token::Number(digits), length);
        } else {
            let (integer, length) = literal::integer(self.text, self.at)?;
            self.push(Token::Integer(integer), length);
        }
        Ok(())
    }

    fn operator(&mut self) -> Result<(), Fault> {
        const OPERATORS: [&str; 9] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!"];
        if let Some(fault) = self.beside().foreign_operator() {
            return Err(fault);
        }
        let operator =
            OPERATORS.into_iter().find(|operator| self.rest().starts_with(operator)).expect("no sign but these and foreign ones");
        if operator == "!" {
            self.expect_value_here()?;
        } else if !self.value_ends() {
            return Err(self.beside().nothing_before(operator));
        }
        self.sign(operator)
    }

    /// `true`, `false`, `null` or a function; anything else is a fault.
    fn word(&mut self) -> Result<(), Fault> {
        let word: String = self.beside().word().to_owned();
        let constant = ["true", "false", "null"].into_iter().find(|constant| *constant == word);
        let function = Function::ALL.into_iter().find(|function| function.name() == word);
        let is_call = self.rest()[word.len()..].starts_with('(');
        if !self.in_filter() || self.value_ends() {
            return Err(self.beside().stray_word());
        }
        match (constant, function) {
            (Some(constant), _) if !is_call => {
                self.push(Token::Constant(constant), constant.len());
                Ok(())
            }
            (_, Some(function)) if is_call => {
                self.push(Token::Function(function), word.len());
                self.open(Inside::Call(function, 0))?;
                self.sign("(")
            }
            _ => Err(self.beside().unknown_word()),
        }
    }
}

/// How many bytes of a member name that may follow a dot stand at the start of `text`.
pub(super) fn name_length(text: &str) -> usize {
    let first = |char: char| char.is_ascii_alphabetic() || char == '_' || char >= '\u{80}';
    if !text.starts_with(first) {
        return 0;
    }
    text.find(|char: char| !first(char) && !char.is_ascii_digit()).unwrap_or(text.len())
}
