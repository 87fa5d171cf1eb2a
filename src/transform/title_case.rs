//! `title_case`

use super::text::{TEXT, step};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "title_case",
    summary: "Makes the first letter of each word a capital and all others lower case.",
    notes: "A word begins after a blank, after any sign but an apostrophe, and after an apostrophe that follows a word's first \
            letter: `O'BRIEN` becomes `O'Brien`, and `PEOPLE'S TEAM` becomes `People's Team`. Names with a capital inside lose \
            it: `McDonald` becomes `Mcdonald`.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "title_case", input: "ANNE-MARIE O'BRIEN", output: Some("Anne-Marie O'Brien") },
        Example { step: "title_case", input: "people's team", output: Some("People's Team") },
        Example { step: "title_case", input: "true", output: None },
    ],
    compile: |_| Ok(step("title_case", (), |(), text| Ok(Cow::Owned(title_case(text))))),
};

fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters_in_word = 0;
    // The whole text at once: a sigma at the end of a word has a lower case of its own.
    for letter in text.to_lowercase().chars() {
        if letter.is_alphanumeric() || unicode_normalization::char::is_combining_mark(letter) {
            if letters_in_word == 0 {
                let mut capital = letter.to_uppercase();
                out.extend(capital.next());
                out.extend(capital.flat_map(char::to_lowercase));
            } else {
                out.push(letter);
            }
            letters_in_word += 1;
        } else {
            out.push(letter);
            if !matches!(letter, '\'' | '’') || letters_in_word == 1 {
                letters_in_word = 0;
            }
        }
    }
    out
}
