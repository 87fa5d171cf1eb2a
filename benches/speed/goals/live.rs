//! The other half of goal 7: a dry run over what a HiBob on this machine answers, beside a bare download of the same bytes.

use super::{Bench, Limit, Line, own, run};
use crate::clock::{in_turn, program};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Employees in one call: the most that bobmap asks for.
const BATCH: usize = 1000;

/// A HiBob that ends with this value.
struct Sandbox {
    program: Child,
    base_url: String,
    id: String,
    token: String,
}

impl Sandbox {
    fn start(employees: u64) -> Sandbox {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bobmap"));
        command.args(["sandbox", "--format", "json", "--rate-limit", "100000", "--today", "2026-03-01", "--employees"]);
        let mut program = command.arg(employees.to_string()).stdout(Stdio::piped()).spawn().expect("bobmap can be started");
        let mut said = String::new();
        let mut output = BufReader::new(program.stdout.take().expect("its output is a pipe"));
        output.read_line(&mut said).expect("the sandbox says where it listens");
        let said: Value = serde_json::from_str(&said).expect("it says so as JSON");
        let text = |name: &str| said[name].as_str().expect("it says all of it").to_owned();
        Sandbox { base_url: text("base_url"), id: text("service_user_id"), token: text("service_user_token"), program }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

pub fn live(bench: &Bench) -> Vec<Line> {
    let (task, sandbox) = (bench.task(), Sandbox::start(bench.records));
    let questions = bench.path("questions.json");
    std::fs::write(&questions, questions_of(&task).to_string()).expect("there is room for a file");
    let answers = bench.path("answers.json");
    let download = |out: &Path| {
        let mut command = own("download");
        command.arg(&questions).arg(out);
        with_credentials(command, &sandbox)
    };
    run(&mut download(&answers));
    // One array, as a single answer would be.
    let text = std::fs::read_to_string(&answers).expect("the answers are text");
    std::fs::write(&answers, text.replace("]}\n{\"employees\":[", ",")).expect("there is room for a file");
    let (mut bare, mut mapped) =
        (download(Path::new("/dev/null")), bench.dry_run(&task, &answers, "answers", &["--threads", "1"]));
    let mut live = Command::new(env!("CARGO_BIN_EXE_bobmap"));
    live.arg("dry-run").arg(&task).args(["--live", "--as-of", "2026-03-01", "--threads", "1", "--batch", &BATCH.to_string()]);
    live.stderr(Stdio::null()).arg("--out").arg(bench.path("live.rows")).arg("--report").arg(bench.path("live.report.json"));
    let mut live = with_credentials(live, &sandbox);
    let [live, bare, mapped] =
        in_turn(bench.rounds.min(3), &mut [&mut || program(&mut live, |_| {}), &mut || run(&mut bare), &mut || run(&mut mapped)])
            .try_into()
            .expect("each command has a cost");
    let lines = |name| BufReader::new(File::open(bench.path(name)).expect("bobmap has written")).lines().count() as u64;
    assert_eq!((lines("live.rows"), lines("answers.rows")), (bench.records, bench.records));
    let together = bare.processor + mapped.processor;
    let figure = live.processor.as_secs_f64() / together.as_secs_f64();
    let goal = format!("{} live: x of a bare download and mapping", bench.records);
    vec![Line::new(goal, Limit::AtMost(1.1), figure, format!("dry-run task.yaml --live --batch {BATCH} --threads 1"))]
}

fn with_credentials(mut command: Command, sandbox: &Sandbox) -> Command {
    command.env("BOB_BASE_URL", &sandbox.base_url);
    command.env("BOB_SERVICE_USER_ID", &sandbox.id).env("BOB_SERVICE_USER_TOKEN", &sandbox.token);
    command
}

/// What a live run asks employees for: their ids, then all else of these.
fn questions_of(task: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bobmap"));
    let output = command.arg("requests").arg(task).args(["--format", "json"]).stderr(Stdio::null()).output();
    let requests: Value = serde_json::from_slice(&output.expect("bobmap can be started").stdout).expect("the requests are JSON");
    let calls = &requests["resources"][1]["calls"];
    json!([calls[0]["body"], calls[1]["body"]])
}

/// Asks what a live run asks, with the credentials in the environment, and writes the answers, one a line.
pub fn download(questions: &str, out: &str) {
    let questions = std::fs::read_to_string(questions).expect("the questions are there");
    let [ids, mut rest]: [Value; 2] = serde_json::from_str(&questions).expect("there are two");
    let mut out = BufWriter::new(File::create(out).expect("the file can be written"));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let variable = |name| std::env::var(name).expect("the bench sets it");
    let (id, token) = (variable("BOB_SERVICE_USER_ID"), variable("BOB_SERVICE_USER_TOKEN"));
    let address = variable("BOB_BASE_URL") + "/people/search";
    let ask = |question: &Value| {
        let call = http.post(&address).basic_auth(&id, Some(&token)).header("content-type", "application/json");
        call.body(question.to_string()).send()
    };
    let work = async {
        let ids = ask(&ids).await?.error_for_status()?.text().await?;
        let ids: Vec<&str> = ids.split("\"id\":\"").skip(1).filter_map(|text| text.split('"').next()).collect();
        for ids in ids.chunks(BATCH) {
            rest["filters"][0]["values"] = json!(ids);
            let mut answer = ask(&rest).await?.error_for_status()?;
            while let Some(piece) = answer.chunk().await? {
                out.write_all(&piece).expect("the file can be written");
            }
            out.write_all(b"\n").expect("the file can be written");
        }
        out.flush().expect("the file can be written");
        reqwest::Result::Ok(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(work).expect("the sandbox answers");
}
