//! Answers that go wrong on request, so that clients can show their patience.

use super::super::fields::salt;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    TooMany,
    ServerError,
    /// The connection is torn down in place of an answer.
    Reset,
    /// The right answer, late.
    Slow,
    /// The body ends before it is whole: on the wire, or as a body of its full length whose JSON breaks off.
    Truncated,
    /// 200 with the login page.
    Html,
    /// 200 with nothing.
    Empty,
}

impl FaultKind {
    pub const ALL: [FaultKind; 7] = [
        FaultKind::TooMany,
        FaultKind::ServerError,
        FaultKind::Reset,
        FaultKind::Slow,
        FaultKind::Truncated,
        FaultKind::Html,
        FaultKind::Empty,
    ];

    /// As the command line has it.
    pub fn word(self) -> &'static str {
        match self {
            FaultKind::TooMany => "429",
            FaultKind::ServerError => "500",
            FaultKind::Reset => "reset",
            FaultKind::Slow => "slow",
            FaultKind::Truncated => "truncated",
            FaultKind::Html => "html",
            FaultKind::Empty => "empty",
        }
    }
}

/// Which faults, how often.
#[derive(Debug, Clone)]
pub struct Faults {
    pub kinds: Vec<FaultKind>,
    /// The share of answers that go wrong, from 0 to 1.
    pub rate: f64,
    pub seed: u64,
    pub slow_by: Duration,
}

impl Default for Faults {
    fn default() -> Self {
        Faults { kinds: Vec::new(), rate: 0.2, seed: 0, slow_by: Duration::from_millis(500) }
    }
}

/// One and the same request goes wrong this often in a row at most.
const IN_A_ROW: u32 = 2;

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub kind: FaultKind,
    /// Chooses between variants of a kind.
    pub draw: u64,
}

/// Decides by the request and how often it came, and so the same in whatever order requests arrive.
pub struct Mischief {
    faults: Faults,
    /// By request: how often it came, and how often in a row it went wrong.
    seen: Mutex<HashMap<u64, (u64, u32)>>,
}

impl Mischief {
    pub fn new(faults: Faults) -> Mischief {
        Mischief { faults, seen: Mutex::default() }
    }

    pub fn slow_by(&self) -> Duration {
        self.faults.slow_by
    }

    /// `request` is all that tells one from another: method, path, query and body.
    pub fn strike(&self, request: &str) -> Option<Fault> {
        if self.faults.kinds.is_empty() {
            return None;
        }
        let request = salt(request);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (times, in_a_row) = seen.entry(request).or_default();
        let mut random = fastrand::Rng::with_seed(request ^ self.faults.seed.rotate_left(17) ^ *times);
        *times += 1;
        if *in_a_row >= IN_A_ROW || random.f64() >= self.faults.rate {
            *in_a_row = 0;
            return None;
        }
        *in_a_row += 1;
        let kind = self.faults.kinds[random.usize(..self.faults.kinds.len())];
        Some(Fault { kind, draw: random.u64(..) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_wrong_twice_in_a_row_at_most_and_as_often_as_asked() {
        let always = Mischief::new(Faults { kinds: FaultKind::ALL.to_vec(), rate: 1.0, ..Faults::default() });
        let wrong: Vec<bool> = (0..9).map(|_| always.strike("GET /").is_some()).collect();
        assert_eq!(wrong, [true, true, false, true, true, false, true, true, false]);
        let some = Mischief::new(Faults { kinds: vec![FaultKind::Html], rate: 0.2, ..Faults::default() });
        let wrong = (0..1000).filter(|request| some.strike(&format!("GET /{request}")).is_some()).count();
        assert!((150..250).contains(&wrong), "{wrong}");
    }

    #[test]
    fn the_order_of_requests_does_not_matter() {
        let faults = Faults { kinds: FaultKind::ALL.to_vec(), rate: 0.5, seed: 9, ..Faults::default() };
        let (one, other) = (Mischief::new(faults.clone()), Mischief::new(faults));
        let forwards: Vec<_> = (0..50).map(|at| one.strike(&at.to_string()).map(|fault| fault.kind)).collect();
        let mut backwards: Vec<_> = (0..50).rev().map(|at| other.strike(&at.to_string()).map(|fault| fault.kind)).collect();
        backwards.reverse();
        assert_eq!(forwards, backwards);
    }
}
