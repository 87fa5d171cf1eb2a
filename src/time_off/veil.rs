//! The veil over private types of time off: a mapping must ask for their names by name.

use super::members::{Member, ObjectWriter};
use super::{Members, PRIVATE_NAME};
use crate::value::json::JsonError;

const NAME: &str = "policyTypeDisplayName";

/// Whether the name of the type may be seen by everybody: HiBob says `Public`, or nothing.
pub fn is_public(members: &Members<'_>) -> bool {
    members.text(&["visibility"]).is_none_or(|visibility| visibility.eq_ignore_ascii_case("public"))
}

/// Writes a member; the name of a private type under another key, and null in its own place.
pub fn write(member: &Member<'_>, public: bool, object: &mut ObjectWriter<'_>) {
    match &*member.name {
        PRIVATE_NAME if !public => {}
        NAME if !public => {
            object.raw(NAME, "null");
            object.raw(PRIVATE_NAME, &member.value);
        }
        name => object.raw(name, &member.value),
    }
}

/// Appends the record to `out`, the name of a private type moved to `privatePolicyTypeDisplayName`. Says whether it was: else
/// nothing is appended, and the record may stay as it is.
///
/// # Errors
/// The text is no JSON object, or a name stands twice in it.
pub fn veiled(text: &str, out: &mut Vec<u8>) -> Result<bool, JsonError> {
    let members = Members::of(text)?;
    let own = |name: &str| members.first(&[name]).is_some();
    if is_public(&members) || !own(NAME) {
        return Ok(false);
    }
    let mut object = ObjectWriter::begin(out);
    members.iter().for_each(|member| write(member, false, &mut object));
    object.end();
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::veiled;

    fn seen(text: &str) -> Option<String> {
        let mut out = Vec::new();
        veiled(text, &mut out).unwrap().then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_private_name_stands_under_another_key_only() {
        assert_eq!(
            seen(r#"{"requestId":1,"policyTypeDisplayName":"Rehab","visibility":"Private"}"#).unwrap(),
            r#"{"requestId":1,"policyTypeDisplayName":null,"privatePolicyTypeDisplayName":"Rehab","visibility":"Private"}"#
        );
        assert!(seen(r#"{"policyTypeDisplayName":"Rehab","visibility":"Custom name"}"#).is_some());
        for shown in [r#"{"policyTypeDisplayName":"Holiday","visibility":"public"}"#, r#"{"policyTypeDisplayName":"Holiday"}"#] {
            assert_eq!(seen(shown), None);
        }
        // Once veiled, it stays so.
        let once = seen(r#"{"policyTypeDisplayName":"Rehab","visibility":"Private"}"#).unwrap();
        assert_eq!(seen(&once), None);
    }
}
