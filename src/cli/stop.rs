//! Ctrl-C ends a run cleanly: nothing half-written stays behind.

use super::Exit;
use crate::pipeline::Cancel;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits for Ctrl-C and for requests to end (SIGTERM, SIGHUP).
pub struct Interrupts {
    cancel: Cancel,
    heeded: Arc<AtomicBool>,
}

impl Interrupts {
    /// Ends the program at the first signal, until [`Interrupts::heed`] says that somebody looks at the token. At a second one it
    /// ends even if the token is not looked at: a reader of its output may keep it waiting.
    pub fn wait() -> Self {
        let (cancel, heeded) = (Cancel::default(), Arc::new(AtomicBool::new(false)));
        let (token, looked_at) = (cancel.clone(), Arc::clone(&heeded));
        // A second handler in one process fails; the first one's token would then be missed only by tests.
        let _ = ctrlc::set_handler(move || {
            if token.is_cancelled() || !looked_at.load(Ordering::Relaxed) {
                std::process::exit(Exit::Interrupted as i32);
            }
            token.cancel();
        });
        Interrupts { cancel, heeded }
    }

    /// The token, for somebody who looks at it often from here on.
    pub fn heed(&self) -> Cancel {
        self.heeded.store(true, Ordering::Relaxed);
        self.cancel.clone()
    }
}
