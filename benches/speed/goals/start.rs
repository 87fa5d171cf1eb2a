//! Goal 4: what a start takes, and what another thousand mappings add to it.

use super::{Bench, Limit, Line, ratio};
use crate::clock::{Cost, of_children};
use std::path::Path;
use std::process::{Command, Stdio};

const SMALL: &str = "format: 1
source: hibob.people
key: employee_id
fields:
  employee_id: { from: $.id, on_invalid: reject }
  email: { from: $.email, then: [lower] }
";
/// Starts that are measured together, for one alone is shorter than clocks are exact.
const STARTS: usize = 50;

pub fn up(bench: &Bench) -> Vec<Line> {
    let folder = bench.path("thousand");
    std::fs::create_dir_all(&folder).expect("there is room for a folder");
    for number in 0..1000 {
        let text = format!("mapping: small_{number}\n{SMALL}");
        std::fs::write(folder.join(format!("{number}.yaml")), text).expect("there is room for a mapping");
    }
    let [nothing, one, thousand] = bench.costs([
        &mut || starts(&mut Command::new("/bin/true"), STARTS),
        &mut || starts(&mut check(&folder.join("0.yaml")), STARTS),
        &mut || starts(&mut check(&folder), 1),
    ]);
    vec![
        Line::new("check of a small mapping: x of /bin/true", Limit::AtMost(5.0), ratio(one, nothing), "check small.yaml"),
        Line::new(
            "check of 1,000 mappings in one call: x of one",
            Limit::AtMost(300.0),
            ratio(thousand, one) * STARTS as f64,
            "check thousand/",
        ),
    ]
}

fn check(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bobmap"));
    command.arg("check").arg(path);
    command
}

fn starts(command: &mut Command, times: usize) -> Cost {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    of_children(|| {
        for _ in 0..times {
            assert!(command.status().is_ok_and(|status| status.success()), "{command:?}");
        }
    })
}
