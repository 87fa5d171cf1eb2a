//! The jobs file as it is written. Serde reads it, schemars makes `schemas/jobs.schema.json` of it.

use crate::mapping::document::{At, Many};
use crate::mapping::spec::{Entries, Short, one_or_many};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is synced to where, and when a sync must not go on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "bobmap jobs file")]
pub struct JobsSpec {
    /// Where bobmap remembers its runs and what it wrote: a SQLite file, or a PostgreSQL database that several machines share. Beside
    /// the jobs file if nothing is said: `.bobmap/state.sqlite`.
    #[serde(default)]
    #[schemars(with = "Short<StateSpec>", example = &".bobmap/state.sqlite", example = serde_json::json!({ "postgres": "${DATABASE_URL}" }))]
    pub state: Option<At<Short<StateSpec>>>,
    /// Whose jobs these are, by a name of yours, where several jobs files share one state: jobs of one name are told apart by it.
    #[serde(default)]
    #[schemars(with = "String", example = &"acme")]
    pub tenant: Option<At<String>>,
    /// Accounts of HiBob, by names of yours.
    #[serde(default)]
    #[schemars(with = "Entries<Connection>")]
    pub connections: Entries<Connection>,
    /// The jobs, by names of yours: `bobmap sync NAME`.
    #[schemars(with = "Entries<Job>")]
    pub jobs: Entries<Job>,
}

/// A state: the name of a SQLite file, or a PostgreSQL database.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub struct StateSpec {
    #[serde(skip)]
    pub file: String,
    /// The address of a PostgreSQL database: `${NAME}` of the environment, for a password never stands in the file itself.
    #[schemars(with = "String", example = &"${DATABASE_URL}")]
    pub postgres: Option<At<String>>,
    /// The schema of the state, which nothing else uses; `bobmap_state` if nothing is said. It is made.
    #[schemars(with = "String", example = &"bobmap_state")]
    pub schema: Option<At<String>>,
}

impl From<&str> for StateSpec {
    fn from(file: &str) -> Self {
        StateSpec { file: file.to_owned(), ..StateSpec::default() }
    }
}

/// How to reach HiBob. What is left out is taken from the environment, as elsewhere: BOB_SERVICE_USER_ID and the rest.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Connection {
    /// Which HiBob to call: `production` or `sandbox`.
    #[schemars(with = "String")]
    pub environment: Option<At<String>>,
    /// Another address of HiBob's API, such as that of `bobmap sandbox`.
    #[schemars(with = "String")]
    pub base_url: Option<At<String>>,
    /// The service user's id: `${NAME}` of the environment.
    #[schemars(with = "String", example = &"${BOB_SERVICE_USER_ID}")]
    pub service_user_id: Option<At<String>>,
    /// The service user's token: `${NAME}` of the environment, never the token itself.
    #[schemars(with = "String", example = &"${BOB_SERVICE_USER_TOKEN}")]
    pub service_user_token: Option<At<String>>,
    /// A file that holds the service user's id.
    #[schemars(with = "String")]
    pub service_user_id_file: Option<At<String>>,
    /// A file that holds the service user's token, and that only its owner can read.
    #[schemars(with = "String")]
    pub service_user_token_file: Option<At<String>>,
    /// A command that answers with id and token, as git's and docker's credential helpers do.
    #[schemars(with = "String")]
    pub credentials_command: Option<At<String>>,
}

/// What one sync does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The mapping files that run; several write into one file, one behind the other.
    #[schemars(schema_with = "one_or_many::<String>", example = vec!["mappings/activtrak/hris.yaml", "mappings/activtrak/hris_people.yaml"])]
    pub mappings: Many<String>,
    /// Files that they use or extend, and overlays of them.
    #[serde(default)]
    #[schemars(with = "Vec<String>", example = vec!["overlays/our_company.yaml"])]
    pub with: Vec<At<String>>,
    /// The connection that records are read from.
    #[serde(default)]
    #[schemars(with = "String", example = &"bob")]
    pub from: Option<At<String>>,
    /// Files that records are read from instead, by source.
    #[serde(default)]
    #[schemars(with = "Entries<String>", example = serde_json::json!({ "hibob.people": "people.jsonl" }))]
    pub records: Entries<String>,
    /// Requests for time off are read from what happened since this day, as `2025-01-01`. Without it they are read from six months
    /// before the first sync on.
    #[serde(default)]
    #[schemars(with = "String", example = &"2025-01-01")]
    pub since: Option<At<String>>,
    /// Where the rows go.
    #[schemars(with = "To")]
    pub to: At<To>,
    /// When a plan is not applied before somebody has looked at it.
    #[serde(default)]
    pub guard: Guard,
    /// Your company's own catalog of fields, or HiBob's field metadata as JSON.
    #[serde(default)]
    #[schemars(with = "String")]
    pub catalog: Option<At<String>>,
}

/// A destination: `file`, `sqlite` or `postgres` with `table`, `scim` with a token, or `hrdc` with a key.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct To {
    /// A file that appears whole or not at all, readable by its owner alone.
    #[schemars(with = "String", example = &"out/HRIS.csv")]
    pub file: Option<At<String>>,
    /// How the file is written; told by its ending if nothing is said.
    #[schemars(with = "FileFormat")]
    pub format: Option<FileFormat>,
    /// A SQLite file.
    #[schemars(with = "String", example = &"people.sqlite")]
    pub sqlite: Option<At<String>>,
    /// The address of a PostgreSQL database: `${NAME}` of the environment, for a password never stands in the file itself.
    #[schemars(with = "String", example = &"${DATABASE_URL}")]
    pub postgres: Option<At<String>>,
    /// The schema of the table in PostgreSQL; that in which the user's tables are made if nothing is said.
    #[schemars(with = "String", example = &"hr")]
    pub schema: Option<At<String>>,
    /// The table of the database. It is made, and belongs to this job.
    #[schemars(with = "String", example = &"people")]
    pub table: Option<At<String>>,
    /// The address of a SCIM 2.0 server, up to its version.
    #[schemars(with = "String", example = &"https://api.activtrak.com/scim/v1")]
    pub scim: Option<At<String>>,
    /// The token for that server: `${NAME}` of the environment, never the token itself.
    #[schemars(with = "String", example = &"${SCIM_TOKEN}")]
    pub token: Option<At<String>>,
    /// A file that holds the token, and that only its owner can read.
    #[schemars(with = "String")]
    pub token_file: Option<At<String>>,
    /// ActivTrak's HR Data Connector: the region of the account (`us`, `eu`, `uk`, `ca` or `au`), or an address up to the host.
    #[schemars(with = "String", example = &"eu")]
    pub hrdc: Option<At<String>>,
    /// The key for it: `${NAME}` of the environment, never the key itself.
    #[schemars(with = "String", example = &"${ACTIVTRAK_API_KEY}")]
    pub key: Option<At<String>>,
    /// A file that holds the key, and that only its owner can read.
    #[schemars(with = "String")]
    pub key_file: Option<At<String>>,
    /// What becomes of rows that nobody desires any more. In a table: `soft` (the usual) or `hard`. On a SCIM server: `deactivate`
    /// (the usual), `delete` or `keep`; for ActivTrak `untrack` is the usual, and `deactivate` deletes people's agents.
    #[schemars(with = "Deletes")]
    pub deletes: Option<Deletes>,
}

/// The regions of ActivTrak, with the address of each.
pub const REGIONS: [(&str, &str); 5] = [
    ("us", "https://api.activtrak.com"),
    ("eu", "https://api-eu.activtrak.com"),
    ("uk", "https://api-uk.activtrak.com"),
    ("ca", "https://api-ca.activtrak.com"),
    ("au", "https://api-au.activtrak.com"),
];

impl To {
    /// How the file is written, where that is said or told by its ending.
    pub fn file_format(&self) -> Option<FileFormat> {
        self.format.or_else(|| FileFormat::of(self.file.as_ref()?))
    }

    /// The address that `hrdc` stands for: a region's, or the text itself.
    pub fn hrdc_address(&self) -> Option<&str> {
        let said = self.hrdc.as_ref()?.value.trim();
        Some(REGIONS.iter().find(|(region, _)| *region == said).map_or(said, |(_, address)| address))
    }

    /// Where the key for `hrdc` comes from: the name of a variable or a file.
    pub fn key_from(&self) -> &str {
        self.key.as_ref().or(self.key_file.as_ref()).map_or("", |from| &from.value)
    }
}

/// How rows stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum FileFormat {
    Jsonl,
    Json,
    Csv,
    Spreadsheet,
    Parquet,
    Ics,
}

/// What becomes of a row that nobody desires any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Deletes {
    Soft,
    Hard,
    Keep,
    Untrack,
    Deactivate,
    Delete,
}

/// Limits, in percent of the rows that there are. Up to five rows are always few.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// More deletes stop the sync. 10 if nothing is said: a company's leavers of a month are a few in a hundred.
    #[schemars(with = "u64", range(min = 0, max = 100))]
    pub deletes: Option<u64>,
    /// More updates stop it. 50 if nothing is said: when everybody changes at once, somebody should look first.
    #[schemars(with = "u64", range(min = 0, max = 100))]
    pub updates: Option<u64>,
}
