//! What must not happen unasked: a plan that looks like a mistake is stopped before anything is written.

use super::Summary;
use serde::{Deserialize, Serialize};

/// The rules, in the order in which they are judged, each with what it stops.
pub const RULES: &[(&str, &str)] = &[
    (EMPTY_SOURCE, "no record was read"),
    (NOBODY_DESIRED, "the destination would be emptied"),
    (NOT_OURS, "what is at the destination was not written by this job"),
    (COLUMNS_DROPPED, "columns of the table would go, with what they hold"),
    (KEY_TWICE, "several records share a key"),
    (JOIN_STOPPED, "a join that matched for most rows matches for few"),
    (FIELD_EMPTIED, "a field that had a value loses it for everyone or for most"),
    (TOO_MANY_DELETES, "more rows would be deleted than the limit"),
    (TOO_MANY_UPDATES, "more rows would be updated than the limit"),
];

pub const EMPTY_SOURCE: &str = "empty-source";
pub const NOBODY_DESIRED: &str = "nobody-desired";
pub const NOT_OURS: &str = "not-ours";
pub const COLUMNS_DROPPED: &str = "columns-dropped";
pub const KEY_TWICE: &str = "key-twice";
pub const JOIN_STOPPED: &str = "join-stopped-matching";
pub const FIELD_EMPTIED: &str = "field-emptied";
pub const TOO_MANY_DELETES: &str = "too-many-deletes";
pub const TOO_MANY_UPDATES: &str = "too-many-updates";

/// Fewer rows than these are no wave, whatever their share: in a company of eight, one leaver is an eighth.
const FEW: u64 = 5;
/// A field is emptied if it keeps less than this share of its values, in percent.
const KEPT: u64 = 50;

/// How much of what there is may change in one run, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the rows that there are. Ten: the leavers of a company in a month are a few in a hundred.
    pub deletes: u64,
    /// Of the rows that there are. Fifty: a new format of a field changes everyone, and somebody should look at it once.
    pub updates: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { deletes: 10, updates: 50 }
    }
}

/// How often a join found what it looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinFact {
    /// `MAPPING.$NAME`.
    pub name: String,
    pub rows: u64,
    pub matched: u64,
}

/// What a run knows besides its plan.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Records that were read, all mappings together.
    pub read: u64,
    /// Rows that were rejected because others have their key.
    pub key_twice: u64,
    /// What is at the destination was not written by this job.
    pub foreign: bool,
    /// Columns that would be dropped.
    pub dropped_columns: Vec<String>,
    pub joins: Vec<JoinFact>,
    /// As they were in the last run that was applied.
    pub joins_before: Vec<JoinFact>,
}

/// Why a plan is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stop {
    pub rule: &'static str,
    /// What was found and what is allowed, with numbers.
    pub message: String,
    /// The field that the rule is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Rows that it is about.
    pub rows: u64,
}

/// Everything about the plan that its user should see before it is applied.
pub fn guard(summary: &Summary, facts: &Facts, limits: Limits) -> Vec<Stop> {
    let mut stops = Vec::new();
    let mut stop = |rule, field: Option<&str>, rows, message| {
        stops.push(Stop { rule, message, field: field.map(str::to_owned), rows });
    };
    let Summary { existing, desired, updates, deletes, held, fields, .. } = summary;
    if facts.read == 0 {
        stop(EMPTY_SOURCE, None, *existing, "no record was read".to_owned());
    } else if *desired == 0 && *held == 0 && *existing > 0 {
        let message = format!("no row is left of {existing}: all {} records were skipped or rejected", facts.read);
        stop(NOBODY_DESIRED, None, *existing, message);
    }
    if facts.foreign {
        let message = "what is at the destination was not written by this job, and would be replaced".to_owned();
        stop(NOT_OURS, None, 0, message);
    }
    if !facts.dropped_columns.is_empty() {
        let names: Vec<String> = facts.dropped_columns.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("the mapping no longer has {} in this form: the column goes, with what it holds", names.join(", "));
        stop(COLUMNS_DROPPED, None, *existing, message);
    }
    if facts.key_twice > 0 {
        let message = format!("{} share their key with others, and nobody can tell which is right", rows(facts.key_twice));
        stop(KEY_TWICE, None, facts.key_twice, message);
    }
    for before in &facts.joins_before {
        let Some(now) = facts.joins.iter().find(|join| join.name == before.name) else { continue };
        // Shares of different totals, held against each other without a division.
        let kept = now.matched * before.rows * 100 < before.matched * now.rows * KEPT;
        if before.matched >= FEW && now.rows > 0 && kept {
            let message = format!(
                "{} matched for {} of {} when it was last applied, and matches for {} of {} now",
                before.name,
                before.matched,
                rows(before.rows),
                now.matched,
                now.rows
            );
            stop(JOIN_STOPPED, None, now.rows - now.matched, message);
        }
    }
    for field in fields {
        let lost = field.filled_before.saturating_sub(field.filled_after);
        let most = field.filled_after * 100 < field.filled_before * KEPT;
        if most && (lost >= FEW || field.filled_after == 0 && lost == field.filled_before && lost > 1) {
            let message = format!(
                "`{}` has a value in {} now, and would keep it in {}",
                field.name,
                rows(field.filled_before),
                if field.filled_after == 0 { "none".to_owned() } else { field.filled_after.to_string() }
            );
            stop(FIELD_EMPTIED, Some(&field.name), lost, message);
        }
    }
    for (rule, count, limit, word) in
        [(TOO_MANY_DELETES, *deletes, limits.deletes, "deleted"), (TOO_MANY_UPDATES, *updates, limits.updates, "updated")]
    {
        if count > FEW && count * 100 > existing * limit {
            let message = format!("{count} of {} would be {word}, and {limit} % is the limit", rows(*existing));
            stop(rule, None, count, message);
        }
    }
    stops
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::FieldSummary;

    fn rules(summary: &Summary, facts: &Facts) -> Vec<&'static str> {
        guard(summary, facts, Limits::default()).into_iter().map(|stop| stop.rule).collect()
    }

    fn read(read: u64) -> Facts {
        Facts { read, ..Facts::default() }
    }

    #[test]
    fn a_share_counts_from_six_rows_on_and_only_above_its_limit() {
        let of = |existing, deletes, updates| Summary { existing, deletes, updates, desired: existing, ..Summary::default() };
        assert_eq!(rules(&of(8, 5, 5), &read(8)), [""; 0]);
        assert_eq!(rules(&of(100, 10, 50), &read(100)), [""; 0]);
        assert_eq!(rules(&of(100, 11, 51), &read(100)), [TOO_MANY_DELETES, TOO_MANY_UPDATES]);
    }

    #[test]
    fn an_empty_source_and_an_empty_result_are_two_things() {
        let empty = Summary { existing: 3, deletes: 3, ..Summary::default() };
        assert_eq!(rules(&empty, &read(0)), [EMPTY_SOURCE]);
        assert_eq!(rules(&empty, &read(3)), [NOBODY_DESIRED]);
        assert_eq!(rules(&Summary::default(), &read(3)), [""; 0]);
    }

    #[test]
    fn a_field_that_loses_most_of_its_values_is_named() {
        let of = |filled_before, filled_after| Summary {
            desired: 20,
            fields: vec![FieldSummary { name: "title".to_owned(), filled_before, filled_after, ..FieldSummary::default() }],
            ..Summary::default()
        };
        assert_eq!(rules(&of(20, 9), &read(20)), [FIELD_EMPTIED]);
        assert_eq!(rules(&of(20, 10), &read(20)), [""; 0]);
        assert_eq!(rules(&of(2, 0), &read(20)), [FIELD_EMPTIED]);
        assert_eq!(rules(&of(1, 0), &read(20)), [""; 0]);
        assert_eq!(rules(&of(4, 1), &read(20)), [""; 0]);
    }

    #[test]
    fn a_join_is_judged_by_its_share() {
        let join = |rows, matched| vec![JoinFact { name: "hris.$person".to_owned(), rows, matched }];
        let facts = |before, joins| Facts { read: 1, joins_before: before, joins, ..Facts::default() };
        assert_eq!(rules(&Summary::default(), &facts(join(100, 90), join(10, 4))), [JOIN_STOPPED]);
        assert_eq!(rules(&Summary::default(), &facts(join(100, 90), join(10, 5))), [""; 0]);
        assert_eq!(rules(&Summary::default(), &facts(join(100, 4), join(10, 0))), [""; 0]);
    }
}
