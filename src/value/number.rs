//! JSON numbers as texts: compared exactly whatever their length, never passed through floating point.

use std::borrow::Cow;
use std::cmp::Ordering;

/// Exponents beyond this are not written out in digits.
const MAX_WRITTEN_EXPONENT: i64 = 400;

/// A number's sign, its digits without zeros at either end, and the power of ten of the last digit.
struct Parts<'a> {
    negative: bool,
    digits: Cow<'a, str>,
    exponent: i64,
}

/// Takes a JSON number apart; zero has no digits.
fn parts(text: &str) -> Parts<'_> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        // An exponent beyond 64 bits is as good as the largest: no two such numbers meet in practice but for zero.
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])),
        None => (text, 0),
    };
    let (digits, scale) = match mantissa.split_once('.') {
        Some(("0", fraction)) => (Cow::Borrowed(fraction), fraction.len() as i64),
        Some((whole, fraction)) => (Cow::Owned([whole, fraction].concat()), fraction.len() as i64),
        None => (Cow::Borrowed(mantissa), 0),
    };
    let strip = |text: &str| -> (usize, usize) {
        let start = text.len() - text.trim_start_matches('0').len();
        (start, text.trim_end_matches('0').len().max(start))
    };
    let (start, end) = strip(&digits);
    let dropped = (digits.len() - end) as i64;
    let digits = match digits {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    };
    if digits.is_empty() {
        return Parts { negative: false, digits: Cow::Borrowed(""), exponent: 0 };
    }
    Parts { negative, digits, exponent: exponent.saturating_sub(scale).saturating_add(dropped) }
}

fn parse_exponent(text: &str) -> i64 {
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 })
}

/// Compares two JSON numbers by value: `1e2`, `100` and `100.0` are equal, `9007199254740993` and `…992` are not.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parts(a), parts(b));
    match (a.digits.is_empty(), b.digits.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return if b.negative { Ordering::Greater } else { Ordering::Less },
        (false, true) => return if a.negative { Ordering::Less } else { Ordering::Greater },
        (false, false) => {}
    }
    if a.negative != b.negative {
        return if a.negative { Ordering::Less } else { Ordering::Greater };
    }
    // The power of ten of the first digit decides; then the digits, read from the left.
    let lead = |p: &Parts<'_>| p.exponent.saturating_add(p.digits.len() as i64);
    let magnitude = lead(&a).cmp(&lead(&b)).then_with(|| a.digits.cmp(&b.digits));
    if a.negative { magnitude.reverse() } else { magnitude }
}

/// The digits of an integer, or `None` if the number is not whole. `5.0` and `1e3` are whole: `5`, `1000`.
pub fn to_integer(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return Some(if text == "-0" { Cow::Borrowed("0") } else { Cow::Borrowed(text) });
    }
    let Parts { negative, digits, exponent } = parts(text);
    if digits.is_empty() {
        return Some(Cow::Borrowed("0"));
    }
    if !(0..=MAX_WRITTEN_EXPONENT).contains(&exponent) {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    Some(Cow::Owned(format!("{sign}{digits}{}", "0".repeat(exponent as usize))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value_and_exactly() {
        for (a, order, b) in [
            ("1", Ordering::Equal, "1.0"),
            ("1e2", Ordering::Equal, "100"),
            ("1.10", Ordering::Equal, "1.1"),
            ("-0", Ordering::Equal, "0.00e7"),
            ("9007199254740992", Ordering::Less, "9007199254740993"),
            ("12345678901234567890123", Ordering::Less, "12345678901234567890124"),
            ("-2", Ordering::Less, "-1"),
            ("0.1", Ordering::Less, "0.11"),
            ("-1", Ordering::Less, "0"),
            ("1e400", Ordering::Greater, "9e399"),
            ("1e99999999999999999999", Ordering::Greater, "9"),
            ("10", Ordering::Greater, "9"),
            ("0.09", Ordering::Less, "0.1"),
        ] {
            assert_eq!(compare(a, b), order, "{a} {b}");
            assert_eq!(compare(b, a), order.reverse(), "{b} {a}");
        }
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        assert_eq!(to_integer("12345678901234567890123").unwrap(), "12345678901234567890123");
        assert_eq!(to_integer("5.0").unwrap(), "5");
        assert_eq!(to_integer("-1.5e1").unwrap(), "-15");
        assert_eq!(to_integer("1e3").unwrap(), "1000");
        assert_eq!(to_integer("-0").unwrap(), "0");
        assert_eq!(to_integer("1.10"), None);
        assert_eq!(to_integer("1e-1"), None);
        assert_eq!(to_integer("1e999999999"), None);
    }
}
