//! The task that everything is measured by: 21 fields from 51 places in each employee.

pub mod typed;

use bobmap::catalog::Catalog;
use bobmap::engine::Engine;
use bobmap::mapping::{Environment, Mapping, Project, compile};

pub const MAPPING: &str = include_str!("task/task.yaml");

/// The mapping, ready to run.
pub fn mapping() -> Mapping {
    let mut project = Project::default();
    project.add("task.yaml", MAPPING);
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("no files here".to_owned()) };
    let (mapping, findings) = compile(&project, "task", &environment);
    mapping.unwrap_or_else(|| panic!("the task's mapping has faults: {findings:?}"))
}

pub fn engine(mapping: &Mapping) -> Engine<'_> {
    Engine::new(mapping, jiff::civil::date(2026, 3, 1), Catalog::builtin(), &[])
}
