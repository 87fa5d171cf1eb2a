//! Requests for time off as they stand, with everything that is computed of them: nobody knows yet which mapping will read them.

use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::Resource;
use crate::cli::tenant::Tenant;
use crate::cli::zones::ZoneArgs;
use crate::mapping::time_off::people_fields;
use crate::source::Source;
use crate::source::hibob::Parts;
use crate::source::time_off::{Form, Requests};
use crate::time_off::Reads;
use std::sync::Arc;

/// What they are called.
pub const REQUESTS: &str = "hibob.time_off_requests";

/// The requests that HiBob's changes come to, or those of a file.
///
/// # Errors
/// The flags of time zones contradict one another, or the file can't be read.
pub fn requests(tenant: &Tenant, zones: &ZoneArgs, parts: Option<Arc<Parts>>) -> anyhow::Result<Box<dyn Source>> {
    // Names of private types stand where HiBob has them: who may see the file is the user's to say.
    let settings = zones.settings(Reads::ALL, false)?;
    if !tenant.is_live() {
        let records = tenant.source(&everything(REQUESTS, Vec::new()), Selection::Everyone)?;
        return Ok(Box::new(Requests::new(records, Form::AsTheyShow, zones.facts(None)?, settings)));
    }
    let hibob = tenant.hibob()?;
    let mut fields: Vec<String> = people_fields(Reads::ALL).map(str::to_owned).collect();
    fields.extend(zones.field().map(str::to_owned).filter(|field| !fields.contains(field)));
    let people = hibob.source(&everything("hibob.people", fields), Selection::Everyone)?;
    let changes = hibob.source_in_parts(&everything("hibob.time_off_changes", Vec::new()), Selection::Everyone, parts)?;
    let requests = Requests::new(changes, Form::Changes, zones.facts(Some(people))?, settings);
    Ok(Box::new(requests.with_details(hibob.clone(), hibob.time_off().details)))
}

fn everything(name: &str, fields: Vec<String>) -> Request {
    let resource = Resource::find(name).expect("it is one of the resources");
    Request { resource, fields, human_readable: false, show_inactive: true }
}
