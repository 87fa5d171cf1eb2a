use super::ask;
use crate::diagnosis::Grade;
use crate::diagnosis::repair::ProposalKind;
use crate::report::repair::{Effect, ProposalReport, RepairReport};

fn report(grades: &[Grade]) -> RepairReport {
    let proposal = |(at, grade): (usize, &Grade)| ProposalReport {
        kind: ProposalKind::Entry,
        field: format!("field_{at}"),
        title: "look at another place".to_owned(),
        grade: *grade,
        evidence: Vec::new(),
        effect: Effect::default(),
        file: "people.yaml".to_owned(),
        new_file: false,
        diff: String::new(),
        written: false,
        apart: None,
    };
    RepairReport {
        version: 1,
        mapping: "people".to_owned(),
        source: "hibob.people".to_owned(),
        records: 1,
        proposals: grades.iter().enumerate().map(proposal).collect(),
        left: Vec::new(),
        notes: Vec::new(),
    }
}

#[test]
fn what_is_not_chosen_yet_is_asked_until_somebody_has_enough() {
    let report = report(&[Grade::Certain, Grade::Likely, Grade::Likely, Grade::Guess]);
    for (answers, expected) in [
        ("y\nn\ny\n", [true, true, false, true]),
        ("maybe\ny\nq\n", [true, true, false, false]),
        ("", [true, false, false, false]),
    ] {
        let mut chosen = [true, false, false, false];
        let mut out = Vec::new();
        ask(&report, &mut chosen, &mut answers.as_bytes(), &mut out).unwrap();
        assert_eq!(chosen, expected, "{answers:?}");
        let asked = String::from_utf8(out).unwrap();
        assert!(asked.contains("field_1: look at another place (likely)") && !asked.contains("field_0"), "{asked}");
    }
}
