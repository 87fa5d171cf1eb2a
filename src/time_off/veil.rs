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

/// What names a type in a record, and where it is put. The first is the type's own name.
pub type Names = &'static [(&'static str, &'static str)];

pub const BALANCE_NAMES: Names = &[("policyType", "privatePolicyType"), ("policy", "privatePolicy")];
pub const ABSENCE_NAMES: Names = &[(NAME, PRIVATE_NAME)];

/// What became of the names in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Veil {
    /// They stay: the type is public, or there are none.
    None,
    /// The type is private.
    Private,
    /// Nothing says whether it is.
    Unknown,
}

/// Appends the record to `out`, the names in it moved to their places for private ones; nothing is appended where they stay. HiBob
/// does not always say of balances and absences who may see their types: what has no `visibility` is taken for private, unless
/// `public` names its type.
///
/// # Errors
/// The text is no JSON object, or a name stands twice in it.
pub fn veiled_unless_public(text: &str, names: Names, public: &[String], out: &mut Vec<u8>) -> Result<Veil, JsonError> {
    let members = Members::of(text)?;
    let veil = match members.text(&["visibility"]) {
        Some(visibility) if visibility.eq_ignore_ascii_case("public") => return Ok(Veil::None),
        Some(_) => Veil::Private,
        None if members.text(&[names[0].0]).is_some_and(|name| public.iter().any(|public| *public == name)) => {
            return Ok(Veil::None);
        }
        None => Veil::Unknown,
    };
    let moved: Vec<_> = names.iter().filter(|(name, _)| members.first(&[name]).is_some()).collect();
    if moved.is_empty() {
        return Ok(Veil::None);
    }
    let mut object = ObjectWriter::begin(out);
    for member in members.iter() {
        match moved.iter().find(|(name, private)| *name == member.name || *private == member.name) {
            Some((name, private)) if *name == member.name => {
                object.raw(name, "null");
                object.raw(private, &member.value);
            }
            Some(_) => {}
            None => object.raw(&member.name, &member.value),
        }
    }
    object.end();
    Ok(veil)
}

#[cfg(test)]
mod tests {
    use super::{BALANCE_NAMES, Veil, veiled, veiled_unless_public};

    #[test]
    fn the_names_of_a_balance_stand_under_other_keys_unless_its_type_is_known_to_be_public() {
        let seen = |text: &str| {
            let mut out = Vec::new();
            let veil = veiled_unless_public(text, BALANCE_NAMES, &["Holiday".to_owned()], &mut out).unwrap();
            (veil, String::from_utf8(out).unwrap())
        };
        let hidden = |visibility: &str| {
            format!(
                r#"{{"policy":null,"privatePolicy":"Rehab UK","unit":"days","policyType":null,"privatePolicyType":"Rehab","visibility":{visibility}}}"#
            )
        };
        for (visibility, veil) in [
            (r#""Private""#, Veil::Private),
            (r#""Custom name""#, Veil::Private),
            ("null", Veil::Unknown),
            ("\"\"", Veil::Unknown),
        ] {
            let text = format!(r#"{{"policy":"Rehab UK","unit":"days","policyType":"Rehab","visibility":{visibility}}}"#);
            assert_eq!(seen(&text), (veil, hidden(visibility)), "{visibility}");
            // Once veiled, it stays so.
            assert_eq!(seen(&hidden(visibility)).0, Veil::None);
        }
        for shown in [
            r#"{"policy":"Rehab UK","policyType":"Rehab","visibility":"public"}"#,
            r#"{"policy":"x","policyType":"Holiday"}"#,
            r#"{"employeeId":"1"}"#,
        ] {
            assert_eq!(seen(shown), (Veil::None, String::new()), "{shown}");
        }
        // What HiBob says counts, whatever is given.
        assert_eq!(seen(r#"{"policyType":"Holiday","visibility":"Private"}"#).0, Veil::Private);
        assert!(seen(r#"{"policyType":"Rehab","privatePolicyType":"x"}"#).1.ends_with(r#"null,"privatePolicyType":"Rehab"}"#));
    }

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
