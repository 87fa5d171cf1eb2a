//! Files: whole, their owner's alone, and only where they may stand.

use super::Company;

fn job(to: &str) -> String {
    format!("jobs:\n  file:\n    mappings: people.yaml\n    records: {{ hibob.people: people.jsonl }}\n    to: {to}\n")
}

#[test]
fn each_format_holds_the_rows_of_a_dry_run() {
    let company = Company::new();
    for format in ["jsonl", "json", "csv"] {
        let name = format!("out.{format}");
        company.write("bobmap.yaml", &job(&format!("{{ file: {name} }}")));
        // Another file of the same job: what it wrote elsewhere says nothing of this one.
        company.expect(0, &["sync", "file"]);
        let dry = company.run(&["dry-run", "people.yaml", "--records", "people.jsonl", "--format", format]);
        assert_eq!(company.read(&name), String::from_utf8(dry.stdout).unwrap(), "{format}");
    }
}

#[test]
fn texts_that_a_spreadsheet_would_run_are_counted_and_escaped_where_it_reads_the_file() {
    let company = Company::new();
    let line = |id: &str, name: &str, title: &str| {
        format!("{{\"id\":\"{id}\",\"firstName\":\"{name}\",\"work\":{{\"title\":\"{title}\"}}}}\n")
    };
    let people = [line("01", "=1+1", "+44 20 7946 0000"), line("02", "@SUM(A1,B1)", "-5"), line("03", "Ada", "1=1")];
    company.write("people.jsonl", &people.concat());
    company.write("bobmap.yaml", &job("{ file: out.csv }"));
    let said = company.expect(0, &["sync", "file"]);
    assert!(said.contains("2 texts begin as formulas of spreadsheets do (written as found"), "{said}");
    let rows = |first, second| format!("id,name,title\r\n01,{first},+44 20 7946 0000\r\n02,{second},-5\r\n03,Ada,1=1\r\n");
    assert_eq!(company.read("out.csv"), rows("=1+1", "\"@SUM(A1,B1)\""));
    company.write("bobmap.yaml", &job("{ file: out.csv, format: spreadsheet }"));
    let said = company.expect(0, &["sync", "file"]);
    assert!(said.contains("2 texts begin as formulas of spreadsheets do (written behind an apostrophe"), "{said}");
    assert_eq!(company.read("out.csv"), rows("'=1+1", "\"'@SUM(A1,B1)\""));
    assert!(company.expect(0, &["sync", "file"]).contains("nothing to do"));
    // Who is held is written as the file is meant now.
    company.write("people.jsonl", &[people[1].clone(), people[2].clone(), line("01", "Ada", "")].concat());
    company.write("bobmap.yaml", &job("{ file: out.csv }"));
    company.expect(4, &["sync", "file"]);
    assert!(company.read("out.csv").ends_with("01,=1+1,+44 20 7946 0000\r\n"), "{}", company.read("out.csv"));
}

#[test]
fn rows_that_an_older_bobmap_wrote_are_still_held() {
    let company = Company::new();
    company.expect(0, &["sync", "file"]);
    // It noted no form beside the checksum.
    let state = rusqlite::Connection::open(company.path(".bobmap/state.sqlite")).unwrap();
    state.execute("UPDATE jobs SET sum = substr(sum, instr(sum, ' ') + 1)", []).unwrap();
    drop(state);
    let before = company.read("people.csv");
    company.write("people.jsonl", &company.read("people.jsonl").replacen("\"title\":\"Clerk\"", "\"title\":\"\"", 1));
    company.expect(4, &["sync", "file"]);
    let after = company.read("people.csv");
    assert_eq!(after.lines().count(), before.lines().count());
    assert!(after.ends_with("01,Ada 1,Clerk\r\n"), "{after}");
}

#[test]
fn an_empty_list_of_rows_is_a_whole_file() {
    let company = Company::new();
    company.write("people.yaml", &format!("{}keep: {{ path: $.id, is: nobody }}\n", super::MAPPING));
    for (name, text) in [("none.json", "[]\n"), ("none.csv", "id,name,title\r\n"), ("none.jsonl", "")] {
        company.write("bobmap.yaml", &job(&format!("{{ file: {name} }}")));
        company.expect(0, &["sync", "file"]);
        assert_eq!(company.read(name), text);
    }
}

#[cfg(unix)]
#[test]
fn files_are_their_owners_alone_and_links_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let company = Company::new();
    company.expect(0, &["sync", "file"]);
    company.expect(0, &["sync", "people"]);
    for name in ["people.csv", "people.sqlite", ".bobmap/state.sqlite"] {
        let mode = std::fs::metadata(company.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    company.write("elsewhere.csv", "precious\n");
    symlink("elsewhere.csv", company.path("link.csv")).unwrap();
    company.write("bobmap.yaml", &job("{ file: link.csv }"));
    let said = company.expect(3, &["sync", "file", "--allow", "not-ours"]);
    assert!(said.contains("this is a link"), "{said}");
    assert_eq!(company.read("elsewhere.csv"), "precious\n");
}

#[test]
fn two_mappings_stand_in_one_file_and_each_keeps_its_rows() {
    let company = Company::new();
    let second = super::MAPPING.replace("mapping: people", "mapping: seconds");
    company.write("second.yaml", &format!("{second}keep: {{ path: $.id, in: [\"01\", \"02\"] }}\n"));
    company.write("bobmap.yaml", &job("{ file: both.csv }").replace("people.yaml", "[people.yaml, second.yaml]"));
    company.expect(0, &["sync", "file"]);
    assert_eq!(company.read("both.csv").lines().count(), 23);
    company.people(2..=20);
    company.expect(0, &["sync", "file"]);
    let lines: Vec<String> = company.read("both.csv").lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 21);
    assert_eq!((lines[1].as_str(), lines[20].as_str()), ("02,Ada 2,Clerk", "02,Ada 2,Clerk"));
}

#[test]
fn a_file_that_is_gone_is_written_again() {
    let company = Company::new();
    company.expect(0, &["sync", "file"]);
    let whole = company.read("people.csv");
    std::fs::remove_file(company.path("people.csv")).unwrap();
    company.expect(0, &["sync", "file"]);
    assert_eq!(company.read("people.csv"), whole);
}

#[test]
fn what_is_read_is_never_written_to() {
    let company = Company::new();
    let people = company.read("people.jsonl");
    for name in ["people.jsonl", "./people.jsonl"] {
        company.write("bobmap.yaml", &job(&format!("{{ file: {name} }}")));
        assert!(company.expect(2, &["sync", "file", "--allow", "not-ours"]).contains("is read in this run"));
    }
    assert_eq!(company.read("people.jsonl"), people);
}

#[test]
fn rows_that_are_held_stand_under_the_columns_of_today() {
    let company = Company::new();
    company.expect(0, &["sync", "file"]);
    let mapping = super::MAPPING.replace("  name: $.firstName\n", "");
    company.write("people.yaml", &format!("{mapping}  site: $.work.site\n  name: $.firstName\n"));
    let people = company.read("people.jsonl").replacen("\"Clerk\"", "null", 1);
    company.write("people.jsonl", &people);
    for _ in 0..2 {
        company.expect(4, &["sync", "file", "--allow", "columns-dropped"]);
        let file = company.read("people.csv");
        assert_eq!(file.lines().next(), Some("id,title,site,name"));
        assert_eq!(file.lines().last(), Some("01,Clerk,,Ada 1"));
        assert_eq!(file.lines().count(), 21);
        std::fs::remove_file(company.path("people.csv")).unwrap();
    }
}
