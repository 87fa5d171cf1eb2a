//! Ctrl-C ends a run cleanly: nothing half-written stays behind.

use crate::pipeline::Cancel;

/// A token that Ctrl-C and a request to end (SIGTERM) set.
pub fn on_interrupt() -> Cancel {
    let cancel = Cancel::default();
    let handler = cancel.clone();
    // A second handler in one process fails; the first one's token would then be missed only by tests.
    let _ = ctrlc::set_handler(move || handler.cancel());
    cancel
}
