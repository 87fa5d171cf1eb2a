//! What of people has to be known before a mapping's requests for time off can be completed: it follows from what is read of them.

use super::Mapping;
use crate::catalog::resource::Resource;
use crate::time_off::{PATTERN_FIELDS, Reads, SITE_FIELDS};
use crate::value::path::Path;
use crate::value::read::ReadPlan;

const REQUESTS: &str = "hibob.time_off_requests";

/// What the mappings read of requests that is computed, and read of no record that HiBob sends.
pub fn reads(mappings: &[&Mapping]) -> Reads {
    let plans = mappings.iter().flat_map(|mapping| {
        let joined = mapping.joins.iter().map(|join| (join.with, &join.plan));
        [(mapping.source, &mapping.record)].into_iter().chain(joined)
    });
    let of = |(resource, plan): (&Resource, &ReadPlan)| -> Vec<Reads> {
        (0..plan.len()).map(|slot| of_path(resource, plan.path(slot))).collect()
    };
    plans
        .flat_map(of)
        .fold(Reads::default(), |all, one| Reads { days: all.days || one.days, moments: all.moments || one.moments })
}

/// What of a request a path reads that is computed.
pub fn of_path(resource: &Resource, path: &Path) -> Reads {
    if resource.name != REQUESTS {
        return Reads::default();
    }
    match path.leading_names().as_slice() {
        // A search, a wildcard or the whole record.
        [] => Reads::ALL,
        ["days", ..] => Reads { days: true, moments: false },
        // Dates and times of the clock hang on no zone.
        ["start" | "end", "date" | "civil", ..] => Reads::default(),
        ["start" | "end" | "zone" | "zoneFrom", ..] => Reads { days: false, moments: true },
        _ => Reads::default(),
    }
}

/// The ids of the fields of employees that this takes.
pub fn people_fields(reads: Reads) -> impl Iterator<Item = &'static str> {
    let patterns = PATTERN_FIELDS.into_iter().filter(move |_| reads.days);
    patterns.chain(SITE_FIELDS.into_iter().filter(move |_| reads.moments))
}
