//! bobmap carries what HiBob knows of people and their time off into the fields of other tools, by YAML files.
//!
//! This is the map of the house. Users begin with the [guide](guide::start).
//!
//! # The idea in five lines
//!
//! - A person writes a **spec** (YAML). It is **compiled** into a **mapping**: the only thing that can run.
//! - A **source** yields **records**; a mapping turns each into an **outcome**: a row, skipped, or rejected with reasons.
//! - A **destination** says what exists; the difference is a **plan**, and a **guard** looks at it before it is applied.
//! - `check`, `test`, a dry run and a plan are stops on one line. Only a sync gets off at the end.
//! - Nothing below the command line knows of dry runs.
//!
//! ```text
//! mapping.yaml ─load→ Spec ─compile(Catalog)→ Mapping ─┐
//!                       └─ Diagnostics                 ├─apply→ Outcome ─→ sink
//! HiBob, file ─source→ record ─────────────────────────┘            ├────→ counts ─→ report
//!                           destination.existing ─diff→ Plan ─guard→ destination.apply
//! ```
//!
//! # Rooms, from top to bottom
//!
//! A room may look at the rows below its own, never up or sideways; `tests/it/house.rs` reads the imports.
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | one file a command: reads flags, calls the pipeline, hands the answer to `report`; `connect.rs` alone names concrete sources, `job.rs` destinations |
//! | | |
//! | [`guide`] | the pages of `bobmap help`, part of this documentation and run by the tests |
//! | [`pipeline`] | the line itself: reading ahead, mapping, keys, rejects, writing; and the tests inside mapping files |
//! | | |
//! | [`report`] | answers become text, JSON, SARIF, JUnit's XML, tables |
//! | | |
//! | [`destination`] | where a sync writes: files, databases and servers, each with what it has and how it takes a plan |
//! | [`diagnosis`] | what stands between a service user and the mappings: judged from catalogs, needs and counts, never the network |
//! | | |
//! | [`engine`] | a mapping applied to a record; pure |
//! | [`job`] | `bobmap.yaml`: read and judged; opens nothing |
//! | [`state`] | what is remembered from run to run, in SQLite or PostgreSQL: runs, locks, what files hold |
//! | [`sink`] | typed rows become JSON Lines, JSON, CSV, Parquet, a calendar or a table, in files that appear whole or not at all |
//! | | |
//! | [`mapping`] | from YAML to a mapping that can run, or every fault at once |
//! | [`source`] | batches of raw bytes with the place of each record, and how much of the whole they are; `source/hibob/` alone knows HiBob's endpoints |
//! | [`pseudonym`] | invented values in the place of people's, by a key |
//! | [`sandbox`] | a HiBob on loopback with an invented company, for demos and tests; knows nothing of mappings |
//! | | |
//! | [`catalog`] | Bob's fields, categories, lists and permissions; built in, or a company's own |
//! | [`target`] | what the records are made for: one struct and one file each |
//! | | |
//! | [`diagnostic`] | what is said about a mapping file: codes, severities, places |
//! | [`plan`] | rows that are desired against rows that exist: changes, what is held, the guard |
//! | [`postgres`] | the connection to a PostgreSQL server: address, TLS, what it refuses in plain words |
//! | [`time_off`] | requests for time off, folded and computed: start, end, days, zones; pure |
//! | [`transform`] | the steps of `then`, one file each |
//! | | |
//! | [`value`] | the words that everything shares: JSON that keeps its digits, paths, kinds, time, masked values |
//!
//! `mappings/` holds real mapping files, `schemas/` what [`mapping::schema`] makes of the types, `tests/it/` the one test
//! program, `tests/cases/` folders of inputs that it runs, `snapshots/` what came out.
//!
//! # To add something
//!
//! | to add | touch |
//! |---|---|
//! | a step of `then` | `transform/NAME.rs`, one line in `transform/mod.rs` |
//! | a check on mapping files | one function in `mapping/compile/`, one code in `diagnostic/code.rs`, its page in `guide/codes/`, a case folder |
//! | a key of the mapping file | `mapping/spec.rs`, its use in `mapping/compile/`; then `bobmap schema --write` |
//! | a command | `cli/NAME.rs`, one line in `cli/mod.rs`, a row in the README |
//! | a target | one file in `target/`, one line in `target/mod.rs`; then `bobmap schema --write` |
//! | a source | one file or folder, one arm in `cli/connect.rs` |
//! | a destination | one file in `destination/`, its keys in `job/spec.rs`, one arm in `cli/job.rs` |
//! | a page of the guide | `guide/NAME.md`, one line in `guide/mod.rs` |
//! | a case that went wrong | a folder in `tests/cases/` |
//!
//! # Things to know before changing anything
//!
//! - A number keeps its text from input to output, and `Absent`, `Null`, `Blank` and a value stay four things to the end.
//! - Personal values reach people's eyes through [`value::mask`] only.
//! - Judging input collects faults; the world (files, streams) fails with one error. Trouble with a record never ends a run.
//! - The run date and the catalog are handed in. The engine, the mapping compiler and the steps know no clock and no file.

pub mod catalog;
pub mod cli;
pub mod destination;
pub mod diagnosis;
pub mod diagnostic;
pub mod engine;
pub mod guide;
pub mod job;
pub mod mapping;
pub mod pipeline;
pub mod plan;
pub mod postgres;
pub mod pseudonym;
pub mod report;
pub mod sandbox;
pub mod sink;
pub mod source;
pub mod state;
pub mod target;
pub mod time_off;
pub mod transform;
pub mod value;
