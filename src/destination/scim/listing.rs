//! Lists of resources, page by page (RFC 7644 §3.4.2): also those of servers that count pages, or hand out everything at once.

use super::client::{CallError, Client, Of, Why};
use super::shape::{id, member};
use reqwest::Method;
use serde_json::Value;

/// Resources on one page: what most servers hand out at most.
const PAGE: usize = 100;
/// More than any company has: a server that makes them up would never end.
const MOST: usize = 5_000_000;

impl Client<'_> {
    /// Hands out every user or group, as often as the server does; `take` says whether it is new. Pages are asked for as RFC 7644 has
    /// it; a server that takes `startIndex` for the number of a page, or that hands out everybody whatever it is asked, is understood.
    ///
    /// # Errors
    /// A call fails, or the server has more than it hands out: nobody may take those for people who are not there.
    pub fn each<E: From<CallError>>(&self, of: Of<'_>, mut take: impl FnMut(Value) -> Result<bool, E>) -> Result<(), E> {
        let (mut known, mut page, mut by_number, mut seen_again) = (0, 1, false, 0);
        loop {
            let start = if by_number { page } else { known + 1 };
            let (start, count) = (start.to_string(), PAGE.to_string());
            let query = [("startIndex", start.as_str()), ("count", count.as_str())];
            let mut answer = self.wait_for(self.ask(&Method::GET, of, &query, None));
            if known == 0 && answer.as_ref().is_err_and(|error| error.status() == Some(404)) && self.set_small(of, true) {
                answer = self.wait_for(self.ask(&Method::GET, of, &query, None)).inspect_err(|_| _ = self.set_small(of, false));
            }
            let mut body = answer?.body;
            let shape = |why| self.error(&Method::GET, of, Why::Shape(why));
            let total = member(&body, "totalResults").and_then(id).and_then(|total| total.parse::<usize>().ok());
            let resources = list(&mut body).ok_or_else(|| shape("a list has `Resources`"))?;
            let (mut new, handed_out) = (0, resources.len());
            for resource in resources {
                new += usize::from(take(resource)?);
            }
            known += new;
            page += 1;
            let more = total.map_or(handed_out > 0, |total| known < total);
            match (more, new, by_number) {
                (false, _, _) => return Ok(()),
                (true, _, _) if self.pace().is_stopped() => return Err(self.error(&Method::GET, of, Why::Stopped).into()),
                (true, 1.., _) if known <= MOST => {}
                // Nothing new where the next users should stand: is it a page's number that is asked for?
                (true, 0, false) if known > 0 => (by_number, page) = (true, 2),
                // Pages that were come upon by their wrong numbers come again, and never more than there are.
                (true, 0, true) if handed_out > 0 && seen_again + handed_out <= known => seen_again += handed_out,
                (true, 0, _) if total.is_none() => return Ok(()),
                (true, _, _) => return Err(shape("it has more than it hands out").into()),
            }
        }
    }

    /// The users that a filter finds.
    ///
    /// # Errors
    /// The call fails for good.
    pub async fn filtered(&self, filter: &str) -> Result<Vec<Value>, CallError> {
        let mut answer = self.ask(&Method::GET, Of::Users, &[("filter", filter)], None).await?;
        Ok(list(&mut answer.body).unwrap_or_default())
    }
}

/// The resources of a list; an empty one may leave them out.
fn list(body: &mut Value) -> Option<Vec<Value>> {
    match body {
        Value::Object(members) => {
            let name = members.keys().find(|name| name.eq_ignore_ascii_case("resources")).cloned();
            match name.and_then(|name| members.remove(&name)) {
                Some(Value::Array(resources)) => Some(resources),
                None | Some(Value::Null) if members.keys().any(|name| name.eq_ignore_ascii_case("totalResults")) => {
                    Some(Vec::new())
                }
                _ => None,
            }
        }
        Value::Array(resources) => Some(std::mem::take(resources)),
        _ => None,
    }
}
