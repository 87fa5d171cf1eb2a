//! Maps 10,000 generated employees with `mappings/merge/employee.yaml`, beside parsing the same bytes with serde_json: the
//! figure is the ratio of the two, from runs in turn in one process, so that it holds on any machine.
//!
//! `cargo bench` prints it; `cargo bench -- --rounds 20` takes more rounds.

use bobmap::catalog::Catalog;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Engine, Memory, Outcome};
use bobmap::mapping::{Environment, Mapping, Project, compile};
use bobmap::sink::{Format, RowEncoder};
use bobmap::source::Place;
use std::hint::black_box;
use std::time::{Duration, Instant};

const EMPLOYEES: u64 = 10_000;
const MAPPING: &str = include_str!("../mappings/merge/employee.yaml");

fn main() {
    let rounds = std::env::args().skip_while(|arg| arg != "--rounds").nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(7);
    let mapping = mapping();
    let records: Vec<String> = (0..EMPLOYEES).map(employee).collect();
    let bytes: usize = records.iter().map(String::len).sum();
    let (mut parsing, mut mapped, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut written = 0;
    for _ in 0..=rounds {
        let parse = time(|| {
            for record in &records {
                black_box(serde_json::from_str::<serde_json::Value>(record).expect("generated records are JSON"));
            }
        });
        let map = time(|| written = run(&mapping, &records));
        parsing.push(parse);
        mapped.push(map);
        ratios.push(map.as_secs_f64() / parse.as_secs_f64());
    }
    // The first round warms caches and the allocator.
    let (parse, map, ratio) = (median(&mut parsing[1..]), median(&mut mapped[1..]), median(&mut ratios[1..]));
    let rate = |time: Duration| EMPLOYEES as f64 / time.as_secs_f64() / 1000.0;
    println!(
        "{EMPLOYEES} employees, {:.1} KB each, {written} written, medians of {rounds} rounds",
        bytes as f64 / EMPLOYEES as f64 / 1000.0
    );
    println!("serde_json into a Value   {:7.1} ms  {:6.1} k records/s", parse.as_secs_f64() * 1000.0, rate(parse));
    println!("bobmap, JSON Lines out    {:7.1} ms  {:6.1} k records/s", map.as_secs_f64() * 1000.0, rate(map));
    println!("ratio                     {ratio:7.2} of the time that parsing alone takes");
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median<T: PartialOrd + Copy>(values: &mut [T]) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).expect("times are numbers"));
    values[values.len() / 2]
}

fn mapping() -> Mapping {
    let mut project = Project::default();
    project.add("mappings/merge/employee.yaml", MAPPING);
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("no files here".to_owned()) };
    let (mapping, findings) = compile(&project, "merge_employee", &environment);
    mapping.unwrap_or_else(|| panic!("the shipped mapping has faults: {findings:?}"))
}

fn run(mapping: &Mapping, records: &[String]) -> u64 {
    let run_date = jiff::civil::date(2026, 3, 1);
    let engine = Engine { mapping, run_date, lists: Catalog::builtin(), joins: Vec::new(), look_at_keep: true };
    let mut encoder = RowEncoder::new(mapping, Format::Jsonl);
    let mut counts = Counts::new(mapping);
    let mut buffer = Vec::new();
    let mut memory = Memory::default();
    for (number, record) in (1..).zip(records) {
        let place = Place { record: number, offset: 0, line: number };
        engine.apply(&mut memory, record.as_bytes(), place, &mut counts, &mut Unwatched, &mut |_, outcome| {
            if let Outcome::Kept(row) = outcome {
                buffer.clear();
                encoder.row(&row.cells, &mut buffer);
                black_box(&buffer);
            }
        });
    }
    counts.written
}

/// An invented employee in the form HiBob sends: each value under a slash name and in the nested objects, null only there,
/// and `humanReadable` beside. A fifth lack a department, a tenth an e-mail.
fn employee(number: u64) -> String {
    const FIRST: [&str; 6] = ["Ada", "Björn", "Chloé", "דנה", "Emeka", "Fumiko"];
    const LAST: [&str; 5] = ["Marlowe", "Østergaard", "O'Neil", "佐藤", "de la Cruz"];
    const TITLE: [&str; 4] = ["255490048", "255490049", "Recruiter", "Payroll \\\"specialist\\\""];
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    let mut pick = |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % limit
    };
    let id = 3_332_883_804_235_333_632 + number * 1021;
    let (first, last) = (FIRST[pick(6) as usize], LAST[pick(5) as usize]);
    let email = if pick(10) == 0 { "null".to_owned() } else { format!("\"Person{number}@example.com\"") };
    let department = if pick(5) == 0 { "null" } else { "\"Engineering\"" };
    let title = TITLE[pick(4) as usize];
    let start = format!("20{:02}-{:02}-{:02}", 10 + pick(15), 1 + pick(12), 1 + pick(28));
    let manager = 3_332_883_804_235_333_632 + pick(500) * 1021;
    let salary = 30_000 + pick(90_000);
    let status = if pick(9) == 0 { ("Inactive", "terminated") } else { ("Active", "employed") };
    let slash =
        |name: &str, value: &str| if value == "null" { String::new() } else { format!("\"{name}\":{{\"value\":{value}}},") };
    let flat = [
        slash("/root/id", &format!("\"{id}\"")),
        slash("/root/email", &email),
        slash("/root/firstName", &format!("\"{first}\"")),
        slash("/root/surname", &format!("\"{last}\"")),
        slash("/work/title", &format!("\"{title}\"")),
        slash("/work/department", department),
        slash("/work/startDate", &format!("\"{start}\"")),
        slash("/internal/status", &format!("\"{}\"", status.0)),
    ]
    .concat();
    format!(
        concat!(
            r#"{{{flat}"id":"{id}","companyId":629487,"firstName":"{first}","surname":"{last}","displayName":"{first} {last}","email":{email},"#,
            r#""creationDateTime":"{start}T09:12:44.031","avatarUrl":"https://images.example.com/{id}.jpg?v=7","secondName":null,"#,
            r#""personal":{{"honorific":null,"pronouns":"they / them","birthDate":"1984-02-29","nationality":["British"],"communication":{{"slackUsername":null}}}},"#,
            r#""about":{{"about":"Coffee first.\nThen \"everything\" else.","hobbies":["Chess","Running"],"socialData":{{"linkedin":null,"twitter":""}}}},"#,
            r#""address":{{"line1":"12 High Street","line2":null,"city":"London","postCode":"EC2A 4NE","country":"United Kingdom","fullAddress":"     "}},"#,
            r#""home":{{"legalGender":"Female","familyStatus":"Single","mobilePhone":"+44 7700 900{short}","privateEmail":null}},"#,
            r#""work":{{"title":"{title}","department":{department},"site":"London (Demo)","siteId":2154020,"manager":"{manager}","#,
            r#""reportsTo":{{"id":"{manager}","firstName":"Grace","surname":"Marlowe","email":"grace@example.com","displayName":"Grace Marlowe"}},"#,
            r#""startDate":"{start}","originalStartDate":"{start}","employeeIdInCompany":{number},"workPhone":null,"yearsOfService":4.5,"#,
            r#""tenureDuration":{{"periodISO":"P4Y6M2D","sortFactor":1642,"humanize":"4 years, 6 months and 2 days"}},"customColumns":{{"column_1655996461265":null}}}},"#,
            r#""employment":{{"contract":"Full time","type":"Permanent","fte":100,"weeklyHours":40,"workingPattern":{{"days":{{"monday":8,"tuesday":8,"wednesday":8,"thursday":8,"friday":8}}}}}},"#,
            r#""internal":{{"status":"{status}","lifecycleStatus":"{lifecycle}","terminationDate":null,"terminationReason":null,"probationEndDate":"{start}"}},"#,
            r#""payroll":{{"salary":{{"payment":{{"value":{salary},"currency":"GBP"}},"yearlyPayment":{salary}.00,"activeEffectiveDate":"{start}"}},"employment":{{"contract":"Full time","type":"Permanent"}}}},"#,
            r#""custom":{{"category_1647463606491":{{"field_1647463617178":null,"field_1652093844011":"Laptop {short}"}}}},"#,
            r#""humanReadable":{{"id":"{id}","firstName":"{first}","surname":"{last}","work":{{"title":"Recruiter","site":"London (Demo)","startDate":"01/02/2020"}},"internal":{{"status":"{status}","lifecycleStatus":"Employed"}}}}}}"#
        ),
        flat = flat,
        id = id,
        first = first,
        last = last,
        email = email,
        start = start,
        short = number % 1000,
        title = title,
        department = department,
        manager = manager,
        number = number,
        status = status.0,
        lifecycle = status.1,
        salary = salary,
    )
}
