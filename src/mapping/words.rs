//! Words by their spellings, compared without regard to case and blanks.

use crate::value::Value;
use crate::value::text::{folded, has_tidy_ends};

/// Words by their folded spellings.
#[derive(Debug)]
pub struct Words {
    spellings: Vec<Spelling>,
    /// Numbers of spellings, each at the place that its hash says or behind it; twice as many places as spellings, at least.
    places: Vec<Option<u32>>,
}

#[derive(Debug)]
struct Spelling {
    folded: Box<str>,
    short: Option<Short>,
    word: Value<'static>,
}

impl Words {
    pub fn new(words: impl IntoIterator<Item = (String, Value<'static>)>) -> Words {
        let spelling =
            |(folded, word): (String, _)| Spelling { short: Short::of(folded.as_bytes()), folded: folded.into(), word };
        let spellings: Vec<_> = words.into_iter().map(spelling).collect();
        let mut places = vec![None; (2 * spellings.len()).next_power_of_two()];
        for (number, spelling) in spellings.iter().enumerate() {
            let mut at = hash(spelling.folded.as_bytes()) & (places.len() - 1);
            while places[at].is_some() {
                at = (at + 1) & (places.len() - 1);
            }
            places[at] = Some(number as u32);
        }
        Words { spellings, places }
    }

    /// The word for a folded spelling.
    pub fn get(&self, folded: &[u8]) -> Option<&Value<'static>> {
        self.find(hash(folded), |spelling| spelling.folded.as_bytes() == folded)
    }

    /// The word for a text, which is folded first.
    #[inline]
    pub fn look_up(&self, text: &str) -> Option<&Value<'static>> {
        match Short::of(text.as_bytes()) {
            short @ Some(key) if has_tidy_ends(text) => self.find(key.hash(), |spelling| spelling.short == short),
            _ => folded(text, |folded| self.get(folded)),
        }
    }

    #[inline]
    fn find(&self, hash: usize, is: impl Fn(&Spelling) -> bool) -> Option<&Value<'static>> {
        let mut at = hash & (self.places.len() - 1);
        while let Some(number) = self.places[at] {
            let spelling = &self.spellings[number as usize];
            if is(spelling) {
                return Some(&spelling.word);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        None
    }

    /// Each folded spelling with its word.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'static>)> {
        self.spellings.iter().map(|spelling| (&*spelling.folded, &spelling.word))
    }
}

/// Up to 16 signs of ASCII in lower case. It stays in registers: a text that is lowered in memory has to be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Short {
    length: usize,
    /// The first and the last bytes, which may overlap.
    ends: [u64; 2],
}

impl Short {
    #[inline]
    fn of(text: &[u8]) -> Option<Short> {
        let ends = match (text.first_chunk(), text.last_chunk()) {
            (Some(first), Some(last)) if text.len() <= 16 => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
            (Some(_), _) => return None,
            _ => match (text.first_chunk(), text.last_chunk()) {
                (Some(first), Some(last)) => [u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()],
                _ => [text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0],
            },
        };
        let is_ascii = (ends[0] | ends[1]) & HIGHS == 0;
        is_ascii.then(|| Short { length: text.len(), ends: ends.map(lower) })
    }

    #[inline]
    fn hash(self) -> usize {
        mix(mix(self.length as u64, self.ends[0]), self.ends[1]) as usize
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x80 * ONES;

/// Eight signs of ASCII in lower case.
#[inline]
fn lower(word: u64) -> u64 {
    // The high bit of a byte says whether it is at least the letter.
    let from = |letter: u8| word + ONES * u64::from(0x80 - letter);
    let upper = from(b'A') & !from(b'Z' + 1) & HIGHS;
    word | upper >> 2
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// A quick hash. Whoever writes the mapping chooses the spellings, so that no input makes a search long.
fn hash(bytes: &[u8]) -> usize {
    if let Some(short) = Short::of(bytes) {
        return short.hash();
    }
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(bytes.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let rest = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash, rest) as usize
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::value::Value;
    use crate::value::text::fold;
    use proptest::collection::vec;
    use proptest::{prop_assert_eq, proptest};

    #[test]
    fn every_spelling_has_its_word_and_nothing_else_has_one() {
        for count in [0, 1, 2, 3, 7, 100, 1000] {
            let spelling = |number: usize| format!("spelling {number}");
            let words = Words::new((0..count).map(|number| (spelling(number), Value::text(number.to_string()))));
            for number in 0..count {
                assert_eq!(words.get(spelling(number).as_bytes()), Some(&Value::text(number.to_string())));
            }
            for other in ["", "s", "spelling", "spelling 1000", "another and longer spelling"] {
                assert_eq!(words.get(other.as_bytes()), None, "{other}");
                assert_eq!(words.look_up(other), None, "{other}");
            }
            assert_eq!(words.iter().count(), count);
        }
    }

    proptest! {
        #[test]
        fn a_text_is_looked_up_as_what_it_folds_to(
            spellings in vec("[a-c@`é]{0,2}[a-d ]{0,20}", 1..20),
            texts in vec("[ ]?[A-Ca-c@`\\[{éÉ]{0,2}[A-Da-d ]{0,20}", 20),
        ) {
            let folded = spellings.iter().map(|text| fold(text).into_owned());
            let words = Words::new(folded.clone().map(|text| (text.clone(), Value::text(text))));
            for text in texts.iter().map(String::as_str).chain(spellings.iter().map(String::as_str)) {
                let folded = fold(text);
                prop_assert_eq!(words.look_up(text), words.get(folded.as_bytes()));
                let is_listed = words.iter().any(|(spelling, _)| spelling == folded);
                prop_assert_eq!(words.look_up(text).is_some(), is_listed);
                let upper = text.to_ascii_uppercase();
                prop_assert_eq!(words.look_up(&upper), words.get(fold(&upper).as_bytes()));
            }
        }
    }
}
