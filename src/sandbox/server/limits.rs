//! How often a service user may call, and who is shut out for knocking at closed doors.

use super::endpoint::Endpoint;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Rate limits and blocks.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Calls a window for every endpoint in place of Bob's own figures.
    pub rate: Option<u32>,
    /// A minute, in Bob.
    pub window: Duration,
    /// How long somebody is shut out after fifty refusals within ten seconds; five minutes, in Bob.
    pub block: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { rate: None, window: Duration::from_secs(60), block: Duration::from_secs(300) }
    }
}

/// Refusals that lead to a block, and the time within which they must come.
const REFUSALS: usize = 50;
const REFUSALS_WITHIN: Duration = Duration::from_secs(10);

/// Where a call stands within its window.
pub struct Count {
    pub limit: u32,
    pub remaining: u32,
    /// When the window ends, in whole seconds since 1970.
    pub reset: u64,
    /// Until then, for a call that is one too many.
    pub wait: Option<Duration>,
}

/// An endpoint, and whether its caller is known.
type Counted = (&'static str, bool);

/// Counts calls by endpoint and caller.
pub struct Meter {
    limits: Limits,
    windows: Mutex<HashMap<Counted, (Instant, u32)>>,
    refusals: Mutex<Refusals>,
}

/// Times of refusals within the last ten seconds, and until when somebody is shut out.
#[derive(Default)]
struct Refusals {
    /// 401s, by address: on loopback there is one.
    unknown: Knocks,
    /// 401s and 403s, each by its `Authorization` header, of which only a number is kept.
    by_header: HashMap<(u64, bool), Knocks>,
}

#[derive(Default)]
struct Knocks {
    times: Vec<Instant>,
    blocked_until: Option<Instant>,
}

impl Knocks {
    fn is_blocked(&self, now: Instant) -> bool {
        self.blocked_until.is_some_and(|until| now < until)
    }

    fn knock(&mut self, now: Instant, block: Duration) {
        self.times.retain(|time| now.duration_since(*time) < REFUSALS_WITHIN);
        self.times.push(now);
        if self.times.len() >= REFUSALS {
            self.times.clear();
            self.blocked_until = Some(now + block);
        }
    }
}

impl Meter {
    pub fn new(limits: Limits) -> Meter {
        Meter { limits, windows: Mutex::default(), refusals: Mutex::default() }
    }

    /// Counts a call. Callers whom nobody knows share one count.
    pub fn count(&self, endpoint: &Endpoint, known: bool) -> Count {
        let limit = self.limits.rate.unwrap_or_else(|| endpoint.calls_a_minute());
        let now = Instant::now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, calls) = windows.entry((endpoint.name(), known)).or_insert((now, 0));
        if now.duration_since(*began) >= self.limits.window {
            (*began, *calls) = (now, 0);
        }
        let left = self.limits.window.saturating_sub(now.duration_since(*began));
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + left;
        let over = *calls >= limit;
        if !over {
            *calls += 1;
        }
        Count { limit, remaining: limit - *calls, reset: seconds_up(since_1970), wait: over.then_some(left) }
    }

    /// What a client is told to wait: whole seconds, none where a test has made windows shorter than one.
    pub fn retry_after(&self, wait: Duration) -> u64 {
        if self.limits.window < Duration::from_secs(1) { 0 } else { seconds_up(wait).max(1) }
    }

    /// Whether the caller is shut out. `header` stands for the `Authorization` header.
    pub fn is_blocked(&self, header: u64) -> bool {
        let now = Instant::now();
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let header_is = |forbidden| refusals.by_header.get(&(header, forbidden)).is_some_and(|knocks| knocks.is_blocked(now));
        refusals.unknown.is_blocked(now) || header_is(false) || header_is(true)
    }

    /// Remembers a 401, or with `forbidden` a 403.
    pub fn refused(&self, header: u64, forbidden: bool) {
        let now = Instant::now();
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if !forbidden {
            refusals.unknown.knock(now, self.limits.block);
        }
        // Somebody who tries out tokens must not fill the memory.
        if refusals.by_header.len() > 10_000 {
            refusals.by_header.clear();
        }
        refusals.by_header.entry((header, forbidden)).or_default().knock(now, self.limits.block);
    }
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
