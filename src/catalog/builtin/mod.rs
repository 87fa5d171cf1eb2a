//! The fields that every Bob has, in the categories that Bob gives them before a company moves any.
//! From `GET /v1/company/people/fields` of a demo tenant (2026-10), without what that tenant made itself.

mod pay;
mod person;
mod work;

use super::{Catalog, Category, Field, FieldKind, Origin};
use std::sync::LazyLock;

/// A category with its fields.
pub(super) struct Group {
    id: &'static str,
    /// As the admin sees it.
    name: &'static str,
    rows: &'static [Row],
}

pub(super) struct Row {
    id: &'static str,
    name: &'static str,
    kind: FieldKind,
    list: Option<&'static str>,
    historical: bool,
}

const fn field(id: &'static str, name: &'static str, kind: FieldKind) -> Row {
    Row { id, name, kind, list: None, historical: false }
}

impl Row {
    const fn of(mut self, list: &'static str) -> Row {
        self.list = Some(list);
        self
    }

    /// The field shows the row of a dated table that is in force today.
    const fn dated(mut self) -> Row {
        self.historical = true;
        self
    }
}

static GROUPS: [&[Group]; 3] = [person::GROUPS, work::GROUPS, pay::GROUPS];

pub(super) static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = Catalog::empty(Origin::BuiltIn);
    catalog.expect_fields(GROUPS.iter().copied().flatten().map(|group| group.rows.len()).sum());
    for group in GROUPS.iter().copied().flatten() {
        catalog.add_category(Category { id: group.id.to_owned(), name: group.name.to_owned() });
        for row in group.rows {
            catalog.add_field(Field {
                id: row.id.to_owned(),
                name: row.name.to_owned(),
                category: group.id.to_owned(),
                path: Field::path_of(row.id).to_owned(),
                kind: row.kind.clone(),
                list: row.list.map(str::to_owned),
                historical: row.historical,
                deleted: false,
            });
        }
    }
    catalog
});

/// Categories besides its own in which setup guides look for a built-in field. Bob's metadata says Basic info and Work;
/// ActivTrak's guide for HiBob asks for Work contact details for the work e-mail and for Employment as well as Work for the
/// employee number.
pub(super) const ALSO: &[(&str, &str)] = &[("root.email", "workContact"), ("work.employeeIdInCompany", "employment")];

#[cfg(test)]
mod tests {
    use super::{ALSO, GROUPS};
    use crate::catalog::{Catalog, FieldKind};
    use std::collections::HashSet;

    #[test]
    fn ids_and_categories_are_unique_and_lists_stand_where_the_kind_needs_one() {
        let groups = || GROUPS.iter().copied().flatten();
        let mut seen = HashSet::new();
        for row in groups().flat_map(|group| group.rows) {
            assert!(seen.insert(row.id), "{} stands twice", row.id);
            assert!(!matches!(row.kind, FieldKind::Other(_)), "{}", row.id);
            let needs_list =
                matches!(row.kind, FieldKind::List | FieldKind::ListId | FieldKind::MultiList | FieldKind::HierarchyList);
            assert_eq!(row.list.is_some(), needs_list, "{}", row.id);
        }
        let mut seen = HashSet::new();
        assert!(groups().all(|group| seen.insert(group.id)));
        assert_eq!(Catalog::builtin().fields().count(), 239);
    }

    #[test]
    fn no_field_that_a_company_made_itself_stands_in_the_table() {
        for field in Catalog::builtin().fields() {
            assert!(
                !field.id.contains("custom") && !field.id.contains("column_") && !field.id.contains("field_"),
                "{}",
                field.id
            );
        }
    }

    #[test]
    fn the_category_is_not_always_the_first_word_of_the_id() {
        for (id, category) in [
            ("home.privateEmail", "personalContact"),
            ("home.mobilePhone", "personalContact"),
            ("home.legalGender", "home"),
            ("home.spouse.firstName", "home"),
            ("employee.legalSex", "home"),
            ("financial.passportNumber", "identification"),
            ("payroll.nin", "identification"),
            ("identification.ssn", "identification"),
            ("employee.sin", "identification"),
            ("financial.rightToWorkExpiryDate", "rightToWork"),
            ("payroll.employment.contract", "employment"),
            ("employee.workLocationId", "employment"),
            ("payroll.salary.payment", "payroll"),
            ("payroll.variable.Executive bonus.amount", "payroll"),
            ("payroll.entitlement.Company Car.amount", "payroll"),
            ("payroll.deduction.Lunch vouchers.amount", "payroll"),
            ("actualPayment.payDate", "payroll"),
            ("work.workMobile", "workContact"),
            ("personal.communication.slackUsername", "workContact"),
            ("employee.hrbp", "work"),
            ("employee.disabilityStatus", "personal"),
            ("internal.lifecycleStatus", "lifecycle"),
            ("employee.lastDayOfWork", "lifecycle"),
            ("root.state", "userData"),
            ("root.creationDate", "userData"),
            ("employee.enrolledInPayrollModuleStatus", "userData"),
            ("employee.taxCode", "ukTaxSettings"),
            ("employee.jobProfileId", "jobsCatalog"),
            ("employee.ethnicities", "eeo"),
            ("root.email", "root"),
            ("work.employeeIdInCompany", "work"),
        ] {
            let field = Catalog::builtin().field(id).unwrap_or_else(|| panic!("{id} is not there"));
            assert_eq!(field.category, category, "{id}");
        }
    }

    #[test]
    fn categories_carry_the_names_that_the_admin_sees() {
        let name = |id| Catalog::builtin().category(id).map(|category| category.name.as_str());
        assert_eq!(name("root"), Some("Basic info"));
        assert_eq!(name("workContact"), Some("Work contact details"));
        assert_eq!(name("jobsCatalog"), Some("Jobs"));
        // These two begin ids and are no categories.
        assert_eq!(name("internal"), None);
        assert_eq!(name("employee"), None);
    }

    #[test]
    fn fields_of_the_root_stand_at_the_top_of_a_record() {
        for field in Catalog::builtin().fields() {
            match field.id.strip_prefix("root.") {
                Some(name) => assert_eq!(field.path, name),
                None => assert_eq!(field.path, field.id),
            }
        }
    }

    #[test]
    fn what_guides_say_besides_names_fields_and_categories_that_exist() {
        for (field, category) in ALSO {
            assert!(Catalog::builtin().field(field).is_some_and(|field| field.category != *category));
            assert!(Catalog::builtin().category(category).is_some());
        }
    }
}
