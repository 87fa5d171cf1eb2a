//! Which of a company's fields bear a name that is looked for.

use super::OwnField;
use crate::catalog::{Catalog, Field, company_field};
use crate::mapping::look::category;

/// `Employee number`, `employee_number` and `employeeNumber` are one name.
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two names that are not empty are one.
pub fn same(one: &str, other: &str) -> bool {
    let one = fold(one);
    !one.is_empty() && one == fold(other)
}

/// Whether the company made the field itself.
pub fn is_own(field: &Field) -> bool {
    let names: Vec<&str> = field.path.split('.').collect();
    company_field(&names) == Some(names.len())
}

/// The fields that the company made itself and has still.
pub fn own_fields(catalog: &Catalog) -> impl Iterator<Item = &Field> {
    catalog.fields().filter(|field| !field.deleted && is_own(field))
}

impl OwnField {
    pub(super) fn of(field: &Field, path: &str, catalog: &Catalog) -> OwnField {
        OwnField { path: path.to_owned(), name: field.name.clone(), category: category(field, catalog).to_owned() }
    }
}

/// A mapping's name made of a target's: the file's name without endings, in small letters, digits and `_`.
pub fn mapping_name(target: &str) -> String {
    let file = target.rsplit(['/', '\\']).next().unwrap_or(target);
    let file = file.strip_suffix(".json").unwrap_or(file);
    let file = file.strip_suffix(".schema").unwrap_or(file);
    let letters = file.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    let name: String = letters.collect();
    if name.starts_with(|c: char| c.is_ascii_lowercase()) { name } else { format!("mapping_{}", name.trim_matches('_')) }
}

#[cfg(test)]
mod tests {
    use super::{mapping_name, same};

    #[test]
    fn names_are_one_however_words_are_parted() {
        assert!(same("Employee number", "employee_number") && same("employeeNumber", "EMPLOYEE-NUMBER"));
        assert!(!same("", "") && !same("Team", "Teams") && !same("-", "_"));
    }

    #[test]
    fn a_mapping_is_named_after_its_target() {
        assert_eq!(mapping_name("merge.time_off"), "merge_time_off");
        assert_eq!(mapping_name("schemas/Badge-Holder.schema.json"), "badge_holder");
        assert_eq!(mapping_name("2026.json"), "mapping_2026");
    }
}
