//! Hundreds of companies made up at random: a verdict called certain is never wrong, and hardly a cause is missed.
//!
//! `cargo test --test it cause::generated -- --nocapture` prints what was so against what was said.

use super::Bob;
use super::truth::Played;
use bobmap::catalog::Catalog;
use bobmap::catalog::permission::{Need, Wanted};
use bobmap::diagnosis::agreement::{Comparison, Earlier};
use bobmap::diagnosis::cause::pairs;
use bobmap::diagnosis::company::comparable;
use bobmap::diagnosis::observation::{Seen, Tally};
use bobmap::diagnosis::{Case, CauseKind, Grade, Observation, Verdict, judge};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const COMPANIES: u64 = 520;

/// What was so, and what was said.
struct Told {
    company: u64,
    truth: (CauseKind, Option<String>),
    verdict: Verdict,
}

impl Told {
    fn is_right(&self) -> bool {
        let by = self.verdict.candidates.first().map(|best| &best.id);
        self.verdict.cause == self.truth.0 && (self.truth.0 != CauseKind::Replaced || by == self.truth.1.as_ref())
    }
}

/// The verdicts of the doctor, who is given what a service user sees and what was saved before.
fn verdicts(bob: &Bob, played: &Played) -> (Vec<Verdict>, Vec<String>) {
    bob.is(&played.before);
    let before = played.has_catalog.then(|| bob.catalog("before.yaml"));
    let saved = if played.has_records { bob.records(&played.read) } else { Vec::new() };
    bob.is(&played.now);
    let now = bob.catalog("HiBob");
    if let Some(before) = &before {
        comparable(&now, before).unwrap();
    }
    let pairs = pairs(&played.read, &now, before.as_ref());
    let read: BTreeSet<&str> = played.read.iter().filter_map(|id| Some(now.field(id)?.category.as_str())).collect();
    // Enough of each category to tell whether it may be seen.
    let of = |category: &&str| {
        now.fields().filter(|field| field.category == *category).take(8).map(|field| &field.id).collect::<Vec<_>>()
    };
    let in_question = read.iter().flat_map(of);
    let more = played.read.iter().chain(pairs.iter().map(|(_, new)| new));
    let status = "internal.lifecycleStatus".to_owned();
    let asked: BTreeSet<&String> = in_question.chain(more).chain([&status]).collect();
    let asked: Vec<String> = asked.into_iter().filter(|id| !played.not_asked.contains(id)).cloned().collect();
    let records = bob.records(&asked);
    let earlier = played.has_records.then(|| {
        let mut earlier = Earlier::new("saved.json", &played.read, &now, before.as_ref());
        saved.iter().for_each(|record| earlier.add(record).unwrap());
        earlier
    });
    let mut tally = Tally::new(&asked, &now).comparing(Comparison::new(&pairs, &now, before.as_ref(), earlier));
    records.iter().for_each(|record| tally.add(record).unwrap());
    let observation = Observation {
        people: tally.finish(),
        sample: Seen::default(),
        requested: (!played.not_asked.is_empty()).then_some(asked),
        ..Observation::default()
    };
    (judged(&played.read, &now, before.as_ref(), &observation), records)
}

fn judged(read: &[String], now: &Catalog, before: Option<&Catalog>, observation: &Observation) -> Vec<Verdict> {
    let need = |id: &String| Need { what: Wanted::Field(id.clone()), needed_for: vec!["somebody".to_owned()] };
    let needs: Vec<Need> = read.iter().map(need).collect();
    let case = Case { needs: &needs, catalog: now, before, said: &[], wanted: &[], without: &[], observation };
    judge(&case).fields.into_iter().map(|field| field.verdict).collect()
}

fn told(bob: &Bob, company: u64) -> Vec<Told> {
    let played = Played::new(company);
    let (verdicts, records) = verdicts(bob, &played);
    bob.is(&played.omniscient);
    let every: Vec<String> = played.read.iter().chain(&played.new).cloned().collect();
    let parsed =
        |records: Vec<String>| -> Vec<Value> { records.iter().map(|text| serde_json::from_str(text).unwrap()).collect() };
    let (seen, all) = (parsed(records), parsed(bob.records(&every)));
    assert_eq!(verdicts.len(), played.read.len());
    let told = |verdict: Verdict| Told { company, truth: played.truth(&verdict.id, &seen, &all), verdict };
    verdicts.into_iter().map(told).collect()
}

#[test]
fn what_is_certain_is_so_and_hardly_a_cause_is_missed() {
    let halves: Vec<Vec<Told>> = std::thread::scope(|scope| {
        let half = |start: u64| {
            move || {
                let bob = Bob::new();
                (start..COMPANIES).step_by(2).flat_map(|company| told(&bob, company)).collect()
            }
        };
        let threads = [scope.spawn(half(0)), scope.spawn(half(1))];
        threads.map(|thread| thread.join().unwrap()).into_iter().collect()
    });
    let all: Vec<Told> = halves.into_iter().flatten().collect();
    println!("{}", table(&all));
    let wrong: Vec<String> = all
        .iter()
        .filter(|told| told.verdict.grade == Grade::Certain && !told.is_right())
        .map(|told| format!("company {}: {:?}, and said was {:#?}", told.company, told.truth, told.verdict))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let causes: Vec<&Told> = all.iter().filter(|told| told.truth.0 != CauseKind::Filled).collect();
    let found = causes.iter().filter(|told| told.is_right()).count();
    assert!(causes.len() > 1000 && found * 100 >= causes.len() * 95, "{found} of {} causes are found", causes.len());
    let replaced: Vec<&&Told> = causes.iter().filter(|told| told.truth.0 == CauseKind::Replaced).collect();
    let certain = replaced.iter().filter(|told| told.verdict.grade == Grade::Certain).count();
    assert!(certain * 4 >= replaced.len(), "{certain} of {} replaced fields are certain", replaced.len());
}

/// A row for each cause: how often it was so, how often that was said, and what was said else.
fn table(all: &[Told]) -> String {
    let mut rows: BTreeMap<CauseKind, Vec<&Told>> = BTreeMap::new();
    for told in all {
        rows.entry(told.truth.0).or_default().push(told);
    }
    let mut text = format!(
        "{COMPANIES} companies\n{:<16} {:>6} {:>6} {:>8} {:>7} {:>6}  {}\n",
        "what was so", "fields", "found", "certain", "likely", "guess", "said else"
    );
    for (cause, told) in &rows {
        let right: Vec<&&Told> = told.iter().filter(|told| told.is_right()).collect();
        let of = |grade| right.iter().filter(|told| told.verdict.grade == grade).count();
        let mut else_said: BTreeMap<String, usize> = BTreeMap::new();
        for wrong in told.iter().filter(|told| !told.is_right()) {
            *else_said.entry(format!("{:?} {}", wrong.verdict.cause, wrong.verdict.grade.word())).or_default() += 1;
        }
        let else_said: Vec<String> = else_said.into_iter().map(|(said, times)| format!("{said} {times}")).collect();
        text += &format!(
            "{:<16} {:>6} {:>6} {:>8} {:>7} {:>6}  {}\n",
            format!("{cause:?}"),
            told.len(),
            right.len(),
            of(Grade::Certain),
            of(Grade::Likely),
            of(Grade::Guess),
            else_said.join(", ")
        );
    }
    text
}
