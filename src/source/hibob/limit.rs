//! How often one endpoint may be called: by the published figure until HiBob says more, then by what its headers say.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// Limits are for a minute: a reset that is further away comes from a clock that is wrong.
const LONGEST_WINDOW: Duration = Duration::from_secs(65);

/// The limit of one endpoint.
pub(super) struct Limit {
    state: Mutex<State>,
    /// Wakes those who wait when HiBob has said something new.
    news: Notify,
}

struct State {
    per_minute: u32,
    /// Counts until HiBob says how many calls are left.
    pace: DefaultDirectRateLimiter,
    window: Option<Window>,
    /// No call before.
    held: Option<Instant>,
}

/// What HiBob said last, or is about to say: a window begins when the one before it ends.
struct Window {
    remaining: u64,
    /// As sent, in seconds of HiBob's clock: answers to calls that overlapped tell of the same window by it. `None` until the first
    /// answer in the window.
    reset: Option<i64>,
    until: Instant,
}

impl Limit {
    pub fn new(per_minute: u32) -> Limit {
        let state = State { per_minute, pace: pace(per_minute), window: None, held: None };
        Limit { state: Mutex::new(state), news: Notify::new() }
    }

    /// Waits until there is room for a call, and takes it. `told` hears how long the first wait will be.
    pub async fn ready(&self, told: impl Fn(Duration)) {
        let mut first = true;
        loop {
            let news = self.news.notified();
            let Err(wait) = self.state().take(Instant::now()) else { return };
            if std::mem::take(&mut first) {
                told(wait);
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = news => {}
            }
        }
    }

    /// Learns from an answer's `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds since 1970).
    pub fn heed(&self, headers: &HeaderMap) {
        let mut state = self.state();
        if let Some(limit) = number(headers, "x-ratelimit-limit").and_then(|limit| u32::try_from(limit).ok())
            && limit > 0
            && limit != state.per_minute
        {
            state.per_minute = limit;
            state.pace = pace(limit);
        }
        let remaining = number(headers, "x-ratelimit-remaining").and_then(|remaining| u64::try_from(remaining).ok());
        if let (Some(said), Some(reset)) = (remaining, number(headers, "x-ratelimit-reset")) {
            let left = until_reset(headers, reset);
            // In one window HiBob does not count yet what is on its way, and this side not what other programs send.
            let remaining = match &state.window {
                Some(window) if window.reset.is_none_or(|known| known == reset) => window.remaining.min(said),
                _ => said,
            };
            // A slow answer may tell of a window that is over.
            if !left.is_zero() {
                state.window = Some(Window { remaining, reset: Some(reset), until: Instant::now() + left });
            }
        }
        drop(state);
        self.news.notify_waiters();
    }

    /// Calls a minute: those published, or those that HiBob told of.
    pub fn per_minute(&self) -> u32 {
        self.state().per_minute
    }

    /// No call for so long.
    pub fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.state();
        state.held = Some(state.held.map_or(until, |held| held.max(until)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, now: Instant) -> Result<(), Duration> {
        if let Some(held) = self.held.filter(|held| *held > now) {
            return Err(held - now);
        }
        let Some(window) = &mut self.window else {
            return self.pace.check().map_err(|soonest| soonest.wait_time_from(DefaultClock::default().now()));
        };
        if window.until <= now {
            *window = Window { remaining: u64::from(self.per_minute), reset: None, until: now + LONGEST_WINDOW };
        }
        window.remaining = window.remaining.checked_sub(1).ok_or(window.until - now)?;
        Ok(())
    }
}

/// A burst of a minute's calls, then one by one as they grow back.
fn pace(per_minute: u32) -> DefaultDirectRateLimiter {
    let calls = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
    RateLimiter::direct(Quota::per_minute(calls))
}

/// How long an answer tells to wait by `Retry-After`, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => http_date(text).map(|date| after(headers, date)),
    }
}

/// How long it is until a window that is used up ends.
pub(super) fn reset(headers: &HeaderMap) -> Option<Duration> {
    let left = number(headers, "x-ratelimit-remaining").is_some_and(|remaining| remaining > 0);
    number(headers, "x-ratelimit-reset").filter(|_| !left).map(|reset| until_reset(headers, reset))
}

fn until_reset(headers: &HeaderMap, reset: i64) -> Duration {
    after(headers, UNIX_EPOCH + Duration::from_secs(reset.max(0).unsigned_abs())).min(LONGEST_WINDOW)
}

/// From now to `time` by the clock that the answer was dated by: this machine's may be wrong.
fn after(headers: &HeaderMap, time: SystemTime) -> Duration {
    let dated = headers.get(DATE).and_then(|date| date.to_str().ok()).and_then(http_date);
    time.duration_since(dated.unwrap_or_else(SystemTime::now)).unwrap_or_default()
}

/// A date as HTTP writes it (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<SystemTime> {
    let timestamp = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    u64::try_from(timestamp.as_second()).ok().map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds))
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_WINDOW, Limit, reset, retry_after};
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use std::time::{Duration, Instant};

    /// Sunday, 06 Nov 1994 08:49:37 GMT.
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const EPOCH: i64 = 784_111_777;

    fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
        let pair =
            |(name, value): &(&'static str, String)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        pairs.iter().map(pair).collect()
    }

    fn window(limit: u32, remaining: u32, reset: i64) -> HeaderMap {
        headers(&[
            ("date", DATE.to_owned()),
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", remaining.to_string()),
            ("x-ratelimit-reset", (EPOCH + reset).to_string()),
        ])
    }

    fn take(limit: &Limit) -> Option<u64> {
        limit.state().take(Instant::now()).err().map(|wait| wait.as_secs_f64().ceil() as u64)
    }

    #[test]
    fn a_minutes_calls_go_at_once_and_then_one_by_one() {
        let limit = Limit::new(10);
        for _ in 0..10 {
            assert_eq!(take(&limit), None);
        }
        assert_eq!(take(&limit), Some(6));
    }

    #[test]
    fn what_the_server_says_counts_and_its_clock_too() {
        let limit = Limit::new(50);
        limit.heed(&window(3, 2, 20));
        assert_eq!((take(&limit), take(&limit), take(&limit)), (None, None, Some(20)));
        // An answer to a call before does not give room back; another window does.
        limit.heed(&window(3, 1, 20));
        assert_eq!(take(&limit), Some(20));
        limit.heed(&window(3, 1, 40));
        assert_eq!((take(&limit), take(&limit)), (None, Some(40)));
        limit.heed(&window(3, 0, 100_000));
        assert_eq!(take(&limit), Some(LONGEST_WINDOW.as_secs()));
        // A window that is over says nothing of the next one.
        limit.heed(&window(3, 2, -5));
        assert_eq!(take(&limit), Some(LONGEST_WINDOW.as_secs()));
    }

    #[test]
    fn a_new_window_begins_with_all_its_calls_and_is_then_what_the_server_says() {
        let limit = Limit::new(50);
        limit.heed(&window(3, 0, 5));
        let later = Instant::now() + Duration::from_secs(6);
        let take = |limit: &Limit| limit.state().take(later).is_ok();
        assert!(take(&limit));
        limit.heed(&window(3, 2, 70));
        assert_eq!([take(&limit), take(&limit), take(&limit)], [true, true, false]);
    }

    #[test]
    fn news_wake_those_who_wait() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let limit = Limit::new(50);
            limit.heed(&window(3, 0, 60));
            let mut ready = Box::pin(limit.ready(|_| {}));
            let waited = tokio::time::timeout(Duration::from_millis(20), &mut ready).await;
            assert!(waited.is_err());
            limit.heed(&window(3, 3, 120));
            tokio::time::timeout(Duration::from_secs(5), ready).await.unwrap();
        });
    }

    #[test]
    fn a_hold_counts_whatever_is_left() {
        let limit = Limit::new(50);
        limit.heed(&window(50, 49, 60));
        limit.hold(Duration::from_secs(7));
        limit.hold(Duration::from_secs(5));
        assert_eq!(take(&limit), Some(7));
    }

    #[test]
    fn the_wait_is_read_from_seconds_a_date_or_the_reset() {
        let date = || ("date", DATE.to_owned());
        let seconds = |wait: Option<Duration>| wait.map(|wait| wait.as_secs());
        for (value, told) in [("17", Some(17)), (" 0 ", Some(0)), ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)), ("soon", None)] {
            assert_eq!(seconds(retry_after(&headers(&[date(), ("retry-after", value.to_owned())]))), told, "{value}");
        }
        let reset_in = || ("x-ratelimit-reset", (EPOCH + 12).to_string());
        let remaining = |count: &str| ("x-ratelimit-remaining", count.to_owned());
        assert_eq!(seconds(reset(&headers(&[date(), reset_in()]))), Some(12));
        assert_eq!(seconds(reset(&headers(&[date(), reset_in(), remaining("0")]))), Some(12));
        assert_eq!(seconds(reset(&headers(&[date(), reset_in(), remaining("3")]))), None);
        assert_eq!(retry_after(&headers(&[date()])).or(reset(&headers(&[date()]))), None);
    }
}
