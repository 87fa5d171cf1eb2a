//! `bobmap.yaml`: the jobs that `bobmap sync` runs. Reads and judges the file as mapping files are read and judged; opens nothing
//! that it names.

mod judge;
mod secret;
pub mod spec;
mod targets;

pub use judge::{Jobs, masked, read};
pub use secret::{SecretError, resolve};

use crate::mapping::schema::tidy;
use schemars::generate::SchemaSettings;

/// The name of the file that commands look for.
pub const FILE: &str = "bobmap.yaml";

/// The file of `schemas/`: name and content.
pub fn schema() -> (String, String) {
    let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<spec::JobsSpec>().to_value();
    tidy(&mut schema);
    let text = serde_json::to_string_pretty(&schema).expect("a JSON value can be written") + "\n";
    ("jobs.schema.json".to_owned(), text)
}
