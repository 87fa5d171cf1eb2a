//! What a run of a mapping asks Bob for: it follows from the paths and from `keep`, and nothing else is asked for.

use super::compiled::Mapping;
use super::statuses::lets_inactive_through;
use super::time_off::{people_fields, reads};
use crate::catalog::request::Request;
use crate::catalog::resource::Resource;
use crate::catalog::{Catalog, company_field};
use crate::value::path::{Path, Segment, leading_names};
use crate::value::read::ReadPlan;
use std::fmt;

/// Paths that don't say what to ask for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Bob sends only the fields that it is asked for, and {}", list(.0))]
pub struct NotRequestable(pub Vec<Vague>);

/// A path that names no field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vague {
    pub path: String,
    /// The names that it begins with hold fields, of which this is one.
    pub holds: Option<String>,
}

/// What is asked of each resource that the mappings read, in the order in which they name them. One request serves every source
/// and join with the same resource. Employees are asked for, too, where requests for time off can't be completed without.
///
/// # Errors
/// Paths that begin with a search, a wildcard or a filter, or that name a whole section of employees' fields.
pub fn requests(mappings: &[&Mapping], catalog: &Catalog) -> Result<Vec<Request>, NotRequestable> {
    let mut requests: Vec<Request> = Vec::new();
    let mut vague = Vec::new();
    for mapping in mappings {
        let joined = mapping.joins.iter().map(|join| (join.with, &join.plan));
        for (resource, plan) in [(mapping.source, &mapping.record)].into_iter().chain(joined) {
            let request = at(&mut requests, resource);
            if is_people(resource) {
                request.show_inactive |= lets_inactive_through(mapping);
                add(request, plan, catalog, &mut vague);
            }
        }
    }
    let facts: Vec<&str> = people_fields(reads(mappings)).collect();
    if !facts.is_empty() {
        let resource = Resource::find("hibob.people").expect("people are a resource");
        let request = at(&mut requests, resource);
        // Whoever is away may have left by now.
        request.show_inactive = true;
        let new = facts.into_iter().filter(|id| !request.fields.iter().any(|field| field == id));
        request.fields.extend(new.map(str::to_owned).collect::<Vec<_>>());
    }
    if vague.is_empty() { Ok(requests) } else { Err(NotRequestable(vague)) }
}

/// The request for this resource, made if there is none yet.
fn at<'r>(requests: &'r mut Vec<Request>, resource: &'static Resource) -> &'r mut Request {
    let at = requests.iter().position(|request| request.resource == resource).unwrap_or_else(|| {
        requests.push(Request { resource, fields: Vec::new(), human_readable: false, show_inactive: false });
        requests.len() - 1
    });
    &mut requests[at]
}

fn is_people(resource: &Resource) -> bool {
    resource.name == "hibob.people"
}

fn add(request: &mut Request, plan: &ReadPlan, catalog: &Catalog, vague: &mut Vec<Vague>) {
    for path in (0..plan.len()).map(|slot| plan.path(slot)) {
        let mut asked = vec![path.segments.as_slice()];
        path.each_absolute(&mut |segments| asked.push(segments));
        for segments in asked {
            request.human_readable |= leading_names(segments).first() == Some(&"humanReadable");
            match asked_field(segments, catalog) {
                // The id comes with every answer.
                Ok(id) if id == "root.id" || request.fields.contains(&id) => {}
                Ok(id) => request.fields.push(id),
                Err(holds) => {
                    let found = Vague { path: path.text().to_owned(), holds };
                    if !vague.contains(&found) {
                        vague.push(found);
                    }
                }
            }
        }
    }
}

/// The id of the field that segments on an employee ask Bob for; where they name none, a field among those that they hold.
pub(super) fn asked_field(segments: &[Segment], catalog: &Catalog) -> Result<String, Option<String>> {
    let names = leading_names(segments);
    let names = names.strip_prefix(&["humanReadable"]).unwrap_or(&names);
    if let Some((field, _)) = catalog.by_names(names) {
        return Ok(field.id.clone());
    }
    if let Some(taken) = company_field(names) {
        return Ok(names[..taken].join("."));
    }
    let beneath = format!("{}.", names.join("."));
    if names.is_empty() || matches!(names, ["custom"]) {
        return Err(None);
    }
    match catalog.fields().find(|field| !field.deleted && field.path.starts_with(&beneath)) {
        Some(field) => Err(Some(field.path.clone())),
        // Bob may know what the catalog does not; an id that it does not know either does no harm.
        None => Ok(names.join(".")),
    }
}

/// The id of the field that a path on an employee asks Bob for; `None` where it names none.
pub fn requested_field(path: &Path, catalog: &Catalog) -> Option<String> {
    asked_field(&path.segments, catalog).ok()
}

fn list(vague: &[Vague]) -> String {
    vague.iter().map(Vague::to_string).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for Vague {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.holds {
            Some(field) => write!(f, "`{}` names a section, not a field: name the fields in it, such as `$.{field}`", self.path),
            None => write!(f, "`{}` names no field: begin with one, such as `$.work.department`", self.path),
        }
    }
}

#[cfg(test)]
mod tests;
