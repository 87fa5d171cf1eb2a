//! From flags to sources and sinks: the only file that names concrete ones.

use super::load::shown;
use crate::catalog::resource::{self, Resource};
use crate::mapping::Mapping;
use crate::mapping::compiled::Join;
use crate::source::spool::Spool;
use crate::source::{FileSource, Source};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// Recorded records.
#[derive(Debug, clap::Args)]
pub struct RecordsArgs {
    /// Records as HiBob sends them, as a JSON array or as JSON Lines; `-` is standard input. `NAME=FILE` gives a joined set,
    /// such as hibob.people=people.json
    #[arg(long, required = true, value_name = "[NAME=]FILE")]
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
            let (resource, path) = match named_resource(given)? {
                Some((resource, path)) if resource != mapping.source => (Some(resource), path),
                Some((_, path)) => (None, path),
                None => (None, given.as_str()),
            };
            let path = PathBuf::from(path);
            match resource {
                None if main.is_some() => bail!("--records gives {} twice", mapping.source.name),
                None => main = Some(path),
                Some(resource) if named.iter().any(|(known, _)| *known == resource) => {
                    bail!("--records gives {} twice", resource.name)
                }
                Some(resource) if !mapping.joins.iter().any(|join| join.with == resource) => {
                    bail!("--records gives {}, and no join of `{}` looks among its records", resource.name, mapping.name)
                }
                Some(resource) => named.push((resource, path)),
            }
        }
        let Some(main) = main else { bail!("--records gives no {}: the mapping reads it", mapping.source.name) };
        for join in &mapping.joins {
            if join.with != mapping.source && !named.iter().any(|(known, _)| *known == join.with) {
                bail!("the join `{}` looks among {}: give it with --records {}=FILE", join.name, join.with.name, join.with.name);
            }
        }
        let inputs: Vec<&Path> = named.iter().map(|(_, path)| path.as_path()).chain([main.as_path()]).collect();
        if inputs.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
            bail!("standard input can be given once");
        }
        let joins_itself = mapping.joins.iter().filter(|join| join.with == mapping.source).count();
        let joins_of_stdin = named
            .iter()
            .filter(|(_, path)| path.as_os_str() == "-")
            .flat_map(|(resource, _)| mapping.joins.iter().filter(move |join| join.with == *resource))
            .count();
        let twice = main.as_os_str() == "-" && joins_itself > 0 || joins_of_stdin > 1;
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
        Some(resource) => Ok(Some((resource, path))),
        None => {
            let near = crate::value::text::nearest(name, resource::ALL.iter().map(|resource| resource.name));
            match near {
                Some(near) => bail!("there is no source `{name}`: did you mean `{near}`?"),
                None => bail!("there is no source `{name}`; `bobmap help records` lists them"),
            }
        }
    }
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
        if let (Some(spool), true) = (&self.spool, path.as_os_str() == "-") {
            let reader = spool.open();
            return Ok(Box::new(FileSource::new("standard input".to_owned(), Box::new(reader), Some(spool.length()), resource)));
        }
        Ok(Box::new(FileSource::open(path, resource)?))
    }

    /// Whether the output would overwrite what is being read.
    pub fn refuse_overwriting(&self, out: &Path) -> anyhow::Result<()> {
        let same = |path: &Path| {
            path.as_os_str() != "-"
                && std::fs::canonicalize(path).is_ok_and(|path| std::fs::canonicalize(out).is_ok_and(|out| out == path))
        };
        match self.named.iter().map(|(_, path)| path).chain([&self.main]).find(|path| same(path)) {
            Some(path) => bail!("{} is read in this run; write to another file", shown(path)),
            None => Ok(()),
        }
    }
}
