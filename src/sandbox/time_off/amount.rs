//! Days and hours, counted exactly.

use serde_json::Value;
use std::iter::Sum;
use std::ops::Add;

/// A number of days or of hours, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(i64);

const ONE: i64 = 1_000_000;
/// What totals are counted in: hundredths.
const STEP: i64 = 10_000;

impl Amount {
    pub const ZERO: Amount = Amount(0);

    pub const fn whole(number: i64) -> Amount {
        Amount(number * ONE)
    }

    /// `None` of what is no number, or beyond a billion.
    pub fn of(number: f64) -> Option<Amount> {
        let millionths = (number * ONE as f64).round();
        (millionths.abs() < 1e15).then_some(Amount(millionths as i64))
    }

    /// Of an hour.
    pub const fn minutes(minutes: i64) -> Amount {
        Amount(minutes * ONE / 60)
    }

    pub fn times(self, number: i64, of: i64) -> Amount {
        Amount((i128::from(self.0) * i128::from(number) / i128::from(of)) as i64)
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn minus(self, other: Amount) -> Amount {
        Amount(self.0 - other.0)
    }

    /// In hundredths, as Bob shows totals.
    pub fn rounded(self) -> Amount {
        Amount((self.0 + STEP / 2).div_euclid(STEP) * STEP)
    }

    pub fn json(self) -> Value {
        // Fewer digits than a float holds, so that it prints them and no others.
        if self.0 % ONE == 0 { (self.0 / ONE).into() } else { (self.0 as f64 / ONE as f64).into() }
    }
}

impl Add for Amount {
    type Output = Amount;

    fn add(self, other: Amount) -> Amount {
        Amount(self.0 + other.0)
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        amounts.fold(Amount::ZERO, Add::add)
    }
}

/// Gives `total` to the days by their weights, so that the shares add up to it: each its share cut to hundredths (or to as many
/// digits as the total has), and what is left over to those who lost most, the earlier first. Nothing is given where there is
/// no weight.
pub fn shared(total: Amount, weights: &[Amount]) -> Vec<Amount> {
    let all: Amount = weights.iter().copied().sum();
    if all.0 <= 0 {
        return vec![Amount::ZERO; weights.len()];
    }
    let step = if total.0 % STEP == 0 { STEP } else { 1 };
    let exact = |weight: &Amount| i128::from(total.0) * i128::from(weight.0);
    let cut = |weight: &Amount| (exact(weight) / i128::from(all.0) / i128::from(step)) as i64 * step;
    let mut shares: Vec<Amount> = weights.iter().map(|weight| Amount(cut(weight))).collect();
    let given: Amount = shares.iter().copied().sum();
    let lost = |at: &usize| exact(&weights[*at]) - i128::from(shares[*at].0) * i128::from(all.0);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(lost(at)));
    for at in order.into_iter().take(((total.0 - given.0) / step).max(0) as usize) {
        shares[at].0 += step;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{Amount, shared};

    #[test]
    fn shares_add_up_and_the_earlier_get_what_is_left_over() {
        let thirds = shared(Amount::whole(1), &[Amount::whole(1); 3]);
        assert_eq!(thirds.iter().map(|share| share.json().to_string()).collect::<Vec<_>>(), ["0.34", "0.33", "0.33"]);
        assert_eq!(thirds.into_iter().sum::<Amount>(), Amount::whole(1));
        let odd = Amount::of(3.333_333).unwrap();
        let weights = [Amount::whole(1), Amount::ZERO, Amount::minutes(30), Amount::whole(2)];
        let shares = shared(odd, &weights);
        assert_eq!((shares[1], shares.into_iter().sum::<Amount>()), (Amount::ZERO, odd));
        assert_eq!(shared(odd, &[Amount::ZERO; 2]), [Amount::ZERO; 2]);
    }

    #[test]
    fn amounts_print_the_digits_they_have() {
        for (amount, text) in [(0.1, "0.1"), (2.33, "2.33"), (3.5, "3.5"), (0.333333, "0.333333"), (20.0, "20"), (-1.5, "-1.5")] {
            assert_eq!(Amount::of(amount).unwrap().json().to_string(), text);
        }
        assert_eq!(Amount::minutes(140).rounded().json().to_string(), "2.33");
    }
}
