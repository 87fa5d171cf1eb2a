//! `activtrak.scim_user`

use crate::target::Model;
use crate::target::scim::{CORE, ENTERPRISE};
use crate::target::types::{Email, Hint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The URN of ActivTrak's own extension.
pub const ACTIVTRAK: &str = "urn:ietf:params:scim:schemas:extension:activtrak:2.0:User";

pub(in crate::target) fn model(name: &str) -> Model {
    Model::of::<ScimUser>(name)
        .constant("/schemas", json!([CORE, ENTERPRISE, ACTIVTRAK]), "The URNs of the schemas that the record follows.")
        .constant("/emails/0/primary", true, "Whether this is the main address.")
        .constant("/emails/1/primary", false, "Whether this is the main address.")
        .container("/name", "Name", "The parts of the person's name.")
        .container("/emails", "E-mails", "The person's e-mail addresses.")
        .container(&format!("/{ENTERPRISE}"), "Enterprise extension", "SCIM's extension for companies.")
        .container(&format!("/{ACTIVTRAK}"), "ActivTrak extension", "ActivTrak's own extension.")
}

/// A user as ActivTrak's SCIM service (Beta, `https://api.activtrak.com/scim/v1`) takes them: a part of SCIM 2.0 and an extension.
///
/// `userName` can't be written: ActivTrak makes it from the UPN or the main e-mail address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "ActivTrak SCIM user")]
pub struct ScimUser {
    /// The given name.
    #[schemars(example = &"Adaeze", extend("x-bobmap" = Hint::to("/name/givenName")))]
    pub given_name: Option<String>,
    /// The middle name.
    #[schemars(example = &"Ifeoma", extend("x-bobmap" = Hint::to("/name/middleName")))]
    pub middle_name: Option<String>,
    /// The family name.
    #[schemars(example = &"Okafor", extend("x-bobmap" = Hint::to("/name/familyName")))]
    pub family_name: Option<String>,
    /// The name that ActivTrak shows. It must be unique in the account.
    #[schemars(example = &"Ada Okafor", extend("x-bobmap" = Hint::to("/displayName")))]
    pub display_name: Option<String>,
    /// The main e-mail address: the one at work.
    #[schemars(example = &"ada.okafor@example.com", extend("x-bobmap" = Hint::to("/emails/0/value")))]
    pub work_email: Email,
    /// A second e-mail address that the person's computers may report.
    #[schemars(example = &"a.okafor@example.com", extend("x-bobmap" = Hint::to("/emails/1/value")))]
    pub second_email: Option<Email>,
    /// DANGER: false stops the tracking and deletes the person's agents, and true only tries to bring them back. For leavers,
    /// set `tracking` to false.
    #[schemars(example = true)]
    pub active: Option<bool>,
    /// The number that people in the company know the person by.
    #[schemars(example = &"001042", extend("x-bobmap" = Hint::to(&format!("/{ENTERPRISE}/employeeNumber"))))]
    pub employee_number: Option<String>,
    /// Whether the person is tracked: false is Do Not Track, and nothing is deleted.
    #[schemars(example = true, extend("x-bobmap" = Hint::to(&format!("/{ACTIVTRAK}/tracking"))))]
    pub tracking: Option<bool>,
    /// The names that the person signs in to Windows or Entra with.
    #[schemars(
        example = ["ada.okafor@corp.example.com"],
        extend("x-bobmap" = Hint::to(&format!("/{ACTIVTRAK}/userPrincipalNames")))
    )]
    pub user_principal_names: Option<Vec<String>>,
    /// The names of the groups that the person is in. They are no part of the user that is sent: a sync puts people into groups and
    /// takes them out through `/groups`, and makes a group that is missing.
    #[schemars(example = ["Engineering"], extend("x-bobmap" = Hint::to("/groups").and_each("display")))]
    pub groups: Option<Vec<String>>,
}
