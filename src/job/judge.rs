//! Reads a jobs file, and says everything that is wrong with it.

use super::secret::variable;
use super::spec::{Connection, Job, JobsSpec, To};
use crate::catalog::resource::{self, Resource};
use crate::diagnostic::{Code, Diagnostic, FileId};
use crate::mapping::document::{At, Document, Place, deserialize};
use crate::mapping::schema_check::{Schema, check, judging};
use crate::value::text::nearest;

/// The schema's text: the one that editors use.
const SCHEMA: &str = include_str!("../../schemas/jobs.schema.json");

static JOBS: Schema = Schema::new(|| judging(SCHEMA));

/// A jobs file that was read.
#[derive(Debug)]
pub struct Jobs {
    pub spec: JobsSpec,
    document: Document,
}

impl Jobs {
    /// The job of this name.
    pub fn job(&self, name: &str) -> Option<&Job> {
        self.spec.jobs.iter().find(|(known, _)| known.value == name).map(|(_, job)| &job.value)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.spec.jobs.iter().map(|(name, _)| name.value.as_str())
    }

    /// The connection of this name.
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.spec.connections.iter().find(|(known, _)| known.value == name).map(|(_, connection)| &connection.value)
    }

    /// The files that jobs name, with their places: mappings, what they use, and catalogs.
    pub fn files(&self) -> impl Iterator<Item = &At<String>> {
        self.spec.jobs.iter().flat_map(|(_, job)| job.mappings.iter().chain(&job.with).chain(&job.catalog))
    }

    /// What is wrong with a file that a job names.
    pub fn finding(&self, file: &At<String>, message: String) -> Diagnostic {
        Diagnostic::new(Code::BadJob, file.place.file, self.document.span(file.place.node), message)
    }
}

/// Reads a jobs file. Without a spec there are findings that say why.
pub fn read(text: &str, file: FileId) -> (Option<Jobs>, Vec<Diagnostic>) {
    let (document, mut findings) = Document::parse(text, file);
    let Some(document) = document else { return (None, findings) };
    findings.extend(check(&JOBS, &document, text).into_iter().map(|fault| fault.finding));
    let spec = match deserialize::<JobsSpec>(&document) {
        Ok(spec) => spec,
        Err(error) => {
            if findings.is_empty() {
                let span = document.span(error.node.unwrap_or(document.root()));
                findings.push(Diagnostic::new(Code::BadType, file, span, error.message));
            }
            return (None, findings);
        }
    };
    let mut judge = Judge { document: &document, spec: &spec, findings };
    judge.names();
    for (_, connection) in spec.connections.iter() {
        judge.connection(connection);
    }
    for (name, job) in spec.jobs.iter() {
        judge.job(name, job);
    }
    judge.destinations();
    let mut findings = judge.findings;
    findings.sort_by_key(|finding| (finding.span.start, finding.code));
    (Some(Jobs { spec, document }), findings)
}

struct Judge<'j> {
    document: &'j Document,
    spec: &'j JobsSpec,
    findings: Vec<Diagnostic>,
}

impl Judge<'_> {
    fn say(&mut self, code: Code, place: Place, message: String, help: impl Into<String>) {
        let span = self.document.span(place.node);
        self.findings.push(Diagnostic::new(code, place.file, span, message).help(help));
    }

    /// Names become names of files: locks.
    fn names(&mut self) {
        for (name, _) in self.spec.jobs.iter() {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
            if name.is_empty() || !name.bytes().all(fits) {
                let message = "a job's name is made of small letters, digits, - and _".to_owned();
                self.say(Code::BadJob, name.place, message, "for example `activtrak-leave`");
            }
        }
        if self.spec.jobs.is_empty() {
            let span = self.document.key_span(self.document.root(), "jobs");
            let finding = Diagnostic::new(Code::BadJob, self.document.file, span, "there are no jobs");
            self.findings.push(finding.help("`bobmap help jobs` shows one"));
        }
    }

    fn connection(&mut self, connection: &Connection) {
        if let Some(token) = connection.service_user_token.as_ref().filter(|token| variable(token).is_none()) {
            // The value is not repeated: it may be a token.
            self.say(
                Code::SecretInFile,
                token.place,
                "a token stands in the file itself".to_owned(),
                "write `${BOB_SERVICE_USER_TOKEN}` and set that variable, or name a file under `service_user_token_file`",
            );
        }
        if let Some(environment) = &connection.environment
            && !["production", "sandbox"].contains(&environment.as_str())
        {
            let message = format!("`environment` takes one of `production`, `sandbox`; this is `{}`", environment.value);
            self.say(Code::BadType, environment.place, message, "another address stands under `base_url`");
        }
    }

    fn job(&mut self, name: &At<String>, job: &At<Job>) {
        if job.mappings.is_empty() {
            self.say(Code::BadJob, name.place, format!("the job `{}` has no mappings", name.value), "name a mapping file");
        }
        match &job.from {
            Some(from) if !self.spec.connections.iter().any(|(known, _)| known.value == from.value) => {
                let names = self.spec.connections.iter().map(|(name, _)| name.value.as_str());
                let help = match nearest(from, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `{}:` under `connections`", from.value),
                };
                self.say(Code::BadJob, from.place, format!("there is no connection `{}`", from.value), help);
            }
            None if job.records.is_empty() => self.say(
                Code::BadJob,
                name.place,
                format!("the job `{}` reads nothing", name.value),
                "name a connection under `from`, or files under `records`",
            ),
            _ => {}
        }
        for (source, _) in job.records.iter().filter(|(source, _)| Resource::find(source).is_none()) {
            let names = resource::ALL.iter().map(|resource| resource.name);
            let help = match nearest(source, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the sources are {}", names.collect::<Vec<_>>().join(", ")),
            };
            self.say(Code::BadJob, source.place, format!("there is no source `{}`", source.value), help);
        }
        self.destination(job);
    }

    fn destination(&mut self, job: &Job) {
        let place = job.to.place;
        let To { file, format, sqlite, table, deletes } = &job.to.value;
        match (file, sqlite) {
            (None, None) => {
                let help = "name a `file`, or a file under `sqlite` and a `table`";
                self.say(Code::BadJob, place, "`to` names no destination".to_owned(), help);
            }
            (Some(_), Some(_)) => {
                let help = "make two jobs of it, with the same mappings";
                self.say(Code::BadJob, place, "`to` names two destinations".to_owned(), help);
            }
            (Some(file), None) => {
                if format.is_none() && super::spec::FileFormat::of(file).is_none() {
                    let message = "what format has this file?".to_owned();
                    self.say(Code::BadJob, file.place, message, "add `format:` with `jsonl`, `json` or `csv`");
                }
                for (given, key) in [(table.is_some(), "table"), (deletes.is_some(), "deletes")] {
                    if given {
                        let help = "a file is written whole; take the key away";
                        self.say(Code::BadJob, place, format!("`{key}` belongs to a database"), help);
                    }
                }
            }
            (None, Some(_)) => {
                if table.as_ref().is_none_or(|table| table.is_empty()) {
                    self.say(Code::BadJob, place, "`to` names no table".to_owned(), "add `table:`");
                }
                if format.is_some() {
                    self.say(Code::BadJob, place, "`format` belongs to a file".to_owned(), "take the key away");
                }
                if let [_, second, ..] = &job.mappings[..] {
                    let help = "make a job of each, with a table of its own";
                    self.say(Code::BadJob, second.place, "a table takes the rows of one mapping".to_owned(), help);
                }
            }
        }
    }

    /// Two jobs that write to one place would take each other's rows for leavers.
    fn destinations(&mut self) {
        let place = |to: &To| match (&to.file, &to.sqlite, &to.table) {
            (Some(file), _, _) => Some((file.value.clone(), String::new())),
            (None, Some(sqlite), Some(table)) => Some((sqlite.value.clone(), table.to_lowercase())),
            _ => None,
        };
        let jobs = &self.spec.jobs;
        for (at, (_, job)) in jobs.iter().enumerate() {
            let Some(here) = place(&job.to) else { continue };
            if let Some((first, _)) = jobs[..at].iter().find(|(_, other)| place(&other.to).as_ref() == Some(&here)) {
                let message = format!("the job `{}` writes to this place already", first.value);
                self.say(Code::BadJob, job.to.place, message, "give each job a destination of its own");
            }
        }
    }
}

impl super::spec::FileFormat {
    /// What the ending of a file's name says.
    pub fn of(file: &str) -> Option<Self> {
        let (_, ending) = file.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}
