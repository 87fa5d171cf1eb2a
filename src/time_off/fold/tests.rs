use super::{Fold, Folded, Kept};
use std::convert::Infallible;

/// The texts that come out, and what is told of them.
fn fold(texts: &[&str]) -> (Vec<String>, Folded) {
    let (mut all, mut fold) = (Vec::new(), Fold::default());
    for text in texts {
        let offset = all.len() as u64;
        all.extend_from_slice(text.as_bytes());
        let mut read = |kept: Kept| Ok::<_, Infallible>(text_at(&all, kept).to_vec());
        fold.add(text.as_bytes(), offset, &mut read).unwrap();
    }
    let folded = fold.finish(&mut |kept| Ok::<_, Infallible>(text_at(&all, kept).to_vec())).unwrap();
    let texts = folded.newest.iter().map(|kept| String::from_utf8(text_at(&all, *kept).to_vec()).unwrap());
    (texts.collect(), folded)
}

fn text_at(all: &[u8], kept: Kept) -> &[u8] {
    &all[kept.offset as usize..kept.offset as usize + kept.length as usize]
}

/// In this order and backwards.
fn folded(texts: &[&str]) -> Vec<String> {
    let (found, _) = fold(texts);
    let backwards: Vec<&str> = texts.iter().rev().copied().collect();
    assert_eq!(fold(&backwards).0, found, "the order counts");
    found
}

#[test]
fn the_later_moment_is_newer_whatever_offset_it_is_written_in() {
    let created = r#"{"requestId":7,"changeType":"Created","createdOn":"2026-03-01T10:00:00.408597"}"#;
    let later = r#"{"requestId":7,"changeType":"Pending","createdOn":"2026-03-01T11:30:00.5+01:00"}"#;
    let same_in_quotes = r#"{"requestId":"7","changeType":"Created","createdOn":"2026-02-28"}"#;
    assert_eq!(folded(&[created, later, same_in_quotes]), [later]);
}

#[test]
fn at_one_moment_the_change_that_goes_further_is_newer() {
    let change = |kind: &str| format!(r#"{{"requestId":7,"changeType":"{kind}","createdOn":"2026-03-01T10:00:00"}}"#);
    let kinds = ["Pending", "created", "Declined", "Cancelled", "DELETED"].map(change);
    for last in 1..=kinds.len() {
        let texts: Vec<&str> = kinds[..last].iter().map(String::as_str).collect();
        assert_eq!(folded(&texts), [texts[last - 1]]);
    }
}

#[test]
fn a_tie_is_broken_by_the_text_not_by_the_order_of_its_names() {
    let (one, other) = (r#"{"requestId":7,"note":"a","z":1}"#, r#"{"requestId":7,"note":"b","a":1}"#);
    let turned = r#"{ "z": 1, "requestId": 7, "note": "a" }"#;
    // `a` comes before `note`, so the one that has it has the smaller canonical text.
    assert_eq!(folded(&[one, other]), [one]);
    let (found, Folded { repeated, undated, .. }) = fold(&[one, turned, one]);
    assert_eq!((found.as_slice(), repeated, undated), ([one.to_owned()].as_slice(), 1, 3));
    assert_eq!(folded(&[turned, one]), [one]);
}

#[test]
fn requests_come_by_number_then_by_text_then_what_has_no_id() {
    let texts = [
        r#"{"requestId":"b-1"}"#,
        "no json",
        r#"{"requestId":10}"#,
        r#"{"a":1}"#,
        r#"{"requestId":"a-2"}"#,
        r#"{"requestId":9}"#,
    ];
    assert_eq!(folded(&texts), [texts[5], texts[2], texts[4], texts[0], texts[3], texts[1]]);
}

#[test]
fn replaced_requests_are_not_handed_out_however_long_the_chain() {
    let first = r#"{"requestId":1,"originalRequestId":1,"changeType":"Created"}"#;
    let second = r#"{"requestId":2,"previousRequestId":1,"originalRequestId":1}"#;
    let third = r#"{"requestId":3,"previousRequestId":2,"originalRequestId":1,"changeType":"Created"}"#;
    // The end of it does not say any more what it replaced.
    let ended = r#"{"requestId":3,"changeType":"Canceled"}"#;
    let unknown = r#"{"requestId":4,"previousRequestId":99,"originalRequestId":null}"#;
    assert_eq!(folded(&[first, second, third, ended, unknown]), [ended, unknown]);
}

#[test]
fn of_a_circle_the_newest_stays_unless_somebody_else_replaces_it() {
    let one = r#"{"requestId":1,"previousRequestId":2,"createdOn":"2026-01-02"}"#;
    let two = r#"{"requestId":2,"previousRequestId":1,"createdOn":"2026-01-03"}"#;
    let beneath = r#"{"requestId":3,"createdOn":"2026-01-09"}"#;
    let names_it = r#"{"requestId":2,"previousRequestId":3,"createdOn":"2026-01-01"}"#;
    let (found, Folded { circles, .. }) = fold(&[one, two, beneath, names_it]);
    assert_eq!((found.as_slice(), circles), ([two.to_owned()].as_slice(), 1));
    assert_eq!(folded(&[one, two, beneath, names_it]), [two]);
    let outside = r#"{"requestId":9,"previousRequestId":1}"#;
    assert_eq!(folded(&[one, two, outside]), [outside]);
}

#[test]
fn a_long_chain_costs_no_stack() {
    let texts: Vec<String> = (1..20_000).map(|id| format!(r#"{{"requestId":{id},"previousRequestId":{}}}"#, id - 1)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(fold(&texts).0, [texts[texts.len() - 1]]);
}
