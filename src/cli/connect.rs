//! From flags to sources and sinks: the only file that names concrete ones.

use super::Usage;
use super::live::HibobArgs;
use super::time_off::{self, TimeOffArgs};
use super::zones::ZoneArgs;
use crate::catalog::Catalog;
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::{self, Resource};
use crate::job::spec::{Connection, Job};
use crate::mapping::Mapping;
use crate::mapping::compiled::Join;
use crate::mapping::document::At;
use crate::mapping::requests::requests;
use crate::mapping::time_off::reads;
use crate::source::hibob::Hibob;
use crate::source::spool::{Kept, Spool};
use crate::source::time_off::{Form, Requests, Veiled};
use crate::source::{FileSource, Source};
use crate::time_off::Reads;
use anyhow::Context;
use clap::builder::NonEmptyStringValueParser;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// Stands for the standard input.
const STDIN: &str = "-";

const PEOPLE: &str = "hibob.people";
const REQUESTS: &str = "hibob.time_off_requests";
const CHANGES: &str = "hibob.time_off_changes";
const BALANCES: &str = "hibob.time_off_balances";

/// Where records come from.
#[derive(Debug, Clone, clap::Args)]
pub struct RecordsArgs {
    /// Records as HiBob sends them, as a JSON array or as JSON Lines; `-` is standard input. `NAME=FILE` gives a joined set,
    /// such as hibob.people=people.json; of hibob.time_off_changes=FILE requests for time off are made
    #[arg(long, value_name = "[NAME=]FILE", value_parser = NonEmptyStringValueParser::new())]
    records: Vec<String>,
    /// Read from HiBob what --records does not give
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    hibob: HibobArgs,
    #[command(flatten)]
    time_off: TimeOffArgs,
    #[command(flatten)]
    zones: ZoneArgs,
    /// A policy type whose name everybody may see, for balances and absences of which HiBob does not say; may be given again
    #[arg(long, help_heading = "Time off", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    public_policy_type: Vec<String>,
}

/// Where each kind of record comes from.
pub struct Records {
    source: &'static Resource,
    inputs: Vec<Given>,
    hibob: Option<Hibob>,
    zones: ZoneArgs,
    public_types: Vec<String>,
    /// What is read of requests for time off that is computed.
    reads: Reads,
    /// Employees are read for themselves, not only to complete requests.
    reads_people: bool,
}

/// Where one kind of record comes from.
struct Given {
    resource: &'static Resource,
    /// What it is made of: requests for time off are made of what happened to them.
    of: &'static Resource,
    input: Input,
}

enum Input {
    File(PathBuf),
    /// Standard input, kept where it must be read more than once.
    Stdin(Option<Spool>),
    Live(Request),
    /// Records made of answers of HiBob's, kept because they must be read more than once.
    Kept(Kept),
}

impl RecordsArgs {
    /// Takes what a job says of its records, unless flags say otherwise. Relative paths begin at `folder`.
    ///
    /// # Errors
    /// A variable that the connection names is not set.
    pub fn take(&mut self, job: &Job, connection: Option<&Connection>, folder: &Path) -> anyhow::Result<()> {
        if let Some(since) = &job.since {
            self.time_off.take_since(since).map_err(Usage)?;
        }
        if !self.records.is_empty() || self.live {
            return Ok(());
        }
        let file = |(source, path): &(At<String>, At<String>)| format!("{}={}", source.value, folder.join(&path.value).display());
        self.records = job.records.iter().map(file).collect();
        if let Some(connection) = connection {
            self.live = true;
            self.hibob.take(connection, folder)?;
        }
        Ok(())
    }

    /// Reads from a moment on that is remembered, unless a flag or the job says another. Returns whether it does.
    pub fn remember_since(&mut self, since: Timestamp) -> bool {
        self.time_off.remember_since(since)
    }

    /// Whether it is said or remembered from when on is read.
    pub fn says_since(&self) -> bool {
        self.time_off.says_since()
    }

    /// The connection that the records come from; `None` where all of them come from files.
    ///
    /// # Errors
    /// There are no records, or no credentials, or the flags contradict one another.
    pub fn hibob(&self) -> anyhow::Result<Option<Hibob>> {
        if !self.live && self.records.is_empty() {
            return refuse("there are no records: give --records FILE, or --live to read them from HiBob".to_owned());
        }
        self.live.then(|| self.hibob.connect_for(self.time_off.settings(time_off::usual())?)).transpose()
    }

    /// Sorts the flags out for `mappings`, which read the same source. What no file gives comes from `hibob`.
    ///
    /// # Errors
    /// Files that are missing, double or for nothing; paths that Bob can't be asked for.
    pub fn connect(&self, mappings: &[&Mapping], catalog: &Catalog, hibob: Option<Hibob>) -> anyhow::Result<Records> {
        self.connected(Also::default(), mappings, catalog, hibob)
    }

    /// As [`RecordsArgs::connect`], but the mappings may read sources of their own, and each is run by itself.
    pub fn connect_each(&self, mappings: &[&Mapping], catalog: &Catalog, hibob: Option<Hibob>) -> anyhow::Result<Records> {
        self.connected(Also { each: true, ..Also::default() }, mappings, catalog, hibob)
    }

    /// As [`RecordsArgs::connect`], but HiBob is asked for these fields of the mappings' own records, too.
    pub fn connect_also_for(
        &self,
        fields: &[String],
        mappings: &[&Mapping],
        catalog: &Catalog,
        hibob: Option<Hibob>,
    ) -> anyhow::Result<Records> {
        self.connected(Also { fields, ..Also::default() }, mappings, catalog, hibob)
    }

    /// As [`RecordsArgs::connect`], but HiBob is asked for these fields of all employees, joined ones too, with labels; and all
    /// records can be read as often as they are needed.
    pub fn connect_whole(
        &self,
        fields: &[String],
        mapping: &Mapping,
        catalog: &Catalog,
        hibob: Option<Hibob>,
    ) -> anyhow::Result<Records> {
        self.connected(Also { fields, whole: true, each: false }, &[mapping], catalog, hibob)
    }

    fn connected(
        &self,
        also: Also<'_>,
        mappings: &[&Mapping],
        catalog: &Catalog,
        hibob: Option<Hibob>,
    ) -> anyhow::Result<Records> {
        let mapping = mappings.first().expect("a command runs at least one mapping");
        let joins = || mappings.iter().flat_map(|mapping| &mapping.joins);
        let reads = reads(mappings);
        let mut inputs = self.files(mappings, &joins().map(|join| join.with).collect::<Vec<_>>(), reads)?;
        let missing = |resource| !inputs.iter().any(|given: &Given| given.resource == resource);
        if hibob.is_some() {
            let mut live: Vec<Request> =
                requests(mappings, catalog)?.into_iter().filter(|request| missing(request.resource)).collect();
            if live.is_empty() {
                return refuse("--records gives all that is read: leave out --live".to_owned());
            }
            let wanted = |resource: &Resource| *resource == *mapping.source || also.whole;
            for request in live.iter_mut().filter(|request| request.resource.name == PEOPLE && wanted(request.resource)) {
                request.human_readable |= also.whole;
                let new = also.fields.iter().filter(|id| *id != "root.id" && !request.fields.contains(id));
                request.fields.extend(new.cloned().collect::<Vec<_>>());
            }
            if let (Some(field), Some(people)) =
                (self.zones.field(), live.iter_mut().find(|request| request.resource.name == PEOPLE && reads.moments))
            {
                people.fields.push(field.to_owned());
            }
            inputs.extend(live.into_iter().map(|request| {
                let (resource, of) = (request.resource, made_of(request.resource));
                Given { resource, of, input: Input::Live(Request { resource: of, ..request }) }
            }));
        } else if let Some(reads) = mappings.iter().find(|mapping| missing(mapping.source)) {
            let name = if reads.source == mapping.source { String::new() } else { format!("{}=", reads.source.name) };
            let (mapping, source) = (&reads.name, reads.source.name);
            return refuse(format!("`{mapping}` reads {source}: give them with --records {name}FILE as well"));
        } else if let Some(join) = joins().find(|join| missing(join.with)) {
            return refuse(format!(
                "the join `{}` looks among {}: give them with --records {}=FILE as well",
                join.name, join.with.name, join.with.name
            ));
        }
        let own = || mappings.iter().take(if also.each { mappings.len() } else { 1 });
        let uses = |name: &str| {
            joins().filter(|join| join.with.name == name).count() + own().filter(|mapping| mapping.source.name == name).count()
        };
        let mut records = Records {
            source: mapping.source,
            inputs,
            hibob,
            zones: self.zones.clone(),
            public_types: self.public_policy_type.clone(),
            reads,
            reads_people: uses(PEOPLE) > 0,
        };
        let facts = if reads == Reads::default() { 0 } else { uses(REQUESTS) };
        // Employees first: requests are kept as they come out with what is known of them.
        records.inputs.sort_by_key(|given| given.resource.name != PEOPLE);
        for at in 0..records.inputs.len() {
            let name = records.inputs[at].resource.name;
            if uses(name) + if name == PEOPLE { facts } else { 0 } > 1 || also.whole {
                records.keep(at)?;
            }
        }
        Ok(records)
    }

    fn files(&self, mappings: &[&Mapping], joined: &[&'static Resource], reads: Reads) -> anyhow::Result<Vec<Given>> {
        let mapping = mappings[0];
        let is_read = |resource: &Resource| {
            mappings.iter().any(|mapping| *mapping.source == *resource) || joined.iter().any(|joined| **joined == *resource)
        };
        let mut inputs: Vec<Given> = Vec::new();
        for given in &self.records {
            if given.contains("://") {
                return refuse(format!(
                    "--records {given}: records are read from files; `bobmap fetch` makes one, or give --live"
                ));
            }
            let (of, path) = named_resource(given)?.unwrap_or((mapping.source, given.as_str()));
            let requests = Resource::find(REQUESTS).filter(|requests| of.name == CHANGES && !is_read(of) && is_read(requests));
            let resource = requests.unwrap_or(of);
            let completes = resource.name == PEOPLE && reads != Reads::default();
            if !is_read(resource) && !completes {
                return refuse(format!(
                    "--records gives {}, and `{}` reads {}: no join of it looks among the others",
                    resource.name, mapping.name, mapping.source.name
                ));
            }
            if inputs.iter().any(|known| known.resource == resource) {
                let other = joined.iter().find(|joined| **joined != mapping.source);
                let hint = match other {
                    Some(other) if resource == mapping.source => {
                        format!("write --records {}=FILE for the joined records", other.name)
                    }
                    _ => "one file of each is read".to_owned(),
                };
                return refuse(format!("--records gives {} twice: {hint}", resource.name));
            }
            let input = if path == STDIN { Input::Stdin(None) } else { Input::File(PathBuf::from(path)) };
            inputs.push(Given { resource, of, input });
        }
        if inputs.iter().filter(|given| matches!(given.input, Input::Stdin(_))).count() > 1 {
            return refuse("standard input (-) can be read for one --records only".to_owned());
        }
        Ok(inputs)
    }
}

/// What HiBob is asked for besides what mappings read, and how often it is read.
#[derive(Default, Clone, Copy)]
struct Also<'a> {
    fields: &'a [String],
    /// Of joined employees, too, and with labels; everything is kept to be read again.
    whole: bool,
    /// Each mapping's records are read for it alone.
    each: bool,
}

/// `hibob.people=FILE`, taken apart. A file whose name has an `=` in it can be given as `./NAME`.
fn named_resource(given: &str) -> anyhow::Result<Option<(&'static Resource, &str)>> {
    let Some((name, path)) = given.split_once('=') else { return Ok(None) };
    if name.contains(['/', '\\']) || Path::new(given).exists() {
        return Ok(None);
    }
    match Resource::find(name) {
        Some(_) if path.is_empty() => refuse(format!("--records {given}: the name of the file is missing")),
        Some(resource) => Ok(Some((resource, path))),
        None => {
            let near = crate::value::text::nearest(name, resource::ALL.iter().map(|resource| resource.name));
            match near {
                Some(near) => refuse(format!("there is no source `{name}`: did you mean `{near}`?")),
                None => refuse(format!(
                    "there is no source `{name}`; the sources are {} (a file with = in its name is given as ./NAME)",
                    resource::ALL.iter().map(|resource| resource.name).collect::<Vec<_>>().join(", ")
                )),
            }
        }
    }
}

fn refuse<T>(message: String) -> anyhow::Result<T> {
    Err(Usage(message).into())
}

/// What HiBob is asked for to make these records.
pub fn made_of(resource: &'static Resource) -> &'static Resource {
    let changes = || Resource::find(CHANGES).expect("changes are a resource");
    if resource.name == REQUESTS { changes() } else { resource }
}

impl Records {
    /// The mapping's own records; no more than `limit` of them are asked for.
    pub fn main(&self, limit: Option<u64>) -> anyhow::Result<Box<dyn Source>> {
        self.open(self.source, limit.map_or(Selection::Everyone, Selection::First))
    }

    /// The records of one of several mappings.
    pub fn of(&self, mapping: &Mapping, limit: Option<u64>) -> anyhow::Result<Box<dyn Source>> {
        self.open(mapping.source, limit.map_or(Selection::Everyone, Selection::First))
    }

    /// The record with this id or e-mail address, where HiBob can be asked for it alone.
    pub fn one(&self, key: &str) -> anyhow::Result<Option<Box<dyn Source>>> {
        let live = matches!(self.given(self.source).input, Input::Live(_));
        let asked = live && self.source.name == PEOPLE && is_name(key);
        if asked { self.open(self.source, Selection::Employee(key.to_owned())).map(Some) } else { Ok(None) }
    }

    /// The records that a join looks among.
    pub fn joined(&self, join: &Join) -> anyhow::Result<Box<dyn Source>> {
        self.open(join.with, Selection::Everyone)
    }

    /// All employees, where the mapping reads or joins them.
    pub fn people(&self) -> anyhow::Result<Option<Box<dyn Source>>> {
        if self.reads_people { self.employees() } else { Ok(None) }
    }

    fn employees(&self) -> anyhow::Result<Option<Box<dyn Source>>> {
        let people = self.inputs.iter().map(|given| given.resource).find(|resource| resource.name == PEOPLE);
        people.map(|people| self.open(people, Selection::Everyone)).transpose()
    }

    fn given(&self, resource: &Resource) -> &Given {
        let given = self.inputs.iter().find(|given| *given.resource == *resource);
        given.expect("`connect` gives every resource of the mapping an input")
    }

    fn open(&self, resource: &'static Resource, selection: Selection) -> anyhow::Result<Box<dyn Source>> {
        let Given { resource, of, input } = self.given(resource);
        let records: Box<dyn Source> = match input {
            Input::File(path) => Box::new(FileSource::open(path, of)?),
            Input::Stdin(None) => Box::new(FileSource::open(Path::new(STDIN), of)?),
            Input::Stdin(Some(spool)) => {
                let name = "standard input".to_owned();
                Box::new(FileSource::new(name, Box::new(spool.open()), Some(spool.length()), of))
            }
            Input::Live(request) => {
                // The first changes say nothing of how their requests stand now.
                let selection = if of == resource { selection } else { Selection::Everyone };
                self.hibob.as_ref().expect("live inputs have a connection").source(request, selection)?
            }
            Input::Kept(kept) => return Ok(Box::new(kept.open())),
        };
        if resource.name == REQUESTS {
            let form = if of.name == CHANGES { Form::Changes } else { Form::AsTheyShow };
            let people = if self.reads == Reads::default() { None } else { self.employees()? };
            let requests = Requests::new(records, form, self.zones.facts(people)?, self.zones.settings(self.reads, true)?);
            return Ok(match (&self.hibob, input) {
                (Some(hibob), Input::Live(_)) => Box::new(requests.with_details(hibob.clone(), hibob.time_off().details)),
                _ => Box::new(requests),
            });
        }
        Ok(match resource.name {
            BALANCES => Box::new(Veiled::balances(records, self.public_types.clone())),
            "hibob.whos_out" | "hibob.out_today" => Box::new(Veiled::absences(records, self.public_types.clone())),
            _ if resource.is_time_off() => Box::new(Veiled::new(records)),
            _ => records,
        })
    }

    /// From when on what happened to requests is read, if HiBob is asked for that.
    pub fn changes_since(&self) -> Option<Timestamp> {
        let asked = |given: &Given| given.of.name == CHANGES && matches!(given.input, Input::Live(_) | Input::Kept(_));
        self.inputs.iter().any(asked).then(|| self.hibob.as_ref().map(|hibob| hibob.time_off().since)).flatten()
    }

    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(|given| match &given.input {
            Input::File(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// Makes what can be read once only readable again.
    fn keep(&mut self, at: usize) -> anyhow::Result<()> {
        let Given { resource, of: _, input } = &self.inputs[at];
        let kept = match input {
            Input::Stdin(None) => Input::Stdin(Some(Spool::of(std::io::stdin().lock()).context("standard input")?)),
            Input::Live(_) => Input::Kept(Kept::of(self.open(resource, Selection::Everyone)?, resource)?),
            _ => return Ok(()),
        };
        self.inputs[at].input = kept;
        Ok(())
    }
}

/// Whether HiBob can be asked for one employee by this text: it is an id of Bob's or an e-mail address.
fn is_name(key: &str) -> bool {
    key.contains('@') || key.len() > 12 && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// The records of a file as they are; `-` is standard input.
pub fn recorded(path: &Path, resource: &'static Resource) -> anyhow::Result<Box<dyn Source>> {
    Ok(Box::new(FileSource::open(path, resource)?))
}
