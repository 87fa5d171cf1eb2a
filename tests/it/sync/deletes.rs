//! Who is gone from a complete reading is a leaver; who was not read, or could not be used, is not.

use super::{Company, ids};

#[test]
fn a_second_sync_writes_nothing() {
    let company = Company::new();
    for job in ["people", "file"] {
        company.expect(0, &["sync", job]);
        let stamp = |name| std::fs::metadata(company.path(name)).unwrap().modified().unwrap();
        let name = if job == "file" { "people.csv" } else { "people.sqlite" };
        let before = (stamp(name), std::fs::read(company.path(name)).unwrap());
        let said = company.expect(0, &["sync", job]);
        assert!(said.contains("20 unchanged") && said.contains("nothing to do"), "{said}");
        assert_eq!(before, (stamp(name), std::fs::read(company.path(name)).unwrap()));
    }
    assert_eq!(company.table(), ids(1..=20));
}

#[test]
fn who_is_gone_or_skipped_is_deleted() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.people(2..=20);
    company.expect(0, &["sync", "people"]);
    assert_eq!(company.table(), ids(2..=20));
    company.write("people.yaml", &format!("{}keep: {{ path: $.id, is_not: \"02\" }}\n", super::MAPPING));
    company.expect(0, &["sync", "people"]);
    assert_eq!(company.table(), ids(3..=20));
    company.people(1..=20);
    company.write("people.yaml", super::MAPPING);
    company.expect(0, &["sync", "people"]);
    assert_eq!(company.table(), ids(1..=20));
}

#[test]
fn a_limited_reading_deletes_nobody() {
    let company = Company::new();
    for job in ["people", "file"] {
        company.expect(0, &["sync", job]);
        let said = company.expect(0, &["sync", job, "--limit", "3"]);
        assert!(said.contains("17 held") && said.contains("nobody is deleted"), "{said}");
    }
    assert_eq!(company.table(), ids(1..=20));
    assert_eq!(company.read("people.csv").lines().count(), 21);
}

#[test]
fn a_rejected_person_stays_as_they_were_and_others_go() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.expect(0, &["sync", "file"]);
    company.people(3..=20);
    let rejected = "{\"id\":\"02\",\"firstName\":\"Changed\",\"work\":{}}\n";
    company.write("people.jsonl", &format!("{rejected}{}", company.read("people.jsonl")));
    for job in ["people", "file"] {
        let said = company.expect(4, &["sync", job]);
        assert!(said.contains("1 to delete") && said.contains("1 held"), "{said}");
    }
    assert_eq!(company.table(), ids(2..=20));
    let file = company.read("people.csv");
    assert!(file.contains("02,Ada 2,Clerk") && !file.contains("01,"), "{file}");
}

#[test]
fn a_record_that_may_be_anybody_holds_everybody() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    company.people(2..=20);
    company.write("people.jsonl", &format!("{}{{\"id\": tru}}\n", company.read("people.jsonl")));
    let said = company.expect(4, &["sync", "people"]);
    assert!(said.contains("1 held") && said.contains("may be anybody's"), "{said}");
    assert_eq!(company.table(), ids(1..=20));
}

#[test]
fn people_who_share_a_key_stay_as_they_were() {
    let company = Company::new();
    company.expect(0, &["sync", "people"]);
    let twice = "{\"id\":\"07\",\"firstName\":\"Another\",\"work\":{\"title\":\"Chief\"}}\n";
    company.write("people.jsonl", &format!("{twice}{}", company.read("people.jsonl")));
    let said = company.expect(5, &["sync", "people"]);
    assert!(said.contains("[key-twice]"), "{said}");
    let said = company.expect(4, &["sync", "people", "--allow", "key-twice"]);
    assert!(said.contains("1 held"), "{said}");
    assert_eq!(company.table(), ids(1..=20));
}
