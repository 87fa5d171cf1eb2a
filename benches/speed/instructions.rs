//! Counts the instructions of each stage with callgrind, which depend neither on the speed of the machine nor on what else it
//! does, and holds them to the figures in `instructions.txt`. Records are the same in every run, and nothing asks a clock.

use crate::employees::{self, Form};
use crate::{stages, task};
use std::collections::BTreeMap;
use std::process::{Command, exit};
use std::sync::Arc;

/// Employees that each stage runs over.
const RECORDS: u64 = 400;
/// How much more a stage may take than the file says, in hundredths.
const PERCENT: f64 = 5.0;
/// The same where the figures are of another compiler, C library or profile, which change them a little.
const ELSEWHERE: f64 = 25.0;
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/speed/instructions.txt");
const STAGES: [&str; 8] = ["check", "split-lines", "split-array", "read", "map", "encode-jsonl", "encode-csv", "whole"];

/// Runs one stage, for callgrind to count.
pub fn once(stage: &str) {
    let form = if stage == "split-array" { Form::Array } else { Form::Lines };
    let bytes = Arc::new(employees::bytes(RECORDS, form));
    let mapping = task::mapping();
    let text = std::str::from_utf8(&bytes).expect("employees are text");
    let texts: Vec<&str> = text.lines().collect();
    let work = || stages::run_once(stage, &mapping, &bytes, &texts);
    // What is made once and for all is not counted.
    work();
    counted(work);
}

/// Callgrind counts in here.
#[inline(never)]
fn counted(work: impl FnOnce()) {
    work();
}

/// Counts, and fails where a stage takes more than the file says, or where an allocation for each field would not be seen.
pub fn check() {
    let built = built();
    let counts: Vec<(&str, f64)> = STAGES.into_iter().map(|stage| (stage, count(stage))).collect();
    if std::env::args().any(|word| word == "--write") {
        let figures: String = counts.iter().map(|(stage, count)| format!("{stage} {count:.0}\n")).collect();
        let head = "# Instructions a record (`check`: a mapping), as callgrind counts them. To take new ones over:\n\
                    # cargo bench --profile quick -- instructions --write";
        std::fs::write(FILE, format!("{head}\nbuilt by {built}\n{figures}")).expect("the file can be written");
    }
    let file = std::fs::read_to_string(FILE).expect("instructions.txt stands beside the benchmarks");
    let stored: BTreeMap<&str, &str> = file.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    let theirs = file.lines().find_map(|line| line.strip_prefix("built by ")).unwrap_or_default();
    let most = if theirs == built { PERCENT } else { ELSEWHERE };
    let mut failed = false;
    println!("{:<14}{:>14}{:>14}{:>10}", "stage", "instructions", "stored", "%");
    for (stage, count) in &counts {
        let stored: f64 = stored.get(stage).and_then(|figure| figure.parse().ok()).expect("every stage has a figure");
        let percent = (count / stored - 1.0) * 100.0;
        let judged = match percent {
            percent if percent > most => "  TOO MANY",
            percent if percent < -PERCENT => "  fewer: take it over",
            _ => "",
        };
        failed |= percent > most;
        println!("{stage:<14}{count:>14.0}{stored:>14.0}{percent:>+10.2}{judged}");
    }
    let map = counts.iter().find(|(stage, _)| *stage == "map").map_or(0.0, |(_, count)| *count);
    let planted = (count("planted") / map - 1.0) * 100.0;
    println!("an allocation for each field would add {planted:.2} % to `map`");
    if most == ELSEWHERE {
        println!("built by {built}, and the stored figures by {theirs}: only {most} % more is too many");
    }
    if planted <= PERCENT {
        println!("that is too little to be seen");
    } else if failed {
        println!("more than {most} % more instructions; if that is meant: cargo bench --profile quick -- instructions --write");
    } else {
        return;
    }
    exit(1);
}

/// What the figures depend on besides the code.
fn built() -> String {
    let libc = said(Command::new("getconf").arg("GNU_LIBC_VERSION"));
    let lanes =
        if cfg!(target_arch = "x86_64") && std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains(" avx2 ")) {
            "avx2"
        } else {
            std::env::consts::ARCH
        };
    format!("{}, {libc}, {lanes}, profile {}", said(Command::new("rustc").arg("--version")), profile())
}

/// Instructions of a stage, a record, or those of one check.
fn count(stage: &str) -> f64 {
    let mut callgrind = Command::new("valgrind");
    callgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"]);
    callgrind.arg("--toggle-collect=*instructions::counted*");
    callgrind.arg(std::env::current_exe().expect("this program has a path")).args(["once", stage]);
    let output = callgrind.output().unwrap_or_else(|error| panic!("valgrind: {error}; install it"));
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim().parse::<f64>());
    match collected {
        Some(Ok(count)) if output.status.success() && count > 0.0 => count / if stage == "check" { 1.0 } else { RECORDS as f64 },
        _ => panic!("callgrind has counted nothing: {said}"),
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

/// The profile that this is built in, which its folder is named after.
fn profile() -> String {
    let path = std::env::current_exe().expect("this program has a path");
    path.ancestors()
        .nth(2)
        .and_then(|folder| folder.file_name())
        .map_or(String::new(), |name| name.to_string_lossy().into_owned())
}
