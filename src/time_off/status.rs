//! The status of a request, in one spelling.

use super::Members;

/// What has become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Pending,
    Approved,
    Declined,
    Canceled,
    Deleted,
}

impl Status {
    pub const ALL: [Status; 5] = [Status::Pending, Status::Approved, Status::Declined, Status::Canceled, Status::Deleted];

    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Approved => "approved",
            Status::Declined => "declined",
            Status::Canceled => "canceled",
            Status::Deleted => "deleted",
        }
    }

    /// Nobody is away by it.
    pub fn is_void(self) -> bool {
        matches!(self, Status::Declined | Status::Canceled | Status::Deleted)
    }

    /// A `status` of HiBob's or a `changeType`, in any case and with one `l` or two.
    pub fn parse(text: &str) -> Option<Status> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "pending" | "requested" => Status::Pending,
            "approved" | "created" | "imported" => Status::Approved,
            "declined" | "rejected" => Status::Declined,
            "canceled" | "cancelled" => Status::Canceled,
            "deleted" => Status::Deleted,
            _ => return None,
        })
    }

    /// What a snapshot says: a change that ends a request counts before its `status`, and this before how it began.
    ///
    /// # Errors
    /// The word that is there and not known.
    pub fn of(snapshot: &Members<'_>) -> Result<Option<Status>, String> {
        let (change, status) = (snapshot.text(&["changeType"]), snapshot.text(&["status"]));
        let known = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().and_then(Status::parse);
        if let Some(ended) = known(&change).filter(|status| status.is_void()) {
            return Ok(Some(ended));
        }
        if let Some(known) = known(&status).or_else(|| known(&change)) {
            return Ok(Some(known));
        }
        match status.or(change) {
            Some(unknown) => Err(unknown.to_lowercase()),
            None if snapshot.first(&["declinedAt", "declinedBy"]).is_some() => Ok(Some(Status::Declined)),
            None if snapshot.raw("approved") == Some("true") => Ok(Some(Status::Approved)),
            None => Ok(None),
        }
    }

    /// Of two changes at one moment, the one with the higher rank came later.
    pub fn rank(snapshot: &Members<'_>) -> u8 {
        let change = snapshot.text(&["changeType", "status"]);
        match change.as_deref().and_then(Status::parse) {
            Some(Status::Pending) => 0,
            Some(Status::Approved) | None => 1,
            Some(Status::Declined) => 2,
            Some(Status::Canceled) => 3,
            Some(Status::Deleted) => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Members, Status};

    fn of(text: &str) -> Result<Option<Status>, String> {
        Status::of(&Members::of(text).unwrap())
    }

    #[test]
    fn a_status_has_one_spelling() {
        for (text, status) in [
            (r#"{"changeType":"Created"}"#, Status::Approved),
            (r#"{"changeType":"Pending"}"#, Status::Pending),
            (r#"{"changeType":"Cancelled","status":"approved"}"#, Status::Canceled),
            (r#"{"changeType":"CANCELED"}"#, Status::Canceled),
            (r#"{"changeType":"Deleted","status":"canceled"}"#, Status::Deleted),
            (r#"{"changeType":"Pending","status":"Declined"}"#, Status::Declined),
            (r#"{"status":"cancelled"}"#, Status::Canceled),
            (r#"{"status":null,"approved":true}"#, Status::Approved),
            (r#"{"declinedAt":"2026-01-02"}"#, Status::Declined),
        ] {
            assert_eq!(of(text), Ok(Some(status)), "{text}");
        }
        assert_eq!(of("{}"), Ok(None));
        assert_eq!(of(r#"{"status":"In review"}"#), Err("in review".to_owned()));
        for status in Status::ALL {
            assert_eq!(Status::parse(status.word()), Some(status));
        }
    }
}
