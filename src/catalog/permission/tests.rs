use super::{LifecycleStatus, Need, Permission, TimeOffData, Wanted, access_rights, permissions};
use crate::catalog::Catalog;

fn need(what: Wanted, needed_for: &[&str]) -> Need {
    Need { what, needed_for: needed_for.iter().map(|name| (*name).to_owned()).collect() }
}

fn field(id: &str, needed_for: &[&str]) -> Need {
    need(Wanted::Field(id.to_owned()), needed_for)
}

fn lines(needs: &[Need], catalog: &Catalog) -> Vec<String> {
    let line = |row: &Permission| format!("{}: {}", row.menu.join(" > "), row.needed_for.join(", "));
    permissions(needs, catalog).iter().map(line).collect()
}

#[test]
fn what_activtrak_needs_yields_the_rows_of_its_own_setup_guide() {
    let needs = [
        need(Wanted::TimeOff(TimeOffData::WhosOut), &["absence_days"]),
        need(Wanted::TimeOff(TimeOffData::Balance), &["balances"]),
        need(Wanted::TimeOff(TimeOffData::Requests), &["absence_days"]),
        field("work.employeeIdInCompany", &["employee_id"]),
        field("root.firstName", &["display_name"]),
        field("root.surname", &["display_name"]),
        field("root.email", &["email_address"]),
    ];
    assert_eq!(
        lines(&needs, Catalog::builtin()),
        [
            "People's data > People > Basic info > View selected employees' Basic info sections: display_name, email_address",
            "People's data > People > Employment > View selected employees' Employment sections: employee_id",
            "People's data > People > Work > View selected employees' Work sections: employee_id",
            "People's data > People > Work contact details > View selected employees' Work contact details sections: email_address",
            "People's data > Time off > Balance > See selected people's time off and sick leave balances: balances",
            "People's data > Time off > Requests > Create, edit and cancel people's requests: absence_days",
            "People's data > Time off > See who's out today > See who's out: absence_days",
        ]
    );
}

#[test]
fn a_row_that_only_a_guide_asks_for_says_so_until_a_field_needs_it() {
    let note = |needs: &[Need]| {
        let rows = permissions(needs, Catalog::builtin());
        rows.into_iter().find(|row| row.menu[2] == "Work contact details").unwrap().note
    };
    let email = field("root.email", &["work_email"]);
    assert!(note(std::slice::from_ref(&email)).unwrap().contains("(Email)"));
    assert_eq!(note(&[email.clone(), field("work.workPhone", &["phone"])]), None);
    assert_eq!(note(&[email, need(Wanted::Category("work contact details".to_owned()), &["work_email"])]), None);
}

#[test]
fn a_companys_own_catalog_is_believed_and_its_words_are_used() {
    let fields =
        r#"[{"id":"root.email","categoryId":"workContact","categoryDisplayName":"Reach me","name":"Email","type":"text"}]"#;
    let catalog = Catalog::from_metadata(fields, None, "fields.json").unwrap();
    assert_eq!(
        lines(&[field("root.email", &["work_email"])], &catalog),
        ["People's data > People > Reach me > View selected employees' Reach me sections: work_email"]
    );
}

#[test]
fn histories_are_a_box_of_their_own() {
    let needs =
        [need(Wanted::History("employment".to_owned()), &["employments"]), field("payroll.employment.contract", &["type"])];
    assert_eq!(
        lines(&needs, Catalog::builtin()),
        [
            "People's data > People > Employment > View selected employees' Employment section histories: employments",
            "People's data > People > Employment > View selected employees' Employment sections: type",
        ]
    );
}

#[test]
fn sensitive_fields_are_named_with_the_box_that_may_be_needed_too() {
    let rows = permissions(&[field("personal.birthDate", &["date_of_birth"])], Catalog::builtin());
    let note = rows[0].note.as_deref().unwrap();
    assert!(note.contains("Date of Birth") && note.contains("Edit selected employees' Personal sections"), "{note}");
    assert_eq!(permissions(&[field("personal.shortBirthDate", &["birthday"])], Catalog::builtin())[0].note, None);
}

#[test]
fn what_the_catalog_does_not_know_is_said_and_never_guessed_from_the_id() {
    let needs = [
        field("work.customColumns.column_1655996461265", &["team"]),
        need(Wanted::Category("Squad".to_owned()), &["squad"]),
        need(Wanted::TimeOff(TimeOffData::PolicyTypes), &["leave_type"]),
    ];
    let rows = permissions(&needs, Catalog::builtin());
    assert_eq!(rows[0].menu, ["People's data", "People", "Squad", "View selected employees' Squad sections"]);
    assert_eq!(rows[1].menu, ["People's data", "People"]);
    assert!(rows[1].note.as_deref().unwrap().contains("work.customColumns.column_1655996461265"));
    assert_eq!(rows[2].menu[0], "Features");
}

#[test]
fn the_condition_on_people_is_widened_to_all_whom_a_mapping_keeps() {
    let all = access_rights(&[]);
    assert_eq!(all.lifecycle_statuses, ["Hired", "Employed", "Terminated", "Leave (every type)"]);
    assert!(all.note.contains("Lifecycle status equals Employed"));
    assert!(all.note.contains("Hired, Terminated, Leave (every type)"));
    let some = access_rights(&[LifecycleStatus::of("garden leave"), LifecycleStatus::of("Employed")]);
    assert_eq!(some.lifecycle_statuses, ["Employed", "Leave (every type)"]);
    assert!(!access_rights(&[LifecycleStatus::Employed]).note.contains("widen"));
}
