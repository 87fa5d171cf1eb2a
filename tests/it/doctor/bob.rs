//! A Bob of a few lines, for judging what no sandbox plays: it leaves out what is not permitted, as HiBob does.

use bobmap::catalog::permission::{LifecycleStatus, TimeOffData, access_rights, is_sensitive, permissions};
use bobmap::catalog::{Catalog, Field, permission::Need};
use bobmap::diagnosis::observation::{Answer, History, Seen, Tally};
use bobmap::diagnosis::questions::Questions;
use bobmap::diagnosis::{Case, Diagnosis, Observation, judge};
use bobmap::mapping::needs::{asked_by_guide, guided_fields, needs, said_categories};
use bobmap::mapping::statuses::lifecycle_statuses;
use bobmap::mapping::{Environment, Project, compile};
use bobmap::report::doctor::Doctor;
use serde_json::{Map, Value, json};

pub struct Bob {
    pub catalog: Catalog,
    /// The lifecycle status of everybody whom the access rule lets through.
    pub people: Vec<&'static str>,
    /// Ids of categories that may be viewed.
    pub viewed: Vec<&'static str>,
    /// Ids of fields that are denied by themselves.
    pub denied: Vec<&'static str>,
    /// Ids of fields that nobody has a value in.
    pub blank: Vec<&'static str>,
    pub time_off: Vec<TimeOffData>,
    pub histories: Vec<&'static str>,
    pub without: Vec<LifecycleStatus>,
    /// The list of people is refused (403).
    pub refuses: bool,
    pub before: Option<Catalog>,
}

/// Mapping files by name and text, as `doctor` is given them.
pub type Files<'f> = &'f [(&'f str, &'f str)];

pub const USERS: (&str, &str) = ("users.yaml", include_str!("../../../mappings/activtrak/users.yaml"));
pub const HRIS: (&str, &str) = ("hris.yaml", include_str!("../../../mappings/activtrak/hris.yaml"));

impl Bob {
    /// Of 33 people, with all that ActivTrak's mappings and its guide ask for, and nothing more.
    pub fn new() -> Bob {
        let others = ["terminated", "terminated", "terminated", "terminated", "hired", "hired", "parental leave"];
        Bob {
            catalog: Catalog::from_metadata(include_str!("../../fixtures/hibob/fields.json"), None, "HiBob").unwrap(),
            people: std::iter::repeat_n("employed", 26).chain(others).collect(),
            viewed: vec!["root", "employment", "lifecycle", "work", "workContact", "category_1647463606491"],
            denied: Vec::new(),
            blank: Vec::new(),
            time_off: vec![TimeOffData::Balance, TimeOffData::Requests, TimeOffData::WhosOut],
            histories: Vec::new(),
            without: Vec::new(),
            refuses: false,
            before: None,
        }
    }

    fn shows(&self, field: &Field) -> bool {
        let viewed = self.viewed.contains(&field.category.as_str());
        viewed && !is_sensitive(field) && !self.denied.contains(&field.id.as_str())
    }

    fn record(&self, at: usize, asked: &[String]) -> String {
        let status = self.people[at];
        let mut record = json!({ "id": format!("33328838840177{at:05}") });
        for field in asked.iter().filter_map(|id| self.catalog.field(id)).filter(|field| self.shows(field)) {
            let value = match field.id.as_str() {
                "internal.lifecycleStatus" => json!(status),
                "internal.terminationDate" if status != "terminated" => Value::Null,
                id if self.blank.contains(&id) => Value::Null,
                _ => json!("invented"),
            };
            let mut place = &mut record;
            let (parents, last) = field.path.rsplit_once('.').map_or((None, field.path.as_str()), |(one, two)| (Some(one), two));
            for name in parents.into_iter().flat_map(|parents| parents.split('.')) {
                place = place.as_object_mut().unwrap().entry(name).or_insert_with(|| Value::Object(Map::new()));
                if !place.is_object() {
                    *place = json!({});
                }
            }
            place[last] = value;
        }
        record.to_string()
    }

    fn seen(&self, people: usize, asked: &[String]) -> Seen {
        let mut tally = Tally::new(asked, &self.catalog);
        for at in 0..people {
            tally.add(&self.record(at, asked)).unwrap();
        }
        tally.finish()
    }

    fn observe(&self, questions: &Questions) -> Observation {
        let answer = |allowed: bool| if allowed { Answer::Allowed } else { Answer::Forbidden };
        let history = |category: &&str| {
            let allowed = self.histories.contains(category);
            let not_current = if allowed { 3 } else { 0 };
            ((*category).to_owned(), History { answer: answer(allowed), rows: 10, not_current, notes: Vec::new() })
        };
        let with_people =
            |data: &&TimeOffData| !self.people.is_empty() || matches!(data, TimeOffData::WhosOut | TimeOffData::PolicyTypes);
        Observation {
            people: self.seen(self.people.len(), &questions.fields),
            sample: self.seen(self.people.len().min(10), &questions.sample),
            histories: questions.histories.iter().map(history).collect(),
            time_off: questions
                .time_off
                .iter()
                .filter(with_people)
                .map(|data| (*data, answer(self.time_off.contains(data))))
                .collect(),
            refused: self.refuses,
            ..Observation::default()
        }
    }

    pub fn diagnose(&self, files: Files<'_>) -> Diagnosis {
        self.doctor(files).diagnosis
    }

    pub fn doctor(&self, files: Files<'_>) -> Doctor {
        let mut project = Project::default();
        for (name, text) in files {
            project.add(name, text);
        }
        let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("no file".to_owned()) };
        let mappings: Vec<_> = project.names().map(|name| compile(&project, name, &environment).0.unwrap()).collect();
        let mut all: Vec<Need> = Vec::new();
        let mut said = Vec::new();
        for mapping in &mappings {
            let found = needs(mapping, &project, &self.catalog);
            all.extend(guided_fields(mapping, &found));
            all.extend(found);
            all.extend(asked_by_guide(mapping));
            let categories = said_categories(mapping, &project, &self.catalog);
            said.extend(categories.into_iter().map(|(field, name)| (mapping.name.clone(), field, name)));
        }
        let kept: Vec<LifecycleStatus> = mappings.iter().flat_map(lifecycle_statuses).collect();
        assert!(!access_rights(&kept).lifecycle_statuses.is_empty());
        let questions = Questions::new(&permissions(&all, &self.catalog), &all, &self.catalog, true);
        let diagnosis = judge(&Case {
            needs: &all,
            catalog: &self.catalog,
            before: self.before.as_ref(),
            said: &said,
            wanted: &kept,
            without: &self.without,
            observation: &self.observe(&questions),
        });
        Doctor::new(mappings.iter().map(|mapping| mapping.name.clone()).collect(), diagnosis, Vec::new())
    }
}
