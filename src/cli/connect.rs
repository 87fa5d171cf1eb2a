//! From flags to sources and sinks: the only file that names concrete ones.

use super::Usage;
use super::live::HibobArgs;
use crate::catalog::Catalog;
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::{self, Resource};
use crate::mapping::Mapping;
use crate::mapping::compiled::Join;
use crate::mapping::requests::requests;
use crate::source::hibob::Hibob;
use crate::source::spool::{Kept, Spool};
use crate::source::{FileSource, Source};
use anyhow::Context;
use clap::builder::NonEmptyStringValueParser;
use std::path::{Path, PathBuf};

/// Stands for the standard input.
const STDIN: &str = "-";

const PEOPLE: &str = "hibob.people";

/// Where records come from.
#[derive(Debug, clap::Args)]
pub struct RecordsArgs {
    /// Records as HiBob sends them, as a JSON array or as JSON Lines; `-` is standard input. `NAME=FILE` gives a joined set,
    /// such as hibob.people=people.json
    #[arg(long, value_name = "[NAME=]FILE", value_parser = NonEmptyStringValueParser::new())]
    records: Vec<String>,
    /// Read from HiBob what --records does not give
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    hibob: HibobArgs,
}

/// Where each kind of record comes from.
pub struct Records {
    source: &'static Resource,
    inputs: Vec<(&'static Resource, Input)>,
    hibob: Option<Hibob>,
}

enum Input {
    File(PathBuf),
    /// Standard input, kept where it must be read more than once.
    Stdin(Option<Spool>),
    Live(Request),
    /// Answers of HiBob's, kept because they must be read more than once.
    Kept(Kept),
}

impl RecordsArgs {
    /// The connection that the records come from; `None` where all of them come from files.
    ///
    /// # Errors
    /// There are no records, or no credentials, or the flags contradict one another.
    pub fn hibob(&self) -> anyhow::Result<Option<Hibob>> {
        if !self.live && self.records.is_empty() {
            return refuse("there are no records: give --records FILE, or --live to read them from HiBob".to_owned());
        }
        self.live.then(|| self.hibob.connect()).transpose()
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
        let mut inputs = self.files(mappings, &joins().map(|join| join.with).collect::<Vec<_>>())?;
        let missing = |resource| !inputs.iter().any(|(known, _)| *known == resource);
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
            inputs.extend(live.into_iter().map(|request| (request.resource, Input::Live(request))));
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
        for (resource, input) in &mut inputs {
            let joined = joins().filter(|join| join.with == *resource).count();
            let own = mappings.iter().take(if also.each { mappings.len() } else { 1 });
            if joined + own.filter(|mapping| mapping.source == *resource).count() > 1 || also.whole {
                input.keep(hibob.as_ref())?;
            }
        }
        Ok(Records { source: mapping.source, inputs, hibob })
    }

    fn files(&self, mappings: &[&Mapping], joined: &[&'static Resource]) -> anyhow::Result<Vec<(&'static Resource, Input)>> {
        let mapping = mappings[0];
        let mut inputs: Vec<(&'static Resource, Input)> = Vec::new();
        for given in &self.records {
            if given.contains("://") {
                return refuse(format!(
                    "--records {given}: records are read from files; `bobmap fetch` makes one, or give --live"
                ));
            }
            let (resource, path) = named_resource(given)?.unwrap_or((mapping.source, given.as_str()));
            if !mappings.iter().any(|mapping| mapping.source == resource) && !joined.contains(&resource) {
                return refuse(format!(
                    "--records gives {}, and `{}` reads {}: no join of it looks among the others",
                    resource.name, mapping.name, mapping.source.name
                ));
            }
            if inputs.iter().any(|(known, _)| *known == resource) {
                let other = joined.iter().find(|joined| **joined != mapping.source);
                let hint = match other {
                    Some(other) if resource == mapping.source => {
                        format!("write --records {}=FILE for the joined records", other.name)
                    }
                    _ => "one file of each is read".to_owned(),
                };
                return refuse(format!("--records gives {} twice: {hint}", resource.name));
            }
            inputs.push((resource, if path == STDIN { Input::Stdin(None) } else { Input::File(PathBuf::from(path)) }));
        }
        if inputs.iter().filter(|(_, input)| matches!(input, Input::Stdin(_))).count() > 1 {
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
        let asked = matches!(self.input(self.source), Input::Live(_)) && self.source.name == PEOPLE && is_name(key);
        if asked { self.open(self.source, Selection::Employee(key.to_owned())).map(Some) } else { Ok(None) }
    }

    /// The records that a join looks among.
    pub fn joined(&self, join: &Join) -> anyhow::Result<Box<dyn Source>> {
        self.open(join.with, Selection::Everyone)
    }

    /// All employees, where the mapping reads or joins them.
    pub fn people(&self) -> anyhow::Result<Option<Box<dyn Source>>> {
        let people = self.inputs.iter().map(|(resource, _)| *resource).find(|resource| resource.name == PEOPLE);
        people.map(|people| self.open(people, Selection::Everyone)).transpose()
    }

    fn input(&self, resource: &Resource) -> &Input {
        let input = self.inputs.iter().find(|(known, _)| *known == resource);
        &input.expect("`connect` gives every resource of the mapping an input").1
    }

    fn open(&self, resource: &'static Resource, selection: Selection) -> anyhow::Result<Box<dyn Source>> {
        Ok(match self.input(resource) {
            Input::File(path) => Box::new(FileSource::open(path, resource)?),
            Input::Stdin(None) => Box::new(FileSource::open(Path::new(STDIN), resource)?),
            Input::Stdin(Some(spool)) => {
                let name = "standard input".to_owned();
                Box::new(FileSource::new(name, Box::new(spool.open()), Some(spool.length()), resource))
            }
            Input::Live(request) => self.hibob.as_ref().expect("live inputs have a connection").source(request, selection)?,
            Input::Kept(kept) => Box::new(kept.open()),
        })
    }

    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(|(_, input)| match input {
            Input::File(path) => Some(path.as_path()),
            _ => None,
        })
    }
}

impl Input {
    /// Makes what can be read once only readable again.
    fn keep(&mut self, hibob: Option<&Hibob>) -> anyhow::Result<()> {
        match (&*self, hibob) {
            (Input::Stdin(None), _) => {
                *self = Input::Stdin(Some(Spool::of(std::io::stdin().lock()).context("standard input")?));
            }
            (Input::Live(request), Some(hibob)) => {
                let source = hibob.source(request, Selection::Everyone)?;
                *self = Input::Kept(Kept::of(source, request.resource)?);
            }
            _ => {}
        }
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
