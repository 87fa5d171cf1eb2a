//! From jsonpath-rust's syntax tree to the plan, and whether functions get and give what RFC 9535, 2.4.3 lets them.

use super::fault::{Fault, short};
use super::function::Function;
use super::token::{Placed, Token};
use super::{Filter, Operand, Operator, Pattern, Query, Segment, Selector, is_singular, regexp};
use jsonpath_rust::parser::model::{self as ast, Comparable, Comparison, FilterAtom, FnArg, JpQuery, Literal, TestFunction};
use std::ops::Range;

pub(super) struct Plan {
    pub(super) segments: Vec<Segment>,
    pub(super) warnings: Vec<Fault>,
}

/// Puts the tokens back into the tree that has their numbers.
pub(super) struct Planner<'p> {
    path: &'p str,
    tokens: &'p [Placed],
    /// The functions that the tree has still to come to; it is walked in the order of the text.
    calls: std::vec::IntoIter<usize>,
    warnings: Vec<Fault>,
}

/// A call of a function: which, where its name stands, and its arguments.
struct Call<'q> {
    function: Function,
    at: usize,
    first: &'q FnArg,
    second: Option<&'q FnArg>,
}

impl<'p> Planner<'p> {
    pub(super) fn new(path: &'p str, tokens: &'p [Placed]) -> Self {
        let calls: Vec<usize> = tokens
            .iter()
            .enumerate()
            .filter(|(_, placed)| matches!(placed.token, Token::Function(_)))
            .map(|(at, _)| at)
            .collect();
        Planner { path, tokens, calls: calls.into_iter(), warnings: Vec::new() }
    }

    pub(super) fn plan(mut self, query: JpQuery) -> Result<Plan, Fault> {
        let segments = self.segments(&query.segments)?;
        Ok(Plan { segments, warnings: self.warnings })
    }

    /// The token whose number stands in the tree. The tree holds nothing else, but a wrong guess about another crate must not
    /// end in a panic.
    fn token(&self, number: usize) -> Result<&'p Placed, Fault> {
        self.tokens.get(number).ok_or_else(|| self.unreadable())
    }

    fn unreadable(&self) -> Fault {
        Fault::new(0..self.path.len(), "the path can't be read")
    }

    fn name(&self, placeholder: &str) -> Result<(usize, &'p str), Fault> {
        let number = placeholder.trim_start_matches('n').parse().map_err(|_| self.unreadable())?;
        match &self.token(number)?.token {
            Token::Name(name) | Token::Text(name) => Ok((number, name)),
            _ => Err(self.unreadable()),
        }
    }

    fn integer(&self, placeholder: i64) -> Result<(usize, i64), Fault> {
        let number = usize::try_from(placeholder).map_err(|_| self.unreadable())?;
        match self.token(number)?.token {
            Token::Integer(integer) => Ok((number, integer)),
            _ => Err(self.unreadable()),
        }
    }

    fn segments(&mut self, segments: &[ast::Segment]) -> Result<Vec<Segment>, Fault> {
        segments.iter().map(|segment| self.segment(segment)).collect()
    }

    fn segment(&mut self, segment: &ast::Segment) -> Result<Segment, Fault> {
        Ok(match segment {
            ast::Segment::Selector(selector) => Segment::Child(vec![self.selector(selector)?]),
            ast::Segment::Selectors(selectors) => {
                Segment::Child(selectors.iter().map(|selector| self.selector(selector)).collect::<Result<_, _>>()?)
            }
            ast::Segment::Descendant(inner) => match self.segment(inner)? {
                Segment::Child(selectors) | Segment::Descendant(selectors) => Segment::Descendant(selectors),
            },
        })
    }

    fn selector(&mut self, selector: &ast::Selector) -> Result<Selector, Fault> {
        Ok(match selector {
            ast::Selector::Name(name) => Selector::Name(self.name(name)?.1.into()),
            ast::Selector::Wildcard => Selector::Wildcard,
            ast::Selector::Index(index) => Selector::Index(self.integer(*index)?.1),
            ast::Selector::Slice(start, end, step) => {
                let bound = |bound: &Option<i64>| bound.map(|bound| Ok(self.integer(bound)?.1)).transpose();
                Selector::Slice { start: bound(start)?, end: bound(end)?, step: bound(step)? }
            }
            ast::Selector::Filter(filter) => Selector::Filter(Box::new(self.filter(filter)?)),
        })
    }

    fn filter(&mut self, filter: &ast::Filter) -> Result<Filter, Fault> {
        match filter {
            ast::Filter::Or(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    match self.filter(part)? {
                        Filter::Or(inner) => all.extend(inner),
                        other => all.push(other),
                    }
                }
                Ok(Filter::Or(all))
            }
            ast::Filter::And(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    match self.filter(part)? {
                        Filter::And(inner) => all.extend(inner),
                        other => all.push(other),
                    }
                }
                Ok(Filter::And(all))
            }
            ast::Filter::Atom(FilterAtom::Filter { expr, not }) => Ok(negated(self.filter(expr)?, *not)),
            ast::Filter::Atom(FilterAtom::Test { expr, not }) => Ok(negated(self.test(expr)?, *not)),
            ast::Filter::Atom(FilterAtom::Comparison(comparison)) => self.comparison(comparison),
        }
    }

    fn test(&mut self, test: &ast::Test) -> Result<Filter, Fault> {
        let call = match test {
            ast::Test::RelQuery(segments) => return Ok(Filter::Exists(self.query(false, segments)?)),
            ast::Test::AbsQuery(query) => return Ok(Filter::Exists(self.query(true, &query.segments)?)),
            ast::Test::Function(function) => self.call(function)?,
        };
        let name = call.function.name();
        let Call { function: Function::Match | Function::Search, first, second: Some(second), at } = call else {
            let span = self.call_span(call.at);
            let example = format!("such as `{} > 1`", short(&self.path[span.clone()]));
            return Err(Fault::new(span, format!("{name}() gives a value, which has to be compared")).say(example));
        };
        let text = self.value_argument(first, name, at)?;
        let pattern = match self.value_argument(second, name, at)? {
            Operand::Text(text) => self.fixed_pattern(text, call.function, at),
            operand => Pattern::Computed(operand),
        };
        Ok(Filter::Matches { whole: call.function == Function::Match, text, pattern })
    }

    fn fixed_pattern(&mut self, text: Box<str>, function: Function, at: usize) -> Pattern {
        let regex = regexp::compile(&text, function == Function::Match);
        if regex.is_none() {
            self.warnings.push(regexp::warning(&text, function.name(), self.call_span(at)));
        }
        Pattern::Fixed { text, regex }
    }

    fn comparison(&mut self, comparison: &Comparison) -> Result<Filter, Fault> {
        let (operator, left, right) = match comparison {
            Comparison::Eq(left, right) => (Operator::Equal, left, right),
            Comparison::Ne(left, right) => (Operator::NotEqual, left, right),
            Comparison::Lt(left, right) => (Operator::Less, left, right),
            Comparison::Lte(left, right) => (Operator::LessOrEqual, left, right),
            Comparison::Gt(left, right) => (Operator::Greater, left, right),
            Comparison::Gte(left, right) => (Operator::GreaterOrEqual, left, right),
        };
        Ok(Filter::Compare { left: self.comparable(left)?, operator, right: self.comparable(right)? })
    }

    fn comparable(&mut self, comparable: &Comparable) -> Result<Operand, Fault> {
        match comparable {
            Comparable::Literal(literal) => self.literal(literal),
            Comparable::Function(function) => {
                let call = self.call(function)?;
                self.value_of(call)
            }
            Comparable::SingularQuery(query) => {
                let (absolute, segments) = match query {
                    ast::SingularQuery::Current(segments) => (false, segments),
                    ast::SingularQuery::Root(segments) => (true, segments),
                };
                let segments = segments.iter().map(|segment| self.singular_segment(segment)).collect::<Result<_, _>>()?;
                Ok(Operand::Query(Query { absolute, segments }))
            }
        }
    }

    fn singular_segment(&self, segment: &ast::SingularQuerySegment) -> Result<Segment, Fault> {
        let (number, selector) = match segment {
            ast::SingularQuerySegment::Name(name) => {
                let (number, name) = self.name(name)?;
                (number, Selector::Name(name.into()))
            }
            ast::SingularQuerySegment::Index(index) => {
                let (number, index) = self.integer(*index)?;
                (number, Selector::Index(index))
            }
        };
        self.expect_no_blanks(number)?;
        Ok(Segment::Child(vec![selector]))
    }

    /// Refuses blanks around a selector in brackets: unlike elsewhere none may stand in the brackets of a singular query, and
    /// only such a query is a value (RFC 9535, 2.3.5.1).
    fn expect_no_blanks(&self, number: usize) -> Result<(), Fault> {
        let Placed { token, span } = self.token(number)?;
        let open = self.token(number.saturating_sub(1))?.span.end;
        let close = self.tokens.get(number + 1).map_or(span.end, |after| after.span.start);
        if matches!(token, Token::Name(_)) || (open..close) == *span {
            return Ok(());
        }
        let fault = Fault::new(open..close, "a blank stands inside the brackets of a path that is used as a value");
        Err(fault.write(open..close, &self.path[span.clone()]))
    }

    fn literal(&self, literal: &Literal) -> Result<Operand, Fault> {
        match literal {
            Literal::Null => Ok(Operand::Null),
            Literal::Bool(value) => Ok(Operand::Boolean(*value)),
            Literal::String(placeholder) => Ok(Operand::Text(self.name(placeholder)?.1.into())),
            Literal::Int(number) => match &self.token(usize::try_from(*number).map_err(|_| self.unreadable())?)?.token {
                Token::Number(digits) => Ok(Operand::Number(digits.clone())),
                _ => Err(self.unreadable()),
            },
            Literal::Float(_) => Err(self.unreadable()),
        }
    }

    fn query(&mut self, absolute: bool, segments: &[ast::Segment]) -> Result<Query, Fault> {
        Ok(Query { absolute, segments: self.segments(segments)? })
    }

    fn call<'q>(&mut self, function: &'q TestFunction) -> Result<Call<'q>, Fault> {
        let at = self.calls.next().ok_or_else(|| self.unreadable())?;
        let Token::Function(name) = self.token(at)?.token else { return Err(self.unreadable()) };
        let (first, second) = match function {
            TestFunction::Length(first) => (first.as_ref(), None),
            TestFunction::Match(first, second) => (first, Some(second)),
            _ => return Err(self.unreadable()),
        };
        Ok(Call { function: name, at, first, second })
    }

    /// From the name of a function to its closing parenthesis.
    fn call_span(&self, at: usize) -> Range<usize> {
        let mut depth = 0;
        for placed in &self.tokens[at..] {
            match placed.token {
                Token::Sign("(") => depth += 1,
                Token::Sign(")") => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                return self.tokens[at].span.start..placed.span.end;
            }
        }
        self.tokens[at].span.clone()
    }

    /// What a function gives that gives a value.
    fn value_of(&mut self, call: Call<'_>) -> Result<Operand, Fault> {
        let Call { function, at, first, second: _ } = call;
        let name = function.name();
        match function {
            Function::Length => Ok(Operand::Length(Box::new(self.value_argument(first, name, at)?))),
            Function::Count => Ok(Operand::Count(self.nodes_argument(first, name, at)?)),
            Function::Value => Ok(Operand::Value(self.nodes_argument(first, name, at)?)),
            Function::Match | Function::Search => {
                Err(Fault::new(self.call_span(at), format!("{name}() is true or false, not a value")))
            }
        }
    }

    /// An argument that must be one value.
    fn value_argument(&mut self, argument: &FnArg, name: &str, at: usize) -> Result<Operand, Fault> {
        let (absolute, segments) = match argument {
            FnArg::Literal(literal) => return self.literal(literal),
            FnArg::Test(test) => match test.as_ref() {
                ast::Test::RelQuery(segments) => (false, segments),
                ast::Test::AbsQuery(query) => (true, &query.segments),
                ast::Test::Function(function) => {
                    let call = self.call(function)?;
                    return self.value_of(call);
                }
            },
            FnArg::Filter(_) => {
                return Err(Fault::new(self.call_span(at), format!("{name}() takes a value, not a condition")));
            }
        };
        let query = self.query(absolute, segments)?;
        if is_singular(&query.segments) {
            for segment in segments {
                match segment {
                    ast::Segment::Selector(ast::Selector::Name(name)) => self.expect_no_blanks(self.name(name)?.0)?,
                    ast::Segment::Selector(ast::Selector::Index(index)) => self.expect_no_blanks(self.integer(*index)?.0)?,
                    _ => {}
                }
            }
            return Ok(Operand::Query(query));
        }
        let query = query.to_string();
        let query = short(&query);
        let fault = Fault::new(self.call_span(at), format!("{name}() takes one value, and `{query}` can lead to several"));
        Err(fault.say(if name == "length" {
            format!("count({query}) counts them, value({query}) is the one if there is just one")
        } else {
            format!("value({query}) is the one if there is just one")
        }))
    }

    /// An argument that must be a path.
    fn nodes_argument(&mut self, argument: &FnArg, name: &str, at: usize) -> Result<Query, Fault> {
        match argument {
            FnArg::Test(test) => match test.as_ref() {
                ast::Test::RelQuery(segments) => return self.query(false, segments),
                ast::Test::AbsQuery(query) => return self.query(true, &query.segments),
                ast::Test::Function(_) => {}
            },
            FnArg::Literal(_) | FnArg::Filter(_) => {}
        }
        Err(Fault::new(self.call_span(at), format!("{name}() takes a path")).say(format!("such as `{name}(@.*)`")))
    }
}

fn negated(filter: Filter, not: bool) -> Filter {
    if not { Filter::Not(Box::new(filter)) } else { filter }
}
