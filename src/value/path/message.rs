//! What is said of a text that is no path: what was found, what was expected and what to write.

use super::fault::{Fault, shown};
use super::function::Function;
use super::token::{Placed, Token};
use super::{literal, print};
use std::ops::Range;

/// A text that does not start with `$`.
pub(super) fn no_root(path: &str) -> Fault {
    let blanks = path.len() - path.trim_start().len();
    let fault = |message: &str| Fault::new(0..path.chars().next().map_or(0, char::len_utf8), message);
    match path.trim_start().chars().next() {
        None => fault("the path is empty").say("a path starts with `$`, such as `$.work.department`"),
        Some(_) if blanks > 0 => Fault::new(0..blanks, "a blank stands before the path").write(0..blanks, ""),
        Some('@') => fault("a path starts with `$`; `@` has a meaning in filters only").write(0..1, "$"),
        Some('.' | '[') => fault("a path starts with `$`").write(0..0, "$"),
        Some(_) => fault("a path starts with `$`").write(0..0, "$."),
    }
}

pub(super) fn blank_at_end(span: Range<usize>) -> Fault {
    Fault::new(span.clone(), "a blank stands after the path").write(span, "")
}

/// A bracket that is open at the end of the path; `closers` would close it and those around it.
pub(super) fn unclosed(path: &str, at: usize, closers: &str) -> Fault {
    let bracket = &path[at..at + 1];
    Fault::new(at..at + 1, format!("this `{bracket}` is never closed")).write(path.len()..path.len(), closers)
}

pub(super) fn too_deep(at: usize, what: &str, most: usize) -> Fault {
    Fault::new(at..at + 1, format!("{what} are nested more than {most} deep"))
}

pub(super) fn argument_count(function: Function, given: usize, span: Range<usize>) -> Fault {
    let (name, due) = (function.name(), function.arguments());
    let (plural, example) = match function {
        Function::Match | Function::Search => ("s", "a text and a pattern, such as `(@.name, 'A.*')`"),
        Function::Length => ("", "a text, a list or an object, such as `(@.name)`"),
        Function::Count | Function::Value => ("", "a path, such as `(@.*)`"),
    };
    Fault::new(span, format!("{name}() takes {due} argument{plural}, not {given}")).say(format!("it takes {example}"))
}

/// Where something is wrong, and what stands around it.
pub(super) struct Beside<'p> {
    pub(super) path: &'p str,
    /// Where the text that is at fault starts.
    pub(super) at: usize,
    /// Everything read before it.
    pub(super) tokens: &'p [Placed],
    pub(super) in_filter: bool,
    /// Directly inside `[` and `]`, not in a filter.
    pub(super) in_selectors: bool,
}

/// What ends a name that lacks its quotes.
const NAME_ENDS: [char; 18] = ['.', '[', ']', '(', ')', ',', '=', '!', '<', '>', '&', '|', '\'', '"', '?', ':', '*', '@'];
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

impl<'p> Beside<'p> {
    pub(super) fn rest(&self) -> &'p str {
        &self.path[self.at..]
    }

    fn here(&self) -> Range<usize> {
        self.at..self.at + self.rest().chars().next().map_or(0, char::len_utf8)
    }

    pub(super) fn last(&self) -> Option<&'p Placed> {
        self.tokens.last()
    }

    fn last_text(&self) -> &'p str {
        self.last().map_or("", |last| &self.path[last.span.clone()])
    }

    fn touches_last(&self) -> bool {
        self.last().is_some_and(|last| last.span.end == self.at)
    }

    /// The letters, digits, underscores and hyphens here.
    pub(super) fn word(&self) -> &'p str {
        let rest = self.rest();
        &rest[..rest.find(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '-'))).unwrap_or(rest.len())]
    }

    pub(super) fn word_span(&self) -> Range<usize> {
        self.at..self.at + self.word().len().max(self.here().len())
    }

    /// Where a name that was meant to start at `start` ends.
    fn name_end(&self, start: usize, with_blanks: bool) -> usize {
        let rest = &self.path[start..];
        let end = rest.find(|char| NAME_ENDS.contains(&char) || (!with_blanks && BLANKS.contains(&char))).unwrap_or(rest.len());
        start + rest[..end].trim_end_matches(BLANKS).len()
    }

    /// Brackets and quotes around the name between two places, with the dot before it replaced.
    fn in_brackets(&self, fault: Fault, dots: &Placed, end: usize) -> Fault {
        let start = if dots.token == Token::Sign("..") { dots.span.end } else { dots.span.start };
        fault.write(start..end, format!("[{}]", print::quoted(self.path[dots.span.end..end].trim_matches(BLANKS))))
    }

    /// A name after a dot that goes on with what such a name can't hold.
    pub(super) fn in_name(&self) -> Option<Fault> {
        let [.., dots, Placed { token: Token::Name(_), span }] = self.tokens else { return None };
        if self.in_filter && !self.touches_last() && !self.rest().starts_with(char::is_alphanumeric) {
            return None;
        }
        let end = self.name_end(span.start, !self.in_filter || !self.touches_last());
        if end <= self.at {
            return None;
        }
        let message = match self.rest().chars().next() {
            Some(_) if !self.touches_last() => "a name after a dot can't hold a blank".to_owned(),
            char => format!("a name after a dot can't hold {}", shown(char)),
        };
        Some(self.in_brackets(Fault::new(span.start..end, message), dots, end))
    }

    pub(super) fn unexpected(&self) -> Fault {
        let char = self.rest().chars().next();
        if let Some(fault) = self.in_name() {
            return fault;
        }
        match char {
            Some('?') if self.in_selectors => Fault::new(self.here(), "`?` stands at the start of a selector only"),
            Some('?') if !self.in_filter => Fault::new(self.here(), "a filter stands in brackets: `[?...]`"),
            Some('{') if self.in_filter => Fault::new(self.here(), "an object can't be written in a filter"),
            Some('+' | '/' | '%' | '*') if self.in_filter => Fault::new(self.here(), "a path can't calculate"),
            Some('&' | '|' | '!' | '<' | '>' | '=') => {
                Fault::new(self.here(), format!("{} belongs in a filter: `[?...]`", shown(char)))
            }
            _ => Fault::new(self.here(), format!("{} can't stand here", shown(char))),
        }
    }

    pub(super) fn query_outside_filter(&self) -> Fault {
        let sign = &self.path[self.here()];
        if self.in_selectors {
            let message = format!("`{sign}` can't stand here; inside brackets a condition starts with `?`");
            Fault::new(self.here(), message).write(self.at..self.at, "?")
        } else {
            Fault::new(self.here(), format!("`{sign}` can't stand in the middle of a path"))
        }
    }

    /// Something that a value, a path or a condition can't be followed by.
    pub(super) fn two_values(&self) -> Fault {
        if self.rest().starts_with('(') && matches!(self.last(), Some(Placed { token: Token::Name(_), .. })) {
            let name = self.last_text();
            let span = self.last().map_or(self.here(), |last| last.span.start..self.at + 1);
            return Fault::new(span, format!("a path can't end in a function, as `{name}()`"))
                .say("functions stand in filters and hold their path, such as `[?length(@.name) > 1]`");
        }
        if let Some(fault) = self.in_name() {
            return fault;
        }
        if self.in_filter && self.rest().starts_with('-') {
            return Fault::new(self.here(), "a path can't calculate");
        }
        let fault = Fault::new(
            self.word_span(),
            format!("`{}` can't follow `{}` directly", &self.path[self.word_span()], self.last_text()),
        );
        match self.last() {
            Some(Placed { token: Token::Text(_), .. }) if self.touches_last() => {
                fault.say("a quote inside a quoted text is written `\\'`")
            }
            _ if self.in_filter => fault.say("an operator, such as `==` or `&&`, stands between two values"),
            _ => fault,
        }
    }

    pub(super) fn dot_without_query(&self) -> Fault {
        if !self.in_filter
            || matches!(self.last(), Some(Placed { token: Token::Text(_) | Token::Number(_) | Token::Sign(")"), .. }))
        {
            return Fault::new(self.here(), "a dot can't stand here");
        }
        if self.rest()[1..].starts_with(|char: char| char.is_ascii_digit()) {
            return Fault::new(self.here(), "a number can't start with a dot").write(self.at..self.at, "0");
        }
        Fault::new(self.here(), "a path in a filter starts with `@`, the element that is looked at").write(self.at..self.at, "@")
    }

    /// After one dot or two, where no name, star or bracket follows.
    pub(super) fn no_name_after_dot(&self) -> Fault {
        let Some(dots) = self.last() else { return self.unexpected() };
        let rest = self.rest();
        let next = rest.chars().next();
        let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
        let end = self.name_end(self.at, false);
        match next {
            None => Fault::new(dots.span.clone(), "the path ends with a dot").write(dots.span.clone(), ""),
            Some('.') if dots.token == Token::Sign("..") => {
                Fault::new(dots.span.start..self.at + 1, "more than two dots").write(dots.span.start..self.at + 1, "..")
            }
            Some('[') => Fault::new(dots.span.clone(), "a bracket follows without a dot").write(dots.span.clone(), ""),
            Some('\'' | '"') => {
                let fault = Fault::new(self.here(), "a quoted name stands in brackets, without a dot");
                match literal::text(self.path, self.at) {
                    Ok((name, length)) => {
                        let start = if dots.token == Token::Sign("..") { self.at } else { dots.span.start };
                        fault.write(start..self.at + length, format!("[{}]", print::quoted(&name)))
                    }
                    Err(_) => fault,
                }
            }
            Some(_) if blanks > 0 => {
                let blanks = self.at..self.at + blanks;
                Fault::new(blanks.clone(), "a blank stands after a dot").write(blanks, "")
            }
            Some('0'..='9') if rest[..end - self.at].bytes().all(|byte| byte.is_ascii_digit()) => {
                let number = &rest[..end - self.at];
                Fault::new(self.at..end, "a name after a dot can't start with a digit")
                    .say(format!("write `[{number}]` for a place in a list, `['{number}']` for a name"))
            }
            _ if end > self.at => {
                let message = format!("a name after a dot can't start with {}", shown(next));
                self.in_brackets(Fault::new(self.at..end, message), dots, end)
            }
            _ => Fault::new(self.here(), format!("a name or `*` is expected after the dot, not {}", shown(next))),
        }
    }

    pub(super) fn bracket_without_query(&self) -> Fault {
        if self.in_filter {
            return Fault::new(self.here(), "a list can't be written in a filter")
                .say("compare with each value: `@.a == 'x' || @.a == 'y'`");
        }
        Fault::new(self.here(), "`[` can't stand here")
    }

    /// A parenthesis where a selector is due.
    pub(super) fn script(&self) -> Fault {
        if !self.in_selectors {
            return if matches!(self.last(), Some(Placed { token: Token::Name(_), .. })) {
                self.two_values()
            } else {
                self.unexpected()
            };
        }
        let rest = self.rest();
        let end = rest.find(')').map_or(rest.len(), |at| at + 1);
        let fault = Fault::new(self.at..self.at + end, "an expression can't be a selector");
        let compact: String = rest[..end].split(BLANKS).collect();
        match compact.strip_prefix("(@.length-").and_then(|rest| rest.strip_suffix(')')) {
            Some(back) => fault.write(self.at..self.at + end, format!("-{back}")),
            None => fault.write(self.at..self.at, "?"),
        }
    }

    pub(super) fn wrong_bracket(&self, open: Option<usize>) -> Fault {
        let found = &self.path[self.here()];
        if found == "]" && open.is_some() {
            return Fault::new(self.here(), "`]` can't close `(`; `)` is missing").write(self.at..self.at, ")");
        }
        Fault::new(self.here(), format!("`{found}` closes nothing")).write(self.here(), "")
    }

    /// Before a comma, a closing bracket or an operator that nothing stands before.
    pub(super) fn nothing_before(&self, sign: &str) -> Fault {
        let Some(last) = self.last() else { return self.unexpected() };
        let both = last.span.start..self.at + sign.len();
        match (self.last_text(), sign) {
            ("[", "]") => Fault::new(both, "nothing stands between the brackets").say("write `[*]` for every element"),
            ("(", ")") => Fault::new(both, "nothing stands between the parentheses"),
            ("?", _) => Fault::new(both, "a condition is expected after `?`").say("such as `[?@.name == 'x']`"),
            ("[" | "(", _) => Fault::new(self.at..self.at + sign.len(), format!("nothing stands before `{sign}`")),
            (operator, "]" | ")" | ",") => Fault::new(last.span.clone(), format!("nothing stands after `{operator}`")),
            _ => Fault::new(self.at..self.at + sign.len(), format!("nothing stands before `{sign}`")),
        }
    }

    /// The longest run of operator signs here, if it is none of JSONPath's.
    pub(super) fn foreign_operator(&self) -> Option<Fault> {
        const FOREIGN: [(&str, &str); 10] = [
            ("===", "=="),
            ("!==", "!="),
            ("=~", ""),
            ("!~", ""),
            ("<>", "!="),
            ("=<", "<="),
            ("=>", ">="),
            ("=", "=="),
            ("&", "&&"),
            ("|", "||"),
        ];
        let rest = self.rest();
        let (foreign, ours) = FOREIGN.into_iter().find(|(foreign, _)| rest.starts_with(foreign))?;
        if foreign.len() == 1 && rest.starts_with(ours) {
            return None;
        }
        let span = self.at..self.at + foreign.len();
        let fault = Fault::new(span.clone(), format!("`{foreign}` is no operator of JSONPath"));
        Some(if ours.is_empty() {
            fault.say("write `match(@.name, 'pattern')` for the whole text, `search(...)` for a part of it")
        } else {
            fault.write(span, ours)
        })
    }
}
