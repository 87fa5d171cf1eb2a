//! Invented employees in the form that HiBob answers, some 3.3 KB each. Record `number` is the same in every run and every form.
//!
//! About a fifth have a mapped value elsewhere than usual (a custom category, a custom column, `payroll`, `humanReadable`), six in a
//! hundred stray blanks around one, two in a hundred lack what is required; names are in many scripts and some have escapes, one
//! record in a hundred is written in `\u` escapes alone, one in twenty has its keys in another order.

mod pool;
mod words;

pub use pool::Pool;

use serde_json::{Map, Value, json};
use std::fmt::Write;
use words::{
    ABOUT, CONTRACTS, DEPARTMENTS, FIRST, FOODS, GENDERS, HOBBIES, LAST, POWERS, SITES, STREETS, TERMINATIONS, TITLES, TYPES,
};

const COMPANY: u64 = 629_487;
const CATEGORY: &str = "category_1647463606491";
const OTHER_CATEGORY: &str = "category_1652093843562";

/// How records stand in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One a line.
    Lines,
    /// One array in an envelope, without line breaks: what HiBob answers.
    Array,
    /// One a line, each value under a slash name as well: what HiBob answers today.
    Slash,
}

/// Hands the first `count` employees to `out`, in pieces.
pub fn write(count: u64, form: Form, mut out: impl FnMut(&[u8])) {
    let mut piece = String::new();
    if form == Form::Array {
        piece.push_str("{\"employees\":[");
    }
    for number in 0..count {
        if form == Form::Array && number > 0 {
            piece.push(',');
        }
        piece.push_str(&employee(number, form == Form::Slash));
        if form != Form::Array {
            piece.push('\n');
        }
        if piece.len() > 1 << 20 {
            out(piece.as_bytes());
            piece.clear();
        }
    }
    if form == Form::Array {
        piece.push_str("]}");
    }
    out(piece.as_bytes());
}

/// The first `count` employees in memory.
pub fn bytes(count: u64, form: Form) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(count, form, |piece| bytes.extend_from_slice(piece));
    bytes
}

/// xorshift64*: the same on every machine and in every version.
struct Dice(u64);

impl Dice {
    fn of(number: u64) -> Dice {
        let mut dice = Dice((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    /// From `least` to `most`, both possible.
    fn number(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    fn of_thousand(&mut self, chance: u64) -> bool {
        self.next() % 1000 < chance
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[(self.next() % from.len() as u64) as usize].clone()
    }

    fn blank(&mut self) -> Value {
        self.pick(&[Value::Null, Value::Null, json!(""), json!(" ")])
    }
}

fn id(number: u64) -> String {
    (3_332_883_804_235_333_632 + number.wrapping_mul(2_654_435_761) % (1 << 40) * 1021).to_string()
}

/// The part of an e-mail address before the @.
fn slug(first: &str, last: &str, number: u64) -> String {
    let plain = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        if name.len() < 3 { "user".to_owned() } else { name.to_ascii_lowercase() }
    };
    format!("{}.{}{number}", plain(first), plain(last))
}

/// A day as `2026-03-01` and as `01/03/2026`.
#[derive(Clone)]
struct Day(u64, u64, u64);

impl Day {
    fn iso(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.0, self.1, self.2)
    }

    fn slashes(&self) -> String {
        format!("{:02}/{:02}/{:04}", self.2, self.1, self.0)
    }
}

/// One employee as a JSON text.
pub fn employee(number: u64, slash: bool) -> String {
    let mut dice = Dice::of(number);
    let mut employee = usual(number, &mut dice);
    if dice.of_thousand(200) {
        for _ in 0..if dice.of_thousand(700) { 1 } else { 2 } {
            move_one(&mut employee, number, &mut dice);
        }
    }
    if dice.of_thousand(60) {
        pad_one(&mut employee, &mut dice);
    }
    break_one(&mut employee, &mut dice);
    let Value::Object(mut members) = employee else { unreachable!("an employee is an object") };
    if dice.of_thousand(50) {
        let mut keys: Vec<(String, Value)> = members.into_iter().collect();
        for at in (1..keys.len()).rev() {
            keys.swap(at, (dice.next() % (at as u64 + 1)) as usize);
        }
        members = keys.into_iter().collect();
    }
    if slash {
        members = with_slash_names(members);
    }
    let text = Value::Object(members).to_string();
    if dice.of_thousand(10) { in_escapes(&text) } else { text }
}

fn usual(number: u64, dice: &mut Dice) -> Value {
    let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
    let (site, city, country, post, currency) = dice.pick(&SITES);
    let (title, department) = (dice.pick(&TITLES), dice.pick(&DEPARTMENTS));
    let start = Day(dice.number(2009, 2025), dice.number(1, 12), dice.number(1, 28));
    let years = 2026 - start.0;
    let (own, started) = (id(number), start.iso());
    let name = slug(first, last, number);
    let mut email = format!("{name}@example.com");
    if dice.of_thousand(80) {
        email = format!("{}{}", email[..1].to_ascii_uppercase(), email[1..].replace("@e", "@E"));
    }
    let full = format!("{first} {last}");
    let display = match dice.number(0, 99) {
        0 | 1 => format!("{first} \"{}\" {last}", first.chars().next().unwrap_or('A')),
        2 => format!("\t{full}"),
        _ => full.clone(),
    };
    let (contract, kind) = (dice.pick(&CONTRACTS), dice.pick(&TYPES));
    let left = dice.of_thousand(120);
    let last_day = Day((start.0 + dice.number(0, 3)).min(2026), dice.number(1, 12), dice.number(1, 28)).iso();
    let lifecycle = match left {
        true => "terminated",
        false if dice.of_thousand(940) => "employed",
        false => dice.pick(&["hired", "on leave", "garden leave"]),
    };
    let status = if left { "Inactive" } else { "Active" };
    let manager = dice.number(0, 499);
    let (their_first, their_last) =
        (FIRST[(number * 7 + manager) as usize % FIRST.len()], LAST[(number * 11 + manager) as usize % LAST.len()]);
    let their_name = format!("{their_first} {their_last}");
    let reports_to = match dice.number(0, 999) {
        0..10 => Value::Null,
        chance => json!({
            "id": id(manager), "firstName": their_first, "surname": their_last,
            "email": format!("{}@example.com", slug(their_first, their_last, manager)),
            "displayName": if chance < 40 { dice.blank() } else { json!(their_name) },
        }),
    };
    let birth = Day(dice.number(1960, 2003), dice.number(1, 12), dice.number(1, 28)).iso();
    let salary = dice.number(32, 190) * 1000;
    let hours = if contract == "Full time" { 8 } else { 4 };
    let when = |given: Value| if left { given } else { Value::Null };
    json!({
        "id": own, "companyId": COMPANY, "firstName": first, "surname": last, "displayName": display, "fullName": full,
        "secondName": dice.pick(&[Value::Null, json!(""), json!("M."), json!("Ann")]), "email": email,
        "creationDate": started, "creationDateTime": format!("{started}T09:{:02}:{:02}.{:03}", number % 60, number % 59, number % 1000),
        "coverImageUrl": format!("https://images.example.com/default-avatars/cover_{}.png", dice.number(1, 30)),
        "avatarUrl": format!("https://images.example.com/avatars/{COMPANY}/{own}.jpg?v={}", dice.number(1, 99)),
        "state": status.to_lowercase(), "isManager": manager == number,
        "personal": {
            "honorific": dice.pick(&[json!("Mr."), json!("Ms."), json!("Mx."), Value::Null]),
            "pronouns": dice.pick(&[Value::Null, json!("she/her"), json!("he/him"), json!("they/them")]),
            "gender": dice.pick(&GENDERS), "nationality": [country], "birthDate": birth, "shortBirthDate": &birth[5..],
            "age": 60 - number % 40, "communication": {"slackUsername": name, "skypeUsername": null},
        },
        "about": {
            "about": dice.pick(&ABOUT), "hobbies": [dice.pick(&HOBBIES), dice.pick(&HOBBIES)], "superpowers": [dice.pick(&POWERS)],
            "foodPreferences": [dice.pick(&FOODS)],
            "socialData": {"linkedin": format!("https://www.linkedin.com/in/{name}"), "twitter": ""},
        },
        "address": {
            "line1": format!("{} {}", dice.number(1, 240), dice.pick(&STREETS)), "line2": null, "city": city, "postCode": post,
            "country": country, "usaState": if country == "United States" { json!("NY") } else { Value::Null },
        },
        "home": {
            "legalGender": dice.pick(&GENDERS), "familyStatus": dice.pick(&["Single", "Married", "Divorced"]),
            "numberOfKids": dice.number(0, 3), "mobilePhone": format!("+44 7{:09}", dice.number(0, 999_999_999)),
            "privateEmail": if dice.of_thousand(850) { Value::Null } else { json!(format!("{name}@example.org")) },
        },
        "work": {
            "title": title, "department": department, "site": site, "siteId": 2_210_500 + city.len(), "reportsTo": reports_to,
            "manager": id(manager), "reportsToIdInCompany": 1000 + manager, "startDate": started, "originalStartDate": started,
            "shortStartDate": &started[5..], "activeEffectiveDate": started, "employeeIdInCompany": 1000 + number,
            "directReports": 0, "indirectReports": 0, "workPhone": null, "yearsOfService": years,
            "tenureDurationYears": years as f64 + 0.5,
            "tenureDuration": {"periodISO": format!("P{years}Y{}M{}D", start.1, start.2), "sortFactor": years * 365},
            "customColumns": {
                "column_1655996461265": null, "column_1664478354663": null,
                "column_1671550298410": dice.pick(&["Hybrid", "Remote", "Office"]),
            },
        },
        "employment": {
            "contract": contract, "type": kind, "salaryPayType": dice.pick(&["Salary", "Salary", "Salary", "Hourly"]),
            "fte": hours * 25 / 2, "weeklyHours": hours * 5,
            "workingPattern": {
                "workingPatternType": "weekly", "workingPatternId": dice.number(10, 13),
                "days": {
                    "sunday": 0, "monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": hours,
                    "saturday": 0,
                },
            },
        },
        "internal": {
            "status": status, "lifecycleStatus": lifecycle, "terminationDate": when(json!(last_day)),
            "terminationReason": when(json!(dice.pick(&TERMINATIONS))), "terminationType": when(json!("voluntary")),
            "probationEndDate": started, "notice": null,
        },
        "payroll": {
            "nin": format!("QQ{:06}C", dice.number(0, 999_999)),
            "salary": {
                "yearlyPayment": salary, "monthlyPayment": salary as f64 / 16.0, "activeEffectiveDate": started,
                "payment": {"value": salary, "currency": currency},
            },
            "employment": {"contract": null, "type": null},
        },
        "custom": {
            CATEGORY: {"field_1647463617179": null},
            OTHER_CATEGORY: {
                "field_1652093844010": dice.pick(&["S", "M", "L", "XL"]),
                "field_1652093844011": format!("Laptop {}", dice.number(1000, 9999)),
            },
        },
        "humanReadable": {
            "firstName": first, "surname": last, "displayName": display, "email": email,
            "work": {
                "title": title, "department": department, "site": site, "siteId": site, "startDate": start.slashes(),
                "employeeIdInCompany": (1000 + number).to_string(), "manager": their_name,
            },
            "employment": {"contract": contract, "type": kind, "salaryPayType": "Salary"},
            "internal": {"status": status, "lifecycleStatus": lifecycle}, "address": {"country": country, "city": city},
        },
    })
}

/// Moves a mapped value to another place that the task looks in.
fn move_one(employee: &mut Value, number: u64, dice: &mut Dice) {
    let half = dice.of_thousand(500);
    let blank = dice.blank();
    let mut take = |path: &str| employee.pointer_mut(path).map_or(Value::Null, |value| std::mem::replace(value, blank.clone()));
    let day = |iso: &Value| {
        let iso = iso.as_str().filter(|iso| iso.len() == 10).unwrap_or("2026-03-01");
        Day(iso[..4].parse().unwrap_or(2026), iso[5..7].parse().unwrap_or(3), iso[8..].parse().unwrap_or(1))
    };
    let custom = |field: &str| format!("/custom/{CATEGORY}/{field}");
    let column = |column: &str| format!("/work/customColumns/{column}");
    let (path, value) = match dice.number(0, 12) {
        0 => {
            let email = take("/email");
            take("/humanReadable/email");
            (custom("field_1647463617178"), email)
        }
        1 => (column("column_1655996461265"), take("/work/title")),
        2 => (custom("field_1655996461265"), take("/work/title")),
        3 if half => (column("column_1664478354663"), take("/work/department")),
        3 => (custom("field_1664478354663"), take("/work/department")),
        4 if half => (custom("field_1664478354664"), take("/work/site")),
        4 => {
            take("/work/site");
            ("/humanReadable/work/site".to_owned(), Value::Null)
        }
        5 if half => {
            let start = take("/work/startDate");
            ("/work/originalStartDate".to_owned(), json!(format!("{}T00:00:00", start.as_str().unwrap_or_default())))
        }
        5 => {
            let start = take("/work/startDate");
            take("/work/originalStartDate");
            (custom("field_1647463700001"), json!(day(&start).slashes()))
        }
        6 => {
            let end = take("/internal/terminationDate");
            let slashes = if end.is_string() { json!(day(&end).slashes()) } else { Value::Null };
            (custom("field_1647463700002"), slashes)
        }
        7 => {
            take("/internal/status");
            let lifecycle = if half { take("/internal/lifecycleStatus") } else { Value::Null };
            (custom("field_1647463700003"), json!(lifecycle.as_str().map(str::to_uppercase)))
        }
        8 if half => ("/payroll/employment/contract".to_owned(), take("/employment/contract")),
        8 => {
            let contract = take("/employment/contract");
            (custom("field_1647463700004"), json!(contract.as_str().unwrap_or_default().replace(' ', "-").to_lowercase()))
        }
        9 if half => ("/payroll/employment/type".to_owned(), take("/employment/type")),
        9 => (custom("field_1647463700005"), json!(take("/employment/type").as_str().map(str::to_uppercase))),
        10 => (custom("field_1647463700006"), json!(format!("{} ", take("/address/country").as_str().unwrap_or_default()))),
        11 => {
            let surname = take("/surname");
            take("/humanReadable/surname");
            (custom("field_1647463700007"), surname)
        }
        _ => {
            take("/work/employeeIdInCompany");
            (custom("field_1647463700008"), json!(format!("E-{}", 1000 + number)))
        }
    };
    set(employee, &path, value);
}

fn set(employee: &mut Value, path: &str, value: Value) {
    if let Some((parent, name)) = path.rsplit_once('/')
        && let Some(Value::Object(members)) = employee.pointer_mut(parent)
    {
        members.insert(name.to_owned(), value);
    }
}

/// Puts blanks around a value.
fn pad_one(employee: &mut Value, dice: &mut Dice) {
    let (path, before, after) = dice.pick(&[
        ("/firstName", " ", ""),
        ("/surname", "", "  "),
        ("/email", "\t", " "),
        ("/work/title", "", "\n"),
        ("/work/startDate", " ", ""),
    ]);
    if let Some(Value::String(text)) = employee.pointer_mut(path) {
        *text = format!("{before}{text}{after}");
    }
}

/// Takes away something that is required, or makes it unreadable, in two of a hundred.
fn break_one(employee: &mut Value, dice: &mut Dice) {
    let changes = match dice.number(0, 999) {
        0..8 => vec![("/email", Value::Null), ("/humanReadable/email", json!("")), ("/home/privateEmail", json!(""))],
        8..12 => vec![("/firstName", json!("")), ("/humanReadable/firstName", Value::Null)],
        12..15 => vec![("/work/startDate", json!("n/a"))],
        15..17 => vec![("/internal/status", json!("Sabbatical"))],
        17..19 => vec![("/id", Value::Null)],
        19 => vec![("/work", Value::Null), ("/creationDate", Value::Null)],
        _ => Vec::new(),
    };
    for (path, value) in changes {
        set(employee, path, value);
    }
}

/// Puts each value that is not null under a slash name before the nested objects.
fn with_slash_names(members: Map<String, Value>) -> Map<String, Value> {
    fn walk(prefix: &str, members: &Map<String, Value>, flat: &mut Map<String, Value>) {
        for (name, value) in members {
            match value {
                Value::Null => {}
                _ if name == "humanReadable" => {}
                Value::Object(members) if !matches!(name.as_str(), "reportsTo" | "payment" | "days" | "tenureDuration") => {
                    walk(&format!("{prefix}/{name}"), members, flat);
                }
                value => {
                    let prefix = if prefix.is_empty() { "/root" } else { prefix };
                    flat.insert(format!("{prefix}/{name}"), json!({ "value": value }));
                }
            }
        }
    }
    let mut flat = Map::new();
    walk("", &members, &mut flat);
    flat.extend(members);
    flat
}

/// Everything that is no ASCII, as `\u` escapes.
fn in_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("a String takes everything");
            }
        }
    }
    out
}
