//! Spellings: what Bob may say for each of our words.

use super::Compiler;
use super::field::FieldType;
use crate::diagnostic::Code;
use crate::mapping::compiled::Spellings;
use crate::mapping::document::{NodeRef, Place};
use crate::mapping::whole::WholeField;
use crate::mapping::words::Words;
use crate::target::TargetField;
use crate::value::text::{fold, nearest};
use crate::value::{Kind, Value};
use std::collections::HashMap;

/// Spellings as written, held against the field's type.
pub(super) struct WrittenSpellings {
    /// Folded spelling: our word, and where the spelling stands (nowhere for a target's own words).
    pub words: HashMap<String, (Value<'static>, Option<Place>)>,
    pub otherwise: Option<Value<'static>>,
    pub pass_through: bool,
}

impl WrittenSpellings {
    pub fn compile(self) -> Spellings {
        Spellings {
            words: Words::new(self.words.into_iter().map(|(spelling, (word, _))| (spelling, word))),
            otherwise: self.otherwise,
            pass_through: self.pass_through,
        }
    }

    /// Whether every spelling ends somewhere.
    pub fn takes_everything(&self) -> bool {
        self.otherwise.is_some() || self.pass_through
    }
}

impl<'p> Compiler<'p> {
    pub(super) fn written_spellings(
        &mut self,
        written: &WholeField<'p>,
        kind: &FieldType,
        target: Option<&TargetField>,
    ) -> Option<WrittenSpellings> {
        // On a list, spellings are those of its elements.
        let scalar = if kind.kind == Kind::List { kind.items } else { kind.kind };
        let otherwise = written.pick(|field| field.otherwise).and_then(|(NodeRef(place), _)| {
            let words: &[String] = if kind.open { &[] } else { &kind.words };
            match self.literal(place, scalar, Kind::String, words) {
                Ok(value) => Some(value),
                Err(message) => {
                    self.find(Code::DefaultOutsideType, place, message).help =
                        super::literal::how_to_write(scalar).map(str::to_owned);
                    None
                }
            }
        });
        let pass_through = written.pick(|field| field.pass_through).filter(|(pass, _)| *pass);
        if let Some((_, place)) = pass_through
            && !kind.open
            && scalar == Kind::Enum
        {
            self.find_key(
                Code::TargetTypeMismatch,
                place,
                "pass_through",
                "the target takes no words but its own, so none can pass through",
            )
            .help = Some("give an `otherwise`, or leave unknown spellings invalid".to_owned());
        }
        let mut words: HashMap<String, (Value<'static>, Option<Place>)> = HashMap::new();
        let (mut any, mut sound) = (false, true);
        for layer in written.spellings() {
            any = true;
            let above: Vec<String> = words.keys().cloned().collect();
            for (word, spellings) in layer.iter() {
                let Some(value) = self.spelled_word(word.place, kind) else {
                    sound = false;
                    continue;
                };
                for spelling in spellings.iter() {
                    let NodeRef(place) = spelling.value;
                    let folded = fold(self.project.text(place)).into_owned();
                    if above.contains(&folded) {
                        continue;
                    }
                    if let Some((_, first)) = words.get(&folded) {
                        let first = *first;
                        let text = self.project.text(place).to_owned();
                        let first_span = first.map(|first| (first.file, self.project.span(first)));
                        let finding = self.find(
                            Code::SpellingTwice,
                            place,
                            format!("the spelling `{text}` stands here for the second time"),
                        );
                        finding.help = Some(
                            "case, blanks at the ends and the way accents are written do not count; keep one of the two"
                                .to_owned(),
                        );
                        if let Some((file, span)) = first_span {
                            finding.related.push(crate::diagnostic::Related {
                                file,
                                span,
                                message: "first given here".to_owned(),
                            });
                        }
                        continue;
                    }
                    words.insert(folded, (value.clone(), Some(place)));
                }
            }
        }
        if !any {
            return self.words_of_enum(written, kind, otherwise, pass_through.is_some());
        }
        if sound {
            self.uncovered_words(written, target, &words, otherwise.as_ref());
        }
        Some(WrittenSpellings { words, otherwise, pass_through: pass_through.is_some() })
    }

    /// One of our words, as a value of the field's type.
    fn spelled_word(&mut self, place: Place, kind: &FieldType) -> Option<Value<'static>> {
        let words: &[String] = if kind.open { &[] } else { &kind.words };
        let scalar = if kind.kind == Kind::List { kind.items } else { kind.kind };
        match self.word(place, scalar, words) {
            Ok(value) => Some(value),
            Err(message) => {
                let near = nearest(self.project.text(place), words.iter().map(String::as_str)).map(str::to_owned);
                let code = if kind.words.is_empty() { Code::DefaultOutsideType } else { Code::TargetTypeMismatch };
                let finding = self.find(code, place, message);
                finding.help = super::literal::how_to_write(scalar).map(str::to_owned);
                if let Some(near) = near {
                    finding.help = Some(format!("did you mean `{near}`?"));
                    finding.replacement = Some(near);
                }
                None
            }
        }
    }

    /// An enum without spellings knows the target's words as they are.
    fn words_of_enum(
        &mut self,
        written: &WholeField<'p>,
        kind: &FieldType,
        otherwise: Option<Value<'static>>,
        pass_through: bool,
    ) -> Option<WrittenSpellings> {
        let is_enum = kind.kind == Kind::Enum || kind.kind == Kind::List && kind.items == Kind::Enum;
        let has_use = written.sources().iter().flat_map(|(_, sources)| sources).any(|source| {
            matches!(source, crate::mapping::whole::SourceKey::Use(..) | crate::mapping::whole::SourceKey::Constant(_))
        });
        if !is_enum || has_use && kind.words.is_empty() {
            return None;
        }
        if kind.words.is_empty() {
            let key = if kind.kind == Kind::List { "items" } else { "type" };
            let given = written.layers.iter().find(|layer| self.project.child(layer.place, key).is_some());
            let place = given.map_or(written.place(), |layer| layer.place);
            self.find_key(Code::BadType, place, key, "an enum needs `spellings`: its words and what Bob may say for each").help =
                Some("without a list of words it is `type: string`".to_owned());
            return None;
        }
        let word = |word: &String| (fold(word).into_owned(), (Value::Text(word.clone().into()), None));
        Some(WrittenSpellings { words: kind.words.iter().map(word).collect(), otherwise, pass_through })
    }

    fn uncovered_words(
        &mut self,
        written: &WholeField<'p>,
        target: Option<&TargetField>,
        words: &HashMap<String, (Value<'static>, Option<Place>)>,
        otherwise: Option<&Value<'static>>,
    ) {
        let Some(target) = target else { return };
        let default = written.pick(|field| field.default).map(|(NodeRef(place), _)| self.project.text(place).to_owned());
        let covered = |word: &String| {
            words.values().any(|(value, _)| value.as_text() == Some(word))
                || otherwise.and_then(Value::as_text) == Some(word)
                || default.as_ref() == Some(word)
        };
        let missing: Vec<&str> = target.words.iter().filter(|word| !covered(word)).map(String::as_str).collect();
        if let (false, Some((_, place))) = (missing.is_empty(), written.pick(|field| field.spellings.as_ref())) {
            let message = format!("no spelling leads to {} of the target", missing.join(", "));
            self.find_key(Code::TargetEnumUncovered, place, "spellings", message).help =
                Some("add what Bob says for it, if Bob has it at all".to_owned());
        }
    }
}
