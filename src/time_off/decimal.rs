//! Exact decimals, and the splitting of one into parts that add up to it.

use super::members::text;
use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, One, Signed, Zero};
use std::str::FromStr;

/// Longer numbers, and larger exponents, are no durations: nothing is computed of them.
const MAX_LENGTH: usize = 40;
const MAX_EXPONENT: u32 = 20;

/// Decimals that the largest remainder is taken at, at least.
const LEAST_PLACES: i64 = 2;

/// The number that a JSON value is, or that its text is.
pub fn decimal(raw: &str) -> Option<BigDecimal> {
    let digits = match raw.as_bytes().first()? {
        b'"' => text(raw)?,
        _ => raw.into(),
    };
    let exponent = digits.split_once(['e', 'E']).map(|(_, exponent)| exponent.trim_start_matches(['+', '-']));
    let bounded = exponent.is_none_or(|exponent| exponent.parse().is_ok_and(|size: u32| size <= MAX_EXPONENT));
    let shaped = digits.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    (shaped && bounded && digits.len() <= MAX_LENGTH).then(|| BigDecimal::from_str(&digits).ok()).flatten()
}

/// The number in digits alone, without needless zeros.
pub fn plain(number: &BigDecimal) -> String {
    if number.is_zero() { "0".to_owned() } else { number.normalized().to_plain_string() }
}

/// A whole number.
pub fn whole(number: i64) -> BigDecimal {
    BigDecimal::from(number)
}

/// A half.
pub fn half() -> BigDecimal {
    BigDecimal::new(BigInt::from(5), 1)
}

/// `minutes` in hours, to four decimals: a third of an hour has no end.
pub fn hours_of(minutes: &BigDecimal) -> BigDecimal {
    (minutes / whole(60)).round(4).normalized()
}

/// Splits `total` into one part a weight, in proportion to the weights, by the largest remainder: each part is cut off at two
/// decimals, or at as many as the total has, and what is left over goes bit by bit to those of whom most was cut off, the
/// earlier first. The parts add up to the total exactly. Weights below zero count as zero; where all are zero, all count alike.
pub fn apportion(total: &BigDecimal, weights: &[BigDecimal]) -> Vec<BigDecimal> {
    let total = total.normalized();
    let places = total.fractional_digit_count().max(LEAST_PLACES);
    let weights = on_one_scale(weights);
    let sum: BigInt = weights.iter().sum();
    if weights.is_empty() {
        return Vec::new();
    }
    let (units, _) = total.abs().with_scale(places).into_bigint_and_scale();
    let mut parts: Vec<BigInt> = Vec::with_capacity(weights.len());
    let mut left = units.clone();
    let mut cut: Vec<(BigInt, usize)> = Vec::with_capacity(weights.len());
    for (at, weight) in weights.iter().enumerate() {
        let share = &units * weight;
        let (part, rest) = (&share / &sum, &share % &sum);
        left -= &part;
        parts.push(part);
        cut.push((rest, at));
    }
    if !left.is_zero() {
        cut.sort_by(|(rest, at), (other, other_at)| other.cmp(rest).then(at.cmp(other_at)));
        for (_, at) in &cut {
            if left.is_zero() {
                break;
            }
            parts[*at] += 1;
            left -= BigInt::one();
        }
    }
    let sign = |part: BigInt| if total.is_negative() { -part } else { part };
    parts.into_iter().map(|part| BigDecimal::new(sign(part), places)).collect()
}

/// The weights as whole numbers in the same proportion, not all of them zero.
fn on_one_scale(weights: &[BigDecimal]) -> Vec<BigInt> {
    let scale = weights.iter().map(BigDecimal::fractional_digit_count).max().unwrap_or(0);
    let on_scale = |weight: &BigDecimal| {
        if weight.is_positive() { weight.with_scale(scale).into_bigint_and_scale().0 } else { BigInt::zero() }
    };
    let whole: Vec<BigInt> = weights.iter().map(on_scale).collect();
    if whole.iter().all(Zero::is_zero) { vec![BigInt::one(); whole.len()] } else { whole }
}

#[cfg(test)]
mod tests {
    use super::{apportion, decimal, hours_of, plain, whole};
    use bigdecimal::BigDecimal;

    fn split(total: &str, weights: &[&str]) -> Vec<String> {
        let weights: Vec<BigDecimal> = weights.iter().map(|weight| weight.parse().unwrap()).collect();
        apportion(&total.parse().unwrap(), &weights).iter().map(plain).collect()
    }

    #[test]
    fn parts_add_up_and_what_is_left_goes_to_the_earlier() {
        assert_eq!(split("3.5", &["0.5", "1", "1", "1"]), ["0.5", "1", "1", "1"]);
        assert_eq!(split("1", &["1", "1", "1"]), ["0.34", "0.33", "0.33"]);
        assert_eq!(split("2", &["1", "1", "1"]), ["0.67", "0.67", "0.66"]);
        assert_eq!(split("4", &["1", "1", "1", "0", "0", "1", "1"]), ["0.8", "0.8", "0.8", "0", "0", "0.8", "0.8"]);
        assert_eq!(split("1", &["0", "0"]), ["0.5", "0.5"]);
        assert_eq!(split("-1", &["1", "1", "1"]), ["-0.34", "-0.33", "-0.33"]);
        assert_eq!(split("0.3333333333333333", &["1", "2"]), ["0.1111111111111111", "0.2222222222222222"]);
        assert_eq!(split("7", &[]), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_read_from_digits_and_texts_within_bounds() {
        assert_eq!(decimal("1.50").map(|number| plain(&number)), Some("1.5".to_owned()));
        assert_eq!(decimal("\" 2 \"").map(|number| plain(&number)), Some("2".to_owned()));
        assert_eq!(decimal("1e2").map(|number| plain(&number)), Some("100".to_owned()));
        for none in ["null", "true", "\"\"", "\"two\"", "1e999999999", "{}", &"9".repeat(41)] {
            assert_eq!(decimal(none), None, "{none}");
        }
        assert_eq!(plain(&hours_of(&whole(90))), "1.5");
        assert_eq!(plain(&hours_of(&whole(20))), "0.3333");
    }
}
