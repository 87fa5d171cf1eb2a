//! A mapping file as it is written. Serde reads it, schemars makes `schemas/mapping.schema.json` of it, and its doc comments
//! are what an editor shows. Knows nothing of what the keys do.

mod forms;

pub use forms::{Entries, Short, one_or_many};

use super::document::{At, Many, NodeRef};
use crate::value::Kind;
use forms::{Scalar, anything, required_text};
use schemars::JsonSchema;
use serde::Deserialize;

/// The newest number that `format` may be.
pub const FORMAT: u32 = 1;

/// How one kind of record from HiBob becomes one kind of record of another tool.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "bobmap mapping file")]
pub struct Spec {
    /// The name by which other files refer to this one. Unique among the files of a run.
    #[schemars(title = "name", with = "String", regex(pattern = r"^[a-z][a-z0-9_]*$"), example = &"employees")]
    pub mapping: At<String>,
    /// The number of the language this file is written in. Not yours to count up.
    #[schemars(title = "language format", with = "u32", range(min = 1), example = 1)]
    pub format: At<u32>,
    /// The records this file reads. An overlay has its parent's.
    #[serde(default)]
    #[schemars(title = "source", with = "String", example = &"hibob.people")]
    pub source: Option<At<String>>,
    /// A built-in target, or the path of a JSON Schema file. Left out: any field name.
    #[serde(default)]
    #[schemars(title = "target", with = "String", example = &"merge.employee")]
    pub target: Option<At<String>>,
    /// The field, or the list of fields, that names a record. Each must have a value.
    #[serde(default)]
    #[schemars(title = "key", schema_with = "one_or_many::<String>", example = &"remote_id")]
    pub key: Option<Many<String>>,
    /// Whether keys that differ only in case name one record: for e-mail addresses.
    #[serde(default)]
    #[schemars(title = "ignore case of keys", with = "bool", example = true)]
    pub ignore_case: Option<bool>,
    /// The mapping that this file is an overlay of: it says only what differs.
    #[serde(default)]
    #[schemars(title = "extends", with = "String", example = &"employees")]
    pub extends: Option<At<String>>,
    /// Fields of the parent that the overlay drops.
    #[serde(default)]
    #[schemars(title = "remove", with = "Vec<String>", example = vec!["team"])]
    pub remove: Vec<At<String>>,
    /// What every field inherits.
    #[serde(default)]
    #[schemars(title = "defaults", example = serde_json::json!({ "missing_values": ["-", "N/A"] }))]
    pub defaults: Defaults,
    /// Which records to keep: all conditions must hold. Records that are skipped are counted.
    #[serde(default)]
    #[schemars(title = "keep", schema_with = "one_or_many::<Condition>", example = forms::condition())]
    pub keep: Many<Condition>,
    /// Other sets of records, under the names by which paths reach them ($name...).
    #[serde(default)]
    #[schemars(title = "joins", with = "Entries<Join>", example = forms::joins())]
    pub joins: Entries<Join>,
    /// A path: each of its matches becomes a row. Then $ is the match and $parent the record.
    #[serde(default)]
    #[schemars(title = "one row per", with = "String", example = &"$.days[*]")]
    pub one_row_per: Option<At<String>>,
    /// The fields of the result, in the order of the output. A name with a leading _ is a helper: computed, never written.
    #[serde(default)]
    #[schemars(title = "fields", with = "Entries<Short<Field>>", example = serde_json::json!({ "remote_id": "$.id", "work_email": { "from": "$.email", "then": ["lower"] } }))]
    pub fields: Entries<Short<Field>>,
    /// What is left out on purpose: paths in Bob ($...), each with all that lies below it, and fields of the target.
    #[serde(default)]
    #[schemars(title = "ignore", with = "Vec<Short<Ignore>>", example = vec!["$.home.spouse"])]
    pub ignore: Vec<At<Short<Ignore>>>,
    /// Small records with the results they must have. `bobmap test` runs them.
    #[serde(default)]
    #[schemars(title = "tests", with = "Vec<Test>", example = forms::tests())]
    pub tests: Vec<At<Test>>,
}

/// What every field inherits.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// Texts that mean "no value", besides null, absent and blank text. Trimmed; upper and lower case count.
    #[serde(default)]
    #[schemars(title = "missing values", with = "Vec<String>", example = vec!["-", "N/A"])]
    pub missing_values: Option<Vec<String>>,
    /// What becomes of a field without a value.
    #[serde(default)]
    #[schemars(title = "on missing", with = "OnMissing", example = &"blank")]
    pub on_missing: Option<OnMissing>,
    /// What becomes of a value that is there but wrong.
    #[serde(default)]
    #[schemars(title = "on invalid", with = "OnInvalid", example = &"reject")]
    pub on_invalid: Option<OnInvalid>,
    /// Whether values are a person's: such values appear in no log, error, report or snapshot. Left out: true.
    #[serde(default)]
    #[schemars(title = "personal", with = "bool", example = true)]
    pub personal: Option<bool>,
}

/// What becomes of a field without a value: null (`blank`), no key (`omit`), a rejected record, or the end of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    Blank,
    Omit,
    Reject,
    Stop,
}

/// What becomes of a wrong value: a rejected record, null (`blank`), no key (`omit`), the next entry of `from`, or the end of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnInvalid {
    Reject,
    Blank,
    Omit,
    TryNext,
    Stop,
}

/// A field of the result: just a path, or an object with exactly one of `from`, `template`, `constant`, `use` and `blank_among`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What the field holds. Left out: the target's type, else string.
    #[serde(default, rename = "type")]
    #[schemars(title = "type", with = "Kind", example = &"date")]
    pub kind: Option<Kind>,
    /// What the items of a list hold. Left out: string.
    #[serde(default)]
    #[schemars(title = "items", with = "Kind", example = &"string")]
    pub items: Option<Kind>,
    /// The category in which Bob's admin finds the field. Checked against the catalog, and printed by `bobmap permissions`.
    #[serde(default)]
    #[schemars(title = "category", with = "String", example = &"Work")]
    pub category: Option<At<String>>,
    /// Where to look: the first place with a value wins.
    #[serde(default)]
    #[schemars(title = "from", schema_with = "one_or_many::<Short<Entry>>", example = &"$.work.department")]
    pub from: Option<Many<Short<Entry>>>,
    /// Text made of other fields: {x} must have a value, {x?} may be blank.
    #[serde(default)]
    #[schemars(title = "template", with = "String", example = &"{first_name} {last_name?}")]
    pub template: Option<At<String>>,
    /// One word of the file for every record.
    #[serde(default)]
    #[schemars(title = "constant", schema_with = "anything", example = &"HiBob")]
    pub constant: Option<NodeRef>,
    /// The rule of another field: `field` of this file or `mapping.field` of another.
    #[serde(default, rename = "use")]
    #[schemars(title = "use", with = "String", example = &"employees.work_email")]
    pub used: Option<At<String>>,
    /// The join on whose record the used rule works.
    #[serde(default)]
    #[schemars(title = "of", with = "String", example = &"person")]
    pub of: Option<At<String>>,
    /// Fields: the value is the list of those among them that are blank.
    #[serde(default)]
    #[schemars(title = "blank among", with = "Vec<String>", example = vec!["employee_id", "email"])]
    pub blank_among: Option<Vec<At<String>>>,
    /// When the field applies. Otherwise it is blank, and that is no problem.
    #[serde(default)]
    #[schemars(title = "when", schema_with = "one_or_many::<Condition>", example = forms::condition())]
    pub when: Option<Many<Condition>>,
    /// Steps done to the value, in order.
    #[serde(default)]
    #[schemars(title = "then", schema_with = "one_or_many::<Step>", extend("examples" = forms::step_names()))]
    pub then: Option<Many<Step>>,
    /// Our words, each with the list of what Bob may say for it.
    #[serde(default)]
    #[schemars(title = "spellings", with = "Entries<Many<Scalar>>", example = serde_json::json!({ "ACTIVE": ["employed", "Active"] }))]
    pub spellings: Option<Entries<Many<NodeRef>>>,
    /// The word for every spelling that is not listed. Each use is counted.
    #[serde(default)]
    #[schemars(title = "otherwise", schema_with = "anything", example = &"other")]
    pub otherwise: Option<NodeRef>,
    /// Whether a spelling that is not listed is written as it is. Each is counted.
    #[serde(default)]
    #[schemars(title = "pass through", with = "bool", example = true)]
    pub pass_through: Option<bool>,
    /// Whether a record without a value here is rejected.
    #[serde(default)]
    #[schemars(title = "required", with = "bool", example = true)]
    pub required: Option<bool>,
    /// The value where nothing was found.
    #[serde(default)]
    #[schemars(title = "default", schema_with = "anything", example = &"Unassigned")]
    pub default: Option<NodeRef>,
    /// What becomes of the field without a value.
    #[serde(default)]
    #[schemars(title = "on missing", with = "OnMissing", example = &"omit")]
    pub on_missing: Option<OnMissing>,
    /// What becomes of a value that is there but wrong.
    #[serde(default)]
    #[schemars(title = "on invalid", with = "OnInvalid", example = &"blank")]
    pub on_invalid: Option<OnInvalid>,
    /// Texts that mean "no value" here; replaces the file's list.
    #[serde(default)]
    #[schemars(title = "missing values", with = "Vec<String>", example = vec!["TBC"])]
    pub missing_values: Option<Vec<String>>,
    /// Whether the value is a person's. A field fed by a personal field can't say false.
    #[serde(default)]
    #[schemars(title = "personal", with = "bool", example = false)]
    pub personal: Option<bool>,
    /// The place in the result: plain text is a key, a leading / a JSON Pointer.
    #[serde(default)]
    #[schemars(title = "to", with = "String", example = &"/name/givenName")]
    pub to: Option<At<String>>,
    /// Whether a change of this field alone is no reason for an update.
    #[serde(default)]
    #[schemars(title = "volatile", with = "bool", example = true)]
    pub volatile: Option<bool>,
}

impl From<&str> for Field {
    fn from(_: &str) -> Self {
        // The path of the short form is found by its place: the field's own.
        Field::default()
    }
}

/// One place to look: just a path, or an object with exactly one of `path`, `template` and `constant`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// A JSONPath: $ is the record, $parent the record around a row, $name a join.
    #[serde(default)]
    #[schemars(title = "path", with = "String", example = &"$.work.department")]
    pub path: Option<At<String>>,
    /// Text made of other fields.
    #[serde(default)]
    #[schemars(title = "template", with = "String", example = &"{first_name} {last_name?}")]
    pub template: Option<At<String>>,
    /// The file's own word. It stands last, or has a `when`.
    #[serde(default)]
    #[schemars(title = "constant", schema_with = "anything", example = &"Unassigned")]
    pub constant: Option<NodeRef>,
    /// When the entry counts at all.
    #[serde(default)]
    #[schemars(title = "when", schema_with = "one_or_many::<Condition>", example = forms::condition())]
    pub when: Many<Condition>,
    /// Which match to take when the path has several.
    #[serde(default)]
    #[schemars(title = "take", with = "Take", example = &"first")]
    pub take: Option<Take>,
    /// Steps for this entry's value, done before the field's.
    #[serde(default)]
    #[schemars(title = "then", schema_with = "one_or_many::<Step>", extend("examples" = forms::step_names()))]
    pub then: Many<Step>,
    /// What becomes of this entry's value when it is wrong; `try_next` goes on to the next entry.
    #[serde(default)]
    #[schemars(title = "on invalid", with = "OnInvalid", example = &"try_next")]
    pub on_invalid: Option<OnInvalid>,
    /// The category in which Bob's admin finds the field.
    #[serde(default)]
    #[schemars(title = "category", with = "String", example = &"Work")]
    pub category: Option<At<String>>,
}

impl From<&str> for Entry {
    fn from(_: &str) -> Self {
        Entry::default()
    }
}

/// Which of several matches to take: `only` makes two matches invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    First,
    Last,
    #[default]
    Only,
    All,
}

/// One subject (`path` or `field`) and one test, or `any` with a list of such conditions of which one must hold.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A place in the record.
    #[serde(default)]
    #[schemars(title = "path", with = "String", example = &"$.internal.status")]
    pub path: Option<At<String>>,
    /// A field of this file.
    #[serde(default)]
    #[schemars(title = "field", with = "String", example = &"employment_status")]
    pub field: Option<At<String>>,
    /// Holds for this word. Case and blanks at the ends do not count.
    #[serde(default)]
    #[schemars(title = "is", with = "Scalar", example = &"Active")]
    pub is: Option<NodeRef>,
    /// Holds for every other word, and without a value.
    #[serde(default)]
    #[schemars(title = "is not", with = "Scalar", example = &"INACTIVE")]
    pub is_not: Option<NodeRef>,
    /// Holds for one of these words.
    #[serde(default, rename = "in")]
    #[schemars(title = "in", with = "Vec<Scalar>", example = vec!["employed", "garden leave"])]
    pub is_in: Option<Vec<NodeRef>>,
    /// Holds for none of these words, and without a value.
    #[serde(default)]
    #[schemars(title = "not in", with = "Vec<Scalar>", example = vec!["terminated"])]
    pub not_in: Option<Vec<NodeRef>>,
    /// Whether there must be a value, or must be none.
    #[serde(default)]
    #[schemars(title = "has value", with = "bool", example = true)]
    pub has_value: Option<bool>,
    /// A date: YYYY-MM-DD, run_date, N days ago or N days ahead.
    #[serde(default)]
    #[schemars(title = "on or after", with = "String", example = &"90 days ago")]
    pub on_or_after: Option<At<String>>,
    /// A date: YYYY-MM-DD, run_date, N days ago or N days ahead.
    #[serde(default)]
    #[schemars(title = "on or before", with = "String", example = &"run_date")]
    pub on_or_before: Option<At<String>>,
    /// Conditions of which one must hold.
    #[serde(default)]
    #[schemars(title = "any", with = "Vec<forms::SimpleCondition>", example = serde_json::json!([forms::condition()]))]
    pub any: Option<Vec<At<Condition>>>,
}

/// Another set of records: the one whose `that` equals this record's `this`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The records to look among: all that the source returns, leavers included.
    #[schemars(title = "with", with = "String", example = &"hibob.people")]
    pub with: At<String>,
    /// A path in this record, in $parent or in another join.
    #[schemars(title = "this", with = "String", example = &"$.work.reportsTo.id")]
    pub this: At<String>,
    /// A path in the other record.
    #[schemars(title = "that", with = "String", example = &"$.id")]
    pub that: At<String>,
    /// Conditions on the other record.
    #[serde(default, rename = "where")]
    #[schemars(title = "where", schema_with = "one_or_many::<Condition>", example = forms::condition())]
    pub filter: Many<Condition>,
    /// Two matches reject the record; under `exactly_one`, none does too. Under `any_number` a path of the join has a match in
    /// each record found.
    #[serde(default)]
    #[schemars(title = "matches", with = "Matches", example = &"exactly_one")]
    pub matches: Matches,
    /// Whether upper and lower case are the same: for e-mail addresses.
    #[serde(default)]
    #[schemars(title = "ignore case", with = "bool", example = true)]
    pub ignore_case: bool,
}

/// How many records a join may find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matches {
    #[default]
    AtMostOne,
    ExactlyOne,
    AnyNumber,
}

/// A step: its name, or its name with what it needs.
#[derive(Debug, Clone)]
pub struct Step {
    pub name: String,
    pub argument: serde_json::Value,
}

/// What is left out: a path in Bob, or the name of a field of the target.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// A path in Bob; all that lies below it is left out too.
    #[serde(default)]
    #[schemars(title = "path", with = "String", example = &"$.home.spouse")]
    pub path: Option<At<String>>,
    /// A field of the target.
    #[serde(default)]
    #[schemars(title = "field", with = "String", example = &"ssn")]
    pub field: Option<At<String>>,
    /// Why.
    #[serde(default)]
    #[schemars(title = "reason", with = "String", example = &"never leaves Bob")]
    pub reason: Option<String>,
}

impl From<&str> for Ignore {
    fn from(_: &str) -> Self {
        Ignore::default()
    }
}

/// A small record with the result it must have.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// What the test shows.
    #[schemars(title = "name", schema_with = "required_text", example = &"department was replaced")]
    pub name: String,
    /// The record, as Bob would send it (nested keys suffice).
    #[schemars(title = "record", schema_with = "forms::object", example = serde_json::json!({ "id": "2", "work": { "department": "Sales" } }))]
    pub record: NodeRef,
    /// What each join finds: one record, or a list of them.
    #[serde(default)]
    #[schemars(title = "joined", schema_with = "forms::object", example = serde_json::json!({ "boss": { "id": "1" } }))]
    pub joined: Option<NodeRef>,
    /// Lists of the catalog: list id to item id to label.
    #[serde(default)]
    #[schemars(title = "lists", schema_with = "forms::object", example = serde_json::json!({ "department": { "2620": "Sales" } }))]
    pub lists: Option<NodeRef>,
    /// The run date.
    #[serde(default)]
    #[schemars(title = "as of", with = "String", example = &"2026-03-01")]
    pub as_of: Option<At<String>>,
    /// Fields and the values they must have; fields that are not named may have any. With `one_row_per` a list, one for each row.
    #[serde(default)]
    #[schemars(title = "expect", schema_with = "forms::object_or_list", example = serde_json::json!({ "team": "Sales" }))]
    pub expect: Option<NodeRef>,
    /// Fields that must be left out of the result.
    #[serde(default)]
    #[schemars(title = "omitted", with = "Vec<String>", example = vec!["team"])]
    pub omitted: Vec<At<String>>,
    /// Every problem the record has, and no other: `missing` or `invalid` for a field, `no_match` or `several_matches` for a join,
    /// `source` for `$`, a record of time off that says itself that it can't be used.
    #[serde(default)]
    #[schemars(title = "problems", with = "Entries<Problem>", example = serde_json::json!({ "work_email": "missing" }))]
    pub problems: Option<Entries<Problem>>,
    /// Where a field's value came from: a path's text, the number of an entry of `from` (from 1), or `default`.
    #[serde(default)]
    #[schemars(title = "used", schema_with = "forms::object", example = serde_json::json!({ "team": "$.work.department" }))]
    pub used: Option<NodeRef>,
    /// Whether `keep` keeps the record. Only then is `keep` looked at.
    #[serde(default)]
    #[schemars(title = "kept", with = "bool", example = false)]
    pub kept: Option<bool>,
}

/// What is wrong with a field (`missing`, `invalid`), a join (`no_match`, `several_matches`) or the record (`source`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    Missing,
    Invalid,
    NoMatch,
    SeveralMatches,
    Source,
}

impl Problem {
    pub fn word(self) -> &'static str {
        match self {
            Problem::Missing => "missing",
            Problem::Invalid => "invalid",
            Problem::NoMatch => "no_match",
            Problem::SeveralMatches => "several_matches",
            Problem::Source => "source",
        }
    }
}
