//! What a person who watches should know while it happens: that a call waits, and why.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A wait that a person would wonder about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Method and path below the base URL: `POST /people/search`.
    pub endpoint: String,
    /// Why the call failed that is tried again; `None` where HiBob allows no more calls for now.
    pub failed: Option<String>,
    pub wait: Duration,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.wait.as_secs_f64().ceil();
        match &self.failed {
            Some(why) => write!(f, "{}: {why}; trying again in {seconds} s", self.endpoint),
            None => write!(f, "{}: HiBob allows no more calls for now; going on in {seconds} s", self.endpoint),
        }
    }
}

/// Shorter waits are not told.
const LEAST: Duration = Duration::from_secs(2);

/// Whoever is told.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(Wait) + Send + Sync>);

impl Listener {
    pub fn new(told: impl Fn(Wait) + Send + Sync + 'static) -> Listener {
        Listener(Arc::new(told))
    }

    /// Nobody.
    pub fn nobody() -> Listener {
        Listener::new(|_| {})
    }

    pub(super) fn tell(&self, wait: Wait) {
        if wait.wait >= LEAST {
            (self.0)(wait);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

#[cfg(test)]
mod tests {
    use super::{Listener, Wait};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    #[test]
    fn long_waits_are_told_with_their_reason_and_short_ones_are_not() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let listener = Listener::new(move |wait| heard.lock().unwrap().push(wait.to_string()));
        let wait = |failed: Option<&str>, millis| Wait {
            endpoint: "POST /people/search".to_owned(),
            failed: failed.map(str::to_owned),
            wait: Duration::from_millis(millis),
        };
        listener.tell(wait(None, 41_500));
        listener.tell(wait(Some("503"), 4_000));
        listener.tell(wait(Some("503"), 1_999));
        assert_eq!(
            *told.lock().unwrap(),
            [
                "POST /people/search: HiBob allows no more calls for now; going on in 42 s",
                "POST /people/search: 503; trying again in 4 s"
            ]
        );
    }
}
