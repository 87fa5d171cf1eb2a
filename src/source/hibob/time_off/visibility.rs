//! Which policy types are private: HiBob says it of requests, and nothing of it with the types and the balances.

use super::{Endpoint, HibobError, TimeOffSettings, borrowed, outs_query};
use crate::source::hibob::client::{Body, Call, Client};
use crate::source::hibob::error::Cause;
use crate::source::hibob::pieces::{get, is_object, listed, members, plain};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use std::collections::HashMap;

/// Months before and after a day whose absences are looked at.
const BEFORE: i32 = 6;
const AFTER: i32 = 1;

/// What HiBob says of the visibility of policy types, by name.
pub(super) type Visibilities = HashMap<String, String>;

/// The query for the absences around `day`: of every kind that HiBob has.
pub(in crate::source::hibob) fn visibility_query(day: Date) -> Vec<(&'static str, String)> {
    let asked = TimeOffSettings {
        from: day.saturating_sub(Span::new().months(BEFORE)),
        to: day.saturating_add(Span::new().months(AFTER)),
        pending: true,
        working: true,
        ..TimeOffSettings::usual(Timestamp::UNIX_EPOCH)
    };
    outs_query(&asked)
}

/// What the requests around `day` say of their types: one that is not public makes its type private. `None` if HiBob does not tell
/// who is out, or so much of it that it can't be read.
pub(super) async fn visibilities(client: &Client, day: Date) -> Result<Option<Visibilities>, HibobError> {
    let query = visibility_query(day);
    let query = borrowed(&query);
    let call = Call { endpoint: &Endpoint::WHOS_OUT, query: &query, body: None };
    match client.call(&call, |body: Body| async move { read(&body.text().await?) }).await {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.cause() {
            Some(Cause::Forbidden { .. } | Cause::NotFound { .. } | Cause::TooLarge { .. }) => Ok(None),
            _ => Err(error),
        },
    }
}

fn read(text: &str) -> Result<Visibilities, Cause> {
    let mut found = Visibilities::new();
    for out in listed(text, "outs")? {
        if !is_object(out) {
            return Err(Cause::Shape("a record under `outs` that is no object".to_owned()));
        }
        let parts = members(out)?;
        let text = |name: &str| get(&parts, name).and_then(plain);
        if let (Some(name), Some(visibility)) = (text("policyTypeDisplayName"), text("visibility")) {
            match found.get_mut(&*name) {
                Some(known) if known.eq_ignore_ascii_case("public") => *known = visibility.into_owned(),
                Some(_) => {}
                None => _ = found.insert(name.into_owned(), visibility.into_owned()),
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{read, visibility_query};

    #[test]
    fn one_request_that_is_not_public_makes_its_type_private() {
        let found = read(
            r#"{"outs":[{"policyTypeDisplayName":"Holiday","visibility":"Public"},{"policyTypeDisplayName":"Sick","visibility":"Public"},
                {"policyTypeDisplayName":"Sick","visibility":"Private"},{"policyTypeDisplayName":"Sick","visibility":"Public"},
                {"policyTypeDisplayName":null,"visibility":"Custom name"},{"policyTypeDisplayName":"Study","visibility":null},{}]}"#,
        );
        let mut found: Vec<_> = found.unwrap().into_iter().collect();
        found.sort();
        assert_eq!(found, [("Holiday", "Public"), ("Sick", "Private")].map(|(name, seen)| (name.to_owned(), seen.to_owned())));
        assert!(read(r#"{"outs":[1]}"#).is_err());
    }

    #[test]
    fn the_absences_of_six_months_before_and_one_after_are_looked_at() {
        let query = visibility_query("2026-08-31".parse().unwrap());
        let of = |name| query.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        assert_eq!((of("from"), of("to")), (Some("2026-02-28"), Some("2026-09-30")));
        for all in ["includeHourly", "includePrivate", "includePending", "includeWorkingRequests"] {
            assert_eq!(of(all), Some("true"), "{all}");
        }
    }
}
