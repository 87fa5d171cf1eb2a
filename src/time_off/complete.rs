//! Writes a folded request: a snapshot with one spelling of its status, its start and end, its zone and its days.

use super::days::{Day, Days};
use super::decimal::plain;
use super::fault::{Fault, sentence};
use super::members::ObjectWriter;
use super::request::Request;
use super::zone::{SiteZones, Zone, Zones, moment};
use super::{Kind, Members, People, Status, Tally, range, veil};
use crate::value::time::write_quoted;
use jiff::civil::{Date, DateTime};

/// The members that are computed; a snapshot's own under these names are left out.
const COMPUTED: [&str; 6] = ["start", "end", "zone", "zoneFrom", "days", "fault"];

/// What is read of the computed members: what nobody reads is not worth a warning, nor the time.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    pub days: bool,
    /// The zone, and the instants that hang on it.
    pub moments: bool,
}

impl Reads {
    pub const ALL: Reads = Reads { days: true, moments: true };
}

/// How requests are completed.
#[derive(Debug, Clone)]
pub struct Settings {
    pub sites: SiteZones,
    /// Where nothing else says a zone.
    pub zone: Option<Zone>,
    pub reads: Reads,
    /// Names of private types stand under a name of their own.
    pub veil: bool,
}

/// Completes requests, one by one.
#[derive(Debug)]
pub struct Completer {
    settings: Settings,
    people: People,
    zones: Zones,
    pub tally: Tally,
}

impl Completer {
    pub fn new(settings: Settings, people: People) -> Completer {
        Completer { settings, people, zones: Zones::default(), tally: Tally::default() }
    }

    /// Appends the folded request that `snapshot` comes to.
    pub fn write(&mut self, snapshot: &Members<'_>, out: &mut Vec<u8>) {
        let mut faults = Vec::new();
        let employee = snapshot.text(&["employeeId"]);
        if snapshot.text(&["requestId"]).is_none() {
            faults.push(Fault::NoRequest);
        }
        if employee.is_none() {
            faults.push(Fault::NoEmployee);
        }
        let status = self.status(snapshot);
        // Nobody is away by what was withdrawn, whatever its dates were: it has no faults, and nothing of it is worth a warning.
        let is_void = status.as_deref().and_then(Status::parse).is_some_and(Status::is_void);
        let so_far = is_void.then(|| self.tally.clone());
        let request = match Request::read(snapshot) {
            Ok(request) => Some(request),
            Err(_) if is_void => None,
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        if snapshot.first(&["policyTypeDisplayName", "policyType", super::PRIVATE_NAME]).is_none() {
            self.tally.without_policy_type += 1;
        }
        if let Some(kind) = snapshot.text(&["type", "requestRangeType"]).filter(|kind| Kind::parse(kind).is_none()) {
            self.tally.unknown_types += 1;
            self.tally.word(&kind);
        }
        let days = request.as_ref().filter(|_| self.settings.reads.days).map(|request| {
            let days = Days::of(request, employee.as_deref().and_then(|employee| self.people.pattern(employee)));
            self.note(&days);
            days.days
        });
        let zone = self.zone(snapshot, employee.as_deref());
        if let Some(so_far) = so_far {
            self.tally = so_far;
        }
        let mut object = ObjectWriter::begin(out);
        let public = !self.settings.veil || veil::is_public(snapshot);
        let mut has_status = false;
        for member in snapshot.iter().filter(|member| !COMPUTED.contains(&&*member.name)) {
            if member.name == "status" {
                has_status = true;
                object.text("status", status.as_deref());
            } else {
                veil::write(member, public, &mut object);
            }
        }
        if !has_status {
            object.text("status", status.as_deref());
        }
        let rules = zone.as_ref().map(|(zone, _)| zone);
        let start = request.as_ref().map(|request| (request.first, range::start(request)));
        let end = request.as_ref().and_then(|request| Some((request.last?, range::end(request)?)));
        write_moment(start, rules, object.name("start"));
        write_moment(end, rules, object.name("end"));
        object.text("zone", rules.map(|zone| zone.name.as_str()));
        object.text("zoneFrom", zone.as_ref().map(|(_, from)| *from));
        let unit = request.as_ref().map_or("", |request| request.unit.word());
        write_days(days.as_deref().unwrap_or_default(), unit, object.name("days"));
        if let Some(fault) = sentence(&faults) {
            object.text("fault", Some(&fault));
        }
        object.end();
    }

    fn status(&mut self, snapshot: &Members<'_>) -> Option<String> {
        match Status::of(snapshot) {
            Ok(status) => status.map(|status| status.word().to_owned()),
            Err(unknown) => {
                self.tally.unknown_statuses += 1;
                self.tally.word(&unknown);
                Some(unknown)
            }
        }
    }

    fn note(&mut self, days: &Days) {
        let Days { days: _, disagree, assumed, too_long, nothing } = days;
        let tally = &mut self.tally;
        tally.disagreeing += u64::from(*disagree);
        tally.assumed_patterns += u64::from(*assumed);
        tally.too_long += u64::from(*too_long);
        tally.without_total += u64::from(*nothing);
    }

    /// The zone that the request's clock hangs in, and who says so.
    fn zone(&mut self, snapshot: &Members<'_>, employee: Option<&str>) -> Option<(Zone, &'static str)> {
        if !self.settings.reads.moments {
            return None;
        }
        let mut unknown = false;
        let mut found = None;
        for name in ["timeZone", "timeZoneOffset"] {
            match self.zones.get(snapshot.raw(name)) {
                Some(Some(zone)) => {
                    found = Some((zone.clone(), "request"));
                    break;
                }
                Some(None) => unknown = true,
                None => {}
            }
        }
        if found.is_none() {
            match employee.and_then(|employee| self.people.zone(employee)).map(|name| self.zones.named(name)) {
                Some(Some(zone)) => found = Some((zone.clone(), "person")),
                Some(None) => unknown = true,
                None => {}
            }
        }
        let site = || self.people.sites(employee?).find_map(|site| self.settings.sites.get(site));
        let found = found
            .or_else(|| site().map(|zone| (zone.clone(), "site")))
            .or_else(|| self.settings.zone.clone().map(|zone| (zone, "given")));
        self.tally.unknown_zones += u64::from(unknown);
        self.tally.without_zone += u64::from(found.is_none());
        found
    }
}

fn write_moment(moment_of: Option<(Date, DateTime)>, zone: Option<&Zone>, out: &mut Vec<u8>) {
    let Some((date, civil)) = moment_of else { return out.extend_from_slice(b"null") };
    let at = zone.and_then(|zone| moment(&zone.rules, civil));
    out.extend_from_slice(b"{\"date\":");
    write_quoted(out, &date);
    out.extend_from_slice(b",\"civil\":");
    write_quoted(out, &civil);
    match at {
        Some((timestamp, offset)) => {
            out.extend_from_slice(b",\"instant\":");
            write_quoted(out, &timestamp);
            out.extend_from_slice(b",\"local\":");
            write_quoted(out, &timestamp.display_with_offset(offset));
        }
        None => out.extend_from_slice(b",\"instant\":null,\"local\":null"),
    }
    out.push(b'}');
}

fn write_days(days: &[Day], unit: &str, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, Day { date, portion, amount, estimated, duration }) in days.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"date\":");
        write_quoted(out, date);
        out.extend_from_slice(b",\"portion\":\"");
        out.extend_from_slice(portion.word().as_bytes());
        out.extend_from_slice(b"\",\"amount\":");
        out.extend_from_slice(plain(amount).as_bytes());
        out.extend_from_slice(b",\"unit\":\"");
        out.extend_from_slice(unit.as_bytes());
        out.extend_from_slice(if *estimated { b"\",\"estimated\":true" } else { b"\",\"estimated\":false" });
        out.extend_from_slice(b",\"duration\":");
        out.extend_from_slice(duration.as_ref().map_or("null".to_owned(), plain).as_bytes());
        out.push(b'}');
    }
    out.push(b']');
}
