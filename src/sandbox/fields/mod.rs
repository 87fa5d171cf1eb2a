//! What somebody has in each field: Bob's own fields one by one where they hang together, the others by their type.

mod person;
mod work;

/// What tables have in common with fields.
pub mod rows {
    pub use super::work::{
        EMPLOYMENT_ROWS, SALARY_ROWS, WORK_ROWS, contract, department, employment_type, pattern, reason, site_id, title,
    };
}

use super::people::Person;
use super::value::Value;
use crate::catalog::FieldKind;
use sha2::{Digest, Sha256};

/// Makes the value of one field from what is so of a person.
pub type Make = fn(&Person<'_>) -> Value;

/// Where a field's values come from.
#[derive(Debug, Clone)]
pub enum Maker {
    Own(Make),
    /// For so many of a hundred people something plausible of this type, drawn with a number of the field's own.
    OfKind(FieldKind, u64, i64),
}

impl Maker {
    pub fn of(id: &str, kind: &FieldKind) -> Maker {
        match person::make(id).or_else(|| work::make(id)) {
            Some(own) => Maker::Own(own),
            None => Maker::OfKind(kind.clone(), salt(id), usual_share(id)),
        }
    }

    /// Leaves nobody out by a share of its own.
    pub fn for_everybody(&mut self) {
        if let Maker::OfKind(_, _, percent) = self {
            *percent = 100;
        }
    }

    pub fn value(&self, person: &Person<'_>) -> Value {
        match self {
            Maker::Own(own) => own(person),
            Maker::OfKind(kind, salt, percent) if person.is_among(!salt, *percent) => of_kind(kind, *salt, person),
            Maker::OfKind(..) => Value::Null,
        }
    }
}

/// How many of a hundred people have something in a field that is not made one by one.
fn usual_share(id: &str) -> i64 {
    let rare = ["payroll.variable.", "payroll.entitlement.", "payroll.deduction.", "actualPayment."];
    if rare.iter().any(|prefix| id.starts_with(prefix)) { 15 } else { 80 }
}

/// A number that differs from field to field and stays from run to run.
pub fn salt(id: &str) -> u64 {
    // Recorded answers hang on it, so it is no hash that may change with the compiler.
    let hash: [u8; 32] = Sha256::digest(id).into();
    hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn of_kind(kind: &FieldKind, salt: u64, person: &Person<'_>) -> Value {
    let draw = |from, to| person.draw(salt, from, to);
    match kind {
        FieldKind::Text | FieldKind::Other(_) => {
            const WORDS: [&str; 8] = ["Birch", "Copper", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo"];
            Value::from(format!("{}-{}", WORDS[draw(0, 7) as usize], person.draw(salt ^ 1, 100, 999)))
        }
        FieldKind::TextArea => Value::from("First line, \"quoted\"\nsecond line\t\\ with a tab"),
        FieldKind::Number => Value::Whole(draw(0, 30)),
        FieldKind::Date => Value::Date(person.day(-draw(10, 2000))),
        FieldKind::ShortDate => Value::ShortDate(person.day(-draw(10, 2000))),
        FieldKind::Time => Value::Time(person.day(-draw(10, 2000)).at(7, 36, 42, 293_149_000)),
        FieldKind::Boolean => Value::Yes(draw(0, 1) == 1),
        FieldKind::List | FieldKind::ListId | FieldKind::HierarchyList => Value::Nth(draw(0, 999) as u64),
        FieldKind::MultiList => Value::Several((0..draw(0, 2) as u64).collect()),
        FieldKind::Currency => Value::Money(draw(10, 90) * 1000, person.site.currency),
        // Somebody who was there before.
        FieldKind::EmployeeReference | FieldKind::Employee if person.index == 0 => Value::Null,
        FieldKind::EmployeeReference => Value::Person(draw(0, person.index as i64 - 1) as u64),
        FieldKind::Employee => Value::Card(draw(0, person.index as i64 - 1) as u64),
        FieldKind::Period => Value::Period(person.day(-draw(10, 2000)), person.people.today),
        FieldKind::Ssn => Value::from(format!("900-{:02}-{:04}", draw(10, 99), person.draw(salt ^ 1, 1000, 9999))),
        FieldKind::Avatar => Value::from(avatar(person)),
        FieldKind::Document => Value::from(format!("https://files.example.com/documents/{}", draw(100_000, 999_999))),
        FieldKind::WorkingPattern => Value::Pattern(person.site_pattern()),
        FieldKind::DurationWithUnit => Value::Months(draw(1, 6)),
    }
}

/// An address whose token changes daily.
pub fn avatar(person: &Person<'_>) -> String {
    let day = person.people.today.day_of_year();
    format!("https://images.example.com/avatars/{}?token=t{}{day}", person.id(), person.draw(10, 100_000, 999_999))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::sandbox::people::People;
    use crate::value::Shape;

    #[test]
    fn a_fields_number_stays_from_run_to_run() {
        assert_eq!(salt("employee.hasPaidPayslip"), 15_633_700_395_991_377_826);
    }

    /// Shapes by which the catalog knows a field's type.
    fn fits(value: &Value, shapes: &[Shape]) -> bool {
        let shape = match value {
            Value::Null => return true,
            Value::Text(text) if text.is_empty() => return true,
            Value::Whole(_) | Value::Decimal(_) => Shape::Number,
            Value::Yes(_) => Shape::Boolean,
            Value::Several(_) => Shape::List,
            Value::Card(_) | Value::Period(..) | Value::Money(..) | Value::Pattern(..) | Value::Months(_) => Shape::Json,
            _ => Shape::Text,
        };
        shapes.contains(&shape)
    }

    #[test]
    fn every_field_of_bobs_has_values_of_its_type_for_some_people() {
        let people = People { seed: 3, count: 400, today: jiff::civil::date(2026, 3, 1) };
        for field in Catalog::builtin().fields() {
            let maker = Maker::of(&field.id, &field.kind);
            let mut filled = 0;
            for index in 0..people.count {
                let value = maker.value(&people.person(index));
                assert!(fits(&value, field.shapes(&[])), "{}: {value:?}", field.id);
                filled += usize::from(!matches!(value, Value::Null));
            }
            assert!(filled > 0, "{}", field.id);
        }
    }

    #[test]
    fn what_is_made_one_by_one_is_a_field_of_bobs_or_of_this_company() {
        let known = |id: &str| {
            Catalog::builtin().field(id).is_some() || crate::sandbox::company::OWN_FIELDS.iter().any(|own| own.id == id)
        };
        for text in [include_str!("person.rs"), include_str!("work.rs")] {
            let ids = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>")).map(|(id, _)| id);
            let mut seen = 0;
            for id in ids.flat_map(|ids| ids.split("\" | \"")) {
                assert!(known(id), "{id}");
                seen += 1;
            }
            assert!(seen > 30);
        }
    }
}
