//! The targets that are built in, one Rust struct and one file each: names, kinds, words and texts all follow from the
//! struct's derives and doc comments. A user's own JSON Schema makes a target as well. Knows nothing of mappings or HiBob.

pub mod activtrak;
mod custom;
mod describe;
pub mod ical;
mod layout;
pub mod merge;
mod model;
mod schema;
pub mod scim;
pub mod types;
mod validate;

pub use custom::{TargetError, custom};
pub use model::{At, Constant, Model, TargetField};
pub use schema::EMAIL_PATTERN;

use std::sync::OnceLock;

/// Makes the model of a target from its struct, under this name.
type Make = fn(&str) -> Model;

/// Every built-in target: a new one is a file and a line here.
const ALL: &[(&str, Make)] = &[
    ("activtrak.user", activtrak::user::model),
    ("activtrak.scim_user", activtrak::scim_user::model),
    ("activtrak.hris", activtrak::hris::model),
    ("ical.event", ical::event::model),
    ("merge.employee", merge::employee::model),
    ("merge.employment", merge::employment::model),
    ("merge.location", merge::location::model),
    ("merge.time_off", merge::time_off::model),
    ("merge.time_off_balance", merge::time_off_balance::model),
    ("scim.user", scim::user::model),
];

static NAMES: [&str; ALL.len()] = {
    let mut names = [""; ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = ALL[at].0;
        at += 1;
    }
    names
};

static BUILT: [OnceLock<Model>; ALL.len()] = [const { OnceLock::new() }; ALL.len()];

/// The built-in target called `name`, made when first asked for.
pub fn find(name: &str) -> Option<&'static Model> {
    let at = NAMES.iter().position(|known| *known == name)?;
    Some(BUILT[at].get_or_init(|| ALL[at].1(name)))
}

/// The names of all built-in targets.
pub fn names() -> &'static [&'static str] {
    &NAMES
}

/// The files of `schemas/` that hold the built-in targets: name and content.
pub fn generated() -> Vec<(String, serde_json::Value)> {
    let models = names().iter().filter_map(|name| find(name));
    models.map(|model| (format!("{}.schema.json", model.name), model.record_schema())).collect()
}
