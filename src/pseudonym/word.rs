//! Invented words: letters become letters of the same script and case, digits become digits, and all else stays. Two words
//! that differ become two words that differ.

use super::permute::Permutation;
use std::collections::HashMap;

/// Small letters of one script, in which a letter is replaced by another.
enum Alphabet {
    /// The first letter's code point, and how many follow one another.
    Range(u32, u32),
    Listed(&'static str),
}

static ALPHABETS: &[Alphabet] = &[
    Alphabet::Range('a' as u32, 26),
    Alphabet::Range('à' as u32, 23),
    Alphabet::Range('ø' as u32, 7),
    Alphabet::Listed("āăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżž"),
    Alphabet::Range('α' as u32, 17),
    Alphabet::Range('σ' as u32, 7),
    Alphabet::Range('а' as u32, 32),
    Alphabet::Range('ѐ' as u32, 16),
    Alphabet::Range('א' as u32, 27),
    Alphabet::Range('ء' as u32, 26),
    Alphabet::Range('ف' as u32, 10),
    Alphabet::Range('ぁ' as u32, 86),
    Alphabet::Range('ァ' as u32, 90),
    Alphabet::Range('一' as u32, 20902),
    Alphabet::Range('가' as u32, 11172),
];

/// What stands for letters and digits of scripts that no alphabet lists: told apart no further, and replaced by ASCII.
const OTHER_LETTER: usize = 200;
const OTHER_DIGIT: usize = 201;
const DIGIT: usize = 202;
const FIRST_DIGIT: usize = 203;
/// Pictures can say what words do not.
const PICTURE: usize = 204;

/// One replaceable character: which characters may take its place, which of them it is, and its case.
#[derive(Clone, Copy)]
struct Symbol {
    alphabet: usize,
    index: u32,
    capital: bool,
}

impl Symbol {
    fn of(c: char) -> Option<Symbol> {
        if c.is_ascii_digit() {
            return Some(Symbol { alphabet: DIGIT, index: c as u32 - '0' as u32, capital: false });
        }
        if c.is_numeric() {
            return Some(Symbol { alphabet: OTHER_DIGIT, index: c as u32 % 10, capital: false });
        }
        if matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}') {
            return Some(Symbol { alphabet: PICTURE, index: c as u32 % 64, capital: false });
        }
        if !c.is_alphabetic() {
            return None;
        }
        let small = only(c.to_lowercase()).filter(|small| *small == c || only(small.to_uppercase()) == Some(c));
        let (small, capital) = small.map_or((c, false), |small| (small, small != c));
        for (alphabet, letters) in ALPHABETS.iter().enumerate() {
            let index = match letters {
                Alphabet::Range(first, count) => (small as u32).checked_sub(*first).filter(|index| index < count),
                Alphabet::Listed(letters) => letters.chars().position(|letter| letter == small).map(|index| index as u32),
            };
            if let Some(index) = index {
                return Some(Symbol { alphabet, index, capital });
            }
        }
        Some(Symbol { alphabet: OTHER_LETTER, index: c as u32 % 26, capital: false })
    }

    fn radix(self) -> u32 {
        match self.alphabet {
            FIRST_DIGIT => 9,
            DIGIT | OTHER_DIGIT => 10,
            OTHER_LETTER => 26,
            PICTURE => 64,
            known => match &ALPHABETS[known] {
                Alphabet::Range(_, count) => *count,
                Alphabet::Listed(letters) => letters.chars().count() as u32,
            },
        }
    }

    fn character(self, index: u32) -> char {
        let small = match self.alphabet {
            FIRST_DIGIT => char::from_digit(index + 1, 10),
            DIGIT | OTHER_DIGIT => char::from_digit(index, 10),
            OTHER_LETTER => char::from_u32('a' as u32 + index),
            PICTURE => char::from_u32('😀' as u32 + index),
            known => match &ALPHABETS[known] {
                Alphabet::Range(first, _) => char::from_u32(first + index),
                Alphabet::Listed(letters) => letters.chars().nth(index as usize),
            },
        };
        let small = small.expect("an index below the radix is a character of its alphabet");
        if self.capital { only(small.to_uppercase()).unwrap_or(small) } else { small }
    }

    fn is_digit(self) -> bool {
        matches!(self.alphabet, DIGIT | FIRST_DIGIT | OTHER_DIGIT)
    }
}

/// The length of a number with commas between its thousands, `43,750`, at the start of the text: Bob writes amounts so for
/// people, and they must agree with the amounts that it writes for programs.
fn grouped(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(text);
    if !(1..=3).contains(&length) || text.starts_with('0') || !text[length..].starts_with(',') {
        return 0;
    }
    while text[length..].starts_with(',') {
        if digits(&text[length + 1..]) != 3 {
            return 0;
        }
        length += 4;
    }
    length
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    characters.next().filter(|_| characters.next().is_none())
}

/// As many replacements are remembered at a time: names and ids come again and again, and memory does not grow with the company.
const REMEMBERED: usize = 1 << 16;

/// Replaces words, and remembers what became of them.
pub struct Words {
    pub permutation: Permutation,
    known: HashMap<String, String>,
}

impl Words {
    pub fn new(key: &[u8]) -> Self {
        Words { permutation: Permutation::new(key), known: HashMap::new() }
    }

    /// Replaces every run of letters and every run of digits; what stands between them stays.
    pub fn replace(&mut self, text: &str, out: &mut String) {
        self.each_run(text, out, true);
    }

    /// Replaces runs of digits only.
    pub fn replace_digits(&mut self, text: &str, out: &mut String) {
        self.each_run(text, out, false);
    }

    fn each_run(&mut self, text: &str, out: &mut String, letters: bool) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let kind = |c: char| Symbol::of(c).map(Symbol::is_digit);
            let length = match grouped(rest) {
                0 => rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len()),
                length => length,
            };
            let (run, after) = rest.split_at(length);
            rest = after;
            match kind(first) {
                Some(true) if run.contains(',') => {
                    let mut digits = String::new();
                    self.replace_run(&run.replace(',', ""), true, &mut digits);
                    let mut digits = digits.chars();
                    out.extend(run.chars().filter_map(|c| if c == ',' { Some(c) } else { digits.next() }));
                }
                Some(digits) if digits || letters => self.replace_run(run, digits, out),
                _ => out.push_str(run),
            }
        }
    }

    fn replace_run(&mut self, run: &str, digits: bool, out: &mut String) {
        // A number keeps its noughts in front, and with them its length.
        let noughts = if digits { run.len() - run.trim_start_matches('0').len() } else { 0 };
        out.push_str(&run[..noughts]);
        let run = &run[noughts..];
        if let Some(known) = self.known.get(run) {
            out.push_str(known);
            return;
        }
        let mut symbols: Vec<Symbol> = run.chars().filter_map(Symbol::of).collect();
        if let Some(first) = symbols.first_mut().filter(|first| first.alphabet == DIGIT) {
            *first = Symbol { alphabet: FIRST_DIGIT, index: first.index - 1, ..*first };
        }
        let mut replaced = String::with_capacity(run.len());
        let mut done = 0;
        while done < symbols.len() {
            let mut bound = 1u128;
            let part = symbols[done..]
                .iter()
                .take_while(|symbol| {
                    bound *= u128::from(symbol.radix());
                    bound < 1 << 110
                })
                .count();
            self.replace_part(&symbols[..done], &symbols[done..done + part], &mut replaced);
            done += part;
        }
        out.push_str(&replaced);
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(run.to_owned(), replaced);
    }

    /// `before` is what stands before the part in its word: another beginning gives another ending.
    fn replace_part(&self, before: &[Symbol], part: &[Symbol], out: &mut String) {
        let mut kind = Vec::new();
        for symbol in before {
            kind.extend_from_slice(&[symbol.alphabet as u8]);
            kind.extend_from_slice(&symbol.index.to_be_bytes());
        }
        kind.push(u8::MAX);
        kind.extend(part.iter().map(|symbol| symbol.alphabet as u8));
        let (bound, number) = part.iter().fold((1u128, 0u128), |(bound, number), symbol| {
            let radix = u128::from(symbol.radix());
            (bound * radix, number * radix + u128::from(symbol.index))
        });
        let mut number = self.permutation.apply(&kind, bound, number);
        let mut indexes: Vec<u32> = part
            .iter()
            .rev()
            .map(|symbol| {
                let radix = u128::from(symbol.radix());
                let index = (number % radix) as u32;
                number /= radix;
                index
            })
            .collect();
        indexes.reverse();
        out.extend(part.iter().zip(indexes).map(|(symbol, index)| symbol.character(index)));
    }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use std::collections::HashSet;

    fn replaced(text: &str) -> String {
        let mut out = String::new();
        Words::new(b"a key").replace(text, &mut out);
        out
    }

    /// The text with a letter for each class of characters.
    fn shape(text: &str) -> String {
        let class = |c: char| match c {
            '0'..='9' => '9',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            'א'..='ת' => 'ש',
            c if c.is_uppercase() => 'É',
            c if c.is_alphabetic() => 'é',
            c => c,
        };
        text.chars().map(class).collect()
    }

    #[test]
    fn a_word_keeps_its_shape() {
        for text in
            ["Ada", "McBride-O'Neil", "נועה בן־עמי", "Zoë Ångström", "+44 (0)20 7946-0101", "SE1 2XX", "3332883884017713201"]
        {
            let other = replaced(text);
            assert_ne!(other, text);
            assert_eq!(shape(&other), shape(text));
        }
        assert_eq!(replaced("0 00 - … (+)"), "0 00 - … (+)");
        assert!(!replaced("🏳️‍🌈").contains(['🏳', '🌈']));
    }

    #[test]
    fn a_word_becomes_the_same_wherever_it_stands_and_however_it_is_capitalised() {
        let (ada, marlowe) = (replaced("Ada"), replaced("Marlowe"));
        assert_eq!(replaced("Ada Marlowe"), format!("{ada} {marlowe}"));
        assert_eq!(replaced("MARLOWE, ada"), format!("{}, {}", marlowe.to_uppercase(), ada.to_lowercase()));
    }

    #[test]
    fn an_amount_is_the_same_with_commas_and_without() {
        assert_eq!(replaced("43,750.00 x").replace(',', ""), replaced("43750.00 x"));
        assert_eq!(replaced("1,234,567").replace(',', ""), replaced("1234567"));
        assert_eq!(replaced("12,34"), format!("{},{}", replaced("12"), replaced("34")));
    }

    #[test]
    fn what_differs_goes_on_to_differ() {
        let numbers: HashSet<String> = (1..2000).map(|number| replaced(&number.to_string())).collect();
        assert_eq!(numbers.len(), 1999);
        let long = |end: char| replaced(&format!("{}{end}", "x".repeat(60)));
        assert_eq!(('a'..='z').map(long).collect::<HashSet<_>>().len(), 26);
    }

    #[test]
    fn letters_of_every_script_are_replaced() {
        for letter in ['Ł', 'ş', 'Ж', 'ς', 'ß', 'ı', '李', 'ナ', '김', 'ع', 'आ', '½', '٣'] {
            let word: String = std::iter::repeat_n(letter, 12).collect();
            let other = replaced(&word);
            assert_eq!(other.chars().count(), 12);
            assert!(!other.contains(&word[..letter.len_utf8() * 4]), "{letter}");
        }
    }
}
