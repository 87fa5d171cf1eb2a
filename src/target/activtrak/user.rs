//! `activtrak.user`

use crate::target::Model;
use crate::target::types::{Email, Hint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<User>(name)
}

/// A row of ActivTrak's HR Data Connector, "Update Users via CSV" (`POST /hrdc/v2/bulk`).
///
/// The public page is cut off after `group`: it says that people can be deleted and set to Do Not Track, but not in which columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "ActivTrak user (HR Data Connector)")]
pub struct User {
    /// Finds the person in ActivTrak: an e-mail address, UPN or employee id that stands on their user record already.
    #[schemars(title = "User lookup ID", example = &"ada.okafor@example.com")]
    pub user_lookup_id: String,
    /// The employee id, added to the user record.
    #[schemars(title = "Employee ID", example = &"001042")]
    pub employee_id: Option<String>,
    /// An e-mail address, added to the user record.
    #[schemars(title = "E-mail address", example = &"ada.okafor@example.com")]
    pub email_address: Option<Email>,
    /// The name that ActivTrak shows. It must be unique in the account: a name that another user has is ignored.
    #[schemars(example = &"Ada Okafor")]
    pub display_name: Option<String>,
    /// The name of a group that the person belongs to. Once groups come this way, every later file must name all of them again.
    #[schemars(example = &"Engineering")]
    pub group: Option<String>,
    /// Whether the person is tracked: false is Do Not Track.
    #[schemars(example = true, extend("x-bobmap" = Hint::unverified()))]
    pub track: Option<bool>,
    /// Whether the user and all their data are to be deleted.
    #[schemars(example = false, extend("x-bobmap" = Hint::unverified()))]
    pub delete: Option<bool>,
}
