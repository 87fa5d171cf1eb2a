//! When two values are the same one, though they may be written differently: destinations keep numbers, instants and JSON in
//! forms of their own.

use crate::value::{Kind, json};
use bigdecimal::BigDecimal;
use jiff::Timestamp;

/// Whether two JSON texts are one value of a column of this kind.
pub fn same(kind: Kind, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match kind {
        Kind::Integer | Kind::Decimal => match (one.parse::<BigDecimal>(), other.parse::<BigDecimal>()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        },
        Kind::Datetime => match (instant(one), instant(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        },
        Kind::Json | Kind::List => json::same(one, other),
        Kind::String | Kind::Boolean | Kind::Date | Kind::Email | Kind::Enum => false,
    }
}

fn instant(json: &str) -> Option<Timestamp> {
    serde_json::from_str::<String>(json).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::same;
    use crate::value::Kind;

    #[test]
    fn numbers_instants_and_json_are_compared_by_what_they_mean() {
        for (kind, one, other, expected) in [
            (Kind::Decimal, "1.10", "1.1", true),
            (Kind::Decimal, "1.10", "1.2", false),
            (Kind::Integer, "9007199254740993", "9007199254740992", false),
            (Kind::Datetime, "\"2026-07-01T10:00:00+02:00\"", "\"2026-07-01T08:00:00Z\"", true),
            (Kind::Datetime, "\"2026-07-01T10:00:00\"", "\"2026-07-01T10:00:00Z\"", false),
            (Kind::Json, r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, true),
            (Kind::Json, r#"{"a":[1e2,"\u00e9"]}"#, r#"{"a": [100, "é"]}"#, true),
            (Kind::Json, "[12345678901234567891]", "[12345678901234567892]", false),
            (Kind::List, "[1,2]", "[2,1]", false),
            (Kind::String, "\"1.0\"", "\"1\"", false),
            (Kind::Decimal, "null", "0", false),
        ] {
            assert_eq!(same(kind, one, other), expected, "{kind} {one} {other}");
        }
    }
}
