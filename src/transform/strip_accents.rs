//! `strip_accents`

use super::text::{TEXT, step};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

pub static DEFINITION: Definition = Definition {
    name: "strip_accents",
    summary: "Takes the accents off Latin letters and leaves other scripts alone.",
    notes: "Letters that are no accented form of another one have a fixed spelling: `ß` ss, `æ` ae, `œ` oe, `ø` o, `đ` d, `ð` \
            d, `ħ` h, `ı` i, `ł` l, `ŧ` t, `þ` th. No language's habits are followed: `ü` becomes `u`, not `ue`.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "strip_accents", input: "Zoë Łukasz Müller-Straße", output: Some("Zoe Lukasz Muller-Strasse") },
        Example { step: "strip_accents", input: "דנה José", output: Some("דנה Jose") },
        Example { step: "strip_accents", input: "true", output: None },
    ],
    compile: |_| Ok(step("strip_accents", (), |(), text| Ok(strip(text)))),
};

/// Also the form in which `country_code` compares names.
pub fn strip(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut after_latin = false;
    for letter in text.nfd() {
        let accent = matches!(letter, '\u{300}'..='\u{36f}');
        if accent && after_latin {
            continue;
        }
        match plain(letter) {
            Some(plain) => out.push_str(plain),
            None => out.push(letter),
        }
        after_latin = is_latin(letter);
    }
    // Only what is Latin was to be changed: the other scripts are put together again.
    Cow::Owned(out.nfc().collect())
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || (letter.is_alphabetic() && matches!(letter, '\u{c0}'..='\u{24f}'))
}

fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ø' => "o",
        'Ø' => "O",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ħ' => "h",
        'Ħ' => "H",
        'ı' => "i",
        'ł' => "l",
        'Ł' => "L",
        'ŧ' => "t",
        'Ŧ' => "T",
        'þ' => "th",
        'Þ' => "TH",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn only_latin_letters_lose_their_accents() {
        for (text, plain) in
            [("Đặng Thị Ánh", "Dang Thi Anh"), ("İrem Işık", "Irem Isik"), ("e\u{301}e\u{301}", "ee"), ("Ǻsa ẞ", "Asa SS")]
        {
            assert_eq!(strip(text), plain);
        }
        for text in ["Андрей", "हिन्दी", "がぎ", "김하늘", "Ωμέγα", "שָׁלוֹם"] {
            assert_eq!(strip(text), unicode_normalization::UnicodeNormalization::nfc(text).collect::<String>());
        }
    }
}
