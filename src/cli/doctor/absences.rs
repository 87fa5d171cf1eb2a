//! Holds who's out against the requests that the feed of changes comes to.

use super::{Ended, read};
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::Resource;
use crate::diagnosis::absences::{Absences, Comparison};
use crate::mapping::Mapping;
use crate::source::Source;
use crate::source::hibob::{Detail, Details, Hibob, TimeOffSettings};
use crate::source::time_off::{Facts, Form, Requests};
use crate::time_off::{Reads, Settings, SiteZones};
use crate::value::json::Tree;
use anyhow::Context;
use jiff::Span;

/// Days before and after today that are compared if none are said.
const BEFORE: i64 = 7;
const AFTER: i64 = 14;

/// Requests of which HiBob is asked when they were made.
const MOST_ASKED: usize = 200;

const WHAT: &str = "a record of HiBob's can't be read";

/// What is asked where no flag says otherwise: some days around today, and working time that is booked like time off, too.
pub fn usual(mut usual: TimeOffSettings) -> TimeOffSettings {
    let today = usual.from;
    usual.from = today.saturating_sub(Span::new().days(BEFORE));
    usual.to = today.saturating_add(Span::new().days(AFTER));
    usual.working = true;
    usual
}

/// Whether the mappings read what became of requests.
pub fn concern(mappings: &[Mapping]) -> bool {
    let joined = |mapping: &Mapping| mapping.joins.iter().map(|join| join.with).collect::<Vec<_>>();
    let mut read = mappings.iter().flat_map(|mapping| joined(mapping).into_iter().chain([mapping.source]));
    read.any(|resource| matches!(resource.name, "hibob.time_off_requests" | "hibob.time_off_changes"))
}

/// Compares the days that the connection is set to. Notes of the reading go to `notes`.
///
/// # Errors
/// HiBob does not answer, or not all that it takes.
pub fn compare(hibob: &Hibob, notes: &mut Vec<String>) -> anyhow::Result<Absences> {
    let asked = hibob.time_off();
    let active = hibob.employee_ids(false)?.into_iter().collect();
    let mut comparison = Comparison::new(asked.from, asked.to, asked.since, active);
    let source = |name: &str| -> anyhow::Result<Box<dyn Source>> {
        let resource = Resource::find(name).expect("it is one of the resources");
        let request = Request { resource, fields: Vec::new(), human_readable: false, show_inactive: true };
        Ok(hibob.source(&request, Selection::Everyone)?)
    };
    let Ended { notes: of_outs, .. } = read(source("hibob.whos_out")?, None, &mut |record| {
        comparison.out(&Tree::parse(record).context(WHAT)?);
        Ok(())
    })?;
    let reads = Reads { days: false, moments: false };
    let nothing_computed = Settings { sites: SiteZones::default(), zone: None, reads, veil: false };
    let requests = Requests::new(source("hibob.time_off_changes")?, Form::Changes, Facts::none(), nothing_computed);
    let requests = requests.with_details(hibob.clone(), asked.details);
    let Ended { notes: of_requests, .. } = read(Box::new(requests), None, &mut |record| {
        comparison.request(&Tree::parse(record).context(WHAT)?);
        Ok(())
    })?;
    if asked.details != Details::Never {
        let mut unknown = comparison.unknown();
        unknown.truncate(MOST_ASKED);
        for detail in hibob.request_details(&unknown)? {
            if let Detail::Known(record) = detail {
                comparison.found(&Tree::parse(&record).context(WHAT)?);
            }
        }
    }
    notes.extend(of_outs.into_iter().chain(of_requests));
    Ok(comparison.finish())
}
