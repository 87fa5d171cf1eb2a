//! Goals 1, 3, 5, 6 and half of 7: what mapping costs, beside the yardstick, with two threads, of more records and of more fields,
//! from compressed files, and as CSV.

use super::{Bench, Limit, Line, own, ratio, run};
use crate::clock::{Cost, program};
use crate::employees::{Form, Pool};
use crate::task;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, copy};
use std::path::Path;
use std::process::{Command, Stdio};

/// The task beside the yardstick or, without one, beside the same task by hand with serde.
pub fn yardstick(bench: &Bench) -> Vec<Line> {
    let (task, yardstick) = (bench.task(), std::env::var_os("BOBMAP_YARDSTICK"));
    let mut lines = Vec::new();
    for (form, name) in [(Form::Lines, "JSON Lines"), (Form::Array, "one array"), (Form::Slash, "JSON Lines with slash names")] {
        let (people, out) = (bench.employees(form), bench.path("yardstick.rows"));
        let mut other = match &yardstick {
            Some(path) => {
                let mut command = Command::new(path);
                command.args(["strict", if form == Form::Array { "array" } else { "jsonl" }]);
                command
            }
            None if form == Form::Array => continue,
            None => own("by-hand"),
        };
        other.arg(&people).arg(&out);
        let mut ours = bench.dry_run(&task, &people, "ours", &["--threads", "1"]);
        let [other, ours] = bench.costs([&mut || run(&mut other), &mut || run(&mut ours)]);
        assert_eq!(unlike(&out, &bench.path("ours.rows")), None, "the rows of the two are not the same");
        let (limit, what) = match yardstick {
            Some(_) => (Limit::AtLeast(0.7), "of the yardstick's speed"),
            None => (Limit::None, "x as fast as serde structs"),
        };
        let command = format!("dry-run task.yaml --records {} --threads 1", shown(&people));
        lines.push(Line::new(format!("{name}: {what}"), limit, ratio(other, ours), command));
    }
    lines
}

/// The same task by hand, from a file into a file.
pub fn by_hand(from: &str, into: &str) {
    let mut out = BufWriter::with_capacity(1 << 18, File::create(into).expect("the file can be written"));
    let mut people = BufReader::with_capacity(1 << 18, File::open(from).expect("the file can be read"));
    let (mut line, mut row) = (Vec::new(), Vec::new());
    while people.read_until(b'\n', &mut line).expect("the file can be read") > 0 {
        task::typed::map(&line, &mut row);
        out.write_all(&row).expect("the file can be written");
        line.clear();
        row.clear();
    }
    out.flush().expect("the file can be written");
}

/// The number of the first line in which two files are not the same JSON.
pub fn unlike(one: &Path, other: &Path) -> Option<usize> {
    let lines = |path| {
        BufReader::new(File::open(path).expect("the program has written")).lines().map(|line| line.expect("rows are text"))
    };
    let value = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("rows are JSON");
    let (mut one, mut other) = (lines(one), lines(other));
    (1..).find_map(|number| match (one.next(), other.next()) {
        (None, None) => Some(None),
        (Some(one), Some(other)) if one == other || value(&one) == value(&other) => None,
        _ => Some(Some(number)),
    })?
}

/// Two threads, which change nothing but the time.
pub fn threads(bench: &Bench) -> Vec<Line> {
    let task = bench.task();
    let forms = [(Form::Lines, "JSON Lines", 1.8), (Form::Array, "one array", 1.5)];
    let measure = |(form, name, limit)| {
        let people = bench.employees(form);
        let with = |threads, name: &str| {
            let rejects = bench.path(&format!("{name}.rejects"));
            let mut command = bench.dry_run(&task, &people, name, &["--threads", threads, "--rejects"]);
            command.arg(rejects);
            command
        };
        let (mut one, mut two) = (with("1", "one"), with("2", "two"));
        let [one, two] = bench.costs([&mut || run(&mut one), &mut || run(&mut two)]);
        for file in ["rows", "rejects", "report.json"] {
            let bytes = |name: &str| std::fs::read(bench.path(&format!("{name}.{file}"))).expect("the program has written");
            assert!(bytes("one") == bytes("two"), "two threads have changed {file}");
        }
        let figure = one.wall.as_secs_f64() / two.wall.as_secs_f64();
        let command = format!("dry-run task.yaml --records {} --threads 2", shown(&people));
        Line::new(format!("{name}: two threads are x as fast"), Limit::AtLeast(limit), figure, command)
    };
    forms.into_iter().map(measure).collect()
}

/// Ten times the records, and a far larger mapping.
pub fn linear(bench: &Bench) -> Vec<Line> {
    let (task, pool) = (bench.task(), Pool::new());
    let piped = |count| {
        let mut command = bench.dry_run(&task, Path::new("-"), "linear", &["--threads", "1"]);
        let pool = &pool;
        move || program(&mut command, |into| pool.write(count, Form::Lines, into))
    };
    let [few, many] = bench.costs([&mut piped(bench.records), &mut piped(bench.records * 10)]);
    let command = format!("dry-run task.yaml --records - ({} and {} records)", bench.records, bench.records * 10);
    let records = Line::new("ten times the records take x as long", Limit::AtMost(10.5), ratio(many, few), command);

    let wide = bench.file("wide.yaml", |out| out.write_all(wide().as_bytes()).expect("there is room for a mapping"));
    let people = bench.employees(Form::Lines);
    let limit = (bench.records / 5).to_string();
    let limited = ["--threads", "1", "--limit", &limit];
    let (mut usual, mut more) =
        (bench.dry_run(&task, &people, "usual", &limited), bench.dry_run(&wide, &people, "wide", &limited));
    let [usual, more] = bench.costs([&mut || run(&mut usual), &mut || run(&mut more)]);
    let command = format!("dry-run wide.yaml --records {} --limit {limit}", shown(&people));
    vec![records, Line::new("500 fields and 2,000 paths take x the task", Limit::AtMost(12.0), ratio(more, usual), command)]
}

/// A mapping of 500 fields with four paths each: two that a company's own fields have, one that records have, and its label.
fn wide() -> String {
    const LEAVES: [&str; 40] = [
        "id",
        "companyId",
        "firstName",
        "surname",
        "displayName",
        "fullName",
        "email",
        "creationDate",
        "state",
        "personal.honorific",
        "personal.pronouns",
        "personal.gender",
        "personal.birthDate",
        "personal.communication.slackUsername",
        "about.about",
        "about.socialData.linkedin",
        "address.line1",
        "address.city",
        "address.postCode",
        "address.country",
        "home.legalGender",
        "home.familyStatus",
        "home.mobilePhone",
        "work.title",
        "work.department",
        "work.site",
        "work.reportsTo.id",
        "work.reportsTo.email",
        "work.reportsTo.displayName",
        "work.manager",
        "work.startDate",
        "work.employeeIdInCompany",
        "work.tenureDuration.periodISO",
        "employment.contract",
        "employment.type",
        "employment.salaryPayType",
        "internal.status",
        "internal.lifecycleStatus",
        "payroll.nin",
        "payroll.salary.payment.currency",
    ];
    let mut text =
        "mapping: wide\nformat: 1\nsource: hibob.people\nkey: id\ndefaults: { on_missing: blank, on_invalid: blank }\nfields:\n"
            .to_owned();
    text.push_str("  id: { from: [$.id, $.work.employeeIdInCompany, $.custom.category_0.field_0, $.humanReadable.id] }\n");
    for field in 1..500 {
        let leaf = LEAVES[field % LEAVES.len()];
        let (category, own) = (field % 20, 1_647_463_700_000_u64 + field as u64);
        writeln!(
            text,
            "  f{field}: {{ from: [$.custom.category_{category}.field_{own}, $.work.customColumns.column_{own}, $.{leaf}, $.humanReadable.{leaf}] }}"
        )
        .expect("a String takes everything");
    }
    text
}

/// Compressed input, beside two programs of which one decompresses for the other.
pub fn compressed(bench: &Bench) -> Vec<Line> {
    let (task, people) = (bench.task(), bench.employees(Form::Lines));
    let measure = |kind: &str| {
        let packed = bench.file(&format!("people.jsonl.{kind}"), |out| {
            let mut plain = File::open(&people).expect("employees are there");
            if kind == "gz" {
                let mut packer = flate2::write::GzEncoder::new(out, flate2::Compression::default());
                copy(&mut plain, &mut packer).and_then(|_| packer.finish()).expect("there is room for a file");
            } else {
                zstd::stream::copy_encode(plain, out, 3).expect("there is room for a file");
            }
        });
        let mut whole = bench.dry_run(&task, &packed, "packed", &["--threads", "1"]);
        let [one, two] = bench.costs([&mut || run(&mut whole), &mut || two_programs(bench, &task, kind, &packed)]);
        let command = format!("dry-run task.yaml --records {} --threads 1", shown(&packed));
        Line::new(format!("{kind}: x of decompressing and mapping in two programs"), Limit::AtMost(1.1), ratio(one, two), command)
    };
    ["gz", "zst"].map(measure).into()
}

fn two_programs(bench: &Bench, task: &Path, kind: &str, packed: &Path) -> Cost {
    let mut first = own("decompress");
    let mut plain = None;
    let mut second = bench.dry_run(task, Path::new("-"), "unpacked", &["--threads", "1"]);
    crate::clock::of_children(|| {
        let mut unpacking = first.arg(kind).arg(packed).stdout(Stdio::piped()).spawn().expect("this program can be started");
        plain.replace(unpacking.stdout.take().expect("its output is a pipe"));
        let status = second.stdin(plain.take().expect("it is there")).status().expect("bobmap can be started");
        assert!(unpacking.wait().is_ok_and(|status| status.success()) && matches!(status.code(), Some(0 | 4)));
    })
}

/// Decompresses a file to standard output.
pub fn decompress(kind: &str, path: &str) {
    let (packed, mut out) = (File::open(path).expect("the file can be read"), std::io::stdout().lock());
    let copied = match kind {
        "gz" => copy(&mut BufReader::with_capacity(1 << 18, flate2::read::MultiGzDecoder::new(packed)), &mut out).map(drop),
        _ => zstd::stream::copy_decode(packed, &mut out),
    };
    copied.expect("the reader reads to the end");
}

/// CSV beside JSON Lines.
pub fn csv(bench: &Bench) -> Vec<Line> {
    let (task, people) = (bench.task(), bench.employees(Form::Lines));
    let with = |format| bench.dry_run(&task, &people, format, &["--threads", "1", "--format", format]);
    let (mut csv, mut jsonl) = (with("csv"), with("jsonl"));
    let [csv, jsonl] = bench.costs([&mut || run(&mut csv), &mut || run(&mut jsonl)]);
    let command = format!("dry-run task.yaml --records {} --format csv --threads 1", shown(&people));
    vec![Line::new("CSV takes x JSON Lines", Limit::AtMost(1.3), ratio(csv, jsonl), command)]
}

/// The name of a file, without the folder that this run made.
fn shown(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
