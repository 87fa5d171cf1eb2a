//! The kinds of records that HiBob sends, under the names that mappings give them. Says nothing of how they are fetched.

/// One kind of records.
#[derive(Debug, PartialEq, Eq)]
pub struct Resource {
    /// As `source:` in a mapping says it.
    pub name: &'static str,
    /// What one record is, in a few words.
    pub title: &'static str,
    /// The keys under which HiBob's answers hold these records in an array. None if it answers with the bare record or a bare array.
    pub envelope: &'static [&'static str],
    /// The key at the top of a record that a person would call its id. Unique within one employee only for the histories.
    pub id: &'static str,
}

/// The keys under which HiBob's answers hold records, whatever the resource.
pub const ENVELOPE_KEYS: [&str; 5] = ["employees", "values", "results", "outs", "changes"];

/// The keys that stand beside the records in HiBob's answers (paging, permissions), and in no record.
pub const ENVELOPE_NOTES: [&str; 3] = ["response_metadata", "errors", "restricted_columns"];

/// The keys at the top of a record that say which record it is. No answer of HiBob's has them beside an array of records.
pub const IDENTITY_KEYS: [&str; 2] = ["id", "employeeId"];

/// A table of an employee's dated rows: bulk answers hold `results`, the answer for one employee `values`.
const HISTORY: &[&str] = &["results", "values"];

/// Every resource, in the order in which people are shown them.
pub const ALL: &[Resource] = &[
    Resource { name: "hibob.people", title: "an employee", envelope: &["employees"], id: "id" },
    Resource { name: "hibob.fields", title: "a field of Bob's, as its metadata say", envelope: &["fields"], id: "id" },
    Resource { name: "hibob.named_lists", title: "a list of choices with its items", envelope: &["lists"], id: "name" },
    Resource { name: "hibob.work_history", title: "a row of an employee's work table", envelope: HISTORY, id: "id" },
    Resource { name: "hibob.employment_history", title: "a row of an employee's employment table", envelope: HISTORY, id: "id" },
    Resource { name: "hibob.lifecycle_history", title: "a row of an employee's lifecycle table", envelope: HISTORY, id: "id" },
    Resource { name: "hibob.salary_history", title: "a row of an employee's salary table", envelope: HISTORY, id: "id" },
    Resource {
        name: "hibob.time_off_changes",
        title: "something that happened to a time off request",
        envelope: &["changes"],
        id: "requestId",
    },
    Resource {
        name: "hibob.time_off_requests",
        title: "a time off request",
        envelope: &["requests", "outs", "changes"],
        id: "requestId",
    },
    Resource { name: "hibob.whos_out", title: "an absence within a span of dates", envelope: &["outs"], id: "requestId" },
    Resource { name: "hibob.out_today", title: "an absence on one day", envelope: &["outs"], id: "employeeId" },
    Resource {
        name: "hibob.time_off_balances",
        title: "an employee's balance under one time off policy",
        envelope: &["balances"],
        id: "employeeId",
    },
    Resource { name: "hibob.policy_types", title: "a type of time off policy", envelope: &["policyTypes"], id: "name" },
];

/// The key under which a record of time off says why it can't be used: a sentence without values of people.
pub const FAULT: &str = "fault";

impl Resource {
    /// Whether the records are of time off, so that one may say of itself that it can't be used ([`FAULT`]).
    pub fn is_time_off(&self) -> bool {
        self.name.starts_with("hibob.time_off_") || matches!(self.name, "hibob.whos_out" | "hibob.out_today")
    }

    /// The path of a record's own id.
    pub fn id_path(&self) -> String {
        format!("$.{}", self.id)
    }

    /// The resource of that name.
    pub fn find(name: &str) -> Option<&'static Resource> {
        ALL.iter().find(|resource| resource.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Resource};

    #[test]
    fn every_name_is_found_and_stands_once() {
        for resource in ALL {
            assert_eq!(Resource::find(resource.name), Some(resource));
            assert!(resource.name.starts_with("hibob.") && !resource.title.is_empty() && !resource.id.is_empty());
        }
        assert_eq!(Resource::find("people"), None);
    }
}
