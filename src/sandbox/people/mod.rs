//! The invented people: employee `i` of a company is a function of the seed and `i`, so that any number of them can be served
//! in any order without being kept. Ids and e-mail addresses lead back to `i`.

mod facts;
pub mod names;
mod pattern;

pub use facts::{Person, Stage};
pub use pattern::{Pattern, WEEK};

use jiff::civil::Date;
use names::CULTURES;
use std::collections::HashMap;
use std::sync::LazyLock;

/// 19 digits, beyond what a float holds exactly, as Bob's own ids are.
const FIRST_ID: u64 = 3_332_883_884_017_713_201;
/// Not one, so that a wrong last digit leads to nobody.
const ID_STEP: u64 = 7;
/// Coprime to the number of names, so that neighbours share neither first nor last name; and its inverse modulo that number.
const STRIDE: u64 = 37;
const STRIDE_INVERSE: u64 = 73;
const NAMES: u64 = 100;

/// Everybody in the company.
#[derive(Debug, Clone, Copy)]
pub struct People {
    pub seed: u64,
    pub count: u64,
    /// The day that ages, tenures and lifecycle statuses are seen from.
    pub today: Date,
}

/// From the letters of an address to the culture and the index of the pair of names.
static LETTERS: LazyLock<HashMap<String, (u64, u64)>> = LazyLock::new(|| {
    let mut found = HashMap::new();
    for (culture, names) in (0..).zip(&CULTURES) {
        for (pair, (first, last)) in
            (0..).zip(names.firsts.iter().flat_map(|first| names.lasts.iter().map(move |last| (first, last))))
        {
            found.insert(format!("{}.{}", first.1, last.1), (culture, pair));
        }
    }
    found
});

impl People {
    pub fn id(index: u64) -> u64 {
        FIRST_ID + index * ID_STEP
    }

    /// Of an id as it stands in a request.
    pub fn by_id(&self, id: &str) -> Option<u64> {
        let number = id.parse::<u64>().ok().filter(|number| id.len() == 19 && *number >= FIRST_ID)? - FIRST_ID;
        number.is_multiple_of(ID_STEP).then_some(number / ID_STEP).filter(|index| *index < self.count)
    }

    /// Of an address, in upper or lower case.
    pub fn by_email(&self, email: &str) -> Option<u64> {
        let folded = email.trim().to_ascii_lowercase();
        let local = folded.strip_suffix("@example.com")?;
        let local = local.strip_suffix(".pending").unwrap_or(local);
        let (letters, round) = match local.rsplit_once('.') {
            Some((letters, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                (letters, number.parse::<u64>().ok()?.checked_sub(1)?)
            }
            _ => (local, 0),
        };
        let (culture, pair) = *LETTERS.get(letters)?;
        let within = (pair + NAMES - self.shift(culture)) % NAMES * STRIDE_INVERSE % NAMES;
        let block = round.checked_mul(NAMES)?.checked_add(within)?;
        let index = block.checked_mul(10)?.checked_add((culture + 10 - block % 10) % 10)?;
        let found = (index < self.count).then(|| self.person(index))?;
        found.email().is_some_and(|own| own.eq_ignore_ascii_case(&folded)).then_some(index)
    }

    /// Of an id or an address.
    pub fn by_identifier(&self, identifier: &str) -> Option<u64> {
        self.by_id(identifier).or_else(|| self.by_email(identifier))
    }

    /// The culture of an employee, the index of the pair of names, and how many before share both.
    fn names(&self, index: u64) -> (u64, u64, u64) {
        let block = index / 10;
        let culture = (index % 10 + block) % 10;
        (culture, (block % NAMES * STRIDE + self.shift(culture)) % NAMES, block / NAMES)
    }

    /// Where a culture's names begin: the seed's doing.
    fn shift(&self, culture: u64) -> u64 {
        fastrand::Rng::with_seed(self.seed ^ (culture + 1) << 32).u64(..NAMES)
    }
}

/// The manager: the same number with its last octal digit that is not zero made zero. A tree over any number of people in
/// which only multiples of 8 have reports.
pub fn manager(index: u64) -> Option<u64> {
    let zeros = index.checked_ilog2().map(|_| index.trailing_zeros() / 3)?;
    Some(index >> (3 * (zeros + 1)) << (3 * (zeros + 1)))
}

impl People {
    /// How many report to somebody directly, and how many with those who report to them.
    pub fn reports(&self, index: u64) -> (u64, u64) {
        let reach = if index == 0 { self.count } else { 8_u64.pow(index.trailing_zeros() / 3) };
        let last = index.saturating_add(reach).min(self.count);
        let mut direct = 0;
        let mut step = 1;
        while step < reach {
            direct += (1..8).take_while(|digit| index + digit * step < last).count() as u64;
            step *= 8;
        }
        (direct, last - index - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn people(count: u64, seed: u64) -> People {
        People { seed, count, today: jiff::civil::date(2026, 3, 1) }
    }

    #[test]
    fn ids_and_addresses_lead_back_to_their_person_and_are_unique() {
        for seed in [0, 1, 77] {
            let people = people(5_000, seed);
            let mut seen = HashSet::new();
            for index in 0..people.count {
                let id = People::id(index).to_string();
                assert_eq!((id.len(), people.by_id(&id)), (19, Some(index)));
                if let Some(email) = people.person(index).email() {
                    assert_eq!(people.by_email(&email), Some(index), "{email}");
                    assert_eq!(people.by_identifier(&email.to_ascii_uppercase()), Some(index));
                    assert!(seen.insert(email.to_ascii_lowercase()), "{email}");
                }
            }
            assert!(seen.len() > 4_500);
        }
    }

    #[test]
    fn wrong_ids_and_addresses_lead_to_nobody() {
        let people = people(40, 0);
        for wrong in [
            "",
            "1",
            "3332883884017713202",
            "03332883884017713201",
            "3332883884017713200",
            "nobody@example.com",
            "ada.marlowe@example.org",
        ] {
            assert_eq!(people.by_identifier(wrong), None, "{wrong}");
        }
        assert_eq!(people.by_id(&People::id(40).to_string()), None);
        assert_eq!(people.by_email("ada.marlowe.99999999999999999999@example.com"), None);
        assert_eq!(people.by_email("ada.marlowe.1@example.com"), None, "the first of a name has no number");
    }

    #[test]
    fn letters_of_addresses_are_of_one_pair_of_names() {
        assert_eq!(LETTERS.len() as u64, 10 * NAMES);
    }

    #[test]
    fn managers_make_a_tree_and_reports_are_counted_by_it() {
        for count in [1, 2, 8, 9, 40, 65, 600] {
            let people = people(count, 0);
            let mut direct = vec![0; count as usize];
            let mut all = direct.clone();
            assert_eq!(manager(0), None);
            for index in 1..count {
                let mut above = manager(index);
                direct[above.unwrap() as usize] += 1;
                while let Some(next) = above {
                    assert!(next < index && next % 8 == 0);
                    all[next as usize] += 1;
                    above = manager(next);
                }
            }
            for index in 0..count {
                assert_eq!(people.reports(index), (direct[index as usize], all[index as usize]), "{index} of {count}");
            }
        }
    }
}
