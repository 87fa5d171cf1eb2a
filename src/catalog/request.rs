//! What a run asks Bob for of one kind of records. Says nothing of how often and where it is asked.

use super::resource::Resource;

/// What is wanted of one resource. It follows from a mapping, or from what a user names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub resource: &'static Resource,
    /// The ids of the fields that are wanted of each employee, each once: `root.email`, `work.title`. Their own id comes with
    /// every answer. Empty for resources other than `hibob.people`, whose records are always whole.
    pub fields: Vec<String>,
    /// Labels beside the ids of list items and the like, under `humanReadable`.
    pub human_readable: bool,
    /// Also employees who are not active: hired and not yet begun, on leave, left.
    pub show_inactive: bool,
}

/// Whose records are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    Everyone,
    /// The first so many, in the order in which Bob names them.
    First(u64),
    /// One employee, by Bob's id or by e-mail address.
    Employee(String),
}
