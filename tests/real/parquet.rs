//! Parquet as DuckDB reads it, a reader that others wrote: types, every digit, nulls, and what the file tells of itself.

use crate::is_on;
use crate::server::bobmap;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const MAPPING: &str = "\
mapping: typed
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  name: $.name
  floor: { type: integer, from: $.floor }
  cost: { type: decimal, from: $.cost }
  active: { type: boolean, from: $.active }
  born: { type: date, from: $.born }
  seen: { type: datetime, from: $.seen }
  more: { type: json, from: $.more }
";

/// Rows as JSON, with what DuckDB itself says of the types.
const READ: &str = "\
import duckdb, json, sys
duckdb.sql(\"SET TimeZone = 'UTC'\")
def rows(sql):
    found = duckdb.sql(sql)
    return [[None if value is None else str(value) for value in row] for row in found.fetchall()]
file = sys.argv[1]
print(json.dumps({
    'types': rows(f\"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{file}')\"),
    'rows': rows(f\"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM '{file}' ORDER BY 1 LIMIT 2\"),
    'sum': rows(f\"SELECT count(*), sum(floor), sum(CAST(cost AS DECIMAL(38, 10))), min(born), CAST(max(seen) AS VARCHAR) FROM '{file}'\"),
    'told': rows(f\"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{file}')\"),
    'compression': rows(f\"SELECT DISTINCT compression FROM parquet_metadata('{file}')\"),
    'found': rows(f\"SELECT id FROM '{file}' WHERE floor = 69999 OR name = 'Zoë 1'\"),
}))
";

#[test]
fn duckdb_reads_what_is_written() {
    if !is_on() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let file = "'typed.yaml', records: { hibob.people: people.jsonl }, to: { file: people.parquet }";
    write("bobmap.yaml", &format!("jobs: {{ job: {{ mappings: {file} }} }}\n"));
    write("typed.yaml", MAPPING);
    let mut people = format!(
        "{}\n{}\n",
        r#"{"id":"0000","name":"Ada \"Å\" ,\n.","floor":-9223372036854775808,"cost":12345678901234567890.1234567890,"active":true,"born":"1899-12-31","seen":"2026-03-29T01:30:00.000001+02:00","more":{"a":[1.10,null]}}"#,
        r#"{"id":"0001"}"#,
    );
    for number in 2..70_000 {
        people += &format!("{{\"id\":\"{number}\",\"name\":\"Zoë {}\",\"floor\":{number}}}\n", number % 50_000);
    }
    write("people.jsonl", &people);
    let output = bobmap(folder.path(), "", &["sync", "job", "--changes", "0"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/duckdb/bin/python");
    let read = Command::new(&python).args(["-c", READ, "people.parquet"]).current_dir(folder.path()).output();
    let read = read.unwrap_or_else(|error| panic!("{}: {error}; `.ci/run` installs it", python.display()));
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let found: Value = serde_json::from_slice(&read.stdout).unwrap();
    let types = [
        ["id", "VARCHAR"],
        ["name", "VARCHAR"],
        ["floor", "BIGINT"],
        ["cost", "VARCHAR"],
        ["active", "BOOLEAN"],
        ["born", "DATE"],
        ["seen", "TIMESTAMP WITH TIME ZONE"],
        ["more", "JSON"],
    ];
    assert_eq!(found["types"], json!(types));
    let first = json!([
        "0000",
        "Ada \"Å\" ,\n.",
        "-9223372036854775808",
        "12345678901234567890.1234567890",
        "true",
        "1899-12-31",
        "2026-03-28 23:30:00.000001+00",
        r#"{"a":[1.10,null]}"#,
    ]);
    assert_eq!(found["rows"][0], first);
    assert_eq!(found["rows"][1], json!(["0001", null, null, null, null, null, null, null]));
    let sum = (2..70_000i128).sum::<i128>() - (1 << 63);
    let sums =
        json!([["70000", sum.to_string(), "12345678901234567890.1234567890", "1899-12-31", "2026-03-28 23:30:00.000001+00"]]);
    assert_eq!(found["sum"], sums);
    assert_eq!(found["told"], json!([["bobmap.mapping", "typed"]]));
    assert_eq!(found["compression"], json!([["ZSTD"]]));
    assert_eq!(found["found"].as_array().unwrap().len(), 2);
}
