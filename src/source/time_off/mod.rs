//! Sources of time off: changes folded to requests, requests completed one by one, and the veil over private types. What is
//! computed is computed by [`crate::time_off`]; here it is read, kept and handed out.

mod facts;
mod requests;
mod texts;
mod veiled;

pub use facts::Facts;
pub use requests::{Form, Requests};
pub use veiled::Veiled;
