//! Invented days: a date keeps its year and month and its way of being written, and is a day of the calendar. A date of birth
//! keeps its year alone.

use super::word::Words;
use crate::value::time::parse_iso;

/// How much of a date is invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invented {
    /// The day in its month: periods that conditions count in stay about as long.
    Day,
    /// Day and month.
    Birthday,
}

/// Days in the months of a common year. One permutation serves all years, so that a birthday without its year fits the date
/// of birth.
const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Another day of the year. The 29th of February goes where the 28th goes: it must stay a day in every year.
fn day(words: &Words, invented: Invented, month: u32, day: u32) -> (u32, u32) {
    let days = DAYS[month as usize - 1];
    let from_zero = day.min(days) - 1;
    match invented {
        Invented::Day => {
            let other = words.permutation.apply(&[b'd', month as u8], u128::from(days), u128::from(from_zero));
            (month, other as u32 + 1)
        }
        Invented::Birthday => {
            let before: u32 = DAYS[..month as usize - 1].iter().sum();
            let mut other = words.permutation.apply(b"birthday", 365, u128::from(before + from_zero)) as u32;
            let mut month = 0;
            while other >= DAYS[month] {
                other -= DAYS[month];
                month += 1;
            }
            (month as u32 + 1, other + 1)
        }
    }
}

/// `YYYY-MM-DD`, alone or before a time; `None` for any other text.
pub fn iso(words: &mut Words, invented: Invented, text: &str) -> Option<String> {
    parse_iso(text).ok()?;
    let (month, number) = (text[5..7].parse().ok()?, text[8..10].parse().ok()?);
    let (month, number) = day(words, invented, month, number);
    let mut out = format!("{}{month:02}-{number:02}", &text[..5]);
    let Some(separator) = text.get(10..11) else { return Some(out) };
    out.push_str(separator);
    clock(words, &text[11..], &mut out);
    Some(out)
}

/// `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fraction`, each perhaps with an offset, which stays.
fn clock(words: &mut Words, text: &str, out: &mut String) {
    let end = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (time, offset) = text.split_at(end);
    let (whole, fraction) = match time.find(['.', ',']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    for (at, part) in whole.split(':').enumerate() {
        let bound = if at == 0 { 24 } else { 60 };
        let number = part.parse::<u128>().unwrap_or(0);
        let number = if number < bound { words.permutation.apply(b"clock", bound, number) } else { number };
        if at > 0 {
            out.push(':');
        }
        out.push_str(&format!("{number:02}"));
    }
    words.replace_digits(fraction, out);
    out.push_str(offset);
}

/// `MM-DD`, a birthday without its year; `None` for any other text.
pub fn short(words: &Words, invented: Invented, text: &str) -> Option<String> {
    let (month, number) = month_and_day(text)?;
    let (month, number) = day(words, invented, month, number);
    Some(format!("{month:02}-{number:02}"))
}

fn month_and_day(text: &str) -> Option<(u32, u32)> {
    let (month, number) = text.split_once('-').filter(|(month, number)| month.len() == 2 && number.len() == 2)?;
    let (month, number) = (month.parse().ok()?, number.parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&number)).then_some((month, number))
}

/// A date that Bob wrote in the reader's way (`12/06/1977`, `06/12`), whose machine form is known. `None` if the two do not
/// show the same numbers.
pub fn written(words: &Words, invented: Invented, text: &str, machine: &str) -> Option<String> {
    let (year, rest) = if parse_iso(machine).is_ok() { (Some(&machine[..4]), &machine[5..10]) } else { (None, machine) };
    let (month, number) = month_and_day(rest)?;
    let (other_month, other_number) = day(words, invented, month, number);
    let (mut month, mut number) = (Some((month, other_month)), Some((number, other_number)));
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c: char| c.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        rest = after;
        if !first.is_ascii_digit() {
            // The name of a month.
            if run.contains(char::is_alphabetic) {
                return None;
            }
            out.push_str(run);
            continue;
        }
        if Some(run) == year {
            out.push_str(run);
            continue;
        }
        let value = run.parse::<u32>().ok()?;
        let slot = if number.is_some_and(|(old, _)| old == value) { &mut number } else { &mut month };
        let (_, other) = slot.take().filter(|(old, _)| *old == value)?;
        out.push_str(&format!("{other:0width$}", width = run.len().min(2)));
    }
    (month.is_none() && number.is_none()).then_some(out)
}

/// A date in a text of a company's own, in an order of day and month that nobody knows (`12.06.1977`): valid before, it is
/// valid in the same order after. `None` for any other text.
pub fn loose(words: &Words, text: &str) -> Option<String> {
    let separator = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | '/' | '-'))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if parts.iter().any(|part| !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (year_first, small) = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => (true, [*second, *third]),
        (1..=2, 1..=2, 4) => (false, [*first, *second]),
        _ => return None,
    };
    let numbers: Vec<u32> = small.iter().filter_map(|part| part.parse().ok()).collect();
    let months = numbers.iter().filter(|number| (1..=12).contains(*number)).count();
    if months == 0 || numbers.iter().any(|number| !(1..=31).contains(number)) {
        return None;
    }
    let invent = |number: u32, width: usize| {
        let (first, count) = match number {
            // The only number that can be the month stays.
            1..=12 if months == 1 => (number, 1),
            // One digit stays one.
            1..=9 => (1, 9),
            10..=12 => (10, 3),
            _ => (13, 16),
        };
        let other = words.permutation.apply(b"loose", count, u128::from((number - first) % count as u32));
        format!("{:0width$}", first + other as u32)
    };
    let small: Vec<String> = numbers.iter().zip(small).map(|(number, part)| invent(*number, part.len())).collect();
    let [one, two] = [&small[0], &small[1]];
    Some(if year_first {
        format!("{first}{separator}{one}{separator}{two}")
    } else {
        format!("{one}{separator}{two}{separator}{third}")
    })
}

#[cfg(test)]
mod tests {
    use super::{Invented, Words, iso, loose, short, written};
    use crate::value::time::parse_iso;
    use std::collections::HashSet;

    #[test]
    fn every_day_of_a_leap_year_becomes_a_day_of_the_same_year() {
        let mut words = Words::new(b"a key");
        for invented in [Invented::Day, Invented::Birthday] {
            let mut seen = HashSet::new();
            for ordinal in 1..=366 {
                let date = jiff::civil::date(2024, 1, 1).with().day_of_year(ordinal).build().unwrap().to_string();
                let other = iso(&mut words, invented, &date).unwrap();
                parse_iso(&other).unwrap();
                let kept = if invented == Invented::Day { 8 } else { 5 };
                assert_eq!(other[..kept], date[..kept]);
                seen.insert(other);
            }
            assert_eq!(seen.len(), 365);
        }
    }

    #[test]
    fn a_birthday_fits_the_date_of_birth_and_what_the_reader_sees() {
        let mut words = Words::new(b"a key");
        let birth = iso(&mut words, Invented::Birthday, "1977-06-12").unwrap();
        assert_eq!(short(&words, Invented::Birthday, "06-12").unwrap(), birth[5..]);
        let (month, day) = (&birth[5..7], &birth[8..]);
        let shown = |text| written(&words, Invented::Birthday, text, "1977-06-12");
        assert_eq!(shown("12/06/1977").unwrap(), format!("{day}/{month}/1977"));
        assert_eq!(shown("06/12/1977").unwrap(), format!("{month}/{day}/1977"));
        assert_eq!(written(&words, Invented::Birthday, "06/12", "06-12").unwrap(), format!("{month}/{day}"));
        for odd in ["June 12, 1977", "12/06/1978", "12/06/1977 12"] {
            assert_eq!(shown(odd), None);
        }
    }

    #[test]
    fn a_time_stays_one() {
        let mut words = Words::new(b"a key");
        for text in ["2011-12-28T07:16:55.799623", "2026-03-01 09:30", "2026-03-01T23:59:59Z", "2026-03-01T23:59:59.120+02:00"] {
            let other = iso(&mut words, Invented::Day, text).unwrap();
            parse_iso(&other).unwrap();
            assert_ne!(other, text);
            assert_eq!(other.len(), text.len());
        }
        assert_eq!(iso(&mut words, Invented::Day, "2026-02-30"), None);
    }

    #[test]
    fn a_date_in_words_of_ones_own_stays_valid_in_both_orders() {
        let words = Words::new(b"a key");
        for text in ["12.06.1977", "1977/12/06", "1-1-2020", "31.12.1999", "02/29/2024"] {
            let other = loose(&words, text).unwrap();
            assert_eq!(other.len(), text.len(), "{text} {other}");
        }
        assert_eq!(&loose(&words, "31.12.1999").unwrap()[3..], "12.1999");
        for text in ["1.2.3", "13.14.2020", "0.1.2020", "555-01-1234", "12.06.1977 x"] {
            assert_eq!(loose(&words, text), None, "{text}");
        }
    }
}
