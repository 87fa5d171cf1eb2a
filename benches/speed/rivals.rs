//! The whole task beside whichever other programs are installed here: jq, jaq, DuckDB, Python with its own `json` or with orjson or
//! msgspec. Each runs a program that does the same, its rows are held to bobmap's, and what it takes is shown in bobmap's time.
//!
//! `cargo bench -- rivals`, `--records 20000 --rounds 3`

use crate::clock::{Work, flag, in_turn, program};
use crate::employees::{self, Form};
use crate::goals::unlike;
use crate::task;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

const JQ: &str = include_str!("rivals/task.jq");
const PYTHON: &str = include_str!("rivals/task.py");
const SQL: &str = include_str!("rivals/task.sql");

/// How a program is run, from the file of employees into the file of rows.
type Run = dyn Fn(&Path, &Path) -> Command;

/// Another program.
struct Rival {
    name: String,
    command: Box<Run>,
}

pub fn compare() {
    let (records, rounds) = (flag("--records").unwrap_or(20_000), flag("--rounds").unwrap_or(3) as usize);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = |name: &str| folder.path().join(name);
    let (people, ours) = (path("people.jsonl"), path("ours.jsonl"));
    std::fs::write(&people, employees::bytes(records, Form::Lines)).expect("there is room for employees");
    for (name, text) in [("task.yaml", task::MAPPING), ("task.jq", JQ), ("task.py", PYTHON)] {
        std::fs::write(path(name), text).expect("there is room for a program");
    }
    let mut bobmap = Command::new(env!("CARGO_BIN_EXE_bobmap"));
    bobmap.arg("dry-run").arg(path("task.yaml")).arg("--records").arg(&people).arg("--out").arg(&ours);
    bobmap.args(["--threads", "1", "--as-of", "2026-03-01", "--report"]).arg(path("report.json")).stderr(Stdio::null());
    let outs: Vec<_> = (0..).map(|number| path(&format!("{number}.jsonl"))).take(8).collect();
    let rivals = installed(folder.path());
    let mut works: Vec<Work<'_>> = vec![Box::new(move || program(&mut bobmap, |_| {}))];
    for (rival, out) in rivals.iter().zip(&outs) {
        works.push(Box::new(|| program(&mut (rival.command)(&people, out), |_| {})));
    }
    let costs = in_turn(rounds, &mut works.iter_mut().map(|work| &mut **work as _).collect::<Vec<_>>());
    drop(works);
    println!("{records} employees, one thread each; the least processor time of {rounds} rounds in turn");
    println!("{:<34}{:>14}{:>14}{:>12}{:>12}", "", "us a record", "records a s", "MB at most", "x bobmap");
    let names = ["bobmap"].into_iter().chain(rivals.iter().map(|rival| rival.name.as_str()));
    for (at, (name, cost)) in names.zip(&costs).enumerate() {
        let seconds = cost.processor.as_secs_f64();
        let judged = match at.checked_sub(1).and_then(|at| unlike(&ours, &outs[at])) {
            Some(line) => format!("  OTHER ROWS, from line {line}"),
            None => String::new(),
        };
        println!(
            "{name:<34}{:>14.1}{:>14.0}{:>12.0}{:>12.1}{judged}",
            seconds * 1e6 / records as f64,
            records as f64 / seconds,
            cost.memory as f64 / 1e6,
            seconds / costs[0].processor.as_secs_f64()
        );
    }
}

/// Those that are installed.
fn installed(folder: &Path) -> Vec<Rival> {
    let mut rivals = vec![Rival { name: "Rust by hand, serde structs".to_owned(), command: Box::new(by_hand) }];
    for tool in ["jq", "jaq"] {
        let filter = folder.join("task.jq");
        let command = move |people: &Path, out: &Path| {
            let mut command = Command::new(tool);
            command.arg("-c").arg("-f").arg(&filter).arg(people).stdout(File::create(out).expect("there is room for rows"));
            command
        };
        if let Some(version) = said(Command::new(tool).arg("--version")) {
            rivals.push(Rival { name: version, command: Box::new(command) });
        }
    }
    for library in ["json", "orjson", "msgspec"] {
        let file = folder.join("task.py");
        let version = format!(
            "import platform, {library}; print('Python', platform.python_version() + ',', '{library}', {library}.__version__)"
        );
        let command = move |people: &Path, out: &Path| {
            let mut command = Command::new("python3");
            command.arg(&file).arg(library).arg(people).arg(out);
            command
        };
        if let Some(name) = said(Command::new("python3").args(["-c", &version])) {
            rivals.push(Rival { name, command: Box::new(command) });
        }
    }
    let sql = |people: &Path, out: &Path| SQL.replace("'IN'", &quoted(people)).replace("'OUT'", &quoted(out));
    if let Some(version) = said(Command::new("duckdb").arg("--version")) {
        let command = move |people: &Path, out: &Path| {
            let mut command = Command::new("duckdb");
            command.arg("-c").arg(sql(people, out)).stdout(Stdio::null());
            command
        };
        rivals.push(Rival { name: format!("DuckDB {version}"), command: Box::new(command) });
    } else if let Some(name) = said(Command::new("python3").args(["-c", "import duckdb; print('DuckDB', duckdb.__version__)"])) {
        let command = move |people: &Path, out: &Path| {
            let mut command = Command::new("python3");
            command.args(["-c", "import duckdb, sys; duckdb.execute(sys.argv[1])"]).arg(sql(people, out));
            command
        };
        rivals.push(Rival { name, command: Box::new(command) });
    }
    rivals
}

fn by_hand(people: &Path, out: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg("by-hand").arg(people).arg(out);
    command
}

/// A path as a text of SQL.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "''"))
}

/// The first line that a program prints, if it is there and ends well.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.lines().next()?.trim().to_owned())
}
