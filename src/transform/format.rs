//! Date formats in words (`DD/MM/YYYY hh:mm`), and whether two of them read one text differently.

use super::ArgumentError;
use crate::value::time::Iso;
use jiff::civil::{Date, DateTime, Time, date};
use std::fmt;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Exactly so many digits: four for the year, two for the rest.
    Digits(Unit),
    /// One digit or two.
    Short(Unit),
    MonthName,
    Sign(char),
}

const WORDS: [(&str, Part); 9] = [
    ("YYYY", Part::Digits(Unit::Year)),
    ("MM", Part::Digits(Unit::Month)),
    ("M", Part::Short(Unit::Month)),
    ("MMM", Part::MonthName),
    ("DD", Part::Digits(Unit::Day)),
    ("D", Part::Short(Unit::Day)),
    ("hh", Part::Digits(Unit::Hour)),
    ("mm", Part::Digits(Unit::Minute)),
    ("ss", Part::Digits(Unit::Second)),
];

impl Part {
    fn unit(self) -> Option<Unit> {
        match self {
            Part::Digits(unit) | Part::Short(unit) => Some(unit),
            Part::MonthName => Some(Unit::Month),
            Part::Sign(_) => None,
        }
    }

    fn begins_with_digit(self) -> bool {
        matches!(self, Part::Digits(_) | Part::Short(_))
    }
}

/// A format that has been read and found good.
#[derive(Debug, Clone)]
pub struct Format {
    text: String,
    parts: Vec<Part>,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Format {
    /// A format to read dates with: it names a day, and a time only from the hour on.
    ///
    /// # Errors
    /// Names the word that is unknown, missing, there twice, or of a length that can't be told.
    pub fn to_read(text: &str) -> Result<Self, ArgumentError> {
        let format = Self::new(text)?;
        for (unit, name, word) in [(Unit::Year, "year", "YYYY"), (Unit::Month, "month", "MM"), (Unit::Day, "day", "DD")] {
            if !format.has(unit) {
                return Err(ArgumentError::new(format!("the format `{text}` has no {name}: `{word}`"))
                    .help("a date needs YYYY, MM and DD"));
            }
        }
        let short = format.parts.windows(2).find(|pair| matches!(pair[0], Part::Short(_)) && pair[1].begins_with_digit());
        if short.is_some() {
            return Err(ArgumentError {
                message: format!(
                    "in `{text}` a digit follows `M` or `D`, which have one digit or two: `111` could be 1 and 11, or 11 and 1"
                ),
                help: Some("write `MM` and `DD`, or a sign in between".to_owned()),
                ambiguous: true,
            });
        }
        Ok(format)
    }

    /// A format to write dates with: any words.
    ///
    /// # Errors
    /// Names the word that is unknown, or there twice.
    pub fn to_write(text: &str) -> Result<Self, ArgumentError> {
        Self::new(text)
    }

    fn new(text: &str) -> Result<Self, ArgumentError> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let end =
                if first.is_alphabetic() { rest.find(|sign| sign != first).unwrap_or(rest.len()) } else { first.len_utf8() };
            let word = &rest[..end];
            rest = &rest[end..];
            parts.push(match WORDS.iter().find(|(known, _)| *known == word) {
                Some((_, part)) => *part,
                None if word == "T" || !first.is_alphanumeric() => Part::Sign(first),
                None => return Err(unknown(text, word)),
            });
        }
        let format = Format { text: text.to_owned(), parts };
        format.check_units()?;
        Ok(format)
    }

    fn check_units(&self) -> Result<(), ArgumentError> {
        let text = &self.text;
        let count = |unit| self.parts.iter().filter(|part| part.unit() == Some(unit)).count();
        if !self.parts.iter().any(|part| part.unit().is_some()) {
            return Err(ArgumentError::new(format!("the format `{text}` has no word in it")).help(KNOWN));
        }
        if self.has(Unit::Minute) && !self.has(Unit::Hour) {
            return Err(ArgumentError::new(format!("the format `{text}` has minutes (`mm`) without hours (`hh`)"))
                .help("months are `MM`, in capitals; `mm` is minutes"));
        }
        if self.has(Unit::Second) && !self.has(Unit::Minute) {
            return Err(ArgumentError::new(format!("the format `{text}` has seconds (`ss`) without minutes (`mm`)")).help(KNOWN));
        }
        for (unit, name) in [
            (Unit::Year, "year"),
            (Unit::Month, "month"),
            (Unit::Day, "day"),
            (Unit::Hour, "hour"),
            (Unit::Minute, "minute"),
            (Unit::Second, "second"),
        ] {
            if count(unit) > 1 {
                let minutes = unit == Unit::Month && self.has(Unit::Hour) && !self.has(Unit::Minute);
                let help = if minutes { "minutes are `mm`, in small letters; `MM` is months" } else { "name each part once" };
                return Err(ArgumentError::new(format!("the format `{text}` names the {name} twice")).help(help));
            }
        }
        Ok(())
    }

    fn has(&self, unit: Unit) -> bool {
        self.parts.iter().any(|part| part.unit() == Some(unit))
    }

    /// The date, or date and time, that `text` says in this format.
    pub fn read(&self, text: &str) -> Option<Iso> {
        let mut rest = text;
        let [mut year, mut month, mut day, mut hour, mut minute, mut second] = [0i16; 6];
        for part in &self.parts {
            let (unit, value) = match *part {
                Part::Sign(sign) => {
                    rest = rest.strip_prefix(sign)?;
                    continue;
                }
                Part::MonthName => {
                    let name = rest.get(..3)?;
                    rest = &rest[3..];
                    (Unit::Month, 1 + MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))? as i16)
                }
                Part::Digits(unit) => (unit, take_digits(&mut rest, if unit == Unit::Year { 4 } else { 2 })?),
                Part::Short(unit) => {
                    let two = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
                    (unit, take_digits(&mut rest, if two { 2 } else { 1 })?)
                }
            };
            match unit {
                Unit::Year => year = value,
                Unit::Month => month = value,
                Unit::Day => day = value,
                Unit::Hour => hour = value,
                Unit::Minute => minute = value,
                Unit::Second => second = value,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let date = Date::new(year, month as i8, day as i8).ok()?;
        if !self.has(Unit::Hour) {
            return Some(Iso::Date(date));
        }
        let time = Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
        Some(Iso::LocalDatetime(DateTime::from_parts(date, time)))
    }

    /// `iso` in this format; `None` if the format has a time and `iso` has none.
    pub fn write(&self, iso: Iso) -> Option<String> {
        let local = match iso {
            Iso::Date(_) if self.has(Unit::Hour) => return None,
            Iso::Date(date) => date.to_datetime(Time::midnight()),
            Iso::LocalDatetime(local) => local,
            Iso::Instant(instant) => instant.civil(),
        };
        Some(self.parts.iter().map(|part| part.write(local)).collect())
    }

    /// Every way in which the places of a text can be shared out among the parts: `M` and `D` have one digit or two.
    fn layouts(&self) -> Vec<Vec<Slot>> {
        let mut layouts = vec![Vec::new()];
        for part in &self.parts {
            let digits = |unit, indexes: std::ops::Range<u8>| indexes.map(|index| Slot::Digit(unit, index)).collect::<Vec<_>>();
            let choices = match *part {
                Part::Sign(sign) => vec![vec![Slot::Sign(sign)]],
                Part::MonthName => vec![(0..3).map(Slot::Letter).collect()],
                Part::Digits(Unit::Year) => vec![digits(Unit::Year, 0..4)],
                Part::Digits(unit) => vec![digits(unit, 0..2)],
                Part::Short(unit) => vec![digits(unit, 0..2), digits(unit, 1..2)],
            };
            layouts =
                layouts.iter().flat_map(|before| choices.iter().map(|choice| [before.as_slice(), choice].concat())).collect();
        }
        layouts
    }
}

impl Part {
    fn write(self, local: DateTime) -> String {
        let number = |unit| match unit {
            Unit::Year => local.year(),
            Unit::Month => local.month().into(),
            Unit::Day => local.day().into(),
            Unit::Hour => local.hour().into(),
            Unit::Minute => local.minute().into(),
            Unit::Second => local.second().into(),
        };
        match self {
            Part::Sign(sign) => sign.to_string(),
            Part::MonthName => MONTHS[local.month() as usize - 1].to_owned(),
            Part::Digits(Unit::Year) => format!("{:04}", local.year()),
            Part::Digits(unit) => format!("{:02}", number(unit)),
            Part::Short(unit) => number(unit).to_string(),
        }
    }
}

fn take_digits(rest: &mut &str, count: usize) -> Option<i16> {
    let digits = rest.as_bytes().get(..count).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    *rest = &rest[count..];
    Some(digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0')))
}

const KNOWN: &str = "the words are YYYY (year), MM, M or MMM (month), DD or D (day), hh, mm and ss";

fn unknown(format: &str, word: &str) -> ArgumentError {
    let help = match word.chars().next().expect("a word has a letter") {
        'Y' | 'y' => "years are `YYYY`, in capitals and with four digits: a century is never guessed",
        'M' => "months are `MM`, `M` or `MMM` (Jan to Dec)",
        'm' => "minutes are `mm`; months are `MM` or `M`, in capitals",
        'D' | 'd' => "days are `DD` or `D`, in capitals",
        'H' | 'h' => "hours are `hh`, in small letters, from 00 to 23",
        'S' | 's' => "seconds are `ss`, in small letters",
        'A' | 'a' | 'P' | 'p' => "hours go from 00 to 23: there is no AM and PM",
        'Z' | 'z' | 'X' | 'x' => "offsets from UTC are read in ISO texts only; `assume_zone` gives a time its zone",
        first if first.is_numeric() => "a format has no digits of its own",
        _ => KNOWN,
    };
    ArgumentError::new(format!("the format `{format}` has the unknown word `{word}`")).help(help)
}

/// What stands at one place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// The nth digit of a unit; a short unit of one digit has its last one only.
    Digit(Unit, u8),
    /// The nth letter of a month's name.
    Letter(u8),
    Sign(char),
}

/// A text that both formats read, but not as one date; `None` if there is no such text.
///
/// Two layouts of one length can read one text if signs meet equal signs, letters letters, and digits digits: the text with
/// all digits 1 is then a date in both. If a digit belongs to different units in the two, changing it changes one date without
/// the other, so that the two differ before or after the change. So this looks at all layouts and a few texts, and misses
/// nothing.
pub fn reads_as_another(a: &Format, b: &Format) -> Option<String> {
    let differ = |text: &String| matches!((a.read(text), b.read(text)), (Some(one), Some(other)) if one != other);
    // People see a fault best in a date of their own days.
    let today = Iso::LocalDatetime(date(2026, 4, 3).at(5, 6, 7, 0));
    if let Some(text) = [a.write(today), b.write(today)].into_iter().flatten().find(differ) {
        return Some(text);
    }
    let (of_a, of_b) = (a.layouts(), b.layouts());
    let pairs = of_a.iter().flat_map(|one| of_b.iter().map(move |other| (one, other)));
    pairs.filter(|(one, other)| meet(one, other)).find_map(|(one, other)| {
        let place = (0..one.len()).find(|&place| one[place] != other[place])?;
        [place_of(one, None), place_of(one, Some((place, '0'))), place_of(one, Some((place, '2')))].into_iter().find(differ)
    })
}

fn meet(one: &[Slot], other: &[Slot]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|slots| matches!(slots, (Slot::Digit(..), Slot::Digit(..))) || slots.0 == slots.1)
}

/// A text of this layout with all digits 1, but for the one given.
fn place_of(layout: &[Slot], changed: Option<(usize, char)>) -> String {
    let sign = |(place, slot): (usize, &Slot)| match *slot {
        Slot::Digit(..) => changed.filter(|(at, _)| *at == place).map_or('1', |(_, digit)| digit),
        Slot::Letter(index) => ['N', 'o', 'v'][usize::from(index)],
        Slot::Sign(sign) => sign,
    };
    layout.iter().enumerate().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::{Format, reads_as_another};
    use crate::value::time::Iso;
    use proptest::prelude::{Strategy, prop, prop_assert, proptest};

    fn format(text: &str) -> Format {
        Format::to_read(text).unwrap()
    }

    #[test]
    fn a_wrong_word_is_explained() {
        for (text, help) in [
            ("dd/MM/YYYY", "`DD`"),
            ("DD/mm/YYYY", "`MM`, in capitals"),
            ("DD/MM/yyyy", "`YYYY`"),
            ("DD/MM/YY", "century"),
            ("DD/MM/YYYY HH:mm", "`hh`"),
            ("DD/MM/YYYY hh:MM", "minutes are `mm`"),
            ("DD/MM/YYYY hh:mm A", "AM and PM"),
            ("YYYY-MM-DDThh:mmZ", "ISO"),
            ("DD. MMMM YYYY", "`MMM`"),
            ("DD/MM", "YYYY"),
            ("20YY-MM-DD", "no digits"),
            ("DDD", "`DD`"),
            ("Q", "YYYY"),
        ] {
            let fault = Format::to_read(text).unwrap_err();
            assert!(fault.help.as_deref().unwrap().contains(help), "{text}: {fault:?}");
        }
    }

    #[test]
    fn a_short_word_before_a_digit_is_ambiguous_by_itself() {
        assert!(Format::to_read("DMYYYY").unwrap_err().ambiguous);
        format("YYYYMMDD");
        format("YYYYMMD");
    }

    #[test]
    fn formats_that_read_one_text_as_two_dates_are_found() {
        for (a, b) in [
            ("DD/MM/YYYY", "MM/DD/YYYY"),
            ("D/M/YYYY", "MM/DD/YYYY"),
            ("YYYYMMDD", "DDMMYYYY"),
            ("YYYY-MM-DD", "YYYY-DD-MM"),
            ("DD.MM.YYYY hh:mm", "MM.DD.YYYY hh:mm"),
            ("DD.MM.YYYY hhmm", "DD.MM.hhmm YYYY"),
        ] {
            let found = reads_as_another(&format(a), &format(b));
            let text = found.unwrap_or_else(|| panic!("{a} and {b}"));
            assert_ne!(format(a).read(&text).unwrap(), format(b).read(&text).unwrap(), "{text}");
            assert!(reads_as_another(&format(b), &format(a)).is_some());
        }
        for (a, b) in [
            ("DD/MM/YYYY", "D/M/YYYY"),
            ("DD/MM/YYYY", "MM-DD-YYYY"),
            ("DD/MM/YYYY", "D MMM YYYY"),
            ("D/M/YYYY", "D/M/YYYY hh:mm"),
        ] {
            assert_eq!(reads_as_another(&format(a), &format(b)), None, "{a} and {b}");
        }
    }

    /// Formats with the same signs in the same places, so that they often fit one text.
    fn two_formats() -> impl Strategy<Value = (Format, Format)> {
        let words = || {
            let month = prop::sample::select(vec!["MM", "M", "MMM"]);
            let (day, times) = (prop::sample::select(vec!["DD", "D"]), 0..4usize);
            let words = (month, day, times)
                .prop_map(|(month, day, times)| [&["YYYY", month, day], &["hh", "mm", "ss"][..times]].concat());
            words.prop_shuffle()
        };
        let signs = prop::collection::vec(prop::sample::select(vec!["", "", "", "/", "T"]), 6);
        (words(), words(), signs).prop_filter_map("a digit after M or D", |(a, b, signs)| {
            let [a, b] =
                [a, b].map(|words| words.iter().zip(&signs).map(|(word, sign)| format!("{word}{sign}")).collect::<String>());
            Some((Format::to_read(&a).ok()?, Format::to_read(&b).ok()?))
        })
    }

    proptest! {
        #[test]
        fn formats_that_are_let_pass_read_no_text_as_two_dates(
            (a, b) in two_formats(), years in (1..13i16, 0..13i16), day in (1..13i8, 1..13i8), time in (0..13i8, 0..13i8, 0..13i8),
        ) {
            if let Some(text) = reads_as_another(&a, &b) {
                prop_assert!(a.read(&text).unwrap() != b.read(&text).unwrap(), "{a} and {b}: {text}");
                return Ok(());
            }
            // Numbers that could be hours, months and days alike are those that formats mix up.
            let local = jiff::civil::date(years.0 * 100 + years.1, day.0, day.1).at(time.0, time.1, time.2, 0);
            let text = a.write(Iso::LocalDatetime(local)).unwrap();
            let read = a.read(&text);
            prop_assert!(read.is_some(), "{a}: {text}");
            prop_assert!(b.read(&text).is_none_or(|other| read == Some(other)), "{a} and {b}: {text}");
        }

        #[test]
        fn what_a_format_writes_it_reads_again((format, _) in two_formats(), day in 0..3_652_000i64) {
            let date = jiff::civil::date(0, 1, 1) + jiff::Span::new().days(day);
            let text = format.write(Iso::LocalDatetime(date.at(0, 0, 0, 0))).unwrap();
            prop_assert!(format.read(&text).map(Iso::date) == Some(date), "{text}");
        }
    }
}
