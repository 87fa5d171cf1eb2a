//! `bobmap requests`

use super::load::{self, CatalogArgs};
use super::time_off::{self, TimeOffArgs};
use super::{Exit, Usage};
use crate::catalog::request::Request;
use crate::mapping::Mapping;
use crate::mapping::requests::requests;
use crate::report::requests::{Asked, Requests as Answer};
use crate::source::hibob::plan;
use clap::ValueEnum;
use std::path::PathBuf;

/// Show what a run with --live would ask HiBob for, call by call, without a network
#[derive(Debug, clap::Args)]
pub struct Requests {
    /// The mapping that runs, then files that it uses or extends and overlays of them
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    /// Another mapping of these files, by its name, that runs as well, as in a dry run
    #[arg(long, value_name = "NAME")]
    and: Vec<String>,
    /// Employees in one call
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = super::live::within(1, 1000))]
    batch: u64,
    /// Reckon the calls for a company of so many employees
    #[arg(long, value_name = "N", default_value_t = 1000)]
    employees: u64,
    /// How to print it
    #[arg(long, value_enum, default_value_t = RequestsFormat::Text)]
    format: RequestsFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
    #[command(flatten)]
    time_off: TimeOffArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RequestsFormat {
    Text,
    Json,
}

impl Requests {
    pub fn run(self) -> anyhow::Result<Exit> {
        let mut loaded = load::load(&self.mappings, &self.catalog)?;
        loaded.run_beside(&self.and)?;
        loaded.ask_live();
        let Some(mappings) = loaded.mappings()? else { return Ok(Exit::Findings) };
        let mut asked = loaded.catalog_requests(&mappings);
        let running: Vec<&Mapping> = mappings.iter().collect();
        asked.extend(requests(&running, &loaded.catalog).map_err(|error| Usage(error.to_string()))?);
        let time_off = self.time_off.settings(time_off::usual())?;
        let planned = |request: Request| -> anyhow::Result<Asked> {
            Ok(Asked { calls: plan(&request, self.batch as usize, &time_off)?, request })
        };
        let asked = asked.into_iter().map(planned).collect::<Result<_, _>>()?;
        let answer =
            Answer { mappings: mappings.into_iter().map(|mapping| mapping.name).collect(), employees: self.employees, asked };
        super::print(&match self.format {
            RequestsFormat::Text => answer.text(),
            RequestsFormat::Json => format!("{:#}", answer.json()),
        })?;
        Ok(Exit::Clean)
    }
}
