//! What is wrong with tokens that are right one by one but make no path: jsonpath-rust says where it gave up, and what
//! stands there says why.

use super::fault::{Fault, short};
use super::function::Function;
use super::token::{Placed, Token};
use std::ops::Range;

struct Tokens<'p> {
    path: &'p str,
    all: &'p [Placed],
}

/// The fault at the token that `failed`, which may be the one after the last.
pub(super) fn fault(path: &str, tokens: &[Placed], failed: usize) -> Fault {
    let tokens = Tokens { path, all: tokens };
    let known = tokens.slice_fault().or_else(|| tokens.test_fault()).or_else(|| tokens.operand_fault(failed));
    known.unwrap_or_else(|| match tokens.all.get(failed) {
        Some(placed) => Fault::new(placed.span.clone(), format!("`{}` can't stand here", &path[placed.span.clone()])),
        None => Fault::new(0..path.len(), "this is no JSONPath"),
    })
}

impl Tokens<'_> {
    fn sign(&self, index: usize) -> &str {
        match self.all.get(index) {
            Some(Placed { token: Token::Sign(sign), .. }) => sign,
            _ => "",
        }
    }

    fn is_comparison(&self, index: usize) -> bool {
        matches!(self.sign(index), "==" | "!=" | "<" | "<=" | ">" | ">=")
    }

    fn function(&self, index: usize) -> Option<Function> {
        match self.all.get(index)?.token {
            Token::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The bytes of some tokens.
    fn span(&self, tokens: Range<usize>) -> Range<usize> {
        self.all[tokens.start].span.start..self.all[tokens.end - 1].span.end
    }

    fn text(&self, tokens: Range<usize>) -> &str {
        &self.path[self.span(tokens)]
    }

    /// The token before the value or the path that ends at `end`: an operator, a comma or an opening bracket.
    fn before_operand(&self, end: usize) -> usize {
        let mut depth = 0;
        for index in (0..end).rev() {
            match self.sign(index) {
                "]" | ")" => depth += 1,
                "[" | "(" if depth > 0 => depth -= 1,
                "(" | "?" | "," | "!" | "&&" | "||" if depth == 0 => return index,
                _ if depth == 0 && self.is_comparison(index) => return index,
                _ => {}
            }
        }
        0
    }

    /// The token after the value or the path that starts at `start`.
    fn after_operand(&self, start: usize) -> usize {
        let mut depth = 0;
        for index in start..self.all.len() {
            match self.sign(index) {
                "[" | "(" => depth += 1,
                "]" | ")" if depth > 0 => depth -= 1,
                "]" | ")" | "," | "&&" | "||" if depth == 0 => return index,
                _ if depth == 0 && self.is_comparison(index) => return index,
                _ => {}
            }
        }
        self.all.len()
    }

    /// A colon beside something that is no whole number, or a third one.
    fn slice_fault(&self) -> Option<Fault> {
        let mut colons = 0;
        for (index, placed) in self.all.iter().enumerate() {
            match &placed.token {
                Token::Sign("[" | ",") => colons = 0,
                Token::Sign(":") => colons += 1,
                Token::Integer(_) => {}
                Token::Text(_) | Token::Sign("*") if self.sign(index.wrapping_sub(1)) == ":" || self.sign(index + 1) == ":" => {
                    return Some(Fault::new(placed.span.clone(), "a slice is made of whole numbers").say("such as `[0:3]`"));
                }
                _ => {}
            }
            if colons == 3 {
                return Some(Fault::new(placed.span.clone(), "a slice has three parts at most: start, end and step"));
            }
        }
        None
    }

    /// match() or search() on one side of a comparison.
    fn test_fault(&self) -> Option<Fault> {
        let start = (0..self.all.len()).find(|index| {
            let is_compared = || self.is_comparison(index - 1) || self.is_comparison(self.after_operand(*index));
            self.function(*index).is_some_and(Function::is_test) && is_compared()
        })?;
        let end = self.after_operand(start);
        let call = self.text(start..end);
        let name = self.function(start)?.name();
        let fault = Fault::new(self.span(start..end), format!("{name}() is true or false by itself and can't be compared"));
        Some(match (self.sign(end), self.all.get(end + 1).map(|placed| &placed.token)) {
            ("==", Some(Token::Constant("true"))) => fault.write(self.span(start..end + 2), call),
            ("==", Some(Token::Constant("false"))) => fault.write(self.span(start..end + 2), format!("!{call}")),
            _ => fault.say("write it, or `!` and it, as a condition of its own"),
        })
    }

    /// Something wrong with the value or the path before or around the token that failed.
    fn operand_fault(&self, failed: usize) -> Option<Fault> {
        let closes_group = self.sign(failed) == ")" && self.is_comparison(failed + 1);
        let before = self.before_operand(if closes_group { failed + 1 } else { failed.min(self.all.len()) });
        let start = before + 1;
        if let Some(function) = before.checked_sub(1).and_then(|index| self.function(index)) {
            let end = self.after_operand(before);
            let message = format!("an argument of {}() is a value or a path, not a condition", function.name());
            return Some(Fault::new(self.span(before - 1..end), message));
        }
        let end = self.after_operand(start);
        if start >= end {
            return None;
        }
        let operand = short(self.text(start..end));
        let span = self.span(start..end);
        let compared = self.is_comparison(before) || self.is_comparison(end);
        if self.is_comparison(before) && self.is_comparison(end) {
            let message = "the result of a comparison can't be compared";
            return Some(Fault::new(self.all[end].span.clone(), message).say("join two comparisons with `&&`"));
        }
        if self.sign(before) == "!" && self.is_comparison(end) {
            let right = self.after_operand(end + 1);
            let both = self.span(start..right);
            let negated = format!("({})", &self.path[both.clone()]);
            return Some(
                Fault::new(self.all[before].span.clone(), "`!` can't negate a comparison without parentheses")
                    .write(both, negated),
            );
        }
        match &self.all[start].token {
            Token::Sign("(") if compared => {
                Some(Fault::new(span, "what stands in parentheses is a condition and can't be compared"))
            }
            Token::Sign("$" | "@") if compared => {
                let message =
                    format!("a path that is compared must lead to one value at most, and `{operand}` can lead to several");
                Some(
                    Fault::new(span, message)
                        .say(format!("value({operand}) is the one if there is just one, count({operand}) how many")),
                )
            }
            Token::Text(_) | Token::Number(_) | Token::Constant(_) if !compared => {
                Some(Fault::new(span, format!("`{operand}` alone is no condition")).say(format!("such as `@.name == {operand}`")))
            }
            _ => None,
        }
    }
}
