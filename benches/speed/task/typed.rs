//! The same task written by hand in Rust: serde reads into structs that have nothing but what is wanted.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

const REQUIRED: [&str; 6] = ["employee_id", "email", "first_name", "last_name", "start_date", "status"];

/// A text or a number, as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Plain {
    Text(String),
    Number(i64),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Employee {
    id: Option<String>,
    company_id: Option<i64>,
    first_name: Option<String>,
    surname: Option<String>,
    display_name: Option<String>,
    full_name: Option<String>,
    email: Option<String>,
    creation_date: Option<String>,
    home: Option<Home>,
    address: Option<Address>,
    work: Option<Work>,
    employment: Option<Employment>,
    payroll: Option<Payroll>,
    internal: Option<Internal>,
    custom: Option<Custom>,
    human_readable: Option<Box<Employee>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Home {
    private_email: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Address {
    country: Option<String>,
    city: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Work {
    title: Option<String>,
    department: Option<String>,
    site: Option<String>,
    reports_to: Option<Boss>,
    manager: Option<String>,
    start_date: Option<String>,
    original_start_date: Option<String>,
    employee_id_in_company: Option<Plain>,
    custom_columns: Option<Columns>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Columns {
    column_1655996461265: Option<String>,
    column_1664478354663: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Boss {
    id: Option<String>,
    first_name: Option<String>,
    surname: Option<String>,
    email: Option<String>,
    display_name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Employment {
    contract: Option<String>,
    r#type: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Payroll {
    employment: Option<Employment>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Internal {
    status: Option<String>,
    lifecycle_status: Option<String>,
    termination_date: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Custom {
    category_1647463606491: Option<Category>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Category {
    field_1647463617178: Option<String>,
    field_1647463700001: Option<String>,
    field_1647463700002: Option<String>,
    field_1647463700003: Option<String>,
    field_1647463700004: Option<String>,
    field_1647463700005: Option<String>,
    field_1647463700006: Option<String>,
    field_1647463700007: Option<String>,
    field_1647463700008: Option<String>,
    field_1647463700009: Option<String>,
    field_1655996461265: Option<String>,
    field_1664478354663: Option<String>,
    field_1664478354664: Option<String>,
}

/// What is written.
#[derive(Serialize)]
struct Row<'e> {
    employee_id: Option<Cow<'e, str>>,
    employee_number: Option<Cow<'e, str>>,
    company_id: Option<i64>,
    email: Option<String>,
    first_name: Option<&'e str>,
    last_name: Option<&'e str>,
    full_name: Option<String>,
    display_name: Option<&'e str>,
    job_title: Option<&'e str>,
    department: Option<&'e str>,
    site: Option<&'e str>,
    manager_id: Option<&'e str>,
    manager_email: Option<String>,
    manager_name: Option<Cow<'e, str>>,
    start_date: Option<String>,
    termination_date: Option<String>,
    status: Option<&'static str>,
    contract: Option<&'static str>,
    employment_type: Option<&'static str>,
    country: Option<&'e str>,
    missing: Vec<&'static str>,
}

/// Maps one employee, and adds its line to `out`.
pub fn map(record: &[u8], out: &mut Vec<u8>) {
    let employee: Employee = serde_json::from_slice(record).expect("generated records fit the structs");
    let row = row(&employee);
    serde_json::to_writer(&mut *out, &row).expect("a struct of texts can be written");
    out.push(b'\n');
}

fn row(e: &Employee) -> Row<'_> {
    let (work, label) = (e.work.as_ref(), e.human_readable.as_deref());
    let own = e.custom.as_ref().and_then(|custom| custom.category_1647463606491.as_ref());
    let (labelled, boss) = (label.and_then(|label| label.work.as_ref()), work.and_then(|work| work.reports_to.as_ref()));
    let columns = work.and_then(|work| work.custom_columns.as_ref());
    let (employment, paid) = (e.employment.as_ref(), e.payroll.as_ref().and_then(|payroll| payroll.employment.as_ref()));
    let named = label.and_then(|label| label.employment.as_ref());
    let internal = e.internal.as_ref();
    macro_rules! first {
        ($($from:expr => $field:ident),+) => {
            None$(.or_else(|| present($from.and_then(|from| from.$field.as_deref()))))+
        };
    }
    let this = Some(e);
    let number = work.and_then(|work| work.employee_id_in_company.as_ref()).and_then(plain);
    let spare = || first!(own => field_1647463700008).map(Cow::Borrowed);
    let labelled_number = || labelled.and_then(|work| work.employee_id_in_company.as_ref()).and_then(plain);
    let first_name = first!(this => first_name, label => first_name);
    let last_name = first!(this => surname, own => field_1647463700007, label => surname);
    let mut row = Row {
        employee_id: first!(this => id).map(Cow::Borrowed).or_else(|| number.clone()).or_else(spare),
        employee_number: number.clone().or_else(spare).or_else(labelled_number),
        company_id: e.company_id,
        email: first!(this => email, own => field_1647463617178, label => email, e.home.as_ref() => private_email)
            .map(str::to_lowercase),
        first_name,
        last_name,
        full_name: join(first_name, last_name),
        display_name: first!(this => display_name, this => full_name, label => display_name),
        job_title: first!(work => title, columns => column_1655996461265, own => field_1655996461265, labelled => title),
        department: first!(work => department, columns => column_1664478354663, own => field_1664478354663, labelled => department),
        site: first!(work => site, own => field_1664478354664, labelled => site, e.address.as_ref() => city),
        manager_id: first!(boss => id, work => manager),
        manager_email: first!(boss => email, own => field_1647463700009).map(str::to_lowercase),
        manager_name: first!(boss => display_name)
            .map(Cow::Borrowed)
            .or_else(|| join(first!(boss => first_name), first!(boss => surname)).map(Cow::Owned))
            .or_else(|| first!(labelled => manager).map(Cow::Borrowed)),
        start_date: date(
            first!(work => start_date, work => original_start_date, own => field_1647463700001, this => creation_date),
        ),
        termination_date: date(first!(internal => termination_date, own => field_1647463700002)),
        status: first!(internal => status, internal => lifecycle_status, own => field_1647463700003).and_then(status),
        contract: first!(employment => contract, paid => contract, own => field_1647463700004, named => contract)
            .and_then(contract),
        employment_type: first!(employment => r#type, paid => r#type, own => field_1647463700005, named => r#type).and_then(kind),
        country: first!(e.address.as_ref() => country, own => field_1647463700006, label.and_then(|label| label.address.as_ref()) => country),
        missing: Vec::new(),
    };
    let given = [
        row.employee_id.is_some(),
        row.email.is_some(),
        row.first_name.is_some(),
        row.last_name.is_some(),
        row.start_date.is_some(),
        row.status.is_some(),
    ];
    row.missing = REQUIRED.into_iter().zip(given).filter(|(_, given)| !given).map(|(name, _)| name).collect();
    row
}

fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn plain(value: &Plain) -> Option<Cow<'_, str>> {
    match value {
        Plain::Text(text) => present(Some(text)).map(Cow::Borrowed),
        Plain::Number(number) => Some(Cow::Owned(number.to_string())),
    }
}

fn join(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = first.into_iter().chain(last).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// `2026-03-01`, with a time or not, or `01/03/2026`.
fn date(text: Option<&str>) -> Option<String> {
    let text = text?;
    let bytes = text.as_bytes();
    let digits = |at: &[usize]| at.iter().all(|at| bytes.get(*at).is_some_and(u8::is_ascii_digit));
    if digits(&[0, 1, 2, 3, 5, 6, 8, 9])
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && matches!(bytes.get(10), None | Some(b'T' | b' '))
    {
        return Some(text[..10].to_owned());
    }
    let slashes = bytes.len() == 10 && digits(&[0, 1, 3, 4, 6, 7, 8, 9]) && bytes[2] == b'/' && bytes[5] == b'/';
    slashes.then(|| format!("{}-{}-{}", &text[6..], &text[3..5], &text[..2]))
}

fn status(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "active" | "employed" => "active",
        "inactive" | "terminated" => "inactive",
        "hired" => "pending",
        "on leave" | "garden leave" => "on_leave",
        _ => return None,
    })
}

fn contract(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "full time" | "full-time" => "full_time",
        "part time" | "part-time" => "part_time",
        "casual" => "casual",
        _ => return None,
    })
}

fn kind(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "permanent" => "permanent",
        "temp" | "temporary" => "temporary",
        "fixed term" | "fixed-term" => "fixed_term",
        "intern" => "intern",
        "contractor" => "contractor",
        _ => return None,
    })
}
