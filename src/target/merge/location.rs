//! `merge.location`

use crate::target::Model;
use crate::target::types::Open;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<Location>(name)
}

/// A place where people live or work, as Merge's HRIS common model has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Merge location")]
pub struct Location {
    /// The place's id in the system the data comes from.
    #[schemars(title = "Remote ID", example = &"site-london")]
    pub remote_id: Option<String>,
    /// What the place is called.
    #[schemars(example = &"London office")]
    pub name: Option<String>,
    /// The number of the phone there.
    #[schemars(example = &"+442079460000")]
    pub phone_number: Option<String>,
    /// The first line of the street address.
    #[schemars(example = &"1 Example Street")]
    pub street_1: Option<String>,
    /// The second line of the street address.
    #[schemars(example = &"Floor 3")]
    pub street_2: Option<String>,
    /// The city.
    #[schemars(example = &"London")]
    pub city: Option<String>,
    /// The state, region or province; in the United States, its two letters.
    #[schemars(example = &"England")]
    pub state: Option<String>,
    /// The postal code.
    #[schemars(title = "ZIP code", example = &"N1 9GU")]
    pub zip_code: Option<String>,
    /// The country, as the two letters of ISO 3166-1.
    #[schemars(example = &"GB")]
    pub country: Option<String>,
    /// Whether people live or work there.
    #[schemars(example = &"WORK")]
    pub location_type: Option<Open<LocationType>>,
    /// Whether the record is gone from the system the data comes from.
    #[schemars(example = false)]
    pub remote_was_deleted: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LocationType {
    Home,
    Work,
}
