//! `scim.user`

use super::{CORE, ENTERPRISE};
use crate::target::Model;
use crate::target::types::{Email, Hint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(in crate::target) fn model(name: &str) -> Model {
    const TYPE: &str = "What the entry is for.";
    Model::of::<User>(name)
        .constant("/schemas", json!([CORE, ENTERPRISE]), "The URNs of the schemas that the record follows.")
        .constant("/emails/0/type", "work", TYPE)
        .constant("/emails/0/primary", true, "Whether this is the main address. At most one is.")
        .constant("/emails/1/type", "home", TYPE)
        .constant("/phoneNumbers/0/type", "work", TYPE)
        .constant("/phoneNumbers/1/type", "mobile", TYPE)
        .constant("/phoneNumbers/2/type", "home", TYPE)
        .constant("/photos/0/type", "photo", TYPE)
        .constant("/addresses/0/type", "work", TYPE)
        .constant("/addresses/1/type", "home", TYPE)
        .container("/name", "Name", "The parts of the person's name.")
        .container("/emails", "E-mails", "The person's e-mail addresses.")
        .container("/phoneNumbers", "Phone numbers", "The person's phone numbers.")
        .container("/photos", "Photos", "Links to pictures of the person.")
        .container("/addresses", "Addresses", "Where the person works and lives.")
        .container(&format!("/{ENTERPRISE}"), "Enterprise extension", "The extension for companies.")
        .container(&format!("/{ENTERPRISE}/manager"), "Manager", "The person whom this person reports to.")
}

/// A user of SCIM 2.0 with the extension for companies (RFC 7643 §4.1 and §4.3).
///
/// `id` and `meta` are the service's to set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "SCIM user")]
pub struct User {
    /// The id that the company knows the user by; upper and lower case differ.
    #[schemars(title = "External ID", example = &"3332883894201123166", extend("x-bobmap" = Hint::to("/externalId")))]
    pub external_id: Option<String>,
    /// The name that the user signs in with. Unique in the service; upper and lower case do not differ.
    #[schemars(example = &"ada.okafor@example.com", extend("x-bobmap" = Hint::to("/userName")))]
    pub user_name: String,
    /// The whole name with all its parts, for display.
    #[schemars(example = &"Adaeze Ifeoma Okafor", extend("x-bobmap" = Hint::to("/name/formatted")))]
    pub formatted_name: Option<String>,
    /// The family name.
    #[schemars(example = &"Okafor", extend("x-bobmap" = Hint::to("/name/familyName")))]
    pub family_name: Option<String>,
    /// The given name.
    #[schemars(example = &"Adaeze", extend("x-bobmap" = Hint::to("/name/givenName")))]
    pub given_name: Option<String>,
    /// The middle name.
    #[schemars(example = &"Ifeoma", extend("x-bobmap" = Hint::to("/name/middleName")))]
    pub middle_name: Option<String>,
    /// The name to show to other people.
    #[schemars(example = &"Ada Okafor", extend("x-bobmap" = Hint::to("/displayName")))]
    pub display_name: Option<String>,
    /// What the user is called in everyday life.
    #[schemars(title = "Nickname", example = &"Ada", extend("x-bobmap" = Hint::to("/nickName")))]
    pub nick_name: Option<String>,
    /// The title, as people read it.
    #[schemars(example = &"Software Engineer")]
    pub title: Option<String>,
    /// How the user stands to the company: employee, contractor, intern. Free text.
    #[schemars(example = &"Employee", extend("x-bobmap" = Hint::to("/userType")))]
    pub user_type: Option<String>,
    /// The language that the user prefers, as in the HTTP header Accept-Language (RFC 9110).
    #[schemars(example = &"en-GB", extend("x-bobmap" = Hint::to("/preferredLanguage")))]
    pub preferred_language: Option<String>,
    /// The language and country by which currency, dates and numbers are shown, as a tag of BCP 47.
    #[schemars(example = &"en-GB")]
    pub locale: Option<String>,
    /// The time zone, by its IANA name.
    #[schemars(title = "Time zone", example = &"Europe/London")]
    pub timezone: Option<String>,
    /// Whether the user may use the service.
    #[schemars(example = true)]
    pub active: Option<bool>,
    /// The e-mail address at work. It is the main one.
    #[schemars(example = &"ada.okafor@example.com", extend("x-bobmap" = Hint::to("/emails/0/value")))]
    pub work_email: Option<Email>,
    /// The private e-mail address.
    #[schemars(example = &"ada@example.test", extend("x-bobmap" = Hint::to("/emails/1/value")))]
    pub home_email: Option<Email>,
    /// The number of the phone at work.
    #[schemars(example = &"+442079460000", extend("x-bobmap" = Hint::to("/phoneNumbers/0/value")))]
    pub work_phone: Option<String>,
    /// The number of the mobile phone.
    #[schemars(example = &"+442079460958", extend("x-bobmap" = Hint::to("/phoneNumbers/1/value")))]
    pub mobile_phone: Option<String>,
    /// The number of the phone at home.
    #[schemars(example = &"+442079460123", extend("x-bobmap" = Hint::to("/phoneNumbers/2/value")))]
    pub home_phone: Option<String>,
    /// A link to a picture of the user.
    #[schemars(
        example = &"https://images.example.com/avatars/1042.jpg",
        extend("x-bobmap" = Hint::to("/photos/0/value").and_volatile())
    )]
    pub photo: Option<String>,
    /// The whole address at work, for display; it may have line breaks.
    #[schemars(example = &"1 Example Street, London N1 9GU", extend("x-bobmap" = Hint::to("/addresses/0/formatted")))]
    pub work_address_formatted: Option<String>,
    /// Street and number at work.
    #[schemars(example = &"1 Example Street", extend("x-bobmap" = Hint::to("/addresses/0/streetAddress")))]
    pub work_address_street: Option<String>,
    /// The city at work.
    #[schemars(example = &"London", extend("x-bobmap" = Hint::to("/addresses/0/locality")))]
    pub work_address_locality: Option<String>,
    /// The state or region at work.
    #[schemars(example = &"England", extend("x-bobmap" = Hint::to("/addresses/0/region")))]
    pub work_address_region: Option<String>,
    /// The postal code at work.
    #[schemars(example = &"N1 9GU", extend("x-bobmap" = Hint::to("/addresses/0/postalCode")))]
    pub work_address_postal_code: Option<String>,
    /// The country at work, as the two letters of ISO 3166-1.
    #[schemars(example = &"GB", extend("x-bobmap" = Hint::to("/addresses/0/country")))]
    pub work_address_country: Option<String>,
    /// The whole address at home, for display; it may have line breaks.
    #[schemars(example = &"2 Sample Road, Leeds LS1 4AP", extend("x-bobmap" = Hint::to("/addresses/1/formatted")))]
    pub home_address_formatted: Option<String>,
    /// Street and number at home.
    #[schemars(example = &"2 Sample Road", extend("x-bobmap" = Hint::to("/addresses/1/streetAddress")))]
    pub home_address_street: Option<String>,
    /// The city at home.
    #[schemars(example = &"Leeds", extend("x-bobmap" = Hint::to("/addresses/1/locality")))]
    pub home_address_locality: Option<String>,
    /// The state or region at home.
    #[schemars(example = &"England", extend("x-bobmap" = Hint::to("/addresses/1/region")))]
    pub home_address_region: Option<String>,
    /// The postal code at home.
    #[schemars(example = &"LS1 4AP", extend("x-bobmap" = Hint::to("/addresses/1/postalCode")))]
    pub home_address_postal_code: Option<String>,
    /// The country at home, as the two letters of ISO 3166-1.
    #[schemars(example = &"GB", extend("x-bobmap" = Hint::to("/addresses/1/country")))]
    pub home_address_country: Option<String>,
    /// The number that people in the company know the user by. Text, so that leading zeros stay.
    #[schemars(example = &"001042", extend("x-bobmap" = enterprise("employeeNumber")))]
    pub employee_number: Option<String>,
    /// The cost centre.
    #[schemars(title = "Cost centre", example = &"4130", extend("x-bobmap" = enterprise("costCenter")))]
    pub cost_center: Option<String>,
    /// The organization: the legal entity or the company of a group.
    #[schemars(example = &"Example Ltd", extend("x-bobmap" = enterprise("organization")))]
    pub organization: Option<String>,
    /// The division.
    #[schemars(example = &"Product", extend("x-bobmap" = enterprise("division")))]
    pub division: Option<String>,
    /// The department.
    #[schemars(example = &"Engineering", extend("x-bobmap" = enterprise("department")))]
    pub department: Option<String>,
    /// The manager. The service wants the id that it gave the manager's own record, which is looked up by that record's key.
    #[schemars(example = &"3332883894201123001", extend("x-bobmap" = enterprise("manager/value").and_reference("scim.user")))]
    pub manager: Option<String>,
    /// The names of the groups that the user is in. They are no part of the user that is sent: a sync puts people into groups and
    /// takes them out through `/Groups`, and makes a group that is missing.
    #[schemars(example = ["Engineering"], extend("x-bobmap" = Hint::to("/groups").and_each("display")))]
    pub groups: Option<Vec<String>>,
}

fn enterprise(place: &str) -> Hint {
    Hint::to(&format!("/{ENTERPRISE}/{place}"))
}
