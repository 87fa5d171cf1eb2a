//! What is said of words that can't stand where they stand: names without quotes, operators and functions of other dialects.

use super::fault::{Fault, shown};
use super::function::Function;
use super::message::{BLANKS, Beside};
use super::print;
use super::token::{Token, name_length};

impl Beside<'_> {
    /// A word where a word can't stand: outside filters, or right after a value.
    pub(super) fn stray_word(&self) -> Fault {
        let (word, span) = (self.word(), self.word_span());
        if self.rest().starts_with(char::is_whitespace) {
            return Fault::new(span, format!("{} can't stand here", shown(self.rest().chars().next())));
        }
        if self.in_selectors {
            if self.last().is_some_and(|last| matches!(last.token, Token::Text(_))) {
                return self.two_values();
            }
            let rest = self.rest();
            let name = rest[..rest.find([',', ']']).unwrap_or(rest.len())].trim_end_matches(BLANKS);
            let span = self.at..self.at + name.len();
            if name.contains(['=', '<', '>', '(']) {
                return Fault::new(span, "a condition starts with `?`, and its paths with `@`").say("such as `[?@.name == 'x']`");
            }
            return Fault::new(span.clone(), "a name in brackets stands in quotes").write(span, print::quoted(name));
        }
        if !self.in_filter {
            if let Some(fault) = self.in_name() {
                return fault;
            }
            let end = self.last().map_or(0, |last| last.span.end);
            return Fault::new(span, format!("a dot is missing before `{word}`")).write(end..self.at, ".");
        }
        let ours = match word.to_ascii_lowercase().as_str() {
            "and" => "&&",
            "or" => "||",
            "eq" | "is" => "==",
            "ne" => "!=",
            "lt" => "<",
            "le" | "lte" => "<=",
            "gt" => ">",
            "ge" | "gte" => ">=",
            _ => "",
        };
        let fault = Fault::new(span.clone(), format!("`{word}` is no operator of JSONPath"));
        if !ours.is_empty() {
            return fault.write(span, ours);
        }
        let follows = self.path[span.end..].trim_start_matches(BLANKS);
        let value_follows =
            follows.starts_with(['\'', '"', '[', '$', '@', '-', '{', '/']) || follows.starts_with(char::is_alphanumeric);
        match self.in_name() {
            Some(fault) if !value_follows => fault,
            _ if word == "in" => fault.say("compare with each value: `@.a == 'x' || @.a == 'y'`"),
            _ => fault.say("the operators are == != < <= > >= && || and !"),
        }
    }

    /// A word in a filter that is neither a function nor true, false or null.
    pub(super) fn unknown_word(&self) -> Fault {
        let (word, span) = (self.word(), self.word_span());
        if self.rest().starts_with(char::is_whitespace) {
            return Fault::new(span, format!("{} can't stand here", shown(self.rest().chars().next())));
        }
        let after = &self.path[span.end..];
        let blanks = after.len() - after.trim_start_matches(BLANKS).len();
        let is_call = after[blanks..].starts_with('(');
        let lower = word.to_ascii_lowercase();
        let known = Function::ALL.into_iter().map(Function::name);
        if is_call && known.clone().any(|name| name == word) {
            let blanks = span.end..span.end + blanks;
            return Fault::new(blanks.clone(), format!("a blank stands between `{word}` and its parenthesis")).write(blanks, "");
        }
        match lower.as_str() {
            "not" => {
                return Fault::new(span.clone(), format!("`{word}` is no operator of JSONPath"))
                    .write(span.start..span.end + blanks, "!");
            }
            "true" | "false" | "null" if !is_call => {
                return Fault::new(span.clone(), format!("`{word}` is written in small letters")).write(span, lower);
            }
            _ if is_call => {
                let fault = Fault::new(span.clone(), format!("JSONPath has no function `{word}`"));
                let near = known.filter(|name| strsim::damerau_levenshtein(name, &lower) <= 2);
                return match near.min_by_key(|name| strsim::damerau_levenshtein(name, &lower)) {
                    Some(name) => fault.write(span, name),
                    None => fault.say("the functions are length(), count(), value(), match() and search()"),
                };
            }
            _ => {}
        }
        let end = self.at + name_length(self.rest()).max(word.len());
        let name = &self.path[self.at..end];
        Fault::new(self.at..end, format!("`{name}` is neither a path nor a quoted text")).say(format!(
            "write `{}` for a text, `@{}` for a member",
            print::quoted(name),
            print::child(name)
        ))
    }
}
