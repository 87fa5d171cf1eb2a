//! The jobs file: judged with the same diagnostics as mapping files.

use super::Company;
use crate::snap::snap;

#[test]
fn every_fault_of_a_jobs_file_is_told_where_it_stands() {
    let company = Company::new();
    company.write(
        "bobmap.yaml",
        "\
connections:
  bob: { service_user_token: an-invented-token, enviroment: production }
jobs:
  people:
    mapings: people.yaml
    from: bobb
    to: { sqlite: people.sqlite }
  Second:
    mappings: [people.yaml, gone.yaml]
    records: { hibob.peple: people.jsonl }
    to: { sqlite: people.sqlite, table: people, format: csv }
  third:
    mappings: people.yaml
    to: { sqlite: people.sqlite, table: People, deletes: never }
    guard: { deletes: 200 }
  fourth:
    mappings: people.yaml
    records: { hibob.people: people.jsonl }
    to: { file: people, table: people }
",
    );
    let output = company.run(&["check", "bobmap.yaml"]);
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{found}");
    assert!(!found.contains("an-invented-token"), "{found}");
    snap().bind(|| insta::assert_snapshot!("jobs__faults", found));
    assert_eq!(company.run(&["plan", "people"]).status.code(), Some(1));
}

#[test]
fn a_password_in_the_address_of_a_database_is_refused_and_shown_nowhere() {
    let company = Company::new();
    let job = |name: &str, to: &str| {
        format!("  {name}: {{ mappings: people.yaml, records: {{ hibob.people: people.jsonl }}, to: {{ {to} }} }}\n")
    };
    let jobs = [
        job("one", "postgres: 'postgres://ada:hunter2@db.example.test/hr', table: people"),
        job("two", "postgres: host=db.example.test password=hunter2 dbname=hr, table: people"),
        job("three", "postgers: \"postgres:\\x2f/ada:hunter2@db.example.test/hr\", table: people"),
        job("again", "postgres: \"postgres:\\x2f/ada:hunter2@db.example.test/hr\", table: other"),
        job("four", "postgres: '${DATABASE_URL}', table: people"),
        job("five", "postgres: '${DATABASE_URL}', table: people"),
        job("six", "postgres: '${DATABASE_URL}', schema: hr, table: people, deletes: hard"),
        job("seven", "postgres: 'postgres://ada@db.example.test/hr', sqlite: people.sqlite, table: people"),
        job("eight", "sqlite: people.sqlite, schema: hr, table: people"),
    ];
    company.write("bobmap.yaml", &format!("jobs:\n{}", jobs.concat()));
    let output = company.run(&["check", "bobmap.yaml"]);
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{found}");
    assert!(!found.contains("hunter2"), "{found}");
    snap().bind(|| insta::assert_snapshot!("jobs__databases", found));
    company.write("bobmap.yaml", &format!("jobs:\n{}", job("people", "postgres: '${NOT_SET_ANYWHERE}', table: people")));
    assert!(company.expect(2, &["sync", "people"]).contains("${NOT_SET_ANYWHERE}: the environment has no such variable"));
}

#[test]
fn a_state_is_a_file_or_a_database() {
    let company = Company::new();
    let mut said = String::new();
    for head in [
        "state: { postgres: '${DATABASE_URL}', schema: ours }\ntenant: acme",
        "state: elsewhere/state.sqlite",
        "state: { postgres: 'postgres://ada:hunter2@db.example.test/hr' }",
        "state: postgres://ada:hunter2@db.example.test/hr",
        "state: ${DATABASE_URL}",
        "state: { postgers: '${DATABASE_URL}' }",
        "state: { schema: ours }",
        "state: { postgres: state.sqlite }",
        "state: { sqlite: state.sqlite }",
        "state: [a]",
        "tenant: Acme & Co",
    ] {
        company.write("bobmap.yaml", &format!("{head}\n{}", super::JOBS));
        let output = company.run(&["check", "bobmap.yaml"]);
        let found = String::from_utf8(output.stdout).unwrap();
        // What is said of the mapping is the same for all.
        said += &format!("{head}\n{}\n", found.split("note[no-tests]").next().unwrap());
    }
    assert_eq!(said.matches("hunter2").count(), 2, "{said}");
    snap().bind(|| insta::assert_snapshot!("jobs__states", said));
    company.write("bobmap.yaml", &format!("state: {{ postgres: '${{NOT_SET_ANYWHERE}}' }}\n{}", super::JOBS));
    assert!(company.expect(2, &["sync", "people"]).contains("${NOT_SET_ANYWHERE}: the environment has no such variable"));
}

#[test]
fn a_sound_jobs_file_brings_its_mappings_along() {
    let company = Company::new();
    let output = company.run(&["check", "bobmap.yaml"]);
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{found}");
    assert!(found.contains("2 files"), "{found}");
    company.write("people.yaml", &super::MAPPING.replace("key: id", "key: idd"));
    assert_eq!(company.run(&["check", "bobmap.yaml"]).status.code(), Some(1));
    company.expect(1, &["sync", "people"]);
    company.expect(2, &["dry-run", "bobmap.yaml", "--records", "people.jsonl"]);
}

#[test]
fn slips_on_the_command_line_are_told() {
    let company = Company::new();
    assert!(company.expect(2, &["sync", "peopel"]).contains("did you mean `people`?"));
    assert!(company.expect(2, &["plan", "people", "--jobs", "gone.yaml"]).contains("there is no jobs file"));
    company.write("bobmap.yaml", "connections:\n  bob: { service_user_token: '${NOT_SET_ANYWHERE}' }\njobs:\n  people:\n    mappings: people.yaml\n    from: bob\n    to: { file: people.csv }\n");
    assert!(company.expect(2, &["sync", "people"]).contains("${NOT_SET_ANYWHERE}: the environment has no such variable"));
}
