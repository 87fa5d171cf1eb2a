//! Reads a jobs file, and says everything that is wrong with it.

use super::secret::{password, variable};
use super::spec::{Connection, Deletes, Job, JobsSpec, REGIONS, To};
use crate::catalog::resource::{self, Resource};
use crate::diagnostic::{Code, Diagnostic, FileId};
use crate::mapping::document::{At, Document, Place, deserialize};
use crate::mapping::schema_check::{Fault, Mend, Schema, check, judging};
use crate::value::text::nearest;
use jiff::civil::Date;
use std::collections::HashSet;
use std::ops::Range;

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
    let Some(mut document) = document else { return (None, findings) };
    let left_out = mend(&mut document, text, &mut findings);
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
    let mut judge = Judge { document: &document, spec: &spec, left_out, findings };
    judge.state();
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

/// How often a mended file is looked at again: a key that was meant to be another one has a value that was not judged yet.
const ROUNDS: usize = 4;

/// Takes words for what they were probably meant to be, and leaves out what can't be read, so that the rest can be looked at in
/// the same run. Returns what was left out.
fn mend(document: &mut Document, text: &str, findings: &mut Vec<Diagnostic>) -> Vec<Range<usize>> {
    let mut left_out: Vec<Range<usize>> = findings.iter().map(|finding| finding.span.clone()).collect();
    for round in 0..ROUNDS {
        let mut faults = check(&JOBS, document, text);
        // What is missing later was left out before.
        faults.retain(|fault| round == 0 || fault.finding.code != Code::MissingKey);
        let mut removed = HashSet::new();
        for Fault { finding, mend } in faults {
            match mend {
                Mend::Reword(node, word) => document.set_text(node, &word),
                Mend::Remove(node) => {
                    left_out.push(document.span(node));
                    removed.insert(node);
                }
                Mend::Insert(map, key, value) => document.insert(map, key, value),
                Mend::Keep => {}
            }
            if !findings.iter().any(|known| (known.code, &known.span) == (finding.code, &finding.span)) {
                findings.push(finding);
            }
        }
        document.remove(&removed);
        if removed.is_empty() && round > 0 {
            break;
        }
    }
    left_out
}

/// Words in keys whose values are nobody's business, however the key is misspelt.
const SECRET: [&str; 5] = ["token", "secret", "password", "passwd", "key"];

/// The text with x in the place of each sign of a secret: messages quote lines of the file.
pub fn masked(text: &str) -> String {
    // The number of the file is of no account: nothing that is found here is told.
    let (Some(document), _) = Document::parse(text, FileId::from_index(0)) else { return text.to_owned() };
    let (mut bytes, mut open) = (text.as_bytes().to_vec(), vec![document.root()]);
    while let Some(node) = open.pop() {
        open.extend(document.items(node));
        for (key, value) in document.entries(node) {
            open.push(*value);
            let key = document.text(*key).unwrap_or_default().to_lowercase();
            let is_named = SECRET.iter().any(|word| key.contains(word)) || nearest(&key, SECRET).is_some();
            let is_secret = is_named && !key.ends_with("_file");
            let Some(said) = document.text(*value).filter(|text| variable(text).is_none()) else { continue };
            let span = document.span(*value);
            // A password that only an escape of YAML's shows is masked with all that is around it.
            let masked = match (is_secret, password(said)) {
                (true, _) => span,
                (false, None) => continue,
                (false, Some(_)) => match text.get(span.clone()).and_then(password) {
                    Some(password) => span.start + password.start..span.start + password.end,
                    None => span,
                },
            };
            let signs = bytes[masked].iter_mut();
            signs.filter(|byte| !matches!(**byte, b'\n' | b'\r' | b'"' | b'\'')).for_each(|byte| *byte = b'x');
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whether a text can be the address of a PostgreSQL server, or names a variable that holds one.
fn is_address(text: &str) -> bool {
    variable(text).is_some()
        || text.contains("host=")
        || ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

struct Judge<'j> {
    document: &'j Document,
    spec: &'j JobsSpec,
    /// Parts of the file that can't be judged.
    left_out: Vec<Range<usize>>,
    findings: Vec<Diagnostic>,
}

impl Judge<'_> {
    fn say(&mut self, code: Code, place: Place, message: String, help: impl Into<String>) {
        let span = self.document.span(place.node);
        self.findings.push(Diagnostic::new(code, place.file, span, message).help(help));
    }

    /// Whether something of a part of the file was left out.
    fn is_doubtful(&self, span: Range<usize>) -> bool {
        self.left_out.iter().any(|left_out| span.start <= left_out.start && left_out.end <= span.end)
    }

    fn state(&mut self) {
        let Some(state) = &self.spec.state else { return };
        if state.short {
            if is_address(&state.file) || password(&state.file).is_some() {
                let help = "write `state: { postgres: \"${DATABASE_URL}\" }`, and set that variable";
                self.say(Code::BadJob, state.place, "a file is expected here, and this is an address".to_owned(), help);
            }
            return;
        }
        match &state.postgres {
            Some(postgres) => self.address(postgres),
            None if self.is_doubtful(self.document.span(state.place.node)) => {}
            None => {
                let help = "name a file, or write `state: { postgres: \"${DATABASE_URL}\" }`";
                self.say(Code::BadJob, state.place, "`state` names no database".to_owned(), help);
            }
        }
    }

    /// The address of a PostgreSQL server.
    fn address(&mut self, postgres: &At<String>) {
        if password(postgres).is_some() {
            let help = "write the whole address as `${DATABASE_URL}`, and set that variable";
            self.say(Code::SecretInFile, postgres.place, "a password stands in the file itself".to_owned(), help);
        } else if !is_address(postgres) {
            let help = "write `${DATABASE_URL}`, or postgres://USER@HOST:5432/DATABASE";
            self.say(Code::BadJob, postgres.place, "this is no address of a PostgreSQL server".to_owned(), help);
        }
    }

    /// Names become names of files: locks.
    fn names(&mut self) {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        if let Some(tenant) = self.spec.tenant.as_ref().filter(|tenant| tenant.is_empty() || !tenant.bytes().all(fits)) {
            let message = "a tenant's name is made of small letters, digits, - and _".to_owned();
            self.say(Code::BadJob, tenant.place, message, "for example `acme`");
        }
        for (name, _) in self.spec.jobs.iter() {
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
        if self.is_doubtful(self.document.span(job.place.node)) {
            return;
        }
        let connections = self.document.get(self.document.root(), "connections").map(|node| self.document.span(node));
        let doubtful = connections.is_some_and(|span| self.is_doubtful(span));
        if job.mappings.is_empty() {
            self.say(Code::BadJob, name.place, format!("the job `{}` has no mappings", name.value), "name a mapping file");
        }
        match &job.from {
            Some(from) if !doubtful && !self.spec.connections.iter().any(|(known, _)| known.value == from.value) => {
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
        if let Some(since) = job.since.as_ref().filter(|since| since.parse::<Date>().is_err()) {
            let message = format!("`since` takes a day such as 2025-01-01; this is `{}`", since.value);
            self.say(Code::BadType, since.place, message, "write year, month and day");
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
        let To { file, format, sqlite, postgres, schema, table, scim, token, token_file, hrdc, key, key_file, deletes } =
            &job.to.value;
        if let Some(postgres) = postgres {
            self.address(postgres);
        }
        if let Some(token) = token.as_ref().filter(|token| variable(token).is_none()) {
            let help = "write `${SCIM_TOKEN}` and set that variable, or name a file under `token_file`";
            self.say(Code::SecretInFile, token.place, "a token stands in the file itself".to_owned(), help);
        }
        if let Some(key) = key.as_ref().filter(|key| variable(key).is_none()) {
            let help = "write `${ACTIVTRAK_API_KEY}` and set that variable, or name a file under `key_file`";
            self.say(Code::SecretInFile, key.place, "a key stands in the file itself".to_owned(), help);
        }
        if hrdc.is_some() {
            return self.hrdc(job);
        }
        if key.is_some() || key_file.is_some() {
            self.say(Code::BadJob, place, "a key belongs to `hrdc`".to_owned(), "take the key away");
        }
        if scim.is_some() {
            return self.scim(job);
        }
        if token.is_some() || token_file.is_some() {
            self.say(Code::BadJob, place, "a token belongs to `scim`".to_owned(), "take the key away");
        }
        if deletes.is_some_and(|deletes| !matches!(deletes, Deletes::Soft | Deletes::Hard)) {
            self.say(Code::BadJob, place, "`deletes` of a table is `soft` or `hard`".to_owned(), "the others belong to `scim`");
        }
        let database = match (file, sqlite, postgres) {
            (None, None, None) => {
                let help = "name a `file`, a file under `sqlite` or an address under `postgres` with a `table`, a server under `scim`, or a region under `hrdc`";
                return self.say(Code::BadJob, place, "`to` names no destination".to_owned(), help);
            }
            (Some(file), None, None) => {
                if job.to.file_format().is_none() {
                    let message = "what format has this file?".to_owned();
                    self.say(
                        Code::BadJob,
                        file.place,
                        message,
                        "add `format:` with `jsonl`, `json`, `csv`, `spreadsheet`, `parquet` or `ics`",
                    );
                }
                false
            }
            (None, Some(_), None) | (None, None, Some(_)) => true,
            _ => {
                let help = "make jobs of them, with the same mappings";
                return self.say(Code::BadJob, place, "`to` names several destinations".to_owned(), help);
            }
        };
        for (given, key) in [(table.is_some(), "table"), (deletes.is_some(), "deletes")] {
            if given && !database {
                let help = "a file is written whole; take the key away";
                self.say(Code::BadJob, place, format!("`{key}` belongs to a database"), help);
            }
        }
        if let Some(schema) = schema.as_ref().filter(|_| postgres.is_none()) {
            self.say(Code::BadJob, schema.place, "`schema` belongs to `postgres`".to_owned(), "take the key away");
        }
        if !database {
            return;
        }
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

    /// A SCIM server.
    fn scim(&mut self, job: &Job) {
        let place = job.to.place;
        let To { file, format, sqlite, postgres, schema, table, token, token_file, deletes, .. } = &job.to.value;
        if file.is_some() || sqlite.is_some() || postgres.is_some() {
            let help = "make two jobs of it, with the same mappings";
            self.say(Code::BadJob, place, "`to` names two destinations".to_owned(), help);
        }
        if format.is_some() || table.is_some() || schema.is_some() {
            let message = "`format` belongs to a file, and `table` and `schema` to a database".to_owned();
            self.say(Code::BadJob, place, message, "take the key away");
        }
        match (token, token_file) {
            (None, None) => {
                let help = "add `token: ${SCIM_TOKEN}`, or name a file under `token_file`";
                self.say(Code::BadJob, place, "`to` names no token".to_owned(), help);
            }
            (Some(_), Some(_)) => {
                self.say(Code::BadJob, place, "`to` names two tokens".to_owned(), "keep `token` or `token_file`");
            }
            _ => {}
        }
        if matches!(deletes, Some(Deletes::Soft | Deletes::Hard)) {
            let help = "`deactivate`, `delete`, `keep`, or for ActivTrak `untrack`";
            self.say(Code::BadJob, place, "`soft` and `hard` belong to a table".to_owned(), help);
        }
        if let [_, second, ..] = &job.mappings[..] {
            let help = "make a job of each";
            self.say(Code::BadJob, second.place, "a SCIM server takes the rows of one mapping".to_owned(), help);
        }
    }

    /// ActivTrak's HR Data Connector.
    fn hrdc(&mut self, job: &Job) {
        let place = job.to.place;
        let To { file, format, sqlite, postgres, schema, table, scim, token, token_file, hrdc, key, key_file, deletes } =
            &job.to.value;
        if file.is_some() || sqlite.is_some() || postgres.is_some() || scim.is_some() {
            let help = "make two jobs of it, with the same mappings";
            self.say(Code::BadJob, place, "`to` names two destinations".to_owned(), help);
        }
        if format.is_some() || table.is_some() || schema.is_some() {
            let message = "`format` belongs to a file, and `table` and `schema` to a database".to_owned();
            self.say(Code::BadJob, place, message, "take the key away");
        }
        if token.is_some() || token_file.is_some() {
            let help = "write `key` or `key_file`: the connector has an API key";
            self.say(Code::BadJob, place, "a token belongs to `scim`".to_owned(), help);
        }
        match (key, key_file) {
            (None, None) => {
                let help = "add `key: ${ACTIVTRAK_API_KEY}`, or name a file under `key_file`";
                self.say(Code::BadJob, place, "`to` names no key".to_owned(), help);
            }
            (Some(_), Some(_)) => {
                self.say(Code::BadJob, place, "`to` names two keys".to_owned(), "keep `key` or `key_file`");
            }
            _ => {}
        }
        if deletes.is_some() {
            let message = "the connector can't be told of `deletes`: who is gone is only missing from the file".to_owned();
            let help = "the mapping's own fields, such as `track`, say what becomes of people; take the key away";
            self.say(Code::BadJob, place, message, help);
        }
        let Some(hrdc) = hrdc else { return };
        let is_address = variable(hrdc).is_some() || hrdc.contains("://");
        if !is_address && !REGIONS.iter().any(|(region, _)| *region == hrdc.value) {
            let regions = REGIONS.map(|(region, _)| region);
            let help = format!("the regions are {}; or write an address such as {}", regions.join(", "), REGIONS[0].1);
            self.say(Code::BadJob, hrdc.place, "`hrdc` takes a region of ActivTrak or an address".to_owned(), help);
        } else if hrdc.contains("/hrdc") {
            let help = format!("for example {}", REGIONS[0].1);
            self.say(Code::BadJob, hrdc.place, "the address goes up to the host, without `/hrdc/v2/bulk`".to_owned(), help);
        }
    }

    /// Two jobs that write to one place would take each other's rows for leavers.
    fn destinations(&mut self) {
        let place = |to: &To| match (&to.file, &to.sqlite, &to.postgres, &to.table) {
            _ if to.scim.is_some() => {
                let scim = to.scim.as_ref()?;
                Some((scim.value.trim_end_matches('/').to_lowercase(), String::new(), String::new()))
            }
            // One address has as many accounts as there are keys.
            _ if to.hrdc.is_some() => {
                let address = to.hrdc_address()?.trim_end_matches('/').to_lowercase();
                Some((address, to.key_from().to_owned(), String::new()))
            }
            (Some(file), ..) => Some((file.value.clone(), String::new(), String::new())),
            (None, Some(sqlite), _, Some(table)) => Some((sqlite.value.clone(), String::new(), table.to_lowercase())),
            (None, None, Some(address), Some(table)) => {
                let schema = to.schema.as_ref().map_or_else(String::new, |schema| schema.value.clone());
                Some((address.value.clone(), schema, table.value.clone()))
            }
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
            "parquet" => Some(Self::Parquet),
            "ics" => Some(Self::Ics),
            _ => None,
        }
    }
}
