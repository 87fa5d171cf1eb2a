//! What HiBob says of single requests, for those who fold the feed of changes: the feed leaves out who declined one, and what each
//! day takes.

use super::{Endpoint, HibobError};
use crate::source::hibob::client::Client;
use crate::source::hibob::client::{Body, Call};
use crate::source::hibob::error::Cause;
use crate::source::hibob::pieces::{is_object, members};
use crate::source::hibob::stream::{Ahead, Background};
use std::sync::Arc;

/// What HiBob says of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Its record, as HiBob sends it.
    Known(String),
    /// 404: HiBob has it no more.
    Deleted,
    /// 403, of this one or of one asked for before it. No more is asked then.
    Forbidden,
}

/// Of each request, by its employee's id and its own, in their order. Asks a few at a time, and stops at the first 403, which
/// many of would have HiBob block the service user.
pub(in crate::source::hibob) fn details(background: &Background, asked: &[(String, String)]) -> Result<Vec<Detail>, HibobError> {
    let mut calls: Ahead<Detail> = Ahead::new();
    let (mut details, mut waiting, mut forbidden) = (Vec::with_capacity(asked.len()), asked.iter(), false);
    loop {
        while !forbidden && calls.has_room(background, background.client.settings.in_flight) {
            let Some((employee, request)) = waiting.next() else { break };
            let (client, endpoint) = (Arc::clone(&background.client), Endpoint::time_off_request(employee, request));
            calls.start(background, async move { detail(&client, &endpoint).await });
        }
        match calls.next(background)? {
            Some(detail) => {
                forbidden |= detail == Detail::Forbidden;
                details.push(detail);
            }
            None => break,
        }
    }
    details.resize(asked.len(), Detail::Forbidden);
    Ok(details)
}

async fn detail(client: &Client, endpoint: &Endpoint) -> Result<Detail, HibobError> {
    let call = Call { endpoint, query: &[("includeDailyDurations", "true")], body: None };
    let read = |body: Body| async move {
        let text = body.text().await?;
        let text = text.trim();
        if !is_object(text) {
            return Err(Cause::Shape("expected a request".to_owned()));
        }
        members(text)?;
        Ok(Detail::Known(text.to_owned()))
    };
    match client.call(&call, read).await {
        Err(error) => match error.cause() {
            Some(Cause::NotFound { .. }) => Ok(Detail::Deleted),
            Some(Cause::Forbidden { .. }) => Ok(Detail::Forbidden),
            _ => Err(error),
        },
        known => known,
    }
}
