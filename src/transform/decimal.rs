//! Exact decimals, with bounds: a number of 400 digits is read, `1e999999999` is not written out.

use super::Failure;
use bigdecimal::BigDecimal;
use std::str::FromStr;

const MAX_LENGTH: usize = 1000;
const MAX_EXPONENT: u64 = 400;

/// The number that a JSON number's text means.
///
/// # Errors
/// Fails on more than 1000 characters, or an exponent beyond 400 either way, before anything is computed.
pub fn parse(digits: &str) -> Result<BigDecimal, Failure> {
    if digits.len() > MAX_LENGTH {
        return Err(Failure::new(format!("the number has more than {MAX_LENGTH} digits")));
    }
    if let Some((_, exponent)) = digits.split_once(['e', 'E'])
        && !exponent.trim_start_matches(['+', '-']).parse().is_ok_and(|size: u64| size <= MAX_EXPONENT)
    {
        return Err(Failure::new(format!("the number's exponent is beyond {MAX_EXPONENT}")));
    }
    BigDecimal::from_str(digits).map_err(|_| Failure::new("the number can't be read"))
}

/// The number in digits alone, without needless zeros.
pub fn write(number: &BigDecimal) -> String {
    number.normalized().to_plain_string()
}

/// A JSON number's text out of a sign or none, digits, and, if `point` allows it, a point and more digits. `None` for all else.
pub fn from_text(text: &str, point: bool) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix(['+', '-']) {
        Some(rest) if text.starts_with('-') => ("-", rest),
        Some(rest) => ("", rest),
        None => ("", text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) if point => (whole, Some(fraction)),
        Some(_) => return None,
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > MAX_LENGTH || !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        significant => significant,
    };
    let zero = whole == "0" && fraction.is_none_or(|fraction| fraction.bytes().all(|byte| byte == b'0'));
    let sign = if zero { "" } else { sign };
    Some(match fraction {
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{whole}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{from_text, parse, write};

    #[test]
    fn numbers_in_text_are_a_sign_digits_and_a_point() {
        for (text, integer, decimal) in [
            ("007", Some("7"), Some("7")),
            ("+5", Some("5"), Some("5")),
            ("-0", Some("0"), Some("0")),
            ("-0.00", None, Some("0.00")),
            ("-00.10", None, Some("-0.10")),
            ("12345678901234567890123", Some("12345678901234567890123"), Some("12345678901234567890123")),
        ] {
            assert_eq!(from_text(text, false).as_deref(), integer, "{text}");
            assert_eq!(from_text(text, true).as_deref(), decimal, "{text}");
        }
        for text in ["", "-", "+-1", ".5", "5.", "1e3", "1,000", "1 000", "٣", "0x10", "1.2.3", "NaN", " 1", &"1".repeat(1001)] {
            assert_eq!(from_text(text, true), None, "{text}");
        }
    }

    #[test]
    fn an_exponent_of_a_thousand_million_fails_at_once() {
        for text in ["1e999999999", "1E-999999999", "1e99999999999999999999", "1e401"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"9".repeat(1001)).is_err());
        assert_eq!(write(&parse("1.50e2").unwrap()), "150");
        assert_eq!(write(&parse("-0.0").unwrap()), "0");
        assert_eq!(write(&parse("1e-3").unwrap()), "0.001");
    }
}
