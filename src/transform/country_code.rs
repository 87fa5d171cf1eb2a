//! `country_code`

use super::{Argument, Context, Definition, Example, Failure, Gives, OnLists, Step, strip_accents};
use crate::value::{Shape, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

pub static DEFINITION: Definition = Definition {
    name: "country_code",
    summary: "Turns an English country name, or a three-letter code, into the two letters of ISO 3166-1.",
    notes: "Known are ISO's short names, former names and names in daily use (UK, USA, South Korea, Czech Republic), and all \
            two- and three-letter codes; case, accents, punctuation and `the` don't matter. England, Scotland, Wales and \
            Northern Ireland are GB. What could be two countries (Korea, Congo, Virgin Islands) is invalid, and so is what has \
            no code (Kosovo): put `spellings` or `replace` before it.",
    accepts: &[Shape::Text],
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example { step: "country_code", input: "United Kingdom", output: Some("GB") },
        Example { step: "country_code", input: "the czech republic", output: Some("CZ") },
        Example { step: "country_code", input: "usa", output: Some("US") },
        Example { step: "country_code", input: "Korea", output: None },
    ],
    compile: |_| Ok(Box::new(CountryCode)),
};

#[derive(Debug)]
struct CountryCode;

impl Step for CountryCode {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let Value::Text(text) = &value else { return Err(Failure::shape(&value, "the name of a country")) };
        match CODES.get(fold(text).as_str()) {
            Some(code) => Ok(Value::Text(Cow::Borrowed(code))),
            None => Err(Failure::new("not the English name, or the code in ISO 3166-1, of one country")),
        }
    }
}

/// `GB GBR United Kingdom|UK|...`: what the file's own head says.
const COUNTRIES: &str = include_str!("countries.txt");

static CODES: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| entries().flat_map(|(code, names)| names.into_iter().map(move |name| (fold(name), code))).collect());

/// Each alpha-2 code with all that stands for it, itself first.
fn entries() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    COUNTRIES.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (alpha2, rest) = line.split_once(' ').expect("a line is two codes and names");
        let (alpha3, names) = rest.split_once(' ').expect("a line is two codes and names");
        (alpha2, [alpha2, alpha3].into_iter().chain(names.split('|')).collect())
    })
}

/// Small letters without accents, words parted by one blank, without punctuation and `the`.
fn fold(name: &str) -> String {
    let plain = strip_accents::strip(name).to_lowercase().replace('&', " and ").replace(['.', '\'', '’'], "");
    let words = plain.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "the");
    words.map(|word| if word == "st" { "saint" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{CODES, entries, fold};
    use std::collections::HashMap;

    #[test]
    fn there_are_249_countries_and_no_name_means_two() {
        assert_eq!(entries().count(), 249);
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (code, names) in entries() {
            assert!(code.len() == 2 && names[1].len() == 3, "{code}");
            for name in names {
                let before = seen.insert(fold(name), code);
                assert!(before.is_none_or(|before| before == code), "{name}: {before:?} and {code}");
            }
        }
    }

    #[test]
    fn countries_are_known_by_their_everyday_names() {
        for (name, code) in [
            ("UK", "GB"),
            ("Great Britain", "GB"),
            ("U.S.A.", "US"),
            ("United States of America", "US"),
            ("deu", "DE"),
            ("Türkiye", "TR"),
            ("Turkey", "TR"),
            ("Cote d’Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            ("St. Lucia", "LC"),
            ("Trinidad & Tobago", "TT"),
            ("Korea, Republic of", "KR"),
            ("Korea (South)", "KR"),
            ("VIETNAM", "VN"),
            ("Viet Nam", "VN"),
            ("Bosnia-Herzegovina", "BA"),
            ("Russian Federation", "RU"),
            ("Hong Kong", "HK"),
            ("The Netherlands", "NL"),
            ("Israel", "IL"),
        ] {
            assert_eq!(CODES.get(&fold(name)).copied(), Some(code), "{name}");
        }
        for name in ["", "the", "Korea", "Congo", "Virgin Islands", "Kosovo", "XX", "Europe", "Georgia USA"] {
            assert_eq!(CODES.get(&fold(name)), None, "{name}");
        }
    }
}
