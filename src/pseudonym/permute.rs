//! A keyed permutation of the numbers below any bound: nobody without the key can tell what became of a number, and no two
//! numbers become the same, so that what was unique stays so.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Rounds of the Feistel network. Ten are what NIST SP 800-38G asks of such ciphers for small domains.
const ROUNDS: u8 = 10;

#[derive(Debug, Clone, Copy)]
enum Direction {
    Forth,
    Back,
}

/// A Feistel network over HMAC-SHA-256, walked until it stays below the bound.
pub struct Permutation {
    keyed: Hmac<Sha256>,
}

impl Permutation {
    /// HMAC takes a key of any length.
    pub fn new(key: &[u8]) -> Self {
        Permutation { keyed: Hmac::new_from_slice(key).expect("HMAC takes keys of any length") }
    }

    /// What `number` (below `bound`) becomes: always another number, if there is one. Each `kind` has a permutation of its own.
    pub fn apply(&self, kind: &[u8], bound: u128, number: u128) -> u128 {
        debug_assert!(number < bound && bound <= 1 << 126);
        if bound < 2 {
            return number;
        }
        // The network puts the numbers into an order, and each becomes the one after it there: none stays what it was.
        let next = (self.walk(kind, bound, number, Direction::Forth) + 1) % bound;
        self.walk(kind, bound, next, Direction::Back)
    }

    fn walk(&self, kind: &[u8], bound: u128, number: u128, direction: Direction) -> u128 {
        let half = (128 - (bound - 1).leading_zeros()).div_ceil(2);
        let mut number = number;
        // Fewer than four steps on average: the network's domain is at most four times the bound.
        loop {
            number = self.network(kind, bound, half, number, direction);
            if number < bound {
                return number;
            }
        }
    }

    fn network(&self, kind: &[u8], bound: u128, half: u32, number: u128, direction: Direction) -> u128 {
        let mask = (1u128 << half) - 1;
        let mixed = |round: u8, text: u128| self.digest(kind, &[&bound.to_be_bytes(), &[round], &text.to_be_bytes()]) & mask;
        let (mut left, mut right) = (number >> half, number & mask);
        for round in 0..ROUNDS {
            (left, right) = match direction {
                Direction::Forth => (right, left ^ mixed(round, right)),
                Direction::Back => (right ^ mixed(ROUNDS - 1 - round, left), left),
            };
        }
        left << half | right
    }

    /// One of `count` choices, for texts that need no way back and may be chosen alike.
    pub fn choose(&self, kind: &[u8], text: &str, count: usize) -> usize {
        (self.digest(kind, &[text.as_bytes()]) % count as u128) as usize
    }

    fn digest(&self, kind: &[u8], parts: &[&[u8]]) -> u128 {
        let mut mac = self.keyed.clone();
        mac.update(&(kind.len() as u64).to_be_bytes());
        mac.update(kind);
        for part in parts {
            mac.update(part);
        }
        let bytes = mac.finalize().into_bytes();
        u128::from_be_bytes(bytes[..16].try_into().expect("SHA-256 gives 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::Permutation;
    use std::collections::HashSet;

    #[test]
    fn no_two_numbers_become_the_same_and_none_leaves_its_bounds() {
        let permutation = Permutation::new(b"a key");
        for bound in [1, 2, 3, 9, 90, 365, 900, 1024] {
            let seen: HashSet<u128> = (0..bound).map(|number| permutation.apply(b"digits", bound, number)).collect();
            assert_eq!((seen.len() as u128, seen.iter().max()), (bound, Some(&(bound - 1))));
            assert!(bound == 1 || (0..bound).all(|number| permutation.apply(b"digits", bound, number) != number));
        }
        let large = 9 * 10u128.pow(36);
        assert!((0..1000).all(|number| permutation.apply(b"digits", large, number) < large));
    }

    #[test]
    fn another_key_or_kind_gives_another_order() {
        let of = |key: &[u8], kind: &[u8]| -> Vec<u128> {
            (0..50).map(|number| Permutation::new(key).apply(kind, 1 << 40, number)).collect()
        };
        assert_eq!(of(b"a", b"x"), of(b"a", b"x"));
        assert_ne!(of(b"a", b"x"), of(b"b", b"x"));
        assert_ne!(of(b"a", b"x"), of(b"a", b"y"));
    }
}
