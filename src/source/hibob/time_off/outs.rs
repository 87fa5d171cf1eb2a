//! `hibob.whos_out` and `hibob.out_today`: one call each.

use super::{Endpoint, HibobError, Most, TimeOffSettings, borrowed, day_query, objects, outs_query};
use crate::source::Scope;
use crate::source::hibob::client::{Body, Call};
use crate::source::hibob::stream::{Background, Lines, Pages};
use jiff::civil::Date;

/// Absences.
pub(super) struct Outs {
    endpoint: Endpoint,
    query: Vec<(&'static str, String)>,
    most: Most,
    done: bool,
}

impl Outs {
    /// Within a span of days.
    pub fn between(asked: &TimeOffSettings, most: Most) -> Outs {
        Outs { endpoint: Endpoint::WHOS_OUT, query: outs_query(asked), most, done: false }
    }

    /// On one day.
    pub fn on(day: Date, most: Most) -> Outs {
        Outs { endpoint: Endpoint::OUT_TODAY, query: day_query(day), most, done: false }
    }
}

impl Pages for Outs {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        if std::mem::replace(&mut self.done, true) {
            return Ok(None);
        }
        let query = borrowed(&self.query);
        let call = Call { endpoint: &self.endpoint, query: &query, body: None };
        let read = |body: Body| async move { objects(&body.text().await?, "outs") };
        let lines = background.runtime().block_on(background.client.call(&call, read))?;
        Ok(Some(self.most.of(lines)))
    }

    fn whole(&self) -> Scope {
        self.most.scope()
    }
}
