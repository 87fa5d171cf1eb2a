//! Templates: `{x}` must have a value, `{x?}` may be blank, `{{` is a brace.

use super::{Compiler, Needs, Scope};
use crate::diagnostic::Code;
use crate::mapping::compiled::{Part, Template};
use crate::mapping::document::Place;
use crate::value::Kind;
use std::ops::Range;

/// A template's text taken apart; places are bytes of the text.
enum Token<'t> {
    Text(&'t str),
    Field { name: &'t str, optional: bool, span: Range<usize> },
}

impl<'p> Compiler<'p> {
    pub(super) fn template(&mut self, scope: &Scope<'p>, text: &str, place: Place, needs: &mut Needs) -> Option<Template> {
        let tokens = match tokens(text) {
            Ok(tokens) => tokens,
            Err((span, message)) => {
                let span = self.project.inside(place, span);
                self.find_at(Code::BadTemplate, place, span, message).help =
                    Some("a field is written {name}, a brace {{ or }}".to_owned());
                return None;
            }
        };
        let mut parts = Vec::new();
        let mut whole = true;
        for token in tokens {
            match token {
                Token::Text(text) => parts.push(Part::Text(text.to_owned())),
                Token::Field { name, optional, span } => {
                    if self.is_removed(scope, name, place) {
                        whole = false;
                        continue;
                    }
                    if name.starts_with('$') {
                        let span = self.project.inside(place, span);
                        self.find_at(Code::BadTemplate, place, span, "a template names fields, not paths").help =
                            Some(format!("make a helper field (`_name: {name}`) and write {{_name}}"));
                        whole = false;
                        continue;
                    }
                    if !scope.whole.fields.contains_key(name) {
                        let span = self.project.inside(place, span);
                        self.find_at(Code::TemplateUnknownField, place, span, format!("the file has no field `{name}`"));
                        self.suggest(name, scope.whole.fields.keys().copied());
                        whole = false;
                        continue;
                    }
                    match self.field(scope, name) {
                        Some(field) if matches!(self.fields[field].kind, Kind::List | Kind::Json) => {
                            let span = self.project.inside(place, span);
                            let is = super::literal::expected(self.fields[field].kind);
                            let message = format!("`{name}` is {is}; a template takes plain values");
                            self.find_at(Code::BadTemplate, place, span, message).help =
                                Some("name a field that is text, a number or a date".to_owned());
                            whole = false;
                        }
                        Some(field) => {
                            needs.feeding.push(field);
                            parts.push(Part::Field { field, optional });
                        }
                        None => whole = false,
                    }
                }
            }
        }
        if !parts.iter().any(|part| matches!(part, Part::Field { .. })) && whole {
            self.find(Code::BadTemplate, place, "the template names no field").help =
                Some("a fixed word is a `constant`".to_owned());
            return None;
        }
        whole.then_some(Template { parts })
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, (Range<usize>, &'static str)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            tokens.push(Token::Text(&rest[..1]));
            at += 2;
        } else if rest.starts_with('}') {
            return Err((at..at + 1, "a closing brace without an opening one"));
        } else if rest.starts_with('{') {
            let Some(end) = rest.find('}') else { return Err((at..text.len(), "the brace is not closed")) };
            let inner = &rest[1..end];
            let (name, optional) = match inner.strip_suffix('?') {
                Some(name) => (name, true),
                None => (inner, false),
            };
            if name.is_empty() || name.contains(['{', ' ']) {
                return Err((at..at + end + 1, "the braces hold no field's name"));
            }
            tokens.push(Token::Field { name, optional, span: at + 1..at + 1 + name.len() });
            at += end + 1;
        } else {
            let end = rest.find(['{', '}']).unwrap_or(rest.len());
            tokens.push(Token::Text(&rest[..end]));
            at += end;
        }
    }
    Ok(tokens)
}
