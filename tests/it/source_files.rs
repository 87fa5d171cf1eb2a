//! Records from files: every layout gives the same records at the right places, and what is broken is refused with its place.

use bobmap::catalog::resource::Resource;
use bobmap::source::{Batch, FileSource, Limits, Place, Scope, Source, SourceError};
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

type Record = (Vec<u8>, Place);

/// Gives its bytes in pieces of the sizes named, over and over.
struct Pieces {
    bytes: Cursor<Vec<u8>>,
    sizes: Vec<usize>,
    next: usize,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.next % self.sizes.len()].min(out.len());
        self.next += 1;
        self.bytes.read(&mut out[..size])
    }
}

fn people() -> &'static Resource {
    Resource::find("hibob.people").unwrap()
}

fn source_of(bytes: &[u8], sizes: &[usize]) -> FileSource {
    let pieces = Pieces { bytes: Cursor::new(bytes.to_vec()), sizes: sizes.to_vec(), next: 0 };
    FileSource::new("input".into(), Box::new(pieces), Some(bytes.len() as u64), people())
}

/// Reads blocks so small that records lie across several.
fn in_blocks_of(block: usize, source: FileSource) -> FileSource {
    source.within(Limits { block, ..Limits::default() })
}

fn drain(mut source: FileSource) -> (Vec<Record>, Result<Scope, SourceError>) {
    let (mut batch, mut records) = (Batch::default(), Vec::new());
    let done = loop {
        match source.next(&mut batch) {
            Ok(true) => {
                assert!(!batch.records.is_empty());
                records.extend(batch.records.iter().map(|span| (batch.bytes[span.range.clone()].to_vec(), span.place)));
            }
            Ok(false) => break Ok(source.scope()),
            Err(error) => {
                assert_eq!(source.scope(), Scope::CutShort(error.to_string()));
                assert!(!source.next(&mut batch).unwrap());
                break Err(error);
            }
        }
    };
    (records, done)
}

fn texts(input: &str) -> Vec<String> {
    let (records, done) = drain(source_of(input.as_bytes(), &[usize::MAX]));
    assert_eq!(done.unwrap(), Scope::Complete, "{input}");
    for (bytes, place) in &records {
        let offset = place.offset as usize;
        assert_eq!(&input.as_bytes()[offset..offset + bytes.len()], bytes, "{input}");
        assert_eq!(place.line as usize, 1 + input[..offset].matches('\n').count(), "{input}");
    }
    records.into_iter().map(|(bytes, _)| String::from_utf8(bytes).unwrap()).collect()
}

/// The message, and how many records came before it.
fn failure(input: &[u8]) -> (usize, String) {
    let (records, done) = drain(source_of(input, &[usize::MAX]));
    (records.len(), done.expect_err(&input.escape_ascii().to_string()).to_string())
}

#[test]
fn every_layout_is_told_by_its_content() {
    let (one, two) = (r#"{"id":"1"}"#, r#"{"id":"2"}"#);
    for input in [
        r#"{"employees":[{"id":"1"},{"id":"2"}]}"#,
        "{\"employees\":[\n{\"id\":\"1\"},\n{\"id\":\"2\"}\n]}\n",
        r#"{"response_metadata":{"next_cursor":null,"x":["]"]},"employees":[{"id":"1"},{"id":"2"}],"errors":[{"a":[]}]}"#,
        r#"{"values":[{"id":"1"},{"id":"2"}]}"#,
        r#"{"total":2,"employees":[{"id":"1"},{"id":"2"}]}"#,
        r#"[{"id":"1"},{"id":"2"}]"#,
        "\u{feff} \r\n[\r\n  {\"id\":\"1\"} ,\r\n  {\"id\":\"2\"}\r\n]\r\n",
        "{\"id\":\"1\"}\n{\"id\":\"2\"}",
        "\u{feff}{\"id\":\"1\"}\r\n\r\n  {\"id\":\"2\"}\t\r\n",
        r#"{"id":"1"} {"id":"2"}"#,
        "{\"employees\":[{\"id\":\"1\"}]}\n{\"employees\":[]}\n{\"employees\":[{\"id\":\"2\"}]}\n",
        "[{\"id\":\"1\"}]\n[{\"id\":\"2\"}]\n",
        r#"{"employees":[{"id":"1"}]}{"id":"2"}"#,
        r#"{"employees":[{"id":"1"}],"values":[{"id":"3"}],"employees":[{"id":"2"}]}"#,
    ] {
        assert_eq!(texts(input), [one, two], "{input}");
    }
}

#[test]
fn records_keep_the_shape_they_have() {
    let pretty = "{\n  \"id\": \"1\",\n  \"work\": {\n    \"a\": [\n      \"}\"\n    ]\n  }\n}";
    assert_eq!(texts(pretty), [pretty]);
    assert_eq!(texts(&format!("{pretty}\n{pretty}\n")), [pretty, pretty]);
    assert_eq!(texts(&format!("[{pretty},\n{pretty}]")), [pretty, pretty]);
    for record in
        [r#"{"id":"1","values":[1,2]}"#, r#"{"id":"1","employees":[{"id":"2"}]}"#, r#"{"employees":null}"#, r#"{"employees":{}}"#]
    {
        assert_eq!(texts(record), [record]);
        assert_eq!(texts(&format!("{record}\n{record}\n")), [record, record]);
    }
    assert_eq!(texts(r#"[1,"a\",]","b" , null,[2],{}]"#), ["1", r#""a\",]""#, r#""b""#, "null", "[2]", "{}"]);
    for none in ["[]", " [ \n ] ", r#"{"employees":[]}"#, "{\"employees\": [\n]}\n", "[][]"] {
        assert_eq!(texts(none), [""; 0], "{none}");
    }
}

#[test]
fn a_bad_line_is_handed_on_and_the_next_goes_on() {
    assert_eq!(texts("{\"id\":\"1\"}\n{\"id\":\n{\"id\":\"2\"}\n"), ["{\"id\":\"1\"}", "{\"id\":", "{\"id\":\"2\"}"]);
    assert_eq!(texts("{\"id\":\n{\"id\":\"2\"}\n"), ["{\"id\":", "{\"id\":\"2\"}"]);
    assert_eq!(texts("{}\n]\nx\n{\"id\":\"2\"}"), ["{}", "]", "x", "{\"id\":\"2\"}"]);
    let (records, done) = drain(source_of(b"{}\n\xff\xfe\n{\"a", &[1]));
    assert_eq!((records.len(), done.unwrap()), (3, Scope::Complete));
    assert_eq!(records[1], (b"\xff\xfe".to_vec(), Place { record: 2, offset: 3, line: 2 }));
}

#[test]
fn a_broken_record_in_a_document_does_not_take_its_neighbours_with_it() {
    for broken in ["{\"id\" \"1\"}", "{\n\"id\": \"1\"\n\"a\": {}}", "{\n,}", "{\n\"a\":[{]}}"] {
        let input = format!("{{\n\"id\":\"0\"\n}}\n{broken}\n{{\"id\":\"2\"}}");
        assert_eq!(texts(&input), ["{\n\"id\":\"0\"\n}", broken, "{\"id\":\"2\"}"]);
    }
}

#[test]
fn what_is_cut_off_fails_after_the_records_before_it() {
    let good = "{\"employees\":[{\"id\":\"1\"},\n {\"id\":\"2\"}]}";
    for length in 1..good.len() {
        let (records, message) = failure(&good.as_bytes()[..length]);
        assert_eq!(records, usize::from(length >= 24) + usize::from(length >= 37), "{length}");
        let (inside, place) = match length {
            ..14 | 38.. => continue,
            14 => ("without its closing bracket, before", "record 1 (line 1, byte 14)"),
            15..24 => ("inside", "record 1 (line 1, byte 14)"),
            24 => ("without its closing bracket, before", "record 2 (line 1, byte 24)"),
            25 => ("without its closing bracket, before", "record 2 (line 1, byte 25)"),
            26 => ("without its closing bracket, before", "record 2 (line 2, byte 26)"),
            27 => ("without its closing bracket, before", "record 2 (line 2, byte 27)"),
            28..37 => ("inside", "record 2 (line 2, byte 27)"),
            37 => ("without its closing bracket, before", "record 3 (line 2, byte 37)"),
        };
        assert_eq!(message, format!("input is cut off: it ends at byte {length} {inside} {place}. Fetch or copy it again"));
    }
}

#[test]
fn what_is_wrong_between_records_is_refused_with_its_place() {
    for (input, records, message) in [
        ("[{}\n{}]", 1, "a comma is missing between two records (record 2, line 2, byte 4)"),
        ("[{},\n\"a\" \"b\"]", 2, "a comma is missing between two records (record 3, line 2, byte 9)"),
        ("[{};{}]", 1, "expected a comma or ] after a record (record 2, line 1, byte 3)"),
        ("[{},]", 1, "expected a record (record 2, line 1, byte 4)"),
        ("[,{}]", 0, "expected a record (record 1, line 1, byte 1)"),
        ("[{},,{}]", 1, "expected a record (record 2, line 1, byte 4)"),
        ("[{}}", 1, "a bracket closes what another kind of bracket opened (record 2, line 1, byte 3)"),
        ("[{},{\"a\":[1}]", 1, "a bracket closes what another kind of bracket opened (record 2, line 1, byte 12)"),
        ("[[{}},{}]", 0, "a bracket closes what another kind of bracket opened (record 1, line 1, byte 4)"),
        ("{\"employees\":[{}]]", 1, "expected a comma or } in the object around the records (record 2, line 1, byte 17)"),
        ("[{}]\n]", 1, "something follows the end of the JSON (record 2, line 2, byte 5)"),
        ("[{}] x", 1, "something follows the end of the JSON (record 2, line 1, byte 5)"),
        ("[{}]{\"id\":1}", 1, "something follows the end of the JSON (record 2, line 1, byte 4)"),
        ("[{}],[{}]", 1, "something follows the end of the JSON (record 2, line 1, byte 4)"),
        ("{\"employees\":[{}]},", 1, "something follows the end of the JSON (record 2, line 1, byte 18)"),
    ] {
        let expected = format!("input: {message}. What follows can't be told apart into records");
        assert_eq!(failure(input.as_bytes()), (records, expected), "{input}");
    }
}

#[test]
fn what_is_no_json_is_refused_by_what_it_is() {
    let html = "this is HTML: Bob answers its login page to a wrong URL, so look at the address it was fetched from";
    for (input, message) in [
        (&b""[..], "input: no JSON at all: the file is empty".to_owned()),
        (b" \n\t\r\n", "input: no JSON at all: the file is blank".to_owned()),
        (b"\xef\xbb\xbf", "input: no JSON at all: the file is blank".to_owned()),
        (b"\n<!doctype HTML><html>", format!("input: no JSON begins here: {html}")),
        (b"\xff\xfe{\0}\0", "input is written in UTF-16: convert it to UTF-8, in which JSON is exchanged".to_owned()),
        (b"[\0{\0", "input is written in UTF-16: convert it to UTF-8, in which JSON is exchanged".to_owned()),
        (b"12\n", "input: no JSON begins here: this is a single JSON value that is neither an object nor an array".to_owned()),
    ] {
        assert_eq!(failure(input), (0, message));
    }
}

#[test]
fn what_is_no_file_is_refused_by_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let error = |path: &Path| FileSource::open(path, people()).err().unwrap();
    assert!(matches!(error(&folder.path().join("none.json")), SourceError::Missing { .. }));
    assert!(matches!(error(folder.path()), SourceError::Directory { .. }));
    let path = folder.path().join("people.json");
    std::fs::write(&path, "[{}]").unwrap();
    let source = FileSource::open(&path, people()).unwrap();
    assert_eq!((source.progress(), drain(source).0.len()), ((0, Some(4)), 1));
}

#[test]
fn a_page_that_names_a_next_one_is_not_everything() {
    let page = |cursor: &str| format!(r#"{{"employees":[{{"id":"1"}}],"response_metadata":{{"next_cursor": {cursor}}}}}"#);
    let scope = |input: String| drain(source_of(input.as_bytes(), &[3])).1.unwrap();
    assert_eq!(scope(page("null")), Scope::Complete);
    assert_eq!(scope(page("\"abc\"") + &page("null")), Scope::Complete);
    assert!(matches!(scope(page("null") + &page("\"abc\"")), Scope::CutShort(reason) if reason.contains("next_cursor")));
    let front = r#"{"response_metadata":{"next_cursor":"abc"},"employees":[]}"#;
    assert!(matches!(scope(front.into()), Scope::CutShort(_)));
}

#[test]
fn a_device_that_fails_ends_the_reading_after_the_records_before() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable came off"))
        }
    }
    for start in ["[{},{},{", "{\"id\":1}\n{}\n{"] {
        let reader = Cursor::new(start).chain(Failing);
        let (records, done) = drain(FileSource::new("input".into(), Box::new(reader), None, people()));
        assert_eq!((records.len(), done.unwrap_err().to_string().as_str()), (2, "input: the cable came off"));
    }
}

#[test]
fn stopping_early_is_no_complete_reading() {
    let mut source = source_of(b"[{}]", &[usize::MAX]);
    assert!(matches!(source.scope(), Scope::CutShort(_)));
    assert!(source.next(&mut Batch::default()).unwrap());
    assert_eq!((source.scope(), source.progress()), (Scope::Complete, (4, Some(4))));
}

#[test]
fn a_record_may_be_large_but_not_without_end() {
    let limits = Limits { block: 100, record: 1000, ..Limits::default() };
    let good = "{\"id\":\"1\"},\n";
    let large = |length: usize| format!("{{\"id\":\"{}\"}}", "7".repeat(length - 9));
    for (open, separator, close) in [("[", ",\n", "]"), ("{\"employees\":[", ",\n", "]}"), ("", "\n", ""), ("\n\n", " ", "")] {
        let input = |length| [open, good.trim_end_matches(",\n"), separator, &large(length), close].concat();
        let (records, done) = drain(source_of(input(1000).as_bytes(), &[7]).within(limits));
        assert_eq!((records.len(), done.unwrap()), (2, Scope::Complete));
        let (records, done) = drain(source_of(input(1001).as_bytes(), &[7]).within(limits));
        assert_eq!(records.len(), 1, "{open}");
        let place = match done {
            Err(SourceError::TooLarge { place, limit: 1000, .. }) => place,
            other => panic!("{other:?}"),
        };
        let offset = open.len() + 10 + separator.len();
        let line = 1 + input(1001)[..offset].matches('\n').count() as u64;
        assert_eq!(place, Place { record: 2, offset: offset as u64, line });
    }
}

#[test]
fn what_unpacks_to_far_more_than_any_records_do_is_refused() {
    let limits = Limits { unpacked: 1 << 16, ..Limits::default() };
    let blanks = vec![b' '; 1 << 20];
    for bomb in [gzip(&blanks), zstd::encode_all(&blanks[..], 1).unwrap()] {
        let (records, done) = drain(source_of(&bomb, &[usize::MAX]).within(limits));
        assert!(records.is_empty() && matches!(done, Err(SourceError::Bomb { unpacked: ..800_000, .. })));
    }
    let lines: String = (0..5_000).map(|id| format!("{{\"id\":\"{id}\",\"displayName\":\"Ada Example\"}}\n")).collect();
    for honest in [gzip(lines.as_bytes()), zstd::encode_all(lines.as_bytes(), 19).unwrap()] {
        let (records, done) = drain(source_of(&honest, &[usize::MAX]).within(limits));
        assert_eq!((records.len(), done.unwrap()), (5_000, Scope::Complete));
    }
}

#[test]
fn packed_input_that_is_damaged_never_counts_as_whole() {
    let line = b"{\"id\":\"1\",\"n\":\"Ada Example\"}\n".repeat(40);
    for packed in [gzip(&line), zstd::encode_all(&line[..], 3).unwrap()] {
        for length in 4..packed.len() {
            let (_, message) = failure(&packed[..length]);
            assert!(message.contains("damaged or cut off"), "{length}: {message}");
        }
    }
    let mut damaged = gzip(&line);
    let checksum = damaged.len() - 6;
    damaged[checksum] ^= 1;
    let (records, message) = failure(&damaged);
    assert!(records <= 40 && message.contains("gzip"), "{message}");
    let trailing = [gzip(&line), b"{}".to_vec()].concat();
    assert!(failure(&trailing).1.contains("gzip"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// In two members or frames.
fn packed(bytes: Vec<u8>, packing: usize) -> Vec<u8> {
    let (front, back) = bytes.split_at(bytes.len() / 2);
    match packing {
        0 => bytes,
        1 => [gzip(front), gzip(back)].concat(),
        _ => [zstd::encode_all(front, 1).unwrap(), zstd::encode_all(back, 1).unwrap()].concat(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Array,
    Envelope,
    /// One envelope for every two records.
    Pages,
    Lines,
    Values,
}

/// The text of records in a form, with blanks from `blanks` in turn where JSON allows them, and where each record stands in it.
fn rendered(records: &[String], form: Form, blanks: &[String]) -> (String, Vec<Place>) {
    // Bare values on lines of their own are JSON Lines, so that it is told by the first whether two may share a line.
    let blanks = if form == Form::Values { &blanks[..1] } else { blanks };
    let mut blanks = blanks.iter().cycle();
    let mut blank = || blanks.next().map_or("", String::as_str);
    let (mut text, mut places) = (String::from(["", "\u{feff}"][records.len() % 2]), Vec::new());
    let (open, close) = match form {
        Form::Array => ("[", "]"),
        Form::Envelope | Form::Pages => (r#"{"response_metadata":{"a":["[{"]},"employees":["#, r#"],"errors":[{"b":"]"}]}"#),
        Form::Lines | Form::Values => ("", ""),
    };
    let page = if form == Form::Pages { 2 } else { records.len().max(1) };
    text += blank();
    let mut pages: Vec<&[String]> = records.chunks(page).collect();
    if pages.is_empty() {
        pages.push(&[]);
    }
    for chunk in pages {
        text += open;
        for (index, record) in chunk.iter().enumerate() {
            let separator = if form == Form::Lines { "\n" } else { blank() };
            text += if index > 0 && !open.is_empty() { "," } else { "" };
            text += if index > 0 || form != Form::Lines { separator } else { "" };
            places.push(Place {
                record: places.len() as u64 + 1,
                offset: text.len() as u64,
                line: 1 + text.matches('\n').count() as u64,
            });
            text += record;
            text += if form == Form::Lines { "" } else { blank() };
        }
        text += close;
        text += blank();
    }
    (text, places)
}

/// An object whose strings hold whatever could be taken for its end. `spread`: over several lines.
fn record() -> impl Strategy<Value = String> {
    let text = prop::collection::vec(select(vec!["{", "}", "[", "]", ",", "\\\"", "\\\\", "a", "é", ":", " "]), 0..30);
    let value = prop_oneof![
        text.prop_map(|parts| format!("\"{}\"", parts.concat())),
        select(vec!["1", "null", "{}", "[]", "[[{}],\"]\"]", "{\"x\":{\"y\":[1,{}]}}", "-1.5e3"]).prop_map(String::from),
    ];
    (prop::collection::vec(value, 0..12), 0usize..200).prop_map(|(values, padding)| {
        let members: String = values.iter().enumerate().map(|(index, value)| format!(",\"k{index}\":{value}")).collect();
        format!("{{\"id\":\"{}\"{members}}}", "7".repeat(padding))
    })
}

proptest! {
    #[test]
    fn the_same_records_come_back_from_every_form(
        records in prop::collection::vec(record(), 0..40),
        form in select(vec![Form::Array, Form::Envelope, Form::Pages, Form::Lines, Form::Values]),
        spread in any::<bool>(),
        blanks in prop::collection::vec(select(vec!["", " ", "\n", "\r\n  ", "\t"]).prop_map(String::from), 1..6),
        sizes in prop::collection::vec(1usize..400, 1..10),
        packing in 0usize..3,
        block in 1usize..300,
    ) {
        let records: Vec<String> = if spread && form != Form::Lines {
            records.iter().map(|record| record.replacen("\"id\":", "\n  \"id\" :\n", 1)).collect()
        } else {
            records
        };
        let (text, places) = rendered(&records, form, &blanks);
        let (found, done) = drain(in_blocks_of(block, source_of(&packed(text.clone().into_bytes(), packing), &sizes)));
        if records.is_empty() && matches!(form, Form::Lines | Form::Values) {
            let empty = matches!(done, Err(SourceError::Empty { .. }));
            prop_assert!(empty);
        } else {
            prop_assert_eq!(done.map_err(|error| error.to_string()), Ok(Scope::Complete), "{}", text);
            let expected: Vec<Record> = records.into_iter().map(String::into_bytes).zip(places).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn any_bytes_come_to_the_same_end_in_blocks_of_any_size(
        parts in prop::collection::vec(
            prop_oneof![
                select(vec!["{", "}", "[", "]", "\"", "\\", ",", ":", "\n", " ", "{\"employees\":[", "{\"id\":\"1\"}", "1", "\u{feff}"])
                    .prop_map(|part| part.as_bytes().to_vec()),
                prop::collection::vec(any::<u8>(), 0..6),
            ],
            0..60,
        ),
        sizes in prop::collection::vec(1usize..50, 1..5),
        block in 1usize..100,
    ) {
        let bytes = parts.concat();
        let (found, done) = drain(in_blocks_of(block, source_of(&bytes, &sizes)));
        let (whole, done_whole) = drain(source_of(&bytes, &[usize::MAX]));
        prop_assert_eq!(&found, &whole);
        if !matches!(done, Err(SourceError::NotJson { .. })) {
            prop_assert_eq!(done.map_err(|error| error.to_string()), done_whole.map_err(|error| error.to_string()));
        }
        let mut end = 0;
        for (index, (record, place)) in found.iter().enumerate() {
            prop_assert_eq!(place.record, index as u64 + 1);
            prop_assert!(!record.is_empty() && place.offset >= end);
            end = place.offset + record.len() as u64;
            prop_assert_eq!(record.as_slice(), &bytes[place.offset as usize..end as usize]);
        }
    }
}
