//! Every goal for speed and memory, each a ratio of things that are run in turn as whole programs, with its limit.
//!
//! `cargo bench -- goals` measures all of them, `cargo bench -- goals 1 4` those two; `--records 10000 --rounds 1` is quicker, and
//! less exact. The yardstick of goal 1 is a program that was written for this one task and scans strictly: `BOBMAP_YARDSTICK` is its
//! path, and it is called as `PROGRAM strict jsonl|array FILE OUT`.

mod live;
mod mapping;
mod memory;
mod start;

use crate::clock::{Cost, flag, in_turn, program};
use crate::employees::{self, Form};
use crate::task;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use live::download;
pub use mapping::{by_hand, decompress, unlike};

/// What a figure has to be.
#[derive(Debug, Clone, Copy)]
enum Limit {
    AtLeast(f64),
    AtMost(f64),
    /// There is nothing to judge it by.
    None,
}

/// One line of the table.
struct Line {
    goal: String,
    limit: Limit,
    figure: f64,
    /// What was run.
    command: String,
}

impl Line {
    fn new(goal: impl Into<String>, limit: Limit, figure: f64, command: impl Into<String>) -> Line {
        Line { goal: goal.into(), limit, figure, command: command.into() }
    }

    fn holds(&self) -> Option<bool> {
        match self.limit {
            Limit::AtLeast(least) => Some(self.figure >= least),
            Limit::AtMost(most) => Some(self.figure <= most),
            Limit::None => None,
        }
    }
}

/// What measures one goal, or a part of it.
type Measure = fn(&Bench) -> Vec<Line>;

/// The folder and sizes of one run of the goals.
struct Bench {
    folder: PathBuf,
    records: u64,
    rounds: usize,
}

impl Bench {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A file in the folder, written if it is not there yet.
    fn file(&self, name: &str, fill: impl FnOnce(&mut dyn Write)) -> PathBuf {
        let path = self.path(name);
        if !path.exists() {
            let mut out = BufWriter::new(File::create(&path).expect("there is room for a file"));
            fill(&mut out);
            out.flush().expect("there is room for a file");
        }
        path
    }

    fn employees(&self, form: Form) -> PathBuf {
        let name = match form {
            Form::Lines => "people.jsonl",
            Form::Array => "people.json",
            Form::Slash => "slash.jsonl",
        };
        self.file(name, |out| {
            employees::write(self.records, form, |piece| out.write_all(piece).expect("there is room for employees"));
        })
    }

    fn task(&self) -> PathBuf {
        self.file("task.yaml", |out| out.write_all(task::MAPPING.as_bytes()).expect("there is room for a mapping"))
    }

    /// `bobmap dry-run`, with files of that name for what it writes.
    fn dry_run(&self, mapping: &Path, records: &Path, name: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bobmap"));
        command.arg("dry-run").arg(mapping).arg("--records").arg(records).args(["--as-of", "2026-03-01"]);
        command
            .arg("--out")
            .arg(self.path(&format!("{name}.rows")))
            .arg("--report")
            .arg(self.path(&format!("{name}.report.json")));
        command.args(more).stderr(Stdio::null());
        command
    }

    /// The least that each of the commands takes.
    fn costs<const N: usize>(&self, commands: [&mut dyn FnMut() -> Cost; N]) -> [Cost; N] {
        let mut commands = commands;
        in_turn(self.rounds, &mut commands).try_into().expect("each command has a cost")
    }
}

/// A whole program that reads nothing from its standard input.
fn run(command: &mut Command) -> Cost {
    program(command, |_| {})
}

/// The processor time of one in that of the other.
fn ratio(one: Cost, other: Cost) -> f64 {
    one.processor.as_secs_f64() / other.processor.as_secs_f64()
}

/// This program, for one of its own parts.
fn own(part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg(part);
    command
}

pub fn measure() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let bench = Bench {
        folder: folder.path().to_owned(),
        records: flag("--records").unwrap_or(100_000),
        rounds: flag("--rounds").unwrap_or(5) as usize,
    };
    let asked: Vec<u32> =
        std::env::args().skip_while(|word| word != "goals").skip(1).map_while(|word| word.parse().ok()).collect();
    let goals: [(u32, Measure); 9] = [
        (1, mapping::yardstick),
        (2, memory::streams),
        (2, memory::joined),
        (3, mapping::threads),
        (4, start::up),
        (5, mapping::linear),
        (6, mapping::compressed),
        (7, mapping::csv),
        (7, live::live),
    ];
    println!("{:<5}{:<58}{:>10}{:>10}  {:<7}command", "goal", "", "limit", "figure", "");
    for (number, measure) in goals.into_iter().filter(|(number, _)| asked.is_empty() || asked.contains(number)) {
        for line in measure(&bench) {
            let limit = match line.limit {
                Limit::AtLeast(least) => format!(">= {least}"),
                Limit::AtMost(most) => format!("<= {most}"),
                Limit::None => String::new(),
            };
            let held = match line.holds() {
                Some(true) => "holds",
                Some(false) => "MISSED",
                None => "",
            };
            println!("{number:<5}{:<58}{limit:>10}{:>10.3}  {held:<7}{}", line.goal, line.figure, line.command);
        }
    }
}
