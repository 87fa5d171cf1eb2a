//! Who somebody is, where they live and whom they live with.

use super::{Make, avatar};
use crate::sandbox::people::{Person, Stage};
use crate::sandbox::value::Value;
use jiff::ToSpan;
use jiff::civil::Date;

pub(super) fn make(id: &str) -> Option<Make> {
    let make: Make = match id {
        "root.id" => |p| p.id().to_string().into(),
        "root.companyId" => |_| Value::Whole(637_001),
        "root.email" => |p| p.email().into(),
        "root.firstName" => |p| p.first.0.into(),
        "root.surname" => |p| p.last.0.into(),
        "root.secondName" => |p| p.middle_name().into(),
        "root.fullName" => |p| p.full_name().into(),
        "root.displayName" => |p| p.display_name().into(),
        "root.creationDateTime" => |p| Value::Time(created(p).at(7, 16, 55, 799_000_000 + (p.index % 1000) as i32 * 1000)),
        "root.creationDate" => |p| Value::Date(created(p)),
        "root.coverImageUrl" => |p| some(p, 20, 10, |p| format!("https://images.example.com/covers/{}", p.id())),
        "root.avatarUrl" | "about.avatar" => |p| avatar(p).into(),
        "root.state" => |p| match p.stage {
            Stage::Hired => Value::Item("uninvited"),
            Stage::LeftLately | Stage::LeftLongAgo => Value::Item("inactive"),
            _ => Value::Item("active"),
        },
        "personal.honorific" => |p| if p.is_among(21, 20) { Value::Nth(p.draw(22, 0, 3) as u64) } else { Value::Null },
        "personal.pronouns" => |p| if p.is_among(23, 70) { Value::Nth(p.draw(24, 0, 2) as u64) } else { Value::Null },
        "personal.birthDate" => |p| Value::Date(born(p)),
        "personal.shortBirthDate" => |p| Value::ShortDate(born(p)),
        "personal.age" => |p| Value::Whole(years(born(p), p.people.today)),
        "personal.nationality" => |p| {
            let own = ["British", "German", "Israeli", "American", "Japanese", "Swedish", "Indian"];
            let own = own.iter().position(|one| *one == p.culture.nationality).unwrap_or(0) as u64;
            Value::Several(if p.is_among(25, 10) { vec![own, 7] } else { vec![own] })
        },
        "home.privateEmail" => |p| match p.index % 40 {
            // What people type into a field that must not stay empty.
            12 => "-".into(),
            _ => some(p, 26, 60, |p| format!("{}{}@example.test", p.first.1, p.index + 1)),
        },
        "home.privatePhone" => |p| some(p, 27, 40, |p| phone(p, p.site.phone, 28)),
        "home.mobilePhone" => |p| some(p, 29, 70, |p| phone(p, p.site.mobile, 30)),
        "financial.passportNumber" => |p| some(p, 31, 60, |p| format!("X{:08}", p.draw(32, 1, 99_999_999))),
        "financial.identificationNumber" => |p| some(p, 33, 60, |p| format!("{:09}", p.draw(34, 1, 999_999_999))),
        "payroll.nin" => |p| if in_britain(p) { format!("QQ{:06}C", p.draw(35, 0, 999_999)).into() } else { Value::Null },
        "identification.ssn" => |p| if in_america(p) { format!("900-{}", ssn(p)).into() } else { Value::Null },
        "identification.ssnSerialNumber" => |p| if in_america(p) { ssn(p)[3..].to_owned().into() } else { Value::Null },
        "employee.sin" => |p| some(p, 37, 5, |p| format!("000-{:03}-{:03}", p.draw(38, 0, 999), p.draw(39, 0, 999))),
        "employee.sinExpirationDate" => |p| if p.is_among(37, 5) { Value::Date(p.day(400)) } else { Value::Null },
        "financial.rightToWorkExpiryDate" => {
            |p| if p.is_among(40, 15) { Value::Date(p.day(p.draw(41, -30, 900))) } else { Value::Null }
        }
        "address.line1" => {
            |p| at_home(p, |p| format!("{} {}", p.draw(42, 1, 99), p.site.streets[p.draw(43, 0, 3) as usize]).into())
        }
        "address.line2" => |p| at_home(p, |p| some(p, 44, 20, |p| format!("Flat {}", p.draw(45, 1, 20)))),
        "address.city" => |p| at_home(p, |p| p.site.city.into()),
        "address.postCode" => |p| at_home(p, |p| post_code(p).into()),
        "address.country" => |p| at_home(p, |p| Value::Item(p.site.country)),
        "address.usaState" => |p| at_home(p, |p| p.site.state.into()),
        "address.activeEffectiveDate" => |p| at_home(p, |p| Value::Date(p.start)),
        "address.fullAddress" => |p| match has_home(p) {
            // As Bob puts together an address of which nothing is filled in.
            false => "     ".into(),
            true => format!(
                "{} {}, {}, {}, {}",
                p.draw(42, 1, 99),
                p.site.streets[p.draw(43, 0, 3) as usize],
                p.site.city,
                post_code(p),
                p.site.country
            )
            .into(),
        },
        "address.siteAddress1" => |p| p.site.address.into(),
        "address.siteAddress2" => |p| if p.site.id == 2_154_024 { "横浜市港北区1-2-3".into() } else { Value::Null },
        "address.siteCity" => |p| p.site.city.into(),
        "address.siteState" => |p| p.site.state.into(),
        "address.sitePostalCode" => |p| p.site.post_code.into(),
        "address.siteCountry" => |p| Value::Item(p.site.country),
        "temporaryAddress.line1" => |p| some(p, 46, 5, |p| format!("{} Harbour View", p.draw(47, 1, 99))),
        "temporaryAddress.line2" => |p| some(p, 46, 1, |_| "c/o Guesthouse".to_owned()),
        "temporaryAddress.city" => |p| some(p, 46, 5, |_| "Lyon".to_owned()),
        "temporaryAddress.postCode" => |p| some(p, 46, 5, |_| "69001".to_owned()),
        "temporaryAddress.country" => |p| if p.is_among(46, 5) { Value::Item("France") } else { Value::Null },
        "temporaryAddress.usaState" => |p| some(p, 46, 2, |_| "NJ".to_owned()),
        "home.familyStatus" => |p| if p.is_among(48, 80) { Value::Nth(family(p) as u64) } else { Value::Null },
        "home.legalGender" | "employee.legalSex" => |p| Value::Nth(p.draw(49, 0, 1) as u64),
        "home.numberOfKids" => |p| if p.is_among(50, 60) { Value::Whole(p.draw(51, 0, 4)) } else { Value::Null },
        "home.spouse.firstName" => |p| spouse(p, |p| p.culture.firsts[p.draw(52, 0, 9) as usize].0.into()),
        "home.spouse.surname" => |p| spouse(p, |p| p.last.0.into()),
        "home.spouse.birthDate" => |p| spouse(p, |p| Value::Date(p.day(-p.draw(53, 9000, 20_000)))),
        "home.spouse.shortBirthDate" => |p| spouse(p, |p| Value::ShortDate(p.day(-p.draw(53, 9000, 20_000)))),
        "home.spouse.gender" => |p| spouse(p, |p| Value::Nth(p.draw(54, 0, 3) as u64)),
        "about.about" => |p| {
            some(p, 55, 50, |p| {
                format!("I joined {} in {}.\nAsk me about \"{}\" \\ tea.", p.site.name, p.start.year(), p.site.streets[0])
            })
        },
        "about.socialData.linkedin" => {
            |p| some(p, 56, 50, |p| format!("https://linkedin.example.com/in/{}-{}", p.first.1, p.last.1))
        }
        "about.socialData.twitter" => |p| some(p, 57, 10, |p| format!("@{}{}", p.first.1, p.index)),
        "about.socialData.facebook" => |p| some(p, 58, 5, |p| format!("https://facebook.example.com/{}{}", p.first.1, p.index)),
        "emergency.firstName" => |p| emergency(p, |p| p.culture.firsts[p.draw(59, 0, 9) as usize].0.into()),
        "emergency.secondName" => |p| some(p, 60, 5, |_| "J.".to_owned()),
        "emergency.surname" => |p| emergency(p, |p| p.culture.lasts[p.draw(61, 0, 9) as usize].0.into()),
        "emergency.relation" => |p| emergency(p, |p| Value::Nth(p.draw(62, 0, 3) as u64)),
        "emergency.phone" => |p| emergency(p, |p| phone(p, p.site.phone, 63).into()),
        "emergency.mobilePhone" => |p| emergency(p, |p| phone(p, p.site.mobile, 64).into()),
        "emergency.email" => |p| some(p, 65, 30, |p| format!("contact{}@example.test", p.index + 1)),
        "emergency.address" => |p| some(p, 66, 30, |p| format!("{} {}", p.draw(67, 1, 99), p.site.streets[1])),
        "emergency.city" => |p| emergency(p, |p| p.site.city.into()),
        "emergency.postCode" => |p| some(p, 66, 30, |p| p.site.post_codes[0].to_owned()),
        "emergency.country" => |p| emergency(p, |p| Value::Item(p.site.country)),
        _ => return None,
    };
    Some(make)
}

/// For so many of a hundred people a text, for the others nothing.
fn some(p: &Person<'_>, salt: u64, percent: i64, text: impl Fn(&Person<'_>) -> String) -> Value {
    if p.is_among(salt, percent) { text(p).into() } else { Value::Null }
}

fn created(p: &Person<'_>) -> Date {
    p.start.min(p.people.today).saturating_sub(12.days())
}

fn born(p: &Person<'_>) -> Date {
    p.start.saturating_sub(p.draw(70, 6_700, 15_000).days())
}

fn years(from: Date, to: Date) -> i64 {
    i64::from(to.year() - from.year()) - i64::from((to.month(), to.day()) < (from.month(), from.day()))
}

fn phone(p: &Person<'_>, prefix: &str, salt: u64) -> String {
    format!("{prefix}{:03}", p.draw(salt, 0, 999))
}

fn in_britain(p: &Person<'_>) -> bool {
    p.site.currency == "GBP"
}

fn in_america(p: &Person<'_>) -> bool {
    p.site.currency == "USD"
}

fn ssn(p: &Person<'_>) -> String {
    format!("{:02}-{:04}", p.draw(36, 10, 99), p.draw(71, 1, 9999))
}

/// Some have never filled in their address.
fn has_home(p: &Person<'_>) -> bool {
    p.index % 40 != 20
}

fn at_home(p: &Person<'_>, make: Make) -> Value {
    if has_home(p) { make(p) } else { Value::Null }
}

fn post_code(p: &Person<'_>) -> &'static str {
    p.site.post_codes[p.draw(72, 0, 2) as usize]
}

/// 1 is married.
fn family(p: &Person<'_>) -> i64 {
    p.draw(73, 0, 3)
}

fn spouse(p: &Person<'_>, make: Make) -> Value {
    if p.is_among(48, 80) && family(p) == 1 { make(p) } else { Value::Null }
}

fn emergency(p: &Person<'_>, make: Make) -> Value {
    if p.is_among(74, 70) { make(p) } else { Value::Null }
}
