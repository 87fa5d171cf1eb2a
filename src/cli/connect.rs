//! From flags to sources and sinks: the only file that names concrete ones.

use super::Usage;
use crate::catalog::resource::{self, Resource};
use crate::mapping::Mapping;
use crate::mapping::compiled::Join;
use crate::source::spool::Spool;
use crate::source::{FileSource, Source};
use anyhow::Context;
use clap::builder::NonEmptyStringValueParser;
use std::path::{Path, PathBuf};

/// Stands for the standard input.
const STDIN: &str = "-";

/// Recorded records.
#[derive(Debug, clap::Args)]
pub struct RecordsArgs {
    /// Records as HiBob sends them, as a JSON array or as JSON Lines; `-` is standard input. `NAME=FILE` gives a joined set,
    /// such as hibob.people=people.json
    #[arg(long, required = true, value_name = "[NAME=]FILE", value_parser = NonEmptyStringValueParser::new())]
    records: Vec<String>,
}

/// Where each kind of record comes from.
pub struct Records {
    main: PathBuf,
    named: Vec<(&'static Resource, PathBuf)>,
    /// Standard input, kept when it must be read more than once.
    spool: Option<Spool>,
    source: &'static Resource,
}

impl RecordsArgs {
    /// Sorts the flags out for `mapping`.
    ///
    /// # Errors
    /// Files that are missing, double or for nothing.
    pub fn connect(&self, mapping: &Mapping) -> anyhow::Result<Records> {
        let mut main = None;
        let mut named: Vec<(&'static Resource, PathBuf)> = Vec::new();
        for given in &self.records {
            if given.contains("://") {
                return refuse(format!("--records {given}: records are read from files; fetch this address into one first"));
            }
            let (resource, path) = match named_resource(given)? {
                Some((resource, path)) if resource != mapping.source => (Some(resource), path),
                Some((_, path)) => (None, path),
                None => (None, given.as_str()),
            };
            let path = PathBuf::from(path);
            match resource {
                None if main.is_some() => {
                    let other = mapping.joins.iter().find(|join| join.with != mapping.source);
                    let hint = other.map_or_else(
                        || "one file is read".to_owned(),
                        |join| format!("write --records {}=FILE for the joined records", join.with.name),
                    );
                    return refuse(format!("--records gives {} twice: {hint}", mapping.source.name));
                }
                None => main = Some(path),
                Some(resource) if named.iter().any(|(known, _)| *known == resource) => {
                    return refuse(format!("--records gives {} twice: one file of each", resource.name));
                }
                Some(resource) if !mapping.joins.iter().any(|join| join.with == resource) => {
                    return refuse(format!(
                        "--records gives {}, and `{}` reads {}: no join of it looks among the others",
                        resource.name, mapping.name, mapping.source.name
                    ));
                }
                Some(resource) => named.push((resource, path)),
            }
        }
        let Some(main) = main else {
            return refuse(format!("`{}` reads {}: give them with --records FILE as well", mapping.name, mapping.source.name));
        };
        for join in &mapping.joins {
            if join.with != mapping.source && !named.iter().any(|(known, _)| *known == join.with) {
                return refuse(format!(
                    "the join `{}` looks among {}: give them with --records {}=FILE as well",
                    join.name, join.with.name, join.with.name
                ));
            }
        }
        let inputs: Vec<&Path> = named.iter().map(|(_, path)| path.as_path()).chain([main.as_path()]).collect();
        if inputs.iter().filter(|path| path.as_os_str() == STDIN).count() > 1 {
            return refuse("standard input (-) can be read for one --records only".to_owned());
        }
        let joins_itself = mapping.joins.iter().filter(|join| join.with == mapping.source).count();
        let joins_of_stdin = named
            .iter()
            .filter(|(_, path)| path.as_os_str() == STDIN)
            .flat_map(|(resource, _)| mapping.joins.iter().filter(move |join| join.with == *resource))
            .count();
        let twice = main.as_os_str() == STDIN && joins_itself > 0 || joins_of_stdin > 1;
        let spool = if twice { Some(Spool::of(std::io::stdin().lock()).context("standard input")?) } else { None };
        Ok(Records { main, named, spool, source: mapping.source })
    }
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
    /// The mapping's own records.
    pub fn main(&self) -> anyhow::Result<Box<dyn Source>> {
        self.open(&self.main, self.source)
    }

    /// The records that a join looks among.
    pub fn joined(&self, join: &Join) -> anyhow::Result<Box<dyn Source>> {
        let path = self.named.iter().find(|(resource, _)| *resource == join.with).map_or(&self.main, |(_, path)| path);
        self.open(path, join.with)
    }

    fn open(&self, path: &Path, resource: &'static Resource) -> anyhow::Result<Box<dyn Source>> {
        if let (Some(spool), true) = (&self.spool, path.as_os_str() == STDIN) {
            let reader = spool.open();
            return Ok(Box::new(FileSource::new("standard input".to_owned(), Box::new(reader), Some(spool.length()), resource)));
        }
        Ok(Box::new(FileSource::open(path, resource)?))
    }

    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.named.iter().map(|(_, path)| path.as_path()).chain([self.main.as_path()]).filter(|path| path.as_os_str() != STDIN)
    }
}
