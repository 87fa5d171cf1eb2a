//! Time off, from changes to folded requests: what the pure room computes, what the sources hand out, and the built program.

mod days;
mod examples;
mod files;
mod folding;
mod moments;
mod shapes;

use bobmap::catalog::resource::Resource;
use bobmap::source::time_off::{Facts, Form, Requests};
use bobmap::source::{Batch, FileSource, Source};
use bobmap::time_off::{Completer, Members, PeopleReader, Reads, Settings, SiteZones, Tally, Zone};
use serde_json::Value;
use std::io::Cursor;

fn settings(sites: SiteZones, zone: Option<Zone>) -> Settings {
    Settings { sites, zone, reads: Reads::ALL, veil: false }
}

/// What a request comes to among these people, and what is told of it.
fn completed(request: &Value, people: &[Value], settings: Settings) -> (Value, Tally) {
    let (text, tally) = written(request, people, settings);
    (serde_json::from_str(&text).unwrap(), tally)
}

/// The same as text: `serde_json` would read its numbers as floats.
fn written(request: &Value, people: &[Value], settings: Settings) -> (String, Tally) {
    let mut reader = PeopleReader::new(Some("timeZone")).unwrap();
    people.iter().for_each(|person| reader.add(person.to_string().as_bytes()));
    let mut completer = Completer::new(settings, reader.finish());
    let (text, mut out) = (request.to_string(), Vec::new());
    completer.write(&Members::of(&text).unwrap(), &mut out);
    (String::from_utf8(out).unwrap(), completer.tally)
}

fn request(request: &Value, people: &[Value]) -> Value {
    completed(request, people, settings(SiteZones::default(), None)).0
}

/// Somebody with these hours from Monday on.
fn person(id: &str, hours: [f64; 7]) -> Value {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let days: serde_json::Map<String, Value> =
        names.iter().zip(hours).map(|(name, hours)| ((*name).to_owned(), hours.into())).collect();
    serde_json::json!({ "id": id, "payroll": { "employment": { "actualWorkingPattern": { "days": days } } } })
}

/// Everything that a source of requests hands out of these records, one a line, and what it tells.
fn requests_of(records: &[u8], form: Form) -> (String, Vec<String>) {
    let resource = Resource::find("hibob.time_off_requests").unwrap();
    let file = FileSource::new("a test".to_owned(), Box::new(Cursor::new(records.to_vec())), None, resource);
    let mut source = Requests::new(Box::new(file), form, Facts::none(), settings(SiteZones::default(), None));
    let (mut batch, mut text) = (Batch::default(), String::new());
    let mut number = 0;
    while source.next(&mut batch).unwrap() {
        for record in &batch.records {
            number += 1;
            assert_eq!(record.place.record, number);
            text += std::str::from_utf8(&batch.bytes[record.range.clone()]).unwrap();
            text.push('\n');
        }
    }
    assert_eq!(source.scope(), bobmap::source::Scope::Complete);
    (text, source.notes())
}
